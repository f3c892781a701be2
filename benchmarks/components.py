"""The reference workload as a salabim user would write it: a component a household, resources, a store; monitors off.

The same queues, desks and hours as in ``plain.py``, and the same differences from ours from the kits on. It knows what
the reference workload has: no patience, spaces, closures or funds.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import salabim

from borderflow.demand.households import Households
from borderflow.network.network import Fleet, Network, Station, Stock
from borderflow.network.visits import Needs

DAY = 86_400
Process = Generator[Any, Any, None]


class Shelf:
    """A stock that is reordered: an anonymous resource, whose claimed quantity is what has been taken."""

    def __init__(self, env: Any, stock: Stock) -> None:
        self.env = env
        taken = stock.order_up_to - stock.opening
        self.items = salabim.Resource(
            capacity=stock.order_up_to,
            anonymous=True,
            initial_claimed_quantity=taken,
            honor_only_first=True,
            monitor=False,
            env=env,
        )
        self.reorder_at, self.order_up_to, self.on_order = stock.reorder_at, stock.order_up_to, 0
        assert stock.lead_time is not None
        self.lead_time = int(stock.lead_time.table[0, stock.lead_time.table.shape[1] // 2])

    def review(self) -> None:
        position = self.items.available_quantity() + self.on_order
        if position <= self.reorder_at:
            self.on_order += self.order_up_to - position
            Delivery(shelf=self, quantity=self.order_up_to - position, env=self.env)


class Quiet(salabim.Component):  # type: ignore[misc]
    """A component whose own monitors are off."""

    def setup(self, **given: Any) -> None:
        self.mode.monitor(False)
        self.status.monitor(False)
        for name, value in given.items():
            setattr(self, name, value)


class Delivery(Quiet):
    def process(self) -> Process:
        yield self.hold(self.shelf.lead_time)
        self.shelf.on_order -= self.quantity
        self.shelf.items.release(self.quantity)


class Place:
    """A station: its desks, its hours, and what it gives."""

    def __init__(self, env: Any, station: Station, shelves: dict[int, Shelf]) -> None:
        self.desks = salabim.Resource(
            capacity=int(station.desks.value.max()), honor_only_first=True, monitor=False, env=env
        )
        self.opens, self.closes = (int(second) for second in station.desks.second[1:3])
        self.takes = [shelves[take.stock] for take in station.takes]
        self.wait = station.short_wait


class Road:
    """A fleet: a dispatcher for its one destination, and its vehicles."""

    def __init__(self, env: Any, fleet: Fleet) -> None:
        self.vehicles = salabim.Resource(
            capacity=int(fleet.vehicles.value[0]), honor_only_first=True, monitor=False, env=env
        )
        self.boarding = salabim.Store(monitor=False, env=env)
        spread = fleet.round_trip[0]
        assert spread is not None
        self.round_trip = int(spread.table[0, spread.table.shape[1] // 2])
        self.seats, self.leave_after = fleet.seats, fleet.leave_after
        Dispatcher(road=self, env=env)


class Dispatcher(Quiet):
    def process(self) -> Process:
        road = self.road
        while True:
            trip = Trip(road=road, dispatcher=self, env=self.env)
            yield self.passivate()
            yield self.from_store(road.boarding)
            load, leaves = [self.from_store_item()], self.env.now() + road.leave_after
            while len(load) < road.seats:
                yield self.from_store(road.boarding, fail_at=leaves)
                if self.failed():
                    break
                load.append(self.from_store_item())
            for gone in load:
                gone.activate()
            trip.activate()


class Trip(Quiet):
    """One vehicle: it comes to the kerb, and is away for the round trip once its dispatcher sends it off."""

    def process(self) -> Process:
        yield self.request(self.road.vehicles)
        self.dispatcher.activate()
        yield self.passivate()
        yield self.hold(self.road.round_trip)


class Household(Quiet):
    """``visits``: places by number and seconds of service; ``times``: start and end of each, filled in."""

    def process(self) -> Process:
        env = self.env
        for index, seconds in self.visits:
            place = self.places[index]
            if isinstance(place, Road):
                place.boarding.add(self)
                yield self.passivate()
                self.times.append((env.now(), env.now()))
                continue
            joined = env.now()
            yield self.request(place.desks)
            clock = env.now() % DAY
            if not place.opens <= clock < place.closes:
                yield self.hold((place.opens - clock) % DAY)
            for shelf in place.takes:
                yield self.request((shelf.items, 1), fail_at=max(env.now(), joined + place.wait))
                if not self.failed():
                    shelf.review()
            if self.failed():
                self.times.append((joined, -1))
            else:
                started = env.now()
                yield self.hold(seconds)
                self.times.append((started, env.now()))
            self.release(place.desks)


class Border(Quiet):
    """Brings the households, one after the other: if all stood in the list of events, each cancelled one would cost."""

    def process(self) -> Process:
        for arrival, visits, times in self.comes:
            yield self.hold(till=arrival)
            Household(places=self.places, visits=visits, times=times, env=self.env)


def build(households: Households, network: Network, needs: Needs) -> tuple[Any, list[list[Any]]]:
    """Households become components as they arrive; run the environment to simulate."""
    env = salabim.Environment(trace=False, yieldless=False, isdefault_env=True, random_seed=None)
    shelves = {stock.index: Shelf(env, stock) for stock in network.stocks}
    roads = [Road(env, fleet) for fleet in network.fleets]
    places = [
        roads[station.fleet] if station.fleet >= 0 else Place(env, station, shelves) for station in network.stations
    ]
    seconds = [max(1, int(service + 0.5)) for service in needs.service.tolist()]
    visits = list(zip(needs.station.tolist(), seconds, strict=True))
    first = needs.first.tolist()
    arrivals = needs.arrival.tolist()
    times: list[list[Any]] = [[] for _ in arrivals]
    mine = [visits[first[who] : first[who + 1]] for who in range(len(arrivals))]
    Border(comes=list(zip(arrivals, mine, times, strict=True)), places=places, env=env)
    return env, times
