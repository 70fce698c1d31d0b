"""MPO: a rubric in versions. The judge scores, a meta step says what it missed, and only what holds up is accepted.

A new version becomes the current one only if, on pairs that it was not made from, its accuracy is not lower. Every
version is kept, refused ones with the reason, and named by a hash of itself and of the one that it was made from.
After MPO (arXiv 2504.20157); labelled pairs in place of rollouts, and the test on held-back pairs, are ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from pydantic import Field, JsonValue

from judge.errors import DataError, ParseError
from judge.learn.asking import Learner
from judge.learn.learned import Figures, LearnedRubric
from judge.learn.methods import item_scores, meta_step
from judge.learn.pairs import Pair, split
from judge.recipe import load_rubric
from judge.types import Criterion, Rubric, Scale, Value, digest

METHOD = "mpo"
PROMPTS = (item_scores.PROMPT, *meta_step.PROMPTS)


class MpoOptions(Value):
    """How versions are made and tried."""

    start: str = "helpfulness"
    """The first version: a rubric of the shelf, or a file that ends in `.yaml`."""
    versions: int = Field(default=4, ge=1)
    """Versions to make, refused ones counted."""
    batch: int = Field(default=20, ge=1)
    """Pairs that are scored before each version."""
    samples: int = Field(default=10, ge=1)
    """Scored pairs that the meta step looks at, misjudged ones first."""
    sets: int = Field(default=2, ge=1)
    """Groups of them that are analysed apart; what comes of each is merged."""
    most: int = Field(default=6, ge=1)
    """Criteria of a version at most."""
    merge_tokens: int = Field(default=25_000, ge=1)
    """What the sets that are merged take together at most; a token is estimated as 4 characters."""
    scale: Scale = Scale(lo=1, hi=5)
    """Of the criteria that are written."""
    held_back: float = Field(default=0.3, gt=0, lt=1)
    """Share of the pairs on which versions are tried and from which none is made."""
    temperature: float = Field(default=0.7, ge=0)
    """For the meta step, so that another try at the same cases is another one; scoring is at 0."""


class Version(Value):
    """One version of the rubric, or the try at one."""

    number: int = Field(ge=0)
    """0 for the one that the run began with."""
    parent: str = ""
    """Hash of the version that it was made from."""
    rubric: Rubric | None
    """None when none came of the try."""
    accepted: bool
    accuracy: float | None = Field(default=None, ge=0, le=1)
    """On the held-back pairs that both versions scored."""
    before: float | None = Field(default=None, ge=0, le=1)
    """The parent's accuracy on the same pairs."""
    pairs: int = Field(default=0, ge=0)
    """How many those are."""
    reason: str
    """Why it was accepted or refused."""

    @property
    def hash(self) -> str:
        """A hash of the rubric and of all versions that led to it."""
        return digest([self.rubric.hash if self.rubric else "", self.parent])


def decide(current: Mapping[str, bool], candidate: Mapping[str, bool]) -> dict[str, JsonValue]:
    """Return the fields `accepted`, `accuracy`, `before`, `pairs` and `reason` of a version.

    Args:
        current: by id of the held-back pair, whether the version as it is puts it in order; unscored pairs are absent.
        candidate: the same of the new one.
    """
    both = sorted(current.keys() & candidate.keys())
    if not both:
        return {"accepted": False, "reason": "no held-back pair was scored by both versions"}
    accuracy, before = (sum(found[one] for one in both) / len(both) for found in (candidate, current))
    accepted = accuracy >= before
    reason = f"accuracy {accuracy:.3f} on {len(both)} held-back pairs, {before:.3f} before"
    return {"accepted": accepted, "accuracy": accuracy, "before": before, "pairs": len(both), "reason": reason}


@dataclass(frozen=True)
class _Run:
    """What all versions are made from and tried on."""

    training: list[Pair]
    held: list[Pair]
    learner: Learner
    options: MpoOptions
    tried: dict[str, dict[str, bool]] = field(default_factory=dict)
    """Held-back pairs in order, by hash of the rubric."""

    async def in_order(self, rubric: Rubric) -> dict[str, bool]:
        if rubric.hash not in self.tried:
            cases = await item_scores.score_pairs(self.held, rubric, self.learner, "held back")
            self.tried[rubric.hash] = {case.pair.id: not case.misjudged for case in cases}
        return self.tried[rubric.hash]


async def learn(pairs: Sequence[Pair], learner: Learner, options: MpoOptions) -> LearnedRubric:
    """Return the last accepted version. `figures.more["versions"]` holds the history.

    Raises:
        DataError: there are too few prompts to hold pairs back.
        LibraryError: there is no rubric to start with.
        ModelError: a call failed that no version can do without; what is finished is kept in the learner's journal.
        ParseError: none of the pairs could be scored.
    """
    training, held = split(pairs, 1 - options.held_back, learner.seed)
    if not training or not held:
        raise DataError(f"{len(pairs)} pairs of too few prompts cannot be split; give pairs of several prompts")
    start = load_rubric(options.start, learner.libraries)
    run = _Run(training, held, learner, options)
    work = digest(_owner(pairs, start, learner, options))
    versions = [Version(number=0, rubric=start, accepted=True, reason="the run began with it")]
    for number in range(1, options.versions + 1):
        current = [one for one in versions if one.accepted][-1]
        made = await learner.once(f"version:{work}:{number}", partial(_made, number, current, run))
        versions.append(Version.model_validate(made))
        learner.tell("versions", number, options.versions)
    return _learned(versions, (len(pairs), len(training)), learner)


async def _made(number: int, current: Version, run: _Run) -> JsonValue:
    made: JsonValue = (await _next(number, current, run)).model_dump(mode="json")
    return made


async def _next(number: int, current: Version, run: _Run) -> Version:
    """Make one version from the current one, and try it."""
    assert current.rubric is not None

    def refused(reason: str, rubric: Rubric | None = None) -> Version:
        return Version(number=number, parent=current.hash, rubric=rubric, accepted=False, reason=reason)

    options = run.options
    batch = _batch(run.training, number, options.batch)
    cases = await item_scores.score_pairs(batch, current.rubric, run.learner, "batch")
    if not any(case.misjudged for case in cases):
        return refused(f"none of {len(cases)} pairs was misjudged, so there was nothing to mend")
    try:
        texts = await meta_step.meta_step(
            meta_step.told_apart(cases, options.samples, options.sets),
            current.rubric,
            run.learner,
            most=options.most,
            scale=options.scale,
            merge_tokens=options.merge_tokens,
            temperature=options.temperature,
            number=number,
        )
    except ParseError as error:  # the same would come of it in the next sitting
        return refused(f"a reply of the meta step could not be read: {error}")
    rubric = _rubric(texts, number, options.scale)
    if [one.text for one in rubric.criteria] == [one.text for one in current.rubric.criteria]:
        return refused("its criteria are those of the current version", rubric)
    found = decide(await run.in_order(current.rubric), await run.in_order(rubric))
    return Version.model_validate({"number": number, "parent": current.hash, "rubric": rubric, **found})


def _batch(pairs: Sequence[Pair], number: int, size: int) -> list[Pair]:
    """Return the pairs for version `number`, counted from 1: the next ones, from the beginning again after the last."""
    first = (number - 1) * size
    return [pairs[place % len(pairs)] for place in range(first, first + min(size, len(pairs)))]


def _rubric(texts: Sequence[str], number: int, scale: Scale) -> Rubric:
    criteria = tuple(
        Criterion(id=f"v{number}_{place}", text=text, scale=scale, source=METHOD) for place, text in enumerate(texts, 1)
    )
    return Rubric(name=METHOD, criteria=criteria, about="A rubric that was rewritten where it misjudged.")


def _owner(pairs: Sequence[Pair], start: Rubric, learner: Learner, options: MpoOptions) -> dict[str, JsonValue]:
    """What the versions depend on. How many are wanted is not among it: a run may be lengthened."""
    return {
        "method": METHOD,
        "start": start.hash,
        "pairs": digest([pair.hash for pair in pairs]),
        "model": learner.model.name,
        "seed": learner.seed,
        "options": options.model_dump(mode="json", exclude={"versions", "start"}),
    }


def _learned(versions: Sequence[Version], pairs: tuple[int, int], learner: Learner) -> LearnedRubric:
    accepted = [version for version in versions if version.accepted]
    last = accepted[-1]
    assert last.rubric is not None
    tried = [version for version in accepted if version.accuracy is not None]
    history: list[JsonValue] = [
        {
            "hash": version.hash,
            **version.model_dump(mode="json", include={"number", "parent", "accepted", "accuracy", "before", "reason"}),
        }
        for version in versions
    ]
    figures = Figures(
        pairs=pairs[0],
        kept=pairs[1],
        rounds=len(versions) - 1,
        before=tried[0].before if tried else None,
        after=tried[-1].accuracy if tried else None,
        calls=learner.usage.calls,
        tokens=learner.usage.tokens,
        more={"held_out": pairs[0] - pairs[1], "versions": history},
    )
    parent = next((one.rubric.hash for one in versions if one.rubric and one.hash == last.parent), "")
    return LearnedRubric(rubric=last.rubric, method=METHOD, version=len(accepted), parent=parent, figures=figures)
