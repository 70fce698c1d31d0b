"""Find out which column fills which field, by the names and rules of `judge.run.conventions`."""

from collections.abc import Iterable, Mapping
from typing import Any

from judge.errors import DataError
from judge.run.conventions import NAMES, Columns, lookup

MAPPABLE = (*NAMES, "response", "context")
"""The fields that a person may map."""
SHAPES: dict[str, type | tuple[type, ...]] = {
    "system": str, "tests": (str, list, dict), "entry_point": str, "prefix": (str, list), "constraints": list,
    "arguments": (list, str), "tool_calls": list, "expected_calls": list, "profile": str, "id": (str, int),
    "group": (str, int), "metadata": dict,
}  # fmt: skip
"""What a column must hold to be taken for the field; other fields take anything."""
_CLASSES = ("0", "1", "true", "false")


def overrides(pairs: Iterable[str]) -> dict[str, str]:
    """Read `FIELD=PATH` settings such as `reference=meta.gold`.

    Raises:
        DataError: a setting has no `=`, names no field, or names one twice.
    """
    told: dict[str, str] = {}
    for pair in pairs:
        field, equals, path = (piece.strip() for piece in pair.partition("="))
        if not equals:
            raise DataError(f"--map {pair!r} is not FIELD=COLUMN; write for example --map prompt=question")
        if field not in MAPPABLE:
            raise DataError(f"--map {pair!r}: there is no field {field!r}; fields are {', '.join(MAPPABLE)}")
        if field in told:
            raise DataError(f"--map gives {field!r} twice; give it once (several responses: response=one,other)")
        told[field] = path
    return told


def infer(row: Mapping[str, Any], told: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of a FieldMap for data that looks like `row`; what was told comes before every convention.

    Raises:
        DataError: a told path does not exist, prompt or response is missing, or two columns may be the response.
    """
    _exist(row, told)
    columns = Columns(row)
    used = {path for paths in told.values() for path in _paths(paths)}
    prompt = told["prompt"] if "prompt" in told else _first(columns, "prompt", used)
    spoken = _ends_in_answer(columns.value(prompt)) if prompt else False
    response = _paths(told["response"]) if "response" in told else _response(columns, used, spoken)
    used |= {*response, prompt}
    rest = [field for field in NAMES if field not in told and field != "prompt"]
    found = {field: _first(columns, field, used, several=len(response) > 1) for field in rest}
    if found.get("group") == found.get("id"):  # uid, with nothing else that could be the id
        found["group"] = ""
    if "context" not in told and prompt.lower() == "instruction" and (under := columns.find("input")) not in response:
        found["context"] = under
    _require(columns, told, prompt, response, spoken or bool({**found, **told}["tool_calls"]))
    listed = found.get("reference", "").lower() == "ground_truth" and bool(columns.find("dataset"))
    return {**found, **told, "prompt": prompt, "response": response, "listed": listed}


def _exist(row: Mapping[str, Any], told: Mapping[str, str]) -> None:
    for field, paths in told.items():
        for path in _paths(paths):
            if not lookup(row, path)[0]:
                raise DataError(f"--map {field}={paths}: there is no column {path!r}; columns are {', '.join(row)}")


def _response(columns: Columns, used: set[str], spoken: bool) -> tuple[str, ...]:
    options = [path for path in columns.responses() if not used & {*_paths(path)}]
    if spoken and all(path.lower() in ("answer", "solution") for path in options):
        return ()
    if len(options) > 1:
        names = " and ".join(map(repr, options))
        raise DataError(f"{names} may each be the response; say which is with --map response={options[0]}")
    return _paths(options[0]) if options else ()


def _first(columns: Columns, field: str, used: set[str], *, several: bool = False) -> str:
    """Return the first usual column of a field that is free and holds what the field needs; "" when there is none."""
    for usual in NAMES[field]:
        path = columns.find(usual)
        if path and path not in used and _fits(field, usual, columns.value(path), several):
            return path
    return ""


def _fits(field: str, usual: str, value: Any, several: bool) -> bool:
    if usual == "label":
        return isinstance(value, str) and value.lower() not in _CLASSES and not several
    if usual == "constraints":
        return isinstance(value, list) and all(isinstance(item, Mapping) and "id" in item for item in value)
    return isinstance(value, SHAPES.get(field, object))


def _require(columns: Columns, told: Mapping[str, str], prompt: str, response: tuple[str, ...], spoken: bool) -> None:
    chats = len(response) > 1 and all(isinstance(columns.value(path), list) for path in response)
    missing = (
        "prompt" if not prompt and "prompt" not in told and not chats else "" if response or spoken else "response"
    )
    if missing:
        named, none = ", ".join(columns.row), " (--map prompt= if there is none)" if missing == "prompt" else ""
        raise DataError(f"no column is the {missing}; columns are {named}; say which with --map {missing}=COLUMN{none}")


def _paths(paths: str) -> tuple[str, ...]:
    return tuple(path.strip() for path in paths.split(",") if path.strip())


def _ends_in_answer(value: Any) -> bool:
    last = value[-1] if isinstance(value, list) and len(value) > 1 else None
    return isinstance(last, Mapping) and (last.get("role") or last.get("from")) in ("assistant", "gpt")
