"""Checkable instructions in GPT-4's responses: does the judge find the same ones followed as IFEval's own checkers?

347 responses with 542 instructions of 25 types (google-research IFEval, Apache-2.0) and the strict and loose verdicts
of the original program. `responses.jsonl` has one response a line (shortened):

    {"key": 1000, "prompt": "Write a 300+ word summary of the wikipedia page ...", "instruction_id_list":
     ["punctuation:no_comma", "length_constraints:number_words"], "kwargs": [{}, {"relation": "at least",
     "num_words": 300}], "response": "Raymond III was the Count of ...", "strict": [true, false], "loose": [true,
     false], "strict_all": false, "loose_all": false}

Run it with `judge eval ifeval_gpt4 --data PATH`, where PATH is that file or its folder. No model is called. The
recorded program detects languages with langdetect: install the extra `ifeval` for its verdicts.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from judge.dataset import read_rows
from judge.instructions.agreement import agreement
from judge.types import EvalResult, Reward


def evaluate(data: Path, grade: Callable[..., Iterator[Reward]]) -> EvalResult:
    """Grade every response as IFEval's program does; agreement is the same strict verdict on all its instructions."""
    return agreement("ifeval_gpt4", read_rows(data, "responses.jsonl"), grade, "ifeval")
