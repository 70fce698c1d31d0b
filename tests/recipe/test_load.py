"""Single settings of a recipe, changed by name."""

from typing import Any

import pytest

from judge.errors import SettingsError
from judge.recipe import load_recipe, override


def test_a_tool_goes_by_its_name_and_its_options_need_not_be_there() -> None:
    recipe = override(load_recipe("facts"), {"tools.web_search.options.corpus": "mine", "tools.facts.weight": 2})
    assert [(use.tool, use.weight) for use in recipe.tools] == [("facts", 2.0), ("web_search", 0.0)]
    assert recipe.tools[1].options == {"provider": "corpus", "results": 5, "corpus": "mine"}


@pytest.mark.parametrize(
    "change",
    [{"tools.calculator.weight": 1}, {"tools.facts.wait": 1}, {"tools.0.weight": 1}, {"options": {}}, {"tool.x.y": 1}],
)
def test_what_is_not_there_is_no_setting(change: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="has no setting"):
        override(load_recipe("facts"), change)
