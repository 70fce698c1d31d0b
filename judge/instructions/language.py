"""In which language a text is written: by its script, and among languages that share one, by their commonest words.

Deterministic. A short text, or one between two languages, is not told; with the extra `language` fewer texts are not.
"""

import re
import unicodedata
from collections import Counter

from judge.errors import ToolError
from judge.instructions.detector import detect, languages
from judge.instructions.finding import Finding, found
from judge.instructions.profiles import COMMON_WORDS, SCRIPT_OF

_TOKEN = re.compile(r"[^\s.,;:!?¡¿\"'’“”„«»()\[\]{}<>*_#`~/\\|=+&%$@0-9،؛؟।–—-]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_FEW_LETTERS = 4
_FEW_WORDS = 3
_CLEAR = 1.25
"""How many times the weight of the second language the first must have; words weigh less the more languages share."""


def response_language(text: str, language: str) -> Finding:
    """The whole response is in a language, by its ISO 639-1 code such as `de`; `zh-cn` and `zh-tw` count as `zh`."""
    wanted = "zh" if language.lower().startswith("zh") else language.lower()
    if wanted not in SCRIPT_OF and wanted not in languages():
        known = ", ".join(sorted(SCRIPT_OF))
        raise ToolError(
            f"language {language!r} cannot be told; those that can: {known}, more with the extra `language`"
        )
    script = script_of(text)
    if script is None:
        return Finding("cannot_tell", "there are too few letters to tell a language")
    if SCRIPT_OF.get(wanted, script) != script:
        return found(False, f"most letters are {script}")
    spoken = tell(text)
    if spoken is None:
        return Finding("cannot_tell", f"too short or too mixed to tell which {script} language it is")
    return found(spoken == wanted, f"the language is {spoken}")


def tell(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of most of a text; None when it cannot be told.

    The script decides where only one language has it, then py3langid where it is installed and sure, then the commonest
    words.
    """
    script = script_of(text)
    if script is None:
        return None
    candidates = [language for language, its in SCRIPT_OF.items() if its == script]
    return candidates[0] if len(candidates) == 1 else detect(text) or _language(text, candidates)


def scripts_of(text: str) -> Counter[str]:
    """Count the letters by script, the first word of their Unicode names; kana make Chinese signs Japanese."""
    letters = Counter(letter for run in _LETTERS.findall(text) for letter in run)
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[_script_of(letter)] += count
    if scripts["hiragana"] + scripts["katakana"] > scripts["cjk"] / 10:
        scripts["japanese"] = scripts["hiragana"] + scripts["katakana"] + scripts["cjk"]
        scripts["hiragana"] = scripts["katakana"] = scripts["cjk"] = 0
    return +scripts


def script_of(text: str) -> str | None:
    """Return the script of most letters; None when there are fewer than four."""
    scripts = scripts_of(text)
    return None if scripts.total() < _FEW_LETTERS else scripts.most_common(1)[0][0]


def _script_of(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split()[0].split("-")[0].lower()


def _language(text: str, candidates: list[str]) -> str | None:
    if not candidates:
        return None
    tokens = Counter(token.casefold() for token in _TOKEN.findall(text))
    shared = Counter(word for language in candidates for word in COMMON_WORDS[language])
    weight = {language: sum(tokens[word] / shared[word] for word in COMMON_WORDS[language]) for language in candidates}
    first, second = sorted(weight, key=weight.__getitem__, reverse=True)[:2]
    enough = sum(tokens[word] for word in COMMON_WORDS[first]) >= _FEW_WORDS
    return first if enough and weight[first] >= _CLEAR * weight[second] else None
