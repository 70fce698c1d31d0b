"""The tool `stdin_tests`: when it applies and what it finds."""

import asyncio
import shutil
from typing import Any

import pytest

from judge import Judge, library
from judge.errors import SettingsError, ToolError
from judge.sandbox import isolation
from judge.types import Case, Evidence, Response, Sample, Tests

tool = library.module("tools", "stdin_tests")

SUM = "```python\nprint(sum(map(float, input().split())))\n```"
CASES = (Case(stdin="1 2", stdout="3\n"), Case(stdin="2 2", stdout="4"))


def sample(text: str, tests: Tests | None) -> Sample:
    return Sample(prompt="Add.", responses=(Response(text=text),), tests=tests)


def verify(text: str, **options: Any) -> Evidence:
    found: Evidence = asyncio.run(tool.verify(sample(text, Tests(cases=CASES)), **options))
    return found


def test_it_applies_where_there_are_cases_and_nothing_else() -> None:
    assert tool.needs(sample("", Tests(cases=CASES))) == ""
    assert tool.needs(sample("", None)) == tool.needs(sample("", Tests(code="f(1)"))) == "cases of input and output"
    assert tool.needs(sample("", Tests(cases=CASES, code="f(1)"))) == "tests without code"


def test_the_way_to_compare_decides() -> None:
    assert verify(SUM).summary == "0 of 2 cases passed; case 1 printed '3.0' instead of '3'"
    found = verify(SUM, compare="float")
    assert (found.stance, found.score, found.hard, found.summary) == ("supports", 1.0, True, "2 of 2 cases passed")
    assert found.provenance == f"isolation={isolation().name}, integrity=outside"


def test_part_of_the_cases_may_count_for_nothing() -> None:
    text = "```python\nprint(3)\n```"
    assert (verify(text).score, verify(text, partial=False).score) == (0.5, 0.0)


def test_wrong_use_is_an_error() -> None:
    with pytest.raises(SettingsError, match="compare='loosely' is no way to compare"):
        verify(SUM, compare="loosely")
    with pytest.raises(ToolError, match="no cases"):
        asyncio.run(tool.verify(sample(SUM, None)))


def test_the_recipe_uses_it() -> None:
    reward = Judge("verify").score("Add.", SUM, tests=Tests(cases=(Case(stdin="1 2", stdout="3.0"),)))
    assert reward.value == 1.0 and reward.evidence[0].tool == "stdin_tests"


PROGRAMS = {
    "cpp": ("g++", "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }"),
    "javascript": (
        "node",
        "const [a, b] = require('fs').readFileSync(0, 'utf8').split(' ').map(Number); console.log(a + b)",
    ),
    "bash": ("bash", "read a b; echo $((a + b))"),
}


@pytest.mark.parametrize("language", PROGRAMS)
def test_programs_of_other_languages(language: str) -> None:
    needed, program = PROGRAMS[language]
    if shutil.which(needed) is None:
        pytest.skip(f"{needed} is not installed")
    text = f"First an idea:\n```\nnothing\n```\nThe program:\n```{language}\n{program}\n```"
    found = asyncio.run(tool.verify(sample(text, Tests(cases=CASES, language=language))))
    assert (found.score, found.summary) == (1.0, "2 of 2 cases passed")
    broken = text.replace("a", "?")
    assert asyncio.run(tool.verify(sample(broken, Tests(cases=CASES, language=language)))).score == 0.0


def test_language_that_nobody_speaks_is_an_error() -> None:
    with pytest.raises(SettingsError, match="programs in 'klingon' are not run here"):
        asyncio.run(tool.verify(sample(SUM, Tests(cases=CASES, language="klingon"))))
