"""The calls of `benchmarks.soak`: each makes one and returns what is wrong with its result, "" when it is right.

To add a tool, write such a function and put it on a list; one that stands there twice is called twice as often.
"""

import random
from collections.abc import Awaitable, Callable

from judge import library, workers
from judge.errors import ToolError, WorkerTimeoutError
from judge.sandbox import Limits, Run, call_function, isolations, run_python
from judge.types import Constraint, Evidence, Response, Sample, Tests

Kind = Callable[[random.Random], Awaitable[str]]

_LEVELS = ("namespaces", "landlock", "process")
_HARD = (2**89 - 1) * (2**107 - 1)
"""Two primes that nobody finds in a second."""


async def program(draw: random.Random) -> str:
    """A program with input, on any level, warm or cold."""
    number = draw.randrange(1_000)
    text = "import json, sys, collections\nprint(json.dumps([int(line) ** 2 for line in sys.stdin]))"
    level = draw.choice([found.name for found in isolations() if found.name in _LEVELS])
    run = await run_python(text, stdin=f"{number}\n{number + 1}\n", level=level, warm=draw.random() < 0.9)
    return _unless(run, "ok", run.stdout == f"[{number**2}, {(number + 1) ** 2}]\n")


async def failing_program(draw: random.Random) -> str:
    """A program that ends badly in one of the usual ways."""
    text, code = draw.choice([("1/0", 1), ("import sys; sys.exit(3)", 3), ("import os; os.abort()", -6), ("def", 1)])
    run = await run_python(text)
    return _unless(run, "runtime_error", run.exit_code == code)


async def unit_tests(draw: random.Random) -> str:
    """A program that is right or wrong, with tests."""
    number, right = draw.randrange(1_000), draw.random() < 0.5
    text = f"def solve(n):\n    return n * n + {number if right else number + 1}\n"
    sample = _sample(f"```python\n{text}```", tests=Tests(code=f"assert solve(3) == {9 + number}"))
    return _stance(await _verify("unit_tests", sample), right)


async def formula(draw: random.Random) -> str:
    """Two formulas, compared in a worker."""
    number, right = draw.randrange(2, 1_000), draw.random() < 0.5
    answer = f"x^2 + {number if right else number + 1}x"
    sample = _sample(f"So it is $\\boxed{{{answer}}}$.", references=(f"$x(x + {number})$",))
    return _stance(await _verify("math_equal", sample), right)


async def quantity(draw: random.Random) -> str:
    """Two numbers, compared exactly."""
    number, right = draw.randrange(2, 1_000), draw.random() < 0.5
    sample = _sample(f"The answer is {number if right else number + 1}.", references=(f"{number}.0",))
    return _stance(await _verify("math_equal", sample), right)


async def constraints(draw: random.Random) -> str:
    """Instructions that can be counted."""
    count, right = draw.randrange(5, 200), draw.random() < 0.5
    limit = Constraint(id="length_constraints:number_words", args={"num_words": count, "relation": "at least"})
    sample = _sample("word " * (count if right else count - 1), constraints=(limit,))
    return _stance(await _verify("constraints", sample), right)


async def function_calls(draw: random.Random) -> str:
    """Calls of a function with plain data."""
    number = draw.randrange(1_000)
    found = await call_function("def f(xs):\n    return {x: x * x for x in xs}", "f", [[number, number + 1]])
    return "" if found.value == {number: number**2, number + 1: (number + 1) ** 2} else f"{found} is no square"


async def calculation(draw: random.Random) -> str:
    """An expression, exactly."""
    one, other = draw.randrange(1, 10**9), draw.randrange(1, 10**9)
    said = str(await library.module("tools", "calculator").act(f"{one} * {other} - {other}"))
    return "" if str(one * other - other) in said.replace(",", "") else f"{said} for {one} * {other} - {other}"


async def steps(draw: random.Random) -> str:
    """Arithmetic within a solution."""
    number, right = draw.randrange(2, 1_000), draw.random() < 0.5
    text = f"Each has {number} and there are 7, so {number} * 7 = {number * 7 if right else number * 7 + 1}."
    found = await workers.call("benchmarks.soak_calls:_steps", text, timeout_s=10)
    return "" if found == ("supports" if right else "refutes") else f"{found} for {text}"


def _steps(text: str) -> str:
    found: Evidence = library.module("tools", "arithmetic_steps").verify(_sample(text))
    return found.stance


async def refused(draw: random.Random) -> str:
    """An expression that would take for ever."""
    text = draw.choice(
        ["9**9**9", "factorial(10**9)", "(" * 300 + "1", "comb(10**9, 5 * 10**8)", "2**(2**(2**(2**9)))"]
    )
    try:
        return f"{await library.module('tools', 'calculator').act(text)} for {text[:40]}"
    except ToolError:
        return ""


async def loop(draw: random.Random) -> str:
    """A program that never ends."""
    text = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: pass"
    run = await run_python(text, limits=Limits(wall_s=0.5), warm=draw.random() < 0.9)
    return _unless(run, "timeout")


async def memory_bomb(draw: random.Random) -> str:
    """A program that wants all memory, in one process or in many."""
    one = "data = []\nwhile True: data.append(bytearray(1 << 24))"
    many = "import os\nfor _ in range(4): os.fork()\ndata = bytearray(64 << 20)\nimport time; time.sleep(20)"
    run = await run_python(draw.choice([one, many]), limits=Limits(memory_mb=256))
    return _unless(run, "memory_limit")


async def fork_bomb(draw: random.Random) -> str:
    """A program that starts programs that start programs."""
    text = "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass"
    run = await run_python(text, limits=Limits(wall_s=2, processes=32), warm=draw.random() < 0.9)
    return "" if run.status in ("process_limit", "timeout") else _unless(run, "process_limit")


async def flood(draw: random.Random) -> str:
    """A program that prints without end."""
    run = await run_python("while True: print('x' * 1_000_000)")
    return _unless(run, "output_limit", len(run.stdout) < 2_000_000)


async def escape(draw: random.Random) -> str:
    """A program that leaves others behind and ends."""
    text = "import os, time\nfor _ in range(5):\n  if not os.fork():\n    os.setsid(); time.sleep(600)\nprint(1)"
    run = await run_python(text)
    return _unless(run, "ok", run.stdout == "1\n")


async def crash(draw: random.Random) -> str:
    """A worker that ends in the middle of a call."""
    try:
        await workers.call("os:abort", timeout_s=10)
    except ToolError:
        return ""
    return "a worker that crashed gave a result"


async def hanging_formula(draw: random.Random) -> str:
    """An expression that sympy never comes back from."""
    try:
        await workers.call("sympy:factorint", _HARD, timeout_s=0.5)
    except WorkerTimeoutError:
        return ""
    return "a worker that hung gave a result"


ORDINARY: list[Kind] = [
    *(program, program, failing_program, function_calls, unit_tests, unit_tests),
    *(formula, quantity, constraints, calculation, steps),
]
HOSTILE: list[Kind] = [loop, memory_bomb, fork_bomb, flood, escape, crash, hanging_formula, refused]


def _unless(run: Run, status: str, also: bool = True) -> str:
    return "" if run.status == status and also else f"{run} where {status} was due"


def _sample(text: str, **fields: object) -> Sample:
    return Sample.model_validate({"prompt": "?", "responses": (Response(text=text),), **fields})


async def _verify(tool: str, sample: Sample) -> Evidence:
    found: Evidence = await library.module("tools", tool).verify(sample)
    return found


def _stance(evidence: Evidence, right: bool) -> str:
    due = "supports" if right else "refutes"
    return "" if evidence.stance == due else f"{evidence.stance} where {due} was due: {evidence.summary}"
