"""The whole configuration of a judge, resolved: names looked up, contradictions refused. Nothing here acts."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from judge import library, replies
from judge.agent import OBSERVATIONS
from judge.calibration import Calibrator
from judge.calibration import load as load_calibrator
from judge.calibration.meta import Meta as FittedMeta
from judge.checks import load_tool, prompts_of, source_of
from judge.criteria import REQUEST_AGENT
from judge.critics import AGAIN
from judge.errors import SettingsError
from judge.models.base import Model
from judge.models.scoring import ModelScorer
from judge.models.spec import ModelSpec
from judge.nearest import Nearest
from judge.opinion import load_mapping
from judge.pairs import read_pairs
from judge.recipe import Recipe, load_recipe, load_rubric, override
from judge.roles import cast_roles, identity
from judge.text import Prompt
from judge.types import Fingerprint, Rubric, Sample, digest
from judge.version import __version__


@dataclass(frozen=True)
class Settings:
    """What a judge is made of. Picklable as long as the models given as objects are."""

    recipe: Recipe
    rubric: Rubric | None
    prompts: Mapping[str, Prompt]
    models: Mapping[str, ModelSpec | Model]
    """`critic`, which the agent and the tools ask too, `stronger` where there is one, and the recipe's other roles."""
    libraries: tuple[str, ...]
    calibrators: tuple[Calibrator, ...]
    nearest: Nearest | None
    """The pairs that samples without examples of their own get theirs from."""
    files: Mapping[str, str]
    """Hashes of the recipe's files, by path."""
    metas: Mapping[str, FittedMeta]
    """Fitted meta votes by the file that a filter names."""
    replay: str
    """Output of a run whose replies and findings are played back; "" for none."""
    seed: int
    timeout_s: float
    concurrency: int

    @cached_property
    def fingerprint(self) -> Fingerprint:
        """Hashes of everything that a reward depends on but the sample."""
        tools = "".join(source_of(use, self.libraries) for use in self.recipe.tools)
        parts = {
            "recipe": self.recipe.hash,
            "rubric": self.rubric.hash if self.rubric else "",
            "prompts": digest({name: prompt.hash for name, prompt in self.prompts.items()}) if self.prompts else "",
            "tools": digest(tools) if tools else "",
            "files": digest(dict(self.files)) if self.files else "",
            "model": ", ".join(identity(model) for model in self.models.values()),
            "version": __version__,
        }
        return Fingerprint(judge=digest({**parts, "seed": self.seed}), **parts)

    def with_examples(self, sample: Sample) -> Sample:
        """Return the sample as it is judged: with the nearest pairs for examples, where it brings none."""
        if self.nearest is None or sample.examples:
            return sample
        return sample.model_copy(update={"examples": self.nearest.to(sample.question)})


def resolve(
    recipe: str | Recipe,
    model: str | ModelSpec | Model | None,
    *,
    stronger: str | ModelSpec | Model | None,
    models: Mapping[str, str | ModelSpec | Model | ModelScorer],
    rubric: str | Path | Rubric | Sequence[str] | None,
    changes: dict[str, Any],
    libraries: Sequence[str | Path],
    replay: str | Path,
    seed: int,
    timeout_s: float,
    concurrency: int | None,
    model_settings: dict[str, Any],
) -> Settings:
    """Look names up and refuse what cannot work; see Judge for the arguments and errors."""
    roots = _roots(libraries)
    loaded = load_recipe(recipe, roots) if isinstance(recipe, str) else recipe
    loaded = override(loaded, changes) if changes else loaded
    tools = [load_tool(use, roots) for use in loaded.tools]
    if "critic" in loaded.scored_by and (loaded.agent or loaded.planner or any(map(prompts_of, tools))):
        message = f"recipe {loaded.name!r} has a scalar reward model as 'critic', whom its tools ask in words"
        raise SettingsError(f"{message}; set critic.model to another role, such as reward")
    prompts = _prompts(loaded, tools, roots)
    in_flight = {} if concurrency is None else {"in_flight": concurrency}
    concurrency = _concurrency(loaded) if concurrency is None else concurrency
    if not timeout_s > 0 or concurrency < 1:
        raise SettingsError(
            f"timeout_s must be positive and concurrency at least 1, got {timeout_s:g} and {concurrency}"
        )
    return Settings(
        recipe=loaded,
        rubric=_rubric(loaded, rubric, roots),
        prompts=prompts,
        models=cast_roles(
            loaded,
            bool(prompts),
            f"recorded:{replay}" if replay and model is None and prompts else model,
            {"stronger": stronger, **models},
            model_settings,
            in_flight,
        ),
        libraries=roots,
        calibrators=tuple(map(load_mapping, loaded.settle.calibrator)),
        nearest=_nearest(loaded, prompts),
        files={path: _hash(path, loaded.name) for path in loaded.files},
        metas={path: _meta(path) for path in loaded.meta_files},
        replay=str(replay),
        seed=seed,
        timeout_s=timeout_s,
        concurrency=concurrency,
    )


def _roots(libraries: Sequence[str | Path]) -> tuple[str, ...]:
    roots = tuple(str(root) for root in libraries)
    if missing := next((root for root in roots if not Path(root).is_dir()), None):
        raise SettingsError(
            f"the library {missing!r} is no folder; give a folder with shelves such as prompts/ and tools/"
        )
    return roots


def _concurrency(recipe: Recipe) -> int:
    """How many samples at once: calls wait for a server, but checks wait for our cores, which a row's time includes."""
    return 64 if recipe.critic or recipe.agent else 4 * (os.cpu_count() or 1)


def _rubric(
    recipe: Recipe, rubric: str | Path | Rubric | Sequence[str] | None, roots: tuple[str, ...]
) -> Rubric | None:
    if recipe.criteria is None:
        if rubric is not None:
            raise SettingsError(
                f"recipe {recipe.name!r} uses no rubric; leave rubric out or choose a recipe with criteria"
            )
        return None
    chosen = recipe.criteria.rubric if rubric is None else rubric
    if chosen == "" and recipe.generates:
        return None
    if isinstance(chosen, str | Path):
        return load_rubric(chosen, roots)
    return chosen if isinstance(chosen, Rubric) else Rubric.from_texts(chosen)


def asks_a_model(recipe: Recipe, libraries: Sequence[str | Path] = ()) -> bool:
    """Whether a recipe, or one of its tools, asks a model."""
    roots = tuple(str(root) for root in libraries)
    return bool(_prompts(recipe, [load_tool(use, roots) for use in recipe.tools], roots))


def _prompts(recipe: Recipe, tools: Sequence[Any], roots: tuple[str, ...]) -> dict[str, Prompt]:
    """Return every prompt that the recipe may ask a model with: its critic's, its agent's, and those of its tools."""
    if recipe.critic and recipe.critic.grammar not in replies.GRAMMARS:
        known = ", ".join(replies.GRAMMARS)
        raise SettingsError(f"there is no grammar {recipe.critic.grammar!r}; critic.grammar is one of {known}")
    names = [*recipe.prompts, AGAIN] if recipe.critic else list(recipe.prompts)
    names += [recipe.agent.prompt, OBSERVATIONS] if recipe.agent else []
    names += [REQUEST_AGENT] if recipe.agent and recipe.criteria and recipe.criteria.tools else []
    names += [recipe.planner] if recipe.planner else []
    names += [name for tool in tools for name in prompts_of(tool)]
    return {name: Prompt(name, library.text("prompts", name, roots)) for name in names}


def _nearest(recipe: Recipe, prompts: Mapping[str, Prompt]) -> Nearest | None:
    source = recipe.examples
    if not source.file:
        return None
    if not any("examples" in prompt.source for prompt in prompts.values()):
        raise SettingsError(
            f"recipe {recipe.name!r} shows no examples to anybody; leave examples.file out, or choose a recipe whose "
            "prompts name them, such as retrieved_gold"
        )
    return Nearest(tuple(read_pairs(Path(source.file))), source.nearest)


def _hash(path: str, recipe: str) -> str:
    try:
        return digest(Path(path).read_bytes())
    except OSError as error:
        message = f"recipe {recipe!r} uses the file {path!r}, which cannot be read: {error.strerror or error}"
        raise SettingsError(f"{message}; give the path of a file") from error


def _meta(path: str) -> FittedMeta:
    found = load_calibrator(path)
    if not isinstance(found, FittedMeta):
        raise SettingsError(
            f"{path!r} holds a calibrator of kind {found.kind!r} and no meta vote; fit one with judge.calibration.meta"
        )
    return found
