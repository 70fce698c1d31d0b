"""What the critics think of a response: their criteria combined, calibrated, and joined by soft findings."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from judge.calibration import Calibrator, load
from judge.calibration.base import PartsCalibrator, ValueCalibrator, scored
from judge.calibration.conformal import Conformal
from judge.calibration.elo_shift import EloShift
from judge.calibration.feature_head import FeatureHead
from judge.calibration.graded import Graded
from judge.errors import SettingsError
from judge.recipe import Settlement, StepRewards
from judge.reducers import combine
from judge.transforms.steps import clip_steps, delta_steps
from judge.types import Brief, Criterion, Evidence, Failure, Judgment, Tally


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything known about one response when it is settled."""

    response: int
    evidence: tuple[Evidence, ...] = ()
    judgments: tuple[Judgment, ...] = ()
    """Those that count, failed and dropped ones among them."""
    tallies: tuple[Tally, ...] = ()
    failure: Failure | None = None
    """Why the response went no further than the guard."""
    missing: str = ""
    """What the tools would need, when none applied."""
    brief: Brief | None = None
    """What was written about the prompt beforehand, where a model wrote it."""
    user: str = ""
    source: str = ""
    """Who wrote the response, where that is known."""
    cycle: tuple[int, ...] = ()
    """Responses that beat one another in a circle, the response among them."""
    anchor: int = 0
    """Whom everyone was compared with, where that is one: the first response that can be shown."""
    superseded: tuple[Judgment, ...] = ()
    """Those that others took the place of."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the critics think of a response, in [0, 1], and the standard error of that."""

    value: float
    error: float | None
    interval: tuple[float, float] | None = None
    """Where it lies, at the level that a calibrator was fitted for."""


def opinion(
    found: Findings, criteria: Mapping[str, Criterion | None], weights: Mapping[str, float], rules: Settlement
) -> Opinion | None:
    """Return the criteria combined; a negative weight counts what is absent, and a broken rule makes it 0.

    None when a criterion has no number, since an opinion without it would be another, and when none has a weight.
    """
    values = {tally.criterion: tally.value for tally in found.tallies}
    if not values or any(value is None for value in values.values()):
        return None
    known = {name: value for name, value in values.items() if value is not None}
    hard = [name for name, criterion in criteria.items() if criterion and criterion.kind == "rule"]
    value = combine(known, weights, rules.combine, rules=hard, holistic=rules.holistic, tau=rules.tau)
    if value is None:
        return None
    by_judgment: dict[int, dict[str, float]] = {}
    for tally in found.tallies:
        for vote in tally.votes:
            if vote.step is None and vote.weight > 0:
                by_judgment.setdefault(vote.judgment, {})[vote.criterion] = vote.value
    each = [_weigh(votes, weights) for votes in by_judgment.values() if len(votes) == len(known)]
    error = statistics.stdev(each) / math.sqrt(len(each)) if len(each) > 1 else None
    return Opinion(value, error)


_USABLE = (ValueCalibrator, PartsCalibrator, Conformal, EloShift, FeatureHead)


def load_mapping(path: str) -> Calibrator:
    """Read a calibrator that maps an opinion.

    Raises:
        DataError: the file holds no calibrator.
        SettingsError: it maps something else, or numbers of another unit.
    """
    found = load(path)
    if not isinstance(found, _USABLE):
        raise SettingsError(
            f"{path!r} holds a calibrator of kind {found.kind!r}, which maps no opinion; a meta vote belongs in "
            "vote.filters, as {name: meta, form: fitted, file: ...}"
        )
    if isinstance(found, Graded):
        raise SettingsError(
            f"{path!r} was fitted on signed verdicts, and an opinion is in [0, 1]; set critic.beta to {found.beta:g}"
        )
    if isinstance(found, Conformal) and (found.lo is None or found.hi is None):
        raise SettingsError(f"{path!r} has intervals in another unit than opinions; fit it on labels in [0, 1]")
    return found


def calibrated(bare: Opinion | None, found: Findings, calibrators: Sequence[Calibrator]) -> Opinion | None:
    """Return the opinion as the calibrators map it, in order; None where one lacks what it was fitted on.

    A shift by source model is in units of the opinion; what would leave [0, 1] ends at its end.
    """
    if bare is None or not calibrators:
        return bare
    parts = {tally.criterion: tally.value for tally in found.tallies}
    category = found.brief.task if found.brief else ""
    value: float | None = bare.value
    interval: tuple[float, float] | None = None
    for calibrator in calibrators:
        if value is None:
            return None
        if isinstance(calibrator, Conformal):
            interval = calibrator.interval(value)
        elif isinstance(calibrator, ValueCalibrator):
            value = calibrator.apply(value)
        elif isinstance(calibrator, PartsCalibrator):
            value = calibrator.apply(parts, found.user, category)
        elif isinstance(calibrator, EloShift):
            shifted = calibrator.apply(value, found.source)
            value = None if shifted is None else min(1.0, max(0.0, shifted))
        elif isinstance(calibrator, FeatureHead):
            known = scored(parts, tuple(parts))
            value = calibrator.apply(known) if known else None
    return None if value is None else Opinion(value, None, interval)


def with_soft(
    bare: Opinion | None,
    found: Findings,
    weights: Mapping[str, float],
    checks: Mapping[str, float],
    rules: Settlement,
) -> Opinion | None:
    """Return the opinion and the soft findings that have a weight, joined to one; None when some of it is missing.

    A soft check that does not apply is left out; one that broke is missing, since the average without it is another.
    """
    soft = [item for item in found.evidence if not item.hard and checks.get(item.tool) and item.arguments is None]
    if not soft:
        return bare
    if any(item.stance == "error" for item in soft) or (bare is None and weights):
        return None
    scored = [(checks[item.tool], item.score) for item in soft if item.score is not None]
    if bare is not None:
        scored.append((math.fsum(map(abs, weights.values())), bare.value))
    total = math.fsum(weight for weight, _ in scored)
    if not total:
        return bare
    if rules.join == "product":
        return Opinion(math.prod(sorted(score for _, score in scored)), None)
    value = min(1.0, math.fsum(weight * score for weight, score in scored) / total)
    share = math.fsum(map(abs, weights.values())) / total
    return Opinion(value, None if bare is None or bare.error is None else bare.error * share)


def step_rewards(
    tallies: Sequence[Tally], weights: Mapping[str, float], rules: StepRewards
) -> tuple[float | None, ...]:
    """Return the rewards of the steps: over the criteria by weight, then clipped or as differences."""
    lists = {tally.criterion: tally.steps for tally in tallies if tally.steps and weights.get(tally.criterion)}
    if not lists:
        return ()
    columns = [dict(zip(lists, column, strict=True)) for column in zip(*lists.values(), strict=True)]
    values = [
        None if any(value is None for value in column.values()) else _weigh(column, weights) for column in columns
    ]
    if rules.shape == "none":
        return tuple(values)
    return clip_steps(values, rules.eta) if rules.shape == "clip" else delta_steps(values)


def _weigh(values: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return combine(values, weights, "weighted") or 0.0
