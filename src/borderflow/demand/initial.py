"""Those who stand there when the simulation begins, instead of a warm-up."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from borderflow.demand.households import Floats, at_start
from borderflow.demand.members import DRAWN, UNDOCUMENTED, add_adults, blank, fill, stated_size
from borderflow.demand.sizes import sizes
from borderflow.scenario.people import HouseholdMix
from borderflow.scenario.reception import Station
from borderflow.scenario.scenario import Scenario


def stations_at_start(scenario: Scenario) -> dict[str, int]:
    """The stations at which people wait when the simulation begins, over all crossings, numbered."""
    queues = [crossing.initial.queue for crossing in scenario.crossings.values() if crossing.initial is not None]
    return {name: number for number, name in enumerate(dict.fromkeys(name for queue in queues for name in queue))}


def standing(
    scenario: Scenario, replication: int, crossing: str, station: str, begins: int, goals: tuple[str, ...]
) -> dict[str, npt.NDArray[Any]]:
    """Those who wait at a station when the simulation begins, column by column.

    Households of the first phase, as many as make up the persons stated; the last of them is as large as what is left.
    """
    place = scenario.crossings[crossing]
    wanted = place.initial.queue.get(station, 0) if place.initial is not None else 0
    if not wanted:
        return {}

    def uniform(purpose: str, count: int) -> Floats:
        return at_start(scenario.seed, replication, crossing, station, purpose, count)

    written = place.stations[station]
    mix = scenario.mix(crossing, place.arrivals.phase_on(scenario.start))
    persons = sizes(stated_size(mix), uniform("size", wanted))
    total = int(np.searchsorted(np.cumsum(persons, dtype=np.int64), wanted)) + 1
    persons = persons[:total]
    persons[-1] -= int(persons.sum(dtype=np.int64)) - wanted
    mix = mix.restated(_served(mix, written))
    result = blank(total)
    result["number"] = -1 - np.arange(total, dtype=np.int32)
    result["second"] = np.full(total, scenario.first_second, dtype=np.int64)
    result["begins"] = np.full(total, begins, dtype=np.int16)
    draws = {word: uniform(word, total) for word in DRAWN}
    fill(result, slice(0, total), mix, persons, draws, goals)
    add_adults(result, [(mix, slice(0, total))], draws["children"])
    return result


def _served(mix: HouseholdMix, station: Station) -> HouseholdMix:
    """What is known of people because they wait at a station: it serves their group, and their needs."""
    known: dict[str, Any] = {}
    if station.groups is not None:
        shares = mix.groups or UNDOCUMENTED
        served = {group: shares.get(group, 0.0) for group in station.groups}
        total = sum(served.values())
        known["groups"] = {group: share / total if total else 1 / len(served) for group, share in served.items()}
    if station.specific_needs == "only":
        known["specific_needs"] = 1.0
    return HouseholdMix.model_validate(known)
