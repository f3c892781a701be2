"""Funds as examples by hand: what is paid when, who waits for money, and in what order."""

from __future__ import annotations

from hand import Desk, Party, Purse, Shelf, Vehicles, operation

from borderflow.network import network as net

CASH = [("cash", 1, 0)]


def test_a_grant_waits_for_a_receipt_and_is_paid_as_the_service_starts():
    """100 pays one grant; the second household stands at the head, its desk free, until 09:30."""
    story = operation(
        [Party("08:00", {"cash": 10}), Party("08:05", {"cash": 10})],
        [Desk("cash", desks=[("00:00", 2)], takes=CASH)],
        [Shelf("cash", 50)],
        purses=[Purse(100, [("09:30", 250)], grants={"cash": 100})],
    )
    assert story.visits == ["0 cash 08:00 08:00 08:10 served", "1 cash 08:05 09:30 09:40 served"]
    assert story.accounts == [
        "00:00 opening 100 100",
        "08:00 grant 100 0",
        "08:05 unfunded 100 0",
        "09:30 received 250 250",
        "09:30 grant 100 150 since 08:05",
    ]
    assert story.ledger == ["00:00 cash opening 50 50", "08:00 cash issued 1 49", "09:30 cash issued 1 48"]


def test_who_waits_for_stock_does_not_claim_and_a_grant_takes_stock_and_money_at_once():
    """The cards come at 09:00, the money was there; then the money goes and the card stays."""
    story = operation(
        [Party("08:00", {"cash": 10}), Party("08:01", {"cash": 10})],
        [Desk("cash", takes=CASH)],
        [Shelf("cash", 0, [("09:00", 2)])],
        purses=[Purse(100, grants={"cash": 100})],
    )
    assert story.visits == ["0 cash 08:00 09:00 09:10 served", "1 cash 08:01 - - waiting"]
    assert story.accounts == ["00:00 opening 100 100", "09:00 grant 100 0", "09:10 unfunded 100 0"]
    assert story.ledger[-1] == "09:00 cash issued 1 1"


def test_a_purchase_waits_for_the_whole_price_and_its_lead_time_begins_with_the_payment():
    """Four kits at 30 are 120: 100 does not do. It counts as on order, so no second order is placed meanwhile."""
    story = operation(
        [Party("08:00", {"kits": 10}), Party("08:30", {"kits": 10}), Party("09:00", {"kits": 10})],
        [Desk("kits", takes=[("kit", 1, 0)])],
        [Shelf("kit", 2, reorder=(1, 5, 60, 0))],
        purses=[Purse(100, [("10:00", 19), ("11:00", 1)], buys={"kit": 30})],
    )
    assert story.ledger == [
        "00:00 kit opening 2 2",
        "08:00 kit issued 1 1",
        "08:00 kit ordered 4 1",
        "08:30 kit issued 1 0",
        "12:00 kit received 4 4",
        "12:00 kit issued 1 3",
    ]
    assert story.accounts == [
        "00:00 opening 100 100",
        "08:00 unfunded 120 100",
        "10:00 received 19 119",
        "11:00 received 1 120",
        "11:00 purchase 120 0 since 08:00",
    ]
    assert story.visits[2] == "2 kits 09:00 12:00 12:10 served"


def test_a_receipt_in_the_second_of_the_deadline_still_serves():
    """Both would skip after an hour. The receipt is a delivery (rank 1), deadlines come last: one grant at 09:00."""
    story = operation(
        [Party("08:00", {"cash": 10}), Party("08:30", {"cash": 10})],
        [Desk("cash", takes=CASH, short_wait=60)],
        [Shelf("cash", 9)],
        purses=[Purse(0, [("09:00", 100)], grants={"cash": 100})],
    )
    assert story.visits == ["0 cash 08:00 09:00 09:10 served", "1 cash 08:30 - 09:30 missed_short"]
    assert story.accounts == [
        "00:00 opening 0 0",
        "08:00 unfunded 100 0",
        "09:00 received 100 100",
        "09:00 grant 100 0 since 08:00",
        "09:10 unfunded 100 0",
        "09:30 withdrawn 100 0 since 09:10",
    ]


def test_patience_ends_the_wait_for_money_and_the_claim_with_it():
    story = operation(
        [Party("08:00", {"cash": 10}, patience={"cash": 30}), Party("08:10", {"cash": 10})],
        [Desk("cash", takes=CASH, gave_up=True)],
        [Shelf("cash", 9)],
        purses=[Purse(0, [("09:00", 100)], grants={"cash": 100})],
    )
    assert story.visits == ["0 cash 08:00 - 08:30 gave_up_patience", "1 cash 08:10 09:00 09:10 served"]
    assert story.accounts[1:4] == [
        "08:00 unfunded 100 0",
        "08:30 withdrawn 100 0 since 08:00",
        "08:30 unfunded 100 0",
    ]


def test_claims_of_one_event_stand_in_the_order_of_stations_and_purchases_come_last():
    """At 08:00 both desks open and a kit is lost: cash (the first station) claims, then food, then the stock."""
    opens = [("00:00", 0), ("08:00", 1)]
    story = operation(
        [Party("07:00", {"food": 10}), Party("07:30", {"cash": 10})],
        [Desk("cash", desks=opens, takes=CASH), Desk("food", desks=opens, takes=[("meal", 1, 0)])],
        [Shelf("cash", 9), Shelf("meal", 9), Shelf("kit", 2, [("08:00", -1)], reorder=(1, 3, 60, 0))],
        purses=[
            Purse(0, [("09:00", 100), ("09:30", 90), ("10:00", 80)], grants={"cash": 100, "meal": 90}, buys={"kit": 40})
        ],
    )
    assert story.accounts == [
        "00:00 opening 0 0",
        "08:00 unfunded 100 0",
        "08:00 unfunded 90 0",
        "08:00 unfunded 80 0",
        "09:00 received 100 100",
        "09:00 grant 100 0 since 08:00",
        "09:30 received 90 90",
        "09:30 grant 90 0 since 08:00",
        "10:00 received 80 80",
        "10:00 purchase 80 0 since 08:00",
    ]
    assert story.visits == ["0 food 07:00 09:30 09:40 served", "1 cash 07:30 09:00 09:10 served"]


def test_claims_of_two_events_of_one_second_stand_in_the_order_of_the_events():
    """Household 0 comes before household 1, so its claim at the later station stands first."""
    story = operation(
        [Party("08:00", {"food": 10}), Party("08:00", {"cash": 10})],
        [Desk("cash", takes=CASH), Desk("food", takes=[("meal", 1, 0)])],
        [Shelf("cash", 9), Shelf("meal", 9)],
        purses=[Purse(0, [("09:00", 100), ("09:30", 90)], grants={"cash": 90, "meal": 100})],
    )
    assert story.visits == ["0 food 08:00 09:00 09:10 served", "1 cash 08:00 09:30 09:40 served"]


def test_a_small_claim_does_not_overtake_a_large_one_of_the_same_fund():
    """The purchase of 100 waits with 90 there, so the grant of 10 behind it waits too; another fund pays at once."""
    story = operation(
        [Party("08:00", {"cash": 10, "food": 10})],
        [Desk("cash", takes=CASH), Desk("food", takes=[("meal", 1, 0)])],
        [Shelf("cash", 9), Shelf("meal", 9), Shelf("kit", 0, reorder=(0, 2, 60, 0))],
        purses=[
            Purse(90, [("09:00", 20)], grants={"cash": 10}, buys={"kit": 50}),
            Purse(5, grants={"meal": 5}),
        ],
    )
    assert story.visits == ["0 cash 08:00 09:00 09:10 served", "0 food 09:10 09:10 09:20 served"]
    assert story.accounts[2:] == [
        "00:00 unfunded 100 90",
        "08:00 unfunded 10 90",
        "09:00 received 20 110",
        "09:00 purchase 100 10 since 00:00",
        "09:00 grant 10 0 since 08:00",
        "09:10 grant 5 0",
    ]


def test_a_household_whose_desk_closes_gives_up_its_place_among_the_claims():
    """The cash desk closes at 09:00: the 40 of the food desk are then paid from 50. Cash claims anew at 12:00."""
    story = operation(
        [Party("08:00", {"cash": 10}), Party("08:30", {"food": 10})],
        [
            Desk("cash", desks=[("00:00", 1), ("09:00", 0), ("12:00", 1)], takes=CASH),
            Desk("food", takes=[("meal", 1, 0)]),
        ],
        [Shelf("cash", 9), Shelf("meal", 9)],
        purses=[Purse(50, [("13:00", 90)], grants={"cash": 100, "meal": 40})],
    )
    assert story.visits == ["0 cash 08:00 13:00 13:10 served", "1 food 08:30 09:00 09:10 served"]
    assert story.accounts == [
        "00:00 opening 50 50",
        "08:00 unfunded 100 50",
        "08:30 unfunded 40 50",
        "09:00 withdrawn 100 50 since 08:00",
        "09:00 grant 40 10 since 08:30",
        "12:00 unfunded 100 10",
        "13:00 received 90 100",
        "13:00 grant 100 0 since 12:00",
    ]


def test_who_takes_what_there_is_takes_what_the_fund_can_pay():
    """Five persons want 50; at 09:00 the fund has 37, which is three grants of 10 and a rest of 7."""
    story = operation(
        [Party("08:00", {"cash": 10}, size=5)],
        [Desk("cash", takes=[("cash", 0, 1)], short_wait=60, short_then=net.Short.PARTIAL)],
        [Shelf("cash", 9)],
        purses=[Purse(37, grants={"cash": 10})],
    )
    assert story.visits == ["0 cash 08:00 09:00 09:10 served*"]
    assert story.ledger == ["00:00 cash opening 9 9", "09:00 cash issued 3 6"]
    assert story.accounts == [
        "00:00 opening 37 37",
        "08:00 unfunded 50 37",
        "09:00 grant 30 7",
        "09:00 withdrawn 50 7 since 08:00",
    ]


def test_who_goes_on_without_the_grant_is_not_paid_for():
    story = operation(
        [Party("08:00", {"cash": 10})],
        [Desk("cash", takes=CASH, short_wait=60, short_then=net.Short.GO_ON)],
        [Shelf("cash", 9)],
        purses=[Purse(99, [("10:00", 1)], grants={"cash": 100})],
    )
    assert story.visits == ["0 cash 08:00 09:00 09:10 served*"]
    assert story.ledger == ["00:00 cash opening 9 9"]
    assert story.accounts[-1] == "10:00 received 1 100"


def test_a_full_vehicle_that_cannot_be_paid_waits_at_the_kerb():
    """Household 1 does not fit; a second vehicle is there, but none opens for a destination that has one."""
    story = operation(
        [Party("08:00", {"bus": 0}, size=4), Party("08:10", {"bus": 0}, size=4)],
        [Desk("bus", fleet=0)],
        fleets=[Vehicles(4, 30, [60], [("00:00", 2)])],
        purses=[Purse(0, [("09:00", 150), ("10:00", 50)], trips={0: 100})],
    )
    assert story.visits == ["0 bus 08:00 08:00 09:00 served", "1 bus 08:10 09:00 10:00 served"]
    assert story.trips == ["0 08:00 09:00 10:00 1 1 4", "0 09:00 10:00 11:00 1 1 4"]
    assert story.accounts == [
        "00:00 opening 0 0",
        "08:00 unfunded 100 0",
        "09:00 received 150 150",
        "09:00 trip 100 50 since 08:00",
        "09:00 unfunded 100 50",
        "10:00 received 50 100",
        "10:00 trip 100 0 since 09:00",
    ]


def test_a_vehicle_that_waits_for_its_trip_to_be_paid_still_takes_who_fits():
    """It is due at 08:30 with two persons in it; household 1 boards at 08:45 and leaves with it at 09:00."""
    story = operation(
        [Party("08:00", {"bus": 0}, size=2), Party("08:45", {"bus": 0}, size=2)],
        [Desk("bus", fleet=0)],
        fleets=[Vehicles(5, 30, [60])],
        purses=[Purse(0, [("09:00", 100)], trips={0: 100})],
    )
    assert story.trips == ["0 08:00 09:00 10:00 1 2 4"]
    assert story.visits == ["0 bus 08:00 08:00 09:00 served", "1 bus 08:45 08:45 09:00 served"]


def test_vehicles_to_two_places_leave_in_the_order_in_which_they_were_due():
    """The one to place 1 is full at 08:05, before the other is due at 08:30; a household of two vehicles pays twice."""
    story = operation(
        [Party("08:00", {"bus": 0}, size=1), Party("08:05", {"bus": 0}, size=8, to=1)],
        [Desk("bus", fleet=0)],
        fleets=[Vehicles(4, 30, [60, 90], [("00:00", 3)])],
        purses=[Purse(0, [("09:00", 100), ("09:10", 100), ("09:20", 100)], trips={0: 100})],
    )
    assert story.trips == ["1 08:05 09:10 10:40 2 1 8", "0 08:00 09:20 10:20 1 1 1"]
    assert story.accounts[1:3] == ["08:05 unfunded 200 0", "08:30 unfunded 100 0"]


def test_an_order_on_a_warehouse_is_not_paid_but_the_warehouses_own_is():
    """The crossing's order of 2 takes what the depot has; the depot's order of 4 at 10 waits until 09:00."""
    story = operation(
        [Party("08:00", {"kits": 10})],
        [Desk("kits", takes=[("kit", 1, 0)])],
        [
            Shelf("kit", 2, reorder=(1, 3, 60, 0), source="depot"),
            Shelf("depot", 2, reorder=(0, 4, 120, 0), warehouse=True),
        ],
        purses=[Purse(0, [("09:00", 40)], buys={"kit": 10, "depot": 10})],
    )
    assert story.ledger[2:] == [
        "08:00 kit issued 1 1",
        "08:00 kit ordered 2 1",
        "08:00 depot transferred_out 2 0",
        "08:00 depot ordered 4 0",
        "09:00 kit transferred_in 2 3",
        "11:00 depot received 4 4",
    ]
    assert story.accounts[1:] == ["08:00 unfunded 40 0", "09:00 received 40 40", "09:00 purchase 40 0 since 08:00"]


def test_a_paid_purchase_that_comes_into_a_closure_of_supplies_waits_for_the_first_open_second():
    """Paid at 09:00 and an hour under way: it would come at 10:00, in the closure, and comes at 12:00."""
    story = operation(
        [],
        [],
        [Shelf("kit", 0, reorder=(0, 1, 60, 0), shut=[("09:30", "12:00")])],
        purses=[Purse(0, [("09:00", 10)], buys={"kit": 10})],
    )
    assert story.ledger[-1] == "12:00 kit received 1 1"


def test_goods_of_a_second_come_before_the_money_of_that_second():
    """With the card of 09:00 comes a claim; the money of that second, in the event after it, pays it."""
    story = operation(
        [Party("08:00", {"cash": 10})],
        [Desk("cash", takes=CASH)],
        [Shelf("cash", 0, [("09:00", 1)])],
        purses=[Purse(0, [("09:00", 100)], grants={"cash": 100})],
    )
    assert story.accounts[1:] == ["09:00 unfunded 100 0", "09:00 received 100 100", "09:00 grant 100 0"]


def test_a_cost_is_rounded_up_and_what_a_sum_covers_is_rounded_down():
    """35 hundredths for 1,000 millilitres."""
    price = net.Price(35, 1000)
    assert [price.of(quantity) for quantity in (1, 1000, 1001)] == [1, 35, 36]
    assert all(price.of(price.covers(money)) <= money < price.of(price.covers(money) + 1) for money in range(1, 200))
