"""Phases → the daily curve: how many persons a day are expected at a crossing, and how they spread over the day."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from borderflow.demand.households import Floats, Ints
from borderflow.scenario.people import WEEKDAYS, Arrivals
from borderflow.scenario.units import DAY


def level(arrivals: Arrivals, when: date) -> float:
    """Persons per day by the phases alone, taken at noon. A phase's own level is that of its first day.

    ``ramp`` is log-linear to the next phase's first day; ``decay`` is towards + (level − towards)·2^(−t/half_life).
    Before the first phase its level holds.
    """
    phase = arrivals.phase_on(when)
    index = arrivals.phases.index(phase)
    upcoming = arrivals.phases[index + 1] if index + 1 < len(arrivals.phases) else None
    elapsed = (when - phase.from_).days
    if elapsed < 0:
        return phase.persons_per_day
    if phase.shape == "ramp" and upcoming is not None:
        share = elapsed / (upcoming.from_ - phase.from_).days
        return float(phase.persons_per_day ** (1 - share) * upcoming.persons_per_day**share)
    if phase.shape == "decay" and phase.half_life is not None:
        towards = phase.towards
        if towards is None:
            towards = upcoming.persons_per_day if upcoming is not None else 0.0
        return float(towards + (phase.persons_per_day - towards) * 2.0 ** (-elapsed * DAY / phase.half_life))
    return phase.persons_per_day


def expected(arrivals: Arrivals, dates: list[date]) -> Floats:
    """Expected persons on each date: the phase level times the weekday's factor. Shape (days,)."""
    weekdays = [arrivals.weekdays.get(WEEKDAYS[when.weekday()], 1.0) for when in dates]  # type: ignore[call-overload]
    curve: Floats = np.array([level(arrivals, when) for when in dates]) * np.array(weekdays)
    return curve


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
    step = np.searchsorted(mass, target, side="right") - 1
    inside = (target - mass[step]) / np.array(weights)[step]
    within: Ints = np.minimum(edges[step] + inside, edges[step + 1] - 1).astype(np.int64)
    return within
