"""How likely the reports are under other assumptions of smoothness: ``python scenarios/smoothness.py [NAME ...]``.

``ramp_change``, ``step_change`` and ``shared_change`` are the same for all scenarios (docs/calibration.md). For each
scenario the log of the marginal likelihood of all its reports, less that with what is assumed: 0 is as likely, 3 is
twenty times as likely. Takes about three minutes for a year.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from borderflow.calibrate.calibration import prepared
from borderflow.calibrate.crew import one_thread
from borderflow.calibrate.fit import optimum
from borderflow.calibrate.marginal import log_marginal
from borderflow.calibrate.model import Model
from borderflow.scenario.load import load

HERE = Path(__file__).parent
JUDGED_ON = ("first-year", "acc-por-2025")
"""Two years that share no report: what is better in both is no accident of one."""
SHARED = (0.0, 0.25, 0.5, 0.65, 0.75, 0.85, 0.92)
RAMPS = (0.2, 0.3, 0.4, 0.5)
STEPS = (0.55, 0.8, 1.1)


def main(names: list[str]) -> int:
    for name in names or JUDGED_ON:
        for assumed, gain in found(name):
            words = ", ".join(f"{word} {number:g}" for word, number in assumed.items())
            print(f"{name}: {words}: {gain:+.2f}", flush=True)
    return 0


def found(name: str) -> Iterator[tuple[dict[str, float], float]]:
    """What is assumed instead, and how much more likely it makes the reports, on the log scale."""
    scenario = load(HERE / f"{name}.yaml", draws=False)
    model, _ = prepared(scenario)
    with one_thread():
        best = optimum(model, scenario.seed, starts=1).point
        now = log_marginal(model, best)
        other = [{"shared_change": size} for size in SHARED]
        other += [{"ramp_change": ramp, "step_change": step} for ramp in RAMPS for step in STEPS]
        for assumed in other:
            changed = Model(scenario, model.free, model.reports, replace(model.settings, **assumed))
            yield assumed, log_marginal(changed, optimum(changed, scenario.seed, start=best, starts=1).point) - now


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
