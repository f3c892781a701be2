"""Waits against queueing theory: Erlang C for M/M/c, exact waits for D/D/1."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hand import Desk, Party, operation
from one_station import interval, scenario

from borderflow.demand.sample import households
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
