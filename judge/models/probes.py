"""What an endpoint can do, found out by asking and remembered. No endpoint is known by name.

A request field that the endpoint refuses is left out and the request sent again; what turned out to matter is kept for
the next calls. Fields that are taken but ignored show in the reply. Delete the file to have everything tried anew.
"""

import json
import logging
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from judge.models.base import Capabilities, Reply

_log = logging.getLogger(__name__)

_FIELDS = {
    "json_schema": ("response_format",),
    "tools": ("tools",),
    "logprobs": ("logprobs", "top_logprobs"),
    "n": ("n",),
    "seed": ("seed",),
    "temperature": ("temperature", "top_p"),
    "max_tokens": ("max_tokens",),
}
"""Body fields by feature, the likeliest to be refused first."""
_NAMES = {
    "json_schema": re.compile("response_format|schema|structured|guided|grammar", re.I),
    "tools": re.compile("tool|function", re.I),
    "logprobs": re.compile("logprob", re.I),
    "n": re.compile(r"\bn\b|choices|candidate", re.I),
    "seed": re.compile("seed", re.I),
    "temperature": re.compile("temperature|top_p", re.I),
    "max_tokens": re.compile("max_completion_tokens"),
}
"""How an error message names a feature."""
_GUESSED = ("json_schema", "logprobs", "n", "seed")
"""Features that are suspected even when the error message names none."""
_PROOF_500 = 3
"""How often a 500 must go away with the schema: some servers fail on what they do not know, others just fail."""

_here: dict[str, dict[str, bool]] = {}
"""What this process has learned about endpoints that have no file."""


class Probes:
    """What is known of one model at one endpoint. The first evidence for a feature stays."""

    def __init__(self, path: str, endpoint: str) -> None:
        """Read what is known of `endpoint` from the JSON file at `path`, or from this process where it is empty."""
        self.path = path
        self.endpoint = endpoint
        self._known = _read(path).get(endpoint, {}) if path else _here.setdefault(endpoint, {})
        self._doubts = 0

    @property
    def capabilities(self) -> Capabilities:
        """What is known by now."""
        names = ("n", "logprobs", "json_schema", "seed", "tools", "reasoning", "given_text")
        return Capabilities(**{name: self._known.get(name) for name in names})

    def fit(self, body: dict[str, Any], without: Sequence[str] = ()) -> dict[str, Any]:
        """Return the body less the features in `without` and those that the endpoint is known to refuse."""
        left_out = [name for name in _FIELDS if name in without or self._known.get(name) is False]
        if not left_out:
            return body
        gone = {field for name in left_out for field in _FIELDS[name]}
        fitted = {field: value for field, value in body.items() if field not in gone}
        if "max_tokens" in gone and "max_tokens" in body:
            fitted["max_completion_tokens"] = body["max_tokens"]
        return fitted

    def suspect(self, body: dict[str, Any], status: int | None, message: str) -> str | None:
        """Return the feature of a refused body to leave out next, or None when none can be at fault."""
        used = [name for name, fields in _FIELDS.items() if any(field in body for field in fields)]
        open_questions = [name for name in used if name in _GUESSED and name not in self._known]
        if status in (400, 422):
            named = [name for name in used if _NAMES[name].search(message)]
            return next(iter(named + open_questions), None)
        if status == 500 and "json_schema" in open_questions:
            return "json_schema"
        return None

    def refused(self, name: str, status: int | None) -> None:
        """Remember that leaving out `name` made the difference."""
        self._doubts += status == 500
        if status != 500 or self._doubts >= _PROOF_500:
            self.learn({name: False})

    def accepted(self, body: dict[str, Any], reply: Reply) -> None:
        """Learn from a body that was answered: a server may ignore a field without a word."""
        found = {}
        texts = [completion.text.lstrip() for completion in reply.completions]
        if "response_format" in body and all(text.startswith("{") for text in texts):
            found["json_schema"] = True
        if "logprobs" in body and any(texts):
            found["logprobs"] = any(completion.logprobs for completion in reply.completions)
        if "tools" in body and any(completion.tool_calls for completion in reply.completions):
            found["tools"] = True
        if "n" in body:
            found["n"] = len(reply.completions) >= body["n"]
        if "seed" in body:
            found["seed"] = True
        if any(completion.reasoning for completion in reply.completions):
            found["reasoning"] = True
        self.learn(found)

    def learn(self, found: dict[str, bool]) -> None:
        """Remember whether features work; what is known already stays."""
        news = {name: works for name, works in found.items() if name not in self._known}
        if not news:
            return
        self._known.update(news)
        if missing := [name for name, works in news.items() if not works]:
            _log.info("%s does without: %s", self.endpoint, ", ".join(missing))
        if self.path:
            _write(self.path, self.endpoint, self._known)


def _read(path: str) -> dict[str, dict[str, bool]]:
    """Read the file; a missing or broken one knows nothing, since everything in it can be found out again."""
    try:
        content = json.loads(Path(path).read_bytes())
    except (OSError, ValueError):
        return {}
    endpoints = content.items() if isinstance(content, dict) else ()
    return {
        endpoint: {name: works for name, works in known.items() if isinstance(works, bool)}
        for endpoint, known in endpoints
        if isinstance(known, dict)
    }


def _write(path: str, endpoint: str, known: dict[str, bool]) -> None:
    """Merge what is known into the file, replacing it whole, so that a reader never sees half of it."""
    everything = _read(path)
    everything[endpoint] = everything.get(endpoint, {}) | known
    try:
        with tempfile.NamedTemporaryFile("w", dir=Path(path).parent, delete=False, encoding="utf-8") as file:
            json.dump(everything, file, indent=1, sort_keys=True)
        os.replace(file.name, path)
    except OSError as error:
        _log.warning("what the endpoint can do is not remembered: %s cannot be written: %s", path, error)
