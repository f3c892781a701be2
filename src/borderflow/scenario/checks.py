"""Names that point nowhere and numbers that make no sense: what no single block can know by itself."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from datetime import date, timedelta

from borderflow.scenario.faults import Fault, near
from borderflow.scenario.people import HouseholdMix
from borderflow.scenario.reception import Fleet
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.seen import Seen, SeenCrossing, read, under
from borderflow.scenario.spread import Size
from borderflow.scenario.tree import Node, below, children, fault
from borderflow.scenario.units import Money, day, money

LONGEST_DAYS = 1096
MOST_HOUSEHOLDS = 10_000_000
BYTES_EACH = 300
SECONDS_EACH = 50e-6
RESERVED = {"all", *(field.alias or name for name, field in Scenario.model_fields.items())}


def checked(seen: Seen, indicators: Collection[str] | None = None) -> Iterator[Fault]:
    """Every fault and warning of the scenario outside its plans, block by block."""
    yield from _days(seen)
    node = seen.root.get("crossings")
    if node is not None and node.value == {}:
        yield fault(node, "crossings", "at least one crossing is needed", got=False)
    for crossing in seen.crossings.values():
        if crossing.name in RESERVED:
            message = f"'{crossing.name}' is reserved; name the crossing for its place"
            yield fault(crossing.node, crossing.path, message, got=False, at_key=True)
        yield from _journey(crossing)
        yield from _takes(crossing)
        yield from _fleets(seen, crossing)
        yield from _sizes(seen, crossing)
        yield from _no_effect(seen, crossing)
    yield from _arrivals(seen)
    yield from _standards(seen, indicators)
    yield from _costs(seen)


def _days(seen: Seen) -> Iterator[Fault]:
    node = seen.root.get("end")
    if seen.start is None or seen.end is None or node is None:
        return
    days = (seen.end - seen.start).days + 1
    if days < 1:
        yield fault(node, "end", f"lies before 'start', {seen.start}")
    elif days > LONGEST_DAYS:
        yield fault(node, "end", f"the horizon is {days} days; the longest is {LONGEST_DAYS} (three years)")


def _journey(crossing: SeenCrossing) -> Iterator[Fault]:
    at = crossing.at("journey")
    if at is not None and at.value == []:
        yield fault(at, f"{crossing.path}.journey", "a journey passes at least one station", got=False)
    passed: set[str] = set()
    for path, node, name in crossing.journey:
        if name not in crossing.stations:
            hint = near(name, crossing.stations)
            yield fault(node, path, f"there is no station '{name}' here{hint}", got=False)
            passed.update(known for known in crossing.stations if f"'{known}'" in hint)
        elif name in passed:
            yield fault(node, path, f"station '{name}' stands in the journey twice", got=False)
        passed.add(name)
    stations = crossing.at("stations")
    for key, node in stations.items() if stations is not None and at is not None else ():
        name = str(key)
        if name not in passed:
            message = f"nobody passes station '{name}': it is not in the journey"
            yield fault(node, below(f"{crossing.path}.stations", name), message, got=False, at_key=True)
    if at is not None and passed and "gate" not in passed:
        message = "no station is named 'gate'; border counts are taken there, so none can be given"
        yield fault(at, f"{crossing.path}.journey", message, got=False, warning=True)


def _takes(crossing: SeenCrossing) -> Iterator[Fault]:
    taken: set[str] = set()
    for name, station in crossing.stations.items():
        path = f"{crossing.path}.stations.{name}.takes"
        takes = crossing.at("stations", name, "takes")
        for key, node in takes.items() if takes is not None else ():
            item = str(key)
            taken.add(item)
            if item not in crossing.stocks:
                message = f"there is no stock '{item}' at {crossing.name}{near(item, crossing.stocks)}"
                yield fault(node, below(path, item), message, got=False, at_key=True)
                continue
            stock = crossing.stocks[str(item)]
            need = station.takes.get(str(item)) if station is not None else None
            if stock is None or need is None or not any(one.number for one in stock.amounts()):
                continue
            if need.amount.unit != stock.unit:
                units = ("litres", "things that are counted")
                one, other = units if need.amount.unit == "l" else units[::-1]
                yield fault(node, below(path, item), f"takes {one}, but stock '{item}' is in {other}")
    stocks = crossing.at("stocks")
    for key, node in stocks.items() if stocks is not None else ():
        name = str(key)
        if name not in taken:
            path = below(f"{crossing.path}.stocks", name)
            yield fault(node, path, f"no station takes '{name}'", got=False, at_key=True, warning=True)


def _fleets(seen: Seen, crossing: SeenCrossing) -> Iterator[Fault]:
    used: set[str] = set()
    for name in crossing.stations:
        node = crossing.at("stations", name, "fleet")
        if node is None or not isinstance(node.value, str):
            continue
        used.add(node.value)
        if node.value not in crossing.fleets:
            path = f"{crossing.path}.stations.{name}.fleet"
            message = f"there is no fleet '{node.value}' at {crossing.name}{near(node.value, crossing.fleets)}"
            yield fault(node, path, message, got=False)
    for name, fleet in crossing.fleets.items():
        node = crossing.at("fleets", name)
        path = f"{crossing.path}.fleets.{name}"
        if node is None:
            continue
        if name not in used:
            yield fault(node, path, f"no station uses fleet '{name}'", got=False, at_key=True, warning=True)
        elif fleet is not None:
            yield from _carries(seen, crossing, fleet, path)


def _mixes(seen: Seen, crossing: SeenCrossing) -> list[HouseholdMix]:
    mixes = [seen.mix(crossing, one.phase) for one in crossing.phases if one.phase is not None]
    return [mix for mix in mixes if mix is not None]


def _carries(seen: Seen, crossing: SeenCrossing, fleet: Fleet, path: str) -> Iterator[Fault]:
    """Whether a fleet can take everyone where they go."""
    trips = under(crossing.node, "fleets", path.rsplit(".", 1)[1], "round_trip")
    vehicles = under(crossing.node, "fleets", path.rsplit(".", 1)[1], "vehicles")
    mixes = _mixes(seen, crossing)
    everywhere = [mix for one in seen.crossings.values() for mix in _mixes(seen, one)]
    if any(mix.destinations for mix in everywhere) and not all(mix.destinations for mix in mixes):
        message = f"the households of {crossing.name} have no 'destinations', though others have; state them here"
        yield fault(crossing.node, crossing.path, message, got=False, at_key=True)
    wanted = {to: None for mix in mixes for to, share in (mix.destinations or {"elsewhere": 1.0}).items() if share}
    lacking = [to for to in wanted if to not in fleet.round_trip and "elsewhere" not in fleet.round_trip]
    if lacking and trips is not None:
        to = ", ".join(f"'{one}'" for one in lacking)
        message = f"no round trip to {to}, and no 'elsewhere' for the rest"
        yield fault(trips, f"{path}.round_trip", message, got=False, at_key=True)
    most = max(fleet.vehicles.values)
    if vehicles is None:
        return
    if most == 0:
        yield fault(vehicles, f"{path}.vehicles", "there is never a vehicle; nobody leaves", warning=True)
        return
    largest = max((largest_household(mix.size) for mix in mixes if mix.size is not None), default=0)
    if math.ceil(largest / fleet.seats) > most:
        message = f"a household of {largest} does not fit into all {most} vehicles of {fleet.seats} seats together"
        yield fault(vehicles, f"{path}.vehicles", message)


def largest_household(size: Size) -> int:
    """The most persons that a household can have."""
    if size.negative_binomial is not None:
        return size.negative_binomial.max
    if size.shares is not None:
        return max((persons for persons, share in size.shares.items() if share), default=0)
    return size.fixed or 0


def mean_household(size: Size) -> float:
    """Mean persons in a household."""
    if size.negative_binomial is not None:
        return size.negative_binomial.mean
    if size.shares is not None:
        return math.fsum(persons * share for persons, share in size.shares.items())
    return float(size.fixed or 1)


def _sizes(seen: Seen, crossing: SeenCrossing) -> Iterator[Fault]:
    for one in crossing.phases:
        mix = seen.mix(crossing, one.phase) if one.phase is not None else None
        if mix is not None and mix.size is None:
            node = seen.root.get("households") or crossing.node
            message = f"the word 'size' is missing, here or in 'households' of {crossing.name}"
            yield fault(node, "households", message, got=False)
            return


def _no_effect(seen: Seen, crossing: SeenCrossing) -> Iterator[Fault]:
    """Warnings for what lies outside the days of the scenario."""
    for one in crossing.phases:
        node = one.node.get("from")
        when: date | None = read(node, day)
        if node is not None and when is not None and seen.end is not None and when > seen.end:
            message = f"the phase begins after the end of the scenario, {seen.end}, and has no effect"
            yield fault(node, f"{one.path}.from", message, warning=True)
    for name in crossing.stocks:
        for word in ("deliveries", "lost"):
            listing = crossing.at("stocks", name, word)
            inside = children(listing, f"{crossing.path}.stocks.{name}.{word}") if listing is not None else ()
            for path, _, item in inside:
                node = item.get("on")
                when = read(node, day)
                if node is not None and when is not None and (why := seen.outside(when)):
                    yield fault(node, f"{path}.on", f"{why}; it has no effect", got=False, warning=True)
    for path, node in _dated(crossing):
        for under_path, key, item in children(node, path):
            when = read(Node(key, node.place), day)
            if when is not None and seen.end is not None and when > seen.end:
                yield fault(
                    item, under_path, f"{seen.outside(when)}; it has no effect", got=False, at_key=True, warning=True
                )


def _dated(crossing: SeenCrossing) -> Iterator[tuple[str, Node]]:
    for kind, words in (("stations", ("desks", "open", "shifts", "throughput")), ("fleets", ("vehicles",))):
        held = crossing.at(kind)
        for name, block in held.items() if held is not None else ():
            for word in words:
                node = block.get(word)
                if node is not None:
                    yield f"{crossing.path}.{kind}.{name}.{word}", node


def expected_households(seen: Seen) -> float:
    """About how many households come in one replication, by the levels of the phases."""
    if seen.start is None or seen.end is None or seen.first is None:
        return 0.0
    total, last = 0.0, min(seen.end, seen.start + timedelta(days=LONGEST_DAYS))
    for crossing in seen.crossings.values():
        phases = [one.phase for one in crossing.phases if one.phase is not None]
        for number, phase in enumerate(phases):
            later = phases[number + 1] if number + 1 < len(phases) else None
            mix = seen.mix(crossing, phase)
            if mix is None or mix.size is None:
                continue
            begins = seen.first if number == 0 else max(phase.from_, seen.first)
            ends = last if later is None else min(last, later.from_ - timedelta(days=1))
            persons = 0.0
            for offset in range(max(0, (ends - begins).days + 1)):
                since = max(0, (begins - phase.from_).days + offset)
                level, goal = phase.persons_per_day, later.persons_per_day if later is not None else 0.0
                if phase.shape == "ramp" and later is not None and level > 0 and goal > 0:
                    level *= (goal / level) ** (since / max(1, (later.from_ - phase.from_).days))
                elif phase.shape == "decay" and phase.half_life:
                    goal = goal if phase.towards is None else phase.towards
                    level = goal + (level - goal) * 2.0 ** (-since * 86_400 / phase.half_life)
                persons += level
            total += persons / max(1.0, mean_household(mix.size))
    return total


def _arrivals(seen: Seen) -> Iterator[Fault]:
    node = seen.root.get("crossings")
    expected = expected_households(seen)
    if node is not None and expected >= MOST_HOUSEHOLDS:
        millions, memory = expected / 1e6, expected * BYTES_EACH / 1e9
        minutes = expected * SECONDS_EACH / 60
        message = (
            f"about {millions:.0f} million households are expected in a replication, which takes {memory:.0f} GB"
            f" and {minutes:.0f} min; the most is {MOST_HOUSEHOLDS // 1_000_000} million"
        )
        yield fault(node, "crossings", message, got=False)


def _standards(seen: Seen, indicators: Collection[str] | None) -> Iterator[Fault]:
    standards = seen.root.get("standards")
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
            known: list[str] = [held for crossing in looked for held in getattr(crossing, kind)]
            if node is not None and isinstance(node.value, str) and node.value not in known:
                at = f" at {one.name}" if one is not None else ""
                message = f"there is no {what} '{node.value}'{at}{near(node.value, known)}"
                yield fault(node, f"{path}.{word}", message, got=False)
        node = block.get("indicator")
        if indicators is not None and node is not None and isinstance(node.value, str) and node.value not in indicators:
            message = f"there is no indicator '{node.value}'{near(node.value, indicators)}"
            yield fault(node, f"{path}.indicator", message, got=False)


def _costs(seen: Seen) -> Iterator[Fault]:
    costs, plans = seen.root.get("costs"), seen.root.get("plans")
    stocks = [name for crossing in seen.crossings.values() for name in crossing.stocks]
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
