"""Are the facts in a response true, by what a search finds? Claim by claim; for several responses, only what differs.

Every verdict must quote its evidence, found by our own query and never by a link in the response. What the evidence
says, and whether it can be trusted, is the judge's model's reading: so the finding is soft, and has a weight. It does
not know what no search finds. A search that failed is no verdict, and too many of them are no score.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import JsonValue

from judge.claims.checking import Budget, Checked, Checker, SpentError
from judge.claims.differences import DIFFERENCES, LETTERS, MOST_TOGETHER, Point, read_points
from judge.claims.report import sources, summary
from judge.claims.split import LONGEST, REVISED, SPLIT, distinct, own, read_claims, read_revised, windows
from judge.claims.tally import Tally
from judge.errors import SearchError, SettingsError, ToolError
from judge.text import fence
from judge.tool import Checks, Context
from judge.types import Evidence, Sample, Stance, digest

CHECKS: Checks = "claims"
SOFT = True
PROMPTS = ("split_claims", "make_self_contained", "write_queries", "verify_claim", "claim_difference")

Score = Literal["precision", "f1"]
"""`precision`: share of the judged claims that are supported. `f1`: SAFE's F1@K, which also counts how much is said."""

_WORTH = {"supported": 1.0, "not_enough_evidence": 0.5, "refuted": 0.0}
"""What a claim on a contested point earns: what nobody can tell counts for both sides alike."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """The recipe's options."""

    search: str
    score: Score
    k: int
    claims: int
    rounds: int
    calls: int
    seconds: float
    most_failed: float

    def __post_init__(self) -> None:
        if self.score not in get_args(Score):
            raise SettingsError(f"score={self.score!r} is unknown; choose one of: {', '.join(get_args(Score))}")
        for name in ("k", "claims", "rounds", "calls"):
            if getattr(self, name) < 1:
                raise SettingsError(f"{name}={getattr(self, name)!r} is too small; give 1 or more")

    def checker(self, context: Context) -> Checker:
        """Return a checker with a fresh budget."""
        return Checker(context, Budget(self.calls, self.seconds), search=self.search, rounds=self.rounds)


def needs(sample: Sample) -> str:
    """Return what is missing before the sample can be checked."""
    return (
        "" if any(sign.isalpha() for response in sample.responses for sign in response.text) else "a response in words"
    )


async def verify(
    sample: Sample,
    *,
    search: str = "web_search",
    score: Score = "f1",
    k: int = 1,
    claims: int = 20,
    rounds: int = 2,
    calls: int = 80,
    seconds: float = 120.0,
    most_failed: float = 0.2,
    context: Context,
) -> Evidence:
    """Check the claims of the only response.

    The score is F1@K or precision over the claims with a verdict; None when the response makes no claim that can be
    checked. `refutes` when a claim is refuted, `supports` when all are supported.

    Args:
        sample: with one response.
        search: the tool that searches; the recipe lists it.
        score: which number is the score; the other ones are in the detail.
        k: for F1@K: so many supported claims are enough. 1 leaves precision to decide; give long answers more.
        claims: most claims that are checked. Of more, a sample is drawn that the response cannot foresee.
        rounds: most searches for one claim.
        calls: most questions to the model and searches together.
        seconds: most time.
        most_failed: share of the claims that may stay without a verdict because something broke or the budget ended.
        context: what the tool is lent.

    Raises:
        ToolError: too many claims stayed without a verdict, or the model's replies could not be read; a SearchError
            where another time may do better.
        SettingsError: an option is wrong, or there is nothing to search in.
    """
    rules = _Rules(search, score, k, claims, rounds, calls, seconds, most_failed)
    checker = rules.checker(context)
    try:
        found, dropped = await _claims(sample, checker)
    except SpentError as error:
        raise ToolError(f"{calls} calls in {seconds:g} s were too few to read the claims; give more") from error
    chosen = _sampled(found, rules.claims, sample)
    work = await checker.check(chosen)
    dropped["left_out"] = len(found) - len(chosen)
    return _evidence(work, rules, dropped)


async def compare(
    sample: Sample,
    *,
    search: str = "web_search",
    score: Score = "f1",
    k: int = 1,
    claims: int = 20,
    rounds: int = 2,
    calls: int = 80,
    seconds: float = 120.0,
    most_failed: float = 0.2,
    context: Context,
) -> list[Evidence]:
    """Check only what the responses disagree about: RewardAgent's difference-first search.

    A response's score is the mean over the points on which it makes a claim: 1 supported, 0 refuted, 0.5 neither. Where
    there is no point to tell them apart, no response has a score. More than eight responses are checked one by one.

    Options and errors are those of `verify`; the budget is for all responses together, and `claims` is for the points.
    """
    rules = _Rules(search, score, k, claims, rounds, calls, seconds, most_failed)
    if len(sample.responses) > MOST_TOGETHER:
        options: dict[str, Any] = {name: getattr(rules, name) for name in rules.__slots__}
        alone = [sample.only(index) for index in range(len(sample.responses))]
        found = [await verify(one, **options, context=context) for one in alone]
        return [item.model_copy(update={"response": index}) for index, item in enumerate(found)]
    checker = rules.checker(context)
    try:
        points = await _differences(sample, checker, rules.claims)
    except SpentError as error:
        raise ToolError(f"{calls} calls in {seconds:g} s were too few to compare; give more") from error
    queries = {claim: query for query, said in points for claim in said.values()}
    work = {each.claim: each for each in await checker.check(list(queries), queries)}
    _not_too_many_failed(list(work.values()), rules)
    return [_side(index, points, work, search) for index in range(len(sample.responses))]


async def _claims(sample: Sample, checker: Checker) -> tuple[list[str], dict[str, JsonValue]]:
    """Return what the response claims, each claim standing alone and once, and how many were dropped as what."""
    question, text = sample.question, sample.responses[0].text
    pieces = list(windows(text))
    raw: list[str] = []
    for piece in pieces:
        values = {
            "question": fence("request", question),
            "response": fence("response", piece),
            "partial": len(pieces) > 1,
        }
        raw += await checker.ask("split_claims", values, SPLIT, lambda reply: read_claims(reply, [text, question]))
    source = f"{question}\n{text}"
    ours = [claim for claim in distinct(raw) if own(claim, source)]
    if not ours:
        return [], {"not_its_own": len(raw) - len(ours)}
    shown = {"question": fence("request", question), "response": fence("response", text[:LONGEST])}
    values = {**shown, "claims": [fence("claim", claim) for claim in ours]}
    revised = await checker.ask(
        "make_self_contained", values, REVISED, lambda reply: read_revised(reply, ours, [text, question])
    )
    facts = distinct(claim for claim, kind in revised if kind == "fact")
    kinds = [kind for _, kind in revised]
    return facts, {
        "not_its_own": len(distinct(raw)) - len(ours),
        "opinions": kinds.count("opinion"),
        "trivial": kinds.count("trivial"),
    }


def _sampled(claims: Sequence[str], most: int, sample: Sample) -> list[str]:
    """Return at most so many claims, in order, drawn by a seed that all of the response decides."""
    if len(claims) <= most:
        return list(claims)
    draw = random.Random(digest(sample.question + sample.responses[0].text))
    return [claims[place] for place in sorted(draw.sample(range(len(claims)), most))]


async def _differences(sample: Sample, checker: Checker, most: int) -> list[Point]:
    texts = [response.text for response in sample.responses]
    responses = [
        {"letter": letter, "text": fence("response", text)} for letter, text in zip(LETTERS, texts, strict=False)
    ]
    values = {"question": fence("request", sample.question), "responses": responses, "most": most}

    def read(reply: str) -> list[Point]:
        return read_points(reply, sample.question, texts, most)

    points: list[Point] = await checker.ask("claim_difference", values, DIFFERENCES, read)
    return points


def _not_too_many_failed(work: Sequence[Checked], rules: _Rules) -> None:
    broken = [each for each in work if each.outcome in ("failed", "unchecked")]
    if len(broken) > rules.most_failed * len(work):
        why = next((each.error for each in broken if each.error), "the budget was used up")
        message = f"{len(broken)} of {len(work)} claims stayed without a verdict: {why}"
        if kinds := [each.kind for each in broken if each.may_pass]:
            raise SearchError(message, kinds[0], retryable=True)
        raise ToolError(message)


def _evidence(work: Sequence[Checked], rules: _Rules, dropped: Mapping[str, JsonValue]) -> Evidence:
    _not_too_many_failed(work, rules)
    tally = Tally.of(each.outcome for each in work)
    value = tally.precision if rules.score == "precision" else tally.f1(rules.k)
    all_good = tally.judged and tally.supported == tally.judged
    stance: Stance = "refutes" if tally.refuted else "supports" if all_good else "neutral"
    counts: dict[str, JsonValue] = {name: getattr(tally, name) for name in tally.__slots__}
    return Evidence(
        tool="facts",
        stance=stance,
        summary=summary(work, tally),
        score=value,
        detail={
            **counts,
            "precision": tally.precision,
            "f1": tally.f1(rules.k),
            "k": rules.k,
            "dropped": dict(dropped),
            "claims": [each.detail for each in work],
        },
        provenance=sources(work, rules.search),
    )


def _side(index: int, points: Sequence[Point], work: Mapping[str, Checked], search: str) -> Evidence:
    """Return the finding on one of several responses."""
    mine = [work[said[index]] for _, said in points if index in said]
    worth = [_WORTH[each.outcome] for each in mine if each.outcome in _WORTH]
    decided = any(each.outcome in _WORTH for each in work.values())
    value = sum(worth) / len(worth) if worth else 0.5 if decided else None
    tally = Tally.of(each.outcome for each in mine)
    counts: dict[str, JsonValue] = {name: getattr(tally, name) for name in tally.__slots__}
    good = tally.judged and tally.supported == tally.judged
    said = summary(mine, tally) if mine else "it says nothing on the points in which the responses differ"
    return Evidence(
        tool="facts",
        stance="refutes" if tally.refuted else "supports" if good else "neutral",
        summary=said if points else "the responses differ in no fact that can be checked",
        response=index,
        score=value,
        detail={**counts, "points": len(points), "claims": [each.detail for each in mine]},
        provenance=sources(mine, search),
    )
