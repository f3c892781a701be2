"""Stations: who came, was served, missed or left; the line, the desks and their overtime."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from borderflow.engine.journal import Fate
from borderflow.measure import machine, waits
from borderflow.measure.line import Line
from borderflow.measure.record import Record
from borderflow.measure.rows import Days, Place, Rows, ratio, ratios
from borderflow.measure.window import Window, integrals, level, peaks, summed, worked
from borderflow.network.network import Calendar, Floats, Station
from borderflow.scenario.units import DAY, HOUR

MISSED = (Fate.MISSED_PATIENCE, Fate.MISSED_SHORT)
GAVE_UP = (Fate.GAVE_UP_PATIENCE, Fate.GAVE_UP_SHORT)
_KINDS = np.full(len(Fate), -2)
_KINDS[[Fate.WAITING, Fate.IN_SERVICE]], _KINDS[Fate.SERVED], _KINDS[Fate.NOT_ADMITTED] = -1, 1, 4
_KINDS[list(MISSED)], _KINDS[list(GAVE_UP)] = 2, 3
"""In which row of its table the tally counts each fate."""


@dataclass(frozen=True)
class Queue:
    """Persons in a line over time, and its peak on each day."""

    steps: Calendar
    peaks: Floats
    means: Floats
    peak_second: int

    @classmethod
    def of(cls, line: Line, window: Window) -> Queue:
        return cls.told(level(line.joined, line.until, line.size, window.day_edges), window)

    @classmethod
    def together(cls, queues: list[Queue], window: Window) -> Queue:
        """Persons in any of several lines."""
        return cls.told(summed([queue.steps for queue in queues]), window)

    @classmethod
    def told(cls, steps: Calendar, window: Window) -> Queue:
        by_day, second = peaks(steps, window)
        return cls(steps, by_day, integrals(steps, window.day_edges) / DAY, second)

    @property
    def peak(self) -> float:
        return float(self.peaks.max())

    def add(self, rows: Rows, place: Place) -> None:
        rows.add("queue_mean", self.means.mean(), place, days=self.means)
        rows.add("queue_peak", self.peak, place, days=self.peaks)
        rows.add("queue_peak_day", self.peak_second / DAY if self.peak else math.nan, place)


def by_day(hours: Floats) -> Floats:
    """Sums by day of what is given by hour."""
    days: Floats = hours.reshape(-1, 24).sum(axis=1)
    return days


@dataclass(frozen=True)
class Desks:
    """Desk-seconds of a station in each hour: rostered, busy, and beyond the roster; vehicles at a fleet.

    ``in_use``: desks in service over time.
    """

    rostered: Floats
    busy: Floats
    overtime: Floats
    most: float
    in_use: Calendar

    @classmethod
    def of(
        cls, first: np.ndarray, last: np.ndarray, weight: np.ndarray | None, desks: Calendar, window: Window
    ) -> Desks:
        marks = np.concatenate([window.day_edges, desks.second])
        busy = level(first, last, weight, marks)
        edges = window.hour_edges
        here = window.holds(desks.second)
        most = np.append(desks.value[here], desks.at(np.zeros(1, dtype=np.int64))).max()
        return cls(integrals(desks, edges), *worked(busy, desks, edges), float(most), busy)

    @cached_property
    def paid(self) -> Floats:
        """Rostered and overtime desk-seconds."""
        return self.rostered + self.overtime

    @cached_property
    def busy_days(self) -> Floats:
        """Desk-seconds in service on each day."""
        return by_day(self.busy)

    @cached_property
    def paid_days(self) -> Floats:
        """Rostered and overtime desk-seconds on each day."""
        return by_day(self.paid)


@dataclass(frozen=True)
class Flows:
    """Persons at a station on each day: by the date of joining, of the end of service, of leaving the line."""

    arrived: Floats
    processed: Floats
    missed: Floats
    gave_up: Floats
    not_admitted: Floats
    present: Floats
    """Persons in the line or in service at the midnight that ends the day."""

    waited_open: Floats
    """Persons × waits in opening hours, by the date of joining."""

    @classmethod
    def of(cls, line: Line, window: Window) -> Flows:
        if (tally := machine.tally()) is not None:
            total = np.zeros((6, window.days), dtype=np.int64)
            told = line.joined, line.ended, line.open_wait, line.size, line.fate
            before = tally.flows(*told, _KINDS, window.days, total)
            arrived, processed, missed, gave_up, away, waited = total.astype(np.float64)
        else:

            def dated(*fates: Fate) -> Floats:
                rows = np.flatnonzero(line.fated(*fates))
                return window.per_day(line.ended[rows], line.size[rows])

            served = line.fate == Fate.SERVED
            missed, gave_up, away = dated(*MISSED), dated(*GAVE_UP), dated(Fate.NOT_ADMITTED)
            arrived = window.per_day(line.joined, line.size)
            processed = window.per_day(line.ended, line.size * served)
            waited = window.per_day(line.joined, line.open_wait * line.size)
            gone = line.fated(Fate.WAITING, Fate.IN_SERVICE)
            before = line.size[(line.joined < 0) & (gone | (line.ended >= 0))].sum()
        present = before + np.cumsum(arrived - processed - missed - gave_up - away)
        return cls(arrived, processed, missed, gave_up, away, present, waited)

    def add(self, rows: Rows, place: Place) -> None:
        for name in ("arrived", "processed", "missed", "gave_up", "not_admitted"):
            days = getattr(self, name)
            rows.add(name, days.sum(), place, days=days)


@dataclass(frozen=True)
class Measures:
    """What the tables need of a station."""

    station: Station
    flows: Flows
    queue: Queue
    desks: Desks


def add_line(rows: Rows, place: Place, line: Line, window: Window, *, open_waits: bool) -> tuple[Flows, Queue]:
    """Everything of a station that its line alone says; ``open_waits``: quantiles of waits in opening hours too."""
    flows, queue = Flows.of(line, window), Queue.of(line, window)
    flows.add(rows, place)
    came = waits.of_line(line.joined, line.until - line.joined, line.size, line.waiting, window)
    waits.add_waits(rows, "wait", place, came)
    waits.add_told(rows, "share_over_4h", place, came.share_over())
    if open_waits:
        came = waits.of_line(line.joined, line.open_wait, line.size, line.waiting, window)
        waits.add_waits(rows, "wait_open", place, came)
    else:
        _add_open_mean(rows, place, flows, came)
    rows.add("waiting_at_end", line.size[line.waiting].sum(), place)
    queue.add(rows, place)
    return flows, queue


def _add_open_mean(rows: Rows, place: Place, flows: Flows, came: waits.Waits) -> None:
    """The mean wait in opening hours, for which nothing needs to be sorted."""
    mean = came.mean()
    rows.add(
        "wait_open_mean",
        ratio(float(flows.waited_open.sum()), float(flows.arrived.sum())),
        place,
        lower=mean.lower,
        days=Days(ratios(flows.waited_open, flows.arrived), mean.days.flags()),
    )


def add_station(rows: Rows, record: Record, station: Station, desks: Desks) -> Measures:
    """All indicators of one station."""
    place = (record.network.crossings[station.crossing], station.name, "")
    line = record.lines[station.index]
    flows, queue = add_line(rows, place, line, record.window, open_waits=record.open_waits)
    rows.add(
        "utilisation", ratio(desks.busy.sum(), desks.paid.sum()), place, days=ratios(desks.busy_days, desks.paid_days)
    )
    overtime = by_day(desks.overtime) / HOUR
    rows.add("overtime_hours", overtime.sum(), place, days=overtime)
    if station.fleet < 0:
        hours = desks.paid_days / HOUR
        rows.add("desk_hours", hours.sum(), place, days=hours)
        rows.add("staff", desks.most * staff_per_desk(record), place)
    return Measures(station, flows, queue, desks)


def staff_per_desk(record: Record) -> float:
    """People on the roster for one desk: those behind it, and those away."""
    staff = record.scenario.staff
    return staff.per_desk / (1 - staff.leave)


def desks_of(record: Record, station: Station) -> Desks:
    """Desk-seconds of a station with desks."""
    line = record.lines[station.index]
    return Desks.of(line.until, line.done, None, record.capacity(station), record.window)
