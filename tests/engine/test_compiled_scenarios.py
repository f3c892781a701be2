"""The shipped scenarios: both engines tell the same story of each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from borderflow.commands.engines import compared
from borderflow.scenario.load import load

pytest.importorskip("numba")
SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))
WHOLE = os.environ.get("BORDERFLOW_SCENARIOS") == "whole"
"""Every plan, two replications (the slow command of docs/engines.md); else the first and last plan of the short."""
SHORT = ("closure-2025", "quickstart", "winter-lull")


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_both_engines_tell_the_same_story_of_a_shipped_scenario(path: Path) -> None:
    if not WHOLE and path.stem not in SHORT:
        pytest.skip("compared by the slow command")
    scenario = load(path)
    plans = list(scenario.plans) if WHOLE else sorted({next(iter(scenario.plans)), list(scenario.plans)[-1]})
    for plan in plans:
        found = compared(scenario, plan, range(2 if WHOLE else 1))
        assert found["equal"], found
        assert found["visits"] > 10_000
