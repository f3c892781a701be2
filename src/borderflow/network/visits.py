"""What each household needs where: the visits it will make, as flat arrays that both engines read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from borderflow.demand.households import Households
from borderflow.network.network import Floats, Ints, Network


@dataclass(frozen=True, eq=False)
class Needs:
    """Visits in order of (household, journey). Household h makes the visits ``first[h]`` … ``first[h + 1] - 1``.

    ``service``: seconds at pace 1, not rounded (0 at a fleet); ``patience``: whole seconds since joining, -1 for ever.
    """

    first: Ints
    household: npt.NDArray[np.int32]
    station: npt.NDArray[np.int16]
    service: Floats
    patience: Ints

    def __len__(self) -> int:
        return len(self.station)


def needs(households: Households, network: Network) -> Needs:
    """Map the households' uniforms to their visits under one network, by inverse CDF."""
    member_counts = {
        "all": households.size,
        "adults": households.adults,
        "children": households.size - households.adults,
    }
    rows, stations, services, patiences = [], [], [], []
    for station in network.stations:
        # The purpose names the station, not its place, so that adding another station moves no draw.
        passes = households.crossing == station.crossing
        if station.groups:
            passes &= np.isin(households.group, station.groups)
        if station.only_specific_needs:
            passes &= households.specific_needs
        members = member_counts[station.members]
        if station.by_person:
            passes &= members > 0
        if station.share < 1:
            passes &= households.uniform(f"passes {station.name}") < station.share
        who = np.flatnonzero(passes)
        service = np.zeros(len(who))
        if station.service is not None:
            many = members[who] if station.by_person else 0
            service = station.service(households.uniform(f"service {station.name}")[who], many)
        patience = np.full(len(who), -1, dtype=np.int64)
        if station.patience is not None:
            waits = station.patience(households.uniform(f"patience {station.name}")[who])
            patience = np.maximum(1, np.rint(waits)).astype(np.int64)
        rows.append(who)
        stations.append(np.full(len(who), station.index, dtype=np.int16))
        services.append(service)
        patiences.append(patience)
    household = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
    order = np.argsort(household, kind="stable")
    counts = np.bincount(household, minlength=len(households))
    return Needs(
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        household=household[order].astype(np.int32),
        station=np.concatenate(stations)[order] if stations else np.empty(0, dtype=np.int16),
        service=np.concatenate(services)[order] if services else np.empty(0),
        patience=np.concatenate(patiences)[order] if patiences else np.empty(0, dtype=np.int64),
    )
