"""Texts as vectors, by an embeddings endpoint of OpenAI's kind that the recipe names. It knows no tool."""

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from judge.errors import SearchError, ToolError
from judge.search.service import address, call, key
from judge.tool import Context
from judge.types import digest

_SET_UP = (
    "no embeddings endpoint is set up; give the tool the options endpoint, such as http://127.0.0.1:8000/v1, and model"
)
_LONGEST = 100_000
"""Characters of a text; most models take far less and refuse, or cut, what is longer."""


async def embed(text: str, endpoint: str, model: str, key_env: str = "", *, timeout_s: float = 20.0) -> "array[float]":
    """Return the vector of one text, as 32-bit floats.

    Args:
        text: not blank.
        endpoint: base URL, such as http://127.0.0.1:8000/v1; `/embeddings` is added.
        model: its name there.
        key_env: the variable that holds the key, "" for none.
        timeout_s: seconds for one try.

    Raises:
        ToolError: the text is too long, or the endpoint is no address.
        SearchError: the endpoint could not be reached, refused, or answered no vector.
        SettingsError: the key is not set, or httpx is not installed.
    """
    if len(text) > _LONGEST:
        raise ToolError(f"the text has {len(text)} characters, of which at most {_LONGEST} are embedded; shorten it")
    url, secret = f"{address('endpoint', endpoint, 'http://127.0.0.1:8000/v1')}/embeddings", key(key_env)
    request = {
        "method": "POST",
        "url": url,
        "json": {"model": model, "input": [text]},
        "headers": {"Authorization": f"Bearer {secret}"} if secret else {},
    }
    where = f"the embeddings endpoint for {model!r}"
    vector = _vector(await call(where, request, timeout_s=timeout_s, keys=(secret,)))
    if vector is None:
        raise SearchError(f"{where} answered no vector of finite numbers; look at its address and model", "provider")
    return vector


@dataclass(frozen=True, slots=True)
class Embedder:
    """An endpoint and its model; a text that comes again is embedded once in a judge."""

    endpoint: str
    model: str
    key_env: str = ""
    timeout_s: float = 20.0

    async def cosines(self, context: Context, text: str, others: Sequence[str]) -> list[float]:
        """Return how near a text is to each of the others, in [0, 1]: the cosine, which counts as 0 below 0.

        A blank text means nothing, so it is near none.

        Raises:
            ToolError: no endpoint is set up, or as `embed` and `cosine` do.
            SearchError, SettingsError: as `embed` does.
        """
        if not self.endpoint or not self.model:
            raise ToolError(_SET_UP)
        if not text.strip():
            return [0.0] * len(others)
        ours, *theirs = [await self._once(context, each) for each in (text, *others)]
        return [max(0.0, cosine(ours, each)) for each in theirs]

    async def _once(self, context: Context, text: str) -> "array[float]":
        key = f"embedding {digest(f'{self.endpoint} {self.model}')} {digest(text)}"
        return await context.once(
            key, lambda: embed(text, self.endpoint, self.model, self.key_env, timeout_s=self.timeout_s)
        )


def cosine(one: "array[float]", other: "array[float]") -> float:
    """Return the cosine of the angle between two vectors, in [-1, 1].

    Raises:
        ToolError: they differ in length, or one is zero.
    """
    if len(one) != len(other):
        raise ToolError(f"vectors of {len(one)} and {len(other)} numbers cannot be compared; let one model embed both")
    size = math.hypot(*one) * math.hypot(*other)
    if not size:
        raise ToolError("a vector of zeros has no direction; look at the embeddings model")
    product = math.fsum(a * b for a, b in zip(one, other, strict=True))
    return max(-1.0, min(1.0, product / size))


def _vector(answer: JsonValue) -> "array[float] | None":
    data = answer.get("data") if isinstance(answer, dict) else None
    first = data[0] if isinstance(data, list) and data else None
    numbers: Any = first.get("embedding") if isinstance(first, dict) else None
    if not isinstance(numbers, list) or not numbers:
        return None
    try:
        vector: array[float] = array("f", numbers)
    except (TypeError, OverflowError):
        return None
    return vector if all(map(math.isfinite, vector)) else None
