"""The plans: whether every change can be made, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import ValidationError

from borderflow.scenario.check_supplies import checked_transfers
from borderflow.scenario.check_triggers import checked_triggers
from borderflow.scenario.faults import Fault
from borderflow.scenario.reception import Stock
from borderflow.scenario.seen import Seen, read
from borderflow.scenario.spread import Spread
from borderflow.scenario.targets import DoesNotFit, Standing, Target, stands_of, target
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
    stands = stands_of(seen.crossings, seen.warehouses)
    for name, plan in plans.items() if plans is not None else ():
        changes = plan.get("changes")
        listing = children(changes, below("plans", name) + ".changes") if changes is not None else ()
        made: list[tuple[Target, Node, str]] = []
        for path, _, change in listing:
            yield from _dates(seen, change, path)
            for operation in OPERATIONS:
                held = change.get(operation)
                for word, node in held.items() if held is not None else ():
                    yield from _change(change, operation, str(word), node, f"{path}.{operation}", stands, made)
        yield from _levels(stands, made)
        yield from _places(seen, made)
        yield from checked_transfers(seen, plan, f"{below('plans', name)}.transfers")
        yield from checked_triggers(stands, plan, f"{below('plans', name)}.triggers")


def _change(
    change: Node,
    operation: str,
    word: str,
    node: Node,
    path: str,
    stands: Standing,
    made: list[tuple[Target, Node, str]],
) -> Iterator[Fault]:
    under = below(path, word)
    first, last, on = (read(change.get(key), day) for key in ("from", "to", "on"))
    try:
        made.append((target(word, operation, plain(node), first, last, on, stands), node, under))
    except ValidationError as error:
        yield from translated(error, node, Spread, under)
    except DoesNotFit as error:
        yield fault(node, under, str(error), got=False, at_key=True)
    except ValueError as error:
        yield fault(node, under, str(error))


def _levels(stands: Standing, made: list[tuple[Target, Node, str]]) -> Iterator[Fault]:
    """Whether a plan leaves the levels of each stock in order, all its changes taken together."""
    touched: dict[tuple[str, str], list[tuple[Target, Node, str]]] = {}
    for one in made:
        if one[0].kind == "stocks":
            touched.setdefault((one[0].crossing, one[0].name), []).append(one)
    for (crossing, name), changes in touched.items():
        stock = stands[crossing]["stocks"][name]
        if not isinstance(stock, Stock):
            continue
        levels = {
            word: amount.number
            for word in ("opening", "reorder_at", "order_up_to")
            if (amount := getattr(stock, word)) is not None
        }
        for change, node, under in changes:
            if change.word not in levels:
                continue
            before, by = levels[change.word], change.value
            if change.operation == "scale":
                levels[change.word] = before * by
            else:
                levels[change.word] = by.number + (before if change.operation == "add" else 0)
            if levels[change.word] < 0:
                yield fault(node, under, f"takes away more than there is: {before:g} before this change")
        if "reorder_at" in levels and levels["order_up_to"] <= levels["reorder_at"]:
            said = f"at {levels['order_up_to']:g}, not above 'reorder_at' at {levels['reorder_at']:g}"
            _, node, under = changes[-1]
            yield fault(node, under, f"the plan leaves 'order_up_to' {said}", got=False)


def _places(seen: Seen, made: list[tuple[Target, Node, str]]) -> Iterator[Fault]:
    """Whether a plan that sets the places of a space for good leaves room for the largest household."""
    for change, node, under in made:
        for_good = change.operation == "set" and change.first is None
        if change.kind == "spaces" and change.word == "persons" and for_good:
            largest = seen.largest(seen.crossings[change.crossing])
            if largest > change.value:
                yield fault(node, under, f"a household of {largest} does not fit into {change.value} places", got=False)


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
