"""Phases → the daily curve: how many persons a day are expected at a crossing, and how they spread over the day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from scipy.special import ndtri

from borderflow.demand.households import Floats, Ints
from borderflow.scenario import people
from borderflow.scenario.people import WEEKDAYS, Arrivals
from borderflow.scenario.units import DAY


def level(arrivals: Arrivals, when: date) -> float:
    """Persons per day by the phases alone, taken at noon; with counts by day the mean level of the day."""
    if arrivals.daily is not None:
        return arrivals.daily.on(when).mean
    begun = [index for index, phase in enumerate(arrivals.phases) if phase.from_ <= when]
    return people.level(arrivals.phases, begun[-1] if begun else 0, when)


def expected(arrivals: Arrivals, dates: list[date]) -> Floats:
    """Expected persons on each date: the phase level times the weekday's factor. Shape (days,)."""
    weekdays = [arrivals.weekdays.get(WEEKDAYS[when.weekday()], 1.0) for when in dates]  # type: ignore[call-overload]
    curve: Floats = np.array([level(arrivals, when) for when in dates]) * np.array(weekdays)
    return curve


def levels(arrivals: Arrivals, dates: list[date], uniform: Floats) -> Floats:
    """Persons on each date: as expected, or drawn where counts by day have a range. Shape (days,).

    The level is lognormal on either side of the count, which is its median; ``low`` and ``high`` are its 5 % and 95 %.
    """
    if arrivals.daily is None or not arrivals.daily.spread:
        return expected(arrivals, dates)
    counts = [arrivals.daily.on(when) for when in dates]
    below, above = np.array([count.spreads for count in counts]).T
    normal: Floats = ndtri(uniform)
    drawn: Floats = np.array([count.persons for count in counts]) * np.exp(normal * np.where(normal < 0, below, above))
    return drawn


def dates_between(first: date, last: date) -> list[date]:
    """All dates from first to last, both included."""
    return [first + timedelta(days=day) for day in range((last - first).days + 1)]


def second_of_day(arrivals: Arrivals, uniform: Floats) -> Ints:
    """Second after midnight at which a household comes, by inverse CDF of the hour profile.

    The profile's weights hold from their hour to the next one; before the first hour the last weight holds.
    """
    starts = list(arrivals.hours)
    weights = [arrivals.hours[start] for start in starts]
    if starts[0] > 0:
        starts, weights = [0, *starts], [weights[-1], *weights]
    edges = np.array([*starts, DAY], dtype=np.float64)
    mass = np.concatenate([[0.0], np.cumsum(np.diff(edges) * weights)])
    # A stretch without weight has no mass: of equal edges the last one is where the next household comes.
    target = np.minimum(uniform * mass[-1], np.nextafter(mass[-1], 0))
    step = np.zeros(len(target), dtype=np.int8)
    for begins in mass[1:-1]:  # few: quicker than searching
        step += target >= begins
    inside = (target - mass[step]) / np.array(weights)[step]
    within: Ints = np.minimum(edges[step] + inside, edges[step + 1] - 1).astype(np.int64)
    return within
