"""Ciw's model of the tandem part and ours serve households at the same seconds."""

from __future__ import annotations

import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

import ciw  # noqa: E402
import tandem  # noqa: E402

from borderflow.demand.sample import households  # noqa: E402
from borderflow.engine.operation import Operation  # noqa: E402
from borderflow.network.build import network  # noqa: E402
from borderflow.network.visits import needs  # noqa: E402
from borderflow.scenario.load import load  # noqa: E402

COINCIDE = {"gate": 0, "registration": 2, "health": 6, "cash": 6}
"""Households that may differ: a desk comes free in the second in which two join, and Ciw takes either of them first.
Two at registration, and those who then leave it at other seconds."""


def test_ciw_and_we_agree_household_by_household():
    """The whole stay: FIFO, desks, and hours that bind starts, on 33 days in which lines build up."""
    scenario = load(Path(__file__).with_name("tandem.yaml"), sets=["end=2023-02-02"])
    here = tandem.tandem(network(scenario, "as_is"))
    who = households(scenario, 0)
    what = needs(who, here)
    ciw.seed(1)
    models = tandem.build(who, here, what)
    for _, model in models:
        model.simulate_until_max_time(here.end_second)
    journal = Operation(who, here, what).run()
    found = tandem.times(models)
    differ = dict.fromkeys(COINCIDE, 0)
    for (household, place), times in found.items():
        visit = what.first[household] + place
        differ[tandem.LINE[place]] += (int(journal.started[visit]), int(journal.ended[visit])) != times
    ended = journal.ended >= 0
    assert abs(len(found) - int(ended.sum())) <= 2
    assert len(found) > 100_000
    waits = journal.started[ended] - journal.joined[ended]
    assert (waits > 3600).sum() > 1_000, "lines build up"
    assert all(differ[name] <= most for name, most in COINCIDE.items()), differ
