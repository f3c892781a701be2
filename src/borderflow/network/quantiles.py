"""Spreads → quantile tables: how a household's uniform becomes its seconds."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from scipy.special import gammaincinv, ndtri

from borderflow.network.network import Floats, Quantiles
from borderflow.scenario.spread import Spread

STEPS = 4096


@cache
def quantiles(spread: Spread, members: int = 0) -> Quantiles:
    """Table the inverse CDF of a spread; ``members`` > 0 gives one row per number of members 0 … members.

    A household's time is the sum over its members: for gamma the shape times their number (sums of independent gamma
    variables of one scale are gamma), for a fixed time the multiple.
    """
    if members == 0:
        return Quantiles(_row(spread, 1)[np.newaxis, :])
    rows = [np.zeros(1 if spread.kind == "fixed" else STEPS)]
    return Quantiles(np.vstack([*rows, *(_row(spread, many) for many in range(1, members + 1))]))


def scaled(table: Quantiles, factor: float) -> Quantiles:
    """The same spread with all times multiplied."""
    return Quantiles(table.table * factor)


def _row(spread: Spread, many: int) -> Floats:
    of: Any = getattr(spread, spread.kind)
    if spread.kind == "fixed":
        return np.array([float(of) * many])
    u = (np.arange(STEPS) + 0.5) / STEPS
    match spread.kind:
        case "exponential":
            row = gammaincinv(float(many), u) * of.mean
        case "gamma":
            shape = of.cv**-2
            row = gammaincinv(shape * many, u) * of.mean / shape
        case "lognormal":
            sigma = np.sqrt(np.log1p(of.cv**2))
            row = np.exp(sigma * ndtri(u) - sigma**2 / 2) * of.mean
        case "triangular":
            width, rise = of.high - of.low, of.mode - of.low
            rising = of.low + np.sqrt(u * width * rise)
            falling = of.high - np.sqrt((1 - u) * width * (of.high - of.mode))
            row = np.where(u < rise / width, rising, falling)
        case _:
            row = of.low + u * (of.high - of.low)
    # The midpoints leave out a little of the far tail; the mean is what capacity rests on, so it is kept exact.
    exact: Floats = row * (spread.mean * many / row.mean())
    return exact
