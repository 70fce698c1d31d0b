"""Verdicts on claims as numbers: how much of what was said is borne out, and how much was said."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

OUTCOMES = ("supported", "refuted", "not_enough_evidence", "not_checkable", "failed", "unchecked")
"""The four verdicts; `failed`: a search or the model broke; `unchecked`: the budget was used up before."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over the claims of one response."""

    supported: int = 0
    refuted: int = 0
    not_enough_evidence: int = 0
    not_checkable: int = 0
    failed: int = 0
    unchecked: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[str]) -> Self:
        """Count outcomes; raise KeyError on one that is none."""
        counts = Counter(outcomes)
        if unknown := set(counts) - set(OUTCOMES):
            raise KeyError(min(unknown))
        return cls(**counts)

    @property
    def judged(self) -> int:
        """Claims that count: with a verdict, and checkable."""
        return self.supported + self.refuted + self.not_enough_evidence

    @property
    def precision(self) -> float | None:
        """Share of the judged claims that are supported; None when none was judged (FActScore; SAFE's Prec)."""
        return self.supported / self.judged if self.judged else None

    def f1(self, k: int) -> float | None:
        """Return F1@K (SAFE, arXiv 2403.18802, section 5): recall is min(supported / k, 1).

        0 without a supported claim, None when no claim was judged. With k = 1 it is governed by precision alone.
        """
        if not self.judged:
            return None
        if not self.supported:
            return 0.0
        precision, recall = self.supported / self.judged, min(self.supported / k, 1.0)
        return 2 * precision * recall / (precision + recall)
