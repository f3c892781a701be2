"""The tables of docs/scenarios: their reported numbers are the register's, the simulated ones the model's."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import borderflow
from borderflow.evidence.register import load as load_register

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "scenarios"
NAMES = ["quickstart", "phase1-2023", "closure-2025", "acc-por-2025"]
QUICKSTART = date(2023, 10, 25), date(2023, 11, 20)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("against_reports", ROOT / "scenarios" / "against_reports.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["against_reports"] = module
    spec.loader.exec_module(module)
    return module


def printed(script: ModuleType, name: str) -> list[str]:
    """The lines of the table of a scenario's page."""
    _, lines, first, last = script.place(name)
    found: list[str] = lines[first:last]
    return found


@pytest.fixture(scope="module")
def shut(script: ModuleType) -> Any:
    """One run of closure-2025 from before the closure to its reopening."""
    scenario = borderflow.load(
        ROOT / "scenarios" / "closure-2025.yaml", sets=["start=2025-10-10", "end=2025-11-08", "warm_up=2 d"]
    )
    who, network = borderflow.households(scenario, 0), borderflow.network(scenario, "as_reported")
    return script.Seen(scenario, network, who, borderflow.simulate(who, network))


@pytest.mark.parametrize("name", NAMES)
def test_the_reported_numbers_of_the_page_are_those_of_the_register(script: ModuleType, name: str) -> None:
    rows = script.lines(load_register(ROOT / "scenarios" / "evidence"), name)
    page = [[cell.strip() for cell in line.split("|")[1:3]] for line in printed(script, name)[2:]]
    assert page == [[row.what, row.reported] for row in rows]


def test_differences_of_running_totals(script: ModuleType) -> None:
    rows = {row.what: row.reported for row in script.lines(load_register(ROOT / "scenarios" / "evidence"))}
    assert rows["Torkham: crossed, 6 to 7 November"] == "16,060"  # 190,418 − 174,358
    assert rows["Torkham: crossed, 3 to 4 November"] == "19,825"  # 174,358 − 6,584 − 147,949


@pytest.mark.parametrize("name", NAMES)
def test_every_id_of_a_table_stands_in_the_register(script: ModuleType, name: str) -> None:
    register = load_register(ROOT / "scenarios" / "evidence")
    assert {id for row in script.lines(register, name) for id in row.ids if id not in register} == set()


def test_nobody_crosses_at_torkham_while_it_is_shut(shut: Any) -> None:
    before, first, last = date(2025, 10, 11), date(2025, 10, 12), date(2025, 10, 15)
    assert shut.persons("torkham", "gate", before) > 500
    assert shut.persons("torkham", "gate", first, last) == 0
    waiting = [sum(shut.night("landi_kotal", date(2025, 10, day))) for day in (12, 13, 14, 15)]
    assert waiting == sorted(waiting)
    assert waiting[-1] > waiting[0] > 0


def test_spin_boldak_is_shut_for_a_day_and_then_takes_more(shut: Any) -> None:
    assert shut.persons("spin_boldak", "gate", date(2025, 10, 12)) == 0
    diverted = shut.network.crossings.index("torkham")
    rows = shut._served("spin_boldak", "gate", date(2025, 10, 13), date(2025, 10, 15))
    assert (shut.households.crossing[rows] == diverted).any()
    before = shut.persons("spin_boldak", "gate", date(2025, 10, 10), date(2025, 10, 10))
    later = shut.persons("spin_boldak", "gate", date(2025, 10, 16), date(2025, 10, 31)) / 16
    assert later > 1.2 * before


def test_the_first_open_days_at_torkham_show_the_backlog(shut: Any) -> None:
    """The first two days are full days of the exit check, by thousands more than come; a week later as many cross."""
    last, first, second = date(2025, 10, 31), date(2025, 11, 1), date(2025, 11, 2)
    stood = sum(shut.night("landi_kotal", last))
    assert shut.persons("torkham", "gate", last) == 0
    assert stood > 8_000
    crossed = [shut.persons("torkham", "gate", day) for day in (first, second)]
    assert all(6_000 < persons < 7_000 for persons in crossed)
    assert sum(crossed) - sum(shut.arrived("torkham", day) for day in (first, second)) > 3_000
    assert sum(shut.night("landi_kotal", first)) < stood
    week_later = date(2025, 11, 8)
    assert shut.persons("torkham", "gate", week_later) == pytest.approx(shut.arrived("torkham", week_later), rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_simulated_numbers_of_the_page_are_those_of_the_model(script: ModuleType, name: str) -> None:
    assert script.table(name).splitlines() == printed(script, name)


@pytest.mark.slow
def test_the_story_of_quickstart(script: ModuleType) -> None:
    """Registration binds, more desks relieve it, and the same people come under each plan."""
    seen = _told(script, 0, "as_reported", "more_desks", "kits_forward")
    night = date(2023, 11, 2)
    for crossing in ("torkham", "spin_boldak"):
        crossed = {plan: one.persons(crossing, "gate", *QUICKSTART) for plan, one in seen.items()}
        assert len(set(crossed.values())) == 1
        registered = {plan: one.persons(crossing, "registration", *QUICKSTART) for plan, one in seen.items()}
        assert registered["more_desks"] >= registered["as_reported"] == registered["kits_forward"]
    assert seen["as_reported"].inside("torkham", night) > 1.5 * seen["more_desks"].inside("torkham", night)


@pytest.mark.slow
def test_kits_moved_forward_reach_more_families(script: ModuleType) -> None:
    """At both crossings, in the mean of ten replications, by more than twice its standard error.

    A store is ordered up to a level, so the kits that are moved forward put off the next order: in a single replication
    it may be as many families, or a few less.
    """
    more: dict[str, list[float]] = {"torkham": [], "spin_boldak": []}
    for replication in range(10):
        seen = _told(script, replication, "as_reported", "kits_forward")
        for crossing, found in more.items():
            kits = {plan: one.families(crossing, "kits", *QUICKSTART) for plan, one in seen.items()}
            found.append(kits["kits_forward"] - kits["as_reported"])
    for crossing, found in more.items():
        assert np.mean(found) > 2 * np.std(found, ddof=1) / np.sqrt(len(found)), crossing


def _told(script: ModuleType, replication: int, *plans: str) -> dict[str, Any]:
    """One replication of quickstart under some plans, as the script reads it."""
    scenario = borderflow.load(ROOT / "scenarios" / "quickstart.yaml")
    who = borderflow.households(scenario, replication)
    found = {}
    for plan in plans:
        network = borderflow.network(scenario, plan, replication)
        found[plan] = script.Seen(scenario, network, who, borderflow.simulate(who, network))
    return found
