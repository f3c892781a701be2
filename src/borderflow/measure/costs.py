"""Costs: desk-hours, items and trips at their stated prices, and what a plan itself costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from borderflow.measure import vehicles
from borderflow.measure.record import Record
from borderflow.measure.rows import Rows, ratio
from borderflow.measure.stations import Measures
from borderflow.measure.stocks import StockDays
from borderflow.network.network import Floats
from borderflow.scenario.plans import PlanCosts
from borderflow.scenario.units import HOUR


@dataclass(frozen=True)
class Costs:
    """Cost of a crossing (or of all) on each day: as it went, and if everything asked for had been issued."""

    spent: Floats
    demanded: Floats

    def __add__(self, other: Costs) -> Costs:
        return Costs(self.spent + other.spent, self.demanded + other.demanded)


def plan_costs(record: Record) -> PlanCosts:
    plan = record.scenario.plans.get(record.network.plan)
    return plan.costs if plan is not None else PlanCosts()


def stated(record: Record) -> bool:
    """Whether the scenario states any price at all."""
    own = plan_costs(record)
    return bool(record.scenario.costs) or own.set_up is not None or own.per_day is not None


def price(record: Record, word: str) -> float:
    money = record.scenario.costs.get(word)
    return money.number if money is not None else 0.0


def cost_of(record: Record, stations: list[Measures], stocks: list[StockDays]) -> Costs:
    """Cost of one crossing by day."""
    days = record.window.days
    running = np.zeros(days)
    for measures in stations:
        if measures.station.fleet < 0:
            running += measures.desks.paid_days / HOUR * price(record, "desk_hour")
    fleets = {measures.station.fleet for measures in stations} - {-1}
    for fleet in sorted(fleets):
        running += vehicles.departures(record, record.network.fleets[fleet]) * price(record, "vehicle_trip")
    spent, demanded = running.copy(), running.copy()
    for stock in stocks:
        each = price(record, stock.stock.name)
        spent += stock.units(stock.moves["issued"]) * each
        demanded += stock.units(stock.demanded) * each
    return Costs(spent, demanded)


def cost_of_plan(record: Record) -> Costs:
    """What the plan costs by itself: setting up on the first day, and each day."""
    own = plan_costs(record)
    days = np.full(record.window.days, own.per_day.number if own.per_day is not None else 0.0)
    days[0] += own.set_up.number if own.set_up is not None else 0.0
    return Costs(days, days)


def add_cost(rows: Rows, record: Record, crossing: str, costs: Costs) -> None:
    place = (crossing, "", "")
    total = float(costs.spent.sum()) if stated(record) else math.nan
    rows.add("cost", total, place)
    rows.add("cost_per_completed", ratio(total, rows.found[place, "completed"][0]), place)
