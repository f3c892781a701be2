"""Dated values and opening hours → step functions of the clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

import numpy as np

from borderflow.network.network import Calendar
from borderflow.scenario.units import DAY, Hours

Stretch = tuple[int, int, float]
"""(first second, second after the last, value)."""


def stretches(hours: Hours, day: int, value: float) -> Stretch:
    """The open stretch that begins on day number ``day``."""
    opened = day * DAY + hours.from_second
    return opened, opened + hours.length, value


def steps(parts: Iterable[Stretch], first: int, end: int, overlap: Callable[[Sequence[float]], float]) -> Calendar:
    """Join stretches into one step function over [first, end); where they overlap ``overlap`` (max or sum) decides."""
    parts = [part for part in parts if part[1] > first and part[0] < end]
    edges = sorted({first, *(edge for part in parts for edge in part[:2] if first < edge < end)})
    opens = sorted(parts)
    seconds: list[int] = []
    values: list[float] = []
    active: list[Stretch] = []
    waiting = iter(opens)
    upcoming = next(waiting, None)
    for edge in edges:
        while upcoming is not None and upcoming[0] <= edge:
            active.append(upcoming)
            upcoming = next(waiting, None)
        active = [part for part in active if part[1] > edge]
        value = overlap([part[2] for part in active]) if active else 0.0
        if not values or values[-1] != value:
            seconds.append(edge)
            values.append(float(value))
    return Calendar(np.array(seconds, dtype=np.int64), np.array(values))


def daily(value_on: Callable[[date], float], start: date, first: int, end: int) -> Calendar:
    """A value that changes at midnights only."""
    seconds: list[int] = []
    values: list[float] = []
    for day in range(first // DAY, -(-end // DAY)):
        value = float(value_on(start + timedelta(days=day)))
        if not values or values[-1] != value:
            seconds.append(max(day * DAY, first))
            values.append(value)
    return Calendar(np.array(seconds, dtype=np.int64), np.array(values))
