"""How often a rule of voting is right, measured on recorded judgments of pairs whose better response is known."""

import random
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from judge.calibration import meta
from judge.calibration.meta import Labelled
from judge.errors import SettingsError
from judge.reducers import Rule, Stop, reduce
from judge.reducers.replay import replay

VoteRule = Literal["majority", "fitted", "adaptive"]
Verdict = float | None
"""Above one half for response 0, below for response 1; one half or None for neither."""

SEEDS = range(5)
"""Of folds and of orders. What is fitted or stops early is the mean over them."""
FOLDS = 10
HALVES = range(10)
"""Seeds of the splits in halves."""
STOPS: Mapping[str, Stop] = {
    "decided": Stop(rule="decided"),
    "beta 0.99": Stop(rule="beta", error=0.01),
    "beta 0.98": Stop(rule="beta", error=0.02),
    "beta 0.95": Stop(rule="beta", error=0.05),
    "lead 3": Stop(rule="lead", lead=3),
}
STOP = "beta 0.99"
"""The rule that `adaptive` stands for."""


@dataclass(frozen=True, slots=True)
class Voted:
    """What a rule of voting found."""

    majority: float
    """Accuracy of the plain majority of all votes, in [0, 1]."""
    accuracy: float
    """Of the rule."""
    verdicts: tuple[Verdict, ...]
    """Of the rule, by its first seed, for each set."""
    figures: dict[str, float]
    """Of `fitted`: `lowest` and `highest` over the seeds, and the mean of `half_fitted` beside `half_majority` over
    random halves, fitted on one and counted on the other."""
    stops: dict[str, dict[str, float]]
    """Of `adaptive`, for each rule of stopping: `votes` asked for, out of `cast`, by set; the share `saved`; the share
    of verdicts `changed` from the majority of all votes; and the `accuracy`."""


def known_rule(rule: str) -> VoteRule:
    """Return the rule.

    Raises:
        SettingsError: there is no such rule.
    """
    for known in get_args(VoteRule):
        if rule == known:
            found: VoteRule = known
            return found
    raise SettingsError(f"votes are counted by {', '.join(get_args(VoteRule))}, not by {rule!r}")


def measure_votes(sets: Sequence[Labelled], rule: VoteRule, *, tie: float = 0.5, folds: int = FOLDS) -> Voted:
    """Count the votes of each set by the rule and compare with the better response.

    `majority` is the vote that most judgments gave. `fitted` is the meta vote: each set is decided by a fit on the sets
    of other folds. `adaptive` asks for the votes one by one in a seeded order until `STOP` is content.

    Args:
        sets: the judgments of one judge or panel.
        rule: how to count.
        tie: what a verdict for neither counts where one response is better. Where the responses tie, it counts 1.
        folds: of the cross-validation; as many as there are groups, to leave one out at a time.

    Raises:
        DataError: `fitted` has too few sets.
        SettingsError: `fitted` lacks scikit-learn.
    """
    plain = [majority(one) for one in sets]
    found = accuracy(plain, sets, tie)
    if rule == "fitted":
        seeds = SEEDS if folds < len(set(_groups(sets))) else SEEDS[:1]  # one left out: the seed changes nothing
        runs = [meta.cross_prefer(sets, count=folds, seed=seed) for seed in seeds]
        each = [accuracy(run, sets, tie) for run in runs]
        spread = {"lowest": min(each), "highest": max(each)} | _halves(sets, tie)
        return Voted(found, statistics.fmean(each), tuple(runs[0]), spread, {})
    if rule == "adaptive":
        stops = {name: _replayed(sets, plain, stop, tie) for name, stop in STOPS.items()}
        first = [replay(votes(one), STOPS[STOP], _seed(0, at)).verdict for at, one in enumerate(sets)]
        return Voted(found, stops[STOP]["accuracy"], tuple(first), {}, stops)
    return Voted(found, found, tuple(plain), {}, {})


def pooled(stops: Iterable[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """Return the figures of `Voted.stops` over several judges of the same sets; at least one."""
    each = list(stops)
    found = {}
    for name in STOPS:
        rows = [one[name] for one in each]
        mean = {figure: statistics.fmean(row[figure] for row in rows) for figure in rows[0]}
        found[name] = mean | {"saved": _saved(mean)}
    return found


def _saved(figures: Mapping[str, float]) -> float:
    return 1 - figures["votes"] / figures["cast"] if figures["cast"] else 0.0


def votes(known: Labelled) -> list[float]:
    """Return what each judgment that gave numbers gave response 0."""
    return [
        score.value
        for judgment in known.judgments
        if judgment.failure is None
        for score in judgment.scores
        if score.response == 0
    ]


def majority(known: Labelled) -> Verdict:
    """Return the vote that most judgments gave; None where two have the most, and without votes."""
    return reduce(votes(known), Rule(rule="majority"))


def credit(verdict: Verdict, best: int | None, tie: float = 0.5) -> float:
    """Return what a verdict counts, in [0, 1].

    Args:
        verdict: what was found.
        best: the better response; None where they tie.
        tie: what a verdict for neither counts where one response is better.
    """
    if verdict is None or verdict == 0.5:
        return 1.0 if best is None else tie
    return float(best == (0 if verdict > 0.5 else 1))


def accuracy(verdicts: Sequence[Verdict], sets: Sequence[Labelled], tie: float = 0.5) -> float:
    """Return the mean credit; 0 without sets."""
    each = [credit(verdict, known.best, tie) for verdict, known in zip(verdicts, sets, strict=True)]
    return statistics.fmean(each) if each else 0.0


def _halves(sets: Sequence[Labelled], tie: float) -> dict[str, float]:
    """Fit on a random half of the groups and count on the other."""
    plain, fitted = [], []
    for seed in HALVES:
        groups = sorted(set(_groups(sets)))
        random.Random(seed).shuffle(groups)
        learned = set(groups[: len(groups) // 2])
        here: list[Labelled] = []
        there: list[Labelled] = []
        for one, group in zip(sets, _groups(sets), strict=True):
            (here if group in learned else there).append(one)
        model = meta.fit(here)
        plain.append(accuracy([majority(one) for one in there], there, tie))
        fitted.append(accuracy([model.prefer_in(one) for one in there], there, tie))
    return {"half_majority": statistics.fmean(plain), "half_fitted": statistics.fmean(fitted)}


def _replayed(sets: Sequence[Labelled], plain: Sequence[Verdict], stop: Stop, tie: float) -> dict[str, float]:
    cast = [votes(one) for one in sets]
    runs = [[replay(one, stop, _seed(seed, at)) for at, one in enumerate(cast)] for seed in SEEDS]
    changed = [one.verdict != before for run in runs for one, before in zip(run, plain, strict=True)]
    figures = {
        "votes": statistics.fmean(one.asked for run in runs for one in run),
        "cast": statistics.fmean(map(len, cast)),
        "changed": statistics.fmean(changed),
        "accuracy": statistics.fmean(accuracy([one.verdict for one in run], sets, tie) for run in runs),
    }
    return figures | {"saved": _saved(figures)}


def _groups(sets: Sequence[Labelled]) -> list[str]:
    """Return the group of each set; one that has none is on its own."""
    return [one.group or f"alone {at}" for at, one in enumerate(sets)]


def _seed(seed: int, at: int) -> str:
    return f"{seed}:{at}"
