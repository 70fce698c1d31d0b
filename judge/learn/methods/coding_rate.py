"""Which vectors say the most together: the coding rate of a set, and a subset chosen greedily by its gain.

The coding rate of n unit vectors is R(X) = sum over i of log(1 + s_i^2 / (eps^2 n)) with the singular values s_i of X,
in nats: large for vectors of many directions, and no larger for one more of a direction that is there already. As in
Auto-Rubric, which chooses criteria by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from judge.errors import SettingsError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

_TIE = 1e-12
"""Candidates whose gains differ by less are equally good: the first one is taken, on every machine."""
_NONE = 1e-12
"""A direction with so small a share of the variance of the largest one is rounding."""
_BATCH = 10
"""Rows that the heuristic takes at once."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What was chosen."""

    rows: tuple[int, ...]
    """Numbers of the rows, in the order in which they were chosen."""
    rates: tuple[float, ...]
    """Coding rate of all rows chosen so far, after each step."""


def reduced(vectors: Any, most: int = 100) -> "Matrix":
    """Return the vectors in at most `most` dimensions by principal components, each row of length 1.

    A row that equals the mean has no direction and stays zero.

    Args:
        vectors: n rows of d numbers.
        most: dimensions at most.
    """
    import numpy as np
    from scipy.linalg import eigh

    rows = np.asarray(vectors, dtype=np.float64)
    rows = rows - rows.mean(axis=0)
    wide = rows.shape[1] > rows.shape[0]
    square = rows @ rows.T if wide else rows.T @ rows
    values, axes = eigh(square, subset_by_index=[max(0, len(square) - most), len(square) - 1])
    axes, values = axes[:, values > _NONE * values[-1]], values[values > _NONE * values[-1]]
    found = axes * np.sqrt(values) if wide else rows @ axes
    size = np.linalg.norm(found, axis=1, keepdims=True)
    whole: Matrix = np.divide(found, size, out=np.zeros_like(found), where=size > _NONE)
    return whole


def coding_rate(rows: Any, eps: float = 0.1, *, energy: float = 0.95) -> float:
    """Return the coding rate of a set of vectors, in nats; 0 for none.

    Args:
        rows: n rows of d numbers, as `reduced` gives them.
        eps: the error allowed, as a share of a vector's length.
        energy: only the largest singular values count, up to those that hold this share of the squares' sum; 1.0: all.

    Raises:
        SettingsError: eps is not positive, or energy is not within (0, 1].
    """
    import numpy as np

    if not eps > 0 or not 0 < energy <= 1:
        raise SettingsError(f"a coding rate needs eps > 0 and 0 < energy <= 1, got {eps:g} and {energy:g}")
    matrix = np.asarray(rows, dtype=np.float64)
    if not matrix.size:
        return 0.0
    squares = np.linalg.svd(matrix, compute_uv=False) ** 2
    if energy < 1:
        held = np.cumsum(squares)
        squares = squares[: int(np.searchsorted(held, energy * held[-1] * (1 - 1e-12))) + 1]
    return float(np.log1p(squares / (eps**2 * len(matrix))).sum())


def select(
    rows: Any, most: int, *, eps: float = 0.1, min_gain: float = 0.002, patience: int = 2, heuristic: bool = False
) -> Selection:
    """Choose at most `most` rows, one after the other, each the one that raises the coding rate the most.

    Adding a row to n others also divides by n + 1 in place of n, so a gain may be negative. The choice ends after
    `patience` gains in a row below `min_gain`; the rows that brought those are left out. All singular values count.

    Args:
        rows: n rows of d numbers, as `reduced` gives them; d about 100 at most.
        most: how many to choose.
        eps: as in `coding_rate`.
        min_gain: what a row has to bring, in nats.
        patience: how many rows in a row may bring less.
        heuristic: choose by tens those farthest from the mean of what is left, as the released code of Auto-Rubric does
            with batches (an approximation of it); `min_gain` is then for ten rows together.

    Raises:
        SettingsError: `most`, `eps` or `patience` is not positive.
    """
    import numpy as np

    if most < 1 or patience < 1 or not eps > 0:
        raise SettingsError(f"choosing needs most, patience and eps above 0, got {most}, {patience} and {eps:g}")
    matrix = np.ascontiguousarray(rows, dtype=np.float64)
    chosen: list[int] = []
    rates: list[float] = []
    sizes: list[int] = []
    low = 0
    while len(chosen) < min(most, len(matrix)) and low < patience:
        step = _farthest(matrix, chosen, most) if heuristic else [_best(matrix, chosen, eps)]
        chosen += step
        sizes.append(len(step))
        rates.append(_rate(matrix[chosen], eps))
        gain = rates[-1] - (rates[-2] if len(rates) > 1 else 0.0)
        low = low + 1 if gain < min_gain else 0
    if low:
        del rates[-low:], chosen[len(chosen) - sum(sizes[-low:]) :]
    return Selection(tuple(chosen), tuple(rates))


def _best(matrix: "Matrix", chosen: Sequence[int], eps: float) -> int:
    """Return the row with the largest gain.

    With a = eps^2 (n + 1) and G the sum of x x^T over the n rows chosen, the rate with one more row x is
    logdet(I + G/a) + log(1 + x^T (a I + G)^-1 x): only the last term hangs on x, and it rises with the square.
    """
    import numpy as np
    from scipy.linalg import cholesky, solve_triangular

    kept = matrix[list(chosen)]
    inner = kept.T @ kept
    inner[np.diag_indices_from(inner)] += eps**2 * (len(chosen) + 1)
    root = cholesky(inner, lower=True, check_finite=False)
    squares = (solve_triangular(root, matrix.T, lower=True, check_finite=False) ** 2).sum(axis=0)
    squares[list(chosen)] = -1.0
    return int(np.argmax(squares >= squares.max() * (1 - _TIE)))


def _rate(rows: "Matrix", eps: float) -> float:
    """The coding rate of all singular values, by the smaller of the two Gram matrices."""
    import numpy as np

    gram = rows @ rows.T if len(rows) < rows.shape[1] else rows.T @ rows
    gram = gram / (eps**2 * len(rows))
    gram[np.diag_indices_from(gram)] += 1.0
    return float(np.linalg.slogdet(gram)[1])


def _farthest(matrix: "Matrix", chosen: Sequence[int], most: int) -> list[int]:
    import numpy as np

    left = np.setdiff1d(np.arange(len(matrix)), chosen)
    far = np.linalg.norm(matrix[left] - matrix[left].mean(axis=0), axis=1)
    order = np.argsort(-far, kind="stable")[: min(_BATCH, most - len(chosen))]
    return [int(row) for row in left[order]]
