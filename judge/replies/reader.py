"""Read a critic's reply: find the verdict that stands, check it, and keep the reasons."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import NamedTuple

from judge.errors import ParseError, SettingsError
from judge.replies import (
    answer_ab,
    arena,
    boxed,
    choice_123,
    graded,
    json_object,
    output_ab,
    result,
    score_line,
    tags,
    yes_no,
)
from judge.replies.copied import Copied
from judge.replies.mark import Mark, number
from judge.types import Scale, readable


class Grammar(NamedTuple):
    """One form in which critics state verdicts."""

    marks: Callable[[str], Iterable[Mark]]
    """Finds what could be the verdict, from the weakest claim to the strongest: the last that stands wins."""
    form: str
    """The form in words, for a critic that missed it."""


GRAMMARS: dict[str, Grammar] = {
    "answer_ab": Grammar(answer_ab.marks, "<answer>[[A]]</answer> or <answer>[[B]]</answer>, one and not both"),
    "arena": Grammar(arena.marks, "[[A>>B]], [[A>B]], [[A=B]], [[B>A]] or [[B>>A]]"),
    "boxed": Grammar(boxed.marks, r"the numbers in \boxed{}"),
    "choice_123": Grammar(choice_123.marks, "a last line that is 1, 2 or 3"),
    "graded": Grammar(graded.marks, 'a line such as "Verdict: -2"'),
    "json": Grammar(json_object.marks, "a JSON object with `critique` and a score or winner"),
    "output_ab": Grammar(output_ab.marks, '"Therefore, Output (a) is better." or the same with (b)'),
    "output_ab_first": Grammar(output_ab.first, '"Output (a)" or "Output (b)"'),
    "result": Grammar(result.marks, '"[RESULT]" and the score'),
    "score_line": Grammar(score_line.marks, 'a line such as "Score: 7"'),
    "tags": Grammar(tags.marks, "<score> and </score> around the score"),
    "yes_no": Grammar(yes_no.marks, '"Answer: Yes" or "Answer: No"'),
}
"""Every grammar by name."""

_CHECK = re.compile(r"<check>([^<]{1,80})</check>")
_MOST_CHECKS = 16
_GOES_ON = re.compile(r"[,;]?\s?\w")  # the sentence, after the mark
_WRAPPING = re.compile(r"```\w{0,12}\s*+```|</?critique>|\A\s*+Feedback:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a critic's reply says: its reasons, and scores or a preference, or the checks that it wants to see first."""

    critique: str
    """The reasons: everything that is not the verdict."""
    scores: dict[str, float] = field(default_factory=dict)
    """As the critic gave them, by id, each on the scale; empty when there is a preference."""
    preference: float | None = None
    """For a comparison, the share in [0, 1] that the first shown response is better: 0.5 is a tie."""
    asks: tuple[str, ...] = ()
    """Names of checks that the critic asks for; with them a reply needs no verdict yet."""


def read(
    grammar: str,
    text: str,
    *,
    ids: Sequence[str] = ("score",),
    scale: Scale | None = None,
    reasons: bool = True,
    quoted: Sequence[str] = (),
) -> Reading:
    """Read a reply. The last verdict wins, and `output_ab_first` takes the first. Time is linear in the text.

    Args:
        grammar: a name in GRAMMARS.
        text: the reply, without the model's thinking.
        ids: what the scores are for, in order; a comparison needs none.
        scale: what a score must fit; None takes any finite number.
        reasons: whether a verdict without a word beside it is refused.
        quoted: texts the critic was shown. A verdict inside a verbatim copy of theirs (20 characters or more) is not
            the critic's and does not count.

    Raises:
        ParseError: there is no verdict, it lacks ids, is off the scale, or comes without reasons. It keeps the reply.
        SettingsError: the grammar is unknown.
    """
    if grammar not in GRAMMARS:
        raise SettingsError(f"there is no grammar {grammar!r}; choose one of: {', '.join(GRAMMARS)}")
    copied = Copied(text, quoted)
    marks = reversed(list(GRAMMARS[grammar].marks(text)))
    mark = next((mark for mark in marks if not copied.covers(mark.start, mark.end)), None)
    asks = _asks(text, mark, copied)
    if mark is None or not mark.decides:
        if not asks:
            raise ParseError(f"the reply states no verdict; it must end in {GRAMMARS[grammar].form}", text)
        return Reading(_clean((mark and mark.critique) or text), asks=asks)
    try:
        scores = _scores(mark, ids, scale)
    except ValueError as error:
        raise ParseError(str(error), text) from error
    around = mark.critique or _clean(_WRAPPING.sub("", _without(text, mark)))
    if reasons and not any(character.isalpha() for character in around):
        raise ParseError("the reply gives a verdict without reasons; write the reasons first", text)
    critique = text if _within_a_sentence(text, mark) else around
    return Reading(_clean(critique), scores, mark.preference, asks)


def _without(text: str, mark: Mark) -> str:
    """Return the text without the mark and the punctuation around it."""
    return text[: mark.start].rstrip(" *_([") + "\n" + text[mark.end :].lstrip(" *_)].:")


def _within_a_sentence(text: str, mark: Mark) -> bool:
    """Return whether the words around the mark need it, so that the critique keeps it."""
    if mark.critique or not text[mark.start : mark.end].lstrip()[:1].isalpha():
        return False
    before = text[max(0, mark.start - 20) : mark.start].rstrip(" \t*_#>\"'(")
    return bool(before and before[-1] not in ".!?:\n") or bool(_GOES_ON.match(text, mark.end))


def _asks(text: str, mark: Mark | None, copied: Copied) -> tuple[str, ...]:
    tagged = (match[1] for match in _CHECK.finditer(text) if not copied.covers(*match.span()))
    names = (_clean(name) for name in chain(mark.asks if mark else (), tagged))
    return tuple(islice(dict.fromkeys(name for name in names if name), _MOST_CHECKS))


def _clean(text: str) -> str:
    """Return the text without blank ends and halves of surrogate pairs, which JSON can carry and UTF-8 cannot."""
    return readable(text).strip()


def _scores(mark: Mark, ids: Sequence[str], scale: Scale | None) -> dict[str, float]:
    """Return the mark's numbers by id, checked; raise ValueError with what is wrong."""
    if mark.fault:
        raise ValueError(mark.fault)
    if mark.preference is not None:
        return {}
    if not ids:
        raise ValueError("the reply gives scores where a comparison is wanted")
    numbers = mark.numbers or ()
    if mark.share is not None:
        numbers = [mark.share if scale is None else scale.lo + mark.share * (scale.hi - scale.lo)]
    if not isinstance(numbers, Mapping):
        if len(numbers) != len(ids):
            raise ValueError(f"the reply gives {len(numbers)} where {len(ids)} scores are wanted: {', '.join(ids)}")
        numbers = dict(zip(ids, numbers, strict=True))
    if missing := [id for id in ids if id not in numbers]:
        raise ValueError(f"the reply has no score for {', '.join(map(repr, missing))}")
    return {id: number(numbers[id], scale) for id in ids}
