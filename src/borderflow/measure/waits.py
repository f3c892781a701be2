"""Waits: quantiles and means weighted by persons, for the period and for each day.

Whoever reaches a place (a crossing, a station) before second 0 is in neither its ``arrived`` nor its waits. A wait
counts on the date of joining. Who still waits at the end has waited so far; a value that could rise for that reason is
marked as a lower bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from types import ModuleType

import numpy as np

from borderflow.measure import machine
from borderflow.measure.rising import rising
from borderflow.measure.rows import Days, Flags, Place, Rows, ratios
from borderflow.measure.window import Window
from borderflow.network.network import Floats, Ints
from borderflow.scenario.units import DAY, HOUR

LONG_WAIT = 4 * HOUR
PERCENTS = (50, 90, 95)
_NO_BOUND = 1 << 62


@dataclass(frozen=True)
class Waits:
    """Waits of persons by day, in rising order within each day; day 0 alone where days do not matter.

    Those who did not wait at all, most of all people at most desks, are one row a day, so that they need no sorting.
    ``edges``: where each day begins in ``wait``, shape (days + 1,). ``persons``: running sum over all, 0 first.
    ``bound``: per day the least wait so far of those still waiting. ``weighted``: per day the sum of the waits of all
    persons.
    """

    wait: Ints
    persons: Ints
    edges: Ints
    bound: Ints
    weighted: Ints

    @classmethod
    def of(cls, day: Ints | None, wait: Ints, size: Ints, order: Ints, unfinished: Flags, days: int) -> Waits:
        """``order``: the rows of those who waited, in rising order of their waits."""
        of_day = np.zeros(len(order), dtype=np.int64) if day is None else day[order]
        if day is not None:
            by_day = rising(of_day)
            order, of_day = order[by_day], of_day[by_day]
        edges = np.searchsorted(of_day, np.arange(days + 1)) + np.arange(days + 1)
        waits, weight = np.zeros(len(order) + days, dtype=np.int64), np.zeros(len(order) + days, dtype=np.int64)
        waited = np.ones(len(waits), dtype=np.bool_)
        waited[edges[:-1]] = False
        waits[waited], weight[waited] = wait[order], size[order]
        weight[edges[:-1]] = _at_once(day, wait, size, days)
        bound = np.full(days, _NO_BOUND, dtype=np.int64)
        rows = np.flatnonzero(unfinished)
        np.minimum.at(bound, np.zeros(len(rows), dtype=np.int64) if day is None else day[rows], wait[rows])
        running, sums = (np.concatenate([[0], np.cumsum(numbers)]) for numbers in (weight, weight * waits))
        return cls(waits, running, edges, bound, sums[edges[1:]] - sums[edges[:-1]])

    @cached_property
    def counts(self) -> Ints:
        """Persons on each day."""
        return self.persons[self.edges[1:]] - self.persons[self.edges[:-1]]

    def quantile(self, percent: int) -> Days:
        """The least wait that at least this per cent of the persons did not exceed; NaN where nobody came."""
        counts = self.counts
        target = self.persons[self.edges[:-1]] + np.maximum(1, -(-percent * counts // 100))
        rows = np.minimum(np.searchsorted(self.persons[1:], target), max(len(self.wait) - 1, 0))
        return self._days(self.wait[rows] if len(self.wait) else counts, self.bound)

    def mean(self) -> Days:
        value = ratios(self.weighted.astype(np.float64), self.counts.astype(np.float64))
        return Days(value, self.bound < _NO_BOUND)

    def longest(self) -> Days:
        rows = np.maximum(self.edges[1:] - 1, 0)
        value = np.where(self.counts > 0, self.wait[rows] if len(self.wait) else 0, np.nan)
        return Days(value, self.bound < _NO_BOUND)

    def share_over(self, seconds: int) -> Days:
        """Share of the persons who waited longer."""
        if (tally := machine.tally()) is not None:
            longer = np.empty(len(self.edges) - 1, dtype=np.int64)
            tally.over(self.wait, self.persons, self.edges, seconds, longer)
        else:
            over = np.concatenate([[0], np.cumsum(np.diff(self.persons) * (self.wait > seconds))])
            longer = over[self.edges[1:]] - over[self.edges[:-1]]
        value = ratios(longer.astype(np.float64), self.counts.astype(np.float64))
        return Days(value, self.bound <= seconds)

    def _days(self, value: Ints, bound: Ints) -> Days:
        some = self.counts > 0
        result: Floats = np.where(some, value, np.nan)
        # A quantile stands if all who still wait have waited longer than it already.
        return Days(result, some & (bound <= value))


def _at_once(day: Ints | None, wait: Ints, size: Ints, days: int) -> Ints:
    """Persons who did not wait at all, by day."""
    none = np.flatnonzero(wait == 0)
    if day is None:
        return np.array([size[none].sum()], dtype=np.int64)
    return np.bincount(day[none], weights=size[none], minlength=days).astype(np.int64)


def of_line(joined: Ints, wait: Ints, size: Ints, unfinished: Flags, window: Window) -> tuple[Waits, Waits]:
    """Waits of those who came in the window: all together, and by the date on which they came."""
    if (tally := machine.tally()) is not None:
        found = _tallied(tally, joined, wait, size, unfinished, window.days)
        if found is not None:
            return found
    rows = np.flatnonzero(window.holds(joined))
    wait, size, unfinished = wait[rows], size[rows], unfinished[rows]
    waited = np.flatnonzero(wait)
    order = waited[rising(wait[waited])]
    together = Waits.of(None, wait, size, order, unfinished, 1)
    return together, Waits.of(joined[rows] // DAY, wait, size, order, unfinished, window.days)


def _tallied(
    tally: ModuleType, joined: Ints, wait: Ints, size: Ints, unfinished: Flags, days: int
) -> tuple[Waits, Waits] | None:
    """The same, counted in machine code; None if it cannot."""
    key, other = np.empty((2, len(joined)), dtype=np.int64)
    count = np.empty(max(tally.COUNTS, days), dtype=np.int64)
    waited, persons = np.empty((2, len(joined) + days + 1), dtype=np.int64)
    edges, weighted = np.zeros((2, days + 1), dtype=np.int64)
    bound = np.full(days + 1, _NO_BOUND, dtype=np.int64)
    whole = np.empty((2, len(joined) + 2), dtype=np.int64)
    many = tally.waits(
        *(joined, wait, size, unfinished, days, key, other, count),
        *(waited, persons, edges, bound, weighted, whole),
    )
    if many == tally.NO:
        return None
    ends, last = np.array([0, many + 1]), slice(days, days + 1)
    together = Waits(whole[0, : many + 1], whole[1, : many + 2], ends, bound[last], weighted[last])
    rows, first = many + days, slice(days)
    return together, Waits(waited[:rows], persons[: rows + 1], edges, bound[first], weighted[first])


def add_waits(rows: Rows, prefix: str, place: Place, waits: tuple[Waits, Waits], *, group: str = "") -> None:
    """Mean, quantiles and longest wait; ``prefix`` is ``wait`` at a station, ``wait_total`` at a crossing."""
    together, daily = waits

    def add(name: str, period: Days, days: Days) -> None:
        value, lower = period.value[0], period.flags()[0]
        rows.add(f"{prefix}_{name}", value, place, group=group, lower=lower, days=days)

    add("mean", together.mean(), daily.mean())
    for percent in PERCENTS:
        add(f"p{percent}", together.quantile(percent), daily.quantile(percent))
    add("max", together.longest(), daily.longest())
