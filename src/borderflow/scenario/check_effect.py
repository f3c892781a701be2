"""Changes that change nothing: said, so that nobody compares a plan with itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from borderflow.scenario.faults import Fault
from borderflow.scenario.in_force import ROSTER, holds, value_on
from borderflow.scenario.made import Made
from borderflow.scenario.net_change import effect
from borderflow.scenario.reception import Station
from borderflow.scenario.seen import Seen
from borderflow.scenario.targets import WORDS, Target, stands_of
from borderflow.scenario.tree import fault
from borderflow.scenario.units import Amount, Money, Throughput
from borderflow.scenario.words import Dated

WHOLE = ("desks", "vehicles", "persons", "latrines")


def checked_effect(seen: Seen, made: Sequence[Made], own: Sequence[Made], new: Sequence[Made]) -> Iterator[Fault]:
    """Warnings for a plan's ``own`` changes that make no difference among all that are ``made`` under it.

    ``new`` is what the plan adds: nothing changes there before it stands.
    """
    if seen.first is None or seen.end is None or seen.end < seen.first:
        return
    stands = stands_of(seen.crossings, seen.warehouses, seen.funds)
    groups: dict[tuple[str, ...], list[Made]] = {}
    for one in made:
        groups.setdefault(_acts_on(one.target), []).append(one)
    mine = {id(one) for one in own}
    since = {(one.target.crossing, one.target.kind, one.target.name): one.target.first for one in new}
    for together in groups.values():
        change = together[0].target
        asked = [number for number, one in enumerate(together) if id(one) in mine]
        for number in asked:
            if plain := plainly(together[number].target):
                yield fault(
                    together[number].node,
                    together[number].path,
                    plain,
                    got=False,
                    at_key=not _once(change),
                    warning=True,
                )
        block = stands[change.crossing][change.kind][change.name]
        if block is not None and not _once(change):
            if begins := since.get((change.crossing, change.kind, change.name)):
                for number in asked:
                    yield from _too_early(together[number], begins)
            yield from _idle(block, together, asked, (max(begins or seen.first, seen.first), seen.end))
            for number in asked:
                yield from _spread(together[number], block)


def _acts_on(change: Target) -> tuple[str, ...]:
    """What a change acts on: for hours and desks all that say which desks are staffed."""
    word = ROSTER[0] if change.kind == "stations" and change.word in ROSTER else change.word
    return change.crossing, change.kind, change.name, word


def _once(change: Target) -> bool:
    """Whether a change is of what comes in on single days."""
    return WORDS[change.kind][change.word].once


def plainly(change: Target) -> str:
    """Why a change has no effect whatever else is changed; empty if it may have one."""
    message = ""
    if change.operation == "scale" and change.value == 1:
        message = "scales by 1: the change has no effect"
    elif change.operation == "add" and not getattr(change.value, "number", change.value):
        message = "adds 0: the change has no effect"
    return message


def _idle(block: Any, together: Sequence[Made], asked: Iterable[int], span: tuple[date, date]) -> Iterator[Fault]:
    """Warnings for changes of one value of a block without which the value would be the same on every day."""
    first, last = span
    changes = [one.target for one in together]
    wanted = [number for number in asked if not plainly(changes[number]) and not _outside(changes[number], first, last)]
    edges = (since for value in vars(block).values() if isinstance(value, Dated) for since, _ in value if since)
    found = effect(block, changes, wanted, edges, span)
    if not found.whole:
        one = together[min(wanted)]
        message = "so many changes of one value that it was not checked which of them have no effect"
        yield fault(one.node, one.path, message, got=False, at_key=True, warning=True)
    for number in sorted(found.idle):
        one, change = together[number], changes[number]
        if number in found.moved:
            later = next((other for other in together[number + 1 :] if other.target.operation == "set"), together[-1])
            message = f"what stands at {later.node.key or later.node.place} takes its place: the change has no effect"
        else:
            when = max(change.first or first, first)
            was = value_on(block, [held for held in changes[:number] if holds(held, when)], change.word, when)
            message = f"it is {_said(was)} already: the change has no effect"
            if isinstance(block, Station) and change.word in ROSTER and not any(desks for _, desks in was):
                message = "no desk is open then: the change has no effect"
        yield fault(one.node, one.path, message, got=False, at_key=True, warning=True)
    for number, (before, after) in sorted(found.less.items()):
        if number not in found.idle:
            yield from _none_left(together[number], before, after, first)


def _outside(change: Target, first: date, last: date) -> bool:
    """Whether a change lies outside the days of the scenario, which is told by its dates."""
    return (change.first or last) > last or (change.last or first) < first


def _too_early(one: Made, begins: date) -> Iterator[Fault]:
    """A change of what is new that ends before it stands."""
    change = one.target
    if change.last is not None and change.last < begins:
        message = f"'{change.name}' stands there from {begins} on: the change has no effect"
        yield fault(one.node, one.path, message, got=False, at_key=True, warning=True)


def _none_left(one: Made, before: Any, after: Any, first: date) -> Iterator[Fault]:
    """Desks, vehicles or places that ``add`` takes away beyond none, or ``scale`` cuts off to none."""
    change = one.target
    if change.word in WHOLE and change.value != 0:
        left = _numbers(after)
        gone = [held for hours, held in _numbers(before).items() if held and not left.get(hours)]
        if gone and (change.operation == "scale" or min(gone) + change.value < 0):
            when = max(change.first or first, first)
            message = f"none is left of the {min(gone):g} that there are on {when} before this change"
            yield fault(one.node, one.path, message, warning=True)


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


def _numbers(value: Any) -> dict[object, float]:
    """How many there are: desks by the hours in which they are staffed, else the number alone."""
    return dict(value) if isinstance(value, list) else {"": value}


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
