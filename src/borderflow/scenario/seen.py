"""A scenario as far as it can be read: what stands where, with None for a block that is faulty.

The checks of names and numbers look at this, so that one broken block does not hide what is wrong elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from pydantic import ValidationError

from borderflow.scenario.people import HouseholdMix, Phase
from borderflow.scenario.reception import Fleet, Station, Stock
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.tree import Node, below, children, plain
from borderflow.scenario.units import DAY, day, seconds
from borderflow.scenario.words import Words

W = TypeVar("W", bound=Words)


@dataclass(frozen=True)
class SeenPhase:
    """A phase with its place."""

    path: str
    node: Node
    phase: Phase | None


@dataclass(frozen=True)
class SeenCrossing:
    """A crossing as far as it can be read."""

    name: str
    path: str
    node: Node
    stations: Mapping[str, Station | None]
    stocks: Mapping[str, Stock | None]
    fleets: Mapping[str, Fleet | None]
    mix: HouseholdMix | None
    phases: tuple[SeenPhase, ...]

    @property
    def journey(self) -> list[tuple[str, Node, str]]:
        """Path, node and name of each stop."""
        node = self.node.get("journey")
        stops = children(node, f"{self.path}.journey") if node is not None else ()
        return [(path, item, item.value) for path, _, item in stops if isinstance(item.value, str)]

    def at(self, *steps: str) -> Node | None:
        """The node under the words, or None."""
        return under(self.node, *steps)


@dataclass(frozen=True)
class Seen:
    """The scenario as far as it can be read."""

    root: Node
    start: date | None
    end: date | None
    warm_up: int
    households: HouseholdMix | None
    crossings: dict[str, SeenCrossing]

    @property
    def first(self) -> date | None:
        """The first day, warm-up included."""
        return self.start - timedelta(days=-(-self.warm_up // DAY)) if self.start is not None else None

    def mix(self, crossing: SeenCrossing, phase: Phase) -> HouseholdMix | None:
        """The households in force at a crossing in a phase, None where a block is faulty."""
        if self.households is None or crossing.mix is None:
            return None
        return self.households.restated(crossing.mix).restated(phase.households)

    def outside(self, when: date) -> str:
        """Why nothing happens on a date: it lies before the beginning or after the end; empty if it does not."""
        if self.end is not None and when > self.end:
            return f"{when} lies after the end of the scenario, {self.end}"
        if self.first is not None and when < self.first:
            return f"{when} lies before the scenario begins, {self.first}"
        return ""


def under(node: Node | None, *steps: str) -> Node | None:
    """The node under the words, or None."""
    for step in steps:
        node = node.get(step) if node is not None else None
    return node


def block(node: Node | None, kind: type[W]) -> W | None:
    """A block by itself, or None where it is missing or faulty."""
    if node is None:
        return None
    try:
        return kind.model_validate(plain(node))
    except ValidationError:
        return None


def named(node: Node | None, kind: type[W]) -> dict[str, Any]:
    """The blocks of a mapping of names."""
    return {str(name): block(item, kind) for name, item in node.items()} if node is not None else {}


def seen(root: Node, scenario: Scenario | None) -> Seen:
    """What stands where: from the scenario if it could be read whole, else every block of the tree by itself."""
    crossings = {}
    held = root.get("crossings")
    for key, node in held.items() if held is not None else ():
        name, path = str(key), below("crossings", key)
        whole = scenario.crossings[name] if scenario is not None else None
        listing = under(node, "arrivals", "phases")
        stops = list(children(listing, f"{path}.arrivals.phases")) if listing is not None else []
        if whole is not None:
            stations, stocks, fleets = dict(whole.stations), dict(whole.stocks), dict(whole.fleets)
            mix: HouseholdMix | None = whole.households or HouseholdMix()
            phases: list[Phase | None] = list(whole.arrivals.phases)
        else:
            stations, stocks = named(node.get("stations"), Station), named(node.get("stocks"), Stock)
            fleets = named(node.get("fleets"), Fleet)
            mix = block(node.get("households"), HouseholdMix) if node.has("households") else HouseholdMix()
            phases = [block(item, Phase) for _, _, item in stops]
        placed = zip(stops, phases, strict=True)
        placed_phases = tuple(SeenPhase(where, item, phase) for (where, _, item), phase in placed)
        crossings[name] = SeenCrossing(name, path, node, stations, stocks, fleets, mix, placed_phases)
    return Seen(
        root,
        read(root.get("start"), day),
        read(root.get("end"), day),
        read(root.get("warm_up"), seconds) or 0,
        scenario.households if scenario is not None else block(root.get("households"), HouseholdMix),
        crossings,
    )


def read(node: Node | None, reader: Any) -> Any:
    """A value by its reader, or None where it is missing or faulty."""
    if node is None or isinstance(node.value, (dict, list)):
        return None
    try:
        return reader(node.value)
    except ValueError:
        return None
