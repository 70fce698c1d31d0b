"""Running programs that nobody has read.

`run` runs a command, `run_python` a program, `run_language` one in any language, `run_tests` a program with tests in
its process, `call_function` calls a function of a program with plain data and `call_each` calls it several times,
`run_sessions` makes many calls.
`isolation` tells how well this machine shuts them in, `isolations` in which ways it can, and `try_languages` which
languages work. `runs_on` says where: a level of isolation, or a server.
"""

from judge.sandbox.calls import Called, Opaque, call_each, call_function, run_checker
from judge.sandbox.command import run
from judge.sandbox.languages import run_language, run_on_each, try_languages
from judge.sandbox.probe import isolation, isolations
from judge.sandbox.python import run_python
from judge.sandbox.sessions import Outcome, SessionsRun, Step, raised, run_sessions
from judge.sandbox.testing import TestRun, run_tests
from judge.sandbox.toolchains import LanguageRun, find_language
from judge.sandbox.values import DEFAULT_LIMITS, Isolation, Limits, Run, RunStatus
from judge.sandbox.where import runs_on

__all__ = [
    "DEFAULT_LIMITS",
    "Called",
    "Isolation",
    "LanguageRun",
    "Limits",
    "Opaque",
    "Outcome",
    "Run",
    "RunStatus",
    "SessionsRun",
    "Step",
    "TestRun",
    "call_each",
    "call_function",
    "find_language",
    "isolation",
    "isolations",
    "raised",
    "run",
    "run_checker",
    "run_language",
    "run_on_each",
    "run_python",
    "run_sessions",
    "run_tests",
    "runs_on",
    "try_languages",
]
