"""Look something up: in a corpus of one's own, or with a search service.

A query to a service leaves this machine, with whatever the data says in it; the corpus is asked here. What comes back
is text of strangers: cleaned, fenced, dated, and never an order. A search that failed is an error, not "nothing found".
"""

from typing import Any

from judge.search.lookup import search
from judge.search.options import options as checked
from judge.search.result import listing
from judge.types import Evidence


async def act(  # noqa: D417
    query: str, *, provider: str = "corpus", results: int = 5, **options: Any
) -> Evidence:
    """Search for passages about a question.

    The recipe's options are those of `judge.search.options.SearchOptions`: `provider` (corpus, duckduckgo, searxng,
    tavily, brave, serper), `results`, `corpus`, `cache`, `mode`, `max_age_days`, `allow`, `deny`, `base_url`,
    `key_env`, `per_minute`, `engines`, `region`, `timeout_s`, `wait_s`.

    Args:
        query: what to look for, in a few words or a sentence.

    Raises:
        SearchError: the search could not be made.
        SettingsError: an option is wrong, or a corpus, key or library is missing.
    """
    found = await search(query, checked({"provider": provider, "results": results, **options}))
    count = len(found.results)
    head = (
        f"{count} result{'' if count == 1 else 's'} for {found.query!r}"
        if count
        else f"nothing found for {found.query!r}"
    )
    engines = ", ".join(dict.fromkeys(one.engine for one in found.results)) or found.provider
    moments = sorted({one.retrieved_at for one in found.results})
    return Evidence(
        tool="web_search",
        stance="neutral",
        summary=f"{head}:\n{listing(found.results)}" if count else head,
        detail={
            "query": found.query,
            "results": [one.model_dump(mode="json") for one in found.results],
            "left_out": found.left_out,
        },
        provenance=f"{engines}, retrieved {moments[-1]}" if moments else engines,
    )
