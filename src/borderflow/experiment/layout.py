"""The layout of a results folder: its tables, their files, and the columns that this version reads.

A folder that an older version wrote may lack some. It is refused as a whole, in one line: a table read in part would
answer for something else.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from borderflow.experiment.refusal import Unverified

if TYPE_CHECKING:
    from borderflow.scenario.scenario import Scenario

PARQUET = {
    "indicators": "replications.parquet",
    "daily": "daily.parquet",
    "hourly": "hourly.parquet",
    "stock": "stock.parquet",
    "funds": "funds.parquet",
    "triggers": "triggers.parquet",
}
"""Where each measured table is streamed to."""

REQUIREMENTS = "requirements"
"""Measured too, but only kept summarised."""

KEYS = ("plan", "replication")
"""What stands before the columns that are measured."""


def tables_of(scenario: Scenario) -> tuple[str, ...]:
    """The tables that are measured in every replication: those of funds and of triggers only where there are any."""
    held = {"funds": bool(scenario.funds), "triggers": any(plan.triggers for plan in scenario.plans.values())}
    return (*(name for name in PARQUET if held.get(name, True)), REQUIREMENTS)


def layout() -> dict[str, tuple[str, ...]]:
    """The columns of each table that stays, in their order, by the file that holds it."""
    from borderflow.measure import funds, measure, rows, summary, triggers

    measured = {
        "indicators": rows.COLUMNS,
        "daily": ("crossing", "station", "date", *measure.DAILY),
        "hourly": ("crossing", "station", "hour", *measure.HOURLY),
        "stock": ("crossing", "stock", "date", *measure.LEDGER),
        "funds": funds.COLUMNS,
        "triggers": triggers.COLUMNS,
    }
    tables = {PARQUET[name]: (*KEYS, *columns) for name, columns in measured.items()}
    return {**tables, "indicators.csv": tuple(summary.COLUMNS), "requirements.csv": tuple(summary.NEED_COLUMNS)}


def lacking(folder: Path) -> str | None:
    """What a results folder lacks of the columns that this version reads; None if nothing does.

    A table that holds no rows (of stocks, say) has no columns of its own, and lacks none.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    for name, columns in layout().items():
        path = folder / name
        if not path.is_file():
            continue
        if path.suffix == ".csv":
            with open(path, encoding="utf-8") as lines:
                there = lines.readline().rstrip("\n").split(",")
        else:
            try:
                held = pq.read_metadata(path)
            except pa.ArrowInvalid:
                continue  # a damaged table is told by its hash, not by its columns
            there = held.schema.to_arrow_schema().names if held.num_rows else list(columns)
        missing = [column for column in columns if column not in there]
        if missing:
            more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
            return f"it was made by an older version of borderflow: {name} has no column {missing[0]}{more}"
    return None


def readable(folder: Path) -> None:
    """Refuse a folder whose tables lack columns; raises ``Unverified``."""
    if why := lacking(folder):
        raise Unverified(f"{folder}: {why}; run the scenario again")
