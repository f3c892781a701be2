"""The probability of the reports, given the values that a fit may move."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from borderflow.calibrate.chance import Chance
from borderflow.calibrate.fluid import Flow, Fluid
from borderflow.calibrate.groups import Groups
from borderflow.calibrate.likelihood import log_densities
from borderflow.calibrate.parameters import NINETY, Floats, Free, Values
from borderflow.calibrate.reports import Report
from borderflow.scenario.calibration import FAMILY, GROUPED, MISPRINTS, RAMP_CHANGE, SHARED_CHANGE, STEP_CHANGE
from borderflow.scenario.scenario import Scenario

FAMILIES_DIFFER = 0.15
"""Relative standard deviation of the mean family from report to report: 0.13 (log) in the 15 pairs of FAMILY."""
FAMILY_NAME, GROUP_NAME = "persons_per_family", "group_error"
SINCE = " since "
TOGETHER = 8.0
"""Persons that come together: a count of n persons has at least the relative variance TOGETHER / n, by chance alone."""
SURE_OF_ERROR = 0.4
"""Standard deviation of the log of a basis' relative error, around what the register says of it."""


@dataclass(frozen=True)
class Basis:
    """Whoever counts: relative error of a count (prior median), and how much of the truth is counted (90 % range).

    It holds for reports that end on ``since`` or later; None: for all before the next of its name.
    """

    name: str
    error: float
    low: float = 0.97
    high: float = 1.03
    since: date | None = None

    @property
    def label(self) -> str:
        """The name; of a way of counting that began later with the day from which it holds."""
        return self.name if self.since is None else f"{self.name}{SINCE}{self.since}"


@dataclass(frozen=True)
class Settings:
    """What a fit assumes beside the scenario. ``shares``: of all crossings with Pakistan, the part of these two.

    ``family``: persons in a family that is reported, on average (90 % range). ``group_error``: error of the odds of a
    group before the reports (median), fitted like the error of a basis. ``misprints``: share of reports that are
    something else than they say.
    """

    bases: tuple[Basis, ...]
    shares: tuple[tuple[date, float, float], ...] = ((date(2023, 1, 1), 0.9, 1.0),)
    ramp_change: float = RAMP_CHANGE
    step_change: float = STEP_CHANGE
    shared_change: float = SHARED_CHANGE
    family: tuple[float, float] = FAMILY
    group_error: float = GROUPED
    misprints: float = MISPRINTS

    def basis(self, report: Report) -> Basis:
        """Who counted a report, in the way in which they counted on its last day."""
        ways = [one for one in self.bases if one.name == report.basis]
        held = [one for one in ways if one.since is None or one.since <= report.last]
        return (held or ways)[-1]


@dataclass(frozen=True)
class Expected:
    """What the model says of each report, on the log scale: arrays (draws, reports).

    ``log_true`` is the number that the basis would count without error; ``sigma`` the standard deviation of what is
    reported around it; ``by_chance`` the part of its variance that is the days' own, and no error.
    """

    log_true: Floats
    sigma: Floats
    by_chance: Floats


@dataclass(frozen=True)
class Change:
    """Two levels of a crossing that follow one another; ``size`` is the standard deviation of the change of the log."""

    crossing: str
    earlier: int
    later: int
    first: date
    end: date
    size: float

    def alike(self, other: Change) -> float:
        """Days that two changes have both, over the geometric mean of the days of each."""
        both = (min(self.end, other.end) - max(self.first, other.first)).days
        return max(both, 0) / math.sqrt((self.end - self.first).days * (other.end - other.first).days)


@dataclass
class Model:
    """A scenario, the values of it that may move, and the reports that they are held against.

    A point is a vector with an entry for each of ``names``: the free values on their fitted scales, then the log of
    the error of each basis, the log of the share that each basis counts, the log of the share of the two crossings
    among all by period; and, where groups or families are reported, the log of the error of a group's odds and that of
    the persons in a family.
    """

    scenario: Scenario
    free: Sequence[Free]
    reports: Sequence[Report]
    settings: Settings
    fluid: Fluid = field(init=False)
    chance: Chance = field(init=False)

    def __post_init__(self) -> None:
        self.fluid = Fluid(self.scenario)
        self.groups = Groups(self.scenario, self.fluid)
        self.chance = Chance(self.scenario, self.fluid, self.reports)
        counting = [self.settings.basis(report) for report in self.reports]
        self.bases = list(dict.fromkeys(counting))
        order = {basis: index for index, basis in enumerate(self.bases)}
        self._basis = np.array([order[basis] for basis in counting], dtype=np.int64)
        steps = self.settings.shares
        self._step = np.array(
            [max((i for i, step in enumerate(steps) if step[0] <= one.last), default=0) for one in self.reports],
            dtype=np.int64,
        )
        self._families = np.array([one.families for one in self.reports], dtype=np.float64)
        self._grouped = np.array([i for i, one in enumerate(self.reports) if one.population != "all"], dtype=np.int64)
        self._everywhere = np.array([one.everywhere and one.taken != "share" for one in self.reports], dtype=np.float64)
        self.names = [
            *(one.path for one in self.free),
            *(f"error.{basis.label}" for basis in self.bases),
            *(f"counted.{basis.label}" for basis in self.bases),
            *(f"two_crossings.{since}" for since, _, _ in steps),
            *([GROUP_NAME] if self._grouped.size else []),
            *([FAMILY_NAME] if self._families.any() else []),
        ]
        ranges = [(math.log(one.low), math.log(one.high)) for one in self.bases]
        ranges += [(math.log(low), math.log(high)) for _, low, high in steps]
        family = [math.log(end) for end in self.settings.family]
        self.centre = np.array(
            [
                *(one.centre for one in self.free),
                *(math.log(one.error) for one in self.bases),
                *((low + high) / 2 for low, high in ranges),
                *([math.log(self.settings.group_error)] if self._grouped.size else []),
                *([sum(family) / 2] if self._families.any() else []),
            ]
        )
        self.spread = np.array(
            [
                *(one.spread for one in self.free),
                *(SURE_OF_ERROR for _ in self.bases),
                *((high - low) / (2 * NINETY) for low, high in ranges),
                *([SURE_OF_ERROR] if self._grouped.size else []),
                *([(family[1] - family[0]) / (2 * NINETY)] if self._families.any() else []),
            ]
        )
        self._neighbours()
        self._design()

    def values(self, points: Floats) -> dict[str, Floats]:
        """The free values at some points, by path: each of shape (draws,)."""
        found: dict[str, Floats] = {}
        for index, one in enumerate(self.free):
            found |= dict.fromkeys((one.path, *one.also), one.outer(points[:, index]))
        return found

    def log_prior(self, points: Floats) -> Floats:
        """Log density (up to a constant) before the reports: ranges, and smoothness from phase to phase. (draws,)"""
        far = (points - self.centre) / self.spread
        change = points @ self._apart_by.T
        density: Floats = -0.5 * (far**2).sum(axis=1) - 0.5 * ((change @ self._stiff) * change).sum(axis=1)
        return density

    def prior_precision(self) -> Floats:
        """Inverse of the covariance of the values before the reports, on their fitted scales. (names, names)"""
        precision: Floats = np.diag(1 / self.spread**2) + self._apart_by.T @ self._stiff @ self._apart_by
        return precision

    def log_density(self, points: Floats, room: float = 0.0) -> Floats:
        """Log posterior density, up to a constant. Shape (draws,).

        ``room`` is added to the error of every report (log scale): a search that begins with room is not caught where
        a few reports are taken for something else than they say.
        """
        with np.errstate(all="ignore"):  # a point far out has no finite density: it is the least likely of all
            expected = self.expected(points)
            error = np.hypot(expected.sigma, room)
            reports = log_densities(self.reports, expected.log_true, error, self.settings.misprints)
            density: Floats = self.log_prior(points) + reports.sum(axis=1)
        return np.where(np.isfinite(density), density, -1e300)

    def expected(self, points: Floats) -> Expected:
        """What the model says of each report at some points of shape (draws, names)."""
        frees, bases = len(self.free), len(self.bases)
        values = self.values(points)
        flow = self.fluid.flow(values, len(points), self.watched)
        number = np.maximum(self.numbers(flow, values), 1.0)
        log_true = np.log(np.where(self._of_one, np.minimum(number - 1.0 + 1e-9, 1.0), number))
        log_true += points[:, frees + bases : frees + 2 * bases][:, self._basis] * ~self._of_one
        log_true -= points[:, frees + 2 * bases :][:, self._step] * self._everywhere
        if FAMILY_NAME in self.names:
            log_true -= points[:, -1:] * self._families
        error = np.exp(points[:, frees : frees + bases])[:, self._basis]
        families = np.where(self._of_one, 0.0, TOGETHER / number)
        by_chance = self.chance.variance(values, flow) + families
        variance = error**2 + self._apart**2 + by_chance
        if GROUP_NAME in self.names:
            odds = np.exp(points[:, self.names.index(GROUP_NAME), None])
            variance[:, self._grouped] += (odds * self._not_of_it(flow, number)) ** 2
        return Expected(log_true, np.sqrt(variance), by_chance)

    def numbers(self, flow: Flow, values: Values) -> Floats:
        """Persons (of a share: 1 + the share) of each report before anybody counts them. Shape (draws, reports)."""
        draws = len(flow.crossed)
        return self.added(flow, lambda population: flow.crossed * self.groups.share(population, values, draws))

    def added(self, flow: Flow, crossed: Callable[[str], Floats]) -> Floats:
        """The same of any flow; ``crossed`` says how many of a population did, in arrays as those of the flow."""
        draws = len(flow.crossed)
        found = np.zeros((draws, len(self.reports)))
        for population, columns in self._populations.items():
            people = flow.crossed if population == "all" else crossed(population)
            found[:, columns] = people.reshape(draws, -1) @ self._weights[:, columns]
        for column, what, rows, days in self._special:
            if what == "queue":
                found[:, column] = flow.queue[:, rows, days].sum(axis=1).max(axis=1)
            elif what == "peak":
                population = self.reports[column].population
                people = flow.crossed if population == "all" else crossed(population)
                found[:, column] = people[:, rows, days].sum(axis=1).max(axis=1)
            else:
                everyone = flow.crossed[:, rows, days].sum(axis=(1, 2))
                found[:, column] = 1.0 + found[:, column] / np.maximum(everyone, 1.0)
        return found

    def _not_of_it(self, flow: Flow, number: Floats) -> Floats:
        """Share of the people of a group's report who are not of the group: (draws, reports of groups).

        The log of a count, or of a share, moves by it where the log of the group's odds moves by 1.
        """
        everyone = flow.crossed.reshape(len(flow.crossed), -1) @ self._weights[:, self._grouped]
        for column, what, rows, days in self._special:
            if what == "peak" and self.reports[column].population != "all":
                at = np.flatnonzero(self._grouped == column)
                everyone[:, at] = flow.crossed[:, rows, days].sum(axis=1).max(axis=1)[:, None]
        counted = number[:, self._grouped]
        share = np.where(self._of_one[self._grouped], counted - 1.0, counted / np.maximum(everyone, 1.0))
        return 1.0 - np.clip(share, 0.0, 1.0)

    def _design(self) -> None:
        """What does not depend on the point: which days and crossings a report adds up."""
        fluid, reports = self.fluid, self.reports
        shape = (len(fluid.crossings), len(fluid.dates), len(reports))
        weights = np.zeros(shape)
        self._apart = np.array([math.hypot(one.rounded, FAMILIES_DIFFER * one.families) for one in reports])
        self._of_one = np.array([one.taken == "share" for one in reports])
        self._special: list[tuple[int, str, npt.NDArray[np.int64], npt.NDArray[np.int64]]] = []
        self._populations: dict[str, list[int]] = {}
        watched: set[int] = set()
        for column, one in enumerate(reports):
            self._populations.setdefault(one.population, []).append(column)
            rows = np.array([fluid.crossings.index(name) for name in one.where])
            days = np.arange(fluid.day(one.first), fluid.day(one.last) + 1)
            block = np.ix_(rows, days, np.array([column]))
            weights[block] = {"mean": 1.0 / one.days, "monthly": 30.0 / one.days}.get(one.taken, 1.0)
            if one.taken in ("queue", "peak", "share"):
                self._special.append((column, one.taken, rows[:, None], days))
            if one.taken == "queue":
                watched.update(int(day) for day in days)
        self._weights = weights.reshape(-1, len(reports))
        self.watched = sorted(watched)

    def _neighbours(self) -> None:
        """How levels that follow one another may differ: which of them, by how much, and what they share.

        The log of a level wanders as a Brownian motion does, those of two crossings with the correlation
        ``shared_change``: over spans of days of which some are the same, changes are correlated by the days that both
        have over the geometric mean of all.
        """
        at = {one.path: index for index, one in enumerate(self.free)}
        changes: list[Change] = []
        for name in self.fluid.crossings:
            phases = self.scenario.crossings[name].arrivals.phases
            under = f"crossings.{name}.arrivals.phases"
            for phase, later in zip(phases, phases[1:], strict=False):
                ends = "towards" if phase.towards is not None else "persons_per_day"
                first, second = (
                    at.get(f"{under}.{one}") for one in (f"{phase.phase}.{ends}", f"{later.phase}.persons_per_day")
                )
                if first is None or second is None:
                    continue
                days = (later.from_ - phase.from_).days
                size = self.settings.step_change
                if phase.shape == "ramp" and days > 1:
                    size = min(size, self.settings.ramp_change * math.sqrt(days))
                changes.append(Change(name, first, second, phase.from_, later.from_, size))
        shared = np.eye(len(changes))
        self._apart_by = np.zeros((len(changes), len(self.names)))
        for row, one in enumerate(changes):
            self._apart_by[row, [one.earlier, one.later]] = -1.0, 1.0
            for column, other in enumerate(changes):
                if one.crossing != other.crossing:
                    shared[row, column] = self.settings.shared_change * one.alike(other)
        sizes = np.array([one.size for one in changes])
        self._stiff = np.linalg.inv(shared * np.outer(sizes, sizes))
