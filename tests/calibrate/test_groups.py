"""Shares of groups among those who cross: by the phase in which they come, from the nearest block that says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from borderflow.calibrate.fluid import Fluid
from borderflow.calibrate.groups import Groups
from borderflow.scenario.scenario import Scenario


def written(**later: Any) -> dict[str, Any]:
    """Two phases of two days at one crossing; the second may restate its households."""
    phases = [
        {"phase": "one", "from": "2023-11-01", "persons_per_day": 100, "shape": "step"},
        {"phase": "two", "from": "2023-11-03", "persons_per_day": 100, "shape": "step", **later},
    ]
    gate = {"desks": 2, "throughput": "2400 persons/day", "open": "24 h"}
    torkham = {"arrivals": {"phases": phases}, "journey": ["gate"], "stations": {"gate": gate}}
    return {
        "borderflow": 1,
        "name": "groups",
        "title": "Groups",
        "start": "2023-11-01",
        "end": "2023-11-04",
        "households": {"size": 1, "groups": {"undocumented": 0.7, "acc": 0.2, "por": 0.1}, "deported": 0.02},
        "crossings": {"torkham": torkham},
        "plans": {"as_is": {}},
    }


def scenario(**later: Any) -> Scenario:
    return Scenario.model_validate(written(**later))


def share(of: Scenario, population: str, **values: float) -> list[float]:
    drawn = {path.replace("__", "."): np.array([number]) for path, number in values.items()}
    return list(Groups(of, Fluid(of)).share(population, drawn, 1)[0, 0])


RESTATED = {"households": {"groups": {"undocumented": 0.5, "por": 0.5}, "deported": 0.1}}
PHASE = "crossings__torkham__arrivals__phases__two__households"


def test_a_share_is_that_of_the_phase_in_force() -> None:
    of = scenario(**RESTATED)
    assert share(of, "por") == pytest.approx([0.1, 0.1, 0.5, 0.5])
    assert share(of, "acc") == pytest.approx([0.2, 0.2, 0, 0])
    assert share(of, "deported") == pytest.approx([0.02, 0.02, 0.1, 0.1])


def test_joined_groups_add_up() -> None:
    assert share(scenario(), "acc+por") == pytest.approx([0.3] * 4)
    assert share(scenario(), "undocumented+acc+por") == pytest.approx([1] * 4)


def test_drawn_shares_are_made_to_add_to_one() -> None:
    """0.6 and 0.2 of a block of two are 75 and 25 %; the other phase keeps its own block."""
    drawn = {f"{PHASE}__groups__undocumented": 0.6, f"{PHASE}__groups__por": 0.2}
    assert share(scenario(**RESTATED), "por", **drawn) == pytest.approx([0.1, 0.1, 0.25, 0.25])


def test_the_nearest_block_wins_over_drawn_values_further_out() -> None:
    """Draws of the scenario's own block do not reach into a phase that states its groups; elsewhere they do."""
    drawn = {"households__groups__undocumented": 0.4, "households__groups__acc": 0.3, "households__groups__por": 0.3}
    assert share(scenario(**RESTATED), "por", **drawn) == pytest.approx([0.3, 0.3, 0.5, 0.5])
    assert share(scenario(**RESTATED), "deported", households__deported=0.05) == pytest.approx([0.05, 0.05, 0.1, 0.1])


def test_days_before_the_first_phase_have_its_mix() -> None:
    """The days of the warm-up, at each crossing its own."""
    said = written()
    said["warm_up"] = "2 d"
    mix = {"groups": {"undocumented": 0.1, "acc": 0.1, "por": 0.8}}
    said["crossings"]["spin_boldak"] = {**said["crossings"]["torkham"], "households": mix}
    of = Scenario.model_validate(said)
    found = Groups(of, Fluid(of)).share("por", {}, 1)[0]
    assert found[0] == pytest.approx([0.1] * 6)
    assert found[1] == pytest.approx([0.8] * 6)


def test_an_unknown_group_is_no_group() -> None:
    with pytest.raises(KeyError, match="visitors"):
        share(scenario(), "visitors")
