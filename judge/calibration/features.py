"""What one judgment looks like among the others of its set: the features of the meta vote."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from pydantic import JsonValue

from judge.calibration.feature_head import Features
from judge.types import Evidence, Judgment

LONG = 40
"""Characters; shorter critiques are the same by chance and do not count as repeated."""
CONTRADICTION = 0.5
"""Evidence on a single response contradicts a score that differs by at least this share of the scale."""


@dataclass(frozen=True, slots=True)
class _Voice:
    """A judgment that gave numbers, and what of it is compared with others."""

    judgment: Judgment
    name: str
    """Who spoke: the critic, or the model that played it, or both."""
    scores: dict[tuple[int, str], float]
    values: dict[int, float]
    """By response, the mean over its criteria."""


def features(judgments: Sequence[Judgment], evidence: Sequence[Evidence] = ()) -> tuple[Features, ...]:
    """Return the features of each judgment within the set; empty for a judgment that gave no number.

    `distance`: mean distance of its scores to those of the mean judgment, in [0, 1].
    `agreement`: mean concordance with the other judgments, in [-1, 1] (see `concordance`).
    `voice:NAME`: mean concordance with all judgments of that critic, or of that model where one prompt is put to many;
        itself included, so that for two responses P(right) of a verdict and of its opposite can add up to 1.
    `order`: mean concordance with the judgments by the same voice that saw the responses in another order; 0: none.
    `first`: 1 when the response that was shown first came out best, -1 when it did not, 0 for a tie or one response.
    `tie`: share of the pairs of responses with equal scores.
    `length`: log of the length of its critique, minus the mean of that over the set.
    `repeated`: share of the other judgments whose critique is the same, word by word. A copy is no second opinion.
    `principles`, `entropy`: log(1 + number) and entropy in [0, 1] of the weights in `detail["principles"]`, a mapping
        of names to weights or a list of objects with a `weight`.
    `contradicted`: share of the findings that contradict it: a check ranks two responses the other way round, or its
        score of a single response differs by `CONTRADICTION`.
    `unfounded`: 1 when it cites evidence that was not there.

    The list is that of the small calibrator in place of the meta RM of SPCT (arXiv:2504.02495), with order, repetition
    and the voices added. Nothing here looks at the text of the responses.
    """
    voices = [_voice(judgment) for judgment in judgments]
    given = [voice for voice in voices if voice is not None]
    mean = _mean_scores(given)
    usual = _mean([_log_length(voice) for voice in given])
    copies = Counter(_words(voice) for voice in given)
    found: list[Features] = []
    for voice in voices:
        if voice is None:
            found.append({})
            continue
        common = _concordances(voice, given)
        found.append(
            common
            | {
                "distance": _mean([abs(value - mean[key]) for key, value in voice.scores.items()]),
                "first": _first(voice),
                "tie": _mean([float(one == other) for one, other in combinations(voice.values.values(), 2)]),
                "length": _log_length(voice) - usual,
                "repeated": _repeated(voice, copies, len(given)),
                "contradicted": _contradicted(voice, evidence),
                "unfounded": float(bool(voice.judgment.unfounded)),
            }
            | _principles(voice.judgment.detail.get("principles"))
        )
    return tuple(found)


def concordance(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    """How far two judgments agree, in [-1, 1], by their values for each response.

    Over two or more responses that both judged: the share of pairs ranked alike minus that of pairs ranked the other
    way round, Kendall's tau-a. Over one response: 1 minus twice the distance. Over none: 0.
    """
    common = sorted(one.keys() & other.keys())
    if len(common) == 1:
        return 1 - 2 * abs(one[common[0]] - other[common[0]])
    return _mean(
        [float(_sign(one[left] - one[right]) * _sign(other[left] - other[right])) for left, right in _pairs(common)]
    )


def _voice(judgment: Judgment) -> _Voice | None:
    if judgment.failure is not None or not judgment.scores:
        return None
    scores = {(score.response, score.criterion): score.value for score in judgment.scores}
    by_response: dict[int, list[float]] = {}
    for score in judgment.scores:
        by_response.setdefault(score.response, []).append(score.value)
    name = "/".join(part for part in (judgment.critic, judgment.model) if part)
    return _Voice(judgment, name, scores, {response: _mean(values) for response, values in by_response.items()})


def _mean_scores(given: Sequence[_Voice]) -> dict[tuple[int, str], float]:
    by_key: dict[tuple[int, str], list[float]] = {}
    for voice in given:
        for key, value in voice.scores.items():
            by_key.setdefault(key, []).append(value)
    return {key: _mean(values) for key, values in by_key.items()}


def _concordances(voice: _Voice, given: Sequence[_Voice]) -> dict[str, float]:
    others, turned = [], []
    by_name: dict[str, list[float]] = {}
    for other in given:
        agreed = concordance(voice.values, other.values)
        by_name.setdefault(other.name, []).append(agreed)
        if other is not voice:
            others.append(agreed)
            if other.name == voice.name and other.judgment.shown != voice.judgment.shown:
                turned.append(agreed)
    found = {f"voice:{name}": _mean(agreed) for name, agreed in by_name.items()}
    return found | {"agreement": _mean(others), "order": _mean(turned)}


def _first(voice: _Voice) -> float:
    shown = [response for response in voice.judgment.shown if response in voice.values]
    if len(shown) < 2:
        return 0.0
    best = max(voice.values.values())
    top = [response for response in shown if voice.values[response] == best]
    return 0.0 if len(top) > 1 else 1.0 if top[0] == shown[0] else -1.0


def _log_length(voice: _Voice) -> float:
    return math.log1p(len(voice.judgment.critique))


def _words(voice: _Voice) -> str:
    return " ".join(voice.judgment.critique.split())


def _repeated(voice: _Voice, copies: Counter[str], given: int) -> float:
    words = _words(voice)
    return (copies[words] - 1) / (given - 1) if given > 1 and len(words) >= LONG else 0.0


def _principles(stated: JsonValue) -> dict[str, float]:
    if isinstance(stated, dict):
        weights: list[JsonValue] = list(stated.values())
    else:
        listed = stated if isinstance(stated, list) else []
        weights = [principle.get("weight", 1) for principle in listed if isinstance(principle, dict)]
    numbers = [float(weight) for weight in weights if isinstance(weight, int | float) and weight > 0]
    shares = [number / math.fsum(numbers) for number in numbers]
    entropy = -math.fsum(share * math.log(share) for share in shares)
    return {
        "principles": math.log1p(len(numbers)),
        "entropy": entropy / math.log(len(numbers)) if len(numbers) > 1 else 0.0,
    }


def _contradicted(voice: _Voice, evidence: Sequence[Evidence]) -> float:
    by_tool: dict[str, dict[int, float]] = {}
    for item in evidence:
        value = {"supports": 1.0, "refutes": 0.0}.get(item.stance) if item.score is None else item.score
        if item.stance != "error" and value is not None and item.response in voice.values:
            by_tool.setdefault(item.tool, {})[item.response] = value
    against = []
    for checked in by_tool.values():
        if len(voice.values) == 1:
            against += [
                float(abs(value - voice.values[response]) >= CONTRADICTION) for response, value in checked.items()
            ]
        else:
            against += [float(concordance(checked, voice.values) < 0)] if len(checked) > 1 else []
    return _mean(against)


def _pairs(responses: Sequence[int]) -> Iterator[tuple[int, int]]:
    return combinations(responses, 2)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _mean(numbers: Sequence[float]) -> float:
    return math.fsum(numbers) / len(numbers) if numbers else 0.0
