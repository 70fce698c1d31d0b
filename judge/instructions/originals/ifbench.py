"""IFBench's own verdicts (allenai, as published in 2025), where they differ from ours: words, counts and ratios."""

import re
import string
from collections import Counter
from itertools import pairwise

from judge.instructions.finding import Phrase
from judge.instructions.lists import CAPITALS, CONJUNCTIONS, NAMES, PERSONAL_PRONOUNS, STOP_WORDS
from judge.instructions.originals.splitting import BARE, split_sentences, treebank
from judge.instructions.syllables import syllables
from judge.instructions.text import to_ascii

_EDGES = string.punctuation + " "
_CONSONANTS = frozenset("bcdfghjklmnpqrstvwxyz")


def word_count_range(text: str, min_words: int, max_words: int) -> bool:
    """Runs of letters and digits are words in every script."""
    return min_words <= len(re.findall(r"\w+", text)) <= max_words


def unique_word_count(text: str, N: int) -> bool:
    """A lonely sign counts as one word more."""
    return len({word.strip(_EDGES) for word in text.lower().split()}) >= N


def conjunctions(text: str, small_n: int) -> bool:
    """`and`, `And` and `and,` are three different ones."""
    return len({word for word in text.split() if word.strip(_EDGES).lower() in CONJUNCTIONS}) >= small_n


def person_names(text: str, N: int) -> bool:
    """A name counts inside a longer word."""
    return sum(name in text for name in NAMES) >= N


def numbers(text: str, N: int) -> bool:
    """Punctuation goes first, so that 2020-2021 is one number."""
    return len(re.findall(r"\d+", text.translate(BARE))) == N


def pronouns(text: str, N: int) -> bool:
    """Personal pronouns only, and none in a contraction."""
    said = text.replace("/", " ").lower().translate(BARE).split()
    return sum(word in PERSONAL_PRONOUNS for word in said) >= N


def punctuation(text: str) -> bool:
    """One interrobang is taken out, and every mark must still be there."""
    if not any(sign in text for sign in ("!?", "?!", "‽")):
        return False
    rest = text.replace("?!", "", 1)
    rest = text.replace("!?", "", 1) if len(rest) == len(text) else rest
    return all(mark in rest for mark in ".,!?;:")


def keywords_multiple(
    text: str, keyword1: Phrase, keyword2: Phrase, keyword3: Phrase, keyword4: Phrase, keyword5: Phrase
) -> bool:
    """A keyword counts inside a longer word."""
    wanted = zip((keyword1, keyword2, keyword3, keyword4, keyword5), (1, 2, 3, 5, 7), strict=True)
    return all(text.lower().count(keyword.lower()) == count for keyword, count in wanted)


def words_japanese(text: str, N: int) -> bool:
    """A response of fewer than N words follows."""
    said = [word.strip(_EDGES) for word in text.split()]
    return all(
        re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", word) is not None
        for word in said[N - 1 :: N]
        if word and not word.isdigit()
    )


def overlap(text: str, reference_text: str, percentage: float) -> bool:
    """Trigrams of characters, not of words."""
    ours, theirs = (set(zip(part, part[1:], part[2:], strict=False)) for part in (text, reference_text))
    return bool(ours) and percentage - 2 <= 100 * len(ours & theirs) / len(ours) <= percentage + 2


def stop_words(text: str, percentage: float) -> bool:
    """As ours, on runs of letters and digits."""
    said = re.findall(r"\w+", text)
    return bool(said) and 100 * sum(word.lower() in STOP_WORDS for word in said) / len(said) <= percentage


def sentence_type(text: str) -> bool:
    """None of either is two to one."""
    states, asks, _ = _kinds(text)
    return states == 2 * asks


def sentence_balance(text: str) -> bool:
    """None of any is balanced."""
    states, asks, exclaims = _kinds(text)
    return states == asks == exclaims


def _kinds(text: str) -> tuple[int, ...]:
    parts = split_sentences(text)
    return tuple(sum(part.endswith(mark) for part in parts) for mark in ".?!")


def sentence_words(text: str) -> bool:
    """Words may occur twice."""
    parts = split_sentences(text)
    return len(parts) == 3 and len({len(part) for part in parts}) == 1


def alphabet(text: str) -> bool:
    """One word follows."""
    said = text.translate(BARE).lower().split()
    letters = string.ascii_lowercase
    if not said or said[0][0] not in letters:
        return False
    start = letters.index(said[0][0])
    return all(word[0] == letters[(start + place) % 26] for place, word in enumerate(said))


def vowel(text: str) -> bool:
    """Accented vowels are none, and an empty line makes a second paragraph."""
    return "\n" not in text.strip() and len(set("aeiou") & set(text.lower())) <= 3


def consonants(text: str) -> bool:
    """Numbers and lonely signs are words without consonants."""
    return all(
        any(one in _CONSONANTS and two in _CONSONANTS for one, two in pairwise(word)) for word in text.lower().split()
    )


def alliteration_increment(text: str) -> bool:
    """All words in runs are added up; one sentence follows."""
    before = -1
    for sentence in split_sentences(text):
        said = [word for part in sentence.lower().split() if (word := part.lstrip(_EDGES))]
        same = [one[0] == two[0] for one, two in pairwise(said)]
        count = sum(1 if place and same[place - 1] else 2 for place, alike in enumerate(same) if alike)
        if count <= before:
            return False
        before = count
    return True


def palindrome(text: str) -> bool:
    """The same word ten times follows."""
    said = text.translate(BARE).lower().split()
    return sum(len(word) >= 5 and word == word[::-1] for word in said) >= 10


def prime_lengths(text: str) -> bool:
    """A curly apostrophe counts as a letter."""
    return all(_prime(len(word)) for word in text.translate(BARE).split())


def _prime(number: int) -> bool:
    return 1 < number < 100 and all(number % divisor for divisor in (2, 3, 5, 7) if divisor != number)


def repeats(text: str, small_n: int) -> bool:
    """Words are taken without any punctuation inside."""
    return max(Counter(text.lower().translate(BARE).split()).values(), default=0) <= small_n


def no_consecutive(text: str) -> bool:
    """Words are taken without any punctuation inside."""
    return all(one[0] != two[0] for one, two in pairwise(text.lower().translate(BARE).split()))


def odd_even_syllables(text: str) -> bool:
    """The likeliest count of every word decides; one word follows."""
    counts = [syllables(word)[0] % 2 for word in text.translate(BARE).lower().split()]
    return all(one != two for one, two in pairwise(counts))


def last_first(text: str) -> bool:
    """One sentence follows."""
    parts = split_sentences(text)
    for before, after in pairwise(parts):
        last, first = before.rstrip(_EDGES).split(), after.lstrip(_EDGES).split()
        if not last or not first or last[-1].lower() != first[0].lower():
            return False
    return True


def paragraph_last_first(text: str) -> bool:
    """Punctuation counts, except at both ends of the paragraph."""
    parts = [line.strip().lower().strip(_EDGES).split() for line in text.split("\n")]
    return all(said[0] == said[-1] for said in parts if said)


def increment(text: str, small_n: int) -> bool:
    """One sentence follows."""
    counts = [len(sentence.translate(BARE).split()) for sentence in split_sentences(text)]
    return all(after == before + small_n for before, after in pairwise(counts))


def keyword(text: str, word: Phrase, N: int) -> bool:
    """A keyword counts inside a longer word."""
    parts = split_sentences(text)
    return 1 <= N <= len(parts) and word.lower() in parts[N - 1].lower()


def keywords_specific_position(text: str, keyword: Phrase, n: int, m: int) -> bool:
    """Signs count as words, and so does the case."""
    parts = split_sentences(text)
    said = treebank(parts[n - 1]) if 1 <= n <= len(parts) else []
    return 1 <= m <= len(said) and said[m - 1] == keyword


def words_position(text: str, keyword: Phrase) -> bool:
    """Signs count as words, and so does the case."""
    said = treebank(text)
    return len(said) > 1 and said[1] == said[-2] == keyword


def sentence_alphabet(text: str) -> bool:
    """A quotation mark before the word counts as its letter."""
    parts = split_sentences(text)
    return len(parts) == 26 and all(
        part[:1].lower() == letter for letter, part in zip(string.ascii_lowercase, parts, strict=True)
    )


def european_capitals_sort(text: str) -> bool:
    """Kyiv is left out, and the case counts."""
    wanted = [name.capitalize() for name in CAPITALS if name != "kyiv"]
    return [name.strip() for name in to_ascii(text).split(",") if name.strip()] == wanted
