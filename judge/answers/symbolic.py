"""Ask math-verify whether two formulas are equal. Runs in a worker process that is killed at its deadline.

LaTeX is parsed by grammar; nothing here evaluates text as Python.
"""

import logging
from functools import lru_cache
from typing import Any

from judge.errors import ToolError


@lru_cache(maxsize=4096)
def equal(gold: str, answer: str) -> bool | None:
    """Whether an answer equals a reference, both tidy LaTeX without a frame; None when the reference cannot be read.

    An answer that cannot be read equals nothing. Runs without a deadline of its own.

    Raises:
        ToolError: math-verify or its antlr runtime is not installed.
    """
    if (r"^\circ" in gold) != (r"^\circ" in answer) and r"\pi" in gold + answer:
        gold, answer = (side.replace(r"^\circ", r"\cdot\frac{\pi}{180}") for side in (gold, answer))
    right = _parse(gold)
    if right is None:
        return None
    left = _parse(answer)
    if left is None:
        return False
    from math_verify import verify

    found = verify(right, left, float_rounding=6, timeout_seconds=None, allow_set_relation_comp=True)
    return bool(found) and not _constants_differ(right, left)


def _parse(formula: str) -> Any:
    try:
        from math_verify import LatexExtractionConfig, parse
    except ImportError as error:
        raise ToolError(f"comparing formulas needs an extra ({error}): pip install 'agentic-judge[math]'") from error
    logging.getLogger("math_verify").setLevel(logging.ERROR)  # it warns that there is no deadline: we kill instead
    frame = " ".join(formula.replace("$", "").split())
    found = parse(f"${frame}$", [LatexExtractionConfig()], "no_fallback", "first_match", parsing_timeout=None)
    return found[0] if found else None


def _constants_differ(gold: Any, answer: Any) -> bool:
    """Whether two constants that passed for equal differ by more than rounding: 1/2004! is not 1/2006!."""
    from sympy import Expr

    if not isinstance(gold, Expr) or not isinstance(answer, Expr) or gold.free_symbols or answer.free_symbols:
        return False
    if gold.is_Rational and answer.is_Rational:
        return bool(gold != answer)
    a, b = gold.evalf(30), answer.evalf(30)
    return bool(abs(a - b) > 1e-5 * abs(a))
