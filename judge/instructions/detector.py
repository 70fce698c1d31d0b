"""The language of a text by py3langid (extra `language`): 97 languages, offline, the same answer every time.

It answers for any text, so short ones and unsure answers are not told.
"""

from functools import cache
from typing import Any

_SURE = 0.95
_FEW_LETTERS = 20
_READ = 20_000
"""Characters looked at."""
_SAME = {"nb": "no", "nn": "no"}


def detect(text: str) -> str | None:
    """Return the ISO 639-1 code of the language; None when it is not told or py3langid is not installed."""
    identifier = _identifier()
    if identifier is None or sum(map(str.isalpha, text[:200])) < _FEW_LETTERS:
        return None
    code, sure = identifier.classify(text[:_READ])
    return _SAME.get(code, str(code)) if sure >= _SURE else None


def languages() -> frozenset[str]:
    """Return the codes that can be detected; none without py3langid."""
    identifier = _identifier()
    return frozenset() if identifier is None else frozenset(_SAME.get(code, code) for code in identifier.labels)


@cache
def _identifier() -> Any:
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        return None
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
