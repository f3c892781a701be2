"""Summaries over replications: the mean with its 95 % interval, and the 5–95 % band of outcomes. Two things.

The interval says how well the mean is known: Student's t over the replications in which the value is defined,
Wilson's for a probability, cut at the ends of the indicator's range. The band says how much one replication differs
from another. With one replication there is no interval; where nothing varies its width is 0.

With posterior draws two replications share a row, so an interval counts rows: Student's t over rows, Wilson's with the
effective number of replications (Franco, Little, Louis and Slud, Journal of Survey Statistics and Methodology 7, 2019),
none with fewer than two rows. ``sd_calibration`` and ``sd_run`` say how much of the spread is which (``components``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from borderflow.measure.components import components, posterior_rows
from borderflow.measure.indicator import Indicator
from borderflow.measure.registry import INDICATORS
from borderflow.network.network import Floats, Ints
from borderflow.scenario.additions import everything
from borderflow.scenario.scenario import Scenario

KEYS = ["plan", "crossing", "station", "item", "group", "indicator"]
SPLIT = ["sd_calibration", "sd_run"]
COLUMNS = [*KEYS, "unit", "mean", "ci_low", "ci_high", "p05", "p50", "p95", "n", "n_defined", "lower_bound", *SPLIT]
NEED_KEYS = ["plan", "crossing", "by", "period", "first", "last", "what", "station", "unit"]
NEEDED = ("demanded", "met", "peak")
NEED_COLUMNS = [*NEED_KEYS, *(f"{word}_{kind}" for word in NEEDED for kind in ("median", "p90")), "peak_day", "n"]
SURE = 0.9
_Z = 1.959963984540054


def wilson(successes: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Wilson's 95 % interval of a probability; NaN where n is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = successes / n
        centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return np.maximum(0.0, centre - half), np.minimum(1.0, centre + half)


def student(mean: Floats, deviation: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Student's 95 % interval of a mean; NaN where n < 2."""
    with np.errstate(invalid="ignore", divide="ignore"):
        half = np.where(n > 1, stdtrit(np.maximum(n - 1, 1), 0.975) * deviation / np.sqrt(n), np.nan)
    return mean - half, mean + half


def summarise(
    replications: pd.DataFrame, scenario: Scenario | None = None, stock: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row per plan, crossing, station, item, group and indicator.

    ``scenario`` gives the units of items, the currency, and the posterior row of each replication; ``stock``, the
    stock tables of the same replications, adds the order-by dates. Rows: plans in order of appearance; crossings
    likewise, all together last; the crossing as a whole before its stations, in journey order; indicators in the order
    of the registry.
    """
    if replications.empty:
        return pd.DataFrame(columns=COLUMNS)
    scenario = everything(scenario) if scenario is not None else None
    keys, codes = _grouped(replications, KEYS)
    values, _ = _by_group(codes, replications["value"].to_numpy(dtype=float), len(keys))
    draws = scenario.calibration.draws if scenario is not None else None
    rows: Ints | None = None
    if draws is not None and draws.rows:
        each = posterior_rows(replications["replication"].to_numpy(), len(draws.rows))
        rows = np.nan_to_num(_by_group(codes, each, len(keys))[0]).astype(np.int64)
    lower = np.bincount(codes, weights=replications["lower_bound"].to_numpy(dtype=bool), minlength=len(keys))
    table = keys.assign(**_statistics(values, [INDICATORS[name] for name in keys["indicator"]], rows))
    table["n"] = np.bincount(codes, minlength=len(keys))
    table["lower_bound"] = lower.astype(np.int64)
    if stock is not None and not stock.empty:
        table = pd.concat([table, order_by(stock)], ignore_index=True)
    table["unit"] = [_unit(row[0], row[1], scenario) for row in zip(table["indicator"], table["item"], strict=True)]
    return _in_order(table)[COLUMNS]


def _unit(indicator: str, item: str, scenario: Scenario | None) -> str:
    unit = INDICATORS[indicator].unit
    if scenario is None:
        return unit
    if unit == "units":
        thing = item.rpartition(".")[2]  # a warehouse's is WAREHOUSE.ITEM
        shelves = [crossing.stocks for crossing in scenario.crossings.values()]
        shelves += scenario.warehouses.values()
        named = (stocks[thing].unit for stocks in shelves if thing in stocks)
        return next((word for word in named if word), unit)
    return currency(scenario) or unit if unit == "currency" else unit


def currency(scenario: Scenario) -> str:
    """The currency of the scenario's prices, empty if it states none."""
    money = [*scenario.costs.values()]
    for plan in scenario.plans.values():
        money += [cost for cost in (plan.costs.set_up, plan.costs.per_day) if cost is not None]
    return next((each.currency for each in money), "")


def _grouped(frame: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, Ints]:
    """Distinct keys in order of appearance, and each row's number among them."""
    code = np.zeros(len(frame), dtype=np.int64)
    for name in names:
        each, distinct = pd.factorize(frame[name])
        code = code * (len(distinct) + 1) + each
    found, first = np.unique(code, return_index=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(found), dtype=np.int64)
    rank[order] = np.arange(len(found))
    keys = frame.iloc[first[order]][list(names)].reset_index(drop=True).astype(object)
    return keys, rank[np.searchsorted(found, code)]


def _by_group(codes: Ints, values: npt.NDArray[Any], groups: int) -> tuple[Floats, Ints]:
    """Values as a matrix with one row per group, filled with NaN; and the row order that was used."""
    order = np.argsort(codes, kind="stable")
    sorted_codes = codes[order]
    first = np.searchsorted(sorted_codes, np.arange(groups))
    column = np.arange(len(codes)) - first[sorted_codes]
    matrix = np.full((groups, int(column.max()) + 1 if len(codes) else 0), np.nan)
    matrix[sorted_codes, column] = values[order]
    return matrix, order


def quantiles(matrix: Floats, probabilities: Sequence[float]) -> list[Floats]:
    """Quantiles of each row over its defined values, by linear interpolation; NaN where there are none."""
    ordered = np.sort(matrix, axis=1)
    n = (~np.isnan(matrix)).sum(axis=1)
    result = []
    for probability in probabilities:
        at = probability * np.maximum(n - 1, 0)
        low = np.floor(at).astype(np.int64)
        high = np.minimum(low + 1, np.maximum(n - 1, 0))
        rows = np.arange(len(matrix))
        below, above = ordered[rows, low], ordered[rows, high]
        result.append(below + (above - below) * (at - low))
    return result


def _statistics(values: Floats, indicators: Sequence[Indicator], rows: Ints | None) -> dict[str, npt.NDArray[Any]]:
    chance = np.array([indicator.chance for indicator in indicators])
    defined = ~np.isnan(values)
    many = defined.sum(axis=1).astype(np.float64)
    # Measured from the first defined value, so that a constant has exactly itself as mean and no deviation.
    base = values[np.arange(len(values)), defined.argmax(axis=1)]
    gaps = np.where(defined, values - base[:, None], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = gaps.sum(axis=1) / many
        mean = np.where(many > 0, base + shift, np.nan)
        squares = (np.where(defined, gaps - shift[:, None], 0.0) ** 2).sum(axis=1)
        deviation = np.sqrt(squares / (many - 1))
    split = dict.fromkeys(SPLIT, np.full(len(values), np.nan))
    counted, effective = many, many
    if rows is not None:
        found = components(values, rows)
        counted, effective, deviation = found.rows, found.effective, found.error * np.sqrt(found.rows)
        split = {"sd_calibration": found.sd_calibration, "sd_run": found.sd_run}
    low, high = student(mean, deviation, counted)
    wilson_low, wilson_high = wilson(mean * effective, effective)
    some = chance & (counted > 1)
    low, high = np.where(some, wilson_low, low), np.where(some, wilson_high, high)
    low = np.maximum(low, [indicator.low for indicator in indicators])
    high = np.minimum(high, [indicator.high for indicator in indicators])
    # An outcome of yes or no lies at one of them, never between.
    band = [np.where(chance, np.rint(each), each) for each in quantiles(values, (0.05, 0.5, 0.95))]
    names = ("mean", "ci_low", "ci_high", "p05", "p50", "p95")
    said = dict(zip(names, (mean, low, high, *band), strict=True))
    return {**said, **split, "n_defined": many.astype(np.int64)}


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    def rank(values: pd.Series[Any]) -> Ints:
        return np.asarray(pd.factorize(values)[0], dtype=np.int64)

    crossing = np.where(table["crossing"] == "", len(table), rank(table["crossing"]))
    station = np.where(table["station"] == "", -1, rank(table["station"]))
    place = {name: position for position, name in enumerate(INDICATORS)}
    indicator = np.array([place[name] for name in table["indicator"]])
    group = np.where(table["group"] == "", -1, rank(table["group"]))
    item = np.where(table["item"] == "", -1, rank(table["item"]))
    order = np.lexsort((indicator, group, item, station, crossing, rank(table["plan"])))
    return table.iloc[order].reset_index(drop=True)


def order_by(stock: pd.DataFrame, sure: float = SURE) -> pd.DataFrame:
    """The order-by day and quantity of each stock, from ``extra_needed`` of all replications.

    The latest day at whose midnight one extra order of some quantity still leaves no unmet need in the share ``sure``
    of the replications, and the least quantity that does so then. Quantity 0 and no day where none is needed.
    """
    days, codes = _grouped(stock, ["plan", "crossing", "stock", "date"])
    matrix, _ = _by_group(codes, stock["extra_needed"].to_numpy(dtype=float), len(days))
    n = np.bincount(codes, minlength=len(days))
    ordered = np.sort(np.where(np.isnan(matrix), np.inf, matrix), axis=1)
    least = ordered[np.arange(len(days)), np.ceil(sure * n - 1e-9).astype(np.int64) - 1]
    days = days.assign(least=least, n=n)
    rows = []
    for (plan, crossing, item), of_stock in days.groupby(["plan", "crossing", "stock"], sort=False):
        dates = pd.to_datetime(of_stock["date"])
        day = (dates - dates.min()).dt.days.to_numpy()
        quantity = of_stock["least"].to_numpy()
        when, many = math.nan, math.nan
        works = np.flatnonzero(np.isfinite(quantity))
        if len(works):
            last = works[np.argmax(day[works])]
            needed = quantity[np.argmin(day)] > 0
            when, many = (float(day[last]), float(quantity[last])) if needed else (math.nan, 0.0)
        for name, value in (("order_by", when), ("order_by_quantity", many)):
            row = {"plan": plan, "crossing": crossing, "station": "", "item": item, "group": "", "indicator": name}
            runs = int(of_stock["n"].max())
            rows.append({**row, "mean": value, "n": runs, "n_defined": 0 if math.isnan(value) else runs})
    found = pd.DataFrame(rows).assign(p50=lambda t: t["mean"], lower_bound=0)
    for name in ("ci_low", "ci_high", "p05", "p95", *SPLIT):
        found[name] = math.nan
    return found


def requirements_summary(requirements: pd.DataFrame) -> pd.DataFrame:
    """Median and 90 % over the replications of what is demanded and met in each week and phase, per plan.

    ``peak`` is the demand of the peak day, ``peak_day`` the median of its dates.
    """
    if requirements.empty:
        return pd.DataFrame(columns=NEED_COLUMNS)
    keys, codes = _grouped(requirements, NEED_KEYS)
    table = keys
    for word in NEEDED:
        matrix, _ = _by_group(codes, requirements[word].to_numpy(dtype=float), len(keys))
        median, high = quantiles(matrix, (0.5, 0.9))
        table = table.assign(**{f"{word}_median": median, f"{word}_p90": high})
    dates = np.array(requirements["peak_day"].to_list(), dtype="datetime64[D]").astype(np.int64)
    matrix, _ = _by_group(codes, dates, len(keys))
    middle = np.floor(quantiles(matrix, (0.5,))[0]).astype(np.int64)
    table["peak_day"] = np.datetime_as_string(middle.astype("datetime64[D]"))
    table["n"] = np.bincount(codes, minlength=len(keys))
    return table
