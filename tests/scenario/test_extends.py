"""A scenario that builds on another file: the nearer file wins, and every value knows where it came from."""

from __future__ import annotations

from datetime import date

import pytest
from written import Folder


def test_blocks_merge_word_by_word(folder: Folder) -> None:
    """A word that the nearer file restates is its own; the words beside it stay."""
    gate = folder.load("crossings: {torkham: {stations: {gate: {desks: 20}}}}").crossings["torkham"].stations["gate"]
    assert gate.desks is not None
    assert gate.desks.first == 20
    assert gate.open is not None
    assert str(gate.open.first) == "05:00-23:00"


def test_phases_merge_by_name_parents_first(folder: Folder) -> None:
    """A phase of the same name is changed word by word; a new one is added after the parent's."""
    phases = folder.load(
        """
crossings:
  torkham:
    arrivals:
      phases:
        - {phase: after, from: 2023-10-27, persons_per_day: 1500, shape: step}
        - {phase: rush, persons_per_day: 9000}
"""
    ).crossings["torkham"].arrivals.phases  # fmt: skip
    assert [(phase.phase, phase.from_, phase.persons_per_day) for phase in phases] == [
        ("calm", date(2023, 10, 1), 300),
        ("rush", date(2023, 10, 20), 9000),
        ("after", date(2023, 10, 27), 1500),
    ]


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("households: {groups: {por: 1.0}}", "households.groups", {"por": 1.0}),
        ("crossings: {torkham: {stations: {registration: {shifts: {08:00-16:00: 9}}}}}",
         "crossings.torkham.stations.registration.shifts", None),
        ("crossings: {torkham: {stations: {kits: {service: {fixed: 4 min}}}}}",
         "crossings.torkham.stations.kits.service", None),
    ],
)  # fmt: skip
def test_what_is_one_value_is_replaced_whole(folder: Folder, text: str, path: str, value: object) -> None:
    """Shares, shifts and spreads of another kind are not mixed with those of the parent."""
    scenario = folder.load(text)
    if value is not None:
        assert scenario.households.groups == value
    elif path.endswith("shifts"):
        shifts = scenario.crossings["torkham"].stations["registration"].shifts
        assert shifts is not None
        assert {str(hours): desks for hours, desks in shifts.first.items()} == {"08:00-16:00": 9}
    else:
        service = scenario.crossings["torkham"].stations["kits"].service
        assert service is not None
        assert service.kind == "fixed"


def test_null_takes_out_what_the_parent_says(folder: Folder) -> None:
    """``null`` in the nearer file takes a word out; an empty word is a fault."""
    assert "registration" not in folder.load("standards: {registration: null}").standards
    said = folder.faults("standards: {registration: }")
    assert said == ["s.yaml:2:13 standards.registration: nothing stands here; write a value or leave the word out"]


def test_a_part_may_be_incomplete(folder: Folder) -> None:
    """A file that is extended need not be a scenario by itself; chains resolve parent by parent."""
    folder.write("parts/desks.yaml", "extends: ../base.yaml\ncrossings: {torkham: {stations: {gate: {desks: 3}}}}\n")
    scenario = folder.load("extends: [parts/desks.yaml]\nname: child\n")
    assert scenario.name == "child"
    assert scenario.crossings["torkham"].stations["gate"].desks.first == 3  # type: ignore[union-attr]


def test_a_fault_is_shown_in_the_file_that_wrote_it(folder: Folder) -> None:
    """Faults name parent files by their path from where the user stands, after those of the scenario itself."""
    folder.write("parts/desks.yaml", "extends: ../base.yaml\ncrossings: {torkham: {stations: {gate: {desk: 3}}}}\n")
    assert folder.faults("extends: parts/desks.yaml\nseed: -1\n") == [
        "s.yaml:2:7 seed: must be at least 0 (got -1)",
        "parts/desks.yaml:2:41 crossings.torkham.stations.gate.desk: unknown word 'desk', did you mean 'desks'?",
    ]


def test_a_value_remembers_what_it_replaced(folder: Folder) -> None:
    """The tree keeps each value's history, nearest file first."""
    scenario = folder.load("seed: 5\ntitle: New", sets=["title=Newest"])
    title = scenario._tree.get("title")
    assert (title.value, title.place.file) == ("Newest", "--set #1")
    assert (title.replaced.value, title.replaced.place.file) == ("New", "s.yaml")
    assert (title.replaced.replaced.value, title.replaced.replaced.place.file) == (
        "Two stations and a truck",
        "base.yaml",
    )


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/etc/passwd", "write the path from this file's own folder"),
        ("C:\\base.yaml", "write the path from this file's own folder"),
        ("https://example.org/base.yaml", "an address cannot be extended, only a file beside the scenario"),
        ("../outside.yaml", "lies outside the folder of the scenario"),
        ("parts/../../outside.yaml", "lies outside the folder of the scenario"),
        ("link.yaml", "lies outside the folder of the scenario"),
        ("nowhere.yaml", "there is no such file"),
    ],
)
def test_only_files_below_the_scenario_are_extended(folder: Folder, name: str, why: str) -> None:
    """No absolute path, no address, no way out by '..' or by a link."""
    outside = folder.path.parent / "outside.yaml"
    outside.write_text("name: outside\n")
    (folder.path / "link.yaml").symlink_to(outside)
    (folder.path / "parts").mkdir()
    assert folder.faults(f"extends: {name}\n") == [f"s.yaml:1:10 extends: {why} (got '{name}')"]


def test_a_chain_has_at_most_ten_files(folder: Folder) -> None:
    """A chain of ten files is read, one of eleven refused with the chain."""
    for number in range(2, 12):
        folder.write(f"f{number}.yaml", f"extends: f{number - 1}.yaml\n")
    folder.write("f1.yaml", (folder.path / "base.yaml").read_text())
    assert folder.load("extends: f9.yaml\n").name == "base"
    said = folder.faults("extends: f10.yaml\n")
    assert len(said) == 1
    assert "more than 10 files extend one another: s.yaml → f10.yaml → f9.yaml" in said[0]


def test_the_sources_of_a_block_stay_with_its_own_values(folder: Folder) -> None:
    """What the nearer file restates in a block with a source has not the parent's source."""
    folder.write("p.yaml", "extends: base.yaml\ncrossings: {torkham: {stocks: {kits: {daily: 9, assumed: seen}}}}\n")
    sources = folder.load("extends: p.yaml\ncrossings: {torkham: {stocks: {kits: {daily: 8}}}}").sources
    assert sources == {}
