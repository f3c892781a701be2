"""Rows of the fit table: verdicts, gaps and weights by hand, and words that say what is counted."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from borderflow.calibrate.comparison import Band, judged, weight
from borderflow.calibrate.reports import Report
from borderflow.calibrate.wording import counted, dates, said


def report(value: float, qualifier: str = "exact", high: float = 0.0, **other: object) -> Report:
    words: dict[str, object] = {
        "ids": ("one",), "where": ("torkham",), "everywhere": False, "population": "all", "taken": "total",
        "first": date(2023, 11, 3), "last": date(2023, 11, 5), "basis": "kp_home",
    }  # fmt: skip
    return Report(value=value, qualifier=qualifier, high=high or value, **{**words, **other})  # type: ignore[arg-type]


WOULD_BE_SAID = Band(1000, 800, 1250)


@pytest.mark.parametrize(
    ("qualifier", "value", "verdict", "gap"),
    [
        ("exact", 1000, "agrees", 0.0),
        ("exact", 800, "agrees", -0.2),
        ("exact", 790, "disagrees", -0.21),
        ("about", 1260, "disagrees", 0.26),
        ("nearly", 1300, "disagrees", 0.3),
        ("nearly", 300, "disagrees", -0.7),  # 'nearly' is a number, not a bound
        ("over", 1300, "disagrees", 0.3),
        ("over", 300, "agrees", -0.7),  # the model is far above it, which 'over 300' allows
        ("at_least", 300, "agrees", -0.7),
        ("at_least", 1251, "disagrees", 0.251),
        ("up_to", 5000, "agrees", 4.0),
        ("up_to", 700, "disagrees", -0.3),
        ("under", 5000, "agrees", 4.0),
    ],
)
def test_a_number_agrees_within_what_would_be_reported(qualifier: str, value: float, verdict: str, gap: float) -> None:
    """Between 800 and 1,250 would be reported: a count outside disagrees, a bound only on its wrong side."""
    found = judged(report(value, qualifier), WOULD_BE_SAID)
    assert found == (verdict, pytest.approx(gap))


@pytest.mark.parametrize(
    ("low", "high", "verdict", "gap"),
    [
        (900, 1100, "agrees", 0),
        (1200, 1400, "agrees", 0.2),
        (1300, 1400, "disagrees", 0.3),
        (600, 700, "disagrees", -0.3),
    ],
)
def test_a_range_agrees_if_it_overlaps(low: float, high: float, verdict: str, gap: float) -> None:
    """Its gap is counted from the end that is nearer."""
    assert judged(report(low, "range", high), WOULD_BE_SAID) == (verdict, pytest.approx(gap))


@pytest.mark.parametrize("misprints", [0.05, 0.02])
def test_the_weight_is_the_chance_that_a_report_is_what_it_says(misprints: float) -> None:
    """By Bayes: the density of reports that are what they say is N(x; σ), of misprints N(x; √(1 + σ²))."""
    sigma, values = 0.1, (1000.0, 1220.0, 3000.0)
    those = [report(value) for value in values]
    found = weight(those, np.full((1, 3), np.log(1000)), np.full((1, 3), sigma), misprints)[0]
    for value, one in zip(values, found, strict=True):
        x = np.log(value / 1000)
        honest = (1 - misprints) * np.exp(-0.5 * (x / sigma) ** 2) / sigma
        wide = np.hypot(1, sigma)
        other = misprints * np.exp(-0.5 * (x / wide) ** 2) / wide
        assert one == pytest.approx(honest / (honest + other), abs=1e-9)
    assert found[0] > 0.99
    assert 0.9 < found[1] < found[0]
    assert found[2] < 1e-6


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({}, "Torkham, crossed, 3–5 November 2023"),
        ({"first": date(2023, 11, 5)}, "Torkham, crossed, 5 November 2023"),
        ({"first": date(2023, 10, 28)}, "Torkham, crossed, 28 October – 5 November 2023"),
        ({"last": date(2024, 3, 23)}, "Torkham, crossed, 3 November 2023 – 23 March 2024"),
        ({"where": ("torkham", "spin_boldak")}, "both crossings, crossed, 3–5 November 2023"),
        (
            {"where": ("torkham", "spin_boldak"), "everywhere": True, "population": "por"},
            "all crossings with Pakistan, registered refugees (PoR), crossed, 3–5 November 2023",
        ),
        ({"where": ("spin_boldak",), "taken": "mean"}, "Spin Boldak, crossed, mean of a day, 3–5 November 2023"),
        ({"taken": "peak"}, "Torkham, crossed, largest day, 3–5 November 2023"),
        ({"families": True}, "Torkham, families, crossed, 3–5 November 2023"),
        ({"taken": "queue"}, "Torkham, waiting before the gate, most at a time, 3–5 November 2023"),
        (
            {"taken": "share", "population": "deported"},
            "Torkham, people deported, share of those who crossed, 3–5 November 2023",
        ),
    ],
)
def test_words_say_what_a_report_counts(other: dict[str, object], words: str) -> None:
    assert counted(report(10, **other)) == words


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (report(11553), "11,553"),
        (report(24000, "over"), "over 24,000"),
        (report(525000, "nearly"), "nearly 525,000"),
        (report(550, "range", 850), "from 550 to 850"),
        (report(0.123, taken="share"), "12.3 %"),
    ],
)
def test_words_keep_the_qualifier(one: Report, words: str) -> None:
    assert said(one) == words


def test_dates_of_one_day() -> None:
    assert dates(date(2023, 11, 1), date(2023, 11, 1)) == "1 November 2023"
