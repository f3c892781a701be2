"""The tables of a run, growing as replications come in, in their order; then what is summarised from them.

Nothing is held for all replications: rows go to Parquet files, and what the summaries need to files of numbers.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from borderflow.experiment.layout import PARQUET, REQUIREMENTS, tables_of
from borderflow.experiment.spill import Spill
from borderflow.experiment.tables import ParquetTable, write_csv
from borderflow.measure.summary import (
    KEYS,
    NEED_KEYS,
    NEED_VALUES,
    ORDER_KEYS,
    ORDERED,
    VALUES,
    requirements_summary,
    summarise,
)

if TYPE_CHECKING:
    from borderflow.experiment.batch import Outcome
    from borderflow.scenario.scenario import Scenario


class Gathering:
    """Append outcomes in order, then ``summarise``; ``close`` in any case. ``aside``: room for files that go again."""

    def __init__(self, folder: Path, aside: Path, scenario: Scenario) -> None:
        self._folder = folder
        self._files = {name: ParquetTable(folder / PARQUET[name]) for name in tables_of(scenario) if name in PARQUET}
        self._spills = {
            "indicators": Spill(aside / "indicators.numbers", KEYS, *VALUES),
            "stock": Spill(aside / "stock.numbers", ORDER_KEYS, ORDERED),
            REQUIREMENTS: Spill(aside / "requirements.numbers", NEED_KEYS, NEED_VALUES),
        }

    def append(self, outcome: Outcome) -> None:
        """Add what one replication gave."""
        for name, file in self._files.items():
            file.append(outcome.tables[name])
        for name, spill in self._spills.items():
            table = outcome.tables[name]
            if len(table) and (name != "stock" or set(ORDERED) <= set(table.column_names)):
                spill.add(outcome.replication, table)

    def summarise(self, scenario: Scenario) -> None:
        """End the files, and write the summaries."""
        for file in self._files.values():
            file.close()
        found = {name: spill.gathered() for name, spill in self._spills.items()}
        stock = found["stock"] if len(found["stock"].keys) else None
        write_csv(summarise(found["indicators"], scenario, stock), self._folder / "indicators.csv")
        write_csv(requirements_summary(found[REQUIREMENTS]), self._folder / "requirements.csv")

    def close(self) -> None:
        """Let go of all files, without caring for what is in those that are not ended."""
        for file in self._files.values():
            file.abandon()
        for spill in self._spills.values():
            spill.close()
