"""Is a response in the language of its prompt, or in one that is asked for, and how much of it?

Code, formulas and links do not count. Scripts are counted letter by letter; among languages that share a script each
paragraph is told by its words, and one that cannot be told is counted as the wanted language. So a few foreign words
within a paragraph go unnoticed where the script is the same. Training on reasoning uses such a share against mixing of
languages (DeepSeek-R1, arXiv 2501.12948, section 2.3.2).
"""

import re
from collections import Counter

from judge.errors import SettingsError, ToolError
from judge.instructions.language import scripts_of, tell
from judge.instructions.profiles import SCRIPT_OF
from judge.tool import Checks
from judge.types import Evidence, Sample

CHECKS: Checks = "language"
SOFT = True

_FENCED = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_OTHER = re.compile(r"`[^`\n]*`|\$[^$\n]{0,2000}\$|https?://\S+|<[^<>\n]{0,200}>|\\[A-Za-z]+")


def needs(sample: Sample) -> str:
    """Return what is missing: a prompt, from which the language is taken. With the option `wanted` none is needed."""
    return ""


async def verify(sample: Sample, *, wanted: str = "", min_share: float = 0.9) -> Evidence:
    """Measure the share of the only response's letters that is in the wanted language; this is the score.

    Args:
        sample: with one response.
        wanted: ISO 639-1 code such as `de`; "" for the prompt's language.
        min_share: share, in [0, 1], from which the finding supports the response.

    Raises:
        SettingsError: `wanted` is no language that can be told, or `min_share` is out of range.
        ToolError: the prompt's language cannot be told.
    """
    if (wanted and wanted not in SCRIPT_OF) or not 0 <= min_share <= 1:
        raise SettingsError(f"wanted={wanted!r}, min_share={min_share}: known are {', '.join(sorted(SCRIPT_OF))}")
    language = wanted or tell(_prose(sample.question))
    if language is None:
        raise ToolError("the language of the prompt cannot be told; give the option wanted")
    letters = _letters(_prose(sample.responses[0].text), language)
    total = letters.total()
    if not total:
        return Evidence(tool="language", stance="neutral", summary="there is no prose whose language could be told")
    share = letters[language] / total
    return Evidence(
        tool="language",
        stance="supports" if share >= min_share else "refutes",
        summary=f"{share:.0%} of the prose is in {language!r}",
        score=share,
        detail={"wanted": language, "letters": dict(letters.most_common(10))},
    )


def _prose(text: str) -> str:
    return _OTHER.sub(" ", _FENCED.sub(" ", text))


def _letters(text: str, wanted: str) -> Counter[str]:
    """Count the letters by language, those of other scripts by script."""
    letters: Counter[str] = Counter()
    for paragraph in text.split("\n"):
        scripts = scripts_of(paragraph)
        if wanted == "zh" and not scripts["hiragana"]:
            scripts["cjk"] += scripts.pop("japanese", 0)
        script = SCRIPT_OF.get(wanted, "")
        spoken = tell(paragraph) if scripts[script] else None
        same = spoken if spoken and SCRIPT_OF.get(spoken) == script else wanted
        letters[same] += scripts.pop(script, 0)
        letters.update(scripts)
    return +letters
