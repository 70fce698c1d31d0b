"""Expressions of test code, interpreted over plain data. No text is evaluated: there is one method for each kind."""

import ast
import operator
from collections.abc import Iterator
from typing import Any

from judge.testing.functions import BUILTINS, Module, method
from judge.testing.scope import Function, Holder, Scope
from judge.testing.script import Script
from judge.testing.specials import Specials
from judge.testing.values import PendingError, Remote, Unknown, UntranslatableError, Untranslated

WORK = 3_000_000
"""Expressions that may be interpreted in one round."""
_DEEP = 60
_REFUSED = ("eval", "exec", "compile", "globals", "locals", "vars", "open", "input", "id", "setattr", "super")
_BINARY: dict[type, Any] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow, ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_, ast.BitXor: operator.xor, ast.LShift: operator.lshift, ast.RShift: operator.rshift,
    ast.MatMult: operator.matmul,
}  # fmt: skip
IN_PLACE: dict[type, Any] = {kind: getattr(operator, f"i{work.__name__.strip('_')}") for kind, work in _BINARY.items()}
_UNARY: dict[type, Any] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: operator.not_, ast.Invert: operator.invert,
}  # fmt: skip
_COMPARE: dict[type, Any] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b,
    ast.Is: lambda a, b: same(a, b), ast.IsNot: lambda a, b: not same(a, b),
}  # fmt: skip


def same(one: Any, other: Any) -> bool:
    """Return whether two values are one object; data has no identity once it has crossed the wall."""
    for value in (one, other):
        if isinstance(value, Unknown):
            bool(value)
    if isinstance(one, Remote) and isinstance(other, Remote):
        return one.same(other)
    for value in (one, other):
        if value is None or value is ... or isinstance(value, bool | type):
            return one is other
    if isinstance(one, Remote) or isinstance(other, Remote):
        return False
    raise UntranslatableError("it asks whether two values are one object")


class Expressions(Specials):
    """Interprets expressions."""

    def __init__(self, script: Script, program: frozenset[str]) -> None:
        super().__init__(script)
        self.program = program
        self.shadows: frozenset[str] = frozenset()
        """Builtins in whose place the program's functions of that name are tested."""
        self.speculating = False
        self.compared: tuple[ast.expr | None, Any, Any] = (None, None, None)
        self.line = 0
        """The line of the call that was made last."""
        self._work = self._depth = 0

    def value(self, node: ast.expr, scope: Scope) -> Any:
        """Return the value of an expression, an Unknown when it is not known in this round."""
        self._work += 1
        work: Any = getattr(self, f"_on_{type(node).__name__.lower()}", None)
        if work is None or self._work > WORK:
            why = "it takes too long" if work else f"{type(node).__name__} is not interpreted"
            raise UntranslatableError(why, node.lineno)
        try:
            return work(node, scope)
        except PendingError:
            return Unknown()
        except UntranslatableError as error:
            error.line = error.line or node.lineno
            raise

    def known(self, node: ast.expr, scope: Scope) -> Any:
        """Return the value; raise when it is not known in this round."""
        if isinstance(value := self.value(node, scope), Unknown):
            bool(value)
        return value

    def _on_constant(self, node: ast.Constant, _: Scope) -> Any:
        return node.value

    def _on_name(self, node: ast.Name, scope: Scope) -> Any:
        return self.named(node.id, scope)

    def named(self, name: str, scope: Scope) -> Any:
        """Return what a name stands for: in the tests, in the program, everywhere."""
        found, value = scope.find(name)
        if found:
            return value
        if name in BUILTINS or hasattr(self, f"call_{name}"):
            if name not in self.shadows:
                return BUILTINS[name] if name in BUILTINS else getattr(self, f"call_{name}")
        elif name in (
            "eval",
            "exec",
            "compile",
            "globals",
            "locals",
            "vars",
            "open",
            "input",
            "id",
            "setattr",
            "super",
        ):
            raise UntranslatableError(f"it uses {name}")
        return Remote(self.script, {"g": name}, "function")

    def _on_list(self, node: ast.List, scope: Scope) -> Any:
        return self._items(node.elts, scope)

    def _on_tuple(self, node: ast.Tuple, scope: Scope) -> Any:
        return tuple(self._items(node.elts, scope))

    def _on_set(self, node: ast.Set, scope: Scope) -> Any:
        return set(self._items(node.elts, scope))

    def _items(self, nodes: list[ast.expr], scope: Scope) -> list[Any]:
        items: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                items += self.known(node.value, scope)
            else:
                items.append(self.value(node, scope))
        return items

    def _on_dict(self, node: ast.Dict, scope: Scope) -> Any:
        made: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                made.update(self.known(value, scope))
            else:
                made[self.value(key, scope)] = self.value(value, scope)
        return made

    def _on_binop(self, node: ast.BinOp, scope: Scope) -> Any:
        return _BINARY[type(node.op)](self.value(node.left, scope), self.value(node.right, scope))

    def _on_unaryop(self, node: ast.UnaryOp, scope: Scope) -> Any:
        return _UNARY[type(node.op)](self.value(node.operand, scope))

    def _on_boolop(self, node: ast.BoolOp, scope: Scope) -> Any:
        value: Any = None
        waits = False
        for part in node.values:
            value = self.value(part, scope)
            if isinstance(value, Unknown):
                if isinstance(value, Untranslated):
                    bool(value)
                waits = True  # the others are asked for in the same round
            elif not waits and bool(value) != isinstance(node.op, ast.And):
                return value
        return Unknown() if waits else value

    def _on_ifexp(self, node: ast.IfExp, scope: Scope) -> Any:
        return self.value(node.body if self.known(node.test, scope) else node.orelse, scope)

    def _on_compare(self, node: ast.Compare, scope: Scope) -> Any:
        values = [self.value(part, scope) for part in (node.left, *node.comparators)]
        self.compared = (node, values[0], values[1])
        result: Any = True
        for left, how, right in zip(values, node.ops, values[1:], strict=False):
            result = _COMPARE[type(how)](left, right)
            if len(node.ops) > 1 and not result:
                break
        return result

    def _on_subscript(self, node: ast.Subscript, scope: Scope) -> Any:
        whole, index = self.known(node.value, scope), self.known(node.slice, scope)
        return whole if isinstance(whole, type) else whole[index]  # list[int] is a type for readers

    def _on_slice(self, node: ast.Slice, scope: Scope) -> Any:
        return slice(*(self.known(part, scope) if part else None for part in (node.lower, node.upper, node.step)))

    def _on_attribute(self, node: ast.Attribute, scope: Scope) -> Any:
        return self.attribute(self.value(node.value, scope), node.attr)

    def attribute(self, whole: Any, name: str) -> Any:
        """Return an attribute of a value."""
        if isinstance(whole, Unknown):
            if self.speculating and whole.step is not None:
                return self.script.ask({"do": "get", "on": {"r": whole.step}, "name": name}, [])
            bool(whole)
        if isinstance(whole, Remote):
            return whole.attribute(name)
        if isinstance(whole, Module | Holder):
            if name not in whole.names:
                raise UntranslatableError(f"it uses {getattr(whole, 'name', 'self')}.{name}")
            return whole.names[name]
        if isinstance(whole, Function) and name == "__name__":
            return whole.name
        if name == "__name__" and isinstance(whole, type):
            return whole.__name__
        try:
            return method(whole, name)
        except LookupError:
            raise UntranslatableError(f"it uses .{name} of {type(whole).__name__}") from None

    def _on_joinedstr(self, node: ast.JoinedStr, scope: Scope) -> Any:
        return "".join(self.known(part, scope) for part in node.values)

    def _on_formattedvalue(self, node: ast.FormattedValue, scope: Scope) -> Any:
        value = self.known(node.value, scope)
        if node.conversion > 0:
            convert: Any = {"s": str, "r": repr, "a": ascii}[chr(node.conversion)]
            value = convert(value)
        return format(value, self.known(node.format_spec, scope) if node.format_spec else "")

    def _on_namedexpr(self, node: ast.NamedExpr, scope: Scope) -> Any:
        value = self.value(node.value, scope)
        scope.bind(node.target.id, value)
        return value

    def _on_lambda(self, node: ast.Lambda, scope: Scope) -> Any:
        return self.function(node, scope)

    def function(self, node: Any, scope: Scope) -> Function:
        """Return a function of the tests."""
        args = node.args
        last = [arg.arg for arg in (*args.posonlyargs, *args.args)][-len(args.defaults) :] if args.defaults else []
        pairs = [*zip(last, args.defaults, strict=True)]
        pairs += [(arg.arg, given) for arg, given in zip(args.kwonlyargs, args.kw_defaults, strict=True) if given]
        return Function(node, scope, {name: self.value(given, scope) for name, given in pairs}, self.run)

    def run(self, node: Any, scope: Scope) -> Any:
        """Run the body of a function, with its arguments bound."""
        self._depth += 1
        if self._depth > _DEEP:
            raise UntranslatableError("its functions call each other too deeply")
        try:
            return self.value(node.body, scope) if isinstance(node, ast.Lambda) else self.body(node, scope)
        finally:
            self._depth -= 1

    def body(self, node: Any, scope: Scope) -> Any:
        """Run the statements of a function."""
        raise NotImplementedError

    def _on_listcomp(self, node: ast.ListComp, scope: Scope) -> Any:
        return [self.value(node.elt, inner) for inner in self._loops(node.generators, Scope(scope))]

    def _on_setcomp(self, node: ast.SetComp, scope: Scope) -> Any:
        return {self.value(node.elt, inner) for inner in self._loops(node.generators, Scope(scope))}

    def _on_generatorexp(self, node: ast.GeneratorExp, scope: Scope) -> Any:
        return (self.value(node.elt, inner) for inner in self._loops(node.generators, Scope(scope)))

    def _on_dictcomp(self, node: ast.DictComp, scope: Scope) -> Any:
        return {
            self.value(node.key, inner): self.value(node.value, inner)
            for inner in self._loops(node.generators, Scope(scope))
        }

    def _loops(self, loops: list[ast.comprehension], scope: Scope) -> Iterator[Scope]:
        if not loops:
            yield scope
            return
        for item in self.known(loops[0].iter, scope):
            self.bind(loops[0].target, item, scope)
            if all(self.known(test, scope) for test in loops[0].ifs):
                yield from self._loops(loops[1:], scope)

    def bind(self, target: ast.expr, value: Any, scope: Scope) -> None:
        """Bind a target of an assignment or loop."""
        raise NotImplementedError

    def _on_call(self, node: ast.Call, scope: Scope) -> Any:
        function = self._callee(node.func, scope)
        args = self._items(node.args, scope)
        named: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            named.update({keyword.arg: value} if keyword.arg else value)
        self.line = node.lineno
        return function(*args, **named)

    def _callee(self, node: ast.expr, scope: Scope) -> Any:
        """Return what is called; a method of an object inside is one step with its call."""
        if not isinstance(node, ast.Attribute):
            return self.value(node, scope)
        whole = self.value(node.value, scope)
        if isinstance(whole, Remote):
            return lambda *args, **named: whole.method(node.attr, list(args), named)
        return self.attribute(whole, node.attr)
