"""Judge: the public face. It holds configuration only, so it pickles into actors, workers and spawned processes."""

import asyncio
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from judge import loop, runtime
from judge.errors import DataError
from judge.graph import Machine, mermaid
from judge.line import Plan
from judge.models.base import Model
from judge.models.scoring import ModelScorer
from judge.models.spec import ModelSpec
from judge.recipe import Recipe
from judge.settings import model_name, resolve
from judge.types import NOTHING, Comparison, Failure, Fingerprint, Ranking, Reward, Rubric, Sample, Usage


class Judge:
    """Scores responses by a recipe.

        judge = Judge("verify")
        reward = judge.score("What is 6 x 7?", "It is 42.", reference="42")
        if reward.ok:
            print(float(reward), reward.rationale)

    Every method has an async twin with an `a` in front. All of them work from scripts, notebooks, threads, running
    event loops and forked or spawned processes. A judgment that fails is a Reward without a number, never an exception;
    only a wrong set-up (unknown recipe, missing key) raises.
    """

    def __init__(
        self,
        recipe: str | Recipe = "verify",
        model: str | ModelSpec | Model | None = None,
        *,
        stronger: str | ModelSpec | Model | None = None,
        models: Mapping[str, str | ModelSpec | Model | ModelScorer] | None = None,
        rubric: str | Path | Rubric | Sequence[str] | None = None,
        settings: dict[str, Any] | None = None,
        library: Sequence[str | Path] = (),
        replay: str | Path = "",
        seed: int = 0,
        timeout_s: float = 300.0,
        concurrency: int | None = None,
        **model_settings: Any,
    ) -> None:
        """Resolve names, and refuse what cannot work.

        Args:
            recipe: a name on the recipes shelf, or a Recipe.
            model: `KIND:NAME[@BASE_URL]` such as `openai:my-model@http://127.0.0.1:8000/v1`, a ModelSpec, or a Model.
            stronger: the model that undecided samples escalate to, for recipes that allow it.
            models: models for the recipe's further roles, such as `{"meta": "scoring:NAME@http://127.0.0.1:8001"}`; a
                scorer where a role only scores.
            rubric: instead of the recipe's own, a name on the rubrics shelf, the path of a .yaml, .yml or .json file, a
                Rubric, or a list of principles in plain words.
            settings: changes to the recipe by dotted name, such as `{"critic.samples": 8}`.
            library: folders with shelves of your own; they come before the shipped one.
            replay: output of a run (JSON Lines), whose replies and findings are played back without a call or a check.
            seed: changes every draw of the judge.
            timeout_s: seconds for one sample with all its calls, checks and retries.
            concurrency: samples judged at once; by default 64 with a critic, else four for each core.
            **model_settings: fields of ModelSpec for `model` and `stronger`, such as `cache="replies.sqlite"`.

        Raises:
            SettingsError: a setting does not exist or does not fit, or the recipe needs a model and has none.
            LibraryError: a recipe, rubric, prompt or tool is not there, or does not load.
        """
        self.settings = resolve(
            recipe,
            model,
            stronger=stronger,
            models=models or {},
            rubric=rubric,
            changes=settings or {},
            libraries=library,
            replay=replay,
            seed=seed,
            timeout_s=timeout_s,
            concurrency=concurrency,
            model_settings=model_settings,
        )
        self._machines: dict[int, Machine] = {}

    # ------------------------------------------------------------------ one response

    def score(self, prompt: Any, response: Any = None, reference: Any = None, **fields: Any) -> Reward:
        """Return the reward of one response.

        Args:
            prompt: text, chat messages, or a whole Sample with one response.
            response: the answer to be judged: text, or a Response.
            reference: one right answer or several.
            **fields: other fields of Sample: tests, constraints, profile, id, group, metadata, ...
        """
        return loop.wait(self._score(_sample(prompt, response, reference, fields)))

    async def ascore(self, prompt: Any, response: Any = None, reference: Any = None, **fields: Any) -> Reward:
        """Async twin of `score`."""
        return await loop.hop(self._score(_sample(prompt, response, reference, fields)))

    # ------------------------------------------------------------------ many samples

    def score_batch(self, samples: Iterable[Sample], *, timeout_s: float | None = None) -> list[Reward]:
        """Return one reward per sample, in order. At `timeout_s` what is unfinished is cancelled and unscored.

        Each sample has one response; for several use `score_group` or `score_sample`.
        """
        return loop.wait(self._score_batch(list(samples), timeout_s))

    async def ascore_batch(self, samples: Iterable[Sample], *, timeout_s: float | None = None) -> list[Reward]:
        """Async twin of `score_batch`."""
        return await loop.hop(self._score_batch(list(samples), timeout_s))

    def score_iter(self, samples: Iterable[Sample], *, ahead: int = 1_000) -> Iterator[Reward]:
        """Yield one reward per sample in order, reading no more than `ahead` samples ahead."""
        batch: list[Sample] = []
        for sample in samples:
            batch.append(sample)
            if len(batch) == ahead:
                yield from self.score_batch(batch)
                batch = []
        yield from self.score_batch(batch)

    # ------------------------------------------------------------------ several responses to one prompt

    def score_group(self, prompt: Any, responses: Sequence[Any], reference: Any = None, **fields: Any) -> list[Reward]:
        """Return one reward per response to the same prompt, in order."""
        return list(loop.wait(self._judge(_sample(prompt, responses, reference, fields))))

    async def ascore_group(
        self, prompt: Any, responses: Sequence[Any], reference: Any = None, **fields: Any
    ) -> list[Reward]:
        """Async twin of `score_group`."""
        return list(await loop.hop(self._judge(_sample(prompt, responses, reference, fields))))

    def score_sample(self, sample: Sample) -> tuple[Reward, ...]:
        """Return one reward per response of a sample, in order."""
        return loop.wait(self._judge(sample))

    async def ascore_sample(self, sample: Sample) -> tuple[Reward, ...]:
        """Async twin of `score_sample`."""
        return await loop.hop(self._judge(sample))

    def compare(self, prompt: Any, first: Any, second: Any, reference: Any = None, **fields: Any) -> Comparison:
        """Say which of two responses is better."""
        return _comparison(loop.wait(self._judge(_sample(prompt, (first, second), reference, fields))))

    async def acompare(self, prompt: Any, first: Any, second: Any, reference: Any = None, **fields: Any) -> Comparison:
        """Async twin of `compare`."""
        return _comparison(await loop.hop(self._judge(_sample(prompt, (first, second), reference, fields))))

    def rank(self, prompt: Any, responses: Sequence[Any], reference: Any = None, **fields: Any) -> Ranking:
        """Order responses from best to worst; unscored ones are listed apart."""
        return _ranking(loop.wait(self._judge(_sample(prompt, responses, reference, fields))))

    async def arank(self, prompt: Any, responses: Sequence[Any], reference: Any = None, **fields: Any) -> Ranking:
        """Async twin of `rank`."""
        return _ranking(await loop.hop(self._judge(_sample(prompt, responses, reference, fields))))

    # ------------------------------------------------------------------ what it is

    @property
    def parts(self) -> tuple[str, ...]:
        """The keys of every reward's `parts`, known before the first call."""
        plan = Plan(self.settings.recipe, self.settings.rubric, runtime.load_checks(self.settings))
        return (*plan.criteria, *plan.parts)

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest reward."""
        return Plan(self.settings.recipe).range

    @property
    def fingerprint(self) -> Fingerprint:
        """Hashes of recipe, rubric, prompts, tools and model: rewards compare only under the same one."""
        return self.settings.fingerprint

    def mermaid(self) -> str:
        """Return the state machine of this judge as Mermaid text."""
        return mermaid(self.settings.recipe)

    def foresee(self, sample: Sample) -> Usage:
        """Return the calls and tokens that judging the sample takes, without any call and without edges that go back.

        Prompt tokens are estimated as characters / 4; completion tokens are the most that could be generated. An agent
        is counted with all its rounds; what tools ask the model is not foreseen.
        """
        return runtime.foresee(self.settings, sample)

    def __getstate__(self) -> dict[str, Any]:
        return {"settings": self.settings}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.settings, self._machines = state["settings"], {}

    def __repr__(self) -> str:
        models = "".join(f", {role}={model_name(model)!r}" for role, model in self.settings.models.items())
        return f"Judge({self.settings.recipe.name!r}{models})"

    # ------------------------------------------------------------------ on the private loop

    def _machine(self) -> Machine:
        if os.getpid() not in self._machines:
            self._machines = {os.getpid(): runtime.machine(self.settings)}
        return self._machines[os.getpid()]

    async def _judge(self, sample: Sample) -> tuple[Reward, ...]:
        """Judge every response of a sample and sign the rewards."""
        machine, sample = self._machine(), self.settings.with_examples(sample)
        critic = self.settings.recipe.critic
        if critic and critic.shape == "pairwise" and len(sample.responses) < 2:
            message = f"recipe {self.settings.recipe.name!r} compares responses and this sample has one; give two"
            rewards: tuple[Reward, ...] = (machine.unscored(Failure(kind="invalid", message=message)),)
        else:
            rewards = await machine.run(sample, seed=self.settings.seed, timeout_s=self.settings.timeout_s)
        return tuple(self._signed(reward, sample) for reward in rewards)

    def _signed(self, reward: Reward, sample: Sample) -> Reward:
        """Add whose reward it is and what produced it. A call about several responses is billed to the first shown."""
        spent = [reward.usage, *(item.usage for item in reward.evidence)]
        spent += [judgment.usage for judgment in reward.judgments if judgment.shown[0] == reward.response]
        spent += [reward.brief.usage] if reward.brief and reward.response == 0 else []
        return reward.model_copy(
            update={
                "sample": sample.id or sample.hash,
                "group": sample.group,
                "seed": self.settings.seed,
                "usage": sum(spent, NOTHING),
                "fingerprint": self.fingerprint.model_copy(update={"sample": sample.hash}),
            }
        )

    async def _score(self, sample: Sample) -> Reward:
        if len(sample.responses) != 1:
            count = len(sample.responses)
            raise DataError(
                f"sample {sample.id!r} has {count} responses and one is wanted; use score_group or score_sample"
            )
        return (await self._judge(sample))[0]

    async def _score_batch(self, samples: Sequence[Sample], timeout_s: float | None) -> list[Reward]:
        """Judge samples with at most `concurrency` at once; what the deadline cuts off is unscored."""
        rewards: list[Reward | None] = [None] * len(samples)
        waiting = iter(enumerate(samples))

        async def work() -> None:
            for number, sample in waiting:
                rewards[number] = await self._score(sample)

        try:
            async with asyncio.timeout(timeout_s), asyncio.TaskGroup() as group:
                for _ in range(min(self.settings.concurrency, len(samples))):
                    group.create_task(work())
        except TimeoutError:
            pass
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        late = Failure(kind="timeout", message=f"the batch's deadline of {timeout_s} s passed first", retryable=True)
        return [
            reward or self._signed(self._machine().unscored(late), sample)
            for reward, sample in zip(rewards, samples, strict=True)
        ]


def _sample(prompt: Any, responses: Any, reference: Any, fields: dict[str, Any]) -> Sample:
    if isinstance(prompt, Sample):
        if responses is not None or reference is not None or fields:
            raise DataError("give a whole Sample, or a prompt with its fields; not both")
        return prompt
    if responses is None:
        raise DataError("a response is missing; call score(prompt, response) or score(sample)")
    try:
        return Sample(prompt=prompt, responses=responses, references=reference, **fields)
    except ValidationError as error:
        first = error.errors()[0]
        raise DataError(f"{'.'.join(map(str, first['loc'])) or 'the sample'} is wrong: {first['msg']}") from error


def _comparison(rewards: Sequence[Reward]) -> Comparison:
    first, second = rewards
    failed = next((reward for reward in rewards if not reward.ok), None)
    if failed:
        return Comparison(winner=None, status=failed.status, rewards=(first, second))
    margin = (float(first) - float(second)) / (first.hi - first.lo)
    winner = None if margin == 0 else int(margin < 0)
    return Comparison(winner=winner, status="ok", margin=margin, rewards=(first, second))


def _ranking(rewards: Sequence[Reward]) -> Ranking:
    scored = [index for index, reward in enumerate(rewards) if reward.ok]
    order = sorted(scored, key=lambda index: -float(rewards[index]))
    unscored = tuple(index for index, reward in enumerate(rewards) if not reward.ok)
    return Ranking(order=tuple(order), unscored=unscored, rewards=tuple(rewards))
