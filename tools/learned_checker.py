"""How does code that was learned from labelled pairs score a response?

The code comes from the rubric that `judge rubric learn --method card` wrote, and runs in the sandbox alone. It passed a
trial on pairs that its author had not seen, which bounds how often it was wrong there and says nothing of responses
that try to please it: the finding is soft.
"""

import asyncio
from pathlib import Path

from pydantic import ValidationError

from judge.errors import SettingsError, ToolError
from judge.sandbox import Limits, run_checker
from judge.tool import Checks, Context
from judge.types import Evidence, Sample, Value, digest

CHECKS: Checks = "learned_checker"
SOFT = True


class Checker(Value):
    """What the tool reads of the file."""

    about: str
    code: str
    hash: str
    accuracy: float
    pairs: int


def needs(sample: Sample) -> str:
    """Return "": any response can be scored."""
    return ""


async def verify(
    sample: Sample, *, context: Context, file: str = "", at_least: float = 0.5, timeout_s: float = 5.0
) -> Evidence:
    """Score the only response with learned code.

    Args:
        sample: with one response.
        context: keeps the file once read.
        file: path of the rubric whose provenance holds the code.
        at_least: scores from here on, in [0, 1], support the response.
        timeout_s: seconds for one run.

    Raises:
        SettingsError: the file cannot be read, or holds other code than the one that passed its trial.
        ToolError: the code broke, or gave no number from 0 to 1.
    """
    if not 0 <= at_least <= 1:
        raise SettingsError(f"at_least={at_least!r} is not from 0 to 1")
    checker = await context.once(f"learned_checker {file}", lambda: asyncio.to_thread(_read, file))
    limits = Limits(wall_s=timeout_s, memory_mb=256)
    said = await run_checker(checker.code, "score", (sample.question, sample.responses[0].text), limits=limits)
    if type(said) not in (bool, int, float) or not 0 <= said <= 1:
        raise ToolError(
            f"the learned code returned {type(said).__name__} that is no number from 0 to 1; learn it again"
        )
    score = float(said)
    return Evidence(
        tool="learned_checker",
        stance="supports" if score >= at_least else "refutes",
        summary=f"{checker.about.rstrip('.')}: {score:.2f}",
        score=score,
        detail={"about": checker.about, "accuracy": checker.accuracy, "pairs": checker.pairs},
        provenance=f"code {checker.hash} in the sandbox",
    )


def _read(file: str) -> Checker:
    if not file:
        raise SettingsError("learned_checker has no file; set the option file to what `judge rubric learn` wrote")
    import yaml

    try:
        rubric = yaml.safe_load(Path(file).read_text(encoding="utf-8"))
        content = rubric["provenance"]["figures"]["more"]["checker"]
        checker = Checker.model_validate({name: content[name] for name in Checker.model_fields})
    except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError, ValidationError) as error:
        raise SettingsError(
            f"the file {file!r} holds no learned code: {type(error).__name__}; "
            "let `judge rubric learn --method card` write it"
        ) from error
    if digest(checker.code) != checker.hash:
        raise SettingsError(f"the code in {file!r} is not the one that passed its trial; learn it again")
    return checker
