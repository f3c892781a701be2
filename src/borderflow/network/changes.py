"""A plan's dated changes, applied to the values of the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from borderflow.network.network import Calendar
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.targets import Target, targets
from borderflow.scenario.units import Amount

SCALE: Mapping[str, int] = {"": 1, "l": 1000}
"""Smallest units per unit as written: things are counted, litres are kept in millilitres."""


@dataclass(frozen=True)
class Changes:
    """A scenario under one plan: its values with what the plan changes."""

    scenario: Scenario
    plan: str
    made: tuple[Target, ...]

    @classmethod
    def of(cls, scenario: Scenario, plan: str) -> Changes:
        return cls(scenario, plan, targets(scenario, plan))

    @property
    def start(self) -> date:
        return self.scenario.start

    @property
    def first(self) -> int:
        return self.scenario.first_second

    @property
    def end(self) -> int:
        return self.scenario.end_second

    def to(self, place: str, kind: str, name: str, word: str) -> list[Target]:
        """The changes of one word, in the order written."""
        wanted = (place, kind, name, word)
        return [change for change in self.made if (change.crossing, change.kind, change.name, change.word) == wanted]

    def now(self, value: Any, place: str, kind: str, name: str, word: str) -> Any:
        """A value that holds throughout, with its changes."""
        return changed(value, self.to(place, kind, name, word))


def changed(value: Any, changes: list[Target], when: date | None = None) -> Any:
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
    return max(0.0, float(np.floor(number)))


def smallest(quantity: Amount) -> int:
    """An amount in the smallest unit of its stock."""
    return round(quantity.number * SCALE[quantity.unit])


def always(first: int, value: float) -> Calendar:
    """A value that never changes."""
    return Calendar(np.array([first], dtype=np.int64), np.array([value]))


def titled(title: str | None, name: str) -> str:
    """The title, or the name as a reader would write it."""
    return title or name.replace("_", " ")


def _moved(value: Any, change: Target) -> Any:
    """``value`` after an ``add`` or a ``scale``, whatever its kind."""
    if isinstance(value, Amount):
        other = change.value.number if isinstance(change.value, Amount) else change.value
        return Amount(value.number + other if change.operation == "add" else value.number * other, value.unit)
    if hasattr(value, "per_day"):
        return type(value)(value.per_day * change.value, value.of)
    if value is None:
        return change.value if change.operation == "add" else None
    return value + change.value if change.operation == "add" else value * change.value
