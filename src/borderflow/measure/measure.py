"""Measure one replication: journal → indicators, daily, hourly and stock series, requirements.

Only seconds in [0, end) count: what is dated in the warm-up is in no table. People who came in the warm-up stand in
lines, occupy desks, take stock and are counted where they are served or leave, but whoever reached a place (a crossing,
a station, a space) before second 0 is in neither its ``arrived`` nor its waits, nor in the outcomes of a crossing. Nor
is who stands there at the start because the scenario says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from borderflow.demand.households import Households
from borderflow.engine.journal import Journal
from borderflow.measure import (
    bottleneck,
    closures,
    costs,
    funds,
    outcomes,
    requirements,
    spaces,
    standards,
    stocks,
    triggers,
    vehicles,
)
from borderflow.measure.outcomes import Counted, People, Registered
from borderflow.measure.record import Record
from borderflow.measure.rows import Place, Rows
from borderflow.measure.spaces import SpaceDays
from borderflow.measure.stations import Measures, Queue, add_station, desks_of
from borderflow.measure.stocks import StockDays
from borderflow.measure.table import Growing, Table
from borderflow.measure.window import at_each
from borderflow.network.network import Network
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.units import HOUR

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Measured:
    """The tables of one replication; an empty key means all."""

    tables: dict[str, Table]

    @property
    def indicators(self) -> pd.DataFrame:
        return self.tables["indicators"].frame

    @property
    def daily(self) -> pd.DataFrame:
        return self.tables["daily"].frame

    @property
    def hourly(self) -> pd.DataFrame:
        return self.tables["hourly"].frame

    @property
    def stock(self) -> pd.DataFrame:
        return self.tables["stock"].frame

    @property
    def requirements(self) -> pd.DataFrame:
        return self.tables["requirements"].frame

    @property
    def funds(self) -> pd.DataFrame:
        return self.tables["funds"].frame

    @property
    def triggers(self) -> pd.DataFrame:
        return self.tables["triggers"].frame


def measure(scenario: Scenario, network: Network, households: Households, journal: Journal) -> Measured:
    """All tables of one replication under one plan."""
    record = Record(scenario, network, households, journal)
    rows = Rows()
    registered = Registered.of(record)
    ledgers = [StockDays.of(record, stock) for stock in network.stocks]
    grounds = [SpaceDays.of(record, space) for space in network.spaces]
    daily, hourly, needs = Growing(_DAYS, DAILY), Growing(_HOURS, HOURLY), []
    together = costs.cost_of_plan(record)
    counted = [Counted.of(record, registered, index) for index in range(len(network.crossings))]
    groups = [outcomes.groups_at(record, registered, index) for index in range(len(network.crossings))]
    for index, crossing in enumerate(network.crossings):
        people = outcomes.add_people(rows, record, counted[index], index)
        here, work = _stations(rows, record, index)
        ours = [ledger for ledger in ledgers if ledger.stock.crossing == index]
        rooms = [ground for ground in grounds if ground.space.crossing == index]
        queue = _queue_of_all(rows, record, crossing, here)
        spent = costs.cost_of(record, here, ours)
        together += spent
        _add_desks(rows, crossing, here)
        costs.add_cost(rows, record, crossing, spent)
        closures.add_closures(rows, record, index, here)
        for room in rooms:
            spaces.add_space(rows, record, room)
        if rooms:
            spaces.add_crossing(rows, record, rooms, people.inside, crossing)
        for ledger in ours:
            stocks.add_stock(rows, record, ledger)
        outcomes.add_groups(rows, groups[index], crossing)
        needs.append(requirements.need_days(record, index, here, work, ours, rooms, spent))
        _daily_crossing(daily, rows, record, crossing, people, here, queue)
        for measures in here:
            _daily_station(daily, rows, record, crossing, measures)
            _hourly_station(hourly, record, crossing, measures)
        for room in rooms:
            _daily_space(daily, rows, record, room)
    for ledger in ledgers:
        if ledger.stock.crossing < 0:
            stocks.add_stock(rows, record, ledger)
    everybody = outcomes.add_people(rows, record, Counted.together(counted), None)
    for word in ("missed", "overtime_hours", "desk_hours", "staff", "closure_hours"):
        parts = [rows.found[(crossing, "", ""), word][0] for crossing in network.crossings]
        rows.add(word, sum(parts))
    if grounds:
        spaces.add_crossing(rows, record, grounds, everybody.inside, "")
    costs.add_cost(rows, record, "", together)
    stocks.add_together(rows, record, ledgers)
    outcomes.add_groups(rows, {word: Counted.together([part[word] for part in groups]) for word in groups[0]}, "")
    money = funds.add_funds(rows, record)
    triggers.add_triggers(rows, record)
    standards.add_standards(rows, record)
    return Measured(
        tables={
            "indicators": rows.table(),
            "daily": daily.table(),
            "hourly": hourly.table(),
            "stock": _stock_table(record, ledgers),
            "requirements": requirements.table(record, needs, costs.cost_of_plan(record)),
            "funds": funds.table(record, money),
            "triggers": triggers.table(record),
        },
    )


def _stations(
    rows: Rows, record: Record, crossing: int
) -> tuple[list[Measures], dict[int, tuple[np.ndarray, np.ndarray]]]:
    """Every station of a crossing: its indicators, its fleet, and which one is the bottleneck."""
    found, behind, work = [], {}, {}
    for station in record.network.stations_of(crossing):
        desks = desks_of(record, station) if station.fleet < 0 else vehicles.desks_of_fleet(record, station)
        measures = add_station(rows, record, station, desks)
        if station.fleet >= 0:
            vehicles.add_fleet(rows, record, station, desks, measures.queue)
        work[station.index] = bottleneck.offered(record, station)
        behind[station.name] = bottleneck.days_behind(record, station, work[station.index], desks.rostered)
        found.append(measures)
    bottleneck.add_bottleneck(rows, record, crossing, behind)
    return found, work


def _queue_of_all(rows: Rows, record: Record, crossing: str, here: list[Measures]) -> Queue | None:
    """Persons in any line of a crossing."""
    if not here:
        return None
    queue = Queue.together([measures.queue for measures in here], record.window)
    queue.add(rows, (crossing, "", ""))
    return queue


def _add_desks(rows: Rows, crossing: str, here: list[Measures]) -> None:
    """Sums over the stations of a crossing."""
    place = (crossing, "", "")
    missed = np.sum([measures.flows.missed for measures in here], axis=0)
    rows.add("missed", missed.sum(), place, days=missed)
    for word in ("overtime_hours", "desk_hours", "staff"):
        parts = [(crossing, measures.station.name, "") for measures in here if measures.station.fleet < 0]
        by_day = [rows.by_day[part, word].value for part in parts if (part, word) in rows.by_day]
        total = sum(rows.found[part, word][0] for part in parts)
        rows.add(word, total, place, days=np.sum(by_day, axis=0) if by_day else None)


GIVEN = ("water_per_person_day", "meals_per_person_day")
"""What was issued to the people of spaces ÷ their mean number on the day: the Sphere indicators, day by day."""

DAILY = [
    *("arrived", "processed", "crossed", "completed", "gave_up", "not_admitted", "missed", "queue_peak", "queue_mean"),
    *("wait_p50", "wait_p95", "wait_mean", "same_day", "inside_midnight", "outside_midnight", "inside_peak"),
    *("outside_peak", "places", "closure_hours", "waiting_at_reopening", *GIVEN),
]
"""Columns of the daily table. At a crossing or a station ``inside_midnight`` are all people there; in the rows of a
space (its key in ``station``) those with a place, and ``outside_midnight`` those without."""

HOURLY = ("desks", "utilisation", "queue", "overtime")
"""Columns of the hourly table."""

MOVES = ("received", "transferred_in", "issued", "transferred_out", "lost")
LEDGER = ("opening", *MOVES, "closing", "unmet", "stockout_hours", "demanded", "extra_needed")
"""Columns of the stock table."""


_DAYS, _HOURS, _STOCKS = ("crossing", "station", "date"), ("crossing", "station", "hour"), ("crossing", "stock", "date")


def _add_days(table: Growing, record: Record, crossing: str, station: str, values: dict[str, np.ndarray]) -> None:
    """One row per day, with the columns of the daily table; NaN where it has no value."""
    empty = np.full(record.window.days, np.nan)
    table.add((crossing, station), record.window.dates, [values.get(name, empty) for name in DAILY])


def _daily_crossing(
    table: Growing,
    rows: Rows,
    record: Record,
    crossing: str,
    people: People,
    here: list[Measures],
    queue: Queue | None,
) -> None:
    place, zeros = (crossing, "", ""), np.zeros(record.window.days)
    _add_days(
        table,
        record,
        crossing,
        "",
        {
            **{word: people.days(word) for word in ("arrived", "crossed", "completed", "gave_up", "not_admitted")},
            "missed": np.sum([measures.flows.missed for measures in here], axis=0) if here else zeros,
            "queue_peak": queue.peaks if queue else zeros,
            "queue_mean": queue.means if queue else zeros,
            "wait_p50": rows.by_day[place, "wait_total_p50"].value,
            "wait_p95": rows.by_day[place, "wait_total_p95"].value,
            "wait_mean": rows.by_day[place, "wait_total_mean"].value,
            "same_day": people.same_day,
            "inside_midnight": people.inside,
            "closure_hours": rows.by_day[place, "closure_hours"].value,
            **_given(rows, place),
        },
    )


def _daily_station(table: Growing, rows: Rows, record: Record, crossing: str, measures: Measures) -> None:
    place, flows = (crossing, measures.station.name, ""), measures.flows
    _add_days(
        table,
        record,
        crossing,
        measures.station.name,
        {
            "arrived": flows.arrived,
            "processed": flows.processed,
            "gave_up": flows.gave_up,
            "not_admitted": flows.not_admitted,
            "missed": flows.missed,
            "queue_peak": measures.queue.peaks,
            "queue_mean": measures.queue.means,
            "wait_p50": rows.by_day[place, "wait_p50"].value,
            "wait_p95": rows.by_day[place, "wait_p95"].value,
            "wait_mean": rows.by_day[place, "wait_mean"].value,
            "inside_midnight": flows.present,
            "closure_hours": closures.hours(measures.station.shut, record.window),
            "waiting_at_reopening": closures.waiting_at_reopening(measures, record.window),
        },
    )


def _daily_space(table: Growing, rows: Rows, record: Record, room: SpaceDays) -> None:
    crossing, name, _ = room.place
    _add_days(
        table,
        record,
        crossing,
        name,
        {
            "arrived": rows.by_day[room.place, "arrived"].value,
            "inside_midnight": room.inside.midnight,
            "outside_midnight": room.outside.midnight,
            "inside_peak": room.inside.peaks,
            "outside_peak": room.outside.peaks,
            "places": rows.by_day[room.place, "places"].value,
            **_given(rows, room.place),
        },
    )


def _given(rows: Rows, place: Place) -> dict[str, np.ndarray]:
    """Water and meals a person by day, where spaces use them."""
    return {word: rows.by_day[place, word].value for word in GIVEN if (place, word) in rows.by_day}


def _hourly_station(table: Growing, record: Record, crossing: str, measures: Measures) -> None:
    desks, edges = measures.desks, record.window.hour_edges[:-1]
    paid = desks.paid
    values = (
        desks.rostered / HOUR,
        np.divide(desks.busy, paid, out=np.full(len(paid), np.nan), where=paid > 0),
        at_each(measures.queue.steps, edges),
        desks.overtime / HOUR,
    )
    table.add((crossing, measures.station.name), record.window.hours, values)


def _stock_table(record: Record, ledgers: list[StockDays]) -> Table:
    table = Growing(_STOCKS, LEDGER)
    for ledger in ledgers:
        values = (
            ledger.units(ledger.opening),
            *(ledger.units(ledger.moves[word]) for word in MOVES),
            ledger.units(ledger.closing),
            ledger.units(ledger.unmet),
            ledger.short_seconds / HOUR,
            ledger.units(ledger.demanded),
            ledger.extra_needed,
        )
        table.add((ledger.crossing, ledger.stock.name), record.window.dates, values)
    return table.table()
