"""The page of the validation: it says what the kept checks say, and how sure the scores of the register are."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    sys.path.insert(0, str(ROOT / "scenarios"))  # it imports the pictures beside it
    spec = importlib.util.spec_from_file_location("validation", ROOT / "scenarios" / "validation.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path.pop(0)
    return module


def report(day: int, reported: float) -> dict[str, Any]:
    """A report of a day of January 2024; weeks begin on the 1st, 8th …"""
    return {"last_day": f"2024-01-{day:02d}", "reported": reported}


def mean(those: list[dict[str, Any]]) -> float:
    return float(np.mean([one["reported"] for one in those]))


def test_what_is_the_same_in_every_week_is_sure(script: ModuleType) -> None:
    those = [report(day, 5.0) for day in (1, 2, 9, 16)]
    assert script.weeks_again(those, mean) == (5.0, 5.0)


def test_weeks_are_drawn_and_not_reports(script: ModuleType) -> None:
    """One week of three zeros and one of three ones: of two weeks that are drawn a quarter has zeros alone, a quarter
    ones alone. Six reports drawn one by one would have either once in sixty-four times."""
    those = [report(day, 0.0) for day in (1, 2, 7)] + [report(day, 1.0) for day in (8, 9, 14)]
    assert script.weeks_again(those, mean) == (0.0, 1.0)
    drawn: list[float] = []

    def kept(some: list[dict[str, Any]]) -> float:
        drawn.append(mean(some))
        return drawn[-1]

    script.weeks_again(those, kept)
    assert np.mean(np.array(drawn) == 0) == pytest.approx(0.25, abs=0.05)


def test_the_sharpness_of_the_register_lies_in_what_weeks_drawn_again_give(script: ModuleType) -> None:
    those = [
        {"last_day": f"2024-01-{day:02d}", "reported": 100.0, "median": 100.0, "p05": 100.0 / wide, "p95": 100.0 * wide}
        for day, wide in zip(range(1, 29), np.linspace(1.2, 2.0, 28), strict=True)
    ]
    words, sharp, must, holds = script.MEASURES[2]
    assert (words, must) == ("sharpness, p95 / p05", "at most 2.5")
    low, high = script.weeks_again(those, sharp)
    assert low < sharp(those) < high
    assert holds(2.5)
    assert not holds(2.51)


@pytest.mark.slow
def test_the_page_is_that_of_the_checks(script: ModuleType) -> None:
    assert (ROOT / "docs" / "validation.md").read_text(encoding="utf-8") == script.page()
