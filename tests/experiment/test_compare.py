"""Comparing plans: differences are paired, intervals are Student's, and words follow the interval."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from borderflow.experiment.compare import COLUMNS, NO_CLEAR, compare, compared, differences, interval, verdict
from borderflow.experiment.manifest import Manifest
from borderflow.experiment.refusal import Unverified, WrongUse
from borderflow.experiment.results import Results
from borderflow.experiment.run import run
from borderflow.scenario.scenario import Scenario


def table(indicator: str = "same_day", **plans: list[float]) -> pd.DataFrame:
    """Replications of one indicator at one crossing, by plan."""
    rows = [
        (plan, number, "torkham", "", "", "", indicator, value)
        for plan, values in plans.items()
        for number, value in enumerate(values)
    ]
    keys = ["plan", "replication", "crossing", "station", "item", "group", "indicator", "value"]
    return pd.DataFrame(rows, columns=keys)


def only_row(frame: pd.DataFrame, baseline: str = "a", plan: str = "b") -> pd.Series:
    (row,) = (row for _, row in compared(differences(frame, baseline, [plan])).iterrows())
    return row


def test_a_difference_is_taken_within_each_replication() -> None:
    """A small steady gain between wildly different replications is clear: it is paired before it is averaged."""
    row = only_row(table(a=[0.1, 0.5, 0.9], b=[0.12, 0.52, 0.93]))
    expected = stats.ttest_1samp([0.02, 0.02, 0.03], 0).confidence_interval(0.95)
    assert row["difference"] == pytest.approx(0.07 / 3)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((expected.low, expected.high))
    assert (row["n"], row["verdict"]) == (3, "higher (better)")


def test_pairs_are_matched_by_replication_not_by_row() -> None:
    """Rows in another order, or a replication that one plan lacks, do not move the pairs."""
    frame = table("crossed", a=[1.0, 2.0, 3.0], b=[11.0, 12.0, 13.0])
    row = only_row(frame.sample(frac=1, random_state=1))
    assert (row["difference"], row["ci_low"], row["ci_high"]) == (10, 10, 10)
    row = only_row(frame.drop(index=[0]))
    assert (row["n"], row["difference"], row["baseline_mean"], row["plan_mean"]) == (2, 10, 2.5, 12.5)


def test_a_constant_difference_has_width_nought() -> None:
    """The same difference in all replications: an interval of width 0, no division by zero."""
    assert interval(np.array([0.1, 0.1, 0.1])) == (0.1, 0.1, 0.1)
    row = only_row(table(a=[0.3, 0.3], b=[0.3, 0.3]))
    assert (row["difference"], row["ci_low"], row["ci_high"], row["verdict"]) == (0, 0, 0, NO_CLEAR)


def test_pairs_without_a_value_are_left_out_and_counted() -> None:
    """A stock-out date that one plan does not have makes no pair; n says how many pairs there are."""
    row = only_row(table("first_stockout", a=[4.0, 5.0, math.nan], b=[6.0, math.nan, 7.0]))
    assert (row["n"], row["difference"]) == (1, 2.0)
    row = only_row(table("first_stockout", a=[4.0, 5.0], b=[math.nan, math.nan]))
    assert (row["n"], row["verdict"]) == (0, "not defined under both plans")
    assert math.isnan(row["difference"])


def test_one_replication_has_no_interval() -> None:
    """With one replication the difference is given, no interval, and why."""
    row = only_row(table(a=[0.4], b=[0.6]))
    assert row["difference"] == pytest.approx(0.2)
    assert math.isnan(row["ci_low"])
    assert row["verdict"] == "needs ≥ 2 replications"


@pytest.mark.parametrize(
    ("mean", "low", "high", "better", "says"),
    [
        (1.0, -0.1, 2.1, "higher", "no clear difference"),
        (1.0, 0.0, 2.0, "higher", "no clear difference"),
        (1.0, 0.1, 1.9, "higher", "higher (better)"),
        (1.0, 0.1, 1.9, "lower", "higher (worse)"),
        (-1.0, -1.9, -0.1, "lower", "lower (better)"),
        (-1.0, -1.9, -0.1, "", "lower"),
    ],
)
def test_the_verdict_follows_the_interval(mean: float, low: float, high: float, better: str, says: str) -> None:
    """An interval that holds zero never names a winner; else direction, and what the registry holds of it."""
    assert verdict(mean, low, high, 5, better) == says


def test_noise_alone_seldom_looks_like_a_difference() -> None:
    """Of many comparisons without any difference, about one in twenty is called clear."""
    draws = np.random.default_rng(5).normal(size=(2000, 10))
    clear = sum(not low <= 0 <= high for _, low, high in map(interval, draws))
    assert 60 <= clear <= 140


def test_comparing_writes_its_tables_and_renews_the_manifest(results: Results) -> None:
    """comparison.csv and paired.parquet by the contract, named in the manifest, and the folder still whole."""
    comparison = compare(results.folder)
    reopened = Results.open(results.folder)
    assert {"comparison.csv", "paired.parquet"} <= set(reopened.manifest.outputs)
    written = pd.read_csv(results.folder / "comparison.csv", keep_default_na=False)
    assert list(written.columns) == COLUMNS == list(comparison.table.columns)
    assert set(written["baseline"]) == {"as_reported"}
    assert set(written["plan"]) == {"more_desks"}
    paired = pd.read_parquet(results.folder / "paired.parquet")
    assert sorted(paired["replication"].unique()) == [0, 1, 2, 3]
    arrived = comparison.table.query("indicator == 'arrived' and station == ''")
    assert (arrived["difference"] == 0).all()


def test_comparing_twice_gives_the_same_bytes(results: Results) -> None:
    """A comparison can be made again, also after it was cut off before the manifest was renewed."""
    compare(results.folder)
    first = (results.folder / "comparison.csv").read_bytes()
    (results.folder / "comparison.csv").write_bytes(first[:50])
    compare(results.folder)
    assert (results.folder / "comparison.csv").read_bytes() == first
    assert not Manifest.read(results.folder).changed(results.folder)


def test_the_baseline_can_be_named(results: Results) -> None:
    """Against another baseline every difference has the other sign; an unknown one is refused with a hint."""
    forth = compare(results).table.set_index(["crossing", "station", "item", "group", "indicator"])["difference"]
    back = compare(results, "more_desks").table
    assert set(back["plan"]) == {"as_reported"}
    other = back.set_index(["crossing", "station", "item", "group", "indicator"])["difference"]
    pd.testing.assert_series_equal(forth.sort_index(), -other.sort_index())
    with pytest.raises(WrongUse, match="did you mean 'more_desks'"):
        compare(results, "more_desk")


def test_one_plan_cannot_be_compared(scenario: Scenario, tmp_path: Path) -> None:
    """With one plan there is nothing to compare: said, nothing written."""
    results = run(scenario, ["as_reported"], replications=1, workers=1, out=tmp_path)
    with pytest.raises(WrongUse, match="comparing needs two"):
        compare(results)
    assert not (results.folder / "comparison.csv").exists()


def test_changed_tables_are_not_compared(results: Results) -> None:
    """Replications that are not those of the run are refused."""
    path = results.folder / "replications.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(Unverified, match=r"replications\.parquet"):
        compare(results.folder)


def test_the_interval_of_two_shares_stays_within_what_shares_can_differ_by():
    """19 of 20 replications gain a standard: Student's interval alone would reach beyond 100 points."""
    base = pd.DataFrame(
        {
            "baseline": "a",
            "plan": "b",
            "replication": range(20),
            **dict.fromkeys(("crossing", "station", "item", "group"), ""),
            "indicator": "same_day",
            "baseline_value": 0.0,
            "plan_value": [1.0] * 19 + [0.0],
        }
    )
    base["difference"] = base["plan_value"] - base["baseline_value"]
    row = compared(base).iloc[0]
    assert row["difference"] == pytest.approx(0.95)
    assert row["ci_high"] == 1.0
    assert 0.8 < row["ci_low"] < 0.95
