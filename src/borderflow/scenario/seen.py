"""A scenario as far as it can be read: what stands where, with None for a block that is faulty.

The checks of names and numbers look at this, so that one broken block does not hide what is wrong elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from pydantic import ValidationError

from borderflow.scenario.closure import Closure
from borderflow.scenario.daily import Daily
from borderflow.scenario.funds import Fund
from borderflow.scenario.people import HouseholdMix, Phase, Population
from borderflow.scenario.reception import Fleet, Station, Stock
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.space import Space
from borderflow.scenario.tree import Key, Node, below, children, plain
from borderflow.scenario.units import DAY, day, seconds
from borderflow.scenario.words import Words

W = TypeVar("W", bound=Words)
LONGEST_DAYS = 1_096
"""Days of three years: a longer scenario must be asked for."""
MOST_DAYS = 36_525
"""Days of a hundred years: no scenario is longer."""


@dataclass(frozen=True)
class SeenPhase:
    """A phase with its place."""

    path: str
    node: Node
    phase: Phase | None


@dataclass(frozen=True)
class SeenClosure:
    """A closure with its place."""

    path: str
    node: Node
    closure: Closure | None


@dataclass(frozen=True)
class SeenCrossing:
    """A crossing as far as it can be read."""

    name: str
    path: str
    node: Node
    stations: Mapping[str, Station | None]
    stocks: Mapping[str, Stock | None]
    fleets: Mapping[str, Fleet | None]
    spaces: Mapping[str, Space | None]
    closures: tuple[SeenClosure, ...]
    mix: HouseholdMix | None
    phases: tuple[SeenPhase, ...]
    daily: Daily | None = None

    @property
    def journey(self) -> list[tuple[str, Node, str]]:
        """Path, node and name of each stop."""
        node = self.node.get("journey")
        stops = children(node, f"{self.path}.journey") if node is not None else ()
        return [(path, item, item.value) for path, _, item in stops if isinstance(item.value, str)]

    @property
    def order(self) -> dict[str, int]:
        """The place of each station in the journey."""
        return {name: number for number, (_, _, name) in enumerate(self.journey)}

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
    households: Population | None
    crossings: dict[str, SeenCrossing]
    warehouses: Mapping[str, Mapping[str, Stock | None]]
    funds: Mapping[str, Fund | None]
    allow_long: bool = False
    yes_really: bool = False

    @property
    def longest(self) -> int:
        """The days that the scenario may have."""
        return MOST_DAYS if self.allow_long else LONGEST_DAYS

    def comers(self, crossing: SeenCrossing) -> list[SeenCrossing]:
        """The crossings whose people come to this one: itself, and those that divert to it."""
        names = tuple(self.crossings)
        others = [
            other
            for other in self.crossings.values()
            if any(
                one.closure is not None and one.closure.goal(other.name, names) == crossing.name
                for one in other.closures
            )
        ]
        return [crossing, *(other for other in others if other is not crossing)]

    @property
    def first(self) -> date | None:
        """The first day, warm-up included."""
        return self.start - timedelta(days=-(-self.warm_up // DAY)) if self.start is not None else None

    def mix(self, crossing: SeenCrossing, phase: Phase) -> HouseholdMix | None:
        """The households in force at a crossing in a phase, None where a block is faulty."""
        if self.households is None or crossing.mix is None:
            return None
        return self.households.restated(crossing.mix).restated(phase.households)

    def mixes(self, crossing: SeenCrossing) -> list[HouseholdMix]:
        """The households of a crossing, phase by phase, as far as they can be read."""
        found = [self.mix(crossing, one.phase) for one in crossing.phases if one.phase is not None]
        return [mix for mix in found if mix is not None]

    def largest(self, crossing: SeenCrossing) -> int:
        """The most persons of a household that may pass a crossing, those sent here by a closure included."""
        mixes = [mix for one in self.comers(crossing) for mix in self.mixes(one)]
        return max((mix.size.largest for mix in mixes if mix.size is not None), default=0)

    def largest_at(self, crossing: SeenCrossing) -> str:
        """Where the size of the largest household that may pass a crossing is stated: FILE:LINE:COLUMN."""
        most = self.largest(crossing)
        for one in self.comers(crossing):
            for held in one.phases:
                mix = self.mix(one, held.phase) if held.phase is not None else None
                if mix is None or mix.size is None or mix.size.largest != most:
                    continue
                nearest = (under(block, "households", "size") for block in (held.node, one.node, self.root))
                node = next((size for size in nearest if size is not None), None)
                if node is not None:
                    return str(node.key or node.place)
        return ""

    def outside(self, when: date) -> str:
        """Why nothing happens on a date: it lies before the beginning or after the end; empty if it does not."""
        if self.end is not None and when > self.end:
            return f"{when} lies after the end of the scenario, {self.end}"
        if self.first is not None and when < self.first:
            return f"{when} lies before the scenario begins, {self.first}"
        return ""


def added_blocks(root: Node) -> list[tuple[str, Node]]:
    """Path and block of everything that any plan adds."""
    plans = root.get("plans")
    found: list[tuple[str, Node]] = []
    for _, plan in plans.items() if plans is not None else ():
        changes = plan.get("changes")
        for change in changes.list() if changes is not None else ():
            new = change.get("new")
            found += [(str(path), block) for path, block in new.items()] if new is not None else []
    return found


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
        stops: list[tuple[str, Key, Node]] = (
            list(children(listing, f"{path}.arrivals.phases")) if listing is not None else []
        )
        shut = node.get("closures")
        shuts = list(children(shut, f"{path}.closures")) if shut is not None else []
        if whole is not None:
            stations, stocks, fleets = dict(whole.stations), dict(whole.stocks), dict(whole.fleets)
            spaces: dict[str, Space | None] = dict(whole.spaces)
            closures: list[Closure | None] = list(whole.closures)
            counts = whole.arrivals.daily
            mix: HouseholdMix | None = whole.households or HouseholdMix()
            phases: list[Phase | None] = list(whole.arrivals.phases)
            if whole.arrivals.daily is not None:
                stops.append((f"{path}.arrivals", "arrivals", node.get("arrivals") or node))
                del stops[len(phases) :]
        else:
            stations, stocks = named(node.get("stations"), Station), named(node.get("stocks"), Stock)
            fleets, spaces = named(node.get("fleets"), Fleet), named(node.get("spaces"), Space)
            closures, counts = [block(item, Closure) for _, _, item in shuts], None
            mix = block(node.get("households"), HouseholdMix) if node.has("households") else HouseholdMix()
            phases = [block(item, Phase) for _, _, item in stops]
        placed = zip(stops, phases, strict=True)
        placed_phases = tuple(SeenPhase(where, item, phase) for (where, _, item), phase in placed)
        placed_closures = tuple(
            SeenClosure(where, item, closure) for (where, _, item), closure in zip(shuts, closures, strict=True)
        )
        crossings[name] = SeenCrossing(
            name, path, node, stations, stocks, fleets, spaces, placed_closures, mix, placed_phases, counts
        )
    stores = root.get("warehouses")
    return Seen(
        root,
        read(root.get("start"), day),
        read(root.get("end"), day),
        read(root.get("warm_up"), seconds) or 0,
        scenario.households if scenario is not None else block(root.get("households"), Population),
        crossings,
        scenario.warehouses
        if scenario is not None
        else {str(name): named(store, Stock) for name, store in (stores.items() if stores is not None else ())},
        scenario.funds if scenario is not None else named(root.get("funds"), Fund),
    )


def read(node: Node | None, reader: Any) -> Any:
    """A value by its reader, or None where it is missing or faulty."""
    if node is None or isinstance(node.value, (dict, list)):
        return None
    try:
        return reader(node.value)
    except ValueError:
        return None
