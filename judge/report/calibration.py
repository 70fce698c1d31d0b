"""What a calibrator is worth, for a person."""

from judge.calibration import Calibrator
from judge.calibration.elo_shift import EloShift
from judge.calibration.embedding_head import EmbeddingHead
from judge.calibration.graded import Graded
from judge.calibration.measure import Measured

FEW = 200
"""With fewer rows than this the figures are rough."""
_IN_SETTLE = "in a recipe:  settle: {{calibrator: {}}}"


def show(fitted: Calibrator, found: Measured, out: str) -> None:
    """Print the figures before and after, and how to use the file."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    title = f"{found.kind}: {found.n:,} rows, by {found.folds}-fold cross-validation"
    console.print(title)
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column()
    for name in ("accuracy", "ECE", "Brier"):
        table.add_column(name, justify="right")
    for name, figures in (("before", found.before), ("after", found.after)):
        if figures is not None:
            table.add_row(name, f"{figures.accuracy:.3f}", f"{figures.ece:.3f}", f"{figures.brier:.3f}")
    if found.coverage is None:
        console.print(table)
    else:
        console.print(
            f"value ± {found.radius:.4g} holds the label of {found.coverage:.1%} of rows that it has not seen"
        )
    for note in _notes(found):
        console.print(note)
    _use(out, _way(fitted, found, out))


def show_shifts(fitted: EloShift, left_out: int, out: str) -> None:
    """Print the shift of each source model, and how to use the file."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.print(f"elo_shift: {fitted.rows:,} rows")
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("source")
    table.add_column("shift", justify="right")
    for source, shift in fitted.shifts.items():
        table.add_row(source, f"{shift:+.4f}")
    console.print(table)
    if left_out:
        console.print(f"{left_out:,} rows without a score were left out")
    _use(out, _IN_SETTLE.format(out))


def _notes(found: Measured) -> list[str]:
    notes = []
    if found.left_out:
        notes.append(f"{found.left_out:,} rows without a score were left out")
    if found.before and found.after and found.after.brier >= found.before.brier:
        notes.append("calibrating does not help on rows that were not seen; leave it out, or label more rows")
    if found.n < FEW:
        notes.append(f"with fewer than {FEW} rows these figures are rough")
    return notes


def _way(fitted: Calibrator, found: Measured, out: str) -> str:
    if found.settles:
        return _IN_SETTLE.format(out)
    if isinstance(fitted, Graded):
        return f"in a recipe:  critic: {{beta: {fitted.beta:.4g}}}"
    what = "embeddings" if isinstance(fitted, EmbeddingHead) else "values beyond [0, 1]"
    return f"it maps {what}, not opinions, so not in a recipe:  judge.calibration.load({out!r}).apply(...)"


def _use(out: str, way: str) -> None:
    from rich.console import Console
    from rich.text import Text

    Console(highlight=False).print(Text(f"written to {out}; {way}"), soft_wrap=True)
