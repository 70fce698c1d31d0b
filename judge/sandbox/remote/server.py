"""A server for SandboxFusion's protocol that runs programs in our sandbox. No text of a program reaches a log."""

import base64
import binascii
import hmac
import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from judge.errors import DataError, JudgeError, SettingsError
from judge.sandbox.languages import run_language
from judge.sandbox.remote.desk import Bounds, BusyError, Desk
from judge.sandbox.remote.protocol import QUEUE_HEADER, Answer, RunRequest, answer, refusal
from judge.sandbox.values import Limits

if TYPE_CHECKING:
    from fastapi import FastAPI, Request, Response

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LEAST_MB = 64
_PATIENCE = 0.5
_LONGEST_QUEUE_S = 600.0
_GRACE_S = 5
"""Seconds in which requests may be answered once the server is to end; their programs are dead by then."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes a free one. Raises SettingsError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(f"cannot listen on {host}:{port} ({error.strerror}); choose another --port") from error


def serve(door: socket.socket, token: str, bounds: Bounds) -> None:
    """Serve until SIGINT or SIGTERM, then kill what runs and answer whoever waits that it is over.

    Without a token, which is for loopback alone, requests must name a loopback host, so that no web page can send any.
    """
    if not token and door.getsockname()[0] not in LOOPBACK:
        raise SettingsError("without a token a server must be bound to 127.0.0.1; leave out --no-token")
    try:
        import uvicorn
    except ImportError as error:
        raise SettingsError("serving needs more packages: pip install 'agentic-judge[serve]'") from error

    desk = Desk(bounds)

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            desk.close()
            await super().shutdown(sockets)

    settings = uvicorn.Config(
        application(desk, token),
        access_log=False,
        log_level="warning",
        lifespan="off",
        timeout_graceful_shutdown=_GRACE_S,
    )
    with suppress(KeyboardInterrupt):
        Server(settings).run([door])


def application(desk: Desk, token: str) -> "FastAPI":
    """Return the server as an ASGI application."""
    from fastapi import FastAPI, Request, Response

    app = FastAPI(title="judge sandbox", docs_url=None, redoc_url=None, openapi_url=None)

    async def ping() -> str:
        return "pong"

    async def run_code(request: Request) -> Response:
        return await _run_code(request, desk, token)

    app.get("/v1/ping")(ping)
    app.post("/run_code")(run_code)
    return app


async def _run_code(request: "Request", desk: Desk, token: str) -> "Response":
    from fastapi import Response
    from starlette.requests import ClientDisconnect

    def reply(status: int, content: str, **headers: str) -> Response:
        return Response(content, status, headers, "application/json")

    def no(status: int, detail: str, **headers: str) -> Response:
        return reply(status, json.dumps({"detail": detail}), **headers)

    if not _may_enter(request.headers, token):
        return no(401, "a token is needed: Authorization: Bearer TOKEN", **{"www-authenticate": "Basic"})
    if not request.headers.get("content-type", "").startswith("application/json"):
        return no(415, "send JSON, with the header content-type: application/json")
    size = request.headers.get("content-length", "")
    if not size.isdecimal():
        return no(411, "send the header content-length")
    if int(size) > desk.bounds.body_mb << 20:
        return no(413, f"a request may have {desk.bounds.body_mb} MiB; start the server with a larger --body-mb")
    try:
        async with desk.seat(int(size)):
            wanted = _read(await request.body())
            done = await desk.work(lambda: run(wanted, desk.bounds), _gone(request), _queue_s(request, desk))
            return reply(200, done.model_dump_json()) if done else Response(status_code=499)
    except BusyError:  # 504 and not 503, since verl's client repeats on that alone
        return no(504, "the server is busy; try again", **{"retry-after": "1"})
    except ClientDisconnect:
        return Response(status_code=499)
    except DataError as error:
        return no(422, str(error))


def _read(body: bytes) -> RunRequest:
    """Return the request. Raises DataError for what is none."""
    try:
        return RunRequest.model_validate(_whole(json.loads(body)))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise DataError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"the request is no JSON: {type(error).__name__}") from None


def _may_enter(headers: Mapping[str, str], token: str) -> bool:
    """Return whether the caller knows the token, as a Bearer's or as the password of Basic, which URLs can carry."""
    if not token:
        host = headers.get("host", "")
        return host.rpartition(":")[0].strip("[]") in LOOPBACK or host.strip("[]") in LOOPBACK
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).decode().partition(":")[2]
        except ValueError:
            return False
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(given.strip().encode(), token.encode())


def _queue_s(request: "Request", desk: Desk) -> float:
    asked = request.headers.get(QUEUE_HEADER, "")
    return min(float(asked), _LONGEST_QUEUE_S) if asked.isdecimal() else desk.bounds.queue_s


async def _gone(request: "Request") -> None:
    """Return when the caller has hung up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _whole(value: Any) -> Any:
    """Return the request without halves of characters, which JSON can hold and nothing else."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return {name: _whole(item) for name, item in value.items()} if isinstance(value, dict) else value


async def run(wanted: RunRequest, bounds: Bounds) -> Answer:
    """Run what a request describes. What cannot be run is an answer that says why."""
    asked = max(wanted.compile_timeout, wanted.run_timeout)
    if asked > bounds.longest_s:
        return refusal(f"{asked:g} s is more than this server allows; ask for {bounds.longest_s:g} s at most")
    memory_mb = max(wanted.memory_mb, _LEAST_MB) if wanted.memory_mb > 0 else bounds.memory_mb
    if memory_mb > bounds.largest_mb:
        return refusal(f"{memory_mb} MB is more than this server allows; ask for {bounds.largest_mb} MB at most")
    try:
        done = await run_language(
            wanted.language,
            wanted.code,
            stdin=wanted.stdin or "",
            files={name: _bytes(name, content) for name, content in wanted.files.items() if content is not None},
            limits=Limits(wall_s=wanted.run_timeout, memory_mb=memory_mb, patience=_PATIENCE),
            compile_s=wanted.compile_timeout,
            fetch=wanted.fetch_files,
            words=wanted.args,
            level=bounds.level,
            at_least=bounds.at_least,
        )
    except JudgeError as error:
        return refusal(str(error))
    except Exception as error:  # whose words may be the program's
        return refusal(f"the server broke: {type(error).__name__}")
    files = done.run.fetched if done.run else {}
    return answer(done, {name: base64.b64encode(content).decode() for name, content in files.items()})


def _bytes(name: str, content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise DataError(f"the content of {name!r} is no base64: {error}; encode it") from error
