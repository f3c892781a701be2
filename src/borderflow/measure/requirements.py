"""Requirements: what is needed and what is met, by week (Sunday to Saturday) and by phase, per crossing and in all.

Persons, households, women and children are needed by date of arrival, and met if they complete the journey. An item
is needed when it is asked for (rations of a space: when they are due), and met if those who asked then got it. Vehicle
trips are needed on the day of arrival (a household fills its share of the seats), and met on departure. Desk-hours
needed are the services that the arrivals of the day bring; met are those worked that day. Staff per shift needed would
do that work within the day's opening hours. Places needed in a space are the most persons who had come to it and not
left; met, the most with a place. Cost needed is the cost if everything asked for had been issued; met, as it went.
Staff and places are given for their peak day, all else as a sum with its peak day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from borderflow.engine.journal import Outcome
from borderflow.measure import bottleneck, vehicles
from borderflow.measure.costs import Costs, stated
from borderflow.measure.record import Record
from borderflow.measure.rows import Flags
from borderflow.measure.spaces import SpaceDays
from borderflow.measure.stations import Measures, staff_per_desk
from borderflow.measure.stocks import StockDays
from borderflow.measure.table import Listed, Table
from borderflow.measure.window import Window, integrals
from borderflow.network.network import Calendar, Floats, Ints
from borderflow.scenario.units import DAY, HOUR

COLUMNS = [
    *("crossing", "by", "period", "first", "last", "what", "station", "unit"),
    *("demanded", "met", "peak_day", "peak"),
]
PEAKS = ("staff", "places")
"""What is needed at one time: given for the peak day, not summed."""
Key = tuple[str, str, str]
"""What, station, unit."""


@dataclass
class NeedDays:
    """What one crossing needs and gets on each day."""

    demanded: dict[Key, Floats] = field(default_factory=dict)
    met: dict[Key, Floats] = field(default_factory=dict)

    def add(self, what: str, unit: str, demanded: Floats, met: Floats, station: str = "") -> None:
        self.demanded[what, station, unit] = demanded
        self.met[what, station, unit] = met


@dataclass(frozen=True)
class Period:
    """A week or a phase, and which days belong to it at each crossing."""

    by: str
    name: str
    days: tuple[Flags, ...]


def need_days(
    record: Record,
    crossing: int,
    stations: list[Measures],
    work: dict[int, tuple[np.ndarray, Floats]],
    stocks: list[StockDays],
    spaces: list[SpaceDays],
    costs: Costs,
) -> NeedDays:
    """All that one crossing needs, day by day."""
    window, households, found = record.window, record.households, NeedDays()
    who = np.flatnonzero(record.here & (record.crossing == crossing))
    second, size = record.second[who], record.size[who]
    done = record.outcome[who] == Outcome.COMPLETED

    def people(what: str, unit: str, weight: np.ndarray) -> None:
        found.add(what, unit, window.per_day(second, weight), window.per_day(second, weight * done))

    people("persons", "persons", size)
    people("households", "households", np.ones(len(who)))
    adults = households.adults[who].astype(np.int64)
    women, children = women_by_day(record, crossing)
    if women is not None:
        people("women", "persons", adults * women[second // DAY])
    if children:
        people("children", "persons", size - adults)
    for stock in stocks:
        unit = stock.stock.unit or "units"
        found.add(stock.stock.name, unit, stock.units(stock.demanded), stock.units(stock.met))
    for measures in stations:
        _station(record, found, measures, work[measures.station.index])
    for space in spaces:
        found.add("places", "persons", space.everyone.peaks, space.inside.peaks, space.place[1])
    if stated(record):
        found.add("cost", "currency", costs.demanded, costs.spent)
    return found


def women_by_day(record: Record, crossing: int) -> tuple[Floats | None, bool]:
    """The stated share of adults who are women on each day, if any is, and whether a share of children is stated."""
    scenario = record.scenario
    name = record.network.crossings[crossing]
    arrivals = scenario.crossings[name].arrivals
    mixes = {phase.phase: scenario.mix(name, phase) for phase in arrivals.phases}
    days = [mixes[phase] for phase in phases_by_day(record, name)]
    women = np.array([mix.women or 0.0 for mix in days]) if any(m.women is not None for m in days) else None
    return women, any(mix.children is not None for mix in days)


def phases_by_day(record: Record, crossing: str) -> tuple[str, ...]:
    """The name of the phase in force on each day."""
    phases = record.scenario.crossings[crossing].arrivals.phases
    return _in_force(tuple((phase.from_, phase.phase) for phase in phases), record.window)


@lru_cache(maxsize=64)
def _in_force(phases: tuple[tuple[date, str], ...], window: Window) -> tuple[str, ...]:
    """As ``Arrivals.phase_on`` finds them: the first one also before it begins."""
    found = []
    for day in range(window.days):
        when = window.start + timedelta(days=day)
        found.append([phases[0][1], *(name for first, name in phases if first <= when)][-1])
    return tuple(found)


def _station(record: Record, found: NeedDays, measures: Measures, work: tuple[np.ndarray, Floats]) -> None:
    window, station, desks = record.window, measures.station, measures.desks
    arrives, seconds = work
    if station.fleet >= 0:
        fleet = record.network.fleets[station.fleet]
        size = record.size[record.journal.needs.household[record.visits[station.index]]]
        needed = window.per_day(arrives, bottleneck.vehicles_needed(size, fleet.seats))
        found.add("vehicle_trips", "vehicles", needed, vehicles.departures(record, fleet), station.name)
        return
    needed = window.per_day(arrives, seconds)
    found.add("desk_hours", "hours", needed / HOUR, desks.busy_days / HOUR, station.name)
    roster = record.capacity(station)
    rostered = integrals(roster, window.day_edges)
    open_ = Calendar(roster.second, (roster.value > 0).astype(np.float64))
    hours = integrals(open_, window.day_edges)
    usual = hours[hours > 0].mean() if hours.any() else float(DAY)
    per_desk = staff_per_desk(record)
    wanted = np.ceil(needed / np.where(hours > 0, hours, usual) - 1e-9) * per_desk
    staffed = np.divide(rostered, hours, out=np.zeros(window.days), where=hours > 0) * per_desk
    found.add("staff", "staff", wanted, staffed, station.name)


@lru_cache(maxsize=64)
def periods(window: Window, phases: tuple[tuple[str, ...], ...]) -> tuple[Period, ...]:
    """Weeks from Sunday to Saturday, then the phases by name. ``phases``: of each crossing, those in force by day."""
    found = []
    first = window.start.isoweekday() % 7
    week = (np.arange(window.days) + first) // 7
    for number in range(int(week[-1]) + 1):
        sunday = window.start + timedelta(days=7 * number - first)
        found.append(Period("week", sunday.isoformat(), (week == number,) * len(phases)))
    for phase in dict.fromkeys(phase for held in phases for phase in held):
        found.append(Period("phase", str(phase), tuple(np.array(held) == phase for held in phases)))
    return tuple(found)


@lru_cache(maxsize=64)
def _stretches(
    window: Window, phases: tuple[tuple[str, ...], ...], parts: tuple[int, ...]
) -> list[tuple[Period, Ints, slice | Ints, list[Flags | None]]]:
    """The periods that have days at some crossings: these days, where they stand, and which are each crossing's.

    None where they all are.
    """
    found = []
    for period in periods(window, phases):
        at = np.flatnonzero(np.any([period.days[part] for part in parts], axis=0))
        if len(at):
            where = slice(int(at[0]), int(at[-1]) + 1) if at[-1] - at[0] < len(at) else at
            own = [period.days[part][at] for part in parts]
            found.append((period, at, where, [None if flags.all() else flags[:, None] for flags in own]))
    return found


def _total(matrices: list[Floats], where: slice | Ints, own: list[Flags | None]) -> Floats:
    """What some days of several crossings come to; shape (days, keys)."""
    parts = (matrix[where] for matrix in matrices)
    return np.asarray(sum(part if days is None else part * days for part, days in zip(parts, own, strict=True)))


@lru_cache(maxsize=64)
def _named(
    window: Window, phases: tuple[tuple[str, ...], ...], parts: tuple[int, ...], crossing: str, keys: tuple[Key, ...]
) -> list[tuple[str, ...]]:
    """What the rows of a crossing are of."""
    dates = window.dates
    found: list[tuple[str, ...]] = []
    for period, at, *_ in _stretches(window, phases, parts):
        first = (crossing, period.by, period.name, dates[at[0]], dates[at[-1]])
        found += [(*first, *key) for key in keys]
    return found


def table(record: Record, found: list[NeedDays], plan_cost: Costs) -> Table:
    """The rows of one replication."""
    dates = np.array(record.window.dates, dtype=object)
    named: list[tuple[str, ...]] = []
    peak_days: list[str] = []
    demanded, met, peaks = [np.empty(0)], [np.empty(0)], [np.empty(0)]
    crossings = record.network.crossings
    phases = tuple(phases_by_day(record, name) for name in crossings)
    for which, crossing in enumerate([*crossings, ""]):
        parts = (which,) if crossing else tuple(range(len(found)))
        keys = tuple(dict.fromkeys(key for part in parts for key in found[part].demanded))
        many, zeros = len(keys), np.zeros(record.window.days)
        matrices = [_by_key(found[part], keys, zeros) for part in parts]
        if not crossing and ("cost", "", "currency") in keys:
            row = keys.index(("cost", "", "currency"))
            matrices[0][:, row] += plan_cost.demanded
            matrices[0][:, many + row] += plan_cost.spent
        at_once = np.array([key[0] in PEAKS for key in keys] * 2)
        named += _named(record.window, phases, parts, crossing, keys)
        for _, at, where, own in _stretches(record.window, phases, parts):
            both = _total(matrices, where, own)
            most = both.max(axis=0)
            told = np.where(at_once, most, both.sum(axis=0))
            peak_days += dates[at[both[:, :many].argmax(axis=0)]].tolist()
            demanded.append(told[:many])
            met.append(told[many:])
            peaks.append(most[:many])
    values = (np.concatenate(demanded), np.concatenate(met), np.array(peak_days, dtype=object), np.concatenate(peaks))
    return Table(Listed(tuple(COLUMNS[:8]), tuple(named)), dict(zip(COLUMNS[8:], values, strict=True)))


def _by_key(needs: NeedDays, keys: tuple[Key, ...], zeros: Floats) -> Floats:
    """A column for what is demanded of each key, then one for what is met of each; shape (days, 2 keys)."""
    columns = [days.get(key, zeros) for days in (needs.demanded, needs.met) for key in keys]
    return np.stack(columns, axis=1) if columns else np.zeros((len(zeros), 0))
