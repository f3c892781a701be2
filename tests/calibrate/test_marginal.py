"""The marginal likelihood of a model's reports, by which assumptions are compared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_t

from borderflow.calibrate.calibration import prepared
from borderflow.calibrate.fit import information, optimum
from borderflow.calibrate.marginal import log_marginal
from borderflow.calibrate.model import Model
from borderflow.scenario.load import load

SMALL = Path(__file__).parent / "small" / "autumn.yaml"


@pytest.fixture(scope="module")
def model() -> Model:
    return prepared(load(SMALL, draws=False))[0]


def integrated(model: Model, point: np.ndarray) -> tuple[float, float]:
    """Log of the same by importance sampling, and the relative error of the integral."""
    many, rng = 40_000, np.random.default_rng(4)
    around = multivariate_t(point, np.linalg.inv(information(model, point)), df=5)
    points = around.rvs(many, random_state=rng)
    precision = model.prior_precision()
    middle = np.linalg.solve(precision, model.centre / model.spread**2)
    far = points - middle
    before = 0.5 * np.linalg.slogdet(precision / (2 * np.pi))[1] - 0.5 * ((far @ precision) * far).sum(axis=1)
    parts = np.concatenate([model.log_density(some) - model.log_prior(some) for some in np.split(points, 80)])
    weights = parts + before - around.logpdf(points)
    whole = logsumexp(weights)
    sure = np.exp(weights - whole)
    return float(whole - np.log(many)), float(np.sqrt((sure**2).sum()))


def test_it_is_the_integral_over_all_values(model: Model) -> None:
    """Laplace's approximation is not exact for errors with heavy tails; a third of a unit is little where 3 matter."""
    best = optimum(model, 1).point
    whole, unsure = integrated(model, best)
    assert unsure < 0.05
    assert log_marginal(model, best) == pytest.approx(whole, abs=0.35)


def test_models_are_compared_by_what_they_thought_before(model: Model) -> None:
    """A prior of one level that is three times as wide costs log 3, less what the level was off its middle before."""
    wide = replace(model.free[0], low=model.free[0].low / 30, high=model.free[0].high * 30)
    by = wide.spread / model.free[0].spread
    other = Model(model.scenario, [wide, *model.free[1:]], model.reports, replace(model.settings, step_change=50.0))
    loose = Model(model.scenario, model.free, model.reports, replace(model.settings, step_change=50.0))
    here, there = (optimum(one, 1).point for one in (loose, other))
    lost = log_marginal(loose, here) - log_marginal(other, there)
    far = ((here - loose.centre) / loose.spread)[0]
    assert lost == pytest.approx(np.log(by) - 0.5 * far**2, abs=0.2)
