"""What the field does not agree on: the settings under which two answers are compared."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conventions:
    """What the field does not agree on."""

    digits: int | None = None
    """Decimal places that numbers are rounded to before they are compared; None: exactly."""
    strict: bool = True
    """Whether the names of variables and the order of brackets count: y is not x, and a tuple is no set."""
    set_relation: bool = True
    r"""Whether an inequality answers a reference that is a set (1 < x < 2 for (1,2))."""
