"""The journey: its stops, who passes them, and the shifts that are staffed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from borderflow.scenario.faults import Fault, near
from borderflow.scenario.people import GROUPS, HouseholdMix
from borderflow.scenario.reception import Station
from borderflow.scenario.seen import Seen, SeenCrossing, read
from borderflow.scenario.tree import Node, below, fault, walk
from borderflow.scenario.units import DAY, HOUR, MINUTE, Hours, hours
from borderflow.scenario.words import looks_dated


def checked_journey(crossing: SeenCrossing) -> Iterator[Fault]:
    """Stops of the journey that are no station, stand there twice, or are left out."""
    at = crossing.at("journey")
    if at is not None and at.value == []:
        yield fault(at, f"{crossing.path}.journey", "a journey passes at least one station", got=False)
    passed: set[str] = set()
    for path, node, name in crossing.journey:
        if name not in crossing.stations:
            hint = near(name, crossing.stations)
            yield fault(node, path, f"there is no station '{name}' here{hint}", got=False)
            passed.update(known for known in crossing.stations if hint and f"'{known}'" in hint)
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


def checked_passers(seen: Seen, crossing: SeenCrossing) -> Iterator[Fault]:
    """Warnings for stations in the journey that nobody of those who come passes."""
    mixes = [mix for one in seen.comers(crossing) for mix in seen.mixes(one)]
    order = crossing.order
    for name, station in crossing.stations.items():
        node = crossing.at("stations", name)
        if station is None or node is None or not mixes or name not in order:
            continue
        if any(passing(station, mix) for mix in mixes):
            continue
        message = f"nobody passes station '{name}': nobody of its groups comes"
        if station.share == 0:
            message = f"nobody passes station '{name}': its share is 0"
        elif station.specific_needs == "only" and not any(mix.specific_needs for mix in mixes):
            message = f"nobody passes station '{name}': no household has specific needs"
        yield fault(node, f"{crossing.path}.stations.{name}", message, got=False, at_key=True, warning=True)


def passing(station: Station, mix: HouseholdMix) -> float:
    """The share of the households of a mix that pass a station."""
    groups = {str(group): share for group, share in mix.groups.items()} if mix.groups else {GROUPS[0]: 1.0}
    served = 1.0 if station.groups is None else sum(groups.get(group, 0.0) for group in station.groups)
    needs = (mix.specific_needs or 0.0) if station.specific_needs == "only" else 1.0
    return served * needs * station.share


def checked_shifts(crossing: SeenCrossing) -> Iterator[Fault]:
    """Warnings for shifts of one day that overlap: their desks add up, which is more often a slip than meant."""
    for name, station in crossing.stations.items():
        node = crossing.at("stations", name, "shifts")
        if station is None or node is None or station.shifts is None:
            continue
        for shifts in station.shifts.values:
            if found := list(overlapping(shifts, node, f"{crossing.path}.stations.{name}.shifts")):
                yield from found
                break


def overlapping(shifts: Mapping[Hours, int], node: Node, path: str) -> Iterator[Fault]:
    """The warning for shifts of one day that overlap, written at a node."""
    if found := _overlap(shifts):
        first, second, both = found
        message = f"{first} and {second} overlap for {both}: their desks add up in that time"
        yield fault(node, path, message, got=False, warning=True)


def checked_hours(root: Node) -> Iterator[Fault]:
    """Shifts of the same hours in other letters (``24 h`` and ``00:00-24:00``): only one of them could hold."""
    for path, node in walk(root):
        if not path.endswith(".shifts"):
            continue
        dated = [(below(path, word), held) for word, held in node.items() if looks_dated(word)]
        for under, block in [(path, node), *dated]:
            known: dict[Hours, Node] = {}
            for word, held in block.items():
                opened: Hours | None = read(Node(word, block.place), hours)
                first = known.setdefault(opened, held) if opened is not None else held
                if first is not held:
                    message = f"the same hours stand at {first.key or first.place} already"
                    yield fault(held, below(under, word), message, got=False, at_key=True)


def _overlap(shifts: Mapping[Hours, int]) -> tuple[Hours, Hours, str] | None:
    """The first two staffed shifts that overlap, over midnight too, and for how long."""
    staffed = [hours for hours, desks in shifts.items() if desks]
    for number, one in enumerate(staffed):
        for other in staffed[number + 1 :]:
            # Shifted by a day either way, for one that runs over midnight into the other.
            both = sum(
                max(0, min(one.from_second + one.length, begins + other.length) - max(one.from_second, begins))
                for begins in (other.from_second - DAY, other.from_second, other.from_second + DAY)
            )
            if both:
                return one, other, below_day(both)
    return None


def below_day(seconds: int) -> str:
    """A time of less than a day in hours and minutes."""
    whole, minutes = seconds // HOUR, seconds % HOUR // MINUTE
    return " ".join(part for part in (f"{whole} h" if whole else "", f"{minutes} min" if minutes else "") if part)
