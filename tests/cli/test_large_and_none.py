"""What must be asked for twice, and a run to which nobody comes."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from program import Cli

NONE = "[{phase: all, from: 2023-10-01, persons_per_day: 0, shape: step}]"
NOBODY = [word for name in ("torkham", "spin_boldak") for word in ("--set", f"{name}.arrivals.phases={NONE}")]
QUIET = ("--workers", "1", "--quiet", "--replications", "2")


def test_a_long_scenario_runs_only_if_it_is_allowed(cli: Cli, tmp_path: Path) -> None:
    """Three years and a day: refused with the option, run with it, and its results are read again."""
    long = ("--set", "end=2026-11-02", *NOBODY)
    refused = cli("check", "small.yaml", *long)
    assert refused.returncode == 3
    assert "end: the horizon is " in refused.stderr
    assert "more than 1096 (three years) needs --allow-long" in refused.stderr
    assert cli("run", "small.yaml", *long, *QUIET).returncode == 3
    assert not (tmp_path / "results").exists()
    ran = cli("run", "small.yaml", *long, *QUIET, "--allow-long", "--plan", "as_reported", "--plan", "more_desks")
    assert ran.returncode == 0, ran.stderr
    assert cli("compare", "results/small").returncode == 0


def test_more_people_than_a_laptop_holds_are_refused(cli: Cli) -> None:
    """The memory and the time that it would need; ``check --yes-really`` lets it pass."""
    many = ("--set", "torkham.arrivals.phases=[{phase: all, from: 2023-11-01, persons_per_day: 9000000, shape: step}]")
    refused = cli("run", "small.yaml", *many, *QUIET)
    assert refused.returncode == 3
    assert "million households are expected in a replication, which takes " in refused.stderr
    assert "needs --yes-really" in refused.stderr
    assert cli("check", "small.yaml", *many, "--yes-really").returncode == 0


@pytest.fixture
def nobody(cli: Cli, tmp_path: Path) -> Cli:
    """The small scenario without a single arrival, run."""
    ended = cli("run", "small.yaml", *NOBODY, *QUIET, "--needs", "--json")
    assert ended.returncode == 0, ended.stderr
    (tmp_path / "answer.json").write_text(ended.stdout, encoding="utf-8")
    return cli


def test_without_arrivals_waits_are_not_defined_and_counts_are_zero(nobody: Cli, tmp_path: Path) -> None:
    """Nobody crosses: that is 0; a wait or a same-day share of nobody is neither 0 nor NaN, but empty."""
    with (tmp_path / "results" / "small" / "indicators.csv").open(encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert not any("nan" in value.lower() for row in rows for value in row.values())
    crossed = [row for row in rows if row["indicator"] == "crossed" and row["station"] == ""]
    assert {float(row["mean"]) for row in crossed} == {0.0}
    undefined = [row for row in rows if row["indicator"] in ("wait_mean", "wait_p95", "same_day")]
    assert undefined
    assert {row["mean"] for row in undefined} == {""}
    assert {row["n_defined"] for row in undefined} == {"0"}


def test_without_arrivals_the_answer_says_so_and_can_be_drawn(nobody: Cli, tmp_path: Path) -> None:
    """The printed answer and the JSON hold no NaN, and the charts are drawn."""
    text = (tmp_path / "answer.json").read_text(encoding="utf-8")
    assert "NaN" not in text
    json.loads(text)
    told = nobody("compare", "results/small")
    assert told.returncode == 0
    assert "nan" not in told.stdout.lower()
    drawn = nobody("chart", "results/small")
    assert drawn.returncode == 0, drawn.stderr
