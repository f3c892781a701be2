"""The window that is measured: the seconds of the scenario's days, without the warm-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt

from borderflow.measure.rising import rising
from borderflow.network.network import Calendar, Floats, Ints
from borderflow.scenario.units import DAY, HOUR


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

    @cached_property
    def dates(self) -> list[str]:
        """ISO dates of the days."""
        return [(self.start + timedelta(days=day)).isoformat() for day in range(self.days)]

    @cached_property
    def hours(self) -> list[str]:
        """ISO hours, such as ``2023-10-25T07:00``."""
        return [f"{day}T{hour:02d}:00" for day in self.dates for hour in range(24)]

    def holds(self, seconds: Ints) -> npt.NDArray[np.bool_]:
        """Which seconds lie in the window."""
        inside: npt.NDArray[np.bool_] = (seconds >= 0) & (seconds < self.end)
        return inside

    def per_day(self, seconds: Ints, weights: npt.NDArray[np.generic] | None = None) -> Floats:
        """Sum of the weights dated on each day; what lies outside the window is left out. Shape (days,)."""
        day = np.clip(seconds // DAY, -1, self.days) + 1
        total: Floats = np.bincount(day, weights=weights, minlength=self.days + 2)[1:-1].astype(np.float64)
        return total


def level(first: Ints, last: Ints, weight: Ints | None, marks: Ints) -> Calendar:
    """How much is present at any time, where each row is present over [first, last) with its weight (else 1).

    The steps stand at every second in which something changes, after all changes of that second, and at the ``marks``
    (so that a day or a shift begins with a step of its own).
    """
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
    second = np.concatenate([part.second for part in parts])
    change = np.concatenate([np.diff(part.value, prepend=0.0) for part in parts])
    order = rising(second)
    second, held = second[order], np.cumsum(change[order])
    final = np.append(second[1:] != second[:-1], True)
    return Calendar(second[final], held[final])


def merged(*parts: Ints) -> Ints:
    """Every second of some lists in rising order, each once."""
    second = np.concatenate(parts)
    second.sort(kind="stable")  # quick, for the lists are in order
    return second[np.append(True, second[1:] != second[:-1])] if len(second) else second


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
