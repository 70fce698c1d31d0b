"""Every method that may be named has its prompts on the shelf and options that need not be given."""

import pytest

from judge.errors import SettingsError
from judge.learn.methods import METHODS, load_prompts, method, options


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_whole(name: str) -> None:
    found = method(name)
    assert load_prompts(found.prompts).keys() == set(found.prompts)
    assert options(name, {}) == found.options()
    assert found.about.endswith(".")


def test_the_learned_criteria_of_the_papers_are_there() -> None:
    assert {"open_rubrics", "rlbff", "mpo", "dg_prm", "card", "history_rules"} <= set(METHODS)


def test_what_cannot_be_set_is_said() -> None:
    with pytest.raises(SettingsError, match="option threshold of 'card' is wrong"):
        options("card", {"threshold": 2})
    with pytest.raises(SettingsError, match="'rlbff' has no option 'theshold'"):
        options("rlbff", {"theshold": 1})
