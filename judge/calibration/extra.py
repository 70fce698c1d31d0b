"""The one place that says what fitting needs."""

from collections.abc import Iterator
from contextlib import contextmanager

from judge.errors import SettingsError


@contextmanager
def learn_extra() -> Iterator[None]:
    """Turn a missing library into one sentence.

    Raises:
        SettingsError: numpy, scipy or scikit-learn is not installed.
    """
    try:
        yield
    except ImportError as error:
        raise SettingsError("fitting needs scikit-learn; pip install 'agentic-judge[learn]'") from error
