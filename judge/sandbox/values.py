"""What a sandboxed run is given and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from judge.errors import SettingsError

RunStatus = Literal[
    "ok",
    "runtime_error",
    "timeout",
    "memory_limit",
    "output_limit",
    "process_limit",
    "disk_limit",
    "sandbox_error",
]
"""`ok`: exit code 0. `runtime_error`: any other end of its own. `sandbox_error`: it did not start, and we know nothing
of it."""
_LEAST_MB = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use."""

    wall_s: float = 10
    """Seconds from the program's start."""
    cpu_s: float | None = None
    """Seconds of processor time of all its processes together; None sets no limit beside `wall_s`."""
    memory_mb: int = 512
    """Mebibytes of all its processes together, and of the files where these lie in memory."""
    address_space: bool = True
    """Hold each process to `memory_mb` of address space too, so that it is told at once what it cannot have.

    Turn it off for programs that reserve much more than they use, such as node and Go.
    """
    output_bytes: int = 1 << 20
    """Bytes kept of each output stream, half from its start and half from its end. 64 MiB more end the run."""
    file_mb: int = 64
    """Mebibytes of one file, of all files together, and of what is fetched. 16,384 files and directories at most."""
    processes: int = 64
    """Processes and threads at once."""
    patience: float = 0
    """Seconds in which the program waited for a free core are given back, up to so many times `wall_s`."""
    change_modes: bool = False
    """Let `chmod` have its effect also where a program has no user of its own and could change files outside.

    Compilers need it for what they make. Without it `chmod` succeeds there and does nothing.
    """

    def __post_init__(self) -> None:
        if self.memory_mb < _LEAST_MB:
            raise SettingsError(f"memory_mb={self.memory_mb!r} is too little for Python; give it {_LEAST_MB} or more")
        if not self.wall_s > 0:
            raise SettingsError(f"wall_s={self.wall_s!r} is no time to run; give it more than 0")


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run, once the caller's words have been checked."""

    command: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    """By relative path; they lie in the working directory."""
    stdin: bytes = b""
    limits: Limits = DEFAULT_LIMITS
    fetch: tuple[str, ...] = ()
    """Relative paths of files that are wanted afterwards."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables beside the usual few."""
    visible: tuple[str, ...] = ()
    """Paths to show, for reading, beside the system's and Python's."""


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
    """Name of the level that the program ran on."""
    message: str = ""
    """One sentence on any status but `ok`."""
    cpu_s: float = 0.0
    """Seconds of processor time of all its processes."""
    memory_mb: float = 0.0
    """Most mebibytes at once, as far as it was looked at: every 0.02 s, and in the end for the largest process."""
    stdout_dropped: int = 0
    stderr_dropped: int = 0
    """Bytes that were left out."""
    fetched: Mapping[str, bytes] = field(default_factory=dict)
    """The files that were asked for, as far as they were regular files of one name, and not too large."""

    @property
    def signal(self) -> int | None:
        """The signal that ended the program, if one did."""
        return -self.exit_code if self.exit_code is not None and self.exit_code < 0 else None


@dataclass(frozen=True, slots=True)
class Isolation:
    """How well this machine can shut a program in."""

    name: str
    """`namespaces`, `landlock`, `process`, or `none` when no program can be run."""
    does_not_cover: str
    """What a program can still reach."""
    weaker_because: str = ""
    """Why no stronger isolation was found."""
