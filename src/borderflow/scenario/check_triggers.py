"""Triggers: whether what they look at can be seen, and what they change can be changed."""

from __future__ import annotations

from collections.abc import Iterator

from borderflow.scenario.faults import Fault
from borderflow.scenario.sights import acted, watched
from borderflow.scenario.targets import DoesNotFit, Standing
from borderflow.scenario.tree import Node, below, children, fault, plain
from borderflow.scenario.trigger import FOR
from borderflow.scenario.units import whole_days


def checked_triggers(stands: Standing, plan: Node, path: str) -> Iterator[Fault]:
    """Every fault of the triggers of a plan."""
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
                yield from _seen(str(seen), node, below(f"{where}.{word}", seen), stands)
        for operation in ("set", "add", "scale"):
            block = trigger.get(operation)
            for target, node in block.items() if block is not None else ():
                yield from _done(str(target), operation, node, below(f"{where}.{operation}", target), stands)


def _seen(seen: str, node: Node, path: str, stands: Standing) -> Iterator[Fault]:
    try:
        if seen == FOR:
            whole_days(plain(node))
        else:
            watched(seen, plain(node), 1, stands)
    except DoesNotFit as error:
        yield fault(node, path, str(error), got=False, at_key=True)
    except ValueError as error:
        yield fault(node, path, str(error))


def _done(target: str, operation: str, node: Node, path: str, stands: Standing) -> Iterator[Fault]:
    try:
        acted(target, operation, plain(node), stands)
    except DoesNotFit as error:
        yield fault(node, path, str(error), got=False, at_key=True)
    except ValueError as error:
        yield fault(node, path, str(error))
