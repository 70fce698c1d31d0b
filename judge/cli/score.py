"""`judge score`: one sample, shown as a card."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from judge.cli import options
from judge.errors import DataError
from judge.report.card import show
from judge.types import Reward, Sample


def score(
    prompt: Annotated[
        str,
        typer.Option(
            "--prompt", "-p", metavar="TEXT", show_default=False, help="The prompt; without it stdin is a JSON sample."
        ),
    ] = "-",
    response: Annotated[
        list[str] | None,
        typer.Option("--response", "-a", metavar="TEXT", help="The answer; '-' reads it from stdin. Repeatable."),
    ] = None,
    reference: Annotated[list[str] | None, typer.Option(metavar="TEXT", help="A right answer. Repeatable.")] = None,
    tests: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, metavar="FILE", help="Python tests for the response's code."),
    ] = None,
    recipe: options.Recipe = "verify",
    model: options.Model = None,
    stronger: options.Stronger = None,
    role: options.Role = None,
    rubric: options.RubricName = None,
    library: options.Library = None,
    replay: options.Replay = None,
    change: options.Set = None,
    model_set: options.ModelSet = None,
    seed: options.Seed = 0,
    timeout: options.Timeout = 300.0,
    json: Annotated[bool, typer.Option("--json", help="Print the reward as JSON, one line per response.")] = False,
) -> None:
    r"""Score one sample and show why.

    Exit codes: 0 every response has a reward, 1 one has none, 2 wrong set-up.

    Examples:

      judge score -p 'What is 6 x 7?' -a 'It is 42.' --reference 42

      judge score -r direct -m openai:my-model@http://127.0.0.1:8000/v1 \
          -p 'Name a prime.' -a '7'

      cat sample.json | judge score --json
    """
    sample = _read(prompt, response, reference, tests)
    judge = options.build(
        recipe,
        model,
        stronger=stronger,
        roles=role,
        rubric=rubric,
        library=library,
        replay=replay,
        changes=change,
        model_changes=model_set,
        seed=seed,
        timeout_s=timeout,
    )
    rewards = judge.score_sample(sample)
    for reward in rewards:
        if json:
            typer.echo(reward.to_json())
        else:
            show(reward, sample)
    _exit(rewards)


def _read(prompt: str, response: list[str] | None, reference: list[str] | None, tests: Path | None) -> Sample:
    if prompt == "-" and not response:
        if sys.stdin.isatty():
            raise DataError("give --prompt and --response, or a sample as JSON on stdin; see judge score --help")
        try:
            return Sample.model_validate_json(_text(sys.stdin.buffer.read(), "stdin"))
        except ValidationError as error:
            first = error.errors()[0]
            raise DataError(
                f"stdin is no sample: {'.'.join(map(str, first['loc'])) or 'JSON'}: {first['msg']}"
            ) from error
    answers = [_text(sys.stdin.buffer.read(), "stdin") if answer == "-" else answer for answer in response or []]
    if not answers:
        raise DataError("a response is missing; give --response TEXT, or --response - to read it from stdin")
    return Sample.model_validate(
        {
            "prompt": "" if prompt == "-" else prompt,
            "responses": answers,
            "references": reference or (),
            "tests": {"code": _text(tests.read_bytes(), str(tests))} if tests else None,
        }
    )


def _text(content: bytes, place: str) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise DataError(f"{place} is no text in UTF-8: {error.reason} at byte {error.start + 1}; convert it") from error


def _exit(rewards: tuple[Reward, ...]) -> None:
    """Exit with 1 when a response has no reward, so that scripts notice."""
    if not all(reward.ok for reward in rewards):
        raise typer.Exit(1)
