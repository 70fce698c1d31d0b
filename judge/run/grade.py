"""Grade a data set: rows in, rewards out, streamed, bounded and resumable."""

import asyncio
import threading
import time
from contextlib import suppress
from pathlib import Path

from judge.errors import DataError, SettingsError
from judge.run import readers
from judge.run.counts import Counts
from judge.run.fields import FieldMap
from judge.run.folder import RunFolder, RunState
from judge.run.identity import Identity
from judge.run.journal import Glance, Journal
from judge.run.options import GradeOptions
from judge.run.outcome import RunSummary
from judge.run.scorer import Scorer
from judge.run.sinks import check_out, write_failures, write_out
from judge.run.sitting import Sitting, Watch
from judge.types import NOTHING, Usage


async def grade(scorer: Scorer, data: Path, out: Path, options: GradeOptions | None = None, *,
                stop: asyncio.Event | None = None, watch: Watch | None = None) -> RunSummary:  # fmt: skip
    """Judge the rows of `data` and write one Record per row to `out`, in input order.

    Each row that ends goes to a journal at once, and the output is written from there, also when the run is stopped.
    Starting the same run again goes on where it was stopped or killed, and judges those rows again whose failure may
    pass; a run that is complete does nothing and says so. A row that fails is recorded as failed and touches no other.

    Args:
        scorer: the judge.
        data: .jsonl, .csv or .parquet; see `judge.run.readers`.
        out: .jsonl or .parquet; the folder `OUT.run` beside it keeps journal, state and failed rows.
        options: how the run goes.
        stop: when it is set no further row is begun, and those in flight get `grace_s`.
        watch: shown the counts while the run goes on.

    Raises:
        DataError: the data cannot be read, or the output is another run's or locked.
        JudgeError: the judge's set-up is wrong, the endpoint does not answer, or the disk is full. What was judged
            before is kept.
    """
    options = options or GradeOptions()
    folder = RunFolder(out)
    _check_paths(data, folder, options)
    example = readers.example(data)
    fields = FieldMap.infer(example, options.fields)
    _check_budget(scorer, fields, example, options)
    identity = Identity.of(data, scorer.fingerprint.judge, fields.hash)
    with folder.locked():
        before = folder.prepare(identity, overwrite=options.overwrite)
        if before and before.finished and not folder.journal.exists():
            return _complete(before.summary)
        sitting = Sitting(scorer, fields, Journal(folder.journal, identity), options, watch)
        try:
            return await _sit(sitting, data, folder, before, stop or asyncio.Event())
        finally:
            sitting.journal.close()


async def _sit(sitting: Sitting, data: Path, folder: RunFolder, before: RunState | None,
               stop: asyncio.Event) -> RunSummary:  # fmt: skip
    """Take up the journal, judge, and write what there is."""
    began, counts, journal, failures = time.monotonic(), sitting.counts, sitting.journal, sitting.options.failures
    await asyncio.to_thread(_take_up, journal, counts)
    threading.Thread(target=_count, args=(data, sitting.options.limit, counts), daemon=True).start()
    await sitting.run(readers.rows(data, journal.__contains__), stop)
    await asyncio.to_thread(_take_over, journal, counts)
    summary = RunSummary.of(counts, data=str(data), out=str(folder.out), failures=str(failures or folder.failures),
                            stopped=sitting.stopped, note=sitting.note, seconds=time.monotonic() - began)  # fmt: skip
    return await asyncio.to_thread(_write, folder, journal, data, failures, before, summary)


def _check_paths(data: Path, folder: RunFolder, options: GradeOptions) -> None:
    """Refuse paths that could not be written, or that would cost somebody a file."""
    check_out(folder.out)
    ours = {path.resolve() for path in (folder.out, folder.journal, folder.failures)}
    wanted = options.failures.resolve() if options.failures else None
    if data.resolve() in {*ours, wanted} or wanted in (folder.out.resolve(), folder.journal.resolve()):
        raise DataError(
            f"the data, {str(folder.out)!r} and the failed rows must be different files; name another --out"
        )
    if not options.overwrite:
        folder.check(options.failures)


def _check_budget(scorer: Scorer, fields: FieldMap, example: readers.Row, options: GradeOptions) -> None:
    """Refuse a budget in dollars that could never be reached because the model has no price."""
    if options.budget.usd is None:
        return
    try:
        foreseen = scorer.foresee(fields.sample(example, 0))
    except DataError:
        return  # an example merged from several rows need not be a sample
    if foreseen.calls and foreseen.usd is None:
        raise SettingsError(
            f"a budget of ${options.budget.usd:g} needs prices; set the model's price or a token budget"
        )


def _take_up(journal: Journal, counts: Counts) -> None:
    """Count what earlier sittings did. Of a row that is to be judged again only the expense counts as yet."""
    for glance in journal.resume():
        if glance.retryable:
            counts.usage += glance.usage
        else:
            _resume(glance, counts, glance.usage)


def _take_over(journal: Journal, counts: Counts) -> None:
    """Count the rows that were to be judged again and that the sitting did not come to, as they were."""
    for glance in journal.left():
        _resume(glance, counts, NOTHING)


def _resume(glance: Glance, counts: Counts, usage: Usage) -> None:
    counts.resumed += 1
    kind = glance.failure.kind if glance.failure else None
    values = [(value, reward.lo, reward.hi) for value, reward in zip(glance.values, glance.rewards, strict=True)]
    counts.add(glance.status, kind, values, usage, retryable=glance.retryable)


def _count(data: Path, limit: int | None, counts: Counts) -> None:
    """Count the rows beside the run, which need not wait for the number."""
    with suppress(DataError, OSError):  # whoever reads the rows will say it
        total = readers.count(data)
        counts.total = total if limit is None else min(total, limit)


def _write(folder: RunFolder, journal: Journal, data: Path, failures: Path | None, before: RunState | None,
           summary: RunSummary) -> RunSummary:  # fmt: skip
    """Write output, failed rows and state; nothing when the sitting added nothing to what is there."""
    finished = summary.stopped in ("finished", "limit")
    if before and before.written == journal.size:
        return _complete(summary) if finished else summary
    write_out(folder.out, journal.records())
    if failures or summary.unscored:
        write_failures(failures or folder.failures, journal, data)
    folder.save(RunState(finished=finished, identity=journal.identity, summary=summary, written=journal.size))
    if summary.stopped == "finished" and not summary.retryable:
        folder.journal.unlink()
    return summary


def _complete(summary: RunSummary) -> RunSummary:
    return summary.model_copy(update={"stopped": "complete", "judged": 0, "resumed": summary.rows, "seconds": 0.0})
