"""Does the JSON in a response fit a schema?

The schema is the sample's `response_schema`, else the recipe's option. It checks form, not truth. Nothing that a
schema refers to is fetched, and `format` is not checked. A pattern that never ends is killed at the deadline with its
worker.
"""

import json
import re
from typing import Any, Literal, NoReturn, get_args

from pydantic import JsonValue

from judge.errors import SettingsError
from judge.schemas import faults
from judge.tool import Checks
from judge.types import Evidence, Sample

CHECKS: Checks = "json_schema"

Extract = Literal["whole", "fence", "any"]
"""`whole`: the response is nothing but JSON. `fence`: the last fenced block. `any`: the whole, else the last fenced
block, else the last object or list in the text."""

_FENCE = re.compile(r"^[ \t]*```(?:json|JSON)?[ \t]*\n(.*?)^[ \t]*```", re.MULTILINE | re.DOTALL)
_START = re.compile(r"[{\[]")
_ATTEMPTS = 200
_READ = 1_000_000
_SHOWN = 5


def needs(sample: Sample) -> str:
    """Return "": where neither the sample nor the recipe has a schema, the finding is neutral and says so."""
    return ""


def verify(
    sample: Sample, *, schema: dict[str, Any] | None = None, extract: Extract = "any", hard: bool = True
) -> Evidence:
    """Check the JSON of the only response; a response without JSON does not fit.

    NaN, infinities and keys that an object has twice are no JSON here. The score is 1 or 0.

    Args:
        sample: with one response; its `response_schema` comes before the option.
        schema: a JSON Schema; the draft is the one that it names, else 2020-12.
        extract: where the JSON stands.
        hard: whether the finding outranks every critic.

    Raises:
        SettingsError: `extract` is unknown.
        ToolError: the schema is no JSON Schema, or refers to something outside of itself.
    """
    if extract not in get_args(Extract):
        raise SettingsError(f"extract={extract!r} is unknown; choose one of: {', '.join(get_args(Extract))}")
    wanted = sample.response_schema if sample.response_schema is not None else schema
    if wanted is None:
        said = "no schema is given; set the option schema, or response_schema in the data"
        return Evidence(tool="json_schema", stance="neutral", summary=said)
    text = sample.responses[0].text.rpartition("</think>")[2].strip()
    value, how = _find(text[:_READ], extract)
    wrong = faults(wanted, value) if not how.startswith("no ") else [f"the response holds {how}"]
    return Evidence(
        tool="json_schema",
        stance="refutes" if wrong else "supports",
        summary="; ".join(wrong[:_SHOWN]) if wrong else f"the JSON ({how}) fits the schema",
        score=float(not wrong),
        hard=hard,
        detail={"how": how, "faults": list(wrong[:_SHOWN])},
        provenance="jsonschema",
    )


def _find(text: str, extract: Extract) -> tuple[JsonValue, str]:
    """Return the JSON of a text and where it stood; `how` begins with "no" when there is none."""
    fences = _FENCE.findall(text) if extract != "whole" else []
    places = [(text, "the whole response")] if extract != "fence" else []
    places += [(fences[-1], "the last fenced block")] if fences else []
    why = "no JSON"
    for place, how in places:
        try:
            return _loads(place), how
        except ValueError as error:
            why = f"no JSON in {how}: {error}"
    if extract == "any" and not fences:
        return _last_value(text, why)
    return None, why


def _last_value(text: str, why: str) -> tuple[JsonValue, str]:
    """Return the last outermost object or list that stands in a text."""
    decoder = json.JSONDecoder(parse_constant=_refuse, object_pairs_hook=_unique)
    at, found, attempts = 0, None, _ATTEMPTS
    while attempts and (start := _START.search(text, at)):
        try:
            value, at = decoder.raw_decode(text, start.start())
            found = (value, "the last value in the text")
        except (ValueError, RecursionError):
            attempts, at = attempts - 1, start.end()
    return found or (None, why)


def _loads(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse, object_pairs_hook=_unique)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("an object has a key twice")
    return made
