"""Chance: how far the days' own variation moves what a report counts, around what the levels let expect.

A day brings its expected people times a factor with mean 1 and coefficient of variation cv; the factors of two days of
a crossing are correlated by ρ to the power of the days between them, those of two crossings not at all. What crosses by
the end of day t is D(t) = A(s) + C(t) − C(s), with s the last moment before t at which nobody stood in line (Newell,
Applications of Queueing Theory, 1982, chapter 2): it moves with the people of all days before s, and not with those
after, whom the gate lets through at its own pace. A count over several days is a difference of two D, and so it moves
with the days between their two s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from borderflow.calibrate.fluid import Flow, Fluid, distinct
from borderflow.calibrate.parameters import Floats, Values
from borderflow.calibrate.reports import Report
from borderflow.scenario.scenario import Scenario

LOOSE = 0.2
"""A line of this share of a day's count at its end: the count is the gate's, and the day's variation not in it."""
NOBODY = 1e-6
"""Persons in line that are none: what adding up hours leaves where everyone has passed."""
MOST = 5.0
"""Largest standard deviation, relative to the number: a short line on a day of many people can be anything."""

NEARLY = 0.99
"""A day with this share of the largest is as large: a gate that sets the pace makes many such days."""


@dataclass
class Chance:
    """The variance by chance of each report, relative to its number squared."""

    scenario: Scenario
    fluid: Fluid
    reports: Sequence[Report]

    def __post_init__(self) -> None:
        fluid = self.fluid
        self._rows = [[fluid.crossings.index(name) for name in one.where] for one in self.reports]
        self._stretch = [(fluid.day(one.first), fluid.day(one.last) + 1) for one in self.reports]
        self._carried = [self.scenario.crossings[name].arrivals.variation.day_to_day for name in fluid.crossings]
        self._inside = np.zeros((len(fluid.crossings), len(fluid.dates), len(self.reports)))
        self._fading = np.zeros_like(self._inside)
        for column, (rows, (first, end)) in enumerate(zip(self._rows, self._stretch, strict=True)):
            for row in rows:
                self._inside[row, first:end, column] = 1.0
                self._fading[row, first:end, column] = self._carried[row] ** np.arange(end - first)
        self._first = np.array([first for first, _ in self._stretch], dtype=np.int64)

    def variance(self, values: Values, flow: Flow) -> Floats:
        """Of each report, none of a share. ``flow`` is that of ``values``. Shape (draws, reports)."""
        draws, crossings, _ = flow.arrived.shape
        moved = flow.arrived * self._cv(values, draws)
        line = flow.queue_end - flow.late
        held = np.clip(np.where(line > NOBODY, line, 0.0) / np.maximum(LOOSE * flow.crossed, 1.0), 0.0, 1.0)
        absolute = np.zeros((draws, len(self.reports)))
        for row in range(crossings):
            some, back = distinct(np.concatenate([moved[:, row], held[:, row]], axis=1))
            absolute += self._of_crossing(row, moved[some, row], held[some, row])[back]
        counted = flow.crossed.reshape(draws, -1) @ self._inside.reshape(-1, len(self.reports))
        found: Floats = absolute / np.maximum(counted, 1.0) ** 2
        for column, one in enumerate(self.reports):
            if one.taken in ("queue", "peak"):
                found[:, column] = self._of_the_largest_day(column, one.taken == "queue", flow, moved, held)
            elif one.taken == "share":
                found[:, column] = 0.0
        return np.minimum(found, MOST**2)

    def _cv(self, values: Values, draws: int) -> Floats:
        """Coefficient of variation of a day's people. Shape (draws, crossings, 1)."""
        cv = np.empty((draws, len(self.fluid.crossings), 1))
        for row, name in enumerate(self.fluid.crossings):
            found = values.get(f"crossings.{name}.arrivals.variation.cv")
            cv[:, row, 0] = self.scenario.crossings[name].arrivals.variation.cv if found is None else found
        return cv

    def _of_crossing(self, row: int, moved: Floats, held: Floats) -> Floats:
        """Variance of each report's part at one crossing. ``moved`` and ``held``: (draws, days). (draws, reports)"""
        found = self._freely(row, moved)
        lines: npt.NDArray[np.bool_] = np.greater(held, 0)
        some = np.any(lines, axis=0).tolist()
        for column, (first, end) in enumerate(self._stretch):
            if row in self._rows[column] and (some[end - 1] or (first and some[first - 1])):
                these = lines[:, end - 1] | lines[:, first - 1] if first else lines[:, end - 1]
                found[these, column] = self._behind_a_line(row, moved[these], held[these], first, end)
        return found

    def _freely(self, row: int, moved: Floats) -> Floats:
        """Variance of each report's part at one crossing, if all people of its days crossed on them.

        ``moved`` are standard deviations of the days, (draws, days). The pairs of days within a report are those with
        all earlier days less those with days before its first. Shape (draws, reports).
        """
        earlier = _earlier(moved, self._carried[row])
        pairs = (moved**2 + 2 * moved * earlier) @ self._inside[row]
        found: Floats = pairs - 2 * earlier[:, self._first] * (moved @ self._fading[row])
        return found

    def _behind_a_line(self, row: int, moved: Floats, held: Floats, first: int, end: int) -> Floats:
        """The same of one report over the days [first, end), where a line may stand at the end of a day. (draws,)"""
        before = _standing(held[:, :first])
        begins = first - int((before > 0).any(axis=0).sum())
        part = np.ones((len(moved), end - begins))
        part[:, : first - begins] = 0.0
        part -= _standing(held[:, begins:end])
        part[:, : first - begins] += before[:, begins:]
        return _spread(moved[:, begins:end] * part, self._carried[row])

    def _of_the_largest_day(self, column: int, queue: bool, flow: Flow, moved: Floats, held: Floats) -> Floats:
        """Relative variance of the longest line, or of the largest day's count, on the day on which it is. (draws,)

        Of days that are as large, that which moves least: where one falls short, another is the largest.
        """
        first, end = self._stretch[column]
        rows = self._rows[column]
        daily = (flow.queue if queue else flow.crossed)[:, rows, first:end].sum(axis=1)
        largest = np.maximum(daily.max(axis=1), 1.0)
        near = daily >= NEARLY * daily.max(axis=1, keepdims=True)
        found = np.full(len(daily), np.inf)
        for day in np.flatnonzero(near.any(axis=0)).tolist():
            these, when = near[:, day], first + day
            of_day = np.zeros(int(these.sum()))
            for row in rows:
                those, lines = moved[these, row], held[these, row]
                if queue:  # all who have come since nobody stood there
                    part = np.append(_standing(lines[:, :when]), np.ones((len(those), 1)), axis=1)
                    of_day += _spread(those[:, : when + 1] * part, self._carried[row])
                else:
                    of_day += self._behind_a_line(row, those, lines, when, when + 1)
            found[these] = np.minimum(found[these], of_day)
        relative: Floats = found / largest**2
        return relative


def _standing(held: Floats) -> Floats:
    """Share of each day's people whom the line at the end of the last day makes up for. Shapes (draws, days)."""
    found: Floats = np.minimum.accumulate(held[:, ::-1], axis=1)[:, ::-1]
    return found


def _earlier(moved: Floats, carried: float) -> Floats:
    """Sum of the earlier days' deviations, each times its correlation with the day. Shapes (draws, days)."""
    found: Floats = lfilter([0.0, carried], [1.0, -carried], moved, axis=1)
    return found


def _spread(moved: Floats, carried: float) -> Floats:
    """Variance of the sum of correlated days with these standard deviations, (draws, days). Shape (draws,)."""
    found: Floats = (moved**2 + 2 * moved * _earlier(moved, carried)).sum(axis=1)
    return found
