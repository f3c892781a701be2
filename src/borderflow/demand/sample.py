"""Sampling: the daily curve → the households of one replication."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv, ndtr, ndtri, pdtr, pdtrik

from borderflow.demand.curve import dates_between, levels, second_of_day
from borderflow.demand.households import Floats, Households, Ints, stream
from borderflow.demand.initial import standing, stations_at_start
from borderflow.demand.members import DRAWN, add_adults, blank, fill, stated_size
from borderflow.demand.sizes import mean_size, sizes
from borderflow.scenario.draws import drawn
from borderflow.scenario.people import GROUPS, HouseholdMix, Variation
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.units import DAY

ELSEWHERE = "elsewhere"


def destinations(scenario: Scenario) -> tuple[str, ...]:
    """Every destination that a household of the scenario may have, in order of mention; ``elsewhere`` if none is."""
    mixes: list[HouseholdMix] = [scenario.households]
    for crossing in scenario.crossings.values():
        mixes += [mix for mix in (crossing.households, *(p.households for p in crossing.arrivals.phases)) if mix]
    named = dict.fromkeys(name for mix in mixes for name in mix.destinations or ())
    return tuple(named) or (ELSEWHERE,)


def day_factors(variation: Variation, uniform: Floats) -> Floats:
    """Day-to-day factors, gamma with mean 1, correlated from day to day through a Gaussian AR(1). Shape (days,)."""
    if variation.cv == 0:
        return np.ones(len(uniform))
    shocks: Floats = ndtri(uniform)
    normal = np.empty(len(uniform))
    carried = variation.day_to_day
    for day, shock in enumerate(shocks):
        normal[day] = shock if day == 0 else carried * normal[day - 1] + np.sqrt(1 - carried**2) * shock
    shape = variation.cv**-2
    return np.asarray(gammaincinv(shape, ndtr(normal)) / shape, dtype=np.float64)


def poisson_counts(uniform: Floats, rate: Floats) -> Ints:
    """Poisson counts by inverse CDF, so that a day's count depends on its own uniform and rate alone."""
    upper = np.maximum(0, np.ceil(pdtrik(uniform, np.maximum(rate, 1e-300))))
    lower = np.maximum(0, upper - 1)
    counts = np.where(pdtr(lower, rate) >= uniform, lower, upper)
    return np.where(rate > 0, counts, 0).astype(np.int64)


def households(scenario: Scenario, replication: int) -> Households:
    """Sample the households of one replication, warm-up included.

    Every draw comes from a stream keyed by (seed, replication, crossing, purpose), so plans meet the same households.
    With posterior draws, replications 2k and 2k + 1 share the values of one row and nothing else.
    """
    scenario = drawn(scenario, replication)
    names = tuple(scenario.crossings)
    goals = destinations(scenario)
    stations = stations_at_start(scenario)
    parts = [_at_crossing(scenario, replication, name, goals) for name in names]
    where = list(range(len(names)))
    for index, name in enumerate(names):
        for station, begins in stations.items():
            if waiting := standing(scenario, replication, name, station, begins, goals):
                parts.append(waiting)
                where.append(index)
    joined: dict[str, Any] = {word: np.concatenate([part[word] for part in parts]) for word in parts[0]}
    crossing = np.repeat(np.array(where, dtype=np.int8), [len(part["second"]) for part in parts])
    begins_at, number = joined["begins"], np.abs(joined["number"])
    order = np.lexsort((number, begins_at, crossing, begins_at < 0, joined["second"]))
    return Households(
        seed=scenario.seed,
        replication=replication,
        crossings=names,
        groups=GROUPS,
        destinations=goals,
        stations=tuple(stations),
        crossing=crossing[order],
        **{word: values[order] for word, values in joined.items()},
    )


def _at_crossing(
    scenario: Scenario, replication: int, crossing: str, goals: tuple[str, ...]
) -> dict[str, npt.NDArray[Any]]:
    arrivals = scenario.crossings[crossing].arrivals

    def uniform(purpose: str, count: int) -> Floats:
        return stream(scenario.seed, replication, crossing, purpose).random(count)

    first_day = scenario.first_second // DAY
    dates = dates_between(scenario.start + timedelta(days=first_day), scenario.end)
    phases = [arrivals.phase_on(when) for when in dates]
    of_phase = {phase.phase: scenario.mix(crossing, phase) for phase in phases}
    persons = {name: mean_size(stated_size(mix)) for name, mix in of_phase.items()}
    mixes = [of_phase[phase.phase] for phase in phases]
    rate = levels(arrivals, dates, uniform("level", len(dates))) / np.array([persons[phase.phase] for phase in phases])
    rate = rate * day_factors(arrivals.variation, uniform("variation", len(dates)))
    counts = poisson_counts(uniform("count", len(dates)), rate)
    day = np.repeat(np.arange(len(dates)), counts)
    second = second_of_day(arrivals, uniform("second", len(day))) + (day + first_day) * DAY
    order = _in_order(second)
    kept = order[second[order] >= scenario.first_second]
    day, second, total = day[kept], second[kept], len(kept)

    draws = {word: uniform(word, total) for word in ("size", *DRAWN)}
    result = blank(total)
    result["number"], result["second"] = np.arange(total, dtype=np.int32), second
    stretches = _stretches(mixes, day)
    for mix, rows in stretches:
        fill(result, rows, mix, sizes(stated_size(mix), draws["size"][rows]), draws, goals)
    add_adults(result, stretches, draws["children"])
    return result


def _in_order(second: Ints) -> Ints:
    """Rows in order of their seconds, those of the same second as they stand: sorted with the row behind each second.

    Sorting numbers is several times as quick as sorting rows by them.
    """
    bits = len(second).bit_length()
    packed = np.sort((second - second.min(initial=0)) << bits | np.arange(len(second)))
    return packed & ((1 << bits) - 1)


def _stretches(mixes: list[HouseholdMix], day: Ints) -> list[tuple[HouseholdMix, slice]]:
    """Runs of days with one mix, each with the rows of its households (which stand in order of day)."""
    runs: list[tuple[HouseholdMix, slice]] = []
    first = 0
    for index, mix in enumerate(mixes):
        if index + 1 == len(mixes) or (mixes[index + 1] is not mix and mixes[index + 1] != mix):
            rows = slice(int(np.searchsorted(day, first)), int(np.searchsorted(day, index, side="right")))
            runs.append((mix, rows))
            first = index + 1
    return runs
