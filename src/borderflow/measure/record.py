"""The record of one replication as the measures read it: visits by station, households by outcome."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from borderflow.demand.households import Households
from borderflow.engine.journal import NEVER, Fate, Journal, Outcome
from borderflow.measure.rosters import Rosters
from borderflow.measure.rows import Flags
from borderflow.measure.window import Window
from borderflow.network.network import Calendar, Ints, Network, Station
from borderflow.scenario.scenario import Scenario

if TYPE_CHECKING:
    from borderflow.measure.spaces import Crowd


@dataclass(frozen=True)
class Line:
    """The visits of one station, those that reached it; arrays have one entry per visit.

    ``until``: the second at which waiting ended (start of service, leaving, or the end of the run). ``done``: the end
    of service, or of the run. ``open_wait`` leaves out the seconds in which no desk was staffed.
    """

    visit: Ints
    household: Ints
    size: Ints
    joined: Ints
    until: Ints
    done: Ints
    ended: Ints
    fate: Ints
    open_wait: Ints
    started: Flags

    @property
    def waiting(self) -> Flags:
        flags: Flags = self.fate == Fate.WAITING
        return flags

    def fated(self, *fates: Fate) -> Flags:
        """Which visits ended in one of these ways."""
        flags: Flags = np.isin(self.fate, fates)
        return flags

    @staticmethod
    def pooled(lines: list[Line]) -> Line:
        """Several lines as one, for a station of the same name at each crossing, or for all lines of a crossing."""
        names = Line.__dataclass_fields__
        return Line(**{name: np.concatenate([getattr(line, name) for line in lines]) for name in names})


class Record:
    """One replication under one plan, prepared once for all measures."""

    def __init__(self, scenario: Scenario, network: Network, households: Households, journal: Journal) -> None:
        self.scenario, self.network, self.households, self.journal = scenario, network, households, journal
        self.window = Window(scenario.start, network.end_second // 86_400)
        self.size: Ints = households.size.astype(np.int64)
        # Where and when a household arrives: at another crossing, and later, if a closure diverts it.
        self.crossing: Ints = journal.needs.crossing.astype(np.int64)
        begun = np.flatnonzero(households.begins >= 0)
        self.second = self.before_start(journal.needs.arrival, begun)
        self.here = self.window.holds(self.second)
        """Households that arrived in the window."""
        self.crowds: dict[tuple[int, ...], Crowd] = {}
        """The people of several spaces together, as far as they were asked for."""
        self.outcome = journal.outcome
        self.left = journal.left
        needs = journal.needs
        order = np.argsort(needs.station, kind="stable")  # of 16 bits: by digits
        edges = np.searchsorted(needs.station[order], np.arange(len(network.stations) + 1))
        self.visits = [order[edges[s] : edges[s + 1]] for s in range(len(network.stations))]
        """Rows of the visits of each station, not reached ones included."""

    def before_start(self, seconds: Ints, begun: Ints) -> Ints:
        """The seconds, with those at ``begun`` that are 0 one earlier: who stands there at the start came before it."""
        if not len(begun):
            return seconds
        moved = seconds.copy()
        moved[begun[moved[begun] == 0]] = -1
        return moved

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
        return [self._line(station) for station in self.network.stations]

    def _line(self, station: Station) -> Line:
        rows = self.visits[station.index]
        reached = self.reached[rows]
        rows = rows if reached.all() else rows[reached]
        j, end = self.journal, self.window.end
        joined, until, ended = j.joined[rows], self.until[rows], j.ended[rows]
        fate = j.fate[rows].astype(np.int64)
        started = j.started[rows] != NEVER
        done = np.where(ended == NEVER, end, ended)
        household = j.needs.household[rows].astype(np.int64)
        joined = self.before_start(joined, self.begun(household))
        staffed = self.staffed(station)
        open_wait = until - joined
        if not staffed.value.all():
            waited = np.flatnonzero(open_wait)
            open_wait[waited] = staffed.integral(joined[waited], until[waited]).astype(np.int64)
        return Line(
            visit=rows,
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
