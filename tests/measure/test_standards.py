"""Standards: period, each day, a share of days; what is not over yet never meets an upper limit."""

from __future__ import annotations

import math
from typing import Any

import hand
import numpy as np
import pytest
from journals import Party, Story, Visit, at, desk, scenario, told, value

from borderflow.engine.journal import Fate, Outcome
from borderflow.measure.registry import INDICATORS, fault
from borderflow.measure.rows import Days
from borderflow.measure.standards import verdict
from borderflow.scenario.plans import Standard

NAN = math.nan


def standard(**words: Any) -> Standard:
    return Standard.model_validate({"indicator": "wait_p95", "station": "desk", **words})


@pytest.mark.parametrize(
    ("over", "days", "expected"),
    [
        ("each_day", [3600, 7200, 3600], (1, NAN)),
        ("each_day", [3600, 7201, 9000], (0, 1)),
        ("each_day", [NAN, 3600, NAN], (1, NAN)),
        ("each_day", [NAN, NAN, NAN], (NAN, NAN)),
        ("50 % of days", [9000, 3600, NAN], (1, NAN)),
        ("60 % of days", [9000, 3600, NAN], (0, 0)),
    ],
)
def test_a_standard_over_days_is_judged_on_the_days_that_have_a_value(
    over: str, days: list[float], expected: tuple[float, float]
) -> None:
    """A day on which nobody came neither keeps nor breaks it; the first day that breaks it is named."""
    found = verdict(standard(at_most="2 h", over=over), (9999.0, False), Days(np.array(days, dtype=float)))
    np.testing.assert_array_equal(found, expected)


def test_a_lower_bound_never_meets_an_upper_limit() -> None:
    """One hour so far is not shown to be at most two; a same-day share of at least so much stands as it is."""
    day = Days(np.array([3600.0]), np.array([True]))
    assert verdict(standard(at_most="2 h"), (3600.0, True), day) == (0, 0)
    assert verdict(standard(at_most="2 h", over="period"), (3600.0, True), day) == (0, 0)
    assert verdict(standard(at_least="30 min"), (3600.0, True), day)[0] == 1


def test_what_adds_up_fails_on_the_day_that_exhausts_it() -> None:
    """At most 30 stock-out hours in the period: with 24 a day, the second day breaks it."""
    hours = Standard.model_validate(
        {"indicator": "stockout_hours", "item": "kits", "at_most": "30 h", "over": "period"}
    )  # fmt: skip
    assert verdict(hours, (72.0, False), Days(np.full(3, 24.0))) == (0, 1)


def test_each_crossing_that_has_the_station() -> None:
    """A standard without a crossing speaks of each that has its station, and makes no row elsewhere."""
    words = {"indicator": "wait_p95", "station": "desk", "at_most": "2 h"}
    standards = {"w": words, "all_people": {"indicator": "wait_p95", "crossing": "all", "at_most": "2 h"}}
    story = Story(
        scenario({"desk": desk()}, days=1, standards=standards),
        [Party(1, 0, at("24:00"), [Visit("desk", 0, None, None, Fate.WAITING)], Outcome.INSIDE_AT_END)],
    )
    m = story.measured()
    assert value(m, "standard", item="w") == 0
    assert value(m, "standard_first_failure", item="w") == 0
    # Without a station wait_p95 is the wait in all.
    assert value(m, "standard", crossing="", item="all_people") == 0


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({}, None),
        ({"indicator": "wait_p59"}, "no such indicator; did you mean 'wait_p95'?"),
        ({"station": None, "item": "kits"}, "'wait_p95' is given for a station, not for an item"),
        ({"indicator": "same_day"}, "'same_day' is given for a crossing, not for a station"),
        (
            {"indicator": "cost", "station": None, "over": "each_day", "at_most": "9 USD"},
            "'cost' has no value for each day; write over: period",
        ),
        ({"indicator": "cost", "station": None, "at_most": "9 USD"}, None),
        ({"station": None}, None),
        ({"indicator": "transport_backlog", "at_most": 900}, None),
        ({"item": "kits"}, "give either 'station' or 'item'"),
        ({"indicator": "water_per_person_day", "at_most": "15 l"}, None),
        ({"indicator": "persons_per_latrine", "station": None, "at_most": 20}, None),
        ({"indicator": "places", "station": None}, "'places' is given for a space, not for a crossing"),
        ({"indicator": "trigger_fired", "station": None}, "'trigger_fired' is given for a trigger, not for a crossing"),
    ],
)  # fmt: skip
def test_faults_of_a_standard(words: dict[str, Any], text: str | None) -> None:
    """A standard that no measure answers is refused in words."""
    assert fault(standard(**{"at_most": "2 h", **words})) == text


def test_a_standard_that_no_crossing_can_answer_is_not_defined_rather_than_forgotten() -> None:
    """Without any space nothing can be said of water: the standard has a row, and no verdict."""
    standards = {"water": {"indicator": "water_per_person_day", "at_least": "15 l"}}
    m = Story(scenario({"desk": desk()}, days=1, standards=standards), []).measured()
    assert math.isnan(value(m, "standard", item="water"))


def test_every_indicator_by_day_says_so() -> None:
    """The registry says which indicators have daily values: those that are measured, and no other."""
    camp = hand.Room("camp", "desk", "desk", [("00:00", 9)], uses=[("water", 1, ["06:00"]), ("meals", 1, ["07:00"])])
    spaces = hand.operation(
        [],
        [hand.Desk("desk", shut=[("08:00", "09:00")])],
        [hand.Shelf("water", 5), hand.Shelf("meals", 5)],
        rooms=[camp],
        transfers=[("09:00", "meals", "water", 1, 60)],
        purses=[hand.Purse(0)],
    )
    for place, words in (
        (spaces.network.spaces[0], {"latrines": 1, "area": 1.0, "covered": 1.0}),
        (spaces.network.stocks[0], {"unit": "l"}),
    ):
        for word, given in words.items():
            object.__setattr__(place, word, given)
    story = Story(
        scenario(
            {"gate": desk(takes={"kits": "1 per household"}), "transport": {"fleet": "trucks"}},
            stocks={"kits": {"opening": 5}},
            fleets={"trucks": {"vehicles": 4, "seats": 10, "leave_after": "1 h", "round_trip": {"elsewhere": "6 h"}}},
        ),
        [],
    )
    from borderflow.measure import measure as module
    from borderflow.measure.rows import Rows

    kept: list[Rows] = []

    class Seen(Rows):
        def __init__(self) -> None:
            super().__init__()
            kept.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "Rows", Seen)
        story.measured()
        told(spaces)
    measured = {name for rows in kept for _, name in rows.by_day}
    assert measured == {name for name, indicator in INDICATORS.items() if indicator.by_day}


@pytest.mark.parametrize(
    ("indicator", "written", "bound"),
    [
        ("stockout_hours", "24 h", 24.0),
        ("stockout_hours", "2 d", 48.0),
        ("wait_p95", "4 h", 4 * 3600.0),
        ("days_behind_peak", "36 h", 1.5),
        ("same_day", "95 %", 0.95),
        ("queue_peak", 5000, 5000.0),
        ("water_per_person_day", "15 l", 15.0),
    ],
)
def test_a_bound_is_read_in_the_unit_of_its_indicator(indicator, written, bound):
    """``24 h`` of an indicator in hours is 24, and of one in seconds 86,400: else it would hold whatever happened."""
    made = Standard.model_validate({"indicator": indicator, "at_most": written})
    assert made.bound_in(INDICATORS[indicator].unit) == bound


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (
            {"indicator": "stockout_hours", "item": "kits", "at_most": 24, "over": "period"},
            "is a duration and needs its unit",
        ),
        ({"indicator": "wait_p95", "station": "gate", "at_most": 4}, "is a duration and needs its unit"),
        ({"indicator": "same_day", "at_least": "4 h"}, "is a share: write '95 %'"),
        ({"indicator": "queue_peak", "station": "gate", "at_most": "4 h"}, "is a plain number"),
    ],
)
def test_a_bound_written_as_something_else_than_its_indicator_is_refused(words, text):
    """A bare number is never taken for a duration, nor a duration for a number."""
    assert text in (fault(Standard.model_validate(words)) or "")


def test_a_standard_may_speak_of_what_a_warehouse_holds() -> None:
    """An item of a warehouse stands under WAREHOUSE.ITEM and is judged over all crossings together; only what is known
    of a warehouse can be asked."""
    story = hand.operation(
        [hand.Party("08:00", {"desk": 5})],
        [hand.Desk("desk", takes=[("kits", 1, 0)])],
        [hand.Shelf("kits", 5), hand.Shelf("kabul.kits", 7, warehouse=True)],
    )
    words = {"item": "kabul.kits", "over": "period"}
    stocked = {
        "enough": {"indicator": "lowest", "at_least": 7, **words},
        "more": {"indicator": "closing", "at_least": 8, **words},
    }
    m = told(story, standards=stocked)
    assert value(m, "standard", crossing="", item="enough") == 1
    assert value(m, "standard", crossing="", item="more") == 0
    for name in stocked:
        assert fault(Standard.model_validate(stocked[name])) is None
    unmet = Standard.model_validate({"indicator": "unmet", "at_most": 0, **words})
    assert fault(unmet) == "'unmet' is given for an item, not for an item of a warehouse"
