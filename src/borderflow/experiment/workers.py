"""Where batches are run on this machine: in this process, or in worker processes beside it.

A worker leaves its shard in a file and answers with a few words: a long answer through a pipe, cut off by the worker's
death, would leave the reader waiting for ever.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from borderflow.experiment.batch import Answer, Bench
from borderflow.experiment.interrupts import blocked, undisturbed
from borderflow.experiment.shard import Shards
from borderflow.experiment.stages import Stages, standard

if TYPE_CHECKING:
    from borderflow.scenario.scenario import Scenario

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMBA_NUM_THREADS")
_BEGUN = ".begun"
_SELDOM = 100_000
"""New objects after which garbage is looked for: modules as they load make many, and no garbage."""
_bench: Bench | None = None
_shards: Shards | None = None


@dataclass(frozen=True)
class Work:
    """What is to be replicated. ``run``: the run that its shards belong to."""

    scenario: Scenario
    plans: tuple[str, ...]
    engine: str
    stages: Stages | None
    run: str

    def bench(self) -> Bench:
        """A place to run its replications."""
        return Bench(self.scenario, self.plans, self.engine, self.stages or standard())


class Here:
    """This process: a batch is run when it is handed over. What it prints goes to stderr, as a worker's does."""

    workers = 1
    room = 1

    def __init__(self, work: Work) -> None:
        self._run = work.run
        self._bench = work.bench()

    def submit(self, batch: tuple[int, ...]) -> Future[Answer]:
        done: Future[Answer] = Future()
        with contextlib.redirect_stdout(sys.stderr):
            done.set_result(self._bench.answer(self._run, batch))
        return done

    def lost(self, error: BaseException) -> int:
        return 0

    def renew(self) -> bool:
        return False

    def halve(self) -> bool:
        return False

    def check(self) -> None:
        pass

    def dismiss(self) -> None:
        pass


class Processes:
    """Worker processes, begun afresh ("spawn"). Where the system lets none begin, work goes on in this process."""

    def __init__(self, work: Work, workers: int, folder: Path, note: Callable[[str], None]) -> None:
        self.workers = workers
        self._work = work
        self._folder = folder
        self._note = note
        self._pool: ProcessPoolExecutor | None = None
        self._processes: list[BaseProcess] = []
        self._here: Here | None = None
        self._halved = False
        self._killed = 0

    @property
    def room(self) -> int:
        return 1 if self._here is not None else 2 * self.workers

    def submit(self, batch: tuple[int, ...]) -> Future[Answer]:
        if self._here is None and getattr(sys, "frozen", False):
            self._go_on_here("this program is frozen into one file")
        if self._here is None:
            try:
                return self._hand_over(batch)
            except BrokenExecutor:
                raise
            except (OSError, ImportError, NotImplementedError, RuntimeError) as error:
                self._go_on_here(str(error) or type(error).__name__)
        assert self._here is not None
        return self._here.submit(batch)

    def _hand_over(self, batch: tuple[int, ...]) -> Future[Answer]:
        with _starting():
            if self._pool is None:
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(self.workers, context, _begin_work, (self._work, self._folder))
            future = self._pool.submit(_do, batch)
        self._processes = list((self._pool._processes or {}).values()) or self._processes
        return future

    def _go_on_here(self, why: str) -> None:
        self.dismiss()
        self._note(f"worker processes cannot begin here ({why}): going on in one process")
        self.workers, self._here = 1, Here(self._work)

    def lost(self, error: BaseException) -> int:
        return 1 if isinstance(error, BrokenExecutor) else 0

    def renew(self) -> bool:
        if self._here is not None:
            return False
        processes = self._processes
        self.dismiss()
        if not (self._folder / _BEGUN).exists():
            self._go_on_here("they end before they begin")
        elif hasattr(signal, "SIGKILL") and any(process.exitcode == -signal.SIGKILL for process in processes):
            self._killed += 1
            if self._killed == 2 and self.halve():
                many = f"{self.workers} worker{'s' if self.workers > 1 else ''}"
                self._note(f"workers are killed again and again (out of memory?): going on with {many}")
        return True

    def halve(self) -> bool:
        if self._halved or self.workers == 1 or self._here is not None:
            return False
        self.dismiss()
        self._halved, self.workers = True, self.workers // 2
        return True

    def check(self) -> None:
        pass

    def dismiss(self) -> None:
        pool, self._pool = self._pool, None
        if pool is None:
            return
        with undisturbed():
            for process in self._processes:
                process.terminate()
            for process in self._processes:
                process.join(5)
                if process.is_alive():
                    process.kill()
                    process.join(5)
            pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _starting() -> Iterator[None]:
    """Start workers with one thread each, deaf to Ctrl-C (the parent ends them), and without the caller's script.

    Without the script a notebook, ``python -c`` or a file with no ``__main__`` guard can use workers too.
    """
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    script = sys.modules["__main__"]
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        with blocked():
            yield
    finally:
        sys.modules["__main__"] = script
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _begin_work(work: Work, folder: Path) -> None:
    """First act of a worker: leave with its parent, print nothing into the answer, take one thread."""
    global _bench, _shards
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    os.dup2(2, 1)
    gc.set_threshold(_SELDOM)
    with contextlib.suppress(OSError):
        (folder / _BEGUN).touch()
    import pyarrow as pa

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    _bench = work.bench()
    _shards = Shards(folder, work.run)


def _leave_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _do(batch: tuple[int, ...]) -> Answer:
    if _bench is None or _shards is None:
        raise RuntimeError("a worker was not set up")
    answer = _bench.answer(_shards.run, batch)
    if not isinstance(answer.shard, bytes):
        return answer
    try:
        return replace(answer, shard=_shards.write(batch, answer.shard))
    except OSError as error:
        return replace(answer, shard=None, fault=(error.errno or 0, error.strerror or str(error)))
