"""Running programs that nobody has read.

`run` runs a command, `run_python` a program, `run_tests` a program with tests; `isolation` tells how well this machine
shuts them in, and `isolations` in which ways it can.
"""

from judge.sandbox.command import run
from judge.sandbox.probe import isolation, isolations
from judge.sandbox.python import run_python
from judge.sandbox.testing import TestRun, run_tests
from judge.sandbox.values import DEFAULT_LIMITS, Isolation, Limits, Run, RunStatus

__all__ = [
    "DEFAULT_LIMITS",
    "Isolation",
    "Limits",
    "Run",
    "RunStatus",
    "TestRun",
    "isolation",
    "isolations",
    "run",
    "run_python",
    "run_tests",
]
