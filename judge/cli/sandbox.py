"""`judge sandbox`: run one program, or serve programs to others."""

import asyncio
import os
import secrets
import sys
from pathlib import Path
from typing import Annotated

import typer

from judge.errors import DataError, SettingsError
from judge.sandbox import Limits
from judge.sandbox.languages import run_language
from judge.sandbox.probe import choose
from judge.sandbox.remote.client import TOKEN_ENV
from judge.sandbox.remote.desk import Bounds
from judge.sandbox.remote.server import LOOPBACK, listen
from judge.sandbox.remote.server import serve as serve_forever
from judge.sandbox.toolchains import LANGUAGES

_SHORTEST_TOKEN = 16
_SUFFIXES = {Path(language.source).suffix: language.name for language in reversed(LANGUAGES.values())}

sandbox = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")


@sandbox.callback()
def _root() -> None:
    """Run programs that nobody has read, here or for others.

    Examples:

      judge sandbox run solution.py < input.txt

      judge sandbox serve
    """


OnLevel = Annotated[str, typer.Option("--level", metavar="LEVEL", help="Run in this isolation and in no other.")]
AtLeast = Annotated[str, typer.Option(metavar="LEVEL", help="Refuse to run in anything weaker.")]


@sandbox.command()
def run(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE", help="The program.")],
    language: Annotated[
        str | None, typer.Option(metavar="NAME", help=f"One of {', '.join(LANGUAGES)}; else the suffix tells.")
    ] = None,
    server: Annotated[list[str] | None, typer.Option(metavar="URL", help="Run it there. Repeatable.")] = None,
    time: Annotated[float, typer.Option(metavar="SECONDS", help="From its start to its end.")] = 10,
    memory_mb: Annotated[int, typer.Option(metavar="MB", help="All its processes together.")] = 512,
    level: OnLevel = "",
    at_least: AtLeast = "",
) -> None:
    """Run one program. Its input is this command's, and so is its output; a last line on stderr says how it ended.

    Exit codes: 0 it ended well, 1 it did not, 2 wrong set-up.

    Examples:

      judge sandbox run solution.py < input.txt

      judge sandbox run solution.cpp --server http://127.0.0.1:8080
    """
    named = language or _SUFFIXES.get(file.suffix)
    if named is None:
        raise SettingsError(f"the suffix of {file.name!r} tells no language; add --language {min(LANGUAGES)}")
    stdin = "" if sys.stdin.isatty() else sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    done = asyncio.run(
        run_language(
            named,
            _text(file),
            stdin=stdin,
            limits=Limits(wall_s=time, memory_mb=memory_mb),
            level=level,
            at_least=at_least,
            server=server,
        )
    ).last
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    seconds = f"{done.wall_s:.2f} s, isolation {done.isolation}"
    typer.echo(f"{done.status}: {done.message or 'it ended well'} ({seconds})", err=True)
    if done.status != "ok":
        raise typer.Exit(1)


@sandbox.command()
def serve(
    host: Annotated[str, typer.Option(metavar="HOST", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", min=0, max=65535, help="0 takes a free one.")] = 8080,
    token_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, metavar="FILE", help="Holds the token.")
    ] = None,
    token_env: Annotated[str, typer.Option(metavar="NAME", help="The variable that holds the token.")] = TOKEN_ENV,
    no_token: Annotated[bool, typer.Option("--no-token", help="Let everybody on this machine in.")] = False,
    level: OnLevel = "",
    at_least: AtLeast = "",
    concurrency: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Programs at once; else one for each core.")
    ] = None,
    queue: Annotated[int, typer.Option(min=1, metavar="N", help="Requests that may wait or run.")] = 512,
    queue_s: Annotated[float, typer.Option(metavar="SECONDS", help="Longest wait before a program starts.")] = 9,
    body_mb: Annotated[int, typer.Option(min=1, metavar="MB", help="Largest request.")] = 16,
    memory_mb: Annotated[int, typer.Option(min=64, metavar="MB", help="Memory where a request asks for none.")] = 512,
    largest_mb: Annotated[int, typer.Option(min=64, metavar="MB", help="Most memory that may be asked for.")] = 4096,
    longest_s: Annotated[float, typer.Option(metavar="SECONDS", help="Most time that may be asked for.")] = 300,
) -> None:
    """Run programs for others, who send them by SandboxFusion's protocol (verl, or this package's own tools).

    A token is demanded: the one from --token-file or from the variable, else one that is made and shown at the start.

    Examples:

      judge sandbox serve

      judge sandbox serve --host 0.0.0.0 --token-file token.txt --at-least landlock
    """
    token, made = _token(host, token_file, token_env, no_token)
    chosen = choose(level, at_least)
    if isinstance(chosen, str):
        raise SettingsError(chosen)
    bounds = Bounds(
        concurrency=concurrency or os.cpu_count() or 1,
        queue=queue,
        queue_s=queue_s,
        body_mb=body_mb,
        memory_mb=memory_mb,
        largest_mb=largest_mb,
        longest_s=longest_s,
        level=level,
        at_least=at_least,
    )
    with listen(host, port) as door:
        typer.echo(f"isolation: {chosen.name}; it does not cover {chosen.does_not_cover}")
        typer.echo(f"listening: http://{_shown(host)}:{door.getsockname()[1]}/run_code")
        if made:
            typer.echo(f"token, shown this once: {TOKEN_ENV}={token}")
        sys.stdout.flush()
        serve_forever(door, token, bounds)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _token(host: str, file: Path | None, env: str, none: bool) -> tuple[str, bool]:
    """Return the token, "" for none, and whether it was made here."""
    if none:
        if host not in LOOPBACK:
            raise SettingsError(f"a server on {host} needs a token; leave out --no-token, or bind it to 127.0.0.1")
        return "", False
    given = _text(file).strip() if file else os.environ.get(env, "").strip()
    if not given and not file and env == TOKEN_ENV:
        return secrets.token_urlsafe(32), True
    if len(given) < _SHORTEST_TOKEN:
        place = str(file) if file else f"the variable {env}"
        raise SettingsError(f"the token in {place} has {len(given)} characters; use {_SHORTEST_TOKEN} or more")
    return given, False


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is no text in UTF-8: {error.reason} at byte {error.start + 1}; convert it") from error
