"""One round of interpreting test code: which steps it takes, and what its assertions say of the answers.

`interpret` is a plain function of JSON values, for a worker that can be killed: test code may loop for ever.
"""

import ast
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from judge.testing.expressions import Expressions
from judge.testing.frameworks import Frameworks, TestClass
from judge.testing.functions import BUILTINS
from judge.testing.scope import Function, Holder, Scope
from judge.testing.script import Script
from judge.testing.statements import BreakError, ContinueError, ReturnError, said
from judge.testing.values import EndedError, PendingError, RaisedError, UntranslatableError

_DEFINITIONS = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def interpret(
    tests: str,
    prefix: str,
    program: str,
    entry_point: str,
    steps: Sequence[Mapping[str, Any]],
    outcomes: Sequence[Mapping[str, Any]],
    end: str,
) -> dict[str, Any]:
    """Return the steps that the tests take, how many of them are answered, and the checks so far.

    Args:
        tests: Python that asserts; it must parse.
        prefix: what stands before the program; its whole functions are the tester's, and are interpreted too.
        program: the program, whose names the tests may use.
        entry_point: the function under test, where it is known.
        steps: the steps of the last round.
        outcomes: what they gave.
        end: why the program did not answer the others; "" when it did.
    """
    script = Script(steps, outcomes, end)
    script.classes |= _classes(program)
    reader = _Tests(script, _names(program), tests, zlib.crc32(tests.encode("utf-8", "replace")))
    reader.run_all(ast.parse(tests), prefix, program, entry_point)
    return {
        "steps": script.steps,
        "known": script.known,
        "pending": script.pending,
        "checks": [[check.line, check.ok, check.says] for check in reader.checks],
        "untranslated": sorted({(line, why) for line, why in reader.untranslated}),
        "in_process": script.in_process,
    }


def _names(program: str) -> frozenset[str]:
    """Return the names that a program defines at its top."""
    names = set()
    for node in _parsed(program):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            names |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return frozenset(names)


def _classes(program: str) -> set[str]:
    return {node.name for node in _parsed(program) if isinstance(node, ast.ClassDef)}


def _parsed(program: str) -> list[ast.stmt]:
    try:
        return ast.parse(program).body
    except (SyntaxError, ValueError):
        return []


class _Tests(Frameworks):
    """Runs a whole module of tests."""

    calls: list[int]
    """Lines that called the program without asserting anything."""

    def run_all(self, tree: ast.Module, prefix: str, program: str, entry_point: str) -> None:
        """Run the statements of the module, then what a test runner would find."""
        base = Scope()
        self.calls = []
        self._before(prefix, program, base)
        self.shadows = _shadows(tree, self.program, entry_point)
        scope = Scope(base)
        scope.bind("__name__", "__main__")
        for node in tree.body:
            if not self._unit(node, lambda node=node: self.block([node], scope)) and not self._goes_on(node):
                return
        self._collect(tree, scope)

    def _before(self, prefix: str, program: str, base: Scope) -> None:
        """Bind what program and prefix import, and the functions that the prefix brings along whole."""
        for text in (program, prefix, f"{prefix}\n    pass"):
            try:
                tree = ast.parse(text)
            except SyntaxError:
                continue
            for node in tree.body:
                own = text is not program
                is_import = isinstance(node, ast.Import | ast.ImportFrom) and (own or _keeps_names(node))
                if is_import or (own and isinstance(node, ast.FunctionDef) and _is_whole(node)):
                    self._try(node, base)
            if text is not program:
                return

    def _try(self, node: ast.stmt, base: Scope) -> None:
        before = len(self.imports)
        with suppress(UntranslatableError):  # then it is the program's
            self.statement(node, base)
        if isinstance(node, ast.Import | ast.ImportFrom):
            del self.imports[before:]  # the program has imported it itself

    def _goes_on(self, node: ast.stmt) -> bool:
        """Whether what comes after a statement that failed makes sense."""
        return isinstance(node, ast.Expr | ast.Assert)

    def _unit(self, node: Any, work: Any) -> bool:
        """Run a part of the tests; note what it raises as a failure, and what raises nothing as a success."""
        checks, steps = len(self.checks), len(self.script.steps)
        line = node.lineno
        try:
            work()
        except (BreakError, ContinueError, ReturnError):
            return True
        except PendingError:
            self.check(None, line)
            return True
        except Exception as error:
            line = getattr(error, "line", 0) or self.line or line
            is_early = self.script.pending and not isinstance(error, RaisedError | EndedError)
            self.check(None if is_early else False, line, said(error))
            return False
        if len(self.checks) == checks and len(self.script.steps) > steps and not isinstance(node, _DEFINITIONS):
            self.calls.append(line)
        return True

    def _collect(self, tree: ast.Module, scope: Scope) -> None:
        """Run test functions and classes that nothing has called, and count a test without assertions as one."""
        called = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        for node in tree.body:
            found = scope.names.get(getattr(node, "name", ""))
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test") and isinstance(found, Function):
                if node.name not in called:
                    self._function(node, found, scope)
            elif isinstance(node, ast.ClassDef) and isinstance(found, TestClass):
                self._class(node, found, scope)
        if not self.checks and not self.untranslated:
            for line in self.calls:
                self.check(None if self.script.pending else True, line)

    def _function(self, node: ast.FunctionDef, function: Any, scope: Scope, holder: Any = None) -> None:
        own = [holder] if holder is not None else []
        rows: list[dict[str, Any]] = [{}]
        for mark in node.decorator_list:
            value = self.value(mark, scope)
            if not (isinstance(value, tuple) and value[:1] == ("rows",)):
                self.untranslated.append((node.lineno, "it decorates a test"))
                return
            names = [name.strip() for name in value[1].split(",")] if isinstance(value[1], str) else list(value[1])
            table = [dict(zip(names, row if len(names) > 1 else [row], strict=True)) for row in value[2]]
            rows = [{**row, **more} for row in rows for more in table]
        wants = {arg.arg for arg in node.args.args[len(own) :]} - function.defaults.keys()
        if any(wants - row.keys() for row in rows):
            self.untranslated.append((node.lineno, "it needs a fixture"))
            return
        for row in rows:
            self._unit(node, lambda row=row: self._guarded_call(node, lambda: function(*own, **row)))

    def _guarded_call(self, node: ast.stmt, work: Any) -> None:
        try:
            work()
        except UntranslatableError as error:
            self.untranslated.append((error.line or node.lineno, error.why))

    def _class(self, node: ast.ClassDef, found: TestClass, scope: Scope) -> None:
        methods = {part.name: part for part in node.body if isinstance(part, ast.FunctionDef)}
        shared = Holder(**found.names, __self__=True)
        self._start(node, found, "setUpClass", shared)
        for name, method in sorted(methods.items()):
            if not name.startswith("test") or not isinstance(found.names.get(name), Function):
                continue
            holder = Holder(**shared.names)
            for before in ("setUp", "setup_method"):
                self._start(node, found, before, holder)
            self._function(method, found.names[name], scope, holder)

    def _start(self, node: ast.ClassDef, found: TestClass, name: str, holder: Holder) -> None:
        if isinstance(function := found.names.get(name), Function):
            self._unit(node, lambda: self._guarded_call(node, lambda: function(holder)))


def _keeps_names(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether an import of the program gives things their usual names: `from math import isnan as abs` does not."""
    usual = {"np": "numpy"}
    return all(
        alias.asname in (None, alias.name) or usual.get(alias.asname) == alias.name for alias in node.names
    ) and not any(alias.name in BUILTINS for alias in node.names)


def _shadows(tree: ast.Module, program: frozenset[str], entry_point: str) -> frozenset[str]:
    """Return the builtins in whose place the program's functions are tested, such as a task's own `sum`.

    Only where nothing else is tested: a program that defines `abs` beside its answer does not judge its own error.
    """
    if entry_point:
        return frozenset({entry_point} & BUILTINS.keys())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound |= {(node.asname or node.name).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.alias)}
    if any(name not in BUILTINS and not hasattr(Expressions, f"call_{name}") for name in names - bound - {"__name__"}):
        return frozenset()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    handed = {arg.id for call in calls for arg in call.args if isinstance(arg, ast.Name)} & program & BUILTINS.keys()
    called = {call.func.id for call in calls if isinstance(call.func, ast.Name)} & program & BUILTINS.keys()
    return frozenset(handed or called)


def _is_whole(node: ast.FunctionDef) -> bool:
    """Whether a function of the prefix does something, or only begins what the response completes."""
    body = [part for part in node.body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]
    if not body or isinstance(body[0], ast.Pass | ast.Raise) or node.decorator_list:
        return False
    known = (ast.expr_context, ast.operator, ast.cmpop, ast.unaryop, ast.boolop, ast.arguments, ast.arg, ast.keyword,
             ast.comprehension)  # fmt: skip
    return all(
        isinstance(part, known)
        or hasattr(Expressions, f"_on_{type(part).__name__.lower()}")
        or (hasattr(Frameworks, f"_do_{type(part).__name__.lower()}") and not isinstance(part, ast.Assert))
        for part in ast.walk(node)
    )
