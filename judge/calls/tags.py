"""ToolRL's format: `<think>`, then `<tool_call>` and perhaps `<response>`, each once and in this order."""

_ORDER = ("think", "tool_call", "response")


def format_fault(text: str, calls_due: bool | None) -> str:
    """Return what is wrong with the tags of a response; "" when nothing is (arXiv:2504.13958, section 3.2).

    Args:
        text: the response as it was generated, thinking included.
        calls_due: whether a right response makes a call; None when that is not known.
    """
    text = text.strip()
    places = []
    for tag in _ORDER:
        opened, closed = text.count(f"<{tag}>"), text.count(f"</{tag}>")
        if (opened, closed) not in ((0, 0), (1, 1)):
            return f"<{tag}> stands {opened} times and </{tag}> {closed} times; once is right"
        if opened:
            places.append((tag, text.index(f"<{tag}>"), text.index(f"</{tag}>") + len(tag) + 3))
    tags = [tag for tag, _, _ in places]
    if missing := next((tag for tag in _due(calls_due) if tag not in tags), None):
        return f"<{missing}> is missing"
    if calls_due is False and "tool_call" in tags:
        return "<tool_call> stands where no call is due"
    at = 0
    for tag, start, end in places:
        if start < at or text[at:start].strip():
            return f"<{tag}> does not follow what is before it at once, or the order is wrong"
        at = end
    return "there is text behind the last tag" if text[at:].strip() else ""


def _due(calls_due: bool | None) -> tuple[str, ...]:
    return {True: ("think", "tool_call"), False: ("think", "response"), None: ("think",)}[calls_due]
