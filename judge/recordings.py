"""What an earlier run found before its critiques: results of checks, and briefs that rest on tools.

Replies are played by the model `recorded`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from judge.errors import DataError, SettingsError
from judge.types import Brief, Evidence

Findings = Mapping[tuple[str, int], tuple[Evidence, ...]]
"""Evidence by (sample hash, response)."""


K = TypeVar("K")
V = TypeVar("V")


def load_findings(path: str) -> Findings:
    """Read the evidence in the output of a run, a JSON Lines file.

    Raises:
        SettingsError: the file cannot be read.
        DataError: a line of it is no record of a run.
    """

    def found(reward: Any) -> tuple[tuple[str, int], tuple[Evidence, ...]]:
        place = reward["fingerprint"]["sample"], reward["response"]
        return place, tuple(map(Evidence.model_validate, reward["evidence"]))

    return dict(_each(path, found))


def load_briefs(path: str) -> Mapping[str, Brief]:
    """Read what was settled about each prompt in the output of a run, by sample hash.

    Raises:
        SettingsError: the file cannot be read.
        DataError: a line of it is no record of a run.
    """

    def found(reward: Any) -> tuple[str, Brief | None]:
        brief = reward.get("brief")
        return reward["fingerprint"]["sample"], Brief.model_validate(brief) if brief else None

    return {name: brief for name, brief in _each(path, found) if brief}


def _each(path: str, found: Callable[[Any], tuple[K, V]]) -> Iterator[tuple[K, V]]:
    """Yield what is found in every reward of a run."""
    try:
        with Path(path).open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield from map(found, json.loads(line)["rewards"])
                except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
                    raise DataError(f"line {number} of {path!r} is no record of a run: {error}") from error
    except OSError as error:
        raise SettingsError(
            f"the recording {path!r} cannot be read: {error.strerror}; give the output of a run"
        ) from error
