"""Where the corpus and the search cache lie when no option says so: by the environment, else in the user's folder."""

import os
import sys
from pathlib import Path

_NAME = "agentic-judge"


def corpus_path(given: str = "") -> str:
    """Return `given`, else $JUDGE_CORPUS, else `corpus.sqlite` in the user's data folder."""
    return given or os.environ.get("JUDGE_CORPUS") or str(_folder("XDG_DATA_HOME", ".local/share") / "corpus.sqlite")


def cache_path(given: str = "") -> str:
    """Return `given`, else $JUDGE_SEARCH_CACHE, else `search.sqlite` in the user's cache folder."""
    return given or os.environ.get("JUDGE_SEARCH_CACHE") or str(_folder("XDG_CACHE_HOME", ".cache") / "search.sqlite")


def _folder(variable: str, under_home: str) -> Path:
    if named := os.environ.get(variable):
        return Path(named) / _NAME
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / _NAME
    if sys.platform == "darwin":
        return Path.home() / "Library" / ("Caches" if "CACHE" in variable else "Application Support") / _NAME
    return Path.home() / under_home / _NAME
