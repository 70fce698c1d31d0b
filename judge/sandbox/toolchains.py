"""The languages a program may be written in, and what each needs on this machine. It runs nothing."""

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from judge.errors import SettingsError
from judge.sandbox.values import Run

PATH = "/usr/local/bin:/usr/bin:/bin"
"""Where compilers and interpreters are looked for: these folders are visible inside the sandbox."""


@dataclass(frozen=True, slots=True)
class Language:
    """How programs of one language are built and run."""

    name: str
    also: tuple[str, ...]
    """Other names that it goes by; the first is SandboxFusion's."""
    source: str
    """The name of the file that the program is written to."""
    command: tuple[str, ...]
    """Runs it. `{heap_mb}` stands for the memory that an interpreter may give its objects."""
    compiler: tuple[str, ...] = ()
    """Makes the file `program` of it; empty where there is nothing to compile."""
    tool: str = ""
    """The program that must be installed; "" where this interpreter is enough."""
    install: str = ""
    """What to install when it is missing."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables that it needs."""
    reserves_memory: bool = False
    """It reserves far more address space than it uses, so that its memory can only be measured, not refused."""

    @property
    def missing(self) -> str:
        """Return what must be installed before this language works, "" when it is there."""
        if not self.tool or shutil.which(self.tool, path=PATH):
            return ""
        return f"{self.name} needs {self.tool}, which is in none of {PATH}; {self.install}"


_PYTHON = (sys.executable, "-E", "-s", "-B")  # not -I: a program may import the files that were given with it
_PYTEST = (*_PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "program_test.py")
_HERE = ("/bin/sh", "-c", 'cp /bin/sh run && cat program > run && exec ./run "$@"', "program")
"""Files arrive without the right to be executed, chmod may do nothing, and a copy of what has that right has it too."""

_ALL = (
    Language("python", ("python", "python3", "py"), "program.py", (*_PYTHON, "program.py")),
    Language(
        "pytest",
        ("pytest",),
        "program_test.py",
        _PYTEST,
        environment={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},  # what is installed beside us is no part of a test
    ),
    Language(
        "cpp",
        ("cpp", "c++", "cxx"),
        "program.cpp",
        _HERE,
        compiler=("g++", "-std=c++17", "-O2", "-pthread", "-o", "program", "program.cpp"),
        tool="g++",
        install="on Debian and Ubuntu: apt-get install g++",
    ),
    Language(
        "javascript",
        ("nodejs", "node", "js"),
        "program.js",
        ("node", "--max-old-space-size={heap_mb}", "program.js"),
        tool="node",
        install="on Debian and Ubuntu: apt-get install nodejs",
        environment={"OPENSSL_CONF": "/dev/null"},  # it must be readable, and the machine's may be out of reach
        reserves_memory=True,
    ),
    Language("bash", ("bash", "sh", "shell"), "program.sh", ("bash", "program.sh"), tool="bash", install="install it"),
)
LANGUAGES = {language.name: language for language in _ALL}
"""By name, without the other names."""
_NAMES = {name: language for language in _ALL for name in (language.name, *language.also)}


def find_language(name: str) -> Language:
    """Return the language of that name, in any case. Raises SettingsError for one that is not known here."""
    if found := _NAMES.get(name.lower()):
        return found
    raise SettingsError(f"programs in {name!r} are not run here; choose one of {', '.join(LANGUAGES)}")


@dataclass(frozen=True, slots=True)
class LanguageRun:
    """What came of a program in any language."""

    compiled: Run | None
    """None where nothing had to be compiled."""
    run: Run | None
    """None when it did not compile."""

    @property
    def last(self) -> Run:
        """How far it got: the run, or the compilation that failed."""
        last = self.run or self.compiled
        assert last is not None, "one of the two there must be"
        return last
