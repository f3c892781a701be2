"""From rows of the register to comparisons: what each speaks of, and what is no comparison."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from rows import row

from borderflow.calibrate.reports import Report, reports
from borderflow.calibrate.totals import rounding
from borderflow.evidence.rows import Flow

FIRST, LAST = date(2023, 10, 1), date(2023, 10, 31)


def read(*rows: Flow, populations: tuple[str, ...] = ("all",)) -> list[Report]:
    return reports(rows, FIRST, LAST, populations)


def test_a_day_count_is_the_total_of_its_day() -> None:
    (one,) = read(row("day", 1200, "05", "05"))
    assert (one.ids, one.where, one.taken) == (("day",), ("torkham",), "total")
    assert (one.first, one.last, one.days, one.value, one.middle) == (
        date(2023, 10, 5),
        date(2023, 10, 5),
        1,
        1200,
        1200,
    )


def test_running_totals_enter_as_differences_of_one_series() -> None:
    """The first row enters whole where the series begins in the horizon; each later one from the day after the last."""
    total = {"quantity": "cumulative_returns", "series": "kp"}
    found = read(
        row("c", 900, "02", "09", **total), row("a", 300, "02", "04", **total), row("b", 500, "02", "06", **total)
    )
    assert [(one.ids, one.value, one.first.day, one.last.day) for one in found] == [
        (("a",), 300, 2, 4),
        (("b", "a"), 200, 5, 6),
        (("c", "b"), 400, 7, 9),
    ]


def test_a_series_that_began_before_the_scenario_gives_differences_only() -> None:
    """Its first row within the horizon is what the next ones are counted from, even if it lies before it."""
    total = {"quantity": "cumulative_returns", "series": "kp"}
    begun = "2023-09-15"
    found = read(row("before", 100, begun, "2023-09-30", **total), row("b", 500, begun, "03", **total))
    assert [(one.ids, one.value, one.first) for one in found] == [(("b", "before"), 400, date(2023, 10, 1))]
    assert read(row("b", 500, begun, "03", **total)) == []


def test_two_series_are_not_mixed() -> None:
    """Each basis counts for itself, and so does each crossing."""
    total = {"quantity": "cumulative_returns"}
    found = read(
        row("kp", 300, "02", "04", series="kp", **total),
        row("un", 900, "02", "06", series="un", **total),
        row("kp-boldak", 500, "02", "08", series="kp", crossing="spin_boldak", **total),
    )
    assert [one.ids for one in found] == [("kp",), ("un",), ("kp-boldak",)]


def test_a_difference_with_a_rounded_end_is_itself_rounded() -> None:
    total = {"quantity": "cumulative_returns", "series": "kp"}
    found = read(row("a", 300, "02", "04", qualifier="about", **total), row("b", 500, "02", "06", **total))
    assert [one.qualifier for one in found] == ["about", "about"]


def test_a_bound_on_a_running_total_is_compared_whole_and_starts_no_difference() -> None:
    total = {"quantity": "cumulative_returns", "series": "kp"}
    found = read(
        row("a", 300, "02", "04", **total),
        row("over", 400, "02", "05", qualifier="over", **total),
        row("b", 500, "02", "06", **total),
    )
    assert [(one.ids, one.value) for one in found] == [(("a",), 300), (("over",), 400), (("b", "a"), 200)]


def test_two_ends_of_a_range_are_one_comparison() -> None:
    found = read(
        row("low", 550, "02", "08", "period_returns", qualifier="range_low"),
        row("high", 880, "02", "08", "period_returns", qualifier="range_high"),
        row("alone", 700, "03", "09", "period_returns", qualifier="range_low"),
    )
    assert [(one.ids, one.qualifier, one.value, one.high) for one in found] == [(("low", "high"), "range", 550, 880)]
    assert found[0].middle == pytest.approx((550 * 880) ** 0.5)


@pytest.mark.parametrize(
    "outside",
    [
        row("before", 10, "2023-09-30", "2023-09-30"),
        row("across", 10, "2023-09-30", "02", "period_returns"),
        row("after", 10, "30", "2023-11-01", "period_returns"),
        row("no day", 10, None, None),
        row("families carried on", 10, "05", "05", "families_transported"),
        row("iran too", 10, "05", "05", crossing="pakistan_and_iran"),
        row("nobody", 0, "05", "05"),
        row("another group", 10, "05", "05", population="acc"),
        row("context", 10, "05", "05", use="context"),
        row("contradicted", 10, "05", "05", use="contradicted"),
        row("again", 10, "05", "05", same_count_as="first"),
    ],
    ids=lambda one: one.id,
)
def test_what_is_no_comparison_is_left_out(outside: Flow) -> None:
    assert read(outside) == []


@pytest.mark.parametrize(("quantity", "taken"), [("families", "total"), ("families_per_day", "mean")])
def test_families_are_compared_as_families(quantity: str, taken: str) -> None:
    (one,) = read(row("one", 90, "04", "05", quantity, qualifier="about"))
    assert (one.families, one.taken, one.value, one.rounded > 0) == (True, taken, 90, True)


@pytest.mark.parametrize(
    ("persons", "compared"),
    [
        (row("persons", 480, "05", "05"), ["persons"]),  # the families are theirs
        (row("persons", 480, "05", "05", basis="media"), ["families", "persons"]),
        (row("persons", 480, "06", "06"), ["families", "persons"]),
        (row("persons", 480, "05", "05", crossing="both"), ["families", "persons"]),
    ],
    ids=["the same", "another basis", "another day", "both crossings"],
)
def test_families_are_left_out_where_their_persons_are_told(persons: Flow, compared: list[str]) -> None:
    found = read(row("families", 90, "05", "05", "families"), persons)
    assert sorted(one.id for one in found) == compared


def test_two_ends_of_a_range_of_families_are_one_comparison() -> None:
    ends = {"quantity": "families_per_day", "population": "all"}
    (one,) = read(
        row("low", 700, "05", "19", qualifier="range_low", **ends),
        row("high", 800, "05", "19", qualifier="range_high", **ends),
    )
    assert (one.families, one.taken, one.value, one.high) == (True, "mean", 700, 800)


def test_a_count_that_is_told_again_counts_once() -> None:
    found = read(row("first", 10, "05", "05"), row("again", 10, "05", "05", basis="media", same_count_as="first"))
    assert [one.ids for one in found] == [("first",)]


def test_a_group_is_compared_where_it_is_told_apart() -> None:
    found = read(row("por", 10, "05", "05", population="por"), populations=("all", "por"))
    assert [one.population for one in found] == ["por"]


@pytest.mark.parametrize(
    ("crossing", "where", "everywhere"),
    [
        ("both", ("torkham", "spin_boldak"), False),
        ("pakistan_all", ("torkham", "spin_boldak"), True),
        ("spin_boldak", ("spin_boldak",), False),
    ],
)
def test_where_a_report_speaks_of(crossing: str, where: tuple[str, ...], everywhere: bool) -> None:
    (one,) = read(row("one", 10, "05", "05", crossing=crossing))
    assert (one.where, one.everywhere) == (where, everywhere)


@pytest.mark.parametrize(
    ("quantity", "taken"),
    [
        ("daily_mean", "mean"),
        ("monthly_mean", "monthly"),
        ("peak_day", "peak"),
        ("queue", "queue"),
        ("weekly_returns", "total"),
    ],
)
def test_how_a_quantity_is_taken(quantity: str, taken: str) -> None:
    (one,) = read(row("one", 10, "02", "08", quantity))
    assert one.taken == taken


def test_they_come_in_the_order_of_their_dates() -> None:
    found = read(row("late", 1, "09", "09"), row("early", 1, "02", "02"), row("long", 1, "01", "09", "period_returns"))
    assert [one.id for one in found] == ["early", "long", "late"]


@pytest.mark.parametrize(
    ("value", "expected"), [(24_000, 0.02), (25_000, 0.02), (1_000, 0.15), (100, 0.15), (11_553, 0.02)]
)
def test_rounding_is_half_a_unit_of_the_last_digit_within_bounds(value: float, expected: float) -> None:
    """At least 2 %, at most 15 %."""
    assert rounding(value) == pytest.approx(expected)


def test_rounding_between_its_bounds() -> None:
    """'About 6,200': 50 on either side, a uniform error of 50/√3."""
    assert rounding(6_200) == pytest.approx(max(0.02, 50 / 6_200 / np.sqrt(3)))
    assert rounding(9_000) == pytest.approx(500 / 9_000 / np.sqrt(3))
