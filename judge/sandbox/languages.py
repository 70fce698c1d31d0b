"""Run a program in any of the languages whose toolchain is installed. Compilers run in the sandbox too."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from judge.sandbox.command import run
from judge.sandbox.remote.run import run_there
from judge.sandbox.toolchains import LANGUAGES, Language, LanguageRun, find_language
from judge.sandbox.values import DEFAULT_LIMITS, Limits, Run
from judge.sandbox.where import Where, where

_COMPILER_MB = 1024
_HEAP_OVERHEAD_MB = 96
"""What an interpreter needs beside the objects of its program."""
_MADE = "program"
_HELLO = {
    "python": "print('hello')",
    "pytest": "def test_hello(): print('hello')",
    "cpp": '#include <iostream>\nint main() { std::cout << "hello\\n"; }',
    "javascript": "console.log('hello')",
    "bash": "echo hello",
}


async def run_language(
    language: str,
    code: str,
    *,
    stdin: str | bytes = "",
    files: Mapping[str, str | bytes] = MappingProxyType({}),
    limits: Limits = DEFAULT_LIMITS,
    compile_s: float = 30,
    fetch: Sequence[str] = (),
    words: Sequence[str] = (),
    level: str = "",
    at_least: str = "",
    server: str | Sequence[str] | None = None,
) -> LanguageRun:
    """Compile a program where its language asks for it, and run it, each in a sandbox of its own.

    The compiler sees the program and `files` but not `stdin`; it may use `compile_s` seconds and a gigabyte. `words`
    are the command line's further words, and the files named in `fetch` are handed back in the run.

    With `server`, the address of a sandbox server or several of them, it runs there. A server that is gone, busy or
    broken is tried again and is a `sandbox_error` in the end; `level` and `at_least` must be what the server says of
    itself, which only ours do.

    Raises:
        DataError: a file name leads out of the working directory.
        SettingsError: the language or the level is not known, or the server is no address.
    All else, a missing toolchain included, is a status of the run.
    """
    [done] = await run_on_each(
        language,
        code,
        [stdin],
        files=files,
        limits=limits,
        compile_s=compile_s,
        fetch=fetch,
        words=words,
        level=level,
        at_least=at_least,
        server=server,
    )
    return done


async def run_on_each(
    language: str,
    code: str,
    inputs: Sequence[str | bytes],
    *,
    files: Mapping[str, str | bytes] = MappingProxyType({}),
    limits: Limits = DEFAULT_LIMITS,
    compile_s: float = 30,
    fetch: Sequence[str] = (),
    words: Sequence[str] = (),
    level: str = "",
    at_least: str = "",
    server: str | Sequence[str] | None = None,
) -> list[LanguageRun]:
    """Compile a program once and run it on each standard input, side by side; all else is as in `run_language`."""
    spoken = find_language(language)
    said = Where(level, at_least) if level or at_least else where()
    server = where().server if server is None else server
    if server != "":
        there = partial(run_there, server, spoken, code, files=files, limits=limits, compile_s=compile_s, fetch=fetch)
        there = partial(there, words=words, level=said.level, at_least=said.at_least)
        return list(await asyncio.gather(*(there(stdin=stdin) for stdin in inputs)))
    if missing := spoken.missing:
        return [LanguageRun(None, Run("sandbox_error", None, "", "", 0.0, "none", missing))] * len(inputs)
    files = {**files, spoken.source: code}
    compiled: Run | None = None
    if spoken.compiler:
        compiled = await _compile(spoken, files, limits, compile_s, said)
        if compiled.status != "ok":
            return [LanguageRun(_not_compiled(compiled), None)] * len(inputs)
        files[_MADE] = compiled.fetched[_MADE]
        compiled = replace(compiled, fetched={})
    start = partial(
        run,
        (*_command(spoken, limits), *words),
        files=files,
        limits=replace(limits, address_space=limits.address_space and not spoken.reserves_memory),
        fetch=fetch,
        environment=spoken.environment,
        level=said.level,
        at_least=said.at_least,
    )
    done = await asyncio.gather(*(start(stdin=stdin) for stdin in inputs))
    return [LanguageRun(compiled, _exhausted(each, limits) if spoken.reserves_memory else each) for each in done]


async def _compile(
    language: Language, files: Mapping[str, str | bytes], limits: Limits, compile_s: float, said: Where
) -> Run:
    most = Limits(wall_s=compile_s, memory_mb=max(_COMPILER_MB, limits.memory_mb), patience=limits.patience)
    compiled = await run(
        language.compiler, files=files, limits=most, fetch=(_MADE,), level=said.level, at_least=said.at_least
    )
    return (
        compiled if compiled.status != "ok" or _MADE in compiled.fetched else replace(compiled, status="runtime_error")
    )


def _not_compiled(compiled: Run) -> Run:
    """Return the compiler's run with a message that names it."""
    if compiled.status == "runtime_error":
        return replace(compiled, message="it did not compile")
    if compiled.status == "sandbox_error":
        return compiled
    return replace(compiled, message=f"while it was compiled {compiled.message}")


def _command(language: Language, limits: Limits) -> tuple[str, ...]:
    heap_mb = max(32, limits.memory_mb - _HEAP_OVERHEAD_MB)
    return tuple(word.format(heap_mb=heap_mb) if "{heap_mb}" in word else word for word in language.command)


def _exhausted(done: Run, limits: Limits) -> Run:
    """Return the run, its status put right where an interpreter ended because its own limit was reached."""
    if done.status == "runtime_error" and re.search("^FATAL ERROR: .*heap out of memory$", done.stderr, re.M):
        return replace(done, status="memory_limit", message=f"it needed more than {limits.memory_mb} MB of memory")
    return done


async def try_languages() -> dict[str, str]:
    """Return for each language why it does not work here, "" when it does. Every one runs a program of one line."""
    found = {}
    for name in LANGUAGES:
        done = (await run_language(name, _HELLO[name], limits=Limits(wall_s=30))).last
        works = done.status == "ok"
        found[name] = "" if works else f"{done.message} {done.stderr.strip()[-200:]}".strip()
    return found
