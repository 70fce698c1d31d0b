"""Who plays which role of a recipe: the models that were given, resolved, and those refused that could not play it."""

import os
from collections.abc import Mapping
from typing import Any

from judge.errors import SettingsError
from judge.models.base import Model
from judge.models.scoring import ModelScorer
from judge.models.spec import ModelSpec
from judge.recipe import Recipe
from judge.types import digest


def model_name(model: ModelSpec | Model) -> str:
    """Return the name of a model for fingerprints and messages."""
    return f"{model.kind}:{model.name}" if isinstance(model, ModelSpec) else model.name


def identity(model: ModelSpec | Model) -> str:
    """Return the name of a model, and a hash of what is sent with every request."""
    extra = model.extra_body if isinstance(model, ModelSpec) else {}
    return f"{model_name(model)} {digest(extra)}" if extra else model_name(model)


def cast_roles(
    recipe: Recipe, asks: bool, model: Any, others: Mapping[str, Any], settings: dict[str, Any],
    in_flight: dict[str, int],
) -> dict[str, ModelSpec | Model]:  # fmt: skip
    """Return the model of every role.

    Args:
        recipe: its roles.
        asks: whether it asks a model at all.
        model: who plays `critic`.
        others: who plays the others, by role.
        settings: fields of ModelSpec for those that are named.
        in_flight: the same, for those that are named by a text.

    Raises:
        SettingsError: a role has no model, or one that cannot play it; or a model has no role.
    """
    if not asks:
        if model is not None:
            raise SettingsError(
                f"recipe {recipe.name!r} asks no model; leave the model out or choose a recipe with a critic"
            )
        return {}
    example = "openai:NAME@http://127.0.0.1:8000/v1"
    if isinstance(model, str) and model.startswith("recorded:"):  # what the other roles said stands there too
        roles = [*recipe.roles, "stronger"] if recipe.bounds.escalate else recipe.roles
        others = {role: model for role in roles if role != "critic"} | {
            role: other for role, other in others.items() if other is not None
        }
    if model is None:
        raise SettingsError(f"recipe {recipe.name!r} needs a model; give one as KIND:NAME, such as {example}")
    given = {"critic": model} | {role: other for role, other in others.items() if other is not None}
    if recipe.bounds.escalate and "stronger" not in given:
        raise SettingsError(f"recipe {recipe.name!r} escalates; give a stronger model, or set bounds.escalate to 0")
    if missing := [role for role in recipe.roles if role not in given]:
        message = f"recipe {recipe.name!r} needs a model as {missing[0]!r}; give models={{{missing[0]!r}: {example!r}}}"
        raise SettingsError(f"{message}, or on the command line --role {missing[0]}={example}")
    if unused := sorted(given.keys() - {"critic", "stronger", *recipe.roles}):
        known = ", ".join(recipe.roles)
        raise SettingsError(f"recipe {recipe.name!r} has no role {unused[0]!r}; its roles are {known}")
    opened: dict[str, ModelSpec | Model] = {role: _model(other, settings, in_flight) for role, other in given.items()}
    for role, other in opened.items():
        _check_kind(recipe, role, other)
    for critic in recipe.critics:
        for role in critic.roles if critic.read == "given_text" else ():
            _check_given_text(recipe, role, opened[role])
    return opened


def _check_kind(recipe: Recipe, role: str, model: ModelSpec | Model) -> None:
    """Refuse a model that talks where a number is read, and one that gives numbers where words are."""
    scores = ("critic" if role == "stronger" else role) in recipe.scored_by
    if not isinstance(model, ModelSpec) or model.kind != ("openai" if scores else "scoring"):
        return
    wanted = "a scalar reward model" if scores else "a model that talks"
    example = f"{'scoring' if scores else 'openai'}:NAME@http://HOST:PORT"
    raise SettingsError(
        f"recipe {recipe.name!r} asks {wanted} as {role!r}, and {model_name(model)!r} is none; name it as {example}"
    )


def _check_given_text(recipe: Recipe, role: str, model: ModelSpec | Model) -> None:
    """Refuse a model that is known to say nothing of given text, before anything is paid for."""
    hosted = isinstance(model, ModelSpec) and model.kind == "openai" and not model.base_url
    known = None if isinstance(model, ModelSpec) else model.capabilities.given_text
    if known is False or (hosted and "OPENAI_BASE_URL" not in os.environ):
        raise SettingsError(
            f"recipe {recipe.name!r} reads log-probabilities of given text, which {model_name(model)!r} as {role!r} "
            "does not give; serve a model with vLLM and name it as openai:NAME@http://HOST:PORT/v1"
        )


def _model(
    given: str | ModelSpec | Model | ModelScorer, settings: dict[str, Any], in_flight: dict[str, int]
) -> ModelSpec | Model:
    """Resolve one model; `in_flight` is for one that is named, since a specification has said it for itself."""
    if isinstance(given, str):
        return ModelSpec.parse(given, **{**in_flight, **settings})
    if isinstance(given, ModelScorer):
        return given.model
    return ModelSpec.parse(given, **settings) if isinstance(given, ModelSpec) else given
