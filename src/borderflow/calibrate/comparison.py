"""The fit table: each reported figure beside what the fitted model says of it, and whether the two agree."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from borderflow.calibrate import wording
from borderflow.calibrate.likelihood import ANYTHING, drawn, log_densities, normal
from borderflow.calibrate.model import Model
from borderflow.calibrate.parameters import Floats
from borderflow.calibrate.reports import COUNTED, FAMILIES, TWO_CROSSINGS, Report
from borderflow.calibrate.settings import comparable, populations
from borderflow.evidence.rows import QUALIFIERS, Flow

LOWEST, HIGHEST = 0.05, 0.95
BATCH = 250
TOLD_AGAIN = "tells the count of {} again"
NOT_COMPARED = {
    "quantity": "counts what the model does not",
    "crossing": "speaks of more, or of other places, than these crossings",
    "population": "the scenario does not tell these people apart",
    "before": "counts from before the scenario begins, or says no first day",
    "after": "reaches beyond the end of the scenario",
    "nothing": "counts nobody",
    "first": "the row that later ones of its running total are counted from",
    "half": "the other end of its range is not in the register",
    "twice": "another row of its basis counts the same days",
    "families": "its basis tells the persons of these families",
}
"""Why a row that is meant for fits is not compared with this scenario."""


@dataclass(frozen=True)
class Band:
    """Median and 5–95 % range over the posterior."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Comparison:
    """A row of the fit table.

    ``model`` is the true number under the fit: people, whoever counts them. ``report`` is the number that this basis
    would then report, with its error, its share counted and its qualifier. ``verdict`` is ``agrees`` or ``disagrees``,
    empty for context, which is judged by nobody. ``gap`` is the reported number over the middle of ``report``, less 1.
    ``weight`` is the probability that the number is what it says, neither misprint nor something else.
    """

    ids: tuple[str, ...]
    counts: str
    said: str
    basis: str
    qualifier: str
    value: float
    high: float
    model: Band | None
    report: Band | None
    verdict: str
    gap: float | None
    weight: float | None
    use: str
    reason: str

    @property
    def id(self) -> str:
        return self.ids[0]


def comparisons(model: Model, draws: Floats, seed: int) -> list[Comparison]:
    """A row for each report of the fit, in the order of the model's reports.

    ``draws`` are points of the posterior, shape (draws, names). The reported numbers are drawn by chance, from the
    seed: the same seed gives the same table.
    """
    rng = np.random.default_rng((seed, 2))
    expected = [model.expected(draws[i : i + BATCH]) for i in range(0, len(draws), BATCH)]
    log_true = np.concatenate([one.log_true for one in expected])
    sigma = np.concatenate([one.sigma for one in expected])
    uncounted = np.exp(_by_everybody(model, draws))
    weights = weight(model.reports, log_true, sigma, model.settings.misprints).mean(axis=0)
    rows = []
    for index, one in enumerate(model.reports):
        said = _band(drawn(one.qualifier, log_true[:, index], sigma[:, index], rng))
        verdict, gap = judged(one, said)
        rows.append(
            Comparison(
                ids=one.ids,
                counts=wording.counted(one),
                said=wording.said(one),
                basis=one.basis,
                qualifier=one.qualifier,
                value=one.value,
                high=one.high,
                model=_band(uncounted[:, index]),
                report=said,
                verdict=verdict,
                gap=gap,
                weight=float(weights[index]),
                use="fit",
                reason="",
            )
        )
    return rows


def weight(those: Sequence[Report], log_true: Floats, sigma: Floats, misprints: float) -> Floats:
    """Probability, at each point, that a report is what it says and not something else. Shape (draws, reports)."""
    mixed = log_densities(those, log_true, sigma, misprints)
    x = np.log(np.array([one.middle for one in those])) - log_true
    wide = math.log(misprints) + normal(x, np.hypot(sigma, ANYTHING))
    honest: Floats = 1.0 - np.exp(np.minimum(wide - mixed, 0.0))
    return honest


def judged(report: Report, said: Band) -> tuple[str, float]:
    """Whether a number agrees with what would be reported, and how far it lies from the middle of that.

    It agrees within the 5–95 % range. A bound is only wrong on one side: a lower bound that lies far below (an upper
    bound far above) still holds.
    """
    bound = "point" if report.qualifier == "range" else QUALIFIERS[report.qualifier][0]
    if report.qualifier == "range":
        nearest = min(max(said.median, report.value), report.high)
        fits = report.value <= said.high and said.low <= report.high
    else:
        nearest = report.value
        below, above = report.value < said.low, report.value > said.high
        fits = not (above and bound != "at_most") and not (below and bound != "at_least")
    return ("agrees" if fits else "disagrees"), nearest / max(said.median, 1e-9) - 1.0


def context(model: Model, draws: Floats, flows: Iterable[Flow]) -> list[Comparison]:
    """A row without a verdict for each row of the register within the horizon that the fit did not compare."""
    left_out = model.scenario.calibration.leave_out
    first, last = model.scenario.start, model.scenario.end
    used = {id for one in model.reports for id in one.ids}
    apart = [row for row in flows if row.id not in used and _within(row, first, last)]
    alike: dict[str, Report] = {}
    for row in apart:
        if not row.qualifier.startswith("range_") and row.quantity not in FAMILIES:
            alone = replace(row, use="fit", same_count_as="", series="")
            for one in comparable(model.scenario, [alone]):
                alike[row.id] = one
    bands = dict(zip(alike, _aside(model, draws, list(alike.values())), strict=True))
    rows = []
    for row in apart:
        found = alike.get(row.id)
        rows.append(
            Comparison(
                ids=(row.id,),
                counts=wording.counted(found) if found else wording.reported(row),
                said=f"{row.value:.1%}" if row.unit == "fraction" else row.words,
                basis=row.basis,
                qualifier=row.qualifier,
                value=row.value,
                high=row.value,
                model=bands.get(row.id),
                report=None,
                verdict="",
                gap=None,
                weight=None,
                use="context" if row.use == "fit" else row.use,
                reason=f"left out: {left_out[row.id]}" if row.id in left_out else _why(row, model),
            )
        )
    return rows


def _within(row: Flow, first: date, last: date) -> bool:
    """Whether a row speaks of days of the horizon; one that tells only one of its days does if that day lies there."""
    begin, end = row.start or row.end, row.end or row.start
    return begin is not None and end is not None and begin <= last and end >= first


def _why(row: Flow, model: Model) -> str:
    """Why a row of the register was not compared."""
    if row.use != "fit":
        return row.use_reason
    if row.same_count_as:
        return TOLD_AGAIN.format(row.same_count_as)
    if row.quantity not in COUNTED:
        return NOT_COMPARED["quantity"]
    where = TWO_CROSSINGS if row.crossing in ("both", "pakistan_all") else (row.crossing,)
    if not set(where) <= set(model.fluid.crossings):
        return NOT_COMPARED["crossing"]
    if not set(row.population.split("+")) <= set(populations(model.scenario)):
        return NOT_COMPARED["population"]
    if row.value <= 0:
        return NOT_COMPARED["nothing"]
    if row.end is None or row.end > model.scenario.end:
        return NOT_COMPARED["after"]
    if row.start is None or row.start < model.scenario.start:
        return NOT_COMPARED["first" if row.quantity == "cumulative_returns" and row.series else "before"]
    if row.quantity in FAMILIES:
        return NOT_COMPARED["families"]
    return NOT_COMPARED["half" if row.qualifier.startswith("range_") else "twice"]


def _aside(model: Model, draws: Floats, those: Sequence[Report]) -> list[Band]:
    """The true numbers of reports that the fit did not see, each as if its basis counted everybody."""
    if not those:
        return []
    basis = replace(model.bases[0], since=None)
    seen = replace(model.settings, bases=(basis,))
    beside = Model(model.scenario, model.free, [replace(one, basis=basis.name) for one in those], seen)
    at = {name: index for index, name in enumerate(model.names)}
    points = np.tile(beside.centre, (len(draws), 1))
    for index, name in enumerate(beside.names):
        if name in at:
            points[:, index] = draws[:, at[name]]
    points[:, beside.names.index(f"counted.{basis.label}")] = 0.0
    numbers = np.exp(_in_batches(lambda some: beside.expected(some).log_true, points))
    return [_band(column) for column in numbers.T]


def _by_everybody(model: Model, draws: Floats) -> Floats:
    """Log of the true numbers: as if each basis counted everybody. Shape (draws, reports)."""
    frees, bases = len(model.free), len(model.bases)
    points = draws.copy()
    points[:, frees + bases : frees + 2 * bases] = 0.0
    return _in_batches(lambda some: model.expected(some).log_true, points)


def _in_batches(of: Callable[[Floats], Floats], points: Floats) -> Floats:
    return np.concatenate([of(points[i : i + BATCH]) for i in range(0, len(points), BATCH)])


def _band(numbers: Floats) -> Band:
    median, low, high = np.quantile(numbers, (0.5, LOWEST, HIGHEST))
    return Band(float(median), float(low), float(high))
