"""From report to likelihood: how likely a reported number is, if the model's number were the truth.

All is on the log scale. A reported number v of a true number m has x = log v − log m, which is spread by

* the **error of whoever counts** (``sigma``: by basis, estimated), with the day-to-day variation that the model's
  expected number leaves out;
* what the **qualifier** says: an ``exact`` number only by that; ``about`` also by its rounding; ``nearly``, ``under``
  and ``up_to`` lie above the truth, ``over`` and ``at_least`` below it, by an exponential share (the convolution with
  the error is the exponentially modified normal distribution, Grushka, Analytical Chemistry 44, 1972); two ends of a
  range say that the truth lies between them, no value more likely than another.

A few reports (``misprints``, a share) may be plainly wrong, a misprint or another thing than they say: a mixture with a
wide normal distribution keeps them from bending the curve (Box and Tiao, Biometrika 55, 1968).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import log_ndtr, ndtr

from borderflow.calibrate.parameters import Floats
from borderflow.calibrate.reports import Report

BELOW = {"over": 0.05, "at_least": 0.12}
"""Mean share by which the truth lies above a number that is said to be a lower bound."""
ABOVE = {"nearly": 0.03, "under": 0.25, "up_to": 0.50}
"""Mean share by which the truth lies below a number that is said to be an upper bound."""
ANYTHING = 1.0
"""Standard deviation of a report that is something else than it says, on the log scale."""
_HALF_LOG = 0.5 * math.log(2 * math.pi)


def normal(x: Floats, sigma: Floats) -> Floats:
    """Log density of the normal distribution with mean 0."""
    density: Floats = -0.5 * (x / sigma) ** 2 - np.log(sigma) - _HALF_LOG
    return density


def one_sided(x: Floats, sigma: Floats, share: float) -> Floats:
    """Log density of a normal error plus an exponential share of mean ``share``, which x lies above."""
    density: Floats = -math.log(share) + (sigma / share) ** 2 / 2 - x / share + log_ndtr(x / sigma - sigma / share)
    return density


def between(low: float, high: float, log_true: Floats, sigma: Floats) -> Floats:
    """Log density of a truth that is said to lie between two numbers."""
    inside = ndtr((math.log(high) - log_true) / sigma) - ndtr((math.log(low) - log_true) / sigma)
    density: Floats = np.log(np.maximum(inside, 1e-300) / (math.log(high) - math.log(low)))
    return density


def log_densities(reports: Sequence[Report], log_true: Floats, sigma: Floats, misprints: float) -> Floats:
    """Log density of each report, given the model's numbers and their errors: all of shape (draws, reports)."""
    core = np.empty_like(log_true)
    x = np.log(np.array([one.middle for one in reports])) - log_true
    for qualifier in dict.fromkeys(one.qualifier for one in reports):
        at = [index for index, one in enumerate(reports) if one.qualifier == qualifier]
        if qualifier in BELOW:
            core[:, at] = one_sided(-x[:, at], sigma[:, at], BELOW[qualifier])
        elif qualifier in ABOVE:
            core[:, at] = one_sided(x[:, at], sigma[:, at], ABOVE[qualifier])
        elif qualifier == "range":
            for index in at:
                core[:, index] = between(reports[index].value, reports[index].high, log_true[:, index], sigma[:, index])
        else:
            core[:, at] = normal(x[:, at], sigma[:, at])
    wide = normal(x, np.hypot(sigma, ANYTHING))
    mixed: Floats = np.logaddexp(math.log1p(-misprints) + core, math.log(misprints) + wide)
    return mixed


def drawn(qualifier: str, log_true: Floats, sigma: Floats, rng: np.random.Generator) -> Floats:
    """Numbers as they would be reported, by chance, of true numbers: one for each entry of ``log_true``."""
    said = log_true + sigma * rng.standard_normal(np.shape(log_true))
    if qualifier in BELOW:
        said = said - BELOW[qualifier] * rng.standard_exponential(np.shape(log_true))
    elif qualifier in ABOVE:
        said = said + ABOVE[qualifier] * rng.standard_exponential(np.shape(log_true))
    reported: Floats = np.exp(said)
    return reported


def told(
    reports: Sequence[Report], log_true: Floats, sigma: Floats, misprints: float, rng: np.random.Generator
) -> Floats:
    """Reports as the likelihood has them, by chance, of one true number each: values, of a range its middle.

    What is told is now and then something else than it says. All shapes (reports,).
    """
    found = np.empty(len(reports))
    for index, one in enumerate(reports):
        true, error = log_true[index], sigma[index]
        wrong = rng.random() < misprints
        if wrong:
            found[index] = math.exp(true + math.hypot(error, ANYTHING) * rng.standard_normal())
        elif one.qualifier == "range":
            width = math.log(one.high / one.value)
            found[index] = math.exp(true + error * rng.standard_normal() + width * (rng.random() - 0.5))
        else:
            found[index] = drawn(one.qualifier, true, error, rng)
    return found
