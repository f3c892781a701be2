"""The window that is measured: the seconds of the scenario's days, without the warm-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from borderflow.measure import machine
from borderflow.measure.rising import rising
from borderflow.network.network import Calendar, Floats, Ints
from borderflow.scenario.units import DAY, HOUR

_ONE = np.ones(1, dtype=np.int64)


@dataclass(frozen=True)
class Window:
    """Seconds [0, end). What is dated before or after is in no table."""

    start: date
    days: int

    @property
    def end(self) -> int:
        return self.days * DAY

    @cached_property
    def day_edges(self) -> Ints:
        """Midnights, the first and the last included; shape (days + 1,)."""
        return np.arange(self.days + 1, dtype=np.int64) * DAY

    @cached_property
    def hour_edges(self) -> Ints:
        return np.arange(24 * self.days + 1, dtype=np.int64) * HOUR

    @property
    def dates(self) -> tuple[str, ...]:
        """ISO dates of the days."""
        return _dates(self.start, self.days)

    @property
    def hours(self) -> tuple[str, ...]:
        """ISO hours, such as ``2023-10-25T07:00``."""
        return _hours(self.start, self.days)

    def holds(self, seconds: Ints) -> npt.NDArray[np.bool_]:
        """Which seconds lie in the window."""
        inside: npt.NDArray[np.bool_] = (seconds >= 0) & (seconds < self.end)
        return inside

    def per_day(self, seconds: Ints, weights: npt.NDArray[np.generic] | None = None) -> Floats:
        """Sum of the weights dated on each day; what lies outside the window is left out. Shape (days,)."""
        if (tally := machine.tally()) is not None and seconds.dtype == np.int64:
            total = np.zeros(self.days)
            each = _ONE if weights is None else weights
            if each.dtype != np.float64 and each.dtype != np.int64:
                each = each.astype(np.int64)
            tally.per_day(seconds, each, self.days, total)
            return total
        day = np.clip(seconds // DAY, -1, self.days) + 1
        counted: Floats = np.bincount(day, weights=weights, minlength=self.days + 2)[1:-1].astype(np.float64)
        return counted


@lru_cache(maxsize=8)
def _dates(start: date, days: int) -> tuple[str, ...]:
    return tuple((start + timedelta(days=day)).isoformat() for day in range(days))


@lru_cache(maxsize=8)
def _hours(start: date, days: int) -> tuple[str, ...]:
    return tuple(f"{day}T{hour:02d}:00" for day in _dates(start, days) for hour in range(24))


def level(first: Ints, last: Ints, weight: Ints | None, marks: Ints) -> Calendar:
    """How much is present at any time, where each row is present over [first, last) with its weight (else 1).

    The steps stand at every second in which something changes, after all changes of that second, and at the ``marks``
    (so that a day or a shift begins with a step of its own).
    """
    if (tally := machine.tally()) is not None and len(marks):
        room = 2 * len(first) + len(marks)
        key, other, second = np.empty((3, room), dtype=np.int64)
        value, count = np.empty(room), np.empty(tally.COUNTS, dtype=np.int64)
        steps = tally.level(first, last, _ONE if weight is None else weight, marks, key, other, count, second, value)
        if steps != tally.NO:
            return Calendar(second[:steps], value[:steps])
    some = np.flatnonzero(last > first)
    first, last = first[some], last[some]
    plus = np.int64(1) if weight is None else weight[some]
    second = np.concatenate([first, last, marks])
    change = np.zeros(len(second), dtype=np.int64)
    change[: len(some)] = plus
    change[len(some) : 2 * len(some)] = -plus
    order = rising(second)
    second = second[order]
    final = np.flatnonzero(np.append(second[1:] != second[:-1], True))
    return Calendar(second[final], np.cumsum(change[order])[final].astype(np.float64))


def summed(parts: list[Calendar]) -> Calendar:
    """The sum of levels, with a step wherever one of them has one; before its first step each is 0."""
    seconds, values = (np.concatenate(column) for column in zip(*((p.second, p.value) for p in parts), strict=True))
    if (tally := machine.tally()) is not None:
        begins = np.cumsum([0, *(len(part.second) for part in parts)])
        key, other, second = np.empty((3, len(seconds)), dtype=np.int64)
        value, count = np.empty(len(seconds)), np.empty(tally.COUNTS, dtype=np.int64)
        steps = tally.summed(seconds, values, begins, key, other, count, second, value)
        if steps != tally.NO:
            return Calendar(second[:steps], value[:steps])
    change = np.concatenate([np.diff(part.value, prepend=0.0) for part in parts])
    order = rising(seconds)
    second, held = seconds[order], np.cumsum(change[order])
    final = np.append(second[1:] != second[:-1], True)
    return Calendar(second[final], held[final])


def merged(*parts: Ints) -> Ints:
    """Every second of some lists in rising order, each once."""
    second = np.concatenate(parts)
    second.sort(kind="stable")  # quick, for the lists are in order
    return second[np.append(True, second[1:] != second[:-1])] if len(second) else second


def integrals(steps: Calendar, edges: Ints) -> Floats:
    """The integral of the steps between each edge and the next, in value-seconds."""
    if (tally := machine.tally()) is not None:
        total = np.empty(len(edges) - 1)
        tally.integral(steps.second, steps.value, edges, total)
        return total
    return steps.integral(edges[:-1], edges[1:])


def worked(level: Calendar, desks: Calendar, edges: Ints) -> tuple[Floats, Floats]:
    """The integrals of a level, and of how far it lies above the desks; before the first desks these count."""
    if (tally := machine.tally()) is not None:
        busy, over = np.empty((2, len(edges) - 1))
        tally.worked(level.second, level.value, desks.second, desks.value, edges, busy, over)
        return busy, over
    more = np.maximum(0.0, level.value - desks.at(np.maximum(level.second, desks.second[0])))
    return integrals(level, edges), integrals(Calendar(level.second, more), edges)


def at_each(steps: Calendar, seconds: Ints) -> Floats:
    """The values in force at seconds in nearly rising order."""
    if (tally := machine.tally()) is not None:
        found = np.empty(len(seconds))
        tally.values_at(steps.second, steps.value, seconds, found)
        return found
    return steps.at(seconds)


def peaks(steps: Calendar, window: Window) -> tuple[Floats, int]:
    """The largest value on each day, and the first second at which it is largest of all.

    The steps must have a mark at every midnight. Shape (days,).
    """
    if (tally := machine.tally()) is not None:
        found = np.empty(window.days)
        highest = tally.peaks(steps.second, steps.value, window.day_edges, found)
        if highest != tally.NO:
            return found, int(steps.second[highest])
    return peak_by_day(steps, window), peak_second(steps, window)


def peak_by_day(steps: Calendar, window: Window) -> Floats:
    """The largest value on each day; the steps must have a mark at every midnight. Shape (days,)."""
    begins = np.searchsorted(steps.second, window.day_edges)
    if begins[-1] == len(steps.second) or steps.second[begins[-1]] != window.end:
        raise ValueError("the steps have no mark at the end of the window")
    peaks: Floats = np.maximum.reduceat(steps.value, begins)[:-1]
    return peaks


def peak_second(steps: Calendar, window: Window) -> int:
    """The first second in the window at which the value is largest."""
    begin, stop = np.searchsorted(steps.second, [0, window.end])
    return int(steps.second[begin + int(np.argmax(steps.value[begin:stop]))])
