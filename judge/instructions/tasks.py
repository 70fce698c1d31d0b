"""Instructions of IFBench that are whole tasks with one right form: lists, tables, dates, reversed sentences."""

import csv
import io
import re
import string
from datetime import date
from itertools import pairwise

from judge.instructions.finding import Finding, exactly, found, quote
from judge.instructions.lists import AFRICA, CAPITALS
from judge.instructions.text import sentences, to_ascii, tokens

_MULTIPLES = [14, 21, 28, 35, 42, 49]
_QUESTION = re.compile(r"^[*# \t]*Question(?:[ \t]*\d{1,3})?[* \t]*[.):;|]?", re.MULTILINE)
_OPTION = re.compile(r"[*\s]*\(?[A-Ea-e][.)|]\s*\w")
_FENCE = re.compile(r"\A\s*```[A-Za-z]*[ \t]*\n(.*)\n```\s*\Z", re.DOTALL)
_LIST_NUMBER = re.compile(r"^[\d\W_]+")
_NAPOLEON = (date(1769, 8, 15), date(1821, 5, 5))


def multiples(text: str) -> Finding:
    """The multiples of 7 from 14 to 49, in order, and no other number."""
    given = re.findall(r"\d+", text)
    return found(given == list(map(str, _MULTIPLES)), f"the numbers are {quote(' '.join(given))}", len(given))


def mcq_count_length(text: str) -> Finding:
    """Four questions, each headed `Question`, with five options, each longer than the one before; nothing else."""
    heads = list(_QUESTION.finditer(text))
    if not heads or text[: heads[0].start()].strip():
        return found(False, f"it starts with {quote(text)} and not with a question", len(heads))
    if len(heads) != 4:
        return exactly(len(heads), 4, "questions")
    ends = [*(head.start() for head in heads[1:]), len(text)]
    lengths = []
    for number, (head, end) in enumerate(zip(heads, ends, strict=True), 1):
        lines = [line.strip() for line in text[head.end() : end].splitlines() if line.strip()]
        first = next((place for place, line in enumerate(lines) if _OPTION.match(line)), len(lines))
        options = sum(_OPTION.match(line) is not None for line in lines)
        if options != 5:
            return found(False, f"question {number} has {options} options", number)
        lengths.append(len(" ".join(lines[:first])))
    growing = all(before < after for before, after in pairwise(lengths))
    return found(growing, f"the questions have {', '.join(map(str, lengths))} characters", 4)


def reverse_newline(text: str) -> Finding:
    """The countries of Africa from Z to A, one a line: 52 at least, in order, and no other line among them."""
    names = [name for line in text.splitlines() if (name := _country(line))]
    start = next((place for place, name in enumerate(names) if name == "zimbabwe"), None)
    if start is None:
        return found(False, "Zimbabwe does not occur on a line of its own")
    listed = names[start:]
    strange = next((name for name in listed if name not in AFRICA), None)
    if strange is not None:
        return found(False, f"{quote(strange)} is no country of Africa", len(listed))
    wrong = next((after for before, after in pairwise(listed) if after > before), None)
    if wrong is not None:
        return found(False, f"{quote(wrong)} is out of order", len(listed))
    return found(len(set(listed)) >= 52, f"{len(set(listed))} countries, at least 52 asked for", len(set(listed)))


def _country(line: str) -> str:
    plain = _LIST_NUMBER.sub("", to_ascii(line)).lower()
    plain = re.sub(r"\([^()]*\)", " ", plain).replace("-", " ").replace("'", "").replace("&", "and")
    return " ".join(re.sub(r"[^a-z ]", " ", plain).split())


def word_reverse(text: str) -> Finding:
    """One sentence about the bald eagle, its words from last to first; whether it is English is not told."""
    backwards = " ".join(reversed([word.casefold() for word in tokens(text)]))
    there = re.search(r"\bbald eagle\b", backwards) is not None
    return found(there, f"read backwards it {'names' if there else 'does not name'} the bald eagle: {quote(backwards)}")


def character_reverse(text: str) -> Finding:
    """A sentence about the bald eagle, its letters from last to first."""
    plain = text.casefold()
    return found("elgae dlab" in plain and "bald eagle" not in plain, f"the text is {quote(text)}")


def sentence_alphabet(text: str) -> Finding:
    """26 sentences whose first letters are the alphabet."""
    parts = sentences(text)
    if len(parts) != 26:
        return exactly(len(parts), 26, "sentences")
    for letter, part in zip(string.ascii_lowercase, parts, strict=True):
        first = tokens(part)[0]
        if first[0].lower() != letter:
            return found(False, f"a sentence starts with {quote(first)} and not with {letter}")
    return found(True, "26 sentences in the order of the alphabet", 26)


def european_capitals_sort(text: str) -> Finding:
    """The 28 capitals of Europe north of 45 degrees, from north to south, parted by commas, and nothing else."""
    given = [name.strip(string.whitespace + ".").lower() for name in to_ascii(text).split(",") if name.strip()]
    given = ["kyiv" if name == "kiev" else name for name in given]
    wrong = next((place for place, pair in enumerate(zip(given, CAPITALS, strict=False)) if pair[0] != pair[1]), None)
    if wrong is not None:
        return found(False, f"number {wrong + 1} is {quote(given[wrong])}, {CAPITALS[wrong]} comes there", len(given))
    return exactly(len(given), len(CAPITALS), "capitals")


def csv_city(text: str) -> Finding:
    """A table with commas: the header ID, Country, City, Year, Count and 7 rows."""
    return _table(_rows(text, ","), ["ID", "Country", "City", "Year", "Count"], 7)


def csv_special_character(text: str) -> Finding:
    """A table with commas, its header and 14 rows, in which a field with a special character is in quotes."""
    table = _table(_rows(text, ","), ["ProductID", "Category", "Brand", "Price", "Stock"], 14)
    if table.state != "followed":
        return table
    body = _body(text).partition("\n")[2]
    fields = re.findall(r'(?:^|,)[ \t]*"([^"\n]*)"', body, re.MULTILINE)
    special = next((field for field in fields if re.search(r"[^\w\s]", field)), None)
    return found(special is not None, f"{len(fields)} fields in quotes, special: {quote(special or '')}", len(fields))


def csv_quotes(text: str) -> Finding:
    """A table with tabs, its header and 3 rows, every field in double quotes."""
    table = _table(_rows(text, "\t"), ["StudentID", "Subject", "Grade", "Semester", "Score"], 3)
    if table.state != "followed":
        return table
    cells = [cell.strip() for line in _body(text).splitlines() if line.strip() for cell in line.split("\t")]
    bare = next((cell for cell in cells if len(cell) < 2 or cell[0] != '"' or cell[-1] != '"'), None)
    return found(bare is None, "every field is in quotes" if bare is None else f"{quote(bare)} is not in quotes")


def _body(text: str) -> str:
    """Return the text without a Markdown fence around it."""
    fenced = _FENCE.match(text)
    return (fenced[1] if fenced else text).strip()


def _rows(text: str, delimiter: str) -> list[list[str]] | str:
    try:
        reader = csv.reader(io.StringIO(_body(text)), delimiter=delimiter, skipinitialspace=True, strict=True)
        return [[cell.strip() for cell in row] for row in reader if row]
    except csv.Error as error:
        return str(error)


def _table(rows: list[list[str]] | str, header: list[str], wanted: int) -> Finding:
    if isinstance(rows, str):
        return found(False, f"it is no table: {rows}")
    if not rows or rows[0] != header:
        return found(False, f"the header is {quote(str(rows[0]) if rows else '')}")
    uneven = next((number for number, row in enumerate(rows) if len(row) != len(header)), None)
    if uneven is not None:
        return found(False, f"row {uneven} has {len(rows[uneven])} fields", len(rows) - 1)
    return exactly(len(rows) - 1, wanted, "rows")


def date_format_list(text: str) -> Finding:
    """Dates YYYY-MM-DD within Napoleon's life, parted by commas, and nothing else; whether of battles is not told."""
    parts = [part.strip() for part in text.strip().rstrip(".").split(",")]
    for part in parts:
        try:
            day = date.fromisoformat(part) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", part, re.ASCII) else None
        except ValueError:
            day = None
        if day is None or not _NAPOLEON[0] <= day <= _NAPOLEON[1]:
            return found(False, f"{quote(part)} is no date YYYY-MM-DD in Napoleon's life", len(parts))
    return found(True, f"{len(parts)} dates", len(parts))
