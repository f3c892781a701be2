"""What only a plan has: stations, fleets, spaces and stocks that it adds to those of the scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from borderflow.scenario.faults import listed, near
from borderflow.scenario.reception import Crossing, Fleet, Station, Stock
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.space import Space
from borderflow.scenario.targets import ONE, STORES, DoesNotFit, Kind, Standing, Target, standing
from borderflow.scenario.words import Named, name

BLOCKS: Mapping[str, type[Any]] = {"stations": Station, "stocks": Stock, "fleets": Fleet, "spaces": Space}
SIDES = ("after", "before")


@dataclass(frozen=True)
class Place:
    """Where something new stands: crossing (or ``warehouses.NAME``), kind and name."""

    crossing: str
    kind: Kind
    name: str


@dataclass(frozen=True)
class New:
    """A block that a plan adds; a station stands right ``after`` another one of the journey, or before it."""

    block: Any
    beside: str = ""
    after: bool = True


def where(path: str, stands: Standing, crossings: Iterable[str]) -> Place:
    """The place of something new, or ``ValueError`` saying why it cannot stand there."""
    steps = path.removeprefix("crossings.").split(".")
    if len(steps) != 3:
        raise DoesNotFit("write a path of three steps, such as torkham.stations.triage or warehouses.kabul.tents")
    if steps[0] == STORES:
        if steps[1] in crossings:
            raise DoesNotFit(f"'{steps[1]}' is a crossing; name the warehouse for another place")
        place = Place(f"{STORES}.{name(steps[1])}", "stocks", name(steps[2]))
    else:
        if steps[0] not in stands:
            raise DoesNotFit(f"there is no crossing '{steps[0]}'{near(steps[0], crossings)}")
        if steps[1] not in BLOCKS:
            raise DoesNotFit(f"a plan can add {listed(BLOCKS)}{near(steps[1], BLOCKS)}")
        place = Place(steps[0], steps[1], name(steps[2]))  # type: ignore[arg-type]
    if place.name in stands.get(place.crossing, {}).get(place.kind, {}):
        at = place.crossing.removeprefix(f"{STORES}.")
        raise DoesNotFit(f"there is a {ONE[place.kind]} '{place.name}' at {at} already; change its words")
    return place


def added(place: Place, value: Mapping[str, Any], first: date | None) -> Target:
    """Something new as read, there from ``first`` on (None: throughout).

    Raises pydantic's ``ValidationError`` for a faulty block and ``DoesNotFit`` where it cannot stand there.
    """
    own = {word: held for word, held in value.items() if place.kind != "stations" or word not in SIDES}
    block = BLOCKS[place.kind].model_validate(own)
    beside = [word for word in SIDES if place.kind == "stations" and word in value]
    if place.kind == "stations" and len(beside) != 1:
        raise DoesNotFit("a new station says where it stands: 'after' or 'before' a station of the journey")
    if place.kind in ("stocks", "fleets") and first is not None:
        raise DoesNotFit("new stocks and fleets are there throughout; date their deliveries or vehicles instead")
    new = New(block, str(value[beside[0]]), beside[0] == "after") if beside else New(block)
    return Target(place.crossing, place.kind, place.name, "", "new", new, first, None)


def additions(scenario: Scenario, plan: str) -> tuple[Target, ...]:
    """What a plan adds, in the order written."""
    stands = standing(scenario)
    return tuple(
        added(where(path, stands, scenario.crossings), block, change.from_)
        for change in scenario.plans[plan].changes
        for path, block in change.new.items()
    )


def laid(scenario: Scenario, made: Iterable[Target]) -> Scenario:
    """The scenario with what a plan adds standing in it. Whatever else stands there is as it was."""
    before: dict[str, dict[str, New]] = {}
    crossings, warehouses = dict(scenario.crossings), {name: dict(held) for name, held in scenario.warehouses.items()}
    for one in made:
        if one.operation != "new":
            continue
        if one.crossing.startswith(f"{STORES}."):
            warehouses.setdefault(one.crossing.removeprefix(f"{STORES}."), {})[one.name] = one.value.block
        else:
            earlier = before.setdefault(one.crossing, {})
            crossings[one.crossing] = _placed(crossings[one.crossing], one, earlier)
            if one.kind == "stations":
                earlier[one.name] = one.value
    stores = Named({name: Named(held) for name, held in warehouses.items()})
    return scenario.model_copy(update={"crossings": Named(crossings), "warehouses": stores})


def as_planned(scenario: Scenario, plan: str) -> Scenario:
    """The scenario with what one plan adds standing in it."""
    return laid(scenario, additions(scenario, plan))


def _placed(crossing: Crossing, one: Target, earlier: Mapping[str, New]) -> Crossing:
    held = Named({**getattr(crossing, one.kind), one.name: one.value.block})
    update: dict[str, Any] = {one.kind: held}
    if one.kind == "stations":
        update["journey"] = inserted(crossing.journey, one.name, one.value, earlier)
    return crossing.model_copy(update=update)


def inserted(journey: tuple[str, ...], station: str, new: New, earlier: Mapping[str, New]) -> tuple[str, ...]:
    """The journey with a station right after or before another.

    Several of a plan that stand beside the same one stand in the order written: ``earlier`` has those laid before.
    """
    at = stop_of(journey, new, earlier)
    return (*journey[:at], station, *journey[at:])


def stop_of(journey: Sequence[str], new: New, earlier: Mapping[str, New]) -> int:
    """The number of stops before a new station."""
    at = journey.index(new.beside)
    if not new.after:
        return at
    led, last = {new.beside}, at
    for place, stop in enumerate(journey[at + 1 :], start=at + 1):
        if stop not in earlier:
            break
        if earlier[stop].after and earlier[stop].beside in led:
            led.add(stop)
            last = place
    return last + 1


def everything(scenario: Scenario) -> Scenario:
    """The scenario with what any of its plans adds, for tables and charts over all plans.

    Where two plans add something of one name, the first one's stands for both.
    """
    for plan in scenario.plans:
        stands, made = standing(scenario), []
        for change in scenario.plans[plan].changes:
            for path, block in change.new.items():
                steps = path.removeprefix("crossings.").split(".")
                place = f"{STORES}.{steps[1]}" if steps[0] == STORES else steps[0]
                kind = "stocks" if steps[0] == STORES else steps[1]
                if steps[2] not in stands.get(place, {}).get(kind, {}):
                    made.append(added(where(path, stands, scenario.crossings), block, change.from_))
        scenario = laid(scenario, made)
    return scenario
