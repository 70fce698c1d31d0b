"""What one request is about, and the request that asks it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from judge import replies
from judge.agent import AGENT
from judge.calls.read import read_calls
from judge.critics.portions import portions
from judge.models.base import Model, Request
from judge.models.recorded import RecordedModel
from judge.recipe import Critic
from judge.text import Prompt, fence, images
from judge.types import Brief, Context, Criterion, Evidence, Failure, Judgment, Response, Sample, Scale, seed_from

PREFERENCE = "preference"
"""The criterion under which a comparison is counted."""
OVERALL = "overall"
"""The criterion under which a score of the response as a whole is counted."""
_LONGEST_FINDING = 6_000
"""Characters of a finding that a critic is shown."""
_TEN = Scale()
"""The scale of a response as a whole where the critic names none: 1 to 10."""
TOP = 20
"""Alternatives asked for per token where labels are read: the most that hosted endpoints give."""
CITED = re.compile(r"\[E\d{1,4}(?:, {0,2}E\d{1,4}){0,16}\]")
"""How a critique cites evidence: [E1], or [E1, E3]."""
ID = re.compile(r"E\d{1,4}")
"""The id of one finding."""


@dataclass(frozen=True, slots=True)
class Member:
    """One critic of a panel, ready to be asked."""

    critic: Critic
    prompts: Mapping[str, Prompt]
    """All prompts of the recipe, by name."""
    models: Mapping[str, Model]
    """By role."""
    place: int = 0
    """Which member of the panel it is."""

    @property
    def model(self) -> Model:
        """The model that it asks."""
        return self.models[self.critic.model]


@dataclass(frozen=True, slots=True)
class Question:
    """What one request is about."""

    sample: Sample
    shown: tuple[int, ...]
    """The responses that are shown, in this order."""
    member: Member
    brief: Brief = field(default_factory=Brief)
    context: Context = field(default_factory=Context)
    only: Criterion | None = None
    """The criterion that is asked about alone."""
    evidence: Sequence[Evidence] = ()
    seed: int = 0
    round: int = 0
    """How often it was asked before: further rounds draw fresh samples."""
    samples: int = 1
    first: int = 0
    """The number of the first sample."""

    @property
    def critic(self) -> Critic:
        """How it is asked."""
        return self.member.critic

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria that the critic is shown."""
        if self.only:
            return (self.only,)
        return self.context.rubric.criteria if self.context.rubric else ()

    @property
    def names(self) -> list[str]:
        """What the responses are called, in the order in which they are shown."""
        if self.critic.names == "models":
            return [f"model-{place}" for place in range(1, len(self.shown) + 1)]
        return letters(len(self.shown))

    @property
    def texts(self) -> list[str]:
        """The texts of the responses, in the order in which they are shown."""
        return [self.sample.responses[index].text for index in self.shown]

    @property
    def scales(self) -> dict[str, Scale]:
        """What a reply must score, in order, each with its scale: criteria, or responses by name for a list."""
        overall = self.critic.overall or _TEN
        if self.critic.shape == "listwise":
            return dict.fromkeys(self.names, overall)
        if self.critic.shape == "pairwise":
            lo, hi = self.critic.verdicts
            return {PREFERENCE: Scale(lo=lo, hi=hi)}
        if self.critic.overall or not self.criteria:
            return {OVERALL: overall}
        return {criterion.id: criterion.scale for criterion in self.criteria}


def values(question: Question) -> dict[str, Any]:
    """Return what a critic's prompt may name."""
    sample, brief = question.sample, question.brief
    first = question.texts[0] if question.critic.shape == "steps" else ""
    profile = "\n\n".join(text for text in (sample.profile, brief.profile) if text)
    reference = [fence("reference", text) for text in sample.references]
    return {
        "criteria": question.criteria,
        "question": fence("request", sample.question),
        "profile": fence("user", profile) if profile else "",
        "reference": "\n\n".join(reference),
        "solution": fence("solution", brief.solution) if brief.solution else "",
        "context": question.context.text,
        "examples": examples_of(sample),
        "responses": [fence("response", text) for text in question.texts],
        "names": question.names,
        "tools": fence("tools", _tools(sample)) if sample.tools else "",
        "calls": [_calls(sample.responses[index]) if sample.tools else "" for index in question.shown],
        "evidence": findings(question.evidence, question.shown, question.names),
        "steps": [fence("step", text) for text in portions(first)] if first else [],
        "reference_steps": [fence("reference", text) for text in _reference_steps(sample)] if first else [],
    }


def lacking(question: Question) -> Failure | None:
    """Return why there is nothing to ask: a value that a prompt cannot do without is empty. None when nothing is."""
    prompts = [question.member.prompts[name] for name in question.critic.prompts]
    return unmet(prompts, values(question)) if any(prompt.needs for prompt in prompts) else None


def unmet(prompts: Sequence[Prompt], known: Mapping[str, Any]) -> Failure | None:
    """Return which value that one of the prompts needs is empty; None when none is."""
    for prompt in prompts:
        if missing := next((name for name in prompt.needs if not known.get(name)), ""):
            message = f"the prompt {prompt.name!r} needs {missing.replace('_', ' ')}, and this sample has none"
            way = "give it some, or a file of pairs as examples.file" if missing == "examples" else "give it one"
            return Failure(kind="nothing_to_verify", message=f"{message}; {way}, or choose another recipe")
    return None


def examples_of(sample: Sample) -> list[dict[str, str]]:
    """Return the user's earlier choices, fenced."""
    return [
        {
            "prompt": fence("request", example.prompt),
            "preferred": fence("response", example.preferred),
            "rejected": fence("response", example.rejected),
        }
        for example in sample.examples
    ]


def request_of(question: Question) -> Request:
    """Return the request that asks for `samples` critiques, or for the labels of one."""
    critic = question.critic
    messages = question.member.prompts[critic.prompt].messages(values(question), images(question.sample))
    labels = critic.read == "labels"
    return Request(
        messages=messages,
        n=1 if labels else question.samples,
        temperature=critic.temperature,
        top_p=critic.top_p,
        max_tokens=critic.max_tokens,
        seed=seed_of(question, messages),
        schema=None if labels or critic.then else _schema(question),
        top_logprobs=TOP if labels else None,
        labels=asker(question) | {"round": question.round},
    )


def asker(question: Question) -> dict[str, Any]:
    """Return who asks, for recordings and logs."""
    return {"sample_id": question.sample.id, "shown": list(question.shown), "member": question.member.place}


def seed_of(question: Question, messages: Sequence[Mapping[str, Any]]) -> int:
    """Return a seed that follows from what is asked, whatever else is in the batch."""
    said = "\n".join(str(message["content"]) for message in messages)
    return seed_from(f"{question.seed} {question.round} {said}")


def speaker(question: Question, request: Request | None) -> str:
    """Return the name of the model that is asked; in a replay that of the model that was, since votes go by it."""
    model = question.member.models[question.critic.roles[0]]
    return model.who_answered(request) if isinstance(model, RecordedModel) and request else model.name


def judged(question: Question, request: Request | None, number: int, **found: Any) -> Judgment:
    """Return a judgment with what is known of it before anything is read; without a request nothing was asked."""
    member = question.member
    return Judgment(
        critic=question.critic.prompt or question.critic.read,
        model=speaker(question, request),
        role=question.critic.roles[0],
        shown=question.shown,
        shuffled=question.critic.orders == "shuffled" and len(question.shown) > 1,
        sample=question.first + number,
        criterion=question.only.id if question.only else "",
        context=question.context.id,
        member=member.place,
        weight=question.critic.weight,
        request=request.hash if request else "",
        seed=request.seed if request else None,
        **found,
    )


def letters(count: int) -> list[str]:
    """Return what so many responses are called: A, B, ..., and R27, R28, ... where the alphabet ends."""
    return [chr(ord("A") + place) if place < 26 else f"R{place + 1}" for place in range(count)]


def findings(evidence: Sequence[Evidence], shown: Sequence[int], names: Sequence[str]) -> list[dict[str, Any]]:
    """Return what a critic is shown of the evidence on the responses it sees."""
    return [
        {
            "id": item.id,
            "letter": names[shown.index(item.response)] if len(shown) > 1 else "",
            "tool": item.tool,
            "stance": item.stance,
            "summary": fence("finding", item.summary[:_LONGEST_FINDING]),
        }
        for item in evidence
        if item.response in shown and item.stance != "error" and item.tool != AGENT
    ]


def _schema(question: Question) -> dict[str, Any] | None:
    shape, scales = question.critic.shape, question.scales
    if shape in ("listwise", "steps", "spans"):  # what else stands in such a reply would be forbidden
        return None
    shared = len({(scale.lo, scale.hi, scale.integer) for scale in scales.values()}) == 1
    ids = tuple(scales) if len(scales) > 1 else ("score",)
    scale = next(iter(scales.values())) if shared else None
    return replies.schema(question.critic.grammar, ids=ids, scale=scale, comparison=shape == "pairwise")


def _tools(sample: Sample) -> str:
    """One line of JSON for each tool that the policy was offered."""
    return "\n".join(tool.model_dump_json() for tool in sample.tools)


def _calls(response: Response) -> str:
    """One line of JSON for each call that a response makes to the tools on offer, fenced; "" when it makes none."""
    read = read_calls(response)
    lines = [call.model_dump_json(exclude={"id"}) for call in read.calls]
    lines += [f"(not to be read: {fault})" for fault in read.faults]
    return fence("calls", "\n".join(lines)) if lines else ""


def _reference_steps(sample: Sample) -> list[str]:
    return portions(sample.references[0]) if sample.references else []
