"""The shipped scenarios: they load cleanly, and every number in them says where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from borderflow.evidence.register import load as load_register
from borderflow.measure.registry import ALIASES, INDICATORS
from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.sources import magnitude
from borderflow.scenario.tree import compose, plain, text_of

SCENARIOS = Path(__file__).parents[2] / "scenarios"
WHOLE = sorted(SCENARIOS.glob("*.yaml"))
FILES = WHOLE + sorted((SCENARIOS / "parts").glob("*.yaml"))

SOURCES = {"evidence", "assumed", "calibrated"}
NO_FACTS = {"borderflow", "start", "end", "warm_up", "seed", "replications", "from", "to", "on"}
TEXTS = {"name", "title", "note", "why", "extends", "register", "phase"}
CHOICES = {"standards", "changes", "triggers", "calibration"}
"""What a planner decides: the bounds that are wanted, and what a plan changes (a plan's transfers too; see below); and
what a fit takes for granted, whose ranges and reasons docs/calibration.md has."""
NO_RANGE = {"open", "hours", "takes"}
"""Hours and hour profiles have no low and high end; '1 per household' is a rule."""


def file_id(path: Path) -> str:
    return str(path.relative_to(SCENARIOS))


def written(path: Path) -> Any:
    """A file as plain values, source words and all."""
    tree, faults = compose(text_of(str(path)), str(path))
    assert not faults
    return plain(tree)


def blocks(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[Any, Any]]]:
    """Every mapping with its path."""
    if isinstance(value, dict):
        yield path, value
        for word, inside in value.items():
            yield from blocks(inside, (*path, str(word)))
    elif isinstance(value, list):
        for number, inside in enumerate(value):
            yield from blocks(inside, (*path, str(number)))


def without_source(value: Any, path: str = "") -> Iterator[str]:
    """Paths of numbers, and of texts that hold one, that stand in no block with a source."""
    if isinstance(value, dict):
        if SOURCES & value.keys():
            return
        for word, inside in value.items():
            planned = word == "transfers" and path.startswith("plans.")
            if word not in NO_FACTS | TEXTS | CHOICES and not planned:
                yield from without_source(inside, f"{path}.{word}".lstrip("."))
    elif isinstance(value, list):
        for number, inside in enumerate(value):
            yield from without_source(inside, f"{path}[{number}]")
    elif isinstance(value, bool):
        return
    elif isinstance(value, (int, float)) or (isinstance(value, str) and re.search(r"\d", value)):
        yield path


@pytest.fixture(scope="module")
def quickstart() -> Scenario:
    return load(SCENARIOS / "quickstart.yaml", indicators={*INDICATORS, *ALIASES})


@pytest.mark.parametrize("path", WHOLE, ids=file_id)
def test_a_shipped_scenario_loads_without_faults_and_warns_of_what_its_page_tells(path: Path) -> None:
    """What it warns of is what was seen: lines at registration, kits and cash, and families larger than a truck."""
    scenario = load(path, indicators={*INDICATORS, *ALIASES})
    for warning in scenario.warnings:
        last = warning.path.rpartition(".")[2]
        assert (last, warning.message.partition(":")[0]) in {
            ("exit_check", "far more come than can be served"),
            ("registration", "far more come than can be served"),
            ("kits", "far more come than can be served"),
            ("cash", "far more come than can be served"),
            ("seats", f"a household of {largest(scenario)} takes 2 vehicles of 18 seats, which leave together"),
        }
    assert len({(warning.path, warning.message) for warning in scenario.warnings}) == len(scenario.warnings)
    assert scenario.name == path.stem


def largest(scenario: Scenario) -> int:
    """The most persons of a household in any phase of any crossing."""
    sizes = [
        scenario.mix(name, phase).size
        for name, crossing in scenario.crossings.items()
        for phase in crossing.arrivals.phases
    ]
    return max(size.largest for size in sizes if size is not None)


@pytest.mark.parametrize("path", FILES, ids=file_id)
def test_every_number_has_a_source(path: Path) -> None:
    assert list(without_source(written(path))) == []


def test_a_number_without_a_source_would_be_found() -> None:
    bare = {"start": "2023-10-25", "costs": {"kits": "45 USD"}, "staff": {"leave": {"value": 0.15, "assumed": "why"}}}
    assert list(without_source(bare)) == ["costs.kits"]
    assert list(without_source({"crossings": {"torkham": {"stations": {"gate": {"desks": 12}}}}})) == [
        "crossings.torkham.stations.gate.desks"
    ]


@pytest.mark.parametrize("path", FILES, ids=file_id)
def test_every_assumed_quantity_has_a_range(path: Path) -> None:
    missing = [
        ".".join(where)
        for where, block in blocks(written(path))
        if "assumed" in block
        and "value" in block
        and "range" not in block
        and not NO_RANGE & set(where)
        and (isinstance(block["value"], dict) or magnitude(block["value"]) is not None)
    ]
    assert missing == []


@pytest.mark.parametrize("path", FILES, ids=file_id)
def test_every_id_that_a_file_names_stands_in_the_register(path: Path) -> None:
    register = load_register(SCENARIOS / "evidence")
    named = {id for _, block in blocks(written(path)) for id in block.get("evidence", [])}
    assert named
    assert {id for id in named if id not in register} == set()


@pytest.mark.parametrize("path", FILES, ids=file_id)
def test_every_id_in_a_reason_stands_in_the_register(path: Path) -> None:
    register = load_register(SCENARIOS / "evidence")
    reasons = " ".join(block["assumed"] for _, block in blocks(written(path)) if "assumed" in block)
    words = re.findall(r"\b[A-Z]{2}\d\d\b|\b[a-z][a-z0-9]*(?:-[a-z0-9]+)+\b", reasons)
    named = {word for word in words if re.search(r"\d", word)} - {path.stem for path in WHOLE}
    assert {id for id in named if id not in register} == set()


def test_quickstart_covers_the_deadline_of_2023(quickstart: Scenario) -> None:
    assert (quickstart.start, quickstart.end) == (date(2023, 10, 25), date(2023, 11, 20))
    assert list(quickstart.crossings) == ["torkham", "spin_boldak"]


def test_quickstart_stays_small(quickstart: Scenario) -> None:
    for crossing in quickstart.crossings.values():
        assert len(crossing.journey) <= 7
        assert set(crossing.journey) == set(crossing.stations)


def test_quickstart_has_plans_to_compare_and_says_what_they_cost(quickstart: Scenario) -> None:
    assert list(quickstart.plans) == ["as_reported", "more_desks", "kits_forward"]
    assert quickstart.plans["as_reported"].changes == ()
    for name in ("more_desks", "kits_forward"):
        assert quickstart.plans[name].costs.set_up is not None
    assert {"desk_hour", "kits", "cash_grants", "vehicle_trip"} == set(quickstart.costs)


@pytest.mark.parametrize("name", ["phase1-2023", "closure-2025"])
def test_the_long_scenarios_have_camps_supplies_and_plans_with_their_costs(name: str) -> None:
    scenario = load(SCENARIOS / f"{name}.yaml", indicators={*INDICATORS, *ALIASES})
    assert list(scenario.crossings) == ["torkham", "spin_boldak"]
    for crossing in scenario.crossings.values():
        assert set(crossing.journey) == set(crossing.stations)
        assert any("water" in space.uses and "meals" in space.uses for space in crossing.spaces.values())
        assert crossing.stocks["kits"].from_ in scenario.warehouses
    assert scenario.crossings["torkham"].closures
    assert len(scenario.plans) >= 4
    assert next(iter(scenario.plans)) == "as_reported"
    assert any(plan.triggers for plan in scenario.plans.values())
    for plan, written in scenario.plans.items():
        costs = written.costs
        assert plan == "as_reported" or costs.set_up is not None or costs.per_day is not None


@pytest.mark.parametrize("name", ["phase1-2023", "closure-2025"])
def test_the_long_scenarios_have_a_plan_of_each_kind(name: str) -> None:
    """As reported, and one each that brings desks, kits and vehicles alone, or desks for a trigger."""
    scenario = load(SCENARIOS / f"{name}.yaml", indicators={*INDICATORS, *ALIASES})
    found: dict[str, set[str]] = {}
    for plan, written in scenario.plans.items():
        brings = {"trigger"} if written.triggers else set()
        brings |= {sent.item for sent in written.transfers}
        for change in written.changes:
            for path in (*change.set, *change.add, *change.scale):
                *_, item, word = str(path).split(".")
                brings.add(item if word == "deliveries" else word)
        found[plan] = brings
    assert found["as_reported"] == set()
    for kind in ({"desks"}, {"kits"}, {"trigger"}):
        assert kind in found.values()
    # Vehicles follow the desks that fill them where registration is the bottleneck, as in 2023.
    assert any("vehicles" in brings and brings <= {"desks", "vehicles"} for brings in found.values())


def test_the_fits_of_2023_agree_on_the_deadline(quickstart: Scenario) -> None:
    """Each is fitted to the reports of its own weeks; a level that both have lies within a third of the other's."""
    whole = load(SCENARIOS / "phase1-2023.yaml", indicators={*INDICATORS, *ALIASES})
    for name, crossing in quickstart.crossings.items():
        known = {(phase.phase, phase.from_): phase for phase in whole.crossings[name].arrivals.phases}
        shared = [phase for phase in crossing.arrivals.phases if (phase.phase, phase.from_) in known]
        assert len(shared) >= 3
        for phase in shared:
            other = known[phase.phase, phase.from_].persons_per_day
            assert 3 / 4 < phase.persons_per_day / other < 4 / 3
        for station in crossing.stations:
            if station != "exit_check":
                assert whole.crossings[name].stations[station] == crossing.stations[station]


def test_no_line_is_too_long_to_read() -> None:
    for path in FILES:
        assert [line for line in path.read_text(encoding="utf-8").splitlines() if len(line) > 120] == []
