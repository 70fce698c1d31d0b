"""Instructions of IFBench on shares and balances: stop words, kinds of sentences, overlap with another text."""

from collections import Counter

from judge.instructions.finding import Finding, Phrase, found, quote
from judge.instructions.lists import STOP_WORDS
from judge.instructions.text import final_mark, sentences, tokens, words


def stop_words(text: str, percentage: float) -> Finding:
    """At most so many per cent of the words are English stop words."""
    said = words(text)
    if not said:
        return found(False, "there is no word")
    share = 100 * sum(word.casefold() in STOP_WORDS for word in said) / len(said)
    return found(share <= percentage, f"{share:.1f} % stop words, at most {percentage:g} % asked for")


def overlap(text: str, reference_text: Phrase, percentage: float) -> Finding:
    """Of the different word trigrams of the response, such a share, 2 points more or less, stands in the reference."""
    ours, theirs = _trigrams(text), _trigrams(reference_text)
    if not ours:
        return found(False, "there are fewer than three words")
    share = 100 * len(ours & theirs) / len(ours)
    followed = percentage - 2 <= share <= percentage + 2
    return found(followed, f"{share:.1f} % of the trigrams are in the reference, {percentage:g} % asked for")


def _trigrams(text: str) -> set[tuple[str, ...]]:
    said = [word.casefold() for word in tokens(text)]
    return set(zip(said, said[1:], said[2:], strict=False))


def sentence_type(text: str) -> Finding:
    """Twice as many sentences that state as sentences that ask."""
    states, asks, _ = _kinds(text)
    return found(states == 2 * asks > 0, f"{states} sentences state and {asks} ask, two to one asked for")


def sentence_balance(text: str) -> Finding:
    """As many sentences that state as that ask and that exclaim."""
    states, asks, exclaims = _kinds(text)
    return found(states == asks == exclaims > 0, f"{states} sentences state, {asks} ask, {exclaims} exclaim")


def _kinds(text: str) -> tuple[int, int, int]:
    marks = [final_mark(sentence) for sentence in sentences(text)]
    states, asks, exclaims = (sum(mark in kind for mark in marks if mark) for kind in (".。।", "?？؟", "!！"))
    return states, asks, exclaims


def sentence_words(text: str) -> Finding:
    """Three sentences of equal length in characters, and no word twice."""
    parts = sentences(text)
    if len(parts) != 3:
        return found(False, f"{len(parts)} sentences, exactly 3 asked for", len(parts))
    lengths = [len(part) for part in parts]
    if len(set(lengths)) > 1:
        return found(False, f"the sentences have {', '.join(map(str, lengths))} characters")
    word, times = Counter(word.casefold() for word in tokens(text)).most_common(1)[0]
    reason = f"{quote(word)} occurs {times} times" if times > 1 else f"three times {lengths[0]} characters"
    return found(times == 1, reason)
