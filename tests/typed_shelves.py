"""Every tool on the shelf has the shape of a Tool. Checked by mypy, not run."""

import tools.arithmetic_steps
import tools.calculator
import tools.calendar
import tools.constraints
import tools.exact_match
import tools.json_schema
import tools.math_equal
import tools.regex_match
import tools.tool_calls
import tools.unit_tests
import tools.units
import tools.xml_structure
from judge.judge import Judge
from judge.models.base import Model
from judge.models.recorded import RecordedModel
from judge.models.scripted import ScriptedModel
from judge.run.scorer import Scorer
from judge.tool import Action, Tool

TOOLS: list[Tool] = [tools.constraints, tools.exact_match, tools.math_equal, tools.unit_tests]
MORE: list[Tool] = [tools.arithmetic_steps, tools.json_schema, tools.regex_match, tools.tool_calls, tools.xml_structure]
ACTIONS: list[Action] = [tools.calculator, tools.calendar, tools.units]


def a_judge_is_a_scorer(judge: Judge) -> Scorer:
    return judge


def doubles_are_models(scripted: ScriptedModel, recorded: RecordedModel) -> list[Model]:
    return [scripted, recorded]
