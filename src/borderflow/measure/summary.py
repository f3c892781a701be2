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
from borderflow.measure.gathered import Gathered, gathered
from borderflow.measure.indicator import Indicator
from borderflow.measure.registry import INDICATORS
from borderflow.network.network import Floats, Ints
from borderflow.scenario.additions import everything
from borderflow.scenario.scenario import Scenario

KEYS = ["plan", "crossing", "station", "item", "group", "indicator"]
VALUES = (("value",), ("lower_bound",))
"""The column that is summarised, and the mark that is counted."""
SPLIT = ["sd_calibration", "sd_run"]
COLUMNS = [*KEYS, "unit", "mean", "ci_low", "ci_high", "p05", "p50", "p95", "n", "n_defined", "lower_bound", *SPLIT]
NEED_KEYS = ["plan", "crossing", "by", "period", "first", "last", "what", "station", "unit"]
NEEDED = ("demanded", "met", "peak")
NEED_VALUES = (*NEEDED, "peak_day")
NEED_COLUMNS = [*NEED_KEYS, *(f"{word}_{kind}" for word in NEEDED for kind in ("median", "p90")), "peak_day", "n"]
ORDER_KEYS = ("plan", "crossing", "stock", "date")
ORDERED = ("extra_needed",)
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
    replications: pd.DataFrame | Gathered,
    scenario: Scenario | None = None,
    stock: pd.DataFrame | Gathered | None = None,
) -> pd.DataFrame:
    """One row per plan, crossing, station, item, group and indicator.

    ``scenario`` gives the units of items, the currency, and the posterior row of each replication; ``stock``, the
    stock tables of the same replications, adds the order-by dates. Either may be a table, or gathered by its keys
    (``KEYS`` with the column and the mark of ``VALUES``; ``ORDER_KEYS`` with ``ORDERED``). Rows: plans in order of
    appearance; crossings likewise, all together last; the crossing as a whole before its stations, in journey order;
    indicators in the order of the registry.
    """
    if isinstance(replications, pd.DataFrame):
        if replications.empty:
            return pd.DataFrame(columns=COLUMNS)
        replications = gathered(replications, KEYS, *VALUES)
    scenario = everything(scenario) if scenario is not None else None
    draws = scenario.calibration.draws if scenario is not None else None
    many = len(draws.rows) if draws is not None else 0
    keys = replications.keys
    indicators = [INDICATORS[name] for name in keys["indicator"]]
    parts: list[dict[str, npt.NDArray[Any]]] = []
    for block in replications.blocks():
        rows = posterior_rows(block.replications, many) if many else None
        parts.append(statistics(block.numbers["value"], indicators[block.first : block.last], rows))
    table = keys.assign(**{name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
    table["n"] = replications.n
    table["lower_bound"] = replications.flags["lower_bound"]
    orders = order_by(stock) if stock is not None else None
    if orders is not None and not orders.empty:
        table = pd.concat([table, orders], ignore_index=True)
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


def statistics(values: Floats, indicators: Sequence[Indicator], rows: Ints | None) -> dict[str, npt.NDArray[Any]]:
    """The columns of a summary from ``mean`` to ``n_defined`` but for the counts, one entry for each indicator.

    ``values``: shape (indicators, replications), NaN where not defined. ``rows``: the posterior row of each value, same
    shape; None without draws.
    """
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


def order_by(stock: pd.DataFrame | Gathered, sure: float = SURE) -> pd.DataFrame:
    """The order-by day and quantity of each stock, from ``extra_needed`` of all replications.

    The latest day at whose midnight one extra order of some quantity still leaves no unmet need in the share ``sure``
    of the replications, and the least quantity that does so then. Quantity 0 and no day where none is needed.
    """
    if isinstance(stock, pd.DataFrame):
        stock = gathered(stock, ORDER_KEYS, ORDERED)
    parts: list[Floats] = []
    for block in stock.blocks():
        extra = block.numbers["extra_needed"]
        ordered = np.sort(np.where(np.isnan(extra), np.inf, extra), axis=1)
        at = np.ceil(sure * stock.n[block.first : block.last] - 1e-9).astype(np.int64) - 1
        parts.append(ordered[np.arange(len(extra)), at])
    if not len(stock.keys):
        return pd.DataFrame()
    days = stock.keys.assign(least=np.concatenate(parts), n=stock.n)
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


def requirements_summary(requirements: pd.DataFrame | Gathered) -> pd.DataFrame:
    """Median and 90 % over the replications of what is demanded and met in each week and phase, per plan.

    ``peak`` is the demand of the peak day, ``peak_day`` the median of its dates. A table, or gathered by ``NEED_KEYS``
    with ``NEED_VALUES``.
    """
    if isinstance(requirements, pd.DataFrame):
        if requirements.empty:
            return pd.DataFrame(columns=NEED_COLUMNS)
        requirements = gathered(requirements, NEED_KEYS, NEED_VALUES)
    if not len(requirements.keys):
        return pd.DataFrame(columns=NEED_COLUMNS)
    found: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in NEED_COLUMNS if name not in NEED_KEYS}
    for block in requirements.blocks():
        for word in NEEDED:
            median, high = quantiles(block.numbers[word], (0.5, 0.9))
            found[f"{word}_median"].append(median)
            found[f"{word}_p90"].append(high)
        middle = np.floor(quantiles(block.numbers["peak_day"], (0.5,))[0]).astype(np.int64)
        found["peak_day"].append(np.datetime_as_string(middle.astype("datetime64[D]")))
        found["n"].append(requirements.n[block.first : block.last])
    return requirements.keys.assign(**{name: np.concatenate(parts) for name, parts in found.items()})[NEED_COLUMNS]
