"""A scenario that extends several files: equals side by side, and nothing is chosen in silence."""

from __future__ import annotations

import pytest
from written import Folder

from borderflow.network.build import network
from borderflow.scenario.load import load
from borderflow.scenario.resolve import content_hash, resolved

GATE = "extends: base.yaml\ncrossings: {torkham: {stations: {gate: {desks: %s}}}}\n"


@pytest.fixture
def two(folder: Folder) -> Folder:
    """Two parts that build on the base and differ in the desks of the gate."""
    folder.write("a.yaml", GATE % 20)
    folder.write("b.yaml", GATE % 6)
    return folder


def desks(folder: Folder, text: str) -> int:
    return folder.load(text).crossings["torkham"].stations["gate"].desks.first  # type: ignore[union-attr]


def test_two_parents_that_differ_collide_with_both_places(two: Folder) -> None:
    """Neither stands before the other: a fault at the one that names the other."""
    assert two.faults("extends: [a.yaml, b.yaml]\n") == [
        "b.yaml:2:48 crossings.torkham.stations.gate.desks: two extended files collide: it is 20 at a.yaml:2:48, and "
        "another value here; state in s.yaml which one holds (got 6)"
    ]


def test_what_the_child_states_settles_it(two: Folder) -> None:
    """The child's own value holds, and its history has both of those that it took the place of."""
    scenario = two.load("extends: [a.yaml, b.yaml]\ncrossings: {torkham: {stations: {gate: {desks: 9}}}}\n")
    node = scenario._tree.get("crossings").get("torkham").get("stations").get("gate").get("desks")
    found = []
    while node is not None:
        found.append((node.value, node.place.file))
        node = node.replaced
    assert found == [(9, "s.yaml"), (20, "a.yaml"), (12, "base.yaml"), (6, "b.yaml"), (12, "base.yaml")]


def test_the_same_parent_reached_twice_is_no_collision(two: Folder) -> None:
    """A file that builds on the base stands before it, whatever the order in which both are named."""
    two.write("c.yaml", "extends: base.yaml\nseed: 3\n")
    for order in ("[a.yaml, c.yaml]", "[c.yaml, a.yaml]", "[base.yaml, a.yaml]", "[a.yaml, base.yaml]"):
        assert desks(two, f"extends: {order}\n") == 20


def test_equal_values_do_not_collide(folder: Folder) -> None:
    """2 h and 120 min are the same."""
    folder.write("a.yaml", "extends: base.yaml\nwarm_up: 2 h\n")
    folder.write("b.yaml", "extends: base.yaml\nwarm_up: 120 min\n")
    assert folder.load("extends: [a.yaml, b.yaml]\n").warm_up == 7200


def test_what_one_parent_takes_out_the_other_does_not_bring_back(folder: Folder) -> None:
    """Unless it says something new of it: then both collide."""
    folder.write("a.yaml", "extends: base.yaml\nstandards: {registration: null}\n")
    folder.write("b.yaml", "extends: base.yaml\nseed: 3\n")
    assert "registration" not in folder.load("extends: [b.yaml, a.yaml]\n").standards
    folder.write("b.yaml", "extends: base.yaml\nstandards: {registration: {at_most: 5 h}}\n")
    (said,) = folder.faults("extends: [a.yaml, b.yaml]\n")
    assert "standards.registration: two extended files collide: it is nothing at a.yaml:2:27" in said


def test_named_things_of_both_are_there(folder: Folder) -> None:
    """Phases, stations and plans merge by name over all parents."""
    folder.write("a.yaml", "extends: base.yaml\nplans: {one: {}}\n")
    folder.write("b.yaml", "plans: {two: {}}\n")
    assert list(folder.load("extends: [a.yaml, b.yaml]\n").plans) == ["as_it_was", "more_desks", "one", "two"]


def test_a_value_in_either_parent_is_a_fault_where_it_is_written(two: Folder) -> None:
    """A fault of a merged value names the file and line that wrote it, through several parents."""
    two.write("c.yaml", "extends: base.yaml\nseed: -1\n")
    assert two.faults("extends: [a.yaml, c.yaml]\n") == ["c.yaml:2:7 seed: must be at least 0 (got -1)"]


def test_each_name_of_a_list_is_judged(two: Folder) -> None:
    """Twice the same file, a file that is not there, an address, a circle: each at its item."""
    said = two.faults("extends: [a.yaml, ./a.yaml, no.yaml, 'https://x.org/y.yaml', s.yaml]\n")
    assert [line.partition(" (got")[0] for line in said] == [
        "s.yaml:1:19 extends[1]: this file is named twice",
        "s.yaml:1:29 extends[2]: there is no such file",
        "s.yaml:1:38 extends[3]: an address cannot be extended, only a file beside the scenario",
        "s.yaml:1:62 extends[4]: the files extend each other in a circle: s.yaml → s.yaml",
    ]


def test_a_file_known_already_counts_in_a_chain(folder: Folder) -> None:
    """A chain of eleven is refused although its end was read before, on a shorter way."""
    for number in range(2, 11):
        folder.write(f"f{number}.yaml", f"extends: f{number - 1}.yaml\n")
    folder.write("f1.yaml", (folder.path / "base.yaml").read_text())
    (said,) = folder.faults("extends: [f9.yaml, f10.yaml]\n")
    assert "f10.yaml:1:10 extends: more than 10 files extend one another: s.yaml → f10.yaml → f9.yaml" in said


def test_a_resolved_scenario_of_several_parents_has_no_parents_left(folder: Folder) -> None:
    """It says the same to every program that reads it, byte for byte."""
    folder.write("a.yaml", "extends: base.yaml\ncrossings: {torkham: {stations: {gate: {desks: 7}}}}\n")
    folder.write("b.yaml", "extends: base.yaml\ncrossings: {torkham: {stations: {kits: {desks: 9}}}}\n")
    scenario = folder.load("extends: [a.yaml, b.yaml]\nseed: 5\n")
    folder.write("flat.yaml", resolved(scenario))
    again = load("flat.yaml")
    assert "extends" not in scenario_text(folder, "flat.yaml")
    assert again == scenario
    assert resolved(again) == resolved(scenario)
    assert content_hash(again) == content_hash(scenario)
    for plan in scenario.plans:
        assert repr(network(again, plan)) == repr(network(scenario, plan))


def scenario_text(folder: Folder, name: str) -> str:
    """The text of a file without its comments."""
    return "\n".join(line for line in (folder.path / name).read_text().splitlines() if not line.startswith("#"))
