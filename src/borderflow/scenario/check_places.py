"""Spaces and closures: whether they fit the journey, the people, and each other."""

from __future__ import annotations

from collections.abc import Iterator

from borderflow.scenario.faults import Fault, near
from borderflow.scenario.reception import Stock
from borderflow.scenario.seen import Seen, SeenClosure, SeenCrossing, read, under
from borderflow.scenario.space import Space
from borderflow.scenario.tree import Node, below, children, fault
from borderflow.scenario.units import day


def checked_spaces(seen: Seen, crossing: SeenCrossing) -> Iterator[Fault]:
    """Spaces that are no stretch of the journey, overlap, are too small for a household, or use what is not there."""
    stretches: dict[str, tuple[int, int]] = {}
    held = crossing.at("spaces")
    order, largest = crossing.order, seen.largest(crossing)
    for key, node in held.items() if held is not None else ():
        name = str(key)
        path = below(f"{crossing.path}.spaces", name)
        yield from _ends(crossing, node, path)
        space = crossing.spaces.get(name)
        if space is not None and space.from_ in order and space.to in order:
            first, last = order[space.from_], order[space.to]
            if first > last:
                message = f"'to' lies before 'from' in the journey: {space.to}, then {space.from_}"
                yield fault(node.get("to") or node, f"{path}.to", message, got=False)
            else:
                yield from _overlaps(node, path, (first, last), stretches)
                yield from _twice(crossing, name, path, (first, last), stretches)
                stretches[name] = (first, last)
        places = node.get("persons")
        if space is not None and places is not None and largest > (most := _for_good(space)):
            stated = seen.largest_at(crossing)
            message = f"a household of {largest}, stated at {stated}, does not fit into {most} places"
            yield fault(places, f"{path}.persons", message, got=False)
        yield from _uses(crossing, space, node.get("uses"), f"{path}.uses")


def _for_good(space: Space) -> int:
    """The places that a household can wait for: those of the last date, or the most there are of one that closes then.

    Who does not fit keeps all behind waiting, so a space that stays too small for one is shut to everybody.
    """
    return int(space.persons.values[-1] or max(space.persons.values))


def _ends(crossing: SeenCrossing, node: Node, path: str) -> Iterator[Fault]:
    order = crossing.order
    for word in ("from", "to"):
        end = node.get(word)
        if end is not None and isinstance(end.value, str) and end.value not in order:
            message = f"there is no station '{end.value}' in the journey of {crossing.name}{near(end.value, order)}"
            yield fault(end, f"{path}.{word}", message, got=False)


def _overlaps(node: Node, path: str, stretch: tuple[int, int], others: dict[str, tuple[int, int]]) -> Iterator[Fault]:
    first, last = stretch
    for other, (begins, ends) in others.items():
        if begins < first <= ends < last or first < begins <= last < ends:
            message = f"overlaps with space '{other}'; one space lies inside another, or apart from it"
            yield fault(node, path, message, got=False, at_key=True)


def _twice(
    crossing: SeenCrossing, name: str, path: str, stretch: tuple[int, int], others: dict[str, tuple[int, int]]
) -> Iterator[Fault]:
    """Warnings for what people in a space use of a stock that they use in the space around it too."""
    uses = under(crossing.node, "spaces", name, "uses")
    for key, node in uses.items() if uses is not None else ():
        for other, (begins, ends) in others.items():
            around = under(crossing.node, "spaces", other, "uses")
            apart = ends < stretch[0] or stretch[1] < begins
            if not apart and around is not None and around.has(key):
                message = f"'{key}' is used in space '{other}' too: who is in both uses it twice"
                yield fault(node, below(f"{path}.uses", key), message, got=False, at_key=True, warning=True)


def _uses(crossing: SeenCrossing, space: Space | None, uses: Node | None, path: str) -> Iterator[Fault]:
    for key, node in uses.items() if uses is not None else ():
        item = str(key)
        if item not in crossing.stocks:
            message = f"there is no stock '{item}' at {crossing.name}{near(item, crossing.stocks)}"
            yield fault(node, below(path, item), message, got=False, at_key=True)
            continue
        stock, use = crossing.stocks[item], space.uses.get(item) if space is not None else None
        if use is not None and differs(stock, use.per_person.unit):
            message = f"uses {in_unit(use.per_person.unit)}, but stock '{item}' is in {in_unit(stock.unit)}"  # type: ignore[union-attr]
            yield fault(node.get("per_person") or node, f"{below(path, item)}.per_person", message)


def differs(stock: Stock | None, unit: str) -> bool:
    """Whether a unit is another than that of a stock that has one."""
    return stock is not None and any(one.number for one in stock.amounts()) and stock.unit != unit


def in_unit(unit: str) -> str:
    """What a unit measures, in words."""
    return "litres" if unit == "l" else "things that are counted"


def checked_closures(seen: Seen, crossing: SeenCrossing) -> Iterator[Fault]:
    """Closures that stop nobody, that divert to nowhere, or that lie outside the days of the scenario."""
    for one in crossing.closures:
        at = one.node.get("at")
        for path, _, node in children(at, f"{one.path}.at") if at is not None else ():
            if isinstance(node.value, str) and node.value not in crossing.order:
                hint = near(node.value, crossing.order)
                message = f"there is no station '{node.value}' in the journey of {crossing.name}{hint}"
                yield fault(node, path, message, got=False)
        if one.closure is None:
            continue
        stops = one.node.get("stops")
        stopped = one.closure.stops_at(tuple(crossing.order))
        if stops is not None and "people" in one.closure.stops and not stopped:
            message = f"{crossing.name} has no exit_check and no gate: say 'at' which stations people are stopped"
            yield fault(stops, f"{one.path}.stops", message, got=False)
        yield from _diverts(seen, crossing, one)
        for word, early in (("from", False), ("to", True)):
            end = one.node.get(word)
            when = read(end, day)
            late = seen.end is not None and when is not None and when > seen.end
            before = seen.first is not None and when is not None and when < seen.first
            if end is not None and ((late and not early) or (before and early)):
                message = f"{seen.outside(when)}; it has no effect"
                yield fault(end, f"{one.path}.{word}", message, got=False, warning=True)


def _diverts(seen: Seen, crossing: SeenCrossing, one: SeenClosure) -> Iterator[Fault]:
    closure, others = one.closure, [name for name in seen.crossings if name != crossing.name]
    goal, divert = one.node.get("divert_to"), one.node.get("divert")
    if closure is None or divert is None or closure.divert is None:
        return
    if closure.divert_to is None and not others:
        message = f"there is no crossing but {crossing.name}; nobody can go to another"
        yield fault(divert, f"{one.path}.divert", message, got=False)
    elif closure.divert_to is None and len(others) > 1:
        yield fault(divert, f"{one.path}.divert", "say to which crossing they go: 'divert_to'", got=False)
    elif closure.divert_to == crossing.name and goal is not None:
        yield fault(goal, f"{one.path}.divert_to", "people who divert go to another crossing")
    elif closure.divert_to is not None and closure.divert_to not in seen.crossings and goal is not None:
        message = f"there is no crossing '{closure.divert_to}'{near(closure.divert_to, others)}"
        yield fault(goal, f"{one.path}.divert_to", message, got=False)
