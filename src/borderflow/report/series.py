"""What charts draw: bands over runs, days of stock-out, first dates. Plain functions on the result tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from borderflow.experiment.answer import FEW as FEW
from borderflow.experiment.answer import tellable as tellable

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
"""The band: nine of ten runs lie between the low and the high quantile."""

LONG_LINE = 100
"""Persons; a station whose median line never gets this long, nor its wait long, is said in words instead."""

LONG_SHARE = 0.05
"""Nor is a line that never reaches this share of the longest one."""

LONG_WAIT = 3_600
"""Seconds, for the slowest one in twenty of a day."""


def whole(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of a daily table that speak of a crossing as a whole."""
    return table[table["station"] == ""]


def band(table: pd.DataFrame, by: Sequence[str], value: str) -> pd.DataFrame:
    """Quantiles over runs per group: columns ``by``, ``low``, ``median``, ``high``, in the order of ``by``.

    A run without a value on a day (nobody joined, so nobody waited) is left out of that day; without any there is
    no band.
    """
    if table.empty:
        return pd.DataFrame(columns=[*by, "low", "median", "high"])
    grouped = table.groupby(list(by), sort=True, observed=True)[value]
    wide = grouped.quantile(np.array([LOW, MIDDLE, HIGH])).unstack()
    wide.columns = pd.Index(["low", "median", "high"])
    return wide.reset_index()


def runs(table: pd.DataFrame) -> int:
    """How many replications a table holds."""
    return int(table["replication"].nunique())


def plans_agree(daily: pd.DataFrame, value: str) -> bool:
    """Whether every plan has the same values of a column, run for run and day for day."""
    key = ["replication", "crossing", "station", "date"]
    wide = daily.pivot_table(index=key, columns="plan", values=value, aggfunc="first", observed=True, dropna=False)
    first = wide.iloc[:, [0]].to_numpy()
    rest = wide.to_numpy()
    return bool(np.all((rest == first) | (pd.isna(rest) & pd.isna(first))))


def peak(bands: pd.DataFrame) -> pd.Series | None:
    """The row of a band with the highest median (the first of equals); None where there is none."""
    known = bands.dropna(subset=["median"])
    return None if known.empty else known.iloc[int(known["median"].to_numpy(dtype=float).argmax())]


def long_stations(queues: pd.DataFrame, waits: pd.DataFrame) -> list[str]:
    """Stations where, under any plan at any crossing, the median line or wait is ever long; sorted by name."""
    reach = queues.groupby("station")["median"].max()
    longest = (reach >= LONG_LINE) & (reach >= LONG_SHARE * reach.max())
    slowest = waits.groupby("station")["median"].max() >= LONG_WAIT
    return sorted({*longest.index[longest], *slowest.index[slowest]})


def share_out(stock: pd.DataFrame) -> pd.DataFrame:
    """Share of runs with stock-out hours, per plan, crossing, stock and day, in column ``share``."""
    flagged = stock.assign(share=(stock["stockout_hours"] > 0).astype(float))
    by = ["plan", "crossing", "stock", "date"]
    return flagged.groupby(by, sort=True, observed=True)["share"].mean().reset_index()


def first_out(stock: pd.DataFrame) -> pd.DataFrame:
    """When a stock first runs out: ``runs``, ``out`` (runs in which it did) and ``first``, the median first day.

    One row per plan, crossing and stock. The median is taken over the runs that ran out (the earlier of the middle
    two, so that it is a day on which one of them did); ``first`` is missing where none did.
    """
    by = ["plan", "crossing", "stock"]
    counted = stock.groupby(by, sort=True, observed=True)["replication"].nunique().rename("runs").reset_index()
    dry = stock[stock["stockout_hours"] > 0]
    begun = dry.groupby([*by, "replication"], sort=True, observed=True)["date"].min().reset_index()
    middles = [
        (*key, len(group), sorted(group["date"])[(len(group) - 1) // 2])
        for key, group in begun.groupby(by, sort=True, observed=True)
    ]
    found = pd.DataFrame(middles, columns=[*by, "out", "first"]).astype({"first": object})
    table = counted.merge(found, on=by, how="left")
    table["out"] = table["out"].fillna(0).astype(int)
    return table


def lowest(stock: pd.DataFrame) -> pd.DataFrame:
    """The least of the median stock on hand at the end of a day, with its first day, per plan, crossing and stock."""
    by = ["plan", "crossing", "stock"]
    ends = band(stock, [*by, "date"], "closing").dropna(subset=["median"])
    return ends.loc[ends.groupby(by, sort=True)["median"].idxmin()].reset_index(drop=True)
