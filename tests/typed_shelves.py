"""Every tool on the shelf has the shape of a Tool. Checked by mypy, not run."""

import tools.citations
import tools.constraints
import tools.exact_match
import tools.facts
import tools.fetch_page
import tools.language
import tools.length
import tools.math_equal
import tools.repetition
import tools.safety_patterns
import tools.similarity
import tools.unit_tests
import tools.web_search
import tools.written_constraints
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
    tools.language,
    tools.length,
    tools.math_equal,
    tools.repetition,
    tools.safety_patterns,
    tools.similarity,
    tools.unit_tests,
    tools.written_constraints,
]
COMPARING: list[Comparing] = [tools.facts]
ACTIONS: list[Action] = [tools.fetch_page, tools.web_search]


def a_judge_is_a_scorer(judge: Judge) -> Scorer:
    return judge


def doubles_are_models(scripted: ScriptedModel, recorded: RecordedModel) -> list[Model]:
    return [scripted, recorded]
