"""Summaries: mean, interval and band over replications are three things; nothing undefined is taken for 0."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from journals import Party, Story, Visit, desk, scenario
from scipy import stats

from borderflow.measure.page import indicators_page
from borderflow.measure.registry import INDICATORS
from borderflow.measure.summary import COLUMNS, order_by, requirements_summary, summarise

NAN = math.nan


def replications(values: list[float], indicator: str = "wait_mean", **keys: object) -> pd.DataFrame:
    base = {"plan": "base", "crossing": "torkham", "station": "gate", "item": "", "group": "", "indicator": indicator}
    rows = [{**base, **keys, "replication": r, "value": v, "lower_bound": False} for r, v in enumerate(values)]
    return pd.DataFrame(rows)


def test_student_interval_and_band() -> None:
    """The interval is Student's t of the mean; the band is that of the outcomes."""
    values = [11.0, 12.0, 14.0, 19.0, 13.0]
    row = summarise(replications(values)).iloc[0]
    low, high = stats.t.interval(0.95, 4, np.mean(values), stats.sem(values))
    assert [row["mean"], row["ci_low"], row["ci_high"]] == pytest.approx([13.8, low, high])
    assert [row["p05"], row["p50"], row["p95"]] == pytest.approx(list(np.quantile(values, [0.05, 0.5, 0.95])))
    assert (row["n"], row["n_defined"], row["unit"]) == (5, 5, "seconds")


def test_wilson_interval_of_a_probability() -> None:
    """A probability near 1 keeps an interval within [0, 1] that is not of width 0."""
    row = summarise(replications([1.0] * 10, "standard", item="water")).iloc[0]
    wilson = stats.binomtest(10, 10).proportion_ci(method="wilson")
    assert [row["mean"], row["ci_low"], row["ci_high"]] == pytest.approx([1.0, wilson.low, wilson.high])


def test_an_interval_does_not_leave_the_range() -> None:
    """The mean of a share lies between 0 and 1, and so does its interval; nobody waits less than no time."""
    share = summarise(replications([0.4, 0.6, 1.0], "same_day")).iloc[0]
    assert (share["ci_high"], share["ci_low"] > 0) == (1, False)
    assert summarise(replications([0.0, 1.0, 8.0])).iloc[0]["ci_low"] == 0


def test_the_band_of_yes_or_no_is_yes_or_no() -> None:
    """One replication in three without: the 5 % outcome is no, not a tenth of yes."""
    row = summarise(replications([1.0, 0.0, 1.0], "standard", item="water")).iloc[0]
    assert [row["p05"], row["p50"], row["p95"]] == [0, 1, 1]


def test_one_replication_has_no_interval() -> None:
    """One replication says nothing about how well the mean is known."""
    for name in ("wait_mean", "standard"):
        row = summarise(replications([1.0], name)).iloc[0]
        assert row["mean"] == row["p05"] == row["p95"] == 1
        assert np.isnan(row["ci_low"])
        assert np.isnan(row["ci_high"])


def test_a_constant_has_width_zero() -> None:
    """Where nothing varies, mean and ends of the interval are that value exactly."""
    row = summarise(replications([0.1] * 7)).iloc[0]
    assert row["mean"] == row["ci_low"] == row["ci_high"] == row["p05"] == row["p95"] == 0.1


def test_undefined_is_not_zero() -> None:
    """A replication without a value is counted in n and in nothing else."""
    row = summarise(replications([NAN, 4.0, 6.0])).iloc[0]
    assert (row["mean"], row["n"], row["n_defined"]) == (5, 3, 2)
    row = summarise(replications([NAN, NAN])).iloc[0]
    assert np.isnan(row[["mean", "ci_low", "p50"]].astype(float)).all()
    assert (row["n"], row["n_defined"]) == (2, 0)


def test_order_of_rows() -> None:
    """Plans and crossings as they appear, all crossings last; the crossing before its stations; then the registry."""
    parts = [
        replications([1.0], "wait_mean", plan=plan, crossing=crossing, station=station)
        for plan in ("zeta", "alpha")
        for crossing, station in (("", ""), ("torkham", "z"), ("torkham", "a"), ("torkham", ""), ("alpha", "z"))
    ]
    parts.append(replications([1.0], "arrived", plan="zeta", crossing="torkham", station="z"))
    table = summarise(pd.concat(parts, ignore_index=True))
    assert list(table.columns) == COLUMNS
    zeta = table[table["plan"] == "zeta"]
    assert table["plan"].tolist() == ["zeta"] * 6 + ["alpha"] * 5
    assert zeta[["crossing", "station", "indicator"]].to_numpy().tolist() == [
        ["torkham", "", "wait_mean"],
        ["torkham", "z", "arrived"],
        ["torkham", "z", "wait_mean"],
        ["torkham", "a", "wait_mean"],
        ["alpha", "z", "wait_mean"],
        ["", "", "wait_mean"],
    ]


def test_the_summary_does_not_depend_on_the_order_of_replications() -> None:
    """Replications that come back in another order give the same statistics."""
    frame = pd.concat([replications([3.0, 1.0, 2.0]), replications([5.0, 7.0, 1.0], station="kits")])
    turned = frame.sort_values("replication", ascending=False, kind="stable").sort_values("station", kind="stable")
    pd.testing.assert_frame_equal(summarise(frame), summarise(turned))


def test_units_come_from_the_scenario() -> None:
    """Litres for what is measured in litres, and the currency of the prices."""
    own = scenario(
        {"desk": desk(takes={"water": "15 l per person"})},
        stocks={"water": {"opening": "30 l"}},
        costs={"desk_hour": "6 USD"},
    )
    frame = pd.concat([replications([1.0], "issued", item="water"), replications([1.0], "cost")])
    assert summarise(frame, own)["unit"].tolist() == ["USD", "l"]
    assert summarise(frame)["unit"].tolist() == ["currency", "units"]


def test_lower_bounds_are_counted() -> None:
    """The last column says in how many replications the value is only a lower bound."""
    frame = replications([1.0, 2.0, 3.0]).assign(lower_bound=[True, False, True])
    assert summarise(frame)["lower_bound"].tolist() == [2]


def stock(extra: list[list[float]]) -> pd.DataFrame:
    rows = [
        {"plan": "base", "replication": r, "crossing": "torkham", "stock": "kits", "date": f"2023-11-{d + 1:02d}",
         "extra_needed": value}
        for r, days in enumerate(extra)
        for d, value in enumerate(days)
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("extra", "day", "quantity"),
    [
        ([[0, 0, 0]] * 10, NAN, 0),
        ([[NAN] * 3] * 10, NAN, NAN),
        ([[5, 5, NAN]] * 9 + [[NAN] * 3], 1, 5),
        ([[5, 5, NAN]] * 8 + [[5, NAN, NAN]] * 2, 0, 5),
        ([[k, k, 0] for k in range(1, 11)], 2, 0),
    ],
)
def test_order_by(extra: list[list[float]], day: float, quantity: float) -> None:
    """The latest day on which one order still works in 9 of 10 replications, and the least that is enough then."""
    found = order_by(stock(extra)).set_index("indicator")["mean"]
    np.testing.assert_array_equal([found["order_by"], found["order_by_quantity"]], [day, quantity])


def test_requirements_median_and_ninety_per_cent() -> None:
    """Median and 90 % over the replications, by period."""
    story = Story(scenario({"desk": desk()}, days=1), [Party(2, 0, 600, [Visit("desk", 0, 0, 600)])])
    one = story.measured().requirements
    frame = pd.concat(
        [one.assign(plan="base", replication=r, demanded=one["demanded"] * r) for r in range(11)], ignore_index=True
    )
    table = requirements_summary(frame)
    row = table[(table["what"] == "persons") & (table["by"] == "week") & (table["crossing"] == "torkham")].iloc[0]
    assert [row["demanded_median"], row["demanded_p90"], row["met_median"], row["n"]] == [10, 18, 2, 11]
    assert row["peak_day"] == "2023-11-01"


def test_the_page_of_indicators_is_current() -> None:
    """docs/indicators.md is written from the registry; write it anew with the command that it names."""
    page = Path(__file__).parents[2] / "docs" / "indicators.md"
    assert page.read_text(encoding="utf-8") == indicators_page()


def test_the_registry_is_complete() -> None:
    """Every indicator says its unit, what zero means, and has a tag of its own."""
    tags = [indicator.hxl for indicator in INDICATORS.values()]
    assert len(set(tags)) == len(tags)
    for name, indicator in INDICATORS.items():
        assert name == indicator.name
        assert indicator.unit
        assert indicator.zero
        assert indicator.definition.endswith(".")
        assert indicator.low < indicator.high
