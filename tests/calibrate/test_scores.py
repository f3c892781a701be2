"""Scores of forecasts: their identities, and values by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from borderflow.calibrate.foretell import Foresight, Foretold
from borderflow.calibrate.reports import Report
from borderflow.calibrate.scores import score

NUMBERS = st.lists(st.tuples(st.floats(1, 1e6), st.floats(1, 1e6)), min_size=1, max_size=30)


def columns(pairs: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    both = np.array(pairs, dtype=float)
    return both[:, 0], both[:, 1]


def test_known_values() -> None:
    """Half, right and double: median |log| is ln 2; the differences are 2/3, 0 and 2/3; one of three bands misses."""
    reported, forecast = np.array([100.0, 200.0, 800.0]), np.array([200.0, 200.0, 400.0])
    low, high = np.array([150.0, 100.0, 300.0]), np.array([300.0, 400.0, 900.0])
    found = score(reported, forecast, low, high)
    assert found.reports == 3
    assert found.error == pytest.approx(math.log(2))
    assert found.difference == pytest.approx((2 / 3 + 0 + 2 / 3) / 3)
    assert found.inside == pytest.approx(2 / 3)
    assert found.sharpness == pytest.approx(3)  # of 2, 4 and 3


def test_the_ends_of_a_band_lie_inside_it() -> None:
    ones = np.ones(2)
    assert score(np.array([1.0, 2.0]), ones, ones, 2 * ones).inside == 1


@given(NUMBERS)
@settings(deadline=None)
def test_a_perfect_forecast_has_no_error(pairs: list[tuple[float, float]]) -> None:
    reported, _ = columns(pairs)
    found = score(reported, reported, reported, reported)
    assert (found.error, found.difference, found.inside, found.sharpness) == (0, 0, 1, 1)


@given(NUMBERS)
@settings(deadline=None)
def test_reported_and_forecast_may_change_places(pairs: list[tuple[float, float]]) -> None:
    """A forecast of twice as many is as wrong as one of half as many."""
    reported, forecast = columns(pairs)
    there, back = score(reported, forecast), score(forecast, reported)
    assert there.error == pytest.approx(back.error, abs=1e-12)
    assert there.difference == pytest.approx(back.difference, abs=1e-12)


@given(NUMBERS, st.floats(0.001, 1000))
@settings(deadline=None)
def test_the_unit_does_not_matter(pairs: list[tuple[float, float]], unit: float) -> None:
    reported, forecast = columns(pairs)
    low, high = forecast / 1.5, forecast * 2
    plain = score(reported, forecast, low, high)
    scaled = score(unit * reported, unit * forecast, unit * low, unit * high)
    assert scaled.error == pytest.approx(plain.error, abs=1e-9)
    assert scaled.difference == pytest.approx(plain.difference, abs=1e-9)
    assert scaled.sharpness == pytest.approx(plain.sharpness)


@given(NUMBERS)
@settings(deadline=None)
def test_ranges(pairs: list[tuple[float, float]]) -> None:
    """The relative difference lies in [0, 2], the error is not negative; without a band there is no share inside."""
    found = score(*columns(pairs))
    assert 0 <= found.difference <= 2
    assert found.error >= 0
    assert math.isnan(found.inside)
    assert math.isnan(found.sharpness)


@given(NUMBERS)
@settings(deadline=None)
def test_a_band_without_ends_holds_everything(pairs: list[tuple[float, float]]) -> None:
    reported, forecast = columns(pairs)
    everywhere = np.full(len(reported), np.inf)
    found = score(reported, forecast, -everywhere, everywhere)
    assert (found.inside, found.sharpness) == (1, np.inf)


def test_the_largest_difference_is_two() -> None:
    assert score(np.array([1e12]), np.array([1e-12])).difference == pytest.approx(2)


@pytest.mark.parametrize(("reported", "forecast"), [([], []), ([0.0], [1.0]), ([1.0], [-1.0])])
def test_what_cannot_be_scored(reported: list[float], forecast: list[float]) -> None:
    with pytest.raises(ValueError, match=r"reports to score|positive"):
        score(np.array(reported), np.array(forecast))


DAY = date(2023, 11, 5)
POINT = Report(("one",), ("torkham",), False, "all", "total", DAY, DAY, 100, 100, "exact", "kp_home")
TOLD = Foretold(POINT, 0, 90, 110, 130, 50, 100)


def test_only_numbers_of_people_who_crossed_are_scored() -> None:
    """A bound, a range, a queue and a share count apart; each of the naive forecasts is scored where it exists."""
    others = [
        replace(TOLD, report=replace(POINT, **words))
        for words in ({"qualifier": "over"}, {"qualifier": "range"}, {"taken": "queue"}, {"taken": "share"})
    ]
    about = replace(TOLD, report=replace(POINT, qualifier="about"), last=None)
    found = Foresight((TOLD, about, *others), 7)
    assert found.scored == (TOLD, about)
    assert found.apart == tuple(others)
    assert found.model is not None
    assert found.model.reports == 2
    assert found.model.error == pytest.approx(math.log(1.1))
    assert found.last is not None
    assert (found.last[0].reports, found.last[1].reports) == (1, 1)
    assert found.last[0].error == pytest.approx(math.log(2))
    assert found.between is not None
    assert found.between[0].error == 0


def test_nothing_foretold_has_no_score() -> None:
    assert (Foresight((), 7).model, Foresight((), 7).last) == (None, None)


@pytest.mark.parametrize(
    ("qualifier", "value", "high", "inside"),
    [
        ("exact", 89, 89, False),
        ("exact", 131, 131, False),
        ("over", 50, 50, True),
        ("over", 131, 131, False),
        ("up_to", 500, 500, True),
        ("up_to", 89, 89, False),
        ("range", 50, 95, True),
        ("range", 131, 200, False),
    ],
)
def test_a_bound_agrees_on_its_side(qualifier: str, value: float, high: float, inside: bool) -> None:
    """Foretold: 90 to 130. 'Over 50' allows any more, 'up to 500' any less."""
    assert replace(TOLD, report=replace(POINT, qualifier=qualifier, value=value, high=high)).inside == inside
