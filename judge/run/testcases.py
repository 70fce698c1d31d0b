"""Turn the values that data sets hold into tests: code, asserts, calls of a function, input and output.

| data set | value |
|---|---|
| MBPP, KodCode, AceCode, open-instruct | Python code, or a list of asserts |
| APPS, TACO, PRIME, verl | `{"inputs": [...], "outputs": [...]}`, with `fn_name` where a function is called |
| LiveCodeBench | `[{"input", "output", "testtype"}]`, `functional` ones with one JSON value a line |
| others | `[{"input", "output"}]`, `{"functional": code}`, `{"assert_case": [...]}` |

Any of these may be JSON in a text. Every function raises DataError with a phrase that completes "the tests ...".
"""

import base64
import binascii
import pickletools
import zlib
from collections.abc import Mapping
from typing import Any

from judge.errors import DataError
from judge.run.content import kind, lines, loads
from judge.types import Call, Case, Tests

_UNPACKED = 256 << 20
"""Bytes that packed tests may have."""


def tests(value: Any, entry_point: str = "", prefix: str = "") -> Tests:
    """Return tests from a value in any of the usual spellings."""
    value = _read(value)
    if isinstance(value, Mapping) and ("code" in value or "cases" in value or "calls" in value):
        own = Tests.model_validate(value)
        update = {"prefix": own.prefix or prefix, "entry_point": own.entry_point or entry_point}
        return own.model_copy(update=update)
    if isinstance(value, Mapping) and not {"inputs", "outputs"} <= value.keys():
        entry_point = str(value.get("fn_name") or entry_point)
        value = value.get("functional") or value.get("assert_case") or value
    if isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        code = lines(value)
        if entry_point and "def check(" in code and f"check({entry_point})" not in code:
            code += f"\n\ncheck({entry_point})\n"
        return Tests(code=code, prefix=prefix, entry_point=entry_point)
    if isinstance(value, Mapping) and {"inputs", "outputs"} <= value.keys():
        return _pairs(value, entry_point, prefix)
    return _listed(value, entry_point, prefix)


def are_tests(value: Any) -> bool:
    """Return whether a value that may be a right answer is tests instead."""
    if isinstance(value, str) and value.lstrip()[:1] not in ("{", "["):
        return False
    value = _read(value)
    if isinstance(value, Mapping):
        return {"inputs", "outputs"} <= value.keys() or "assert_case" in value
    if not isinstance(value, list) or not value:
        return False
    asserts = all(isinstance(item, str) and item.lstrip().startswith("assert ") for item in value)
    return asserts or all(isinstance(item, Mapping) and {"input", "output"} <= item.keys() for item in value)


def named_function(metadata: Any) -> str:
    """Return the function that a LiveCodeBench row names in its metadata; "" when there is none."""
    found = loads(metadata) if isinstance(metadata, str) else metadata
    name = found.get("func_name") if isinstance(found, Mapping) else None
    return name if isinstance(name, str) else ""


def joined(one: Tests, other: Tests) -> Tests:
    """Return the tests of both."""
    return one.model_copy(update={"cases": one.cases + other.cases, "calls": one.calls + other.calls})


def unpacked(value: Any) -> Any:
    """Return hidden tests of LiveCodeBench: JSON, or a pickled text of JSON, whose text is read and never unpickled."""
    if not isinstance(value, str) or loads(value) is not None:
        return value
    try:
        packed = zlib.decompressobj()
        data = packed.decompress(base64.b64decode(value, validate=True), _UNPACKED)
        texts = [found for _, found, _ in pickletools.genops(data) if isinstance(found, str)]
    except (binascii.Error, zlib.error, ValueError, IndexError) as error:
        raise DataError(f"of private_test_cases cannot be read ({error}); give them as JSON") from None
    if packed.unconsumed_tail or len(texts) != 1:
        raise DataError("of private_test_cases are no packed JSON; give them as JSON")
    return texts[0]


def _read(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        inner = loads(value)
        return value if inner is None else inner
    return value


def _pairs(value: Mapping[str, Any], entry_point: str, prefix: str) -> Tests:
    """Read inputs and outputs side by side."""
    inputs, outputs = value["inputs"], value["outputs"]
    if not isinstance(inputs, list) or not isinstance(outputs, list) or len(inputs) != len(outputs):
        raise DataError("have inputs and outputs that are no two lists of one length")
    pairs = list(zip(inputs, outputs, strict=True))
    if name := value.get("fn_name"):
        calls = tuple(_call(given, out) for given, out in pairs)
        return Tests(prefix=prefix, calls=calls, entry_point=str(name))
    cases = tuple(Case(stdin=lines(given), stdout=lines(out)) for given, out in pairs)
    return Tests(prefix=prefix, cases=cases, entry_point=entry_point)


def _call(given: Any, out: Any) -> Call:
    """Read one call: its arguments, and its result, which stands in a list of one in many rows."""
    if isinstance(given, str):
        return _functional({"input": given, "output": out})
    also = (out[0],) if isinstance(out, list) and len(out) == 1 else ()
    return Call(args=tuple(given) if isinstance(given, list) else (given,), expect=out, also=also)


def _listed(value: Any, entry_point: str, prefix: str) -> Tests:
    if not isinstance(value, list) or not all(isinstance(item, Mapping) and "output" in item for item in value):
        raise DataError(f"is {kind(value)}; give Python code, a list of asserts, or input/output pairs")
    calls = [item for item in value if item.get("testtype") == "functional" or item.get("fn_name")]
    cases = [item for item in value if item not in calls]
    if calls and not (entry_point or all(item.get("fn_name") for item in calls)):
        raise DataError("call a function that has no name; give it in a column entry_point")
    return Tests(
        prefix=prefix,
        entry_point=entry_point,
        calls=tuple(_functional(item) for item in calls),
        cases=tuple(Case(stdin=lines(item.get("input", "")), stdout=lines(item["output"])) for item in cases),
    )


def _functional(item: Mapping[str, Any]) -> Call:
    """Read a call whose arguments stand one on each line, as JSON."""
    given = item.get("input", "")
    args = [_value(line) for line in given.split("\n") if line.strip()] if isinstance(given, str) else given
    name = str(item.get("fn_name") or "")
    return Call(
        args=tuple(args) if isinstance(args, list) else (args,), expect=_value(item["output"]), entry_point=name
    )


def _value(value: Any) -> Any:
    """Return the JSON value in a text; a text that is none stays one."""
    if not isinstance(value, str):
        return value
    read = loads(value)
    return value if read is None and value.strip() != "null" else read
