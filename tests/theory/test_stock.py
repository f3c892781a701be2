"""A reorder-point stock against its closed form: Poisson demand of one, fixed lead time, lost sales (r, Q)."""

from __future__ import annotations

import numpy as np
import pytest
from one_station import interval, scenario
from scipy import stats

from borderflow.demand.sample import households
from borderflow.engine.journal import Entry, Fate
from borderflow.engine.simulate import simulate
from borderflow.network.build import network

PER_DAY, LEAD_DAYS, QUANTITY = 100.0, 0.5, 60


def share_without_stock(reorder_at: int) -> float:
    """Share of time without stock for Q > r, so that one order at most is under way (Hadley & Whitin 1963, ch. 4-11).

    A cycle is a lead time, in which demand beyond r is lost, and then the time that (r − demand)+ + Q − r demands take.
    """
    demand = stats.poisson(PER_DAY * LEAD_DAYS)
    many = np.arange(300)
    lost = float(np.maximum(0, many - reorder_at) @ demand.pmf(many))
    left = float(np.maximum(0, reorder_at - many) @ demand.pmf(many))
    cycle_days = LEAD_DAYS + (left + QUANTITY - reorder_at) / PER_DAY
    return lost / PER_DAY / cycle_days


@pytest.mark.parametrize("reorder_at", [54, 46, 25], ids=["low", "middle", "high"])
def test_share_of_time_and_of_households_without_stock_under_a_reorder_point_policy(reorder_at):
    """Both shares (Poisson arrivals see time averages) within their 99.9 % interval, at low, middle and high risk."""
    station = {
        "service": "1 s",
        "desks": 5000,
        "open": "24 h",
        "takes": {"kits": "1 per household"},
        "if_short": {"wait": "0 s", "then": "skip"},
    }
    level = reorder_at + QUANTITY
    stock = {"opening": level, "reorder_at": reorder_at, "order_up_to": level, "lead_time": "12 h"}
    case = scenario(station, days=120, per_day=PER_DAY, stocks={"kits": stock})
    here = network(case, "as_is")
    without, missed = [], []
    for replication in range(12):
        journal = simulate(households(case, replication), here)
        ledger = journal.ledger
        kept = ledger.entry != Entry.ORDERED
        # The seconds at which the stock moves, and what is there until the next: clipped to the horizon.
        second = np.clip(np.append(ledger.second[kept], case.end_second), 0, None)
        without.append(float(np.diff(second)[ledger.on_hand[kept] == 0].sum() / case.end_second))
        counted = journal.joined >= 0
        missed.append(float(np.mean(journal.fate[counted] == Fate.MISSED_SHORT)))
    expected = share_without_stock(reorder_at)
    for found in (without, missed):
        low, high = interval(found)
        assert low <= expected <= high, f"theory says {expected:.5f}, the model {np.mean(found):.5f}"
        assert high - low < max(0.5 * expected, 0.003)
