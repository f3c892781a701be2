"""What plans add and change: the network of each plan, and that nobody else's draws or journals move."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from borderflow.demand.sample import households
from borderflow.engine.simulate import simulate
from borderflow.network.build import network
from borderflow.network.network import ALWAYS, Closing, Network
from borderflow.network.visits import needs, within
from borderflow.scenario.additions import everything
from borderflow.scenario.scenario import Scenario

DAY, HOUR = 86_400, 3_600
DESK = {
    "service": {"exponential": {"mean": "10 min"}},
    "desks": 4,
    "open": "24 h",
    "patience": {"exponential": {"mean": "9 h"}},
}
TRIAGE = {**DESK, "desks": 2, "share": 0.5}
KITS = {**DESK, "takes": {"kits": "1 per household"}}


def case(**plans: dict[str, Any]) -> Scenario:
    """Two stations at one crossing, a stock and a fleet over four days, under the given plans."""
    phases = [{"phase": "all", "from": "2023-11-01", "persons_per_day": 400, "shape": "step"}]
    here = {
        "arrivals": {"phases": phases},
        "journey": ["gate", "kits", "bus"],
        "stations": {"gate": DESK, "kits": KITS, "bus": {"fleet": "buses"}},
        "stocks": {"kits": {"opening": 500}},
        "fleets": {"buses": {"vehicles": 3, "seats": 30, "leave_after": "1 h", "round_trip": {"elsewhere": "4 h"}}},
        "spaces": {"hall": {"persons": 50, "from": "gate", "to": "kits"}},
    }
    return Scenario.model_validate(
        {
            "borderflow": 1,
            "name": "test",
            "title": "Test",
            "start": "2023-11-01",
            "end": "2023-11-04",
            "households": {"size": {"shares": {2: 0.5, 7: 0.5}}},
            "crossings": {"here": here},
            "plans": {"as_it_was": {}, **plans},
        }
    )


def new(block: dict[str, Any], path: str = "here.stations.triage", **dates: str) -> dict[str, Any]:
    return {"changes": [{"new": {path: block}, **dates}]}


def stops(found: Network) -> list[str]:
    return [station.name for station in found.stations]


@pytest.mark.parametrize(
    ("side", "journey"),
    [
        ({"after": "gate"}, ["gate", "triage", "kits", "bus"]),
        ({"before": "gate"}, ["triage", "gate", "kits", "bus"]),
        ({"after": "bus"}, ["gate", "kits", "bus", "triage"]),
    ],
)
def test_a_new_station_stands_where_the_plan_says(side: dict[str, str], journey: list[str]):
    """Right after or before another one, with the desks of its block; the other plans have none of it."""
    scenario = case(triage=new({**TRIAGE, **side}))
    found = network(scenario, "triage")
    assert stops(found) == journey
    triage = found.stations[journey.index("triage")]
    assert (triage.desks.value.tolist(), triage.share, triage.since) == ([2.0], 0.5, ALWAYS)
    assert stops(network(scenario, "as_it_was")) == ["gate", "kits", "bus"]
    assert scenario.crossings["here"].journey == ("gate", "kits", "bus")


def test_a_new_station_moves_no_other_draw():
    """Every visit that there was before needs the same seconds of service and has the same patience, to the bit."""
    scenario = case(triage=new({**TRIAGE, "after": "gate"}))
    people = households(scenario, 0)
    before, after = network(scenario, "as_it_was"), network(scenario, "triage")
    old, now = needs(people, before), needs(people, after)
    names = np.array(stops(after))[now.station]
    kept = names != "triage"
    assert 0 < (~kept).sum() < len(people)
    assert (names[kept] == np.array(stops(before))[old.station]).all()
    for word in ("household", "service", "patience"):
        assert getattr(now, word)[kept].tobytes() == getattr(old, word).tobytes()
    assert now.arrival.tobytes() == old.arrival.tobytes()


def test_a_plan_that_adds_leaves_the_journals_of_other_plans_as_they_were():
    """The households and every array of another plan's journal are the same bytes with the new plan beside it."""
    plain, more = case(), case(triage=new({**TRIAGE, "after": "gate"}))
    alone, beside = households(plain, 3), households(more, 3)
    for word in ("second", "size", "adults", "group", "crossing", "number", "destination"):
        assert getattr(alone, word).tobytes() == getattr(beside, word).tobytes()
    one, other = (simulate(people, network(one, "as_it_was")) for people, one in ((alone, plain), (beside, more)))
    for word in ("joined", "started", "ended", "fate", "without", "outcome", "left"):
        assert getattr(one, word).tobytes() == getattr(other, word).tobytes()


def test_a_station_from_a_date_is_passed_by_who_arrives_from_then_on():
    """Before its first midnight nobody passes it and no desk is staffed; from then on its share does."""
    scenario = case(triage=new({**TRIAGE, "share": 1, "after": "gate"}, **{"from": "2023-11-03"}))
    people, found = households(scenario, 0), network(scenario, "triage")
    visits = needs(people, found)
    passing = people.second[visits.household[visits.station == 1]]
    assert passing.min() >= 2 * DAY
    assert len(passing) == (people.second >= 2 * DAY).sum()
    desks = found.stations[1].desks
    assert (desks.second.tolist(), desks.value.tolist()) == ([0, 2 * DAY], [0.0, 2.0])


def test_a_space_from_a_date_takes_in_who_arrives_from_then_on():
    """It has no places before, and who came before never comes into it."""
    tent = {"persons": 40, "from": "kits", "to": "kits"}
    scenario = case(tent=new(tent, "here.spaces.tent", **{"from": "2023-11-02"}))
    people, found = households(scenario, 0), network(scenario, "tent")
    (space,) = [one for one in found.spaces if one.name == "tent"]
    assert (space.persons.second.tolist(), space.persons.value.tolist()) == ([0, DAY], [0.0, 40.0])
    visits = needs(people, found)
    enters, _ = within(visits, found)
    came = [people.second[visits.household[visit]] for visit, mask in enters.items() if mask >> space.index & 1]
    assert min(came) >= DAY
    assert len(came) == (people.second >= DAY).sum()


def test_a_plan_adds_stocks_fleets_and_warehouses():
    """A new station boards a new fleet, takes of a new stock, and that stock orders from a new warehouse."""
    blankets = {"opening": 10, "reorder_at": 20, "order_up_to": 50, "lead_time": "1 d", "from": "depot"}
    vans = {"vehicles": 2, "seats": 8, "leave_after": "10 min", "round_trip": {"elsewhere": "1 h"}}
    plan = {
        "changes": [
            {
                "new": {
                    "here.stations.bedding": {**DESK, "before": "bus", "takes": {"blankets": "1 per person"}},
                    "here.stocks.blankets": blankets,
                    "warehouses.depot.blankets": {"opening": 900},
                    "here.fleets.vans": vans,
                    "here.stations.shuttle": {"fleet": "vans", "after": "gate"},
                }
            },
            {"from": "2023-11-02", "add": {"here.fleets.vans.vehicles": 4}},
            {"on": "2023-11-03", "add": {"warehouses.depot.blankets.deliveries": 7}},
        ],
        "transfers": [
            {"on": "2023-11-02", "from": "depot", "to": "here", "item": "blankets", "quantity": 5, "takes": "1 h"}
        ],
    }
    found = network(case(bedding=plan), "bedding")
    assert stops(found) == ["gate", "shuttle", "kits", "bedding", "bus"]
    assert [(stock.name, stock.opening, stock.source) for stock in found.stocks] == [
        ("kits", 500, -1), ("blankets", 10, 2), ("depot.blankets", 900, -1),
    ]  # fmt: skip
    assert [(one.second, one.quantity) for one in found.stocks[2].supplies] == [(2 * DAY, 7)]
    assert found.stations[3].takes[0].stock == 1
    assert [found.fleets[found.stations[index].fleet].name for index in (1, 4)] == ["vans", "buses"]
    assert found.fleets[1].vehicles.value.tolist() == [2.0, 6.0]
    assert [(one.source, one.goal, one.quantity) for one in found.transfers] == [(2, 1, 5)]


def test_a_plan_that_builds_on_another_is_that_plan_and_more():
    """The parent's changes come first: the child's ``set`` wins over them, its ``add`` goes on from them."""
    more = {"changes": [{"from": "2023-11-02", "add": {"here.stations.gate.desks": 3, "here.stations.kits.desks": 3}}]}
    own = [{"from": "2023-11-02", "set": {"here.stations.gate.desks": 9}, "add": {"here.stations.kits.desks": 1}}]
    scenario = case(child={"builds_on": "more", "changes": own}, more=more)
    gate, kits, _ = network(scenario, "child").stations
    assert gate.desks.value.tolist() == [4.0, 9.0]
    assert kits.desks.value.tolist() == [4.0, 8.0]
    assert network(scenario, "more").stations[0].desks.value.tolist() == [4.0, 7.0]


def test_a_child_changes_what_its_parent_added():
    """A new station of the plan below is there for the plan that builds on it."""
    scenario = case(
        triage=new({**TRIAGE, "after": "gate"}),
        larger={"builds_on": "triage", "changes": [{"add": {"here.stations.triage.desks": 5}}]},
    )
    assert network(scenario, "larger").stations[1].desks.value.tolist() == [7.0]
    assert network(scenario, "triage").stations[1].desks.value.tolist() == [2.0]


def test_a_plan_that_builds_on_one_that_is_not_here_is_not_built():
    with pytest.raises(ValueError, match="plan 'child' builds on 'nobody', which is not here"):
        network(case(child={"builds_on": "nobody"}), "child")


def test_policies_and_levels_of_a_plan():
    """Words that hold throughout: the order of the line, what closing does, the interval of orders, an area."""
    plan = {
        "changes": [
            {
                "set": {
                    "here.stations.gate.queue": "specific_needs_first",
                    "here.stations.gate.at_closing": "hold",
                    "here.spaces.hall.area": "300 m2",
                    "here.spaces.hall.covered": "200 m2",
                }
            },
            {"from": "2023-11-02", "to": "2023-11-02", "set": {"here.stations.kits.closed": True}},
        ]
    }
    found = network(case(plan=plan), "plan")
    gate, kits, _ = found.stations
    assert (gate.specific_needs_first, gate.closing) == (True, Closing.HOLD)
    assert (found.spaces[0].area, found.spaces[0].covered) == (300.0, 200.0)
    assert (kits.desks.second.tolist(), kits.desks.value.tolist()) == ([0, DAY, 2 * DAY], [4.0, 0.0, 4.0])


def test_a_service_time_that_is_set_takes_the_place_of_what_was_scaled_before():
    """Changes act in the order written: after ``scale`` 2, a ``set`` of 3 minutes is 3 minutes."""
    path = "here.stations.gate.service"
    plan = {"changes": [{"scale": {path: 2}}, {"set": {path: {"exponential": {"mean": "3 min"}}}}]}
    gate = network(case(plan=plan), "plan").stations[0]
    assert gate.service is not None
    assert gate.service.table.mean() == pytest.approx(180)
    assert gate.pace.value.tolist() == [1.0]


def test_tables_over_all_plans_know_what_any_of_them_adds():
    """The first plan's addition stands for both where two add something of one name."""
    scenario = case(
        one=new({**TRIAGE, "after": "gate"}),
        two=new({**TRIAGE, "before": "bus", "title": "Another"}),
        three=new({"opening": 5}, "warehouses.depot.tents"),
    )
    whole = everything(scenario)
    assert whole.crossings["here"].journey == ("gate", "triage", "kits", "bus")
    assert whole.crossings["here"].stations["triage"].title is None
    assert list(whole.warehouses["depot"]) == ["tents"]
