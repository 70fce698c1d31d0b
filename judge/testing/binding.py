"""Assignments of test code, to names, attributes and items, out here and inside."""

import ast
from typing import Any

from judge.testing.expressions import IN_PLACE, Expressions
from judge.testing.scope import Holder, Scope
from judge.testing.values import PendingError, Remote, Unknown, UntranslatableError


class Binding(Expressions):
    """Interprets assignments."""

    def _do_assign(self, node: ast.Assign, scope: Scope) -> None:
        value = self.value(node.value, scope)
        for target in node.targets:
            self.bind(target, value, scope)

    def _do_annassign(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self.bind(node.target, self.value(node.value, scope), scope)

    def _do_augassign(self, node: ast.AugAssign, scope: Scope) -> None:
        old, value = self.value(node.target, scope), self.value(node.value, scope)
        try:
            new = IN_PLACE[type(node.op)](old, value)
        except PendingError:
            new = Unknown()
        self.bind(node.target, new, scope)

    def bind(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Bind a target of an assignment or loop."""
        if isinstance(target, ast.Name):
            scope.bind(target.id, value)
        elif isinstance(target, ast.Tuple | ast.List):
            self._unpack(target.elts, value, scope)
        elif isinstance(target, ast.Attribute):
            whole = self.value(target.value, scope)
            if isinstance(whole, Holder):
                whole.names[target.attr] = value
            else:
                step = {"do": "set", "on": self.script.written(whole), "name": target.attr}
                self.script.ask({**step, "args": [self.script.written(value)]}, [])
        elif isinstance(target, ast.Subscript):
            whole, index = self.value(target.value, scope), self.known(target.slice, scope)
            if isinstance(whole, Remote):
                whole._do("setitem", index, value)
            else:
                whole[index] = value
        else:
            raise UntranslatableError(f"it binds {type(target).__name__}", target.lineno)

    def _unpack(self, targets: list[ast.expr], value: Any, scope: Scope) -> None:
        if isinstance(value, Unknown):
            for target in targets:
                self.bind(target.value if isinstance(target, ast.Starred) else target, Unknown(), scope)
            return
        values = list(value)
        star = next((at for at, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
        if star is not None and len(values) >= len(targets) - 1:
            end = len(values) - (len(targets) - star - 1)
            values[star:end] = [values[star:end]]
        if len(values) != len(targets):
            raise ValueError(f"cannot unpack {len(values)} values into {len(targets)} names")
        for target, one in zip(targets, values, strict=True):
            self.bind(target.value if isinstance(target, ast.Starred) else target, one, scope)

    def _do_delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                whole, index = self.known(target.value, scope), self.known(target.slice, scope)
                del whole[index]
