"""Changes that change nothing: said, so that nobody compares a plan with itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from borderflow.scenario.faults import Fault
from borderflow.scenario.in_force import ROSTER, holds, value_on
from borderflow.scenario.made import Made
from borderflow.scenario.reception import Station
from borderflow.scenario.seen import Seen
from borderflow.scenario.targets import Target, stands_of
from borderflow.scenario.tree import fault
from borderflow.scenario.units import Amount, Money, Throughput
from borderflow.scenario.words import Dated


def checked_effect(seen: Seen, made: Sequence[Made], own: Sequence[Made]) -> Iterator[Fault]:
    """Warnings for a plan's ``own`` changes that make no difference among all that are ``made`` under it."""
    if seen.first is None or seen.end is None or seen.end < seen.first:
        return
    stands = stands_of(seen.crossings, seen.warehouses, seen.funds)
    for one in own:
        change = one.target
        if change.word in ("deliveries", "receipts"):
            if change.operation == "add" and not change.value.number:
                yield fault(one.node, one.path, "adds 0: the change has no effect", got=False, warning=True)
            elif change.operation == "scale" and change.value == 1:
                yield fault(one.node, one.path, "scales by 1: the change has no effect", got=False, warning=True)
            continue
        block = stands[change.crossing][change.kind][change.name]
        outside = (change.first or seen.end) > seen.end or (change.last or seen.first) < seen.first
        if block is None or outside:
            continue
        yield from _effect(seen, one, _together(made, change), block)
        yield from _spread(one, block)


def _effect(seen: Seen, one: Made, together: Sequence[Made], block: Any) -> Iterator[Fault]:
    """The warning of one change among those ``together`` with it."""
    change = one.target
    days = _edges(seen, block, [other.target for other in together])
    place = together.index(one)
    before = [other.target for other in together[:place]]
    held = [day for day in days if holds(change, day)]
    everything = [other.target for other in together]
    others = [other.target for other in together if other is not one]
    if change.operation == "scale" and change.value == 1:
        message = "scales by 1: the change has no effect"
    elif change.operation == "add" and not getattr(change.value, "number", change.value):
        message = "adds 0: the change has no effect"
    elif all(_same(block, before, [*before, change], change.word, day) for day in held):
        was = value_on(block, before, change.word, held[0])
        message = f"it is {_said(was)} already: the change has no effect"
        if isinstance(block, Station) and change.word in ROSTER and not any(desks for _, desks in was):
            message = "no desk is open then: the change has no effect"
    elif all(_same(block, everything, others, change.word, day) for day in days):
        later = next((other for other in together[place + 1 :] if other.target.operation == "set"), together[-1])
        message = f"what stands at {later.node.key or later.node.place} takes its place: the change has no effect"
    else:
        return
    yield fault(one.node, one.path, message, got=False, at_key=True, warning=True)


def _spread(one: Made, block: Any) -> Iterator[Fault]:
    """A service time that is set for some dates changes its mean alone: said where it is written to change more."""
    change = one.target
    if not isinstance(block, Station) or change.word != "service" or change.operation != "set" or change.first is None:
        return
    if block.service is not None and _shape(change.value) != _shape(block.service):
        message = "a service time that is set from a date changes its mean only; its spread stays as the station has it"
        yield fault(one.node, one.path, message, got=False, at_key=True, warning=True)


def _shape(spread: Any) -> tuple[object, ...]:
    """What of a spread does not change with its mean."""
    of = getattr(spread, spread.kind)
    if spread.kind in ("triangular", "uniform"):
        return (spread.kind, *(round(getattr(of, word) / spread.mean, 9) for word in type(of).model_fields))
    return (spread.kind, getattr(of, "cv", None))


def _together(made: Sequence[Made], change: Target) -> list[Made]:
    """The changes that act on what one changes: for hours and desks all that say which desks are staffed."""
    words = ROSTER if change.kind == "stations" and change.word in ROSTER else (change.word,)
    where = (change.crossing, change.kind, change.name)
    return [
        one
        for one in made
        if (one.target.crossing, one.target.kind, one.target.name) == where and one.target.word in words
    ]


def _same(block: Any, made: Sequence[Target], other: Sequence[Target], word: str, day: date) -> bool:
    """Whether two sequences of changes come to the same on a day."""
    return bool(value_on(block, made, word, day) == value_on(block, other, word, day))


def _edges(seen: Seen, block: Any, changes: Sequence[Target]) -> list[date]:
    """The days on which anything can change: values hold from one of these to the next."""
    if seen.first is None or seen.end is None:
        return []
    found = {seen.first}
    for value in vars(block).values():
        if isinstance(value, Dated):
            found |= {since for since, _ in value if since is not None}
    for change in changes:
        found |= {change.first} if change.first is not None else set()
        found |= {change.last + timedelta(days=1)} if change.last is not None else set()
    return sorted(day for day in found if seen.first <= day <= seen.end)


def _said(value: Any) -> str:
    """A value as a planner writes it."""
    if value is None:
        return "nothing"
    if isinstance(value, (Amount, Money, Throughput)):
        return f"at {value}"
    if isinstance(value, list):
        return "at " + ", ".join(f"{hours} with {desks:g} desks" for hours, desks in value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"at {value:g}"
    return str(value).lower() if isinstance(value, (bool, str)) else "so"
