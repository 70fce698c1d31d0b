"""Do the sources say what a response quotes from them?

Every quotation is looked up word for word, or nearly so with the same numbers and negations, in the sources that the
row carries as `metadata.sources`, in the source that it names where it names one. A link in the response is followed
only when the recipe says so. What is said without quotation marks is for `facts`.
"""

from typing import Any

from pydantic import JsonValue

from judge import workers
from judge.claims.quotations import Quotation, Source, quotations, sources
from judge.errors import SettingsError
from judge.tool import Checks, Context
from judge.types import Evidence, Sample, Stance

CHECKS: Checks = "citations"
SOFT = True

_FIELDS = ("sources", "documents", "passages", "context")
"""Where a row may carry its sources; the first that it has counts."""
_MOST_LINKS = 5


def needs(sample: Sample) -> str:
    """Return what is missing before the sample can be checked."""
    return "" if any(quotations(response.text) for response in sample.responses) else "a quotation"


async def verify(
    sample: Sample,
    *,
    prompt: bool = False,
    links: bool = False,
    bound: float = 0.1,
    timeout_s: float = 20.0,
    context: Context,
) -> Evidence:
    """Look up what the only response quotes; the score is the share that its sources say.

    Words of the request itself count neither way. Without any source there is no score.

    Args:
        sample: with one response, and its sources in the metadata.
        prompt: whether the request is a source too, as when it holds the documents.
        links: whether pages that quotations name are fetched, by the tool fetch_page as the recipe lists it: the
            response then chooses what it is checked against.
        bound: share of a quotation's words that may differ.
        timeout_s: seconds for all comparisons.
        context: what the tool is lent.

    Raises:
        WorkerTimeoutError: the comparison ran past its time.
        SearchError: a page could not be fetched.
        SettingsError: `bound` is no share.
    """
    if not 0 <= bound <= 0.5:
        raise SettingsError(f"bound={bound!r} is out of range; give a share between 0 and 0.5")
    quoted = quotations(sample.responses[0].text)
    known = sources(next((sample.metadata[name] for name in _FIELDS if sample.metadata.get(name)), None))
    known += [Source("request", sample.question)] if prompt else []
    known += await _linked(quoted, known, context) if links else []
    if not known:
        return _no_source(len(quoted))
    found: Any = await workers.call(
        "judge.claims.quotations:check",
        [[one.text, one.mark] for one in quoted],
        [[one.name, one.text, one.url] for one in known],
        "" if prompt else sample.question,
        bound,
        timeout_s=timeout_s,
    )
    return _evidence(found, len(known))


async def _linked(quoted: list[Quotation], known: list[Source], context: Context) -> list[Source]:
    """Fetch the pages that quotations name and no source is."""
    have = {one.url for one in known}
    named = (one.mark for one in quoted if one.mark.startswith(("http://", "https://")))
    wanted = dict.fromkeys(mark for mark in named if mark not in have)
    pages = []
    for url in list(wanted)[:_MOST_LINKS]:
        page = await context.use("fetch_page", url=url)
        pages.append(Source(url, str(page.detail.get("text") or page.summary), url))
    return pages


def _evidence(found: list[dict[str, JsonValue]], count: int) -> Evidence:
    counted = [one for one in found if one["how"] != "question"]
    said = [one for one in counted if one["how"] in ("verbatim", "near")]
    wrong = [one for one in counted if one not in said]
    stance: Stance = "refutes" if wrong else "supports" if counted else "neutral"
    told = [f"{len(said)} of {len(counted)} quotations are in the sources"]
    for one in wrong[:3]:
        where = f"in {one['source']!r}, not in {one['mark']!r}" if one["how"] == "elsewhere" else "in no source"
        told.append(f"{str(one['quote'])[:120]!r} is {where}")
    return Evidence(
        tool="citations",
        stance=stance,
        summary="; ".join(told) if counted else "the response quotes nothing but the request",
        score=len(said) / len(counted) if counted else None,
        detail={"found": len(said), "of": len(counted), "quotations": list(found)},
        provenance=f"{count} sources of the row",
    )


def _no_source(count: int) -> Evidence:
    return Evidence(
        tool="citations",
        stance="neutral",
        summary=f"the response quotes {count} times, and the row carries no sources to look in",
        detail={"quotations": count},
    )
