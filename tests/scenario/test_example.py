"""One scenario with every word of the format: it loads, resolves, builds for every plan, and runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from borderflow.demand.sample import households
from borderflow.engine.simulate import simulate
from borderflow.network.build import network
from borderflow.scenario.load import load
from borderflow.scenario.resolve import content_hash, resolved
from borderflow.scenario.scenario import Scenario, Source

EXAMPLE = Path(__file__).parent / "example.yaml"
PLANS = ["as_reported", "more_desks", "kits_forward", "surge_when_seen", "kits_over"]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load(EXAMPLE)


def test_the_example_has_no_fault_and_says_only_where_it_is_short(scenario: Scenario) -> None:
    """Every word is known; what is doubtful are the lines that the run shows too, and the largest household."""
    assert list(scenario.plans) == PLANS
    assert [(one.line, one.path, one.message) for one in scenario.warnings] == [
        (
            44,
            "crossings.torkham.stations.registration",
            "far more come than can be served: from 2023-11-01 over a day's work waits under plans 'as_reported',"
            " 'kits_forward' and 'kits_over'; 4,286 households come that day, 1,880 can be served",
        ),
        (
            82,
            "crossings.torkham.fleets.trucks.seats",
            "a household of 25 takes 2 vehicles of 18 seats, which leave together",
        ),
        (
            95,
            "crossings.spin_boldak.stations.registration",
            "far more come than can be served: from 2023-11-03 over a day's work waits under every plan;"
            " 877 households come that day, 660 can be served",
        ),
    ]


def test_the_example_resolves_to_itself(scenario: Scenario, tmp_path: Path) -> None:
    """Spaces, closures, warehouses, transfers and triggers read back as they were written, with their sources."""
    path = tmp_path / "scenario.yaml"
    shutil.copytree(EXAMPLE.parent / "evidence", tmp_path / "evidence")
    path.write_text(resolved(scenario), encoding="utf-8")
    again = load(path)
    assert again == scenario
    assert content_hash(again) == content_hash(scenario)
    assert again.sources["crossings.torkham.closures[0]"] == Source(evidence=("torkham-zero-24nov",))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("torkham.spaces.omari_camp.persons=7000", "{2023-09-15: 7000}"),
        ("torkham.spaces.omari_camp.uses.water.per_person=20 l", "20 l"),
        ("torkham.closures[0].divert=0.5", "0.5"),
        ("warehouses.kabul.kits.opening=30000", "30000"),
        ("households.remaining.undocumented=2000000", "2000000"),
        ("plans.surge_when_seen.triggers[0].notice=12 h", "12 h"),
        ("transfers[0].quantity=10", "10"),
    ],
)
def test_every_block_can_be_set(path: str, value: str) -> None:
    """``--set`` reaches into spaces, closures, warehouses, transfers and triggers."""
    steps = path.partition("=")[0]
    scenario = load(EXAMPLE, [path])
    assert scenario != load(EXAMPLE)
    assert f"{steps.rpartition('.')[2]}: " in resolved(scenario)


@pytest.mark.parametrize("plan", PLANS)
def test_every_plan_builds_and_runs_two_days(scenario: Scenario, plan: str) -> None:
    """The network of each plan takes the households of the rush through; no two events have one key."""
    short = load(EXAMPLE, ["start=2023-11-01", "end=2023-11-02", "warm_up=1 d", f"transfers[0].on={scenario.date(47)}"])
    few = network(short, plan)
    assert [stock.name for stock in few.stocks] == ["kits", "cash_grants", "meals", "water", "kits", "kabul.kits"]
    journal = simulate(households(short, 0), few, checked=True)
    assert len(journal.outcome) > 1000
    assert np.isin([0, 1], journal.stays.space).all()
    rations = journal.ledger.reference == -2
    assert rations.any()


def test_a_trigger_of_the_example_acts(scenario: Scenario) -> None:
    """More than 4,000 cross on each of the first two days: seen at the second midnight, twenty desks a day later."""
    short = load(EXAMPLE, ["start=2023-11-01", "end=2023-11-05", "warm_up=0 d"])
    found = network(short, "surge_when_seen")
    journal = simulate(households(short, 0), found, checked=True)
    day = 86_400
    assert (journal.fired.seen.tolist(), journal.fired.acted.tolist()) == ([2 * day], [3 * day + 6 * 3600])
