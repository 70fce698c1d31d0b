"""Instructions that open-instruct adds to IFEval's (IFEvalG, arXiv 2507.02833): words, sentences, paragraphs, signs."""

import re
from collections import Counter
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator

from judge.instructions.counts import exact_counts
from judge.instructions.finding import Finding, Phrase, Relation, counted, exactly, found, quote
from judge.instructions.keywords import frequency as keyword_frequency
from judge.instructions.lengths import number_paragraphs
from judge.instructions.text import blocks, phrase, sentences, tokens
from judge.instructions.wording import keywords_specific_position


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


Word = Annotated[Phrase, BeforeValidator(_first)]
"""A word; data that was written for the original also has it as a list of one."""


def sentence_hyphens(text: str) -> Finding:
    """All sentences are joined by hyphens, with no blank before or after one."""
    parts = sentences(re.sub(r"([.!?])-", r"\1 ", text.strip()))
    joints = len(re.findall(r"[.!?]-(?=\S)", text))
    if len(parts) < 2:
        return found(True, "there is one sentence to join", len(parts))
    return exactly(joints, len(parts) - 1, "hyphens between sentences")


def no_adjacent_consecutive(text: str) -> Finding:
    """No word starts with the letter that follows, in the alphabet, the first letter of the word before."""
    for number, (before, word) in enumerate(pairwise(tokens(text)), 2):
        if ord(word[0].lower()[0]) - ord(before[0].lower()[0]) == 1 and word[0].isalpha():
            return found(False, f"words {number - 1} and {number}: {quote(f'{before} {word}')}", number)
    return found(bool(tokens(text)), "no two neighbours start with consecutive letters")


def square_brackets(text: str) -> Finding:
    """Every word stands in square brackets."""
    bare = re.sub(r"\[[^\[\]\s]+\]", " ", text)
    loose = next(iter(tokens(bare)), None)
    return found(loose is None, "every word is in brackets" if loose is None else f"{quote(loose)} is not in brackets")


def word_once(text: str, keyword: Word) -> Finding:
    """The keyword occurs exactly once, as a whole word."""
    return exact_counts(text, [(keyword, 1)])


def word_count_different_numbers(text: str, keyword: Word, frequency: int, relation: Relation) -> Finding:
    """The keyword occurs at least, or less than, so often."""
    return keyword_frequency(text, keyword, frequency, relation)


def exclude_word_harder(text: str, keyword: Word, instruction: str = "") -> Finding:
    """The keyword does not occur as a whole word; `instruction`, its sentence, is not looked at."""
    places = list(phrase(keyword).finditer(text))
    around = text[max(0, places[0].start() - 20) : places[0].end() + 20] if places else ""
    reason = f"{quote(keyword)} occurs, in {quote(around)}" if places else "it does not occur"
    return found(not places, reason, len(places))


def paragraphs(text: str) -> Finding:
    """Two paragraphs, parted by the divider `***`."""
    return number_paragraphs(text, 2)


def paragraphs2(text: str) -> Finding:
    """Two paragraphs, parted by a blank line."""
    return exactly(len(blocks(text)), 2, "paragraphs parted by blank lines")


def first_word_sent(text: str, first_word: Word) -> Finding:
    """Every sentence starts with the word."""
    return _each(text, first_word, 0)


def last_word_sent(text: str, last_word: Word) -> Finding:
    """Every sentence ends with the word, punctuation aside."""
    return _each(text, last_word, -1)


def _each(text: str, wanted: str, place: int) -> Finding:
    parts = sentences(text)
    for number, part in enumerate(parts, 1):
        word = tokens(part)[place]
        if word.casefold() != wanted.casefold():
            return found(False, f"in sentence {number} that word is {quote(word)}", number)
    return found(bool(parts), f"{len(parts)} sentences", len(parts))


def first_word_answer(text: str, first_word: Word) -> Finding:
    """The response starts with the word."""
    return _answer(text, first_word, 0)


def last_word_answer(text: str, last_word: Word) -> Finding:
    """The response ends with the word, punctuation aside."""
    return _answer(text, last_word, -1)


def _answer(text: str, wanted: str, place: int) -> Finding:
    said = tokens(text)
    word = said[place] if said else ""
    return found(word.casefold() == wanted.casefold(), f"that word is {quote(word)}")


def bigram_wrapping(text: str) -> Finding:
    """Every two words stand in double angular brackets: <<I am>> <<at home>>; an odd last word may stand alone."""
    pairs = re.findall(r"<<\s*[^\s<>]+\s+[^\s<>]+\s*>>", text)
    loose = tokens(re.sub(r"<<\s*[^\s<>]+\s+[^\s<>]+\s*>>", " ", text))
    if len(loose) > 1 or (loose and not text.rstrip(" .!?>").endswith(loose[-1])):
        return found(False, f"{quote(' '.join(loose))} is not wrapped in twos", len(pairs))
    return found(bool(pairs), f"{len(pairs)} pairs are wrapped", len(pairs))


def punctuation_dot(text: str) -> Finding:
    """No dot anywhere."""
    return _none(text, ".。．…")


def punctuation_exclamation(text: str) -> Finding:
    """No exclamation mark anywhere."""
    return _none(text, "!！¡‼⁉")


def _none(text: str, signs: str) -> Finding:
    count = sum(map(text.count, signs))
    return found(not count, f"{count} times one of {signs}", count)


def lowercase_counting(text: str, N: int) -> Finding:
    """At most N words in small letters only."""
    count = sum(word.islower() for word in tokens(text))
    return found(count <= N, f"{count} words in small letters, at most {N} asked for", count)


def letter_counting(text: str, N: int, relation: Relation) -> Finding:
    """At least, or less than, N letters."""
    return counted(sum(map(str.isalpha, text)), relation, N, "letters")


def counting_composition(text: str, n_sent: int, n_words: int) -> Finding:
    """Three paragraphs, parted by `***`, of so many sentences each, with so many words each."""
    shape = number_paragraphs(re.sub(r"\*[ \t]\*[ \t]\*", "***", text), 3)
    if shape.state != "followed":
        return shape
    parts = [part for part in re.split(r"\*\*\*|\*[ \t]\*[ \t]\*", text) if part.strip()]
    for number, part in enumerate(parts, 1):
        said = [len(tokens(sentence)) for sentence in sentences(part)]
        if said != [n_words] * n_sent:
            return found(False, f"paragraph {number} has sentences of {', '.join(map(str, said[:20]))} words", number)
    return found(True, f"three paragraphs of {n_sent} sentences of {n_words} words", 3)


def count_unique(text: str) -> Finding:
    """No word occurs twice, whatever its case."""
    said = Counter(word.casefold() for word in tokens(text))
    if not said:
        return found(False, "there is no word")
    word, times = said.most_common(1)[0]
    return found(times == 1, f"{quote(word)} occurs {times} times" if times > 1 else "no word occurs twice")


def count_increment_word(text: str, keyword1: Word, keyword2: Word) -> Finding:
    """The first keyword occurs exactly once, the second exactly twice, as whole words."""
    return exact_counts(text, [(keyword1, 1), (keyword2, 2)])


def palindrome(text: str) -> Finding:
    """A word of three letters or more that reads the same backwards."""
    plain = (word.casefold() for word in tokens(text) if len(word) > 2 and word.isalpha())
    there = next((word for word in plain if word == word[::-1]), None)
    return found(there is not None, f"{quote(there)} is one" if there else "there is no palindrome")


def start_end(text: str) -> Finding:
    """It starts and ends with the same word, nothing after it, not even punctuation."""
    said = text.split()
    if len(said) < 2 or not said[-1][-1].isalnum():
        return found(False, f"it ends in {quote(text.strip()[-30:])}")
    first, last = tokens(said[0]) or [""], tokens(said[-1]) or [""]
    return found(
        first[0].casefold() == last[-1].casefold(), f"it starts with {quote(first[0])}, ends {quote(last[-1])}"
    )


def keyword_specific_position(text: str, keyword: Word, n: int, m: int) -> Finding:
    """Word m of sentence n is the keyword, whatever its case."""
    return keywords_specific_position(text, keyword, n, m)
