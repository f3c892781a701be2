"""``--set PATH=VALUE`` restates one value for one run."""

from __future__ import annotations

import pytest
from written import Folder

from borderflow.scenario.faults import SetTwice, UnknownPlan, WrongUse
from borderflow.scenario.load import load


def test_paths_leave_out_crossings_or_write_it(folder: Folder) -> None:
    """Both spellings of a path reach the same value; phases are found by name, items of lists by number."""
    scenario = folder.load(
        "",
        [
            "torkham.stations.gate.desks=20",
            "crossings.torkham.fleets.trucks.vehicles={2023-10-01: 5, 2023-10-20: 60}",
            "torkham.arrivals.phases.rush.persons_per_day=9000",
            "plans.more_desks.changes[0].from=2023-10-21",
            "torkham.journey=[gate, registration, kits, transport]",
            "seed=7",
        ],
    )
    torkham = scenario.crossings["torkham"]
    assert torkham.stations["gate"].desks.first == 20  # type: ignore[union-attr]
    assert torkham.fleets["trucks"].vehicles.values == (5, 60)
    assert torkham.arrivals.phases[1].persons_per_day == 9000
    assert str(scenario.plans["more_desks"].changes[0].from_) == "2023-10-21"
    assert scenario.seed == 7


def test_faults_name_the_set(folder: Folder) -> None:
    """A fault of a value that was set names the option by its number, with a suggestion where a name is near."""
    said = folder.faults(
        "",
        [
            "torkham.stations.gate.desks=abc",
            "torkham.statons.gate.desks=3",
            "=3",
            "torkham.stations.gate.desk=3",
            "title",
            "torkham.stations.gate.open=",
            "torkham.title=[a, b",
            "nowhere.stations.gate.desks=3",
            "torkham.journey[7]=gate",
            "title.x=1",
            "torkham.arrivals.phases.rsh.towards=1",
        ],
    )
    assert said == [
        "--set #1: crossings.torkham.stations.gate.desks: write a whole number (got 'abc')",
        "--set #2: crossings.torkham.statons: there is no 'statons' in 'torkham', did you mean 'stations'?",
        "--set #3: write PATH=VALUE, such as torkham.stations.registration.desks=40",
        "--set #4: crossings.torkham.stations.gate.desk: unknown word 'desk', did you mean 'desks'?",
        "--set #5: write PATH=VALUE, such as torkham.stations.registration.desks=40",
        "--set #6: crossings.torkham.stations.gate.open: a value must stand after '='",
        "--set #7: crossings.torkham.title: not YAML: expected ',' or ']', but got '<stream end>'"
        " (while parsing a flow sequence)",
        "--set #8: crossings.nowhere: there is no 'nowhere' in the scenario",
        "--set #9: crossings.torkham.journey[7]: there is no item 7 in 'torkham.journey'",
        "--set #10: title.x: 'title' has no words in it",
        "--set #11: crossings.torkham.arrivals.phases.rsh: there is no 'rsh' in 'torkham.arrivals.phases',"
        " did you mean 'rush'?",
    ]


def test_a_block_that_was_left_out_is_begun(folder: Folder) -> None:
    """A word of the format may be set in a block that the file does not write."""
    scenario = folder.load("", ["staff.per_desk=1.5", "torkham.stations.kits.if_short.wait=2 h"])
    assert scenario.staff.per_desk == 1.5
    assert scenario.crossings["torkham"].stations["kits"].if_short.wait == 7200


def test_the_same_path_twice_is_wrong_use(folder: Folder) -> None:
    """Two values for one path, however it is spelled, are a wrong call, not a fault of a file."""
    with pytest.raises(SetTwice, match=r"--set #1 and --set #3 both set crossings\.torkham\.title"):
        folder.load("", ["torkham.title=a", "seed=1", "crossings.torkham.title=b"])
    assert issubclass(SetTwice, WrongUse)


def test_a_set_value_carries_its_own_source(folder: Folder) -> None:
    """A value that is set drops the source of the one it replaces, and may bring its own."""
    text = "crossings: {torkham: {stations: {gate: {desks: {value: 12, assumed: seen}}}}}"
    path = "crossings.torkham.stations.gate.desks"
    assert folder.load(text).sources[path].assumed == "seen"
    assert path not in folder.load(text, ["torkham.stations.gate.desks=3"]).sources
    again = folder.load(text, ["torkham.stations.gate.desks={value: 3, assumed: told}"])
    assert again.sources[path].assumed == "told"


def test_a_set_value_is_not_covered_by_the_source_of_its_block(folder: Folder) -> None:
    """A source that stands on a block stays with the values that the file wrote, not with the one that is set."""
    text = "register: evidence\ncrossings: {torkham: {stocks: {water: {opening: 0 l, daily: 9 l, evidence: [WA08]}}}}"
    water = "crossings.torkham.stocks.water"
    assert set(folder.load(text).sources) == {water}
    assert set(folder.load(text, ["torkham.stocks.water.daily=7 l"]).sources) == {f"{water}.opening"}


def test_plans_asked_for_are_the_plans_kept(folder: Folder) -> None:
    """``plans`` keeps the plans named, in that order; a name that is none is a wrong call."""
    folder.load()
    assert list(load("s.yaml", plans=["more_desks"]).plans) == ["more_desks"]
    assert list(load("s.yaml", plans=["more_desks", "as_it_was"]).plans) == ["more_desks", "as_it_was"]
    with pytest.raises(UnknownPlan, match="there is no plan 'more_desk', did you mean 'more_desks'"):
        load("s.yaml", plans=["more_desk"])
