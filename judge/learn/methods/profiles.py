"""Who is asking? Rules and profiles from what a user has written, by what is different about it.

`rules_from_history` holds a user's own texts against what a model writes without knowing the user, as preference agents
do (arXiv 2410.03731). `difference_profile` holds them against what representative others wrote, as DPL does
(arXiv 2503.02450); its aspects are an approximation. What is found is of this user, and true of nobody else.
"""

from collections.abc import Mapping, Sequence

from pydantic import Field, JsonValue

from judge.errors import DataError, ParseError
from judge.learn.asking import Learner, LearnError
from judge.learn.clusters import Likeness, average_linkage, medoid, representatives
from judge.learn.learned import Figures, LearnedRubric, Origin
from judge.learn.pairs import Pair
from judge.learn.replied import TEXT, TEXTS, shape, some_text, text, texts
from judge.text import fence
from judge.types import Criterion, Rubric, Value, digest
from judge.types.value import Text

METHOD = "history_rules"
PROMPTS = ("answer_plainly", "rules_from_gap")
PROFILE_PROMPTS = ("differences_from_others",)
_SHOWN = 4_000
"""Characters of another person's text that are shown."""


class Written(Value):
    """What a user wrote."""

    prompt: Text
    text: Text
    generic: Text = ""
    """What a model wrote on the same prompt; "" where one is to be asked."""
    id: str = ""
    """Names the text in origins; "" for its place in the history, `h1` being the first."""


class RuleOptions(Likeness):
    """How rules are found and merged."""

    most: int = Field(default=5, ge=1)
    """Rules that one text gives at most."""
    support: int = Field(default=1, ge=1)
    """Texts that a rule must come from at least."""
    limit: int = Field(default=12, ge=1)
    """Rules at most; those of the most texts stay."""


class ProfileOptions(Likeness):
    """How others are chosen and differences collected."""

    others: int = Field(default=3, ge=1)
    """Representative other users to compare with."""
    aspects: tuple[str, ...] = Field(default=("writing style", "content", "emotion"), min_length=1)
    """What is compared."""
    most: int = Field(default=3, ge=1)
    """Differences that are kept for each aspect; those of the most texts stay."""


class Profile(Value):
    """What sets a user apart."""

    differences: dict[str, tuple[str, ...]]
    """By aspect; those found most often come first."""
    compared: tuple[str, ...]
    """The other users that stood for all."""
    texts: int
    """Texts of the user that were compared."""
    failed: int = 0
    """Texts whose comparison failed."""

    @property
    def text(self) -> str:
        """The profile as text, one line for each aspect in which there is a difference; see `Sample.profile`."""
        return "\n".join(f"{aspect}: {' '.join(said)}" for aspect, said in self.differences.items() if said)


async def learn(pairs: Sequence[Pair], learner: Learner, options: RuleOptions) -> LearnedRubric:
    """Learn a user's rules from pairs whose chosen response is the user's own and the other one generic."""
    return await rules_from_history(
        [Written(prompt=one.prompt, text=one.chosen, generic=one.rejected, id=one.id) for one in pairs],
        learner,
        options,
    )


async def rules_from_history(history: Sequence[Written], learner: Learner, options: RuleOptions) -> LearnedRubric:
    """Return rules that would have led a model to the user's own texts, as principles that weigh alike.

    Rules that mean the same become one.

    Raises:
        DataError: no rule has the support: the user writes as the model does, or the texts are too few.
        ModelError: the key is missing or refused, or every call failed.
        ParseError: no reply could be read.
    """
    found = await learner.each("texts", history, lambda one: _rules(one, learner, options))
    names = [one.id or f"h{place}" for place, one in enumerate(history, 1)]
    read = [(name, one) for name, one in zip(names, found, strict=True) if not isinstance(one, LearnError)]
    flat = [(item, rule) for item, rules in read for rule in rules]
    rows = await options.cosines([rule for _, rule in flat])
    groups = [
        group
        for group in average_linkage(rows, options.alike)
        if len({flat[place][0] for place in group}) >= options.support
    ]
    groups.sort(key=lambda group: -len({flat[place][0] for place in group}))
    if not groups:
        raise DataError(f"none of {len(flat)} rules comes from {options.support} texts; lower support, or give more")
    criteria, origins = [], {}
    for number, group in enumerate(groups[: options.limit], 1):
        criterion = Criterion(id=f"rule_{number}", text=flat[medoid(group, rows)][1], source=METHOD)
        criteria.append(criterion)
        origins[criterion.id] = Origin(
            pairs=tuple(dict.fromkeys(flat[place][0] for place in group)),
            criteria=tuple(flat[place][1] for place in group),
        )
    figures = Figures(
        pairs=len(history),
        kept=sum(bool(rules) for _, rules in read),
        dropped=sum(not rules for _, rules in read),
        failed=len(history) - len(read),
        calls=learner.usage.calls,
        tokens=learner.usage.tokens,
        more={"rules": len(flat)},
    )
    rubric = Rubric(name=METHOD, criteria=tuple(criteria), about="How one user writes, as rules for an answer to them.")
    return LearnedRubric(rubric=rubric, method=METHOD, origins=origins, figures=figures)


async def difference_profile(
    own: Sequence[Written], others: Mapping[str, Sequence[Written]], learner: Learner, options: ProfileOptions
) -> Profile:
    """Return what sets a user apart from others, aspect by aspect.

    Others are grouped by their texts, and the one in the middle of each group stands for it. Each own text is held
    against what these wrote on the same prompt, or else on their first one.

    Args:
        own: the user's texts.
        others: texts of other users by their id.
        learner: with the prompt `differences_from_others`.
        options: how many others, and which aspects.

    Raises:
        DataError: there are no texts, of the user or of others.
        ModelError: the key is missing or refused, or every call failed.
        ParseError: no reply could be read.
    """
    known = {name: texts for name, texts in others.items() if texts}
    if not own or not known:
        raise DataError(f"{len(own)} own texts and {len(known)} others cannot be compared; give at least one of each")
    names = sorted(known)
    rows = await options.cosines(["\n".join(one.text for one in known[name]) for name in names])
    compared = [names[place] for place in representatives(rows, options.others)]
    shown = [known[name] for name in compared]
    found = await learner.each("texts", own, lambda one: _differences(one, shown, learner, options))
    read = [one for one in found if not isinstance(one, LearnError)]
    differences = {
        aspect: await _most_said([said for one in read if (said := one[aspect])], options) for aspect in options.aspects
    }
    return Profile(differences=differences, compared=tuple(compared), texts=len(own), failed=len(own) - len(read))


async def _rules(written: Written, learner: Learner, options: RuleOptions) -> list[str]:
    async def ask() -> JsonValue:
        question = {"question": fence("request", written.prompt)}
        generic = written.generic or await learner.ask_for(
            "answer_plainly", question, "answer", lambda said: some_text(said, "answer"), max_tokens=2048
        )
        values = {
            **question,
            "own": fence("own", written.text),
            "generic": fence("generic", generic),
            "most": options.most,
        }
        return list(
            await learner.ask_for(
                "rules_from_gap",
                values,
                "rules",
                lambda said: texts(said, "rules", options.most, least=0),
                schema=shape(reasons=TEXT, rules=TEXTS),
            )
        )

    found = await learner.once(f"rules:{digest([written.prompt, written.text, written.generic, options.most])}", ask)
    return [str(rule) for rule in found] if isinstance(found, list) else []


async def _differences(
    written: Written, others: Sequence[Sequence[Written]], learner: Learner, options: ProfileOptions
) -> dict[str, str]:
    shown = []
    for theirs in others:
        same = next((one for one in theirs if one.prompt == written.prompt), None)
        question = "" if same else fence("request", theirs[0].prompt)
        shown.append({"question": question, "text": fence("other", (same or theirs[0]).text[:_SHOWN])})
    values = {
        "question": fence("request", written.prompt),
        "own": fence("own", written.text),
        "others": shown,
        "aspects": options.aspects,
    }

    def read(fields: Mapping[str, JsonValue]) -> dict[str, str]:
        said = fields["differences"]
        if not isinstance(said, dict) or (missing := [one for one in options.aspects if one not in said]):
            absent = missing[0] if isinstance(said, dict) else "differences"
            raise ParseError(f"{absent!r} is missing; give a text for every aspect, an empty one for no difference")
        return {aspect: text(said, aspect) for aspect in options.aspects}

    return await learner.ask_for("differences_from_others", values, "differences", read)


async def _most_said(said: Sequence[str], options: ProfileOptions) -> tuple[str, ...]:
    """Return the differences that were found most often, each once."""
    rows = await options.cosines(said)
    groups = sorted(average_linkage(rows, options.alike), key=lambda group: -len(group))
    return tuple(said[medoid(group, rows)] for group in groups[: options.most])
