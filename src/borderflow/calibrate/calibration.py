"""The verb ``calibrate``: a scenario fitted to what was reported, with its uncertainty and its fit table."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from borderflow.calibrate.comparison import Comparison, comparisons, context
from borderflow.calibrate.contradictions import contradictions, counts
from borderflow.calibrate.crew import one_thread
from borderflow.calibrate.fit import ROWS, STARTS, Optimum, Posterior, Told, optimum, posterior
from borderflow.calibrate.model import Model
from borderflow.calibrate.parameters import NINETY, Floats, Free, free_values
from borderflow.calibrate.settings import SOLID, comparable, settings
from borderflow.evidence.register import FLOW_COLUMNS, JUDGED_COLUMNS, Register
from borderflow.evidence.register import load as load_register
from borderflow.evidence.table import Table
from borderflow.scenario.faults import Fault, ScenarioFaults, WrongUse
from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.tree import fault
from borderflow.scenario.units import DAY

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "calibration"
LONGEST, QUICK_LONGEST, QUICK_STARTS = 6000, 900, 2
ALIKE = 2.0
"""Two ends of the search whose log densities differ by at most this are equally good."""
APART = 1.0
"""… and are two, not one, if a value differs by more than this many standard deviations of what was thought before."""
UNMOVED = 0.9
"""A value whose spread is at least this share of what was thought before is one that the reports say nothing of."""
UNLIKELY = 0.5
"""A report that is less likely than this to be what it says, by a basis that counts well, is a gap of the fit."""
MOST_DISAGREE = 0.2
MOST_ROWS = 5_000


@dataclass(frozen=True)
class Estimate:
    """What the fit says of whoever counts, or of the share of the two crossings: before and after the reports."""

    what: str
    name: str
    median: float
    low: float
    high: float
    before_low: float
    before_high: float


@dataclass(frozen=True)
class Calibration:
    """A fitted scenario. ``comparisons`` has a row for each report of the fit, ``apart`` one for each that is not."""

    scenario: Scenario
    model: Model
    optimum: Optimum
    posterior: Posterior
    seed: int
    comparisons: tuple[Comparison, ...]
    apart: tuple[Comparison, ...]

    @property
    def free(self) -> Sequence[Free]:
        """The values that the fit moved, in the order of the file."""
        return self.model.free

    @property
    def converged(self) -> bool:
        """Whether the sampler's ensembles agree and are long enough."""
        return self.posterior.converged

    @property
    def disagree(self) -> int:
        """How many reports of the fit disagree with it."""
        return sum(one.verdict == "disagrees" for one in self.comparisons)

    @property
    def gaps(self) -> tuple[Comparison, ...]:
        """Reports of a basis that counts well that the fit can only take for something else than they say."""
        return tuple(
            one
            for one, report in zip(self.comparisons, self.model.reports, strict=True)
            if one.verdict == "disagrees"
            and one.weight is not None
            and one.weight < UNLIKELY
            and self.model.settings.basis(report).error <= SOLID
        )

    @property
    def fits(self) -> bool:
        """Whether the scenario gives what was reported: no gap, and at most a fifth of the reports disagree."""
        return not self.gaps and self.disagree <= MOST_DISAGREE * len(self.comparisons)

    @property
    def equally_good(self) -> tuple[int, float]:
        """How many starts of the search ended elsewhere and as well, and how far away at most (prior deviations)."""
        far = [
            away for height, away in self.optimum.ends if height >= self.optimum.log_density - ALIKE and away > APART
        ]
        return len(far), max(far, default=0.0)

    @property
    def unmoved(self) -> tuple[str, ...]:
        """Paths of values of which the reports say nothing: they are still spread as was thought before."""
        spread = self.posterior.draws[:, : len(self.free)].std(axis=0)
        return tuple(one.path for one, after in zip(self.free, spread, strict=True) if after >= UNMOVED * one.spread)

    @cached_property
    def values(self) -> dict[str, Floats]:
        """The draws by path, in units of ``Free``; the shares of a block of groups add to 1. Each of shape (draws,)."""
        found = self.model.values(self.posterior.draws)
        blocks: dict[str, list[str]] = {}
        for path in found:
            if ".groups." in path:
                blocks.setdefault(path.rpartition(".")[0], []).append(path)
        for paths in blocks.values():
            whole = np.sum([found[path] for path in paths], axis=0)
            found |= {path: found[path] / whole for path in paths}
        return found

    @property
    def medians(self) -> dict[str, float]:
        """Median of each value, by path, in units of ``Free``."""
        return {path: float(np.median(drawn)) for path, drawn in self.values.items()}

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Error and counted share of each basis, and the share of the two crossings by period."""
        found = []
        for index in range(len(self.free), len(self.model.names)):
            what, _, name = self.model.names[index].partition(".")
            low, median, high = np.exp(np.quantile(self.posterior.draws[:, index], (0.05, 0.5, 0.95)))
            centre, reach = self.model.centre[index], NINETY * self.model.spread[index]
            before = np.exp(centre - reach), np.exp(centre + reach)
            found.append(Estimate(what, name, *map(float, (median, low, high, *before))))
        return tuple(found)

    @property
    def draws(self) -> pd.DataFrame:
        """The draws as they are written: a column for each value, in its unit; half-lives in days."""
        import pandas as pd

        columns = {
            path: self.values[path] / (DAY if one.unit == "duration" else 1.0)
            for one in self.free
            for path in (one.path, *one.also)
        }
        return pd.DataFrame({path: [float(f"{number:.6g}") for number in drawn] for path, drawn in columns.items()})

    @property
    def table(self) -> pd.DataFrame:
        """The fit table: a row for each comparison, and for each row of the register that is context."""
        import pandas as pd

        rows = [
            {
                "id": one.id,
                "ids": "+".join(one.ids),
                "counts": one.counts,
                "basis": one.basis,
                "qualifier": one.qualifier,
                "said": one.said,
                "reported": one.value,
                "reported_high": one.high,
                **_columns("model", one),
                **_columns("report", one),
                "verdict": one.verdict,
                "gap": one.gap,
                "weight": one.weight,
                "use": one.use,
                "reason": one.reason,
            }
            for one in (*self.comparisons, *self.apart)
        ]
        return pd.DataFrame(rows)

    def files(self, folder: Path | str | None = None) -> dict[Path, bytes]:
        """What is written, by path: the draws and the fit table, beside the scenario unless a folder is named."""
        frames = zip(files(self.scenario, folder), (self.draws, self.table), strict=True)
        return {
            place: frame.to_csv(index=False, lineterminator="\n", float_format="%.6g").encode()
            for place, frame in frames
        }


def _columns(name: str, one: Comparison) -> dict[str, float | None]:
    band = one.model if name == "model" else one.report
    return {
        f"{name}_median": None if band is None else band.median,
        f"{name}_p05": None if band is None else band.low,
        f"{name}_p95": None if band is None else band.high,
    }


def files(scenario: Scenario, folder: Path | str | None = None) -> tuple[Path, Path]:
    """Paths of the draws and of the fit table of a scenario's fit; the folder is ``calibration`` beside it."""
    where = Path(folder) if folder is not None else Path(scenario._path).parent / FOLDER
    return where / f"{scenario.fit}.csv", where / f"{scenario.fit}-fit.csv"


def calibrate(
    scenario: Scenario | str | os.PathLike[str],
    seed: int | None = None,
    rows: int = ROWS,
    quick: bool = False,
    told: Told | None = None,
) -> Calibration:
    """Fit the values that a scenario marks ``calibrated`` with its fit's name to the register's reports.

    ``rows`` draws are kept of the posterior. ``quick`` searches and samples a fraction of the usual time, for a first
    look; it rarely converges. ``told`` hears what is done and its share: ("sampling", 0.5). The same seed gives the
    same draws. Raises ``ScenarioFaults`` (or the register's ``RegisterFaults``) with all that is wrong.
    """
    if not 2 <= rows <= MOST_ROWS:
        raise WrongUse(f"rows must be 2 to {MOST_ROWS:,} (got {rows})")
    loaded = scenario if isinstance(scenario, Scenario) else load(scenario, draws=False)
    model, register = prepared(loaded)
    seed = loaded.seed if seed is None else seed
    with one_thread():
        best = optimum(model, seed, starts=QUICK_STARTS if quick else STARTS, told=told)
        sample = posterior(model, best.point, seed, longest=QUICK_LONGEST if quick else LONGEST, rows=rows, told=told)
    return Calibration(
        scenario=loaded,
        model=model,
        optimum=best,
        posterior=sample,
        seed=seed,
        comparisons=tuple(comparisons(model, sample.draws, seed)),
        apart=tuple(context(model, sample.draws, register.flows)),
    )


def prepared(scenario: Scenario) -> tuple[Model, Register]:
    """The model of a scenario's fit and the register that it is held against, all checked.

    Raises ``ScenarioFaults`` where nothing may move, nothing was reported, or the reports contradict each other.
    """
    free, faults = free_values(scenario, scenario.fit)
    if not scenario._register:
        faults.append(
            Fault(scenario._path, 1, 1, "", "there is nothing to fit to: 'register' names no evidence register")
        )
        raise ScenarioFaults(faults)
    register = load_register(scenario._register)
    if not register.bases:
        message = "nobody has judged this register: flows.csv needs its columns from 'basis' on"
        faults.append(fault(scenario._tree.value["register"], "register", message))
        raise ScenarioFaults(faults)
    left_out = scenario.calibration.leave_out
    those = comparable(scenario, register.flows, left_out)
    if not those:
        message = "no report of the register can be held against the days of this scenario"
        faults.append(fault(scenario._tree.value["register"], "register", message, got=False))
    assumed = settings(scenario, register.bases, those)
    told = counts(scenario, register.flows, left_out)
    faults += contradictions(told, assumed.basis, _places(scenario._register))
    if faults:
        raise ScenarioFaults(faults)
    return Model(scenario, free, those, assumed), register


def _places(folder: str) -> dict[str, tuple[str, int]]:
    """File and line of each flow of the register."""
    table = Table(Path(folder) / "flows.csv", (*FLOW_COLUMNS, *JUDGED_COLUMNS), len(JUDGED_COLUMNS))
    return {line.cells["id"]: (str(table.path), line.number) for line in table.lines()}
