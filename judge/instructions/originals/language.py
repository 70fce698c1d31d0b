"""Language as IFEval's program detects it: with langdetect (extra `ifeval`), whose errors count as followed.

The library draws random numbers; here its seed is 0. Without it our own rules decide, and what they cannot tell counts
as followed.
"""

from collections.abc import Callable
from functools import cache
from threading import Lock
from typing import Any

from judge.instructions.language import response_language as tell

_LOADING = Lock()


def response_language(text: str, language: str) -> bool:
    """The language detected is the one asked for."""
    detected = _detect(text)
    if detected is None:
        return tell(text, language).state != "not_followed"
    return detected in ("", language)


def english_capital(text: str) -> bool:
    """All letters are capital ones, and the language detected is English."""
    return _english(text, str.isupper)


def english_lowercase(text: str) -> bool:
    """All letters are small ones, and the language detected is English."""
    return _english(text, str.islower)


def _english(text: str, right: Callable[[str], bool]) -> bool:
    return _detect(text) == "" or (right(text) and response_language(text, "en"))


def _detect(text: str) -> str | None:
    """Return the code that langdetect gives, "" where it fails, None where it is not installed."""
    factory = _factory()
    if factory is None:
        return None
    from langdetect.lang_detect_exception import LangDetectException

    detector = factory.create()
    detector.append(text)
    try:
        code: str = detector.detect()
    except LangDetectException:
        return ""
    return code


def _factory() -> Any:
    with _LOADING:  # loading the profiles is not safe among threads
        return _load()


@cache
def _load() -> Any:
    try:
        from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
    except ImportError:
        return None
    factory = DetectorFactory()
    factory.seed = 0
    factory.load_profile(PROFILES_DIRECTORY)
    return factory
