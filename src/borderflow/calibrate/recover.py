"""Simulate, then recover: whether a fit finds the values that reports were made from, as often as it says it does.

Values are drawn around those of the scenario, reports of the scenario's kinds are made up from them, and a fit that
thought of the values beforehand just as they are drawn is asked for them again. If it computes what it says, its 90 %
intervals hold nine values in ten, whatever the reports (Cook, Gelman and Rubin, J. Computational and Graphical
Statistics 15, 2006).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from borderflow.calibrate import likelihood
from borderflow.calibrate.crew import in_order, one_thread
from borderflow.calibrate.fit import optimum, short_chains
from borderflow.calibrate.model import FAMILY_NAME, GROUP_NAME, Model
from borderflow.calibrate.parameters import NINETY, Floats
from borderflow.calibrate.reports import Report
from borderflow.calibrate.simulated import simulated

CASES = 200
DRAWS = 400
LOW, HIGH = 0.05, 0.95
NARROWED = 0.5
"""The ranges of the values are so much narrower here (on the fitted scale) than in the scenario, and lie around its
own: wide ranges hold floods that no report has ever told of."""
ASSUMED = {
    "error": "error of a basis",
    "counted": "share counted",
    "two_crossings": "share of the crossings",
    GROUP_NAME: "error of a group's odds",
    FAMILY_NAME: "persons in a family",
}
KINDS = {
    "persons_per_day": "level",
    "towards": "level",
    "half_life": "half-life",
    "cv": "day-to-day variation",
    "deported": "share of a group",
}

Told = Callable[[str, float], None]


@dataclass(frozen=True)
class Recovered:
    """A value that reports were made from, and what the fit to them says of it; all on the fitted scale."""

    case: int
    name: str
    truth: float
    low: float
    median: float
    high: float

    @property
    def covered(self) -> bool:
        """Whether the 90 % interval holds the truth."""
        return self.low <= self.truth <= self.high

    @property
    def kind(self) -> str:
        """What kind of value it is: level, throughput, error, counted share …"""
        what = self.name.partition(".")[0]
        if what in ASSUMED:
            return ASSUMED[what]
        if ".throughput" in self.name:
            return "throughput"
        return KINDS.get(self.name.rpartition(".")[2], "share of a group")


@dataclass(frozen=True)
class Stood:
    """A report's number in one run of the simulation beside the fluid's; ``sigma`` is the days' variation (log)."""

    case: int
    id: str
    simulated: float
    fluid: float
    sigma: float

    @property
    def within(self) -> bool:
        """Whether the run lies in the 90 % around the fluid that the days' variation leaves."""
        return abs(math.log(self.simulated / self.fluid)) <= NINETY * self.sigma


@dataclass(frozen=True)
class Recovery:
    """All cases: values found again, the CPU seconds of each case, and runs of the simulation beside the fluid."""

    values: tuple[Recovered, ...]
    seconds: tuple[float, ...]
    stood: tuple[Stood, ...] = ()

    @property
    def coverage(self) -> float:
        """Share of all values that their 90 % intervals hold."""
        return float(np.mean([one.covered for one in self.values]))

    @property
    def by_kind(self) -> dict[str, tuple[int, float]]:
        """The same by kind of value: (values, share held)."""
        kinds = dict.fromkeys(one.kind for one in self.values)
        held = {kind: [one.covered for one in self.values if one.kind == kind] for kind in kinds}
        return {kind: (len(those), float(np.mean(those))) for kind, those in held.items()}

    @property
    def agreement(self) -> float | None:
        """Share of the simulation's numbers within the 90 % that the fluid gives them; None where none was run."""
        return float(np.mean([one.within for one in self.stood])) if self.stood else None


def recover(
    model: Model,
    seed: int,
    cases: int = CASES,
    runs: int = 0,
    workers: int = 1,
    told: Told | None = None,
) -> Recovery:
    """Make reports up ``cases`` times by the likelihood, and fit each time; intervals from short chains.

    In ``runs`` further cases the true numbers come from a run of the real simulation, at values that the fit to the
    real reports holds for likely; they are compared with the fluid's and do not count for the coverage. A case depends
    on the seed and its own number alone.
    """
    values: list[Recovered] = []
    seconds: list[float] = []
    work = partial(_case, around(model), seed)
    for done, (found, spent) in enumerate(in_order(work, range(cases), workers), start=1):
        values += found
        seconds.append(spent)
        if told is not None:
            told("recovering", done / cases)
    stood: list[Stood] = []
    if runs:
        rng = np.random.default_rng((seed, 5))
        with one_thread():
            likely = short_chains(model, optimum(model, seed, starts=1).point, runs, rng)
        for done, some in enumerate(in_order(partial(_run, model), list(enumerate(likely)), workers), start=1):
            stood += some
            if told is not None:
                told("simulating", done / runs)
    return Recovery(tuple(values), tuple(seconds), tuple(stood))


def around(model: Model) -> Model:
    """The model with narrower ranges around the scenario's own values."""
    free = []
    for one in model.free:
        middle, reach = float(one.inner(one.value)), NINETY * one.spread * NARROWED
        free.append(replace(one, low=float(one.outer(middle - reach)), high=float(one.outer(middle + reach))))
    return Model(model.scenario, free, model.reports, model.settings)


def before(model: Model, rng: np.random.Generator) -> Floats:
    """A point from the prior: ranges, and levels that follow one another not far apart. Shape (names,)."""
    precision = model.prior_precision()
    middle = np.linalg.solve(precision, model.centre / model.spread**2)
    scattered: Floats = middle + np.linalg.solve(np.linalg.cholesky(precision).T, rng.standard_normal(len(middle)))
    return scattered


def made_up(model: Model, truth: Floats, rng: np.random.Generator) -> list[Report]:
    """Reports of the model's kinds as they would be told if the values were these."""
    expected = model.expected(truth[None])
    numbers = likelihood.told(model.reports, expected.log_true[0], expected.sigma[0], model.settings.misprints, rng)
    return _with(model.reports, numbers)


def _with(reports: Sequence[Report], numbers: Floats) -> list[Report]:
    """Reports with other numbers; a range keeps its width."""
    moved = [number / one.middle for number, one in zip(numbers, reports, strict=True)]
    return [replace(one, value=one.value * by, high=one.high * by) for one, by in zip(reports, moved, strict=True)]


def _case(model: Model, seed: int, case: int) -> tuple[list[Recovered], float]:
    began = time.process_time()
    rng = np.random.default_rng((seed, 4, case))
    truth = before(model, rng)
    again = Model(model.scenario, model.free, made_up(model, truth, rng), model.settings)
    best = optimum(again, seed, starts=1)
    low, median, high = np.quantile(short_chains(again, best.point, DRAWS, rng), [LOW, 0.5, HIGH], axis=0)
    found = zip(model.names, truth, low, median, high, strict=True)
    return [Recovered(case, name, *map(float, row)) for name, *row in found], time.process_time() - began


def _run(model: Model, numbered: tuple[int, Floats]) -> list[Stood]:
    replication, point = numbered
    values = {path: float(drawn[0]) for path, drawn in model.values(point[None]).items()}
    ran = simulated(model, values, replication)
    drawn = model.values(point[None])
    fluid = model.numbers(model.fluid.flow(drawn, 1, model.watched), drawn)[0]
    by_chance = model.expected(point[None]).by_chance[0]
    return [
        Stood(replication, one.id, max(float(here), 1.0), max(float(there), 1.0), math.sqrt(chance))
        for one, here, there, chance in zip(model.reports, ran, fluid, by_chance, strict=True)
        if one.taken != "share"
    ]
