"""Instructions on how a response starts, ends and is put together."""

from judge.instructions.finding import Finding, Phrase, exactly, found, quote


def end_checker(text: str, end_phrase: Phrase) -> Finding:
    """The last words are the given ones, and nothing follows."""
    end = text.strip().strip('"').lower()
    return found(end.endswith(end_phrase.lower()), f"it ends in {quote(text.strip()[-50:])}")


def quotation(text: str) -> Finding:
    """The whole response stands in double quotation marks."""
    body = text.strip()
    followed = len(body) > 1 and body[0] == '"' == body[-1]
    return found(followed, f"the first and last characters are {body[0]!r} and {body[-1]!r}")


def two_responses(text: str) -> Finding:
    """Two different responses, parted by six asterisks."""
    parts = [part.strip() for part in text.split("******")]
    if "" in parts[1:-1]:
        return found(False, "a response between two dividers ****** is empty")
    given = [part for part in parts if part]
    if len(given) == 2 and given[0] == given[1]:
        return found(False, "both responses are the same", 2)
    return exactly(len(given), 2, "responses parted by ******")


def repeat_prompt(text: str, prompt_to_repeat: Phrase) -> Finding:
    """The response starts with the request, word for word."""
    start, wanted = text.strip().lower(), prompt_to_repeat.lower()
    same = next((place for place, pair in enumerate(zip(start, wanted, strict=False)) if pair[0] != pair[1]), None)
    if start.startswith(wanted):
        return found(True, "it starts with the request")
    place = min(len(start), len(wanted)) if same is None else same
    return found(False, f"it leaves the request at character {place}: {quote(text.strip()[place : place + 40])}")
