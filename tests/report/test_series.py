"""Bands, stock-outs and what is worth drawing: rules on tables that fit on a page."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from borderflow.report import series

D = [date(2023, 11, day) for day in range(1, 6)]


def stock(**hours: list[list[float]]) -> pd.DataFrame:
    """Stock-out hours by plan: a list of days for each run."""
    return pd.DataFrame(
        {"plan": plan, "crossing": "torkham", "stock": "kits", "replication": run, "date": D[day], "stockout_hours": h,
         "closing": 100.0 - 10 * day - run}
        for plan, runs in hours.items()
        for run, days in enumerate(runs)
        for day, h in enumerate(days)
    )  # fmt: skip


def test_nine_of_ten_runs_lie_inside_the_band() -> None:
    """Of 21 runs with 0 to 20 persons, the band goes from the 2nd to the 20th and the line is the 11th."""
    table = pd.DataFrame({"date": D[0], "replication": range(21), "arrived": [float(n) for n in range(21)]})
    (row,) = series.band(table, ["date"], "arrived").to_dict("records")
    assert row == {"date": D[0], "low": 1.0, "median": 10.0, "high": 19.0}


def test_a_run_without_a_value_does_not_count_that_day() -> None:
    """A run in which nobody joined has no wait: it is neither a wait of 0 nor a reason to drop the day."""
    table = pd.DataFrame(
        {"date": [D[0], D[0], D[1]], "replication": [0, 1, 0], "wait": [None, 6.0, None]}, dtype=object
    )
    table["wait"] = table["wait"].astype(float)
    bands = series.band(table, ["date"], "wait")
    assert bands["median"].iloc[0] == 6.0
    assert bands["median"].isna().tolist() == [False, True]
    assert bands["date"].tolist() == [D[0], D[1]]


def test_plans_agree_only_if_every_run_and_day_is_the_same() -> None:
    """Equal medians are not enough: one day of one run that differs makes plans differ; two missing values agree."""
    one = pd.DataFrame({"replication": [0, 1], "crossing": "t", "station": "", "date": D[0], "crossed": [5.0, None]})
    same = pd.concat([one.assign(plan="a"), one.assign(plan="b")])
    assert series.plans_agree(same, "crossed")
    other = one.assign(crossed=[6.0, None])
    assert not series.plans_agree(pd.concat([one.assign(plan="a"), other.assign(plan="b")]), "crossed")


def test_the_peak_is_the_first_of_equal_days() -> None:
    """Where two days are equally high the earlier one is named; where nothing is known there is no peak."""
    bands = pd.DataFrame({"date": D[:3], "median": [1.0, 7.0, 7.0]})
    top = series.peak(bands)
    assert top is not None
    assert top["date"] == D[1]
    assert series.peak(bands.assign(median=float("nan"))) is None


@pytest.mark.parametrize(
    ("line", "wait", "drawn"),
    [(99, 3_599, False), (100, 0, True), (0, 3_600, True)],
)
def test_a_station_is_drawn_if_its_line_or_its_wait_is_ever_long(line: float, wait: float, drawn: bool) -> None:
    """A hundred people, or an hour for the slowest one in twenty, on one day is enough."""
    lines = pd.DataFrame({"station": "health", "median": [0.0, line]})
    waits = pd.DataFrame({"station": "health", "median": [0.0, wait]})
    assert (series.long_stations(lines, waits) == ["health"]) is drawn


def test_a_line_that_is_little_beside_the_longest_is_not_drawn() -> None:
    """A hundred and fifty people at health do not matter where thirty thousand stand at the gate."""
    lines = pd.DataFrame({"station": ["gate", "health", "cash"], "median": [30_000.0, 150.0, 2_000.0]})
    waits = pd.DataFrame({"station": ["gate", "health"], "median": [50_000.0, 60.0]})
    assert series.long_stations(lines, waits) == ["cash", "gate"]


def test_share_of_runs_out_of_stock_by_day() -> None:
    """Two of three runs with any hour out of stock on a day are two thirds, however many hours."""
    table = stock(a=[[0, 0.1], [0, 24], [0, 0]])
    assert series.share_out(table)["share"].tolist() == pytest.approx([0, 2 / 3])


def test_first_stock_out_is_the_median_over_the_runs_that_had_one() -> None:
    """Runs that never run out lower the probability, not the date; of an even number the earlier middle day counts."""
    table = stock(a=[[0, 1, 0, 1, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 0]], b=[[0.0] * 5] * 3)
    rows = {row["plan"]: row for row in series.first_out(table).to_dict("records")}
    assert (rows["a"]["runs"], rows["a"]["out"], rows["a"]["first"]) == (3, 2, D[1])
    assert (rows["b"]["runs"], rows["b"]["out"]) == (3, 0)
    assert pd.isna(rows["b"]["first"])


def test_lowest_stock_is_of_the_median_run() -> None:
    """Least of the daily medians and the first day on which it is reached."""
    (row,) = series.lowest(stock(a=[[0.0] * 5] * 3)).to_dict("records")
    assert (row["median"], row["date"]) == (100.0 - 40 - 1, D[4])
