"""Who comes: the guarantees of keyed streams, and what the household words mean."""

from __future__ import annotations

import time
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from borderflow.demand.households import Households, stream
from borderflow.demand.sample import households
from borderflow.demand.sizes import children, largest, mean_size, sizes
from borderflow.network.build import network
from borderflow.network.visits import needs
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.spread import Size

STEP = {"shape": "step"}
DESK = {"service": {"gamma": {"mean": "5 min", "cv": 0.5}}, "desks": 4, "open": "24 h"}


def scenario(**words: Any) -> Scenario:
    """Two crossings of one station each; ``words`` replace top-level words."""
    phases = [{"phase": "all", "from": "2023-11-01", "persons_per_day": 2000, **STEP}]
    crossing = {"arrivals": {"phases": phases}, "journey": ["gate"], "stations": {"gate": DESK}}
    whole = {
        "borderflow": 1,
        "name": "test",
        "title": "Test",
        "start": "2023-11-01",
        "end": "2023-11-05",
        "seed": 1,
        "households": {"size": {"negative_binomial": {"mean": 6, "cv": 0.5, "min": 1, "max": 20}}},
        "crossings": {"torkham": crossing, "spin_boldak": crossing},
        "plans": {"as_is": {}, "more": {"changes": [{"add": {"torkham.stations.gate.desks": 5}}]}},
    }
    return Scenario.model_validate({**whole, **words})


def crossing(stations: dict[str, Any] | None = None, **arrivals: Any) -> dict[str, Any]:
    words = {"phases": [{"phase": "all", "from": "2023-11-01", "persons_per_day": 2000, **STEP}], **arrivals}
    stations = stations or {"gate": DESK}
    return {"arrivals": words, "journey": list(stations), "stations": stations}


def at(found: Households, name: str) -> dict[str, np.ndarray]:
    """The arrays of the households of one crossing."""
    here = found.crossing == found.crossings.index(name)
    arrays = [field.name for field in fields(found) if isinstance(getattr(found, field.name), np.ndarray)]
    return {word: getattr(found, word)[here] for word in arrays if word != "crossing"}


def same(first: dict[str, np.ndarray], second: dict[str, np.ndarray]) -> bool:
    return all(np.array_equal(first[word], second[word]) for word in first)


def test_the_same_seed_and_replication_give_the_same_households_and_others_give_others():
    case = scenario()
    once, again, other = (households(case, replication) for replication in (3, 3, 4))
    assert same(at(once, "torkham"), at(again, "torkham"))
    assert not np.array_equal(once.second[:50], other.second[:50])
    assert not np.array_equal(once.second[:50], households(scenario(seed=2), 3).second[:50])


def test_more_desks_or_another_station_never_change_who_arrives_or_what_they_need():
    """Plans meet the same households, and a new station draws from a stream of its own."""
    case = scenario()
    wider = scenario(
        crossings={
            "torkham": crossing({"gate": {**DESK, "desks": 99}, "health": {**DESK, "share": 0.5}}),
            "spin_boldak": crossing(),
        }
    )
    first, second = households(case, 0), households(wider, 0)
    assert same(at(first, "torkham"), at(second, "torkham"))
    before, after = needs(first, network(case, "as_is")), needs(second, network(wider, "as_is"))
    gates = [station.index for station in network(wider, "as_is").stations if station.name == "gate"]
    kept = np.isin(after.station, gates)
    assert np.array_equal(before.service, after.service[kept])
    assert len(after) > len(before)


def test_another_crossing_never_moves_the_draws_of_the_others():
    case = scenario()
    alone = scenario(
        crossings={"spin_boldak": crossing()},
        plans={"as_is": {}},
    )
    assert same(at(households(case, 0), "spin_boldak"), at(households(alone, 0), "spin_boldak"))
    third = scenario(crossings={"torkham": crossing(), "ghulam_khan": crossing(), "spin_boldak": crossing()})
    assert same(at(households(case, 0), "torkham"), at(households(third, 0), "torkham"))


def test_a_quicker_service_moves_the_same_household():
    """The order of service times is that of the uniforms, whatever the mean: the slowest stays the slowest."""
    case = scenario()
    quick = scenario(
        crossings={
            "torkham": crossing({"gate": {**DESK, "service": {"gamma": {"mean": "2 min", "cv": 0.5}}}}),
            "spin_boldak": crossing(),
        }
    )
    slow_needs = needs(households(case, 0), network(case, "as_is"))
    quick_needs = needs(households(quick, 0), network(quick, "as_is"))
    here = slow_needs.station == 0
    assert quick_needs.service[here] == pytest.approx(slow_needs.service[here] * 0.4)


def test_rows_stand_by_second_then_crossing_and_numbers_by_arrival():
    found = households(scenario(), 0)
    order = np.lexsort((found.number, found.crossing, found.second))
    assert np.array_equal(order, np.arange(len(found)))
    numbers = at(found, "torkham")["number"]
    assert np.array_equal(numbers, np.arange(len(numbers)))


def test_persons_a_day_are_the_level_whatever_the_household_size():
    """Persons per day ÷ the mean size in force gives the rate of households."""
    small, large = scenario(households={"size": 2}), scenario(households={"size": 10})
    for case in (small, large):
        persons = [households(case, replication).persons for replication in range(30)]
        assert np.mean(persons) == pytest.approx(2 * 5 * 2000, rel=0.02)


def test_households_are_restated_by_crossing_and_phase_and_the_nearest_wins():
    """Word by word: the phase restates the size, the crossing the destinations, the top the rest."""
    phases = [
        {"phase": "calm", "from": "2023-11-01", "persons_per_day": 3000, **STEP},
        {"phase": "rush", "from": "2023-11-03", "persons_per_day": 3000, **STEP, "households": {"size": 9}},
    ]
    torkham = {**crossing(phases=phases), "households": {"size": 5, "destinations": {"nangarhar": 1.0}}}
    case = scenario(
        households={"size": 2, "specific_needs": 1.0, "destinations": {"kandahar": 0.5, "elsewhere": 0.5}},
        crossings={"torkham": torkham, "spin_boldak": crossing()},
    )
    found = households(case, 0)
    here, there = at(found, "torkham"), at(found, "spin_boldak")
    rush = here["second"] >= 2 * 86_400
    assert set(here["size"][~rush]) == {5}
    assert set(here["size"][rush]) == {9}
    assert set(there["size"]) == {2}
    assert {found.destinations[goal] for goal in here["destination"]} == {"nangarhar"}
    assert {found.destinations[goal] for goal in there["destination"]} == {"kandahar", "elsewhere"}
    assert here["specific_needs"].all()


def test_groups_deported_and_specific_needs_have_their_shares():
    case = scenario(
        households={"size": 1, "groups": {"undocumented": 0.7, "por": 0.3}, "deported": 0.1, "specific_needs": 0.25}
    )
    found = [households(case, replication) for replication in range(5)]
    group = np.concatenate([part.group for part in found])
    names = np.array(found[0].groups)[group]
    assert np.mean(names == "por") == pytest.approx(0.3, abs=0.01)
    assert "acc" not in names
    assert np.mean(np.concatenate([part.deported for part in found])) == pytest.approx(0.1, abs=0.006)
    assert np.mean(np.concatenate([part.specific_needs for part in found])) == pytest.approx(0.25, abs=0.01)


def test_the_warm_up_runs_the_first_phase_before_the_start():
    case = scenario(warm_up="2 d 12 h")
    second = households(case, 0).second
    assert second.min() >= -2.5 * 86_400
    before = np.mean([np.sum(households(case, replication).second < 0) for replication in range(20)])
    assert before == pytest.approx(2 * 2.5 * 2000 / 6, rel=0.03)


@pytest.mark.parametrize("mean", [1.4, 3, 5.6, 8, 12.3])
def test_the_stated_mean_size_is_the_mean_after_cutting(mean):
    size = Size.model_validate({"negative_binomial": {"mean": mean, "cv": 0.9, "min": 1, "max": 25}})
    drawn = sizes(size, (np.arange(200_000) + 0.5) / 200_000)
    assert mean_size(size) == pytest.approx(mean, abs=1e-6)
    assert drawn.mean() == pytest.approx(mean, abs=0.01)
    assert drawn.min() >= 1
    assert drawn.max() <= largest(size) == 25


def test_every_household_has_an_adult_and_children_have_their_share_of_persons():
    size = Size.model_validate({"negative_binomial": {"mean": 6, "cv": 0.5, "min": 1, "max": 20}})
    generator = np.random.default_rng(3)
    persons = sizes(size, generator.random(50_000))
    minors = children(0.55, 6.0, persons, generator.random(50_000))
    assert np.all(persons - minors >= 1)
    assert minors.sum() / persons.sum() == pytest.approx(0.55, abs=0.01)


def test_streams_of_different_purposes_do_not_run_alike():
    first, second = stream(1, 0, "torkham", "size").random(10_000), stream(1, 0, "torkham", "group").random(10_000)
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.04
    # Parts do not run together: ("a", "bc") is another stream than ("ab", "c").
    assert stream(1, 0, "a", "bc").random() != stream(1, 0, "ab", "c").random()


def test_130_000_households_take_well_under_a_second():
    case = scenario(
        households={"size": 6, "groups": {"undocumented": 0.9, "por": 0.1}, "children": 0.5},
        crossings={
            name: crossing(
                phases=[{"phase": "all", "from": "2023-11-01", "persons_per_day": 78_000, **STEP}],
                variation={"cv": 0.25, "day_to_day": 0.5},
            )
            for name in ("torkham", "spin_boldak")
        },
    )
    households(case, 0)
    began = time.process_time()
    found = households(case, 1)
    assert len(found) > 100_000
    assert time.process_time() - began < 0.6
