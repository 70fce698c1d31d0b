"""A rubric for a person: its criteria, where they come from, and how well they separate labelled pairs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from judge.learn.learned import Diagnostic, LearnedRubric
from judge.types import Criterion

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


def show(found: LearnedRubric) -> None:
    """Print a rubric with all that is known of it."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    console.print(Text.assemble((found.rubric.name, "bold"), (f"  {found.method}, version {found.version}", "dim")))
    if found.rubric.about:
        console.print(found.rubric.about, markup=False)
    console.print()
    console.print(_criteria(found))
    if lines := _figures(found):
        console.print()
        console.print("\n".join(lines), markup=False, style="dim", soft_wrap=True)


def show_diagnostics(diagnostics: Mapping[str, Diagnostic]) -> None:
    """Print how well each criterion separates pairs."""
    from rich.console import Console

    table = _table("criterion", "pairs", "coverage", "precision", "contribution")
    for name, one in diagnostics.items():
        failed = f"\n{one.failed} failed" if one.failed else ""
        table.add_row(name, f"{one.pairs}{failed}", *_cells(one))
    Console(highlight=False).print(table)


def _criteria(found: LearnedRubric) -> "Table":
    from rich.text import Text

    measured = ("coverage", "precision", "contribution") if found.diagnostics else ()
    table = _table("criterion", "weight", "scale", *measured)
    for one in found.rubric.criteria:
        row: list[str | Text] = [_named(one, found), f"{one.weight:g}", f"{one.scale.lo:g}-{one.scale.hi:g}"]
        if measured:
            diagnostic = found.diagnostics.get(one.id)
            row += _cells(diagnostic) if diagnostic else ["", "", ""]
        table.add_row(*row)
    return table


def _named(criterion: Criterion, found: LearnedRubric) -> "Text":
    from rich.text import Text

    text = Text.assemble((criterion.id, "bold"), "\n", criterion.text)
    facts = [] if criterion.source == "static" else [criterion.source]
    facts += [f"part of {criterion.parent}"] if criterion.parent else []
    facts += ["hard rule"] if criterion.kind == "rule" else []
    facts += ["fault"] if criterion.weight < 0 else []
    if origin := found.origins.get(criterion.id):
        facts += [f"{len(origin.criteria)} criteria"] if origin.criteria else []
        facts += [f"{len(origin.pairs)} pairs"] if origin.pairs else []
    return text.append(f"\n{', '.join(facts)}", "dim") if facts else text


def _cells(one: Diagnostic) -> "list[str | Text]":
    return [
        _share(one.coverage, one.coverage_interval),
        _share(one.precision, one.precision_interval),
        "" if one.contribution is None else f"{one.contribution:+.3f}",
    ]


def _share(value: float | None, interval: tuple[float, float] | None) -> str:
    if value is None or interval is None:
        return ""
    return f"{value:.3f}\n{interval[0]:.2f}-{interval[1]:.2f}"


def _figures(found: LearnedRubric) -> list[str]:
    figures, lines = found.figures, []
    versions = figures.more.get("versions")
    if figures.pairs:
        rounds = f"; {figures.rounds:,} rounds" if figures.rounds else ""
        lines.append(
            f"{figures.pairs:,} pairs: {figures.kept:,} learned from, {figures.dropped:,} dropped, "
            f"{figures.failed:,} failed{rounds}"
        )
    if stopped := figures.more.get("stopped"):
        lines.append(f"ended by: {stopped}")
    for one in versions if isinstance(versions, list) else []:
        if isinstance(one, dict) and one.get("number"):
            lines.append(f"version {one['number']} {'accepted' if one['accepted'] else 'refused'}: {one['reason']}")
    accuracy = {"at first" if versions else "without it": figures.before, "with it": figures.after}
    if told := [f"{value:.3f} {name}" for name, value in accuracy.items() if value is not None]:
        held = figures.more.get("held_out")
        lines.append(f"accuracy on {held} held-out pairs: {', '.join(told)}" if held else f"accuracy {', '.join(told)}")
    if figures.calls:
        lines.append(f"{figures.calls:,} calls, {figures.tokens:,} tokens")
    return lines


def _table(*columns: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", leading=1)
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place else "left", overflow="fold")
    return table
