"""What every fit needs: the libraries of the extra `learn`, on one core."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from judge.errors import SettingsError

Given = ParamSpec("Given")
Found = TypeVar("Found")


def fitting(fit: Callable[Given, Found]) -> Callable[Given, Found]:
    """Run a fit with linear algebra on one core, and say in one sentence when its libraries are missing.

    These problems are small: several threads take longer than one, ten times where the cores are busy, and may add up
    numbers in another order.

    Raises:
        SettingsError: scikit-learn, which brings numpy and scipy, is not installed.
    """

    @functools.wraps(fit)
    def fit_alone(*given: Given.args, **named: Given.kwargs) -> Found:
        try:
            import sklearn  # noqa: F401
            from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
        except ImportError as error:
            raise SettingsError("fitting needs scikit-learn; pip install 'agentic-judge[learn]'") from error
        with threadpool_limits(limits=1):
            return fit(*given, **named)

    return fit_alone
