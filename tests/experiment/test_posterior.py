"""Posterior draws flow through a run: pairs of replications on a row, intervals that count rows, the same again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from test_run import digests

import borderflow
from borderflow.experiment.batch import Bench
from borderflow.experiment.compare import TOO_FEW_ROWS, compare, compared, differences, interval
from borderflow.experiment.manifest import Manifest, sha256
from borderflow.experiment.refusal import InTheWay, WrongUse
from borderflow.experiment.results import Results
from borderflow.experiment.run import run
from borderflow.experiment.stages import standard
from borderflow.scenario.draws import drawn
from borderflow.scenario.load import load
from borderflow.scenario.resolve import content_hash
from borderflow.scenario.scenario import Scenario

DRAWN = Path(__file__).with_name("drawn.yaml")
TABLES = ("indicators.csv", "requirements.csv", "scenario.yaml", "replications.parquet", "daily.parquet",
          "hourly.parquet", "stock.parquet", "evidence/autumn.csv")  # fmt: skip


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load(DRAWN)


@pytest.fixture(scope="module")
def ran(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Five replications on three rows, the last one alone on its row."""
    return run(scenario, workers=1, out=tmp_path_factory.mktemp("drawn"))


def tables(folder: Path) -> dict[str, str]:
    return {name: digest for name, digest in digests(folder).items() if name in TABLES}


def rate_of(scenario: Scenario, replication: int) -> float:
    """Persons per day at Torkham's gate: what a household's service is drawn from."""
    through = drawn(scenario, replication).crossings["torkham"].stations["gate"].throughput
    assert through is not None
    return through.first.per_day


def test_replications_of_a_pair_share_levels_and_nothing_else(scenario: Scenario) -> None:
    """0 and 1 run on the first row, 2 and 3 on the second; who comes within a pair differs by chance alone."""
    assert [rate_of(scenario, replication) for replication in range(5)] == [2500, 2500, 3500, 3500, 3000]
    people = [borderflow.households(scenario, replication) for replication in range(4)]
    assert not np.array_equal(people[0].second, people[1].second)
    for replication, found in enumerate(people):
        alone = borderflow.households(drawn(scenario, replication), replication)
        assert np.array_equal(found.second, alone.second)
        assert np.array_equal(found.group, alone.group)


def test_the_same_uniforms_meet_every_row(scenario: Scenario) -> None:
    """The k-th household of a replication has the same needs on whatever row it comes; their number differs."""
    few, many = borderflow.households(drawn(scenario, 0), 7), borderflow.households(drawn(scenario, 2), 7)
    assert len(few) != len(many)
    for purpose in ("service gate", "patience kits"):
        first, second = few.uniform(purpose), many.uniform(purpose)
        torkham = few.crossings.index("torkham")
        ours, theirs = few.crossing == torkham, many.crossing == torkham
        by_number = [
            dict(zip(p.number[here], u[here], strict=True))
            for p, here, u in ((few, ours, first), (many, theirs, second))
        ]
        shared = by_number[0].keys() & by_number[1].keys()
        assert len(shared) > 300
        assert all(by_number[0][number] == by_number[1][number] for number in shared)


def test_a_network_is_that_of_its_row(scenario: Scenario) -> None:
    """A throughput that is drawn slows or quickens the gate; without a replication the file's own holds."""
    gates = [borderflow.network(scenario, "as_reported", run).stations[0].service for run in (0, 1, 2)]
    own = borderflow.network(scenario, "as_reported").stations[0].service
    means = [gate.table[1].mean() for gate in (*gates, own)]
    assert means[0] == means[1]
    assert means[0] / means[2] == pytest.approx(3500 / 2500)
    assert means[0] / means[3] == pytest.approx(3000 / 2500)


@pytest.mark.parametrize("places", [True, False])
def test_networks_are_kept_for_one_row_and_no_longer(scenario: Scenario, places: bool) -> None:
    """A row's network is built once a plan and let go with the row; where only arrivals are drawn, one is enough."""
    draws = scenario.calibration.draws
    assert draws is not None
    if not places:
        column = draws.paths.index("crossings.torkham.stations.gate.throughput")
        less = type(draws)(
            draws.paths[:column] + draws.paths[column + 1 :],
            tuple(row[:column] + row[column + 1 :] for row in draws.rows),
        )
        scenario = scenario.model_copy(update={"calibration": scenario.calibration.model_copy(update={"draws": less})})
    built: list[float] = []
    real = standard()

    def network(one: Scenario, plan: str) -> object:
        built.append(rate_of(one, 0))
        return real.network(one, plan)

    stages = type(real)(real.households, network, real.simulate, real.measure)
    bench = Bench(scenario, ("as_reported", "more_desks"), "simpy", stages)
    for replication in (0, 1, 3, 2, 4):
        bench.replicate(replication)
        assert set(bench._networks) == {"as_reported", "more_desks"}
    assert built == ([2500, 2500, 3500, 3500, 3000, 3000] if places else [3000, 3000])


def test_workers_give_the_same_bytes(ran: Results, scenario: Scenario, tmp_path: Path) -> None:
    """One worker or two: every table is the same, byte for byte."""
    two = run(scenario, workers=2, out=tmp_path)
    assert tables(two.folder) == tables(ran.folder)
    assert set(tables(ran.folder)) == set(TABLES)


def test_a_run_is_repeated_from_its_folder(ran: Results, tmp_path: Path) -> None:
    """results/NAME/scenario.yaml finds its draws beside it, and gives the same tables."""
    again = run(load(ran.folder / "scenario.yaml"), workers=1, out=tmp_path)
    assert tables(again.folder) == tables(ran.folder)
    assert again.manifest.scenario_hash == ran.manifest.scenario_hash


def test_one_replication_alone_is_the_same(ran: Results, scenario: Scenario) -> None:
    """Replication 3 by itself, as ``--only 3`` runs it, gives what it gave in the run."""
    found = Bench(scenario, ("as_reported",), "simpy", standard()).replicate(3)["indicators"].to_pandas()
    whole = ran.replications
    whole = whole[(whole["replication"] == 3) & (whole["plan"] == "as_reported")].reset_index(drop=True)
    pd.testing.assert_series_equal(found["value"], whole["value"])


def test_the_manifest_names_the_draws(ran: Results) -> None:
    """The fit, the file with its digest, and how many rows; without draws there is none."""
    file = DRAWN.parent / "calibration" / "autumn.csv"
    expected = {"calibration": "autumn", "file": str(file), "sha256": sha256(file), "rows": 3}
    assert Manifest.read(ran.folder).draws == expected
    assert (ran.manifest.rows, ran.manifest.rows_done) == (3, 3)
    assert "evidence/autumn.csv" in ran.manifest.outputs


def test_other_draws_are_another_run(ran: Results, tmp_path: Path) -> None:
    """The same files give the same run; one draw changed, and the folder no longer answers for it."""
    for name in ("small.yaml", "drawn.yaml"):
        shutil.copy(DRAWN.with_name(name), tmp_path)
    shutil.copytree(DRAWN.parent / "calibration", tmp_path / "calibration")
    shutil.copytree(ran.folder, tmp_path / "out" / "drawn")
    assert run(load(tmp_path / "drawn.yaml"), workers=1, out=tmp_path / "out").reused
    file = tmp_path / "calibration" / "autumn.csv"
    file.write_text(file.read_text().replace("2500,0.7", "2501,0.7"))
    assert content_hash(load(tmp_path / "drawn.yaml")) != ran.manifest.scenario_hash
    with pytest.raises(InTheWay, match="the scenario has changed since"):
        run(load(tmp_path / "drawn.yaml"), workers=1, out=tmp_path / "out")


def test_what_was_run_on_is_stored_whatever_the_file_says_later(tmp_path: Path) -> None:
    """The draws beside the results are those in memory, though the file was changed while the run went on."""
    for name in ("small.yaml", "drawn.yaml"):
        shutil.copy(DRAWN.with_name(name), tmp_path)
    shutil.copytree(DRAWN.parent / "calibration", tmp_path / "calibration")
    scenario = load(tmp_path / "drawn.yaml")
    (tmp_path / "calibration" / "autumn.csv").write_text("gone\n")
    results = run(scenario, ["as_reported"], replications=1, workers=1, out=tmp_path / "out")
    assert load(results.folder / "scenario.yaml").calibration.draws == scenario.calibration.draws


def test_a_scenario_without_its_draws_is_not_run(tmp_path: Path) -> None:
    """Loaded for a fit it has no rows: running it would pass for calibrated."""
    with pytest.raises(WrongUse, match="without its posterior draws"):
        run(load(DRAWN, draws=False), workers=1, out=tmp_path)


def test_intervals_of_a_run_count_rows(ran: Results) -> None:
    """Persons who arrived at Torkham: rows of two, two and one; the error of their weighted mean, t with 2 degrees."""
    rows = ran.replications.query("plan == 'as_reported' and crossing == 'torkham' and indicator == 'arrived'")
    values = rows[(rows["station"] == "") & (rows["group"] == "")].sort_values("replication")["value"].to_numpy()
    means = np.array([values[:2].mean(), values[2:4].mean(), values[4]])
    weights = np.array([2, 2, 1]) / 5
    error = np.sqrt(3 / 2 * (weights**2 * (means - values.mean()) ** 2).sum())
    found = ran.indicators.query("plan == 'as_reported' and crossing == 'torkham' and indicator == 'arrived'").iloc[0]
    half = stats.t.ppf(0.975, 2) * error
    assert found["mean"] == pytest.approx(values.mean())
    assert found["ci_high"] == pytest.approx(values.mean() + half)
    assert found["ci_low"] == pytest.approx(max(0.0, values.mean() - half))
    assert found["sd_run"] == pytest.approx(np.sqrt((np.diff(values[:2]) ** 2 + np.diff(values[2:4]) ** 2)[0] / 2 / 2))
    assert found["sd_calibration"] > 0


def test_a_paired_difference_counts_rows(ran: Results, tmp_path: Path) -> None:
    """The mean is over replications, the interval over rows of paired differences."""
    copy = Path(shutil.copytree(ran.folder, tmp_path / "drawn"))
    table = compare(copy).table
    row = table.query("crossing == 'torkham' and indicator == 'wait_mean' and station == 'registration'").iloc[0]
    paired = differences(ran.replications, "as_reported", ["more_desks"])
    paired = paired.query("crossing == 'torkham' and indicator == 'wait_mean' and station == 'registration'")
    values = paired.sort_values("replication")["difference"].to_numpy()
    means = np.array([values[:2].mean(), values[2:4].mean(), values[4]])
    error = np.sqrt(3 / 2 * (np.array([0.16, 0.16, 0.04]) * (means - values.mean()) ** 2).sum())
    assert row["n"] == 5
    assert row["difference"] == pytest.approx(values.mean())
    assert row["ci_high"] - row["difference"] == pytest.approx(stats.t.ppf(0.975, 2) * error)


def test_differences_on_one_row_have_no_interval() -> None:
    """Two replications of one draw: the difference is given, no interval, and why; all equal on two rows: width 0."""
    assert np.isnan(interval(np.array([1.0, 2.0]), np.array([0, 0]))[1:]).all()
    assert interval(np.array([1.0, 1.0]), np.array([0, 0]))[0] == 1.0
    assert np.isnan(interval(np.array([1.0, 1.0]), np.array([0, 0]))[1])
    assert interval(np.array([0.1] * 4), np.array([0, 0, 1, 1])) == (0.1, 0.1, 0.1)
    keys = ["plan", "replication", "crossing", "station", "item", "group", "indicator", "value"]
    rows = [(plan, r, "torkham", "", "", "", "same_day", v) for plan, v in (("a", 0.3), ("b", 0.6)) for r in (0, 1)]
    (row,) = compared(differences(pd.DataFrame(rows, columns=keys), "a", ["b"]), 4).itertuples()
    assert (row.verdict, row.n) == (TOO_FEW_ROWS, 2)


def test_the_answer_says_what_its_intervals_hold(ran: Results, scenario: Scenario) -> None:
    """With draws: calibration and run-to-run, and how many draws; on one draw: no interval, and why."""
    from borderflow.experiment.answer import answer
    from borderflow.report.summary import covered, told

    says = answer(ran, scenario)
    assert says["calibration"] == {"name": "autumn", "draws": 3}
    json.dumps(says["calibration"])
    text = " ".join(told(says).split())
    assert (
        "Mean of 5 replications on 3 draws of calibration autumn, [95 % interval of the mean], which counts draws"
        in text
    )
    assert (
        "calibration and run-to-run variation: calibrated values are drawn, all others are inputs, not varied" in text
    )
    one = covered({"done": 2, "failed": []}, 7, {"name": "autumn", "draws": 1})
    assert "on one draw of calibration autumn: no interval can be given (needs ≥ 2 draws" in one


def test_the_charts_say_what_their_band_holds(ran: Results) -> None:
    """Line and band are over runs with drawn levels, and the subtitle says so."""
    from borderflow.report import findings, folder

    said = findings.bands_in_words(folder.read(ran.folder))
    assert said == (
        "Line: median of 5 runs, day by day. Band: on each day, 9 of 10 runs lie inside it. "
        "Calibration and run-to-run variation: the calibrated values are from 3 draws of the fit."
    )
