"""Closures of people: the hours of each day in which they stop a crossing, and who waits when they end.

A wait counts the hours of a closure; ``wait_open`` leaves them out, with the hours in which no desk is staffed.
Closures that touch or overlap are one. Desks that stand idle in a closure stay on the roster and are paid.
"""

from __future__ import annotations

import math

import numpy as np

from borderflow.measure.record import Record
from borderflow.measure.rows import Rows
from borderflow.measure.stations import Measures
from borderflow.measure.window import Window
from borderflow.network.network import Floats
from borderflow.scenario.units import DAY, HOUR

Stretch = tuple[int, int]


def joined(shut: tuple[Stretch, ...]) -> list[Stretch]:
    """Stretches in order, those that overlap or touch as one."""
    found: list[Stretch] = []
    for first, end in sorted(shut):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif end > first:
            found.append((first, end))
    return found


def hours(shut: tuple[Stretch, ...], window: Window) -> Floats:
    """Hours of each day that lie in a closure."""
    total = np.zeros(window.days)
    for first, end in joined(shut):
        into = np.clip(window.day_edges, first, max(first, end))
        total += np.diff(into) / HOUR
    return total


def of_crossing(record: Record, crossing: int) -> Floats:
    """Hours of each day in which at least one station of a crossing is stopped."""
    return hours(tuple(each for s in record.network.stations_of(crossing) for each in s.shut), record.window)


def waiting_at_reopening(measures: Measures, window: Window) -> Floats:
    """Per day: the most persons in the line in the last second of a closure that ends on it; NaN where none does."""
    found = np.full(window.days, np.nan)
    for _, end in joined(measures.station.shut):
        if 0 < end < window.end:
            day, waiting = end // DAY, float(measures.queue.steps.at(np.array([end - 1]))[0])
            found[day] = max(waiting, found[day]) if not math.isnan(found[day]) else waiting
    return found


def add_closures(rows: Rows, record: Record, crossing: int, here: list[Measures]) -> None:
    """Hours of closure of a crossing, and the lines that stood when they ended."""
    name = record.network.crossings[crossing]
    by_day = of_crossing(record, crossing)
    rows.add("closure_hours", by_day.sum(), (name, "", ""), days=by_day)
    for measures in here:
        if measures.station.shut:
            days = waiting_at_reopening(measures, record.window)
            value = math.nan if np.isnan(days).all() else float(np.nanmax(days))
            rows.add("waiting_at_reopening", value, (name, measures.station.name, ""), days=days)
