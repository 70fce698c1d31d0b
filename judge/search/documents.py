"""Files as documents: plain text and Markdown, JSON Lines, CSV and HTML. Other kinds are not read."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from judge.errors import DataError
from judge.search.cleaning import clean
from judge.search.pages import page

KINDS = {
    **dict.fromkeys((".txt", ".text", ".md", ".markdown", ".rst"), "text"),
    **dict.fromkeys((".jsonl", ".ndjson"), "jsonl"),
    **dict.fromkeys((".csv", ".tsv"), "csv"),
    **dict.fromkeys((".html", ".htm", ".xhtml"), "html"),
}
"""What a file's suffix says about it."""
FIELDS = ("text", "title", "url", "date")
"""What a row's fields may stand for."""
_LONGEST_FIELD = 2**31 - 1
_HEADING = re.compile(r"^#{1,6}[ \t]+(\S.{0,200})|^(\S.{0,200})\n=+[ \t]*$", re.MULTILINE)
CHUNK = 1_000
"""Most characters of a passage."""
_SENTENCE = re.compile(r"[.!?][\"')\]]*\s|[。！？]")


@dataclass(frozen=True, slots=True)
class Document:
    """One document: a file, or a row of one."""

    text: str
    title: str
    source: str
    """An address, or the file's path with the row's number."""
    date: str = ""


def read(path: Path, source: str, fields: Mapping[str, str]) -> Iterator[Document]:
    """Yield the documents in a file; `fields` names the columns of rows, by what they stand for.

    Raises:
        DataError: the file cannot be read, a line is no JSON object, or a row lacks its text.
    """
    kind = KINDS[path.suffix.lower()]
    try:
        if kind in ("jsonl", "csv"):
            for number, row in _objects(path) if kind == "jsonl" else _rows(path):
                yield _from_row(row, f"{source}:{number}", fields)
            return
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise DataError(f"{source!r} cannot be read: {error.strerror}; look at its permissions") from error
    if kind == "html":
        found = page(text)
        yield Document(found.text, found.title or path.stem, source, found.date)
        return
    heading = _HEADING.search(text, 0, 2_000) if path.suffix.lower() in (".md", ".markdown", ".rst") else None
    yield Document(clean(text), clean((heading[1] or heading[2]) if heading else path.stem), source)


def passages(text: str) -> Iterator[str]:
    """Yield the text in passages of at most CHUNK characters, cut between paragraphs, sentences or words."""
    start = 0
    while start < len(text):
        end = start + CHUNK
        if end < len(text):
            end = _cut(text, start, end)
        if passage := text[start:end].strip():
            yield passage
        start = end


def _cut(text: str, start: int, end: int) -> int:
    """Return the best place to cut in the second half of a passage."""
    half = start + CHUNK // 2
    if (place := text.rfind("\n\n", half, end)) >= 0:
        return place
    if sentences := list(_SENTENCE.finditer(text, half, end)):
        return sentences[-1].end()
    blank = max(text.rfind(" ", half, end), text.rfind("\n", half, end))
    return blank if blank >= 0 else end


def _objects(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise DataError(f"line {number} of {str(path)!r} is no JSON: {error}") from error
            if not isinstance(row, dict):
                raise DataError(f"line {number} of {str(path)!r} is no JSON object but {type(row).__name__}")
            yield number, row


def _rows(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    csv.field_size_limit(_LONGEST_FIELD)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        try:
            rows = csv.DictReader(lines, delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
            yield from enumerate(({str(key): value for key, value in row.items()} for row in rows), 1)
        except csv.Error as error:
            raise DataError(f"{str(path)!r} is no CSV: {error}; write it again") from error


def _from_row(row: Mapping[str, object], source: str, fields: Mapping[str, str]) -> Document:
    found = {name: row.get(fields.get(name, name)) for name in FIELDS}
    if not isinstance(found["text"], str):
        raise DataError(
            f"{source!r} has no text in the field {fields.get('text', 'text')!r}; say which with --fields text=NAME "
            f"(it has {', '.join(map(repr, list(row)[:12]))})"
        )
    title, url, date = (clean(str(found[name])) if found[name] is not None else "" for name in FIELDS[1:])
    return Document(clean(found["text"]), title, url or source, date)
