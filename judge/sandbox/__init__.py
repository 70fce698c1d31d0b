"""Running Python that nobody has read.

`run_python` runs a program, `run_tests` a program with tests; `isolation` tells how well this machine shuts them in.
"""

from judge.sandbox.languages import run_language, try_languages
from judge.sandbox.probe import isolation
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
    "run_language",
    "run_python",
    "run_tests",
    "try_languages",
]
