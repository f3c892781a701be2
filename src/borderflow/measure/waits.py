"""Waits: quantiles and means weighted by persons, for the period and for each day.

Whoever reaches a place (a crossing, a station) before second 0 is in neither its ``arrived`` nor its waits. A wait
counts on the date of joining. Who still waits at the end has waited so far; a value that could rise for that reason is
marked as a lower bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from borderflow.measure import machine
from borderflow.measure.rising import rising
from borderflow.measure.rows import Days, Flags, Place, Rows, ratios
from borderflow.measure.window import Window
from borderflow.network.network import Floats, Ints
from borderflow.scenario.units import DAY, HOUR

LONG_WAIT = 4 * HOUR
PERCENTS = (50, 90, 95)
_PERCENTS = np.array(PERCENTS, dtype=np.int64)
_NO_BOUND = 1 << 62


@dataclass(frozen=True)
class Told:
    """A number for the period, whether it is only a lower bound, and the same by day."""

    value: float
    lower: bool
    days: Days

    @classmethod
    def of(cls, value: Floats, lower: Flags) -> Told:
        return cls(float(value[-1]), bool(lower[-1]), Days(value[:-1], lower[:-1]))


@dataclass(frozen=True)
class Waits:
    """Waits of persons: an entry for each day, and a last one for all days together; 0 where nobody came.

    ``persons``; ``weighted``: the sum of the waits of all of them; ``bound``: the least wait so far of those still
    waiting; ``longer``: persons who waited longer than ``long``; ``longest``. ``quantiles``: a row for each of
    ``PERCENTS``, the least wait that at least this per cent of the persons did not exceed.
    """

    persons: Ints
    weighted: Ints
    bound: Ints
    longer: Ints
    longest: Ints
    quantiles: Ints
    long: int

    def quantile(self, percent: int) -> Told:
        """NaN where nobody came."""
        some, value = self.persons > 0, self.quantiles[PERCENTS.index(percent)]
        # A quantile stands if all who still wait have waited longer than it already.
        return Told.of(np.where(some, value, np.nan), some & (self.bound <= value))

    def mean(self) -> Told:
        value = ratios(self.weighted.astype(np.float64), self.persons.astype(np.float64))
        return Told.of(value, self.bound < _NO_BOUND)

    def max(self) -> Told:
        return Told.of(np.where(self.persons > 0, self.longest, np.nan), self.bound < _NO_BOUND)

    def share_over(self) -> Told:
        """Share of the persons who waited longer than ``long``."""
        value = ratios(self.longer.astype(np.float64), self.persons.astype(np.float64))
        return Told.of(value, self.bound <= self.long)


def of_line(joined: Ints, wait: Ints, size: Ints, unfinished: Flags, window: Window, long: int = LONG_WAIT) -> Waits:
    """Waits of those who came in the window, by the date on which they came."""
    days = window.days
    if (tally := machine.tally()) is not None:
        found = np.zeros((tally.QUANTILES + len(PERCENTS), days + 1), dtype=np.int64)
        found[2] = _NO_BOUND
        key, other = np.empty((2, len(joined)), dtype=np.int64)
        room = np.zeros((2 + len(PERCENTS), days + 1), dtype=np.int64)
        count = np.empty(tally.COUNTS, dtype=np.int64)
        told = tally.waits(joined, wait, size, unfinished, days, long, _PERCENTS, key, other, count, room, found)
        if told != tally.NO:
            persons, weighted, bound, longer, longest = found[: tally.QUANTILES]
            return Waits(persons, weighted, bound, longer, longest, found[tally.QUANTILES :], long)
    rows = np.flatnonzero(window.holds(joined))
    day, wait, size, unfinished = joined[rows] // DAY, wait[rows], size[rows], unfinished[rows]
    order = rising(wait)
    order = np.concatenate([order[rising(day[order])], order])  # day by day, then all together
    edges = np.append(np.searchsorted(np.sort(day), np.arange(days + 1)), len(order))
    bound = np.full(days + 1, _NO_BOUND, dtype=np.int64)
    np.minimum.at(bound, day[unfinished], wait[unfinished])
    bound[-1] = bound.min()
    wait, size = wait[order], size[order]
    running = np.concatenate([[0], np.cumsum(size)])

    def summed(numbers: Ints) -> Ints:
        sums = np.concatenate([[0], np.cumsum(numbers)])
        return np.asarray(sums[edges[1:]] - sums[edges[:-1]])

    persons, waits = summed(size), np.append(wait, 0)
    some = persons > 0
    targets = running[edges[:-1]] + np.maximum(1, -(-_PERCENTS[:, None] * persons // 100))
    return Waits(
        persons=persons,
        weighted=summed(size * wait),
        bound=bound,
        longer=summed(size * (wait > long)),
        longest=np.where(edges[1:] > edges[:-1], waits[edges[1:] - 1], 0),
        quantiles=np.where(some, waits[np.minimum(np.searchsorted(running[1:], targets), len(wait))], 0),
        long=long,
    )


def add_told(rows: Rows, name: str, place: Place, told: Told) -> None:
    """A number for the period and by day."""
    rows.add(name, told.value, place, lower=told.lower, days=told.days)


def add_waits(rows: Rows, prefix: str, place: Place, waits: Waits) -> None:
    """Mean, quantiles and longest wait; ``prefix`` is ``wait`` at a station, ``wait_total`` at a crossing."""
    add_told(rows, f"{prefix}_mean", place, waits.mean())
    for percent in PERCENTS:
        add_told(rows, f"{prefix}_p{percent}", place, waits.quantile(percent))
    add_told(rows, f"{prefix}_max", place, waits.max())
