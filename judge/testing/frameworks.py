"""What test frameworks give to test code: unittest's assertions and test cases, pytest's `raises` and `parametrize`."""

import ast
import math
import re
from collections.abc import Callable
from typing import Any

from judge.testing.expressions import same
from judge.testing.flow import Flow, Raises
from judge.testing.functions import Module, shown
from judge.testing.scope import Function, Holder, Scope
from judge.testing.values import PendingError, Remote, Unknown


class TestClass:
    """A class of tests, and what an instance of it is made from."""

    __test__ = False

    def __init__(self, name: str, names: dict[str, Any]) -> None:
        self.name, self.names = name, names


class Approx:
    """`pytest.approx`: equal within a tolerance that the test asks for."""

    def __init__(self, expected: Any, rel: Any = None, abs: Any = None, nan_ok: bool = False) -> None:
        self.expected, self.nan_ok = expected, nan_ok
        self.rel = rel if rel is not None else (1e-6 if abs is None else 0.0)
        self.abs = abs if abs is not None else 1e-12

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Unknown):
            raise PendingError
        return self._near(self.expected, other.data if isinstance(other, Remote) and other.plain else other)

    __hash__ = None  # type: ignore[assignment]

    def _near(self, want: Any, got: Any) -> bool:
        if hasattr(want, "tolist") and hasattr(got, "tolist"):
            want, got = want.tolist(), got.tolist()
        if isinstance(want, dict):
            return isinstance(got, dict) and want.keys() == got.keys() and all(
                self._near(value, got[key]) for key, value in want.items()
            )  # fmt: skip
        if isinstance(want, list | tuple):
            return isinstance(got, list | tuple) and len(want) == len(got) and all(map(self._near, want, got))
        if not isinstance(want, int | float) or not isinstance(got, int | float) or isinstance(got, bool):
            return bool(want == got)
        if math.isnan(want):
            return self.nan_ok and math.isnan(got)
        return want == got or abs(want - got) <= max(self.rel * abs(want), self.abs) < math.inf

    def __repr__(self) -> str:
        return f"about {shown(self.expected)}"


def _almost(first: Any, second: Any, places: Any = None, msg: Any = None, delta: Any = None) -> bool:
    if first == second:
        return True
    difference = abs(first - second)
    return (
        bool(difference <= delta)
        if delta is not None
        else bool(round(difference, 7 if places is None else places) == 0)
    )


def _counted(first: Any, second: Any, msg: Any = None) -> bool:
    rest = list(second)
    for item in first:
        if item not in rest:
            return False
        rest.remove(item)
    return not rest


ASSERTIONS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(
        ("assertEqual", "assertEquals", "assertListEqual", "assertTupleEqual", "assertDictEqual", "assertSetEqual",
         "assertSequenceEqual", "assertMultiLineEqual"),
        lambda a, b, msg=None: a == b,
    ),
    "assertNotEqual": lambda a, b, msg=None: a != b,
    "assertTrue": lambda a, msg=None: a,
    "assertFalse": lambda a, msg=None: not a,
    "assertIn": lambda a, b, msg=None: a in b,
    "assertNotIn": lambda a, b, msg=None: a not in b,
    "assertGreater": lambda a, b, msg=None: a > b,
    "assertGreaterEqual": lambda a, b, msg=None: a >= b,
    "assertLess": lambda a, b, msg=None: a < b,
    "assertLessEqual": lambda a, b, msg=None: a <= b,
    "assertAlmostEqual": _almost,
    "assertNotAlmostEqual": lambda *args, **named: not _almost(*args, **named),
    "assertCountEqual": _counted,
    "assertRegex": lambda text, pattern, msg=None: re.search(pattern, text),
    "assertNotRegex": lambda text, pattern, msg=None: not re.search(pattern, text),
    "fail": lambda msg=None: False,
}  # fmt: skip
_BY_NAME = ("assertIs", "assertIsNot", "assertIsNone", "assertIsNotNone", "assertIsInstance", "assertNotIsInstance")


class Frameworks(Flow):
    """Interprets test code that uses a framework."""

    def module(self, name: str, node: ast.stmt) -> Module:
        """Return a module that test code may use, the frameworks among them."""
        if name in ("unittest", "pytest", "contextlib"):
            return self._framework(name)
        return super().module(name, node)

    def _library(self, name: str) -> Module | None:
        return self._framework(name) if name in ("unittest", "pytest", "contextlib") else super()._library(name)

    def _framework(self, name: str) -> Module:
        if name not in self._modules:
            names: dict[str, Any] = {
                "unittest": {"TestCase": TestClass("TestCase", {}), "main": lambda *_, **__: None},
                "contextlib": {"suppress": lambda *kinds: Raises(kinds, must=False)},
                "pytest": {
                    "raises": self._raises,
                    "approx": Approx,
                    "mark": Module("pytest.mark", {"parametrize": lambda names, rows, **_: ("rows", names, rows)}),
                    "main": lambda *_, **__: None,
                },
            }
            self._modules[name] = Module(name, names[name])
        return self._modules[name]

    def _raises(self, kinds: Any, *call: Any, match: Any = None, **named: Any) -> Any:
        block = Raises(kinds, match)
        if call:
            self._expecting(self.line, [block], lambda: call[0](*call[1:], **named))
        return block

    def _do_importfrom(self, node: ast.ImportFrom, scope: Scope) -> None:
        super()._do_importfrom(node, scope)
        if node.module in ("unittest", "pytest", "contextlib"):
            self.imports.pop()

    def _do_classdef(self, node: ast.ClassDef, scope: Scope) -> None:
        bases = [self.value(base, scope) for base in node.bases]
        is_test = node.name.startswith("Test") and any(
            isinstance(part, ast.FunctionDef) and part.name.startswith("test") for part in node.body
        )
        if not any(isinstance(base, TestClass) for base in bases) and not (is_test and not bases):
            super()._do_classdef(node, scope)
            return
        inner = Scope(scope)
        self.block(node.body, inner)
        names = {name: value for base in bases if isinstance(base, TestClass) for name, value in base.names.items()}
        scope.bind(node.name, TestClass(node.name, {**names, **inner.names}))

    def attribute(self, whole: Any, name: str) -> Any:
        """Return an attribute; of `self` in a test case also its assertions and methods."""
        if isinstance(whole, TestClass):
            whole = Holder(**whole.names)
        if isinstance(whole, Holder) and name not in whole.names and "kind" not in whole.names:
            if name in ("assertRaises", "assertRaisesRegex"):
                regex = name.endswith("Regex")
                return lambda kinds, *call, **named: self._assert_raises(regex, kinds, *call, **named)
            if name == "subTest":
                return lambda *_, **__: Holder()
            if name in ASSERTIONS or name in _BY_NAME:
                return lambda *args, **named: self._asserted(name, args, named)
        value = super().attribute(whole, name)
        if isinstance(whole, Holder) and isinstance(value, Function) and whole.names.get("__self__"):
            return lambda *args, **named: value(whole, *args, **named)
        return value

    def _assert_raises(self, regex: bool, kinds: Any, *call: Any, **named: Any) -> Any:
        pattern, call = (call[0], call[1:]) if regex else (named.pop("expected_regex", None), call)
        named.pop("msg", None)
        block = Raises(kinds, pattern)
        if call:
            self._expecting(self.line, [block], lambda: call[0](*call[1:], **named))
        return block

    def _asserted(self, name: str, args: tuple[Any, ...], named: dict[str, Any]) -> None:
        line = self.line
        with self.guarded(line):
            result = self._decided(name, args, named)
            if isinstance(result, Unknown):
                bool(result)
            wanted = ", ".join(map(shown, args[:2]))
            self.check(bool(result), line, f"{name}({wanted}) does not hold")

    def _decided(self, name: str, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        for value in args:
            if isinstance(value, Unknown):
                bool(value)
        if name in ASSERTIONS:
            return ASSERTIONS[name](*args, **named)
        if name in ("assertIsInstance", "assertNotIsInstance"):
            return bool(self.call_isinstance(*args[:2])) != (name == "assertNotIsInstance")
        other = None if name in ("assertIsNone", "assertIsNotNone") else args[1]
        return same(args[0], other) != ("Not" in name)
