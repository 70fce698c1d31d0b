"""Check claims one by one: search, read, judge, and search once more where that was not enough. Within a budget.

The order is SAFE's (arXiv 2403.18802, section 3), with two changes: the first query is the claim itself, which costs no
call, and a verdict must quote its evidence. A search that failed makes a claim `failed`, never unsupported.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from judge.claims.reply import list_of, text_of
from judge.claims.verdicts import SCHEMA, Judged, read_verdict
from judge.errors import ModelError, ParseError, SearchError, SettingsError, ToolError
from judge.replies import read_object
from judge.text import fence
from judge.tool import Context

QUERIES_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"reasons": {"type": "string"}, "query": {"type": "string"}},
    "required": ["reasons", "query"],
    "additionalProperties": False,
}
_LONGEST = 1_500
"""Characters of one piece of evidence that the model reads."""
_MOST_EVIDENCE = 12
_LONGEST_QUERY = 300


class SpentError(Exception):
    """The budget is used up."""


@dataclass
class Budget:
    """What may be spent on one response, or on one comparison."""

    calls: int
    """Questions to the model and searches, together."""
    seconds: float
    _end: float = 0.0

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.seconds

    def take(self) -> None:
        """Count a call; raise SpentError when there is none left."""
        if self.calls <= 0 or self.left_s <= 0:
            raise SpentError
        self.calls -= 1

    @property
    def left_s(self) -> float:
        """Seconds left."""
        return self._end - time.monotonic()


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence, as the model is shown it."""

    source: str
    text: str
    title: str = ""
    date: str = ""

    @property
    def shown(self) -> str:
        """The text with where and when it is from."""
        return "\n".join(filter(None, [self.title, self.source, self.date, self.text]))


@dataclass
class Checked:
    """One claim with its outcome; see `judge.claims.tally.OUTCOMES`."""

    claim: str
    outcome: str = "unchecked"
    judged: Judged | None = None
    pieces: dict[str, Piece] = field(default_factory=dict)
    """Evidence by id."""
    queries: list[str] = field(default_factory=list)
    error: str = ""
    kind: str = "tool"
    """What broke, as a FailureKind."""
    may_pass: bool = False
    """Whether what broke may work another time."""

    @property
    def detail(self) -> dict[str, JsonValue]:
        """All of it as JSON; irrelevant findings are only counted."""
        given = self.judged.findings if self.judged else ()
        findings: list[JsonValue] = [
            {
                "bearing": one.bearing,
                "quote": one.quote,
                "found": one.found,
                "source": self.pieces[one.evidence].source,
                "date": self.pieces[one.evidence].date,
            }
            for one in given
            if one.bearing != "irrelevant"
        ]
        told: dict[str, JsonValue] = {"claim": self.claim, "outcome": self.outcome, "queries": list(self.queries)}
        if self.judged:
            irrelevant = len(given) - len(findings)
            told |= {"reasons": self.judged.reasons, "findings": findings, "irrelevant": irrelevant}
            told |= {"said": self.judged.said} if self.judged.said else {}
        return told | ({"error": self.error} if self.error else {})


class Checker:
    """Checks the claims of one judgment; what one claim has found another one finds again for nothing."""

    def __init__(self, context: Context, budget: Budget, *, search: str, rounds: int, at_once: int = 4) -> None:
        """Take what is lent.

        Args:
            context: the model, and the tool that searches.
            budget: what may be spent on all claims together.
            search: name of the tool that searches, such as web_search.
            rounds: searches for one claim, at most.
            at_once: claims that are checked side by side.
        """
        self._context, self._budget = context, budget
        self._search_tool, self._rounds = search, rounds
        self._slots = asyncio.Semaphore(at_once)
        self._searches: dict[str, asyncio.Task[list[Piece]]] = {}

    async def check(self, claims: Sequence[str], queries: Mapping[str, str] | None = None) -> list[Checked]:
        """Return each claim with its outcome, in order. `queries`: what to look for first, where not the claim.

        Raises:
            SettingsError: there is nothing to search in.
            ModelError: the key is missing or refused.
        """
        work = [Checked(claim) for claim in claims]
        tasks = [asyncio.create_task(self._one(each, (queries or {}).get(each.claim, each.claim))) for each in work]
        if not tasks:
            return work
        try:
            left_s = max(0.0, self._budget.left_s)
            done, _ = await asyncio.wait(tasks, timeout=left_s, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            ended: list[asyncio.Task[Any]] = [*tasks, *self._searches.values()]
            for each_task in ended:
                each_task.cancel()
            await asyncio.gather(*ended, return_exceptions=True)
        return work

    async def ask(self, prompt: str, values: Mapping[str, Any], schema: dict[str, Any], read: Any) -> Any:
        """Return what `read` makes of a reply; where it cannot be read it is asked for once more, with the reason.

        Raises:
            ParseError: the second reply cannot be read either.
            SpentError: the budget is used up.
        """
        problem = ""
        for last in (False, True):
            self._budget.take()
            reply = await self._context.ask(prompt, {**values, "problem": problem}, max_tokens=2048, schema=schema)
            try:
                return read(reply)
            except ParseError as error:
                if last:
                    raise
                problem = str(error)
        raise AssertionError("unreachable")

    async def _one(self, work: Checked, query: str) -> None:
        async with self._slots:
            try:
                await self._rounds_of(work, query)
            except SpentError:
                return
            except SettingsError:
                raise
            except (ModelError, ToolError, ParseError) as error:
                if isinstance(error, ModelError) and error.kind == "auth":  # every claim would fail alike
                    raise
                work.outcome, work.error = "failed", str(error)
                if isinstance(error, ModelError | SearchError):
                    work.kind, work.may_pass = error.kind, error.retryable

    async def _rounds_of(self, work: Checked, query: str) -> None:
        """Search and judge until the verdict is clear or the rounds are over."""
        for left in reversed(range(self._rounds)):
            fresh = 0
            if query and query not in work.queries:
                work.queries.append(query)
                fresh = _add(work.pieces, await self._search(query))
            if fresh:
                work.judged = await self._judge(work)
            verdict = work.judged.verdict if work.judged else "not_enough_evidence"
            if verdict != "not_enough_evidence" or not left:
                work.outcome = verdict
                return
            query = await self._next_query(work)

    async def _search(self, query: str) -> list[Piece]:
        """Search once for equal queries."""
        if query not in self._searches:
            self._budget.take()
            self._searches[query] = asyncio.create_task(self._use(query))
        return await asyncio.shield(self._searches[query])

    async def _use(self, query: str) -> list[Piece]:
        found = await self._context.use(self._search_tool, query=query)
        if found.stance == "error":
            raise ToolError(f"the search for {query[:80]!r} broke: {found.summary}")
        results = found.detail.get("results")
        if not isinstance(results, list):  # another kind of search: what it saw is one piece
            return [Piece(found.provenance or self._search_tool, found.summary[:_LONGEST])] if found.summary else []
        return [_piece(item) for item in results if isinstance(item, dict)]

    async def _judge(self, work: Checked) -> Judged:
        shown = {name: piece.shown for name, piece in work.pieces.items()}
        values = {
            "claim": fence("claim", work.claim),
            "evidence": [{"id": name, "text": fence("evidence", text)} for name, text in shown.items()],
        }
        judged: Judged = await self.ask("verify_claim", values, SCHEMA, lambda reply: read_verdict(reply, shown))
        return judged

    async def _next_query(self, work: Checked) -> str:
        values = {
            "claim": fence("claim", work.claim),
            "queries": [fence("query", query) for query in work.queries],
            "evidence": [fence("evidence", piece.shown[:300]) for piece in work.pieces.values()],
        }
        query: str = await self.ask("write_queries", values, QUERIES_SCHEMA, _read_query)
        return query


def _read_query(reply: str) -> str:
    fields = read_object(reply, "query")
    first = next(iter(list_of(fields, "query", 1)), "")
    return text_of({"query": first}, "query", _LONGEST_QUERY)


def _piece(item: Mapping[str, Any]) -> Piece:
    texts = [item.get("content"), item.get("snippet")]
    text = max((text for text in texts if isinstance(text, str)), key=len, default="")
    return Piece(str(item.get("url") or ""), text[:_LONGEST], str(item.get("title") or ""), str(item.get("date") or ""))


def _add(pieces: dict[str, Piece], found: Sequence[Piece]) -> int:
    """Number what is new; return how much that is."""
    known = {piece.text for piece in pieces.values()}
    fresh: dict[str, Piece] = {}
    for piece in found:
        if piece.text and piece.text not in known:
            fresh.setdefault(piece.text, piece)
    for piece in list(fresh.values())[: max(0, _MOST_EVIDENCE - len(pieces))]:
        pieces[f"E{len(pieces) + 1}"] = piece
    return len(fresh)
