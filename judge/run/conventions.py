"""Which column is which: the names that data sets use, and the rules for columns that may be two things.

Names are compared without regard to case, spaces and hyphens; the first name of a list that the data has is taken.

| data set | read without being told |
|---|---|
| plain | question, instruction (+ input), problem, query ... with response, output, prediction or answer |
| TRL | prompt, completion(s) as text or messages, solution or ground_truth or answer; prompt, chosen, rejected |
| pairs | chosen and rejected, response_a and response_b, output_1 and output_2 ...: two responses, in this order |
| verl, SkyRL | prompt (messages), reward_model.ground_truth, reward_spec.ground_truth, solution_str or response(s) |
| OpenRLHF, slime | input or query or prompt, label when it is text, response or output |
| open-instruct | messages, ground_truth (text, list, JSON list of texts in a text, or constraints), dataset |
| NeMo-Gym | responses_create_params.input, expected_answer, response (an object of the Responses API) |
| code | test, tests, unit_tests, test_list, test_code, input_output ... with entry_point; see `judge.run.testcases` |
| LiveCodeBench | public_test_cases and private_test_cases, metadata.func_name |
| IFEval | instruction_id_list with kwargs |
| conversations | messages that end in the assistant's turn and no response column: that turn is the response |
| agentic-judge | the fields of Sample under their own names; a failures file (its rows stand under `row`) |

Rules:

1. Response columns stand in four tiers: (response, completion, solution_str, a pair), (output, generation, ...),
   (prediction, candidate), (answer, solution). The first tier that occurs gives the response; two columns of one tier
   are refused, since nobody but you can tell them apart.
2. `answer` and `solution` are references as soon as another column is the response, or the conversation brings its own.
3. `label` is a reference only when it is text (not 0, 1, true or false) and there is one response: else it is a class
   or a preference.
4. `uid` is the group when another column is the id, else the id.
5. A reference that is tests (`{"inputs", "outputs"}`, a list of asserts) is read as tests, row by row.
6. What no field takes goes to the sample's metadata.
"""

from collections.abc import Mapping
from typing import Any

RESPONSES = (
    ("response", "responses", "completion", "completions", "solution_str"),
    ("output", "outputs", "model_output", "model_response", "generation", "generations", "generated_text", "generated",
     "samples", "solutions", "rollouts"),
    ("prediction", "predictions", "pred", "candidate", "candidates", "model_answer"),
    ("answer", "solution"),
)  # fmt: skip
PAIRS = (
    ("chosen", "rejected"),
    ("response_a", "response_b"),
    ("response_0", "response_1"),
    ("response_1", "response_2"),
    ("output_1", "output_2"),
    ("output_a", "output_b"),
    ("answer_a", "answer_b"),
    ("completion_a", "completion_b"),
)
NAMES: dict[str, tuple[str, ...]] = {
    "prompt": (
        "prompt", "raw_prompt", "question", "problem", "instruction", "query", "messages", "conversations",
        "conversation", "responses_create_params.input", "input", "user_prompt", "extra_info.question",
    ),
    "system": ("system_prompt", "system"),
    "reference": (
        "references", "reference", "reference_answers", "reference_answer", "ground_truths", "ground_truth", "gts",
        "ground_truth_answer", "expected_answer", "expected_output", "gold_answer", "gold", "targets", "target",
        "correct_answer", "best_answer", "ideal", "reward_model.ground_truth", "reward_spec.ground_truth", "label",
        "answers", "answer", "solution", "extra_info.answer", "reference_solution", "ground_truth_solution",
        "canonical_solution",
    ),
    "tests": (
        "tests", "test", "unit_tests", "test_code", "test_list", "test_cases", "public_test_cases", "input_output",
    ),
    "entry_point": ("entry_point", "fn_name", "func_name"),
    "prefix": ("test_setup_code", "test_imports"),
    "constraints": ("constraints", "instruction_id_list"),
    "arguments": ("kwargs",),
    "tool_calls": ("tool_calls",),
    "expected_calls": ("expected_calls", "expected_tool_calls"),
    "accepted_calls": ("accepted_calls",),
    "tools": ("tools", "tool_definitions"),
    "response_schema": ("response_schema", "json_schema"),
    "profile": ("profile", "user_profile", "persona"),
    "id": (
        "id", "idx", "index", "uuid", "key", "task_id", "question_id", "item_id", "pair_id", "prompt_id", "problem_id",
        "sample_id", "example_id", "unique_id", "custom_id", "uid", "extra_info.index",
    ),
    "group": ("group", "group_id", "group_index", "uid"),
    "metadata": ("metadata",),
}  # fmt: skip
"""Columns by the field that they fill. `prefix` and `arguments` go with tests and constraints."""


def lookup(row: Mapping[str, Any], path: str) -> tuple[bool, Any]:
    """Return whether a row has a path, and the value there.

    A path is a column, or names joined by dots into objects; a number picks an item of a list, and a name goes into
    every item: `samples.0.text`, `samples.text`. A column whose own name has dots comes first.
    """
    if path in row:
        return True, row[path]
    head, _, rest = path.partition(".")
    while head not in row and rest:
        more, _, rest = rest.partition(".")
        head = f"{head}.{more}"
    if head not in row:
        return False, None
    value: Any = row[head]
    for name in rest.split(".") if rest else ():
        if isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, list) and value and all(isinstance(item, Mapping) and name in item for item in value):
            value = [item[name] for item in value]
        elif isinstance(value, Mapping) and name in value:
            value = value[name]
        else:
            return False, None
    return True, value


class Columns:
    """The columns of an example row, found by their usual names."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.row = row
        self._spelled = {_plain(name): name for name in reversed(list(row))}

    def find(self, usual: str) -> str:
        """Return the path as the data spells it when the row has the usual name with a value there; else ""."""
        head, dot, rest = usual.partition(".")
        path = self._spelled.get(head, "") + dot + rest
        return path if path and lookup(self.row, path)[1] is not None else ""

    def value(self, path: str) -> Any:
        """Return the value at a path; None when there is none."""
        return lookup(self.row, path)[1]

    def responses(self) -> list[str]:
        """Return the columns that may be the response: of the first tier that occurs, a pair as `one,other`."""
        for tier in RESPONSES:
            found = [path for usual in tier if (path := self.find(usual)) and not isinstance(self.value(path), bool)]
            if tier is RESPONSES[0]:
                found += [f"{one},{other}" for a, b in PAIRS if (one := self.find(a)) and (other := self.find(b))][:1]
            if found:
                return found
        return []


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")
