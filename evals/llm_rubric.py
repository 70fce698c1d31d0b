"""A judge's option probabilities on nine questions and people's overall rating: how near does it come?

223 dialogues (microsoft/LLM-Rubric, data/real_data; Hashemi et al., ACL 2024; MIT), each rated by one person. Two files
are read, one JSON object a line (shortened; a line may have more):

    human_ratings.jsonl: {"text_id": "65c5", "annotator": "22", "Q1": 3.0, ..., "Q8": 2.0, "Q0": 3.0}
    llm_option_probs.jsonl: {"text_id": "65c5", "criterion": "Q0", "sampled": 4, "probs": [0.0, 0.04, 0.27, 0.69]}

Q0 is the overall satisfaction, 1 to 4. Every rule predicts it, and `rmse` is the root mean squared error, `correlation`
that of Pearson. `single` is the sampled option, `majority` the most probable one, `mean` the expected one. `fitted` is
a feature head over the expected options of all nine questions, each dialogue predicted by a fit on the other folds;
`fitted_by_rater` also knows who rates. `constant` is the mean rating of the other folds, which looks at nothing.
`accuracy` is the share of dialogues whose rating is the prediction, rounded.

Run it with `judge eval llm_rubric --data PATH`, where PATH is the folder of these files. No model is called.
"""

import math
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from judge.calibration import feature_head
from judge.calibration.folds import folds, out_of_fold
from judge.dataset import read_rows
from judge.errors import DataError, JudgeError, SettingsError
from judge.types import EvalResult, Reward, Sample

JUDGE = "gpt-3.5-turbo-16k"
RULES = ("majority", "mean", "fitted")
OVERALL = "Q0"
LOW, HIGH = 1, 4
SEEDS = range(10)
FOLDS = 10

Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Rated:
    """A dialogue: what the judge gave each question, and what a person gave Q0."""

    text: str
    sampled: float
    likeliest: float
    expected: Mapping[str, float]
    """By question, the expected option as a share of the scale."""
    rater: str
    rating: float


def evaluate(
    data: Path, grade: Callable[[Iterable[Sample], str], Iterator[Reward]], vote: str | None = None
) -> EvalResult:
    """Compare the predictions of all rules with the ratings of Q0; `grade` is not called.

    Args:
        data: folder of the set.
        grade: not called.
        vote: the rule that `agree` counts, `mean` by default: rows whose rating is its prediction, rounded.

    `unscored` are dialogues that lack their rating, or a question that others have. Where the rows are too few to fit,
    or scikit-learn is not installed, the fitted predictions are left out unless they are asked for.

    Raises:
        DataError: `data` lacks a file of the set, no dialogue is complete, or there are too few to fit.
        SettingsError: there is no such rule.
    """
    rule = vote or "mean"
    if rule not in RULES:
        raise SettingsError(f"llm_rubric predicts by {', '.join(RULES)}, not by {rule!r}")
    ratings = read_rows(data, "human_ratings.jsonl")
    rows = _rated(ratings, read_rows(data, "llm_option_probs.jsonl"))
    if not rows:
        raise DataError(f"no dialogue has a rating of {OVERALL} and all questions; give both files of the set")
    runs = _read(rows)
    try:
        runs |= _learned(rows)
    except JudgeError:
        if rule == "fitted":
            raise
    errors = {name: [_rmse(run, rows) for run in found] for name, found in runs.items()}
    return EvalResult(
        name="llm_rubric",
        n=len(ratings),
        agree=round(_accuracy(runs[rule][0], rows) * len(rows)),
        unscored=len(ratings) - len(rows),
        accuracy={
            JUDGE: {
                name: statistics.fmean(_accuracy(run, rows) for run in runs[name])
                for name in dict.fromkeys(("single", "majority", rule))
            }
        },
        figures={
            "rmse": {name: statistics.fmean(each) for name, each in errors.items()},
            "rmse_over_seeds": {name: [min(each), max(each)] for name, each in errors.items() if len(each) > 1},
            "correlation": {
                name: statistics.fmean(_correlation(run, rows) for run in found)
                for name, found in runs.items()
                if name != "constant"
            },
        },
    )


def _rated(ratings: Iterable[dict[str, Any]], options: Iterable[dict[str, Any]]) -> list[Rated]:
    """Return the dialogues that have all questions."""
    given = {(row["text_id"], row["criterion"]): row for row in options}
    questions = sorted({name for _, name in given} | {OVERALL})
    rows = []
    for rating in ratings:
        found = {name: given[rating["text_id"], name] for name in questions if (rating["text_id"], name) in given}
        if len(found) == len(questions) and rating[OVERALL] is not None:
            overall = found[OVERALL]
            rows.append(
                Rated(
                    text=rating["text_id"],
                    sampled=overall["sampled"],
                    likeliest=LOW + max(range(len(overall["probs"])), key=overall["probs"].__getitem__),
                    expected={name: _expected(row["probs"]) for name, row in found.items()},
                    rater=rating["annotator"],
                    rating=rating[OVERALL],
                )
            )
    return rows


def _expected(probabilities: Sequence[float]) -> float:
    return math.fsum(at * share for at, share in enumerate(probabilities)) / (HIGH - LOW)


def _read(rows: Sequence[Rated]) -> dict[str, list[list[float]]]:
    """Return the predictions of the rules that learn nothing, on the scale of the ratings."""
    return {
        "single": [[row.sampled for row in rows]],
        "majority": [[row.likeliest for row in rows]],
        "mean": [[_scaled(row.expected[OVERALL]) for row in rows]],
    }


def _learned(rows: Sequence[Rated]) -> dict[str, list[list[float]]]:
    """Return those that are fitted on other dialogues, once for each seed."""
    return {
        "fitted": [_fitted(rows, lambda row: row.expected, seed) for seed in SEEDS],
        "fitted_by_rater": [
            _fitted(rows, lambda row: {**row.expected, f"rater {row.rater}": 1.0}, seed) for seed in SEEDS
        ],
        "constant": [_fitted(rows, lambda row: {}, seed) for seed in SEEDS],
    }


def _fitted(rows: Sequence[Rated], features: Callable[[Rated], Features], seed: int) -> list[float]:
    def learn(some: Sequence[Rated]) -> Callable[[Rated], float]:
        head = feature_head.fit([features(row) for row in some], [_share(row.rating) for row in some])
        return lambda row: _scaled(head.apply(features(row)))

    parts = folds([row.text for row in rows], [_share(row.rating) >= 0.5 for row in rows], FOLDS, seed)
    return out_of_fold(rows, learn, parts)


def _share(rating: float) -> float:
    return (rating - LOW) / (HIGH - LOW)


def _scaled(share: float) -> float:
    return LOW + (HIGH - LOW) * share


def _rmse(predictions: Sequence[float], rows: Sequence[Rated]) -> float:
    return math.sqrt(statistics.fmean((p - row.rating) ** 2 for p, row in zip(predictions, rows, strict=True)))


def _correlation(predictions: Sequence[float], rows: Sequence[Rated]) -> float:
    ratings = [row.rating for row in rows]
    if len(set(predictions)) < 2 or len(set(ratings)) < 2:
        return 0.0
    return statistics.correlation(predictions, ratings)


def _accuracy(predictions: Sequence[float], rows: Sequence[Rated]) -> float:
    return statistics.fmean(math.floor(p + 0.5) == row.rating for p, row in zip(predictions, rows, strict=True))
