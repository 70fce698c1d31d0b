"""Every tool on the shelf has the shape of a Tool. Checked by mypy, not run."""

import tools.constraints
import tools.exact_match
import tools.math_equal
import tools.run_code
import tools.stdin_tests
import tools.unit_tests
from judge.judge import Judge
from judge.models.base import Model
from judge.models.recorded import RecordedModel
from judge.models.scripted import ScriptedModel
from judge.run.scorer import Scorer
from judge.tool import Action, Tool

TOOLS: list[Tool] = [tools.constraints, tools.exact_match, tools.math_equal, tools.stdin_tests, tools.unit_tests]
ACTIONS: list[Action] = [tools.run_code]


def a_judge_is_a_scorer(judge: Judge) -> Scorer:
    return judge


def doubles_are_models(scripted: ScriptedModel, recorded: RecordedModel) -> list[Model]:
    return [scripted, recorded]
