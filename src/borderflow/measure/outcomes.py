"""Outcomes: who came, crossed, completed or left; registered the same day; inside at midnight.

Outcomes, stays and waits follow the people who arrived in the window. ``crossed`` and ``same_day`` count what happened
at the gate in the window, whoever it happened to, as a border count does. So do the days: ``completed``, ``gave_up``
and ``not_admitted`` of a day are those who left on it, so that inside at midnight is what was there + arrived − left.
"""

from __future__ import annotations

from collections.abc import Sequence
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
class Counted:
    """Numbers of some households, by day and in all. Those of all crossings are the sums of each one's."""

    days: dict[str, Floats]
    totals: dict[str, int]

    @classmethod
    def of(cls, record: Record, registered: Registered, crossing: int) -> Counted:
        """What happened to the people of a crossing."""
        window, at = record.window, record.comers(crossing)
        size, second = record.size[at], record.second[at]
        outcome, left = record.outcome[at], record.left[at]
        came = window.holds(second)
        away = (record.households.crossing != record.crossing) & (record.households.crossing == crossing)
        days = {
            "arrived": window.per_day(second, size),
            "arrived_households": window.per_day(second),
            "diverted": window.per_day(record.households.second[away], record.size[away]),
            "crossed": window.per_day(registered.gate[at], size),
        }
        totals: dict[str, int] = {}
        for fate, word in LEAVING.items():
            ended = outcome == fate
            days[word] = window.per_day(left, size * ended)
            totals[word] = int(size[ended & came].sum())
            if fate == Outcome.COMPLETED:
                totals["completed_households"] = int((ended & came).sum())
        stays_in = outcome == Outcome.INSIDE_AT_END
        totals["inside_at_end"] = int(size[stays_in & came].sum())
        totals["before"] = int(size[(second < 0) & ((left >= 0) | stays_in)].sum())
        same_day = cls.of_same_day(record, registered, at)
        return cls(days | same_day.days, totals | same_day.totals)

    @classmethod
    def of_same_day(cls, record: Record, registered: Registered, at: Ints) -> Counted:
        """Who of some households crossed in the window and needs to register; who did that day or within 24 hours."""
        window, at = record.window, at[registered.counted[at]]
        size, gate, end, same = record.size[at], registered.gate[at], registered.registration[at], registered.same[at]
        ended = end != NEVER
        soon = size * (ended & (end - gate <= DAY))
        open_ = np.flatnonzero(
            ~ended & (gate > window.end - DAY) & (record.outcome[at] == Outcome.INSIDE_AT_END)
        )  # few: only those of the last day
        that_day = size * same
        days = {
            "due": window.per_day(gate, size),
            "same": window.per_day(gate, that_day),
            "soon": window.per_day(gate, soon),
            "open": window.per_day(gate[open_]),
        }
        return cls(
            days, {"due": int(size.sum()), "same": int(that_day.sum()), "soon": int(soon.sum()), "open": len(open_)}
        )

    @classmethod
    def of_group(cls, record: Record, registered: Registered, who: Ints) -> Counted:
        """What happened to the members of a group, in all."""
        came, due = who[record.here[who]], who[registered.counted[who]]
        size, due_size = record.size[came], record.size[due]
        return cls(
            {},
            {
                "arrived": int(size.sum()),
                "completed": int(size[record.outcome[came] == Outcome.COMPLETED].sum()),
                "waited": int((size * record.wait_total[came]).sum()),
                "waiting": int(record.may_wait_on[came].any()),
                "due": int(due_size.sum()),
                "same": int(due_size[registered.same[due]].sum()),
            },
        )

    @classmethod
    def together(cls, parts: Sequence[Counted]) -> Counted:
        """The sums."""
        days = {word: np.sum([part.days[word] for part in parts], axis=0) for word in parts[0].days}
        return cls(days, {word: sum(part.totals[word] for part in parts) for word in parts[0].totals})


@dataclass(frozen=True)
class People:
    """The people of one crossing, or of all, on each day."""

    counted: Counted
    inside: Floats
    same_day: Floats

    def days(self, word: str) -> Floats:
        return self.counted.days[word]


def add_people(rows: Rows, record: Record, counted: Counted, crossing: int | None) -> People:
    """All indicators of a crossing as a whole; of all crossings together if ``crossing`` is None."""
    window, days, totals = record.window, counted.days, counted.totals
    place = ("" if crossing is None else record.network.crossings[crossing], "", "")
    total = float(days["arrived"].sum())
    for word in ("arrived", "arrived_households", "diverted", "crossed"):
        rows.add(word, days[word].sum(), place, days=days[word])
    for word in LEAVING.values():
        rows.add(word, totals[word], place, days=days[word])
        if word == "completed":
            rows.add("completed_households", totals["completed_households"], place)
        rows.add(f"{word}_share", ratio(totals[word], total), place)
    rows.add("inside_at_end", totals["inside_at_end"], place)
    rows.add("inside_at_end_share", ratio(totals["inside_at_end"], total), place)

    same_day = ratios(days["same"], days["due"])
    rows.add("same_day", ratio(totals["same"], totals["due"]), place, days=same_day)
    soon = Days(ratios(days["soon"], days["due"]), days["open"] > 0)
    rows.add("within_24h", ratio(totals["soon"], totals["due"]), place, lower=totals["open"] > 0, days=soon)

    at = slice(None) if crossing is None else record.comers(crossing)
    size, second = record.size[at], record.second[at]
    stays_in = record.outcome[at] == Outcome.INSIDE_AT_END
    stay = waits.of_line(second, record.left[at] - second, size, stays_in, window)
    for word, told in (("mean", stay.mean()), ("p50", stay.quantile(50)), ("p95", stay.quantile(95))):
        waits.add_told(rows, f"stay_{word}", place, told)
    waited = waits.of_line(second, record.wait_total[at], size, record.may_wait_on[at], window)
    waits.add_waits(rows, "wait_total", place, waited)

    inside: Floats = totals["before"] + np.cumsum(days["arrived"] - sum(days[word] for word in LEAVING.values()))
    rows.add("people_overnight_mean", inside.mean(), place, days=inside)
    rows.add("people_overnight_peak", inside.max(), place, days=inside)
    rows.add("people_overnight_peak_day", int(inside.argmax()) if inside.any() else np.nan, place)
    return People(counted, inside, same_day)


def groups_at(record: Record, registered: Registered, crossing: int) -> dict[str, Counted]:
    """What happened to each group of households at a crossing: by papers, deported, with specific needs."""
    households, at = record.households, record.comers(crossing)
    groups = {word: households.group[at] == index for index, word in enumerate(households.groups)}
    groups |= {"deported": households.deported[at], "specific_needs": households.specific_needs[at]}
    return {word: Counted.of_group(record, registered, at[member]) for word, member in groups.items()}


def add_groups(rows: Rows, groups: dict[str, Counted], crossing: str) -> None:
    """The indicators of each group of households; of all crossings together if ``crossing`` is empty."""
    place = (crossing, "", "")
    for word, counted in groups.items():
        told = counted.totals
        rows.add("arrived", told["arrived"], place, group=word)
        rows.add("completed", told["completed"], place, group=word)
        mean = ratio(float(told["waited"]), float(told["arrived"]))
        rows.add("wait_total_mean", mean, place, group=word, lower=told["waiting"] > 0)
        rows.add("same_day", ratio(told["same"], told["due"]), place, group=word)
