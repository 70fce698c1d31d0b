"""How similar is a response to a reference, in words? ROUGE-L and edit similarity, BLEU and chrF.

Overlap of words, not of meaning: a paraphrase scores low and a copy with `not` in it scores high. So it is soft, for
translation, summaries and the like. BLEU and chrF come from sacrebleu (extra `similarity`), with its own tokenization.
"""

from typing import Literal, get_args

from judge.errors import SettingsError, ToolError
from judge.instructions.text import words
from judge.tool import Checks
from judge.types import Evidence, Sample

CHECKS: Checks = "similarity"
SOFT = True

Metric = Literal["rouge_l", "edit", "bleu", "chrf"]
"""`rouge_l`: F1 of the longest common subsequence of words (Lin 2004). `edit`: the same over characters, which is 1
minus the share of characters to delete or insert. `bleu`: sentence BLEU. `chrf`: chrF2."""

_LONGEST = {"rouge_l": 20_000, "edit": 20_000}
"""Words or characters that are compared: the work grows with the product of both lengths."""


def needs(sample: Sample) -> str:
    """Return "a reference" when there is none."""
    return "" if any(reference.strip() for reference in sample.references) else "a reference"


def verify(sample: Sample, *, metric: Metric = "rouge_l", at_least: float = 0.5) -> Evidence:
    """Compare the only response with every reference; the score, in [0, 1], is that of the most similar one.

    Args:
        sample: with one response and references.
        metric: how to compare; see `Metric`.
        at_least: score from which the finding supports the response.

    Raises:
        SettingsError: the metric is unknown.
        ToolError: a text is too long for the metric, or sacrebleu is not installed.
    """
    if metric not in get_args(Metric):
        raise SettingsError(f"metric={metric!r} is unknown; choose one of: {', '.join(get_args(Metric))}")
    text = sample.responses[0].text
    references = [reference for reference in sample.references if reference.strip()]
    scores = [_compare(text, reference, metric) for reference in references]
    score = max(scores)
    return Evidence(
        tool="similarity",
        stance="supports" if score >= at_least else "refutes",
        summary=f"{metric} {score:.2f} to the nearest of {len(scores)} references",
        score=score,
        detail={"metric": metric, "reference": scores.index(score)},
        provenance="sacrebleu" if metric in ("bleu", "chrf") else "longest common subsequence",
    )


def _compare(text: str, reference: str, metric: Metric) -> float:
    if metric == "rouge_l":
        ours, theirs = ([word.casefold() for word in words(each)] for each in (text, reference))
        return _common(ours, theirs, metric)
    if metric == "edit":
        return _common(list(text), list(reference), metric)
    try:
        import sacrebleu
    except ImportError as error:
        raise ToolError(f"{metric} needs sacrebleu; install 'agentic-judge[similarity]'") from error
    if metric == "bleu":
        return min(1.0, float(sacrebleu.sentence_bleu(text, [reference]).score) / 100)
    return min(1.0, float(sacrebleu.sentence_chrf(text, [reference]).score) / 100)


def _common(ours: list[str], theirs: list[str], metric: str) -> float:
    """Return twice the length of the longest common subsequence over the sum of both lengths; 0 for two empty ones.

    The row of the table is one integer, a bit for each place in `ours` (Crochemore et al. 2001).
    """
    longest = _LONGEST[metric]
    if max(len(ours), len(theirs)) > longest:
        raise ToolError(f"{metric} compares at most {longest} units; shorten the texts or choose chrf")
    places: dict[str, int] = {}
    for place, unit in enumerate(ours):
        places[unit] = places.get(unit, 0) | 1 << place
    every = (1 << len(ours)) - 1
    row = every
    for unit in theirs:
        matches = row & places.get(unit, 0)
        row = ((row + matches) | (row - matches)) & every
    common = len(ours) - row.bit_count()
    return 2 * common / (len(ours) + len(theirs)) if ours or theirs else 0.0
