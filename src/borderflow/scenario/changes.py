"""The plans: whether every change can be made, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import ValidationError

from borderflow.scenario.faults import Fault
from borderflow.scenario.seen import Seen, read
from borderflow.scenario.spread import Spread
from borderflow.scenario.targets import DoesNotFit, Standing, target
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
    stands: Standing = {
        name: {"stations": crossing.stations, "stocks": crossing.stocks, "fleets": crossing.fleets}
        for name, crossing in seen.crossings.items()
    }
    for name, plan in plans.items() if plans is not None else ():
        changes = plan.get("changes")
        listing = children(changes, below("plans", name) + ".changes") if changes is not None else ()
        for path, _, change in listing:
            yield from _dates(seen, change, path)
            for operation in OPERATIONS:
                held = change.get(operation)
                for word, node in held.items() if held is not None else ():
                    yield from _change(change, operation, str(word), node, f"{path}.{operation}", stands)


def _change(change: Node, operation: str, word: str, node: Node, path: str, stands: Standing) -> Iterator[Fault]:
    under = below(path, word)
    first, last, on = (read(change.get(key), day) for key in ("from", "to", "on"))
    try:
        target(word, operation, plain(node), first, last, on, stands)
    except ValidationError as error:
        yield from translated(error, node, Spread, under)
    except DoesNotFit as error:
        yield fault(node, under, str(error), got=False, at_key=True)
    except ValueError as error:
        yield fault(node, under, str(error))


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
