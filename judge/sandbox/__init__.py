"""Running programs that nobody has read.

`run` runs a command, `run_python` a program, `run_language` one in any language, `run_tests` a program with tests.
`isolation` tells how well this machine shuts them in, `isolations` in which ways it can, and `try_languages` which
languages work here.
"""

from judge.sandbox.command import run
from judge.sandbox.languages import run_language, try_languages
from judge.sandbox.probe import isolation, isolations
from judge.sandbox.python import run_python
from judge.sandbox.testing import TestRun, run_tests
from judge.sandbox.toolchains import LanguageRun
from judge.sandbox.values import DEFAULT_LIMITS, Isolation, Limits, Run, RunStatus

__all__ = [
    "DEFAULT_LIMITS",
    "Isolation",
    "LanguageRun",
    "Limits",
    "Run",
    "RunStatus",
    "TestRun",
    "isolation",
    "isolations",
    "run",
    "run_language",
    "run_python",
    "run_tests",
    "try_languages",
]
