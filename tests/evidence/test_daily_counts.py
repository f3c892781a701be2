"""Which reported day counts may stand beside simulated persons crossed per day, and how they are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from borderflow.evidence.register import Register, RegisterFaults, load
from borderflow.evidence.rows import QUALIFIERS

SHIPPED = Path(__file__).parents[2] / "scenarios" / "evidence"


@pytest.fixture(scope="module")
def register() -> Register:
    return load(SHIPPED)


def autumn(register: Register, crossing: str) -> dict[str, str]:
    rows = register.daily_counts(crossing, date(2023, 10, 1), date(2023, 11, 30))
    return {f"{row.end:%d %b}": row.words for row in rows}


def test_torkham_in_the_autumn_of_2023(register: Register) -> None:
    assert autumn(register, "torkham") == {
        "15 Oct": "3,127",
        "20 Oct": "3,248",
        "26 Oct": "4,709",
        "28 Oct": "about 8,000",
        "30 Oct": "11,553",
        "31 Oct": "over 12,000",
        "01 Nov": "over 24,000",
        "02 Nov": "19,344",
        "05 Nov": "6,584",
        "11 Nov": "2,857",
        "18 Nov": "2,398",
        "19 Nov": "2,062",
        "21 Nov": "2,290",
        "27 Nov": "1,493",
        "28 Nov": "781",
    }


def test_spin_boldak_has_no_day_count_in_the_autumn_of_2023(register: Register) -> None:
    assert autumn(register, "spin_boldak") == {}


@pytest.mark.parametrize("id", ["nov01-torkham-queue28k", "nov01-torkham-28k-alt", "oct31-torkham-afp"])
def test_queues_and_people_present_are_no_day_counts(register: Register, id: str) -> None:
    assert id in register
    assert id not in {row.id for row in register.daily_counts("torkham", date.min, date.max)}


def test_one_day_counts_once(register: Register) -> None:
    for crossing in ("torkham", "spin_boldak"):
        days = [row.end for row in register.daily_counts(crossing, date.min, date.max)]
        assert len(days) == len(set(days))


def test_rows_come_by_date_and_within_the_dates_asked_for(register: Register) -> None:
    rows = register.daily_counts("torkham", date(2023, 10, 26), date(2023, 11, 2))
    assert [row.id for row in rows] == [
        "oct26-national",
        "oct28-torkham-morr",
        "oct30-torkham-nation",
        "oct31-torkham-morr24h",
        "nov01-torkham-reuters",
        "nov02-torkham",
    ]
    assert [row.bound for row in rows] == ["point", "point", "point", "at_least", "at_least", "point"]


def test_every_shipped_reading_is_of_a_row_that_is_there_and_gives_a_reason(register: Register) -> None:
    flows = {flow.id for flow in register.flows}
    assert register.readings
    for reading in register.readings:
        assert reading.id in flows
        assert len(reading.reason) > 20


def test_a_register_may_bring_its_own_readings(tmp_path: Path) -> None:
    for name in ("flows", "events", "capacity"):
        (tmp_path / f"{name}.csv").write_bytes((SHIPPED / f"{name}.csv").read_bytes())
    (tmp_path / "readings.csv").write_text("id,drawn_at,reason\noct26-national,nowhere,we know better\n")
    rows = load(tmp_path).daily_counts("torkham", date(2023, 10, 26), date(2023, 10, 31))
    assert [row.id for row in rows] == [
        "oct28-torkham-morr",
        "oct30-torkham-nation",
        "oct31-torkham-morr24h",
        "oct31-torkham-afp",
    ]


def test_a_reading_of_no_row_is_a_fault(tmp_path: Path) -> None:
    for name in ("flows", "events", "capacity"):
        (tmp_path / f"{name}.csv").write_bytes((SHIPPED / f"{name}.csv").read_bytes())
    (tmp_path / "readings.csv").write_text("id,drawn_at,reason\noct26-nationl,nowhere,a slip\n")
    with pytest.raises(RegisterFaults) as caught:
        load(tmp_path)
    assert caught.value.faults == [
        f"{tmp_path}/readings.csv:2:1 oct26-nationl.id: no such flow, did you mean 'oct26-national'? "
        "(got 'oct26-nationl')"
    ]


def test_every_qualifier_is_a_point_or_a_bound() -> None:
    assert {bound for bound, _ in QUALIFIERS.values()} == {"point", "at_least", "at_most"}
