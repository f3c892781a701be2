"""Spaces by hand: who has a place, who has none, and what there is for each person; and what must hold of any."""

from __future__ import annotations

import dataclasses
import math

import hand
import numpy as np
import pytest
from hand import Desk, Party, Room, Shelf, operation
from journals import D, H, row, told, value

from borderflow.engine.journal import NEVER, Outcome
from borderflow.measure.measure import Measured
from borderflow.measure.spaces import union
from borderflow.network.network import WhenFull


def see(measured: Measured, indicator: str, station: str = "camp") -> float:
    return value(measured, indicator, station, crossing="here")


def by_day(measured: Measured, column: str, station: str = "camp") -> list[float]:
    found: list[float] = measured.daily.loc[measured.daily["station"] == station, column].tolist()
    return found


def space(story: hand.Story, **words: object) -> hand.Story:
    """The story with words of its first space that the kit does not have."""
    spaces = (dataclasses.replace(story.network.spaces[0], **words), *story.network.spaces[1:])  # type: ignore[arg-type]
    return dataclasses.replace(story, network=dataclasses.replace(story.network, spaces=spaces))


def two_families(*, days: int = 2, **words: object) -> hand.Story:
    """Five places. A (4 persons) is there 08:00-20:00, B (3) from 12:00: outside until 20:00, then inside to 02:00."""
    story = operation(
        [Party("08:00", {"desk": 12 * 60}, size=4), Party("12:00", {"desk": 14 * 60}, size=3)],
        [Desk("desk", desks=[("00:00", 2)])],
        rooms=[Room("camp", "desk", "desk", [("00:00", 5)])],
        days=days,
    )
    return space(story, **words)


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        ("arrived", 7),
        ("inside_mean", (4 * 12 + 3 * 6) / 48),
        ("inside_peak", 4),
        ("inside_peak_day", 8 / 24),
        ("outside_mean", 3 * 8 / 48),
        ("outside_peak", 3),
        ("outside_peak_day", 12 / 24),
        ("overnight_inside", 3),
        ("overnight_outside", 0),
        ("place_wait_mean", 3 * 8 * H / 7),
        ("place_wait_p50", 0),
        ("place_wait_p95", 8 * H),
        ("place_wait_max", 8 * H),
        ("without_place", 0),
        ("places", 5),
        ("places_used", (4 * 12 + 3 * 6) / (5 * 48)),
        ("days_over_capacity", 1),
    ],
)
def test_two_families_by_hand(indicator: str, expected: float) -> None:
    """Inside with a place, outside without one; persons are the weights."""
    assert see(told(two_families()), indicator) == pytest.approx(expected, rel=1e-12)


def test_the_days_of_a_space_stand_under_its_name() -> None:
    """The daily table has rows of the space, and the columns of spaces are empty for stations and crossings."""
    m = told(two_families())
    columns = ("arrived", "inside_midnight", "outside_midnight", "inside_peak", "outside_peak", "places")
    assert [by_day(m, column) for column in columns] == [[7, 0], [3, 0], [0, 0], [4, 3], [3, 0], [5, 5]]
    assert np.isnan(by_day(m, "queue_peak")).all()
    for column in columns[2:]:
        assert m.daily.loc[m.daily["station"] != "camp", column].isna().all()


def test_a_midnight_splits_into_inside_and_outside_shelter() -> None:
    """With four places for seven persons until the second day, three are without shelter at the first midnight."""
    story = operation(
        [Party("20:00", {"desk": 12 * 60}, size=4), Party("21:00", {"desk": 12 * 60}, size=3)],
        [Desk("gate"), Desk("desk", desks=[("00:00", 2)])],
        rooms=[Room("camp", "desk", "desk", [("00:00", 4), ("1 01:00", 9)])],
    )
    m = told(story)
    for place in ("camp", ""):
        assert [see(m, word, place) for word in ("overnight_inside", "overnight_outside")] == [4, 3]
    assert value(m, "overnight_outside", crossing="") == 3
    assert see(m, "people_overnight_peak", "") == 7
    assert see(m, "place_wait_max") == 4 * H
    assert see(m, "places") == (25 * 4 + 23 * 9) / 48


def test_who_has_not_come_to_the_space_is_outside_shelter_too() -> None:
    """A family in the line before the camp sleeps in the open, though it is not outside the camp."""
    story = operation(
        [Party("23:00", {"gate": 120, "desk": 60}, size=6)],
        [Desk("gate"), Desk("desk")],
        rooms=[Room("camp", "desk", "desk", [("00:00", 9)])],
    )
    m = told(story)
    assert see(m, "overnight_outside", "") == 6
    assert see(m, "overnight_outside") == see(m, "outside_peak") == 0


def test_nested_spaces_count_once() -> None:
    """Who has a place in the camp but none in its hall is inside; who has one in the hall alone is inside too."""
    story = operation(
        [Party("20:00", {"desk": 600, "food": 60}, size=4), Party("20:01", {"desk": 600, "food": 60}, size=3)],
        [Desk("desk", desks=[("00:00", 2)]), Desk("food")],
        rooms=[Room("camp", "desk", "food", [("00:00", 9)]), Room("hall", "desk", "desk", [("00:00", 4)])],
    )
    m = told(story)
    assert [see(m, "overnight_inside", place) for place in ("camp", "hall", "")] == [7, 4, 7]
    assert [see(m, "overnight_outside", place) for place in ("camp", "hall", "")] == [0, 3, 0]
    story = operation(
        [Party("20:00", {"desk": 600, "food": 60}, size=4), Party("20:01", {"desk": 600, "food": 60}, size=3)],
        [Desk("desk", desks=[("00:00", 2)]), Desk("food")],
        rooms=[Room("camp", "desk", "food", [("00:00", 4)]), Room("hall", "desk", "desk", [("00:00", 9)])],
    )
    m = told(story)
    assert [see(m, "overnight_outside", place) for place in ("camp", "hall", "")] == [3, 0, 0]


def test_held_in_the_yard_is_a_wait_for_a_place_and_uses_nothing_of_the_space() -> None:
    """Household 1 stands in the yard of the hall for an hour: no place, and not one of the people who eat there."""
    story = operation(
        [Party("08:00", {"desk": 120}, size=2), Party("09:00", {"desk": 60}, size=2)],
        [Desk("desk", desks=[("00:00", 2)])],
        [Shelf("water", 90_000)],
        rooms=[
            Room("hall", "desk", "desk", [("00:00", 3)], WhenFull.HOLD, uses=[("water", 10_000, ["09:30"])]),
        ],
        days=1,
    )
    m = told(litres(story))
    assert see(m, "place_wait_mean", "hall") == 30 * 60
    assert see(m, "outside_mean", "hall") == 2 / 24
    # Two persons have ten litres each; there are 2 × 2 h and 2 × 1 h person-hours of people with a place.
    assert see(m, "water_per_person_day", "hall") == 20 / (6 / 24)


def test_who_leaves_without_a_place_has_waited_and_who_still_waits_has_waited_so_far() -> None:
    """The second never had a place and waited until leaving; with the third the mean is a lower bound."""
    parties = [
        Party("08:00", {"desk": 20 * 60}, size=2),
        Party("09:00", {"desk": 60}, size=2),
        Party("22:00", {"desk": 600}),
    ]
    for many, mean in ((2, (2 * 1) / 4), (3, (2 * 1 + 1 * 2) / 5)):
        story = operation(
            parties[:many],
            [Desk("desk", desks=[("00:00", 3)])],
            rooms=[Room("camp", "desk", "desk", [("00:00", 2)])],
            days=1,
        )
        m = told(story)
        assert see(m, "without_place") == 2
        found = row(m, "place_wait_mean", "camp", crossing="here")
        assert (found["value"], found["lower_bound"]) == (mean * H, many == 3)


def test_places_taken_away_count_as_long_as_someone_has_them() -> None:
    """Nobody is put out: two persons in one place are two places used, on a day over capacity."""
    story = operation(
        [Party("00:00", {"desk": 36 * 60}, size=2)],
        [Desk("desk")],
        rooms=[Room("camp", "desk", "desk", [("00:00", 4), ("1 00:00", 1)])],
    )
    m = told(story)
    assert see(m, "places_used") == (2 * 36) / (4 * 24 + 2 * 12 + 1 * 12)
    assert see(m, "days_over_capacity") == 1
    assert see(m, "outside_peak") == 0


def test_who_came_in_the_warm_up_is_there_but_in_no_wait() -> None:
    """All sixteen hours earlier, so that both families came before the start: from then on they count."""
    story = two_families()
    stays = story.journal.stays
    moved = {word: getattr(stays, word) - 16 * H for word in ("came", "entered", "left")}
    m = told(
        dataclasses.replace(
            story, journal=dataclasses.replace(story.journal, stays=dataclasses.replace(stays, **moved))
        )
    )
    assert see(m, "arrived") == 0
    assert math.isnan(see(m, "place_wait_mean"))
    # A is there until 04:00 and B outside until 04:00, then inside until 10:00.
    assert see(m, "inside_mean") == pytest.approx((4 * 4 + 3 * 6) / 48)
    assert see(m, "outside_mean") == pytest.approx(3 * 4 / 48)
    assert see(m, "outside_peak_day") == 0


def test_an_empty_space() -> None:
    """Nobody came: nothing is used, and what is per person is not defined."""
    story = operation(
        [], [Desk("desk")], [Shelf("water", 90)],
        rooms=[Room("camp", "desk", "desk", [("00:00", 9)], uses=[("water", 1, ["06:00"])])],
    )  # fmt: skip
    m = told(space(litres(story), latrines=4, area=90.0))
    assert [see(m, word) for word in ("inside_peak", "places_used", "days_over_capacity", "overnight_outside")] == [
        0
    ] * 4
    for word in ("water_per_person_day", "persons_per_latrine", "area_per_person"):
        assert math.isnan(see(m, word))
        assert math.isnan(see(m, word, ""))
    for word in ("inside_peak_day", "place_wait_mean"):
        assert math.isnan(see(m, word))


# -- what there is for each person -----------------------------------------------------------------------------------


def litres(story: hand.Story) -> hand.Story:
    """The story with its first stock in litres, counted in millilitres."""
    stocks = (dataclasses.replace(story.network.stocks[0], unit="l", scale=1000), *story.network.stocks[1:])
    return dataclasses.replace(story, network=dataclasses.replace(story.network, stocks=stocks))


def used() -> hand.Story:
    """Four persons from 00:00 to 12:00 of day 1; 15 l each at 06:00, a meal at 07:00 and 18:00; 70 l, 10 meals."""
    story = operation(
        [Party("00:00", {"desk": 36 * 60}, size=4)],
        [Desk("desk")],
        [Shelf("water", 70_000), Shelf("hot_meals", 10), Shelf("soap", 99)],
        rooms=[
            Room("camp", "desk", "desk", [("00:00", 2), ("12:00", 9)], uses=[
                ("water", 15_000, ["06:00"]), ("hot_meals", 1, ["07:00", "18:00"]), ("soap", 1, ["07:00"]),
            ])
        ],
        days=3,
    )  # fmt: skip
    return litres(story)


WATER = {"indicator": "water_per_person_day", "at_least": "15 l"}


def test_water_and_meals_per_person_and_day() -> None:
    """Litres issued ÷ mean persons inside and outside, day by day; nobody is there on the third day."""
    standards = {
        "camp": {**WATER, "station": "camp"},
        "crossing": WATER,
        "less": {**WATER, "at_least": "10 l", "over": "50 % of days"},
        "all": {**WATER, "crossing": "all", "at_least": "5 l"},
    }
    m = told(used(), standards=standards)
    # Day 0: 60 l for 4; day 1: the last 10 l for 2 on average. Meals: 8, then 2 for 4 at 07:00.
    for place in ("camp", ""):
        assert see(m, "water_per_person_day", place) == pytest.approx(70 / 6)
        assert see(m, "meals_per_person_day", place) == pytest.approx(10 / 6)
    verdicts = {name: value(m, "standard", crossing="" if name == "all" else "here", item=name) for name in standards}
    assert verdicts == {"camp": 0, "crossing": 0, "less": 1, "all": 1}
    failed = value(m, "standard_first_failure", crossing="here", item="camp")
    assert failed == 1  # on day 0 it is exactly 15 l; on day 2 there is nothing to judge


def test_the_daily_table_has_water_and_meals_of_each_day() -> None:
    """60 l and 8 meals for 4 on day 0, 10 l and 2 meals for the mean of 2 on day 1; nobody is there on day 2."""
    m = told(used())
    for place in ("camp", ""):
        assert by_day(m, "water_per_person_day", place) == pytest.approx([15, 5, math.nan], nan_ok=True)
        assert by_day(m, "meals_per_person_day", place) == pytest.approx([2, 1, math.nan], nan_ok=True)
    assert all(math.isnan(value) for value in by_day(m, "water_per_person_day", "desk"))
    without = told(two_families())
    assert all(math.isnan(value) for value in by_day(without, "water_per_person_day"))


def test_rations_are_demand_of_the_item() -> None:
    """Issued as far as the stock goes, the rest unmet; demanded is both, and so are the requirements of the week."""
    m = told(used())
    words = ("issued", "unmet", "demanded", "closing")
    assert [value(m, word, crossing="here", item="water") for word in words] == [70, 50, 120, 0]
    assert [value(m, word, crossing="here", item="hot_meals") for word in words] == [10, 2, 12, 0]
    table = m.requirements[(m.requirements["crossing"] == "here") & (m.requirements["by"] == "week")]
    table = table.set_index(["what", "station"])[["unit", "demanded", "met", "peak"]]
    assert table.loc[("water", "")].tolist() == ["l", 120, 70, 60]
    assert table.loc[("hot_meals", "")].tolist() == ["units", 12, 10, 8]


def test_nobody_is_said_to_be_without_what_only_a_space_gives_out() -> None:
    """No household takes the water at a station: 'without water: 0' beside 50 litres that were due would be wrong."""
    both = operation(
        [Party("00:00", {"desk": 60})],
        [Desk("desk", takes=[("soap", 1, 0)])],
        [Shelf("water", 0), Shelf("soap", 5)],
        rooms=[Room("camp", "desk", "desk", [("00:00", 9)], uses=[("water", 1, ["00:30"]), ("soap", 1, ["00:30"])])],
    )
    m = told(both)
    said = m.indicators[m.indicators["indicator"].str.contains("_item")]
    assert set(said["item"]) == {"soap"}
    assert {"with_item", "without_item", "awaiting_item_households"} <= set(said["indicator"])
    assert set(said["crossing"]) == {"", "here"}
    assert [value(m, "unmet", crossing="here", item=item) for item in ("water", "soap")] == [1, 0]


def test_places_are_needed_for_the_peak_day() -> None:
    """Persons in the space are needed at one time: the peak of the week, not the sum of its days."""
    table = told(two_families(days=3)).requirements
    rows = table[table["what"] == "places"].set_index(["crossing", "by"])
    assert rows.loc[("here", "week"), ["station", "unit", "demanded", "met", "peak_day"]].tolist() == [
        "camp", "persons", 7, 4, "2023-11-01",
    ]  # fmt: skip
    assert rows.loc[("", "phase"), "demanded"] == 7


def test_latrines_and_ground_are_for_all_and_cover_for_those_inside() -> None:
    """Seven persons on two latrines and 84 m², four of them under 28 m² of cover."""
    story = two_families(latrines=2, area=84.0)
    m = told(story)
    for place in ("camp", ""):
        assert see(m, "persons_per_latrine", place) == 3.5
        assert see(m, "area_per_person", place) == 12
    standards = {
        "each": {"indicator": "persons_per_latrine", "station": "camp", "at_most": 3, "over": "90 % of days"},
        "half": {"indicator": "persons_per_latrine", "station": "camp", "at_most": 3, "over": "50 % of days"},
    }
    m = told(story, standards=standards)
    assert [value(m, "standard", crossing="here", item=name) for name in standards] == [0, 1]
    m = told(two_families(covered=28.0))
    assert see(m, "covered_area_per_person") == see(m, "covered_area_per_person", "") == 7


def test_latrines_of_a_hall_in_the_camp_are_the_camps() -> None:
    """Taken together the outer space speaks for the inner one; disjoint spaces add up."""
    parties = [Party("08:00", {"desk": 60, "food": 60}, size=6)]
    desks = [Desk("desk"), Desk("food")]

    def together(rooms: list[Room]) -> float:
        story = operation(parties, desks, rooms=rooms)
        spaces = tuple(dataclasses.replace(each, latrines=2) for each in story.network.spaces)
        network = dataclasses.replace(story.network, spaces=spaces)
        return see(told(dataclasses.replace(story, network=network)), "persons_per_latrine", "")

    places = [("00:00", 9)]
    assert together([Room("camp", "desk", "food", places), Room("hall", "desk", "desk", places)]) == 3
    assert together([Room("yard", "desk", "desk", places), Room("hall", "food", "food", places)]) == 1.5


def test_a_space_with_the_name_of_a_station_has_a_key_of_its_own() -> None:
    """Rows of the space ``desk`` do not mix with those of the station ``desk``."""
    story = operation(
        [Party("08:00", {"desk": 60}, size=3)], [Desk("desk")], rooms=[Room("desk", "desk", "desk", [("00:00", 2)])]
    )
    m = told(story)
    assert see(m, "outside_peak", "space.desk") == 3
    assert see(m, "processed", "desk") == 3
    assert not m.indicators.duplicated(["crossing", "station", "item", "group", "indicator"]).any()


# -- what must hold of any ---------------------------------------------------------------------------------------------


def crowded(when_full: WhenFull) -> hand.Story:
    """A hundred households of 1 to 8 in two nested spaces that are too small by turns."""
    rng = np.random.default_rng(4)
    minutes = np.sort(rng.integers(0, 4 * 24 * 60, 100))
    parties = [
        Party(
            f"{minute // 1440} {minute % 1440 // 60:02d}:{minute % 60:02d}",
            {"gate": 10, "desk": float(rng.integers(60, 900)), "food": float(rng.integers(5, 600))},
            size=int(rng.integers(1, 9)),
            patience={"food": 300},
        )
        for minute in minutes.tolist()
    ]
    return operation(
        parties,
        [Desk("gate", desks=[("00:00", 3)]), Desk("desk", desks=[("00:00", 8)]), Desk("food", [("00:00", 2)])],
        rooms=[
            Room("camp", "desk", "food", [("00:00", 40), ("2 07:00", 60), ("3 09:00", 20)]),
            Room("hall", "desk", "desk", [("00:00", 20), ("1 12:00", 10)], when_full),
        ],
        days=5,
    )


@pytest.mark.parametrize("when_full", list(WhenFull))
def test_littles_law_of_a_space(when_full: WhenFull) -> None:
    """Mean persons inside × time = the sum of the stays with a place; outside likewise = the waits for one."""
    story = crowded(when_full)
    m, stays, size = told(story), story.journal.stays, story.households.size
    for index, name in enumerate(("camp", "hall")):
        here = stays.space == index
        until = np.where(stays.left[here] == NEVER, story.network.end_second, stays.left[here])
        entered = np.where(stays.entered[here] == NEVER, until, stays.entered[here])
        persons = size[stays.household[here]]
        assert see(m, "outside_peak", name) > 0
        assert see(m, "inside_mean", name) * 5 * D == pytest.approx(((until - entered) * persons).sum(), rel=1e-12)
        waited = ((entered - stays.came[here]) * persons).sum()
        assert see(m, "outside_mean", name) * 5 * D == pytest.approx(waited, rel=1e-12)
        assert see(m, "place_wait_mean", name) * see(m, "arrived", name) == pytest.approx(waited, rel=1e-12)


@pytest.mark.parametrize("when_full", list(WhenFull))
def test_every_night_everybody_is_inside_or_outside_shelter(when_full: WhenFull) -> None:
    """Inside + outside shelter = the people inside the operation, and agrees with a count of each household."""
    story = crowded(when_full)
    m, journal = told(story), story.journal
    stays, end = journal.stays, story.network.end_second
    left = np.where(stays.left == NEVER, end, stays.left)
    rows = {name: m.daily[m.daily["station"] == name] for name in ("", "camp", "hall")}
    peaks = [0, 0]
    for day in range(5):
        midnight = (day + 1) * D
        with_place = (stays.entered != NEVER) & (stays.entered < midnight) & (left >= midnight)
        there = (stays.came < midnight) & (left >= midnight)
        for index, name in enumerate(("camp", "hall")):
            persons = story.households.size[stays.household]
            counts = [persons[with_place & (stays.space == index)].sum(), persons[there & (stays.space == index)].sum()]
            found = rows[name].iloc[day]
            assert found["inside_midnight"] == counts[0]
            assert found["inside_midnight"] + found["outside_midnight"] == counts[1]
        sheltered = story.households.size[np.unique(stays.household[with_place])].sum()
        present = (journal.needs.arrival < midnight) & (
            (journal.left >= midnight) | (journal.outcome == Outcome.INSIDE_AT_END)
        )
        everybody = story.households.size[present].sum()
        assert everybody == rows[""].iloc[day]["inside_midnight"]
        peaks = [max(peaks[0], sheltered), max(peaks[1], everybody - sheltered)]
    assert [see(m, word, "") for word in ("overnight_inside", "overnight_outside")] == peaks
    assert peaks[1] > 0


def test_shares_and_peaks_of_a_space_stay_in_their_range() -> None:
    """Peaks are above means, the share of places used is at most 1, and no value is given twice."""
    m = told(crowded(WhenFull.OUTSIDE))
    for name in ("camp", "hall"):
        assert 0 < see(m, "places_used", name) <= 1
        assert see(m, "inside_mean", name) < see(m, "inside_peak", name)
        assert see(m, "overnight_inside", name) <= see(m, "inside_peak", name)
        assert 0 < see(m, "days_over_capacity", name) <= 5
    assert not m.indicators.duplicated(["crossing", "station", "item", "group", "indicator"]).any()


def test_stretches_of_one_household_are_joined() -> None:
    """Overlapping or touching stretches are one; those of different households never are."""
    household = np.array([1, 0, 1, 0, 1, 2])
    first, last = np.array([5, 0, 7, 3, 12, 8]), np.array([8, 4, 12, 3, 20, 9])
    joined = union(household, first, last)
    assert [part.tolist() for part in joined] == [[0, 1, 2], [0, 5, 8], [4, 20, 9]]


def test_a_scenario_without_spaces_has_no_rows_of_them() -> None:
    """Where no space is stated nothing is said of shelter."""
    m = told(operation([Party("08:00", {"desk": 60})], [Desk("desk")]))
    words = {"overnight_inside", "places", "inside_mean", "water_per_person_day"}
    assert not words & set(m.indicators["indicator"])
    assert "places" not in set(m.requirements["what"])
