"""What scripted judges say, and what they were asked."""

import json
import math
from collections.abc import Callable, Sequence

from judge import Reward
from judge.models.base import Completion, Request, TokenLogprob
from judge.models.scripted import ScriptedModel


def label(text: str, **shares: float) -> Completion:
    """A reply of one token whose alternatives have these probabilities."""
    top = tuple((token, math.log(share)) for token, share in shares.items())
    return Completion(text, logprobs=(TokenLogprob(text, top),))


def scored(score: float, why: str = "So it is.") -> str:
    """A reply with reasons and one score."""
    return json.dumps({"critique": why, "score": score})


def scores(why: str = "So it is.", /, **by_id: float) -> str:
    """A reply with reasons and a score for each criterion; "." in an id is written "__"."""
    return json.dumps({"critique": why, "scores": {name.replace("__", "."): score for name, score in by_id.items()}})


def brief(**fields: object) -> str:
    """A reply that settles something about a prompt."""
    return json.dumps({"reasons": "It asks for that.", **fields})


def shown(request: Request) -> tuple[int, ...]:
    """The responses that a critic sees, in the order in which it sees them."""
    return tuple(request.labels["shown"])


def text(request: Request) -> str:
    """Everything that is sent."""
    return "\n".join(str(message["content"]) for message in request.messages)


def better(strength: Sequence[float], form: Callable[[str], str]) -> Callable[[Request], str]:
    """A critic of pairs that prefers the stronger response; `form` writes A, B or tie."""

    def critic(request: Request) -> str:
        first, second = (strength[index] for index in shown(request))
        return form("A" if first > second else "B" if second > first else "tie")

    return critic


def arena(winner: str) -> str:
    """A reply of the grammar `arena`."""
    return f"Reasons.\n[[{winner}]]"


def calls(rewards: Sequence[Reward]) -> int:
    """Calls that rewards of one sample were billed for."""
    return sum(reward.usage.calls for reward in rewards)


def samples(model: ScriptedModel) -> int:
    """Completions that a model was asked for."""
    return sum(request.n for request in model.requests)
