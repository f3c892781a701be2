"""What each household needs where: the visits it will make, as flat arrays that both engines read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from borderflow.demand.households import Households
from borderflow.network.network import Floats, Ints, Network


@dataclass(frozen=True, eq=False)
class Needs:
    """Visits in order of (household, journey). Household h makes the visits ``first[h]`` … ``first[h + 1] - 1``.

    ``service``: seconds at pace 1, not rounded (0 at a fleet); ``patience``: whole seconds since joining, -1 for ever.
    Per household: the ``crossing`` where it arrives and the second of its ``arrival``, which differ from where and when
    it came for one that a closure diverts.
    """

    first: Ints
    household: npt.NDArray[np.int32]
    station: npt.NDArray[np.int16]
    service: Floats
    patience: Ints
    crossing: npt.NDArray[np.int8]
    arrival: Ints

    def __len__(self) -> int:
        return len(self.station)


def needs(households: Households, network: Network) -> Needs:
    """Map the households' uniforms to their visits under one network, by inverse CDF."""
    member_counts = {
        "all": households.size,
        "adults": households.adults,
        "children": households.size - households.adults,
    }
    crossing, arrival = reached(households, network)
    begins = _begin_at(households, network, crossing)
    rows: list[Ints] = []
    passing: list[npt.NDArray[np.bool_]] = []
    services: list[Floats | None] = []
    patiences: list[Ints | None] = []
    late = bool((begins < 0).all())  # nobody stands there when the simulation begins
    earliest = int(arrival.min(initial=0))
    for station in network.stations:
        # The purpose names the station, not its place, so that adding another station moves no draw.
        passes = crossing == station.crossing
        if not late:
            passes &= begins <= station.index
        if station.since > earliest:
            passes &= arrival >= station.since
        if station.groups:
            wanted = np.zeros(len(households.groups), dtype=np.bool_)
            wanted[list(station.groups)] = True
            passes &= wanted[households.group]
        if station.only_specific_needs:
            passes &= households.specific_needs
        members = member_counts[station.members]
        if station.by_person:
            passes &= members > 0
        if station.share < 1:
            passes &= (households.uniform(f"passes {station.name}") < station.share) | (begins == station.index)
        who = np.flatnonzero(passes)
        service: Floats | None = None
        if station.service is not None:
            many = members[who] if station.by_person else 0
            service = station.service(households.uniform(f"service {station.name}", who), many)
        patience: Ints | None = None
        if station.patience is not None:
            waits = station.patience(households.uniform(f"patience {station.name}", who))
            patience = np.maximum(1, np.rint(waits)).astype(np.int64)
        rows.append(who)
        passing.append(passes)
        services.append(service)
        patiences.append(patience)
    counts = np.zeros(len(households), dtype=np.int64)
    for passes in passing:
        counts += passes
    first = np.concatenate([[0], np.cumsum(counts)])
    total = int(first[-1])
    found = Needs(
        first=first,
        household=np.repeat(np.arange(len(households), dtype=np.int32), counts),
        station=np.empty(total, dtype=np.int16),
        service=np.zeros(total),
        patience=np.full(total, -1, dtype=np.int64),
        crossing=crossing,
        arrival=arrival,
    )
    place = first[:-1].copy()  # of each household's next visit, station after station
    for station, who, passes, service, patience in zip(
        network.stations, rows, passing, services, patiences, strict=True
    ):
        at = place[who]
        found.station[at] = station.index
        if service is not None:
            found.service[at] = service
        if patience is not None:
            found.patience[at] = patience
        place += passes
    return found


def _begin_at(households: Households, network: Network, crossing: npt.NDArray[np.int8]) -> Ints:
    """The station at which each household waits when the simulation begins, -1 for those who come later."""
    begins = np.full(len(households), -1, dtype=np.int64)
    for station in network.stations:
        if station.name in households.stations:
            here = households.begins == households.stations.index(station.name)
            begins[here & (crossing == station.crossing)] = station.index
    return begins


def reached(households: Households, network: Network) -> tuple[npt.NDArray[np.int8], Ints]:
    """The crossing where each household arrives, and when: a closure of people diverts a share of those who come in it.

    A household is diverted once at the most: where it goes it joins the line, open or not.
    """
    crossing, arrival = households.crossing.copy(), households.second.copy()
    for closure in network.diversions:
        comes = households.begins < 0
        within_it = comes & (households.second >= closure.first) & (households.second < closure.end)
        may = within_it & (households.crossing == closure.crossing) & (crossing == closure.crossing)
        goes = may & (households.uniform("divert") < closure.share)
        crossing[goes] = closure.goal
        arrival[goes] += closure.after
    return crossing, arrival


def within(needs: Needs, network: Network) -> tuple[dict[int, int], dict[int, int]]:
    """Per visit, as bit masks: the spaces that its household enters before it, and those that it leaves after it.

    A household is in a space from its first visit to a station of the space until its last.
    """
    enters: dict[int, int] = {}
    leaves: dict[int, int] = {}
    for index, first, last in stays(needs, network):
        for visits, marks in ((first, enters), (last, leaves)):
            for visit in visits.tolist():
                marks[visit] = marks.get(visit, 0) | 1 << index
    return enters, leaves


def stays(needs: Needs, network: Network) -> Iterator[tuple[int, Ints, Ints]]:
    """Per space: its index, and the first and the last visit of each household to a station in it."""
    for space in network.spaces:
        rows = np.flatnonzero((needs.station >= space.first) & (needs.station <= space.last))
        if space.since > needs.arrival.min(initial=0):
            rows = rows[needs.arrival[needs.household[rows]] >= space.since]
        if not len(rows):
            continue
        who = needs.household[rows]
        new = who[1:] != who[:-1]
        yield space.index, rows[np.append(True, new)], rows[np.append(new, True)]
