"""``borderflow evidence``: the register is listed, filtered, shown whole, and copied byte for byte."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from program import Cli

SHIPPED = Path(__file__).parents[2] / "scenarios" / "evidence"
FLOWS = (SHIPPED / "flows.csv").read_bytes()


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The register beside the small scenario."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "evidence"))


def first_cells(out: str) -> list[str]:
    return [line.split(",")[0] for line in out.splitlines()[1:]]


@pytest.mark.usefixtures("here")
def test_csv_without_a_filter_is_the_file_itself(cli: Cli, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "borderflow", "evidence", "evidence", "--csv"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=True)
    assert ended.stdout == FLOWS
    assert ended.stderr.decode().startswith("365 of 365 flows: ")


@pytest.mark.usefixtures("here")
def test_filters_are_all_to_be_passed(cli: Cli) -> None:
    ended = cli(
        *("evidence", "evidence", "--csv", "--crossing", "torkham", "--quantity", "daily_returns", "--use", "fit"),
        *("--population", "all", "--from", "2023-10-30", "--until", "2023-11-02"),
    )
    assert first_cells(ended.stdout) == [
        "oct30-torkham-nation",
        "oct31-torkham-morr24h",
        "nov01-torkham-reuters",
        "nov02-torkham",
    ]
    assert ended.stderr == "4 of 365 flows: 4 fit\n"


@pytest.mark.usefixtures("here")
def test_a_row_is_found_by_what_it_is_read_as(cli: Cli) -> None:
    """The bulletin of 26 October is labelled both crossings, and is Torkham's."""
    asked = ("evidence", "evidence", "--csv", "--from", "2023-10-26", "--until", "2023-10-26", "--text", "APP BULLETIN")
    assert first_cells(cli(*asked).stdout) == []
    asked = (*asked[:-1], "bulletin tracks TORKHAM series")
    assert "oct26-national" in first_cells(cli(*asked, "--crossing", "torkham").stdout)
    assert first_cells(cli(*asked, "--crossing", "both").stdout) == []


@pytest.mark.usefixtures("here")
def test_a_running_total_stands_at_its_last_day(cli: Cli) -> None:
    asked = ("evidence", "evidence", "--csv", "--basis", "kp_home", "--quantity", "cumulative_returns")
    found = first_cells(cli(*asked, "--from", "2023-11-10", "--until", "2023-11-20").stdout)
    assert found == ["nov14-torkham-cum", "nov14-kp-deported", "nov19-torkham-cum", "nov19-angoorada-cum"]


@pytest.mark.usefixtures("here")
def test_rows_without_a_date_are_counted_when_dates_are_asked_for(cli: Cli) -> None:
    ended = cli("evidence", "evidence", "--text", "972 thousand", "--from", "2023-01-01")
    assert ended.stderr.splitlines() == ["0 of 365 flows", "left out by --from and --until, for want of a date: 1"]


@pytest.mark.usefixtures("here")
def test_an_id_shows_the_whole_row_with_note_address_and_label(cli: Cli) -> None:
    out = cli("evidence", "evidence", "--id", "oct26-national", "--id", "SC05", COLUMNS="70").stdout
    said = " ".join(out.split())
    for words in (
        "reported: 4,709 persons/day",
        "crossing: torkham",
        "labelled: crossing both",
        "tracks the Torkham series",
        "basis: pakistan_bulletin",
        "read_reason: the national bulletin",
        "table: capacity id: SC05",
    ):
        assert words in said
    assert max(len(line) for line in out.splitlines() if not line.startswith("url:")) <= 70


@pytest.mark.usefixtures("here")
def test_json_has_no_empty_texts_and_iso_dates(cli: Cli) -> None:
    (row,) = json.loads(cli("evidence", "evidence", "--json", "--id", "oct20-national-cum").stdout)
    assert (row["value"], row["start"], row["end"], row["crossing"]) == (51000.0, None, "2023-10-20", "torkham")
    assert row["label"]["start"] == "2023-09-17"
    assert row["same_count_as"] is None
    assert row["series"] == "bulletin_2023"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("width", [40, 60, 100])
@pytest.mark.parametrize("file", ["--basis=kp_home", "--events", "--capacity"])
def test_no_line_is_wider_than_asked(cli: Cli, width: int, file: str) -> None:
    out = cli("evidence", "evidence", file, COLUMNS=str(width)).stdout
    assert max(map(len, out.splitlines())) <= width


@pytest.mark.usefixtures("here")
def test_through_a_pipe_every_row_has_its_line(tmp_path: Path) -> None:
    unset = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    command = [sys.executable, "-m", "borderflow", "evidence", "evidence", "--capacity"]
    ended = subprocess.run(
        command, cwd=tmp_path, env=unset, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True
    )
    lines = ended.stdout.splitlines()
    assert len(lines) == 334
    assert lines[0].split() == ["id", "from", "until", "crossing", "step", "quantity", "reported", "unit"]
    assert lines[1].startswith("EX01")


def test_events_have_their_own_columns(cli: Cli, here: Path) -> None:
    ended = cli("evidence", "evidence", "--events", "--csv", "--crossing", "spin_boldak")
    assert ended.stdout.startswith("id,date_start,date_end,crossing,kind,summary,publisher,url\n")
    assert "chaman-refugees-only-oct2025" in first_cells(ended.stdout)
    assert (here / "events.csv").read_text(encoding="utf-8").count("\n") == 47


@pytest.mark.parametrize("where", ["folder", "scenario", "nothing"])
def test_the_register_is_found_by_folder_by_scenario_and_from_where_one_stands(
    cli: Cli, here: Path, tmp_path: Path, where: str
) -> None:
    scenario = tmp_path / "small.yaml"
    scenario.write_text("register: evidence\n" + scenario.read_text(encoding="utf-8"), encoding="utf-8")
    argument = {"folder": [str(here)], "scenario": [str(scenario)], "nothing": []}[where]
    assert first_cells(cli("evidence", *argument, "--csv", "--basis", "announced").stdout) == ["seed-phase2-target"]


def test_the_register_of_a_scenario_that_is_extended_is_found_where_that_one_lies(
    cli: Cli, here: Path, tmp_path: Path
) -> None:
    (tmp_path / "base").mkdir()
    here.rename(tmp_path / "base" / "evidence")
    small = (tmp_path / "small.yaml").read_text(encoding="utf-8")
    (tmp_path / "base" / "small.yaml").write_text("register: evidence\n" + small, encoding="utf-8")
    (tmp_path / "child.yaml").write_text("extends: base/small.yaml\nname: child\n", encoding="utf-8")
    assert first_cells(cli("evidence", "child.yaml", "--csv", "--basis", "announced").stdout) == ["seed-phase2-target"]


def test_without_a_register_here_the_shipped_one_is_listed(cli: Cli) -> None:
    assert first_cells(cli("evidence", "--csv", "--basis", "announced").stdout) == ["seed-phase2-target"]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (["--crossing", "torkam"], "--crossing torkam: flows.csv has no such crossing, did you mean 'torkham'?"),
        (["--basis", "kphome"], "--basis kphome: flows.csv has no such basis, did you mean 'kp_home'?"),
        (["--events", "--population", "all"], "events.csv has no population; leave out --population"),
        (["--id", "oct26-nationl"], "the register has no 'oct26-nationl', did you mean 'oct26-national'?"),
        (["--id", "SC05", "--use", "fit"], "--id shows whole rows; leave out --use"),
        (["--csv", "--events", "--capacity"], "a CSV has the columns of one file; ask for the rows of one"),
        (["--csv", "--json"], "--csv and --json cannot both be asked for"),
        (["--from", "2024-01-02", "--until", "2024-01-01"], "--until 2024-01-01 lies before --from 2024-01-02"),
    ],
)
def test_a_wrong_use_is_told_in_a_line(cli: Cli, asked: list[str], message: str) -> None:
    ended = cli("evidence", "evidence", *asked)
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", f"borderflow: {message}\n")


@pytest.mark.parametrize("date", ["2023-11-1", "1 November", "2023-02-30", "20231101"])
def test_a_date_of_another_form_is_refused(cli: Cli, date: str) -> None:
    ended = cli("evidence", "--from", date)
    assert ended.returncode == 2
    assert "write it as year-month-day, such as 2023-11-01" in " ".join(ended.stderr.split())


def test_a_folder_that_is_not_there(cli: Cli) -> None:
    ended = cli("evidence", "nowhere")
    assert (ended.returncode, ended.stderr) == (2, "borderflow: nowhere: there is no such folder or scenario\n")


def test_faults_of_the_register_come_all_at_once_with_their_places(cli: Cli, here: Path) -> None:
    file = here / "flows.csv"
    text = file.read_text(encoding="utf-8").replace(",kp_home,", ",kp_hom,", 1).replace("19344.0", "19,344", 1)
    file.write_text(text, encoding="utf-8")
    ended = cli("evidence", "evidence", "--csv")
    assert (ended.returncode, ended.stdout) == (3, "")
    places = [line.split(" ")[0] for line in ended.stderr.splitlines()]
    assert places == ["evidence/flows.csv:88:1", "evidence/flows.csv:52:15", "evidence/capacity.csv:9:15"]
    assert "Traceback" not in ended.stderr
