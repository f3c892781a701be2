"""The plans: whether every change can be made, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import ValidationError

from borderflow.scenario.building import chain
from borderflow.scenario.check_additions import checked_additions, read_additions, standing_in
from borderflow.scenario.check_demand import UnderPlan, checked_demand
from borderflow.scenario.check_effect import checked_effect
from borderflow.scenario.check_journey import overlapping
from borderflow.scenario.check_supplies import checked_transfers
from borderflow.scenario.check_triggers import checked_triggers
from borderflow.scenario.faults import Fault
from borderflow.scenario.made import Made
from borderflow.scenario.reception import Stock
from borderflow.scenario.seen import Seen, read
from borderflow.scenario.spread import Spread
from borderflow.scenario.targets import DoesNotFit, Standing, stands_of, target
from borderflow.scenario.tree import Node, below, children, fault, plain
from borderflow.scenario.units import day
from borderflow.scenario.wording import translated

OPERATIONS = ("set", "add", "scale")


def checked_plans(seen: Seen) -> Iterator[Fault]:
    """Every fault and warning of the plans."""
    plans = seen.root.get("plans")
    if plans is not None and plans.value == {}:
        yield fault(
            plans, "plans", "at least one plan is needed; one without changes will do: 'as_it_is: {}'", got=False
        )
    held = {str(name): plan for name, plan in (plans.items() if plans is not None else ())}
    parents = {name: read(plan.get("builds_on"), str) for name, plan in held.items()}
    lines: dict[str, tuple[str, ...]] = {}
    for name, plan in held.items():
        lines[name] = (name,)
        try:
            lines[name] = chain(name, parents)
        except ValueError as error:
            yield fault(plan.get("builds_on") or plan, f"{below('plans', name)}.builds_on", str(error), got=False)
    standing: dict[str, UnderPlan] = {}
    for name in held:
        yield from _plan(seen, name, {one: held[one] for one in lines[name]}, standing)
    yield from checked_demand(seen, standing)


def _plan(seen: Seen, name: str, line: dict[str, Node], standing: dict[str, UnderPlan]) -> Iterator[Fault]:
    """The faults of one plan, with what it builds on laid before it."""
    path, plan = below("plans", name), line[name]
    new: list[Made] = []
    for one, node in line.items():
        found = list(read_additions(seen, node, below("plans", one), new))
        yield from found if one == name else ()
    whole = standing_in(seen, new)
    yield from checked_additions(seen, whole, new)
    stands = stands_of(whole.crossings, whole.warehouses, whole.funds)
    made: list[Made] = []
    for one, node in line.items():
        found = list(_changes(seen, node, below("plans", one), stands, made))
        yield from found if one == name else ()
    standing[name] = UnderPlan(whole, made, new, frozenset(path for node in line.values() for path in _triggered(node)))
    own = [one for one in made if one.path.startswith(f"{path}.")]
    yield from _twice(own)
    for held in own:
        if held.target.word == "shifts":
            yield from overlapping(held.target.value, held.node, held.path)
    yield from _levels(stands, made)
    yield from _places(whole, made)
    yield from checked_effect(whole, made, own, new)
    yield from checked_transfers(whole, plan, f"{path}.transfers")
    length = (seen.end - seen.first).days + 1 if seen.first is not None and seen.end is not None else 0
    yield from checked_triggers(stands, plan, f"{path}.triggers", length)


def _triggered(plan: Node) -> Iterator[str]:
    """The paths of the stations, fleets and stocks that the triggers of a plan change."""
    triggers = plan.get("triggers")
    for trigger in triggers.list() if triggers is not None else ():
        for operation in OPERATIONS:
            block = trigger.get(operation)
            for word, _ in block.items() if block is not None else ():
                yield str(word).removeprefix("crossings.").rpartition(".")[0]


def _changes(seen: Seen, plan: Node, path: str, stands: Standing, made: list[Made]) -> Iterator[Fault]:
    """The faults of the changes of a plan; those that can be made are added to ``made``."""
    listing = plan.get("changes")
    for under, _, change in children(listing, f"{path}.changes") if listing is not None else ():
        yield from _dates(seen, change, under)
        for operation in OPERATIONS:
            held = change.get(operation)
            for word, node in held.items() if held is not None else ():
                yield from _change(change, operation, str(word), node, f"{under}.{operation}", stands, made)


def _change(
    change: Node, operation: str, word: str, node: Node, path: str, stands: Standing, made: list[Made]
) -> Iterator[Fault]:
    under = below(path, word)
    first, last, on = (read(change.get(key), day) for key in ("from", "to", "on"))
    try:
        made.append(Made(target(word, operation, plain(node), first, last, on, stands), node, under))
    except ValidationError as error:
        yield from translated(error, node, Spread, under)
    except DoesNotFit as error:
        yield fault(node, under, str(error), got=False, at_key=True)
    except ValueError as error:
        yield fault(node, under, str(error))


def _twice(own: list[Made]) -> Iterator[Fault]:
    """Values that a plan sets twice from the same date: one of the two cannot be meant."""
    known: dict[tuple[object, ...], Made] = {}
    for one in own:
        change = one.target
        if change.operation != "set":
            continue
        key = (change.crossing, change.kind, change.name, change.word, change.first)
        other = known.setdefault(key, one)
        if other is not one:
            when = f"from {change.first}" if change.first is not None else "throughout"
            message = f"set {when} twice in this plan: here and at {other.node.key or other.node.place}"
            yield fault(one.node, one.path, message, at_key=True)


def _levels(stands: Standing, made: list[Made]) -> Iterator[Fault]:
    """Whether a plan leaves the levels of each stock in order, all its changes taken together."""
    touched: dict[tuple[str, str], list[Made]] = {}
    for one in made:
        if one.target.kind == "stocks":
            touched.setdefault((one.target.crossing, one.target.name), []).append(one)
    for (crossing, name), changes in touched.items():
        stock = stands[crossing]["stocks"][name]
        if not isinstance(stock, Stock):
            continue
        levels = {
            word: amount.number
            for word in ("opening", "reorder_at", "order_up_to")
            if (amount := getattr(stock, word)) is not None
        }
        for one in changes:
            change = one.target
            if change.word not in levels:
                continue
            before, by = levels[change.word], change.value
            if change.operation == "scale":
                levels[change.word] = before * by
            else:
                levels[change.word] = by.number + (before if change.operation == "add" else 0)
            if levels[change.word] < 0:
                yield fault(one.node, one.path, f"takes away more than there is: {before:g} before this change")
        if "reorder_at" in levels and levels["order_up_to"] <= levels["reorder_at"]:
            said = f"at {levels['order_up_to']:g}, not above 'reorder_at' at {levels['reorder_at']:g}"
            last = changes[-1]
            yield fault(last.node, last.path, f"the plan leaves 'order_up_to' {said}", got=False)


def _places(seen: Seen, made: list[Made]) -> Iterator[Fault]:
    """Whether a plan that sets the places of a space for good leaves room for the largest household, or closes it."""
    for one in made:
        change = one.target
        for_good = change.operation == "set" and change.last is None
        closes = change.first is not None and change.value == 0
        if change.kind == "spaces" and change.word == "persons" and for_good and not closes:
            crossing = seen.crossings[change.crossing]
            largest = seen.largest(crossing)
            if largest > change.value:
                stated = seen.largest_at(crossing)
                message = f"a household of {largest}, stated at {stated}, does not fit into {change.value} places"
                yield fault(one.node, one.path, message, got=False)


def _dates(seen: Seen, change: Node, path: str) -> Iterator[Fault]:
    for word in ("on", "from"):
        node = change.get(word)
        when: date | None = read(node, day)
        if node is None or when is None:
            continue
        late = seen.end is not None and when > seen.end
        if (late or word == "on") and (why := seen.outside(when)):
            yield fault(node, f"{path}.{word}", f"{why}; the change has no effect", got=False, warning=True)
    node = change.get("to")
    when = read(node, day)
    if node is not None and when is not None and seen.first is not None and when < seen.first:
        message = f"{seen.outside(when)}; the change has no effect"
        yield fault(node, f"{path}.to", message, got=False, warning=True)
