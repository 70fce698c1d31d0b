"""Instructions of IFBench on the look of a response: lists, brackets, quotes, lines, templates, emoji."""

import re
import string
from itertools import pairwise

from judge.instructions.emoji import ends_in_emoji, starts_with_emoji
from judge.instructions.finding import Finding, Phrase, counted, found, quote
from judge.instructions.lists import MINOR_WORDS
from judge.instructions.text import final_mark, pieces, sentences, tokens

_OPEN = {"(": ")", "[": "]", "{": "}"}
_APOSTROPHE = re.compile(r"(?<=[^\W_])['’](?=[^\W_])")
_CURLY = str.maketrans("“”„‘’", '"""\'\'')
_BULLET = re.compile(r"[ \t]*[*•+-][ \t]+")
_ITALIC = re.compile(r"<(i|em)>([^<]*)</\1>", re.IGNORECASE)
_HEADING = re.compile(r"^[ \t]*(?:#{1,6}[ \t].*|<h[1-6]>.*)$", re.MULTILINE | re.IGNORECASE)
_TEMPLATE = ("My Answer:", "My Conclusion:", "Future Outlook:")
_LETTERED = re.compile(r"\W*a\W+b\W+c\b", re.IGNORECASE)


def parentheses(text: str) -> Finding:
    """Brackets ( [ { nested five deep, each closed by its own kind."""
    return counted(_depth(text, _OPEN, mixed=True), "at least", 5, "levels of closed brackets")


def quotes(text: str) -> Finding:
    """Double and single quotation marks in turn, nested three deep and closed; apostrophes in words do not count."""
    plain = _APOSTROPHE.sub("", text).translate(_CURLY)
    return counted(_depth(plain, {'"': '"', "'": "'"}), "at least", 3, "levels of closed quotes")


def _depth(text: str, closing: dict[str, str], mixed: bool = False) -> int:
    """Return how deep groups are nested that close as they should; a wrong bracket ends all that are open."""
    deepest = 0
    stack: list[tuple[str, int]] = []  # what closes the group, and how deep it is inside
    for sign in text:
        if stack and sign == stack[-1][0]:
            inside = stack.pop()[1] + 1
            deepest = max(deepest, inside)
            if stack:
                stack[-1] = (stack[-1][0], max(stack[-1][1], inside))
        elif sign in closing:
            stack.append((closing[sign], 0))
        elif mixed and sign in ")]}":
            stack.clear()
    return deepest


def quote_unquote(text: str) -> Finding:
    """After every quoted phrase come words that are not quoted."""
    parts = text.translate(str.maketrans("“”", '""')).split('"')
    if len(parts) % 2 == 0:
        return found(False, "a quotation mark is not closed", len(parts) - 1)
    for number, after in enumerate(parts[2::2], 1):
        if not any(map(str.isalpha, after)):
            return found(False, f"nothing explains the quoted {quote(parts[2 * number - 1])}", number)
    return found(True, f"{len(parts) // 2} quoted phrases are explained" if len(parts) > 1 else "nothing is quoted")


def options(text: str, options: Phrase) -> Finding:
    """The response is one of the options and nothing else; case and punctuation around it do not count."""
    if "/" in options:
        choices = options.split("/")
    elif re.search(r"\bor\b", options) and not _LETTERED.match(options):
        choices = re.split(r"\bor\b", options)
    else:
        choices = re.sub(r"\bor\b", ",", options).split(",")
    plain = [choice for option in choices if (choice := _plain(option))]
    return found(_plain(text) in plain, f"{quote(text)} of {', '.join(plain)}")


def _plain(text: str) -> str:
    return " ".join(text.strip(string.punctuation + string.whitespace + "“”’").casefold().replace("’", "'").split())


def newline(text: str) -> Finding:
    """Every word stands on a line of its own; lines without words do not count."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(said := tokens(line)) > 1:
            return found(False, f"line {number} has {len(said)} words: {quote(line)}", number)
    return found(bool(tokens(text)), "every word has its line")


def emoji(text: str) -> Finding:
    """Every sentence ends in an emoji, before its mark or after it."""
    parts = [part for part in pieces(text) if part.strip()]
    for place, part in enumerate(parts):
        if not any(map(str.isalnum, part)):
            continue
        after = parts[place + 1].strip() if place + 1 < len(parts) else ""
        end = part.rstrip(string.whitespace + string.punctuation + "“”’…")
        if not (ends_in_emoji(end) or starts_with_emoji(after)):
            return found(False, f"no emoji at the end of {quote(part)}", place + 1)
    return found(bool(parts), f"{len(parts)} sentences end in an emoji", len(parts))


def line_indent(text: str) -> Finding:
    """Every line with text is indented further than the one before; two lines at least."""
    lines = [line.expandtabs(4) for line in text.splitlines() if line.strip()]
    indents = [len(line) - len(line.lstrip()) for line in lines]
    for number, (before, after) in enumerate(pairwise(indents), 2):
        if after <= before:
            return found(False, f"line {number} is indented by {after} after {before}", number)
    return found(len(lines) > 1, f"{len(lines)} lines as stairs", len(lines))


def list_(text: str, sep: Phrase) -> Finding:
    """Two lines or more start with the separator, and none with another bullet."""
    lines = [line.strip() for line in text.splitlines()]
    other = next((line for line in lines if _BULLET.match(line) and not line.startswith(sep)), None)
    if other is not None:
        return found(False, f"a line starts with another bullet: {quote(other)}")
    return counted(sum(line.startswith(sep) for line in lines), "at least", 2, f"lines start with {quote(sep)}")


def thesis(text: str) -> Finding:
    """Every section, what stands under a heading or else the whole, starts with <i>a thesis</i> and goes on."""
    sections = [part.strip() for part in _HEADING.split(text)[1:] or [text]]
    for number, section in enumerate(sections, 1):
        start = _ITALIC.match(section)
        if not start or not start[2].strip() or not section[start.end() :].strip(string.punctuation + " \n"):
            return found(False, f"section {number} starts with {quote(section)}", number)
    return found(True, f"{len(sections)} sections start with a thesis in italics", len(sections))


def sub_bullets(text: str) -> Finding:
    """There are bullet points `*`, and under each at least one line that starts with `-`."""
    under: list[int] = []
    for line in map(str.strip, text.splitlines()):
        if line.startswith("*") and not line.startswith("**"):
            under.append(0)
        elif line.startswith("-") and under:
            under[-1] += 1
    if 0 in under:
        return found(False, f"bullet point {under.index(0) + 1} has no sub-bullet", len(under))
    return found(bool(under), f"{len(under)} bullet points with sub-bullets", len(under))


def no_bullets_bullets(text: str) -> Finding:
    """At least two sentences that end in a period, and after them at least two bullet points `*`."""
    lines = text.splitlines()
    bullets = [place for place, line in enumerate(lines) if re.match(r"[ \t]*\*(?!\*)", line)]
    before = "\n".join(lines[: bullets[0]] if bullets else lines)
    count = sum(final_mark(sentence) == "." for sentence in sentences(before))
    reason = f"{count} sentences with a period, then {len(bullets)} bullet points"
    return found(count >= 2 and len(bullets) >= 2, reason, len(bullets))


def title_case(text: str) -> Finding:
    """Every word starts with a capital letter, small words such as `of` excepted unless they come first."""
    said = tokens(text)
    if len(said) > 1 and text.isupper():
        return found(False, "it is written in capitals")
    for number, word in enumerate(said):
        if word[0].islower() and (number == 0 or word.casefold() not in MINOR_WORDS):
            return found(False, f"word {number + 1} is {quote(word)}", number + 1)
    return found(bool(said), "every major word starts with a capital letter")


def output_template(text: str) -> Finding:
    """`My Answer:`, `My Conclusion:` and `Future Outlook:` in this order, first of all, each with a text."""
    places = [text.find(label) for label in _TEMPLATE]
    if -1 in places or places != sorted(places):
        return found(False, f"it needs in this order: {' '.join(_TEMPLATE)}")
    if text[: places[0]].strip(string.whitespace + "*#_"):
        return found(False, f"it starts with {quote(text)}")
    ends = [*places[1:], len(text)]
    for label, start, end in zip(_TEMPLATE, places, ends, strict=True):
        if not any(map(str.isalnum, text[start + len(label) : end])):
            return found(False, f"nothing follows {quote(label)}")
    return found(True, "it keeps to the template")


def no_whitespace(text: str) -> Finding:
    """No blank, tab or line break anywhere."""
    blanks = sum(map(str.isspace, text))
    return found(not blanks, f"{blanks} blanks", blanks)
