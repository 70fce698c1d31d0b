"""How to search: what a recipe says. A model says the query and nothing else."""

from typing import Any, Literal

from pydantic import Field, ValidationError

from judge.errors import SettingsError
from judge.types.value import Value

Provider = Literal["corpus", "duckduckgo", "searxng", "tavily", "brave", "serper"]
Mode = Literal["live", "refresh", "replay"]
"""`live`: from the cache, else from the service. `refresh`: from the service. `replay`: from the cache only."""


class SearchOptions(Value):
    """Where and how to search."""

    provider: Provider = "corpus"
    results: int = Field(default=5, ge=1, le=20)
    corpus: str = ""
    """Path of the corpus; "" takes $JUDGE_CORPUS, else the one in the user's data folder."""
    cache: str = ""
    """Path of the search cache; "" takes $JUDGE_SEARCH_CACHE, else the one in the user's cache folder."""
    mode: Mode = "live"
    max_age_days: float | None = Field(default=None, gt=0)
    """Answers in the cache that are older do not count; None takes them at any age, and so does `replay`."""
    allow: tuple[str, ...] = ()
    """Domains whose results are taken, with all below them; none means every one."""
    deny: tuple[str, ...] = ()
    """Domains whose results are left out."""
    base_url: str = ""
    """Address of the service, where it is not the usual one; SearXNG has no usual one."""
    key_env: str = ""
    """Environment variable that holds the key; "" takes the service's own, such as TAVILY_API_KEY."""
    per_minute: float | None = Field(default=None, gt=0)
    """Requests a minute that all processes of this machine make together; None takes the service's own limit."""
    proxy: str = ""
    """Proxy for the service, as in http://127.0.0.1:3128; the proxies of the environment are never used."""
    engines: str = ""
    """Engines that SearXNG or ddgs shall ask, comma-separated; "" leaves it to them."""
    region: str = ""
    """Country and language as the service writes them, such as us-en for ddgs."""
    timeout_s: float = Field(default=20.0, gt=0, le=300)
    """Seconds for one request, from the moment that it is made."""
    wait_s: float = Field(default=60.0, ge=0, le=3_600)
    """Longest wait for one's turn; where it would be longer the search fails as rate limited."""


def options(given: dict[str, Any]) -> SearchOptions:
    """Return checked options; raise SettingsError with the one that is wrong."""
    try:
        return SearchOptions.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise SettingsError(f"the search option {where!r} is wrong: {first['msg']}; see docs/search.md") from error
