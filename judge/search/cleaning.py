"""Text from outside without what no reader sees and no model should: invisible characters and chat-template tokens.

What is left is still hostile: it goes into prompts fenced. It does not know what a text says.
"""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Zero-width, bidirectional, filler, variation and tag characters."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINE_END = re.compile("\r\n?|[\u2028\u2029\u0085]")
_TOKEN = re.compile(
    r"<[|｜][^<>|｜\n]{0,64}[|｜]>"
    r"|</?(?:s|bos|eos|pad|unk|think|thinking|tool_call|tool_response|start_of_turn|end_of_turn|system|assistant|user)>"
    r"|\[/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS|AVAILABLE_TOOLS|TOOL_RESULTS)\]|<</?SYS>>",
    re.IGNORECASE,
)
"""Marks by which chat templates tell turns apart: ChatML, Llama, Mistral, Gemma, DeepSeek and their kin."""
_REMNANT = re.compile(r"<(?=[|｜])|(?<=[|｜])>")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n ?(?:\n ?)+")


def clean(text: str) -> str:
    """Return the text a reader would see, in Unicode's NFC, runs of blanks and of empty lines shortened.

    Time is linear in the text, and cleaning twice changes nothing.
    """
    text = _LINE_END.sub("\n", unicodedata.normalize("NFC", text))
    text = unicodedata.normalize("NFC", _CONTROL.sub(" ", _INVISIBLE.sub("", text)))
    text = _REMNANT.sub(" ", _TOKEN.sub(" ", text))  # a blank in its place, so that nothing new is put together
    return _LINES.sub("\n\n", _BLANKS.sub(" ", text).replace(" \n", "\n").replace("\n ", "\n")).strip()
