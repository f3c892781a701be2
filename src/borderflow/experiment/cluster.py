"""Batches run on a cluster: a Dask scheduler and its workers, which need this package, the same version of it.

Nothing else in this package opens a connection. The scheduler does again what a dying worker took with it; a batch that
has outlived several of them comes back as lost.
"""

from __future__ import annotations

import pickle
import threading
import time
from concurrent.futures import BrokenExecutor, CancelledError, Future
from typing import TYPE_CHECKING, Any

from borderflow.experiment.batch import Answer, Bench
from borderflow.experiment.refusal import WrongUse
from borderflow.experiment.request import made_with

if TYPE_CHECKING:
    from borderflow.experiment.workers import Work

CONNECT = 10
"""Seconds in which a scheduler has to answer."""

EMPTY = 60.0
"""Seconds for which a cluster may be without a worker."""

_benches = threading.local()


class Cluster:
    """The workers of a Dask scheduler, at an address such as ``tcp://10.0.0.5:8786``."""

    def __init__(self, work: Work, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise WrongUse(
                "--cluster needs the package 'distributed': install borderflow with its extra 'cluster'"
            ) from None
        self.address = address
        try:
            self._client = Client(address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError) as error:
            raise OSError(f"no scheduler answers at {address} ({error or type(error).__name__})") from None
        self._executor = self._client.get_executor(pure=False)
        self._packed = pickle.dumps(work, protocol=5)
        self._empty_since: float | None = None
        self._differing()

    @property
    def workers(self) -> int:
        return max(1, self._there())

    @property
    def room(self) -> int:
        return 2 * self.workers

    def _there(self) -> int:
        return len(self._client.scheduler_info(n_workers=-1)["workers"])

    def _differing(self) -> None:
        """Refuse workers that would give other bytes."""
        ours = made_with()
        for worker, theirs in self._client.run(made_with).items():
            for word, here in ours.items():
                if theirs.get(word) != here:
                    there = theirs.get(word)
                    told = "another code" if word == "code" else f"{word} {there}, not {here}"
                    self.dismiss()
                    raise WrongUse(f"the worker {worker} of the cluster has {told}: the tables would not be the same")

    def submit(self, batch: tuple[int, ...]) -> Future[Answer]:
        try:
            future: Future[Answer] = self._executor.submit(_do, self._packed, batch)
        except RuntimeError:
            raise OSError(f"the scheduler at {self.address} is gone") from None
        return future

    def lost(self, error: BaseException) -> int:
        from distributed import KilledWorker

        if isinstance(error, CancelledError):
            raise OSError(f"the scheduler at {self.address} let go of this run") from None
        return 2 if isinstance(error, KilledWorker | BrokenExecutor) else 0

    def renew(self) -> bool:
        return False

    def halve(self) -> bool:
        return False

    def check(self) -> None:
        if self._client.status != "running":
            raise OSError(f"the scheduler at {self.address} is gone")
        if self._there():
            self._empty_since = None
            return
        now = time.monotonic()
        self._empty_since = self._empty_since or now
        if now - self._empty_since > EMPTY:
            raise OSError(f"the cluster at {self.address} has had no worker for {EMPTY:.0f} s")

    def dismiss(self) -> None:
        self._executor_down()
        self._client.close(timeout=CONNECT)

    def _executor_down(self) -> None:
        executor: Any = getattr(self, "_executor", None)
        if executor is not None:
            executor.shutdown(wait=False)


def _do(packed: bytes, batch: tuple[int, ...]) -> Answer:
    """On a worker: run a batch at this thread's bench, and send the shard's bytes back."""
    if getattr(_benches, "of", None) != packed:
        work: Work = pickle.loads(packed)  # from the client, which may run anything here in any case
        _benches.of, _benches.run, _benches.bench = packed, work.run, work.bench()
    bench: Bench = _benches.bench
    return bench.answer(_benches.run, batch)
