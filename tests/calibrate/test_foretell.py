"""Reports left out block by block: which rows go, which stay, and what two naive forecasts say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from rows import row

from borderflow.calibrate.calibration import prepared
from borderflow.calibrate.foretell import Foresight, leave_out, remaining
from borderflow.calibrate.model import Model
from borderflow.calibrate.reports import Report
from borderflow.calibrate.settings import comparable
from borderflow.evidence.register import Register
from borderflow.evidence.rows import Flow
from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario

SMALL = Path(__file__).parent / "small" / "autumn.yaml"
SCENARIO: Scenario = load(SMALL, draws=False)


def total(id: str, value: float, last: str, **other: object) -> Flow:
    return row(id, value, "16", last, "cumulative_returns", series="kp", **other)


def left(rows: list[Flow], *held: str, first: int = 23, last: int = 29) -> list[Report]:
    """What remains if reports of October whose own rows are these are left out."""
    those = comparable(SCENARIO, rows)
    out = [one for one in those if set(one.own) & set(held)]
    assert {id for one in out for id in one.own} == set(held)
    return remaining(SCENARIO, rows, out, date(2023, 10, first), date(2023, 10, last))


def told(those: list[Report]) -> dict[str, tuple[float, int, int]]:
    """Value, first and last day of each."""
    return {one.id: (one.value, one.first.day, one.last.day) for one in those}


def test_a_running_total_goes_on_from_the_last_row_that_is_left() -> None:
    """The rows of the 25th and 27th go: the next counts from the 20th. The row of the 20th, before the block, stays."""
    rows = [total("a", 2000, "20"), total("b", 4000, "25"), total("c", 9000, "27"), total("d", 14000, "30")]
    assert told(comparable(SCENARIO, rows)) == {
        "a": (2000, 16, 20), "b": (2000, 21, 25), "c": (5000, 26, 27), "d": (5000, 28, 30),
    }  # fmt: skip
    assert told(left(rows, "b", "c")) == {"a": (2000, 16, 20), "d": (12000, 21, 30)}


def test_the_first_row_of_a_running_total_left_out_is_made_good_by_the_next() -> None:
    rows = [total("a", 2000, "23"), total("b", 4000, "30")]
    assert told(left(rows, "a")) == {"b": (4000, 16, 30)}


def test_men_women_and_children_of_a_day_go_together() -> None:
    parts = [
        row(f"b-{part}", value, "16", "25", f"cumulative_{part}", series=f"kp_{part}")
        for part, value in (("men", 1000.0), ("women", 1000.0), ("children", 2000.0))
    ]
    rows = [total("a", 2000, "20"), *parts, total("d", 14000, "30")]
    before = {one.id: one for one in comparable(SCENARIO, rows)}
    assert before["b-men"].own == ("b-men", "b-women", "b-children")
    assert before["b-men"].ids == ("b-men", "b-women", "b-children", "a")
    assert before["d"].own == ("d",)
    assert told(left(rows, "b-men", "b-women", "b-children")) == {"a": (2000, 16, 20), "d": (12000, 21, 30)}


def test_both_ends_of_a_range_go() -> None:
    rows = [
        row("low", 500, "25", "25", qualifier="range_low"),
        row("high", 800, "25", "25", qualifier="range_high"),
        row("other", 600, "30", "30"),
    ]
    assert list(told(left(rows, "low", "high"))) == ["other"]


def test_no_other_row_tells_the_count_that_was_left_out() -> None:
    """Two rows of one basis for one day enter once: the second does not come in for the first. Nor does a bound on a
    running total for the number of the same day."""
    rows = [row("first", 500, "25", "25"), row("second", 510, "25", "25"), row("other", 600, "30", "30")]
    assert list(told(comparable(SCENARIO, rows))) == ["first", "other"]
    assert list(told(left(rows, "first"))) == ["other"]
    rows = [total("a", 2000, "20"), total("b", 4000, "25"), total("bound", 3900, "25", qualifier="over")]
    assert list(told(comparable(SCENARIO, rows))) == ["a", "b"]
    assert list(told(left(rows, "b"))) == ["a"]


def test_a_longer_report_goes_with_the_block_in_which_it_ends() -> None:
    rows = [
        row("day", 500, "25", "25"),
        row("month", 9000, "16", "26", "period_returns"),
        row("other", 600, "30", "30"),
    ]
    assert list(told(left(rows, "day", "month"))) == ["other"]


def test_families_do_not_come_in_for_the_persons_that_were_left_out() -> None:
    rows = [row("day", 500, "25", "25"), row("families", 90, "25", "25", "families"), row("other", 600, "30", "30")]
    assert list(told(comparable(SCENARIO, rows))) == ["day", "other"]
    assert list(told(left(rows, "day"))) == ["other"]


@pytest.fixture(scope="module")
def small() -> tuple[Model, Register]:
    return prepared(SCENARIO)


@pytest.fixture(scope="module")
def foresight(small: tuple[Model, Register]) -> Foresight:
    model, register = small
    return leave_out(model, register.flows, seed=1)


def test_every_report_is_foretold_once_over_however_many_days(
    small: tuple[Model, Register], foresight: Foresight
) -> None:
    model, _ = small
    assert any(one.days > 7 for one in model.reports)
    assert sorted(one.report.id for one in foresight.foretold) == sorted(one.id for one in model.reports)
    for one in foresight.foretold:
        assert one.low < one.median < one.high
        assert one.block == (one.report.last - date(2023, 10, 16)).days // 7


def test_a_fit_foretells_what_it_has_not_seen(foresight: Foresight) -> None:
    """The reports were made up from the curve that the scenario can draw; the misprint was not."""
    for one in foresight.scored:
        if one.report.id == "misprint":
            assert not one.inside
        else:
            assert one.inside, one.report.id


def test_the_number_left_out_does_not_move_its_own_forecast(
    small: tuple[Model, Register], foresight: Foresight
) -> None:
    """Ten times the day count of the 27th, in the register and in the report: the same forecasts of its block."""
    model, register = small
    rows = [replace(one, value=10 * one.value) if one.id == "kp-day-27" else one for one in register.flows]
    other = Model(model.scenario, model.free, comparable(SCENARIO, rows), model.settings)
    again = leave_out(other, rows, seed=1)
    block = next(one.block for one in foresight.foretold if one.report.id == "kp-day-27")
    for before, after in zip(foresight.foretold, again.foretold, strict=True):
        if before.block == block:
            # The search begins at the fit to everything, so it ends within its own tolerance.
            assert after.median == pytest.approx(before.median, rel=0.05), before.report.id


def test_more_workers_give_the_same(small: tuple[Model, Register], foresight: Foresight) -> None:
    model, register = small
    assert leave_out(model, register.flows, seed=1, workers=2) == foresight


def test_naive_forecasts_by_hand(small: tuple[Model, Register]) -> None:
    """Days of 100 and 400 on the 20th and the 30th, 250 on the 25th left out: the last value is 100, the line 200.

    A week of 6,400 has the level 800 at its middle, the 26th: the line between any numbers goes up to it, the one
    between day counts passes it by. Five families of the 22nd are nobody's last value, and are not scored.
    """
    model, _ = small
    rows = [row("a", 100, "20", "20"), row("b", 250, "25", "25"), row("c", 400, "30", "30")]
    rows += [row("start", 50, "16", "16")]  # blocks begin here: the 16th to the 22nd, the 23rd to the 29th
    rows += [row("two-days", 1400, "23", "24", "period_returns"), row("others", 9, "24", "24", crossing="spin_boldak")]
    rows += [row("families", 5, "22", "22", "families")]
    those = comparable(SCENARIO, rows)
    found = leave_out(Model(model.scenario, model.free, those, model.settings), rows, seed=1)
    by_id = {one.report.id: one for one in found.foretold}
    assert by_id["families"] in found.apart
    assert (by_id["b"].last, by_id["b"].between) == (pytest.approx(100), pytest.approx(200))
    # Two days, the 23rd and the 24th: 2 × 100; and on the line between the 20th and the 30th at the 23rd.
    assert by_id["two-days"].last == pytest.approx(200)
    assert by_id["two-days"].between == pytest.approx(2 * 100 * 4**0.3)
    assert (by_id["a"].last, by_id["a"].between) == (None, None)
    assert (by_id["c"].last, by_id["c"].between) == (pytest.approx(250), None)
    assert (by_id["others"].last, by_id["others"].between) == (None, None)
    assert [one.among for one in found.foretold] == [one.between for one in found.foretold]
    rows += [row("eight", 6400, "23", "30", "period_returns")]
    those = comparable(SCENARIO, rows)
    found = leave_out(Model(model.scenario, model.free, those, model.settings), rows, seed=1)
    by_id = {one.report.id: one for one in found.foretold}
    assert by_id["b"].between == pytest.approx(200)
    assert by_id["b"].among == pytest.approx(100 * 8 ** (5 / 6))
