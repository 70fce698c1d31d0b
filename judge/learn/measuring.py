"""Ask for the verdicts of criteria on labelled pairs, each criterion on each pair by itself."""

from collections.abc import Sequence

from judge.errors import ModelError, ParseError
from judge.learn.asking import Learner
from judge.learn.diagnostics import diagnose
from judge.learn.learned import Diagnostic
from judge.learn.pairs import Pair
from judge.learn.verdicts import Orders, Verdict, kept_verdict
from judge.types import Criterion


async def measure(
    learner: Learner,
    pairs: Sequence[Pair],
    criteria: Sequence[Criterion],
    *,
    orders: Orders = "seeded",
    needed: bool = True,
) -> dict[str, Diagnostic]:
    """Return how well each criterion separates the pairs, by its id. Costs a call for each criterion on each pair.

    Criteria are asked for one at a time, so that the verdict on one does not colour the next. Unless it is `needed`,
    no verdict at all is a result too.

    Raises:
        ModelError: the key is missing or refused, or every question failed.
        ParseError: no reply could be read.
    """
    asked = [(criterion, pair) for pair in pairs for criterion in criteria]

    async def ask(one: tuple[Criterion, Pair]) -> Verdict:
        return await kept_verdict(learner, one[1], [one[0]], orders=orders)

    found = await learner.each("verdicts", asked, ask, needed=needed)
    plain = [None if isinstance(one, ModelError | ParseError) else one for one in found]
    verdicts = {criterion.id: plain[place :: len(criteria)] for place, criterion in enumerate(criteria)}
    rules = {criterion.id for criterion in criteria if criterion.kind == "rule"}
    return diagnose(verdicts, {criterion.id: criterion.weight for criterion in criteria}, rules)


async def share_right(
    learner: Learner, pairs: Sequence[Pair], criteria: Sequence[Criterion], *, orders: Orders = "seeded"
) -> float | None:
    """Return the share of pairs that the model decides as the label says when it is shown all criteria at once.

    A tie is not right. Pairs whose question failed are left out; None when that leaves none. No criteria: what the
    model does without any.

    Raises:
        ModelError: the key is missing or refused, or the endpoint is gone.
    """

    async def ask(pair: Pair) -> Verdict:
        return await kept_verdict(learner, pair, criteria, orders=orders)

    stage = "pairs with the rubric" if criteria else "pairs without a rubric"
    found = [
        one
        for one in await learner.each(stage, pairs, ask, needed=False)
        if not isinstance(one, ModelError | ParseError)
    ]
    return sum(one == "chosen" for one in found) / len(found) if found else None
