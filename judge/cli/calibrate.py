"""`judge calibrate`: fit a small map from the judge's values to what people say."""

import json as lines
from pathlib import Path
from typing import Annotated, cast

import typer

from judge.calibration import elo_shift, save
from judge.calibration.measure import (
    PAIR_KINDS,
    VALUE_KINDS,
    Measured,
    ValueKind,
    measure_intervals,
    measure_pairs,
    measure_values,
)
from judge.calibration.store import Calibrator
from judge.errors import SettingsError
from judge.report.calibration import show, show_shifts
from judge.run.labels import Rewards, read_labels, read_pairs, read_rewards, read_sources

KINDS = (*VALUE_KINDS, "conformal", *PAIR_KINDS, "elo_shift")
_HEADS = ("low_rank", "pca_heads", "ideal_point", "router")


def calibrate(
    labels: Annotated[Path, typer.Argument(metavar="LABELS", help="Labelled rows: .jsonl, .csv or .parquet.")],
    kind: Annotated[
        str, typer.Option("--kind", "-k", metavar="KIND", help="What to fit, of those above.")
    ] = "isotonic",
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="Where the calibrator goes: a JSON file.")
    ] = Path("calibrator.json"),
    rewards: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Output of [bold]judge grade[/], joined to the labels by id.")
    ] = None,
    group: Annotated[
        str, typer.Option(metavar="FIELD", show_default="id", help="Rows alike in it are never split.")
    ] = "",
    level: Annotated[
        float | None, typer.Option(metavar="SHARE", show_default="0.9", help="Of labels in a conformal interval.")
    ] = None,
    heads: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Heads, columns or prototypes, where there are some.")
    ] = None,
    folds: Annotated[int, typer.Option(min=2, metavar="N", help="Of the cross-validation.")] = 5,
    seed: Annotated[int, typer.Option(metavar="N", help="Of the folds and of fits that draw.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,
) -> None:
    r"""Fit a calibrator on labels, and say what it is worth.

    isotonic, platt: value to probability. graded: verdicts from -3 to 3. conformal: intervals around a value.
    Rows: {"value": 0.7, "label": 1}, or {"id": "q7", "label": 1} with --rewards.

    weights, low_rank, pca_heads, ideal_point: criteria to a user's value. router, category: to a category's.
    embedding_head: lists in place of criteria.
    Rows: {"chosen": {"tone": 0.9}, "rejected": {"tone": 0.2}, "user": "ann"}, or
    {"id": "q7", "chosen": 0, "rejected": 2} with --rewards.

    elo_shift: rows {"value": 0.7, "source": "model-a", "elo": 1200}.

    Rows without a score are left out and counted. Fitting needs the extra learn, using the file does not.

    Examples:

      judge calibrate labels.jsonl --out cal.json

      judge calibrate labels.jsonl --rewards rewards.jsonl \
        --kind platt --out cal.json

      judge calibrate pairs.jsonl --kind weights --group prompt --out ann.json
    """
    _check(kind, level, heads)
    known = read_rewards(rewards) if rewards else None
    if kind == "elo_shift":
        scores, elo, left_out = read_sources(labels, known)
        shifts = elo_shift.fit(scores, elo)
        save(shifts, out)
        if json:
            typer.echo(lines.dumps({"out": str(out), "kind": kind, "left_out": left_out, "shifts": shifts.shifts}))
        else:
            show_shifts(shifts, left_out, str(out))
        return
    fitted, found = _measured(kind, labels, known, group, level, heads, folds, seed)
    save(fitted, out)
    if json:
        typer.echo(lines.dumps({"out": str(out), **found.model_dump(exclude_none=True)}))
    else:
        show(fitted, found, str(out))


def _check(kind: str, level: float | None, heads: int | None) -> None:
    if kind not in KINDS:
        raise SettingsError(f"there is no calibrator {kind!r}; choose one of: {', '.join(KINDS)}")
    if level is not None and kind != "conformal":
        raise SettingsError(f"--level is for --kind conformal; leave it out for {kind}")
    if heads is not None and kind not in _HEADS:
        raise SettingsError(f"--heads is for {', '.join(_HEADS)}; leave it out for {kind}")


def _measured(
    kind: str,
    labels: Path,
    known: Rewards | None,
    group: str,
    level: float | None,
    heads: int | None,
    folds: int,
    seed: int,
) -> tuple[Calibrator, Measured]:
    fitted: object
    if kind in PAIR_KINDS:
        pairs, left_out = read_pairs(labels, known, group)
        fitted, found = measure_pairs(kind, pairs, heads=heads, count=folds, seed=seed)
    else:
        rows, left_out = read_labels(labels, known, group)
        if kind == "conformal":
            fitted, found = measure_intervals(rows, level=0.9 if level is None else level, count=folds, seed=seed)
        else:
            fitted, found = measure_values(cast(ValueKind, kind), rows, count=folds, seed=seed)
    return cast(Calibrator, fitted), found.model_copy(update={"left_out": found.left_out + left_out})
