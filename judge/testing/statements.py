"""Statements of test code, interpreted; every assertion that is reached becomes a check."""

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from judge.testing.binding import Binding
from judge.testing.functions import Module, module, shown
from judge.testing.scope import Scope, poison
from judge.testing.script import Script
from judge.testing.values import (
    EndedError,
    PendingError,
    RaisedError,
    Unknown,
    UntranslatableError,
    Untranslated,
)
from judge.types.value import readable

_SPECULATE = 12
"""Iterations of a loop that are asked for ahead, while it is not known whether they happen."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tested."""

    line: int
    ok: bool | None
    """None while it is not known."""
    says: str = ""


class BreakError(Exception):
    """`break`."""


class ContinueError(Exception):
    """`continue`."""


class ReturnError(Exception):
    """`return`."""

    def __init__(self, value: Any) -> None:
        self.value = value


class FailedError(Exception):
    """An assertion failed where the tests themselves may catch that."""


def said(error: BaseException) -> str:
    """Return what an error is called and what it says."""
    if isinstance(error, EndedError):
        return str(error)
    kind = error.kind if isinstance(error, RaisedError) else type(error).__name__
    text = readable(str(error)[:300])
    return f"{kind}: {text}" if kind and text else kind or text


class Statements(Binding):
    """Interprets statements."""

    def __init__(self, script: Script, program: frozenset[str], source: str, seed: int) -> None:
        super().__init__(script, program)
        self.checks: list[Check] = []
        self.untranslated: list[tuple[int, str]] = []
        self.imports: list[str] = []
        self.source = source
        self._lines = source.splitlines()
        self._seed = seed
        self._modules: dict[str, Module] = {}
        self._catching = 0
        """Blocks around that may catch an error."""
        self._asserting = False
        """Whether one of them may catch a failed assertion."""

    def check(self, ok: bool | None, node: Any, says: str = "") -> None:
        """Note what became of an assertion."""
        if ok is False and self._asserting:
            raise FailedError(says)
        line = node if isinstance(node, int) else node.lineno
        self.checks.append(Check(line, ok, "" if ok else self._named(line, says)))

    def _named(self, line: int, says: str) -> str:
        text = self._lines[line - 1].strip()[:200] if 0 < line <= len(self._lines) else ""
        return f"{says} in line {line}: {text}" if text else says

    def block(self, nodes: Sequence[ast.stmt], scope: Scope) -> None:
        """Run statements. One that is not interpreted is noted and left out, with what it would have bound."""
        for node in nodes:
            try:
                self.statement(node, scope)
            except UntranslatableError as error:
                self.untranslated.append((error.line or node.lineno, error.why))
                poison(node, scope, Untranslated)
            except PendingError:
                poison(node, scope, Unknown)

    def statement(self, node: ast.stmt, scope: Scope) -> None:
        """Run one statement."""
        work = getattr(self, f"_do_{type(node).__name__.lower()}", None)
        if work is None:
            raise UntranslatableError(f"{type(node).__name__} is not interpreted", node.lineno)
        work(node, scope)

    def body(self, node: Any, scope: Scope) -> Any:
        """Run the statements of a function and return what it returns."""
        if any(isinstance(part, ast.Yield | ast.YieldFrom | ast.Await) for part in ast.walk(node)):
            raise UntranslatableError("it is a generator or coroutine", node.lineno)
        if node.decorator_list and not node.name.startswith("test"):
            raise UntranslatableError("it decorates a function", node.lineno)
        try:
            self.block(node.body, scope)
        except ReturnError as returned:
            return returned.value
        return None

    def _do_expr(self, node: ast.Expr, scope: Scope) -> None:
        self.value(node.value, scope)

    def _do_pass(self, node: ast.Pass, scope: Scope) -> None:
        pass

    def _do_assert(self, node: ast.Assert, scope: Scope) -> None:
        if isinstance(node.test, ast.Constant) and node.test.value:
            return  # it tests nothing
        with self.guarded(node):
            value = self.value(node.test, scope)
            if isinstance(value, Unknown):
                bool(value)
            ok = bool(value)
            self.check(ok, node, "" if ok else self._why(node.test))

    def _why(self, test: ast.expr) -> str:
        """Say what an assertion compared."""
        node, left, right = self.compared
        if node is not test or not isinstance(test, ast.Compare) or len(test.ops) != 1:
            return "AssertionError"
        how = ast.unparse(test).removeprefix(ast.unparse(test.left)).strip().split(ast.unparse(test.comparators[0]))[0]
        return f"{shown(left)} {how.strip()} {shown(right)} is false"

    @contextmanager
    def guarded(self, node: Any) -> Iterator[None]:
        """Make a check of what goes wrong in an assertion, and go on behind it."""
        try:
            yield
        except PendingError:
            self.check(None, node)
        except (EndedError, RaisedError) as error:
            if isinstance(error, RaisedError) and self._catching:
                raise
            self.check(False, node, said(error))
        except (UntranslatableError, FailedError, BreakError, ContinueError, ReturnError):
            raise
        except Exception as error:
            if self._catching:
                raise
            self.check(None if self.script.pending else False, node, said(error))

    def _do_if(self, node: ast.If, scope: Scope) -> None:
        try:
            test = self.known(node.test, scope)
            holds = bool(test)
        except PendingError:
            return
        self.block(node.body if holds else node.orelse, scope)

    def _do_for(self, node: ast.For, scope: Scope) -> None:
        try:
            items = iter(self.known(node.iter, scope))
        except PendingError:
            return
        for item in items:
            self.bind(node.target, item, scope)
            try:
                self.block(node.body, scope)
            except BreakError:
                return
            except ContinueError:
                continue
        self.block(node.orelse, scope)

    def _do_while(self, node: ast.While, scope: Scope) -> None:
        ahead = 0
        was = self.speculating
        try:
            while True:
                try:
                    if not self.known(node.test, scope):
                        self.block(node.orelse, scope)
                        return
                except PendingError:
                    ahead += 1
                    self.speculating = True
                    if ahead > _SPECULATE:
                        return
                try:
                    self.block(node.body, scope)
                except ContinueError:
                    continue
        except BreakError:
            return
        finally:
            self.speculating = was

    def _do_break(self, node: ast.Break, scope: Scope) -> None:
        raise BreakError

    def _do_continue(self, node: ast.Continue, scope: Scope) -> None:
        raise ContinueError

    def _do_return(self, node: ast.Return, scope: Scope) -> None:
        raise ReturnError(self.value(node.value, scope) if node.value else None)

    def _do_global(self, node: ast.Global, scope: Scope) -> None:
        for name in node.names:
            scope.declare(name, top=True)

    def _do_nonlocal(self, node: ast.Nonlocal, scope: Scope) -> None:
        for name in node.names:
            scope.declare(name, top=False)

    def _do_functiondef(self, node: ast.FunctionDef, scope: Scope) -> None:
        scope.bind(node.name, self.function(node, scope))

    def _do_import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            scope.bind(alias.asname or alias.name.split(".")[0], self.module(alias.name, node))

    def _do_importfrom(self, node: ast.ImportFrom, scope: Scope) -> None:
        names = [alias.name for alias in node.names]
        source = self._library(node.module or "")
        if source is None and set(names) <= {*self.program, "*"}:
            return  # `from solution import f`: its names are the program's
        source = source or self.module(node.module or "", node)
        for alias in node.names:
            if alias.name == "*":
                scope.names.update(source.names)
            elif alias.name not in source.names:
                raise UntranslatableError(f"it uses {source.name}.{alias.name}", node.lineno)
            else:
                scope.bind(alias.asname or alias.name, source.names[alias.name])
        self.imports.append(ast.unparse(node))

    def module(self, name: str, node: ast.stmt) -> Module:
        """Return a module that test code may use."""
        if (found := self._library(name)) is None:
            raise UntranslatableError(f"it imports {name}", node.lineno)
        self.imports.append(ast.unparse(node))
        return found

    def _library(self, name: str) -> Module | None:
        if name not in self._modules:
            if (found := module(name, self._seed)) is None:
                return None
            self._modules[name] = found
        return self._modules[name]
