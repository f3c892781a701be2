"""The crew: batches of replications handed to whoever works, taken back in any order, handed on strictly in order.

Who works is a ``Place`` behind the shape of ``concurrent.futures``: this process, processes beside it, or a cluster.

A worker that dies takes with it what was under way. That is done again at once; what is lost a second time is done a
third time one replication after the other, so that the one which kills its worker is found out and its neighbours are
not blamed. It is given up then, and the rest goes on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from pathlib import Path
from typing import Protocol

from borderflow.experiment.batch import Answer, Failure, Outcome
from borderflow.experiment.shard import Shards

ATTEMPTS = 3
"""How often a replication is begun before a dying worker is laid to its charge."""

BATCH = 2.0
"""Seconds that a batch should take: long enough to be worth its way, short enough to be done again."""

PATIENCE = 5.0
"""Seconds without an answer after which the place is asked whether it is still there."""


class Place(Protocol):
    """Where batches are run."""

    @property
    def workers(self) -> int: ...
    @property
    def room(self) -> int:
        """How many batches may be under way."""
        ...

    def submit(self, batch: tuple[int, ...]) -> Future[Answer]:
        """Begin a batch; ``BrokenExecutor`` if nobody is left to do it."""
        ...

    def lost(self, error: BaseException) -> int:
        """How many deaths of a worker an error stands for; 0 if it is none."""
        ...

    def renew(self) -> bool:
        """After a death: whether all that is under way is lost with it. New workers take the place of the old."""
        ...

    def halve(self) -> bool:
        """Half the workers, if that was not done before and can be; what is under way is lost."""
        ...

    def check(self) -> None:
        """Raise ``OSError`` if no answer can come any more."""
        ...

    def dismiss(self) -> None:
        """End all that is under way."""
        ...


class Crew:
    """Replications run at a place; their shards are in ``shards`` once they are done.

    ``most``: the most replications in a batch. ``note`` is told what a user would want to know.
    """

    def __init__(self, place: Place, shards: Shards, note: Callable[[str], None], most: int = 1_000) -> None:
        self._place = place
        self._shards = shards
        self._note = note
        self._most = most
        self._running: dict[Future[Answer], tuple[int, ...]] = {}
        self._failed: dict[int, Failure] = {}
        self._tries: dict[int, int] = {}
        self._again: list[tuple[int, ...]] = []
        self._suspects: list[int] = []
        self._alone = False
        self._seconds = 0.0
        self._first: int | None = None

    def outcomes(self, replications: range) -> Iterator[Outcome]:
        """Outcomes in order of replication. At most four batches a worker are under way or wait for an earlier one."""
        fresh = deque(replication for replication in replications if replication not in self._shards)
        self._first = fresh[0] if fresh else None
        for due in replications:
            while due not in self._shards and due not in self._failed:
                self._fill(fresh, due)
                self._collect()
            if due in self._failed:
                yield Outcome(due, failure=self._failed[due])
            else:
                yield Outcome(due, self._shards.tables(due))

    def dismiss(self) -> None:
        """End all that is under way."""
        self._place.dismiss()

    def _size(self, left: int) -> int:
        """Replications in a batch, by the time that one takes; one until the first has ended."""
        if not self._seconds or (self._first not in self._shards and self._first not in self._failed):
            return 1
        share = -(-left // (2 * self._place.workers))  # nobody is to wait long for the last batch
        return max(1, min(int(BATCH / self._seconds), share, self._most))

    def _fill(self, fresh: deque[int], due: int) -> None:
        while len(self._running) < self._place.room and not self._alone:
            if self._again:
                batch = self._again.pop(0)
            elif self._suspects:
                if self._running:
                    return
                batch, self._alone = (self._suspects.pop(0),), True
            elif fresh:
                size = self._size(len(fresh))
                if fresh[0] >= due + 4 * self._place.workers * size:
                    return
                batch = (fresh.popleft(),)
                while fresh and len(batch) < size and fresh[0] == batch[-1] + 1:
                    batch = (*batch, fresh.popleft())
            else:
                return
            try:
                self._running[self._place.submit(batch)] = batch
            except BrokenExecutor:
                self._again.insert(0, batch)
                self._alone = False
                if self._running:
                    return  # they are lost too: it is told when they are collected
                self._place.renew()
                continue
            for replication in batch:
                self._tries[replication] = self._tries.get(replication, 0) + 1

    def _collect(self) -> None:
        done, _ = wait(self._running, timeout=PATIENCE, return_when=FIRST_COMPLETED)
        if not done:
            self._place.check()
            return
        lost: list[tuple[int, ...]] = []
        deaths = 0
        short: list[tuple[int, ...]] = []
        for future in sorted(done, key=lambda future: self._running[future]):
            batch = self._running.pop(future)
            try:
                answer = future.result()
            except Exception as error:
                if many := self._place.lost(error):
                    deaths = max(deaths, many)
                    lost.append(batch)
                    continue
                self._place.check()
                text = f"{type(error).__name__}: {error}"[:500]  # what came back could not be read
                self._failed.update((replication, Failure(replication, text)) for replication in batch)
            else:
                short += self._take(answer)
        alone, self._alone = self._alone, self._alone and bool(self._running)
        if lost:
            if self._place.renew():
                lost += self._running.values()
                self._running.clear()
            self._redo(sorted(lost), alone, deaths)
        if short:
            self._fewer(short)

    def _take(self, answer: Answer) -> list[tuple[int, ...]]:
        """Take an answer in; hand back what ran out of memory and may have another try."""
        if answer.fault is not None:
            raise OSError(*answer.fault)
        failed = {failure.replication: failure for failure in answer.failures}
        if answer.shard is not None:
            kept = answer.shard
            path = kept if isinstance(kept, Path) else self._shards.write(answer.batch, kept)
            self._shards.add(path, (replication for replication in answer.batch if replication not in failed))
        if answer.seconds:
            self._seconds = min(self._seconds or answer.seconds, answer.seconds)
        self._failed.update(failed)
        return [(replication,) for replication, failure in failed.items() if failure.memory]

    def _redo(self, lost: list[tuple[int, ...]], alone: bool, deaths: int) -> None:
        for batch in lost:
            for replication in batch:
                self._tries[replication] += deaths - 1
            if max(self._tries[replication] for replication in batch) < ATTEMPTS - 1:
                self._again.append(batch)
            elif alone and len(batch) == 1 and self._tries[batch[0]] >= ATTEMPTS:
                text = f"its worker process ended without an answer, {ATTEMPTS} times (out of memory?)"
                self._failed[batch[0]] = Failure(batch[0], text)
            else:
                self._suspects += batch
        self._suspects.sort()

    def _fewer(self, short: list[tuple[int, ...]]) -> None:
        """Some replications ran out of memory: half the workers, and try those again."""
        if not self._place.halve():
            return
        for (replication,) in short:
            del self._failed[replication]
        for replication in (one for batch in self._running.values() for one in batch):
            self._tries[replication] -= 1  # no fault of theirs
        self._again += [*self._running.values(), *short]
        self._running.clear()
        self._again.sort()
        self._alone = False
        many = self._place.workers
        self._note(f"out of memory: going on with {many} worker{'s' if many > 1 else ''}")
