"""The values that flow through a judge. Nothing here acts."""

from judge.types.brief import Brief, Context
from judge.types.evaluation import EvalResult
from judge.types.evidence import Asked, Evidence, Stance
from judge.types.failure import Failure, FailureKind
from judge.types.judgment import Judgment, Score, Tally, Vote
from judge.types.reward import Comparison, Fingerprint, Ranking, Reward, Status
from judge.types.rubric import Criterion, Rubric, Scale
from judge.types.sample import (
    AcceptedCall,
    Call,
    Case,
    Constraint,
    Message,
    Part,
    Preference,
    Response,
    Sample,
    Tests,
    ToolCall,
    ToolDefinition,
)
from judge.types.usage import NOTHING, Usage
from judge.types.value import Value, digest, readable, readable_json, seed_from

__all__ = [
    "NOTHING", "AcceptedCall", "Asked", "Brief", "Call", "Case", "Comparison", "Constraint", "Context",
    "Criterion", "EvalResult", "Evidence", "Failure", "FailureKind", "Fingerprint", "Judgment", "Message",
    "Part", "Preference", "Ranking", "Response", "Reward", "Rubric", "Sample", "Scale", "Score", "Stance",
    "Status", "Tally", "Tests", "ToolCall", "ToolDefinition", "Usage", "Value", "Vote", "digest",
    "readable", "readable_json", "seed_from",
]  # fmt: skip
