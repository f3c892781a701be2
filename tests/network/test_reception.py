"""Spaces, closures, warehouses, transfers and triggers as they are built, with exact values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from borderflow.demand.sample import households
from borderflow.engine.journal import Entry, Outcome
from borderflow.engine.simulate import simulate
from borderflow.network.build import network
from borderflow.network.network import Act, Moves, Sees, Use, Watch, WhenFull
from borderflow.network.visits import needs
from borderflow.scenario.scenario import Scenario

DAY, HOUR = 86_400, 3_600
DESK = {"service": "10 min", "desks": 4, "open": "24 h"}
PHASES = {"phases": [{"phase": "all", "from": "2023-11-01", "persons_per_day": 100, "shape": "step"}]}
STOPS = ["exit_check", "gate", "desk", "food"]


def crossing(**words: Any) -> dict[str, Any]:
    """A crossing of four stations; ``words`` are added."""
    return {"arrivals": PHASES, "journey": STOPS, "stations": dict.fromkeys(STOPS, DESK), **words}


def built(here: dict[str, Any], there: dict[str, Any] | None = None, plan: dict[str, Any] | None = None, **top: Any):
    """The network of two crossings over four days under one plan."""
    case = {
        "borderflow": 1,
        "name": "test",
        "title": "Test",
        "start": "2023-11-01",
        "end": "2023-11-04",
        "households": {"size": 5},
        "crossings": {"here": crossing(**here), "there": crossing(**(there or {}))},
        "plans": {"plan": plan or {}},
        **top,
    }
    return network(Scenario.model_validate(case), "plan")


# -- spaces --------------------------------------------------------------------------------------------------------


def test_a_space_is_a_stretch_of_its_own_crossing():
    """At the second crossing the stations count on from the first: desk and food are 6 and 7."""
    camp = {"persons": 50, "from": "desk", "to": "food", "latrines": 3, "area": "900 m2", "covered": "80 m2"}
    (space,) = built({}, {"spaces": {"camp": camp}}).spaces
    assert (space.index, space.crossing, space.first, space.last) == (0, 1, 6, 7)
    assert (space.name, space.when_full, space.latrines, space.area, space.covered) == (
        "camp", WhenFull.OUTSIDE, 3, 900.0, 80.0,
    )  # fmt: skip
    assert (space.persons.second.tolist(), space.persons.value.tolist()) == ([0], [50.0])


def test_the_outer_space_comes_before_the_inner_whatever_the_order_written():
    """A household has its place in the camp before it asks for one in the hall."""
    spaces = {
        "hall": {"persons": 9, "from": "desk", "to": "desk", "when_full": "hold"},
        "camp": {"persons": 50, "from": "desk", "to": "food"},
        "all": {"persons": 99, "from": "exit_check", "to": "food"},
    }
    assert [(space.index, space.name) for space in built({"spaces": spaces}).spaces] == [
        (0, "all"),
        (1, "camp"),
        (2, "hall"),
    ]


def test_places_change_on_dates_and_by_a_plan():
    """Forty, from the third day sixty; the plan adds ten from the second day, and two latrines throughout."""
    camp = {"persons": {"2023-11-01": 40, "2023-11-03": 60}, "from": "desk", "to": "food", "latrines": 3}
    changes = [
        {"from": "2023-11-02", "add": {"here.spaces.camp.persons": 10}},
        {"from": "2023-11-04", "scale": {"here.spaces.camp.persons": 0.5}},
        {"add": {"here.spaces.camp.latrines": 2}},
    ]
    (space,) = built({"spaces": {"camp": camp}}, plan={"changes": changes}).spaces
    assert list(zip(space.persons.second / DAY, space.persons.value, strict=True)) == [
        (0, 40), (1, 50), (2, 70), (3, 35),
    ]  # fmt: skip
    assert space.latrines == 5


def test_what_a_space_uses_is_in_the_smallest_unit_of_its_stock():
    """Fifteen litres are 15,000 ml, one meal is one."""
    uses = {"water": {"per_person": "15 l", "at": ["06:00"]}, "meals": {"per_person": 1, "at": ["07:00", "18:30"]}}
    stocks = {"meals": {"daily": 9}, "water": {"daily": "90 l"}}
    camp = {"persons": 50, "from": "desk", "to": "food", "uses": uses}
    (space,) = built({"spaces": {"camp": camp}, "stocks": stocks}).spaces
    assert [(use.stock, use.per_person, use.at) for use in space.uses] == [
        (1, 15_000, (6 * HOUR,)),
        (0, 1, (7 * HOUR, 18 * HOUR + 1800)),
    ]
    assert isinstance(space.uses[0], Use)


# -- closures ------------------------------------------------------------------------------------------------------


def test_a_closure_of_people_shuts_the_exit_check_and_the_gate_from_midnight_to_midnight():
    closures = [{"from": "2023-11-02", "to": "2023-11-03", "stops": ["people"]}]
    found = built({"closures": closures})
    assert [station.shut for station in found.stations] == [((DAY, 3 * DAY),), ((DAY, 3 * DAY),), *[()] * 6]
    assert found.diversions == ()


def test_a_closure_may_name_its_stations_and_hours():
    """From two in the afternoon of the first day until six in the morning of the last."""
    closure = {"from": "2023-11-02", "closes": "14:00", "to": "2023-11-03", "opens": "06:00", "stops": ["people"]}
    found = built({"closures": [{**closure, "at": ["desk"]}]})
    assert [station.shut for station in found.stations_of(0)] == [(), (), ((DAY + 14 * HOUR, 2 * DAY + 6 * HOUR),), ()]


def test_closures_that_overlap_or_touch_are_one():
    """Two that overlap, one that begins as they end, and one apart; what lies outside the horizon is cut off."""
    days = [("2023-10-30", "2023-11-01"), ("2023-11-01", "2023-11-01"), ("2023-11-02", "2023-11-02")]
    closures = [{"from": first, "to": last, "stops": ["people", "supplies"]} for first, last in days]
    closures.append({"from": "2023-11-04", "to": "2023-11-09", "stops": ["people"]})
    found = built({"closures": closures, "stocks": {"kits": {}}})
    assert found.stations[1].shut == ((0, 2 * DAY), (3 * DAY, 4 * DAY))
    assert found.stocks[0].shut == ((0, 2 * DAY),)


def test_a_closure_within_another_opens_nothing_early():
    """A day's closure of people within one of three days; and what was due before the scenario begins never comes."""
    days = [("2023-10-31", "2023-11-02"), ("2023-11-01", "2023-11-01")]
    closures = [{"from": first, "to": last, "stops": ["people", "supplies"]} for first, last in days]
    late = {"deliveries": [{"on": "2023-10-31", "quantity": 7}, {"on": "2023-11-01", "quantity": 8}]}
    found = built({"closures": closures, "stocks": {"kits": late}})
    assert found.stations[1].shut == found.stocks[0].shut == ((0, 2 * DAY),)
    assert [(supply.second, supply.quantity) for supply in found.stocks[0].supplies] == [(2 * DAY, 8)]


def test_a_closure_diverts_to_the_other_one_of_two_crossings_or_to_the_one_named():
    closure = {"from": "2023-11-02", "to": "2023-11-02", "stops": ["people"], "divert": "30 %", "after": "18 h"}
    (one,) = built({}, {"closures": [closure]}).diversions
    assert (one.crossing, one.first, one.end, one.share, one.after, one.goal) == (1, DAY, 2 * DAY, 0.3, 18 * HOUR, 0)
    third = {"here": crossing(closures=[{**closure, "divert_to": "beyond"}]), "there": crossing(), "beyond": crossing()}
    (one,) = built({}, crossings=third).diversions
    assert (one.crossing, one.goal) == (0, 2)


def test_a_closure_of_supplies_moves_what_is_dated_into_it_and_no_loss():
    """The days' loads of the second and third day and a delivery at noon come in the first open second, in order."""
    stock = {
        "opening": 1,
        "daily": 10,
        "deliveries": [{"on": "2023-11-03", "at": "12:00", "quantity": 7}],
        "lost": [{"on": "2023-11-02", "quantity": 2}],
    }
    closure = {"from": "2023-11-02", "to": "2023-11-03", "opens": "15:00", "stops": ["supplies"]}
    plan = {"changes": [{"on": "2023-11-02", "add": {"here.stocks.kits.deliveries": 5}}]}
    found = built({"closures": [closure], "stocks": {"kits": stock}}, {"stocks": {"kits": {"daily": 1}}}, plan)
    opens = 2 * DAY + 15 * HOUR
    assert [(supply.second, supply.quantity) for supply in found.stocks[0].supplies] == [
        (0, 10), (DAY, -2), (opens, 7), (opens, 5), (opens, 10), (opens, 10), (3 * DAY, 10),
    ]  # fmt: skip
    assert [stock.shut for stock in found.stocks] == [((DAY, opens),), ()]
    assert len(found.stocks[1].supplies) == 4


def test_what_comes_every_day_may_change_by_date():
    """Ten a day, from the third day on forty, none on the fourth; the first also holds before its date. A plan scales
    what is in force on its days."""
    stock = {"daily": {"2023-11-02": 10, "2023-11-03": 40, "2023-11-04": 0}}
    plan = {"changes": [{"from": "2023-11-02", "to": "2023-11-03", "scale": {"here.stocks.kits.daily": 0.5}}]}
    for made, expected in ((None, [(0, 10), (DAY, 10), (2 * DAY, 40)]), (plan, [(0, 10), (DAY, 5), (2 * DAY, 20)])):
        (found,) = built({"stocks": {"kits": stock}}, plan=made).stocks
        assert [(supply.second, supply.quantity) for supply in found.supplies] == expected


def test_a_station_is_ready_for_the_largest_household_that_a_closure_sends():
    """Households of five come here, of nine from the other crossing: the sum over members is tabled up to nine."""
    closure = {"from": "2023-11-02", "to": "2023-11-02", "stops": ["people"], "divert": 1.0, "after": "1 h"}
    stations = {**dict.fromkeys(STOPS, DESK), "gate": {**DESK, "serves": "person"}}
    there = {"closures": [closure], "households": {"size": 9}}
    found = built({"stations": stations}, there)
    assert found.stations[1].service.table[9].mean() == 9 * 600
    assert built({"stations": stations}, {"households": {"size": 9}}).stations[1].service.table.shape[0] == 6


# -- warehouses and transfers --------------------------------------------------------------------------------------


def reordered(**words: Any) -> dict[str, Any]:
    return {"opening": 50, "reorder_at": 20, "order_up_to": 60, "lead_time": "1 d", **words}


def test_warehouses_stand_after_all_crossings_and_orders_name_them():
    """The engine reviews stocks in this order: whoever orders comes before where it orders."""
    stores = {"kabul": {"tents": {"opening": 3}, "kits": {"opening": 9, "daily": 2}}, "kandahar": {"kits": {}}}
    kits = {"stocks": {"kits": reordered(**{"from": "kabul"})}}
    found = built(kits, {"stocks": {"kits": reordered(**{"from": "kandahar"})}}, warehouses=stores)
    assert [(stock.index, stock.crossing, stock.name, stock.source) for stock in found.stocks] == [
        (0, 0, "kits", 3),
        (1, 1, "kits", 4),
        (2, -1, "kabul.tents", -1),
        (3, -1, "kabul.kits", -1),
        (4, -1, "kandahar.kits", -1),
    ]
    assert [supply.quantity for supply in found.stocks[3].supplies] == [2, 2, 2, 2]
    assert found.stocks[3].title == "kits, kabul"


def test_a_plan_changes_a_warehouse_by_its_own_path():
    changes = [
        {"on": "2023-11-03", "add": {"warehouses.kabul.kits.deliveries": 500}},
        {"scale": {"warehouses.kabul.kits.opening": 2}},
    ]
    found = built({}, plan={"changes": changes}, warehouses={"kabul": {"kits": {"opening": 9}}})
    assert found.stocks[0].opening == 18
    assert [(supply.second, supply.quantity) for supply in found.stocks[0].supplies] == [(2 * DAY, 500)]


def test_transfers_go_between_crossings_and_warehouses_the_plans_own_last():
    """Those outside the days of the scenario are left out."""
    sent = {"item": "water", "quantity": "2 m3", "takes": "6 h"}
    transfers = [
        {"on": "2023-11-02", "at": "08:00", "from": "here", "to": "there", **sent},
        {"on": "2023-12-02", "from": "here", "to": "there", **sent},
    ]
    plan = {"transfers": [{"on": "2023-11-01", "from": "kabul", "to": "here", **sent}]}
    water = {"stocks": {"water": {"opening": "9 m3"}}}
    found = built(water, water, plan, transfers=transfers, warehouses={"kabul": {"water": {"opening": "9 m3"}}})
    assert [(one.second, one.source, one.goal, one.quantity, one.takes) for one in found.transfers] == [
        (DAY + 8 * HOUR, 0, 1, 2_000_000, 6 * HOUR),
        (0, 2, 0, 2_000_000, 6 * HOUR),
    ]


# -- triggers ------------------------------------------------------------------------------------------------------


def test_a_trigger_watches_and_acts_by_numbers():
    """All that can be seen and all that can be changed, once each; ``for`` holds for every condition of its block."""
    trucks = {"trucks": {"vehicles": 3, "seats": 9, "leave_after": "1 h", "round_trip": {"elsewhere": "6 h"}}}
    here = {
        "stations": {**dict.fromkeys(STOPS, DESK), "food": {"fleet": "trucks"}},
        "fleets": trucks,
        "stocks": {"kits": {}, "water": {"daily": "5 l"}},
    }
    trigger = {
        "if": {
            "there.crossed": "> 4000",
            "here.inside": "> 900",
            "there.stations.gate.queue": "> 12.5",
            "here.stocks.water.on_hand": "< 1.5 m3",
            "warehouses.kabul.kits.on_hand": "< 7",
            "for": "2 d",
        },
        "until": {"there.crossed": "< 2000"},
        "notice": "24 h",
        "repeat": True,
        "set": {"here.stations.desk.desks": 9},
        "add": {"here.stocks.water.deliveries": "2 l", "warehouses.kabul.kits.deliveries": 4},
        "scale": {"here.fleets.trucks.vehicles": 1.5},
    }
    stores = {"kabul": {"kits": {"opening": 9}}}
    once = {word: held for word, held in trigger.items() if word not in ("until", "repeat")}
    plan = {"triggers": [trigger, {**once, "name": "second"}]}
    first, second = built(here, {}, plan, warehouses=stores).triggers
    assert [seen(watch) for watch in first.when] == [
        (Sees.CROSSED, 1, True, 4000.0, 2),
        (Sees.INSIDE, 0, True, 900.0, 2),
        (Sees.QUEUE, 5, True, 12.5, 2),
        (Sees.STOCK, 1, False, 1_500_000.0, 2),
        (Sees.STOCK, 2, False, 7.0, 2),
    ]
    assert [seen(watch) for watch in first.until] == [(Sees.CROSSED, 1, False, 2000.0, 1)]
    assert [done(act) for act in first.acts] == [
        (Moves.DESKS, 2, "set", 9.0),
        (Moves.DELIVERY, 1, "add", 2000.0),
        (Moves.DELIVERY, 2, "add", 4.0),
        (Moves.VEHICLES, 0, "scale", 1.5),
    ]
    assert (first.index, first.name, first.notice, first.repeat) == (0, "trigger_1", DAY, True)
    assert (second.index, second.name, second.until, second.repeat) == (1, "second", (), False)


def seen(watch: Watch) -> tuple[Any, ...]:
    return watch.sees, watch.place, watch.above, watch.limit, watch.days


def done(act: Act) -> tuple[Any, ...]:
    return act.moves, act.place, act.operation, act.value


# -- who stands there at the start ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def standing() -> tuple[Any, Any]:
    """Twenty persons wait at the desk of the first crossing, where only some stop; nobody else comes."""
    nobody = {"phases": [{"phase": "all", "from": "2023-11-01", "persons_per_day": 0, "shape": "step"}]}
    stations = {**dict.fromkeys(STOPS, DESK), "desk": {**DESK, "share": 0.1}}
    here = {"arrivals": nobody, "stations": stations, "initial": {"queue": {"desk": 20}}}
    case = {
        "borderflow": 1, "name": "test", "title": "Test", "start": "2023-11-01", "end": "2023-11-04",
        "households": {"size": 5}, "plans": {"plan": {}},
        "crossings": {"here": crossing(**here), "there": crossing(arrivals=nobody, closures=[
            {"from": "2023-11-01", "to": "2023-11-02", "stops": ["people"], "divert": 1.0, "after": "1 h"}])},
    }  # fmt: skip
    scenario = Scenario.model_validate(case)
    return households(scenario, 0), network(scenario, "plan")


def test_who_waits_at_the_start_has_passed_the_stations_before(standing: tuple[Any, Any]):
    """Four households of five begin at the desk, whatever its share, and go on to food."""
    who, place = standing
    visits = needs(who, place)
    assert visits.household.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert visits.station.tolist() == [2, 3] * 4
    assert visits.arrival.tolist() == [0] * 4


def test_who_waits_at_the_start_is_served_from_the_first_second(standing: tuple[Any, Any]):
    """Four desks take the four households at once; after ten minutes they join the line for food, and are through."""
    journal = simulate(*standing, checked=True)
    assert journal.joined.tolist() == [0, 600] * 4
    assert journal.started.tolist() == [0, 600] * 4
    assert journal.outcome.tolist() == [Outcome.COMPLETED] * 4


def test_who_waits_at_the_start_is_not_diverted():
    """They stand at the crossing already, also where a closure of people begins in that second."""
    closure = {"from": "2023-11-01", "to": "2023-11-02", "stops": ["people"], "divert": 1.0, "after": "1 h"}
    here = crossing(closures=[closure], initial={"queue": {"gate": 20}})
    case = {
        "borderflow": 1, "name": "test", "title": "Test", "start": "2023-11-01", "end": "2023-11-04",
        "households": {"size": 5}, "plans": {"plan": {}}, "crossings": {"here": here, "there": crossing()},
    }  # fmt: skip
    scenario = Scenario.model_validate(case)
    who = households(scenario, 0)
    found = needs(who, network(scenario, "plan"))
    waiting = who.begins >= 0
    assert waiting.sum() == 4
    assert set(found.crossing[waiting]) == {0}
    come = (who.crossing == 0) & ~waiting & (who.second < 2 * DAY)
    assert set(found.crossing[come]) == {1}
    assert np.array_equal(found.arrival[come], who.second[come] + HOUR)


def test_orders_and_vehicles_that_are_on_the_road_at_the_start():
    """Kits of an order wait for the end of a closure and are not ordered twice; a truck is back at two."""
    shut = {"from": "2023-11-02", "to": "2023-11-02", "stops": ["supplies"]}
    stations = {**dict.fromkeys(STOPS, DESK), STOPS[-1]: {"fleet": "trucks"}}
    here = crossing(
        closures=[shut],
        stations=stations,
        stocks={"kits": {"opening": 3, "reorder_at": 4, "order_up_to": 8, "lead_time": "2 h"}},
        fleets={"trucks": {"vehicles": 2, "seats": 5, "leave_after": "1 h", "round_trip": {"elsewhere": "1 h"}}},
        initial={
            "queue": {STOPS[-1]: 10},
            "orders": {"kits": [{"on": "2023-11-02", "at": "09:00", "quantity": 5}]},
            "away": {"trucks": [{"on": "2023-11-01", "at": "14:00", "vehicles": 1}]},
        },
    )
    case = {
        "borderflow": 1, "name": "test", "title": "Test", "start": "2023-11-01", "end": "2023-11-04",
        "households": {"size": 5}, "plans": {"plan": {}}, "crossings": {"here": here, "there": crossing()},
    }  # fmt: skip
    scenario = Scenario.model_validate(case)
    place = network(scenario, "plan")
    (kits,) = place.stocks
    assert [(one.second, one.quantity, one.ordered) for one in kits.supplies] == [(2 * DAY, 5, True)]
    (trucks,) = place.fleets
    assert [(one.second, one.quantity) for one in trucks.away] == [(14 * HOUR, 1)]
    who = households(scenario, 0)
    journal = simulate(who, place, checked=True)
    assert journal.ledger.second[journal.ledger.entry == Entry.RECEIVED].tolist() == [2 * DAY]
    assert not (journal.ledger.entry == Entry.ORDERED).any()
    first = journal.trips.opened[:2].tolist()
    assert first == [0, HOUR]  # one truck for both families of the line: it is back after an hour, the other at two


def test_who_waits_at_the_start_is_in_the_space_of_that_station():
    """Ten persons wait for food and have a place in the camp from the first second, though the camp begins earlier."""
    camp = {"camp": {"persons": 5, "from": "desk", "to": "food"}}
    case = {
        "borderflow": 1, "name": "test", "title": "Test", "start": "2023-11-01", "end": "2023-11-02",
        "households": {"size": 5}, "plans": {"plan": {}},
        "crossings": {"here": crossing(spaces=camp, initial={"queue": {"food": 10}})},
    }  # fmt: skip
    scenario = Scenario.model_validate(case)
    stays = simulate(households(scenario, 0), network(scenario, "plan"), checked=True).stays
    first = np.flatnonzero(stays.came == 0)
    assert stays.household[first].tolist() == [0, 1]
    assert stays.entered[first][0] == 0
    assert stays.entered[first][1] != 0  # five places: the second family stands outside first
