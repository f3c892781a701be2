"""Standards: whether each holds in a replication, and the first day on which it does not.

A standard over days is judged on the days on which its indicator has a value; with no such day it is not defined, nor
is one whose indicator is given at no crossing. An indicator without values by day is judged over the period. A wait
that is only a lower bound so far never meets an upper limit.
"""

from __future__ import annotations

import math

import numpy as np

from borderflow.measure.line import Line
from borderflow.measure.record import Record
from borderflow.measure.registry import INDICATORS, meant
from borderflow.measure.rows import Days, Flags, Place, Rows
from borderflow.measure.stations import add_line
from borderflow.network.network import Floats
from borderflow.scenario.plans import Standard

_ROUNDING = 1e-9


def add_standards(rows: Rows, record: Record) -> None:
    """A verdict for each standard, at each crossing that it speaks of."""
    for name, standard in record.scenario.standards.items():
        judged = False
        for crossing in crossings_of(standard, record):
            place: Place = (crossing, standard.station or "", standard.item or "")
            if crossing == "" and standard.station is not None:
                _pool(rows, record, standard.station)
            period = rows.found.get((place, meant(standard)))
            if period is None and standard.crossing is None:
                continue
            holds, failed = verdict(standard, period, rows.by_day.get((place, meant(standard))))
            rows.add("standard", holds, (crossing, "", name))
            rows.add("standard_first_failure", failed, (crossing, "", name))
            judged = True
        for crossing in crossings_of(standard, record) if not judged else ():
            rows.add("standard", math.nan, (crossing, "", name))
            rows.add("standard_first_failure", math.nan, (crossing, "", name))


def crossings_of(standard: Standard, record: Record) -> tuple[str, ...]:
    """The crossings at which a standard is judged; '' stands for all together."""
    indicator = INDICATORS.get(meant(standard))
    if indicator is not None and indicator.of == ("fund",):
        return ("",)  # a fund belongs to no crossing
    if standard.item is not None and "." in standard.item:
        return ("",)  # nor does a warehouse
    if standard.crossing is None:
        return record.network.crossings
    return ("",) if standard.crossing == "all" else (standard.crossing,)


def verdict(standard: Standard, period: tuple[float, bool] | None, days: Days | None) -> tuple[float, float]:
    """Whether the standard holds (1 or 0, NaN if there is nothing to judge), and the first day that breaks it."""
    indicator = INDICATORS.get(meant(standard))
    share = standard.share_of_days if days is not None and indicator is not None and indicator.by_day else None
    if share is None:
        if period is None or math.isnan(period[0]):
            return math.nan, math.nan
        held = kept(standard, np.array([period[0]]), np.array([period[1]]))[0]
        if held:
            return 1.0, math.nan
        adds_up = indicator is not None and indicator.days == "adds_up" and standard.at_least is None
        return 0.0, math.nan if days is None else _first_broken(standard, days, adds_up)
    assert days is not None
    defined = ~np.isnan(days.value)
    many = int(defined.sum())
    if not many:
        return math.nan, math.nan
    good = kept(standard, days.value, days.flags())
    if int((good & defined).sum()) >= share * many - _ROUNDING:
        return 1.0, math.nan
    return 0.0, _first_broken(standard, days, False)


def kept(standard: Standard, value: Floats, lower: Flags) -> Flags:
    """Where the bound is kept for sure: a lower bound never shows that something is at most so much."""
    bound = standard.bound_in(INDICATORS[meant(standard)].unit)
    if standard.at_least is not None:
        return np.asarray(value >= bound - _ROUNDING)
    return np.asarray((value <= bound + _ROUNDING) & ~lower)


def _first_broken(standard: Standard, days: Days, adds_up: bool) -> float:
    value = np.cumsum(days.value) if adds_up else days.value
    broken = np.flatnonzero(~kept(standard, value, days.flags()) & ~np.isnan(value))
    return float(broken[0]) if len(broken) else math.nan


def _pool(rows: Rows, record: Record, name: str) -> None:
    """Measure the stations of one name at all crossings as one; only standards over all crossings ask for it."""
    place: Place = ("", name, "")
    alike = [record.lines[s.index] for s in record.network.stations if s.name == name]
    if not alike or (place, "arrived") in rows.found:
        return
    apart = Rows()
    add_line(apart, place, Line.pooled(alike), record.window, open_waits=record.open_waits)
    rows.found.update(apart.found)
    rows.by_day.update(apart.by_day)
