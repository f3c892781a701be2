"""Journals by hand: a scenario of two days, and what happened to a few households, visit by visit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import hand
import numpy as np

from borderflow.demand.households import Households
from borderflow.engine.journal import NEVER, Entry, Fate, Journal, Ledger, Outcome, Trips
from borderflow.measure.measure import Measured, measure
from borderflow.network.build import network
from borderflow.network.network import Network
from borderflow.network.visits import Needs
from borderflow.scenario.scenario import Scenario

MIN, H, D = 60, 3600, 86400


def at(clock: str, day: int = 0) -> int:
    """Second of a time such as ``08:30`` on a day."""
    hour, minute = clock.split(":")
    return day * D + int(hour) * H + int(minute) * MIN


def desk(hours: str = "24 h", desks: int = 1, **more: Any) -> dict[str, Any]:
    return {"service": "10 min", "desks": desks, "open": hours, **more}


def scenario(stations: dict[str, Any], *, days: int = 2, people: int = 10, **more: Any) -> Scenario:
    """A scenario from Wednesday, 1 November 2023, with one crossing, or with those in ``crossings``."""
    stocks, fleets = more.pop("stocks", {}), more.pop("fleets", {})
    phase = {"phase": "only", "from": "2023-11-01", "persons_per_day": people, "shape": "step"}
    crossing = {
        "arrivals": {"phases": [phase]},
        "journey": list(stations),
        "stations": stations,
        "stocks": stocks,
        "fleets": fleets,
    }
    text = {
        "borderflow": 1,
        "name": "hand",
        "title": "By hand",
        "start": "2023-11-01",
        "end": f"2023-11-{days:02d}",
        "households": {"size": 4},
        "crossings": dict.fromkeys(more.pop("crossings", ["torkham"]), crossing),
        "plans": {"base": {}},
        **more,
    }
    return Scenario.model_validate(text)


@dataclass
class Visit:
    """One visit: seconds, None where it never came to that. ``kit``: what it took of the first stock."""

    station: str
    joined: int | None = None
    started: int | None = None
    ended: int | None = None
    fate: Fate = Fate.SERVED
    service: float = 600.0
    kit: int = 0


@dataclass
class Party:
    """A household: when it came and left, and its visits in journey order."""

    size: int
    came: int
    left: int
    visits: list[Visit]
    outcome: Outcome = Outcome.COMPLETED
    crossing: int = 0
    group: int = 0
    deported: bool = False
    adults: int | None = None
    diverted: tuple[int, int] | None = None
    """Crossing and second at which it came first, if a closure sent it on."""


@dataclass
class Story:
    """What happened, ready to be measured. ``moves``: further ledger rows (second, entry, quantity) of stock 0."""

    scenario: Scenario
    parties: list[Party]
    moves: list[tuple[int, Entry, int]] = field(default_factory=list)
    trips: list[tuple[int, int, int, int, int, int]] = field(default_factory=list)
    """Opened, departed, returned, vehicles, households, persons of fleet 0."""

    def network(self) -> Network:
        return network(self.scenario, "base")

    def households(self) -> Households:
        p = self.parties
        return Households(
            seed=0,
            replication=0,
            crossings=tuple(self.scenario.crossings),
            groups=("undocumented", "acc", "por"),
            destinations=("elsewhere",),
            crossing=np.array([x.diverted[0] if x.diverted else x.crossing for x in p], dtype=np.int8),
            number=np.arange(len(p), dtype=np.int32),
            second=np.array([x.diverted[1] if x.diverted else x.came for x in p], dtype=np.int64),
            size=np.array([x.size for x in p], dtype=np.int16),
            adults=np.array([x.size if x.adults is None else x.adults for x in p], dtype=np.int16),
            group=np.array([x.group for x in p], dtype=np.int8),
            deported=np.array([x.deported for x in p], dtype=np.bool_),
            specific_needs=np.zeros(len(p), dtype=np.bool_),
            destination=np.zeros(len(p), dtype=np.int8),
        )

    def journal(self) -> Journal:
        built = self.network()
        number = {(station.crossing, station.name): station.index for station in built.stations}
        visits = [(h, visit) for h, party in enumerate(self.parties) for visit in party.visits]

        def seconds(word: str) -> np.ndarray:
            values = [getattr(visit, word) for _, visit in visits]
            return np.array([NEVER if value is None else value for value in values], dtype=np.int64)

        counts = [len(party.visits) for party in self.parties]
        needs = Needs(
            first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            household=np.array([h for h, _ in visits], dtype=np.int32),
            station=np.array([number[self.parties[h].crossing, v.station] for h, v in visits], dtype=np.int16),
            service=np.array([v.service for _, v in visits], dtype=np.float64),
            patience=np.full(len(visits), -1, dtype=np.int64),
            crossing=np.array([party.crossing for party in self.parties], dtype=np.int8),
            arrival=np.array([party.came for party in self.parties], dtype=np.int64),
        )
        rows = [(second, entry, quantity, -1) for second, entry, quantity in self.moves]
        rows += [(v.started, Entry.ISSUED, v.kit, row) for row, (_, v) in enumerate(visits) if v.kit]
        rows.sort(key=lambda row: (row[0], row[1] == Entry.ISSUED))
        ledger = [(built.first_second, Entry.OPENING, stock.opening, -1, stock.index) for stock in built.stocks]
        ledger += [(*row, 0) for row in rows]
        sign = {Entry.ISSUED: -1, Entry.LOST: -1, Entry.TRANSFERRED_OUT: -1, Entry.ORDERED: 0, Entry.UNMET: 0}
        on_hand = np.cumsum([sign.get(row[1], 1) * row[2] for row in ledger])
        columns = [np.array(column, dtype=np.int64) for column in zip(*ledger, strict=True)] or [np.empty(0, int)] * 5
        trips = [np.array([trip[k] for trip in self.trips], dtype=np.int64) for k in range(6)]
        return Journal(
            needs=needs,
            joined=seconds("joined"),
            started=seconds("started"),
            ended=seconds("ended"),
            fate=np.array([v.fate for _, v in visits], dtype=np.int8),
            without=np.zeros(len(visits), dtype=np.bool_),
            outcome=np.array([party.outcome for party in self.parties], dtype=np.int8),
            left=np.array([party.left for party in self.parties], dtype=np.int64),
            ledger=Ledger(
                second=columns[0],
                stock=columns[4].astype(np.int16),
                entry=columns[1].astype(np.int8),
                quantity=columns[2],
                on_hand=on_hand.astype(np.int64),
                reference=columns[3],
            ),
            trips=Trips(
                fleet=np.zeros(len(self.trips), dtype=np.int16),
                destination=np.zeros(len(self.trips), dtype=np.int8),
                opened=trips[0],
                departed=trips[1],
                returned=trips[2],
                vehicles=trips[3].astype(np.int32),
                households=trips[4].astype(np.int32),
                persons=trips[5].astype(np.int32),
            ),
        )

    def measured(self) -> Measured:
        return measure(self.scenario, self.network(), self.households(), self.journal())


def told(story: hand.Story, **more: Any) -> Measured:
    """Measure an example that the engine played by hand; ``more`` are words of the scenario."""
    network = story.network
    own = scenario({"any": desk()}, days=network.end_second // D, crossings=list(network.crossings), **more)
    return measure(own, network, story.households, story.journal)


def value(measured: Measured, indicator: str, station: str = "", *, crossing: str = "torkham", **keys: str) -> float:
    """The value of one indicator."""
    return float(row(measured, indicator, station, crossing=crossing, **keys)["value"])


def row(measured: Measured, indicator: str, station: str = "", *, crossing: str = "torkham", **keys: str) -> Any:
    """The one row of an indicator."""
    table = measured.indicators
    wanted = {"indicator": indicator, "station": station, "crossing": crossing, "item": "", "group": "", **keys}
    for name, key in wanted.items():
        table = table[table[name] == key]
    assert len(table) == 1, (wanted, len(table))
    return table.iloc[0]
