"""The order of events: (second, rank, id, station), unique over all crossings, never the order of insertion."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

import simpy
from simpy.events import EventPriority


class Rank(IntEnum):
    """What comes first within a second."""

    CALENDAR = 0  # opening hours, capacity, losses, order reviews (and triggers, rations)
    DELIVERY = 1
    RETURN = 2  # vehicles come back
    FLOW = 3  # arrivals and completions
    DEADLINE = 4  # patience and stock wait, so that a desk freed in that second still serves
    DEPARTURE = 5  # a vehicle's timer, so that a household that joins in that second boards


class Number(IntEnum):
    """Where the numbers of calendar events begin, kind by kind; a station's own turns have number 0."""

    LOSS = 1
    REVIEW = 1 << 24
    PLACES = 2 << 24
    RATION = 3 << 24
    TRANSFER = 4 << 24
    ACT = 5 << 24
    MIDNIGHT = 6 << 24
    SHUT = 7 << 24
    RECEIPT = 8 << 24


STATION_BITS = 16
ID_BITS = 40


def key(rank: Rank, number: int, station: int) -> EventPriority:
    """The priority of an event within its second. SimPy runs the lowest first; 0 is left to SimPy's own."""
    return EventPriority(((rank << ID_BITS | number) << STATION_BITS | station) + 1)


class Due(simpy.Event):
    """An event whose outcome is set: it comes at its second whatever happens, and its callback looks what to do."""

    def __init__(self, env: simpy.Environment, callbacks: tuple[Callable[[Due], None], ...], what: Any) -> None:
        # As simpy.Timeout does it: the fields themselves, because this is the hottest constructor of all.
        self.env = env
        self.callbacks = callbacks  # type: ignore[assignment]  # SimPy only walks through them
        self._value = None
        self._ok = True
        self.what = what


class CheckedClock(simpy.Environment):
    """Refuses two events of one key: their order would be that of insertion."""

    _previous: tuple[Any, ...] = ()

    def step(self) -> None:
        this = self._queue[0][:2]
        if this == self._previous:
            raise AssertionError(f"two events of one key: second {this[0]}, priority {this[1]}")
        self._previous = this
        super().step()
