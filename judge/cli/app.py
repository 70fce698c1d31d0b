"""The `judge` command and its subcommands."""

import typer

from judge.cli import corpus, rubric
from judge.cli.calibrate import calibrate
from judge.cli.demo import demo
from judge.cli.describe import graph, shelf
from judge.cli.doctor import doctor
from judge.cli.evaluate import evaluate
from judge.cli.grade import grade
from judge.cli.sandbox import sandbox
from judge.cli.score import score
from judge.version import __version__

app = typer.Typer(
    name="judge",
    help="Turn 'is this answer good?' into a reward one can train on.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("grade")(grade)
app.command("score")(score)
app.command("eval")(evaluate)
app.command("calibrate")(calibrate)
app.command("list")(shelf)
app.command("graph")(graph)
app.command("doctor")(doctor)
app.command("demo")(demo)
app.add_typer(corpus.app, name="corpus")
app.add_typer(rubric.app, name="rubric")
app.add_typer(sandbox, name="sandbox")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"agentic-judge {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    pass
