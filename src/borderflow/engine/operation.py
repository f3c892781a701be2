"""The SimPy model of an operation: one generator a household that reads like its journey.

A station owns its line and schedules each completion itself, so that a visit costs one SimPy event; SimPy's own
Resource has no calendar and no capacity that can be set, and its processes would add a start and an end event per
household outside the order of events (``order``).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any

import numpy as np

from borderflow.demand.households import Households
from borderflow.engine.boarding import Boarding
from borderflow.engine.journal import NEVER, Fate, Journal, Ledger, Outcome, Trips
from borderflow.engine.line import Line
from borderflow.engine.order import CheckedClock, Clock, Due, Rank, key
from borderflow.engine.stock import Stock
from borderflow.network.network import Network
from borderflow.network.visits import Needs

OUTCOMES: dict[int, Outcome] = {
    Fate.GAVE_UP_PATIENCE: Outcome.GAVE_UP,
    Fate.GAVE_UP_SHORT: Outcome.GAVE_UP,
    Fate.NOT_ADMITTED: Outcome.NOT_ADMITTED,
}
"""Fates that end a household's stay."""
Stay = Generator[None, int, None]
"""Yields while a visit lasts; is sent the fate with which it ended."""


class Operation:
    """All crossings under one plan, with the households that come. ``checked`` refuses two events of one key."""

    def __init__(self, households: Households, network: Network, needs: Needs, checked: bool = False) -> None:
        self.households = households
        self.network = network
        self.needs = needs
        self.env = (CheckedClock if checked else Clock)(network.first_second)
        self.end = network.end_second
        count = len(needs)
        who = needs.household
        # Per visit, as plain lists: element access is what the loop does most.
        self.household: list[int] = who.tolist()
        self.service: list[float] = needs.service.tolist()
        self.patience: list[int] = needs.patience.tolist()
        self.size: list[int] = households.size[who].tolist()
        self.specific_needs: list[bool] = households.specific_needs[who].tolist()
        self.destination: list[int] = households.destination[who].tolist()
        self.joined = [NEVER] * count
        self.started = [NEVER] * count
        self.ended = [NEVER] * count
        self.fate: list[int] = [Fate.NOT_REACHED] * count
        self.without = [False] * count
        self.outcome: list[int] = [Outcome.INSIDE_AT_END] * len(households)
        self.left = [self.end] * len(households)
        self.ledger: list[tuple[int, ...]] = []
        self.trips: list[tuple[int, ...]] = []
        self.touched = 0  # bit mask of stations whose line has to be looked at
        self.moved = 0  # bit mask of stocks to review
        self.stocks = [Stock(self, stock) for stock in network.stocks]
        self.places: list[Line | Boarding] = [
            Line(self, station) if station.fleet < 0 else Boarding(self, station, network.fleets[station.fleet])
            for station in network.stations
        ]
        self.stays: list[Stay | None] = [None] * len(households)

    # -- a household's stay ---------------------------------------------------------------------------------------

    def journey(self, household: int) -> Stay:
        """One household: from station to station, until it has been through, or leaves."""
        places, station = self.places, self.station
        for visit in range(self.needs_first[household], self.needs_first[household + 1]):
            places[station[visit]].join(visit)
            fate = yield
            if fate in OUTCOMES:
                self.outcome[household] = OUTCOMES[fate]
                break
        else:
            self.outcome[household] = Outcome.COMPLETED
        self.left[household] = self.env.now

    def go_on(self, visit: int, fate: int) -> None:
        """A visit has ended: its household continues its journey."""
        household = self.household[visit]
        stay = self.stays[household]
        assert stay is not None, "a household that has left goes on"
        try:
            stay.send(fate)
        except StopIteration:
            self.stays[household] = None

    def arrive(self, event: Due) -> None:
        """A household reaches the crossing; the next one is put on the calendar."""
        household: int = event.what
        self.expect(household + 1)
        self.stays[household] = stay = self.journey(household)
        try:
            next(stay)
        except StopIteration:
            self.stays[household] = None

    def expect(self, household: int) -> None:
        if household < len(self.arrivals):
            self.at(self.arrivals[household], Rank.FLOW, household, 0, self.arrive, household)

    # -- the run --------------------------------------------------------------------------------------------------

    def at(
        self, second: int, rank: Rank, number: int, station: int, callback: Callable[[Due], None], what: Any
    ) -> None:
        """Put an event on the calendar, unless it lies beyond the end."""
        if second < self.end:
            env = self.env
            env.schedule(Due(env, callback, what), key(rank, number, station), second - env.now)

    def settle(self) -> None:
        """After an event: the stations that it touched serve, in journey order; then stocks are reviewed, once."""
        places = self.places
        while touched := self.touched:
            lowest = touched & -touched
            self.touched = touched ^ lowest
            places[lowest.bit_length() - 1].serve()
        if self.moved:
            for index in _bits(self.moved):
                self.stocks[index].review()
            self.moved = 0

    def run(self) -> Journal:
        """Run to the end and hand over the journal."""
        self.arrivals: list[int] = self.households.second.tolist()
        self.station: list[int] = self.needs.station.tolist()
        self.needs_first: list[int] = self.needs.first.tolist()
        for stock in self.stocks:
            stock.open()
        for place in self.places:
            place.turn()
        self.expect(0)
        self.settle()
        step, peek, settle, end = self.env.step, self.env.peek, self.settle, self.end
        while peek() < end:
            step()
            settle()
        return self.journal()

    def journal(self) -> Journal:
        ledger = np.array(self.ledger, dtype=np.int64).reshape(-1, 6).T
        trips = np.array(self.trips, dtype=np.int64).reshape(-1, 8).T
        return Journal(
            needs=self.needs,
            joined=np.array(self.joined, dtype=np.int64),
            started=np.array(self.started, dtype=np.int64),
            ended=np.array(self.ended, dtype=np.int64),
            fate=np.array(self.fate, dtype=np.int8),
            without=np.array(self.without, dtype=np.bool_),
            outcome=np.array(self.outcome, dtype=np.int8),
            left=np.array(self.left, dtype=np.int64),
            ledger=Ledger(
                second=ledger[0],
                stock=ledger[1].astype(np.int16),
                entry=ledger[2].astype(np.int8),
                quantity=ledger[3],
                on_hand=ledger[4],
                reference=ledger[5],
            ),
            trips=Trips(
                fleet=trips[0].astype(np.int16),
                destination=trips[1].astype(np.int8),
                opened=trips[2],
                departed=trips[3],
                returned=trips[4],
                vehicles=trips[5].astype(np.int32),
                households=trips[6].astype(np.int32),
                persons=trips[7].astype(np.int32),
            ),
        )


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
