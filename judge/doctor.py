"""What is there to work with: packages, shelves, sandbox, and what an endpoint can do. It judges nothing."""

import importlib.metadata
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from judge import library, loop, replies
from judge.errors import JudgeError, ModelError
from judge.models.base import Reply, Request
from judge.models.open import open_model, open_scorer
from judge.models.spec import ModelSpec
from judge.sandbox import isolation, isolations, try_languages
from judge.text import Prompt
from judge.types import Scale
from judge.version import __version__

_PACKAGES = {
    "langgraph": "needed",
    "openai": "needed",
    "aiohttp": "needed",
    "pydantic": "needed",
    "pyarrow": "needed",
    "jsonschema": "needed",
    "math-verify": "needed",
    "antlr4-python3-runtime": "LaTeX answers; pip install 'agentic-judge[math]'",
    "numpy": "optional; programs under test may import it",
    "httpx": "search services, pages and sandbox servers; pip install 'agentic-judge[search]'",
    "selectolax": "HTML pages; pip install 'agentic-judge[search]'",
    "ddgs": "DuckDuckGo; pip install 'agentic-judge[search]'",
    "mcp": "tools of MCP servers; pip install 'agentic-judge[mcp]'",
    "sacrebleu": "BLEU and chrF; pip install 'agentic-judge[similarity]'",
    "fastapi": "judge sandbox serve; pip install 'agentic-judge[serve]'",
    "uvicorn": "judge sandbox serve; pip install 'agentic-judge[serve]'",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    area: str
    what: str
    state: Literal["good", "missing", "bad"]
    note: str = ""


def examine(model: ModelSpec | None = None, libraries: Sequence[str] = ()) -> list[Finding]:
    """Look at this machine, and at an endpoint when one is named. Asks the endpoint a handful of short questions."""
    findings = [Finding("python", f"{platform.python_version()} on {platform.system()} {platform.machine()}", "good")]
    findings += [Finding("agentic-judge", __version__, "good", str(library.builtin()))]
    findings += [_package(name, purpose) for name, purpose in _PACKAGES.items()]
    findings += [_shelf(shelf, libraries) for shelf in library.SHELVES]
    findings += _sandbox()
    findings += _languages()
    if model is not None:
        findings += loop.wait(_endpoint(model))
    return findings


def _package(name: str, purpose: str) -> Finding:
    try:
        return Finding("package", f"{name} {importlib.metadata.version(name)}", "good")
    except importlib.metadata.PackageNotFoundError:
        return Finding("package", name, "bad" if purpose == "needed" else "missing", purpose)


def _shelf(shelf: library.Shelf, libraries: Sequence[str]) -> Finding:
    names = library.names(shelf, libraries)
    return Finding("shelf", shelf, "good" if names else "bad", f"{len(names)}: {', '.join(names)}")


def _sandbox() -> list[Finding]:
    """Return every isolation that works here, the one that is used first, and why each stronger one does not."""
    found = isolations()
    if not found:
        return [Finding("sandbox", "none", "bad", f"no program can be run, because {isolation().weaker_because}")]
    findings = []
    for place, works in enumerate(found):
        notes = ["used unless another is asked for"] if not place else []
        notes += [f"does not cover: {works.does_not_cover}"]
        notes += [f"no stronger one because {works.weaker_because}"] if not place and works.weaker_because else []
        findings.append(Finding("sandbox", works.name, "good", "; ".join(notes)))
    return findings


def _languages() -> list[Finding]:
    """Run a program of one line in every language."""
    problems = loop.wait(try_languages())
    return [Finding("language", name, "missing" if why else "good", why) for name, why in problems.items()]


async def _endpoint(spec: ModelSpec) -> list[Finding]:
    """Ask short questions that need one capability each."""
    key = "set" if os.environ.get(spec.api_key_env) else "not set"
    findings = [Finding("endpoint", spec.base_url or "default address", "good", f"{spec.api_key_env} is {key}")]
    ask = Prompt("hello", library.text("prompts", "hello")).messages({})
    spec = spec.model_copy(update={"cache": "", "retries": 1})
    if spec.kind == "scoring":
        return [*findings, await _scores(spec, ask)]
    model = open_model(spec)
    try:
        first = await model.complete(Request(ask, max_tokens=256))
    except JudgeError as error:
        await model.close()
        return [*findings, _silent(error)]
    findings.append(Finding("endpoint", "answers", "good", f"as {first.model} in {first.usage.seconds:.2f} s"))
    schema = replies.schema("json", ids=("score",), scale=Scale(), comparison=False)
    probes = {
        "several samples per request": Request(ask, n=2, max_tokens=256, temperature=1.0),
        "JSON schema": Request(ask, max_tokens=256, schema=schema),
        "log-probabilities": Request(ask, max_tokens=16, top_logprobs=2),
        "seed": Request(ask, max_tokens=256, seed=7),
        "log-probabilities of given text": Request((*ask, _said(first.completions[0].text)), score_given=True),
    }
    for request in probes.values():
        await _try(model, request)
    can = model.capabilities
    able = zip(probes, (can.n, can.json_schema, can.logprobs, can.seed, can.given_text), strict=True)
    findings += [Finding("endpoint", name, "good" if yes else "missing", _NOTES[yes]) for name, yes in able]
    await model.close()
    return findings


async def _scores(spec: ModelSpec, ask: tuple[dict[str, Any], ...]) -> Finding:
    """Let a reward model score a conversation."""
    scorer = open_scorer(spec)
    try:
        found = await scorer.score((*ask, _said(ask[-1]["content"])))
    except JudgeError as error:
        return _silent(error)
    finally:
        await scorer.close()
    return Finding("endpoint", "scores", "good", f"{found.score:g}, as {found.model or spec.name}")


def _said(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text}


def _silent(error: JudgeError) -> Finding:
    kind = error.kind if isinstance(error, ModelError) else "settings"
    return Finding("endpoint", "answers", "bad", f"{kind}: {error}")


_NOTES = {True: "", False: "refused or ignored; done without", None: "no answer yet"}


async def _try(model: object, request: Request) -> Reply | None:
    try:
        reply: Reply = await model.complete(request)  # type: ignore[attr-defined]
    except ModelError:
        return None
    return reply
