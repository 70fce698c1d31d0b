"""Recorded verdicts of six judges on pairs with an objectively better output: do we read them as they were meant?

30,000 replies to pairs of LLMBar (princeton-nlp/LLMBar, arXiv 2310.07641, MIT), with what the authors' parser read in
them, and the authors' own statistics. Four files are read, one JSON object a line (shortened; a line may have more):

    items.jsonl: {"item_id": "Natural-000", "subset": "Natural", "label": 2}
    judgments.jsonl: {"item_id": "Natural-000", "judge": "GPT-4", "strategy": "CoT", "step": 0, "order": "21", "text":
     "... Therefore, Output (a) is better.", "winner": 2}
    ratings.jsonl: {"item_id": "Natural-000", "judge": "GPT-4", "strategy": "Rating", "text_1": "7", "text_2": "9",
     "winner_12": 2, "winner_21": 2}
    published_statistics.jsonl: {"subset": "Natural", "judge": "GPT-4", "strategy": "CoT", "correct_False":
     "94 / 100 = 94.0%", "correct_True": "95 / 100 = 95.0%"}

Order "21" shows output 2 as Output (a); winners are those of the items, whatever the order. The published counts come
out of the recorded winners of the last step. Every reply is read with the grammar that fits its prompt: a reply that
had to reason first by its conclusion, a reply that had to be the answer alone by its first answer.

Run it with `judge eval llmbar --data PATH`, where PATH is the folder of these files. No model is called.

With `--vote RULE` the recorded winners are votes: the up to twenty verdicts of a judge on an item, by ten strategies in
both orders, as they first came (step 0, before Swap asks again), without the ratings. `single` is the share of these
verdicts that are right, and one that the authors could not read is wrong. `majority` is the share of items whose
majority is right; an unread verdict is no vote, and a tie counts one half. docs/votes.md has the other rules.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from judge import replies
from judge.calibration.meta import labelled
from judge.calibration.voting import Voted, VoteRule, credit, known_rule, measure_votes, pooled, votes
from judge.dataset import read_rows
from judge.errors import DataError, ParseError
from judge.types import EvalResult, Failure, Judgment, Reward, Sample, Score

Row = dict[str, Any]
Winners = dict[tuple[str, str, str], dict[str, int | None]]
"""By (judge, strategy, order), the winner of each item by its id."""

_ORDERS = {"correct_False": "12", "correct_True": "21"}  # the authors' figures say whether the outputs were swapped
_KEPT = 40  # differences, by kind


def evaluate(
    data: Path, grade: Callable[[Iterable[Sample], str], Iterator[Reward]], vote: str | None = None
) -> EvalResult:
    """Recount the published figures and read the recorded replies, or count votes; `grade` is not called.

    Of the published figures those count whose items are all in `data`. `n` is rows with a text, `agree` those whose
    recorded winner we read, and `unscored` those in which we read nothing. With `vote`, `n` is items times judges,
    `agree` those whose verdict is right and `unscored` those without a verdict.

    Raises:
        DataError: `data` lacks a file of the set, or has no votes, or too few to fit.
        SettingsError: there is no such rule of voting.
    """
    if vote is not None:
        return _count_votes(data, known_rule(vote))
    items = {row["item_id"]: row for row in read_rows(data, "items.jsonl")}
    judgments = read_rows(data, "judgments.jsonl")
    ratings = read_rows(data, "ratings.jsonl")
    reproduced, of = _recount(items, _winners(judgments, ratings), read_rows(data, "published_statistics.jsonl"))
    seen = [(row, _read(row)) for row in judgments if row["text"]]
    recorded = [(row, ours) for row, ours in seen if row["winner"] is not None]
    agree = sum(ours == row["winner"] for row, ours in recorded)
    return EvalResult(
        name="llmbar",
        n=len(seen),
        agree=agree,
        unscored=sum(ours is None for _, ours in seen),
        reproduced=reproduced,
        of=of,
        parse_agree=agree / len(recorded) if recorded else None,
        figures={
            "rows_with_a_recorded_winner": len(recorded),
            "read_where_authors_failed": sum(row["winner"] is None and ours is not None for row, ours in seen),
            "parse_agree_by_strategy": _by_strategy(recorded),
            "ratings": len(ratings),
            "ratings_agree": sum(_read_rating(row) == (row["winner_12"], row["winner_21"]) for row in ratings),
        },
        differences=_differences(recorded),
    )


def _winners(judgments: list[Row], ratings: list[Row]) -> Winners:
    """Return the winners that the authors counted: those of the last step."""
    winners: Winners = defaultdict(dict)
    for row in sorted(judgments, key=lambda row: row["step"]):
        winners[row["judge"], row["strategy"], row["order"]][row["item_id"]] = row["winner"]
    for row in ratings:
        for order in _ORDERS.values():
            winners[row["judge"], row["strategy"], order][row["item_id"]] = row[f"winner_{order}"]
    return winners


def _recount(items: dict[str, Row], winners: Winners, published: list[Row]) -> tuple[int, int]:
    """Return how many published counts come out, and how many the rows can decide."""
    reproduced = of = 0
    for row in published:
        for figure, order in _ORDERS.items():
            judged = winners.get((row["judge"], row["strategy"], order), {})
            labels = {
                item: items[item]["label"] for item in judged if items.get(item, {}).get("subset") == row["subset"]
            }
            correct, total = (int(count) for count in row[figure].split("=")[0].split("/"))
            if len(labels) == total:
                of += 1
                reproduced += correct == sum(judged[item] == label for item, label in labels.items())
    return reproduced, of


def _read(row: Row) -> int | None:
    """Return the winner in item terms as our grammar reads the reply, 0 for a tie, None for no verdict."""
    reasons_first = row["strategy"].endswith("CoT") or (row["strategy"] == "Swap" and row["step"] == 0)
    try:
        share = replies.read("output_ab" if reasons_first else "output_ab_first", row["text"], reasons=False).preference
    except ParseError:
        return None
    if share == 0.5:
        return 0
    return 1 if (share == 1.0) == (row["order"] == "12") else 2


def _read_rating(row: Row) -> tuple[int, int]:
    """Return the winners of both orders by our reading: on a tie the authors take the one shown second."""
    try:
        first, second = (
            replies.read("score_line", row[text], reasons=False).scores["score"] for text in ("text_1", "text_2")
        )
    except ParseError:
        return 1, 2
    return (1 if first > second else 2), (2 if second > first else 1)


def _by_strategy(recorded: list[tuple[Row, int | None]]) -> dict[str, Any]:
    total = Counter(row["strategy"] for row, _ in recorded)
    agree = Counter(row["strategy"] for row, ours in recorded if ours == row["winner"])
    return {strategy: round(agree[strategy] / total[strategy], 4) for strategy in sorted(total)}


def _differences(recorded: list[tuple[Row, int | None]]) -> tuple[dict[str, Any], ...]:
    """Return the disagreements by judge, strategy and what either side read, the most frequent first."""
    kinds: dict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
    for row, ours in recorded:
        if ours != row["winner"]:
            kinds[row["judge"], row["strategy"], _shown(ours, row), _shown(row["winner"], row)].append(row)
    return tuple(
        {"judge": kind[0], "strategy": kind[1], "ours": kind[2], "recorded": kind[3], "count": len(rows)}
        | {"example": {"item_id": rows[0]["item_id"], "order": rows[0]["order"], "text": rows[0]["text"][-300:]}}
        for kind, rows in sorted(kinds.items(), key=lambda kind: -len(kind[1]))[:_KEPT]
    )


def _shown(winner: int | None, row: Row) -> str:
    if not winner:
        return "none" if winner is None else "tie"
    return "(a)" if str(winner) == row["order"][0] else "(b)"


def _count_votes(data: Path, rule: VoteRule) -> EvalResult:
    """Return the accuracy of each judge by the rule, beside that of a single verdict and of the plain majority."""
    items = {row["item_id"]: row["label"] - 1 for row in read_rows(data, "items.jsonl")}
    polls: dict[str, dict[str, list[Judgment]]] = defaultdict(lambda: {item: [] for item in items})
    for row in read_rows(data, "judgments.jsonl"):
        if row["step"] == 0 and row["item_id"] in items:
            polls[row["judge"]][row["item_id"]].append(_judgment(row))
    if not polls:
        raise DataError("no judgment is on one of the items, so there are no votes to count; give files of one set")
    found: dict[str, Voted] = {}
    accuracy: dict[str, dict[str, float]] = {}
    credits: list[tuple[float, bool]] = []
    for judge, cast in sorted(polls.items()):
        sets = [labelled(judgments, items[item], group=item) for item, judgments in cast.items()]
        found[judge] = measure_votes(sets, rule)
        right = sum(credit(vote, one.best) for one in sets for vote in votes(one))
        single = right / sum(len(one.judgments) for one in sets)
        accuracy[judge] = {"single": single, "majority": found[judge].majority, rule: found[judge].accuracy}
        verdicts = zip(found[judge].verdicts, sets, strict=True)
        credits += [(credit(verdict, one.best), verdict in (None, 0.5)) for verdict, one in verdicts]
    more: dict[str, JsonValue] = {}
    if rule == "fitted":
        more["fitted"] = {judge: dict(voted.figures) for judge, voted in found.items()}
        more["judges_with_fitted_above_majority"] = sum(one.accuracy > one.majority for one in found.values())
    if rule == "adaptive":
        stops = {judge: voted.stops for judge, voted in found.items()}
        stops["all"] = pooled(list(stops.values()))
        more["adaptive"] = {
            judge: {name: dict(row) for name, row in by_stop.items()} for judge, by_stop in stops.items()
        }
    return EvalResult(
        name="llmbar",
        n=len(credits),
        agree=sum(right == 1 for right, _ in credits),
        unscored=sum(tied for _, tied in credits),
        accuracy=accuracy,
        figures=more,
    )


def _judgment(row: Row) -> Judgment:
    """Return the verdict as a judgment by a critic named like the strategy."""
    shown = (0, 1) if row["order"] == "12" else (1, 0)
    winner = row["winner"]
    if winner is None:
        failure = Failure(kind="unparseable", message="the authors read no winner in this reply")
        return Judgment(critic=row["strategy"], shown=shown, critique=row["text"], failure=failure)
    return Judgment(
        critic=row["strategy"],
        shown=shown,
        critique=row["text"],
        scores=tuple(
            Score(response=at, criterion="better", raw=winner == at + 1, value=winner == at + 1) for at in (0, 1)
        ),
    )
