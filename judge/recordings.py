"""Results of checks from an earlier run, by sample, response and tool. Replies are played by the model `recorded`."""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from judge.errors import DataError, SettingsError
from judge.types import Evidence

Findings = Mapping[tuple[str, int], tuple[Evidence, ...]]
"""Evidence by (sample hash, response)."""


def load_findings(path: str) -> Findings:
    """Read the evidence in the output of a run, a JSON Lines file.

    Raises:
        SettingsError: the file cannot be read.
        DataError: a line of it is no record of a run.
    """
    found: dict[tuple[str, int], tuple[Evidence, ...]] = {}
    try:
        with Path(path).open("rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    for reward in json.loads(line)["rewards"]:
                        place = reward["fingerprint"]["sample"], reward["response"]
                        found[place] = tuple(map(Evidence.model_validate, reward["evidence"]))
                except (ValueError, KeyError, TypeError, ValidationError) as error:
                    raise DataError(f"line {number} of {path!r} is no record of a run: {error}") from error
    except OSError as error:
        raise SettingsError(
            f"the recording {path!r} cannot be read: {error.strerror}; give the output of a run"
        ) from error
    return found
