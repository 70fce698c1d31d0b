"""The methods that learn a rubric from labelled pairs, by name.

How to add one: a file with an async function of pairs, learner and options that returns a LearnedRubric, and an entry
in METHODS.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import JsonValue, ValidationError

from judge import library
from judge.errors import SettingsError
from judge.learn.asking import Learner
from judge.learn.learned import LearnedRubric
from judge.learn.methods import auto_rubric, card, dg_prm, mpo, open_rubrics, profiles, rlbff
from judge.learn.pairs import Pair
from judge.text import Prompt
from judge.types import Value


@dataclass(frozen=True, slots=True)
class Method:
    """One way to learn a rubric."""

    about: str
    """One sentence."""
    options: type[Value]
    """What may be set."""
    prompts: tuple[str, ...]
    """The prompts that it asks."""
    learn: Callable[[Sequence[Pair], Learner, Any], Awaitable[LearnedRubric]]
    """Takes pairs, a learner with these prompts, and the options."""


METHODS: dict[str, Method] = {
    "auto_rubric": Method(
        "Propose, evaluate and revise criteria per pair; keep the most different ones; sort them into themes.",
        auto_rubric.AutoRubricOptions,
        auto_rubric.PROMPTS,
        auto_rubric.learn,
    ),
    "open_rubrics": Method(
        "Contrast the responses of each pair into hard rules and principles; keep those that bring the label back.",
        open_rubrics.OpenRubricsOptions,
        open_rubrics.PROMPTS,
        open_rubrics.learn,
    ),
    "rlbff": Method(
        "Take binary principles with quoted evidence from feedback; keep those that several pairs agree on.",
        rlbff.RlbffOptions,
        rlbff.PROMPTS,
        rlbff.learn,
    ),
    "mpo": Method(
        "Rewrite a rubric where it misjudges, version by version; accept what is no worse on held-back pairs.",
        mpo.MpoOptions,
        mpo.PROMPTS,
        mpo.learn,
    ),
    "dg_prm": Method(
        "Judge pairs of steps in free words; merge the criteria that are applied into a tree of coarse and fine ones.",
        dg_prm.DgPrmOptions,
        dg_prm.PROMPTS,
        dg_prm.learn,
    ),
    "card": Method(
        "Have code written that scores a response; accept it if it puts pairs in order that its author has not seen.",
        card.CardOptions,
        card.PROMPTS,
        card.learn,
    ),
    "history_rules": Method(
        "Find one user's rules: each pair's chosen response is the user's own text, the other one a generic answer.",
        profiles.RuleOptions,
        profiles.PROMPTS,
        profiles.learn,
    ),
}


def method(name: str) -> Method:
    """Return a method; raise SettingsError when there is none of this name."""
    if name not in METHODS:
        raise SettingsError(f"there is no method {name!r} to learn a rubric; choose one of: {', '.join(METHODS)}")
    return METHODS[name]


def options(name: str, given: Mapping[str, JsonValue]) -> Any:
    """Return the options of a method.

    Raises:
        SettingsError: there is no such option, or a value does not fit.
    """
    kind = method(name).options
    if unknown := sorted(given.keys() - kind.model_fields.keys()):
        known = ", ".join(kind.model_fields)
        raise SettingsError(f"the method {name!r} has no option {unknown[0]!r}; there are {known}")
    try:
        return kind.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise SettingsError(f"option {where} of {name!r} is wrong: {first['msg']}") from error


def load_prompts(names: Sequence[str], libraries: Sequence[str | Path] = ()) -> dict[str, Prompt]:
    """Return prompts of the shelf by name; raise LibraryError when one is missing."""
    return {name: Prompt(name, library.text("prompts", name, libraries)) for name in names}
