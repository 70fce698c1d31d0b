"""The result of an eval, for a person."""

from pydantic import JsonValue

from judge.types import EvalResult


def show(result: EvalResult) -> None:
    """Print the counts of an eval and the first differences."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(title=result.name, title_justify="left", show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_row("rows", f"{result.n:,}")
    table.add_row("agree", f"{result.agree:,} ({result.agree / result.n:.2%})" if result.n else "0")
    if result.unscored:
        table.add_row("unscored", f"{result.unscored:,}")
    if result.false_positives is not None:
        table.add_row("false positives", f"{result.false_positives:,}")
    if result.of is not None:
        table.add_row("published figures reproduced", f"{result.reproduced:,} of {result.of:,}")
    if result.parse_agree is not None:
        table.add_row("same verdict read", f"{result.parse_agree:.2%}")
    if result.recovered is not None:
        table.add_row("verdicts recovered", f"{result.recovered:,}")
    for judge, rules in (result.accuracy or {}).items():
        table.add_row(f"accuracy, {judge}", ", ".join(f"{rule} {share:.4f}" for rule, share in rules.items()))
    for name, figure in result.figures.items():
        table.add_row(name.replace("_", " "), _figure(figure))
    console.print(table)
    for difference in result.differences[:10]:
        console.print("  ", difference)
    if len(result.differences) > 10:
        console.print(f"   ... and {len(result.differences) - 10} more differences; --json shows them")


def _figure(figure: JsonValue) -> str:
    if isinstance(figure, dict):
        return "\n".join(f"{name} {_figure(value)}" for name, value in figure.items())
    return f"{figure:,}" if isinstance(figure, int) else f"{figure:.4g}" if isinstance(figure, float) else str(figure)
