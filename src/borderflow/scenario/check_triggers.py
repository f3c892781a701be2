"""Triggers: whether what they look at can be seen, and what they change can be changed."""

from __future__ import annotations

from collections.abc import Iterator

from borderflow.scenario.check_effect import plainly
from borderflow.scenario.faults import Fault
from borderflow.scenario.sights import acted, watched
from borderflow.scenario.targets import DoesNotFit, Standing
from borderflow.scenario.tree import Node, below, children, fault, plain
from borderflow.scenario.trigger import FOR, Watched
from borderflow.scenario.units import whole_days


def checked_triggers(stands: Standing, plan: Node, path: str, length: int) -> Iterator[Fault]:
    """Every fault of the triggers of a plan, and a warning for each that can never act; ``length``: all days."""
    listing = plan.get("triggers")
    names: set[str] = set()
    for number, (where, _, trigger) in enumerate(children(listing, path) if listing is not None else (), start=1):
        given = trigger.get("name")
        name = given.value if given is not None and isinstance(given.value, str) else f"trigger_{number}"
        if name in names:
            yield fault(given or trigger, f"{where}.name", f"two triggers are named '{name}'", got=False)
        names.add(name)
        for word in ("if", "until"):
            block = trigger.get(word)
            for seen, node in block.items() if block is not None else ():
                yield from _seen(str(seen), node, below(f"{where}.{word}", seen), stands, length)
        for operation in ("set", "add", "scale"):
            block = trigger.get(operation)
            for target, node in block.items() if block is not None else ():
                yield from _done(str(target), operation, node, below(f"{where}.{operation}", target), stands)


def _seen(seen: str, node: Node, path: str, stands: Standing, length: int) -> Iterator[Fault]:
    message = ""
    try:
        if seen == FOR:
            if 0 < length < (days := whole_days(plain(node))):
                message = f"never holds: that is {days} days in a row, and there are {length} in all"
        elif _never(watched(seen, plain(node), 1, stands)):
            message = "never holds: nothing is less than 0"
        if message:
            yield fault(node, path, message, warning=True)
    except DoesNotFit as error:
        yield fault(node, path, str(error), got=False, at_key=True)
    except ValueError as error:
        yield fault(node, path, str(error))


def _never(one: Watched) -> bool:
    """Whether a condition cannot hold: all that is seen is counted from 0 upwards."""
    return not one.bound.above and one.bound.limit.number <= 0


def _done(target: str, operation: str, node: Node, path: str, stands: Standing) -> Iterator[Fault]:
    try:
        if message := plainly(acted(target, operation, plain(node), stands)):
            yield fault(node, path, message, got=False, at_key=True, warning=True)
    except DoesNotFit as error:
        yield fault(node, path, str(error), got=False, at_key=True)
    except ValueError as error:
        yield fault(node, path, str(error))
