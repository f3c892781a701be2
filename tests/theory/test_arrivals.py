"""Arrivals against theory: a non-homogeneous Poisson process, its shapes, and its day-to-day variation."""

from __future__ import annotations

import numpy as np
import pytest
from one_station import interval, scenario
from scipy import stats

from borderflow.demand.curve import expected, level
from borderflow.demand.sample import day_factors, households
from borderflow.scenario.people import Arrivals, Variation

STATION = {"service": "1 min", "desks": 1, "open": "24 h"}
HOURS = {"05:00": 0.5, "08:00": 1.0, "17:00": 0.4, "21:00": 0.0}


def nhpp(per_day, **words):
    phases = [
        {"phase": "rise", "from": "2023-01-01", "persons_per_day": per_day, "shape": "ramp"},
        {
            "phase": "fall",
            "from": "2023-01-11",
            "persons_per_day": per_day * 8,
            "shape": "decay",
            "half_life": "3 d",
            "towards": 1,
        },
    ]
    arrivals = {"phases": phases, "hours": HOURS, "weekdays": {"friday": 0.5}, **words}
    return scenario(STATION, days=20, per_day=1, arrivals=arrivals)


@pytest.mark.parametrize("per_day", [2, 40, 400], ids=["low", "middle", "high"])
def test_counts_of_a_non_homogeneous_poisson_process(per_day):
    """Total counts have the mean of the curve, within the 99.9 % interval; hours and days are as the profile says."""
    case = nhpp(per_day)
    curve = expected(case.crossings["here"].arrivals, [case.date(day) for day in range(20)])
    per_hour = np.array([0.0] * 5 + [0.5] * 3 + [1.0] * 9 + [0.4] * 4 + [0.0] * 3)
    rates = np.outer(curve, per_hour / per_hour.sum())
    runs = 40
    counts = np.zeros((runs, 20, 24))
    for replication in range(runs):
        second = households(case, replication).second
        second = second[second >= 0]
        np.add.at(counts[replication], (second // 86_400, second % 86_400 // 3600), 1)
    totals = counts.sum(axis=(1, 2))
    low, high = interval(totals.tolist())
    assert low <= curve.sum() <= high
    assert np.all(counts[:, rates == 0] == 0)
    # Poisson: in every cell the count over runs has variance = mean, so Pearson's statistic is chi-squared.
    cells = rates * runs >= 5
    statistic = np.sum((counts.sum(axis=0)[cells] - runs * rates[cells]) ** 2 / (runs * rates[cells]))
    assert stats.chi2.cdf(statistic, cells.sum()) < 0.999
    dispersion = np.sum((totals - curve.sum()) ** 2) / curve.sum()
    assert 0.0005 < stats.chi2.cdf(dispersion, runs) < 0.9995


def test_the_three_shapes_by_hand():
    """A step holds; a ramp grows by a constant ratio; a decay halves its distance every half-life."""
    phases = [
        {"phase": "a", "from": "2023-01-01", "persons_per_day": 100, "shape": "step"},
        {"phase": "b", "from": "2023-01-03", "persons_per_day": 100, "shape": "ramp"},
        {
            "phase": "c",
            "from": "2023-01-05",
            "persons_per_day": 1600,
            "shape": "decay",
            "half_life": "2 d",
            "towards": 0,
        },
    ]
    arrivals = Arrivals.model_validate({"phases": phases})
    days = np.arange(np.datetime64("2022-12-31"), np.datetime64("2023-01-10")).astype(object)
    assert [level(arrivals, day) for day in days] == pytest.approx(
        [100, 100, 100, 100, 400, 1600, 800 * 2**0.5, 800, 400 * 2**0.5, 400]
    )


def test_day_factors_have_mean_one_the_stated_cv_and_correlation():
    """Gamma day factors: mean 1 and cv 0.4; correlated from day to day, and not at all where nothing is stated."""
    uniform = np.random.default_rng(7).random(200_000)
    factors = day_factors(Variation(cv=0.4, day_to_day=0.6), uniform)
    assert factors.mean() == pytest.approx(1, abs=0.01)
    assert factors.std() == pytest.approx(0.4, abs=0.01)
    assert np.corrcoef(factors[1:], factors[:-1])[0, 1] == pytest.approx(0.6, abs=0.03)
    plain = day_factors(Variation(cv=0.4), uniform)
    assert np.corrcoef(plain[1:], plain[:-1])[0, 1] == pytest.approx(0, abs=0.01)
