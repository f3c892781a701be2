"""The visits of all stations, sorted out in one pass by machine code."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from borderflow.measure.line import Line
from borderflow.measure.rows import Flags
from borderflow.network.network import Calendar, Floats, Ints

if TYPE_CHECKING:
    from borderflow.measure.record import Record


@dataclass(frozen=True)
class Tallied:
    """Per station: the rows of its visits, when their households arrive and what work they bring, and its line."""

    visits: list[Ints]
    offered: list[tuple[Ints, Floats]]
    lines: list[Line]

    @classmethod
    def of(cls, tally: ModuleType, record: Record) -> Tallied:
        stations, journal, needs = record.network.stations, record.journal, record.journal.needs
        many, total = len(stations), len(needs)
        closes = [record.staffed(station) for station in stations]
        staffed, pace, steps = _joined(
            [None if calendar.value.all() else calendar for calendar in closes],
            [station.pace if station.fleet < 0 else None for station in stations],
        )
        edges, near = np.zeros((2, many + 1), dtype=np.int64), np.empty((4, many), dtype=np.int64)
        visits, arrives, *columns = (np.empty(total, dtype=np.int64) for _ in range(10))
        work, began = np.zeros(total), np.empty(total, dtype=np.bool_)
        tally.by_station(
            *(needs.household, needs.station, needs.service, journal.joined, journal.started, journal.ended),
            *(journal.fate, record.size, record.households.begins, record.second, record.window.end),
            *(staffed, pace, *steps, edges, near, visits, arrives, work, *columns, began),
        )
        all_, reached = [], []
        for place in range(many):
            all_.append(slice(edges[0, place], edges[0, place + 1]))
            reached.append(slice(edges[0, place], edges[1, place]))
        return cls(
            [visits[rows] for rows in all_],
            [(arrives[rows], work[rows]) for rows in all_],
            [_line([column[rows] for column in columns], began[rows]) for rows in reached],
        )


def _line(columns: list[Ints], began: Flags) -> Line:
    household, size, joined, until, done, ended, fate, open_wait = columns
    return Line(household, size, joined, until, done, ended, fate, open_wait, began)


def _joined(*calendars: list[Calendar | None]) -> tuple[Ints, Ints, tuple[Ints, Floats, Floats]]:
    """Calendars one after the other: where each begins and ends, and seconds, values and running integrals of all."""
    bounds, seconds, values, areas = [], [np.empty(0, dtype=np.int64)], [np.empty(0)], [np.empty(0)]
    end = 0
    for each in calendars:
        bound = np.full((2, len(each)), 0, dtype=np.int64)
        for place, calendar in enumerate(each):
            bound[:, place] = end
            if calendar is not None:
                seconds.append(calendar.second)
                values.append(calendar.value)
                areas.append(np.concatenate([[0.0], np.cumsum(np.diff(calendar.second) * calendar.value[:-1])]))
                end += len(calendar.second)
                bound[1, place] = end
        bounds.append(bound)
    return bounds[0], bounds[1], (np.concatenate(seconds), np.concatenate(values), np.concatenate(areas))
