"""Posterior draws: what may be drawn, how the file is read, and which replication runs on which row."""

from __future__ import annotations

import pickle
import shutil
from datetime import date

import pytest
from written import Folder

from borderflow.scenario.calibration import Draws
from borderflow.scenario.draws import drawn, restated
from borderflow.scenario.load import load
from borderflow.scenario.resolve import content_hash, files, resolved
from borderflow.scenario.units import DAY

LEVEL = "crossings.torkham.arrivals.phases.calm.persons_per_day"
TEXT = """
calibration: {name: autumn, draws: calibration/autumn.csv}
crossings:
  torkham:
    arrivals:
      variation: {cv: {value: 0.2, calibrated: autumn}}
      phases:
        - phase: calm
          persons_per_day: {value: 300, calibrated: autumn}
          shape: decay
          half_life: {value: 2 d, calibrated: autumn}
          towards: {value: 100, calibrated: autumn}
          households:
            groups: {undocumented: {value: 0.6, calibrated: autumn}, acc: 0.1, por: {value: 0.3, calibrated: autumn}}
            deported: {value: 0.01, calibrated: autumn}
    stations:
      gate:
        throughput:
          2023-10-01: {value: 9000 persons/day, calibrated: autumn}
          2023-10-20: {value: 12000 persons/day, calibrated: autumn}
          2023-10-28: 15000 persons/day
"""
PHASE, PLACE = "crossings.torkham.arrivals.phases.calm", "crossings.torkham"
COLUMNS = {
    LEVEL: (250, 400),
    f"{PHASE}.half_life": (1.5, 4),
    f"{PHASE}.towards": (90, 120),
    f"{PHASE}.households.groups.undocumented": (0.5, 0.7),
    f"{PHASE}.households.groups.por": (0.2, 0.4),
    f"{PHASE}.households.deported": (0.02, 0.005),
    f"{PLACE}.arrivals.variation.cv": (0.15, 0.3),
    f"{PLACE}.stations.gate.throughput.2023-10-01": (8000, 10000),
    f"{PLACE}.stations.gate.throughput.2023-10-20": (11000, 13000.5),
}


def written(folder: Folder, columns: dict[str, tuple[object, ...]] = COLUMNS, mark: str = ",") -> None:
    rows = [list(columns), *zip(*columns.values(), strict=True)]
    folder.write("calibration/autumn.csv", "".join(mark.join(map(str, row)) + "\n" for row in rows))


def without(*paths: str) -> dict[str, tuple[object, ...]]:
    return {path: values for path, values in COLUMNS.items() if path not in paths}


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_every_kind_of_value_can_be_drawn(folder: Folder, mark: str) -> None:
    """Levels, half-lives in days, dated throughputs, shares and variation; what is not drawn stays as written."""
    written(folder, mark=mark)
    scenario = folder.load(TEXT)
    place = drawn(scenario, 2).crossings["torkham"]
    phase = place.arrivals.phases[0]
    assert (phase.persons_per_day, phase.half_life, phase.towards) == (400, 4 * DAY, 120)
    assert phase.households is not None
    assert phase.households.deported == 0.005
    assert place.arrivals.variation.cv == 0.3
    rates = place.stations["gate"].throughput
    assert rates is not None
    assert [(str(since), str(rate)) for since, rate in rates] == [
        ("2023-10-01", "10000 persons/day"),
        ("2023-10-20", "13000.5 persons/day"),
        ("2023-10-28", "15000 persons/day"),
    ]
    assert place.stations["kits"] is scenario.crossings["torkham"].stations["kits"]


def test_shares_of_groups_are_made_whole(folder: Folder) -> None:
    """Drawn shares stand beside those that are not; each is divided by the sum, once."""
    written(folder)
    scenario = folder.load(TEXT)
    groups = drawn(scenario, 0).crossings["torkham"].arrivals.phases[0].households.groups  # type: ignore[union-attr]
    assert groups == pytest.approx({"undocumented": 0.5 / 0.8, "acc": 0.1 / 0.8, "por": 0.2 / 0.8})
    once = drawn(scenario, 0)
    assert drawn(once, 1) is once


def test_two_replications_share_a_row_and_the_rows_come_round(folder: Folder) -> None:
    """Row (replication ÷ 2, whole) modulo the number of rows."""
    written(folder)
    scenario = folder.load(TEXT)
    levels = [drawn(scenario, run).crossings["torkham"].arrivals.phases[0].persons_per_day for run in range(7)]
    assert levels == [250, 250, 400, 400, 250, 250, 400]


def test_the_file_s_own_values_stay_in_the_scenario(folder: Folder) -> None:
    """Drawing writes nothing into the scenario, and a scenario without draws is itself."""
    written(folder)
    scenario = folder.load(TEXT)
    before = pickle.dumps(scenario)
    drawn(scenario, 3)
    assert pickle.dumps(scenario) == before
    assert scenario.crossings["torkham"].arrivals.phases[0].persons_per_day == 300
    plain = folder.load("")
    assert drawn(plain, 3) is plain
    with pytest.raises(TypeError, match="only a scenario read from a file"):
        resolved(drawn(scenario, 3))


def test_a_half_life_lasts_at_least_a_second(folder: Folder) -> None:
    """Half-lives are days in the draws and whole seconds in the model."""
    written(folder)
    scenario = restated(folder.load(TEXT), {f"{PHASE}.half_life": 1e-9})
    assert scenario.crossings["torkham"].arrivals.phases[0].half_life == 1


def test_the_mark_of_a_block_is_that_of_every_value_in_it(folder: Folder) -> None:
    """All groups of a block that is marked are drawn, as after a merge, which hands the mark down."""
    text = """
calibration: {draws: d.csv}
crossings:
  torkham: {households: {groups: {undocumented: 0.9, por: 0.1, calibrated: base}}}
"""
    groups = "crossings.torkham.households.groups"
    folder.write("d.csv", f"{groups}.undocumented,{groups}.por\n0.8,0.2\n")
    found = drawn(folder.load(text), 0).crossings["torkham"].households
    assert found is not None
    assert found.groups == {"undocumented": 0.8, "por": 0.2}


def test_a_scenario_with_draws_runs_again_from_its_resolved_folder(folder: Folder) -> None:
    """Written out it names the draws beside it; the same scenario, the same hash, the same rows."""
    written(folder)
    once = folder.load(TEXT)
    assert [path.as_posix() for path in files(once)][-1] == "calibration/autumn.csv"
    folder.write("results/s/scenario.yaml", resolved(once))
    shutil.copytree(folder.path / "evidence", folder.path / "results/s/evidence")
    draws = once.calibration.draws
    assert draws is not None
    folder.write("results/s/evidence/autumn.csv", draws.text())
    again = load("results/s/scenario.yaml")
    assert again == once == pickle.loads(pickle.dumps(once))
    assert content_hash(again) == content_hash(once)
    assert resolved(again) == resolved(once)
    assert drawn(again, 2) == drawn(once, 2)


def test_other_draws_are_another_scenario(folder: Folder) -> None:
    """The hash is of the draws too, not only of the name of their file."""
    written(folder)
    before = folder.load(TEXT)
    written(folder, {**COLUMNS, LEVEL: (250, 401)})
    after = folder.load(TEXT)
    assert resolved(after) == resolved(before)
    assert content_hash(after) != content_hash(before)
    assert after != before


def test_a_value_that_is_set_is_not_drawn(folder: Folder) -> None:
    """``--set`` wins over the draws, here and when the scenario is run again from where it was written out."""
    written(folder)
    sets = ["torkham.arrivals.phases.calm.persons_per_day=777"]
    scenario = folder.load(TEXT, sets)
    phase = drawn(scenario, 2).crossings["torkham"].arrivals.phases[0]
    assert (phase.persons_per_day, phase.towards) == (777, 120)
    draws = scenario.calibration.draws
    assert draws is not None
    assert LEVEL not in draws.text()


def test_a_fit_reads_the_scenario_whose_draws_it_is_to_write(folder: Folder) -> None:
    """Without ``draws`` the file need not be there; its place is told, and nothing is drawn."""
    folder.write("s.yaml", f"extends: base.yaml\n{TEXT}")
    scenario = load("s.yaml", draws=False)
    assert scenario.fit == "autumn"
    assert scenario.calibration.draws == Draws()
    assert scenario.calibration.draws.file == "calibration/autumn.csv"
    assert drawn(scenario, 5) is scenario


def test_a_missing_file_says_how_it_is_made(folder: Folder) -> None:
    """The cure stands in the fault."""
    assert folder.faults(TEXT) == [
        "s.yaml:3:36 calibration.draws: there is no such file yet; 'borderflow calibrate' writes it "
        "(got 'calibration/autumn.csv')"
    ]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/tmp/autumn.csv", "write the path from this file's own folder"),
        ("../autumn.csv", "lies outside the folder of the scenario"),
    ],
)
def test_draws_lie_in_the_folder_of_the_scenario(folder: Folder, name: str, why: str) -> None:
    """As every file that a scenario names."""
    (said,) = folder.faults(f"calibration: {{draws: {name}}}\n")
    assert said == f"s.yaml:2:22 calibration.draws: {why} (got '{name}')"


def test_draws_are_not_called_as_a_file_of_the_register(folder: Folder) -> None:
    """They are kept side by side with the results, by their names."""
    folder.write("calibration/flows.csv", "x\n1\n")
    (said,) = folder.faults("register: evidence\ncalibration: {draws: calibration/flows.csv}\n")
    assert "another file that the scenario names is called the same; rename one of them" in said


def test_columns_and_marked_values_are_the_same_set(folder: Folder) -> None:
    """A value without a column, a column without a value, one that is not marked, and one twice: each at its place."""
    columns = without(f"{PHASE}.towards")
    columns["crossings.torkham.arrivals.phases.rush.persons_per_day"] = (1, 1)
    columns[f"{PHASE}.households.groups.acc"] = (0.1, 0.1)
    rows = [[*columns, LEVEL], *[[*row, 1] for row in zip(*columns.values(), strict=True)]]
    folder.write("calibration/autumn.csv", "".join(",".join(map(str, row)) + "\n" for row in rows))
    said = folder.faults(TEXT)
    at = 1 + len(",".join(without(f"{PHASE}.towards"))) + 1
    assert said[0].startswith(f"s.yaml:13:28 {PHASE}.towards: the draws have no column for this value, calibrated by")
    assert said[1].startswith(
        f"calibration/autumn.csv:1:{at} no value of the scenario is marked 'calibrated: autumn' at"
    )
    assert f"'{PHASE}.households.groups.acc'" in said[2]
    assert f"duplicate column '{LEVEL}'" in said[3]
    assert len(said) == 4


@pytest.mark.parametrize("cell", ["", "0", "-3", "nan", "inf", "1e999", "1_000", "1e-999", "few", "٣", "9" * 50])
def test_only_numbers_above_nothing(folder: Folder, cell: str) -> None:
    """What is no finite number above 0 is a fault with its line and column."""
    written(folder, {**COLUMNS, f"{PHASE}.half_life": (1.5, cell)})
    (said,) = folder.faults(TEXT)
    assert said.startswith(f"calibration/autumn.csv:3:5 {PHASE}.half_life: write a number above 0, with a point before")


@pytest.mark.parametrize(
    ("path", "cell", "most"),
    [
        (LEVEL, "10000001", "1e+07"),
        (f"{PHASE}.households.deported", "1.5", "1"),
        (f"{PLACE}.arrivals.variation.cv", "3.1", "3"),
    ],
)
def test_a_draw_is_no_more_than_the_value_may_be(folder: Folder, path: str, cell: str, most: str) -> None:
    """The bounds of the words hold for what is drawn."""
    written(folder, {**COLUMNS, path: (0.001, cell)})
    (said,) = folder.faults(TEXT)
    assert said.endswith(f" {path}: must be at most {most} (got '{cell}')")


def test_rows_have_as_many_cells_as_the_first(folder: Folder) -> None:
    """A row cut short, and a file without rows."""
    written(folder)
    text = (folder.path / "calibration/autumn.csv").read_text()
    folder.write("calibration/autumn.csv", text.rpartition(",")[0] + "\n")
    assert folder.faults(TEXT) == ["calibration/autumn.csv:3:1 this row has 8 cells, the first one 9"]
    folder.write("calibration/autumn.csv", text.splitlines()[0] + "\n")
    assert folder.faults(TEXT) == ["calibration/autumn.csv:1:1 there is no draw in it"]


def test_what_cannot_be_drawn_is_said_at_its_place(folder: Folder) -> None:
    """A number of desks is no level; draws without a marked value have nothing to say."""
    text = (
        "calibration: {draws: d.csv}\ncrossings: {torkham: {stations: {kits: {desks: {value: 3, calibrated: base}}}}}"
    )
    desks = "crossings.torkham.stations.kits.desks"
    folder.write("d.csv", f"{desks}\n3\n")
    (said,) = folder.faults(text)
    assert f"{desks}: a value of this kind cannot be drawn: levels, half-lives, throughputs, shares and cv can" in said
    said, _ = folder.faults("calibration: {draws: d.csv}\n")
    assert "no value of the scenario is marked 'calibrated: base', so there is nothing to draw" in said


def test_draws_that_no_computer_can_hold_are_refused(folder: Folder) -> None:
    """Before anything is run; the row is named. Whoever wants it can have it."""
    written(folder, {**COLUMNS, LEVEL: (250, 10_000_000), f"{PHASE}.half_life": (30_000, 30_000)})
    (said,) = folder.faults(TEXT)
    assert "calibration.draws: draw 2 brings about 35 million households; more than 2 million needs" in said
    load("s.yaml", yes_really=True)


def test_draws_are_weighed_row_by_row(folder: Folder) -> None:
    """The largest of every column together would be too many, yet no row is."""
    written(folder, {**COLUMNS, LEVEL: (250, 3_000_000), f"{PHASE}.half_life": (30_000, 0.01)})
    folder.load(TEXT)


def test_draws_that_are_no_text_are_a_fault(folder: Folder) -> None:
    """Bytes that are not UTF-8 are refused at the word that names the file."""
    folder.path.joinpath("calibration").mkdir()
    folder.path.joinpath("calibration/autumn.csv").write_bytes(b"\xff\xfe\x00")
    (said,) = folder.faults(TEXT)
    assert said.startswith("s.yaml:3:36 calibration.draws: cannot be read: ")


def test_what_a_fit_takes_for_granted(folder: Folder) -> None:
    """Ratios in per cent or bare, ranges with two ends, shares by date; the defaults are those of the fit."""
    said = folder.load("""
register: evidence
calibration:
  errors: {kp_home: 3 %, morr: 0.25}
  counted: {morr: [40 %, 130 %]}
  two_crossings: {2023-09-15: [90 %, 100 %], 2024-01-01: [0.8, 0.95]}
""")
    assert said.fit == "base"
    assert dict(said.calibration.errors) == {"kp_home": 0.03, "morr": 0.25}
    assert dict(said.calibration.counted) == {"morr": (0.4, 1.3)}
    assert said.calibration.two_crossings is not None
    assert list(said.calibration.two_crossings) == [
        (date(2023, 9, 15), (0.9, 1.0)),
        (date(2024, 1, 1), (0.8, 0.95)),
    ]
    assert (said.calibration.ramp_change, said.calibration.step_change) == (0.4, 0.8)
    assert (said.calibration.shared_change, said.calibration.persons_per_family) == (0.75, (4.5, 6.5))
    assert (said.calibration.group_error, said.calibration.misprints) == (0.2, 0.02)
    assert said.calibration.draws is None


@pytest.mark.parametrize(
    ("words", "path", "why"),
    [
        ("errors: {kp_home: 0 %}", "errors.kp_home", "write per cent such as '3 %', or a number above 0 such as 0.03"),
        ("errors: {kp_home: 3}", "", ""),
        ("errors: {kp_home: 11}", "errors.kp_home", "write per cent such as '3 %', or a number above 0 such as 0.03"),
        ("counted: {morr: 40 %}", "counted.morr", "write the two ends of the range that holds 90 %: [40 %, 130 %]"),
        ("counted: {morr: [2, 1]}", "counted.morr", "the low end of the range must be less than its high end"),
        ("two_crossings: [90 %, 110 %]", "two_crossings", "a share lies between 0 and 1 (0 % and 100 %)"),
        ("two_crossings: {2024-01-01: [0.8, 0.9], 2023-01-01: [0.8, 0.9]}", "two_crossings", "the dates must rise"),
        ("ramp_change: 0", "ramp_change", "must be more than 0"),
        ("shared_change: 1", "shared_change", "must be at most 0.95"),
        ("group_error: 0", "group_error", "must be more than 0"),
        ("misprints: 0", "misprints", "must be more than 0"),
        ("misprints: 0.25", "misprints", "must be at most 0.2"),
        ("persons_per_family: 5", "persons_per_family", "write two numbers that rise, from 1 to 20: [4.5, 6.5]"),
        ("persons_per_family: [6, 5]", "persons_per_family", "write two numbers that rise, from 1 to 20: [4.5, 6.5]"),
        ("persons_per_family: [0.5, 5]", "persons_per_family", "write two numbers that rise, from 1 to 20: [4.5, 6.5]"),
        (
            "persons_per_family: [5, 6, 7]",
            "persons_per_family",
            "write two numbers that rise, from 1 to 20: [4.5, 6.5]",
        ),
        ("draws: 7", "draws", "write the name of a file, such as calibration/phase1-2023.csv"),
        ("leave_out: {x: ''}", "leave_out.x", "write the reason, as text"),
        ("leave_outt: {}", "leave_outt", "unknown word 'leave_outt', did you mean 'leave_out'?"),
    ],
)
def test_words_of_a_calibration_are_checked(folder: Folder, words: str, path: str, why: str) -> None:
    """Each wrong word is one fault at its path."""
    if not path:
        folder.load(f"calibration: {{{words}}}\n")
        return
    said = folder.faults(f"register: evidence\ncalibration: {{{words}}}\n")
    assert any(f" calibration.{path}: {why}" in line for line in said), said


def test_rows_that_are_left_out_stand_in_the_register(folder: Folder) -> None:
    """An id that the register has not is named, with the nearest that it has; without a register, so is that."""
    folder.write("evidence/flows.csv", "id,value\nnov28-cum,1\n")
    folder.load("register: evidence\ncalibration: {leave_out: {nov28-cum: counted twice}}\n")
    (said,) = folder.faults("register: evidence\ncalibration: {leave_out: {nov29-cum: counted twice}}\n")
    path = "calibration.leave_out.nov29-cum"
    assert said.endswith(f" {path}: the register has no flow 'nov29-cum', did you mean 'nov28-cum'?")
    (said,) = folder.faults("calibration: {leave_out: {any: counted twice}}\n")
    assert said.endswith("'leave_out' names rows of a register; say with 'register' in which folder it is")


def test_a_basis_is_one_of_the_register(folder: Folder) -> None:
    """An error for somebody who counts nothing there would have no effect: it is a fault."""
    folder.write("evidence/flows.csv", "id,basis\nnov28-cum,kp_home\n")
    folder.load("register: evidence\ncalibration: {errors: {kp_home: 3 %}, counted: {kp_home: [0.9, 1.1]}}\n")
    said = folder.faults("register: evidence\ncalibration: {errors: {kp_hom: 3 %}, counted: {morr: [0.9, 1.1]}}\n")
    assert said[0].endswith("nobody counts by the name of 'kp_hom' in the register, did you mean 'kp_home'?")
    assert said[1].endswith("nobody counts by the name of 'morr' in the register")
