"""The density of a reported number: it integrates to one, and says what its qualifier says."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import exponnorm, norm

from borderflow.calibrate.likelihood import (
    ABOVE,
    ANYTHING,
    BELOW,
    between,
    drawn,
    log_densities,
    one_sided,
)
from borderflow.calibrate.reports import Report
from borderflow.evidence.rows import QUALIFIERS

SIGMA, MISPRINTS = 0.08, 0.05


def report(value: float, qualifier: str = "exact", high: float = 0.0) -> Report:
    day = date(2023, 11, 1)
    return Report(("one",), ("torkham",), False, "all", "total", day, day, value, high or value, qualifier, "basis")


def density(log_value: float, qualifier: str, log_true: float = 8.0) -> float:
    """Density of the log of a reported number."""
    one = report(float(np.exp(log_value)), qualifier)
    found = log_densities([one], np.array([[log_true]]), np.array([[SIGMA]]), MISPRINTS)
    return float(np.exp(found[0, 0]))


@pytest.mark.parametrize("qualifier", ["exact", "about", *BELOW, *ABOVE])
def test_densities_of_numbers_integrate_to_one(qualifier: str) -> None:
    """Over the log of the number, wrong reports included."""
    parts = [(8 - 8, 7), (7, 7.9), (7.9, 8.1), (8.1, 9), (9, 16)]
    whole = sum(quad(lambda x: density(x, qualifier), low, high, limit=200)[0] for low, high in parts)
    assert whole == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("share", [0.03, 0.1, 0.25, 0.5])
def test_a_one_sided_error_is_the_exponentially_modified_normal(share: float) -> None:
    """The same as scipy's, and as the convolution done numerically."""
    x = np.linspace(-0.5, 2.0, 41)
    found = np.exp(one_sided(x, np.full(41, SIGMA), share))
    assert found == pytest.approx(exponnorm.pdf(x, share / SIGMA, scale=SIGMA), rel=1e-8)
    for at in (-0.1, 0.0, 0.2):
        by_hand = quad(lambda part: norm.pdf(at - part, 0, SIGMA) * np.exp(-part / share) / share, 0, 20 * share)[0]  # noqa: B023
        assert float(np.exp(one_sided(np.array([at]), np.array([SIGMA]), share)[0])) == pytest.approx(by_hand, rel=1e-6)


@pytest.mark.parametrize(
    ("qualifier", "likelier"), [("over", 7.8), ("at_least", 7.8), ("nearly", 8.15), ("up_to", 8.6)]
)
def test_a_bound_leans_to_its_side(qualifier: str, likelier: float) -> None:
    """A lower bound is told below the truth rather than as far above it, an upper bound above rather than below."""
    assert density(likelier, qualifier) > 2 * density(16 - likelier, qualifier)


def test_a_range_says_that_the_truth_lies_within_and_no_more() -> None:
    """Every truth well inside is as likely; outside it falls off with the error; it integrates to one over truths."""
    truths = np.log([1010.0, 1500.0, 1990.0])
    narrow = between(1000, 2000, truths, np.full(3, 1e-4))
    assert np.exp(narrow) == pytest.approx(1 / np.log(2), rel=1e-6)
    whole = quad(lambda x: float(np.exp(between(1000, 2000, np.array(x), np.array(SIGMA)))), 5, 9.5, points=[6.9, 7.6])[
        0
    ]
    assert whole == pytest.approx(1, abs=1e-6)
    assert (
        between(1000, 2000, np.log(2500.0), np.array(SIGMA)) < between(1000, 2000, np.log(2000.0), np.array(SIGMA)) - 2
    )


def test_a_misprint_costs_a_bounded_price() -> None:
    """Ten times the truth is no more unlikely than a report that is something else: it cannot bend a curve for ever."""
    told = density(8 + np.log(10), "exact")
    something_else = MISPRINTS * norm.pdf(np.log(10), 0, np.hypot(SIGMA, ANYTHING))
    assert told == pytest.approx(something_else, rel=1e-6)


def test_reports_keep_their_place_whatever_their_qualifiers() -> None:
    """The density of each report stands in its own column."""
    those = [report(3000, "over"), report(2900), report(2000, "range", 4000), report(3100, "nearly"), report(2800)]
    together = log_densities(those, np.full((2, 5), 8.0), np.full((2, 5), SIGMA), MISPRINTS)
    apart = [log_densities([one], np.full((2, 1), 8.0), np.full((2, 1), SIGMA), MISPRINTS)[:, 0] for one in those]
    assert together == pytest.approx(np.array(apart).T)


@pytest.mark.parametrize("qualifier", ["exact", *BELOW, *ABOVE])
def test_drawn_reports_have_the_density_of_the_likelihood(qualifier: str) -> None:
    """Mean and spread of a hundred thousand drawn numbers are those of the normal with its exponential share."""
    rng = np.random.default_rng(3)
    x = np.log(drawn(qualifier, np.full(100_000, 8.0), np.full(100_000, SIGMA), rng)) - 8
    share = -BELOW.get(qualifier, 0.0) + ABOVE.get(qualifier, 0.0)
    assert x.mean() == pytest.approx(share, abs=0.006)
    assert x.std() == pytest.approx(np.hypot(SIGMA, share), rel=0.02)


def test_every_qualifier_of_the_register_has_a_meaning() -> None:
    assert set(QUALIFIERS) == {"exact", "about", "range_low", "range_high", *BELOW, *ABOVE}
