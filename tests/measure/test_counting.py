"""What counts, where and when: the rules of the window, of those still waiting, of overtime, vehicles and crossings."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from journals import Party, Story, Visit, at, desk, row, scenario, value

from borderflow.engine.journal import Entry, Fate, Outcome
from borderflow.measure.measure import measure

INSIDE = Outcome.INSIDE_AT_END


def test_who_still_waits_has_waited_so_far() -> None:
    """A wait that is not over counts up to the end, and what could rise for it is a lower bound."""
    story = Story(
        scenario({"desk": desk()}, days=1),
        [
            Party(1, at("10:00"), at("12:00"), [Visit("desk", at("10:00"), at("11:00"), at("12:00"))]),
            Party(1, at("23:00"), at("24:00"), [Visit("desk", at("23:00"), None, None, Fate.WAITING)], INSIDE),
            Party(2, at("23:30"), at("24:00"), [Visit("desk", at("23:30"), None, None, Fate.WAITING)], INSIDE),
        ],
    )
    m = story.measured()
    mean = row(m, "wait_mean", "desk")
    assert (mean["value"], mean["lower_bound"]) == ((3600 + 3600 + 2 * 1800) / 4, True)
    assert value(m, "waiting_at_end", "desk") == 3
    assert value(m, "inside_at_end") == 3
    assert row(m, "wait_total_mean")["lower_bound"]
    assert not row(m, "queue_mean", "desk")["lower_bound"]


def test_a_quantile_stands_when_those_waiting_have_waited_longer() -> None:
    """The median cannot move once everyone who still waits has waited longer than it already."""
    served = [Party(1, 0, 600, [Visit("desk", 0, 0, 600)]) for _ in range(3)]
    waits = Party(1, at("20:00"), at("24:00"), [Visit("desk", at("20:00"), None, None, Fate.WAITING)], INSIDE)
    m = Story(scenario({"desk": desk()}, days=1), [*served, waits]).measured()
    assert not row(m, "wait_p50", "desk")["lower_bound"]
    assert row(m, "wait_p95", "desk")["lower_bound"]
    assert row(m, "share_over_4h", "desk")["lower_bound"]  # 4 h so far: a second more, and it is over


def test_quantile_is_the_least_wait_that_the_share_did_not_exceed() -> None:
    """Of 20 persons, the 95 % wait is that of the 19th, without interpolation."""
    parties = [Party(1, 0, 10**4, [Visit("desk", 0, 100 * k, 10**4)]) for k in range(1, 21)]
    m = Story(scenario({"desk": desk()}, days=1), parties).measured()
    assert [value(m, f"wait_p{p}", "desk") for p in (50, 90, 95)] == [1000, 1800, 1900]


def test_the_warm_up_is_left_out_but_its_people_stand_in_line() -> None:
    """Who came before second 0 is in no arrival and no wait, but in the queue, at the desk and in what was served."""
    story = Story(
        scenario({"gate": desk(), "registration": desk()}, days=1, warm_up="1 d"),
        [
            Party(3, -3600, 2400, [
                Visit("gate", -3600, 600, 1200), Visit("registration", 1200, 1800, 2400),
            ]),
            Party(2, 0, 2400, [Visit("gate", 0, 1200, 1800), Visit("registration", 1800, 1800, 2400)]),
            Party(9, -9000, -600, [Visit("gate", -9000, -9000, -8400), Visit("registration", -8400, -1200, -600)]),
        ],
    )  # fmt: skip
    m = story.measured()
    assert value(m, "arrived") == 2
    assert value(m, "completed") == 2
    assert value(m, "crossed") == 5
    assert value(m, "arrived", "gate") == 2
    assert value(m, "wait_mean", "gate") == 1200
    assert value(m, "queue_peak", "gate") == 5
    assert value(m, "queue_mean", "gate") == (3 * 600 + 2 * 1200) / 86400
    assert value(m, "utilisation", "gate") == 1200 / 86400
    # At registration they joined the line in the window: there they count.
    assert value(m, "arrived", "registration") == 5
    assert value(m, "wait_mean", "registration") == 3 * 600 / 5
    assert value(m, "wait_total_mean") == 1200
    assert m.daily["inside_midnight"].tolist() == [0, 0, 0]
    assert m.daily.loc[m.daily["station"] == "", "completed"].tolist() == [5]


def test_who_stands_there_at_the_start_has_come_before_it() -> None:
    """As in a warm-up: in no arrival, wait or outcome, but in the line, at the desk, inside and in what was served."""
    story = Story(
        scenario({"gate": desk(), "registration": desk()}, days=1),
        [
            Party(3, 0, 2400, [Visit("gate", 0, 600, 1200), Visit("registration", 1200, 1800, 2400)]),
            Party(2, 0, 3000, [Visit("gate", 0, 1200, 1800), Visit("registration", 1800, 2400, 3000)]),
        ],
    )
    begins = np.array([0, -1], dtype=np.int16)
    people = dataclasses.replace(story.households(), stations=("gate",), begins=begins)
    m = measure(story.scenario, story.network(), people, story.journal())
    assert (value(m, "arrived"), value(m, "completed"), value(m, "crossed")) == (2, 2, 5)
    assert (value(m, "arrived", "gate"), value(m, "processed", "gate")) == (2, 5)
    assert value(m, "wait_mean", "gate") == 1200
    assert value(m, "queue_peak", "gate") == 5
    assert value(m, "queue_mean", "gate") == (3 * 600 + 2 * 1200) / 86400
    assert value(m, "arrived", "registration") == 5
    assert m.daily["inside_midnight"].tolist() == [0, 0, 0]


def test_a_service_beyond_closing_is_overtime() -> None:
    """Desk-seconds beyond the desks staffed are overtime, in the hour in which they are worked, and are paid."""
    story = Story(
        scenario({"desk": desk("08:00-10:00")}, days=1, costs={"desk_hour": "10 USD"}),
        [Party(1, at("09:30"), at("11:15"), [Visit("desk", at("09:30"), at("09:30"), at("11:15"))])],
    )
    m = story.measured()
    assert value(m, "overtime_hours", "desk") == 1.25
    assert value(m, "utilisation", "desk") == 1.75 / 3.25
    hours = m.hourly.set_index("hour")["overtime"]
    assert hours[["2023-11-01T09:00", "2023-11-01T10:00", "2023-11-01T11:00"]].tolist() == [0, 1, 0.25]
    assert value(m, "cost") == 32.5


def test_vehicles_are_in_use_from_boarding_to_return() -> None:
    """A trip counts its vehicles and persons; a vehicle that boards at the end is in use too."""
    fleets = {"trucks": {"vehicles": 4, "seats": 10, "leave_after": "1 h", "round_trip": {"elsewhere": "6 h"}}}
    story = Story(
        scenario({"transport": {"fleet": "trucks"}}, days=1, fleets=fleets, costs={"vehicle_trip": "180 USD"}),
        [
            Party(6, 0, 3600, [Visit("transport", 0, 0, 3600)]),
            Party(5, 0, 7200, [Visit("transport", 0, 3600, 7200)]),
            Party(4, at("23:00"), at("24:00"), [
                Visit("transport", at("23:00"), at("23:00"), None, Fate.IN_SERVICE)], INSIDE),
        ],
        trips=[(0, 3600, 3600 * 7, 1, 1, 6), (3600, 7200, 3600 * 8, 1, 1, 5)],
    )  # fmt: skip
    m = story.measured()
    assert value(m, "trips", "transport") == 2
    assert value(m, "vehicles_in_use_peak", "transport") == 2
    assert value(m, "vehicles_in_use_mean", "transport") == pytest.approx((7 + 7 + 1) / 24)
    assert value(m, "transport_backlog", "transport") == 5
    assert value(m, "seat_use", "transport") == 11 / 20
    assert value(m, "utilisation", "transport") == pytest.approx(15 / 96)
    assert value(m, "cost") == 360
    assert not row(m, "wait_total_mean")["lower_bound"]  # the last boarded: it has no wait left


def test_a_wait_in_all_may_go_on_at_later_stations() -> None:
    """Who is inside but not yet in the last service may wait on, so the wait in all is a lower bound."""
    visits = [Visit("a", 0, 0, None, Fate.IN_SERVICE), Visit("b", fate=Fate.NOT_REACHED)]
    m = Story(scenario({"a": desk(), "b": desk()}, days=1), [Party(1, 0, at("24:00"), visits, INSIDE)]).measured()
    assert row(m, "wait_total_mean")["lower_bound"]
    assert not row(m, "wait_mean", "a")["lower_bound"]


def test_crossings_add_up_and_registration_of_the_same_name_pools() -> None:
    """All crossings together: persons add up; quantiles are those of all persons, not means of quantiles."""
    standards = {
        "all": {
            "indicator": "wait_max", "station": "desk", "crossing": "all", "at_most": "30 min", "over": "period"
        },
        "each": {"indicator": "wait_max", "station": "desk", "at_most": "30 min", "over": "period"},
    }  # fmt: skip
    story = Story(
        scenario({"desk": desk()}, days=1, crossings=["torkham", "spin_boldak"], standards=standards),
        [
            Party(3, 0, 600, [Visit("desk", 0, 0, 600)]),
            Party(1, 0, 4200, [Visit("desk", 0, 3600, 4200)], crossing=1),
        ],
    )
    m = story.measured()
    assert [value(m, "arrived", crossing=c) for c in ("torkham", "spin_boldak", "")] == [3, 1, 4]
    assert [value(m, "wait_total_p90", crossing=c) for c in ("torkham", "spin_boldak", "")] == [0, 3600, 3600]
    assert [value(m, "standard", crossing=c, item="each") for c in ("torkham", "spin_boldak")] == [1, 0]
    assert value(m, "standard", crossing="", item="all") == 0


def test_the_bottleneck_is_the_station_furthest_behind() -> None:
    """Each station alone, offered all work when it arrives: largest backlog ÷ desk-seconds per day."""
    # Ten households at noon, 1 h each at a, 30 min each at b (open until 13:00 only); one desk each.
    parties = [
        Party(1, at("12:00"), at("24:00"), [
            Visit("a", at("12:00"), None, None, Fate.WAITING, 3600), Visit("b", fate=Fate.NOT_REACHED, service=1800),
        ], INSIDE)
        for _ in range(10)
    ]  # fmt: skip
    m = Story(scenario({"a": desk(), "b": desk("08:00-13:00"), "c": desk()}, days=1), parties).measured()
    assert value(m, "days_behind_peak", "a") == pytest.approx(9 / 24)  # ten hours came, one was worked
    assert value(m, "days_behind_peak", "b") == pytest.approx(4 / 5)
    assert value(m, "days_behind_peak", "c") == 0
    assert [value(m, "bottleneck", s) for s in "abc"] == [0, 1, 0]
    assert [value(m, "bottleneck_next", s) for s in "abc"] == [1, 0, 0]


def test_nobody_came() -> None:
    """Nobody: counts are 0, waits and shares are not defined, and nothing fails."""
    story = Story(
        scenario(
            {"gate": desk(), "kits": desk(takes={"kits": "1 per household"})},
            stocks={"kits": {"opening": 5}},
            standards={"s": {"indicator": "same_day", "at_least": "95 %"}},
        ),
        [],
    )
    m = story.measured()
    for name, station in (("arrived", ""), ("crossed", ""), ("queue_peak", "gate"), ("utilisation", "gate")):
        assert value(m, name, station) == 0
    undefined = [("same_day", ""), ("wait_total_p95", ""), ("wait_mean", "gate"), ("completed_share", "")]
    for name, station in [*undefined, ("people_overnight_peak_day", ""), ("cost", "")]:
        assert math.isnan(value(m, name, station))
    assert math.isnan(value(m, "standard", item="s"))
    assert value(m, "stockout", item="kits") == 0
    assert math.isnan(value(m, "first_stockout", item="kits"))
    assert math.isnan(value(m, "days_of_cover", item="kits"))


def test_an_empty_stock_at_night_is_a_stockout_too_but_not_for_no_time() -> None:
    """Stock-outs last while too little is on hand for the smallest need; gone and back in one second is none."""
    story = Story(
        scenario({"desk": desk(takes={"water": "15 l per person"})}, stocks={"water": {"opening": "30 l"}}, days=1),
        [Party(2, 3600, 4200, [Visit("desk", 3600, 3600, 4200, kit=30_000)])],
        moves=[(3600, Entry.RECEIVED, 14_999)],
    )
    m = story.measured()
    assert value(m, "first_stockout", item="water") == 1 / 24
    assert value(m, "stockout_hours", item="water") == 23
    assert value(m, "closing", item="water") == 14.999
    story.moves[0] = (3600, Entry.RECEIVED, 15_000)
    assert value(story.measured(), "stockout", item="water") == 0
    story.moves += [(7200, Entry.LOST, 15_000), (7200, Entry.RECEIVED, 20_000)]
    m = story.measured()
    assert value(m, "stockout", item="water") == 0
    assert math.isnan(value(m, "first_stockout", item="water"))
    assert value(m, "lowest", item="water") == 0


def test_part_of_an_item() -> None:
    """Who was served with less than it takes has part of the item; the rest is unmet on that day."""
    story = Story(
        scenario({"desk": desk(takes={"kits": "2 per person"})}, stocks={"kits": {"opening": 5}}, days=1),
        [
            Party(2, 0, 600, [Visit("desk", 0, 0, 600, kit=4)]),
            Party(3, 0, 1200, [Visit("desk", 0, 600, 1200, kit=1)]),
            Party(1, 0, at("24:00"), [Visit("desk", 0, None, None, Fate.WAITING)], INSIDE),
            Party(7, 0, 900, [Visit("desk", 0, None, 900, Fate.GAVE_UP_SHORT)], Outcome.GAVE_UP),
        ],
    )
    m = story.measured()
    names = ("with_item", "part_item", "without_item", "awaiting_item")
    assert [value(m, name, item="kits") for name in names] == [2, 3, 7, 1]
    assert value(m, "unmet", item="kits") == 5 + 14
    assert value(m, "demanded", item="kits") == 4 + 6 + 2 + 14
    assert value(m, "gave_up", "desk") == value(m, "gave_up") == 7


def test_who_needs_no_registration_is_left_out_of_same_day() -> None:
    """Only those who need registration can fail to be registered on the day."""
    story = Story(
        scenario({"gate": desk(), "registration": desk(groups=["undocumented"])}, days=1),
        [
            Party(1, 0, 1200, [Visit("gate", 0, 0, 600), Visit("registration", 600, 600, 1200)]),
            Party(5, 0, 600, [Visit("gate", 0, 0, 600)], group=2),
        ],
    )
    m = story.measured()
    assert value(m, "same_day") == 1
    assert np.isnan(value(m, "same_day", group="por"))


def test_gate_and_registration_have_stand_ins() -> None:
    """Without a station of that name the first is the gate, and the last with desks is where people register."""
    story = Story(
        scenario({"first": desk(), "last": desk()}),
        [Party(2, 0, at("01:00", 1), [Visit("first", 0, 0, 600), Visit("last", 600, at("00:50", 1), at("01:00", 1))])],
    )
    assert value(story.measured(), "crossed") == 2
    assert value(story.measured(), "same_day") == 0
    assert value(story.measured(), "within_24h") == 0  # 24 h 50 min after the gate


def test_not_yet_24_hours_at_the_end_is_a_lower_bound() -> None:
    """Who crossed on the last evening may still be registered within 24 hours; of the same day it is decided: no."""
    visits = [Visit("gate", 80_000, 80_000, 80_600), Visit("registration", 80_600, None, None, Fate.WAITING)]
    story = Story(
        scenario({"gate": desk(), "registration": desk()}, days=1), [Party(1, 80_000, 86_400, visits, INSIDE)]
    )
    same, soon = row(story.measured(), "same_day"), row(story.measured(), "within_24h")
    assert (same["value"], same["lower_bound"], soon["value"], soon["lower_bound"]) == (0, False, 0, True)


def test_a_day_after_the_24_hours_it_is_decided() -> None:
    """Who crossed more than 24 hours before the end and is not registered was not registered within 24 hours."""
    visits = [Visit("gate", 0, 0, 600), Visit("registration", 600, None, None, Fate.WAITING)]
    story = Story(scenario({"gate": desk(), "registration": desk()}), [Party(1, 0, 2 * 86_400, visits, INSIDE)])
    soon = row(story.measured(), "within_24h")
    assert (soon["value"], soon["lower_bound"]) == (0, False)


def test_who_asked_in_the_warm_up_asks_on_the_first_day() -> None:
    """A kit asked for before second 0 and issued after it is demand of the first day, so that demand covers issues."""
    story = Story(
        scenario({"desk": desk(takes={"kits": "1 per household"})}, stocks={"kits": {"opening": 5}}, warm_up="1 d"),
        [
            Party(1, -9000, -3000, [Visit("desk", -9000, -3600, -3000, kit=1)]),
            Party(1, -600, 1200, [Visit("desk", -600, 600, 1200, kit=1)]),
        ],
    )
    stock = story.measured().stock
    assert stock["opening"].tolist() == [4, 3]
    assert stock["issued"].tolist() == stock["demanded"].tolist() == [1, 0]
    assert value(story.measured(), "with_item", item="kits") == 0  # neither of them arrived in the window


def test_on_the_way_to_an_item_is_not_without_it() -> None:
    """Who is inside at the end and has not come to the station may still get the item; who left before has not."""
    stations = {"first": desk(), "kits": desk(takes={"kits": "1 per household"})}
    inside = [Visit("first", 0, 0, None, Fate.IN_SERVICE), Visit("kits", fate=Fate.NOT_REACHED)]
    gone = [Visit("first", 0, None, 600, Fate.GAVE_UP_PATIENCE), Visit("kits", fate=Fate.NOT_REACHED)]
    story = Story(
        scenario(stations, days=1, stocks={"kits": {"opening": 5}}),
        [Party(2, 0, 86_400, inside, INSIDE), Party(3, 0, 600, gone, Outcome.GAVE_UP)],
    )
    m = story.measured()
    assert [value(m, name, item="kits") for name in ("awaiting_item", "without_item", "unmet")] == [2, 3, 0]
    assert math.isnan(value(m, "days_of_cover", item="kits"))


def test_extra_needed_by_hand() -> None:
    """One kit short on the third morning: an order of one that comes before then is enough, a later one is too late."""
    # An order takes 36 h: placed at the first midnight it comes on day 1 at 12:00, at the second on day 2 at 12:00.
    times = [at("10:00"), at("10:00", 2), at("10:01", 2)]
    fates = [Visit("desk", t, t, t + 600, kit=1) for t in times[:2]]
    fates.append(Visit("desk", times[2], None, times[2] + 60, Fate.MISSED_SHORT))
    words = {"opening": 1, "reorder_at": 0, "order_up_to": 1, "lead_time": "36 h"}
    story = Story(
        scenario({"desk": desk(takes={"kits": "1 per household"})}, days=4, stocks={"kits": words}),
        [Party(1, t, t + 600, [visit]) for t, visit in zip(times, fates, strict=True)],
        moves=[(times[1], Entry.RECEIVED, 1)],
    )
    extra = story.measured().stock["extra_needed"]
    np.testing.assert_array_equal(extra, [1, np.nan, np.nan, np.nan])
    story.parties.pop()
    np.testing.assert_array_equal(story.measured().stock["extra_needed"], [0, 0, 0, 0])


def test_a_shortage_in_a_closed_hour_begins_when_the_station_opens() -> None:
    """Who joins while closed needs the item when the station opens: an order that comes before then is in time."""
    words = {"opening": 0, "reorder_at": 0, "order_up_to": 1, "lead_time": "30 h"}
    kits = desk("08:00-18:00", takes={"kits": "1 per household"})
    joined = at("02:00", 1)
    story = Story(
        scenario({"desk": kits}, days=2, stocks={"kits": words}),
        [Party(1, joined, at("09:00", 1), [Visit("desk", joined, None, at("09:00", 1), Fate.MISSED_SHORT)])],
    )
    np.testing.assert_array_equal(story.measured().stock["extra_needed"], [1, np.nan])


def test_all_that_happens_in_one_second_is_one_change() -> None:
    """A line that is gone at midnight does not stand in the peak of the day that begins."""
    served = [Visit("desk", 80_000, 86_400, 87_000)]
    m = Story(scenario({"desk": desk(desks=2)}), [Party(3, 80_000, 87_000, served) for _ in range(2)]).measured()
    assert m.daily.loc[m.daily["station"] == "desk", "queue_peak"].tolist() == [6, 0]


def test_staff_are_needed_for_the_busiest_day_not_for_all_days() -> None:
    """The same desk serves every day: staff of a week are those of its peak day."""
    story = Story(
        scenario({"desk": desk("08:00-09:00")}),
        [Party(1, at("08:00", d), at("08:10", d), [Visit("desk", at("08:00", d), at("08:00", d), at("08:10", d))])
         for d in (0, 1)],
    )  # fmt: skip
    table = story.measured().requirements
    rows = table[(table["what"] == "staff") & (table["crossing"] == "torkham")]
    assert rows["demanded"].tolist() == rows["met"].tolist() == [1, 1]


def test_rations_are_asked_for_when_they_are_given_out() -> None:
    """Rations need no visit: given or not, they are asked for at that second; what could not be given is unmet."""
    story = Story(
        scenario({"desk": desk(takes={"meals": "1 per person"})}, days=1, stocks={"meals": {"opening": 10}}),
        [],
        moves=[(at("07:00"), Entry.ISSUED, 8), (at("12:00"), Entry.ISSUED, 2), (at("12:00"), Entry.UNMET, 6)],
    )
    m = story.measured()
    assert [value(m, word, item="meals") for word in ("issued", "unmet", "demanded", "closing")] == [10, 6, 16, 0]
    assert value(m, "stockout_hours", item="meals") == 12


def test_a_closure_is_left_out_of_the_wait_in_opening_hours() -> None:
    """While a closure stops people, the station is not open, whatever its desks; its roster stays."""
    story = Story(
        scenario({"desk": desk()}, days=1),
        [Party(1, at("08:00"), at("12:10"), [Visit("desk", at("08:00"), at("12:00"), at("12:10"))])],
    )
    shut = dataclasses.replace(story.network().stations[0], shut=((at("09:00"), at("12:00")),))
    network = dataclasses.replace(story.network(), stations=(shut,))
    m = measure(story.scenario, network, story.households(), story.journal())
    assert value(m, "wait_mean", "desk") == 4 * 3600
    assert value(m, "wait_open_mean", "desk") == 3600
    assert value(m, "desk_hours", "desk") == 24


def test_who_is_diverted_arrives_at_the_other_crossing() -> None:
    """Diverted here, arrived there: counted once as arrived, and the wait begins on arrival there."""
    visit = Visit("desk", at("20:00"), at("20:10"), at("20:20"))
    party = Party(5, at("20:00"), at("20:20"), [visit], crossing=1, diverted=(0, at("02:00")))
    m = Story(scenario({"desk": desk()}, days=1, crossings=["torkham", "spin_boldak"]), [party]).measured()
    for crossing, diverted, arrived in (("torkham", 5, 0), ("spin_boldak", 0, 5), ("", 5, 5)):
        assert value(m, "diverted", crossing=crossing) == diverted
        assert value(m, "arrived", crossing=crossing) == arrived
    assert value(m, "wait_total_mean", crossing="spin_boldak") == 600
