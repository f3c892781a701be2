"""Rosters in force: desks and vehicles as planned, with what triggers changed in this run.

The acts of each firing are dated and applied as the engine does it: desks at the next opening after the notice,
vehicles at once; a trigger that is undone takes its own changes back, desks again at the next opening.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from borderflow.engine.journal import NEVER, Fired
from borderflow.network.network import Act, Calendar, Moves, Network


@dataclass(frozen=True)
class Rosters:
    """Calendars of the stations and fleets that triggers changed, by index."""

    desks: dict[int, Calendar] = field(default_factory=dict)
    vehicles: dict[int, Calendar] = field(default_factory=dict)

    @classmethod
    def of(cls, network: Network, fired: Fired) -> Rosters:
        found = cls()
        if not len(fired.trigger):
            return found
        for (moves, place), acts in _acts(network, fired).items():
            if moves is Moves.DESKS:
                found.desks[place] = _in_force(network.stations[place].desks, acts, closes=True)
            else:
                found.vehicles[place] = _in_force(network.fleets[place].vehicles, acts, closes=False)
        return found


Dated = tuple[int, int, int]
"""Second; 0 if it was on the calendar, 1 if it came with the look at midnight; order among those."""


def _acts(network: Network, fired: Fired) -> dict[tuple[Moves, int], list[tuple[Dated, Act, bool]]]:
    """What was changed (True) or taken back (False) at each station and fleet, in order."""
    from borderflow.engine.trigger import next_opening

    found: dict[tuple[Moves, int], list[tuple[Dated, Act, bool]]] = defaultdict(list)
    for index, seen, undone in zip(fired.trigger.tolist(), fired.seen.tolist(), fired.undone.tolist(), strict=True):
        trigger = network.triggers[index]
        for number, act in enumerate(trigger.acts):
            if act.moves is Moves.DELIVERY:
                continue
            for now, second, on in ((seen, seen + trigger.notice, True), (undone, undone, False)):
                if now == NEVER:
                    continue
                if act.moves is Moves.DESKS:
                    second = next_opening(network.stations[act.place].desks, second)
                undone_before = on and undone != NEVER and second > undone
                if second < network.end_second and not undone_before:
                    dated = (second, int(second == now), index << 8 | number << 1 | on)
                    found[act.moves, act.place].append((dated, act, on))
    for acts in found.values():
        acts.sort(key=lambda each: each[0])
    return found


def _in_force(roster: Calendar, acts: list[tuple[Dated, Act, bool]], *, closes: bool) -> Calendar:
    """The roster with the changes that hold; ``closes``: where it has none staffed, nothing is changed."""
    from borderflow.engine.line import changed

    seconds = np.unique(np.concatenate([roster.second, np.array([dated[0] for dated, *_ in acts], dtype=np.int64)]))
    rostered = roster.at(np.maximum(seconds, roster.second[0]))
    held: list[Act] = []
    coming = iter(acts)
    upcoming = next(coming, None)
    values = []
    for second, planned in zip(seconds.tolist(), rostered.tolist(), strict=True):
        while upcoming is not None and upcoming[0][0] <= second:
            _, act, on = upcoming
            if on:
                held.append(act)
            elif act in held:
                held.remove(act)
            upcoming = next(coming, None)
        values.append(0.0 if closes and not planned else float(changed(int(planned), held)))
    return Calendar(seconds, np.array(values))
