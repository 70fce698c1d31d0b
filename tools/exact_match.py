"""Is the final answer of a response the reference, word for word?

Case, Unicode forms, spacing and the punctuation around an answer do not count; choice letters match in any dress
(`B`, `(b)`, `B) 42`), and so do dates.
"""

from typing import Literal, get_args

from judge.answers.extract import Answer, reference_answer, text_answer
from judge.answers.words import plain, same_text
from judge.errors import SettingsError
from judge.instructions.text import phrase
from judge.tool import Checks
from judge.types import Evidence, Sample

CHECKS: Checks = "reference"

Mode = Literal["final", "whole", "contains"]
"""`final`: the stated answer or the last line. `whole`: the whole response. `contains`: anywhere in the response."""

_SHOWN = 200


def needs(sample: Sample) -> str:
    """Return what is missing before the sample can be checked."""
    return "" if any(map(plain, sample.references)) else "a reference"


async def verify(sample: Sample, *, mode: Mode = "final", drop_articles: bool = False) -> Evidence:
    """Compare the only response with every reference; equal to any is right.

    Args:
        sample: with one response and references.
        mode: what of the response is compared.
        drop_articles: whether a, an and the count for nothing.

    Raises:
        SettingsError: `mode` is none of the three.
    """
    if mode not in get_args(Mode):
        raise SettingsError(f"mode={mode!r} is unknown; choose one of: {', '.join(get_args(Mode))}")
    response = sample.responses[0].text
    answer = text_answer(response) if mode == "final" else Answer(response.strip(), mode)
    golds = [reference_answer(reference) if mode == "final" else reference for reference in sample.references]
    if answer is None or not answer.text:
        return _evidence(None, None, mode)
    for gold in golds:
        if (
            _contains(gold, response, drop_articles)
            if mode == "contains"
            else same_text(gold, answer.text, drop_articles)
        ):
            return _evidence(gold, answer, mode)
    return _evidence(None, answer, mode)


def _contains(gold: str, response: str, drop_articles: bool) -> bool:
    wanted = plain(gold, drop_articles)
    return bool(wanted) and phrase(wanted).search(plain(response, drop_articles)) is not None


def _evidence(matched: str | None, answer: Answer | None, mode: Mode) -> Evidence:
    extracted = answer.text[:_SHOWN] if answer else None
    if answer is None:
        summary = "the response states no answer"
    elif mode == "contains":
        summary = f"the response contains {matched[:_SHOWN]!r}" if matched else "the response contains no reference"
    else:
        summary = f"the answer {extracted!r} is {'the reference' if matched else 'none of the references'}"
    return Evidence(
        tool="exact_match",
        stance="supports" if matched else "refutes",
        summary=summary,
        score=1.0 if matched else 0.0,
        hard=True,
        detail={"extracted": extracted, "reference": matched, "how": answer.how if answer else "no answer"},
        provenance="exact comparison",
    )
