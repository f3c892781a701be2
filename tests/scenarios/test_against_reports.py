"""The table of docs/scenarios/quickstart.md: its reported numbers are the register's, the simulated the model's."""

from __future__ import annotations

import importlib.util
import sys
from datetime import date
from itertools import takewhile
from pathlib import Path
from types import ModuleType

import pytest

import borderflow
from borderflow.evidence.register import load as load_register

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "scenarios" / "quickstart.md"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("against_reports", ROOT / "scenarios" / "against_reports.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["against_reports"] = module
    spec.loader.exec_module(module)
    return module


def printed() -> list[str]:
    """The lines of the page's table."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("| | reported | simulated"))
    return list(takewhile(lambda line: line.startswith("|"), lines[first:]))


def test_the_reported_numbers_of_the_page_are_those_of_the_register(script: ModuleType) -> None:
    rows = script.lines(load_register(ROOT / "scenarios" / "evidence"))
    page = [[cell.strip() for cell in line.split("|")[1:3]] for line in printed()[2:]]
    assert page == [[row.what, row.reported] for row in rows]


def test_differences_of_running_totals(script: ModuleType) -> None:
    rows = {row.what: row.reported for row in script.lines(load_register(ROOT / "scenarios" / "evidence"))}
    assert rows["Torkham: crossed, 6 to 7 November"] == "16,060"  # 190,418 − 174,358
    assert rows["Torkham: crossed, 3 to 4 November"] == "19,825"  # 174,358 − 6,584 − 147,949


@pytest.mark.slow
def test_the_simulated_numbers_of_the_page_are_those_of_the_model(script: ModuleType) -> None:
    assert script.table().splitlines() == printed()


@pytest.mark.slow
def test_the_story_of_quickstart(script: ModuleType) -> None:
    """Registration binds, more desks relieve it, kits moved forward are handed out; the same people come."""
    scenario = borderflow.load(ROOT / "scenarios" / "quickstart.yaml")
    who = borderflow.households(scenario, 0)
    seen = {}
    for plan in scenario.plans:
        network = borderflow.network(scenario, plan)
        seen[plan] = script.Seen(scenario, network, who, borderflow.simulate(who, network))
    first, last, night = date(2023, 10, 25), date(2023, 11, 20), date(2023, 11, 2)
    for crossing in scenario.crossings:
        crossed = {plan: one.persons(crossing, "gate", first, last) for plan, one in seen.items()}
        assert len(set(crossed.values())) == 1
        registered = {plan: one.persons(crossing, "registration", first, last) for plan, one in seen.items()}
        assert registered["more_desks"] >= registered["as_reported"] == registered["kits_forward"]
        kits = {plan: one.families(crossing, "kits", first, last) for plan, one in seen.items()}
        assert kits["kits_forward"] > kits["as_reported"]
    assert seen["as_reported"].inside("torkham", night) > 1.5 * seen["more_desks"].inside("torkham", night)
