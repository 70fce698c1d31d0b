"""IFEval's own verdicts (google-research, 2023), where they differ from ours.

Keywords are regular expressions there. Here they are text in which a dot stands for any character, so that no keyword
can hang the judge.
"""

import json
import re

from judge.instructions.finding import Phrase, Relation


def _times(keyword: str, text: str) -> int:
    return len(re.findall(re.escape(keyword).replace(r"\.", "."), text, re.IGNORECASE))


def _holds(count: int, relation: Relation, wanted: int) -> bool:
    return count < wanted if relation == "less than" else count >= wanted


def existence(text: str, keywords: list[Phrase]) -> bool:
    """Every keyword occurs, inside words too."""
    return all(_times(keyword, text) for keyword in keywords)


def frequency(text: str, keyword: Phrase, frequency: int, relation: Relation) -> bool:
    """A keyword is counted inside words too."""
    return _holds(_times(keyword, text), relation, frequency)


def forbidden_words(text: str, forbidden_words: list[Phrase]) -> bool:
    """A word is looked for between two boundaries, even where it starts or ends in a sign."""
    pattern = r"\b{}\b"
    return not any(re.search(pattern.format(re.escape(word)), text, re.IGNORECASE) for word in forbidden_words)


def number_words(text: str, num_words: int, relation: Relation) -> bool:
    """Runs of letters and digits are words in every script."""
    return _holds(len(re.findall(r"\w+", text)), relation, num_words)


def nth_paragraph_first_word(text: str, num_paragraphs: int, nth_paragraph: int, first_word: Phrase) -> bool:
    """Paragraphs are counted without the empty ones, and looked up with them."""
    parts = text.split("\n\n")
    count = sum(bool(part.strip()) for part in parts)
    if count != num_paragraphs or not 1 <= nth_paragraph <= count or not parts[nth_paragraph - 1].strip():
        return False
    word = parts[nth_paragraph - 1].split()[0].lstrip("'").lstrip('"')
    return re.split(r"[.,?!'\"]", word, maxsplit=1)[0].lower() == first_word.lower()


def number_bullet_lists(text: str, num_bullets: int) -> bool:
    """A dash that starts a line is a bullet whatever follows; a star is, unless another follows."""
    lines = [line.lstrip() for line in text.split("\n")]
    stars = sum(len(line) > 1 and line[0] == "*" != line[1] for line in lines)
    return stars + sum(line.startswith("-") for line in lines) == num_bullets


def number_highlighted_sections(text: str, num_highlights: int) -> bool:
    """What stands between two stars on a line counts, blanks around it or not; **double** ones count again."""
    single = sum(bool(part.strip("*").strip()) for part in re.findall(r"\*[^\n*]*\*", text))
    double = sum(bool(part[2:-2].strip()) for part in re.findall(r"\*\*[^\n*]*\*\*", text))
    return single + double >= num_highlights


def number_placeholders(text: str, num_placeholders: int) -> bool:
    """From a bracket to the next closing one on its line; an empty pair counts."""
    count = 0
    for line in text.split("\n"):
        place = 0
        while (start := line.find("[", place)) >= 0 and (end := line.find("]", start)) >= 0:
            count, place = count + 1, end + 1
    return count >= num_placeholders


def title(text: str) -> bool:
    """From the first << of a line to its last >>, with something between."""
    for line in text.split("\n"):
        start, end = line.find("<<"), line.rfind(">>")
        if 0 <= start < end - 2 and line[start : end + 2].lstrip("<").rstrip(">").strip():
            return True
    return False


def json_format(text: str) -> bool:
    """Any JSON value, such as a number; NaN too."""
    body = text.strip()
    for fence in ("```json", "```Json", "```JSON", "```"):
        body = body.removeprefix(fence)
    try:
        json.loads(body.removesuffix("```").strip(), parse_int=str)
    except (ValueError, RecursionError):
        return False
    return True


def postscript(text: str, postscript_marker: Phrase) -> bool:
    """The marker may stand inside a word; `P.P.S` needs no last dot, `P.S.` does."""
    low = text.lower()
    known = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\."}
    pattern = known.get(postscript_marker) or re.escape(postscript_marker.lower()).replace(r"\.", ".")
    return re.search(pattern, low) is not None


def no_comma(text: str) -> bool:
    """Only the comma of ASCII is one."""
    return "," not in text
