"""Auto-Rubric (arXiv 2510.17314): criteria from labelled pairs, the most different ones, and themes with tips.

Three things differ from the released code: a tie does not pass, criteria are chosen by the true gain in coding rate,
and what is learned is measured on pairs that were held out.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field, JsonValue

from judge.errors import DataError, ModelError, ParseError
from judge.learn import measuring
from judge.learn.asking import Learner
from judge.learn.embedding import Embedder, Embedding
from judge.learn.learned import Diagnostic, Figures, LearnedRubric
from judge.learn.methods import coding_rate, structure
from judge.learn.methods.contrast import PROPOSE, REVISE, Contrast, How, contrast
from judge.learn.pairs import Pair, split
from judge.learn.verdicts import PROMPT as EVALUATE
from judge.types import Rubric

PROMPTS = (PROPOSE, EVALUATE, REVISE, structure.PROMPT)
_NAME = "auto_rubric"
_SHOWN = 3
"""Failures that are told in words."""

Stop = Literal["no pairs left", "little new", "little success", "iterations"]


class AutoRubricOptions(Embedding, How):
    """What may be set. The defaults are those of the released code, where it has them."""

    batch: int = Field(default=10, ge=1)
    """Pairs of one iteration. A pool of no more criteria than this is kept whole."""
    iterations: int = Field(default=50, ge=1)
    min_success: float = Field(default=0.3, ge=0, le=1)
    """A batch of which a smaller share passes ends the learning."""
    most: int = Field(default=200, ge=1)
    """Criteria that are kept of the pool, at most."""
    eps: float = Field(default=0.1, gt=0)
    energy: float = Field(default=0.95, gt=0, le=1)
    min_gain: float = Field(default=0.002, ge=0)
    """Coding rate, in nats, that a criterion, and an iteration, has to bring."""
    patience: int = Field(default=2, ge=1)
    """So many in a row that bring less end the choice, and the learning."""
    heuristic: bool = False
    """Choose by distance from the centre, as the released code does."""
    themes: int = Field(default=5, ge=1, le=20)
    tips: int = Field(default=5, ge=0, le=20)
    holdout: float = Field(default=0.2, ge=0, lt=1)
    """Share of the pairs that nothing is learned from and what is learned is measured on."""


@dataclass
class _Pool:
    """What the pairs have given so far."""

    sources: dict[str, list[str]] = field(default_factory=dict)
    """Criteria with the ids of their pairs."""
    kept: list[str] = field(default_factory=list)
    """The criteria chosen."""
    rate: float = 0.0
    """Coding rate of these."""
    passed: int = 0
    dropped: int = 0
    rounds: int = 0
    iterations: int = 0
    failures: list[str] = field(default_factory=list)
    stopped: Stop = "no pairs left"

    def take(self, pair: Pair, given: Contrast | ModelError | ParseError) -> None:
        if isinstance(given, ModelError | ParseError):
            self.failures.append(f"{pair.id}: {given}")
            return
        self.rounds += given.rounds
        self.passed += bool(given.criteria)
        self.dropped += not given.criteria
        for text in given.criteria:
            self.sources.setdefault(text, []).append(pair.id)


async def learn(pairs: Sequence[Pair], learner: Learner, options: AutoRubricOptions) -> LearnedRubric:
    """Learn a rubric of a few themes from labelled pairs.

    Pairs are taken in an order drawn by the seed, in batches. Each gives criteria (`contrast`) or is dropped; of all
    criteria those with the highest coding rate together are kept (`coding_rate`), and sorted into themes (`structure`).
    Pairs that were held out tell how well each theme separates them.

    Args:
        pairs: labelled pairs.
        learner: with the prompts in PROMPTS.
        options: see AutoRubricOptions.

    Raises:
        ModelError: the key is missing or refused, the endpoint is gone, or the first pairs all failed.
        ParseError: no reply about the first pairs could be read.
        DataError: no pair gave a criterion that held up.
    """
    training, held = split(pairs, 1 - options.holdout, learner.seed)
    pool = await _learn_pool(training, learner, options)
    if not pool.kept:
        raise DataError(
            f"no criterion held up on {pool.passed + pool.dropped} pairs ({len(pool.failures)} more failed); "
            "allow more rounds, or ask a stronger model"
        )
    themes = await structure.structure(learner, pool.kept, themes=options.themes, tips=options.tips)
    rubric = Rubric(
        name=_NAME,
        about=f"Learned by Auto-Rubric from {pool.passed} labelled pairs.",
        criteria=structure.as_criteria(themes, _NAME),
    )
    before = await measuring.share_right(learner, held, [], orders=options.orders)
    after = await measuring.share_right(learner, held, rubric.criteria, orders=options.orders)
    diagnostics: dict[str, Diagnostic] = {}
    if held:
        diagnostics = await measuring.measure(learner, held, rubric.criteria, orders=options.orders, needed=False)
    return LearnedRubric(
        rubric=rubric,
        method=_NAME,
        origins=structure.origins(themes, pool.kept, [pool.sources[text] for text in pool.kept]),
        diagnostics=diagnostics,
        figures=_figures(pool, learner, before, after, len(held)),
    )


async def _learn_pool(pairs: Sequence[Pair], learner: Learner, options: AutoRubricOptions) -> _Pool:
    order = list(pairs)
    random.Random(learner.seed).shuffle(order)
    how = How(**{name: getattr(options, name) for name in How.model_fields})
    embedder, pool, low = options.embedder(), _Pool(), 0
    for start in range(0, len(order), options.batch):
        if pool.iterations == options.iterations:
            pool.stopped = "iterations"
            break
        batch = order[start : start + options.batch]
        given = await learner.each(
            "pairs",
            batch,
            lambda pair: contrast(learner, pair, how),
            before=start,
            of=len(order),
            needed=not pool.sources,
        )
        passed = sum(isinstance(one, Contrast) and bool(one.criteria) for one in given)
        tried = sum(isinstance(one, Contrast) for one in given)
        for pair, one in zip(batch, given, strict=True):
            pool.take(pair, one)
        gain = await _choose(pool, embedder, options)
        pool.iterations += 1
        if not tried:  # what failed says nothing of what there is to learn
            continue
        low = low + 1 if gain < options.min_gain else 0
        if low == options.patience or passed < options.min_success * tried:
            pool.stopped = "little new" if low == options.patience else "little success"
            break
    return pool


async def _choose(pool: _Pool, embedder: Embedder, options: AutoRubricOptions) -> float:
    """Choose anew from the whole pool; return what the coding rate has gained."""
    texts = list(pool.sources)
    if not texts:
        return 0.0
    rows = coding_rate.reduced(await embedder.vectors(texts))
    places: Sequence[int] = range(len(texts))
    if len(texts) > min(options.batch, options.most):
        places = coding_rate.select(
            rows,
            options.most,
            eps=options.eps,
            min_gain=options.min_gain,
            patience=options.patience,
            heuristic=options.heuristic,
        ).rows
    before, pool.kept = pool.rate, [texts[place] for place in places]
    pool.rate = coding_rate.coding_rate(rows[list(places)], options.eps, energy=options.energy)
    return pool.rate - before


def _figures(pool: _Pool, learner: Learner, before: float | None, after: float | None, held: int) -> Figures:
    more: dict[str, JsonValue] = {
        "held_out": held,
        "iterations": pool.iterations,
        "stopped": pool.stopped,
        "pool": len(pool.sources),
        "selected": len(pool.kept),
        "coding_rate": round(pool.rate, 6),
    }
    if pool.failures:
        more["failures"] = list(pool.failures[:_SHOWN])
    return Figures(
        pairs=pool.passed + pool.dropped + len(pool.failures),
        kept=pool.passed,
        dropped=pool.dropped,
        failed=len(pool.failures),
        rounds=pool.rounds,
        before=before,
        after=after,
        calls=learner.usage.calls,
        tokens=learner.usage.tokens,
        more=more,
    )
