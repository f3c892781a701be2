"""Fitted values in the scenario file: their numbers change, every other byte stays."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from borderflow.calibrate.parameters import Free, free_values
from borderflow.calibrate.rewrite import check_writable, rounded, token, write
from borderflow.scenario.faults import ScenarioFaults
from borderflow.scenario.load import load

VALUES = (412.3456, 2987.6, 349_056.0, 99.87)
"""Medians of autumn.yaml's four values; the half-life in seconds, 4.04 days."""


def fit(file: Path) -> None:
    """Write ``VALUES`` into a scenario, as after a fit with two draws."""
    scenario = load(file, draws=False)
    free, faults = free_values(scenario, scenario.fit)
    assert not faults
    draws = file.parent / "calibration" / f"{scenario.fit}.csv"
    draws.parent.mkdir(exist_ok=True)
    paths = [path for one in free for path in (one.path, *one.also)]
    row = ",".join(["1"] * len(paths))
    draws.write_text(f"{','.join(paths)}\n{row}\n{row}\n")
    check_writable(scenario, free)
    write(scenario, free, dict(zip((one.path for one in free), VALUES, strict=True)), draws)


def expected(text: str) -> str:
    for old, new in (("value: 600,", "value: 412,"), ("value: 2000,", "value: 2990,"), ("value: 3 d", "value: 4.04 d"),
                     ("value: 150,", "value: 99.9,")):  # fmt: skip
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


NAMED = "  name: autumn   # the fit that moves the values marked so\n"


def test_only_the_numbers_change_and_the_draws_are_named(folder: Path) -> None:
    """Comments, layout and flow blocks stay, to the byte."""
    file = folder / "autumn.yaml"
    before = file.read_text(encoding="utf-8")
    fit(file)
    assert file.read_text(encoding="utf-8") == expected(before).replace(
        NAMED, f"{NAMED}  draws: calibration/autumn.csv\n"
    )


def test_written_again_only_the_numbers_change(folder: Path) -> None:
    """The word 'draws' is there already; the same values give the same bytes."""
    file = folder / "autumn.yaml"
    fit(file)
    once = file.read_bytes()
    fit(file)
    assert file.read_bytes() == once


@pytest.mark.parametrize(
    ("block", "after"),
    [
        ("calibration: {name: autumn}   # inline\n",
         "calibration: {name: autumn, draws: calibration/autumn.csv}   # inline\n"),
        ("calibration:\n    # the fit\n    step_change: 0.5\n",
         "calibration:\n    # the fit\n    draws: calibration/autumn.csv\n    step_change: 0.5\n"),
    ],
    ids=["inline", "no name"],
)  # fmt: skip
def test_the_draws_are_named_in_the_blocks_own_layout(folder: Path, block: str, after: str) -> None:
    file = folder / "autumn.yaml"
    before = file.read_text(encoding="utf-8").replace(f"calibration:\n{NAMED}", block)
    file.write_text(before, encoding="utf-8")
    fit(file)
    assert file.read_text(encoding="utf-8") == expected(before).replace(block, after)


def test_a_scenario_without_the_block_gets_one(folder: Path) -> None:
    file = folder / "autumn.yaml"
    before = file.read_text(encoding="utf-8").replace(f"calibration:\n{NAMED}", "").rstrip("\n")
    file.write_text(before, encoding="utf-8")
    fit(file)
    assert file.read_text(encoding="utf-8") == expected(before) + "\ncalibration:\n  draws: calibration/autumn.csv\n"


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le")])
def test_marks_of_encoding_and_ends_of_lines_stay(folder: Path, mark: bytes, encoding: str) -> None:
    """A file from Windows: byte order mark, CRLF."""
    file = folder / "autumn.yaml"
    before = file.read_text(encoding="utf-8")
    file.write_bytes(mark + before.replace("\n", "\r\n").encode(encoding))
    fit(file)
    named = expected(before).replace(NAMED, f"{NAMED}  draws: calibration/autumn.csv\n")
    assert file.read_bytes() == mark + named.replace("\n", "\r\n").encode(encoding)


def test_a_value_outside_its_own_range_is_not_written(folder: Path) -> None:
    """The file would be refused on its next loading: said at its line, and the file stays as it was."""
    file = folder / "autumn.yaml"
    text = file.read_text(encoding="utf-8").replace("range: [500, 8000]", "range: [500, 2500]")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioFaults) as caught:
        fit(file)
    assert str(caught.value) == (
        f"{file}:26:36 crossings.torkham.arrivals.phases.rush.persons_per_day: the fit gives 2990, outside its range, "
        "500 to 2500; widen the range if you trust the reports"
    )
    assert file.read_text(encoding="utf-8") == text
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_a_value_that_is_repeated_elsewhere_is_refused(folder: Path) -> None:
    file = folder / "autumn.yaml"
    text = (
        file.read_text(encoding="utf-8")
        .replace("{value: 600,", "{value: &calm 600,")
        .replace("towards: 600", "towards: *calm")
    )
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioFaults, match="is written once for several places"):
        fit(file)


def test_a_value_that_stands_for_several_is_written_once(folder: Path) -> None:
    """A block repeated by an alias, marks and range and all, is one value: its number changes for all of them."""
    file = folder / "autumn.yaml"
    text = file.read_text(encoding="utf-8")
    before = text.replace("{value: 600,", "&calm {value: 600,").replace("towards: 600", "towards: *calm")
    file.write_text(before, encoding="utf-8")
    fit(file)
    named = expected(before).replace(NAMED, f"{NAMED}  draws: calibration/autumn.csv\n")
    assert file.read_text(encoding="utf-8") == named
    assert load(file).crossings["torkham"].arrivals.phases[1].towards == 412


def test_a_link_stays_a_link(folder: Path, tmp_path: Path) -> None:
    """What the link leads to is changed, not the link."""
    shutil.move(folder / "autumn.yaml", folder / "real.yaml")
    (folder / "autumn.yaml").symlink_to("real.yaml")
    fit(folder / "autumn.yaml")
    assert (folder / "autumn.yaml").is_symlink()
    assert "value: 412," in (folder / "real.yaml").read_text(encoding="utf-8")


LEVEL = Free("crossings.torkham.arrivals.phases.one.persons_per_day", "", 1, 1, 2)
HALF = Free("crossings.torkham.arrivals.phases.one.half_life", "duration", 1, 1, 2)
GATE = Free("crossings.torkham.stations.gate.throughput", "persons", 1, 1, 2)
SHARE = Free("crossings.torkham.households.deported", "", 0.1, 0.05, 0.2)


@pytest.mark.parametrize(
    ("old", "free", "value", "new"),
    [
        ("26000", LEVEL, "24100", "24100"),
        ("0.5", LEVEL, "0.0123", "0.0123"),
        ("2 d", HALF, "172800", "2 d"),
        ("48 h", HALF, "158400", "44 h"),
        ("'2 d'", HALF, "160000.123", "'1.85 d'"),
        ("1 d 12 h", HALF, "160000", "1.85 d"),
        ("PT36H", HALF, "160000", "1.85 d"),
        ("24000 persons/day", GATE, "23100", "23100 persons/day"),
        ('"24000 persons / day"', GATE, "23100", '"23100 persons / day"'),
        ("3 %", SHARE, "0.0285", "2.85 %"),
        ("0.03", SHARE, "0.0285", "0.0285"),
    ],
)
def test_a_value_keeps_its_form(old: str, free: Free, value: str, new: str) -> None:
    """Its unit, its quotes and its per cent stay; what has several units becomes days."""
    assert token(old, free, Decimal(value)) == new


def test_shares_of_a_block_still_add_to_one_when_rounded() -> None:
    """Three digits each; the largest is what the others leave."""
    groups = [Free(f"households.groups.{name}", "", 0.3, 0.1, 0.9) for name in ("undocumented", "acc", "por")]
    medians = {one.path: median for one, median in zip(groups, (0.61234, 0.34567, 0.0321), strict=True)}
    values = rounded(groups, medians)
    assert sum(values.values()) == 1
    assert [str(one) for one in values.values()] == ["0.6186", "0.349", "0.0324"]
