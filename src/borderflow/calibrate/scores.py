"""Scores of forecasts of positive numbers, each with what it is for a perfect forecast and what it can be at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from borderflow.calibrate.parameters import Floats


@dataclass(frozen=True)
class Score:
    """How good forecasts were. ``inside`` and ``sharpness`` are NaN of forecasts without a band.

    ``inside``: share of reports within the 5–95 % band, between 0 and 1; ``error``: median of |log(reported /
    forecast)|, 0 if perfect; ``difference``: mean of |reported − forecast| / ((reported + forecast) / 2), between 0
    (perfect) and 2; ``sharpness``: median of p95 / p05, 1 of a band without width and infinite of one
    without ends.
    """

    reports: int
    inside: float
    error: float
    difference: float
    sharpness: float


def score(reported: Floats, forecast: Floats, low: Floats | None = None, high: Floats | None = None) -> Score:
    """Scores of forecasts of positive numbers. All shapes (reports,).

    Raises ``ValueError`` where there is nothing to score or a number is not positive.
    """
    if len(reported) == 0:
        raise ValueError("no reports to score")
    if not (np.all(reported > 0) and np.all(forecast > 0)):
        raise ValueError("scores on the log scale need positive numbers")
    error = float(np.median(np.abs(np.log(reported / forecast))))
    difference = float(np.mean(2 * np.abs(reported - forecast) / (reported + forecast)))
    if low is None or high is None:
        return Score(len(reported), float("nan"), error, difference, float("nan"))
    inside = float(np.mean((low <= reported) & (reported <= high)))
    ended = np.isfinite(high) & (low > 0)
    wide = np.divide(high, low, out=np.full(len(low), np.inf), where=ended)
    return Score(len(reported), inside, error, difference, float(np.median(wide)))
