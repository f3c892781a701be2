"""Against queueing theory: M/M/c (Erlang C), D/D/1, M/G/1, M/M/c with patience (Erlang A), M/G/∞."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hand import Desk, Party, operation
from one_station import interval, scenario

from borderflow.demand.sample import households
from borderflow.engine.journal import NEVER, Fate
from borderflow.engine.simulate import simulate
from borderflow.network.build import network


def erlang_c_wait(arrivals: float, service: float, desks: int) -> float:
    """Mean wait in queue of M/M/c (Erlang 1917), in the unit of ``service``; ``arrivals`` per that unit."""
    load = arrivals * service
    terms = [load**k / math.factorial(k) for k in range(desks)]
    last = load**desks / math.factorial(desks) / (1 - load / desks)
    return last / (sum(terms) + last) * service / (desks - load)


@pytest.mark.parametrize(("desks", "busy"), [(3, 0.4), (3, 0.7), (3, 0.9)], ids=["low", "middle", "high"])
def test_mean_wait_of_m_m_c_is_that_of_erlang_c(desks, busy):
    """Within the 99.9 % interval over replications, at low, middle and high load."""
    minutes = 10.0
    per_day = busy * desks * 1440 / minutes
    station = {"service": {"exponential": {"mean": "10 min"}}, "desks": desks, "open": "24 h"}
    case = scenario(station, days=40, per_day=per_day)
    here = network(case, "as_is")
    waits = []
    for replication in range(12):
        journal = simulate(households(case, replication), here)
        began = journal.started > 0
        waits.append(float(np.mean((journal.started - journal.joined)[began])) / 60)
    low, high = interval(waits)
    expected = erlang_c_wait(per_day / 1440, minutes, desks)
    assert low <= expected <= high, f"Erlang C says {expected:.3f} min, the model {np.mean(waits):.3f}"
    # The interval is tight enough to find a wrong discipline or a lost desk (which change the wait by far more).
    assert high - low < 0.5 * expected


@pytest.mark.parametrize("service", [3, 10, 12], ids=["low", "full", "over"])
def test_waits_of_d_d_1_are_exact(service):
    """Every 10 minutes one comes: the n-th waits n × (service − 10) minutes, or not at all."""
    parties = [Party(f"{6 + n // 6:02d}:{n % 6 * 10:02d}", {"desk": service}) for n in range(60)]
    journal = operation(parties, [Desk("desk")]).journal
    expected = [max(0, n * (service - 10)) * 60 for n in range(60)]
    assert (journal.started - journal.joined).tolist() == expected


@pytest.mark.parametrize("busy", [0.4, 0.7, 0.85], ids=["low", "middle", "high"])
def test_mean_wait_of_m_g_1_is_that_of_pollaczek_and_khinchine(busy):
    """λ E[S²] / 2(1 − ρ), for lognormal services of cv 1.2: the spread of services counts, not only their mean."""
    minutes, cv = 10.0, 1.2
    per_day = busy * 1440 / minutes
    station = {"service": {"lognormal": {"mean": "10 min", "cv": cv}}, "desks": 1, "open": "24 h"}
    case = scenario(station, days=120, per_day=per_day)
    here = network(case, "as_is")
    waits = []
    for replication in range(12):
        journal = simulate(households(case, replication), here)
        began = journal.started > 0
        waits.append(float(np.mean((journal.started - journal.joined)[began])) / 60)
    # The second moment of the times as tabled, which leave out a little of the far tail.
    squares = float(np.mean(here.stations[0].service.table ** 2)) / 3600
    low, high = interval(waits)
    expected = per_day / 1440 * squares / 2 / (1 - busy)
    assert low <= expected <= high, f"the formula says {expected:.3f} min, the model {np.mean(waits):.3f}"
    assert squares == pytest.approx(minutes**2 * (1 + cv**2), rel=0.02)
    assert high - low < 0.7 * expected


@pytest.mark.parametrize("busy", [0.6, 1.0, 1.5], ids=["low", "middle", "high"])
def test_m_m_c_with_patience_loses_as_many_as_erlang_a_says(busy):
    """Exponential patience (Erlang-A, Palm 1957): a birth–death chain; the lost are θ E[queue] ÷ λ."""
    desks, minutes, patience = 3, 10.0, 15.0
    rate = busy * desks / minutes
    station = {
        "service": {"exponential": {"mean": "10 min"}},
        "desks": desks,
        "open": "24 h",
        "patience": {"exponential": {"mean": "15 min"}},
    }
    case = scenario(station, days=40, per_day=rate * 1440)
    here = network(case, "as_is")
    lost = []
    for replication in range(12):
        journal = simulate(households(case, replication), here)
        counted = journal.joined > 0
        lost.append(float(np.mean(journal.fate[counted] == Fate.MISSED_PATIENCE)))
    weights = [1.0]
    for many in range(1, 200):
        weights.append(weights[-1] * rate / (min(many, desks) / minutes + max(0, many - desks) / patience))
    queue = sum(max(0, many - desks) * weight for many, weight in enumerate(weights)) / sum(weights)
    expected = queue / patience / rate
    low, high = interval(lost)
    assert low <= expected <= high, f"Erlang-A says {expected:.4f}, the model {np.mean(lost):.4f}"


@pytest.mark.parametrize("mean", [3, 20, 100], ids=["low", "middle", "high"])
def test_people_in_a_space_without_a_limit_are_poisson(mean):
    """M/G/∞: whatever the form of the service time, occupancy is Poisson with mean λ E[S]."""
    per_day = mean * 24.0
    station = {"service": {"lognormal": {"mean": "1 h", "cv": 0.8}}, "desks": 100_000, "open": "24 h"}
    camp = {"persons": 1_000_000, "from": "desk", "to": "desk"}
    case = scenario(station, days=20, per_day=per_day, spaces={"camp": camp})
    here = network(case, "as_is")
    at = np.arange(0, case.end_second, 3 * 3600)
    means, dispersions = [], []
    for replication in range(12):
        stays = simulate(households(case, replication), here).stays
        left = np.where(stays.left == NEVER, case.end_second, stays.left)
        present = np.searchsorted(np.sort(stays.entered), at, side="right") - np.searchsorted(
            np.sort(left), at, side="right"
        )
        means.append(float(present.mean()))
        dispersions.append(float(present.var() / present.mean()))
        assert np.all(stays.entered == stays.came)
    low, high = interval(means)
    assert low <= mean <= high
    low, high = interval(dispersions)
    assert low <= 1 <= high
