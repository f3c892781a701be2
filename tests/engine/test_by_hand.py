"""The rules of the model as examples of two or three households, each with its exact journal, worked out by hand.

They are the specification: an engine that gives other lines is wrong. A line reads
``household station joined started ended fate``; times are of the first day unless a day stands before them.
"""

from __future__ import annotations

from hand import Desk, Party, Shelf, Vehicles, operation

from borderflow.network.network import Closing, Short

# -- desks and the line ------------------------------------------------------------------------------------------


def test_one_desk_serves_in_order_of_joining():
    story = operation(
        [Party("08:00", {"desk": 10}), Party("08:01", {"desk": 5}), Party("08:02", {"desk": 5})],
        [Desk("desk")],
    )
    assert story.visits == [
        "0 desk 08:00 08:00 08:10 served",
        "1 desk 08:01 08:10 08:15 served",
        "2 desk 08:02 08:15 08:20 served",
    ]
    assert story.outcomes == ["completed"] * 3


def test_two_desks_serve_two_at_a_time():
    story = operation(
        [Party("08:00", {"desk": 10}), Party("08:01", {"desk": 4}), Party("08:02", {"desk": 5})],
        [Desk("desk", desks=[("00:00", 2)])],
    )
    assert story.visits == [
        "0 desk 08:00 08:00 08:10 served",
        "1 desk 08:01 08:01 08:05 served",
        "2 desk 08:02 08:05 08:10 served",
    ]


def test_those_who_join_in_one_second_are_served_by_household_id():
    story = operation(
        [Party("08:00", {"desk": 10}), Party("08:00", {"desk": 10}), Party("08:00", {"desk": 10})],
        [Desk("desk")],
    )
    assert story.visits == [
        "0 desk 08:00 08:00 08:10 served",
        "1 desk 08:00 08:10 08:20 served",
        "2 desk 08:00 08:20 08:30 served",
    ]


def test_completions_of_one_second_go_on_by_household_id_not_by_when_they_were_put_on_the_calendar():
    """Household 1 began (and was scheduled) first; both end at 08:10; household 0 has the lower id."""
    story = operation(
        [
            Party("08:00", {"first": 1, "second": 9, "third": 5}),
            Party("08:00", {"second": 10, "third": 5}),
        ],
        [Desk("first"), Desk("second", desks=[("00:00", 2)]), Desk("third")],
    )
    assert story.visits == [
        "0 first 08:00 08:00 08:01 served",
        "0 second 08:01 08:01 08:10 served",
        "0 third 08:10 08:10 08:15 served",
        "1 second 08:00 08:00 08:10 served",
        "1 third 08:10 08:15 08:20 served",
    ]


def test_specific_needs_first_goes_before_those_who_joined_earlier_but_interrupts_nobody():
    story = operation(
        [Party("08:00", {"desk": 10}), Party("08:01", {"desk": 5}), Party("08:02", {"desk": 5}, specific_needs=True)],
        [Desk("desk", specific_needs_first=True)],
    )
    assert story.visits == [
        "0 desk 08:00 08:00 08:10 served",
        "1 desk 08:01 08:15 08:20 served",
        "2 desk 08:02 08:10 08:15 served",
    ]


def test_the_freed_desk_takes_the_next_in_the_second_in_which_the_household_goes_on():
    story = operation(
        [Party("08:00", {"a": 10, "b": 1}), Party("08:00", {"a": 10, "b": 1})],
        [Desk("a"), Desk("b")],
    )
    assert story.visits == [
        "0 a 08:00 08:00 08:10 served",
        "0 b 08:10 08:10 08:11 served",
        "1 a 08:00 08:10 08:20 served",
        "1 b 08:20 08:20 08:21 served",
    ]


def test_a_service_lasts_at_least_one_second():
    story = operation([Party("08:00", {"desk": 0})], [Desk("desk")])
    assert story.visits == ["0 desk 08:00 08:00 08:00:01 served"]


def test_the_pace_in_force_at_the_start_holds_for_the_whole_service():
    story = operation(
        [Party("08:00", {"desk": 10}), Party("08:01", {"desk": 10})],
        [Desk("desk", pace=[("00:00", 1.0), ("08:05", 0.5)])],
    )
    assert story.visits == ["0 desk 08:00 08:00 08:10 served", "1 desk 08:01 08:10 08:15 served"]


# -- opening hours -------------------------------------------------------------------------------------------------


def test_hours_bind_starts_and_a_service_in_hand_ends_after_closing():
    story = operation(
        [Party("07:30", {"desk": 10}), Party("18:55", {"desk": 10}), Party("18:56", {"desk": 10})],
        [Desk("desk", desks=[("00:00", 0), ("08:00", 1), ("19:00", 0), ("1 08:00", 1)])],
    )
    assert story.visits == [
        "0 desk 07:30 08:00 08:10 served",
        "1 desk 18:55 18:55 19:05 served",
        "2 desk 18:56 1 08:00 1 08:10 served",
    ]


def test_a_desk_freed_in_the_second_of_closing_starts_nobody():
    """The calendar comes before completions."""
    story = operation(
        [Party("18:50", {"desk": 10}), Party("18:51", {"desk": 10})],
        [Desk("desk", desks=[("00:00", 1), ("19:00", 0), ("1 08:00", 1)])],
    )
    assert story.visits == ["0 desk 18:50 18:50 19:00 served", "1 desk 18:51 1 08:00 1 08:10 served"]


def test_a_household_that_comes_in_the_second_of_opening_is_served():
    story = operation([Party("08:00", {"desk": 10})], [Desk("desk", desks=[("00:00", 0), ("08:00", 1)])])
    assert story.visits == ["0 desk 08:00 08:00 08:10 served"]


def test_when_a_shift_leaves_no_service_starts_while_busy_is_at_least_desks():
    story = operation(
        [Party("12:50", {"desk": 30}), Party("12:50", {"desk": 20}), Party("12:51", {"desk": 5})],
        [Desk("desk", desks=[("00:00", 2), ("13:00", 1)])],
    )
    assert story.visits == [
        "0 desk 12:50 12:50 13:20 served",
        "1 desk 12:50 12:50 13:10 served",
        "2 desk 12:51 13:20 13:25 served",
    ]


def test_those_who_come_back_rejoin_at_the_opening_in_the_same_order_before_who_comes_then():
    story = operation(
        [Party("18:58", {"desk": 5}), Party("18:59", {"desk": 5}), Party("1 08:00", {"desk": 5})],
        [Desk("desk", desks=[("00:00", 0), ("1 08:00", 1)], closing=Closing.COME_BACK)],
    )
    assert story.visits == [
        "0 desk 18:58 1 08:00 1 08:05 served",
        "1 desk 18:59 1 08:05 1 08:10 served",
        "2 desk 1 08:00 1 08:10 1 08:15 served",
    ]


def test_not_admitted_ends_the_stay_of_the_line_at_closing_and_of_who_comes_while_closed():
    story = operation(
        [Party("18:50", {"desk": 20, "next": 1}), Party("18:51", {"desk": 5, "next": 1}), Party("20:00", {"desk": 5})],
        [
            Desk("desk", desks=[("00:00", 1), ("19:00", 0), ("1 08:00", 1)], closing=Closing.NOT_ADMITTED),
            Desk("next"),
        ],
    )
    assert story.visits == [
        "0 desk 18:50 18:50 19:10 served",
        "0 next 19:10 19:10 19:11 served",
        "1 desk 18:51 - 19:00 not_admitted",
        "1 next - - - not_reached",
        "2 desk 20:00 - 20:00 not_admitted",
    ]
    assert story.outcomes == ["completed", "not_admitted", "not_admitted"]


def test_who_waits_or_is_served_at_the_end_is_inside_at_the_end():
    story = operation(
        [Party("23:50", {"desk": 20}), Party("23:55", {"desk": 5, "next": 1})], [Desk("desk"), Desk("next")], days=1
    )
    assert story.visits == [
        "0 desk 23:50 23:50 - in_service",
        "1 desk 23:55 - - waiting",
        "1 next - - - not_reached",
    ]
    assert story.outcomes == ["inside_at_end"] * 2


# -- patience ------------------------------------------------------------------------------------------------------


def test_patience_runs_from_joining_and_skip_goes_on_to_the_next_station():
    story = operation(
        [Party("08:00", {"desk": 60, "next": 1}), Party("08:01", {"desk": 5, "next": 1}, patience={"desk": 30})],
        [Desk("desk"), Desk("next")],
    )
    assert story.visits == [
        "0 desk 08:00 08:00 09:00 served",
        "0 next 09:00 09:00 09:01 served",
        "1 desk 08:01 - 08:31 missed_patience",
        "1 next 08:31 08:31 08:32 served",
    ]
    assert story.outcomes == ["completed", "completed"]


def test_who_gives_up_leaves_the_operation_and_is_never_handed_a_desk():
    story = operation(
        [
            Party("08:00", {"desk": 60, "next": 1}),
            Party("08:01", {"desk": 5, "next": 1}, patience={"desk": 30}),
            Party("08:02", {"desk": 5}),
        ],
        [Desk("desk", gave_up=True), Desk("next")],
    )
    assert story.visits == [
        "0 desk 08:00 08:00 09:00 served",
        "0 next 09:00 09:00 09:01 served",
        "1 desk 08:01 - 08:31 gave_up_patience",
        "1 next - - - not_reached",
        "2 desk 08:02 09:00 09:05 served",
    ]
    assert story.outcomes == ["completed", "gave_up", "completed"]


def test_a_desk_freed_in_the_second_of_the_deadline_still_serves():
    story = operation(
        [Party("08:00", {"desk": 31}), Party("08:01", {"desk": 5}, patience={"desk": 30})],
        [Desk("desk")],
    )
    assert story.visits == ["0 desk 08:00 08:00 08:31 served", "1 desk 08:01 08:31 08:36 served"]


def test_patience_runs_while_closed():
    story = operation(
        [Party("19:30", {"desk": 5}, patience={"desk": 60})],
        [Desk("desk", desks=[("00:00", 0), ("1 08:00", 1)])],
    )
    assert story.visits == ["0 desk 19:30 - 20:30 missed_patience"]


def test_patience_of_one_in_service_does_nothing():
    story = operation([Party("08:00", {"desk": 60}, patience={"desk": 30})], [Desk("desk")])
    assert story.visits == ["0 desk 08:00 08:00 09:00 served"]


# -- stock ---------------------------------------------------------------------------------------------------------


def test_stock_is_taken_at_the_start_of_service():
    story = operation(
        [Party("08:00", {"kits": 10}), Party("08:01", {"kits": 10}, size=3)],
        [Desk("kits", takes=[("kit", 1, 0), ("soap", 0, 2)])],
        [Shelf("kit", 5), Shelf("soap", 10)],
    )
    assert story.ledger == [
        "00:00 kit opening 5 5",
        "00:00 soap opening 10 10",
        "08:00 kit issued 1 4",
        "08:00 soap issued 2 8",
        "08:10 kit issued 1 3",
        "08:10 soap issued 6 2",
    ]


def test_the_head_of_the_line_waits_for_a_delivery_and_nobody_overtakes():
    """Household 1 could be served from what is there (it needs one); it stands behind household 0, which needs two."""
    story = operation(
        [Party("08:00", {"kits": 10}, size=2), Party("08:01", {"kits": 10}, size=1)],
        [Desk("kits", desks=[("00:00", 2)], takes=[("kit", 0, 1)])],
        [Shelf("kit", 1, [("09:00", 2)])],
    )
    assert story.visits == ["0 kits 08:00 09:00 09:10 served", "1 kits 08:01 09:00 09:10 served"]
    assert story.ledger == [
        "00:00 kit opening 1 1",
        "09:00 kit received 2 3",
        "09:00 kit issued 2 1",
        "09:00 kit issued 1 0",
    ]


def test_all_items_or_none():
    story = operation(
        [Party("08:00", {"kits": 10})],
        [Desk("kits", takes=[("kit", 1, 0), ("soap", 1, 0)])],
        [Shelf("kit", 1), Shelf("soap", 0, [("10:00", 1)])],
    )
    assert story.visits == ["0 kits 08:00 10:00 10:10 served"]
    assert story.ledger[2:] == ["10:00 soap received 1 1", "10:00 kit issued 1 0", "10:00 soap issued 1 0"]


def test_short_of_stock_the_head_waits_from_joining_then_skips_and_the_next_is_looked_at_in_that_second():
    """Household 1 comes to the head at 10:00, past its own two hours only at 10:01."""
    story = operation(
        [Party("08:00", {"kits": 10, "bus": 1}), Party("08:01", {"kits": 10, "bus": 1})],
        [Desk("kits", takes=[("kit", 1, 0)], short_wait=120), Desk("bus")],
        [Shelf("kit", 0)],
    )
    assert story.visits == [
        "0 kits 08:00 - 10:00 missed_short",
        "0 bus 10:00 10:00 10:01 served",
        "1 kits 08:01 - 10:01 missed_short",
        "1 bus 10:01 10:01 10:02 served",
    ]
    assert story.outcomes == ["completed", "completed"]


def test_past_its_stock_wait_when_it_comes_to_the_head_it_leaves_at_once():
    """Household 1 joined at 08:30 and waits 10 min; it is behind a service until 09:00, and then the stock is out."""
    story = operation(
        [Party("08:00", {"kits": 60}), Party("08:30", {"kits": 10})],
        [Desk("kits", takes=[("kit", 1, 0)], short_wait=10)],
        [Shelf("kit", 1)],
    )
    assert story.visits == ["0 kits 08:00 08:00 09:00 served", "1 kits 08:30 - 09:00 missed_short"]


def test_a_delivery_in_the_second_of_the_stock_deadline_still_serves():
    story = operation(
        [Party("08:00", {"kits": 10})],
        [Desk("kits", takes=[("kit", 1, 0)], short_wait=120)],
        [Shelf("kit", 0, [("10:00", 1)])],
    )
    assert story.visits == ["0 kits 08:00 10:00 10:10 served"]


def test_two_clocks_that_run_out_together_count_as_patience():
    story = operation(
        [Party("08:00", {"kits": 10}, patience={"kits": 120})],
        [Desk("kits", takes=[("kit", 1, 0)], short_wait=120, gave_up=True)],
        [Shelf("kit", 0)],
    )
    assert story.visits == ["0 kits 08:00 - 10:00 gave_up_patience"]


def test_the_earlier_clock_wins():
    stock_first = operation(
        [Party("08:00", {"kits": 10}, patience={"kits": 121})],
        [Desk("kits", takes=[("kit", 1, 0)], short_wait=120)],
        [Shelf("kit", 0)],
    )
    patience_first = operation(
        [Party("08:00", {"kits": 10}, patience={"kits": 119})],
        [Desk("kits", takes=[("kit", 1, 0)], short_wait=120)],
        [Shelf("kit", 0)],
    )
    assert stock_first.visits == ["0 kits 08:00 - 10:00 missed_short"]
    assert patience_first.visits == ["0 kits 08:00 - 09:59 missed_patience"]


def test_the_stock_clock_acts_only_at_the_head_of_an_open_line():
    """Its ten minutes pass at 19:10, while the desk is closed; at the next opening it leaves at once."""
    story = operation(
        [Party("19:00", {"kits": 10}, patience={"kits": 24 * 60})],
        [Desk("kits", desks=[("00:00", 0), ("1 08:00", 1)], takes=[("kit", 1, 0)], short_wait=10)],
        [Shelf("kit", 0)],
    )
    assert story.visits == ["0 kits 19:00 - 1 08:00 missed_short"]


def test_all_deliveries_in_the_second_of_the_stock_deadline_come_before_it():
    """Two kits are needed; they come one by one at 10:00, and between them the line is looked at, still short."""
    story = operation(
        [Party("08:00", {"kits": 10}, size=2)],
        [Desk("kits", takes=[("kit", 0, 1)], short_wait=120)],
        [Shelf("kit", 0, [("10:00", 1), ("10:00", 1)])],
    )
    assert story.visits == ["0 kits 08:00 10:00 10:10 served"]


def test_what_is_delivered_in_the_second_of_opening_serves_those_whose_stock_wait_has_passed():
    """The desk opens before the delivery of its second; deadlines come last, those that have passed too.

    There are two kits: households 0 and 1 are served, and household 2 leaves in that second, not for want of a desk.
    """
    for wait in (120, 10):  # it ends in the second of opening, and long before
        story = operation(
            [Party("06:00", {"kits": 10}) for _ in range(3)],
            [Desk("kits", desks=[("00:00", 0), ("08:00", 3)], takes=[("kit", 1, 0)], short_wait=wait)],
            [Shelf("kit", 0, [("08:00", 2)])],
        )
        assert story.visits == [
            "0 kits 06:00 08:00 08:10 served",
            "1 kits 06:00 08:00 08:10 served",
            "2 kits 06:00 - 08:00 missed_short",
        ]


def test_two_clocks_that_run_out_together_count_as_patience_whatever_else_happens_in_that_second():
    """Household 0 ends its service at 10:00, and the line is looked at: household 1 is short and at its deadline."""
    story = operation(
        [Party("07:50", {"kits": 130}), Party("08:00", {"kits": 10}, patience={"kits": 120})],
        [Desk("kits", desks=[("00:00", 2)], takes=[("kit", 1, 0)], short_wait=120, gave_up=True)],
        [Shelf("kit", 1)],
    )
    assert story.visits == ["0 kits 07:50 07:50 10:00 served", "1 kits 08:00 - 10:00 gave_up_patience"]


def test_a_stock_wait_that_passed_while_closed_acts_at_the_opening_and_then_patience_of_that_second_wins():
    """Its hour for a kit was over at 09:00, with the desk closed; both act at 10:00, and equal is patience."""
    story = operation(
        [Party("08:00", {"kits": 10}, patience={"kits": 120})],
        [Desk("kits", desks=[("00:00", 0), ("10:00", 1)], takes=[("kit", 1, 0)], short_wait=60, gave_up=True)],
        [Shelf("kit", 0)],
    )
    assert story.visits == ["0 kits 08:00 - 10:00 gave_up_patience"]


def test_gave_up_for_want_of_stock_leaves_the_operation():
    story = operation(
        [Party("08:00", {"kits": 10, "bus": 1})],
        [Desk("kits", takes=[("kit", 1, 0)], short_wait=0, short_then=Short.GAVE_UP), Desk("bus")],
        [Shelf("kit", 0)],
    )
    assert story.visits == ["0 kits 08:00 - 08:00 gave_up_short", "0 bus - - - not_reached"]
    assert story.outcomes == ["gave_up"]


def test_go_on_is_served_without_the_items_and_takes_none():
    story = operation(
        [Party("08:00", {"kits": 10}, size=3)],
        [Desk("kits", takes=[("kit", 0, 1)], short_wait=30, short_then=Short.GO_ON)],
        [Shelf("kit", 2)],
    )
    assert story.visits == ["0 kits 08:00 08:30 08:40 served*"]
    assert story.ledger == ["00:00 kit opening 2 2"]


def test_partial_takes_what_there_is():
    story = operation(
        [Party("08:00", {"kits": 10}, size=3), Party("08:00", {"kits": 10}, size=1)],
        [Desk("kits", takes=[("kit", 0, 1)], short_wait=0, short_then=Short.PARTIAL)],
        [Shelf("kit", 2)],
    )
    assert story.visits == ["0 kits 08:00 08:00 08:10 served*", "1 kits 08:00 08:10 08:20 served*"]
    assert story.ledger == ["00:00 kit opening 2 2", "08:00 kit issued 2 0"]


def test_an_order_goes_up_to_the_level_when_the_position_falls_to_the_reorder_point():
    """On hand + on order: 5 → 4 → 3 orders 5 (up to 8); 2 more are taken before it comes an hour later."""
    story = operation(
        [Party("08:00", {"kits": 10}), Party("08:10", {"kits": 10}), Party("08:20", {"kits": 10})],
        [Desk("kits", takes=[("kit", 1, 0)])],
        [Shelf("kit", 5, reorder=(3, 8, 60, 0))],
    )
    assert story.ledger == [
        "00:00 kit opening 5 5",
        "08:00 kit issued 1 4",
        "08:10 kit issued 1 3",
        "08:10 kit ordered 5 3",
        "08:20 kit issued 1 2",
        "09:10 kit received 5 7",
    ]


def test_a_position_is_reviewed_once_after_all_allocations_of_an_event():
    """A delivery lets two heads start in one event: the order that follows covers both."""
    story = operation(
        [Party("08:00", {"kits": 10}), Party("08:00", {"kits": 10})],
        [Desk("kits", desks=[("00:00", 2)], takes=[("kit", 2, 0)])],
        [Shelf("kit", 1, [("09:00", 5)], reorder=(2, 10, 24 * 60, 0))],
    )
    assert story.ledger == [
        "00:00 kit opening 1 1",
        "00:00 kit ordered 9 1",
        "09:00 kit received 5 6",
        "09:00 kit issued 2 4",
        "09:00 kit issued 2 2",
        "1 00:00 kit received 9 11",
    ]


def test_an_order_waits_for_the_minimum_interval():
    """Ordered at 08:00; at the reorder point again at 08:10; the next order may go at 10:00."""
    story = operation(
        [Party("08:00", {"kits": 10}), Party("08:10", {"kits": 10})],
        [Desk("kits", takes=[("kit", 1, 0)])],
        [Shelf("kit", 4, reorder=(3, 4, 5, 120))],
    )
    assert story.ledger == [
        "00:00 kit opening 4 4",
        "08:00 kit issued 1 3",
        "08:00 kit ordered 1 3",
        "08:05 kit received 1 4",
        "08:10 kit issued 1 3",
        "10:00 kit ordered 1 3",
        "10:05 kit received 1 4",
    ]


def test_an_order_from_before_the_start_counts_as_on_order_until_it_comes():
    """On hand 3 + on order 5 is above the reorder point of 4; after two are taken 1 + 5 is; at 09:00 six are there.

    Where the five were a delivery that nobody had ordered, five more would be ordered at the start.
    """
    parties = [Party("08:00", {"kits": 1}), Party("08:00", {"kits": 1}), *[Party("10:00", {"kits": 1})] * 2]
    desk = Desk("kits", desks=[("00:00", 2)], takes=[("kit", 1, 0)])
    story = operation(parties, [desk], [Shelf("kit", 3, reorder=(4, 8, 120, 0), ordered=[("09:00", 5)])])
    assert story.ledger == [
        "00:00 kit opening 3 3",
        "08:00 kit issued 1 2",
        "08:00 kit issued 1 1",
        "09:00 kit received 5 6",
        "10:00 kit issued 1 5",
        "10:00 kit issued 1 4",
        "10:00 kit ordered 4 4",
        "12:00 kit received 4 8",
    ]
    unasked = operation(parties, [desk], [Shelf("kit", 3, [("09:00", 5)], reorder=(4, 8, 120, 0))])
    assert unasked.ledger[:3] == ["00:00 kit opening 3 3", "00:00 kit ordered 5 3", "02:00 kit received 5 8"]


def test_an_order_that_comes_after_the_end_is_on_order_all_the_time():
    story = operation([], [Desk("kits")], [Shelf("kit", 3, reorder=(4, 8, 120, 0), ordered=[("2 00:00", 5)])])
    assert story.ledger == ["00:00 kit opening 3 3"]


def test_a_loss_takes_no_more_than_is_there():
    story = operation([], [Desk("kits", takes=[("kit", 1, 0)])], [Shelf("kit", 3, [("08:00", -5)])])
    assert story.ledger == ["00:00 kit opening 3 3", "08:00 kit lost 3 0"]


def test_one_delivery_serves_the_stations_that_share_it_in_journey_order():
    """One kit comes at 09:00; household 0 waits at the second station, household 1 at the first."""
    story = operation(
        [Party("08:00", {"second": 10}), Party("08:30", {"first": 10})],
        [Desk("first", takes=[("kit", 1, 0)]), Desk("second", takes=[("kit", 1, 0)])],
        [Shelf("kit", 0, [("09:00", 1)])],
    )
    assert story.visits == ["0 second 08:00 - - waiting", "1 first 08:30 09:00 09:10 served"]


# -- vehicles ------------------------------------------------------------------------------------------------------

BUS = Desk("bus", fleet=0)


def test_a_vehicle_leaves_when_the_next_household_does_not_fit():
    story = operation(
        [Party("08:00", {"bus": 0}, size=5), Party("08:10", {"bus": 0}, size=4), Party("08:20", {"bus": 0}, size=2)],
        [BUS],
        fleets=[Vehicles(seats=10, leave_after=60, round_trip=[300], vehicles=[("00:00", 2)])],
    )
    assert story.visits == [
        "0 bus 08:00 08:00 08:20 served",
        "1 bus 08:10 08:10 08:20 served",
        "2 bus 08:20 08:20 09:20 served",
    ]
    assert story.trips == ["0 08:00 08:20 13:20 1 2 9", "0 08:20 09:20 14:20 1 1 2"]


def test_a_full_vehicle_leaves_at_once():
    story = operation(
        [Party("08:00", {"bus": 0}, size=6), Party("08:10", {"bus": 0}, size=4)],
        [BUS],
        fleets=[Vehicles(seats=10, leave_after=60, round_trip=[300])],
    )
    assert story.trips == ["0 08:00 08:10 13:10 1 2 10"]


def test_a_household_that_joins_in_the_second_of_the_timer_boards():
    story = operation(
        [Party("08:00", {"bus": 0}, size=2), Party("09:00", {"bus": 0}, size=2), Party("09:01", {"bus": 0}, size=2)],
        [BUS],
        fleets=[Vehicles(seats=10, leave_after=60, round_trip=[300])],
    )
    assert story.visits == [
        "0 bus 08:00 08:00 09:00 served",
        "1 bus 09:00 09:00 09:00 served",
        "2 bus 09:01 14:00 15:00 served",
    ]


def test_a_household_larger_than_a_vehicle_takes_several_that_leave_together():
    """13 persons need two vehicles of 10 seats; 4 more fit beside them; they leave together after an hour."""
    story = operation(
        [Party("08:00", {"bus": 0}, size=13), Party("08:10", {"bus": 0}, size=4)],
        [BUS],
        fleets=[Vehicles(seats=10, leave_after=60, round_trip=[300], vehicles=[("00:00", 2)])],
    )
    assert story.trips == ["0 08:00 09:00 14:00 2 2 17"]


def test_those_who_get_off_together_are_served_by_household_id():
    """Household 1 boards before household 0; both come to the one desk in the second in which the vehicle leaves."""
    story = operation(
        [Party("08:10", {"bus": 0, "desk": 10}, size=2), Party("08:00", {"bus": 0, "desk": 10}, size=2)],
        [BUS, Desk("desk")],
        fleets=[Vehicles(seats=4, leave_after=60, round_trip=[300])],
    )
    assert story.visits == [
        "0 bus 08:10 08:10 08:10 served",
        "0 desk 08:10 08:10 08:20 served",
        "1 bus 08:00 08:00 08:10 served",
        "1 desk 08:10 08:20 08:30 served",
    ]


def test_a_free_vehicle_goes_to_the_destination_whose_head_has_waited_longest():
    """The one vehicle comes back at 14:00; place 1 has waited since 09:10, place 0 since 09:20."""
    story = operation(
        [
            Party("08:00", {"bus": 0}, size=2, to=0),
            Party("09:10", {"bus": 0}, size=2, to=1),
            Party("09:20", {"bus": 0}, size=2, to=0),
        ],
        [BUS],
        fleets=[Vehicles(seats=10, leave_after=60, round_trip=[300, 120])],
    )
    assert story.trips == ["0 08:00 09:00 14:00 1 1 2", "1 14:00 15:00 17:00 1 1 2", "0 17:00 18:00 23:00 1 1 2"]


def test_a_vehicle_that_comes_back_boards_before_who_comes_in_that_second():
    """Returns come before arrivals: household 1 has waited and takes the seats."""
    story = operation(
        [Party("08:00", {"bus": 0}, size=10), Party("08:01", {"bus": 0}, size=10), Party("10:00", {"bus": 0}, size=10)],
        [BUS],
        fleets=[Vehicles(seats=10, leave_after=60, round_trip=[120])],
    )
    assert story.visits == [
        "0 bus 08:00 08:00 08:00 served",
        "1 bus 08:01 10:00 10:00 served",
        "2 bus 10:00 12:00 12:00 served",
    ]


def test_patience_ends_the_wait_for_a_vehicle_but_not_the_sitting_in_one():
    story = operation(
        [
            Party("08:00", {"bus": 0}, size=5, patience={"bus": 30}),
            Party("08:05", {"bus": 0}, size=7, patience={"bus": 30}),
        ],
        [BUS],
        fleets=[Vehicles(seats=10, leave_after=60, round_trip=[300])],
    )
    assert story.visits == ["0 bus 08:00 08:00 08:05 served", "1 bus 08:05 - 08:35 missed_patience"]


def test_vehicles_on_the_road_at_the_start_are_not_there_until_they_are_back():
    """One of two is back at 10:00, when household 1 has waited for an hour; the other took household 0."""
    story = operation(
        [Party("08:00", {"bus": 0}, size=10), Party("09:00", {"bus": 0}, size=10)],
        [Desk("bus", fleet=0)],
        fleets=[Vehicles(10, 60, [600], [("00:00", 2)], away=[("10:00", 1)])],
    )
    assert story.visits == ["0 bus 08:00 08:00 08:00 served", "1 bus 09:00 10:00 10:00 served"]
    assert story.trips == ["0 08:00 08:00 18:00 1 1 10", "0 10:00 10:00 20:00 1 1 10"]


def test_free_vehicles_wait_for_a_household_that_needs_more_than_there_are():
    """Household 1 needs two; one is free from 08:00, and is kept for it although household 2 would fit, until 09:00."""
    story = operation(
        [
            Party("08:00", {"bus": 0}, size=10),
            Party("08:10", {"bus": 0}, size=13),
            Party("08:20", {"bus": 0}, size=2, to=1),
        ],
        [Desk("bus", fleet=0)],
        fleets=[Vehicles(10, 30, [60, 60], [("00:00", 2)])],
    )
    assert story.visits == [
        "0 bus 08:00 08:00 08:00 served",
        "1 bus 08:10 09:00 09:30 served",
        "2 bus 08:20 10:30 11:00 served",
    ]
    assert story.trips == ["0 08:00 08:00 09:00 1 1 10", "0 09:00 09:30 10:30 2 1 13", "1 10:30 11:00 12:00 1 1 2"]


def test_fewer_vehicles_take_out_those_that_come_back():
    story = operation(
        [Party("08:00", {"bus": 0}, size=10), Party("09:30", {"bus": 0}, size=10)],
        [BUS],
        fleets=[Vehicles(10, 60, [60], vehicles=[("00:00", 1), ("08:30", 0), ("1 06:00", 1)])],
    )
    assert story.visits == ["0 bus 08:00 08:00 08:00 served", "1 bus 09:30 1 06:00 1 06:00 served"]


def test_all_opening_and_closing_of_a_second_comes_before_anyone_is_served_in_it():
    """At 08:00 the kits open, and household 0, long past its stock wait, goes on to the bus, which closes at 08:00."""
    story = operation(
        [Party("05:00", {"kits": 10, "bus": 5})],
        [
            Desk("kits", desks=[("00:00", 0), ("08:00", 1)], takes=[("kit", 1, 0)], short_wait=0),
            Desk("bus", desks=[("00:00", 1), ("08:00", 0), ("09:00", 1)]),
        ],
        [Shelf("kit", 0)],
    )
    assert story.visits == ["0 kits 05:00 - 08:00 missed_short", "0 bus 08:00 09:00 09:05 served"]
