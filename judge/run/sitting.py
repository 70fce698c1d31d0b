"""Sitting: workers that draw rows from one source, judge them and hand the records to one journal.

The first row goes alone, to find out whether the judge works. Then at most `concurrency` rows are in flight, and none
is read ahead. Records that end in one tick of the loop are written together. It knows no output and no earlier sitting.
"""

import asyncio
from collections.abc import Callable, Iterator

from judge.errors import DataError, JudgeError
from judge.run.counts import Counts
from judge.run.fields import FieldMap
from judge.run.journal import Journal
from judge.run.options import GradeOptions
from judge.run.outage import REFUSALS, Breaker, set_up_failure, unrecorded
from judge.run.outcome import Stop
from judge.run.readers import Numbered
from judge.run.record import Record
from judge.run.scorer import Scorer
from judge.types import Failure

Watch = Callable[[Counts], None]
"""Shown the counts when rows have ended and once a second, on the run's loop; it must not block."""

TICK_S = 1.0


class Sitting:
    """What goes on between start and stop. Afterwards `stopped` and `note` say why it ended."""

    def __init__(self, scorer: Scorer, fields: FieldMap, journal: Journal, options: GradeOptions,
                 watch: Watch | None) -> None:  # fmt: skip
        self.journal, self.options, self.counts = journal, options, Counts()
        self.stopped: Stop = "finished"
        self.note = ""
        self._scorer, self._fields, self._watch = scorer, fields, watch
        self._full = False  # no further row is begun
        self._hurry = asyncio.Event()  # rows in flight get their grace and no more
        self._error: Exception | None = None
        self._ended: list[Record] = []
        self._first_failure = ""
        self._breaker = Breaker(options.concurrency)

    async def run(self, rows: Iterator[Numbered], stop: asyncio.Event) -> None:
        """Judge until the rows, the limit, the budget or the caller's patience end, or the endpoint is gone.

        Raises:
            JudgeError: the judge's set-up is wrong, the data cannot be read on, or the disk is full.
        """
        work = asyncio.create_task(self._judge_all(rows))
        hurry = asyncio.create_task(self._hurry.wait())
        helpers = [hurry, asyncio.create_task(self._heed(stop)), asyncio.create_task(self._tick())]
        try:
            await asyncio.wait([work, hurry], return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait([work], timeout=self.options.grace_s)
        finally:
            for task in (work, *helpers):
                task.cancel()
            await asyncio.gather(work, *helpers, return_exceptions=True)
            self._flush()
        if work.cancelled() and self.stopped != "outage":
            self.stopped = "interrupted"
        self.note = self.note or self._first_failure
        if self._error:
            raise self._error

    async def _judge_all(self, rows: Iterator[Numbered]) -> None:
        try:
            await self._try_out(rows)
        except Exception as error:
            self._fail(error)
        async with asyncio.TaskGroup() as group:
            for _ in range(self.options.concurrency):
                group.create_task(self._work(rows))

    async def _try_out(self, rows: Iterator[Numbered]) -> None:
        """Judge rows one by one until one shows that the judge works.

        Raises:
            JudgeError: it does not work; the rows that show this are not recorded.
        """
        worked = self.counts.statuses["ok"] > 0  # in an earlier sitting
        refused: list[Record] = []
        failure: Failure | None = None
        while (item := self._next(rows)) is not None:
            record = await self._judge(*item)
            if why := set_up_failure(record):
                failure = why
                refused.append(record)
                if failure.kind != "bad_request" or len(refused) == REFUSALS:
                    raise unrecorded(failure)
            else:
                self._keep(record)
                if record.rewards:
                    worked = True
                    break
        if failure and not worked:
            raise unrecorded(failure)
        for record in refused:
            self._keep(record)

    async def _work(self, rows: Iterator[Numbered]) -> None:
        try:
            while (item := self._next(rows)) is not None:
                self._keep(await self._judge(*item))
                await asyncio.sleep(0)  # a judge that never waits must not keep the others from their turn
        except Exception as error:
            self._fail(error)

    def _next(self, rows: Iterator[Numbered]) -> Numbered | None:
        """Return the next row to judge; None when no further one is begun."""
        if self._full:
            return None
        item = next(rows, None)
        if item is None:
            self._end("finished")
        elif self.options.limit is not None and item[0] >= self.options.limit:
            self._end("limit")
        elif why := self.options.budget.reached(self.counts.usage, self.counts.in_flight / max(self.counts.rows, 1)):
            self._end("budget", why)
        else:
            return item
        return None

    async def _judge(self, index: int, row: dict[str, object] | DataError) -> Record:
        if isinstance(row, DataError):
            return Record.failed(index, str(index), "invalid", str(row))
        try:
            sample = self._fields.sample(row, index)
        except DataError as error:
            return Record.failed(index, self._fields.name(row, index), "invalid", str(error))
        self.counts.in_flight += 1
        try:
            rewards = await self._scorer.ascore_sample(sample)
            if len(rewards) != len(sample.responses):
                raise RuntimeError(f"the judge gave {len(rewards)} rewards for {len(sample.responses)} responses")
            return Record.of(index, sample.id, rewards)
        except (JudgeError, KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:  # some libraries' timeouts are no Exception
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and task and task.cancelling():
                raise
            return Record.failed(index, sample.id, "internal", f"{type(error).__name__}: {error}")
        finally:
            self.counts.in_flight -= 1

    def _keep(self, record: Record) -> None:
        """Take a record for the write at the end of this tick."""
        if not self._ended:
            asyncio.get_running_loop().call_soon(self._flush)
        self._ended.append(record)
        kind = record.failure.kind if record.failure else None
        values = [(reward.value, reward.lo, reward.hi) for reward in record.rewards]
        self.counts.judged += 1
        self.counts.add(record.status, kind, values, record.usage, retryable=record.retryable)
        if record.failure and not self._first_failure:
            self._first_failure = f"the first failure: {record.failure.message}"
        if self._breaker.trips(record) and record.failure and not self._full:
            self._end("outage", record.failure.message)
            self._hurry.set()

    def _flush(self) -> None:
        ended, self._ended = self._ended, []
        if not ended:
            return
        try:
            self.journal.append(ended)
        except JudgeError as error:
            self._fail(error)
        if self._watch:
            self._watch(self.counts)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            if self._watch:
                self._watch(self.counts)
            try:
                await asyncio.to_thread(self.journal.sync)
            except OSError as error:
                self._fail(JudgeError(f"cannot write {str(self.journal.path)!r}: {error.strerror}; check the disk"))

    async def _heed(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._end("interrupted")
        self.counts.stopping = True
        self._hurry.set()

    def _fail(self, error: Exception) -> None:
        self._error = self._error or error
        self._full = True
        self._hurry.set()

    def _end(self, stopped: Stop, note: str = "") -> None:
        if not self._full:
            self._full, self.stopped, self.note = True, stopped, note
