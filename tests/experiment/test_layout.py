"""The layout of a results folder: what is written is what is read, and an older folder is refused in one line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from borderflow.commands.chart import draw
from borderflow.experiment.layout import layout
from borderflow.experiment.manifest import Manifest, renew
from borderflow.experiment.refusal import InTheWay, Unverified
from borderflow.experiment.results import Results
from borderflow.experiment.run import run
from borderflow.experiment.tables import read_csv, read_parquet, write_csv, write_parquet
from borderflow.scenario.scenario import Scenario


def columns(path: Path) -> list[str]:
    return list(read_csv(path).columns) if path.suffix == ".csv" else pq.read_schema(path).names


def test_the_layout_is_what_a_run_writes(ran: Results) -> None:
    """Every table that stays has exactly the columns of the layout, in their order."""
    written = {path.name for path in ran.folder.iterdir() if path.suffix in (".csv", ".parquet")}
    assert written == set(layout()) - {"funds.parquet", "triggers.parquet", "parts/requirements.parquet"}
    for name in written:
        assert columns(ran.folder / name) == list(layout()[name]), name


def older(results: Results, name: str, column: str) -> Results:
    """The same folder as an older version would have left it: a column of one table was not yet there."""
    read, write = (read_csv, write_csv) if name.endswith(".csv") else (read_parquet, write_parquet)
    path = results.folder / name
    write(read(path).drop(columns=column), path)
    renew(results.folder, [path])
    return results


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("daily.parquet", "water_per_person_day"),
        ("hourly.parquet", "overtime"),
        ("stock.parquet", "extra_needed"),
        ("replications.parquet", "lower_bound"),
        ("indicators.csv", "sd_run"),
        ("requirements.csv", "peak_day"),
    ],
)
def test_tables_of_an_older_version_are_refused_and_nothing_is_touched(
    results: Results, scenario: Scenario, name: str, column: str
) -> None:
    """Opening, charting, and running over it without --force all say which column is missing; no file changes."""
    charts = results.folder / "charts"
    charts.mkdir()
    (charts / "arrivals.svg").write_text("<svg/>")
    renew(results.folder, [charts / "arrivals.svg"], "chart")
    folder = older(results, name, column).folder
    before = (folder / "manifest.json").read_bytes()
    says = f"it was made by an older version of borderflow: {name} has no column {column}"
    for use in (Results.open, draw):
        with pytest.raises(Unverified, match=f"small: {says}; run the scenario again$"):
            use(folder)
    with pytest.raises(InTheWay, match=rf"\({says}\). Repeat with --force to replace it$"):
        run(scenario, workers=1, out=folder.parent)
    assert (folder / "manifest.json").read_bytes() == before
    assert Manifest.read(folder).changed(folder) == {}


def test_a_table_without_rows_lacks_nothing(ran: Results, tmp_path: Path) -> None:
    """Where nothing is held stock.parquet has no rows and no columns of its own; that is not an older version."""
    folder = tmp_path / "small"
    shutil.copytree(ran.folder, folder)
    write_parquet(read_parquet(folder / "stock.parquet").iloc[:0, :2], folder / "stock.parquet")
    renew(folder, [folder / "stock.parquet"])
    assert Results.open(folder).stock.empty
