"""The record of one replication as the measures read it: visits by station, households by outcome."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from borderflow.demand.households import Households
from borderflow.engine.journal import NEVER, Entry, Fate, Journal, Outcome
from borderflow.measure import machine
from borderflow.measure.line import Line
from borderflow.measure.rosters import Rosters
from borderflow.measure.rows import Flags
from borderflow.measure.tallied import Tallied
from borderflow.measure.window import Window
from borderflow.network.network import Calendar, Floats, Ints, Network, Station
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.units import DAY

if TYPE_CHECKING:
    from borderflow.measure.spaces import Crowd


class Record:
    """One replication under one plan, prepared once for all measures."""

    def __init__(self, scenario: Scenario, network: Network, households: Households, journal: Journal) -> None:
        self.scenario, self.network, self.households, self.journal = scenario, network, households, journal
        self.window = Window(scenario.start, network.end_second // DAY)
        self.size: Ints = households.size.astype(np.int64)
        # Where and when a household arrives: at another crossing, and later, if a closure diverts it.
        self.crossing: Ints = journal.needs.crossing.astype(np.int64)
        begun = np.flatnonzero(households.begins >= 0)
        self.second = self.before_start(journal.needs.arrival, begun)
        self.here = self.window.holds(self.second)
        """Households that arrived in the window."""
        self.crowds: dict[tuple[int, ...], Crowd] = {}
        """The people of several spaces together, as far as they were asked for."""
        self.by_aid: dict[int, list[Ints]] = {}
        """Per stock: households by what they got of it, as far as they were asked for."""
        self.outcome = journal.outcome
        self.left = journal.left

    @cached_property
    def visits(self) -> list[Ints]:
        """Rows of the visits of each station, not reached ones included."""
        if self._tallied is not None:
            return self._tallied.visits
        station = self.journal.needs.station
        order = np.argsort(station, kind="stable")  # of 16 bits: by digits
        edges = np.searchsorted(station[order], np.arange(len(self.network.stations) + 1))
        return [order[first:last] for first, last in zip(edges, edges[1:], strict=False)]

    @cached_property
    def movements(self) -> list[Ints]:
        """Rows of the ledger of each stock, in its order."""
        stock = self.journal.ledger.stock
        order = np.argsort(stock, kind="stable")
        edges = np.searchsorted(stock[order], np.arange(len(self.network.stocks) + 1))
        return [order[first:last] for first, last in zip(edges, edges[1:], strict=False)]

    @cached_property
    def moved(self) -> Ints:
        """What was booked by stock, entry and day, in the smallest unit; shape (stocks, entries, days)."""
        return self._booked(self.window.holds(self.journal.ledger.second))

    @cached_property
    def used(self) -> Ints:
        """The same, issued without a visit alone (rations of a space)."""
        ledger = self.journal.ledger
        ration = (ledger.entry == Entry.ISSUED) & (ledger.reference < 0)
        return self._booked(ration & self.window.holds(ledger.second))[:, Entry.ISSUED]

    def _booked(self, which: Flags) -> Ints:
        ledger, rows = self.journal.ledger, np.flatnonzero(which)
        shape = len(self.network.stocks), len(Entry), self.window.days
        place = (ledger.stock[rows].astype(np.int64) * shape[1] + ledger.entry[rows]) * shape[2]
        place += ledger.second[rows] // DAY
        sums = np.bincount(place, weights=ledger.quantity[rows], minlength=shape[0] * shape[1] * shape[2])
        return sums.astype(np.int64).reshape(shape)

    @cached_property
    def room(self) -> Ints:
        """A number for each visit, 0 before and after it is used."""
        return np.zeros(len(self.journal.needs), dtype=np.int64)

    def before_start(self, seconds: Ints, begun: Ints) -> Ints:
        """The seconds, with those at ``begun`` that are 0 one earlier: who stands there at the start came before it."""
        if not len(begun):
            return seconds
        moved = seconds.copy()
        moved[begun[moved[begun] == 0]] = -1
        return moved

    def comers(self, crossing: int | None) -> Ints:
        """Rows of the households that arrive at a crossing; of all if it is None."""
        return np.arange(len(self.size)) if crossing is None else np.flatnonzero(self.crossing == crossing)

    def begun(self, household: Ints) -> Ints:
        """Rows of the households that stand there when the simulation begins."""
        return np.flatnonzero(self.households.begins[household] >= 0)

    @cached_property
    def until(self) -> Ints:
        """Per visit: when its waiting ended."""
        j, end = self.journal, self.window.end
        return np.where(j.started != NEVER, j.started, np.where(j.ended != NEVER, j.ended, end))

    @cached_property
    def reached(self) -> Flags:
        """Per visit: whether the household came to the station."""
        flags: Flags = self.journal.joined != NEVER
        return flags

    @cached_property
    def wait_total(self) -> Ints:
        """Per household: the sum of its waits so far."""
        if (tally := machine.tally()) is not None:
            j, waited = self.journal, np.zeros(len(self.size), dtype=np.int64)
            tally.wait_total(j.needs.household, j.joined, j.started, j.ended, self.window.end, waited)
            return waited
        wait = np.where(self.reached, self.until - self.journal.joined, 0)
        total: Ints = np.bincount(self.journal.needs.household, weights=wait, minlength=len(self.size)).astype(np.int64)
        return total

    @cached_property
    def may_wait_on(self) -> Flags:
        """Per household: inside at the end, and not yet in its last service."""
        inside: Flags = self.outcome == Outcome.INSIDE_AT_END
        first = self.journal.needs.first
        some = first[1:] > first[:-1]
        last_fate = np.full(len(self.size), int(Fate.NOT_REACHED), dtype=np.int8)
        last_fate[some] = self.journal.fate[first[1:][some] - 1]
        flags: Flags = inside & (last_fate != Fate.IN_SERVICE)
        return flags

    def capacity(self, station: Station) -> Calendar:
        """Desks of a station as triggers left them; at the boarding place of a fleet its vehicles."""
        if station.fleet >= 0:
            return self.rosters.vehicles.get(station.fleet, self.network.fleets[station.fleet].vehicles)
        return self.rosters.desks.get(station.index, station.desks)

    @cached_property
    def rosters(self) -> Rosters:
        """What triggers changed of the rosters."""
        return Rosters.of(self.network, self.journal.fired)

    def staffed(self, station: Station) -> Calendar:
        """1 while a station may start a service: a desk is staffed and no closure stops people; else 0."""
        desks = self.capacity(station)
        edges = [edge for stretch in station.shut for edge in stretch if edge > desks.second[0]]
        second = np.unique(np.concatenate([desks.second, np.array(edges, dtype=np.int64)]))
        free = desks.at(second) > 0
        for first, end in station.shut:
            free &= (second < first) | (second >= end)
        return Calendar(second, free.astype(np.float64))

    @cached_property
    def open_waits(self) -> bool:
        """Whether quantiles of waits in opening hours are wanted: a closure stops people, or a standard asks."""
        asked = any(standard.indicator.startswith("wait_open_") for standard in self.scenario.standards.values())
        return asked or any(station.shut for station in self.network.stations)

    @cached_property
    def lines(self) -> list[Line]:
        """The line of each station, in the order of the network."""
        if self._tallied is not None:
            return self._tallied.lines
        return [self._line(station) for station in self.network.stations]

    def offered(self, station: Station) -> tuple[Ints, Floats]:
        """Per visit of a station, reached or not: when its household arrives, and the desk-seconds that it brings.

        At a fleet no desk is needed.
        """
        if self._tallied is not None:
            return self._tallied.offered[station.index]
        visits, needs = self.visits[station.index], self.journal.needs
        arrives = self.second[needs.household[visits]]
        pace = station.pace.value[0]
        if len(station.pace.value) > 1:
            pace = station.pace.at(np.maximum(arrives, station.pace.second[0]))
        return arrives, needs.service[visits] * pace

    @cached_property
    def _tallied(self) -> Tallied | None:
        """The same for all stations at once, where machine code tallies."""
        tally = machine.tally()
        return None if tally is None else Tallied.of(tally, self)

    def _line(self, station: Station) -> Line:
        rows = self.visits[station.index]
        reached = self.reached[rows]
        rows = rows if reached.all() else rows[reached]
        j, end = self.journal, self.window.end
        joined, until, ended = j.joined[rows], self.until[rows], j.ended[rows]
        fate = j.fate[rows].astype(np.int64)
        started = j.started[rows] != NEVER
        done = np.where(started, np.where(ended == NEVER, end, ended), until)
        household = j.needs.household[rows].astype(np.int64)
        joined = self.before_start(joined, self.begun(household))
        staffed = self.staffed(station)
        open_wait = until - joined
        if not staffed.value.all():
            waited = np.flatnonzero(open_wait)
            open_wait[waited] = staffed.integral(joined[waited], until[waited]).astype(np.int64)
        return Line(
            household=household,
            size=self.size[household],
            joined=joined,
            until=until,
            done=done,
            ended=ended,
            fate=fate,
            open_wait=open_wait,
            started=started,
        )

    def station_named(self, crossing: int, name: str) -> Station | None:
        return next((s for s in self.network.stations_of(crossing) if s.name == name), None)

    def gate(self, crossing: int) -> Station | None:
        """Where people cross: the station named gate, else the first of the journey."""
        return self.station_named(crossing, "gate") or next(iter(self.network.stations_of(crossing)), None)

    def registration(self, crossing: int) -> Station | None:
        """The station named registration, else the last one with desks, else the gate."""
        desks = [station for station in self.network.stations_of(crossing) if station.fleet < 0]
        return self.station_named(crossing, "registration") or (desks[-1] if desks else self.gate(crossing))
