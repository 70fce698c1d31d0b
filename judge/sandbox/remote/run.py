"""Run a program on a server: from a run's terms to the wire, and back."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import replace

from judge.errors import SettingsError
from judge.sandbox.probe import LEVELS
from judge.sandbox.remote.client import ask
from judge.sandbox.remote.protocol import Answer, RunRequest, broken, read
from judge.sandbox.toolchains import Language, LanguageRun
from judge.sandbox.values import Limits, Run


async def run_there(
    server: str | Sequence[str],
    language: Language,
    code: str,
    *,
    stdin: str | bytes,
    files: Mapping[str, str | bytes],
    limits: Limits,
    compile_s: float,
    fetch: Sequence[str],
    words: Sequence[str],
    level: str,
    at_least: str,
) -> LanguageRun:
    """Return what a server made of a program. Of the limits, time and memory travel; the rest are its own.

    Raises SettingsError for a server that is no address. What keeps the program from being run is a `sandbox_error`.
    """
    request = RunRequest(
        code=_sendable(code),
        language=language.also[0],
        stdin=_sendable(stdin),
        compile_timeout=compile_s,
        run_timeout=limits.wall_s,
        memory_limit_MB=limits.memory_mb,
        files={name: base64.b64encode(_content(content)).decode() for name, content in files.items()},
        fetch_files=tuple(fetch),
        args=tuple(words),
    )
    answer = await ask(server, request)
    done = read(answer, limits, compile_s)
    if done.last.status == "sandbox_error":
        return done
    if (level or at_least) and (weak := _too_weak(done.last.isolation, level, at_least)):
        return LanguageRun(None, broken(weak))
    return LanguageRun(done.compiled, done.run and _with_files(done.run, answer))


def _too_weak(isolation: str, level: str, at_least: str) -> str:
    """Return why a run is not believed that was to be shut in better, "" when it is."""
    names = [known.name for known in LEVELS]
    for wanted in filter(None, (level, at_least)):
        if wanted not in names:
            raise SettingsError(f"{wanted!r} is no level of isolation; there are {', '.join(names)}")
    found = isolation.partition(":")[2]
    if found not in names:
        return f"isolation {level or at_least} was demanded, and the server does not say how it shuts programs in"
    if (level and found != level) or (at_least and names.index(found) < names.index(at_least)):
        return f"isolation {level or at_least} was demanded, and the server shut the program in by {found}"
    return ""


def _sendable(text: str | bytes) -> str:
    """Return text that JSON can carry to everybody: halves of characters become question marks."""
    return (text if isinstance(text, bytes) else text.encode("utf-8", "replace")).decode("utf-8", "replace")


def _content(content: str | bytes) -> bytes:
    return content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content


def _with_files(run: Run, answer: Answer) -> Run:
    try:
        return replace(run, fetched={name: base64.b64decode(content) for name, content in answer.files.items()})
    except binascii.Error as error:
        return broken(f"the server sent a file that is no base64: {error}")
