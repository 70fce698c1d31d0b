"""Runs inside the sandbox, as its program: loads a response's program and answers calls, with plain data.

Standard input is one JSON object: `token`, `program` and `sessions`. A session is a list of steps that share a state;
each further session starts from the freshly loaded program, in a process of its own. What a step gives goes to the
standard output at once, one line each: the token and `[session, step, outcome]`, where the outcome is `{"v": value}`
(with `m` where arguments were changed) or `{"e": [type, bases, message]}`. No expected value is known here: a program
that reads all our memory and forges every line still has to find the right answers by itself.
"""

from __future__ import annotations

import builtins
import json
import operator
import os
import sys
from types import ModuleType

from judge.sandbox.inside.plain import Reader, UnreadableError, Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TOTAL = 16 << 20
"""Bytes that all answers together may have."""
LEAST = 1 << 16
"""Bytes that the answers of one session may have, however many there are."""
_BASES = (int, float, str, tuple, list, dict, set, frozenset, bytes, complex)
_CHANGING = ("list", "dict", "set", "bytearray", "deque", "ndarray", "Counter", "OrderedDict", "defaultdict")
_SAID = 300


class Session:
    """The objects of one session: what steps gave, and what has no plain form, by number."""

    def __init__(self, module: ModuleType) -> None:
        self.module = module
        self.given: list[Any] = []
        self.objects: list[Any] = []
        self.numbers: dict[int, int] = {}

    def step(self, step: dict[str, Any]) -> dict[str, Any]:
        """Do one step and return its outcome."""
        self.given.append(None)
        try:
            value, changed = getattr(self, f"do_{step['do']}")(step)
            self.given[-1] = value
        except BaseException as error:
            return {"e": described(error)}
        try:
            return {"v": self.written(value), **({"m": changed} if changed else {})}
        except BaseException as error:
            return {"u": str(error)[:_SAID] if type(error) is UnreadableError else type(error).__name__}

    def do_call(self, step: dict[str, Any]) -> tuple[Any, list[Any]]:
        """Call something, or a method of it, with arguments; tell which of them it has changed."""
        args = self.read(step["args"])
        named = self.read({"d": list(step.get("kwargs", {}).items())})
        whole = [*args, *named.values()]
        watched = [(at, self.written(value)) for at, value in enumerate(whole) if type(value).__name__ in _CHANGING]
        on = self.read(step["on"])
        value = (getattr(on, step["name"]) if "name" in step else on)(*args, **named)
        now = ((at, before, self.written(whole[at])) for at, before in watched)
        return value, [[at, after] for at, before, after in now if after != before]

    def do_read(self, step: dict[str, Any]) -> tuple[Any, None]:
        """Return what a name stands for."""
        return self.read(step["on"]), None

    def do_get(self, step: dict[str, Any]) -> tuple[Any, None]:
        """Read an attribute."""
        return getattr(self.read(step["on"]), step["name"]), None

    def do_set(self, step: dict[str, Any]) -> tuple[None, None]:
        """Set an attribute."""
        setattr(self.read(step["on"]), step["name"], self.read(step["args"])[0])
        return None, None

    def do_define(self, step: dict[str, Any]) -> tuple[Any, None]:
        """Run a definition that the tests bring along, with the values that it refers to."""
        run, space = exec, self.module.__dict__
        space.update(self.read({"d": list(step["with"].items())}))
        run(compile_(step["source"], "<tests>", "exec"), space)
        return space[step["name"]], None

    def read(self, data: Any) -> Any:
        """Return what the caller wrote."""
        return Reader(self.named).read(data)

    def named(self, tag: str, payload: Any) -> Any:
        """Return an object that the caller names: a result, an object by number, a global, a builtin."""
        if tag == "r":
            return self.given[payload]
        if tag == "x":
            return self.objects[payload]
        if tag == "g":
            space = self.module.__dict__
            if payload not in space and not hasattr(builtins, payload):
                raise NameError(f"name {payload!r} is not defined")
            return space[payload] if payload in space else getattr(builtins, payload)
        return getattr(operator, payload) if hasattr(operator, payload) else getattr(builtins, payload)

    def written(self, value: Any) -> Any:
        """Return the value as JSON."""
        return Writer(self.opaque).write(value)

    def opaque(self, value: Any) -> dict[str, Any]:
        """Return a number for an object that is no plain data, its type's name, and what data it carries."""
        if id(value) not in self.numbers:
            self.numbers[id(value)] = len(self.objects)
            self.objects.append(value)  # which keeps its id from being used again
        kind: Any = type(value)
        own_eq = kind.__eq__ is not object.__eq__
        truth = hasattr(kind, "__bool__") or hasattr(kind, "__len__")
        return {"o": [self.numbers[id(value)], kind.__name__, own_eq, truth, self.data(value, kind)]}

    def data(self, value: Any, kind: Any) -> Any:
        """Return the data under an object of a class of the program's own; None when there is none."""
        for base in _BASES:
            if base in kind.__mro__:
                return self.written(plain(value, base))
        if getattr(getattr(kind, "__dataclass_params__", None), "eq", False):
            names = [field.name for field in kind.__dataclass_fields__.values() if field.compare]
            return {"k": [kind.__name__, [[name, self.written(getattr(value, name))] for name in names]]}
        return None


compile_ = compile


def plain(value: Any, base: Any) -> Any:
    """Return the value under a subclass of a builtin type, whatever its methods say."""
    if base in (int, float, complex):
        return base.__add__(value, base())
    if base is str:
        return str.__getitem__(value, slice(None)) if str.__len__(value) else ""
    if base is dict:
        return dict(dict.items(value))
    return base(base.__iter__(value))


def described(error: BaseException) -> list[Any]:
    """Return the type, the names of its bases, and what an error says, which may be anything."""
    try:
        said = str(error)[:_SAID]
    except BaseException:
        said = ""
    return [type(error).__name__, [base.__name__ for base in type(error).__mro__], said]


def flush(stream: Any) -> None:
    """Let go of what the program has printed, if it can still be printed."""
    try:
        stream.flush()
    except BaseException:
        return


class Channel:
    """Where the answers go: the standard output, which the program no longer has."""

    def __init__(self, token: str) -> None:
        self.token, self.room = token.encode(), TOTAL
        self.write, self.dumps = os.write, json.dumps  # before anybody replaces them
        self.out, nothing = os.dup(1), os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)

    def tell(self, *what: Any) -> None:
        """Write an answer, or that there is no room for it."""
        line = self.dumps(what).encode()
        self.room -= len(line)
        if self.room < 0:
            line = self.dumps([*what[:2], {"u": "too large together"}]).encode()
        line = b"\n" + self.token + b" " + line + b"\n"
        while line:
            line = line[self.write(self.out, line) :]


def main() -> None:
    """Load the program and go through the sessions."""
    leave, run, printed = os._exit, exec, sys.stdout
    job = json.loads(sys.stdin.buffer.read())
    sessions, channel = job["sessions"], Channel(job.pop("token"))
    module = ModuleType("program")  # so that `if __name__ == "__main__"` of the response stays asleep
    sys.modules["program"] = sys.modules["__main__"] = module
    try:
        run(compile_(job.pop("program").encode("utf-8", "surrogatepass"), "<program>", "exec"), module.__dict__)
    except BaseException as error:
        channel.tell(-1, 0, {"e": described(error)})
        leave(0)
    channel.tell(-1, 0, {"v": None})
    channel.room = max(TOTAL // (len(sessions) or 1), LEAST)
    forks = len(sessions) > 1 and hasattr(os, "fork")
    for number, steps in enumerate(sessions):
        flush(printed)
        if forks and (child := os.fork()):
            channel.tell(number, -1, {"code": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])})
            continue
        session = Session(module)
        for at, step in enumerate(steps):
            channel.tell(number, at, session.step(step))
        flush(printed)
        if forks:
            leave(0)
    leave(0)


if __name__ == "__main__":
    main()
