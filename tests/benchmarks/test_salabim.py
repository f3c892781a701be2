"""The salabim model of the benchmarks is the plain SimPy model in other words: the same seconds for every visit."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import plain  # noqa: E402

from borderflow.demand.sample import households  # noqa: E402
from borderflow.network.build import network  # noqa: E402
from borderflow.network.visits import needs  # noqa: E402
from borderflow.scenario.load import load  # noqa: E402


def test_salabim_and_simpy_agree_at_every_station():
    """With the extra ``bench``: kits and vehicles included, for both are written with the same rules."""
    pytest.importorskip("salabim")
    import components

    scenario = load(BENCHMARKS / "reference.yaml", sets=["end=2023-01-20"])
    here = network(scenario, "as_is")
    who = households(scenario, 0)
    what = needs(who, here)
    env, one = plain.build(who, here, what)
    env.run(until=here.end_second)
    env, other = components.build(who, here, what)
    env.run(till=here.end_second)
    assert sum(map(len, one)) > 50_000
    assert one == other
