"""The bottleneck: each station alone, offered all the work that the arrivals bring.

A fluid calculation, hour by hour: the desk-seconds of every household in the hour in which it arrives, against the
desk-seconds rostered in that hour; what is not done stays behind. A closed night is a backlog too. At a fleet the
work is seats filled × the mean round trip.
"""

from __future__ import annotations

import math

import numpy as np

from borderflow.measure import machine
from borderflow.measure.record import Record
from borderflow.measure.rows import Rows
from borderflow.network.network import Floats, Station
from borderflow.scenario.units import DAY, HOUR


def offered(record: Record, station: Station) -> tuple[np.ndarray, Floats]:
    """Per visit, reached or not: the second at which the household arrives, and the desk-seconds that it brings."""
    arrives, seconds = record.offered(station)
    if station.fleet < 0:
        return arrives, seconds
    household = record.journal.needs.household[record.visits[station.index]]
    fleet = record.network.fleets[station.fleet]
    trip = np.array([0.0 if table is None else float(table.table[0].mean()) for table in fleet.round_trip])
    return arrives, vehicles_needed(record.size[household], fleet.seats) * trip[
        record.households.destination[household]
    ]


def vehicles_needed(size: np.ndarray, seats: int) -> Floats:
    """Vehicles that a household fills: its share of one, or whole ones if it is larger."""
    needed: Floats = np.where(size > seats, -(-size // seats), size / seats)
    return needed


def days_behind(record: Record, station: Station, work: tuple[np.ndarray, Floats], rostered: Floats) -> float:
    """Peak backlog ÷ mean rostered desk-seconds per day; infinite for work without desks."""
    window = record.window
    arrives, seconds = work
    first = record.network.first_second // HOUR
    came: Floats
    if (tally := machine.tally()) is not None:
        came = np.zeros(24 * window.days - first)
        tally.by_hour(arrives, seconds, first, came)
    else:
        hour = np.clip(arrives // HOUR, first, 24 * window.days - 1) - first
        came = np.bincount(hour, weights=seconds, minlength=24 * window.days - first).astype(np.float64)
    roster = rostered
    if first < 0:
        edges = np.arange(first, 1, dtype=np.int64) * HOUR
        roster = np.concatenate([record.capacity(station).integral(edges[:-1], edges[1:]), rostered])
    ahead = np.cumsum(came - roster)
    backlog = ahead - np.minimum(0.0, np.minimum.accumulate(ahead))
    peak, per_day = float(backlog[-24 * window.days :].max()), float(rostered.sum()) * DAY / window.end
    if per_day == 0:
        return math.inf if peak > 0 else 0.0
    return peak / per_day


def add_bottleneck(rows: Rows, record: Record, crossing: int, behind: dict[str, float]) -> None:
    """Which station of a crossing limits it, and which one next."""
    ranked = sorted((name for name, days in behind.items() if days > 0), key=lambda name: -behind[name])
    for name, days in behind.items():
        place = (record.network.crossings[crossing], name, "")
        rows.add("days_behind_peak", days if math.isfinite(days) else math.nan, place)
        rows.add("bottleneck", float(ranked[:1] == [name]), place)
        rows.add("bottleneck_next", float(ranked[1:2] == [name]), place)
