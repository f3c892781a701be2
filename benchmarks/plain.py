"""A network as a good SimPy user would write it: a process a household, Resource, Container, Store.

It is fed the same households and the same service seconds as our model. On the reference workload the rules of the two
coincide up to the kits, and so do the times per household (ties within a second are served by SimPy in order of
insertion). From there on they differ: a household keeps its desk while it waits for a kit, and vehicles are handed out
by dispatcher processes. On a shipped scenario it is the same load and not the same rules: lines are first come first
served (a ``PriorityResource`` sorts its whole queue at each request), lead times and round trips are their medians,
patience runs only until a desk is free, and a vehicle takes a household that is larger than it. Each of these saves it
work. A space is a Container of places: who finds none goes on, and takes one as it frees; its rations, dated
deliveries and the orders on a warehouse are processes. Triggers, funds, diversions, losses and yards it has not.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from borderflow.demand.households import Households
from borderflow.network.network import Fleet, Network, Quantiles, Space, Station, Stock
from borderflow.network.visits import Needs

DAY = 86_400
Process = Generator[simpy.Event, Any, None]
Visit = tuple[int, int, int]
"""Station, seconds of service, seconds of patience (-1: for ever)."""


class Place:
    """A station: its desks, its hours, and what it gives."""

    def __init__(self, env: simpy.Environment, station: Station, shelves: dict[int, Shelf]) -> None:
        self.desks = simpy.Resource(env, int(station.desks.value.max()))
        self.opens, self.closes = _hours(station)
        self.takes = [shelves[take.stock] for take in station.takes]
        self.wait, self.gives_up = station.short_wait, station.patience_gives_up
        changes = zip(station.pace.second.tolist()[::-1], station.pace.value.tolist()[::-1], strict=True)
        self.paces = list(changes) if len(station.pace.second) > 1 else []

    def seconds(self, service: int, now: float) -> int:
        for since, factor in self.paces:
            if now >= since:
                return max(1, int(service * factor + 0.5))
        return service


class Shelf:
    """A stock that is delivered on its dates, and reordered, from a warehouse if it has one."""

    def __init__(self, env: simpy.Environment, stock: Stock) -> None:
        self.env = env
        self.items = simpy.Container(env, init=stock.opening)
        self.reorder_at, self.order_up_to, self.on_order = stock.reorder_at, stock.order_up_to, 0
        self.lead_time = _median(stock.lead_time)
        self.source: Shelf | None = None
        if stock.supplies:
            env.process(self.supplied([(supply.second, supply.quantity) for supply in stock.supplies]))

    def supplied(self, supplies: list[tuple[int, int]]) -> Process:
        for second, quantity in supplies:
            yield self.env.timeout(max(0, second - self.env.now))
            yield self.items.put(quantity)

    def review(self) -> None:
        position = self.items.level + self.on_order
        if position <= self.reorder_at:
            quantity = self.order_up_to - position
            self.on_order += quantity
            self.env.process(self.delivery(quantity))

    def delivery(self, quantity: int) -> Process:
        if self.source is not None:
            yield self.source.items.get(quantity)
        yield self.env.timeout(self.lead_time)
        self.on_order -= quantity
        yield self.items.put(quantity)


class Road:
    """A fleet: one dispatcher for each destination, all drawing on the same vehicles."""

    def __init__(self, env: simpy.Environment, fleet: Fleet) -> None:
        self.env = env
        self.vehicles = simpy.Resource(env, int(fleet.vehicles.value[0]))
        self.seats, self.leave_after = fleet.seats, fleet.leave_after
        self.boarding = [simpy.Store(env) for _ in fleet.round_trip]
        for line, trip in zip(self.boarding, fleet.round_trip, strict=True):
            env.process(self.dispatch(line, _median(trip)))

    def dispatch(self, line: simpy.Store, round_trip: int) -> Process:
        late: tuple[simpy.Event, int] | None = None  # came for a vehicle that had no seats left for it
        while True:
            request = self.vehicles.request()
            yield request
            gone, persons = late or (yield line.get())
            load, late = [gone], None
            timer = self.env.timeout(self.leave_after)
            while persons < self.seats:
                upcoming = line.get()
                yield upcoming | timer
                if not upcoming.triggered:
                    upcoming.cancel()
                    break
                gone, size = upcoming.value
                if persons + size > self.seats:
                    late = (gone, size)
                    break
                load.append(gone)
                persons += size
            for gone in load:
                gone.succeed()
            self.env.process(self.trip(request, round_trip))

    def trip(self, request: simpy.resources.resource.Request, round_trip: int) -> Process:
        yield self.env.timeout(round_trip)
        self.vehicles.release(request)


class Camp:
    """A space: a Container of places, and the rations of its people, inside and outside."""

    def __init__(self, env: simpy.Environment, space: Space, shelves: dict[int, Shelf]) -> None:
        self.env = env
        most = int(space.persons.value.max())
        self.places = simpy.Container(env, capacity=most, init=most)
        self.first, self.last, self.people = space.first, space.last, 0
        for use in space.uses:
            env.process(self.ration(shelves[use.stock], use.per_person, sorted(use.at)))

    def ration(self, shelf: Shelf, each: int, times: list[int]) -> Process:
        while True:
            clock = self.env.now % DAY
            yield self.env.timeout(min((at - clock - 1) % DAY + 1 for at in times))
            quantity = min(each * self.people, shelf.items.level)
            if quantity:
                yield shelf.items.get(quantity)
                shelf.review()


class Model:
    """All crossings: the stations by their number in the network, and the process of a household."""

    def __init__(self, env: simpy.Environment, network: Network) -> None:
        self.env = env
        shelves = {stock.index: Shelf(env, stock) for stock in network.stocks}
        for stock in network.stocks:
            if stock.source >= 0:
                shelves[stock.index].source = shelves[stock.source]
        self.camps = [Camp(env, space, shelves) for space in network.spaces]
        roads = [Road(env, fleet) for fleet in network.fleets]
        self.places = [
            roads[station.fleet] if station.fleet >= 0 else Place(env, station, shelves) for station in network.stations
        ]

    def household(
        self, arrival: int, visits: list[Visit], size: int, goal: int, times: list[tuple[float, float]]
    ) -> Process:
        env = self.env
        yield env.timeout(arrival - env.now)
        camp: Camp | None = None
        for index, seconds, patience in visits:
            place = self.places[index]
            if camp is None:
                for one in self.camps:
                    if one.first <= index <= one.last:
                        camp = one
                        camp.people += size
                        bed = camp.places.get(size)
            elif index > camp.last:
                self.leave(camp, bed, size)
                camp = None
            if isinstance(place, Road):
                gone = env.event()
                place.boarding[goal].put((gone, size))
                yield gone
                times.append((env.now, env.now))
                continue
            joined = env.now
            with place.desks.request() as request:
                if patience < 0:
                    yield request
                else:
                    yield request | env.timeout(patience)
                    if not request.triggered:
                        times.append((joined, -1))
                        if place.gives_up:
                            break
                        continue
                clock = env.now % DAY
                if not place.opens <= clock < place.closes:
                    yield env.timeout((place.opens - clock) % DAY)
                went_without = False
                for shelf in place.takes:
                    item = shelf.items.get(1)
                    if not item.triggered:
                        if place.wait < 0:
                            yield item
                        else:
                            yield item | env.timeout(max(0, joined + place.wait - env.now))
                    if not item.triggered:
                        item.cancel()
                        went_without = True
                        break
                    shelf.review()
                if went_without:
                    times.append((joined, -1))
                    continue
                started = env.now
                yield env.timeout(place.seconds(seconds, started))
                times.append((started, env.now))
        if camp is not None:
            self.leave(camp, bed, size)

    def leave(self, camp: Camp, bed: Any, size: int) -> None:
        camp.people -= size
        if bed.triggered:
            camp.places.put(size)
        else:
            bed.cancel()


def _median(spread: Quantiles | None) -> int:
    return int(spread.table[0, spread.table.shape[1] // 2]) if spread else 0


def _hours(station: Station) -> tuple[int, int]:
    """Opening hours of the first day on which it opens (they are the same every day)."""
    if len(station.desks.second) == 1:
        return 0, DAY
    first = int(station.desks.value[0] == 0)
    opens, closes = (int(second) for second in station.desks.second[first : first + 2])
    return opens % DAY, opens % DAY + closes - opens


def build(households: Households, network: Network, needs: Needs) -> tuple[simpy.Environment, list[list[Any]]]:
    """Put the households on the calendar; run the environment to simulate. Times are filled in per household.

    A household's times are those of its visits in turn: start and end, or joining and -1 where it was not served.
    """
    env = simpy.Environment(initial_time=network.first_second)
    model = Model(env, network)
    seconds = [max(1, int(service + 0.5)) for service in needs.service.tolist()]
    visits = list(zip(needs.station.tolist(), seconds, needs.patience.tolist(), strict=True))
    first, sizes, goals = needs.first.tolist(), households.size.tolist(), households.destination.tolist()
    times: list[list[Any]] = []
    for who, arrival in enumerate(needs.arrival.tolist()):
        times.append([])
        mine = visits[first[who] : first[who + 1]]
        env.process(model.household(arrival, mine, sizes[who], goals[who], times[who]))
    return env, times
