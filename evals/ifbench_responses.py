"""Hard checkable instructions: does the judge find the same ones followed as IFBench's own checkers?

147 responses of a model with 174 instructions (allenai IFBench, ODC-BY 1.0; arXiv 2507.02833) and the strict and loose
verdicts of the original program, most of them negative. `responses.jsonl` has one response a line (shortened):

    {"key": "6", "prompt": "give me an array of other ways ... Use at least 2 different coordinating conjunctions in the
     response.", "instruction_id_list": ["count:conjunctions"], "kwargs": [{"small_n": 2.0}], "response": "In the
     current digital epoch, ...", "strict": [true], "loose": [true], "strict_all": true, "loose_all": true}

Run it with `judge eval ifbench_responses --data PATH`, where PATH is that file or its folder. No model is called.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from judge.dataset import read_rows
from judge.instructions.agreement import agreement
from judge.types import EvalResult, Reward


def evaluate(data: Path, grade: Callable[..., Iterator[Reward]]) -> EvalResult:
    """Grade every response as IFBench's program does; agreement is the same strict verdict on all its instructions."""
    return agreement("ifbench_responses", read_rows(data, "responses.jsonl"), grade, "ifbench")
