"""Running Python that nobody has read.

`run_python` runs a program, `call_function` calls a function of one with plain data, `run_sessions` makes many calls,
`run_tests` runs a program with tests in its process; `isolation` tells how well this machine shuts them in.
"""

from judge.sandbox.calls import Called, Opaque, call_function, run_checker
from judge.sandbox.probe import isolation
from judge.sandbox.python import run_python
from judge.sandbox.sessions import Outcome, SessionsRun, Step, raised, run_sessions
from judge.sandbox.testing import TestRun, run_tests
from judge.sandbox.values import DEFAULT_LIMITS, Isolation, Limits, Run, RunStatus

__all__ = [
    "DEFAULT_LIMITS",
    "Called",
    "Isolation",
    "Limits",
    "Opaque",
    "Outcome",
    "Run",
    "RunStatus",
    "SessionsRun",
    "Step",
    "TestRun",
    "call_function",
    "isolation",
    "raised",
    "run_checker",
    "run_python",
    "run_sessions",
    "run_tests",
]
