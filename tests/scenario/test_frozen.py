"""Nothing writes to a scenario once it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError
from written import WRONG, Folder

from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario

WRITES: list[Callable[[Scenario], Any]] = [
    lambda s: s.crossings.update({}),
    lambda s: s.crossings.pop("torkham"),
    lambda s: s.crossings["torkham"].stations.clear(),
    lambda s: s.plans.__delitem__("as_it_was"),
    lambda s: s.costs.__setitem__("kits", 1),
    lambda s: s.costs.setdefault("x", 1),
    lambda s: s.households.groups.popitem(),
    lambda s: s.crossings["torkham"].arrivals.hours.__setitem__(0, 2.0),
    lambda s: s.crossings["torkham"].stations["registration"].shifts.first.clear(),
    lambda s: s.crossings["torkham"].stations["kits"].takes.clear(),
    lambda s: s.plans["more_desks"].changes[0].add.clear(),
    lambda s: s.standards.__ior__({}),
]
MORE_WRITES: list[Callable[[Scenario], Any]] = [
    lambda s: s.warehouses["kabul"].pop("kits"),
    lambda s: s.households.remaining.clear(),
    lambda s: s.crossings["torkham"].spaces["omari_camp"].uses.clear(),
    lambda s: s.plans["surge_when_seen"].triggers[0].if_.clear(),
    lambda s: s.plans["surge_when_seen"].triggers[0].until.update({}),
]


@pytest.mark.parametrize("write", MORE_WRITES)
def test_spaces_warehouses_and_triggers_refuse_writes_too(write: Callable[[Scenario], Any]) -> None:
    """So do the blocks within blocks of the scenario with every word."""
    with pytest.raises(TypeError, match="a scenario is frozen once loaded"):
        write(load(WRONG.parent / "example.yaml"))


@pytest.mark.parametrize("write", WRITES)
def test_every_mapping_refuses_writes(folder: Folder, write: Callable[[Scenario], Any]) -> None:
    """Each way to change a mapping is refused with the same words."""
    scenario = folder.load()
    with pytest.raises(TypeError, match="a scenario is frozen once loaded"):
        write(scenario)


def test_no_word_can_be_replaced(folder: Folder) -> None:
    """A block refuses assignment."""
    scenario = folder.load()
    with pytest.raises(ValidationError):
        scenario.seed = 3
    with pytest.raises(ValidationError):
        scenario.crossings["torkham"].stations["gate"].desks = None


def test_nested_values_of_a_plan_are_frozen(folder: Folder) -> None:
    """A value that a plan sets is frozen to its depth."""
    text = "plans: {p: {changes: [{set: {torkham.stations.registration.shifts: {06:00-14:00: 3}}}]}}"
    shifts = folder.load(text).plans["p"].changes[0].set["torkham.stations.registration.shifts"]
    with pytest.raises(TypeError):
        shifts["06:00-14:00"] = 4


def test_two_loads_share_nothing_that_changes(folder: Folder) -> None:
    """Sources are handed out as a copy."""
    scenario = folder.load()
    scenario.sources["x"] = None  # type: ignore[assignment]
    assert "x" not in scenario.sources
