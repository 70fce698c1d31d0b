"""What a judge needs at work: open models and a compiled graph, one of each per process, on the private loop.

Nothing here is ever pickled. A forked child finds an empty runtime and opens its own.
"""

import os
from typing import Any

from judge import library, loop
from judge.graph import Machine
from judge.line import Plan
from judge.models.base import Model
from judge.models.open import open_model
from judge.models.spec import ModelSpec
from judge.recordings import load_findings
from judge.settings import AGAIN, Settings
from judge.steps.critique import Panel
from judge.steps.evidence import Check
from judge.steps.vote import PREFERENCE

_models: dict[tuple[int, str], Model] = {}


def machine(settings: Settings) -> Machine:
    """Compile the graph of a judge, with its tools loaded and its models open. Call it on the private loop."""
    checks = []
    for use in settings.recipe.tools:
        tool: Any = library.module("tools", use.tool, settings.libraries)
        checks.append(Check(use, tool, settings.libraries))
    panels = {role: panel(settings, _open(model)) for role, model in settings.models.items()}
    recorded = load_findings(settings.replay) if settings.replay and checks else None
    critics = (panels.get("critic"), panels.get("stronger"))
    plan = Plan(settings.recipe, settings.rubric, tuple(checks), *critics, recorded)
    return Machine(plan)


def panel(settings: Settings, model: Model) -> Panel:
    """Return the recipe's critic with its prompts, ready to ask a model."""
    critic = settings.recipe.critic
    assert critic is not None
    return Panel(critic, settings.prompts[critic.prompt], settings.prompts[AGAIN], model, PREFERENCE)


def _open(model: ModelSpec | Model) -> Model:
    """Open a model once per process: judges that name the same one share its connections and limits."""
    if not isinstance(model, ModelSpec):
        return model
    place = (os.getpid(), model.to_json())
    if place not in _models:
        _models[place] = open_model(model)
        loop.at_close(_models[place].close)
    return _models[place]
