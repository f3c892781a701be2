"""What is in force on a date: the scenario's values with a plan's changes, for the checks and the network alike."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from borderflow.scenario.reception import Station
from borderflow.scenario.targets import Target
from borderflow.scenario.units import Amount, Hours, Money, Throughput

Made = Sequence[Target]
ROSTER = ("desks", "open", "shifts", "closed")
"""The words that together say which desks are staffed when."""


def changed(value: Any, changes: Iterable[Target], when: date | None = None) -> Any:
    """A value with its changes applied in the order written; dated ones only on their days."""
    for change in changes:
        if when is None or holds(change, when):
            value = change.value if change.operation == "set" else _moved(value, change)
    return value


def holds(change: Target, when: date) -> bool:
    """Whether a change is in force on a date."""
    return (change.first is None or change.first <= when) and (change.last is None or when <= change.last)


def whole(number: float) -> float:
    """A number of desks, vehicles or places: whole, and never below zero."""
    return max(0.0, float(math.floor(number)))


def _moved(value: Any, change: Target) -> Any:
    """``value`` after an ``add`` or a ``scale``, whatever its kind."""
    if isinstance(value, Amount):
        other = change.value.number if isinstance(change.value, Amount) else change.value
        return Amount(value.number + other if change.operation == "add" else value.number * other, value.unit)
    if isinstance(value, Money):
        return Money(value.number * change.value, value.currency)
    if isinstance(value, Throughput):
        return Throughput(value.per_day * change.value, value.of)
    if value is None:
        return change.value if change.operation == "add" else None
    return value + change.value if change.operation == "add" else value * change.value


def of(made: Made, *words: str) -> list[Target]:
    """The changes of these words, in the order written."""
    return [change for change in made if change.word in words]


def rostered(written: Station, when: date) -> list[tuple[Hours, int]]:
    """The hours and desks of a date, as the scenario writes them."""
    if written.shifts is not None:
        return list(written.shifts.on(when).items())
    if written.open is None or written.desks is None:
        return []
    return [(written.open.on(when), written.desks.on(when))]


def roster(written: Station, made: Made, when: date) -> list[tuple[Hours, float]]:
    """The hours and desks of a date under a plan. A shift without desks stays without, whatever is added."""
    found: list[tuple[Hours, float]] = []
    shifts = changed(None, of(made, "shifts"), when)
    closed = changed(written.closed, of(made, "closed"), when)
    for written_hours, written_desks in rostered(written, when) if shifts is None else shifts.items():
        hours = changed(written_hours, of(made, "open"), when) if written.open is not None else written_hours
        staffed = written_desks > 0 or written.shifts is None
        desks = changed(written_desks, of(made, "desks"), when) if staffed else 0
        found.append((hours, 0.0 if closed else whole(desks)))
    return found


def desk_seconds(shifts: Iterable[tuple[Hours, float]]) -> float:
    """Desk-seconds of a day."""
    return sum(hours.length * desks for hours, desks in shifts)


def throughput_mean(written: Station, made: Made, when: date) -> float:
    """Mean seconds at a desk that a throughput implies: the scenario's own desks and hours get through so much.

    A plan that adds desks therefore gets more through; one that changes the throughput changes the seconds.
    """
    assert written.throughput is not None
    rate: Throughput = changed(written.throughput.on(when), of(made, "throughput"), when)
    return desk_seconds(rostered(written, when)) / rate.per_day


def service_mean(written: Station, made: Made, when: date) -> float:
    """Mean seconds of a service on a date; per person where the station serves persons or its throughput is of them."""
    if written.throughput is not None:
        return throughput_mean(written, made, when)
    assert written.service is not None
    mean = written.service.mean
    for change in of(made, "service"):
        if holds(change, when):
            mean = change.value.mean if change.operation == "set" else mean * change.value
    return mean


def by_person(written: Station) -> bool:
    """Whether the seconds of a service are those of one person, summed over the members of a household."""
    if written.throughput is not None:
        return written.throughput.first.of == "persons"
    return written.serves == "person"


def value_on(block: Any, made: Made, word: str, when: date) -> Any:
    """What a word comes to on a date: as the network reads it, so that two equal values make no difference."""
    if isinstance(block, Station) and word in ROSTER:
        return [(hours, desks) for hours, desks in roster(block, made, when) if desks]
    written = getattr(block, word)
    if hasattr(written, "on"):
        written = written.on(when)
    if word == "service":
        return changed_service(written, made, when)
    value = changed(written, of(made, word), when)
    return whole(value) if word in ("desks", "vehicles", "persons", "latrines") else value


def changed_service(written: Any, made: Made, when: date) -> tuple[Any, float]:
    """The spread of a service time in force and the factor on it."""
    spread, factor = written, 1.0
    for change in of(made, "service"):
        if holds(change, when):
            spread, factor = (change.value, 1.0) if change.operation == "set" else (spread, factor * change.value)
    return spread, factor
