"""Tests that compare arrays: judged out here like any other data, where numpy is installed."""

import pytest

from judge import Judge
from judge.types import Reward, Tests

pytest.importorskip("numpy", reason="numpy is not installed")

PROGRAM = """```python
import numpy as np

def double(x):
    return np.array(x) * 2

def mean(x):
    return float(np.mean(x))
```"""
HOLDS = [
    "assert np.array_equal(double([1, 2]), np.array([2, 4]))",
    "assert np.allclose(double([1.5]), [3.0])",
    "assert double([1, 2, 3]).shape == (3,)",
    "assert (double([1]) == np.array([2])).all()",
    "np.testing.assert_allclose(double([1.0]), np.array([2.0]))",
    "assert np.isclose(mean([1, 2]), 1.5)",
    "assert double(np.arange(3)).tolist() == [0, 2, 4]",
    "assert double(np.array([[1, 2], [3, 4]])).sum() == 20",
]
BREAKS = [
    "assert np.array_equal(double([1, 2]), np.array([2, 5]))",
    "np.testing.assert_allclose(double([1.0]), np.array([2.5]))",
    "assert double([1, 2, 3]).shape == (4,)",
    "assert np.isclose(mean([1, 2]), 1.6)",
]


def judged(test: str) -> Reward:
    return Judge("verify").score("?", PROGRAM, tests=Tests(code=f"import numpy as np\n{test}"))


@pytest.mark.parametrize("test", HOLDS)
def test_what_holds_passes_and_is_judged_outside(test: str) -> None:
    reward = judged(test)
    assert reward.value == 1.0 and "integrity=outside" in reward.evidence[0].provenance


@pytest.mark.parametrize("test", BREAKS)
def test_what_does_not_hold_fails(test: str) -> None:
    assert judged(test).value == 0.0
