"""One reward as a card: the number, why, and what it rests on."""

from typing import TYPE_CHECKING

from judge.types import Reward, Sample, Vote

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

_COLOUR = {"ok": "green", "abstained": "yellow", "failed": "red"}
_STANCE = {"supports": "green", "refutes": "red", "neutral": "dim", "error": "magenta"}


def show(reward: Reward, sample: Sample) -> None:
    """Print the card of one reward."""
    from rich.console import Console, Group
    from rich.panel import Panel

    blocks: list[RenderableType] = [_headline(reward), *_quotes(reward, sample), *_why(reward), *_tables(reward)]
    title, colour = f" {reward.sample} ", _COLOUR[reward.status]
    Console().print(Panel(Group(*blocks), title=title, subtitle=_signature(reward), border_style=colour, width=100))


def _headline(reward: Reward) -> "RenderableType":
    from rich.text import Text

    if reward.value is None:
        assert reward.failure is not None
        colour = f"bold {_COLOUR[reward.status]}"
        return Text.assemble((f"unscored, {reward.status}", colour), f"  {reward.failure.kind}")
    share = (reward.value - reward.lo) / (reward.hi - reward.lo)
    full = round(30 * share)
    line = Text.assemble((f"{reward.value:.3g}", "bold green"), f"  of {reward.lo:g} to {reward.hi:g}  ")
    line.append("█" * full, "green").append("░" * (30 - full), "dim")
    if reward.uncertainty is not None:
        line.append(f"  ± {reward.uncertainty:.2g}", "dim")
    return line


def _quotes(reward: Reward, sample: Sample) -> "list[RenderableType]":
    from rich.text import Text

    shown = [("prompt", sample.question), ("response", sample.responses[reward.response].text)]
    return [Text.assemble((f"{name:>9}  ", "dim"), _short(text, 240)) for name, text in shown]


def _why(reward: Reward) -> "list[RenderableType]":
    from rich.text import Text

    blocks: list[RenderableType] = [Text(""), Text(_short(reward.rationale, 1_200))] if reward.rationale else []
    blocks += [Text(f"⚑ {flag}", "yellow") for flag in reward.flags]
    return blocks


def _tables(reward: Reward) -> "list[RenderableType]":
    from rich.text import Text

    blocks: list[RenderableType] = []
    if reward.brief and reward.brief.criteria:
        table = _table("written for this prompt", "weight")
        for criterion in reward.brief.criteria:
            table.add_row(Text(_short(criterion.text, 200)), f"{criterion.weight:g}")
        blocks += [Text(""), table]
    if reward.evidence:
        table = _table("checked by", "finding", "score")
        for item in reward.evidence:
            score = "" if item.score is None else f"{item.score:.2g}"
            name = f"{item.tool} [{item.id}]" if item.id else item.tool
            table.add_row(Text(name), Text(_short(item.summary, 200), _STANCE[item.stance]), score)
        blocks += [Text(""), table]
    if reward.tallies:
        table = _table("criterion", "votes", "value")
        for tally in reward.tallies:
            notes = f" (+{tally.unscored} unscored)" if tally.unscored else ""
            notes += f" ({tally.spared} spared)" if tally.spared else ""
            votes = " ".join(map(_vote, tally.votes)) or "none"
            table.add_row(tally.criterion, votes + notes, "" if tally.value is None else f"{tally.value:.3g}")
        blocks += [Text(""), table]
    return blocks


def _vote(vote: Vote) -> str:
    """A vote, in brackets when it does not count, with its weight when that is not 1."""
    if vote.weight == 0:
        return f"({vote.value:.2g})"
    return f"{vote.value:.2g}" if vote.weight == 1 else f"{vote.value:.2g}×{vote.weight:.2g}"


def _table(*columns: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in columns:
        table.add_column(name, justify="right" if name in ("score", "value", "weight") else "left")
    return table


def _signature(reward: Reward) -> str:
    usage = reward.usage
    cost = f", ${usage.usd:.4f}" if usage.usd is not None else ""
    judge = reward.fingerprint.judge if reward.fingerprint else "?"
    calls = "1 call" if usage.calls == 1 else f"{usage.calls} calls"
    spared = f", {usage.spared} spared" if usage.spared else ""
    return f" judge {judge} · {calls}{spared}, {usage.tokens:,} tokens, {usage.seconds:.2f} s{cost} "


def _short(text: str, length: int) -> str:
    text = " ".join(text.split()) if length < 1_000 else text.strip()
    return text if len(text) <= length else text[: length - 1] + "…"
