"""A run of a scenario with triggers: every firing with its dates, beside the other tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from test_run import TABLES, digests

from borderflow.experiment.results import Results
from borderflow.experiment.run import run
from borderflow.measure.triggers import COLUMNS
from borderflow.scenario.load import load

TRIGGERED = Path(__file__).with_name("triggered.yaml")


@pytest.fixture(scope="module")
def fired(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The scenario as run in one process; do not write into it."""
    return run(load(TRIGGERED), workers=1, out=tmp_path_factory.mktemp("triggered"))


def test_the_firings_stand_beside_the_other_tables(fired: Results, ran: Results) -> None:
    """triggers.parquet is written where a plan has triggers, is in the manifest, and is missing where none has."""
    assert {path.name for path in fired.folder.iterdir()} == TABLES | {"manifest.json", "triggers.parquet"}
    assert fired.manifest.outputs == digests(fired.folder)
    assert list(fired.triggers.columns) == ["plan", "replication", *COLUMNS]
    assert "triggers.parquet" not in ran.manifest.outputs
    assert ran.triggers.empty
    assert list(ran.triggers.columns) == list(fired.triggers.columns)


def test_every_firing_of_a_trigger_that_repeats_has_its_dates(fired: Results) -> None:
    """As many rows as the indicator counts; the first is the one that the indicators tell, in days from the start."""
    table, start = fired.triggers, pd.Timestamp("2023-10-31")
    assert set(table["plan"]) == {"when_seen"}
    told = fired.replications.set_index(["plan", "replication", "item", "indicator"])["value"]
    desks = table[table["trigger"] == "desks"]
    assert desks["firing"].max() > 1
    for replication, rows in desks.groupby("replication"):
        assert rows["firing"].tolist() == list(range(1, len(rows) + 1))
        assert len(rows) == told["when_seen", replication, "desks", "trigger_firings"]
        for word in ("seen", "acted", "undone"):
            first = (rows[word].iloc[0] - start) / pd.Timedelta("1 D")
            assert first == pytest.approx(told["when_seen", replication, "desks", f"trigger_{word}"])
        assert (rows["seen"] == rows["seen"].dt.normalize()).all()
        assert (rows["acted"].dropna().dt.hour == 6).all()  # the desk opens at six
        assert (rows["undone"].dropna() > rows["seen"][rows["undone"].notna()]).all()
    kits = table[table["trigger"] == "kits"]
    assert kits["firing"].tolist() == [1] * 4
    assert kits["undone"].isna().all()


def test_two_workers_write_the_same_firings(fired: Results, tmp_path: Path) -> None:
    again = run(load(TRIGGERED), workers=2, out=tmp_path)
    assert digests(again.folder) == digests(fired.folder)
