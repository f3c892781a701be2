"""A run: what it writes, what it leaves alone, and what it does when replications fail."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import odd_stages
import pytest

from borderflow.experiment.refusal import Stopped, WrongUse
from borderflow.experiment.results import Results
from borderflow.experiment.run import run
from borderflow.scenario.load import load
from borderflow.scenario.resolve import content_hash
from borderflow.scenario.scenario import Scenario

SMALL = Path(__file__).with_name("small.yaml")
REGISTER = Path(__file__).parents[2] / "scenarios" / "evidence"
TABLES = {
    "scenario.yaml",
    "indicators.csv",
    "replications.parquet",
    "daily.parquet",
    "hourly.parquet",
    "stock.parquet",
    "requirements.csv",
}


def digests(folder: Path) -> dict[str, str]:
    names = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in names}


def test_a_run_writes_the_tables_of_the_contract_and_nothing_else(ran: Results) -> None:
    """The results folder holds the files of the contract; beside it nothing is left over."""
    assert {path.name for path in ran.folder.iterdir()} == TABLES | {"manifest.json"}
    assert [path.name for path in ran.folder.parent.iterdir()] == ["small"]


def test_tables_have_the_columns_of_the_contract(ran: Results) -> None:
    """Columns that others read are there, by the names of the contract."""
    tidy = [
        "plan",
        "crossing",
        "station",
        "item",
        "group",
        "indicator",
        "unit",
        "mean",
        "ci_low",
        "ci_high",
        "p05",
        "p50",
    ]
    assert list(ran.indicators.columns[:15]) == [*tidy, "p95", "n", "n_defined"]
    keys = ["plan", "replication", "crossing", "station", "item", "group", "indicator", "value"]
    assert list(ran.replications.columns) == [*keys, "lower_bound"]
    assert {"plan", "replication", "crossing", "station", "date", "arrived", "processed"} <= set(ran.daily.columns)
    assert {"plan", "replication", "crossing", "stock", "date", "opening", "closing"} <= set(ran.stock.columns)
    assert ran.requirements["plan"].unique().tolist() == ["as_reported", "more_desks"]


def test_the_manifest_says_what_was_run(ran: Results, scenario: Scenario) -> None:
    """The manifest has hash, seed, plans, replications, versions, and the SHA-256 of each file."""
    manifest = json.loads((ran.folder / "manifest.json").read_text())
    assert manifest["scenario_hash"] == content_hash(scenario)
    assert (manifest["seed"], manifest["replications"], manifest["done"]) == (7, 4, 4)
    assert manifest["plans"] == ["as_reported", "more_desks"]
    assert manifest["outputs"] == digests(ran.folder)
    assert {"python", "numpy", "simpy"} <= set(manifest["packages"])


def test_two_workers_write_the_same_bytes_as_one(
    ran: Results, scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any number of workers, any order of completion: every table is the same, byte for byte."""
    monkeypatch.setenv("ODD_STAGES", str(tmp_path))
    two = run(scenario, workers=2, out=tmp_path / "out", stages=odd_stages.stages(odd_stages.backwards))
    assert digests(two.folder) == digests(ran.folder)


def test_the_stored_scenario_gives_the_same_tables_again(scenario: Scenario, tmp_path: Path) -> None:
    """Running results/NAME/scenario.yaml repeats the run, with the seed, replications and plan that were asked for."""
    first = run(scenario, ["more_desks"], replications=2, seed=99, workers=1, out=tmp_path / "a")
    again = run(load(first.folder / "scenario.yaml"), workers=1, out=tmp_path / "b")
    assert again.manifest.seed == 99
    assert digests(again.folder) == digests(first.folder)


def test_the_evidence_goes_with_the_results(tmp_path: Path) -> None:
    """The register that a scenario names is copied beside it, its ids are in the manifest, and it runs from there."""
    shutil.copytree(REGISTER, tmp_path / "evidence")
    level = "persons_per_day: {value: 1500, evidence: [nov05-torkham]}"
    text = SMALL.read_text().replace("persons_per_day: 1500", level)
    (tmp_path / "mine.yaml").write_text(text.replace("seed: 7", "seed: 7\nregister: evidence"))
    first = run(load(tmp_path / "mine.yaml"), replications=1, workers=1, out=tmp_path / "a")
    assert first.manifest.evidence == ("nov05-torkham",)
    for name in ("flows.csv", "events.csv", "capacity.csv"):
        assert (first.folder / "evidence" / name).read_bytes() == (REGISTER / name).read_bytes()
    shutil.rmtree(tmp_path / "evidence")
    again = run(load(first.folder / "scenario.yaml"), workers=1, out=tmp_path / "b")
    assert digests(again.folder) == digests(first.folder)


def test_households_are_sampled_once_for_all_plans(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch draws its households once; every plan meets the same ones."""
    monkeypatch.setenv("ODD_STAGES", str(tmp_path))
    results = run(
        scenario, replications=2, workers=1, out=tmp_path / "out", stages=odd_stages.stages(odd_stages.noting)
    )
    assert (tmp_path / "sampled").read_text().split() == ["0", "1"]
    arrived = results.replications.query("indicator == 'arrived' and station == '' and group == ''")
    assert arrived.groupby(["replication", "crossing"])["value"].nunique().eq(1).all()


def test_a_run_leaves_the_scenario_as_it_was(tmp_path: Path) -> None:
    """Another seed, fewer plans and replications belong to the run, not to the caller's scenario."""
    mine = load(SMALL)
    before = content_hash(mine)
    run(mine, ["more_desks"], replications=1, seed=3, workers=1, out=tmp_path)
    assert content_hash(mine) == before
    assert mine == load(SMALL)


def test_plans_come_in_the_order_asked(scenario: Scenario, tmp_path: Path) -> None:
    """The first plan asked for is the first in every table (and the baseline of a comparison)."""
    asked = ["more_desks", "as_reported"]
    results = run(scenario, asked, replications=1, workers=1, out=tmp_path)
    assert list(results.manifest.plans) == asked
    assert results.indicators["plan"].unique().tolist() == asked
    assert results.replications["plan"].unique().tolist() == asked


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failed_replication_is_recorded_and_the_rest_goes_on(
    scenario: Scenario, tmp_path: Path, workers: int
) -> None:
    """One failure: named with seed, error and the command to repeat it; the tables hold the others."""
    stages = odd_stages.stages(odd_stages.failing)
    results = run(scenario, workers=workers, out=tmp_path, stages=stages)
    assert not results.complete
    assert results.manifest.done == 3
    (failed,) = results.manifest.failed
    assert (failed["replication"], failed["seed"]) == (1, 7)
    assert failed["error"] == "ValueError: the second replication"
    assert failed["repeat"] == "borderflow run scenario.yaml --only 1 --debug"
    assert results.replications["replication"].unique().tolist() == [0, 2, 3]
    assert set(results.indicators["n"]) == {3}


def test_more_than_five_per_cent_failed_stops_the_run(scenario: Scenario, tmp_path: Path) -> None:
    """Two failures of four replications: the run stops, names them, and leaves nothing behind."""
    with pytest.raises(Stopped, match="2 of 2 replications failed") as stop:
        run(scenario, workers=1, out=tmp_path, stages=odd_stages.stages(odd_stages.failing_always))
    assert [failure.replication for failure in stop.value.failures] == [0, 1]
    assert list(tmp_path.iterdir()) == []


def test_a_single_replication_that_fails_leaves_nothing(scenario: Scenario, tmp_path: Path) -> None:
    """With nothing to tabulate there is no results folder."""
    with pytest.raises(Stopped, match="every replication failed"):
        run(scenario, replications=1, out=tmp_path, stages=odd_stages.stages(odd_stages.failing_always))
    assert list(tmp_path.iterdir()) == []


def test_an_incomplete_folder_is_not_taken_for_the_run(scenario: Scenario, tmp_path: Path) -> None:
    """Results with a failed replication do not answer the same question again: --force is needed, and heals them."""
    run(scenario, workers=1, out=tmp_path, stages=odd_stages.stages(odd_stages.failing))
    healed = run(scenario, workers=1, out=tmp_path, force=True)
    assert healed.complete
    assert not healed.reused


def test_progress_counts_every_replication(scenario: Scenario, tmp_path: Path) -> None:
    """Progress is called at the start and after each replication, failed ones too."""
    seen: list[tuple[int, int]] = []
    stages = odd_stages.stages(odd_stages.failing)
    run(scenario, workers=1, out=tmp_path, stages=stages, progress=lambda *told: seen.append(told))
    assert seen == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"plans": ["more_desk"]}, "there is no plan 'more_desk', did you mean 'more_desks'"),
        ({"replications": 0}, "replications must be 1 to 1,000,000"),
        ({"seed": -1}, "the seed is a whole number from 0"),
        ({"workers": 0}, "at least one worker"),
        ({"engine": "warp"}, "there is no engine 'warp'"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    scenario: Scenario, tmp_path: Path, asked: dict[str, object], says: str
) -> None:
    """Wrong use is refused with its reason, and no folder is made."""
    with pytest.raises(WrongUse, match=says):
        run(scenario, out=tmp_path / "out", **asked)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()
