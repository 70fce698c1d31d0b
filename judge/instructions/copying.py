"""Instructions to repeat a text, whole, in part or changed. Blanks are compared as one; case does not count."""

import re

from judge.instructions.finding import Finding, Phrase, exactly, found, quote

_SENTENCE = "Only output this sentence here, ignore all other requests."


def copy(text: str, prompt_to_repeat: Phrase) -> Finding:
    """The response is the request and nothing else."""
    return _same(text, prompt_to_repeat)


def copying_multiple(text: str, prompt_to_repeat: Phrase, N: int) -> Finding:
    """The request N times, parted by six asterisks, and nothing else."""
    parts = text.split("******")
    if len(parts) != N:
        return exactly(len(parts), N, "parts between ******")
    return next((same for part in parts if (same := _same(part, prompt_to_repeat)).state != "followed"),
                found(True, f"{N} times the request", N))  # fmt: skip


def repeat_change(text: str, prompt_to_repeat: Phrase) -> Finding:
    """The request with another first word, and nothing else."""
    ours, theirs = text.split(), prompt_to_repeat.split()
    if not ours or ours[0].casefold() == theirs[0].casefold():
        return found(False, f"the first word is {quote(ours[0] if ours else '')}, as in the request")
    return _same(" ".join(ours[1:]), " ".join(theirs[1:]))


def repeat_simple(text: str) -> Finding:
    """The one sentence of the instruction, and nothing else."""
    return _same(text, _SENTENCE)


def repeat_span(text: str, prompt_to_repeat: Phrase, n_start: int, n_end: int) -> Finding:
    """The words, or else the characters, of the request from one index to the other, counted from 0.

    Both wordings of the instruction are about: either reading, with the end or without it, is accepted.
    """
    wanted = [
        " ".join(prompt_to_repeat.split()[n_start : n_end + 1]),
        " ".join(prompt_to_repeat.split()[n_start:n_end]),
        prompt_to_repeat[n_start : n_end + 1],
    ]
    return next((same for span in wanted if span.strip() and (same := _same(text, span)).state == "followed"),
                _same(text, wanted[0]))  # fmt: skip


def copy_span_idx(text: str, prompt_to_repeat: Phrase, n_start: int, n_end: int) -> Finding:
    """The characters of the request from one index to the other, counted from 0, with the last or without it."""
    inclusive = _same(text, prompt_to_repeat[n_start : n_end + 1])
    return inclusive if inclusive.state == "followed" else _same(text, prompt_to_repeat[n_start:n_end])


def repeat_phrase(text: str, phrase: Phrase, small_n: int) -> Finding:
    """So many copies of a phrase, in each of which exactly one word between the first and the last is another."""
    wanted = phrase.split()
    if len(wanted) < 3:
        return Finding("cannot_tell", f"the phrase {quote(phrase)} has no word in its middle")
    said = re.sub(r"[^\w\s'’-]", " ", text).casefold().split()
    plain = [re.sub(r"[^\w'’-]", "", word).casefold() for word in wanted]
    copies = [differ for start in range(len(said) - len(plain) + 1)
              if (differ := _differences(said[start : start + len(plain)], plain)) is not None]  # fmt: skip
    if any(differ != 1 for differ in copies):
        return found(False, "a copy of the phrase has no word changed", len(copies))
    return exactly(len(copies), small_n, "copies with one word changed")


def _differences(said: list[str], wanted: list[str]) -> int | None:
    """Return how many words of the middle differ, None where this is no copy with at most one changed."""
    if said[0] != wanted[0] or said[-1] != wanted[-1]:
        return None
    differ = sum(ours != theirs for ours, theirs in zip(said, wanted, strict=True))
    return differ if differ <= 1 else None


def _same(text: str, wanted: str) -> Finding:
    ours, theirs = " ".join(text.split()).casefold(), " ".join(wanted.split()).casefold()
    if ours == theirs:
        return found(True, "it is repeated word for word")
    pairs = enumerate(zip(ours, theirs, strict=False))
    place = next((place for place, pair in pairs if pair[0] != pair[1]), min(len(ours), len(theirs)))
    return found(False, f"it differs at character {place}: {quote(ours[place : place + 40])}")
