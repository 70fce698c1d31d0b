"""How well criteria separate labelled pairs: coverage, precision and contribution, as in Auto-Rubric.

Counting only; who asks for the verdicts is `judge.learn.measuring`.
"""

import math
from collections.abc import Collection, Mapping, Sequence

from judge.errors import DataError
from judge.learn.learned import Diagnostic
from judge.learn.verdicts import Verdict

_Z = 1.959963984540054
"""The 97.5 % point of the normal distribution: two-sided 95 %."""


def wilson(hits: int, of: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a share (Wilson 1927), within [0, 1]; None for a share of nothing.

    Raises:
        DataError: `hits` is not within 0 and `of`.
    """
    if not 0 <= hits <= of:
        raise DataError(f"{hits} of {of} is no share; give 0 <= hits <= of")
    if not of:
        return None
    share, square = hits / of, _Z**2 / of
    middle = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * math.sqrt(share * (1 - share) / of + square / (4 * of))
    return (0.0 if hits == 0 else middle - half), (1.0 if hits == of else middle + half)


def accuracy(
    verdicts: Mapping[str, Sequence[Verdict | None]], weights: Mapping[str, float], rules: Collection[str] = ()
) -> float | None:
    """Return the share of the pairs that the criteria together decide as the label says.

    Hard rules decide first, each with one vote. Where they are level, every criterion votes with the size of its weight
    for the response that is better by it. A tie of all votes is not right. Pairs that some criterion has no verdict on
    are left out; None when that leaves none.

    Args:
        verdicts: by id of the criterion, one verdict for each pair, None where it failed.
        weights: by id of the criterion.
        rules: ids of the hard rules.
    """
    columns = list(zip(*(verdicts[name] for name in verdicts), strict=True))
    whole = [column for column in columns if None not in column]
    if not whole:
        return None
    gates = [1.0 if name in rules else 0.0 for name in verdicts]
    sizes = [abs(weights[name]) for name in verdicts]
    return sum((_sum(column, gates) or _sum(column, sizes)) > 0 for column in whole) / len(whole)


def diagnose(
    verdicts: Mapping[str, Sequence[Verdict | None]],
    weights: Mapping[str, float] | None = None,
    rules: Collection[str] = (),
) -> dict[str, Diagnostic]:
    """Return how well each criterion separates the pairs.

    coverage = pairs with a preference / pairs with a verdict; precision = preferences for the chosen one / preferences;
    contribution = accuracy of all criteria - accuracy of all but this one, over the same pairs: those on which every
    criterion has a verdict. The accuracy of no criteria at all is 0.

    Args:
        verdicts: by id of the criterion, one verdict for each pair, None where it failed.
        weights: by id of the criterion; None: all alike. Only their size counts: a verdict on a fault names the
            response that has less of it.
        rules: ids of the hard rules.
    """
    weights = weights or dict.fromkeys(verdicts, 1.0)
    return {name: _one(name, verdicts, weights, rules) for name in verdicts}


def _one(
    name: str, verdicts: Mapping[str, Sequence[Verdict | None]], weights: Mapping[str, float], rules: Collection[str]
) -> Diagnostic:
    given = [verdict for verdict in verdicts[name] if verdict is not None]
    covered = [verdict for verdict in given if verdict != "tie"]
    right = sum(verdict == "chosen" for verdict in covered)
    whole = accuracy(verdicts, weights, rules)
    without = accuracy(verdicts, {**weights, name: 0.0}, {*rules} - {name})
    return Diagnostic(
        pairs=len(given),
        failed=len(verdicts[name]) - len(given),
        coverage=len(covered) / len(given) if given else None,
        precision=right / len(covered) if covered else None,
        contribution=None if whole is None or without is None else whole - without,
        coverage_interval=wilson(len(covered), len(given)),
        precision_interval=wilson(right, len(covered)),
    )


def _sum(column: Sequence[Verdict | None], weights: Sequence[float]) -> float:
    sign = {"chosen": 1.0, "rejected": -1.0, "tie": 0.0, None: 0.0}
    return math.fsum(sign[verdict] * weight for verdict, weight in zip(column, weights, strict=True))
