"""Building the network of one plan: the scenario's reception with the plan's dated changes applied."""

from __future__ import annotations

from collections.abc import Sequence

from borderflow.network import network as net
from borderflow.network.changes import SCALE, Changes
from borderflow.network.closures import diversions, shut_stations, shut_supplies
from borderflow.network.funds import fund
from borderflow.network.spaces import spaces
from borderflow.network.stations import THROUGHPUT_CV, station
from borderflow.network.supplies import fleet, stock, transfer
from borderflow.network.triggers import triggers
from borderflow.scenario.draws import drawn
from borderflow.scenario.reception import Delivery, Initial, Stock
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.targets import STORES

__all__ = ["SCALE", "THROUGHPUT_CV", "network"]


def network(scenario: Scenario, plan: str, replication: int | None = None) -> net.Network:
    """What receives the households under one plan.

    With posterior draws, a throughput is that of the replication's row; without a replication, that of the file.
    Raises ``KeyError`` where the scenario has no plan of that name.
    """
    if plan not in scenario.plans:
        raise KeyError(f"no plan '{plan}'; there are {', '.join(scenario.plans)}")
    own = scenario if replication is None else drawn(scenario, replication)
    return _Builder(Changes.of(own, plan)).network()


class _Builder:
    """Numbers what stands there: stations in journey order, stocks of crossings before those of warehouses."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self.scenario = changes.scenario
        self.stations: list[net.Station] = []
        self.stocks: list[net.Stock] = []
        self.fleets: list[net.Fleet] = []
        self.spaces: list[net.Space] = []
        # The engine reviews stocks in the order of their numbers: those that order before those that are ordered from.
        shelves = [(name, item) for name, place in self.scenario.crossings.items() for item in place.stocks]
        shelves += [(f"{STORES}.{name}", item) for name, items in self.scenario.warehouses.items() for item in items]
        self.shelf = {where: number for number, where in enumerate(shelves)}

    def network(self) -> net.Network:
        changes, scenario = self.changes, self.scenario
        for index, name in enumerate(scenario.crossings):
            self.crossing(index, name)
        for name, items in scenario.warehouses.items():
            for item, written in items.items():
                self.add_stock(-1, (f"{STORES}.{name}", item), written, (), ())
        stocks = {where: self.stocks[number] for where, number in self.shelf.items()}
        sent = [*scenario.transfers, *scenario.plans[changes.plan].transfers]
        transfers = [transfer(changes, written, stocks) for written in sent]
        return net.Network(
            plan=changes.plan,
            crossings=tuple(scenario.crossings),
            first_second=changes.first,
            end_second=changes.end,
            stations=tuple(self.stations),
            stocks=tuple(self.stocks),
            fleets=tuple(self.fleets),
            spaces=tuple(self.spaces),
            diversions=diversions(scenario),
            transfers=tuple(one for one in transfers if changes.first <= one.second < changes.end),
            triggers=triggers(scenario, changes.plan, self.numbers()),
            funds=tuple(
                fund(changes, index, name, self.stocks, self.fleets) for index, name in enumerate(scenario.funds)
            ),
        )

    def crossing(self, index: int, name: str) -> None:
        """The stocks, fleets, stations and spaces of one crossing."""
        place = self.scenario.crossings[name]
        shut, begins = shut_supplies(self.scenario, name), place.initial or Initial()
        for item, written in place.stocks.items():
            self.add_stock(index, (name, item), written, shut, begins.orders.get(item, ()))
        stocks = {item: self.stocks[self.shelf[name, item]] for item in place.stocks}
        fleets: dict[str, int] = {}
        for vehicles, trucks in place.fleets.items():
            fleets[vehicles] = len(self.fleets)
            away = begins.away.get(vehicles, ())
            self.fleets.append(fleet(self.changes, len(self.fleets), index, name, vehicles, trucks, away))
        closed = shut_stations(self.scenario, name)
        stops: dict[str, int] = {}
        for stop in place.journey:
            stops[stop] = number = len(self.stations)
            self.stations.append(station(self.changes, number, index, name, stop, stocks, fleets, closed.get(stop, ())))
        self.spaces += spaces(self.changes, index, name, stops, stocks, len(self.spaces))

    def add_stock(
        self, crossing: int, where: tuple[str, str], written: Stock, shut: tuple[tuple[int, int], ...],
        under_way: Sequence[Delivery],
    ) -> None:  # fmt: skip
        source = -1 if written.from_ is None else self.shelf[f"{STORES}.{written.from_}", where[1]]
        self.stocks.append(stock(self.changes, self.shelf[where], crossing, where, written, source, shut, under_way))

    def numbers(self) -> dict[tuple[str, str, str], int]:
        """Index of each station, fleet and stock by place, kind and name."""
        names = tuple(self.scenario.crossings)
        found = {(names[one.crossing], "stations", one.name): one.index for one in self.stations}
        found.update({(names[one.crossing], "fleets", one.name): one.index for one in self.fleets})
        found.update({(place, "stocks", item): number for (place, item), number in self.shelf.items()})
        return found
