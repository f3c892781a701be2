"""Stocks, warehouses, transfers and fleets under a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from borderflow.demand.sample import destinations
from borderflow.network import network as net
from borderflow.network.calendar import daily
from borderflow.network.changes import SCALE, Changes, smallest, titled
from borderflow.network.closures import Stretches, first_open
from borderflow.network.quantiles import quantiles
from borderflow.scenario.in_force import changed, whole
from borderflow.scenario.reception import Away, Delivery, Fleet, Stock
from borderflow.scenario.supply import Transfer
from borderflow.scenario.targets import STORES
from borderflow.scenario.units import DAY, midnight

Where = tuple[str, str]
"""A crossing or warehouse, and an item."""


def stock(
    changes: Changes, index: int, crossing: int, where: Where, written: Stock, source: int, shut: Stretches,
    under_way: Sequence[Delivery],
) -> net.Stock:  # fmt: skip
    """One stock of a crossing, or (``crossing`` -1) of a warehouse.

    ``where``: as in a plan's paths. What is dated into a closure of supplies comes in its first open second.
    ``under_way``: orders of before the start.
    """
    place, name = where
    start, first, end = changes.start, changes.first, changes.end
    received = [(midnight(one.on, start) + one.at, smallest(one.quantity)) for one in written.deliveries]
    for change in changes.to(place, "stocks", name, "deliveries"):
        if change.first is not None:
            received.append((midnight(change.first, start), smallest(change.value)))
    made = changes.to(place, "stocks", name, "daily")
    for day in range(-(-first // DAY), changes.scenario.days) if written.daily or made else ():
        when = start + timedelta(days=day)
        quantity = changed(written.daily.on(when) if written.daily else None, made, when)
        if quantity is not None and quantity.number > 0:
            received.append((day * DAY, smallest(quantity)))
    supplies = [(first_open(second, shut), quantity) for second, quantity in received]
    supplies += [(midnight(one.on, start) + one.at, -smallest(one.quantity)) for one in written.lost]
    inside = [net.Supply(*supply) for supply in supplies if first <= supply[0] < end and supply[1] != 0]
    for order in under_way:
        second = first_open(midnight(order.on, start) + order.at, shut)
        inside.append(net.Supply(second, smallest(order.quantity), ordered=True))
    opening, reorder_at, order_up_to, lead_time, interval = (
        changes.now(getattr(written, word), place, "stocks", name, word)
        for word in ("opening", "reorder_at", "order_up_to", "lead_time", "minimum_interval")
    )
    store = place.removeprefix(f"{STORES}.")
    return net.Stock(
        index=index,
        crossing=crossing,
        name=name if crossing >= 0 else f"{store}.{name}",
        title=titled(written.title, name if crossing >= 0 else f"{name}, {store}"),
        unit=written.unit,
        scale=SCALE[written.unit],
        opening=smallest(opening),
        supplies=tuple(sorted(inside, key=lambda supply: supply.second)),
        reorder_at=-1 if reorder_at is None else smallest(reorder_at),
        order_up_to=-1 if order_up_to is None else smallest(order_up_to),
        minimum_interval=interval or 0,
        lead_time=None if lead_time is None else quantiles(lead_time),
        source=source,
        shut=shut,
    )


def transfer(changes: Changes, written: Transfer, stocks: Mapping[Where, net.Stock]) -> net.Transfer:
    """Goods sent from one crossing or warehouse to another."""
    places = changes.scenario.crossings

    def index(place: str) -> int:
        return stocks[place if place in places else f"{STORES}.{place}", written.item].index

    return net.Transfer(
        second=midnight(written.on, changes.start) + written.at,
        source=index(written.from_),
        goal=index(written.to),
        quantity=smallest(written.quantity),
        takes=written.takes,
    )


def fleet(
    changes: Changes, index: int, crossing: int, place: str, name: str, written: Fleet, away: Sequence[Away]
) -> net.Fleet:
    """Vehicles of a crossing; what has no round trip of its own goes ``elsewhere``."""
    made = changes.to(place, "fleets", name, "vehicles")

    def vehicles(when: date) -> float:
        return whole(changed(written.vehicles.on(when), made, when))

    trips = [written.round_trip.get(to, written.round_trip.get("elsewhere")) for to in destinations(changes.scenario)]
    return net.Fleet(
        index=index,
        crossing=crossing,
        name=name,
        title=titled(written.title, name),
        vehicles=daily(vehicles, changes.start, changes.first, changes.end),
        seats=changes.now(written.seats, place, "fleets", name, "seats"),
        leave_after=changes.now(written.leave_after, place, "fleets", name, "leave_after"),
        round_trip=tuple(None if trip is None else quantiles(trip) for trip in trips),
        away=tuple(net.Supply(midnight(one.on, changes.start) + one.at, one.vehicles) for one in away),
    )
