"""A learned rubric: criteria with where each comes from, how well each separates pairs, and what learning took."""

from pathlib import Path
from typing import Any

from pydantic import Field, JsonValue, ValidationError

from judge.errors import DataError
from judge.types import Rubric, Value


class Origin(Value):
    """Where one criterion comes from."""

    pairs: tuple[str, ...] = ()
    """Ids of the labelled pairs that it was learned from."""
    criteria: tuple[str, ...] = ()
    """The criteria that were merged into it, word for word."""


class Diagnostic(Value):
    """How well one criterion separates labelled pairs. Pairs whose verdict failed are in none of the figures."""

    pairs: int = Field(ge=0)
    """Pairs with a verdict."""
    coverage: float | None = None
    """Share of them in which the criterion prefers one response, in [0, 1]; None without a pair."""
    precision: float | None = None
    """Share of the covered pairs in which it prefers the chosen one; None when it covers none."""
    contribution: float | None = None
    """Accuracy of all criteria together, less that of all others, in [-1, 1]."""
    coverage_interval: tuple[float, float] | None = None
    """Wilson interval of the coverage at 95 %."""
    precision_interval: tuple[float, float] | None = None
    """Wilson interval of the precision at 95 %."""
    failed: int = Field(default=0, ge=0)
    """Pairs without a verdict: the call failed, or the reply could not be read."""


class Figures(Value):
    """What learning took and brought."""

    pairs: int = Field(default=0, ge=0)
    """Labelled pairs that were looked at."""
    kept: int = Field(default=0, ge=0)
    """Pairs that gave criteria."""
    dropped: int = Field(default=0, ge=0)
    """Pairs for which no criteria held up."""
    failed: int = Field(default=0, ge=0)
    """Pairs whose questions failed, or whose replies could not be read."""
    rounds: int = Field(default=0, ge=0)
    """Rounds of all pairs together."""
    before: float | None = Field(default=None, ge=0, le=1)
    """Accuracy on labelled pairs without what was learned, or with the rubric that it began with."""
    after: float | None = Field(default=None, ge=0, le=1)
    """Accuracy on the same pairs with it."""
    calls: int = Field(default=0, ge=0)
    """Calls of the model, in all sittings."""
    tokens: int = Field(default=0, ge=0)
    more: dict[str, JsonValue] = Field(default_factory=dict)
    """Figures of the method's own."""


class LearnedRubric(Value):
    """A rubric with everything known of how it came about."""

    rubric: Rubric
    method: str
    version: int = Field(default=1, ge=1)
    parent: str = ""
    """Hash of the rubric that it was made from; "" for none."""
    origins: dict[str, Origin] = Field(default_factory=dict)
    """By id of the criterion."""
    diagnostics: dict[str, Diagnostic] = Field(default_factory=dict)
    """By id of the criterion."""
    figures: Figures = Figures()

    @property
    def whole(self) -> Rubric:
        """The rubric with all of this as its provenance."""
        facts = self.model_dump(mode="json", exclude={"rubric"}, exclude_defaults=True)
        return self.rubric.model_copy(update={"provenance": {**facts, "method": self.method}})

    def named(self, name: str) -> "LearnedRubric":
        """Return the same under another name."""
        return self.model_copy(update={"rubric": self.rubric.model_copy(update={"name": name})})

    def to_yaml(self) -> str:
        """Return a file for the rubrics shelf, which `judge.recipe.load_rubric` reads. Its name is the file's."""
        rubric = self.whole
        criteria = [
            {"id": one.id, "text": one.text, **one.model_dump(mode="json", exclude_defaults=True)}
            for one in rubric.criteria
        ]
        content: dict[str, Any] = {"about": rubric.about, "criteria": criteria, "provenance": rubric.provenance}
        return _yaml(content)

    def write(self, path: Path) -> None:
        """Write the file whole or not at all."""
        part = path.with_name(f"{path.name}.part")
        part.write_text(self.to_yaml(), encoding="utf-8")
        part.replace(path)


def _yaml(content: dict[str, Any]) -> str:
    """Return YAML for people: texts of several lines stand as they are, lists of numbers in one line."""
    import yaml

    class Dumper(yaml.SafeDumper):
        pass

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)

    def items(dumper: yaml.SafeDumper, value: list[Any]) -> yaml.SequenceNode:
        flat = all(isinstance(item, int | float) for item in value)
        return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=flat)

    Dumper.add_representer(str, text)
    Dumper.add_representer(list, items)
    return yaml.dump(content, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=110)


def learned(rubric: Rubric) -> LearnedRubric:
    """Return a rubric with what its provenance says; one that was written by hand is of the method `static`.

    Raises:
        DataError: the provenance is not one that `LearnedRubric` wrote.
    """
    bare = rubric.model_copy(update={"provenance": {}})
    try:
        return LearnedRubric.model_validate({"method": "static", **rubric.provenance, "rubric": bare})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataError(f"the provenance of rubric {rubric.name!r} is wrong at {where}: {first['msg']}") from error
