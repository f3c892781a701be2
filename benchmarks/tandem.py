"""The tandem part of the reference workload, and Ciw's model of it: stations in line, servers, hours, FIFO.

Kits and vehicles are left out: Ciw has neither stock nor batches that wait for each other. Each crossing is a
simulation of its own in Ciw (it looks at every node after every event, so that one simulation of both would be slower).
Service that has begun is finished after closing, as ours is. Who joins in one second is served by household id, as with
us (a service discipline of Ciw); the rest of what falls into one second, Ciw takes in random order.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ciw
import numpy as np

from borderflow.demand.households import Households
from borderflow.network.network import Network
from borderflow.network.visits import Needs

DAY = 86_400
LINE = ("gate", "registration", "health", "cash")


def tandem(network: Network) -> Network:
    """The network with the stations of the tandem part only."""
    kept = [station for station in network.stations if station.name in LINE]
    stations = tuple(replace(station, index=index) for index, station in enumerate(kept))
    return replace(network, stations=stations, stocks=(), fleets=())


class Given(ciw.dists.Distribution):
    """Service seconds of one station by household, in order of arrival at the crossing."""

    def __init__(self, seconds: list[int]) -> None:
        super().__init__()
        self.seconds = seconds

    def sample(self, t: float | None = None, ind: Any = None) -> int:
        return self.seconds[ind.id_number - 1]


def first_come(queue: list[Any], now: float) -> Any:
    """First in, first out; of those who joined in one second the smallest id."""
    first = queue[0]
    for one in queue:
        if one.arrival_date > first.arrival_date:
            break
        if one.id_number < first.id_number:
            first = one
    return first


def build(households: Households, network: Network, needs: Needs) -> list[tuple[np.ndarray, Any]]:
    """Households (ids) and Ciw simulation of each crossing; run each with ``simulate_until_max_time``."""
    models = []
    whole = np.maximum(1, np.floor(needs.service + 0.5).astype(np.int64))
    for crossing in range(len(network.crossings)):
        stations = network.stations_of(crossing)
        who = np.flatnonzero(needs.crossing == crossing)
        who = who[np.argsort(needs.arrival[who], kind="stable")]
        gaps = np.diff(needs.arrival[who], prepend=0).tolist()
        # After the last one nobody comes: Ciw would begin the sequence again.
        arrivals = ciw.dists.Sequential([*gaps, float("inf")])
        shifts = []
        for station in stations:
            opens, closes = (int(second) for second in station.desks.second[1:3])
            shifts.append(ciw.Schedule([0, int(station.desks.value.max()), 0], [opens, closes, DAY]))
        spec = ciw.create_network(
            arrival_distributions=[arrivals, *[None] * (len(stations) - 1)],
            service_distributions=[Given(whole[needs.first[who] + place].tolist()) for place in range(len(stations))],
            number_of_servers=shifts,
            service_disciplines=[first_come] * len(stations),
            routing=ciw.routing.NetworkRouting(
                [*(ciw.routing.Direct(to=place + 2) for place in range(len(stations) - 1)), ciw.routing.Leave()]
            ),
        )
        models.append((who, ciw.Simulation(spec)))
    return models


def times(models: list[tuple[np.ndarray, Any]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Start and end of each service that has ended, by household and place in the line."""
    found = {}
    for who, simulation in models:
        for record in simulation.get_all_records(only=["service"]):
            key = int(who[record.id_number - 1]), record.node - 1
            found[key] = int(record.service_start_date), int(record.service_end_date)
    return found
