"""What plans add: whether it can stand where it is put, judged like what stands there already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from borderflow.scenario.additions import BLOCKS, SIDES, New, added, stop_of, where
from borderflow.scenario.check_fleets import checked_fleets
from borderflow.scenario.check_journey import checked_journey, checked_passers, checked_shifts
from borderflow.scenario.check_places import checked_spaces
from borderflow.scenario.check_supplies import checked_stocks, checked_warehouses
from borderflow.scenario.faults import Fault, near
from borderflow.scenario.made import Made
from borderflow.scenario.seen import Seen, SeenCrossing, read
from borderflow.scenario.targets import STORES, DoesNotFit, stands_of
from borderflow.scenario.tree import Node, below, children, fault, plain
from borderflow.scenario.units import day
from borderflow.scenario.wording import translated

Earlier = dict[str, dict[str, New]]
"""The stations that a plan has added already, by crossing and name."""


def read_additions(seen: Seen, plan: Node, path: str, new: list[Made]) -> Iterator[Fault]:
    """The faults of what a plan adds; what can be added is appended to ``new``."""
    listing = plan.get("changes")
    earlier: Earlier = {}
    there, standing = standing_in(seen, new, earlier), len(new)
    for under, _, change in children(listing, f"{path}.changes") if listing is not None else ():
        held = change.get("new")
        for word, node in held.items() if held is not None else ():
            yield from _new(seen, there, change, str(word), node, below(f"{under}.new", word), new)
            there, standing = standing_in(there, new[standing:], earlier), len(new)


def _new(seen: Seen, there: Seen, change: Node, word: str, node: Node, path: str, new: list[Made]) -> Iterator[Fault]:
    for key in ("on", "to"):
        if change.has(key):
            message = f"'{key}' does not fit: what is new stands there throughout, or 'from' a day to the end"
            yield fault(change.value[key], f"{path.partition('.new.')[0]}.{key}", message, got=False, at_key=True)
            return
    try:
        place = where(word, stands_of(there.crossings, there.warehouses), seen.crossings)
    except ValueError as error:
        yield fault(node, path, str(error), got=False, at_key=True)
        return
    block = {key: held for key, held in node.items() if place.kind != "stations" or key not in SIDES}
    if not isinstance(node.value, dict):
        yield fault(node, path, "a block of words must stand here")
        return
    try:
        made = added(place, plain(node), read(change.get("from"), day))
    except ValidationError as error:
        yield from translated(error, replace(node, value=block), BLOCKS[place.kind], path)
        return
    except DoesNotFit as error:
        yield fault(node, path, str(error), got=False, at_key=True)
        return
    journey = there.crossings[place.crossing].at("journey") if made.value.beside else None
    stops = [stop.value for stop in journey.list()] if journey is not None else []
    if (beside := made.value.beside) and beside not in stops:
        side = "after" if made.value.after else "before"
        message = f"there is no station '{beside}' in the journey of {place.crossing}{near(beside, stops)}"
        yield fault(node.value[side], f"{path}.{side}", message, got=False)
        return
    new.append(Made(made, node, path))


def standing_in(seen: Seen, new: list[Made], earlier_ones: Earlier | None = None) -> Seen:
    """The scenario as seen, with what a plan adds standing in it, after the stations that were added before."""
    before = earlier_ones if earlier_ones is not None else {}
    for one in new:
        change = one.target
        held: New = change.value
        if change.crossing.startswith(f"{STORES}."):
            store = change.crossing.removeprefix(f"{STORES}.")
            items = {**seen.warehouses.get(store, {}), change.name: held.block}
            root = _put(seen.root, (STORES, store, change.name), one.node)
            seen = replace(seen, root=root, warehouses={**seen.warehouses, store: items})
            continue
        crossing = seen.crossings[change.crossing]
        block = one.node
        if change.kind == "stations":
            block = replace(block, value={word: node for word, node in block.items() if word not in SIDES})
        node = _put(crossing.node, (change.kind, change.name), block)
        if change.kind == "stations":
            earlier = before.setdefault(change.crossing, {})
            node = _inserted(node, change.name, held, one.node, earlier)
            earlier[change.name] = held
        known: dict[str, Any] = {change.kind: {**getattr(crossing, change.kind), change.name: held.block}}
        whole = replace(crossing, node=node, **known)
        seen = replace(seen, crossings={**seen.crossings, change.crossing: whole})
    return seen


def _put(node: Node, steps: tuple[str, ...], new: Node) -> Node:
    """The tree with a node at the end of the steps; blocks on the way are begun where there is none."""
    if not steps:
        return new
    inside = node.get(steps[0]) or Node({}, new.place, new.key)
    return replace(node, value={**(node.value or {}), steps[0]: _put(inside, steps[1:], new)})


def _inserted(node: Node, name: str, held: New, at: Node, earlier: Mapping[str, New]) -> Node:
    journey: Node = node.value["journey"]
    stops = list(journey.value)
    index = stop_of([str(stop.value) for stop in stops], held, earlier)
    stops.insert(index, Node(name, (at.key or at.place)))
    return replace(node, value={**node.value, "journey": replace(journey, value=stops)})


def checked_additions(seen: Seen, whole: Seen, new: list[Made]) -> Iterator[Fault]:
    """What is wrong with a plan's additions, or with what stands there already in the ``whole``, with them."""
    if not new:
        return
    names = {one.target.crossing for one in new} & set(seen.crossings)
    before = {_what(one) for name in names for one in _faults(seen, seen.crossings[name])}
    before |= {_what(one) for one in checked_warehouses(seen)}
    after = [one for name in names for one in _faults(whole, whole.crossings[name])]
    after += checked_warehouses(whole)
    places = {_standing(one): one.path for one in new}
    for one in after:
        if _what(one) not in before:
            under = next((place for place in places if one.path == place or one.path.startswith(f"{place}.")), None)
            yield replace(one, path=one.path.replace(under, places[under], 1)) if under is not None else one


def _standing(one: Made) -> str:
    """The path at which something new stands."""
    change = one.target
    if change.crossing.startswith(f"{STORES}."):
        return f"{change.crossing}.{change.name}"
    return f"crossings.{change.crossing}.{change.kind}.{change.name}"


def _faults(seen: Seen, crossing: SeenCrossing) -> Iterator[Fault]:
    yield from checked_journey(crossing)
    yield from checked_passers(seen, crossing)
    yield from checked_shifts(crossing)
    yield from checked_spaces(seen, crossing)
    yield from checked_stocks(seen, crossing)
    yield from checked_fleets(seen, crossing)


def _what(one: Fault) -> tuple[object, ...]:
    return (one.file, one.line, one.column, one.message)
