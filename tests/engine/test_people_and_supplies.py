"""Spaces, closures, warehouses, transfers and triggers as examples by hand, each with its exact journal."""

from __future__ import annotations

import pytest
from hand import Desk, Party, Room, Shelf, Vehicles, operation, second

from borderflow.network import network as net
from borderflow.network.network import Moves, Sees, WhenFull

# -- spaces --------------------------------------------------------------------------------------------------------


def test_a_household_is_in_a_space_from_its_first_station_until_leaving_its_last():
    """It waits for the first desk inside already; the station before the space and the one after it are outside."""
    story = operation(
        [Party("08:00", {"gate": 10, "desk": 20, "food": 30, "bus": 5}, size=3)],
        [Desk("gate"), Desk("desk"), Desk("food"), Desk("bus")],
        rooms=[Room("camp", "desk", "food", [("00:00", 10)])],
    )
    assert story.stays == ["0 camp 08:10 08:10 09:00"]


def test_who_passes_only_some_stations_of_a_space_is_inside_from_the_first_of_them_to_the_last():
    story = operation(
        [Party("08:00", {"gate": 10, "food": 30})],
        [Desk("gate"), Desk("desk"), Desk("food")],
        rooms=[Room("camp", "desk", "food", [("00:00", 10)])],
    )
    assert story.stays == ["0 camp 08:10 08:10 08:40"]


def test_a_full_space_leaves_a_household_outside_until_a_place_frees_and_it_goes_on_meanwhile():
    """Household 1 is registered while it stays outside; it gets its place when household 0 leaves at 09:00."""
    story = operation(
        [Party("08:00", {"desk": 10, "food": 50}, size=4), Party("08:05", {"desk": 10, "food": 60}, size=3)],
        [Desk("desk", desks=[("00:00", 2)]), Desk("food", desks=[("00:00", 2)])],
        rooms=[Room("camp", "desk", "food", [("00:00", 5)])],
    )
    assert story.visits[2:] == ["1 desk 08:05 08:05 08:15 served", "1 food 08:15 08:15 09:15 served"]
    assert story.stays == ["0 camp 08:00 08:00 09:00", "1 camp 08:05 09:00 09:15"]


def test_a_household_enters_whole_and_nobody_overtakes_one_that_does_not_fit():
    """Two places are free; household 1 (three persons) waits for them all, and household 2 (one) waits behind it."""
    story = operation(
        [
            Party("08:00", {"desk": 60}, size=3),
            Party("08:01", {"desk": 90}, size=3),
            Party("08:02", {"desk": 90}, size=1),
        ],
        [Desk("desk", desks=[("00:00", 3)])],
        rooms=[Room("camp", "desk", "desk", [("00:00", 5)])],
    )
    assert story.stays == ["0 camp 08:00 08:00 09:00", "1 camp 08:01 09:00 09:31", "2 camp 08:02 09:00 09:32"]


def test_a_place_that_would_do_for_a_later_household_is_kept_for_the_one_before_it():
    """At 08:30 one place is free: enough for household 3, but household 2 (four persons) stands before it."""
    story = operation(
        [
            Party("08:00", {"desk": 60}, size=3),
            Party("08:00", {"desk": 30}, size=1),
            Party("08:01", {"desk": 120}, size=4),
            Party("08:02", {"desk": 180}, size=1),
        ],
        [Desk("desk", desks=[("00:00", 4)])],
        rooms=[Room("camp", "desk", "desk", [("00:00", 4)])],
    )
    assert story.stays == [
        "0 camp 08:00 08:00 09:00",
        "1 camp 08:00 08:00 08:30",
        "2 camp 08:01 09:00 10:01",
        "3 camp 08:02 10:01 11:02",
    ]


def test_hold_keeps_a_household_in_the_yard_and_its_desk_is_free():
    """Household 1 leaves the gate at 08:10 and joins registration at 09:10, when household 0 leaves the space."""
    story = operation(
        [Party("08:00", {"gate": 5, "desk": 65}), Party("08:05", {"gate": 5, "desk": 10}), Party("08:06", {"gate": 5})],
        [Desk("gate"), Desk("desk", desks=[("00:00", 5)])],
        rooms=[Room("hall", "desk", "desk", [("00:00", 1)], WhenFull.HOLD)],
    )
    assert story.visits == [
        "0 gate 08:00 08:00 08:05 served",
        "0 desk 08:05 08:05 09:10 served",
        "1 gate 08:05 08:05 08:10 served",
        "1 desk 09:10 09:10 09:20 served",
        "2 gate 08:06 08:10 08:15 served",
    ]
    assert story.stays == ["0 hall 08:05 08:05 09:10", "1 hall 08:10 09:10 09:20"]


def test_a_full_nested_space_holds_a_household_that_has_its_place_in_the_outer_one():
    story = operation(
        [Party("08:00", {"desk": 30, "food": 10}), Party("08:01", {"desk": 30, "food": 10})],
        [Desk("desk", desks=[("00:00", 2)]), Desk("food")],
        rooms=[
            Room("camp", "desk", "food", [("00:00", 9)]),
            Room("hall", "desk", "desk", [("00:00", 1)], WhenFull.HOLD),
        ],
    )
    assert story.stays == [
        "0 camp 08:00 08:00 08:40",
        "1 camp 08:01 08:01 09:10",
        "0 hall 08:00 08:00 08:30",
        "1 hall 08:01 08:30 09:00",
    ]


def test_who_gives_up_leaves_the_space_and_who_is_there_at_the_end_has_not_left():
    story = operation(
        [Party("08:00", {"desk": 24 * 60}), Party("08:01", {"desk": 5}, patience={"desk": 30})],
        [Desk("desk", gave_up=True)],
        rooms=[Room("camp", "desk", "desk", [("00:00", 9)])],
        days=1,
    )
    assert story.stays == ["0 camp 08:00 08:00 -", "1 camp 08:01 08:01 08:31"]


def test_places_that_are_added_let_in_who_waits_and_places_taken_away_put_nobody_out():
    story = operation(
        [Party("08:00", {"desk": 120}, size=2), Party("08:01", {"desk": 120}, size=2)],
        [Desk("desk", desks=[("00:00", 2)])],
        rooms=[Room("camp", "desk", "desk", [("00:00", 2), ("09:00", 4), ("09:30", 0)])],
    )
    assert story.stays == ["0 camp 08:00 08:00 10:00", "1 camp 08:01 09:00 10:01"]


def test_people_in_a_space_eat_at_the_stated_times_whether_inside_or_outside_as_far_as_the_stock_goes():
    """At 12:00 five persons (three inside, two outside) want a meal and four are there; at 18:00 none is."""
    story = operation(
        [Party("08:00", {"desk": 23 * 60}, size=3), Party("08:01", {"desk": 23 * 60}, size=2)],
        [Desk("desk", desks=[("00:00", 2)])],
        [Shelf("meals", 4)],
        rooms=[Room("camp", "desk", "desk", [("00:00", 3)], uses=[("meals", 1, ["07:00", "12:00", "18:00"])])],
        days=1,
    )
    assert story.ledger == [
        "00:00 meals opening 4 4",
        "12:00 meals issued 4 0",
        "12:00 meals unmet 1 0",
        "18:00 meals unmet 5 0",
    ]


def test_a_ration_comes_before_a_delivery_of_the_same_second_and_before_who_arrives_in_it():
    story = operation(
        [Party("08:00", {"desk": 600}, size=2), Party("12:00", {"desk": 600}, size=5)],
        [Desk("desk", desks=[("00:00", 2)])],
        [Shelf("meals", 0, [("12:00", 9)])],
        rooms=[Room("camp", "desk", "desk", [("00:00", 9)], uses=[("meals", 1, ["12:00"])])],
        days=1,
    )
    assert story.ledger == ["00:00 meals opening 0 0", "12:00 meals unmet 2 0", "12:00 meals received 9 9"]


# -- closures ------------------------------------------------------------------------------------------------------


def test_in_a_closure_of_people_the_station_starts_nobody_and_ends_what_it_has_in_hand():
    story = operation(
        [Party("08:55", {"gate": 10}), Party("09:30", {"gate": 10}), Party("11:00", {"gate": 10})],
        [Desk("gate", shut=[("09:00", "11:00")])],
    )
    assert story.visits == [
        "0 gate 08:55 08:55 09:05 served",
        "1 gate 09:30 11:00 11:10 served",
        "2 gate 11:00 11:10 11:20 served",
    ]


def test_a_closure_turns_nobody_away_where_closing_time_would():
    """``not_admitted`` is about opening hours; a closure leaves the line standing."""
    story = operation(
        [Party("09:30", {"gate": 10})],
        [Desk("gate", closing=net.Closing.NOT_ADMITTED, shut=[("09:00", "11:00")])],
    )
    assert story.visits == ["0 gate 09:30 11:00 11:10 served"]


def test_a_household_that_is_diverted_arrives_later_at_the_other_crossing_with_the_same_id():
    """Household 0 came before the closure; household 1 is diverted (share 1) and arrives six hours later there."""
    story = operation(
        [Party("08:00", {"gate": 10, "other": 7}), Party("09:30", {"gate": 10, "other": 7})],
        [Desk("gate", shut=[("09:00", "20:00")]), Desk("other")],
        diversions=[net.Diversion(0, second("09:00"), second("20:00"), 1.0, 6 * 3600, 1)],
        crossings={"other": 1},
    )
    assert story.visits == ["0 gate 08:00 08:00 08:10 served", "1 other 15:30 15:30 15:37 served"]


def test_one_diverted_earlier_than_another_comes_is_served_by_when_it_arrives():
    """Ids are by when they came to the first crossing; arrivals are by when they arrive."""
    story = operation(
        [Party("09:30", {"gate": 10, "other": 60}), Party("10:00", {"gate": 10, "other": 60})],
        [Desk("gate", shut=[("09:00", "09:45")]), Desk("other")],
        diversions=[net.Diversion(0, second("09:00"), second("09:45"), 1.0, 3600, 1)],
        crossings={"other": 1},
    )
    assert story.visits == ["0 other 10:30 10:30 11:30 served", "1 gate 10:00 10:00 10:10 served"]


def test_who_was_diverted_once_is_not_diverted_again():
    """The other crossing sends everybody back until 20:00, yet household 0 joins its line, open or not."""
    both = [
        net.Diversion(0, second("09:00"), second("10:00"), 1.0, 3600, 1),
        net.Diversion(1, second("09:00"), second("20:00"), 1.0, 3600, 0),
    ]
    story = operation(
        [Party("09:30", {"gate": 10, "other": 7})],
        [Desk("gate", shut=[("09:00", "10:00")]), Desk("other", shut=[("09:00", "20:00")])],
        diversions=both,
        crossings={"other": 1},
    )
    assert story.visits == ["0 other 10:30 20:00 20:07 served"]


def test_where_two_closures_overlap_the_larger_share_goes_as_that_closure_says():
    """Nobody would go for the long one (share 0), everybody for the short one; where both send all, the first does."""

    def visits(share: float) -> list[str]:
        both = [
            net.Diversion(0, second("09:00"), second("20:00"), share, 3600, 1),
            net.Diversion(0, second("09:00"), second("10:00"), 1.0, 2 * 3600, 1),
        ]
        return operation(
            [Party("09:30", {"gate": 10, "other": 7}), Party("10:00", {"gate": 10, "other": 7})],
            [Desk("gate", shut=[("09:00", "20:00")]), Desk("other")],
            diversions=both,
            crossings={"other": 1},
        ).visits

    assert visits(0.0) == ["0 other 11:30 11:30 11:37 served", "1 gate 10:00 20:00 20:10 served"]
    assert visits(1.0) == ["0 other 10:30 10:30 10:37 served", "1 other 11:00 11:00 11:07 served"]


def test_in_a_closure_nobody_boards_and_an_open_vehicle_leaves_at_its_time():
    """Household 1 comes in the closure; the seats beside household 0 stay empty at 09:30, and it boards at 11:00."""
    story = operation(
        [Party("08:30", {"bus": 0}, size=4), Party("09:10", {"bus": 0}, size=4)],
        [Desk("bus", fleet=0, shut=[("09:00", "11:00")])],
        fleets=[Vehicles(10, 60, [30])],
    )
    assert story.trips == ["0 08:30 09:30 10:00 1 1 4", "0 11:00 12:00 12:30 1 1 4"]
    assert story.visits == ["0 bus 08:30 08:30 09:30 served", "1 bus 09:10 11:00 12:00 served"]


def test_a_supply_closure_over_a_reorder_brings_the_order_in_its_first_open_second():
    """Ordered at 08:00, due at 10:00, in a closure from 09:00 until 15:00."""
    story = operation(
        [Party("08:00", {"kits": 10})],
        [Desk("kits", takes=[("kit", 1, 0)])],
        [Shelf("kit", 4, reorder=(3, 8, 120, 0), shut=[("09:00", "15:00")])],
    )
    assert story.ledger == [
        "00:00 kit opening 4 4",
        "08:00 kit issued 1 3",
        "08:00 kit ordered 5 3",
        "15:00 kit received 5 8",
    ]


def test_what_is_due_in_the_second_in_which_a_closure_begins_is_kept_out_and_in_the_second_it_ends_comes_in():
    story = operation(
        [Party("08:00", {"kits": 10})],
        [Desk("kits", takes=[("a", 1, 0), ("b", 1, 0)])],
        [
            Shelf("a", 4, reorder=(3, 8, 60, 0), shut=[("09:00", "15:00")]),
            Shelf("b", 4, reorder=(3, 8, 60, 0), shut=[("08:30", "09:00")]),
        ],
    )
    assert [line for line in story.ledger if "received" in line] == ["09:00 b received 5 8", "15:00 a received 5 8"]


# -- warehouses and transfers --------------------------------------------------------------------------------------


def test_an_order_takes_what_the_warehouse_has_and_the_rest_follows_when_it_gets_more():
    """Eight are ordered; five go out at once and come at 10:00; three are owed until 12:00 and come two hours later."""
    story = operation(
        [Party("08:00", {"kits": 10})],
        [Desk("kits", takes=[("kit", 1, 0)])],
        [
            Shelf("kit", 3, reorder=(2, 10, 120, 0), source="depot"),
            Shelf("depot", 5, [("12:00", 9)], warehouse=True),
        ],
    )
    assert story.ledger == [
        "00:00 kit opening 3 3",
        "00:00 depot opening 5 5",
        "08:00 kit issued 1 2",
        "08:00 kit ordered 8 2",
        "08:00 depot transferred_out 5 0",
        "10:00 kit transferred_in 5 7",
        "12:00 depot received 9 9",
        "12:00 depot transferred_out 3 6",
        "14:00 kit transferred_in 3 10",
    ]


def test_back_orders_are_served_first_come_first_served():
    """Both stocks order at 00:00 in their order; the depot has one, then three."""
    story = operation(
        [],
        [Desk("kits", takes=[("a", 1, 0), ("b", 1, 0)])],
        [
            Shelf("a", 0, reorder=(0, 2, 60, 0), source="depot"),
            Shelf("b", 0, reorder=(0, 2, 60, 0), source="depot"),
            Shelf("depot", 1, [("06:00", 2), ("07:00", 5)], warehouse=True),
        ],
    )
    assert [line for line in story.ledger if "transferred_in" in line] == [
        "01:00 a transferred_in 1 1",
        "07:00 b transferred_in 1 1",  # in one second by the number of the shipment: the first to b, the second to a
        "07:00 a transferred_in 1 2",
        "08:00 b transferred_in 1 2",
    ]


def test_a_warehouse_reorders_for_itself():
    story = operation(
        [],
        [Desk("kits", takes=[("kit", 1, 0)])],
        [
            Shelf("kit", 0, reorder=(0, 4, 60, 0), source="depot"),
            Shelf("depot", 5, reorder=(2, 6, 120, 0), warehouse=True),
        ],
    )
    assert story.ledger == [
        "00:00 kit opening 0 0",
        "00:00 depot opening 5 5",
        "00:00 kit ordered 4 0",
        "00:00 depot transferred_out 4 1",
        "00:00 depot ordered 5 1",
        "01:00 kit transferred_in 4 4",
        "02:00 depot received 5 6",
    ]


def test_a_transfer_takes_what_is_there_and_is_under_way():
    story = operation(
        [],
        [Desk("kits", takes=[("here", 1, 0), ("there", 1, 0)])],
        [Shelf("here", 3), Shelf("there", 0)],
        transfers=[("09:00", "here", "there", 5, 90)],
    )
    assert story.ledger == [
        "00:00 here opening 3 3",
        "00:00 there opening 0 0",
        "09:00 here transferred_out 3 0",
        "10:30 there transferred_in 3 3",
    ]


def test_a_closure_of_supplies_stops_what_comes_in_not_what_goes_out():
    """Both places are shut from 08:00 to 18:00: at 09:00 the goods leave as on any day, and wait to come in."""
    shut = [("08:00", "18:00")]
    story = operation(
        [],
        [Desk("kits", takes=[("here", 1, 0), ("there", 1, 0)])],
        [Shelf("here", 3, shut=shut), Shelf("there", 0, shut=shut)],
        transfers=[("09:00", "here", "there", 2, 90)],
    )
    assert story.ledger[2:] == ["09:00 here transferred_out 2 1", "18:00 there transferred_in 2 2"]


# -- triggers ------------------------------------------------------------------------------------------------------


def crossings_above(limit: float, days: int) -> net.Watch:
    return net.Watch(Sees.CROSSED, 0, True, limit, days)


def test_a_trigger_sees_the_day_at_midnight_acts_at_the_next_opening_after_its_notice_and_is_undone():
    """Two persons a day cross on days 0 and 1; seen at midnight of day 2, notice 12 h, so from the opening of day 3.

    Nobody crosses on day 2 or 3: undone at the midnight of day 4 (two quiet days), effective at the opening of day 4.
    """
    turns = (("08:00", 1), ("18:00", 0))
    hours = [("00:00", 0)] + [(f"{day} {clock}", many) for day in range(6) for clock, many in turns]
    trigger = net.Trigger(
        index=0,
        name="surge",
        when=(crossings_above(1, 2),),
        notice=12 * 3600,
        acts=(net.Act(Moves.DESKS, 1, "add", 1),),
        until=(net.Watch(Sees.CROSSED, 0, False, 1, 2),),
    )
    story = operation(
        [
            Party("08:00", {"gate": 5}, size=2),
            Party("1 08:00", {"gate": 5}, size=2),
            *[Party(f"3 09:{minute:02d}", {"desk": 30}) for minute in (0, 1)],
            *[Party(f"4 09:{minute:02d}", {"desk": 30}) for minute in (0, 1)],
        ],
        [Desk("gate"), Desk("desk", desks=hours)],
        triggers=[trigger],
        days=6,
    )
    assert story.fired == ["surge 2 00:00 3 08:00 4 00:00"]
    assert story.visits[2:] == [
        "2 desk 3 09:00 3 09:00 3 09:30 served",
        "3 desk 3 09:01 3 09:01 3 09:31 served",
        "4 desk 4 09:00 4 09:00 4 09:30 served",
        "5 desk 4 09:01 4 09:30 4 10:00 served",
    ]


def test_a_trigger_fires_once_unless_it_repeats():
    """Four kits go on days 0 and 2, five come an hour after each firing, and the midnight that sees them undoes it."""

    def fired(repeat: bool) -> list[str]:
        trigger = net.Trigger(
            index=0,
            name="more",
            when=(net.Watch(Sees.STOCK, 0, False, 2.5, 1),),
            notice=3600,
            acts=(net.Act(Moves.DELIVERY, 0, "add", 5),),
            until=(net.Watch(Sees.STOCK, 0, True, 2.5, 1),),
            repeat=repeat,
        )
        parties = [Party(f"{day} 08:00", {"kits": 5}, size=4) for day in (0, 2)]
        desk = Desk("kits", takes=[("kit", 0, 1)])
        return operation(parties, [desk], [Shelf("kit", 5)], triggers=[trigger], days=5).fired

    assert fired(False) == ["more 1 00:00 1 01:00 2 00:00"]
    assert fired(True) == ["more 1 00:00 1 01:00 2 00:00", "more 3 00:00 3 01:00 4 00:00"]


@pytest.mark.parametrize("notice", [24, 48], ids=["due in the second of its undoing", "due later"])
def test_a_trigger_that_is_undone_before_it_acts_never_acts(notice):
    """Seen at midnight of day 1, undone at midnight of day 2: the desk of day 3 is one, as planned."""
    turns = (("08:00", 1), ("18:00", 0))
    hours = [("00:00", 0)] + [(f"{day} {clock}", many) for day in range(5) for clock, many in turns]
    trigger = net.Trigger(
        index=0,
        name="surge",
        when=(crossings_above(1, 1),),
        notice=notice * 3600,
        acts=(net.Act(Moves.DESKS, 1, "add", 1),),
        until=(net.Watch(Sees.CROSSED, 0, False, 1, 1),),
    )
    story = operation(
        [
            Party("08:00", {"gate": 5}, size=2),
            *[Party(f"3 09:{minute:02d}", {"desk": 30}) for minute in (0, 1)],
        ],
        [Desk("gate"), Desk("desk", desks=hours)],
        triggers=[trigger],
        days=5,
    )
    assert story.fired == ["surge 1 00:00 - 2 00:00"]
    assert story.visits[1:] == ["1 desk 3 09:00 3 09:00 3 09:30 served", "2 desk 3 09:01 3 09:30 3 10:00 served"]


def test_a_trigger_looks_at_the_line_and_at_who_is_inside():
    parties = [Party("08:00", {"desk": 24 * 60}, size=3), Party("08:01", {"desk": 5}, size=2)]

    def fired(watch: net.Watch) -> list[str]:
        acts = (net.Act(Moves.DESKS, 0, "add", 1),)
        trigger = net.Trigger(0, "t", (watch,), 0, acts)
        return operation(parties, [Desk("desk")], triggers=[trigger], days=3).fired

    assert fired(net.Watch(Sees.QUEUE, 0, True, 1, 1)) == ["t 1 00:00 1 00:00 -"]
    assert fired(net.Watch(Sees.QUEUE, 0, True, 2, 1)) == []
    assert fired(net.Watch(Sees.INSIDE, 0, True, 4, 1)) == ["t 1 00:00 1 00:00 -"]
    assert fired(net.Watch(Sees.INSIDE, 0, True, 5, 1)) == []


def test_the_days_of_a_condition_are_in_a_row_and_all_conditions_hold_at_one_midnight():
    """More than one crosses on days 0, 2 and 3, so two days in a row are seen at midnight of day 4.

    The second condition (kits below 3) holds from day 1 on, and waits for the first.
    """
    low = net.Watch(Sees.STOCK, 0, False, 3, 1)
    trigger = net.Trigger(0, "t", (crossings_above(1, 2), low), 0, (net.Act(Moves.DELIVERY, 0, "add", 9),))
    story = operation(
        [Party(f"{day} 08:00", {"gate": 5, "kits": 5}, size=2) for day in (0, 2, 3, 4)],
        [Desk("gate"), Desk("kits", takes=[("kit", 1, 0)])],
        [Shelf("kit", 3)],
        triggers=[trigger],
        days=6,
    )
    assert story.fired == ["t 4 00:00 4 00:00 -"]
    assert story.ledger[-2:] == ["4 00:00 kit received 9 9", "4 08:05 kit issued 1 8"]


def test_a_delivery_of_a_trigger_waits_for_the_end_of_a_closure_of_supplies_and_is_not_taken_back():
    """Seen at midnight of day 1, due at 06:00, in a closure until noon; undone at midnight of day 2, it has come."""
    quiet = (net.Watch(Sees.CROSSED, 0, False, 1, 1),)
    trigger = net.Trigger(
        0, "t", (crossings_above(1, 1),), 6 * 3600, (net.Act(Moves.DELIVERY, 0, "add", 9),), until=quiet
    )
    story = operation(
        [Party("08:00", {"gate": 5}, size=2)],
        [Desk("gate")],
        [Shelf("kit", 3, shut=[("1 00:00", "1 12:00")])],
        triggers=[trigger],
        days=3,
    )
    assert story.fired == ["t 1 00:00 1 12:00 2 00:00"]
    assert story.ledger == ["00:00 kit opening 3 3", "1 12:00 kit received 9 12"]


def test_acts_of_two_triggers_on_one_station_are_taken_in_the_order_in_which_they_acted():
    """Set to 4 at midnight of day 1, times 1.5 at midnight of day 2 is 6; if the first is undone, 1.5, cut to 1."""

    def desks_on(day: int, until: tuple[net.Watch, ...]) -> int:
        watch, busy = crossings_above(1, 1), crossings_above(1, 2)
        first = net.Trigger(0, "a", (watch,), 0, (net.Act(Moves.DESKS, 1, "set", 4),), until)
        then = net.Trigger(1, "b", (busy,), 0, (net.Act(Moves.DESKS, 1, "scale", 1.5),))
        many = [Party(f"{day} 12:00", {"desk": 60}) for _ in range(9)]
        crowd = [Party(f"{one} 08:00", {"gate": 5}, size=2) for one in (0, 1)]
        came = sorted([*crowd, *many], key=lambda party: second(party.arrives))
        story = operation(came, [Desk("gate"), Desk("desk")], triggers=[first, then], days=4)
        return int((story.journal.started == second(f"{day} 12:00")).sum())

    assert desks_on(1, ()) == 4
    assert desks_on(2, ()) == 6
    assert desks_on(2, (crossings_above(1, 1),)) == 1
