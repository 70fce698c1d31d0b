"""What a run needs of a judge. `judge.judge.Judge` is one."""

from typing import Protocol

from judge.types import Fingerprint, Reward, Sample, Usage


class Scorer(Protocol):
    """Whoever turns samples into rewards."""

    @property
    def fingerprint(self) -> Fingerprint:
        """Who this is; `fingerprint.judge` changes whenever rewards may."""
        ...

    async def ascore_sample(self, sample: Sample) -> tuple[Reward, ...]:
        """Return one reward per response, in order; a judgment that fails is a reward without a number.

        Raises:
            JudgeError: the set-up is wrong (a key is missing, a model unknown), so no other row would do better.
        """
        ...

    def foresee(self, sample: Sample) -> Usage:
        """Return the calls and tokens (and dollars, when priced) that the sample would take, without any call."""
        ...
