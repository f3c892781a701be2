"""Building the network of one plan: the scenario's reception with the plan's dated changes applied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np

from borderflow.demand.sample import destinations
from borderflow.demand.sizes import largest
from borderflow.network import network as net
from borderflow.network.calendar import daily, steps, stretches
from borderflow.network.quantiles import quantiles, scaled
from borderflow.scenario.people import GROUPS
from borderflow.scenario.reception import Fleet, Station, Stock
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.spread import Spread
from borderflow.scenario.targets import Target, targets
from borderflow.scenario.units import DAY, Amount, Hours, Throughput, midnight

SCALE = {"": 1, "l": 1000}
"""Smallest units per unit as written: things are counted, litres are kept in millilitres."""
THROUGHPUT_CV = 0.5


def network(scenario: Scenario, plan: str) -> net.Network:
    """What receives the households under one plan.

    Raises ``KeyError`` where the scenario has no plan of that name.
    """
    if plan not in scenario.plans:
        raise KeyError(f"no plan '{plan}'; there are {', '.join(scenario.plans)}")
    return _Builder(scenario, plan).network()


class _Builder:
    def __init__(self, scenario: Scenario, plan: str) -> None:
        self.scenario = scenario
        self.plan = plan
        self.changes = targets(scenario, plan)
        self.first, self.end = scenario.first_second, scenario.end_second
        self.stations: list[net.Station] = []
        self.stocks: list[net.Stock] = []
        self.fleets: list[net.Fleet] = []

    def network(self) -> net.Network:
        for index, (crossing, place) in enumerate(self.scenario.crossings.items()):
            stocks: dict[str, net.Stock] = {}
            fleets: dict[str, int] = {}
            for name, stock in place.stocks.items():
                stocks[name] = self.stock(index, crossing, name, stock)
                self.stocks.append(stocks[name])
            for name, fleet in place.fleets.items():
                fleets[name] = len(self.fleets)
                self.fleets.append(self.fleet(index, crossing, name, fleet))
            for name in place.journey:
                self.stations.append(self.station(index, crossing, name, place.stations[name], stocks, fleets))
        return net.Network(
            plan=self.plan,
            crossings=tuple(self.scenario.crossings),
            first_second=self.first,
            end_second=self.end,
            stations=tuple(self.stations),
            stocks=tuple(self.stocks),
            fleets=tuple(self.fleets),
        )

    # -- the plan's changes -------------------------------------------------------------------------------------

    def touching(self, crossing: str, kind: str, name: str, word: str) -> list[Target]:
        wanted = (crossing, kind, name, word)
        return [change for change in self.changes if (change.crossing, change.kind, change.name, change.word) == wanted]

    def changed(self, value: Any, changes: list[Target], when: date | None = None) -> Any:
        """A value with its changes applied in the order written; dated ones only on their days."""
        for change in changes:
            if when is None or _holds(change, when):
                value = change.value if change.operation == "set" else _moved(value, change)
        return value

    # -- stations -----------------------------------------------------------------------------------------------

    def station(
        self,
        crossing: int,
        place: str,
        name: str,
        station: Station,
        stocks: dict[str, net.Stock],
        fleets: dict[str, int],
    ) -> net.Station:
        many = self.largest_household(place)
        by_person = station.serves == "person"
        service: net.Quantiles | None = None
        desks = pace = _always(self.first, 1.0)
        if station.fleet is None:
            spread, mean, by_person, paced = self.service(place, name, station)
            service = scaled(quantiles(spread, many if by_person else 0), mean)
            pace = daily(paced, self.scenario.start, self.first, self.end)
            desks = self.desks(place, name, station)
        patience = self.changed(station.patience, self.touching(place, "stations", name, "patience"))
        return net.Station(
            index=len(self.stations),
            crossing=crossing,
            name=name,
            title=station.title or name.replace("_", " "),
            desks=desks,
            pace=pace,
            service=service,
            by_person=by_person,
            members=station.members,
            groups=tuple(GROUPS.index(group) for group in station.groups or ()),
            share=station.share,
            only_specific_needs=station.specific_needs == "only",
            closing=net.Closing[station.at_closing.upper()],
            specific_needs_first=station.queue == "specific_needs_first",
            patience=None if patience is None else quantiles(patience),
            patience_gives_up=station.then == "gave_up",
            takes=tuple(
                net.Take(
                    stock=stocks[item].index,
                    per_household=0 if take.per_person else _smallest(take.amount),
                    per_person=_smallest(take.amount) if take.per_person else 0,
                )
                for item, take in station.takes.items()
            ),
            short_wait=-1 if station.if_short.wait is None else station.if_short.wait,
            short_then=net.Short[station.if_short.then.upper()],
            fleet=-1 if station.fleet is None else fleets[station.fleet],
        )

    def largest_household(self, crossing: str) -> int:
        arrivals = self.scenario.crossings[crossing].arrivals
        sizes = [self.scenario.mix(crossing, phase).size for phase in arrivals.phases]
        return max(largest(size) for size in sizes if size is not None)

    def service(
        self, crossing: str, name: str, station: Station
    ) -> tuple[Spread, float, bool, Callable[[date], float]]:
        """The spread of a service time, a factor on it, whether it is per person, and a further factor by date."""
        changes = [
            change for word in ("service", "throughput") for change in self.touching(crossing, "stations", name, word)
        ]
        if station.service is not None:
            whole = [change for change in changes if change.operation == "set" and not (change.first or change.last)]
            spread: Spread = whole[-1].value if whole else station.service
            dated = [change for change in changes if change not in whole]

            def paced(when: date) -> float:
                factor = 1.0
                for change in dated:
                    if _holds(change, when):
                        replaced = change.operation == "set"
                        factor = change.value.mean / spread.mean if replaced else factor * change.value
                return factor

            return spread, 1.0, station.serves == "person", paced
        # A throughput is what the scenario's own desks and hours get through: more desks under a plan do more.
        assert station.throughput is not None
        written = station.throughput

        def mean(when: date, changes: list[Target]) -> float:
            through: Throughput = self.changed(written.on(when), changes, when)
            return float(sum(hours.length * desks for hours, desks in _roster(station, when))) / through.per_day

        days = [self.scenario.date(day) for day in range(self.first // DAY, self.scenario.days)]
        base = next((found for when in days if (found := mean(when, [])) > 0), 1.0)
        spread = Spread.model_validate({"gamma": {"mean": "1 s", "cv": station.cv or THROUGHPUT_CV}})
        # On a date without desks nothing starts, whatever the factor.
        return spread, base, written.first.of == "persons", lambda when: mean(when, changes) / base or 1.0

    def desks(self, crossing: str, name: str, station: Station) -> net.Calendar:
        changes = {word: self.touching(crossing, "stations", name, word) for word in ("desks", "open", "shifts")}
        parts = []
        # The shift that began on the day before the first may run over midnight.
        for day in range(self.first // DAY - 1, self.scenario.days):
            when = self.scenario.start + timedelta(days=day)
            shifts = self.changed(None, changes["shifts"], when)
            for written_hours, written_desks in _roster(station, when) if shifts is None else shifts.items():
                hours = (
                    self.changed(written_hours, changes["open"], when) if station.open is not None else written_hours
                )
                staffed = written_desks > 0 or station.shifts is None
                desks = self.changed(written_desks, changes["desks"], when) if staffed else 0
                parts.append(stretches(hours, day, 0.0 if station.closed else max(0.0, float(np.floor(desks)))))
        return steps(parts, self.first, self.end, max if station.open is not None else sum)

    # -- stocks and fleets --------------------------------------------------------------------------------------

    def stock(self, crossing: int, place: str, name: str, stock: Stock) -> net.Stock:
        def now(word: str) -> Any:
            return self.changed(getattr(stock, word), self.touching(place, "stocks", name, word))

        start = self.scenario.start
        supplies = [
            (midnight(delivery.on, start) + delivery.at, _smallest(delivery.quantity)) for delivery in stock.deliveries
        ]
        for change in self.touching(place, "stocks", name, "deliveries"):
            if change.first is not None:
                supplies.append((midnight(change.first, start), _smallest(change.value)))
        supplies += [(midnight(loss.on, start) + loss.at, -_smallest(loss.quantity)) for loss in stock.lost]
        changes = self.touching(place, "stocks", name, "daily")
        for day in range(-(-self.first // DAY), self.scenario.days):
            quantity = self.changed(stock.daily, changes, self.scenario.start + timedelta(days=day))
            if quantity is not None and quantity.number > 0:
                supplies.append((day * DAY, _smallest(quantity)))
        reorder_at, order_up_to, lead_time = now("reorder_at"), now("order_up_to"), now("lead_time")
        inside = [supply for supply in supplies if self.first <= supply[0] < self.end and supply[1] != 0]
        return net.Stock(
            index=len(self.stocks),
            crossing=crossing,
            name=name,
            title=stock.title or name.replace("_", " "),
            unit=stock.unit,
            scale=SCALE[stock.unit],
            opening=_smallest(now("opening")),
            supplies=tuple(net.Supply(second, quantity) for second, quantity in sorted(inside, key=lambda s: s[0])),
            reorder_at=-1 if reorder_at is None else _smallest(reorder_at),
            order_up_to=-1 if order_up_to is None else _smallest(order_up_to),
            minimum_interval=stock.minimum_interval or 0,
            lead_time=None if lead_time is None else quantiles(lead_time),
        )

    def fleet(self, crossing: int, place: str, name: str, fleet: Fleet) -> net.Fleet:
        def now(word: str) -> Any:
            return self.changed(getattr(fleet, word), self.touching(place, "fleets", name, word))

        changes = self.touching(place, "fleets", name, "vehicles")

        def vehicles(when: date) -> float:
            return max(0.0, float(np.floor(self.changed(fleet.vehicles.on(when), changes, when))))

        trips = [fleet.round_trip.get(goal, fleet.round_trip.get("elsewhere")) for goal in destinations(self.scenario)]
        return net.Fleet(
            index=len(self.fleets),
            crossing=crossing,
            name=name,
            title=fleet.title or name.replace("_", " "),
            vehicles=daily(vehicles, self.scenario.start, self.first, self.end),
            seats=now("seats"),
            leave_after=now("leave_after"),
            round_trip=tuple(None if trip is None else quantiles(trip) for trip in trips),
        )


def _always(first: int, value: float) -> net.Calendar:
    return net.Calendar(np.array([first], dtype=np.int64), np.array([value]))


def _holds(change: Target, when: date) -> bool:
    return (change.first is None or change.first <= when) and (change.last is None or when <= change.last)


def _smallest(quantity: Amount) -> int:
    return round(quantity.number * SCALE[quantity.unit])


def _roster(station: Station, when: date) -> list[tuple[Hours, int]]:
    """Shifts of a date, as the scenario writes them: (hours, desks)."""
    if station.shifts is not None:
        return list(station.shifts.on(when).items())
    assert station.open is not None
    assert station.desks is not None
    return [(station.open.on(when), station.desks.on(when))]


def _moved(value: Any, change: Target) -> Any:
    """``value`` after an ``add`` or a ``scale``, whatever its kind."""
    if isinstance(value, Amount):
        other = change.value.number if isinstance(change.value, Amount) else change.value
        return Amount(value.number + other if change.operation == "add" else value.number * other, value.unit)
    if hasattr(value, "per_day"):
        return type(value)(value.per_day * change.value, value.of)
    if value is None:
        return change.value if change.operation == "add" else None
    return value + change.value if change.operation == "add" else value * change.value
