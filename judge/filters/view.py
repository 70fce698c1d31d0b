"""What filters may look at and ask with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from judge.calibration.meta import Meta
from judge.models.base import Model, Request
from judge.text import Prompt
from judge.types import Asked, Brief, Evidence, Judgment, Sample, seed_from


@dataclass(frozen=True, slots=True)
class View:
    """One sample with everything known of it, and what the recipe asks with."""

    sample: Sample
    brief: Brief = field(default_factory=Brief)
    evidence: Sequence[Evidence] = ()
    models: Mapping[str, Model] = field(default_factory=dict)
    prompts: Mapping[str, Prompt] = field(default_factory=dict)
    metas: Mapping[str, Meta] = field(default_factory=dict)
    """Fitted meta votes by file."""
    seed: int = 0

    def request(self, judgment: Judgment, prompt: str, values: Mapping[str, Any], **how: Any) -> Request:
        """Return the request that asks about one judgment; its seed follows from what is asked."""
        messages = self.prompts[prompt].messages(values)
        said = "\n".join(str(message["content"]) for message in messages)
        return Request(
            messages=messages,
            temperature=0.0,
            seed=seed_from(f"{self.seed} {said}"),
            labels={"sample_id": self.sample.id, "prompt": prompt, "of": judgment.request, "sample": judgment.sample},
            **how,
        )


def noted(judgment: Judgment, **changes: Any) -> Judgment:
    """Return a judgment with changes; a dictionary under `detail` is added to the detail that it has."""
    detail = judgment.detail | changes.pop("detail", {})
    return judgment.model_copy(update={**changes, "detail": detail})


def answered(judgment: Judgment, request: str) -> Asked | None:
    """Return what was asked about a judgment by a request of this hash, in an earlier round; None when it was not."""
    return next((asked for asked in judgment.asked if asked.request == request), None)
