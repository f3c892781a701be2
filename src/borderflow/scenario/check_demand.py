"""Whether the desks of each plan can serve those who come, by the levels of the phases alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from borderflow.scenario.check_arrivals import levels
from borderflow.scenario.check_journey import passing
from borderflow.scenario.closure import Closure
from borderflow.scenario.faults import Fault, listed
from borderflow.scenario.in_force import ROSTER, by_person, desk_seconds, roster, service_mean
from borderflow.scenario.made import Made
from borderflow.scenario.people import HouseholdMix
from borderflow.scenario.reception import Station
from borderflow.scenario.seen import Seen, SeenCrossing
from borderflow.scenario.targets import Target
from borderflow.scenario.tree import fault
from borderflow.scenario.units import DAY, midnight

Day = tuple[date, float, HouseholdMix]
"""A date, the households expected on it, and what they are like."""
Over = tuple[date, float, float]
"""The day on which a line first holds more than a day's work; the households of that day, and what can be served."""


@dataclass(frozen=True)
class UnderPlan:
    """What stands there under a plan, its changes and additions, and the paths of what its triggers change."""

    seen: Seen
    made: Sequence[Made]
    new: Sequence[Made]
    triggered: frozenset[str]


MOST_STEPS = 500_000
"""Days of stations that are looked at, over all plans: a few seconds. The shipped scenarios have some ten thousand."""
CHANGED = (*ROSTER, "service", "throughput")


def checked_demand(seen: Seen, plans: Mapping[str, UnderPlan]) -> Iterator[Fault]:
    """Warnings for stations at which far more come than the desks of a plan can serve.

    A station is told of once for all plans of one date; under a plan whose triggers change its desks, not at all.
    """
    steps = 0
    for crossing in seen.crossings.values():
        found: dict[tuple[str, Over], list[str]] = {}
        known: dict[object, dict[str, Over]] = {}
        days = _days(seen, crossing)
        for plan, under_it in plans.items():
            own = [one for one in under_it.made if one.target.crossing == crossing.name and one.target.word in CHANGED]
            there = under_it.seen.crossings[crossing.name]
            own += [one for one in under_it.new if one.target.crossing == crossing.name]
            key = (tuple(one.path for one in own), tuple(there.order))
            if key not in known:
                steps += len(days) * len(there.order)
                if steps > MOST_STEPS:
                    message = (
                        f"from plan '{plan}' on it was not checked whether the desks can serve those who come:"
                        " too many plans, days and stations"
                    )
                    yield fault(crossing.node, crossing.path, message, got=False, at_key=True, warning=True)
                    break
                known[key] = _over(seen, there, [one.target for one in own], days)
            for station, over in known[key].items():
                if f"{crossing.name}.stations.{station}" in under_it.triggered:
                    continue
                found.setdefault((station, over), []).append(plan)
        for (station, (when, come, served)), named in found.items():
            node = plans[named[0]].seen.crossings[crossing.name].at("stations", station)
            if node is not None:
                under = "every plan" if len(named) == len(plans) else _named(named)
                message = (
                    f"far more come than can be served: from {when} over a day's work waits under {under};"
                    f" {come:,.0f} households come that day, {served:,.0f} can be served"
                )
                path = f"{crossing.path}.stations.{station}"
                yield fault(node, path, message, got=False, at_key=True, warning=True)


def _named(plans: list[str]) -> str:
    quoted = [f"'{plan}'" for plan in plans]
    return f"plan{'s' if len(plans) > 1 else ''} {listed(quoted, 'and')}"


def _days(seen: Seen, crossing: SeenCrossing) -> list[Day]:
    """The households expected on each day, by the phases, without those whom a closure sends from here or to here."""
    mixes = {one.path: seen.mix(crossing, one.phase) for one in crossing.phases if one.phase is not None}
    found = []
    for path, when, persons in levels(seen, crossing):
        mix = mixes[path]
        if mix is not None and mix.size is not None:
            gone = max((_shut(seen, one, when) * (one.divert or 0.0) for one in _closures(crossing)), default=0.0)
            found.append((when, persons / max(1.0, mix.size.mean) * (1 - gone), mix))
    return found


def _closures(crossing: SeenCrossing) -> list[Closure]:
    """The closures that stop people."""
    return [one.closure for one in crossing.closures if one.closure is not None and "people" in one.closure.stops]


def _shut(seen: Seen, closure: Closure, when: date) -> float:
    """The share of a day in which a closure holds."""
    first, end = closure.stretch(seen.start or when)
    begins = midnight(when, seen.start or when)
    return max(0, min(end, begins + DAY) - max(first, begins)) / DAY


def _over(seen: Seen, crossing: SeenCrossing, made: Sequence[Target], days: Sequence[Day]) -> dict[str, Over]:
    """The stations whose line comes to hold more than a day's work, as water through the stations of the journey.

    Each station passes on what it has served, and those who do not need it. A station at which a closure stops people
    serves nobody in it, and is not told of: its line is the closure's.
    """
    stations = [(name, station) for name in crossing.order if (station := crossing.stations.get(name)) is not None]
    lines = dict.fromkeys(crossing.order, 0.0)
    changes = {name: [one for one in made if one.name == name and one.kind == "stations"] for name in crossing.order}
    begins = {name: [one for one in changes[name] if one.operation == "new"] for name in crossing.order}
    closures = _closures(crossing)
    stopped = {name for one in closures for name in one.stops_at(tuple(crossing.order))}
    found: dict[str, Over] = {}
    for when, households, mix in days:
        flow = households
        for name, station in stations:
            share = passing(station, mix)
            if station.fleet is not None or not share or any(one.first and when < one.first for one in begins[name]):
                continue
            most = capacity(station, changes[name], when, mix)
            if name in stopped:
                most *= 1 - max(_shut(seen, one, when) for one in closures)
            come = flow * share
            served = min(lines[name] + come, most)
            lines[name] += come - served
            flow = flow - come + served
            if name not in found and name not in stopped and most and lines[name] > most:
                found[name] = (when, come, most)
    return found


def capacity(station: Station, made: Sequence[Target], when: date, mix: HouseholdMix) -> float:
    """Households that a station can serve on a date: desks × hours ÷ the mean service of a household."""
    staffed = desk_seconds(roster(station, made, when))
    mean = service_mean(station, made, when)
    if by_person(station) and mix.size is not None:
        mean *= mix.size.mean * _members(station, mix)
    return staffed / mean if mean else 0.0


def _members(station: Station, mix: HouseholdMix) -> float:
    """The share of a household's members whom a station serves."""
    minors = mix.children or 0.0
    return {"all": 1.0, "adults": 1.0 - minors, "children": minors}[station.members]
