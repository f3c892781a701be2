"""A batch of replications, each under all plans. Its households are drawn once, and every plan meets the same ones."""

from __future__ import annotations

import gc
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from borderflow.experiment.layout import tables_of
from borderflow.experiment.shard import encode
from borderflow.experiment.stages import Stages
from borderflow.experiment.tables import arrow
from borderflow.scenario.draws import drawn

if TYPE_CHECKING:
    from borderflow.scenario.scenario import Scenario


@dataclass(frozen=True)
class Failure:
    """A replication that did not end. ``detail`` is the traceback, kept for ``--debug``.

    ``memory``: it ran out of memory, and may do better with fewer at its side.
    """

    replication: int
    error: str
    detail: str = field(default="", repr=False)
    memory: bool = False


@dataclass(frozen=True)
class Outcome:
    """What one replication gave under all plans, in the order asked; or why it failed."""

    replication: int
    tables: dict[str, pa.Table] = field(default_factory=dict, repr=False)
    failure: Failure | None = None


@dataclass(frozen=True)
class Answer:
    """What is told of a batch: the shard's bytes or its file, why replications failed, how long each took (seconds).

    ``fault``: the error number and text of a disk that took no more.
    """

    batch: tuple[int, ...]
    shard: bytes | Path | None = field(default=None, repr=False)
    failures: tuple[Failure, ...] = ()
    seconds: float = 0.0
    fault: tuple[int, str] | None = None


class Bench:
    """A place where replications are run: it keeps the network of each plan from one replication to the next.

    Where posterior draws move a throughput, the networks are those of one row, and go when another row is due.
    """

    def __init__(self, scenario: Scenario, plans: tuple[str, ...], engine: str, stages: Stages) -> None:
        self.scenario = scenario
        self.plans = plans
        self.engine = engine
        self.stages = stages
        self.tables = tables_of(scenario)
        self._networks: dict[str, Any] = {}
        self._row: int | None = None

    def replicate(self, replication: int) -> dict[str, pa.Table]:
        """Sample the households once, then simulate and measure each plan on them."""
        draws = self.scenario.calibration.draws
        row = draws.row(replication) if draws is not None and draws.of_places else None
        if row != self._row:
            self._networks, self._row = {}, row
        scenario = drawn(self.scenario, replication)
        households = self.stages.households(scenario, replication)
        parts: dict[str, list[pa.Table]] = {name: [] for name in self.tables}
        for plan in self.plans:
            if plan not in self._networks:
                self._networks[plan] = self.stages.network(scenario, plan)
            network = self._networks[plan]
            journal = self.stages.simulate(households, network, self.engine)
            measured = self.stages.measure(scenario, network, households, journal)
            for name in self.tables:
                told = getattr(measured, "tables", {}).get(name)
                parts[name].append(arrow(getattr(measured, name) if told is None else told, plan, replication))
        return {name: _stacked(tables) for name, tables in parts.items()}

    def outcome(self, replication: int) -> Outcome:
        """Run one replication; an error in it becomes part of the answer."""
        try:
            with _uncollected():
                return Outcome(replication, self.replicate(replication))
        except Exception as error:
            said = str(error).strip().splitlines()
            text = f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
            short = isinstance(error, MemoryError)
            failure = Failure(replication, text[:500], traceback.format_exc()[-2500:], short)
            return Outcome(replication, failure=failure)

    def answer(self, run: str, batch: tuple[int, ...]) -> Answer:
        """Run a batch: the bytes of its shard, without the replications that failed."""
        began = time.perf_counter()
        failures: list[Failure] = []

        def done() -> Iterator[tuple[int, dict[str, pa.Table]]]:
            for replication in batch:
                outcome = self.outcome(replication)
                if outcome.failure is None:
                    yield replication, outcome.tables
                else:
                    failures.append(outcome.failure)

        packed = encode(run, done())
        shard = packed if len(failures) < len(batch) else None
        return Answer(batch, shard, tuple(failures), (time.perf_counter() - began) / len(batch))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave the cycle collector out of the event loop, which makes no cycles and costs a seventh more with it.

    Afterwards it looks at what was made within and is still there, and not at all that was there before: that costs
    as much as a whole replication of the compiled engine.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
        gc.collect(0)


def _stacked(tables: list[pa.Table]) -> pa.Table:
    """Plans under each other; a column that is empty under one plan takes the type it has under another."""
    return pa.concat_tables(tables, promote_options="permissive").combine_chunks()
