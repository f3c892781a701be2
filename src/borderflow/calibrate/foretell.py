"""How well a fit foretells reports that it has not seen: blocks of dates left out one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import numpy as np

from borderflow.calibrate import likelihood
from borderflow.calibrate.crew import in_order, one_thread
from borderflow.calibrate.fit import optimum, short_chains
from borderflow.calibrate.model import Model, Settings
from borderflow.calibrate.parameters import Floats, Free
from borderflow.calibrate.reports import POINTS, Report
from borderflow.calibrate.scores import Score, score
from borderflow.calibrate.settings import comparable
from borderflow.evidence.rows import Flow
from borderflow.scenario.scenario import Scenario

BLOCK = 7
"""Days of a block."""
DRAWS, KEPT = 3000, 660
"""Draws of a forecast, and steps of the chains that give them: with fewer a score is the sampler's luck."""
LOW, HIGH = 0.05, 0.95
CROSSED = ("total", "mean", "monthly", "peak")
"""Reports of people who crossed; queues and shares of a group are told apart from them."""
MONTH = 30

Told = Callable[[str, float], None]


@dataclass(frozen=True)
class Foretold:
    """One report beside what a fit without its block says would be reported, and beside naive forecasts.

    ``last`` is the nearest earlier number of the same crossings and people; ``between`` lies on the line, in logs,
    between the nearest earlier and later day count; ``among`` on that between any numbers, those of several days as
    the level of their middle. Each is None where the other reports give none. ``block`` counts blocks of dates from the
    first report.
    """

    report: Report
    block: int
    low: float
    median: float
    high: float
    last: float | None
    between: float | None
    among: float | None = None

    @property
    def inside(self) -> bool:
        """Whether the reported number lies in the 5–95 % band; of a bound, on its side of the far end."""
        said = self.report.value
        if self.report.qualifier in likelihood.BELOW:
            return said <= self.high
        if self.report.qualifier in likelihood.ABOVE:
            return said >= self.low
        if self.report.qualifier == "range":
            return self.low <= self.report.high and self.high >= said
        return self.low <= said <= self.high

    @property
    def scored(self) -> bool:
        """Whether it is a number, not a bound, of people who crossed."""
        return self.report.qualifier in POINTS and self.report.taken in CROSSED and not self.report.families


@dataclass(frozen=True)
class Foresight:
    """All that was foretold. ``scored`` are numbers of people who crossed; all others are ``apart``."""

    foretold: tuple[Foretold, ...]
    days: int

    @property
    def scored(self) -> tuple[Foretold, ...]:
        return tuple(one for one in self.foretold if one.scored)

    @property
    def apart(self) -> tuple[Foretold, ...]:
        return tuple(one for one in self.foretold if not one.scored)

    @property
    def model(self) -> Score | None:
        """How good the fit's forecasts are; None where no number was foretold."""
        return _scored(self.scored)

    @property
    def last(self) -> tuple[Score, Score] | None:
        """The last value before, and the fit on the same reports."""
        return _beside(self.scored, lambda one: one.last)

    @property
    def between(self) -> tuple[Score, Score] | None:
        """The line between the neighbouring day counts, and the fit on the same reports."""
        return _beside(self.scored, lambda one: one.between)

    @property
    def among(self) -> tuple[Score, Score] | None:
        """The line between neighbouring numbers of any length, and the fit on the same reports."""
        return _beside(self.scored, lambda one: one.among)


def _scored(those: Sequence[Foretold]) -> Score | None:
    if not those:
        return None
    columns = np.array([(one.report.value, one.median, one.low, one.high) for one in those]).T
    return score(*columns)


def _beside(those: Sequence[Foretold], naive: Callable[[Foretold], float | None]) -> tuple[Score, Score] | None:
    told = [(one, forecast) for one in those if (forecast := naive(one)) is not None]
    same = _scored([one for one, _ in told])
    if same is None:
        return None
    return score(np.array([one.report.value for one, _ in told]), np.array([forecast for _, forecast in told])), same


def leave_out(
    model: Model,
    rows: Sequence[Flow],
    seed: int,
    days: int = BLOCK,
    workers: int = 1,
    told: Told | None = None,
) -> Foresight:
    """Every report, foretold by a fit that has seen none of its block of dates; ``days`` are those of a block.

    ``rows`` are those of the register. A report belongs to the block in which its last day lies, over however many days
    it counts: what is told of a block as part of a longer time is left out with it. Its rows are left out; a running
    total goes on from the last row that is left, and the row that a report counts from stays where it lies before the
    block. Where two rows tell one count, both go. Draws come from short chains around the best point. The same seed
    gives the same forecasts, however many workers make them.
    """
    with one_thread():
        best = optimum(model, seed, starts=1).point
    start = dict(zip(model.names, best.tolist(), strict=True))
    first = min(one.first for one in model.reports)
    blocks: dict[int, list[Report]] = {}
    for one in model.reports:
        blocks.setdefault((one.last - first).days // days, []).append(one)
    work = partial(_without, model.scenario, model.free, model.settings, tuple(rows), start, (first, days), seed)
    found: list[Foretold] = []
    for done, some in enumerate(in_order(work, list(blocks.items()), workers), start=1):
        found += some
        if told is not None:
            told("foretelling", done / len(blocks))
    return Foresight(tuple(found), days)


def remaining(
    scenario: Scenario, rows: Sequence[Flow], held: Sequence[Report], first: date, last: date
) -> list[Report]:
    """The reports without the rows of some that end between two dates, both included.

    A row that would take the place of one left out, because it tells the same count, is left out with it: no report
    ends between these dates that did not before.
    """
    away = {id for one in held for id in one.own}
    left_out = scenario.calibration.leave_out
    known = {one.own for one in comparable(scenario, rows, left_out)}
    while True:
        kept = comparable(scenario, rows, {*left_out, *away})
        instead = {id for one in kept for id in one.own if first <= one.last <= last and one.own not in known}
        if not instead:
            return kept
        away |= instead


def _without(
    scenario: Scenario,
    free: Sequence[Free],
    settings: Settings,
    rows: Sequence[Flow],
    start: dict[str, float],
    blocks: tuple[date, int],
    seed: int,
    block: tuple[int, list[Report]],
) -> list[Foretold]:
    """Forecasts of the reports of one block, by a fit to the others."""
    number, held = block
    first, days = blocks
    begins = first + timedelta(days=number * days)
    kept = remaining(scenario, rows, held, begins, begins + timedelta(days=days - 1))
    fitted = Model(scenario, free, kept, settings)
    from_ = [start.get(name, centre) for name, centre in zip(fitted.names, fitted.centre, strict=True)]
    rng = np.random.default_rng((seed, 3, number))
    ended = optimum(fitted, seed, start=np.array(from_), starts=1)
    draws = short_chains(fitted, ended.point, DRAWS, rng, KEPT)
    wide = Model(scenario, free, [*kept, *held], settings)
    # Who counted only in this block is drawn from what is thought of them before any report.
    points = wide.centre + wide.spread * rng.standard_normal((len(draws), len(wide.names)))
    at = {name: index for index, name in enumerate(fitted.names)}
    for index, name in enumerate(wide.names):
        if name in at:
            points[:, index] = draws[:, at[name]]
    expected = wide.expected(points)
    return [
        _foretold(one, number, expected.log_true[:, index], expected.sigma[:, index], kept, rng)
        for index, one in enumerate(held, start=len(kept))
    ]


def _foretold(
    report: Report, block: int, log_true: Floats, sigma: Floats, kept: Sequence[Report], rng: np.random.Generator
) -> Foretold:
    said = likelihood.drawn(report.qualifier, log_true, sigma, rng)
    low, median, high = np.quantile(said, [LOW, 0.5, HIGH])
    alike = _alike(report, kept)
    days = [one for one in alike if one.days == 1]
    naive = _last(report, alike), _between(report, days), _between(report, alike)
    return Foretold(report, block, float(low), float(median), float(high), *naive)


def _middle(report: Report) -> date:
    return report.first + timedelta(days=(report.last - report.first).days // 2)


def _alike(report: Report, others: Sequence[Report]) -> list[Report]:
    """Other numbers of the same crossings and people that give a day level, in order of their middles."""
    found = [
        one
        for one in others
        if (one.where, one.everywhere, one.population) == (report.where, report.everywhere, report.population)
        and one.taken in ("total", "mean", "monthly")
        and one.qualifier in POINTS
        and not one.families
    ]
    return sorted(found, key=_middle)


def _level(report: Report) -> float:
    """Persons a day that a report gives."""
    return report.value / {"total": report.days, "monthly": MONTH}.get(report.taken, 1)


def _sized(report: Report, level: float) -> float | None:
    """A day level as the number that the report would be."""
    if report.taken not in CROSSED:
        return None
    return level * {"total": report.days, "monthly": MONTH}.get(report.taken, 1)


def _last(report: Report, alike: Sequence[Report]) -> float | None:
    before = [one for one in alike if one.last < report.first]
    return _sized(report, _level(max(before, key=lambda one: (one.last, -one.days)))) if before else None


def _between(report: Report, alike: Sequence[Report]) -> float | None:
    middle = _middle(report)
    before = [one for one in alike if _middle(one) <= middle]
    after = [one for one in alike if _middle(one) > middle]
    if not before or not after:
        return None
    early, late = before[-1], after[0]
    share = (middle - _middle(early)).days / (_middle(late) - _middle(early)).days
    return _sized(report, float(_level(early) ** (1 - share) * _level(late) ** share))
