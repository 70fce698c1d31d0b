"""In which language a text is written: by its script, and among languages that share one, by their commonest words.

Deterministic and without data files. A short text, or one between two languages, is not told.
"""

import re
import unicodedata
from collections import Counter

from judge.errors import ToolError
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
    if wanted not in SCRIPT_OF:
        raise ToolError(f"language {language!r} cannot be told; those that can: {', '.join(sorted(SCRIPT_OF))}")
    script = _script(text)
    if script is None:
        return Finding("cannot_tell", "there are too few letters to tell a language")
    if SCRIPT_OF[wanted] != script:
        return found(False, f"most letters are {script}")
    spoken = _language(text, script)
    if spoken is None:
        return Finding("cannot_tell", f"too short or too mixed to tell which {script} language it is")
    return found(spoken == wanted, f"the language is {spoken}")


def _script(text: str) -> str | None:
    """Return the script of most letters, by the first word of their Unicode names; kana make a text Japanese."""
    letters = Counter(letter for run in _LETTERS.findall(text) for letter in run)
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[_script_of(letter)] += count
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > scripts["CJK"] / 10:
        scripts["JAPANESE"] = scripts.pop("HIRAGANA") + scripts.pop("KATAKANA", 0) + scripts.pop("CJK", 0)
    if scripts.total() < _FEW_LETTERS:
        return None
    return scripts.most_common(1)[0][0].lower()


def _script_of(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split()[0].split("-")[0]


def _language(text: str, script: str) -> str | None:
    languages = [language for language, its in SCRIPT_OF.items() if its == script]
    if len(languages) == 1:
        return languages[0]
    tokens = Counter(token.casefold() for token in _TOKEN.findall(text))
    shared = Counter(word for language in languages for word in COMMON_WORDS[language])
    weight = {language: sum(tokens[word] / shared[word] for word in COMMON_WORDS[language]) for language in languages}
    first, second = sorted(weight, key=weight.__getitem__, reverse=True)[:2]
    enough = sum(tokens[word] for word in COMMON_WORDS[first]) >= _FEW_WORDS
    return first if enough and weight[first] >= _CLEAR * weight[second] else None
