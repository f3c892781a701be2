"""What is printed: an answer that a planner reads at any width, through a pipe, and that a program reads as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from program import Cli

from borderflow.report.summary import duration, litres, on_day, one_decimal, percent, told, whole_number, wrapped


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("command", [("run", "small.yaml", "--needs"), ("compare", "results/small", "--all")])
def test_no_line_is_wider_than_asked(again: Cli, width: int, command: tuple[str, ...]) -> None:
    """At 60 and 80 columns every line fits."""
    ended = again(*command, COLUMNS=str(width))
    assert ended.returncode == 0
    widest = max(map(len, ended.stdout.splitlines()))
    assert widest <= width


def test_the_answer_holds_what_a_planner_asks_first(again: Cli) -> None:
    """Per crossing and plan: crossed, same day, longest wait, peak queue, stock-out, without a kit, cost."""
    out = again("run", "small.yaml").stdout
    torkham = out.partition("TORKHAM")[2].partition("SPIN BOLDAK")[0]
    for word in (
        "as_reported",
        "more_desks",
        "crossed",
        "same day",
        "longest wait",
        "  95 % wait under",
        "peak queue",
        "out of kits",
    ):
        assert word in torkham
    assert "without kits" in torkham
    assert "cost, USD" in torkham
    assert "≥ " in torkham  # people still wait when the three days end
    flat = " ".join(out.split())
    assert "Mean of 4 replications, [95 % interval of the mean]" in flat
    assert "run-to-run variation only: arrival levels are inputs, not varied" in flat


def number(mean: float, low: float = float("nan"), high: float = float("nan")) -> dict[str, Any]:
    return {"mean": mean, "ci_low": low, "ci_high": high, "lower_bound": False}


def test_plans_side_by_side_keep_every_line_apart() -> None:
    """Lines that read alike (households without one item or another) stay by their own item, under each plan."""
    without = [
        {"item": item, "persons": number(many), "households": number(many / 10)}
        for item, many in (("kits", 500.0), ("cash", 70.0))
    ]
    part = {"crossed": number(1000), "same_day": number(0.5), "longest_wait": None, "peak_queue": None,
            "stockouts": [], "without": without, "cost": None}  # fmt: skip
    answer = {
        "title": "t", "start": "2023-11-01", "end": "2023-11-02", "seed": 1, "folder": "f",
        "standards": [], "whole": [], "replications": {"asked": 1, "done": 1, "failed": []},
        "crossings": [{"crossing": "c", "title": "c", "plans": [{"plan": plan, **part} for plan in "ab"]}],
    }  # fmt: skip
    text = " ".join(told(answer, 80).split())
    assert "without kits 500 500 households 50 50 without cash 70 70 households 7 7" in text
    assert "longest wait n/a n/a 95 % wait under n/a n/a" in text


@pytest.mark.parametrize("width", [40, 80])
def test_nights_water_and_triggers_are_said_where_there_are_spaces_and_triggers(width: int) -> None:
    """People with and without shelter at the fullest midnight, the worst day's water, and when a trigger fired."""
    part = {
        "plan": "a", "crossed": number(1000), "same_day": None, "longest_wait": {"station": "gate", **number(7200)},
        "peak_queue": None, "stockouts": [], "without": [], "cost": None,
        "overnight_inside": {**number(5000), "date": "2023-11-03"},
        "overnight_outside": {**number(22_400), "date": "2023-11-03"},
        "least_water": {"space": "omari_camp", "date": "2023-11-02", **number(2.74)},
        "rations": [{"item": "water_camp", "unit": "l", "unmet": number(621_531, 560_000, 683_000), "share": 0.6},
                    {"item": "meals", "unit": "units", "unmet": number(0), "share": 0.0}],
    }  # fmt: skip
    fired = {"trigger": "surge_desks", "probability": 0.9, "median_date": "2023-11-02", "before": 0.25}
    answer = {
        "title": "t", "start": "2023-11-01", "end": "2023-11-04", "seed": 1, "folder": "f", "standards": [],
        "whole": [{"plan": "a", "crossed": number(1000), "cost": None, "triggers": [fired]}],
        "replications": {"asked": 1, "done": 1, "failed": []},
        "crossings": [{"crossing": "c", "title": "c", "plans": [part]}],
    }  # fmt: skip
    text = " ".join(told(answer, width).replace(":", "").split())
    assert "longest wait gate 95 % wait under 2 h" in text
    assert "nights in shelter, most 5,000 on, about 3 Nov 2023 nights outside, most 22,400 on, about" in text
    assert "water, worst day 2.7 l a person at, about omari camp, 2 Nov 2023" in text
    assert "water camp not given out, l 622,000 [560,000–683,000] of what was due 60 %" in text
    assert "meals not given out 0 of what was due 0 %" in text
    assert "IN ALL" in text
    assert "trigger fired, first on surge desks 90 % of runs, 2 Nov 2023" in text
    assert "surge desks, before the start 25 % of runs" in text


def test_small_quantities_have_one_decimal() -> None:
    """Litres, meals, latrines and areas: 14.6, never 15; a whole number has none; from a hundred on as counts are."""
    assert [one_decimal(value) for value in (14.62, 6.0, 0.04, 99.44, 1_248)] == ["14.6", "6", "0", "99.4", "1,250"]
    assert litres(14.62) == "14.6 l"


def test_narrow_is_stacked(again: Cli) -> None:
    """At 40 columns the plans stand under each other, each value beside its label."""
    out = again("run", "small.yaml", COLUMNS="40").stdout
    assert "\n  as_reported\n    crossed: " in out


def test_without_utf8_the_answer_is_ascii(again: Cli) -> None:
    """A terminal without UTF-8 gets ASCII: >= and hyphens, no question marks."""
    out = again("run", "small.yaml", PYTHONIOENCODING="ascii").stdout
    assert out.isascii()
    assert ">= " in out
    assert "?" not in out


def test_nothing_is_coloured_or_moves_through_a_pipe(cli: Cli) -> None:
    """Elsewhere than on a terminal: plain lines of progress on stderr, no escape codes on either stream."""
    ended = cli("run", "small.yaml", "--workers", "1", FORCE_COLOR="1")
    assert "\x1b" not in ended.stdout + ended.stderr
    lines = ended.stderr.splitlines()
    assert [line.partition(" of ")[0] for line in lines] == ["1", "2", "3", "4"]
    assert lines[-1] == "4 of 4 replications"


def test_json_is_the_same_answer(again: Cli) -> None:
    """--json: the same numbers, null where there is none, never NaN."""
    ended = again("run", "small.yaml", "--json", "--needs")

    def refuse(word: str) -> Any:
        raise AssertionError(word)

    found = json.loads(ended.stdout, parse_constant=refuse)
    assert found["scenario"] == "small"
    assert found["replications"] == {"asked": 4, "done": 4, "failed": []}
    assert [crossing["crossing"] for crossing in found["crossings"]] == ["torkham", "spin_boldak"]
    plan = found["crossings"][0]["plans"][0]
    assert plan["stockouts"][0]["item"] == "kits"
    assert plan["cost"]["currency"] == "USD"
    assert found["requirements"]
    assert whole_number(plan["crossed"]["mean"]) in again("run", "small.yaml").stdout


def test_one_replication_prints_no_interval(cli: Cli) -> None:
    """With one replication there is no interval, and it says what is needed."""
    out = cli("run", "small.yaml", "--replications", "1", "--workers", "1", "--quiet").stdout
    assert "[" not in out.partition("One replication")[0]
    assert "needs ≥ 2" in out


def test_compare_says_what_is_clear_and_what_is_not(again: Cli, tmp_path: Path) -> None:
    """A sentence for each clear difference, with interval and verdict; the unclear ones named as such."""
    ended = again("compare", "results/small")
    assert ended.returncode == 0
    assert "more_desks, compared with as_reported" in ended.stdout
    assert "higher (worse)" in ended.stdout
    assert "no clear difference (95 % interval includes 0)" in ended.stdout
    assert (tmp_path / "results" / "small" / "comparison.csv").exists()
    found = json.loads(again("compare", "results/small", "--json", "--baseline", "more_desks").stdout)
    assert (found["baseline"], found["plans"]) == ("more_desks", ["as_reported"])


def test_compare_runs_a_scenario_first(cli: Cli, tmp_path: Path) -> None:
    """Given a scenario file, compare runs it, then compares its plans."""
    ended = cli("compare", "small.yaml", "--replications", "2", "--workers", "1", "--quiet")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert (tmp_path / "results" / "small" / "paired.parquet").exists()


def test_check_says_what_a_scenario_holds(cli: Cli) -> None:
    """check: name, dates, crossings, plans, expected persons, what values rest on, warnings; JSON too."""
    ended = cli("check", "small.yaml")
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "scenario", "dates", "crossings", "plans", "expected persons", "values", "runs", "warnings",
        *["no source"] * 10, "… and 38 more",
    ]  # fmt: skip
    assert lines[5] == "values: 0 on evidence, 0 calibrated, 1 assumed, 48 with no source"
    assert lines[-1] == "… and 38 more: borderflow show small.yaml --source none"
    assert "5,400 (torkham 4,500, spin_boldak 900)" in ended.stdout
    found = json.loads(cli("check", "small.yaml", "--json").stdout)
    assert found["sources"] == {"evidence": 0, "calibrated": 0, "assumed": 1, "none": 48}
    assert len(found["without_source"]) == 48
    assert found["expected_persons"]["torkham"] == pytest.approx(4500)


def test_check_gives_faults_as_json_too(cli: Cli) -> None:
    """check --json: faults with file, line and column; exit 3."""
    ended = cli("check", "small.yaml", "--json", "--set", "torkham.stations.gate.desks=-1")
    assert ended.returncode == 3
    (fault,) = json.loads(ended.stdout)["faults"]
    assert fault["path"].endswith("torkham.stations.gate.desks")


def test_chart_is_named_in_the_manifest(again: Cli, tmp_path: Path) -> None:
    """chart draws into the results folder and takes the pictures up into the manifest."""
    ended = again("chart", "results/small")
    assert (ended.returncode, ended.stderr) == (0, "")
    outputs = json.loads((tmp_path / "results" / "small" / "manifest.json").read_text())["outputs"]
    pictures = {name for name in outputs if name.startswith("charts/")}
    found = {f"charts/{path.name}" for path in (tmp_path / "results" / "small" / "charts").iterdir()}
    assert pictures == found != set()


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (0, "0"),
        (0.4, "under 1"),
        (7.2, "7"),
        (999.6, "1,000"),
        (28_412, "28,400"),
        (999_600, "1 million"),
        (1_234_567, "1.23 million"),
    ],
)
def test_counts_have_three_digits(value: float, says: str) -> None:
    """A planner writes 28,400, not 28,412."""
    assert whole_number(value) == says


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (0, "0 s"), (59.6, "1 min"), (1800, "30 min"), (3599, "1 h"), (13_260, "3 h 40 min"), (35_990, "10 h"),
        (100_000, "28 h"), (216_000, "2.5 days"), (172_800, "2 days"),
    ],
)  # fmt: skip
def test_durations_read_as_said(seconds: float, says: str) -> None:
    """Seconds, minutes, hours with minutes to five, hours, days."""
    assert duration(seconds) == says


@pytest.mark.parametrize(
    ("share", "says"), [(0, "0 %"), (0.001, "under 1 %"), (0.824, "82 %"), (0.9999, "over 99 %"), (1, "100 %")]
)
def test_a_share_is_0_or_100_only_if_it_is(share: float, says: str) -> None:
    """0 % and 100 % are said only of what is exactly that."""
    assert percent(share) == says


def test_a_date_and_a_unit_stay_whole() -> None:
    """Dates read '4 Nov 2023'; a number is not parted from its unit at the end of a line."""
    assert on_day("2023-11-04") == "4 Nov 2023"
    assert wrapped("about as many as 82 % of them", 20) == ["about as many as", "82 % of them"]
