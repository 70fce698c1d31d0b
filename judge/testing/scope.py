"""Names of test code, and its functions, which are interpreted like the rest of it."""

import ast
from collections.abc import Callable
from typing import Any

from judge.testing.values import Unknown, UntranslatableError


class Scope:
    """Names of a module or of a call of a function, and those around it."""

    def __init__(self, parent: "Scope | None" = None) -> None:
        self.names: dict[str, Any] = {}
        self.parent = parent
        self.elsewhere: dict[str, Scope] = {}

    def find(self, name: str) -> tuple[bool, Any]:
        """Return whether the name is bound here or around, and its value."""
        scope: Scope | None = self.elsewhere.get(name, self)
        while scope is not None:
            if name in scope.names:
                return True, scope.names[name]
            scope = scope.parent
        return False, None

    def bind(self, name: str, value: Any) -> None:
        """Bind a name where an assignment here binds it."""
        self.elsewhere.get(name, self).names[name] = value

    @property
    def top(self) -> "Scope":
        """The scope of the module: the outermost but one, which holds what was there before."""
        scope = self
        while scope.parent is not None and scope.parent.parent is not None:
            scope = scope.parent
        return scope

    def declare(self, name: str, *, top: bool) -> None:
        """Bind a name elsewhere from now on: `global` or `nonlocal`."""
        scope = self.top if top else self.parent
        while not top and scope is not None and name not in scope.names:
            scope = scope.parent
        self.elsewhere[name] = scope or self.top


class Function:
    """A function or lambda of the tests."""

    def __init__(self, node: Any, scope: Scope, defaults: dict[str, Any], run: Callable[..., Any]) -> None:
        self.node, self.scope, self.defaults = node, scope, defaults
        self.name: str = getattr(node, "name", "<lambda>")
        self._run = run

    def __call__(self, *args: Any, **named: Any) -> Any:  # noqa: D102 - as a function does
        scope = Scope(self.scope)
        self._bind(scope, list(args), dict(named))
        return self._run(self.node, scope)

    def _bind(self, scope: Scope, args: list[Any], named: dict[str, Any]) -> None:
        want = self.node.args
        positional = [arg.arg for arg in (*want.posonlyargs, *want.args)]
        if len(args) > len(positional) and want.vararg is None:
            raise TypeError(f"{self.name}() takes {len(positional)} positional arguments but {len(args)} were given")
        scope.names.update(self.defaults)
        scope.names.update(zip(positional, args, strict=False))
        if want.vararg is not None:
            scope.names[want.vararg.arg] = tuple(args[len(positional) :])
        for name in [*positional[len(args) :], *(arg.arg for arg in want.kwonlyargs)]:
            if name in named:
                scope.names[name] = named.pop(name)
            elif name not in self.defaults:
                raise TypeError(f"{self.name}() missing argument {name!r}")
        if want.kwarg is not None:
            scope.names[want.kwarg.arg] = named
        elif named:
            raise TypeError(f"{self.name}() got an unexpected argument {min(named)!r}")


class Holder:
    """An object of the tests that holds attributes: `self` of a test case, what `pytest.raises` gives."""

    def __init__(self, **names: Any) -> None:
        self.names = names

    def __str__(self) -> str:
        return str(self.names.get("message", "an object of the tests"))


def refuse_inside(node: ast.AST) -> None:
    """Raise unless a definition of the tests may go into the sandbox: what checks must stay out here."""
    for part in ast.walk(node):
        if isinstance(part, ast.Assert):
            raise UntranslatableError("it asserts inside of what it hands to the program", part.lineno)


def poison(node: ast.AST, scope: Scope, mark: type[Unknown]) -> None:
    """Mark what a statement would have bound as not known."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            scope.bind(part.id, mark())
        elif isinstance(part, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            scope.bind(part.name, mark())
        elif isinstance(part, ast.alias):
            scope.bind((part.asname or part.name).split(".")[0], mark())
