"""An action: compute an expression, exactly and at once. No expression hangs, and none is evaluated as Python.

It has no variables and solves nothing. What can be typed, and what each sign means, is said at
`judge.calculator.calculate`.
"""

from judge.calculator import calculate
from judge.errors import ToolError


async def act(expression: str) -> str:
    """Compute an arithmetic expression exactly; roots, logarithms and trigonometry to 15 digits.

    Args:
        expression: such as `12 * (3.5 + 4)`, `2^10 / 3`, `15% of 240`, `5!`, `sqrt(2)`, `sind(30)`, `comb(5, 2)`,
            `mean(3, 4, 8)` or `round(7/3, 2)`; a comparison such as `12 * 3 = 36` says true or false.

    Raises:
        ToolError: it is no arithmetic, has no value, or is too large.
    """
    if not isinstance(expression, str):
        raise ToolError(f"the expression must be text, not {type(expression).__name__}; write it as one would type it")
    return f"{expression.strip()} → {calculate(expression).text}"
