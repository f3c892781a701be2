"""Closures of people: hours, waits with and without them, and the line that stands when one ends."""

from __future__ import annotations

import numpy as np
from hand import Desk, Party, Story, operation
from journals import H, told, value

from borderflow.network import network as net


def shut() -> Story:
    """The gate is closed 09:00-12:00 on both days, and on the second again until 13:00; the desk is never closed."""
    return operation(
        [
            Party("08:30", {"gate": 10}),
            Party("09:30", {"gate": 60}, size=4),
            Party("10:00", {"gate": 10}, size=2),
            Party("1 11:00", {"gate": 10, "desk": 10}, size=3),
            Party("1 12:30", {"desk": 10}, size=7),
        ],
        [
            Desk("gate", shut=[("09:00", "12:00"), ("1 09:00", "1 12:00"), ("1 12:00", "1 13:00")]),
            Desk("desk"),
        ],
    )


def test_hours_of_closure() -> None:
    """Closures that touch are one; the hours of each day add up."""
    m = told(shut())
    assert value(m, "closure_hours", crossing="here") == value(m, "closure_hours", crossing="") == 7
    for station, expected in (("", [3, 4]), ("gate", [3, 4]), ("desk", [0, 0])):
        assert m.daily.loc[m.daily["station"] == station, "closure_hours"].tolist() == expected


def test_two_stations_that_are_closed_at_once_are_one_closure_of_the_crossing() -> None:
    """Hours in which at least one station is stopped; a closure over the end counts to the end."""
    story = operation(
        [], [Desk("gate", shut=[("09:00", "12:00")]), Desk("desk", shut=[("11:00", "14:00"), ("1 20:00", "2 20:00")])]
    )
    assert value(told(story), "closure_hours", crossing="here") == 5 + 4


def test_who_waits_at_the_end_of_a_closure() -> None:
    """Six persons stand in the line when the gate opens at 12:00, three on the next day at 13:00 (not at 12:00)."""
    m = told(shut())
    assert m.daily.loc[m.daily["station"] == "gate", "waiting_at_reopening"].tolist() == [6, 3]
    assert value(m, "waiting_at_reopening", "gate", crossing="here") == 6
    assert np.isnan(m.daily.loc[m.daily["station"] != "gate", "waiting_at_reopening"]).all()


def test_between_two_closures_that_touch_nothing_opens() -> None:
    """Who gives up in the second of them is not in the line when it ends, though in it when the first did."""
    story = operation(
        [Party("09:00", {"gate": 10}, size=5, patience={"gate": 150}), Party("10:00", {"gate": 10}, size=3)],
        [Desk("gate", shut=[("08:00", "11:00"), ("11:00", "13:00")])],
        days=1,
    )
    assert value(told(story), "waiting_at_reopening", "gate", crossing="here") == 3


def test_waits_with_and_without_the_closure() -> None:
    """A closure counts in the wait; without it the second waits for nobody and the third for the second's hour."""
    m = told(shut())
    # Waits: 0 (1 person), 2.5 h (4), 3 h (2), 2 h (3); without the closure 0, 0, 1 h, 0.
    assert value(m, "wait_mean", "gate", crossing="here") == (4 * 2.5 + 2 * 3 + 3 * 2) * H / 10
    assert value(m, "wait_open_mean", "gate", crossing="here") == 2 * H / 10
    quantiles = [value(m, f"wait_open_{word}", "gate", crossing="here") for word in ("p50", "p90", "p95", "max")]
    assert quantiles == [0, H, H, H]
    assert [value(m, f"wait_{word}", "gate", crossing="here") for word in ("p50", "max")] == [2.5 * H, 3 * H]


def test_quantiles_of_open_waits_are_given_where_a_standard_asks_for_them() -> None:
    """They cost a sorting of all visits, so they are there if a closure or a standard wants them."""
    story = operation(
        [Party("05:00", {"desk": 10})], [Desk("desk", desks=[("00:00", 0), ("08:00", 1)])],
    )  # fmt: skip
    assert "wait_open_p95" not in set(told(story).indicators["indicator"])
    standard = {"indicator": "wait_open_p95", "station": "desk", "at_most": "1 h"}
    m = told(story, standards={"open": standard})
    assert value(m, "wait_open_p95", "desk", crossing="here") == 0
    assert value(m, "wait_p95", "desk", crossing="here") == 3 * H
    assert value(m, "standard", crossing="here", item="open") == 1


def test_diverted_people_are_counted_at_both_crossings_once() -> None:
    """Diverted where they came, arrived where they went; the closed crossing has the hours."""
    story = operation(
        [Party("08:00", {"gate": 10, "other": 7}), Party("09:30", {"gate": 10, "other": 7}, size=5)],
        [Desk("gate", shut=[("09:00", "20:00")]), Desk("other")],
        diversions=[net.Diversion(0, 9 * H, 20 * H, 1.0, 6 * H, 1)],
        crossings={"other": 1},
    )
    m = told(story)
    for crossing, diverted, arrived, hours in (("here", 5, 1, 11), ("there", 0, 5, 0), ("", 5, 6, 11)):
        assert value(m, "diverted", crossing=crossing) == diverted
        assert value(m, "arrived", crossing=crossing) == arrived
        assert value(m, "closure_hours", crossing=crossing) == hours
