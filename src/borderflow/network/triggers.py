"""Triggers of a plan: what they watch and what they do, by the numbers of stations, fleets and stocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from borderflow.network import network as net
from borderflow.network.changes import SCALE, smallest
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.sights import acts, sights
from borderflow.scenario.targets import Target
from borderflow.scenario.trigger import Trigger, Watched

Numbers = Mapping[tuple[str, str, str], int]
"""Index of each station, fleet and stock by crossing (or ``warehouses.NAME``), kind and name."""

_SEES = {"crossed": net.Sees.CROSSED, "inside": net.Sees.INSIDE, "queue": net.Sees.QUEUE, "on_hand": net.Sees.STOCK}
_MOVES = {"stations": net.Moves.DESKS, "fleets": net.Moves.VEHICLES, "stocks": net.Moves.DELIVERY}


def triggers(scenario: Scenario, plan: str, numbers: Numbers) -> tuple[net.Trigger, ...]:
    """The triggers of a plan in the order written."""
    return tuple(
        _trigger(scenario, index, written, numbers) for index, written in enumerate(scenario.plans[plan].triggers)
    )


def _trigger(scenario: Scenario, index: int, written: Trigger, numbers: Numbers) -> net.Trigger:
    places = list(scenario.crossings)
    return net.Trigger(
        index=index,
        name=written.name or f"trigger_{index + 1}",
        when=tuple(_watch(one, places, numbers) for one in sights(scenario, written.if_)),
        notice=written.notice,
        acts=tuple(_act(one, numbers) for one in acts(scenario, written)),
        until=tuple(_watch(one, places, numbers) for one in sights(scenario, written.until)),
        repeat=written.repeat,
    )


def _watch(one: Watched, places: list[str], numbers: Numbers) -> net.Watch:
    kind = {"queue": "stations", "on_hand": "stocks"}.get(one.sees)
    place = places.index(one.crossing) if kind is None else numbers[one.crossing, kind, one.name]
    limit = one.bound.limit.number * SCALE[one.bound.limit.unit]
    return net.Watch(_SEES[one.sees], place, one.bound.above, limit, one.days)


def _act(one: Target, numbers: Numbers) -> net.Act:
    value: Any = one.value
    amount = smallest(value) if one.kind == "stocks" else value
    return net.Act(_MOVES[one.kind], numbers[one.crossing, one.kind, one.name], one.operation, float(amount))
