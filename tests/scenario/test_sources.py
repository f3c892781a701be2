"""Where values come from."""

from __future__ import annotations

import pytest
from written import Folder

from borderflow.scenario.load import load
from borderflow.scenario.resolve import resolved
from borderflow.scenario.scenario import Source
from borderflow.scenario.sources import magnitude

TEXT = """
register: evidence
households: {specific_needs: {value: 0.11, evidence: [SC05]}}
crossings:
  torkham:
    arrivals:
      phases: [{phase: rush, persons_per_day: {value: 9000, calibrated: nov-2023, range: [8000, 11000]}}]
    stations:
      gate: {desks: {2023-10-01: {value: 12, assumed: seen}, 2023-10-20: 30}}
      kits: {service: {gamma: {mean: 3 min, cv: 0.5}, assumed: told by staff, range: [2 min, 5 min]}}
    stocks:
      water: {opening: 0 l, daily: 170000 l, evidence: [WA08]}
"""


def test_a_source_is_kept_by_the_path_of_its_value(folder: Folder) -> None:
    """Values are bare in the scenario; their sources are kept by path, phases by name."""
    scenario = folder.load(TEXT)
    assert scenario.households.specific_needs == 0.11
    assert scenario.crossings["torkham"].stations["gate"].desks.values == (12, 30)  # type: ignore[union-attr]
    assert scenario.sources == {
        "households.specific_needs": Source(evidence=("SC05",)),
        "crossings.torkham.arrivals.phases.rush.persons_per_day": Source(
            calibrated="nov-2023", range=(8000, 11000)
        ),
        "crossings.torkham.stations.gate.desks.2023-10-01": Source(assumed="seen"),
        "crossings.torkham.stations.kits.service": Source(assumed="told by staff", range=("2 min", "5 min")),
        "crossings.torkham.stocks.water": Source(evidence=("WA08",)),
    }  # fmt: skip


def test_a_source_changes_no_value(folder: Folder) -> None:
    """The same scenario without its sources has the same values."""
    bare = TEXT.replace("{value: 0.11, evidence: [SC05]}", "0.11").replace(", evidence: [WA08]", "")
    assert folder.load(TEXT).households == folder.load(bare).households
    assert folder.load(TEXT).crossings == folder.load(bare).crossings
    assert folder.load(TEXT) != folder.load(bare)


def test_ids_are_looked_up_in_the_register(folder: Folder) -> None:
    """An id that the register has not is a fault where it is cited."""
    said = folder.faults(TEXT.replace("[SC05]", "[SC05, SC5]"))
    assert said == ["s.yaml:4:54 households.specific_needs.evidence: the register has no 'SC5', did you mean 'SC05'?"]


def test_ids_without_a_register_are_a_fault(folder: Folder) -> None:
    """Nobody can look them up: a line for each place that cites some, also where it stands for several values."""
    missing = "'register' is missing: it names the folder of the register that these ids stand in"
    assert folder.faults(TEXT.replace("register: evidence", "")) == [
        f"s.yaml:4:54 households.specific_needs.evidence: {missing}",
        f"s.yaml:13:56 crossings.torkham.stocks.water.evidence: {missing}",
    ]


@pytest.mark.parametrize(
    ("register", "why"),
    [
        ("nowhere", "there is no register in this folder: flows.csv, events.csv or capacity.csv"),
        ("../evidence", "lies outside the folder of the scenario"),
        ("/etc", "write the path from this file's own folder"),
        (".", "there is no register in this folder: flows.csv, events.csv or capacity.csv"),
    ],
)
def test_the_register_lies_beside_the_scenario(folder: Folder, register: str, why: str) -> None:
    """The register is a folder below the scenario's own, with at least one of its files."""
    said = folder.faults(TEXT.replace("register: evidence", f"register: {register}"))
    assert said == [f"s.yaml:3:11 register: {why} (got '{register}')"]


def test_the_register_is_found_from_the_file_that_names_it(folder: Folder) -> None:
    """A part in a folder of its own names the register from there."""
    folder.write("parts/p.yaml", TEXT.replace("evidence\n", "../evidence\n", 1) + "extends: ../base.yaml\n")
    scenario = folder.load("extends: parts/p.yaml\n")
    assert scenario.register_ == "../evidence"
    folder.write("out.yaml", resolved(scenario))
    assert load("out.yaml") == scenario


def test_a_register_without_ids_is_a_fault(folder: Folder) -> None:
    """A file of the register that cannot be read is a fault at the word that names it."""
    folder.write("evidence/flows.csv", "a,b\n1,2\n")
    assert folder.faults(TEXT) == ["s.yaml:3:11 register: flows.csv cannot be read: it has no column 'id'"]


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (3, ("", 3.0)),
        ("95 %", ("", 0.95)),
        ("2 h", ("duration", 7200.0)),
        ("15 l", ("l", 15.0)),
        ("3 m3", ("l", 3000.0)),
        ("500 households/day", ("households", 500.0)),
        ("6 USD", ("USD", 6.0)),
        ("45000 m2", ("m2", 45000.0)),
        ("07:00-19:00", None),
        (True, None),
    ],
)
def test_quantities_of_one_unit_compare(value: object, size: object) -> None:
    """A value and its range are compared in one unit; what has no size is not compared."""
    assert magnitude(value) == size


def test_an_area_may_have_its_range(folder: Folder) -> None:
    """Square metres are held against their range like any quantity."""
    text = """
crossings:
  torkham:
    spaces:
      camp:
        {persons: 900, from: registration, to: kits, area: {value: 45000 m2, assumed: a map, range: [%s, 60000 m2]}}
"""
    source = folder.load(text % "30000 m2").sources["crossings.torkham.spaces.camp.area"]
    assert source.range == ("30000 m2", "60000 m2")
    (said,) = folder.faults(text % "50000 m2")
    assert said.endswith("area: the value lies outside its range, 50000 m2 to 60000 m2 (got '45000 m2')")
