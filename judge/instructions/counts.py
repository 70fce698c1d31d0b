"""Instructions of IFBench that count: words, names, numbers, pronouns, punctuation."""

import re
import string
from collections.abc import Iterable

from judge.instructions.finding import Finding, Phrase, counted, exactly, found, quote
from judge.instructions.lists import CONJUNCTIONS, NAMES, OTHER_PRONOUNS, PERSONAL_PRONOUNS, SOMETIMES_PRONOUNS
from judge.instructions.text import phrase, puts_no_spaces, tokens, words

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_CONTRACTED = re.compile(r"['’](?:m|s|d|re|ve|ll)$")
_MARKS = ".,!?;:"
_INTERROBANG = re.compile(r"\?!|!\?|‽")


def word_count_range(text: str, min_words: int, max_words: int) -> Finding:
    """Between so many and so many words, both ends allowed."""
    if puts_no_spaces(text):
        return Finding("cannot_tell", "the script puts no space between words")
    count = len(words(text))
    return found(min_words <= count <= max_words, f"{count} words, {min_words} to {max_words} asked for", count)


def unique_word_count(text: str, N: int) -> Finding:
    """At least N different words."""
    return counted(len({word.casefold() for word in tokens(text)}), "at least", N, "different words")


def conjunctions(text: str, small_n: int) -> Finding:
    """At least so many different coordinating conjunctions of English."""
    used = sorted(CONJUNCTIONS & {word.casefold() for word in tokens(text)})
    return counted(len(used), "at least", small_n, f"conjunctions ({', '.join(used)})")


def person_names(text: str, N: int) -> Finding:
    """At least N different names of the list in the instruction's own wording, each as a whole word."""
    used = [name for name in NAMES if re.search(rf"\b{name}\b", text)]
    return counted(len(used), "at least", N, f"names ({', '.join(used)})")


def numbers(text: str, N: int) -> Finding:
    """Exactly N numbers in digits; 3.14 and 100,000 are one number each."""
    return exactly(len(_NUMBER.findall(text)), N, "numbers")


def pronouns(text: str, N: int) -> Finding:
    """At least N pronouns. Words such as `that`, which need not be pronouns, leave it open when they decide."""
    said = [_CONTRACTED.sub("", word).casefold() for word in tokens(text.replace("/", " "))]
    sure = sum(word in PERSONAL_PRONOUNS or word in OTHER_PRONOUNS for word in said)
    perhaps = sum(word in SOMETIMES_PRONOUNS for word in said)
    if sure < N <= sure + perhaps:
        return Finding("cannot_tell", f"{sure} pronouns and {perhaps} words that may be, at least {N} asked for", sure)
    return counted(sure, "at least", N, "pronouns")


def punctuation(text: str) -> Finding:
    """Each of . , ! ? ; : at least once, and beside them an interrobang, ?! or !? or ‽."""
    interrobang = _INTERROBANG.search(text)
    if not interrobang:
        return found(False, "there is no interrobang ?!")
    rest = text[: interrobang.start()] + text[interrobang.end() :]
    missing = [mark for mark in _MARKS if mark not in rest]
    return found(not missing, f"missing: {' '.join(missing)}" if missing else "every mark occurs")


def keywords_multiple(
    text: str, keyword1: Phrase, keyword2: Phrase, keyword3: Phrase, keyword4: Phrase, keyword5: Phrase
) -> Finding:
    """The keywords occur exactly once, twice, three, five and seven times, as whole words."""
    return exact_counts(text, zip((keyword1, keyword2, keyword3, keyword4, keyword5), (1, 2, 3, 5, 7), strict=True))


def exact_counts(text: str, wanted: Iterable[tuple[str, int]]) -> Finding:
    """Every keyword occurs exactly so often, as a whole word."""
    for keyword, number in wanted:
        count = len(phrase(keyword).findall(text))
        if count != number:
            return exactly(count, number, f"times {quote(keyword)}")
    return found(True, "every keyword occurs as often as asked for")


def words_japanese(text: str, N: int) -> Finding:
    """Every Nth word, of those that blanks part, is written in Japanese signs; a number passes."""
    said = [part.strip(string.punctuation) for part in text.split()]
    if N < 1 or len(said) < N:
        return found(False, f"there is no word {N}", len(said))
    for place in range(N - 1, len(said), N):
        word = said[place]
        if word and not word.isdigit() and not _JAPANESE.search(word):
            return found(False, f"word {place + 1} is {quote(word)}", len(said))
    return found(True, f"every word number {N} is Japanese", len(said))
