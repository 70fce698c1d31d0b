r"""GPT-4's reviews of pairs of answers: can we read what the authors' parser could not?

3,812 reviews of answers to Open Assistant prompts, in both orders (artidoro/qlora, eval/ratings-gpt4/oa, arXiv
2305.14314, MIT). A review had to end in a line 1, 2 or 3 (equal); where it does not the authors recorded -1. There are
no gold labels. `judgments.jsonl` has one review a line (shortened; a line may have more):

    {"message_id": "00164423-...", "text": "... Assistant 2's response was more comprehensive.\n\n2", "score": 2}

Run it with `judge eval oa_gpt4_reviews --data PATH`, where PATH is the folder of that file. No model is called.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from judge import replies
from judge.dataset import read_rows
from judge.errors import ParseError
from judge.types import EvalResult, Reward, Sample

Row = dict[str, Any]

_CHOICE = {1.0: 1, 0.0: 2, 0.5: 3}
_UNREAD = -1


def evaluate(data: Path, grade: Callable[[Iterable[Sample], str], Iterator[Reward]]) -> EvalResult:
    """Read the recorded reviews and compare with the authors' choice; `grade` is not called.

    `n` is all rows, `agree` those whose recorded choice we read, `recovered` those without a recorded choice in which
    we read one, and `unscored` those in which we read nothing.

    Raises:
        DataError: `data` lacks the file of the set.
    """
    seen = [(row, _read(row)) for row in read_rows(data, "judgments.jsonl")]
    recorded = [(row, ours) for row, ours in seen if row["score"] != _UNREAD]
    lost = [(row, ours) for row, ours in seen if row["score"] == _UNREAD]
    agree = sum(ours == row["score"] for row, ours in recorded)
    return EvalResult(
        name="oa_gpt4_reviews",
        n=len(seen),
        agree=agree,
        unscored=sum(ours == _UNREAD for _, ours in seen),
        recovered=sum(ours != _UNREAD for _, ours in lost),
        parse_agree=agree / len(recorded) if recorded else None,
        figures={
            "rows_with_a_recorded_choice": len(recorded),
            "rows_without": len(lost),
            "recovered_choices": dict(Counter(str(ours) for _, ours in lost if ours != _UNREAD)),
        },
        differences=_differences(seen),
    )


def _read(row: Row) -> int:
    try:
        share = replies.read("choice_123", row["text"], reasons=False).preference
    except ParseError:
        return _UNREAD
    return _UNREAD if share is None else _CHOICE[share]


def _differences(seen: list[tuple[Row, int]]) -> tuple[dict[str, Any], ...]:
    """Return what differs from the record and what nobody could read, by kind; what we recovered is no difference."""
    kinds: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for row, ours in seen:
        if ours == _UNREAD or (row["score"] != _UNREAD and ours != row["score"]):
            kinds[ours, row["score"]].append(row)
    return tuple(
        {"ours": ours, "recorded": score, "count": len(rows)}
        | {"example": {"message_id": rows[0]["message_id"], "text": rows[0]["text"][-300:]}}
        for (ours, score), rows in sorted(kinds.items(), key=lambda kind: -len(kind[1]))
    )
