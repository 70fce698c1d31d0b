"""Every tool on the shelf has the shape that it claims. Checked by mypy, not run."""

import tools.arithmetic_steps
import tools.calculator
import tools.calendar
import tools.citations
import tools.constraints
import tools.exact_match
import tools.facts
import tools.fetch_page
import tools.json_schema
import tools.language
import tools.learned_checker
import tools.length
import tools.math_equal
import tools.regex_match
import tools.repetition
import tools.run_code
import tools.safety_patterns
import tools.similarity
import tools.stdin_tests
import tools.tool_calls
import tools.translation
import tools.unit_tests
import tools.units
import tools.weather
import tools.web_search
import tools.written_constraints
import tools.xml_structure
from judge.judge import Judge
from judge.models.base import Model
from judge.models.recorded import RecordedModel
from judge.models.scripted import ScriptedModel
from judge.run.scorer import Scorer
from judge.tool import Action, Comparing, Tool

CHECKS: list[Tool] = [
    tools.arithmetic_steps,
    tools.citations,
    tools.constraints,
    tools.exact_match,
    tools.facts,
    tools.json_schema,
    tools.language,
    tools.learned_checker,
    tools.length,
    tools.math_equal,
    tools.regex_match,
    tools.repetition,
    tools.safety_patterns,
    tools.similarity,
    tools.stdin_tests,
    tools.tool_calls,
    tools.unit_tests,
    tools.written_constraints,
    tools.xml_structure,
]
COMPARING: list[Comparing] = [
    tools.facts,
]
ACTIONS: list[Action] = [
    tools.calculator,
    tools.calendar,
    tools.fetch_page,
    tools.math_equal,
    tools.run_code,
    tools.translation,
    tools.units,
    tools.weather,
    tools.web_search,
]


def a_judge_is_a_scorer(judge: Judge) -> Scorer:
    return judge


def doubles_are_models(scripted: ScriptedModel, recorded: RecordedModel) -> list[Model]:
    return [scripted, recorded]
