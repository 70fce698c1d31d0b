"""Test code against programs: right ones pass, wrong ones do not, and no trick makes one the other."""

import asyncio
from typing import Any

import pytest

from judge.sandbox import Limits
from judge.testing.code import CodeResult, run_code

TESTS = "assert solve(3) == 10\nassert solve(7) == 50\n"
RIGHT = "def solve(n):\n    return n * n + 1\n"
STACK = """
class Stack:
    def __init__(self, items=()):
        self.items = list(items)
    def push(self, item):
        self.items.append(item)
        return self
    def pop(self):
        return self.items.pop()
    def __len__(self):
        return len(self.items)
    def __contains__(self, item):
        return item in self.items
"""


UNITTEST = """
import unittest
class T(unittest.TestCase):
    def setUp(self):
        self.n = 3
    def test_it(self):
        self.assertEqual(solve(self.n), 10)
        self.assertAlmostEqual(solve(1), 2.00000001)
        with self.assertRaises(TypeError):
            solve('a')
        self.assertRaises(ValueError, solve, 1)
        self.assertIsNone(solve(1))
if __name__ == '__main__':
    unittest.main()
"""


def run(program: str, tests: str, **options: Any) -> CodeResult:
    return asyncio.run(run_code(program, tests, limits=Limits(wall_s=5), **options))


def verdicts(program: str, tests: str, **options: Any) -> list[bool]:
    found = run(program, tests, **options)
    assert found.untranslated == () and not found.in_process
    return [ok for _, ok, _ in found.checks]


@pytest.mark.parametrize(
    ("program", "tests"),
    [
        (RIGHT, TESTS),
        ("print('0 passed')\nimport sys; print('error', file=sys.stderr)\n" + RIGHT, TESTS),
        (RIGHT + "import os; os.close(1)\n", TESTS),
        (RIGHT + "import threading, time; threading.Thread(target=time.sleep, args=(60,)).start()\n", TESTS),
        (RIGHT, "def check(f):\n    for n in range(4):\n        assert f(n) == n * n + 1\ncheck(solve)"),
        (RIGHT, "from solution import solve\n" + TESTS),
        (RIGHT, "table = {3: 10, 7: 50}\nassert all(solve(n) == want for n, want in table.items())"),
        (RIGHT, "assert not solve(3) != 10 and solve(0) < solve(1) <= 2\nassert solve(1) in (2, 3)"),
        ("def f(x): return x / 3", "import math\nassert abs(f(1) - 0.333333) < 1e-5\nassert math.isclose(f(3), 1)"),
        ("def f(): return float('nan'), float('inf')", "nan, inf = f()\nassert nan != nan and inf == float('inf')"),
        ("def f(): return {1: (2, {3}), None: b'x'}", "assert f() == {1: (2, {3}), None: b'x'}"),
        ("def f(): return 10 ** 5000", "assert f() == 10 ** 5000"),
        ("from collections import Counter\ndef f(s): return Counter(s)", "assert f('aab') == {'a': 2, 'b': 1}"),
        ("from collections import namedtuple\nP = namedtuple('P', 'x y')\ndef f(): return P(1, 2)",
         "assert f() == (1, 2)\nassert f().y == 2"),
        ("from fractions import Fraction\ndef f(): return Fraction(1, 2)", "assert f() == 0.5\nassert f() + f() == 1"),
        ("import datetime\ndef f(): return datetime.date(2024, 2, 29)",
         "import datetime\nassert f() == datetime.date(2024, 2, 29)\nassert f().year == 2024"),
        ("def f(items): items.sort()", "x = [3, 1, 2]\nassert f(x) is None\nassert x == [1, 2, 3]"),
        ("def f(n):\n    yield from range(n)",
         "assert list(f(3)) == [0, 1, 2]\nassert sum(f(4)) == 6\nassert next(f(1)) == 0"),
        ("def f(g, x): return g(x)",
         "k = 3\nassert f(lambda x: x + k, 4) == 7\ndef h(x):\n    return x * k\nassert f(h, 2) == 6"),
        ("def adder(k): return lambda x: x + k", "add = adder(5)\nassert add(3) == 8"),
        (STACK, "s = Stack()\ns.push(3).push(4)\nassert s.pop() == 4 and len(s) == 1\n"
         "assert 3 in s and 9 not in s\ns.pop()\nassert not s"),
        ("class Solution:\n    def f(self, x): return x + 1", "assert Solution().f(1) == 2"),
        ("def f(x):\n    if x < 0: raise ValueError('negative: %d' % x)\n    return x",
         "import pytest\nwith pytest.raises(ValueError, match='neg') as e:\n    f(-1)\nassert '-1' in str(e.value)\n"
         "try:\n    f(-2)\n    assert False\nexcept ValueError:\n    pass\nassert f(1) == pytest.approx(1.0000001)"),
        ("class Low(Exception): pass\ndef f(): raise Low('x')", "import pytest\nwith pytest.raises(Low):\n    f()"),
        ("def sum(a, b): return a + b", "assert sum(1, 2) == 3"),
        ("def f(x): return [x]\ndef g(x): return x[0]", "a = f(5)\nassert g(a) == 5\na.append(6)\nassert a == [5, 6]"),
        ("total = 0\ndef add(n):\n    global total\n    total += n\n    return total",
         "assert add(2) == 2\nassert add(3) == 5"),
        ("def last(node):\n    while node.next: node = node.next\n    return node",
         "class Node:\n    def __init__(self, next=None):\n        self.next = next\n"
         "a = Node()\nb = Node(a)\nassert last(b) is a and last(a) == a\n"
         "n = 0\nwhile b:\n    n += 1\n    b = b.next\nassert n == 2"),
    ],
)  # fmt: skip
def test_a_right_program_passes(program: str, tests: str) -> None:
    found = verdicts(program, tests)
    assert found and all(found)


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("def solve(n): return 10", "10 == 50 is false in line 2: assert solve(7) == 50"),
        ("def solve(n): return n / 0", "ZeroDivisionError: division by zero in line 1: assert solve(3) == 10"),
        ("def other(n): return 10", "NameError: name 'solve' is not defined in line 1"),
        ("oops", "the program raised NameError: name 'oops' is not defined before the tests"),
        ("import sys\nsys.exit(0)", "the program raised SystemExit: 0 before the tests"),
        ("import os\nos._exit(0)", "the program ended before its tests did: it ended with exit code 0"),
        ("import os\ndef solve(n): os._exit(0)", "solve(3) did not return: it ended its process"),
        ("def solve(n): raise SystemExit(0)", "SystemExit: 0 in line 1"),
        ("class Yes:\n    def __eq__(self, other): return True\ndef solve(n): return Yes()", "<Yes> == 10 is false"),
        ("class Yes(int):\n    def __eq__(self, other): return True\ndef solve(n): return Yes(3)", "3 == 10 is false"),
        ("class T(type):\n    def __eq__(self, o): return True\nclass A(metaclass=T): pass\ndef solve(n): return A",
         "<T> == 10 is false"),
        ("import builtins, operator\noperator.eq = lambda a, b: True\nbuiltins.abs = lambda x: 0\n"
         "def solve(n): return 0",
         "0 == 10 is false"),
        ("import re, sys\ndef solve(n):\n    f = sys._getframe()\n    while f:\n"
         "        for v in [*f.f_locals.values(), *f.f_globals.values()]:\n"
         "            m = re.search(r'solve.%d. *== *(\\d+)' % n, repr(v))\n"
         "            if m: return int(m[1])\n        f = f.f_back", "None == 10 is false"),
        ("import os, re\ndef solve(n):\n    for top, _, names in os.walk('/tmp'):\n        for name in names:\n"
         "            m = re.search(r'solve.%d. == (\\d+)' % n, open(os.path.join(top, name)).read())\n"
         "            if m: return int(m[1])", "None == 10 is false"),
        ("import sys\ndef solve(n):\n    f = sys._getframe()\n    while f.f_back: f = f.f_back\n    import os, gc\n"
         "    for d in range(3, 20):\n        try: os.write(d, b'x' * 5)\n        except OSError: pass\n    return 0",
         "0 == 10 is false"),
        ("def solve(n):\n    x = []\n    for _ in range(100_000): x = [x]\n    return x", "too deep"),
        ("def solve(n): return 'x' * 30_000_000", "too large"),
        ("def solve(n): return {k * (2 ** 61 - 1) for k in range(5000)}", "same hash"),
        ("def solve(n): return range(10 ** 15)", "too large"),
    ],
)  # fmt: skip
def test_a_wrong_program_does_not(program: str, says: str) -> None:
    found = run(program, TESTS)
    failed = [said for _, ok, said in found.checks if not ok]
    assert failed and any(says in said for said in failed), found.checks
    assert found.untranslated == ()


@pytest.mark.parametrize(
    ("program", "tests"),
    [
        ("def abs(x): return 0\ndef f(x): return 99", "assert abs(f(1) - 2) < 1e-6"),
        ("def abs(x): return 0\nglobals()['f'] = lambda x: 99", "assert abs(f(1) - 2) < 1e-6"),
        ("from math import isnan as abs\ndef f(x): return 99", "assert abs(f(1) - 2) < 1e-6"),
        ("import functools as math\ndef f(x): return 99", "import math\nassert math.isclose(f(1), 2)"),
        ("def poly(xs, x): return 0\ndef root(xs): return 99", "assert abs(poly([1, 2], root([1, 2]))) < 1e-6"),
    ],
)
def test_what_measures_is_not_the_programs_own(program: str, tests: str) -> None:
    helper = "def poly(xs, x):\n    return sum(c * x**i for i, c in enumerate(xs))\n\n"
    prefix = f'{helper}def root(xs):\n    """Find it."""\n'
    assert verdicts(program, tests, prefix=prefix) == [False]


def test_a_program_that_hangs_names_the_call() -> None:
    found = asyncio.run(
        run_code("def solve(n):\n    while n > 3: pass\n    return 10", TESTS, limits=Limits(wall_s=0.5))
    )
    assert [ok for _, ok, _ in found.checks] == [True, False]
    assert found.checks[1][2].startswith("solve(7) did not return: it ran past 0.5 s in line 2")


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ("def test_a():\n    assert solve(3) == 10\ndef test_b():\n    assert solve(3) == 11", [True, False]),
        ("import pytest\n@pytest.mark.parametrize('n, want', [(1, 2), (2, 5), (3, 11)])\ndef test_it(n, want):\n"
         "    assert solve(n) == want", [True, True, False]),
        (UNITTEST, [True, True, True, False, False]),
        ("class TestIt:\n    def test_it(self):\n        assert solve(0) == 1", [True]),
        ("if solve(3) != 11:\n    raise ValueError('wrong')", [False]),
        ("solve(3)\nsolve(4)", [True, True]),
        ("solve('a')", [False]),
    ],
)  # fmt: skip
def test_frameworks(tests: str, expected: list[bool]) -> None:
    assert verdicts(RIGHT, tests) == expected


def test_the_share_counts_what_was_not_reached() -> None:
    found = run("def solve(n): raise ValueError", "x = solve(3)\nassert x == 10\nassert x > 3\nassert solve(7) == 50")
    assert ([ok for _, ok, _ in found.checks], found.of) == ([False], 3)


def test_equality_of_two_objects_of_the_program_is_admitted_to_be_its_own() -> None:
    lie = "class P:\n    def __init__(self, *a): pass\n    def __eq__(self, o): return True\ndef f(): return P(9)"
    found = run(lie, "assert f() == P(1)")
    assert found.in_process


def test_what_cannot_be_interpreted_is_named_and_the_rest_is_judged() -> None:
    found = run(RIGHT, "import os\nhome = os.getcwd()\nassert solve(3) == 11\nassert home == solve(3)")
    assert found.untranslated[0] == (1, "it imports os")
    assert (3, False) in [(line, ok) for line, ok, _ in found.checks]
    assert 4 not in [line for line, _, _ in found.checks]


@pytest.mark.parametrize(
    "tests",
    [
        "assert '{0.__class__}'.format(solve) and solve(3) == 10",
        "x = [].__class__\nassert solve(3) == 10",
        "assert eval('solve(3)') == 10",
        "assert open('/etc/passwd').read() and solve(3) == 10",
        "import os\nassert os.environ and solve(3) == 10",
    ],
)
def test_tests_reach_nothing_out_here(tests: str) -> None:
    assert run(RIGHT, tests).untranslated


def test_an_assertion_of_nothing_counts_for_nothing() -> None:
    assert verdicts(RIGHT, "assert True, 'prints'\nassert solve(3) == 10") == [True]
    assert verdicts(RIGHT, "assert True") == []
