"""A tool's action as a model sees it: described by its signature and docstring, called with checked arguments."""

import asyncio
from types import SimpleNamespace
from typing import Any, Literal

import pytest

from judge.checks import Offer, offer_of
from judge.errors import LibraryError, ToolError
from judge.types import Evidence


async def act(query: str, limit: int = 3, order: Literal["new", "best"] = "best", *, place: str = "here") -> str:
    """Look a thing up, and say where.

    Only things.

    Args:
        query: what to look for,
            in words.
        limit: how many.
        place: is the recipe's.

    Raises:
        ToolError: never.
    """
    return f"{limit} of {query} {order} {place}"


def offer(function: Any = act, **options: Any) -> Offer:
    return offer_of("finder", SimpleNamespace(act=function), options)


def test_the_model_reads_signature_and_docstring_and_no_options() -> None:
    shown = offer().shown
    assert (shown["name"], shown["about"]) == ("finder", "Look a thing up, and say where.")
    assert shown["arguments"] == [
        {"name": "query", "about": "what to look for, in words.", "type": "string", "needed": True},
        {"name": "limit", "about": "how many.", "type": "integer", "needed": False},
        {"name": "order", "about": "", "type": '"new" | "best"', "needed": False},
    ]
    function = offer().wire["function"]
    assert function["name"] == "finder" and function["parameters"]["required"] == ["query"]
    assert set(function["parameters"]["properties"]) == {"query", "limit", "order"}


def test_arguments_are_the_models_and_options_the_recipes() -> None:
    found = asyncio.run(offer(place="there").run({"query": "x", "limit": 2}))
    assert (found.tool, found.stance, found.summary) == ("finder", "neutral", "2 of x best there")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "query: field required"),
        ({"query": "x", "place": "mine"}, "place: extra inputs are not permitted"),
        ({"query": "x", "limit": "many"}, "limit: input should be a valid integer"),
        ({"query": "x", "order": "old"}, "order: input should be 'new' or 'best'"),
    ],
)
def test_arguments_that_do_not_fit_are_named(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ToolError, match=says):
        asyncio.run(offer().run(given))


def test_bare_text_fills_the_only_needed_argument() -> None:
    assert offer().arguments(None, '"x y"') == {"query": "x y"}
    with pytest.raises(ToolError, match="without a JSON object of its arguments; give query, limit, order"):
        offer().arguments(None, "")


def test_plain_functions_and_evidence_are_fine() -> None:
    def plain(x: int) -> Evidence:
        """Say it."""
        return Evidence(tool="t", stance="neutral", summary=str(x), provenance="a book")

    assert asyncio.run(offer(plain).run({"x": 7})).provenance == "a book"


def test_names_fit_the_wire() -> None:
    name = offer_of("a.b/c", SimpleNamespace(act=act), {}).wire_name
    assert name == "a_b_c"


def test_parameter_that_no_model_can_fill_is_the_tools_fault() -> None:
    async def odd(thing: asyncio.Event) -> str:
        """Wait."""
        return ""

    with pytest.raises(LibraryError, match="'finder' has a parameter that is no JSON value"):
        offer(odd)
