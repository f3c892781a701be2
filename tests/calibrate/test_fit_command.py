"""``borderflow calibrate`` as its users meet it: exit codes, faults at their lines, files, and the table in print."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import borderflow
from borderflow.calibrate.calibration import Calibration, calibrate
from borderflow.commands.fit_table import fit_answer, fit_told
from borderflow.evidence.register import RegisterFaults
from borderflow.scenario.faults import ScenarioFaults

Fit = Callable[..., Any]
PLACES = [Path("calibration/autumn.csv"), Path("calibration/autumn-fit.csv")]
MADE_FROM = {
    "crossings.torkham.arrivals.phases.calm.persons_per_day": 400,
    "crossings.torkham.arrivals.phases.rush.persons_per_day": 3000,
    "crossings.torkham.arrivals.phases.rush.half_life": 4,
    "crossings.spin_boldak.arrivals.phases.calm.persons_per_day": 100,
}


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def add_flow(folder: Path, **cells: str) -> int:
    """Add a row to the register's flows; its line."""
    file = folder / "evidence" / "flows.csv"
    with open(file, encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    plain = next(row for row in rows if row["id"] == "kp-day-27")
    with open(file, "w", encoding="utf-8", newline="") as opened:
        written = csv.DictWriter(opened, list(plain), lineterminator="\n")
        written.writeheader()
        written.writerows([*rows, {**plain, **cells}])
    return len(rows) + 2


def test_a_fit_is_printed_and_written_and_the_same_seed_gives_the_same_bytes(fit: Fit, folder: Path) -> None:
    """Exit 0; the table on stdout, progress on stderr; draws and table beside the scenario; --write changes numbers."""
    before = (folder / "autumn.yaml").read_text(encoding="utf-8")
    first = fit("--quick")
    assert first.returncode == 0, first.stderr
    assert "12 of 13 reports agree" in first.stdout
    assert "The sampler has converged" in first.stdout
    assert re.search(r"^searching: 50 %, \d+ s$", first.stderr, re.MULTILINE)
    assert re.search(r"^sampling: 100 %, \d+ s$", first.stderr, re.MULTILINE)
    assert "\x1b" not in first.stdout + first.stderr
    assert (folder / "autumn.yaml").read_text(encoding="utf-8") == before
    draws = pd.read_csv(folder / PLACES[0])
    assert list(draws.columns) == list(MADE_FROM)
    assert len(draws) == 400
    for path, truth in MADE_FROM.items():
        assert draws[path].quantile(0.05) < truth < draws[path].quantile(0.95), path

    again = fit("--quick", "--quiet", "--out", "other", "--write")
    assert (again.returncode, again.stderr) == (0, "")
    for place in PLACES:
        assert (folder / "other" / place.name).read_bytes() == (folder / place).read_bytes()
    after = (folder / "autumn.yaml").read_text(encoding="utf-8").splitlines()
    word = after.pop(after.index("  draws: other/autumn.csv"))
    assert word
    changed = [(old, new) for old, new in zip(before.splitlines(), after, strict=True) if old != new]
    assert len(changed) == 4
    for old, new in changed:
        assert re.sub(r"value: [\d.]+", "", old) == re.sub(r"value: [\d.]+", "", new)
    loaded = borderflow.load(folder / "autumn.yaml")
    assert loaded.calibration.draws is not None
    assert len(loaded.calibration.draws.rows) == 400
    calm = loaded.crossings["torkham"].arrivals.phases[0].persons_per_day
    assert calm == pytest.approx(draws.iloc[:, 0].median(), rel=0.005)

    # The values in the file are where nobody looks: the fit of the fitted scenario is the same fit.
    fit("--quick", "--quiet", "--out", "once_more")
    for place in PLACES:
        assert (folder / "once_more" / place.name).read_bytes() == (folder / place).read_bytes()


def test_an_earlier_fit_is_not_replaced_unasked(fit: Fit, folder: Path) -> None:
    """Exit 5 before anything is fitted, naming the file and --force; nothing changes."""
    (folder / "calibration").mkdir()
    (folder / PLACES[0]).write_text("mine\n")
    ended = fit("--quick")
    assert ended.returncode == 5
    assert ended.stderr == (
        "borderflow: would replace calibration/autumn.csv. Choose another --out, or repeat with --force\n"
    )
    assert ended.stdout == ""
    assert (folder / PLACES[0]).read_text() == "mine\n"


def test_a_fit_that_cannot_give_a_good_count_is_4_with_its_gap(fit: Fit, folder: Path) -> None:
    """A count of a basis that counts well, a fifth of what its own total says: shown, exit 4; the files are written."""
    add_flow(folder, id="kp-odd", value="600", start_date="2023-10-26", end_date="2023-10-26")
    ended = fit("--quick", "--quiet", "--json")
    assert ended.returncode == 4
    says = json.loads(ended.stdout)
    assert says["gaps"] == ["kp-odd"]
    assert says["converged"]
    assert not says["fits"]
    (odd,) = [one for one in says["comparisons"] if one["ids"][0] == "kp-odd"]
    assert odd["verdict"] == "disagrees"
    assert odd["gap"] == pytest.approx(-0.8, abs=0.03)
    assert odd["weight"] < 0.01
    assert all((folder / place).exists() for place in PLACES)


FAULTS = {
    "nothing is marked": (
        {"autumn.yaml": [("calibrated: autumn", "calibrated: winter")]},
        ["autumn.yaml:1:1 nothing is marked 'calibrated: autumn'; there is winter"],
    ),
    "no range": (
        {"autumn.yaml": [(", range: [1 d, 9 d]", "")]},
        [
            "autumn.yaml:28:30 crossings.torkham.arrivals.phases.rush.half_life: a calibrated value needs its 'range', "
            "what was thought likely before the fit (got '3 d')"
        ],
    ),
    "not a value that moves": (
        {"autumn.yaml": [("throughput: 2000 persons/day, desks: 4",
                          "throughput: 2000 persons/day, desks: {value: 4, calibrated: autumn, range: [2, 8]}")]},
        ["autumn.yaml:41:59 crossings.spin_boldak.stations.gate.desks: this value cannot be calibrated"],
    ),
    "a throughput in households": (
        {"autumn.yaml": [("throughput: 2000 persons/day", "throughput: {value: 500 households/day, calibrated: autumn, "
                          "range: [200 households/day, 900 households/day]}")]},
        [
            "autumn.yaml:41:34 crossings.spin_boldak.stations.gate.throughput: a throughput that is calibrated counts "
            "persons: write 'persons/day' (got '500 households/day')"
        ],
    ),
    "part of a mix": (
        {"autumn.yaml": [("groups: {undocumented: 0.8, por: 0.2}",
                          "groups: {undocumented: {value: 0.8, calibrated: autumn, range: [0.5, 0.9]}, por: 0.2}")]},
        [
            "autumn.yaml:15:84 households.groups.por: all groups of a block are calibrated together, or none: this one "
            "is not marked"
        ],
    ),
    "unknown id left out": (
        {"autumn.yaml": [("  name: autumn   #", "  leave_out: {kp-day-72: a misprint}\n  name: autumn   #")]},
        [
            "autumn.yaml:12:15 calibration.leave_out.kp-day-72: the register has no flow 'kp-day-72', did you mean "
            "'kp-day-27'?"
        ],
    ),
    "no report in its days": (
        {"autumn.yaml": [("start: 2023-10-16", "start: 2022-10-16"), ("end: 2023-11-05", "end: 2022-11-05"),
                         ("from: 2023-10-16", "from: 2022-10-16"), ("from: 2023-10-26", "from: 2022-10-26")]},
        ["autumn.yaml:10:11 register: no report of the register can be held against the days of this scenario"],
    ),
    "a register that nobody judged": (
        {"evidence/flows.csv": "unjudged"},
        [
            "autumn.yaml:10:11 register: nobody has judged this register: flows.csv needs its columns from 'basis' on "
            "(got 'evidence')"
        ],
    ),
    "a part larger than its whole": (
        {"evidence/flows.csv": [("daily_returns,2697", "daily_returns,7697")]},
        [
            "evidence/flows.csv:9:1 kp-day-27.value: a part is larger than its whole: 'kp-total-2023-10-27' counts "
            "5,731 (Torkham, crossed, 26–27 October 2023) (got 7,697)"
        ],
    ),
    "a running total that falls": (
        {"evidence/flows.csv": [("cumulative_returns,9731", "cumulative_returns,3731")]},
        [
            "evidence/flows.csv:4:5 kp-total-2023-10-27.value: a running total does not fall: 'kp-total-2023-10-25' "
            "has 4,000 on 2023-10-25 (got '3731')"
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_what_cannot_be_fitted_is_told_at_its_line(folder: Path, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fault is one line with file, line and column, and nothing is fitted."""
    monkeypatch.chdir(folder)
    changes, expected = FAULTS[case]
    for name, pairs in changes.items():
        if pairs == "unjudged":
            frame = pd.read_csv(folder / name, dtype=str)
            frame.loc[:, :"note"].to_csv(folder / name, index=False)  # type: ignore[misc]
            continue
        for old, new in pairs:
            change(folder / name, old, new)
    with pytest.raises((ScenarioFaults, RegisterFaults)) as caught:
        calibrate("autumn.yaml", quick=True)
    assert str(caught.value).splitlines() == expected


def test_a_fault_is_3(fit: Fit, folder: Path) -> None:
    """More of a group than of all: at the line of the row that cannot be; nothing is printed or written."""
    line = add_flow(folder, id="por-27", population="por", value="4000")
    ended = fit("--quick")
    assert ended.returncode == 3
    assert ended.stderr == (
        f"evidence/flows.csv:{line}:1 por-27.value: more registered refugees (PoR) than people: 'kp-day-27' counts "
        "2,697 (got 4,000)\n"
    )
    assert ended.stdout == ""
    assert not (folder / "calibration").exists()


def test_a_value_of_another_file_cannot_be_written(fit: Fit, folder: Path) -> None:
    """--write changes the scenario's own file alone; refused with the place in the other, before anything is fitted."""
    (folder / "autumn.yaml").rename(folder / "parent.yaml")
    (folder / "autumn.yaml").write_text("extends: [parent.yaml]\nname: autumn\n")
    ended = fit("--quick", "--write")
    assert ended.returncode == 3
    lines = ended.stderr.splitlines()
    assert len(lines) == 4
    assert lines[0] == (
        "parent.yaml:23:68 crossings.torkham.arrivals.phases.calm.persons_per_day: stands in another file, which "
        "--write leaves as it is; write the value into autumn.yaml"
    )


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--rows", "1"), "1 is not in the range 2<=x<=5000"),
        (("--rows", "5001"), "5001 is not in the range"),
        (("--seed", "-1"), "--seed is a whole number from 0 to 2^128 - 1"),
        (("--plan", "as_reported"), "No such option"),
    ],
)
def test_wrong_use_of_a_fit_is_2(fit: Fit, options: tuple[str, ...], says: str) -> None:
    ended = fit(*options)
    assert ended.returncode == 2
    assert says in ended.stderr


def test_the_table_has_a_row_for_every_report_of_these_days(fitted: Calibration) -> None:
    """Compared or context, each row of the register that speaks of these days is there once, with verdict or reason."""
    table = fitted.table.set_index("id")
    compared = table[table["use"] == "fit"]
    assert len(compared) == 13
    assert set(compared["verdict"]) == {"agrees", "disagrees"}
    assert (compared["reason"] == "").all()
    assert compared.loc["misprint", "verdict"] == "disagrees"
    assert compared.loc["misprint", "weight"] < 0.01
    assert compared.drop("misprint")["weight"].min() > 0.9
    apart = table[table["use"] != "fit"]
    assert apart["reason"].to_dict() == {
        "press-rush-again": "tells the count of press-rush again",
        "queue-29": "people present, not people who crossed",
        "old-figure": "lower than every other count of these days",
        "families-27": "its basis tells the persons of these families",
        "across-start": "counts from before the scenario begins, or says no first day",
        "acc-holders": "the scenario does not tell these people apart",
    }
    assert (apart["verdict"] == "").all()
    assert apart["weight"].isna().all()
    assert "before" not in table.index  # it lies before the first day
    ids = "+".join(table["ids"]).split("+")
    assert "week-high" in ids  # the other end of a range


def test_the_model_of_the_table_is_the_curve_added_up(fitted: Calibration) -> None:
    """Five days of the calm level; both crossings over ten days; one day of the rush."""
    table, medians = fitted.table.set_index("id"), fitted.medians
    calm, rush, half_life, boldak = medians.values()
    assert table.loc["kp-total-2023-10-20", "model_median"] == pytest.approx(5 * calm, rel=1e-6)
    assert table.loc["press-rush", "model_median"] == pytest.approx(rush, rel=1e-6)
    assert table.loc["un-nearly", "model_median"] == pytest.approx(10 * (calm + boldak), rel=0.01)
    assert table.loc["kp-day-27", "model_median"] == pytest.approx(
        600 + (rush - 600) * 2 ** (-86400 / half_life), rel=0.01
    )


def test_a_fit_that_did_not_converge_says_so(fitted: Calibration) -> None:
    unsure = replace(fitted, posterior=replace(fitted.posterior, r_hat=1.3))
    assert not unsure.converged
    assert "NOT CONVERGED: the draws cannot be relied on yet (R̂ 1.300" in told(unsure)
    assert "NOT CONVERGED" not in told(fitted)


def test_several_equally_good_optima_are_told(fitted: Calibration) -> None:
    """Ends as probable and far away warn; one as probable and near, or far and worse, does not."""
    best = fitted.optimum.log_density
    near, worse = (best - 0.1, 0.2), (best - 30, 4.0)
    assert "equally good" not in told(replace(fitted, optimum=replace(fitted.optimum, ends=((best, 0.0), near, worse))))
    twice = replace(fitted, optimum=replace(fitted.optimum, ends=((best, 0.0), (best - 0.5, 2.3), worse)))
    flat = " ".join(told(twice).split())
    assert "several equally good optima: the search also ended at another point as probable, up to 2.3" in flat


def test_values_that_no_report_speaks_of_are_told(fitted: Calibration) -> None:
    """Draws that are as wide as what was thought before: the warning names the value."""
    draws = fitted.posterior.draws.copy()
    draws[:, 3] = (
        fitted.model.centre[3] + fitted.model.spread[3] * (draws[:, 3] - draws[:, 3].mean()) / draws[:, 3].std()
    )
    wide = replace(fitted, posterior=replace(fitted.posterior, draws=draws))
    assert wide.unmoved == ("crossings.spin_boldak.arrivals.phases.calm.persons_per_day",)
    assert "the reports say nothing of crossings.spin_boldak" in " ".join(told(wide).split())


def test_a_value_with_several_places_has_a_column_for_each(fitted: Calibration) -> None:
    """So that the scenario finds each of its marked values among the draws."""
    model = copy(fitted.model)
    model.free = [replace(fitted.free[0], also=("crossings.other.level",)), *fitted.free[1:]]
    draws = replace(fitted, model=model).draws
    assert list(draws.columns) == [next(iter(MADE_FROM)), "crossings.other.level", *list(MADE_FROM)[1:]]
    assert (draws["crossings.other.level"] == draws.iloc[:, 0]).all()


def told(fit: Calibration, width: int = 100) -> str:
    return fit_told(fit_answer(fit, PLACES, ""), width)


@pytest.mark.parametrize("width", [45, 60, 80, 100])
def test_no_line_of_the_fit_table_is_wider_than_asked(fitted: Calibration, width: int) -> None:
    """And none of its numbers is lost: every report's number is there at every width."""
    text = told(fitted, width)
    assert max(len(line) for line in text.splitlines() if not line.startswith("written:")) <= width
    for word in ("2,020", "12,000", "nearly", "kp_home", "agrees", "disagrees", "CONTEXT", "R̂"):
        assert word in text


def test_colours_are_for_terminals(fitted: Calibration) -> None:
    says = fit_answer(fitted, PLACES, "")
    assert "\x1b[" in fit_told(says, 100, colour=True)
    assert "\x1b[" not in fit_told(says, 100)


def test_the_fit_as_json_has_no_hole(fitted: Calibration) -> None:
    """Plain values that JSON can hold, NaN nowhere."""
    text = json.dumps(fit_answer(fitted, PLACES, "autumn.yaml"), allow_nan=False)
    says = json.loads(text)
    assert (says["reports"], says["agree"], says["written"]) == (13, 12, "autumn.yaml")
    assert [one["basis"] for one in says["bases"]] == ["kp_home", "media", "iom_unhcr"]


def test_from_python_the_room_is_the_verb(fitted: Calibration) -> None:
    """``borderflow.calibrate`` is the function and still the package."""
    import borderflow.calibrate.model

    assert callable(borderflow.calibrate)
    assert fitted.converged
    assert fitted.fits
    assert len(fitted.draws) == 400
