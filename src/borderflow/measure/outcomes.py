"""Outcomes: who came, crossed, completed or left; registered the same day; inside at midnight.

Outcomes, stays and waits follow the people who arrived in the window. ``crossed`` and ``same_day`` count what happened
at the gate in the window, whoever it happened to, as a border count does. So do the days: ``completed``, ``gave_up``
and ``not_admitted`` of a day are those who left on it, so that inside at midnight is what was there + arrived − left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from borderflow.engine.journal import NEVER, Fate, Outcome
from borderflow.measure import waits
from borderflow.measure.record import Record
from borderflow.measure.rows import Days, Flags, Rows, ratio, ratios
from borderflow.network.network import Floats, Ints, Station
from borderflow.scenario.units import DAY

LEAVING = {Outcome.COMPLETED: "completed", Outcome.GAVE_UP: "gave_up", Outcome.NOT_ADMITTED: "not_admitted"}


@dataclass(frozen=True)
class Registered:
    """Per household: when its gate service and its registration ended, ``NEVER`` if not.

    ``counted``: it crossed in the window and needs to register; ``same``: it did on the same day.
    """

    gate: Ints
    registration: Ints
    counted: Flags
    same: Flags

    @classmethod
    def of(cls, record: Record) -> Registered:
        many = len(record.size)
        gate, registration = np.full(many, NEVER), np.full(many, NEVER)
        needs = np.zeros(many, dtype=np.bool_)
        for crossing in range(len(record.network.crossings)):
            _note(record, record.gate(crossing), gate)
            station = record.registration(crossing)
            _note(record, station, registration)
            if station is not None:
                needs[record.journal.needs.household[record.visits[station.index]]] = True
        same = (registration != NEVER) & (registration // DAY == gate // DAY)
        return cls(gate, registration, needs & record.window.holds(gate), same)


def _note(record: Record, station: Station | None, ends: Ints) -> None:
    if station is not None:
        line = record.lines[station.index]
        served = np.flatnonzero(line.fate == Fate.SERVED)
        ends[line.household[served]] = line.ended[served]


@dataclass(frozen=True)
class People:
    """The people of one crossing, or of all, on each day."""

    arrived: Floats
    crossed: Floats
    left: dict[Outcome, Floats]
    inside: Floats
    same_day: Floats


def add_people(rows: Rows, record: Record, registered: Registered, crossing: int | None) -> People:
    """All indicators of a crossing as a whole; of all crossings together if ``crossing`` is None."""
    window = record.window
    name = "" if crossing is None else record.network.crossings[crossing]
    place = (name, "", "")
    at = record.comers(crossing)
    rows_of = slice(None) if crossing is None else at
    size, second = record.size[rows_of], record.second[rows_of]
    outcome, left, gate = record.outcome[rows_of], record.left[rows_of], registered.gate[rows_of]

    arrived = window.per_day(second, size)
    came = window.holds(second)
    total = float(arrived.sum())
    rows.add("arrived", total, place, days=arrived)
    households = window.per_day(second)
    rows.add("arrived_households", households.sum(), place, days=households)
    away = (record.households.crossing != record.crossing) & (
        crossing is None or record.households.crossing == crossing
    )
    diverted = window.per_day(record.households.second[away], record.size[away])
    rows.add("diverted", diverted.sum(), place, days=diverted)
    crossed = window.per_day(gate, size)
    rows.add("crossed", crossed.sum(), place, days=crossed)

    leaving: dict[Outcome, Floats] = {}
    for fate, word in LEAVING.items():
        ended = outcome == fate
        leaving[fate] = window.per_day(left, size * ended)
        persons = float(size[ended & came].sum())
        rows.add(word, persons, place, days=leaving[fate])
        if fate == Outcome.COMPLETED:
            rows.add("completed_households", int((ended & came).sum()), place)
        rows.add(f"{word}_share", ratio(persons, total), place)
    stays_in = outcome == Outcome.INSIDE_AT_END
    persons = float(size[stays_in & came].sum())
    rows.add("inside_at_end", persons, place)
    rows.add("inside_at_end_share", ratio(persons, total), place)

    same_day = add_same_day(rows, record, registered, at, name)
    stay = waits.of_line(second, left - second, size, stays_in, window)
    for word, told in (("mean", stay.mean()), ("p50", stay.quantile(50)), ("p95", stay.quantile(95))):
        waits.add_told(rows, f"stay_{word}", place, told)
    waited = waits.of_line(second, record.wait_total[rows_of], size, record.may_wait_on[rows_of], window)
    waits.add_waits(rows, "wait_total", place, waited)

    before = size[(second < 0) & ((left >= 0) | stays_in)].sum()
    inside: Floats = before + np.cumsum(arrived - sum(leaving.values()))
    rows.add("people_overnight_mean", inside.mean(), place, days=inside)
    rows.add("people_overnight_peak", inside.max(), place, days=inside)
    rows.add("people_overnight_peak_day", int(inside.argmax()) if inside.any() else np.nan, place)
    return People(arrived, crossed, leaving, inside, same_day)


def on_the_day(record: Record, registered: Registered, at: Ints) -> tuple[Ints, Flags, float]:
    """Who of some households crossed in the window and needs to register; who did on the same day; their share."""
    at = at[registered.counted[at]]
    size, same = record.size[at], registered.same[at]
    return at, same, ratio(float(size[same].sum()), float(size.sum()))


def add_same_day(rows: Rows, record: Record, registered: Registered, at: Ints, crossing: str) -> Floats:
    """Shares registered on the day of crossing and within 24 hours; returns the former by day."""
    window, place = record.window, (crossing, "", "")
    at, same, share = on_the_day(record, registered, at)
    size, gate, end = record.size[at], registered.gate[at], registered.registration[at]
    ended = end != NEVER
    of_day = window.per_day(gate, size)
    by_day = ratios(window.per_day(gate, size * same), of_day)
    rows.add("same_day", share, place, days=by_day)
    soon = ended & (end - gate <= DAY)
    open_ = ~ended & (record.outcome[at] == Outcome.INSIDE_AT_END) & (gate > window.end - DAY)
    days = ratios(window.per_day(gate, size * soon), of_day)
    flags = Days(days, window.per_day(gate, 1 * open_) > 0)
    rows.add(
        "within_24h", ratio(float(size[soon].sum()), float(size.sum())), place, lower=bool(open_.any()), days=flags
    )
    return by_day


def add_groups(rows: Rows, record: Record, registered: Registered, crossing: int | None) -> None:
    """The indicators of each group of households: by papers, deported, with specific needs."""
    households = record.households
    name = "" if crossing is None else record.network.crossings[crossing]
    at = record.comers(crossing)
    groups = {word: households.group[at] == index for index, word in enumerate(households.groups)}
    groups |= {"deported": households.deported[at], "specific_needs": households.specific_needs[at]}
    for word, member in groups.items():
        who = at[member]
        came = who[record.here[who]]
        size = record.size[came]
        place = (name, "", "")
        rows.add("arrived", size.sum(), place, group=word)
        rows.add("completed", size[record.outcome[came] == Outcome.COMPLETED].sum(), place, group=word)
        total = float((size * record.wait_total[came]).sum())
        lower = bool(record.may_wait_on[came].any())
        rows.add("wait_total_mean", ratio(total, float(size.sum())), place, group=word, lower=lower)
        rows.add("same_day", on_the_day(record, registered, who)[2], place, group=word)
