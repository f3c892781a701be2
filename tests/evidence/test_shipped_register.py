"""The shipped register: every row is judged, and the doubts that its page names are decided in its columns."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from borderflow.evidence.register import FLOW_COLUMNS, Register, load
from borderflow.evidence.rows import Flow

SHIPPED = Path(__file__).parents[2] / "scenarios" / "evidence"


@pytest.fixture(scope="module")
def register() -> Register:
    return load(SHIPPED)


def flow(register: Register, id: str) -> Flow:
    (row,) = register.select([id])
    assert isinstance(row, Flow)
    return row


def grown(register: Register, series: str) -> list[tuple[date, float]]:
    """The counts of a series that a simulation is held against, by date."""
    rows = [row for row in register.flows if row.series == series and row.counts and row.bound == "point"]
    return sorted((row.end, row.value) for row in rows if row.end is not None)


def test_every_row_says_who_counted_and_what_it_is_good_for(register: Register) -> None:
    for row in register.flows:
        assert row.basis in register.bases
        assert row.use in ("fit", "context", "contradicted")
        assert len(row.use_reason) > 8, row.id
        assert len(row.basis_reason) > 6, row.id
    assert len(register.flows) == 365


def test_every_basis_is_somebodys(register: Register) -> None:
    assert set(Counter(row.basis for row in register.flows)) == set(register.bases)


def test_a_contradicted_row_names_the_row_that_says_otherwise(register: Register) -> None:
    ids = {row.id for row in register.flows}
    for row in register.flows:
        if row.use == "contradicted":
            named = set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", row.use_reason)) & ids
            assert named - {row.id}, row.id
            assert all(flow(register, id).use != "contradicted" for id in named), row.id


def test_what_is_fitted_has_days_within_the_model(register: Register) -> None:
    """A row of Pakistan and Iran, of another crossing, or without a last day has nothing to be compared with."""
    for row in register.flows:
        if row.counts:
            assert row.crossing in ("torkham", "spin_boldak", "both", "pakistan_all"), row.id
            assert row.end is not None, row.id
            assert row.quantity not in ("stock", "inflow_all_movement", "present"), row.id


def test_torkham_and_the_national_bulletin_differ_by_a_constant(register: Register) -> None:
    """The pair of 19 November gives it, and the other bulletins less that constant lie on the Torkham totals."""
    constant = flow(register, "nov19-national-cum").value - flow(register, "nov19-torkham-cum").value
    assert constant == 14_380
    torkham = dict(grown(register, "kp_torkham"))
    bulletin = dict(grown(register, "bulletin_2023"))
    both = sorted([*torkham.items(), *((day, value - constant) for day, value in bulletin.items())])
    assert [value for _, value in both] == sorted(value for _, value in both)
    assert bulletin[date(2023, 11, 28)] - constant - torkham[date(2023, 11, 27)] == 1_213


def test_the_growth_of_torkham_is_that_of_its_day_counts(register: Register) -> None:
    """Parts of the totals of 1 and 2 November and the total of 31 October give the two days that the papers tell."""
    parts = {
        day: sum(flow(register, f"nov0{day}-torkham-cum-{who}").value for who in ("men", "women", "children"))
        for day in (1, 2)
    }
    assert parts[2] - parts[1] == flow(register, "nov02-torkham").value == 19_344
    assert parts[1] - flow(register, "oct18-31-torkham-104k").value == 24_629
    totals = dict(grown(register, "kp_torkham"))
    assert totals[date(2023, 10, 31)] == 104_000
    assert totals[date(2023, 10, 29)] == 82_500


def test_the_bulletin_of_november_and_that_of_december_are_never_differenced(register: Register) -> None:
    early, late = flow(register, "nov28-national-cum"), flow(register, "dec08-national-cum")
    assert (early.series, late.series) == ("bulletin_2023", "bulletin_2024")
    assert (early.crossing, late.crossing) == ("torkham", "both")
    assert early.start is None


def test_day_counts_that_the_ministry_words_as_deported_count_everyone(register: Register) -> None:
    for row in register.flows:
        if row.basis == "morr" and row.quantity in ("daily_returns", "families"):
            assert row.population == "all", row.id


def test_the_commissions_members_are_no_crossings(register: Register) -> None:
    for row in register.flows:
        if re.fullmatch(r"(dec|jan)\d\d-torkham-hc", row.id):
            assert row.quantity == "registered"
            assert row.use == ("fit" if row.id == "dec11-torkham-hc" else "context")


@pytest.mark.parametrize(
    ("id", "use"),
    [
        ("nov01-torkham-queue28k", "fit"),
        ("nov01-torkham-28k-alt", "contradicted"),
        ("oct31-torkham-afp", "contradicted"),
        ("seed-iom-525k", "fit"),
        ("seed-un-450k", "fit"),
        ("seed-fo-757008", "fit"),
        ("seed-torkham-500", "context"),
        ("seed-headline-800k", "context"),
        ("seed-2p6m-2025", "context"),
        ("seed-3300-day-2025", "context"),
    ],
)
def test_the_rows_that_the_page_doubts_are_decided(register: Register, id: str, use: str) -> None:
    assert flow(register, id).use == use


def test_a_fact_that_stands_in_two_files_counts_once(register: Register) -> None:
    """A capacity that is a flow too names it, and has its number."""
    again = [row for row in register.capacity if row.same_count_as]
    assert len(again) == 35
    for row in again:
        assert row.value == flow(register, row.same_count_as).value, row.id


def test_the_agencies_totals_count_everyone_at_all_crossings(register: Register) -> None:
    rows = [row for row in register.flows if row.series == "iom_unhcr_2023"]
    assert len(rows) >= 10
    assert {(row.crossing, row.population, row.start) for row in rows} == {("pakistan_all", "all", date(2023, 9, 15))}


def test_read_columns_hold_only_what_differs(register: Register) -> None:
    """What was read first stays as it was printed: the first columns are untouched."""
    with (SHIPPED / "flows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[: len(FLOW_COLUMNS)] == list(FLOW_COLUMNS)
    for row, read in zip(rows, register.flows, strict=True):
        assert (read.label is not None) == bool(row["read_reason"])
        for name in ("crossing", "population", "quantity"):
            assert row[f"{name}_read"] in ("", getattr(read, name))
            assert getattr(read.label or read, name) == row[name]
