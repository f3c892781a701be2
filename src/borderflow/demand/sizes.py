"""Household sizes and who is in them: probability tables read by inverse CDF."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.special import gammaln

from borderflow.demand.households import Counts, Floats
from borderflow.scenario.spread import NegativeBinomial, Size

MOST = 60
"""The largest household that a scenario may state."""


def _cut_negative_binomial(mean: float, spread: NegativeBinomial) -> Floats:
    excess = max(spread.cv**2 * mean - 1, 1e-6)
    r = mean / excess
    k = np.arange(MOST + 1)
    log_mass = gammaln(k + r) - gammaln(r) - gammaln(k + 1) + r * np.log(r / (r + mean)) + k * np.log(mean / (r + mean))
    mass = np.where((k >= spread.min) & (k <= spread.max), np.exp(log_mass), 0.0)
    cut: Floats = mass / mass.sum()
    return cut


@cache
def _masses(size: Size) -> tuple[float, ...]:
    """Probability of each size 0 … MOST."""
    mass = np.zeros(MOST + 1)
    if size.fixed is not None:
        mass[size.fixed] = 1
    elif size.shares is not None:
        for persons, share in size.shares.items():
            mass[persons] = share
        mass /= mass.sum()
    elif size.negative_binomial is not None:
        # Cutting moves the mean, so the uncut mean is sought (by bisection) that gives the stated one.
        spread, low, high = size.negative_binomial, 1e-3, 10.0 * MOST
        sizes = np.arange(MOST + 1)
        for _ in range(60):
            middle = (low + high) / 2
            mass = _cut_negative_binomial(middle, spread)
            low, high = (middle, high) if mass @ sizes < spread.mean else (low, middle)
    return tuple(mass.tolist())


def mean_size(size: Size) -> float:
    """Mean persons per household."""
    return float(np.array(_masses(size)) @ np.arange(MOST + 1))


def largest(size: Size) -> int:
    """The largest household that can come."""
    return int(np.flatnonzero(_masses(size))[-1])


def sizes(size: Size, uniform: Floats) -> Counts:
    """Persons per household at the given uniforms."""
    cdf = np.cumsum(_masses(size))
    cdf[-1] = 1.0
    return np.searchsorted(cdf, uniform, side="right").astype(np.int16)


@cache
def _children_cdf(size: int, chance: float) -> Floats:
    k = np.arange(size)
    ways = np.exp(gammaln(size) - gammaln(k + 1) - gammaln(size - k))
    return np.cumsum(ways * chance**k * (1 - chance) ** (size - 1 - k))


def children(share: float, mean: float, persons: Counts, uniform: Floats) -> Counts:
    """Children per household: binomial over all but one member, so that every household has an adult.

    The chance is set so that children are ``share`` of all persons, as far as one adult a household allows.
    """
    result = np.zeros(len(persons), dtype=np.int16)
    if mean <= 1 or share == 0:
        return result
    chance = min(1.0, share * mean / (mean - 1))
    order = np.argsort(persons, kind="stable")  # of 16 bits: by digits
    edges = np.searchsorted(persons[order], np.arange(int(persons.max(initial=0)) + 2))
    for size in range(2, len(edges) - 1):
        here = order[edges[size] : edges[size + 1]]
        if len(here):
            found = np.searchsorted(_children_cdf(size, chance), uniform[here], side="right")
            result[here] = np.minimum(found, size - 1)
    return result
