"""How likely the reports are under other assumptions than a fit's: ``python scenarios/assumptions.py [NAME ...]``.

How far levels change, what two crossings share, how sure the odds of a group are, how many reports are misprints and
how far a bound lies below the truth are the same for all scenarios, and who counts in two ways is for all to read
(docs/calibration.md). For each scenario the log of the marginal likelihood of all its reports, less that with what is
assumed: 0 is as likely, -3 a twentieth. About five minutes for both years.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from unittest.mock import patch

import numpy as np

from borderflow.calibrate import likelihood
from borderflow.calibrate.calibration import prepared
from borderflow.calibrate.crew import one_thread
from borderflow.calibrate.fit import optimum
from borderflow.calibrate.marginal import log_marginal
from borderflow.calibrate.model import Model, Settings
from borderflow.scenario.load import load

HERE = Path(__file__).parent
JUDGED_ON = ("first-year", "acc-por-2025")
"""Two years that share no report: what is better in both is no accident of one."""
SHARED = (0.0, 0.25, 0.5, 0.65, 0.75, 0.85, 0.92)
RAMPS = (0.2, 0.3, 0.4, 0.5)
STEPS = (0.55, 0.8, 1.1)
GROUPS = (0.1, 0.15, 0.2, 0.3, 0.4)
MISPRINTS = (0.005, 0.01, 0.02, 0.03, 0.05)
BOUNDS = ((0.05, 0.08), (0.05, 0.12), (0.05, 0.25), (0.1, 0.12), (0.1, 0.25))
"""Mean shares by which the truth lies above what is said to be under it."""


def main(names: list[str]) -> int:
    for name in names or JUDGED_ON:
        for assumed, gain in found(name):
            print(f"{name}: {assumed}: {gain:+.2f}", flush=True)
    return 0


def found(name: str) -> Iterator[tuple[str, float]]:
    """What is assumed instead, and how much more likely it makes the reports, on the log scale."""
    scenario = load(HERE / f"{name}.yaml", draws=False)
    model, _ = prepared(scenario)
    with one_thread():
        best = optimum(model, scenario.seed, starts=1).point
        start, now = dict(zip(model.names, best.tolist(), strict=True)), log_marginal(model, best)

        def otherwise(settings: Settings) -> float:
            changed = Model(scenario, model.free, model.reports, settings)
            near = [start.get(name, centre) for name, centre in zip(changed.names, changed.centre, strict=True)]
            top = optimum(changed, scenario.seed, start=np.array(near), starts=1).point
            return log_marginal(changed, top) - now

        for words, settings in others(model.settings):
            yield words, otherwise(settings)
        for over, at_least in BOUNDS:
            with patch.dict(likelihood.BELOW, over=over, at_least=at_least):
                yield f"the truth above 'over' by {over:g}, 'at least' by {at_least:g}", otherwise(model.settings)


def others(settings: Settings) -> Iterator[tuple[str, Settings]]:
    """Each thing assumed otherwise, one at a time; of levels two."""
    for size in SHARED:
        yield f"shared_change {size:g}", replace(settings, shared_change=size)
    for ramp, step in product(RAMPS, STEPS):
        yield f"ramp_change {ramp:g}, step_change {step:g}", replace(settings, ramp_change=ramp, step_change=step)
    for size in GROUPS:
        yield f"error of a group's odds {size:g}", replace(settings, group_error=size)
    for share in MISPRINTS:
        yield f"misprints {share:g}", replace(settings, misprints=share)
    for basis in settings.bases:
        if basis.since is not None and any(one.name == basis.name and one != basis for one in settings.bases):
            alike = tuple(one for one in settings.bases if one != basis)
            yield f"no other way of counting: {basis.label}", replace(settings, bases=alike)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
