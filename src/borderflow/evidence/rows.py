"""The rows of the evidence register: reported flows, events, capacities, and how some of them are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Bound = Literal["point", "at_least", "at_most"]

QUALIFIERS: dict[str, tuple[Bound, str]] = {
    "exact": ("point", ""),
    "about": ("point", "about"),
    "nearly": ("point", "nearly"),
    "over": ("at_least", "over"),
    "at_least": ("at_least", "at least"),
    "range_low": ("at_least", "from"),
    "up_to": ("at_most", "up to"),
    "under": ("at_most", "under"),
    "range_high": ("at_most", "to"),
}
"""How a reported number is to be read: as a point (a count, or a rounded one) or as a bound; and its word in print."""


def _as_reported(qualifier: str, value: float) -> str:
    return f"{QUALIFIERS[qualifier][1]} {value:,.15g}".strip()


@dataclass(frozen=True, slots=True)
class Flow:
    """A reported flow: a day count, a running or period total, families, a queue, a share."""

    id: str
    crossing: str
    population: str
    quantity: str
    value: float
    unit: str
    qualifier: str
    start: date | None
    end: date | None
    publisher: str
    title: str
    published: str
    url: str
    note: str

    @property
    def bound(self) -> Bound:
        """Whether the value is a point, or the truth lies at or above (below) it."""
        return QUALIFIERS[self.qualifier][0]

    @property
    def words(self) -> str:
        """The value as it was reported: ``11,553``, ``over 24,000``."""
        return _as_reported(self.qualifier, self.value)


@dataclass(frozen=True, slots=True)
class Event:
    """A dated event: an announcement, a deadline, a closure, a change of opening hours."""

    id: str
    start: date
    end: date | None
    crossing: str
    kind: str
    summary: str
    publisher: str
    url: str


@dataclass(frozen=True, slots=True)
class Capacity:
    """A reported capacity, rate, stock, cost or standard of one step of the reception."""

    id: str
    crossing: str
    step: str
    quantity: str
    value: float
    unit: str
    qualifier: str
    start: date | None
    end: date | None
    publisher: str
    title: str
    published: str
    url: str
    note: str

    @property
    def bound(self) -> Bound:
        """Whether the value is a point, or the truth lies at or above (below) it."""
        return QUALIFIERS[self.qualifier][0]

    @property
    def words(self) -> str:
        """The value as it was reported: ``2,500``, ``up to 900``."""
        return _as_reported(self.qualifier, self.value)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a flow is read beside a simulated day count: at which crossing it is drawn (None: not at all), and why."""

    id: str
    drawn_at: str | None
    reason: str


Row = Flow | Event | Capacity
