"""Comparing plans: the paired difference of each plan to a baseline, replication by replication.

Plans meet the same households in a replication, so a difference is taken within it before anything is averaged. With
posterior draws two replications share a row, and an interval counts rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from borderflow.experiment.manifest import DERIVED, forget, renew
from borderflow.experiment.refusal import WrongUse
from borderflow.experiment.results import Results
from borderflow.scenario.faults import near

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

KEYS = ["crossing", "station", "item", "group", "indicator"]
COLUMNS = [
    "baseline", "plan", *KEYS, "unit", "baseline_mean", "plan_mean", "difference", "ci_low", "ci_high", "n", "verdict",
]  # fmt: skip
CONFIDENCE = 0.95
NO_CLEAR = "no clear difference"
TOO_FEW = "needs ≥ 2 replications"
TOO_FEW_ROWS = "needs ≥ 2 draws of the calibration"


@dataclass(frozen=True)
class Comparison:
    """``table``: one row per plan and indicator; ``paired``: the difference in every replication."""

    baseline: str
    table: pd.DataFrame
    paired: pd.DataFrame


def compare(results: Results | str | Path, baseline: str | None = None) -> Comparison:
    """Compare each plan of a finished run with the baseline (the first plan, unless named).

    Writes ``comparison.csv`` and ``paired.parquet`` into the results folder and renews its manifest.
    """
    from borderflow.experiment.tables import write_csv, write_parquet

    if not isinstance(results, Results):
        results = Results.open(results)
    plans = results.manifest.plans
    first = plans[0] if baseline is None else baseline
    if first not in plans:
        raise WrongUse(f"no plan is named '{first}'{near(first, plans)} (these results have: {', '.join(plans)})")
    if len(plans) < 2:
        raise WrongUse(f"there is one plan in {results.folder}, '{first}': comparing needs two")
    paired = differences(results.replications, first, [plan for plan in plans if plan != first])
    comparison = Comparison(first, compared(paired, results.manifest.rows), paired)
    forget(results.folder, DERIVED)
    for name, write, frame in zip(DERIVED, (write_csv, write_parquet), (comparison.table, paired), strict=True):
        beside = results.folder / f".{name}.writing"
        try:
            write(frame, beside)
            beside.replace(results.folder / name)
        finally:
            beside.unlink(missing_ok=True)
    written = [results.folder / name for name in DERIVED]
    results.manifest = renew(results.folder, written, f"compare --baseline {first}")
    return comparison


def differences(replications: pd.DataFrame, baseline: str, plans: list[str]) -> pd.DataFrame:
    """Plan minus baseline in every replication, for every indicator that either has.

    Columns: baseline, plan, replication, the keys, baseline_value, plan_value, difference (NaN where either is).
    """
    import pandas as pd

    keys = ["replication", *KEYS]
    frame = replications[["plan", *keys, "value"]]
    base = frame[frame["plan"] == baseline].drop(columns="plan").rename(columns={"value": "baseline_value"})
    parts = []
    for plan in plans:
        other = frame[frame["plan"] == plan].drop(columns="plan").rename(columns={"value": "plan_value"})
        both = base.merge(other, on=keys, how="outer", sort=False, validate="one_to_one")
        both.insert(0, "plan", plan)
        parts.append(both)
    paired = pd.concat(parts, ignore_index=True)
    paired.insert(0, "baseline", baseline)
    paired["difference"] = paired["plan_value"] - paired["baseline_value"]
    return paired


def compared(paired: pd.DataFrame, rows: int = 0) -> pd.DataFrame:
    """One row per plan and indicator: means over the pairs, their mean difference, its 95 % interval, a verdict.

    ``rows``: how many posterior rows the replications run on, 0 without draws.
    Only pairs in which both plans have a value count; ``n`` says how many. Rows in the order of the registry.
    """
    import pandas as pd

    from borderflow.measure.components import posterior_rows
    from borderflow.measure.registry import INDICATORS

    lines = []
    for key, pairs in paired.groupby(["baseline", "plan", *KEYS], sort=False, dropna=False):
        indicator = INDICATORS.get(str(key[-1]))
        defined = pairs[pairs["difference"].notna()]
        row = posterior_rows(defined["replication"].to_numpy(), rows) if rows else None
        mean, low, high = interval(defined["difference"].to_numpy(dtype=float), row)
        if indicator is not None and math.isfinite(indicator.high) and math.isfinite(indicator.low):
            # Two shares differ by one at the most, whatever the t distribution says.
            most = indicator.high - indicator.low
            low, high = max(low, -most), min(high, most)
        better = indicator.better if indicator else ""
        lines.append(
            (
                *key,
                indicator.unit if indicator else "",
                defined["baseline_value"].mean(),
                defined["plan_value"].mean(),
                mean,
                low,
                high,
                len(defined),
                verdict(mean, low, high, len(defined), better, "" if row is None else TOO_FEW_ROWS),
            )
        )
    table = pd.DataFrame(lines, columns=COLUMNS)
    place = {name: number for number, name in enumerate(INDICATORS)}
    plans = {name: number for number, name in enumerate(table["plan"].unique())}
    order = pd.DataFrame(
        {
            "plan": table["plan"].map(plans),
            "place": table["indicator"].map(place).fillna(len(place)),
            **{key: table[key] for key in KEYS},
        }
    )
    order = order.sort_values(["plan", "crossing", "place", "indicator", "station", "item", "group"], kind="stable")
    return table.loc[order.index].reset_index(drop=True)


def interval(
    values: np.ndarray[tuple[int], np.dtype[np.float64]], rows: np.ndarray[tuple[int], np.dtype[np.int64]] | None = None
) -> tuple[float, float, float]:
    """Mean and 95 % interval of the mean (Student t). NaN bounds under two values; width 0 if all are equal.

    With ``rows``, the posterior row of each value, the interval counts rows (``components``), and there are no bounds
    under two of them.
    """
    from scipy.special import stdtrit

    from borderflow.measure.components import components

    if len(values) == 0:
        return math.nan, math.nan, math.nan
    known = None if rows is None else components(values[None], rows[None])
    n = len(values) if known is None else int(known.rows[0])
    if (values == values[0]).all():
        same = float(values[0])
        return (same, same, same) if n > 1 else (same, math.nan, math.nan)
    mean = float(values.mean())
    if n < 2:
        return mean, math.nan, math.nan
    error = float(values.std(ddof=1)) / math.sqrt(n) if known is None else float(known.error[0])
    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * error
    return mean, mean - half, mean + half


def verdict(mean: float, low: float, high: float, n: int, better: str, too_few: str = "") -> str:
    """The difference in words; only an interval that leaves out 0 names a direction."""
    if n == 0:
        return "not defined under both plans"
    if not math.isfinite(low):
        return too_few or TOO_FEW
    if low <= 0 <= high:
        return NO_CLEAR
    direction = "higher" if mean > 0 else "lower"
    if not better:
        return direction
    return f"{direction} (better)" if direction == better else f"{direction} (worse)"
