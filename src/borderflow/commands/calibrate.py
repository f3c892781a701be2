"""``borderflow calibrate``: do the arrivals agree with what was reported, and how sure are they?"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from borderflow.commands.endings import DONE, INCOMPLETE, say
from borderflow.commands.printing import answer, width
from borderflow.commands.printing import as_json as json_of
from borderflow.experiment.refusal import InTheWay, WrongUse
from borderflow.scenario.faults import listed

if TYPE_CHECKING:
    from rich.progress import Progress

    from borderflow.calibrate.calibration import Calibration
    from borderflow.scenario.scenario import Scenario


def calibrate(
    scenario: Path,
    write: bool,
    out: Path | None,
    seed: int | None,
    rows: int,
    quick: bool,
    as_json: bool,
    quiet: bool,
    force: bool,
    check: bool,
    cases: int,
    block: int,
    workers: int | None,
) -> int:
    """Fit a scenario, print its fit table, and write the draws and the table (and the values, if asked).

    With ``check``: judge the fit instead, and write nothing.
    """
    if seed is not None and not 0 <= seed < 2**128:
        raise WrongUse("--seed is a whole number from 0 to 2^128 - 1")
    if check:
        if write or out is not None or quick or force:
            raise WrongUse("--check writes nothing: leave --write, --out, --quick and --force out")
        if workers is not None and workers < 1:
            raise WrongUse(f"--workers must be 1 or more (got {workers})")
        from borderflow.commands.fit_check import check_told, judged

        loaded = _load(scenario)
        with Stages(quiet) as stages:
            found = judged(loaded, seed, cases, block, workers or os.cpu_count() or 1, stages)
        answer(json_of(found) if as_json else check_told(found, width()))
        return DONE if all(one["held"] for one in found["bounds"]) else INCOMPLETE
    from borderflow.calibrate.calibration import calibrate as fitted
    from borderflow.calibrate.calibration import files
    from borderflow.calibrate.parameters import free_values
    from borderflow.calibrate.rewrite import check_writable
    from borderflow.commands.files import lost, write_all
    from borderflow.commands.fit_table import fit_answer, fit_told

    loaded = _load(scenario)
    if write:
        check_writable(loaded, free_values(loaded, loaded.fit)[0])
    places = files(loaded, out)
    if not force and (there := [place for place in places if os.path.lexists(place)]):
        raise InTheWay(f"would replace {listed(there, 'and')}. Choose another --out, or repeat with --force")
    with Stages(quiet) as stages:
        fit = fitted(loaded, seed, rows, quick, stages)
    made = fit.files(out)
    lost(made, force)
    write_all(made)
    written, trouble = _write(fit, places[0], force) if write else ("", "")
    says = fit_answer(fit, places, written)
    answer(json_of(says) if as_json else fit_told(says, width(), colour=_colour()))
    if trouble:
        say(trouble)
    return DONE if fit.converged and fit.fits and not trouble else INCOMPLETE


def _load(path: Path) -> Scenario:
    from borderflow.measure.registry import ALIASES, INDICATORS, fault
    from borderflow.scenario.load import load

    loaded = load(path, indicators={*INDICATORS, *ALIASES}, judge=fault, draws=False)
    for warning in loaded.warnings:
        say(str(warning))
    return loaded


def _write(fit: Calibration, draws: Path, force: bool) -> tuple[str, str]:
    """Put the medians into the scenario file: its path, or why it was left as it is."""
    from borderflow.calibrate.rewrite import write
    from borderflow.scenario.faults import ScenarioFaults

    path, named = fit.scenario._path, fit.scenario.calibration.draws
    if named is not None and os.path.realpath(named.file) != os.path.realpath(draws):
        say(f"warning: {path} runs on the draws of {named.file}, not on those written to {draws}")
    if not fit.converged and not force:
        return "", f"{path} is unchanged: the sampler has not converged (--force writes its values even so)"
    try:
        write(fit.scenario, fit.free, fit.medians, draws)
    except ScenarioFaults as faults:
        return "", f"{path} is unchanged:\n{faults}"
    return path, ""


def _colour() -> bool:
    dumb = os.environ.get("TERM", "").lower() in ("dumb", "unknown")
    return sys.stdout.isatty() and not dumb and not os.environ.get("NO_COLOR")


class Stages:
    """Call it with (what is done, its share), inside a ``with``: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet
        self._bar: Progress | None = None
        self._began = time.monotonic()
        self._tenths: dict[str, int] = {}

    def __enter__(self) -> Stages:
        if not self._quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

            console = Console(stderr=True)
            if not console.is_dumb_terminal:
                columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
                self._bar = Progress(*columns, console=console, transient=True)
                self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, what: str, share: float) -> None:
        if self._quiet:
            return
        if self._bar is not None:
            tasks = {task.description: task.id for task in self._bar.tasks}
            task = tasks[what] if what in tasks else self._bar.add_task(what, total=1.0)
            self._bar.update(task, completed=share)
            return
        tenth = int(10 * share + 1e-9)
        if tenth > self._tenths.get(what, 0):
            self._tenths[what] = tenth
            say(f"{what}: {10 * tenth} %, {time.monotonic() - self._began:.0f} s")
