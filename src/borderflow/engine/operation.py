"""The SimPy model of an operation: one generator a household that reads like its journey.

A station owns its line and schedules each completion itself, so that a visit costs one SimPy event; SimPy's own
Resource has no calendar and no capacity that can be set, and its processes would add a start and an end event per
household outside the order of events (``order``).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from heapq import heappop, heappush
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import simpy

from borderflow.demand.households import Households
from borderflow.engine.boarding import Boarding
from borderflow.engine.funds import Fund, PaidBoarding, PaidLine, PaidStock
from borderflow.engine.journal import NEVER, Accounts, Fate, Fired, Journal, Ledger, Outcome, Stays, Trips
from borderflow.engine.line import SERVED, Line
from borderflow.engine.order import CheckedClock, Due, Number, Rank, key, keys
from borderflow.engine.space import Space
from borderflow.engine.stock import Stock, Transfers
from borderflow.engine.trigger import Trigger
from borderflow.network import network as net
from borderflow.network.network import Network
from borderflow.network.visits import Needs, within

DAY = 86_400
GATE = "gate"
OUTCOMES: dict[int, Outcome] = {
    Fate.GAVE_UP_PATIENCE: Outcome.GAVE_UP,
    Fate.GAVE_UP_SHORT: Outcome.GAVE_UP,
    Fate.NOT_ADMITTED: Outcome.NOT_ADMITTED,
}
"""Fates that end a household's stay."""
Journey = Generator[None, int, None]
"""Yields while a visit lasts; is sent the fate with which it ended."""


class Operation:
    """All crossings under one plan, with the households that come. ``checked`` refuses two events of one key."""

    def __init__(self, households: Households, network: Network, needs: Needs, checked: bool = False) -> None:
        self.households = households
        self.network = network
        self.needs = needs
        self.env = (CheckedClock if checked else simpy.Environment)(network.first_second)
        self.end = network.end_second
        self.now = network.first_second  # the second of the event in hand
        count = len(needs)
        who = needs.household
        # Per visit, as plain lists: element access is what the loop does most.
        self.household: list[int] = who.tolist()
        self.service: list[float] = needs.service.tolist()
        self.whole: list[int] = np.maximum(1, np.floor(needs.service + 0.5)).astype(np.int64).tolist()  # at pace 1
        self.completion = keys(Rank.FLOW, who, needs.station)  # priority of its end
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
        self.stays: list[tuple[int, ...]] = []
        self.fired: list[list[int]] = []
        self.accounts: list[tuple[int, ...]] = []
        self.persons: list[int] = households.size.tolist()
        self.present = [0] * len(network.crossings)  # persons who have arrived and not left
        self.crossed = [0] * len(network.crossings)  # persons whose gate service ended today
        self.agenda: list[tuple[int, int, int, Callable[[Due], None], Any]] = []  # what the calendar has in store
        self.pages: set[int] = set()  # seconds of the agenda that have their event
        self.touched = 0  # bit mask of stations whose line has to be looked at
        self.freed = 0  # bit mask of spaces with a place to give
        self.moved = 0  # bit mask of stocks to review
        self.funds = [Fund(self, fund) for fund in network.funds]
        self.stocks = [self.shelf(stock) for stock in network.stocks]
        self.triggers = [Trigger(self, trigger) for trigger in network.triggers]
        self.places = [self.place(station) for station in network.stations]
        self.spaces = [Space(self, space) for space in network.spaces]
        enters, leaves = within(needs, network)
        self.enters, self.leaves = self.spaces_at(enters), self.spaces_at(leaves)
        self.journeys: dict[int, Journey] = {}  # of those who are in the operation
        # A household has one arrival or completion on the calendar at a time, so it has one event, which it hands on.
        self.events: dict[int, Due] = {}
        self.spare: list[Due] = []  # events of households that have left

    def shelf(self, stock: net.Stock) -> Stock:
        """A stock, with the fund that pays its orders, if any does."""
        fund = next((fund for fund in self.funds if stock.index in fund.fund.buys and stock.source < 0), None)
        return Stock(self, stock) if fund is None else PaidStock(self, stock, fund)

    def place(self, station: net.Station) -> Line | Boarding:
        """A line, or a boarding place, with the fund that pays what is given there or its trips, if any does."""
        if station.fleet >= 0:
            fleet = self.network.fleets[station.fleet]
            fund = next((fund for fund in self.funds if fleet.index in fund.fund.trips), None)
            return Boarding(self, station, fleet) if fund is None else PaidBoarding(self, station, fleet, fund)
        items = {take.stock for take in station.takes}
        fund = next((fund for fund in self.funds if items & fund.fund.grants.keys()), None)
        return Line(self, station) if fund is None else PaidLine(self, station, fund)

    def spaces_at(self, masks: dict[int, int]) -> list[tuple[Space, ...]]:
        """Per visit, the spaces of a bit mask."""
        found: list[tuple[Space, ...]] = [()] * len(self.needs)
        named = {mask: tuple(space for space in self.spaces if mask & space.bit) for mask in set(masks.values())}
        for visit, mask in masks.items():
            found[visit] = named[mask]
        return found

    # -- a household's stay ---------------------------------------------------------------------------------------

    def journey(self, household: int) -> Journey:
        """One household: from station to station, until it has been through, or leaves."""
        joins, station, crossing = self.joins, self.station, self.needs_crossing[household]
        self.present[crossing] += self.persons[household]
        enters, leaves = self.enters, self.leaves
        for visit in range(self.needs_first[household], self.needs_first[household + 1]):
            for space in enters[visit]:
                if not space.come(household):
                    yield
            joins[station[visit]](visit)
            fate = yield
            if fate != SERVED and fate in OUTCOMES:
                self.outcome[household] = OUTCOMES[fate]
                self.leave_spaces(household)
                break
            for space in leaves[visit]:
                space.leave(household)
        else:
            self.outcome[household] = Outcome.COMPLETED
        self.left[household] = self.now
        self.present[crossing] -= self.persons[household]
        self.spare.append(self.events.pop(household))

    def leave_spaces(self, household: int) -> None:
        """A household that goes leaves every space that it is in."""
        for space in self.spaces:
            if household in space.stays:
                space.leave(household)

    def go_on(self, visit: int, fate: int) -> None:
        """A visit has ended: its household continues its journey."""
        self.resume(self.household[visit], fate)

    def resume(self, household: int, fate: int) -> None:
        """Continue a household's journey: with the fate of the visit that ended, or 0 from the yard of a space."""
        try:
            self.journeys[household].send(fate)
        except StopIteration:
            del self.journeys[household]

    def arrive(self, event: Due) -> None:
        """A household reaches the crossing; the next one is put on the calendar."""
        household: int = event.what
        self.expect()
        self.journeys[household] = journey = self.journey(household)
        try:
            next(journey)
        except StopIteration:
            del self.journeys[household]

    def expect(self) -> None:
        """Put the arrival of the next household (in order of arriving, then id) on the calendar."""
        for household, second in self.upcoming:
            if second < self.end:
                event = self.spare.pop() if self.spare else Due(self.env, (), None)
                self.events[household] = event.again(self.arrives, household)
                self.env.schedule(event, self.arrival[household], second - self.now)
            break

    def at(
        self, second: int, rank: Rank, number: int, station: int, callback: Callable[[Due], None], what: Any
    ) -> None:
        """Put an event on the calendar, unless it lies beyond the end."""
        if second >= self.end:
            return
        if rank is Rank.CALENDAR:
            heappush(self.agenda, (second, number, station, callback, what))
            if second in self.pages:
                return
            self.pages.add(second)
            number, station, callback, what = 0, 0, self.turn_page, second
        env = self.env
        env.schedule(Due(env, (callback,), what), key(rank, number, station), second - self.now)

    def turn_page(self, event: Due) -> None:
        """All that changes by the calendar in this second changes before anyone is served in it."""
        second, agenda = event.what, self.agenda
        self.pages.discard(second)
        while agenda and agenda[0][0] == second:
            _, _, _, callback, what = heappop(agenda)
            callback(Due(self.env, (), what))

    def settle(self) -> None:
        """After an event: the stations that it touched serve, in journey order; then stocks are reviewed, once."""
        places = self.places
        while True:
            if freed := self.freed:
                lowest = freed & -freed
                self.freed = freed ^ lowest
                self.spaces[lowest.bit_length() - 1].serve()
            elif touched := self.touched:
                lowest = touched & -touched
                self.touched = touched ^ lowest
                places[lowest.bit_length() - 1].serve()
            else:
                break
        while moved := self.moved:
            lowest = moved & -moved
            self.moved = moved ^ lowest
            self.stocks[lowest.bit_length() - 1].review()

    def settle_and_pay(self) -> None:
        """As ``settle``; an order that is paid, or no longer claims, may let a station go on in the same second."""
        self.settle()
        while self.touched:
            self.settle()

    # -- what triggers see ------------------------------------------------------------------------------------------

    def midnight(self, _: Due | None = None) -> None:
        """Triggers look at the day that has ended."""
        for trigger in self.triggers:
            trigger.midnight(self.crossed)
        self.crossed = [0] * len(self.crossed)
        self.at(self.now + DAY, Rank.CALENDAR, Number.MIDNIGHT, 0, self.midnight, None)

    def count_crossings(self) -> None:
        """Count who crosses, at the gates; only where triggers look at it."""
        for index in range(len(self.network.crossings)):
            stations = self.network.stations_of(index)
            gate = next((station for station in stations if station.name == GATE), stations[0] if stations else None)
            if gate is not None:
                self.places[gate.index].count = True

    def waiting_at(self, station: int) -> int:
        """Persons in the line of a station now."""
        rows = np.flatnonzero(self.needs.station == station)
        return sum(self.size[row] for row in rows.tolist() if self.fate[row] == Fate.WAITING)

    def boarding_of(self, fleet: int) -> Line | Boarding:
        """The boarding place of a fleet."""
        return next(place for place in self.places if place.station.fleet == fleet)

    def comes_alone(self, station: net.Station) -> bool:
        """Whether no event can bring more than one household to a station.

        Vehicles that leave, a line that is short of stock and the yard of a space send on several at once.
        """
        before = [other for other in self.network.stations_of(station.crossing) if other.index < station.index]
        several = any(other.fleet >= 0 or (other.takes and other.short_wait >= 0) for other in before)
        yards = [space for space in self.network.spaces if space.when_full is net.WhenFull.HOLD]
        return not several and not any(space.first <= station.index <= space.last for space in yards)

    def place_of(self, crossing: int) -> str:
        """Name of a crossing; ``warehouse`` for what belongs to none."""
        return self.network.crossings[crossing] if crossing >= 0 else "warehouse"

    # -- the run ----------------------------------------------------------------------------------------------------

    def run(self) -> Journal:
        """Run to the end and hand over the journal."""
        order = np.argsort(self.needs.arrival, kind="stable")
        self.upcoming = iter(zip(order.tolist(), self.needs.arrival[order].tolist(), strict=True))
        self.arrival = keys(Rank.FLOW, np.arange(len(order)), 0)  # priority of a household's arrival
        self.arrives = (self.arrive,)
        self.joins = [place.join for place in self.places]
        self.needs_crossing: list[int] = self.needs.crossing.tolist()
        self.station: list[int] = self.needs.station.tolist()
        self.needs_first: list[int] = self.needs.first.tolist()
        for fund in self.funds:
            fund.open()
        for stock in self.stocks:
            stock.open()
        for place in self.places:
            place.open()
        for space in self.spaces:
            space.open()
        Transfers(self)
        if self.triggers:
            self.count_crossings()
            first = -(-self.network.first_second // DAY) * DAY
            self.at(first + DAY, Rank.CALENDAR, Number.MIDNIGHT, 0, self.midnight, None)
        for place in self.places:
            if isinstance(place, Line):
                place.alone = not place.takes and self.comes_alone(place.station)
        self.expect()
        settle = self.settle_and_pay if self.funds else self.settle
        settle()
        step, peek, end = self.env.step, self.env.peek, self.end
        while (second := peek()) < end:
            self.now = int(second)
            step()
            if self.touched or self.freed or self.moved:
                settle()
        return self.journal()

    def journal(self) -> Journal:
        ledger = _columns(self.ledger, 6)
        trips = _columns(self.trips, 8)
        for space in self.spaces:
            self.stays += [(space.space.index, who, *stay, NEVER) for who, stay in space.stays.items()]
        self.stays.sort()
        stays = _columns(self.stays, 5)
        fired = _columns(self.fired, 4)
        accounts = _columns(self.accounts, 8)
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
            stays=Stays(stays[0].astype(np.int16), stays[1].astype(np.int32), *stays[2:]),
            fired=Fired(fired[0].astype(np.int16), *fired[1:]),
            accounts=Accounts(accounts[0], accounts[1].astype(np.int16), accounts[2].astype(np.int8), *accounts[3:]),
        )


def _columns(rows: Sequence[Sequence[int]], width: int) -> npt.NDArray[np.int64]:
    """The columns of a table that is kept as rows; number by number, which numpy reads far faster than row by row."""
    return np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=len(rows) * width).reshape(-1, width).T
