"""Record: what a run keeps of one row."""

import json
from collections.abc import Sequence
from typing import Self

from pydantic_core import PydanticSerializationError

from judge.types import NOTHING, Failure, FailureKind, Reward, Status, Usage, Value


class Record(Value):
    """One row's rewards, or why it has none. One line of the output."""

    index: int
    """The row's place in the data, counted from 0."""
    id: str
    status: Status
    """`ok` when every response has a number; else `failed` when one of them failed, else `abstained`."""
    value: float | None = None
    """The reward of the only response; None for several responses and without a number."""
    values: tuple[float | None, ...] = ()
    """The reward of each response."""
    failure: Failure | None = None
    """The first response's that has no number."""
    rationale: str = ""
    """Of the only response."""
    usage: Usage = NOTHING
    """What the row took altogether."""
    rewards: tuple[Reward, ...] = ()
    """In full, one per response; none when the row never came to be judged."""

    @classmethod
    def of(cls, index: int, id: str, rewards: Sequence[Reward]) -> Self:
        """Return the record of a row that was judged."""
        broken = [reward for reward in rewards if not reward.ok]
        broken.sort(key=lambda reward: reward.status != "failed")
        only = rewards[0] if len(rewards) == 1 else None
        return cls(
            index=index,
            id=id,
            status=broken[0].status if broken else "ok",
            value=only.value if only else None,
            values=tuple(reward.value for reward in rewards),
            failure=broken[0].failure if broken else None,
            rationale=only.rationale if only else "",
            usage=rewards[0].usage if only else sum((reward.usage for reward in rewards), NOTHING),
            rewards=tuple(rewards),
        )

    @classmethod
    def failed(cls, index: int, id: str, kind: FailureKind, message: str) -> Self:
        """Return the record of a row that never came to a reward."""
        failure = Failure(kind=kind, message=message.encode("utf-8", "replace").decode())
        return cls(index=index, id=id, status="failed", failure=failure)

    @property
    def retryable(self) -> bool:
        """Whether the row may get its numbers another time."""
        return any(reward.failure is not None and reward.failure.retryable for reward in self.rewards)

    def line(self) -> bytes:
        """Return one line of JSON, without its end; half surrogates, which no file can hold, become `?`."""
        try:
            return self.model_dump_json().encode()
        except PydanticSerializationError:
            return json.dumps(self.model_dump(), ensure_ascii=False).encode("utf-8", "replace")
