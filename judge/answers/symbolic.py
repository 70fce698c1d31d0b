"""Ask math-verify whether two formulas are equal. Runs in a worker process that is killed at its deadline.

LaTeX is parsed by grammar; nothing here evaluates text as Python.
"""

import logging
import re
from functools import lru_cache
from typing import Any

from judge.errors import ToolError

_INFINITE_PARTS = re.compile(r"\\(?:int|sum|prod|lim|cup|cap)(?![A-Za-z])|[(\[\]]")


def equal(
    gold: str, answer: str, digits: int | None = None, strict: bool = True, set_relation: bool = True
) -> bool | None:
    """Whether an answer equals a reference, both tidy LaTeX without a frame; None when the reference cannot be read.

    An answer that cannot be read equals nothing. Runs without a deadline of its own. The last three arguments are
    those of `judge.answers.conventions.Conventions`.

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

    found = verify(
        right,
        left,
        float_rounding=6 if digits is None else digits,
        strict=strict,
        timeout_seconds=None,
        allow_set_relation_comp=set_relation,
    )
    return bool(found) and not _differ(right, left, digits) and not _at_infinity(answer)


def warm_up() -> None:
    """Load the library and its tables before the first comparison, whose time limit is not meant for that."""
    equal(r"\int_0^1 \frac{x}{2} dx", r"\frac{1}{4}")


@lru_cache(maxsize=1024)
def _parse(formula: str) -> Any:
    try:
        from math_verify import LatexExtractionConfig, parse
    except ImportError as error:
        raise ToolError(f"comparing formulas needs an extra ({error}): pip install 'agentic-judge[math]'") from error
    logging.getLogger("math_verify").setLevel(logging.ERROR)  # it warns that there is no deadline: we kill instead
    frame = " ".join(formula.replace("$", "").split())
    found = parse(f"${frame}$", [LatexExtractionConfig()], "no_fallback", "first_match", parsing_timeout=None)
    return found[0] if found else None


def _at_infinity(answer: str) -> bool:
    r"""Whether an answer computes with infinity outside of a limit, a sum or an interval, as 1/\infty does."""
    plain = answer.strip(" +-$").removeprefix("x=").strip(" +-")
    return r"\infty" in plain and plain.strip() != r"\infty" and not _INFINITE_PARTS.search(answer)


def _differ(gold: Any, answer: Any, digits: int | None) -> bool:
    """Whether two expressions that passed for equal are not: constants by more than rounding, or in their variables.

    Constants are compared by the size of their difference, with as many digits as it takes to tell it from zero:
    1/2004! is not 1/2006!, and 10^20 + 1 is not 10^20.
    """
    from sympy import Expr, Float
    from sympy.core.evalf import PrecisionExhausted

    if not isinstance(gold, Expr) or not isinstance(answer, Expr) or gold.free_symbols or answer.free_symbols:
        return False
    if gold.is_Rational and answer.is_Rational and digits is None:
        return bool(gold != answer)
    try:
        if digits is not None or gold.has(Float) or answer.has(Float):
            a, b = gold.evalf(30), answer.evalf(30)
            return bool(abs(a - b) > (10.0 ** -(digits or 6) if digits is not None else 1e-5 * abs(a)))
        difference = (gold.doit() - answer.doit()).evalf(5, maxn=1000, strict=True)
        return bool(difference.is_number and abs(difference) > 0)
    except PrecisionExhausted:
        return False
    except (TypeError, ValueError, NotImplementedError, AttributeError, ArithmeticError):
        return False
