"""Read the rows of a labelled data set. What the rows mean is known to the evals."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from judge.errors import DataError


def read_rows(data: Path, name: str) -> list[dict[str, Any]]:
    """Return the objects in a JSON Lines file: `data` itself when it is a file, else the file `name` in that folder.

    Raises:
        DataError: there is no such file, or a line is no JSON object.
    """
    path = data if data.is_file() else data / name
    if not path.is_file():
        raise DataError(f"there is no file {name!r} in {str(data)!r}; give the folder that holds it")
    return [row for _, row in numbered_rows(path)]


def numbered_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each object of a JSON Lines file with the number of its line, from 1; raise DataError as `read_rows`."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, _row(line, number, path)


def _row(line: str, number: int, path: Path) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise DataError(f"line {number} of {str(path)!r} is no JSON: {error}") from error
    if not isinstance(row, dict):
        raise DataError(f"line {number} of {str(path)!r} is no JSON object but {type(row).__name__}")
    return row
