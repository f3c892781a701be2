"""A kit for examples by hand: three households, one or two stations, and the exact journal as lines of text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from borderflow.demand.households import Households
from borderflow.engine.journal import NEVER, Account, Entry, Fate, Journal, Outcome
from borderflow.engine.simulate import play
from borderflow.network import network as net
from borderflow.network.visits import Needs, reached

DAY = 86_400


def second(text: str) -> int:
    """``08:00``, ``08:00:01`` or ``1 08:00`` (the next day)."""
    day, _, clock = text.rpartition(" ")
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    return int(day or 0) * DAY + hours * 3600 + minutes * 60 + (seconds[0] if seconds else 0)


def text(at: int) -> str:
    if at == NEVER:
        return "-"
    day, rest = divmod(at, DAY)
    clock = f"{rest // 3600:02d}:{rest % 3600 // 60:02d}" + (f":{rest % 60:02d}" if rest % 60 else "")
    return f"{day} {clock}" if day else clock


@dataclass
class Party:
    """A household: when it comes, its size, and per station its service minutes and patience minutes."""

    arrives: str
    minutes: dict[str, float]
    size: int = 1
    specific_needs: bool = False
    patience: dict[str, float] = field(default_factory=dict)
    to: int = 0


@dataclass
class Desk:
    """A station. ``desks`` is a list of (from, desks); ``takes`` of (stock name, per household, per person)."""

    name: str
    desks: list[tuple[str, int]] = field(default_factory=lambda: [("00:00", 1)])
    closing: net.Closing = net.Closing.HOLD
    specific_needs_first: bool = False
    gave_up: bool = False
    takes: list[tuple[str, int, int]] = field(default_factory=list)
    short_wait: float = -1
    short_then: net.Short = net.Short.SKIP
    pace: list[tuple[str, float]] = field(default_factory=lambda: [("00:00", 1.0)])
    fleet: int = -1
    shut: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Room:
    """A space. ``first`` and ``last``: names of stations; ``uses``: (stock, per person, times)."""

    name: str
    first: str
    last: str
    persons: list[tuple[str, int]]
    when_full: net.WhenFull = net.WhenFull.OUTSIDE
    uses: list[tuple[str, int, list[str]]] = field(default_factory=list)


@dataclass
class Shelf:
    """A stock. ``supplies``: (when, quantity); ``reorder``: (at, up to, lead minutes, minimum interval minutes).

    ``source``: the warehouse that its orders draw on; ``shut``: closures of supplies; ``warehouse``: of no crossing;
    ``ordered``: (when, quantity) of orders from before the start.
    """

    name: str
    opening: int
    supplies: list[tuple[str, int]] = field(default_factory=list)
    reorder: tuple[int, int, float, float] | None = None
    source: str = ""
    shut: list[tuple[str, str]] = field(default_factory=list)
    warehouse: bool = False
    ordered: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class Vehicles:
    seats: int
    leave_after: float
    round_trip: list[float]
    vehicles: list[tuple[str, int]] = field(default_factory=lambda: [("00:00", 1)])
    away: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class Purse:
    """A fund. ``receipts``: (when, sum); ``buys`` and ``grants``: price by stock; ``trips``: price by fleet."""

    opening: int
    receipts: list[tuple[str, int]] = field(default_factory=list)
    buys: dict[str, int] = field(default_factory=dict)
    grants: dict[str, int] = field(default_factory=dict)
    trips: dict[int, int] = field(default_factory=dict)


def fixed(seconds: float) -> net.Quantiles:
    return net.Quantiles(np.array([[seconds]]))


def calendar(steps: list[tuple[str, int]] | list[tuple[str, float]]) -> net.Calendar:
    return net.Calendar(np.array([second(when) for when, _ in steps]), np.array([float(value) for _, value in steps]))


@dataclass
class Story:
    """What happened, as lines."""

    journal: Journal
    network: net.Network
    households: Households

    @property
    def visits(self) -> list[str]:
        """``household station joined started ended fate``, with ``*`` where it was served without all items."""
        journal = self.journal
        lines = []
        for row in range(len(journal.needs)):
            station = self.network.stations[journal.needs.station[row]].name
            times = " ".join(text(int(column[row])) for column in (journal.joined, journal.started, journal.ended))
            fate = Fate(journal.fate[row]).name.lower() + ("*" if journal.without[row] else "")
            lines.append(f"{journal.needs.household[row]} {station} {times} {fate}")
        return lines

    @property
    def outcomes(self) -> list[str]:
        return [Outcome(outcome).name.lower() for outcome in self.journal.outcome]

    @property
    def ledger(self) -> list[str]:
        """``when stock entry quantity on_hand``."""
        ledger = self.journal.ledger
        return [
            f"{text(int(ledger.second[row]))} {self.network.stocks[ledger.stock[row]].name}"
            f" {Entry(ledger.entry[row]).name.lower()} {ledger.quantity[row]} {ledger.on_hand[row]}"
            for row in range(len(ledger.second))
        ]

    @property
    def stays(self) -> list[str]:
        """``household space came entered left``."""
        stays = self.journal.stays
        return [
            f"{stays.household[row]} {self.network.spaces[stays.space[row]].name}"
            f" {text(int(stays.came[row]))} {text(int(stays.entered[row]))} {text(int(stays.left[row]))}"
            for row in range(len(stays.space))
        ]

    @property
    def fired(self) -> list[str]:
        """``trigger seen acted undone``."""
        fired = self.journal.fired
        return [
            f"{self.network.triggers[fired.trigger[row]].name}"
            f" {text(int(fired.seen[row]))} {text(int(fired.acted[row]))} {text(int(fired.undone[row]))}"
            for row in range(len(fired.trigger))
        ]

    @property
    def accounts(self) -> list[str]:
        """``when entry amount balance``, with ``since …`` for a claim that had waited."""
        books = self.journal.accounts
        return [
            f"{text(int(books.second[row]))} {Account(books.entry[row]).name.lower()} {books.amount[row]}"
            f" {books.balance[row]}"
            + ("" if books.since[row] in (NEVER, books.second[row]) else f" since {text(int(books.since[row]))}")
            for row in range(len(books.second))
        ]

    @property
    def trips(self) -> list[str]:
        """``destination opened departed returned vehicles households persons``."""
        trips = self.journal.trips
        return [
            f"{trips.destination[row]} {text(int(trips.opened[row]))} {text(int(trips.departed[row]))}"
            f" {text(int(trips.returned[row]))} {trips.vehicles[row]} {trips.households[row]} {trips.persons[row]}"
            for row in range(len(trips.fleet))
        ]


ENGINE = "simpy"
"""The engine that plays the examples."""


@dataclass
class Setting:
    """What an example consists of, before it is played."""

    households: Households
    network: net.Network
    needs: Needs

    def played(self, engine: str = "") -> Story:
        """The story as an engine tells it; the model of record also checks the keys of its events."""
        engine = engine or ENGINE
        journal = play(self.households, self.network, self.needs, engine, checked=engine == "simpy")
        return Story(journal, self.network, self.households)


def operation(*example: Any, **more: Any) -> Story:
    """Run an example and hand over its story; the words are those of ``setting``."""
    return setting(*example, **more).played()


def setting(
    parties: list[Party],
    desks: list[Desk],
    shelves: list[Shelf] | None = None,
    fleets: list[Vehicles] | None = None,
    days: int = 2,
    rooms: list[Room] | None = None,
    transfers: list[tuple[str, str, str, int, float]] | None = None,
    triggers: list[net.Trigger] | None = None,
    diversions: list[net.Diversion] | None = None,
    crossings: dict[str, int] | None = None,
    purses: list[Purse] | None = None,
) -> Setting:
    """Set an example up. Parties stand in order of arrival; their place is their id.

    ``transfers``: (when, from, to, quantity, minutes under way). ``crossings``: the crossing (1 for the second) of
    stations that are not at the first.
    """
    shelves, fleets = shelves or [], fleets or []
    goals = max((len(fleet.round_trip) for fleet in fleets), default=1)
    count = len(parties)
    households = Households(
        seed=0,
        replication=0,
        crossings=("here", "there") if crossings else ("here",),
        groups=("undocumented",),
        destinations=tuple(f"place {goal}" for goal in range(goals)),
        crossing=np.zeros(count, dtype=np.int8),
        number=np.arange(count, dtype=np.int32),
        second=np.array([second(party.arrives) for party in parties], dtype=np.int64),
        size=np.array([party.size for party in parties], dtype=np.int16),
        adults=np.array([party.size for party in parties], dtype=np.int16),
        group=np.zeros(count, dtype=np.int8),
        deported=np.zeros(count, dtype=np.bool_),
        specific_needs=np.array([party.specific_needs for party in parties], dtype=np.bool_),
        destination=np.array([party.to for party in parties], dtype=np.int8),
    )
    names = [shelf.name for shelf in shelves]
    places = crossings or {}
    order = [desk.name for desk in desks]
    network = net.Network(
        plan="example",
        crossings=("here", "there") if crossings else ("here",),
        first_second=0,
        end_second=days * DAY,
        stations=tuple(_station(index, desk, names, places) for index, desk in enumerate(desks)),
        stocks=tuple(_stock(index, shelf, names) for index, shelf in enumerate(shelves)),
        fleets=tuple(
            net.Fleet(
                index=index,
                crossing=0,
                name=f"fleet {index}",
                title="",
                vehicles=calendar(fleet.vehicles),
                seats=fleet.seats,
                leave_after=round(fleet.leave_after * 60),
                round_trip=tuple(fixed(minutes * 60) for minutes in fleet.round_trip),
                away=tuple(net.Supply(second(when), many) for when, many in fleet.away),
            )
            for index, fleet in enumerate(fleets)
        ),
        spaces=tuple(
            net.Space(
                index=index,
                crossing=0,
                name=room.name,
                title="",
                persons=calendar(room.persons),
                when_full=room.when_full,
                first=order.index(room.first),
                last=order.index(room.last),
                uses=tuple(
                    net.Use(names.index(stock), each, tuple(second(clock) for clock in at))
                    for stock, each, at in room.uses
                ),
            )
            for index, room in enumerate(rooms or [])
        ),
        transfers=tuple(
            net.Transfer(second(when), names.index(source), names.index(goal), quantity, round(minutes * 60))
            for when, source, goal, quantity, minutes in transfers or []
        ),
        triggers=tuple(triggers or []),
        diversions=tuple(diversions or []),
        funds=tuple(_fund(index, purse, names) for index, purse in enumerate(purses or [])),
    )
    crossing, arrival = reached(households, network)
    visits = [
        (who, index, party.minutes[desk.name] * 60, party.patience.get(desk.name, -1 / 60) * 60)
        for who, party in enumerate(parties)
        for index, desk in enumerate(desks)
        if desk.name in party.minutes and places.get(desk.name, 0) == crossing[who]
    ]
    who = np.array([visit[0] for visit in visits], dtype=np.int32)
    needs = Needs(
        first=np.concatenate([[0], np.cumsum(np.bincount(who, minlength=count))]).astype(np.int64),
        household=who,
        station=np.array([visit[1] for visit in visits], dtype=np.int16),
        service=np.array([visit[2] for visit in visits], dtype=np.float64),
        patience=np.array([round(visit[3]) for visit in visits], dtype=np.int64),
        crossing=crossing,
        arrival=arrival,
    )
    return Setting(households, network, needs)


def stretches(pairs: list[tuple[str, str]]) -> tuple[tuple[int, int], ...]:
    return tuple((second(first), second(end)) for first, end in pairs)


def _station(index: int, desk: Desk, stocks: list[str], places: dict[str, int]) -> net.Station:
    return net.Station(
        index=index,
        crossing=places.get(desk.name, 0),
        name=desk.name,
        title=desk.name,
        desks=calendar(desk.desks),
        pace=calendar(desk.pace),
        service=None,
        by_person=False,
        members="all",
        groups=(),
        share=1.0,
        only_specific_needs=False,
        closing=desk.closing,
        specific_needs_first=desk.specific_needs_first,
        patience=None,
        patience_gives_up=desk.gave_up,
        takes=tuple(net.Take(stocks.index(name), fixed, each) for name, fixed, each in desk.takes),
        short_wait=-1 if desk.short_wait < 0 else round(desk.short_wait * 60),
        short_then=desk.short_then,
        fleet=desk.fleet,
        shut=stretches(desk.shut),
    )


def _fund(index: int, purse: Purse, stocks: list[str]) -> net.Fund:
    return net.Fund(
        index=index,
        name=f"fund {index}",
        title="",
        currency="USD",
        opening=purse.opening,
        receipts=tuple(net.Supply(second(when), amount) for when, amount in purse.receipts),
        buys={stocks.index(name): net.Price(price, 1) for name, price in purse.buys.items()},
        grants={stocks.index(name): net.Price(price, 1) for name, price in purse.grants.items()},
        trips=purse.trips,
    )


def _stock(index: int, shelf: Shelf, names: list[str]) -> net.Stock:
    at, up_to, lead, interval = shelf.reorder or (-1, -1, 0, 0)
    return net.Stock(
        index=index,
        crossing=-1 if shelf.warehouse else 0,
        name=shelf.name,
        title=shelf.name,
        unit="",
        scale=1,
        opening=shelf.opening,
        supplies=(
            *(net.Supply(second(when), quantity) for when, quantity in shelf.supplies),
            *(net.Supply(second(when), quantity, ordered=True) for when, quantity in shelf.ordered),
        ),
        reorder_at=at,
        order_up_to=up_to,
        minimum_interval=round(interval * 60),
        lead_time=fixed(lead * 60) if shelf.reorder else None,
        source=names.index(shelf.source) if shelf.source else -1,
        shut=stretches(shelf.shut),
    )
