"""Test code about errors, and definitions that the program is handed: try, raise, with, class, callbacks."""

import ast
from typing import Any

from judge.testing.functions import Module
from judge.testing.scope import Function, Holder, Scope, refuse_inside
from judge.testing.script import Script
from judge.testing.specials import name_of
from judge.testing.statements import FailedError, ReturnError, Statements, said
from judge.testing.values import EndedError, PendingError, RaisedError, Remote, Unknown, UntranslatableError

_CATCHES = {"AssertionError", "Exception", "BaseException"}


class Raises:
    """`pytest.raises(...)`, `assertRaises(...)`, `contextlib.suppress(...)`: a block that may or must raise."""

    def __init__(self, kinds: Any, match: Any = None, *, must: bool = True) -> None:
        self.kinds = kinds if isinstance(kinds, tuple) else (kinds,)
        self.match, self.must = match, must
        self.names = Holder()

    def takes(self, error: BaseException) -> bool:
        """Return whether this is an error of the kind."""
        bases = names_of(error)
        return any(name_of(kind) in bases for kind in self.kinds)


def names_of(error: BaseException) -> tuple[str, ...]:
    """Return the names of an error's type and its bases."""
    if isinstance(error, RaisedError):
        return error.bases
    if isinstance(error, FailedError):
        return ("AssertionError", "Exception", "BaseException")
    return tuple(base.__name__ for base in type(error).__mro__)


def caught(error: BaseException) -> Holder:
    """Return an error as test code sees it."""
    return Holder(args=(str(error),), message=str(error), kind=names_of(error))


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


class Flow(Statements):
    """Interprets what has to do with errors and definitions."""

    def __init__(self, script: Script, program: frozenset[str], source: str, seed: int) -> None:
        super().__init__(script, program, source, seed)
        script.define = self._define
        self._handling: list[Exception] = []
        self._callbacks = 0

    def _do_try(self, node: ast.Try, scope: Scope) -> None:
        catches = any(handler.type is None or _names(handler.type) & _CATCHES for handler in node.handlers)
        self._catching += bool(node.handlers)
        asserting, self._asserting = self._asserting, self._asserting or catches
        try:
            try:
                self.block(node.body, scope)
            finally:
                self._catching -= bool(node.handlers)
                self._asserting = asserting
        except (EndedError, PendingError, UntranslatableError, ReturnError):
            raise
        except Exception as error:
            if not self._handled(node, error, scope):
                raise
        else:
            self.block(node.orelse, scope)
        finally:
            self.block(node.finalbody, scope)

    def _handled(self, node: ast.Try, error: Exception, scope: Scope) -> bool:
        for handler in node.handlers:
            kinds = self.value(handler.type, scope) if handler.type else BaseException
            if Raises(kinds).takes(error):
                if handler.name:
                    scope.bind(handler.name, caught(error))
                self._handling.append(error)
                try:
                    self.block(handler.body, scope)
                finally:
                    self._handling.pop()
                return True
        return False

    def _do_raise(self, node: ast.Raise, scope: Scope) -> None:
        if node.exc is None and self._handling:
            raise self._handling[-1]
        error = self.known(node.exc, scope) if node.exc else RuntimeError("nothing to raise")
        if isinstance(error, type) and issubclass(error, BaseException):
            error = error()
        if isinstance(error, BaseException):
            raise RaisedError(type(error).__name__, names_of(error), str(error))
        raise UntranslatableError("it raises an error of the program's", node.lineno)

    def _do_with(self, node: ast.With, scope: Scope) -> None:
        blocks = []
        for item in node.items:
            manager = self.known(item.context_expr, scope)
            if not isinstance(manager, Raises | Holder):
                raise UntranslatableError("it uses a context of the program's", node.lineno)
            if isinstance(manager, Raises):
                blocks.append(manager)
            if item.optional_vars is not None:
                self.bind(item.optional_vars, manager.names if isinstance(manager, Raises) else manager, scope)
        self._expecting(node, blocks, lambda: self.block(node.body, scope))

    def _expecting(self, node: Any, blocks: list[Raises], work: Any) -> None:
        """Run what one of the blocks may or must see raising."""
        planned, asserting = len(self.untranslated), self._asserting
        self._catching += len(blocks)
        self._asserting = asserting or any(_CATCHES & {*map(name_of, block.kinds)} for block in blocks)
        problem = None
        try:
            work()
        except (PendingError, UntranslatableError, ReturnError):
            raise
        except Exception as error:
            problem = error
        finally:
            self._catching, self._asserting = self._catching - len(blocks), asserting
        if problem is not None:
            self._expected(node, blocks, problem)
        elif any(block.must for block in blocks):
            if self.script.pending or len(self.untranslated) > planned:
                self.check(None, node)
            else:
                kinds = " or ".join(name_of(kind) for block in blocks for kind in block.kinds)
                self.check(False, node, f"it did not raise {kinds}")

    def _expected(self, node: Any, blocks: list[Raises], error: Exception) -> None:
        if isinstance(error, EndedError):
            self.check(False, node, said(error))
            return
        for block in reversed(blocks):
            if block.takes(error):
                block.names.names.update(value=caught(error), exception=caught(error), type=names_of(error)[0])
                if block.must:
                    fits = block.match is None or self.matches(block.match, str(error))
                    self.check(fits, node, f"{said(error)} does not match {block.match!r}")
                return
        raise error

    def matches(self, pattern: Any, text: str) -> bool:
        """Return whether a pattern of the tests is found in a text."""
        import re

        return re.search(pattern, text) is not None

    def _do_classdef(self, node: ast.ClassDef, scope: Scope) -> None:
        """Define a class of the tests inside: its objects are what the program works on."""
        refuse_inside(node)
        values = self._free(node, scope, {node.name})
        source = "\n".join([*self.imports, ast.unparse(node)])
        self.script.ask({"do": "define", "name": node.name, "source": source, "with": values}, [])
        self.script.classes.add(node.name)
        if node.name not in self.program:
            self.script.own_classes.add(node.name)
        scope.bind(node.name, Remote(self.script, {"g": node.name}, "type"))

    def _define(self, value: Any) -> dict[str, Any]:
        """Define a function of the tests inside, as a callback, and return how to name it."""
        if not isinstance(value, Function):
            raise UntranslatableError(f"it hands a {type(value).__name__} to the program")
        self._callbacks += 1
        node, name = value.node, value.name if value.name.isidentifier() else f"callback_{self._callbacks}"
        refuse_inside(node)
        code = ast.unparse(node) if isinstance(node, ast.FunctionDef) else f"{name} = {ast.unparse(node)}"
        values = self._free(node, value.scope, {name})
        source = "\n".join([*self.imports, code])
        given = self.script.ask({"do": "define", "name": name, "source": source, "with": values}, [])
        if isinstance(given, Unknown) and given.step is not None:
            return {"r": given.step}
        return given.ref if isinstance(given, Remote) else {"g": name}

    def _free(self, node: ast.AST, scope: Scope, own: set[str]) -> dict[str, Any]:
        """Return the values of the tests that a definition refers to."""
        used = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
        bound = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
        bound |= {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}
        values = {}
        for name in sorted(used - bound - own):
            found, value = scope.find(name)
            if found and not isinstance(value, Module) and not self._is_inside(name, value):
                values[name] = self.script.written(value)
        return values

    def _is_inside(self, name: str, value: Any) -> bool:
        """Whether the name stands for the same inside: imports are made there again, and classes are there."""
        if isinstance(value, Remote):
            return value.ref == {"g": name}
        return any(name in vars_of.names and vars_of.names[name] is value for vars_of in self._modules.values())
