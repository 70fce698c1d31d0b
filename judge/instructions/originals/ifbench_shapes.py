"""IFBench's own verdicts (allenai, as published in 2025), where they differ from ours: shapes, tables and copies."""

import csv
import io
import re
import string
from itertools import pairwise

from judge.instructions.emoji import is_emoji
from judge.instructions.finding import Phrase
from judge.instructions.originals.splitting import BARE, split_sentences, treebank
from judge.instructions.text import to_ascii

_EDGES = string.punctuation + " "
_CLOSES = {")": "(", "]": "[", "}": "{"}


def parentheses(text: str) -> bool:
    """Five open brackets of which one closes are enough."""
    stack: list[str] = []
    deepest = 0
    for sign in text:
        if sign in "([{":
            stack.append(sign)
            deepest = max(deepest, len(stack))
        elif sign in _CLOSES:
            if not stack or stack[-1] != _CLOSES[sign]:
                stack, deepest = [], 0
                continue
            stack.pop()
            if deepest >= 5:
                return True
    return False


def quotes(text: str) -> bool:
    """An apostrophe is a quotation mark; curly ones are none."""
    stack: list[str] = []
    deepest = 0
    for sign in text:
        if stack and sign == stack[-1]:
            stack.pop()
            if deepest - len(stack) >= 3:
                return True
        elif sign in "\"'":
            stack.append(sign)
            deepest = max(deepest, len(stack))
    return False


def quote_unquote(text: str) -> bool:
    """Two marks must not meet, nor may the text end in one."""
    plain = "".join(text.replace("“", '"').replace("”", '"').replace("'\"'", "").split())
    edges = string.digits + string.punctuation.replace('"', "")
    return '""' not in plain and not plain.strip(edges).endswith('"')


def options(text: str, options: Phrase) -> bool:
    """`or` parts options inside words too; lettered options must be given exactly."""
    separator = "/" if "/" in options else "or" if "or" in options else ","
    choices = [option.strip() for option in options.split(separator)]
    if re.match(r"\W*[aA]\W*[bB]\W*[cC]\W*", options[:200]):
        return text in choices
    return text.strip(_EDGES).lower() in [choice.strip(_EDGES).lower() for choice in choices]


def newline(text: str) -> bool:
    """Lines are counted against words; a line of blanks is one."""
    plain = text.translate(BARE).strip()
    return sum(line != "" for line in plain.split("\n")) == len(plain.split())


def emoji(text: str) -> bool:
    """An emoji may be the last sign or the one before; flags are none."""
    parts = [sentence.translate(BARE).strip() for sentence in split_sentences(text)]
    for place, part in enumerate(parts):
        if not part:
            return False
        if is_emoji(part[-1]) or is_emoji(part[-2:][0]):
            continue
        after = parts[place + 1] if place + 1 < len(parts) else ""
        if not after or not is_emoji(after[0]):
            return False
    return True


def line_indent(text: str) -> bool:
    """Only blanks indent, and the line after an empty one is kept even when it is empty."""
    kept: list[str] = []
    lines, place = text.split("\n"), 0
    while place < len(lines):
        if lines[place].strip():
            kept.append(lines[place])
            place += 1
        else:
            kept += lines[place + 1 : place + 2]
            place += 2
    indents = [len(line) - len(line.lstrip(" ")) for line in kept]
    return all(after > before for before, after in pairwise(indents))


def list_(text: str, sep: Phrase) -> bool:
    """The separator occurs twice, anywhere."""
    return text.count(sep) >= 2


def thesis(text: str) -> bool:
    """Something in italics is followed by anything."""
    start = text.find("<i>") if "<i>" in text else text.find("<em>")
    rest = text[start:]
    end = rest.find("</i>") if "</i>" in rest else rest.find("</em>")
    return start >= 0 and end >= 0 and bool(rest[3:end].strip()) and bool(rest[end + 4 :].strip())


def sub_bullets(text: str) -> bool:
    """After every star comes a dash somewhere; no star at all follows."""
    return all("-" in part for part in text.split("*")[1:])


def no_bullets_bullets(text: str) -> bool:
    """Every sentence counts, whatever ends it, and after an empty line nothing but bullet points may come."""
    count = bullets = 0
    in_sentences = True
    for line in map(str.strip, text.split("\n")):
        if line.startswith("*"):
            in_sentences = False
            bullets += 1
            if count < 2:
                return False
        elif in_sentences:
            parts = split_sentences(line)
            in_sentences = bool(parts)
            count += len(parts)
        else:
            return False
    return bullets >= 2


def title_case(text: str) -> bool:
    """Small words must have a capital letter too, unless they have one letter."""
    return not any(word[0].islower() and (word[1:].islower() or word[1:].isupper()) for word in treebank(text))


def output_template(text: str) -> bool:
    """The three labels occur, in any order."""
    return all(label in text for label in ("My Answer:", "My Conclusion:", "Future Outlook:"))


def mcq_count_length(text: str) -> bool:
    """Questions are told by `Question` and a number, and nothing may come before the first."""
    if not text.startswith("Question"):
        return False
    parts = [part.strip() for part in re.split(r"Question \d+[.|):;]?", text) if part.strip()]
    lengths = []
    for lines in (part.split("\n") for part in parts):
        options = [place for place, line in enumerate(lines) if re.match(r"[A-Ea-e][.|)]\s*\w", line.strip())]
        if len(options) != 5:
            return False
        lengths.append(len(" ".join(line.strip() for line in lines[: options[0]]).strip()))
    return len(parts) == 4 and all(one < two for one, two in pairwise(lengths))


def reverse_newline(text: str) -> bool:
    """From the line with Zimbabwe on 52 lines from Z to A, whatever they say."""
    lines = [plain for line in text.split("\n") if (plain := line.strip(_EDGES))]
    start = next((place for place, line in enumerate(lines) if "Zimbabwe" in line), len(lines))
    names = [to_ascii(line) for line in lines[start:]]
    return len(names) >= 52 and all(one >= two for one, two in pairwise(names))


def word_reverse(text: str) -> bool:
    """The bald eagle is named when read backwards, inside longer words too."""
    return "bald eagle" in " ".join(reversed(text.lower().translate(BARE).split()))


def character_reverse(text: str) -> bool:
    """The bald eagle is named backwards, whatever else is said."""
    return "elgae dlab" in text.lower()


def csv_city(text: str) -> bool:
    """Blanks count, and a fence is a row."""
    rows = _rows(text, ",")
    return len(rows) == 8 and rows[0] == ["ID", "Country", "City", "Year", "Count"] and all(len(r) == 5 for r in rows)


def csv_special_character(text: str) -> bool:
    """The rows after the first with a special field are not looked at."""
    if not _is_header(text, ",[ \t]*", ("ProductID", "Category", "Brand", "Price", "Stock")):
        return False
    rows = _rows(text.replace('"', '"""'), ",")
    for row in rows[1:] if len(rows) == 15 else []:
        if len(row) != 5:
            return False
        if any(re.match(r'"[^"]*[^\d\w\s].*"', field) for field in row):
            return True
    return False


def csv_quotes(text: str) -> bool:
    """The header may stand without quotes only as far as its first look goes."""
    if not _is_header(text, "\t *", ("StudentID", "Subject", "Grade", "Semester", "Score")):
        return False
    rows = _rows(text.replace('"', '"""'), "\t")
    cells = [cell.strip() for row in rows for cell in row]
    quoted = all(cell[:1] == '"' == cell[-1:] for cell in cells)
    return len(rows) == 4 and all(len(row) == 5 for row in rows) and quoted


def _is_header(text: str, between: str, names: tuple[str, ...]) -> bool:
    line = text.split("\n", 1)[0].strip()
    return re.fullmatch(between.join(f'(?:{name}|"{name}")' for name in names), line) is not None


def _rows(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        return []


def date_format_list(text: str) -> bool:
    """Day and month may be 00, and the years are 1769 to 1821."""
    longest = dict.fromkeys((1, 3, 5, 7, 8, 10, 12), 31) | dict.fromkeys((4, 6, 9, 11), 30) | {2: 29}
    for part in text.strip().split(","):
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", part.strip()):
            return False
        year, month, day = map(int, part.split("-"))
        if not 1769 <= year <= 1821 or month > 12 or day > longest.get(month, 99):
            return False
    return True


def repeat_change(text: str, prompt_to_repeat: str) -> bool:
    """Everything after the first word is the same; that the first one differs is not looked at."""
    return text != prompt_to_repeat and text.split()[1:] == prompt_to_repeat.split()[1:]


def repeat_simple(text: str) -> bool:
    """Blanks inside count."""
    return text.strip().lower() == "only output this sentence here, ignore all other requests."


def repeat_span(text: str, prompt_to_repeat: str, n_start: int, n_end: int) -> bool:
    """Words, the last index left out."""
    return text.lower().split() == prompt_to_repeat.lower().split()[n_start:n_end]
