"""The tables of a finished run, read when they are asked for."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from borderflow.experiment.manifest import Manifest

if TYPE_CHECKING:
    import pandas as pd


class Results:
    """A results folder. Tables are pandas frames; ``manifest`` says what was run and with what.

    ``reused``: the folder stood there already and matched what was asked, so nothing was run.
    """

    def __init__(self, folder: str | Path, manifest: Manifest, reused: bool = False) -> None:
        self.folder = Path(folder)
        self.manifest = manifest
        self.reused = reused

    @classmethod
    def open(cls, folder: str | Path) -> Results:
        """Open a finished folder; ``Unverified`` if its manifest is missing, a file is not what was written, or its
        tables lack columns that this version reads.
        """
        from borderflow.experiment.layout import readable

        manifest = Manifest.read(Path(folder))
        manifest.check(Path(folder))
        readable(Path(folder))
        return cls(folder, manifest)

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Each indicator's mean, its 95 % interval, and the band of outcomes."""
        return self._csv("indicators.csv")

    @cached_property
    def requirements(self) -> pd.DataFrame:
        """What is needed by week and phase: demanded and met."""
        return self._csv("requirements.csv")

    @cached_property
    def replications(self) -> pd.DataFrame:
        """Every indicator in every replication."""
        return self._parquet("replications.parquet")

    @cached_property
    def daily(self) -> pd.DataFrame:
        """Every day of every replication, by station."""
        return self._parquet("daily.parquet")

    @cached_property
    def hourly(self) -> pd.DataFrame:
        """Queues and desks by hour."""
        return self._parquet("hourly.parquet")

    @cached_property
    def stock(self) -> pd.DataFrame:
        """The ledger of each stock by day."""
        return self._parquet("stock.parquet")

    @cached_property
    def funds(self) -> pd.DataFrame:
        """The account of each fund by day; no rows where the scenario has no funds."""
        return self._if_there("funds")

    @cached_property
    def triggers(self) -> pd.DataFrame:
        """Every firing of a trigger with its times; no rows where no plan has triggers."""
        return self._if_there("triggers")

    def _if_there(self, table: str) -> pd.DataFrame:
        from borderflow.experiment.layout import PARQUET, layout

        name = PARQUET[table]
        if (self.folder / name).is_file():
            return self._parquet(name)
        import pandas as pd

        return pd.DataFrame(columns=list(layout()[name]))

    @property
    def complete(self) -> bool:
        """Whether every replication that was asked for is in the tables."""
        return self.manifest.done == self.manifest.replications

    def _csv(self, name: str) -> pd.DataFrame:
        from borderflow.experiment.tables import read_csv

        return read_csv(self.folder / name)

    def _parquet(self, name: str) -> pd.DataFrame:
        from borderflow.experiment.tables import read_parquet

        return read_parquet(self.folder / name)

    def __repr__(self) -> str:
        return f"Results({str(self.folder)!r}, plans={list(self.manifest.plans)}, replications={self.manifest.done})"
