"""The rows of the evidence register: reported flows and how each is read, events, capacities, and who counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Bound = Literal["point", "at_least", "at_most"]
UNKNOWN = "unknown"
"""Stands for a date that is labelled, but wrongly, while nobody knows the right one."""
USES = ("fit", "context", "contradicted")
"""What a flow is good for: to be compared with a simulation, to be told beside it, or neither: a better row differs."""

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
class Label:
    """What a flow was labelled with where it was read first, before its notes were weighed."""

    crossing: str
    population: str
    quantity: str
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Flow:
    """A reported flow: a day count, a running or period total, families, a queue, a share.

    ``crossing``, ``population``, ``quantity``, ``start`` and ``end`` are as the row is to be read; where that is not as
    it was labelled, ``label`` keeps the label and ``read_reason`` says why. A register that nobody has judged yet has
    empty texts from ``basis`` on.
    """

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
    basis: str = ""
    basis_reason: str = ""
    use: str = ""
    use_reason: str = ""
    same_count_as: str = ""
    same_reason: str = ""
    series: str = ""
    read_reason: str = ""
    label: Label | None = None

    @property
    def bound(self) -> Bound:
        """Whether the value is a point, or the truth lies at or above (below) it."""
        return QUALIFIERS[self.qualifier][0]

    @property
    def counts(self) -> bool:
        """Whether a simulation may be held against it: its use is ``fit``, and no other row tells the same count."""
        return self.use == "fit" and not self.same_count_as

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
    same_count_as: str = ""

    @property
    def bound(self) -> Bound:
        """Whether the value is a point, or the truth lies at or above (below) it."""
        return QUALIFIERS[self.qualifier][0]

    @property
    def words(self) -> str:
        """The value as it was reported: ``2,500``, ``up to 900``."""
        return _as_reported(self.qualifier, self.value)


@dataclass(frozen=True, slots=True)
class Basis:
    """Who counted what: all flows of one basis have one way of counting, and one kind of error, from ``since`` on.

    A basis whose way of counting changed has a row for each, told apart by ``since``.
    ``relative_error`` is what is thought of one of its counts before a fit (the middle of what is likely); ``counted``
    the share of the truth that it counts, the two ends of a range that holds 90 %; ``error_reason`` says why.
    """

    basis: str
    counted_by: str
    what: str
    where: str
    since: date | None
    error: str
    told_by: str
    relative_error: float
    counted: tuple[float, float]
    error_reason: str


Row = Flow | Event | Capacity
