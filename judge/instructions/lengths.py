"""Instructions on length: words, sentences, paragraphs."""

import re

from judge.instructions.finding import Finding, Phrase, Relation, counted, exactly, found, quote
from judge.instructions.text import blocks, puts_no_spaces, sentences, words

_DIVIDER = re.compile(r"\s?\*\*\*\s?")


def number_words(text: str, num_words: int, relation: Relation) -> Finding:
    """At least, or less than, so many words."""
    if puts_no_spaces(text):
        return Finding("cannot_tell", "the script puts no space between words")
    return counted(len(words(text)), relation, num_words, "words")


def number_sentences(text: str, num_sentences: int, relation: Relation) -> Finding:
    """At least, or less than, so many sentences."""
    return counted(len(sentences(text)), relation, num_sentences, "sentences")


def number_paragraphs(text: str, num_paragraphs: int) -> Finding:
    """Exactly so many paragraphs, parted by the divider `***`."""
    parts = [part.strip() for part in _DIVIDER.split(text)]
    if "" in parts[1:-1]:
        return found(False, f"paragraph {parts.index('', 1)} between two dividers *** is empty")
    return exactly(sum(map(bool, parts)), num_paragraphs, "paragraphs parted by ***")


def nth_paragraph_first_word(text: str, num_paragraphs: int, nth_paragraph: int, first_word: Phrase) -> Finding:
    """Exactly so many paragraphs, parted by blank lines, of which the nth starts with a word."""
    parts = blocks(text)
    if len(parts) != num_paragraphs:
        return exactly(len(parts), num_paragraphs, "paragraphs parted by blank lines")
    if not 1 <= nth_paragraph <= len(parts):
        return found(False, f"there is no paragraph {nth_paragraph}", len(parts))
    first = parts[nth_paragraph - 1].split()[0]
    word = re.split(r"[.,?!'\"]", first.lstrip("'\""), maxsplit=1)[0]
    reason = f"paragraph {nth_paragraph} starts with {quote(word)}"
    return found(word.lower() == first_word.lower(), reason, len(parts))
