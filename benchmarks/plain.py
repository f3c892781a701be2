"""The reference workload as a good SimPy user would write it: a process a household, Resource, Container, Store.

It is fed the same households and the same service seconds as our model. Where the rules of the two coincide (up to the
kits: ties within a second are served by SimPy in order of insertion) the times per household are the same; vehicles are
handed out by a dispatcher process, so departures may differ.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from borderflow.demand.households import Households
from borderflow.network.network import Network, Station
from borderflow.network.visits import Needs

DAY = 86_400
Process = Generator[simpy.Event, Any, None]


class Crossing:
    """One crossing's desks, kits and vehicles, and the processes that run them."""

    def __init__(self, env: simpy.Environment, network: Network, index: int) -> None:
        self.env = env
        self.stations = [station for station in network.stations_of(index) if station.fleet < 0]
        self.desks = [simpy.Resource(env, int(station.desks.value.max())) for station in self.stations]
        self.hours = [_hours(station) for station in self.stations]
        stock = next(stock for stock in network.stocks if stock.crossing == index)
        fleet = next(fleet for fleet in network.fleets if fleet.crossing == index)
        self.kits = simpy.Container(env, init=stock.opening)
        self.reorder_at, self.order_up_to, self.on_order = stock.reorder_at, stock.order_up_to, 0
        self.lead_time = int(stock.lead_time.table[0, 0]) if stock.lead_time else 0
        self.wait_for_kit = next(station.short_wait for station in self.stations if station.takes)
        self.vehicles = simpy.Resource(env, int(fleet.vehicles.value[0]))
        self.seats, self.leave_after = fleet.seats, fleet.leave_after
        self.round_trip = int(fleet.round_trip[0].table[0, 0]) if fleet.round_trip[0] else 0
        self.boarding: simpy.Store = simpy.Store(env)
        env.process(self.dispatch())

    def household(self, arrival: int, service: list[int], times: list[tuple[float, float]]) -> Process:
        env = self.env
        yield env.timeout(arrival)
        for station, desks, (opens, closes), seconds in zip(
            self.stations, self.desks, self.hours, service, strict=False
        ):
            joined = env.now
            with desks.request() as request:
                yield request
                clock = env.now % DAY
                if not opens <= clock < closes:
                    yield env.timeout((opens - clock) % DAY)
                if station.takes:
                    kit = self.kits.get(1)
                    if not kit.triggered:
                        left = max(0, joined + self.wait_for_kit - env.now)
                        yield kit | env.timeout(left)
                    if not kit.triggered:
                        kit.cancel()
                        times.append((joined, -1))
                        continue
                    self.review()
                started = env.now
                yield env.timeout(seconds)
                times.append((started, env.now))
        gone = env.event()
        self.boarding.put(gone)
        yield gone
        times.append((env.now, env.now))

    def review(self) -> None:
        position = self.kits.level + self.on_order
        if position <= self.reorder_at:
            quantity = self.order_up_to - position
            self.on_order += quantity
            self.env.process(self.delivery(quantity))

    def delivery(self, quantity: int) -> Process:
        yield self.env.timeout(self.lead_time)
        self.on_order -= quantity
        yield self.kits.put(quantity)

    def dispatch(self) -> Process:
        while True:
            request = self.vehicles.request()
            yield request
            load = [(yield self.boarding.get())]
            timer = self.env.timeout(self.leave_after)
            while len(load) < self.seats:
                upcoming = self.boarding.get()
                yield upcoming | timer
                if not upcoming.triggered:
                    upcoming.cancel()
                    break
                load.append(upcoming.value)
            for gone in load:
                gone.succeed()
            self.env.process(self.trip(request))

    def trip(self, request: simpy.resources.resource.Request) -> Process:
        yield self.env.timeout(self.round_trip)
        self.vehicles.release(request)


def _hours(station: Station) -> tuple[int, int]:
    """Opening hours of the first day (they are the same every day)."""
    opens, closes = (int(second) for second in station.desks.second[1:3])
    return opens, closes


def build(households: Households, network: Network, needs: Needs) -> tuple[simpy.Environment, list[list[Any]]]:
    """Put the households on the calendar; run the environment to simulate. Times are filled in per household."""
    env = simpy.Environment()
    crossings = [Crossing(env, network, index) for index in range(len(network.crossings))]
    seconds = [max(1, int(service + 0.5)) for service in needs.service.tolist()]
    first = needs.first.tolist()
    times: list[list[Any]] = []
    for who, (arrival, crossing) in enumerate(
        zip(households.second.tolist(), households.crossing.tolist(), strict=True)
    ):
        times.append([])
        service = seconds[first[who] : first[who + 1] - 1]
        env.process(crossings[crossing].household(arrival, service, times[who]))
    return env, times
