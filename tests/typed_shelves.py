"""Every tool on the shelf has the shape of a Tool. Checked by mypy, not run."""

import tools.citations
import tools.constraints
import tools.exact_match
import tools.facts
import tools.fetch_page
import tools.math_equal
import tools.unit_tests
import tools.web_search
from judge.judge import Judge
from judge.models.base import Model
from judge.models.recorded import RecordedModel
from judge.models.scripted import ScriptedModel
from judge.run.scorer import Scorer
from judge.tool import Action, Comparing, Tool

TOOLS: list[Tool] = [
    tools.citations,
    tools.constraints,
    tools.exact_match,
    tools.facts,
    tools.math_equal,
    tools.unit_tests,
]
COMPARING: list[Comparing] = [tools.facts]
ACTIONS: list[Action] = [tools.fetch_page, tools.web_search]


def a_judge_is_a_scorer(judge: Judge) -> Scorer:
    return judge


def doubles_are_models(scripted: ScriptedModel, recorded: RecordedModel) -> list[Model]:
    return [scripted, recorded]
