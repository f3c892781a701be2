"""How likely a model makes its reports, whatever its values: by this, what a fit assumes can be chosen."""

from __future__ import annotations

import numpy as np

from borderflow.calibrate.fit import information
from borderflow.calibrate.model import Model
from borderflow.calibrate.parameters import Floats


def log_marginal(model: Model, point: Floats) -> float:
    """Log of the marginal likelihood of the reports, by the normal distribution around the most probable point.

    ``point``: that of ``optimum``, (names,). Laplace's approximation (MacKay, Information Theory, Inference, and
    Learning Algorithms, 2003, chapter 27) with the Gauss–Newton information for the curvature. What the prior leaves
    out as a constant is put back, so models with other assumptions of smoothness, or other bases, can be compared on
    the same reports.
    """
    precision = model.prior_precision()
    middle = np.linalg.solve(precision, model.centre / model.spread**2)
    far = point - middle
    before = 0.5 * np.linalg.slogdet(precision)[1] - 0.5 * far @ precision @ far
    reports = model.log_density(point[None])[0] - model.log_prior(point[None])[0]
    return float(reports + before - 0.5 * np.linalg.slogdet(information(model, point))[1])
