"""A comparison as it is printed: a sentence for each indicator whose difference is clear, the others named."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from borderflow.experiment.compare import NO_CLEAR, Comparison
from borderflow.report.summary import duration, percent, whole_number, wrapped

if TYPE_CHECKING:
    from borderflow.experiment.results import Results

MAIN = (
    *("crossed", "completed", "gave_up", "not_admitted", "same_day", "wait_total_p95", "people_overnight_peak", "cost"),
    *("wait_p95", "queue_peak", "stockout", "stockout_hours", "without_item_households", "standard"),
    *("fund_short", "fund_first_short", "fund_lowest", "unfunded"),
)
"""What a planner asks of a comparison first; ``--all`` prints every indicator."""


def comparison_answer(comparison: Comparison, results: Results, everything: bool) -> dict[str, Any]:
    """The comparison as plain values, each indicator with its title."""
    from borderflow.measure.registry import INDICATORS

    rows = []
    for row in comparison.table.to_dict("records"):
        if everything or (row["indicator"] in MAIN and not row["group"]):
            known = INDICATORS.get(row["indicator"])
            rows.append({**row, "title": known.title if known else row["indicator"], "n": int(row["n"])})
    return {
        "baseline": comparison.baseline,
        "plans": [plan for plan in results.manifest.plans if plan != comparison.baseline],
        "replications": results.manifest.done,
        "draws": results.manifest.rows_done if results.manifest.draws else None,
        "indicators": rows,
        "folder": str(results.folder),
    }


def comparison_told(says: dict[str, Any], width: int, currency: str) -> str:
    """The comparison as text of at most ``width`` columns."""
    lines: list[str] = []
    for plan in says["plans"]:
        lines.append(f"{plan}, compared with {says['baseline']}")
        rows = [row for row in says["indicators"] if row["plan"] == plan]
        for crossing in dict.fromkeys(row["crossing"] for row in rows):
            lines.append(f"  {crossing or 'all crossings'}")
            here = [row for row in rows if row["crossing"] == crossing]
            clear = [row for row in here if row["verdict"] != NO_CLEAR]
            for row in clear:
                lines += wrapped(_sentence(row, currency), width, "    ", "        ")
            unclear = [_name(row) for row in here if row["verdict"] == NO_CLEAR and not _same(row)]
            if unclear:
                text = f"{NO_CLEAR} (95 % interval includes 0): {'; '.join(unclear)}"
                lines += wrapped(text, width, "    ", "        ")
            if same := sum(map(_same, here)):
                lines.append(f"    the same in every replication: {same} indicator{'' if same == 1 else 's'}")
        lines.append("")
    lines += wrapped(_covered(says["replications"], says["draws"]), width)
    lines.append(f"Tables: {says['folder']}/comparison.csv")
    return "\n".join(lines)


def _covered(replications: int, draws: int | None) -> str:
    if replications < 2:
        return "One replication: no interval can be given (needs ≥ 2 replications)."
    if draws == 1:
        return "Replications on one draw of the calibration: no interval can be given (needs ≥ 2 draws, two each)."
    holds = "run-to-run variation only: arrival levels are inputs, not varied"
    if draws is not None:
        holds = f"which counts the {draws} draws of the calibration; calibration and run-to-run variation"
    return (
        f"Mean difference over {replications} replications in which both plans meet the same households, [95 % "
        f"interval of it]{';' if draws is None else ','} {holds}. Each interval stands by "
        "itself: of twenty indicators without any difference, one may look clear by chance."
    )


def _same(row: dict[str, Any]) -> bool:
    return bool(row["difference"] == row["ci_low"] == row["ci_high"] == 0)


def _name(row: dict[str, Any]) -> str:
    where = ", ".join(row[key].replace("_", " ") for key in ("station", "item", "group") if row[key])
    return f"{row['title']} ({where})" if where else str(row["title"])


def _sentence(row: dict[str, Any], currency: str) -> str:
    write, differ = _writers(row["unit"], currency)
    if not math.isfinite(row["difference"]):
        return f"{_name(row)}: {row['verdict']}"
    text = f"{_name(row)}: {write(row['plan_mean'])} instead of {write(row['baseline_mean'])}"
    text += f", {_signed(row['difference'], differ)}"
    if math.isfinite(row["ci_low"]):
        text += f" [{_signed(row['ci_low'], differ)} to {_signed(row['ci_high'], differ)}]"
    return f"{text}: {row['verdict']}"


def _signed(value: float, write: Callable[[float], str]) -> str:
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return f"{sign}{write(abs(value))}"


def _writers(unit: str, currency: str) -> tuple[Callable[[float], str], Callable[[float], str]]:
    """How a value of a unit is written, and how a difference of two is."""
    match unit:
        case "seconds":
            return duration, duration
        case "share" | "probability":
            return percent, lambda share: percent(share).replace("%", "points")
        case "currency":
            return (lambda value: f"{whole_number(value)} {currency}".strip(),) * 2
        case "hours":
            return (lambda value: f"{whole_number(value)} h",) * 2
        case "days":
            return (lambda value: f"{value:.1f} days",) * 2
        case _:
            return whole_number, whole_number
