import base64
import json
import pickle
import zlib
from pathlib import Path
from typing import Any

import pytest

from judge.errors import DataError
from judge.run.fields import FieldMap
from judge.run.infer import overrides
from judge.types import Response, Sample

USER = {"role": "user", "content": "What is 6 x 7?"}
SAID = {"role": "assistant", "content": "It is 42."}
OWN = Sample(prompt="Q", responses=(Response(text="a"), Response(text="b")), references=("R",))


def sample(row: dict[str, Any], **told: str) -> Sample:
    return FieldMap.infer(row, told).sample(row, 7)


def texts(made: Sample) -> tuple[str, ...]:
    return tuple(response.text for response in made.responses)


# One row in the shape of each kind of data set, and (question, responses, references) as they must be read.
SHAPES: dict[str, tuple[dict[str, Any], str, tuple[str, ...], tuple[str, ...]]] = {
    "plain": ({"question": "Q", "model_output": "A", "gold": 18}, "Q", ("A",), ("18",)),
    "spelled as in a spreadsheet": ({"Question": "Q", "Best Answer": "R", "Model Response": "A"}, "Q", ("A",), ("R",)),
    "alpaca": ({"instruction": "Translate.", "input": "Haus", "output": "house"},
               "Translate.\n\nHaus", ("house",), ()),
    "alpaca without input": ({"instruction": "Sing.", "input": "", "output": "la"}, "Sing.", ("la",), ()),
    "trl standard": ({"prompt": "Q", "completion": "A", "solution": "R"}, "Q", ("A",), ("R",)),
    "trl conversational": ({"prompt": [USER], "completion": [SAID], "ground_truth": "42"},
                           "What is 6 x 7?", ("It is 42.",), ("42",)),
    "trl unpaired": ({"prompt": "Q", "completion": "A", "label": True}, "Q", ("A",), ()),
    "classes in a table": ({"prompt": "Q", "completion": "A", "label": "1"}, "Q", ("A",), ()),
    "trl several": ({"prompt": [USER], "completions": [[SAID], [SAID]]},
                    "What is 6 x 7?", ("It is 42.", "It is 42."), ()),
    "preference": ({"prompt": "Q", "chosen": "good", "rejected": "bad", "label": "A>B"}, "Q", ("good", "bad"), ()),
    "preference chats": ({"chosen": [USER, SAID], "rejected": [USER, {"role": "assistant", "content": "41"}]},
                         "What is 6 x 7?", ("It is 42.", "41"), ()),
    "preference chats that are equal": ({"chosen": [USER, SAID], "rejected": [USER, SAID]},
                                        "What is 6 x 7?", ("It is 42.", "It is 42."), ()),
    "pairs": ({"question": "Q", "response_A": "a", "response_B": "b", "label": "B>A"}, "Q", ("a", "b"), ()),
    "verl": ({"data_source": "math", "prompt": [USER], "reward_model": {"style": "rule", "ground_truth": "42"},
              "extra_info": {"index": 5}, "solution_str": "It is 42."},
             "What is 6 x 7?", ("It is 42.",), ("42",)),
    "verl generations": ({"prompt": [USER], "reward_model": {"ground_truth": "42"}, "responses": ["a", "b"]},
                         "What is 6 x 7?", ("a", "b"), ("42",)),
    "skyrl": ({"prompt": [USER], "env_class": "e", "reward_spec": {"ground_truth": "42"}, "output": "A"},
              "What is 6 x 7?", ("A",), ("42",)),
    "openrlhf": ({"input": "Q", "label": "42", "output": "A"}, "Q", ("A",), ("42",)),
    "slime": ({"query": "Q", "label": "42", "response": "A"}, "Q", ("A",), ("42",)),
    "open-instruct": ({"messages": [USER], "ground_truth": '["42", "forty-two"]', "dataset": "math", "response": "A"},
                      "What is 6 x 7?", ("A",), ("42", "forty-two")),
    "open-instruct with the gold turn": ({"messages": [USER, SAID], "ground_truth": ["42"], "dataset": ["math"],
                                          "response": "A"}, "What is 6 x 7?", ("A",), ("42",)),
    "nemo-gym": ({"responses_create_params": {"input": [USER]}, "expected_answer": "42",
                  "response": {"output": [
                      {"type": "reasoning", "summary": []},
                      {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "42."}]},
                  ]}}, "What is 6 x 7?", ("42.",), ("42",)),
    "chat completion": ({"prompt": "Q", "response": {"choices": [{"message": SAID}, {"message": SAID}]}},
                        "Q", ("It is 42.", "It is 42."), ()),
    "conversation": ({"messages": [USER, SAID], "answer": "42"}, "What is 6 x 7?", ("It is 42.",), ("42",)),
    "other spelling of turns": ({"conversations": [{"from": "human", "value": "Q"}, {"from": "gpt", "value": "A"}]},
                                "Q", ("A",), ()),
    "samples with more to them": ({"problem": "Q", "answer": "42", "samples": [{"response": "a"}, {"response": "b"}]},
                                  "Q", ("a", "b"), ("42",)),
    "sample json": (OWN.model_dump(mode="json"), "Q", ("a", "b"), ("R",)),
    "answer is the response": ({"question": "Q", "answer": "A"}, "Q", ("A",), ()),
    "answer is the response beside a reference": ({"question": "Q", "answer": "A", "ground_truth": "R"},
                                                  "Q", ("A",), ("R",)),
    "answer is the reference": ({"question": "Q", "answer": "R", "solution": "S", "response": "A"},
                                "Q", ("A",), ("R",)),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_usual_data_sets_are_read_without_being_told(name: str) -> None:
    row, question, responses, references = SHAPES[name]
    made = sample(row)
    assert (made.question, texts(made), made.references) == (question, responses, references)


def test_a_number_becomes_exact_text_but_a_list_of_numbers_stays_one_answer() -> None:
    assert sample({"prompt": "Q", "response": 18.0, "reference": 18}).references == ("18",)
    assert sample({"prompt": "Q", "response": 18.5, "reference": 0.1}).references == ("0.1",)
    assert texts(sample({"prompt": "Q", "response": 18.0})) == ("18",)
    row = {"messages": [USER], "dataset": "math", "ground_truth": "[1, 2]", "response": "A"}
    assert sample(row).references == ("[1, 2]",)
    assert sample({"prompt": "Q", "response": "A", "ground_truth": '["a", "b"]'}).references == ('["a", "b"]',)
    assert sample({"prompt": "Q", "response": "A", "reference": True}).references == ("true",)


def test_ids_groups_and_what_is_left_over() -> None:
    row = {"prompt": "Q", "response": "A", "idx": 3, "uid": "g1", "data_source": "x", "extra_info": {"a": [1]}}
    made = sample(row)
    assert (made.id, made.group) == ("3", "g1")
    assert made.metadata == {"data_source": "x", "extra_info": {"a": [1]}}
    assert (sample({"prompt": "Q", "response": "A", "uid": "u"}).id, made.profile) == ("u", "")
    assert (sample({"prompt": "Q", "response": "A"}).id, sample({"prompt": "Q", "response": "A"}).group) == ("7", "")


def test_constraints_with_their_arguments() -> None:
    row = {"key": 1000, "prompt": "Q", "response": "A", "instruction_id_list": ["a:b", "c:d"],
           "kwargs": [{"n": None, "words": 300}, None]}  # fmt: skip
    made = sample(row)
    assert [(c.id, c.args) for c in made.constraints] == [("a:b", {"words": 300}), ("c:d", {})]
    assert made.id == "1000"
    told = {"prompt": "Q", "response": "A", "ground_truth": '[{"instruction_id": ["a:b"], "kwargs": [{"n": 1}]}]'}
    made = sample(told, constraints="ground_truth", reference="")
    assert [(c.id, c.args) for c in made.constraints] == [("a:b", {"n": 1})] and made.references == ()
    with pytest.raises(DataError, match="names 2 constraints"):
        sample({**row, "kwargs": [{}]})
    texts_of_both = {"instruction_id_list": '["a:b", "c:d"]', "kwargs": "[{'n': None, 'words': 300}, None]"}
    made = sample({**row, **texts_of_both}, constraints="instruction_id_list")
    assert [(c.id, c.args) for c in made.constraints] == [("a:b", {"words": 300}), ("c:d", {})]
    made = sample({**row, "kwargs": ['{"n": 1}', "{}"]})
    assert [c.args for c in made.constraints] == [{"n": 1}, {}]


STATED = {"instruction_id": ["a:b", "c:d"], "kwargs": [None, {"n": 3, "m": None}]}


@pytest.mark.parametrize(
    ("truth", "references"),
    [
        ([STATED], ()),
        (STATED, ()),
        (json.dumps([STATED]), ()),
        (json.dumps(STATED), ()),
        (str([STATED]), ()),  # as Python writes it, with None and single quotes
        ([str([STATED])], ()),
        (json.dumps([json.dumps(STATED)]), ()),
        ([str([STATED]), "42"], ("42",)),  # one for each verifier of the row
        ([{"instruction_id": ["a:b"], "kwargs": [None]}, {"instruction_id": "c:d", "kwargs": [{"n": 3}]}], ()),
    ],
)
def test_constraints_in_the_place_of_a_reference(truth: Any, references: tuple[str, ...]) -> None:
    for row in ({"ground_truth": truth, "dataset": "ifeval"}, {"ground_truth": truth}, {"label": truth}):
        if "label" in row and not isinstance(truth, str):
            continue
        made = sample({"messages": [USER], "response": "A", **row})
        assert [(c.id, c.args) for c in made.constraints] == [("a:b", {}), ("c:d", {"n": 3})]
        assert made.references == references


def test_each_row_of_a_mixture_says_what_its_ground_truth_is() -> None:
    rows = [
        {"messages": [USER], "ground_truth": truth, "dataset": name, "response": "A"}
        for name, truth in (("math", "42"), ("ifeval", str([STATED])), ("math", '["42", "43"]'))
    ]
    fields = FieldMap.infer(rows[0])
    made = [fields.sample(row, number) for number, row in enumerate(rows)]
    assert [one.references for one in made] == [("42",), (), ("42", "43")]
    assert [len(one.constraints) for one in made] == [0, 2, 0]


@pytest.mark.parametrize(
    "truth",
    ["the field instruction_id is a list", "[{'instruction_id': open('x')}]", "[" * 5_000 + "instruction_id",
     "{'instruction_id'", "[instruction_id]", '{"id": "instruction_id"}'],
)  # fmt: skip
def test_a_reference_that_speaks_of_constraints_stays_one(truth: str) -> None:
    made = sample({"prompt": "Q", "response": "A", "ground_truth": truth})
    assert (made.references, made.constraints) == ((truth,), ())


def test_own_constraints_come_before_those_in_a_reference() -> None:
    row = {"prompt": "Q", "response": "A", "ground_truth": [STATED], "constraints": [{"id": "e:f", "args": {}}]}
    assert [c.id for c in sample(row).constraints] == ["e:f"]
    broken = {"prompt": "Q", "response": "A", "ground_truth": [{**STATED, "kwargs": [None]}]}
    with pytest.raises(DataError, match=r"the reference \(column 'ground_truth'\) names 2 constraints"):
        sample(broken)


def test_tests_in_their_usual_spellings() -> None:
    head = 'def add(a, b):\n    """Add."""\n'
    check = "def check(candidate):\n    assert candidate(1, 2) == 3"
    made = sample({"prompt": head, "completion": "    return a + b", "test": check, "entry_point": "add"}).tests
    assert made and made.prefix == head and made.code == f"{check}\n\ncheck(add)\n"
    code = {"prompt": "Add two numbers.", "response": "..."}
    made = sample({**code, "test_list": ["assert add(1, 2) == 3", "assert add(0, 0) == 0"],
                   "test_setup_code": "import math"}).tests  # fmt: skip
    assert made and made.code == "assert add(1, 2) == 3\nassert add(0, 0) == 0" and made.prefix == "import math"
    pairs = json.dumps({"inputs": ["1 2\n", ["3", "4"]], "outputs": ["3\n", "7"]})
    made = sample({**code, "input_output": pairs}).tests
    assert made and [(case.stdin, case.stdout) for case in made.cases] == [("1 2\n", "3\n"), ("3\n4", "7")]
    made = sample({**code, "public_test_cases": [{"input": "1", "output": "2", "testtype": "stdin"}]}).tests
    assert made and [(case.stdin, case.stdout) for case in made.cases] == [("1", "2")]
    made = sample({**code, "tests": {"code": "assert True", "timeout_s": 2}}).tests
    assert made and (made.code, made.timeout_s) == ("assert True", 2)


def test_tests_that_call_a_function() -> None:
    code = {"prompt": "Add two numbers.", "response": "..."}
    apps = json.dumps({"inputs": [[1, 2], ["a", "b"]], "outputs": [[3], "ab"], "fn_name": "add"})
    made = sample({**code, "input_output": apps}).tests
    assert made and made.entry_point == "add" and not made.cases
    assert [(call.args, call.expect, call.also) for call in made.calls] == [((1, 2), [3], (3,)), (("a", "b"), "ab", ())]
    live = json.dumps([{"input": "[1, 2]\n3", "output": "6", "testtype": "functional"}])
    metadata = json.dumps({"func_name": "total"})
    made = sample({**code, "public_test_cases": live, "metadata": metadata}).tests
    assert made and made.entry_point == "total"
    assert [(call.args, call.expect) for call in made.calls] == [(([1, 2], 3), 6)]
    with pytest.raises(DataError, match="no name"):
        sample({**code, "public_test_cases": live})


def test_hidden_tests_are_read_and_never_unpickled() -> None:
    row = {"prompt": "Double it.", "response": "...", "public_test_cases": [{"input": "1", "output": "2"}]}
    more = [{"input": "4", "output": "8", "testtype": "stdin"}]
    packed = base64.b64encode(zlib.compress(pickle.dumps(json.dumps(more)))).decode()
    for hidden in (more, json.dumps(more), packed):
        made = sample({**row, "private_test_cases": hidden}).tests
        assert made and [case.stdin for case in made.cases] == ["1", "4"]
    hostile = base64.b64encode(zlib.compress(pickle.dumps(Path))).decode()  # a pickle that imports something
    for hidden in (hostile, "no base64!"):
        with pytest.raises(DataError, match="give them as JSON"):
            sample({**row, "private_test_cases": hidden})


@pytest.mark.parametrize(
    "truth",
    [
        json.dumps({"inputs": ["1\n"], "outputs": ["2\n"]}),
        ["assert double(1) == 2"],
        json.dumps(["assert double(1) == 2", "assert double(2) == 4"]),
        json.dumps([{"input": "1", "output": "2"}]),
    ],
)
def test_a_ground_truth_may_be_tests(truth: Any) -> None:
    fields = FieldMap.infer({"prompt": "Double it.", "response": "...", "ground_truth": "18"})
    made = fields.sample({"prompt": "Double it.", "response": "...", "ground_truth": truth}, 1)
    assert made.references == () and made.tests is not None
    made = fields.sample({"prompt": "Add them.", "response": "...", "ground_truth": "18"}, 2)
    assert made.references == ("18",) and made.tests is None


def test_tools_and_accepted_calls() -> None:
    definition = {"name": "add", "description": "Adds.", "parameters": {"type": "object"}}
    bfcl = {
        "query": [USER],
        "response": "x",
        "accepted_calls": [{"add": {"a": [1, ""]}}],
        "tools": [{"function": definition}],
    }
    made = sample(bfcl)
    assert made.accepted_calls is not None and made.accepted_calls[0].name == "add"
    assert made.accepted_calls[0].arguments == {"a": (1, "")}
    assert [(tool.name, tool.parameters) for tool in made.tools] == [("add", {"type": "object"})]
    own = sample({**bfcl, "accepted_calls": [{"name": "add", "arguments": {"a": [1]}}], "tools": [definition]})
    assert own.accepted_calls is not None and own.accepted_calls[0].arguments == {"a": (1,)} and len(own.tools) == 1
    assert sample({**bfcl, "accepted_calls": [], "tools": "hammer"}).accepted_calls == ()
    assert sample({"query": [USER], "response": "x"}).accepted_calls is None


def test_tool_calls_made_and_expected() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 1}'}}
    made = sample({"query": [USER], "tool_calls": [call], "expected_calls": [{"name": "add", "arguments": {"a": 1}}]})
    assert [(c.name, c.arguments, c.id) for c in made.responses[0].tool_calls] == [("add", {"a": 1}, "c1")]
    assert made.expected_calls[0].arguments == {"a": 1} and made.responses[0].text == ""
    turns = [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "content": "1"},
        {"role": "assistant", "content": "One.", "tool_calls": None},
    ]
    made = sample({"messages": [USER, *turns]})
    assert texts(made) == ("assistant: \n\ntool: 1\n\nassistant: One.",) and len(made.responses[0].tool_calls) == 1
    broken = {"name": "add", "arguments": "{a: 1"}
    made = sample({"prompt": "Q", "response": {"role": "assistant", "content": "", "tool_calls": [broken]}})
    assert made.responses[0].tool_calls[0].arguments == {"_unparsed": "{a: 1"}


def test_a_system_prompt_and_images_are_part_of_the_prompt() -> None:
    parts = [{"type": "text", "text": "Look:"}, {"type": "image_url", "image_url": {"url": "https://x/y.png"}}]
    made = sample({"system_prompt": "Be brief.", "prompt": [{"role": "user", "content": parts}], "response": "A"})
    assert made.question == "system: Be brief.\n\nuser: Look:\n[image]"
    assert sample({"system": "Be brief.", "prompt": "Q", "response": "A"}).question == "system: Be brief.\n\nuser: Q"


def test_what_is_told_comes_first() -> None:
    row = {"q": "Q", "meta": {"gold": "R"}, "out": [{"text": "a"}, {"text": "b"}], "a.b": "dotted", "response": "no"}
    made = sample(row, prompt="q", reference="meta.gold", response="out.text")
    assert (made.question, texts(made), made.references) == ("Q", ("a", "b"), ("R",))
    assert made.metadata == {"meta": {"gold": "R"}, "out": row["out"], "response": "no"} | {"a.b": "dotted"}
    assert texts(sample(row, prompt="q", response="out.1.text,a.b")) == ("b", "dotted")
    assert sample({"response": "A"}, prompt="").question == ""
    assert sample({"prompt": "Q", "response": "A", "reference": "R"}, reference="").references == ()
    assert texts(sample({"problem": "Q", "solution": "S", "answer": "R"}, reference="answer")) == ("S",)


@pytest.mark.parametrize(("row", "told", "message"), [
    ({"prompt": "Q", "text": "A"}, {},
     "no column is the response; columns are prompt, text; say which with --map response=COLUMN"),
    ({"response": "A"}, {}, "no column is the prompt; columns are response; say which with --map prompt=COLUMN"),
    ({"problem": "Q", "answer": "a", "solution": "s"}, {}, "'answer' and 'solution' may each be the response"),
    ({"prompt": "Q", "response": "a", "completion": "b"}, {}, "'response' and 'completion' may each be the response"),
    ({"prompt": "Q", "response": "a"}, {"reference": "meta.gold"}, "there is no column 'meta.gold'; columns are"),
    ({"messages": [USER], "ground_truth": "42"}, {}, "no column is the response"),
])  # fmt: skip
def test_columns_that_cannot_be_understood_are_refused(row: dict[str, Any], told: dict[str, str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        FieldMap.infer(row, told)


@pytest.mark.parametrize(("row", "message"), [
    ({"prompt": "Q", "response": None}, r"row 9: the response \(column 'response'\) is null where text is due"),
    ({"prompt": "Q"}, "row 9: there is no response 'response'; the row has prompt; say which it is with --map"),
    ({"prompt": None, "response": "A"}, r"row 9: the prompt \(column 'prompt'\) is null"),
    ({"prompt": "Q", "response": []}, "is an empty list"),
    ({"prompt": "Q", "response": ["a", None]}, "is null where text is due"),
    ({"prompt": [{"content": "x"}], "response": "A"}, "holds an object where a message with a role is due"),
    ({"prompt": [], "response": "A"}, "row 9 is no sample: prompt is an empty list|row 9 is no sample: .*empty list"),
    ({"prompt": "Q", "response": {"choices": [{}]}}, "row 9 is no sample: KeyError"),
])  # fmt: skip
def test_a_row_that_is_no_sample_says_why(row: dict[str, Any], message: str) -> None:
    fields = FieldMap.infer({"prompt": "Q", "response": "A"})
    with pytest.raises(DataError, match=message) as caught:
        fields.sample(row, 9)
    assert "\n" not in str(caught.value)


def test_failed_rows_are_read_as_the_rows_they_were() -> None:
    failed = {"index": 12, "id": "r12", "status": "failed", "failure": {}, "row": {"prompt": "Q", "response": "A"}}
    fields = FieldMap.infer(failed)
    made = fields.sample(failed, 0)
    assert (made.id, made.question, texts(made)) == ("r12", "Q", ("A",))
    with pytest.raises(DataError, match="no original row"):
        fields.sample({**failed, "row": None}, 0)
    assert fields.name({**failed, "row": None}, 0) == "r12"


def test_a_map_is_a_value() -> None:
    fields = FieldMap.infer({"question": "Q", "response": "A"}, {})
    assert pickle.loads(pickle.dumps(fields)) == fields
    assert fields.hash != FieldMap.infer({"problem": "Q", "response": "A"}).hash
    assert str(fields) == "prompt = question; response = response"


@pytest.mark.parametrize(("pairs", "message"), [
    (["prompt"], "is not FIELD=COLUMN"),
    (["promt=q"], "there is no field 'promt'"),
    (["prompt=q", "prompt=p"], "gives 'prompt' twice"),
])  # fmt: skip
def test_settings_that_are_no_map_are_refused(pairs: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        overrides(pairs)


def test_settings_are_read() -> None:
    told = overrides(["prompt = question", "response=a,b", "reference="])
    assert told == {"prompt": "question", "response": "a,b", "reference": ""}
