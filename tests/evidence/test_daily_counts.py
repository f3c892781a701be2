"""Which reported day counts may stand beside simulated persons crossed per day, and how they are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from borderflow.evidence.register import FLOW_COLUMNS, Register, load
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
        "28 Nov": "nearly 1,200",
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


@pytest.mark.parametrize(
    ("id", "crossing"),
    [
        ("oct26-national", "torkham"),
        ("nov18-national", "torkham"),
        ("nov28-both-media", "torkham"),
        ("dec03-national", "both"),
    ],
)
def test_the_bulletin_of_autumn_2023_is_torkhams_and_that_of_december_is_both(
    register: Register, id: str, crossing: str
) -> None:
    (row,) = register.select([id])
    assert row.crossing == crossing
    assert id in {row.id for row in register.daily_counts(crossing, date.min, date.max)}


def test_where_two_counted_a_day_the_basis_that_is_trusted_more_is_taken(register: Register) -> None:
    """On 28 November the ministry received 781, the bulletin counted nearly 1,200 at the gate."""
    here = [
        row for row in register.flows if row.end == row.start == date(2023, 11, 28) and row.quantity == "daily_returns"
    ]
    assert {row.id for row in here if row.counts} == {"nov28-torkham-morr", "nov28-both-media"}
    (taken,) = register.daily_counts("torkham", date(2023, 11, 28), date(2023, 11, 28))
    order = list(register.bases)
    assert order.index(taken.basis) == min(order.index(row.basis) for row in here)


def test_a_day_that_is_told_again_or_contradicted_is_not_drawn(register: Register) -> None:
    drawn = {
        row.id for one in ("torkham", "spin_boldak", "both") for row in register.daily_counts(one, date.min, date.max)
    }
    assert not drawn & {row.id for row in register.flows if not row.counts}
    assert not drawn & {"nov11-national", "apr15-2025-torkham-amu", "nov01-2025-chaman", "oct08-torkham-dawn"}


def test_of_a_register_that_nobody_judged_all_day_counts_are_taken(tmp_path: Path) -> None:
    for name in ("events", "capacity"):
        (tmp_path / f"{name}.csv").write_bytes((SHIPPED / f"{name}.csv").read_bytes())
    (tmp_path / "flows.csv").write_text(
        ",".join(FLOW_COLUMNS) + "\nday,torkham,all,daily_returns,12,persons/day,exact,2023-11-01,2023-11-01,APP,,,,\n"
    )
    assert [row.id for row in load(tmp_path).daily_counts("torkham", date.min, date.max)] == ["day"]


def test_every_qualifier_is_a_point_or_a_bound() -> None:
    assert {bound for bound, _ in QUALIFIERS.values()} == {"point", "at_least", "at_most"}
