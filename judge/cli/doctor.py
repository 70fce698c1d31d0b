"""`judge doctor`: what is installed, which endpoint answers, what it can do, which sandbox there is."""

from typing import Annotated

import typer

from judge import doctor as clinic
from judge.cli import options
from judge.models.spec import ModelSpec

_MARK = {"good": "[green]✓[/]", "missing": "[yellow]·[/]", "bad": "[red]✗[/]"}


def doctor(
    model: options.Model = None,
    library: options.Library = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object per line.")] = False,
) -> None:
    """Check the installation, and an endpoint when one is named.

    Exit codes: 0 all is there, 1 something needed is missing, 2 wrong set-up.

    Examples:

      judge doctor

      judge doctor --model openai:my-model@http://127.0.0.1:8000/v1

      judge doctor --model scoring:my-reward-model@http://127.0.0.1:8001
    """
    findings = clinic.examine(ModelSpec.parse(model) if model else None, tuple(map(str, library or ())))
    if json:
        import dataclasses
        import json as lines

        for finding in findings:
            typer.echo(lines.dumps(dataclasses.asdict(finding)))
    else:
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
        for finding in findings:
            table.add_row(_MARK[finding.state], finding.area, escape(finding.what), f"[dim]{escape(finding.note)}[/]")
        Console().print(table)
    if any(finding.state == "bad" for finding in findings):
        raise typer.Exit(1)
