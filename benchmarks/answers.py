"""Made-up answers to mathematics as policies write them, each with a reference and whether it is right.

The mix follows what grade-school and competition problems ask for: two of five references are whole numbers, the
others decimals, money, percentages, fractions, radicals, multiples of pi, polynomials, pairs, intervals, equations,
sets, matrices and words. Three of five responses repeat the reference as it is, one in eight writes it otherwise, the
rest are wrong.
"""

import random
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

HANGING = (
    r"\int_0^{\pi} \frac{\sin^{9} x \cos^{8} x}{1+\tan^{7} x} dx",
    r"\prod_{k=1}^{5000} (k^2+x)",
    r"\int_0^{\infty} \frac{\sin x}{x^3+x+1} dx",
    r"\int_0^1 e^{\sin(e^{x})} dx",
)
"""Answers that math-verify does not come to an end with in any reasonable time."""


_STYLES = (r"Adding up, we get $\boxed{%s}$.", "So there are %s left.\n\nThe answer is $%s$.", r"Thus \[\boxed{%s}.\]")


class Answer(NamedTuple):
    """A response, its reference, and whether it is right."""

    reference: str
    response: str
    right: bool


Kind = tuple[str, str, str]
"""A reference, the same in another dress, and a wrong answer."""


def answers(count: int, seed: str = "answers") -> list[Answer]:
    """Return answers; the same seed gives the same ones."""
    draw = random.Random(seed)
    makers = [maker for maker, share in _KINDS for _ in range(share)]
    return [_answer(draw, draw.choice(makers)(draw)) for _ in range(count)]


def hanging(count: int) -> list[Answer]:
    """Return wrong answers, each different, that a computer algebra system hangs on."""
    return [Answer("5", rf"So it is $\boxed{{{HANGING[n % len(HANGING)]} + {n}}}$.", False) for n in range(count)]


def _answer(draw: random.Random, kind: Kind) -> Answer:
    reference, dress, wrong = kind
    which = draw.random()
    text, right = (reference, True) if which < 0.6 else (dress, True) if which < 0.725 else (wrong, False)
    style = draw.choice(
        (r"Adding up, we get $\boxed{%s}$.", "So there are %s left.\n\nThe answer is $%s$.", r"Thus \[\boxed{%s}.\]")
    )
    return Answer(reference, style.replace("%s", text), right)


def _whole(draw: random.Random) -> Kind:
    number = draw.randrange(-50, 5_000)
    return (
        str(number),
        f"{number:,}.0" if draw.random() < 0.5 else f"x = {number}",
        str(number + draw.choice((-1, 1, 10))),
    )


def _decimal(draw: random.Random) -> Kind:
    cents = draw.randrange(1, 100_000)
    value = f"{cents / 100:.2f}"
    return value, str(Fraction(cents, 100)), f"{(cents + 1) / 100:.2f}"


def _money(draw: random.Random) -> Kind:
    dollars = draw.randrange(1, 3_000)
    return rf"\${dollars}", rf"{dollars} \text{{ dollars}}", rf"\${dollars + 5}"


def _percent(draw: random.Random) -> Kind:
    share = draw.randrange(1, 99)
    return rf"{share}\%", f"{share / 100:.2f}", rf"{share + 1}\%"


def _fraction(draw: random.Random) -> Kind:
    top, bottom = draw.randrange(1, 60), draw.randrange(2, 60)
    return rf"\frac{{{top}}}{{{bottom}}}", f"{2 * top}/{2 * bottom}", rf"\frac{{{top + 1}}}{{{bottom}}}"


def _radical(draw: random.Random) -> Kind:
    factor, inside = draw.randrange(2, 20), draw.choice((2, 3, 5, 6, 7, 11, 13))
    return rf"{factor}\sqrt{{{inside}}}", rf"\sqrt{{{factor * factor * inside}}}", rf"{factor}\sqrt{{{inside + 1}}}"


def _pi(draw: random.Random) -> Kind:
    top, bottom = draw.randrange(1, 30), draw.randrange(2, 9)
    return rf"\frac{{{top}\pi}}{{{bottom}}}", rf"\frac{{{top}}}{{{bottom}}}\pi", rf"\frac{{{top + 1}\pi}}{{{bottom}}}"


def _polynomial(draw: random.Random) -> Kind:
    a, b = draw.randrange(1, 9), draw.randrange(1, 9)
    return f"x^2+{a + b}x+{a * b}", f"(x+{a})(x+{b})", f"x^2+{a + b + 1}x+{a * b}"


def _pair(draw: random.Random) -> Kind:
    a, b = draw.randrange(-9, 9), draw.randrange(1, 9)
    return f"({a},{b})", rf"\left( {a}, \frac{{{2 * b}}}{{2}} \right)", f"({a},{b + 1})"


def _interval(draw: random.Random) -> Kind:
    a, b = draw.randrange(-9, 3), draw.randrange(4, 9)
    return f"[{a},{b})", rf"{a} \le x < {b}", f"[{a},{b}]"


def _equation(draw: random.Random) -> Kind:
    a, b = draw.randrange(2, 9), draw.randrange(1, 9)
    return f"y = {a}x + {b}", f"{a}x - y + {b} = 0", f"y = {a}x - {b}"


def _set(draw: random.Random) -> Kind:
    a, b, c = sorted(draw.sample(range(-20, 20), 3))
    return rf"\{{{a}, {b}, {c}\}}", f"{c}, {a}, {b}", rf"\{{{a}, {b}\}}"


def _matrix(draw: random.Random) -> Kind:
    a, b, c, d = (draw.randrange(-9, 9) for _ in range(4))
    body = rf"{a} & {b} \\ {c} & {d}"
    return _cells(body, "pmatrix"), _cells(body, "bmatrix"), _cells(rf"{a} & {b} \\ {c} & {d + 1}", "pmatrix")


def _cells(body: str, kind: str) -> str:
    return rf"\begin{{{kind}}} {body} \end{{{kind}}}"


def _word(draw: random.Random) -> Kind:
    right, wrong = draw.sample(("even", "odd", "Monday", "Friday", "ellipse", "parabola", "Evelyn"), 2)
    return rf"\text{{{right}}}", right.lower(), rf"\text{{{wrong}}}"


def _function(draw: random.Random) -> Kind:
    a = draw.randrange(2, 9)
    return rf"{2 * a}\sin x\cos x", rf"{a}\sin 2x", rf"{a}\cos 2x"


_KINDS: list[tuple[Callable[[random.Random], Kind], int]] = [
    (_whole, 40), (_decimal, 6), (_money, 5), (_percent, 4), (_fraction, 12), (_radical, 6), (_pi, 3), (_polynomial, 6),
    (_pair, 5), (_interval, 4), (_equation, 2), (_set, 2), (_matrix, 2), (_word, 2), (_function, 1),
]  # fmt: skip
