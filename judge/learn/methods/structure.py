"""From a pool of criteria to a few themes with tips: the last step of Auto-Rubric."""

from collections.abc import Sequence
from typing import Any

from judge.claims.reply import list_of
from judge.errors import ParseError
from judge.learn.asking import Learner
from judge.learn.learned import Origin
from judge.learn.replied import TEXT, TEXTS, shape, text, texts_of
from judge.text import fence
from judge.types import Criterion, Value, digest

PROMPT = "rubric_structure"

_THEMES = shape(themes=texts_of(shape(theme=TEXT, tips=TEXTS, sources=texts_of({"type": "integer"}))))


class Theme(Value):
    """What a good answer does, with what that comes to in practice."""

    theme: str
    tips: tuple[str, ...] = ()
    sources: tuple[int, ...] = ()
    """Places of the criteria that it rests on, from 0."""

    @property
    def text(self) -> str:
        """The theme with its tips, as a criterion."""
        return "\n".join([self.theme, *(f"  - {tip}" for tip in self.tips)])


async def structure(learner: Learner, criteria: Sequence[str], *, themes: int = 5, tips: int = 5) -> list[Theme]:
    """Ask once for themes that cover the criteria; a journal keeps the answer.

    Args:
        learner: with the prompt `rubric_structure`.
        criteria: the pool, at least one.
        themes: at most so many; what the reply has more is left out.
        tips: at most so many for each theme.

    Raises:
        ModelError: the call failed.
        ParseError: the reply has no theme.
    """

    async def ask() -> list[Any]:
        values = {"criteria": [fence("criterion", one) for one in criteria], "themes": themes, "tips": tips}

        def read(fields: dict[str, Any]) -> list[Any]:
            return [theme.model_dump(mode="json") for theme in _themes(fields, len(criteria), themes, tips)]

        return await learner.ask_for(PROMPT, values, "themes", read, max_tokens=4096, schema=_THEMES)

    key = digest([str(themes), str(tips), *criteria])
    found = await learner.once(f"structure:{key}", ask)
    return [Theme.model_validate(theme) for theme in found] if isinstance(found, list) else []


def as_criteria(themes: Sequence[Theme], source: str) -> tuple[Criterion, ...]:
    """Return the themes as criteria of equal weight, on a scale from 1 to 10. `source` is the method's name."""
    return tuple(
        Criterion(id=f"theme_{number}", text=theme.text, source=source) for number, theme in enumerate(themes, 1)
    )


def origins(themes: Sequence[Theme], criteria: Sequence[str], pairs: Sequence[Sequence[str]]) -> dict[str, Origin]:
    """Return where each theme comes from. `pairs` holds, for each of the criteria, the ids of its pairs."""
    return {
        f"theme_{number}": Origin(
            pairs=tuple(dict.fromkeys(pair for place in theme.sources for pair in pairs[place])),
            criteria=tuple(criteria[place] for place in theme.sources),
        )
        for number, theme in enumerate(themes, 1)
    }


def _themes(fields: dict[str, Any], pool: int, most: int, tips: int) -> list[Theme]:
    found = [_theme(item, pool, tips) for item in list_of(fields, "themes", most) if isinstance(item, dict)]
    if not (named := [theme for theme in found if theme.theme]):
        raise ParseError("the reply names no theme; give at least one with a sentence under 'theme'")
    return named


def _theme(item: dict[str, Any], pool: int, most: int) -> Theme:
    tips = [text({"tip": tip}, "tip") for tip in list_of(item, "tips", most)]
    numbers = [number for number in list_of(item, "sources", pool) if isinstance(number, int | float)]
    return Theme(
        theme=text(item, "theme"),
        tips=tuple(tip for tip in tips if tip),
        sources=tuple(dict.fromkeys(int(number) - 1 for number in numbers if 1 <= number <= pool)),
    )
