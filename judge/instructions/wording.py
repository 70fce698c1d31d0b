"""Instructions of IFBench on every word: its letters, its length, its place, its sound."""

import re
from collections import Counter
from itertools import pairwise

from judge.instructions.finding import Finding, Phrase, counted, found, quote
from judge.instructions.syllables import syllables
from judge.instructions.text import sentences, to_ascii, tokens
from judge.instructions.verbs import may_be_verb

_VOWELS = frozenset("aeiou")
_CLUSTER = re.compile(r"[bcdfghjklmnpqrstvwxyz]{2}")


def alphabet(text: str) -> Finding:
    """Every word starts with the letter after the one before, and a comes after z. Two words at least."""
    said = tokens(text)
    if len(said) < 2 or not _is_letter(said[0][0]):
        return found(False, f"it starts with {quote(text.strip()[:40])}, and at least two words are needed")
    for number, (before, word) in enumerate(pairwise(said), 2):
        wanted = chr((ord(before[0].lower()) - ord("a") + 1) % 26 + ord("a"))
        if word[0].lower() != wanted:
            return found(False, f"word {number}, {quote(word)}, should start with {wanted}", number)
    return found(True, f"{len(said)} words in the order of the alphabet", len(said))


def _is_letter(letter: str) -> bool:
    return "a" <= letter.lower() <= "z"


def vowel(text: str) -> Finding:
    """One paragraph whose words use at most three of the five vowels; accents do not count."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) != 1:
        return found(False, f"{len(lines)} paragraphs instead of one", len(lines))
    used = sorted(_VOWELS & set(to_ascii(text).lower()))
    return found(len(used) <= 3, f"vowels used: {' '.join(used)}", len(used))


def consonants(text: str) -> Finding:
    """Every word has two consonants in a row; y is one."""
    said = [word for word in tokens(text) if any(map(str.isalpha, word))]
    for number, word in enumerate(said, 1):
        if not _CLUSTER.search(word.lower()):
            return found(False, f"word {number}, {quote(word)}, has no two consonants in a row", number)
    return found(bool(said), f"all of {len(said)} words have two consonants in a row", len(said))


def palindrome(text: str) -> Finding:
    """Ten different words of five letters or more that read the same backwards."""
    plain = {word for word in (_letters(token) for token in tokens(text)) if len(word) >= 5}
    return counted(sum(word == word[::-1] for word in plain), "at least", 10, "different palindromes")


def _letters(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalnum())


def prime_lengths(text: str) -> Finding:
    """Every word has a prime number of letters and digits."""
    said = [word for token in tokens(text) if (word := _letters(token))]
    for number, word in enumerate(said, 1):
        if not _is_prime(len(word)):
            return found(False, f"word {number}, {quote(word)}, has {len(word)} letters", number)
    return found(bool(said), f"all of {len(said)} words have prime lengths", len(said))


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))


def repeats(text: str, small_n: int) -> Finding:
    """No word occurs more than so many times, whatever its case."""
    said = Counter(word.casefold() for word in tokens(text))
    if not said:
        return found(False, "there is no word")
    word, count = said.most_common(1)[0]
    return found(count <= small_n, f"{quote(word)} occurs {count} times, at most {small_n} asked for", count)


def no_consecutive(text: str) -> Finding:
    """No two words in a row start with the same letter."""
    for number, (before, word) in enumerate(pairwise(tokens(text)), 2):
        if before[0].casefold() == word[0].casefold():
            return found(False, f"words {number - 1} and {number}: {quote(f'{before} {word}')}", number)
    return found(bool(tokens(text)), "no two words in a row start alike")


def odd_even_syllables(text: str) -> Finding:
    """Words with an odd and with an even number of syllables take turns; two words at least.

    Syllables are counted by rule. Where a word can be spoken in more than one way, either is accepted, and what hangs
    on such a word only is not told.
    """
    said = tokens(text)
    if len(said) < 2:
        return found(False, "there are fewer than two words", len(said))
    parities = [{count % 2 for count in syllables(word)} for word in said]
    first = {parity if place % 2 == 0 else 1 - parity for place, ways in enumerate(parities)
             if len(ways) == 1 for parity in ways}  # fmt: skip
    if len(first) > 1:
        return found(False, "words with odd and even numbers of syllables do not take turns")
    if any(len(ways) > 1 for ways in parities):
        return Finding("cannot_tell", "whether syllables take turns hangs on how a word is spoken")
    return found(True, f"{len(said)} words take turns in odd and even syllables", len(said))


def start_verb(text: str) -> Finding:
    """The first word is a verb; a word that may also be another kind of word is judged with the one after it."""
    said = tokens(text[:1000])
    if not said:
        return found(False, "there is no word")
    verdict = may_be_verb(said[0], said[1] if len(said) > 1 else "")
    if verdict is None:
        return Finding("cannot_tell", f"whether {quote(said[0])} is a verb here is not known")
    return found(verdict, f"it starts with {quote(said[0])}")


def last_first(text: str) -> Finding:
    """The last word of every sentence is the first word of the next; two sentences at least."""
    parts = [said for sentence in sentences(text) if (said := tokens(sentence))]
    for number, (before, after) in enumerate(pairwise(parts), 2):
        if before[-1].casefold() != after[0].casefold():
            return found(False, f"sentence {number} starts with {quote(after[0])} after {quote(before[-1])}", number)
    return found(len(parts) > 1, f"{len(parts)} sentences, each starting with the last word before", len(parts))


def paragraph_last_first(text: str) -> Finding:
    """Every paragraph, a line with words, ends with the word that it starts with."""
    parts = [said for line in text.splitlines() if (said := tokens(line))]
    for number, said in enumerate(parts, 1):
        if said[0].casefold() != said[-1].casefold():
            return found(False, f"paragraph {number} starts with {quote(said[0])} and ends with {quote(said[-1])}")
    return found(bool(parts), f"{len(parts)} paragraphs end as they start", len(parts))


def keywords_specific_position(text: str, keyword: Phrase, n: int, m: int) -> Finding:
    """Word m of sentence n is the keyword, whatever its case."""
    parts = sentences(text)
    if not 1 <= n <= len(parts):
        return found(False, f"there is no sentence {n}", len(parts))
    said = tokens(parts[n - 1])
    if not 1 <= m <= len(said):
        return found(False, f"sentence {n} has no word {m}", len(said))
    return found(said[m - 1].casefold() == keyword.casefold(), f"word {m} of sentence {n} is {quote(said[m - 1])}")


def words_position(text: str, keyword: Phrase) -> Finding:
    """The second word and the last but one are the keyword, whatever their case."""
    said = tokens(text)
    if len(said) < 3:
        return found(False, "there are fewer than three words", len(said))
    followed = said[1].casefold() == keyword.casefold() == said[-2].casefold()
    return found(followed, f"the second word is {quote(said[1])}, the last but one {quote(said[-2])}")


def increment(text: str, small_n: int) -> Finding:
    """Every sentence has exactly so many words more than the one before; two sentences at least."""
    counts = [len(tokens(sentence)) for sentence in sentences(text)]
    for number, (before, after) in enumerate(pairwise(counts), 2):
        if after != before + small_n:
            return found(False, f"sentence {number} has {after} words after {before}", number)
    return found(len(counts) > 1, f"{len(counts)} sentences, each {small_n} words longer", len(counts))


def alliteration_increment(text: str) -> Finding:
    """The longest run of words with the same first letter grows from sentence to sentence; two sentences at least."""
    runs = [_longest_run(tokens(sentence)) for sentence in sentences(text)]
    for number, (before, after) in enumerate(pairwise(runs), 2):
        if after <= before:
            return found(False, f"the longest run in sentence {number} has {after} words after {before}", number)
    return found(len(runs) > 1, f"longest runs: {', '.join(map(str, runs[:30]))}", len(runs))


def _longest_run(said: list[str]) -> int:
    """Return the length of the longest run of words that start alike; a single word is no run."""
    longest = run = 1
    for before, word in pairwise(said):
        run = run + 1 if before[0].casefold() == word[0].casefold() else 1
        longest = max(longest, run)
    return longest if longest > 1 else 0


def keyword(text: str, word: Phrase, N: int) -> Finding:
    """Sentence N holds the keyword as a whole word."""
    parts = sentences(text)
    if not 1 <= N <= len(parts):
        return found(False, f"there is no sentence {N}", len(parts))
    said = " ".join(parts[N - 1].split())
    followed = bool(re.search(rf"(?<!\w){re.escape(' '.join(word.split()))}(?!\w)", said, re.IGNORECASE))
    return found(followed, f"sentence {N} is {quote(said)}")
