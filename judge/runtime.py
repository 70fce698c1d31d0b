"""What a judge needs at work: open models and a compiled graph, one of each per process, on the private loop.

Nothing here is ever pickled. A forked child finds an empty runtime and opens its own.
"""

import os
from collections.abc import Mapping
from typing import Any

from judge import loop
from judge.checks import Check, Kit, load_tool
from judge.critics import Member
from judge.graph import Machine
from judge.line import Plan
from judge.mcp import McpServer
from judge.models.base import Model
from judge.models.open import open_model, open_scorer
from judge.models.spec import ModelSpec
from judge.recordings import load_briefs, load_findings
from judge.settings import Settings
from judge.steps import critique
from judge.steps.critique import Task
from judge.types import Brief, Context, Sample, Usage

_models: dict[tuple[object, ...], Model] = {}
"""By process, specification and, of a recording, what its file was like."""


def machine(settings: Settings) -> Machine:
    """Compile the graph of a judge, with its tools loaded and its models open. Call it on the private loop."""
    checks = load_checks(settings)
    for check in checks:
        if isinstance(check.tool, McpServer):
            loop.at_close(check.tool.close)
    models = {role: _open(model) for role, model in settings.models.items()}
    kit = Kit(
        models.get("critic"),
        settings.prompts,
        {check.use.tool: (check.use, check.tool) for check in checks},
        settings.libraries,
        settings.seed,
    )
    recorded = load_findings(settings.replay) if settings.replay and checks else None
    looks_up = settings.recipe.criteria is not None and settings.recipe.criteria.tools
    briefs = load_briefs(settings.replay) if settings.replay and looks_up else {}
    stronger = models | {"critic": models["stronger"]} if "stronger" in models else {}
    plan = Plan(
        settings.recipe,
        settings.rubric,
        checks,
        kit,
        panel(settings, models),
        panel(settings, stronger) if stronger else (),
        models,
        settings.calibrators,
        settings.metas,
        recorded,
        briefs,
    )
    return Machine(plan)


def load_checks(settings: Settings) -> tuple[Check, ...]:
    """Return the recipe's tools, loaded. Nothing of theirs is started."""
    return tuple(Check(use, load_tool(use, settings.libraries)) for use in settings.recipe.tools)


def panel(settings: Settings, models: Mapping[str, Any]) -> tuple[Member, ...]:
    """Return the recipe's critics with their prompts, ready to ask the models."""
    return tuple(
        Member(critic, settings.prompts, models, place) for place, critic in enumerate(settings.recipe.critics)
    )


def foresee(settings: Settings, sample: Sample) -> Usage:
    """Return what judging a sample takes; see `Judge.foresee`."""
    if not settings.models:
        return Usage()
    sample = settings.with_examples(sample)
    recipe, everyone = settings.recipe, range(len(sample.responses))
    calls = prompt = completion = 0
    if recipe.critic:
        brief = Brief(contexts=(Context(rubric=settings.rubric),))
        task = Task(sample, everyone, brief, (), recipe.vote, seed=settings.seed)
        calls, prompt, completion, judgments = critique.foresee(task, panel(settings, settings.models))
        calls += judgments * len(recipe.asking_filters)
    if recipe.criteria and recipe.generates:
        shown = (len(settings.prompts[recipe.criteria.prompt].source) + len(sample.question)) // 4
        calls, prompt, completion = calls + 1, prompt + shown, completion + recipe.criteria.max_tokens
    calls += 1 if recipe.planner else 0
    if agent := recipe.agent:
        texts = [response.text for response in sample.responses]
        texts += [""] if recipe.criteria and recipe.criteria.tools else []  # once about the request alone
        rounds = agent.rounds * len(texts)
        shown = sum(len(sample.question) + len(text) for text in texts) // 4
        calls, prompt, completion = (
            calls + rounds,
            prompt + agent.rounds * shown,
            completion + rounds * agent.max_tokens,
        )
    model = settings.models.get("critic")
    price = model.price if isinstance(model, ModelSpec) else None
    usd = (prompt * price.prompt + completion * price.completion) / 1e6 if price else None
    return Usage(calls=calls, prompt_tokens=prompt, completion_tokens=completion, usd=usd)


def _open(model: ModelSpec | Model) -> Model:
    """Open a model once per process: judges that name the same one share its connections and limits."""
    if not isinstance(model, ModelSpec):
        return model
    place = (os.getpid(), model.to_json(), *_written(model))
    if place not in _models:
        _models[place] = open_scorer(model).model if model.kind == "scoring" else open_model(model)
        loop.at_close(_models[place].close)
    return _models[place]


def _written(model: ModelSpec) -> tuple[int, ...]:
    """What tells a recording from another one that took its place."""
    if model.kind != "recorded" or not os.path.exists(model.name):
        return ()
    file = os.stat(model.name)
    return file.st_ino, file.st_mtime_ns, file.st_size
