"""Quantities as a scenario writes them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from borderflow.scenario.units import (
    DAY,
    Amount,
    Hours,
    amount,
    clock,
    day,
    hours,
    midnight,
    money,
    need,
    positive_seconds,
    seconds,
    share,
    throughput,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12 min", 720),
        ("2h", 7200),
        ("1 d 12 h", 129_600),
        ("1.5 h", 5400),
        ("1 w", 604_800),
        ("30 s", 30),
        ("PT12M", 720),
        ("P1DT2H", 93_600),
        ("P2W", 1_209_600),
        ("0 min", 0),
    ],
)
def test_durations_are_whole_seconds(text: str, value: int) -> None:
    """A duration is a number and a unit, or ISO 8601."""
    assert seconds(text) == value


@pytest.mark.parametrize(
    "text",
    [300, "300", "5 fortnights", "-5 min", "PT-5M", "5min30", "", "P", "PT", "٣ min", True, None, "999999 w", 1.5],
)
def test_what_is_no_duration_is_refused(text: object) -> None:
    """A bare number is never a duration; nor is a sign, an unknown unit or a piece without one."""
    with pytest.raises(ValueError, match=r"duration|hundred years"):
        seconds(text)


def test_a_duration_that_must_last_is_not_zero() -> None:
    """Where time must pass, the shortest is one second."""
    assert positive_seconds("1 s") == 1
    with pytest.raises(ValueError, match="at least one second"):
        positive_seconds("0 h")


@given(st.integers(0, 400), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_any_duration_reads_the_same_in_both_forms(d: int, h: int, m: int, s: int) -> None:
    """Words and ISO 8601 agree on every duration."""
    total = ((d * 24 + h) * 60 + m) * 60 + s
    assert seconds(f"{d} d {h} h {m} min {s} s") == seconds(f"P{d}DT{h}H{m}M{s}S") == total


@given(st.integers(0, 1439), st.integers(0, 1439))
def test_opening_hours_read_back_as_written(first: int, last: int) -> None:
    """Hours print in the form that they are read from; over midnight they are as long as the clock says."""
    text = "-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in (first, last))
    if first == last:
        with pytest.raises(ValueError, match="24 h"):
            hours(text)
        return
    read = hours(text)
    assert str(read) == text
    assert read.length == ((last - first) % 1440) * 60


@pytest.mark.parametrize(("text", "value"), [("24 h", Hours(0, DAY)), ("00:00-24:00", Hours(0, DAY))])
def test_round_the_clock(text: str, value: Hours) -> None:
    """A full day is its own word."""
    assert hours(text) == value
    assert str(hours(text)) == "24 h"
    assert hours(text).length == DAY


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_dates_read_in_their_iso_form(when: date) -> None:
    """Every date reads from its ISO form, and its midnight is a whole number of days away."""
    assert day(when.isoformat()) == when
    assert midnight(when, date(2023, 10, 1)) == (when - date(2023, 10, 1)).days * DAY


@pytest.mark.parametrize(
    "text", ["2023-02-30", "2023-13-01", "01/11/2023", "2023-11-1", "20231101", 20231101, "2023-11-01T00:00"]
)
def test_other_dates_are_refused(text: object) -> None:
    """Only days of the calendar, only year-month-day; the form is shown."""
    with pytest.raises(ValueError, match="2023-11-01"):
        day(text)


@pytest.mark.parametrize("text", ["7:00", "25:00", "07:60", "24:01", "0700", 7, "٠٧:٠٠"])
def test_other_times_of_day_are_refused(text: object) -> None:
    """A time of day has two digits on each side; the day ends at 24:00."""
    assert clock("24:00") == DAY
    with pytest.raises(ValueError, match="07:00"):
        clock(text)


@given(st.integers(0, 1000))
def test_shares_are_numbers_or_per_cent(thousandths: int) -> None:
    """``0.955`` and ``95.5 %`` are one share."""
    assert share(f"{thousandths / 10} %") == pytest.approx(share(thousandths / 1000), abs=1e-12)


@pytest.mark.parametrize("value", [-0.1, 1.1, "110 %", "-1 %", True, "0.5", None, "half"])
def test_other_shares_are_refused(value: object) -> None:
    """A share lies between 0 and 1."""
    with pytest.raises(ValueError, match="share"):
        share(value)


def test_amounts_are_things_or_litres() -> None:
    """A whole number of things, or litres; cubic metres are a thousand litres."""
    assert amount(5000) == Amount(5000)
    assert amount("1.5 m3") == amount("1500 l") == Amount(1500, "l")
    assert str(amount("15 l")) == "15 l"
    for wrong in (-1, 1.5, "5000", "5 kg", True, "-3 l", 10**13):
        with pytest.raises(ValueError, match=r"amount|larger"):
            amount(wrong)


def test_needs_throughputs_and_money_name_their_unit() -> None:
    """What a household takes, what a station passes and what a thing costs all say of what and per what."""
    assert need("15 l per person").per_person
    assert need("1 per household").amount == Amount(1)
    assert throughput("24000 persons/day").of == "persons"
    assert throughput("500 households per day").per_day == 500
    assert money("45 USD").currency == "USD"
    for read, wrong in ((need, 1), (need, "0 per person"), (throughput, 24000), (throughput, "0 persons/day"),
                        (money, 45), (money, "-1 USD"), (money, "$45")):  # fmt: skip
        with pytest.raises(ValueError, match=r"write|0|negative"):
            read(wrong)
