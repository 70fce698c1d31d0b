"""Read labelled rows for a calibrator: values with labels, pairs of responses, or scores by source model.

| row | read as |
|---|---|
| `{"value": 0.7, "label": 1}` | a value with its label |
| `{"id": "q7", "label": 1, "response": 0}` | the same, with the value in the output of `judge grade`, by id |
| `{"chosen": {"tone": 0.9}, "rejected": {"tone": 0.2}, "user": "ann", "category": "code"}` | a pair |
| `{"id": "q7", "chosen": 0, "rejected": 2, "user": "ann"}` | the same, with the parts of these responses' rewards |
| `{"value": 0.7, "source": "model-a", "elo": 1200}` | a score by source model |

A row may also be a line of that output with a label added. Values from rewards are shares of their range, in [0, 1].
What has no score is left out and counted: it is not a zero.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from judge.calibration.base import Parts
from judge.calibration.examples import Label, Pair
from judge.errors import DataError
from judge.run.readers import rows

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rewarded:
    """What is kept of one response's reward."""

    value: float | None
    """As a share of its range."""
    parts: Parts


LARGEST = 1e12
"""Numbers beyond this are no scores, and sums of their squares might leave what a float holds."""

Rewards = Mapping[str, Sequence[Rewarded]]
"""By the id of the row; one per response."""


def read_rewards(path: Path) -> Rewards:
    """Read the output of `judge grade`; only values and parts are kept.

    Raises:
        DataError: a line is no reward record, or two have the same id.
    """
    found: dict[str, Sequence[Rewarded]] = {}
    for place, row in _rows(path):
        name = str(row.get("id", ""))
        if name in found:
            raise DataError(f"{place} has the id {name!r} a second time; labels cannot be joined to it")
        found[name] = _scored(_record(row), place)
    return found


def read_labels(path: Path, rewards: Rewards | None = None, group: str = "") -> tuple[list[Label], int]:
    """Return the labelled values, and how many rows have none.

    Args:
        path: the rows.
        rewards: to join by id, for rows without a value.
        group: the field whose equal values keep rows together in cross-validation; "": the id.

    Raises:
        DataError: a row cannot be read, has no label, or names no value; or every row is without a score.
    """
    found: list[Label] = []
    left_out = 0
    for place, row in _rows(path):
        label, value = _number(row, "label", place), _value(row, rewards, place)
        if label is None:
            raise DataError(f"{place} has no label; write a number in [0, 1]")
        if value is None:
            left_out += 1
        else:
            found.append(Label(value, label, _group(row, group, place)))
    return _some(found, left_out, path), left_out


def read_pairs(path: Path, rewards: Rewards | None = None, group: str = "") -> tuple[list[Pair], int]:
    """Return the pairs, and how many rows lack a response's parts altogether; the arguments are as above."""
    found: list[Pair] = []
    left_out = 0
    for place, row in _rows(path):
        sides = [_parts(row, side, rewards, place) for side in ("chosen", "rejected")]
        if not all(sides):
            left_out += 1
            continue
        user, category = (str(row.get(name) or "") for name in ("user", "category"))
        found.append(Pair(sides[0], sides[1], user, category, _group(row, group, place)))
    return _some(found, left_out, path), left_out


def read_sources(path: Path, rewards: Rewards | None = None) -> tuple[dict[str, list[float]], dict[str, float], int]:
    """Return scores by source model, its Elo rating, and how many rows have no score."""
    scores: dict[str, list[float]] = {}
    elo: dict[str, float] = {}
    left_out = 0
    for place, row in _rows(path):
        source, rating = str(row.get("source") or ""), _number(row, "elo", place)
        if not source or rating is None:
            raise DataError(f'{place} needs a source and its elo; write for example "source": "m", "elo": 1200')
        if elo.setdefault(source, rating) != rating:
            raise DataError(
                f"{place} rates {source!r} with {rating:g} and an earlier row with {elo[source]:g}; keep one"
            )
        if (value := _value(row, rewards, place)) is None:
            left_out += 1
        else:
            scores.setdefault(source, []).append(value)
    return scores, elo, left_out


def _rows(path: Path) -> Iterator[tuple[str, Row]]:
    for index, row in rows(path):
        if isinstance(row, DataError):
            raise row
        yield f"row {index + 1} of {str(path)!r}", row


def _some(found: list[Any], left_out: int, path: Path) -> list[Any]:
    if not found:
        raise DataError(f"none of the {left_out} rows of {str(path)!r} has a score; check the ids and the rewards")
    return found


def _record(row: Row) -> Row:
    """The record as JSON has it; in Parquet it is a column of text."""
    if isinstance(text := row.get("record"), str):
        try:
            row = json.loads(text)
        except ValueError:
            return {}
    return row if isinstance(row, dict) else {}


def _scored(record: Row, place: str) -> Sequence[Rewarded]:
    try:
        return [Rewarded(_share(reward), dict(reward.get("parts") or {})) for reward in record["rewards"] or ()]
    except (AttributeError, TypeError, ValueError, KeyError):
        raise DataError(f"{place} is no reward; give the output of `judge grade`") from None


def _share(reward: Row) -> float | None:
    value, lo, hi = reward.get("value"), reward.get("lo", 0.0), reward.get("hi", 1.0)
    return None if value is None or not lo < hi else float((value - lo) / (hi - lo))


def _joined(row: Row, rewards: Rewards | None, place: str) -> Sequence[Rewarded]:
    """The rewards of a row: its own, or those of its id; none where there are none for it."""
    if "rewards" in row:
        return _scored(row, place)
    if rewards is None or "id" not in row:
        raise DataError(f"{place} has no value; write one, or write an id and give the rewards with --rewards")
    return rewards.get(str(row["id"]), ())


def _value(row: Row, rewards: Rewards | None, place: str) -> float | None:
    if "value" in row and "rewards" not in row:
        return _number(row, "value", place)
    scored, at = _joined(row, rewards, place), _index(row.get("response", 0), place)
    return scored[at].value if at < len(scored) else None


def _parts(row: Row, side: str, rewards: Rewards | None, place: str) -> Parts:
    given = row.get(side)
    if isinstance(given, list):  # an embedding
        given = {str(at): number for at, number in enumerate(given)}
    if isinstance(given, dict):
        return {name: _number(given, name, place) for name in given}
    if given is None:
        raise DataError(f"{place} has no {side!r}; write values by criterion, or the number of a response")
    scored, at = _joined(row, rewards, place), _index(given, place)
    return scored[at].parts if at < len(scored) else {}


def _index(given: Any, place: str) -> int:
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = math.nan
    if not (number.is_integer() and number >= 0):
        raise DataError(f"{place} has {given!r} for a response; count responses from 0")
    return int(number)


def _number(row: Row, name: str, place: str) -> float | None:
    """A field as a number of usual size; text is what CSV has, and empty is nothing."""
    given = row.get(name)
    if given is None or given == "":
        return None
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = math.nan
    if not abs(number) <= LARGEST:
        raise DataError(f"{place} has {given!r} for {name!r}; write a number of at most {LARGEST:g}")
    return number


def _group(row: Row, field: str, place: str) -> str:
    if field and field not in row:
        raise DataError(f"{place} has no field {field!r}, which --group names; there are {', '.join(row)}")
    return str(row.get(field or "id", ""))
