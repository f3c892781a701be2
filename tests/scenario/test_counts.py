"""A file of counts by day: where it is looked for, how it is read, and that it travels with the scenario."""

from __future__ import annotations

import pickle
import shutil
from datetime import date

import pytest
from written import Folder

from borderflow.scenario.daily import Count
from borderflow.scenario.load import load
from borderflow.scenario.resolve import content_hash, files, resolved

OCTOBER = [date(2023, 10, day) for day in range(1, 32)]
TEXT = "crossings: {torkham: {arrivals: {phases: null, daily: counts/torkham.csv}}}\n"


def written(folder: Folder, name: str = "counts/torkham.csv", mark: str = ",", last: int = 31, head: str = "") -> None:
    rows = "".join(f"{when}{mark}{100 + when.day}\n" for when in OCTOBER[:last])
    folder.write(name, f"date{mark}persons\n{head}{rows}")


@pytest.mark.parametrize(("mark", "head"), [(",", ""), (";", "#date;#inneed\n"), ("\t", "#date\t\n")])
def test_counts_are_read_whatever_their_separator(folder: Folder, mark: str, head: str) -> None:
    """Comma, semicolon or tab; a row of HXL tags is passed over."""
    written(folder, mark=mark, head=head)
    arrivals = folder.load(TEXT).crossings["torkham"].arrivals
    assert arrivals.daily is not None
    assert arrivals.daily.counts == tuple(Count(when, 100.0 + when.day) for when in OCTOBER)
    assert [phase.phase for phase in arrivals.phases] == ["daily"]


def test_cells_without_a_range_are_days_without_one(folder: Folder) -> None:
    """``low`` and ``high`` are given day by day."""
    rows = "".join(f"{when},100,{'90' if when.day == 3 else ''},{'120' if when.day == 3 else ''}\n" for when in OCTOBER)
    folder.write("counts/torkham.csv", f"date,persons,low,high\n{rows}")
    daily = folder.load(TEXT).crossings["torkham"].arrivals.daily
    assert daily is not None
    assert daily.counts[1:3] == (Count(OCTOBER[1], 100.0), Count(OCTOBER[2], 100.0, 90.0, 120.0))


def test_every_day_of_the_horizon_has_a_count_but_not_of_the_warm_up(folder: Folder) -> None:
    """The base begins with two days of warm-up, in which the first count holds; the last day is missed."""
    written(folder, last=30)
    assert folder.faults(TEXT) == [
        "s.yaml:2:55 crossings.torkham.arrivals.daily: the file has no 2023-10-31 (got 'counts/torkham.csv')"
    ]


def test_a_scenario_with_counts_runs_again_from_its_resolved_folder(folder: Folder) -> None:
    """Written out it names the file beside it; the same scenario, the same hash, whatever the folder was called."""
    written(folder)
    once = folder.load(TEXT)
    folder.write("results/s/scenario.yaml", resolved(once))
    (folder.path / "results/s/evidence").mkdir()
    assert [path.as_posix() for path in files(once)] == ["counts/torkham.csv"]
    for path in files(once):
        shutil.copy(path, folder.path / "results/s/evidence")
    again = load("results/s/scenario.yaml")
    assert "daily: evidence/torkham.csv" in resolved(once)
    assert again == once == pickle.loads(pickle.dumps(once))
    assert content_hash(again) == content_hash(once)
    assert resolved(again) == resolved(once)


def test_other_counts_are_another_scenario(folder: Folder) -> None:
    """The hash is of the counts too, not only of the name of their file."""
    written(folder)
    before = folder.load(TEXT)
    folder.write("counts/torkham.csv", (folder.path / "counts/torkham.csv").read_text().replace(",101", ",102"))
    after = folder.load(TEXT)
    assert resolved(after) == resolved(before)
    assert after != before
    assert content_hash(after) != content_hash(before)


def test_counts_are_looked_for_beside_the_file_that_names_them(folder: Folder) -> None:
    """A part in a folder of its own names its counts from there; ``--set`` from where the user stands."""
    written(folder, "parts/counts/torkham.csv")
    folder.write("parts/p.yaml", f"extends: ../base.yaml\n{TEXT}")
    assert folder.load("extends: parts/p.yaml\n").crossings["torkham"].arrivals.daily is not None
    sets = ["torkham.arrivals.daily=parts/counts/torkham.csv"]
    assert folder.load("crossings: {torkham: {arrivals: {phases: null}}}", sets) == folder.load(
        "extends: parts/p.yaml\n"
    )


def test_two_files_of_one_name_are_refused(folder: Folder) -> None:
    """They are kept side by side with the results, by their names."""
    written(folder)
    written(folder, "other/torkham.csv")
    said = folder.faults("""
crossings:
  torkham: {arrivals: {phases: null, daily: counts/torkham.csv}}
  spin_boldak:
    households: {destinations: {kabul: 1}}
    arrivals: {daily: other/torkham.csv}
    journey: [gate]
    stations: {gate: {service: 1 min, desks: 1, open: 24 h}}
""")
    assert said == [
        "s.yaml:7:23 crossings.spin_boldak.arrivals.daily: another file of counts has the same name; rename one of them"
        " (got 'other/torkham.csv')"
    ]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("weekdays: {friday: 0.5}", "'weekdays' go with phases: the counts of a file have their own"),
        ("variation: {cv: 0.2}", "'low' and 'high' in the file say how the days vary; leave 'variation' out"),
    ],
)
def test_counts_have_their_own_days(folder: Folder, words: str, why: str) -> None:
    """Weekday factors and (with a range) variation would count twice."""
    rows = "".join(f"{when},100,90,120\n" for when in OCTOBER)
    folder.write("counts/torkham.csv", f"date,persons,low,high\n{rows}")
    text = TEXT.replace("phases: null", f"phases: null, {words}")
    assert folder.faults(text) == [f"s.yaml:2:33 crossings.torkham.arrivals: {why}"]


def test_a_file_that_is_no_text_is_a_fault(folder: Folder) -> None:
    """Bytes that are not UTF-8 are refused at the word that names the file."""
    folder.path.joinpath("counts").mkdir()
    folder.path.joinpath("counts/torkham.csv").write_bytes(b"date,persons\n\xff\xfe\n")
    (said,) = folder.faults(TEXT)
    assert said.startswith("s.yaml:2:55 crossings.torkham.arrivals.daily: cannot be read: ")
