"""Three households with every number worked out by hand.

One desk each at gate (24 h), registration (08:00-10:00) and kits (24 h); two kits, and who gets none waits two hours.
Household A (4 persons) comes at 08:00, B (2) at 08:05 and C (6) at 09:50; C finds registration closed and kits gone.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from journals import Party, Story, Visit, at, desk, row, scenario, value

from borderflow.engine.journal import Fate
from borderflow.measure.measure import Measured


def story() -> Story:
    return Story(
        scenario(
            {
                "gate": desk(),
                "registration": desk("08:00-10:00"),
                "kits": desk(takes={"kits": "1 per household"}, if_short={"wait": "2 h", "then": "skip"}),
            },
            stocks={"kits": {"opening": 2}},
            costs={"desk_hour": "6 USD", "kits": "45 USD"},
            staff={"per_desk": 1.5, "leave": 0.25},
            plans={"base": {"costs": {"set_up": "1000 USD", "per_day": "10 USD"}}},
        ),
        [
            Party(4, at("08:00"), at("08:50"), [
                Visit("gate", at("08:00"), at("08:00"), at("08:10")),
                Visit("registration", at("08:10"), at("08:10"), at("08:40"), service=1800),
                Visit("kits", at("08:40"), at("08:40"), at("08:50"), kit=1),
            ]),
            Party(2, at("08:05"), at("09:10"), [
                Visit("gate", at("08:05"), at("08:10"), at("08:20")),
                Visit("registration", at("08:20"), at("08:40"), at("09:00"), service=1200),
                Visit("kits", at("09:00"), at("09:00"), at("09:10"), kit=1),
            ]),
            Party(6, at("09:50"), at("10:30", 1), [
                Visit("gate", at("09:50"), at("09:50"), at("10:00")),
                Visit("registration", at("10:00"), at("08:00", 1), at("08:30", 1), service=1800),
                Visit("kits", at("08:30", 1), None, at("10:30", 1), Fate.MISSED_SHORT),
            ], group=2),
        ],
    )  # fmt: skip


@cache
def measured() -> Measured:
    return story().measured()


@pytest.mark.parametrize(
    ("indicator", "station", "expected"),
    [
        ("arrived", "", 12),
        ("arrived_households", "", 3),
        ("crossed", "", 12),
        ("completed", "", 12),
        ("completed_share", "", 1),
        ("inside_at_end", "", 0),
        ("same_day", "", 6 / 12),
        ("within_24h", "", 1),
        ("missed", "", 6),
        # A waits 0 s, B 300 + 1200, C 22 h + 2 h.
        ("wait_total_mean", "", (0 * 4 + 1500 * 2 + 86400 * 6) / 12),
        ("wait_total_p50", "", 1500),
        ("wait_total_p90", "", 86400),
        ("wait_total_max", "", 86400),
        ("stay_mean", "", (3000 * 4 + 3900 * 2 + (24 * 3600 + 2400) * 6) / 12),
        ("people_overnight_mean", "", 3),
        ("people_overnight_peak", "", 6),
        ("people_overnight_peak_day", "", 0),
        ("arrived", "gate", 12),
        ("processed", "gate", 12),
        ("wait_mean", "gate", 50),
        ("wait_p50", "gate", 0),
        ("wait_p90", "gate", 300),
        ("queue_peak", "gate", 2),
        ("queue_peak_day", "gate", (8 + 5 / 60) / 24),
        ("utilisation", "gate", 0.5 / 48),
        ("wait_mean", "registration", (0 * 4 + 1200 * 2 + 79200 * 6) / 12),
        ("wait_p50", "registration", 1200),
        ("wait_p95", "registration", 79200),
        ("wait_open_mean", "registration", 200),
        ("share_over_4h", "registration", 0.5),
        ("queue_peak", "registration", 6),
        ("queue_peak_day", "registration", 10 / 24),
        ("queue_mean", "registration", (2 * 1200 + 6 * 79200) / 172800),
        ("utilisation", "registration", 80 / 240),
        ("overtime_hours", "registration", 0),
        ("desk_hours", "registration", 4),
        ("staff", "registration", 2),
        ("missed", "kits", 6),
        ("processed", "kits", 6),
        ("wait_max", "kits", 7200),
        ("desk_hours", "", 100),
        ("staff", "", 6),
        ("cost", "", 100 * 6 + 2 * 45),
        ("cost_per_completed", "", 690 / 12),
    ],
)
def test_worked_out_by_hand(indicator: str, station: str, expected: float) -> None:
    """Persons are the weights; closed hours count in a wait, and are left out of ``wait_open_mean``."""
    found = row(measured(), indicator, station)
    assert found["value"] == pytest.approx(expected, rel=1e-12)
    assert not found["lower_bound"]


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        ("issued", 2),
        ("received", 0),
        ("unmet", 1),
        ("demanded", 3),
        ("lowest", 0),
        ("closing", 0),
        ("stockout", 1),
        ("first_stockout", 9 / 24),
        ("stockout_hours", 15 + 24),
        ("days_of_cover", 0),
        ("with_item", 6),
        ("without_item", 6),
        ("with_item_households", 2),
        ("without_item_households", 1),
        ("part_item", 0),
        ("awaiting_item", 0),
        ("with_item_share", 0.5),
    ],
)
def test_stock_by_hand(indicator: str, expected: float) -> None:
    """A stock-out lasts while less is on hand than anyone could take; what C would have taken is unmet."""
    assert value(measured(), indicator, item="kits") == pytest.approx(expected)
    if indicator not in ("lowest", "days_of_cover"):
        assert value(measured(), indicator, item="kits", crossing="") == pytest.approx(expected)


def test_the_plan_costs_once_over_all_crossings() -> None:
    """Set-up and the cost per day of a plan stand in the cost of all crossings together only."""
    assert value(measured(), "cost", crossing="") == 690 + 1000 + 2 * 10


def test_daily_rows_by_hand() -> None:
    """Flows stand on the date of the event, waits on the date of joining."""
    daily = measured().daily.set_index(["station", "date"])
    first, second = ("", "2023-11-01"), ("", "2023-11-02")
    assert daily.loc[[first, second], "completed"].tolist() == [6, 6]
    assert daily.loc[[first, second], "inside_midnight"].tolist() == [6, 0]
    assert daily.loc[first, "same_day"] == 0.5
    assert np.isnan(daily.loc[second, "same_day"])
    registration = daily.loc["registration"]
    assert registration["processed"].tolist() == [6, 6]
    assert registration["wait_p95"].tolist()[0] == 79200
    assert np.isnan(registration["wait_p95"].tolist()[1])
    assert registration["queue_mean"].tolist() == [(2 * 1200 + 6 * 50400) / 86400, 2]
    assert registration["inside_midnight"].tolist() == [6, 0]
    assert daily.loc["gate", "processed"].tolist() == [12, 0]


def test_hourly_rows_by_hand() -> None:
    """Desks as rostered; no utilisation while closed; the queue as it stands when the hour begins."""
    hourly = measured().hourly.set_index(["station", "hour"]).loc["registration"]
    assert hourly.loc["2023-11-01T08:00", "desks"] == 1
    assert hourly.loc["2023-11-01T08:00", "utilisation"] == pytest.approx(50 / 60)
    assert np.isnan(hourly.loc["2023-11-01T10:00", "utilisation"])
    assert hourly.loc[["2023-11-01T09:00", "2023-11-01T10:00", "2023-11-02T07:00"], "queue"].tolist() == [0, 6, 6]


def test_stock_table_by_hand() -> None:
    """What C asked for stands on the date of joining, what it missed on the date of going on without."""
    stock = measured().stock
    assert stock["opening"].tolist() == [2, 0]
    assert stock["issued"].tolist() == [2, 0]
    assert stock["demanded"].tolist() == [2, 1]
    assert stock["unmet"].tolist() == [0, 1]
    assert stock["stockout_hours"].tolist() == [15, 24]


def test_groups_by_hand() -> None:
    """A group has its own people, waits and same-day share."""
    assert value(measured(), "arrived", group="por") == 6
    assert value(measured(), "wait_total_mean", group="por") == 86400
    assert value(measured(), "same_day", group="por") == 0
    assert value(measured(), "same_day", group="undocumented") == 1
    assert np.isnan(value(measured(), "same_day", group="acc"))


def test_requirements_by_hand() -> None:
    """One week and one phase, the same two days: sums, the peak day, and staff for the busiest day."""
    table = measured().requirements
    assert set(table["by"]) == {"week", "phase"}
    assert table.loc[table["by"] == "week", "period"].unique().tolist() == ["2023-10-29"]
    week = table[(table["by"] == "week") & (table["crossing"] == "torkham")].set_index(["what", "station"])
    assert week.loc[("persons", ""), ["demanded", "met", "peak_day", "peak"]].tolist() == [12, 12, "2023-11-01", 12]
    assert week.loc[("kits", ""), ["demanded", "met", "peak"]].tolist() == [3, 2, 2]
    assert week.loc[("desk_hours", "registration"), "demanded"] == pytest.approx(80 / 60)
    # 80 minutes of work in two open hours: one desk, two people with leave.
    assert week.loc[("staff", "registration"), ["demanded", "met"]].tolist() == [2, 2]
    assert week.loc[("cost", ""), ["demanded", "met"]].tolist() == [600 + 3 * 45, 600 + 2 * 45]
