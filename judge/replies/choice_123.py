"""The grammar `choice_123`: a last line 1 (first), 2 (second) or 3 (equal), or a sentence that says as much.

Judges that forget the form still write "Best answer: 2", "The best answer is from Assistant 2", "La mejor respuesta es
la del Asistente 2" or "I choose 3, as both are equivalent".
"""

import re

from judge.replies.mark import Mark, last_line, sentence_before

_SHARE = {"1": 1.0, "2": 0.0, "3": 0.5}

_WHO = r"(?:assistant|asistente|assistente?|ассистент\w?|助手)\s?([12])\b(?:'s\s\w{1,12})?"
_BEST = r"(?:better|best|mejor|beste[rs]?|bessere[rs]?|meilleure?|melhor|migliore|лучший)\b"
_ANSWER = r"(?:answer|response|one|choice|respuesta|antwort|réponse|resposta|risposta|ответ)\b"
_IS = r"(?:is|was|es|ist|est|è|é|comes|[:—–-])"
_WORDS = r"(?:(?!not\b|no\b|either\b|both\b|between\b|over\b)\w{1,20}\s)"
_CHOOSE = (
    r"(?:choose|chose|select|prefer|pick|recommend"
    r"|(?:the|my)\s(?:\w{1,10}\s)?(?:answer|choice|output)\s(?:is|should\sbe))"
)
_STATEMENT = re.compile(
    rf"\b{_BEST}\s{_ANSWER}\s?{_IS}\s(?:[^.\n\d]{{0,40}}?{_WHO}|[*_`\"']{{0,3}}([123])\b(?!\.?[0-9]|\s?/))"
    rf"|\b{_WHO}\s{_IS}\s{_WORDS}{{0,3}}?{_BEST}"
    rf"|\brate\s{_WHO}\sas\s{_WORDS}{{0,2}}?{_BEST}"
    rf"|\b{_CHOOSE}\s{_WORDS}{{0,4}}?"
    rf"(?:{_WHO}|([123])(?=[*_`\"']{{0,3}}(?:[.,;]|\s(?:as|because|since|for)\b|\s*\Z)))",
    re.IGNORECASE,
)
_DENIED = re.compile(r"(?:\b(?:not|neither|never|whether|cannot|also)|n't)\b[^,;:]*+\Z", re.IGNORECASE)
_EVEN = re.compile(
    r"\b(?:both|the\stwo)\b[^.\n]{0,60}\b(?:equivalent|equally\sgood)\b[^.\n]{0,60}\.?\s*+\Z", re.IGNORECASE
)

_LAST_LINE = re.compile(
    r"[\s*_`\"'(\[]{0,9}(?:(?P<label>[^\n\d:]{1,40}):[\s*_`\"'(\[]{0,9})?(?:assistant\s)?([123])[\s*_`\"')\].]{0,9}",
    re.IGNORECASE,
)
_CLEAR = re.compile(rf"\b{_BEST}|\b{_ANSWER}|\b(?:verdict|decision|winner|output)\b", re.IGNORECASE)
_SCORE = re.compile(r"[^\n:]{1,60}:\s{0,3}[0-9][0-9.]*+(?:\s?/\s?[0-9]++)?\W{0,6}")


def marks(text: str) -> list[Mark]:
    """Return what is said of a tie at the end, then the statements as they stand in the text, then the last line."""
    found = [
        Mark(*match.span(), preference=_SHARE[match[match.lastindex]] if match.lastindex else 0.5)
        for match in [*_EVEN.finditer(text), *_STATEMENT.finditer(text)]
        if not _DENIED.search(sentence_before(text, match.start()))
    ]
    return found + _ending(text)


def _ending(text: str) -> list[Mark]:
    """Return the last line when it gives the number, and is not the last of a list of scores."""
    start, line = last_line(text)
    match = _LAST_LINE.fullmatch(line)
    if match is None:
        return []
    label = match["label"]
    if label is not None and not _CLEAR.search(label) and _SCORE.fullmatch(last_line(text[:start])[1]):
        return []
    return [Mark(start, start + len(line), preference=_SHARE[match[2]])]
