"""Five judges compare five assistants' answers in both orders: does counting their votes come closer to people?

40 of the 80 Vicuna questions, with 400 pairs that people judged (bcdnlp/PRD, data/vicuna80, peer rank and discussion,
arXiv 2307.02762, MIT). Two files are read, one JSON object a line (shortened; a line may have more):

    judgments.jsonl: {"question_id": 1, "first": "bard", "second": "claude", "judge": "gpt4", "text": "Both ...",
     "score": 2, "run": 0}
    human.jsonl: {"question_id": 1, "first": "bard", "second": "claude", "scores": [1, 1, 3]}

Scores are 1 for the answer that was shown first, 2 for the second, 3 for a tie. The label is what most people said;
three people who all say something else make a tie. Of repeated requests run 0 counts, and a judgment without a score is
no vote. `single` of a judge is its one verdict in the order that people saw, `majority` its verdict over both orders,
where two that differ are a tie. `panel` is all ten votes of the five judges, with the mean of the five as its `single`.
A verdict must be the label: a tie is right only where people tie. docs/votes.md has the other rules; `fitted` leaves
one question out at a time.

Run it with `judge eval vicuna80_panel --data PATH`, where PATH is the folder of these files. No model is called.
"""

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from judge.calibration.meta import labelled
from judge.calibration.voting import Voted, VoteRule, credit, known_rule, measure_votes
from judge.dataset import read_rows
from judge.errors import DataError
from judge.types import EvalResult, Judgment, Reward, Sample, Score

Row = dict[str, Any]
Pair = tuple[int, str, str]
"""Question, first and second answer in the order that people saw."""

PANEL = "panel"
_VALUES = {1: 1.0, 2: 0.0, 3: 0.5}


def evaluate(
    data: Path, grade: Callable[[Iterable[Sample], str], Iterator[Reward]], vote: str = "majority"
) -> EvalResult:
    """Compare the recorded votes with those of people; `grade` is not called.

    `n` is pairs, `agree` those whose label the panel finds by the rule, and `unscored` those without a verdict.

    Raises:
        DataError: `data` lacks a file of the set, or has no votes, or too few to fit.
        SettingsError: there is no such rule of voting.
    """
    rule = known_rule(vote)
    people: dict[Pair, Sequence[int]] = {
        (row["question_id"], row["first"], row["second"]): row["scores"] for row in read_rows(data, "human.jsonl")
    }
    cast = _votes([row for row in read_rows(data, "judgments.jsonl") if row["run"] == 0 and row["score"] in _VALUES])
    voters = {judge: _by_pair([rows], people) for judge, rows in cast.items()}
    voters[PANEL] = _by_pair(list(cast.values()), people)
    if not voters[PANEL]:
        raise DataError("no judgment is on one of the pairs, so there are no votes to count; give files of one set")
    labels = {pair: _label(scores) for pair, scores in people.items()}
    found = {name: _measured(votes, labels, rule) for name, votes in voters.items()}
    single = {judge: _single(votes, labels) for judge, votes in voters.items() if judge != PANEL}
    single[PANEL] = statistics.fmean(single.values())
    figures: dict[str, JsonValue] = {
        "order_conflicts": {judge: _conflicts(votes) for judge, votes in voters.items() if judge != PANEL},
    }
    if rule == "fitted":
        figures["fitted"] = {PANEL: dict(found[PANEL].figures)}
    if rule == "adaptive":
        figures["adaptive"] = {PANEL: {name: dict(row) for name, row in found[PANEL].stops.items()}}
    best = [labels[pair] for pair in voters[PANEL]]
    return EvalResult(
        name="vicuna80_panel",
        n=len(people),
        agree=sum(credit(*pair, tie=0.0) == 1 for pair in zip(found[PANEL].verdicts, best, strict=True)),
        unscored=len(people) - len(best),
        accuracy={
            name: {"single": single[name], "majority": voted.majority, rule: voted.accuracy}
            for name, voted in found.items()
        },
        figures=figures,
    )


def _label(scores: Sequence[int]) -> int | None:
    """Return the better answer by most people, 0 or 1, or None for a tie."""
    counts = Counter(scores).most_common(2)
    tied = len(counts) > 1 and counts[0][1] == counts[1][1]
    return None if tied or counts[0][0] == 3 else counts[0][0] - 1


def _votes(rows: Iterable[Row]) -> dict[str, dict[Pair, Row]]:
    """Return the rows by judge and by the pair as it was shown."""
    cast: dict[str, dict[Pair, Row]] = defaultdict(dict)
    for row in rows:
        cast[row["judge"]][row["question_id"], row["first"], row["second"]] = row
    return {judge: cast[judge] for judge in sorted(cast)}


def _by_pair(cast: Sequence[Mapping[Pair, Row]], pairs: Iterable[Pair]) -> dict[Pair, list[Judgment]]:
    """Return the votes of some judges on each pair, without the pairs that have none."""
    votes = {pair: [one for rows in cast for one in _both(rows, pair)] for pair in pairs}
    return {pair: found for pair, found in votes.items() if found}


def _both(cast: Mapping[Pair, Row], pair: Pair) -> list[Judgment]:
    """Return one judge's votes on a pair, first that in the order that people saw, then that in the other."""
    question, first, second = pair
    same, turned = cast.get(pair), cast.get((question, second, first))
    votes = [_judgment(same, _VALUES[same["score"]], (0, 1))] if same else []
    return votes + ([_judgment(turned, 1 - _VALUES[turned["score"]], (1, 0))] if turned else [])


def _judgment(row: Row, value: float, shown: tuple[int, int]) -> Judgment:
    scores = tuple(
        Score(response=response, criterion="better", raw=share, value=share)
        for response, share in enumerate((value, 1 - value))
    )
    return Judgment(critic="", model=row["judge"], shown=shown, critique=row["text"], scores=scores)


def _measured(votes: Mapping[Pair, list[Judgment]], labels: Mapping[Pair, int | None], rule: VoteRule) -> Voted:
    sets = [labelled(cast, labels[pair], group=f"question {pair[0]}") for pair, cast in votes.items()]
    return measure_votes(sets, rule, tie=0.0, folds=len({one.group for one in sets}))


def _single(votes: Mapping[Pair, list[Judgment]], labels: Mapping[Pair, int | None]) -> float:
    """Return the accuracy of the votes in the order that people saw."""
    first = [(one.scores[0].value, labels[pair]) for pair, cast in votes.items() for one in cast if one.shown == (0, 1)]
    return statistics.fmean(credit(value, best, tie=0.0) for value, best in first) if first else 0.0


def _conflicts(votes: Mapping[Pair, list[Judgment]]) -> float:
    """Return the share of pairs with both orders whose two votes differ."""
    both = [cast for cast in votes.values() if len(cast) == 2]
    return sum(one.scores[0].value != other.scores[0].value for one, other in both) / max(1, len(both))
