"""What a plan makes of the values of its scenario: each change with what it comes to on its first day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from borderflow.scenario.additions import BLOCKS, SIDES, additions, laid
from borderflow.scenario.in_force import changed, changed_service, of, roster, whole
from borderflow.scenario.kinds import ByDate, Shape, Table, words
from borderflow.scenario.reception import Station
from borderflow.scenario.resolve import flow
from borderflow.scenario.scenario import Scenario, Source
from borderflow.scenario.seen import read
from borderflow.scenario.spread import Spread
from borderflow.scenario.targets import FUNDS, STORES, WORDS, Target, standing, target
from borderflow.scenario.tree import Node, below, children, plain
from borderflow.scenario.units import MINUTE, Amount, Money, Throughput, day
from borderflow.scenario.values import Value, Written, basis_of, measured, values, values_below
from borderflow.scenario.words import Words, looks_dated

_COUNTS = ("desks", "vehicles", "persons", "latrines")


def under_plan(scenario: Scenario, plan: str) -> list[Value]:
    """The values that a plan changes or adds, in the order in which its changes are made."""
    return list(_Plan(scenario, plan).values())


class _Plan:
    """One plan of a scenario, its changes made one after the other."""

    def __init__(self, scenario: Scenario, plan: str) -> None:
        self.scenario, self.plan = scenario, plan
        self.stands = standing(laid(scenario, additions(scenario, plan)))
        self.written = {value.path: value for value in values(scenario)}
        self.made: list[Target] = []
        self.last: dict[str, Value] = {}

    def values(self) -> Iterator[Value]:
        """Every value that the plan touches, one for each change of it."""
        line = self.scenario.plans[self.plan].line or (self.plan,)
        for name in line:
            node, path = self.scenario._tree.value["plans"].value[name], below("plans", name)
            listing = node.get("changes")
            for under, _, change in children(listing, f"{path}.changes") if listing is not None else ():
                sources = [node.source, listing.source if listing is not None else None, change.source]
                yield from self.change(under, change, next((one for one in reversed(sources) if one), None))

    def change(self, path: str, change: Node, source: Source | None) -> Iterator[Value]:
        first, last, on = (read(change.get(word), day) for word in ("from", "to", "on"))
        when = f" on {on}" if on else f" from {first}" + (f" to {last}" if last else "") if first else " throughout"
        block = change.get("new")
        for where, node in block.items() if block is not None else ():
            yield from self.new(str(where), node, f"{path}.new", f"new{when}")
        for operation in ("set", "add", "scale"):
            block = change.get(operation)
            for where, node in block.items() if block is not None else ():
                one = target(str(where), operation, plain(node), first, last, on, self.stands)
                said = node.source or (block.source if block is not None else None) or source
                does = f"{operation} {flow(replace(node, source=None))}{when}"
                yield self.value(one, node, said, f"{path}.{operation}", does)

    def new(self, where: str, node: Node, change: str, does: str) -> Iterator[Value]:
        steps = where.removeprefix("crossings.").split(".")
        kind = "stocks" if steps[0] == STORES else steps[1]
        path = where if steps[0] == STORES else f"crossings.{'.'.join(steps)}"
        own = {word: item for word, item in node.value.items() if kind != "stations" or word not in SIDES}
        for value in values_below(replace(node, value=own), path, BLOCKS[kind]):
            self.last[value.path] = replace(value, plan=self.plan, change=change, does=does)
            yield self.last[value.path]

    def value(self, one: Target, node: Node, source: Source | None, change: str, does: str) -> Value:
        """What one change leaves on its first day."""
        apart = one.crossing == FUNDS or one.crossing.startswith(f"{STORES}.")
        place = [one.crossing] if apart else ["crossings", one.crossing, one.kind]
        path = ".".join([*place, one.name, one.word])
        block, when = self.stands[one.crossing][one.kind][one.name], one.first or self.scenario.start
        earlier = [
            held for held in self.made if (held.crossing, held.kind, held.name) == (one.crossing, one.kind, one.name)
        ]
        once = WORDS[one.kind][one.word].once
        before = None if once else in_force(block, earlier, one.word, when)
        after = plain(node) if once or one.operation == "set" else in_force(block, [*earlier, one], one.word, when)
        bare = isinstance(after, dict) or (once and one.operation == "scale")
        shape = None if bare else _shape(block, one.word)
        number, unit, key = measured(shape, after, one.word, one.name)
        self.made.append(one)
        found = Value(
            path, after, unit, number, key, node.key or node.place, source, "",
            basis_of(source, chosen=True),
            () if before is None else self.before(path, before, when), self.plan, change, does,
        )  # fmt: skip
        if not once:
            self.last[path] = found
        return found

    def before(self, path: str, before: Any, when: date) -> tuple[Written, ...]:
        """What the value was, and what that had taken the place of."""
        if path in self.written and path not in self.last:
            first = self.written[path]
            return (Written(first.value, first.place, first.source), *first.history)
        held = self.last.get(path)
        if held is None and path.endswith(".desks"):  # stated as shifts, the desks by hours
            path = f"{path.removesuffix('desks')}shifts"
            held = self.last.get(path)
        if held is None:  # written by date or as a block: the value of that date, or the first
            inside = [one for under, one in self.written.items() if under.startswith(f"{path}.")]
            since = [one for one in inside if looks_dated(step := one.path[len(path) + 1 :][:10]) and step <= f"{when}"]
            held = since[-1] if since else inside[0] if inside else None
        return () if held is None else (Written(before, held.place, held.source), *held.history)


def in_force(block: Any, made: list[Target], word: str, when: date) -> Any:
    """A word of a block on a date as a file would write it, with the changes made."""
    if word == "service":
        spread, factor = changed_service(getattr(block, word), made, when)
        return f"mean {spread.mean * factor / MINUTE:.6g} min" if spread is not None else None
    if word == "desks" and isinstance(block, Station) and block.shifts is not None:
        return {str(hours): int(desks) for hours, desks in roster(block, made, when)}
    written = getattr(block, word)
    written = written.on(when) if hasattr(written, "on") else written
    value = changed(written, of(made, word), when)
    if word in _COUNTS and value is not None:
        return int(whole(value))
    if isinstance(value, Amount):
        return f"{value.number:.15g} {value.unit}" if value.unit else int(value.number)
    if isinstance(value, Throughput):
        return f"{value.per_day:.15g} {value.of}/day"
    if isinstance(value, Spread):
        return f"mean {value.mean / MINUTE:.6g} min"
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, (bool, int, float, str)) or value is None:
        return value
    return str(value) if not hasattr(value, "items") else {str(key): item for key, item in value.items()}


def _shape(block: Any, word: str) -> Shape | None:
    model: type[Words] = type(block)
    found = words(model).get(word)
    shape = found[1] if found is not None else None
    return shape.item if isinstance(shape, (ByDate, Table)) else shape
