"""Running programs at the same time."""

import asyncio
import os

import pytest

from judge.sandbox import Limits, run_python


def test_a_queue_in_front_does_not_use_up_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)

    async def main() -> list[str]:
        limits = Limits(wall_s=1.4)  # all five together sleep longer than that
        runs = await asyncio.gather(*(run_python("import time; time.sleep(0.3)", limits=limits) for _ in range(5)))
        return [run.status for run in runs]

    assert asyncio.run(main()) == ["ok"] * 5


def test_numpy_fits_into_the_default_limits() -> None:
    pytest.importorskip("numpy")
    assert asyncio.run(run_python("import numpy; print(numpy.arange(3).sum())")).stdout == "3\n"


def test_threads_pools_and_temporary_files_work() -> None:
    program = """
import multiprocessing, tempfile, threading
threading.Thread(target=print, args=("thread",)).start()
with tempfile.TemporaryFile() as file: file.write(b"x")
with multiprocessing.Pool(2) as pool: print(pool.map(abs, [-1, 2]))
"""
    run = asyncio.run(run_python(program))
    assert (run.stdout, run.stderr) == ("thread\n[1, 2]\n", "")
