"""What a sandboxed run is given and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from judge.errors import SettingsError

RunStatus = Literal["ok", "runtime_error", "timeout", "memory_limit", "output_limit", "sandbox_error"]
"""`ok`: exit code 0. `runtime_error`: any other end of its own. `sandbox_error`: we broke and know nothing of it."""
_PYTHON_MB = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use."""

    wall_s: float = 10
    """Seconds from the program's start."""
    memory_mb: int = 512
    """Mebibytes: address space of each process, and memory of all of them together."""
    output_bytes: int = 1 << 20
    """Bytes kept of each output stream, half from its start and half from its end. 64 MiB more end the run."""
    file_mb: int = 64
    """Mebibytes of one file, and of all files together where the isolation can hold them together."""
    processes: int = 64
    """Processes and threads at once."""
    patience: float = 0
    """Seconds in which the program waited for a free core are given back, up to so many times `wall_s`."""

    def __post_init__(self) -> None:
        if self.memory_mb < _PYTHON_MB:
            raise SettingsError(f"memory_mb={self.memory_mb!r} is too little for Python; give it {_PYTHON_MB} or more")


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Run:
    """One program's run."""

    status: RunStatus
    exit_code: int | None
    """As the program ended: negative for a signal; None when the sandbox ended it."""
    stdout: str
    stderr: str
    """Bytes that are no UTF-8 are replaced; what was left out of the middle is said there."""
    wall_s: float
    """Seconds from the program's start to its end."""
    isolation: str
    """Name of the isolation that the program ran in."""
    message: str = ""
    """One sentence on any status but `ok`."""
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Isolation:
    """How well this machine can shut a program in."""

    name: Literal["namespaces", "process", "none"]
    does_not_cover: str
    """What a program can still reach."""
    weaker_because: str = ""
    """Why no stronger isolation was found."""
