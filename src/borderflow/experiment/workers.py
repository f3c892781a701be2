"""Worker processes: replications run side by side, handed on strictly in order.

A worker leaves what it measured in a file and answers with a few words: a long answer through a pipe, cut off by the
worker's death, would leave the reader waiting for ever. A worker that dies takes the pool with it; the pool is built
anew and what was under way is done again, one at a time, so that a replication which kills its worker is found out and
its neighbours are not blamed.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import sys
import threading
import types
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from borderflow.experiment.batch import Batch, Bench, Failure
from borderflow.experiment.interrupts import blocked, undisturbed
from borderflow.experiment.stages import Stages, standard

if TYPE_CHECKING:
    from borderflow.scenario.scenario import Scenario

    _Begin = tuple[Scenario, tuple[str, ...], str, Stages | None, Path]

ATTEMPTS = 2
"""How often a replication is begun before a dying worker is laid to its charge."""

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
_bench: Bench | None = None
_folder = Path()


def in_process(
    scenario: Scenario, plans: tuple[str, ...], engine: str, stages: Stages | None, replications: range
) -> Generator[Batch]:
    """Run replications in this process, one after the other."""
    bench = Bench(scenario, plans, engine, stages or standard())
    for replication in replications:
        yield bench.batch(replication)


@dataclass(frozen=True)
class _Answer:
    """A worker's few words: the file with its tables, or why there is none (``fault``: the disk's error number)."""

    replication: int
    tables: Path | None = None
    failure: Failure | None = None
    fault: tuple[int, str] | None = None

    def batch(self) -> Batch:
        """The batch itself; its file is read and removed."""
        if self.fault is not None:
            raise OSError(*self.fault)
        if self.tables is None:
            return Batch(self.replication, failure=self.failure)
        tables = pickle.loads(self.tables.read_bytes())  # written by our own worker, in our own folder
        self.tables.unlink()
        return Batch(self.replication, tables)


def in_workers(
    scenario: Scenario,
    plans: tuple[str, ...],
    engine: str,
    stages: Stages | None,
    replications: range,
    workers: int,
    folder: Path,
) -> Generator[Batch]:
    """Run replications in worker processes; batches come in order, and few wait for their turn in ``folder``."""
    crew = _Crew((scenario, plans, engine, stages, folder), workers)
    try:
        yield from crew.batches(replications)
    finally:
        crew.dismiss()


class _Crew:
    def __init__(self, begin: _Begin, workers: int) -> None:
        self._begin = begin
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._running: dict[Future[_Answer], int] = {}
        self._early: dict[int, _Answer] = {}
        self._begun: dict[int, int] = {}
        self._again: list[int] = []

    def batches(self, replications: range) -> Iterator[Batch]:
        """Batches in order of replication. At most four a worker are under way or wait for an earlier one."""
        fresh = iter(replications)
        ahead = 4 * self._workers
        upcoming: int | None = next(fresh, None)
        for due in replications:
            while due not in self._early:
                if self._again or any(self._begun[replication] > 1 for replication in self._running.values()):
                    if not self._running:
                        self._submit(self._again.pop(0))
                else:
                    while upcoming is not None and upcoming < due + ahead and len(self._running) < 2 * self._workers:
                        if not self._submit(upcoming):
                            break
                        upcoming = next(fresh, None)
                self._collect()
            yield self._early.pop(due).batch()

    def _submit(self, replication: int) -> bool:
        """Hand a replication to the pool; False if the pool just broke."""
        with _starting():
            if self._pool is None:
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(self._workers, context, _begin_work, self._begin)
            try:
                future = self._pool.submit(_work, replication)
            except BrokenProcessPool:
                if replication in self._begun:
                    self._again.insert(0, replication)
                return False
        self._begun[replication] = self._begun.get(replication, 0) + 1
        self._running[future] = replication
        return True

    def _collect(self) -> None:
        if not self._running:
            self.dismiss()  # the pool broke before it took anything
            return
        done, _ = wait(self._running, return_when=FIRST_COMPLETED)
        broken = False
        for future in sorted(done, key=self._running.__getitem__):
            replication = self._running[future]
            try:
                self._early[replication] = future.result()
            except BrokenProcessPool:
                broken = True
                continue
            except Exception as error:  # what came back could not be read
                failure = Failure(replication, f"{type(error).__name__}: {error}")
                self._early[replication] = _Answer(replication, failure=failure)
            del self._running[future]
        if broken:
            self._redo()

    def _redo(self) -> None:
        lost = sorted(self._running.values())
        self.dismiss()
        for replication in lost:
            if self._begun[replication] < ATTEMPTS or len(lost) > 1:
                self._again.append(replication)
            else:
                failure = Failure(replication, "its worker process ended without an answer, twice (out of memory?)")
                self._early[replication] = _Answer(replication, failure=failure)
        self._again.sort()

    def dismiss(self) -> None:
        """End every worker now."""
        pool, self._pool, self._running = self._pool, None, {}
        if pool is None:
            return
        processes = list((pool._processes or {}).values())
        with undisturbed():
            for process in processes:
                process.terminate()
            for process in processes:
                process.join(5)
                if process.is_alive():
                    process.kill()
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


def _begin_work(scenario: Scenario, plans: tuple[str, ...], engine: str, stages: Stages | None, folder: Path) -> None:
    """First act of a worker: leave with its parent, print nothing into the answer, take one thread."""
    global _bench, _folder
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    os.dup2(2, 1)
    import pyarrow as pa

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    _bench = Bench(scenario, plans, engine, stages or standard())
    _folder = folder


def _leave_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _work(replication: int) -> _Answer:
    if _bench is None:
        raise RuntimeError("a worker was not set up")
    batch = _bench.batch(replication)
    if batch.failure is not None:
        short = replace(batch.failure, error=batch.failure.error[:500], detail=batch.failure.detail[-2500:])
        return _Answer(replication, failure=short)
    path = _folder / f"{replication:07d}.part"
    try:
        path.write_bytes(pickle.dumps(batch.tables, protocol=5))
    except OSError as error:
        return _Answer(replication, fault=(error.errno or 0, error.strerror or str(error)))
    return _Answer(replication, path)
