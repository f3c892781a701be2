"""Names that point nowhere and numbers that make no sense: what no single block can know by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date

from pydantic import ValidationError

from borderflow.scenario.check_arrivals import checked_arrivals, checked_people
from borderflow.scenario.check_fleets import checked_fleets
from borderflow.scenario.check_funds import checked_funds
from borderflow.scenario.check_journey import checked_hours, checked_journey, checked_passers, checked_shifts
from borderflow.scenario.check_names import checked_names
from borderflow.scenario.check_places import checked_closures, checked_spaces
from borderflow.scenario.check_supplies import checked_stocks, checked_transfers, checked_warehouses
from borderflow.scenario.faults import Fault, near
from borderflow.scenario.plans import Standard
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.seen import LONGEST_DAYS, MOST_DAYS, Seen, SeenCrossing, added_blocks, read
from borderflow.scenario.tree import Node, below, children, fault, plain
from borderflow.scenario.units import Money, day, money

RESERVED = {"all", *(field.alias or name for name, field in Scenario.model_fields.items())}


Judge = Callable[[Standard], str | None]
"""Says what is wrong with a standard's indicator, or nothing."""


def checked(seen: Seen, indicators: Collection[str] | None = None, judge: Judge | None = None) -> Iterator[Fault]:
    """Every fault and warning of the scenario outside its plans, block by block."""
    yield from _days(seen)
    yield from checked_names(seen.root)
    yield from checked_hours(seen.root)
    node = seen.root.get("crossings")
    if node is not None and node.value == {}:
        yield fault(node, "crossings", "at least one crossing is needed", got=False)
    for crossing in seen.crossings.values():
        if crossing.name in RESERVED:
            message = f"'{crossing.name}' is reserved; name the crossing for its place"
            yield fault(crossing.node, crossing.path, message, got=False, at_key=True)
        yield from checked_journey(crossing)
        yield from checked_passers(seen, crossing)
        yield from checked_shifts(crossing)
        yield from checked_spaces(seen, crossing)
        yield from checked_closures(seen, crossing)
        yield from checked_stocks(seen, crossing)
        yield from checked_fleets(seen, crossing)
        yield from checked_people(seen, crossing)
        yield from _no_effect(seen, crossing)
    yield from checked_warehouses(seen)
    yield from checked_transfers(seen, seen.root, "transfers")
    yield from checked_arrivals(seen)
    yield from _standards(seen, indicators, judge)
    yield from _costs(seen)
    yield from checked_funds(seen)


def _days(seen: Seen) -> Iterator[Fault]:
    node = seen.root.get("end")
    if seen.start is None or seen.end is None or node is None:
        return
    days = (seen.end - seen.start).days + 1
    if days < 1:
        yield fault(node, "end", f"lies before 'start', {seen.start}")
    elif days > MOST_DAYS:
        yield fault(node, "end", f"the horizon is {days} days; the most is {MOST_DAYS} (a hundred years)")
    elif days > seen.longest:
        message = f"the horizon is {days} days; more than {LONGEST_DAYS} (three years) needs --allow-long"
        yield fault(node, "end", message)


def _no_effect(seen: Seen, crossing: SeenCrossing) -> Iterator[Fault]:
    """Warnings for what lies outside the days of the scenario."""
    for one in crossing.phases:
        node = one.node.get("from")
        when: date | None = read(node, day)
        if node is not None and when is not None and seen.end is not None and when > seen.end:
            message = f"the phase begins after the end of the scenario, {seen.end}, and has no effect"
            yield fault(node, f"{one.path}.from", message, warning=True)
    for path, node in _dated(crossing):
        for under_path, key, item in children(node, path):
            when = read(Node(key, node.place), day)
            if when is not None and seen.end is not None and when > seen.end:
                yield fault(
                    item, under_path, f"{seen.outside(when)}; it has no effect", got=False, at_key=True, warning=True
                )


def _dated(crossing: SeenCrossing) -> Iterator[tuple[str, Node]]:
    for kind, words in (
        ("stations", ("desks", "open", "shifts", "throughput")),
        ("fleets", ("vehicles",)),
        ("spaces", ("persons",)),
        ("stocks", ("daily",)),
    ):
        held = crossing.at(kind)
        for name, block in held.items() if held is not None else ():
            for word in words:
                node = block.get(word)
                if node is not None:
                    yield f"{crossing.path}.{kind}.{name}.{word}", node


def _standards(seen: Seen, indicators: Collection[str] | None, judge: Judge | None) -> Iterator[Fault]:
    standards = seen.root.get("standards")
    added: dict[tuple[str, ...], list[str]] = {}
    for new, _ in added_blocks(seen.root):
        *place, new_name = new.removeprefix("crossings.").split(".")
        added.setdefault(tuple(place), []).append(new_name)
    for name, block in standards.items() if standards is not None else ():
        path = below("standards", name)
        where = block.get("crossing")
        one = seen.crossings.get(where.value) if where is not None and isinstance(where.value, str) else None
        if where is not None and isinstance(where.value, str) and one is None and where.value != "all":
            message = f"there is no crossing '{where.value}'{near(where.value, [*seen.crossings, 'all'])}"
            yield fault(where, f"{path}.crossing", message, got=False)
        looked = [one] if one is not None else list(seen.crossings.values())
        for word, kind, what in (("station", "stations", "station"), ("item", "stocks", "stock")):
            node = block.get(word)
            kinds = (kind, "spaces") if word == "station" else (kind,)
            known: list[str] = [held for crossing in looked for some in kinds for held in getattr(crossing, some)]
            known += [held for crossing in looked for some in kinds for held in added.get((crossing.name, some), ())]
            if word == "item":
                stores = [f"{store}.{held}" for store, items in seen.warehouses.items() for held in items]
                new_stores = [place[1] for place in added if len(place) == 2 and place[0] == "warehouses"]
                stores += [f"{store}.{held}" for store in new_stores for held in added["warehouses", store]]
                known += [*seen.funds, *stores]
                if where is not None and node is not None and node.value in stores:
                    message = "what a warehouse holds belongs to no crossing; leave 'crossing' out"
                    yield fault(where, f"{path}.crossing", message)
            if node is not None and isinstance(node.value, str) and node.value not in known:
                at = f" at {one.name}" if one is not None else ""
                message = f"there is no {what} '{node.value}'{at}{near(node.value, known)}"
                yield fault(node, f"{path}.{word}", message, got=False)
        node = block.get("indicator")
        if indicators is not None and node is not None and isinstance(node.value, str) and node.value not in indicators:
            message = f"there is no indicator '{node.value}'{near(node.value, indicators)}"
            yield fault(node, f"{path}.indicator", message, got=False)
        elif judge is not None and node is not None:
            try:
                message = judge(Standard.model_validate(plain(block))) or ""
            except ValidationError:  # which is told by itself
                message = ""
            if message:
                yield fault(block, path, message, got=False, at_key=True)


def _costs(seen: Seen) -> Iterator[Fault]:
    costs, plans = seen.root.get("costs"), seen.root.get("plans")
    stocks = [name for crossing in seen.crossings.values() for name in crossing.stocks]
    stocks += [name for store in seen.warehouses.values() for name in store]
    stocks += [path.rpartition(".")[2] for path, _ in added_blocks(seen.root)]
    known = dict.fromkeys(["desk_hour", "vehicle_trip", *stocks])
    sums = [(below("costs", word), node) for word, node in costs.items()] if costs is not None else []
    for path, node in sums:
        word = path.removeprefix("costs.")
        if word not in known:
            hint = near(word, known) or "; a cost is of 'desk_hour', 'vehicle_trip' or a stock"
            yield fault(node, path, f"nothing is named '{word}' here{hint}", got=False, at_key=True)
    for name, plan in plans.items() if plans is not None else ():
        held = plan.get("costs")
        sums += [(f"plans.{name}.costs.{word}", node) for word, node in held.items()] if held is not None else []
    first: Money | None = None
    for path, node in sums:
        found: Money | None = read(node, money)
        first = first or found
        if found is not None and first is not None and found.currency != first.currency:
            yield fault(node, path, f"all costs are in one currency; the first is in {first.currency}")
