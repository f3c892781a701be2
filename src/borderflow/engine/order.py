"""The order of events: (second, rank, id, station), unique over all crossings, never the order of insertion."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt
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


def keys(rank: Rank, numbers: npt.NDArray[Any], stations: npt.NDArray[Any] | int) -> list[EventPriority]:
    """The priorities of many events, as ``key`` would give them."""
    place = rank << ID_BITS | numbers.astype(np.int64)
    found: list[EventPriority] = ((place << STATION_BITS | stations) + 1).tolist()
    return found


class Due(simpy.Event):
    """An event whose outcome is set: it comes at its second whatever happens, and its callback looks what to do.

    One that has come can be put on the calendar again, with another callback.
    """

    def __init__(self, env: simpy.Environment, callbacks: tuple[Callable[[Due], None], ...], what: Any) -> None:
        # As simpy.Timeout does it: the fields themselves, without a list for those who would wait for it.
        self.env = env
        self.callbacks = callbacks  # type: ignore[assignment]  # SimPy only walks through them
        self._value = None
        self._ok = True
        self.what = what

    def again(self, callbacks: tuple[Callable[[Due], None], ...], what: Any) -> Due:
        """The same event, to come once more."""
        self.callbacks = callbacks  # type: ignore[assignment]  # as above
        self.what = what
        return self


class CheckedClock(simpy.Environment):
    """Refuses two events of one key: their order would be that of insertion."""

    _previous: tuple[Any, ...] = ()

    def step(self) -> None:
        this = self._queue[0][:2]
        if this == self._previous:
            raise AssertionError(f"two events of one key: second {this[0]}, priority {this[1]}")
        self._previous = this
        super().step()
