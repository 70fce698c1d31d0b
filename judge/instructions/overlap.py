"""How much two texts have in common, word by word or character by character: ROUGE-L, edit similarity, BLEU and chrF.

It knows no meaning: a paraphrase has little in common, and a copy with `not` in it much. Long texts belong into a
worker.
"""

from typing import Literal

from judge.errors import ToolError
from judge.instructions.text import words

Overlap = Literal["rouge_l", "edit", "bleu", "chrf", "bleu_rouge"]
"""`rouge_l`: F1 of the longest common subsequence of words (Lin 2004). `edit`: the same over characters, which is 1
minus the share of characters to delete or insert. `bleu`: sentence BLEU, whose references count together: an n-gram may
come from any of them (Papineni et al. 2002). `chrf`: chrF2. `bleu_rouge`: the harmonic mean of `bleu` and `rouge_l`,
after BLEUBERI (arXiv 2505.11080)."""

LONGEST = 20_000
"""Words or characters of which a common subsequence is sought: the work grows with the product of both lengths."""


def overlap(text: str, reference: str, metric: Overlap) -> float:
    """Return how much two texts have in common, in [0, 1].

    Raises:
        ToolError: a text is too long for the metric.
        ImportError: `bleu`, `chrf` and `bleu_rouge` need sacrebleu.
    """
    if metric in ("bleu", "bleu_rouge"):
        return overlaps(text, [reference], metric)[0]
    if metric == "rouge_l":
        ours, theirs = ([word.casefold() for word in words(each)] for each in (text, reference))
        return common(ours, theirs, metric)
    if metric == "edit":
        return common(list(text), list(reference), metric)
    import sacrebleu

    return min(1.0, float(sacrebleu.sentence_chrf(text, [reference]).score) / 100)


def overlaps(text: str, references: list[str], metric: Overlap) -> list[float]:
    """Return `overlap` for each reference, or one number where they count together; a function for a worker."""
    if metric not in ("bleu", "bleu_rouge"):
        return [overlap(text, reference, metric) for reference in references]
    import sacrebleu

    bleu = min(1.0, float(sacrebleu.sentence_bleu(text, references).score) / 100)
    if metric == "bleu":
        return [bleu]
    rouge = max(overlaps(text, references, "rouge_l"))
    return [2 * bleu * rouge / (bleu + rouge) if bleu + rouge else 0.0]


def common(ours: list[str], theirs: list[str], metric: str) -> float:
    """Return twice the length of the longest common subsequence over the sum of both lengths; 0 for two empty ones.

    The row of the table is one integer, a bit for each place in `ours` (Crochemore et al. 2001).
    """
    if max(len(ours), len(theirs)) > LONGEST:
        raise ToolError(f"{metric} compares at most {LONGEST} units; shorten the texts or choose chrf")
    places: dict[str, int] = {}
    for place, unit in enumerate(ours):
        places[unit] = places.get(unit, 0) | 1 << place
    every = (1 << len(ours)) - 1
    row = every
    for unit in theirs:
        matches = row & places.get(unit, 0)
        row = ((row + matches) | (row - matches)) & every
    shared = len(ours) - row.bit_count()
    return 2 * shared / (len(ours) + len(theirs)) if ours or theirs else 0.0
