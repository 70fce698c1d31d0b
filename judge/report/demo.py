"""The demo: real answers checked, a recorded judge replayed, and where to look next. Shipped rows only, no network."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from judge import library
from judge.judge import Judge
from judge.report import card
from judge.run import readers
from judge.run.fields import FieldMap
from judge.types import Reward, Sample

if TYPE_CHECKING:
    from rich.console import Console

_NEXT = """[bold]Where to look next[/]

  [dim]one answer, as a card[/]
  judge score -p 'What is 6 x 7?' -a 'It is 42.' --reference 42

  [dim]a file of answers: resumable, one reward per row[/]
  judge grade {answers} --out graded.jsonl

  [dim]the same with your own judge model[/]
  judge grade DATA -r direct -m openai:NAME@http://127.0.0.1:8000/v1 --out OUT

  [dim]what there is, how it flows, and what works on this machine[/]
  judge list recipes; judge graph pairwise; judge doctor
"""


def show() -> None:
    """Run the demo."""
    from rich.console import Console

    console = Console(width=100)
    examples = library.builtin() / "examples"
    console.rule("[bold]1. Real model answers, checked[/]", align="left")
    _answers(console, examples / "answers.jsonl")
    console.rule("[bold]2. A recorded judge, replayed: GPT-4 on LLMBar[/]", align="left")
    _replay(console, examples / "llmbar_gpt4")
    console.rule(align="left")
    console.print(_NEXT.format(answers=examples / "answers.jsonl"))


def _answers(console: "Console", path: Path) -> None:
    """Grade answers to mathematics, code and instruction tasks with checks alone, and compare with the labels."""
    from rich.progress import track

    samples = _samples(path)
    console.print(
        f"{len(samples)} answers of real models, graded by recipe [bold]verify[/]: mathematics against references, "
        "programs by unit tests\nin a sandbox, countable instructions. No model is asked. "
        "Labels are the data sets' own.\n"
    )
    rewards = list(track(Judge("verify").score_iter(samples), "grading", len(samples), transient=True, console=console))
    _table(console, samples, rewards)
    shown = next(n for n, sample in enumerate(samples) if sample.constraints and 0 < (rewards[n].value or 0) < 1)
    card.show(rewards[shown], samples[shown])
    console.print()


def _table(console: "Console", samples: Sequence[Sample], rewards: Sequence[Reward]) -> None:
    from rich.table import Table

    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("task")
    for name in ("answers", "mean reward", "right", "unscored", "same verdict as the label"):
        table.add_column(name, justify="right")
    for task in dict.fromkeys(str(sample.metadata["task"]) for sample in samples):
        pairs = [(s, r) for s, r in zip(samples, rewards, strict=True) if s.metadata["task"] == task]
        values = [float(reward) for _, reward in pairs if reward.ok]
        agree = sum(reward.ok and (reward.value == 1) == sample.metadata["label"] for sample, reward in pairs)
        mean = f"{sum(values) / len(values):.3f}" if values else "-"
        right = str(sum(value == 1 for value in values))
        table.add_row(task, str(len(pairs)), mean, right, str(len(pairs) - len(values)), f"{agree} of {len(pairs)}")
    console.print(table)
    console.print()


def _replay(console: "Console", folder: Path) -> None:
    """Replay recorded verdicts in both orders through critique, vote and settlement."""
    samples = _samples(folder / "items.jsonl")
    judge = Judge("pairwise", f"recorded:{folder / 'replies.jsonl'}", settings={"critic.grammar": "output_ab"})
    console.print(
        f"{len(samples)} pairs in which one output is objectively better. GPT-4's recorded critiques are played back\n"
        "through recipe [bold]pairwise[/]: both orders, vote, reward. What flips with the order counts as a tie.\n"
    )
    rewards = [judge.score_sample(sample) for sample in samples]
    counts = Counter(_verdict(sample, pair) for sample, pair in zip(samples, rewards, strict=True))
    console.print("   ".join(f"[bold]{counts[name]}[/] {name}" for name in ("right", "wrong", "tied", "unscored")))
    console.print()
    unstable = (number for number, pair in enumerate(rewards) if any("unstable" in flag for flag in pair[0].flags))
    shown = next(unstable, 0)
    card.show(rewards[shown][0], samples[shown])
    for judgment in rewards[shown][0].judgments:
        order = "given order" if judgment.shown == (0, 1) else "swapped"
        console.print(f"[dim]{order:>11}[/]  {judgment.critique.strip()}\n")


def _verdict(sample: Sample, pair: Sequence[Reward]) -> str:
    first, second = pair
    if not (first.ok and second.ok):
        return "unscored"
    if first.value == second.value:
        return "tied"
    better = 1 if float(first) > float(second) else 2
    return "right" if better == sample.metadata["label"] else "wrong"


def _samples(path: Path) -> list[Sample]:
    fields = FieldMap.infer(readers.example(path))
    rows: Iterable[tuple[int, object]] = readers.rows(path)
    return [fields.sample(row, number) for number, row in rows if isinstance(row, dict)]
