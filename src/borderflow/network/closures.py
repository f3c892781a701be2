"""Closures of a crossing: when stations start nobody, when nothing comes in, and who goes to another crossing."""

from __future__ import annotations

from collections.abc import Iterable

from borderflow.network import network as net
from borderflow.scenario.scenario import Scenario

Stretches = tuple[tuple[int, int], ...]
"""Disjoint stretches [first, end) in order."""


def shut_stations(scenario: Scenario, crossing: str) -> dict[str, Stretches]:
    """When each station that a closure stops starts nobody."""
    place = scenario.crossings[crossing]
    found: dict[str, list[tuple[int, int]]] = {}
    for closure in place.closures:
        for name in closure.stops_at(place.journey):
            found.setdefault(name, []).append(closure.stretch(scenario.start))
    return {name: joined(stretches, scenario) for name, stretches in found.items()}


def shut_supplies(scenario: Scenario, crossing: str) -> Stretches:
    """When nothing comes in at a crossing."""
    closures = scenario.crossings[crossing].closures
    return joined([one.stretch(scenario.start) for one in closures if "supplies" in one.stops], scenario)


def diversions(scenario: Scenario) -> tuple[net.Diversion, ...]:
    """Closures that send people on to another crossing. Where two overlap, the larger share of them goes."""
    names = tuple(scenario.crossings)
    found = []
    for index, (name, place) in enumerate(scenario.crossings.items()):
        for closure in place.closures:
            goal = closure.goal(name, names)
            first, end = closure.stretch(scenario.start)
            if goal is not None and closure.divert and closure.after is not None:
                found.append(net.Diversion(index, first, end, closure.divert, closure.after, names.index(goal)))
    return tuple(found)


def comers(scenario: Scenario, crossing: str) -> list[str]:
    """The crossings whose people pass this one: itself, and those whose closures divert to it."""
    names = tuple(scenario.crossings)
    diverting = [
        name
        for name, place in scenario.crossings.items()
        if name != crossing and any(closure.goal(name, names) == crossing for closure in place.closures)
    ]
    return [crossing, *diverting]


def joined(stretches: Iterable[tuple[int, int]], scenario: Scenario) -> Stretches:
    """Stretches within the days of the scenario; those that overlap or touch are one."""
    found: list[tuple[int, int]] = []
    for first, end in sorted(stretches):
        first, end = max(first, scenario.first_second), min(end, scenario.end_second)
        if first >= end:
            continue
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((first, end))
    return tuple(found)


def first_open(second: int, shut: Stretches) -> int:
    """The first second at or after ``second`` that lies in no closure."""
    for first, end in shut:
        if first <= second < end:
            second = end
    return second
