"""The rows that calibrators are fitted on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from judge.calibration.base import Parts
from judge.errors import DataError

RESCALE = "rescale them, from 1 to 5 for example by (label - 1) / 4"


@dataclass(frozen=True, slots=True)
class Label:
    """A value that the judge gave, and what people say it should have been."""

    value: float
    label: float
    """In [0, 1]: 1 for right or preferred, 0 for wrong, between for shares of raters. For `conformal` any number."""
    group: str = ""
    """Rows of one group, such as the answers to one prompt, are never split by cross-validation; "": on its own."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two responses to one prompt by their values on the criteria, and which of them somebody preferred."""

    chosen: Parts
    rejected: Parts
    user: str = ""
    category: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """Pairs with a value for every criterion on both sides."""

    criteria: tuple[str, ...]
    pairs: tuple[Pair, ...]
    differences: tuple[tuple[float, ...], ...]
    """Chosen less rejected, in the order of the criteria; one row per pair."""
    left_out: int
    """Pairs that lack a value."""

    def by_user(self) -> dict[str, list[int]]:
        """Return the places of each user's pairs; users with a name, in order."""
        found: dict[str, list[int]] = {}
        for at, pair in enumerate(self.pairs):
            found.setdefault(pair.user, []).append(at)
        return {user: found[user] for user in sorted(found) if user}


def numbered(names: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the different names in order, and for each of those given its place among them."""
    known = sorted(set(names))
    place = {name: at for at, name in enumerate(known)}
    return known, [place[name] for name in names]


def scored_pairs(pairs: Sequence[Pair], least: int = 2, criteria: tuple[str, ...] = ()) -> Scored:
    """Return the pairs that can be fitted on.

    Args:
        pairs: chosen and rejected responses.
        least: how many of them are needed.
        criteria: those that count; none given: all that any pair names.

    Raises:
        DataError: fewer than `least` pairs have every criterion on both sides.
    """
    criteria = criteria or tuple(
        sorted({name for pair in pairs for side in (pair.chosen, pair.rejected) for name in side})
    )
    kept: list[Pair] = []
    differences: list[tuple[float, ...]] = []
    missing: Counter[str] = Counter()
    for pair in pairs:
        each = [(name, pair.chosen.get(name), pair.rejected.get(name)) for name in criteria]
        row = [ours - theirs for _, ours, theirs in each if ours is not None and theirs is not None]
        if len(row) == len(criteria):
            kept.append(pair)
            differences.append(tuple(row))
        else:
            missing.update(name for name, ours, theirs in each if ours is None or theirs is None)
    if len(kept) < least or not criteria:
        why = f"; the criterion most often without a value is {missing.most_common(1)[0][0]!r}" if missing else ""
        raise DataError(
            f"a fit needs at least {least} pairs with a value for every criterion, and {len(kept)} of {len(pairs)} "
            f"have them{why}; give more pairs"
        )
    return Scored(criteria, tuple(kept), tuple(differences), len(pairs) - len(kept))


def check_labels(rows: Sequence[Label], *, both: bool = True) -> None:
    """Refuse labels that no probability can be fitted to.

    Args:
        rows: what is to be fitted on.
        both: whether rows of one label alone will not do.

    Raises:
        DataError: there are no rows, a label is outside [0, 1], or all labels are alike.
    """
    if not rows:
        raise DataError("there are no labelled rows to fit on; give a value and a label on each line")
    for row in rows:
        if not 0 <= row.label <= 1:
            raise DataError(f"a label must be in [0, 1], got {row.label:g}; {RESCALE}")
    if both and len({row.label for row in rows}) < 2:
        raise DataError(
            f"a fit needs labels of both kinds, and all {len(rows)} are {rows[0].label:g}; give rows of the other kind"
        )
