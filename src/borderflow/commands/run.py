"""``borderflow run``: simulate, store, and print the answer."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from borderflow.commands.endings import DONE, INCOMPLETE, say
from borderflow.commands.printing import answer, width
from borderflow.commands.printing import as_json as json_of
from borderflow.commands.progress import Bar
from borderflow.experiment.refusal import Stopped, WrongUse

if TYPE_CHECKING:
    from borderflow.experiment.results import Results
    from borderflow.scenario.scenario import Scenario


def run(
    scenario: Path,
    plans: tuple[str, ...],
    check: bool,
    chart: bool,
    needs: bool,
    only: int | None,
    as_json: bool,
    quiet: bool,
    **asked: Any,
) -> int:
    """Run a scenario and print what a planner asks first."""
    if only is not None:
        return repeat(scenario, plans, only, **asked)
    loaded, results = simulate(scenario, plans, quiet, **asked)
    if chart:
        from borderflow.commands.chart import draw

        draw(results.folder)
    met = told(results, loaded, needs, as_json)
    if not results.complete or (asked["precision"] and not results.manifest.reached):
        return INCOMPLETE
    return INCOMPLETE if check and not met else DONE


def simulate(
    path: Path,
    plans: tuple[str, ...],
    quiet: bool,
    sets: tuple[str, ...],
    replications: int | None,
    seed: int | None,
    out: Path,
    engine: str,
    workers: int | None,
    force: bool,
    allow_long: bool = False,
    yes_really: bool = False,
    resume: bool = False,
    cluster: str | None = None,
    precision: tuple[str, ...] = (),
    most: int | None = None,
) -> tuple[Scenario, Results]:
    """Load a scenario and run it, with progress and messages on stderr."""
    from borderflow.experiment.asked import chosen_engine, restated
    from borderflow.experiment.run import repeat_command, run

    used = chosen_engine(engine)
    check_counts(replications, seed, workers)
    loaded = load(path, sets, allow_long=allow_long, yes_really=yes_really)
    same = [word for plan in plans for word in ("--plan", plan)] + [word for one in sets for word in ("--set", one)]
    same += ["--allow-long"] * allow_long + ["--yes-really"] * yes_really
    same += ["--seed", str(restated(loaded, seed=seed).seed)]

    said_of_engine(engine, used)

    def _failed(replication: int, error: str) -> None:
        say(f"replication {replication} failed: {error}")
        say(f"  repeat it: {repeat_command(str(path), replication, *same)}")

    try:
        with Bar(quiet) as bar:
            results = run(
                loaded,
                plans,
                replications,
                seed,
                workers,
                out,
                used,
                force,
                bar,
                precision=precision,
                most=most,
                resume=resume,
                cluster=cluster,
                inputs=[path],
                command=_typed(),
                notice=silent if quiet else say,
                warn=say,
            )
    except Stopped as stop:
        for failure in stop.failures[:5]:
            _failed(failure.replication, failure.error)
        raise
    if results.reused:
        say(f"{results.folder} holds this run already (same scenario, seed, plans and version): nothing was run")
    for failed in results.manifest.failed:
        _failed(failed["replication"], failed["error"])
    if precision:
        replications = results.manifest.replications
    return restated(loaded, plans, replications, seed), results


def said_of_engine(asked: str, used: str) -> None:
    """Say that the slower engine runs because what the other needs is not installed."""
    from borderflow.engine.simulate import INSTALL

    if asked == "auto" and used == "simpy":
        say(f"numba is not installed, so the slower SimPy engine runs; for the compiled one: {INSTALL}")


def silent(_: str) -> None:
    """Say nothing."""


def check_counts(replications: int | None, seed: int | None, workers: int | None) -> None:
    """Refuse numbers that cannot be, before anything is read."""
    if replications is not None and not 1 <= replications <= 1_000_000:
        raise WrongUse(f"--replications must be 1 to 1,000,000 (got {replications})")
    if seed is not None and not 0 <= seed < 2**128:
        raise WrongUse("--seed is a whole number from 0 to 2^128 - 1")
    if workers is not None and workers < 1:
        raise WrongUse(f"--workers must be 1 or more (got {workers})")


def load(path: Path, sets: tuple[str, ...], *, allow_long: bool = False, yes_really: bool = False) -> Scenario:
    """Load a scenario; its warnings go to stderr."""
    from borderflow.measure.registry import ALIASES, INDICATORS, fault
    from borderflow.scenario.load import load

    named = {*INDICATORS, *ALIASES}
    loaded = load(path, sets, indicators=named, judge=fault, allow_long=allow_long, yes_really=yes_really)
    for warning in warnings(loaded):
        say(warning)
    return loaded


def warnings(scenario: Scenario) -> list[str]:
    """What is doubtful in a scenario, a line each."""
    return [str(warning) for warning in getattr(scenario, "warnings", ())]


def told(results: Results, scenario: Scenario, needs: bool, json: bool) -> bool:
    """Print the answer; whether every standard is met."""
    from borderflow.experiment.answer import answer as found
    from borderflow.report.summary import told as text

    says = found(results, scenario)
    if needs:
        from borderflow.commands.needs import needs_answer, needs_told

        says["requirements"] = needs_answer(results)
    reached = results.manifest.precision
    if reached is not None:
        says["precision"] = reached
    if json:
        answer(json_of(says))
    else:
        whole = text(says, width())
        if reached is not None:
            whole += "\n" + precision_told(reached, results.manifest.replications, width())
        if needs:
            whole += "\n" + needs_told(says["requirements"], width())
        answer(whole)
    return all(standard["met"] is not False for standard in says["standards"])


def precision_told(precision: dict[str, Any], replications: int, columns: int) -> str:
    """How many replications the precision took, or how far off it is."""
    import textwrap

    asked = " and ".join(precision["asked"])
    if precision["reached"]:
        text = f"Precision {asked}: reached at {precision['at']} replications, and held to {replications}."
    else:
        text = f"Precision {asked}: NOT reached with {replications} replications."
        widest = precision["widest"]
        if widest is not None:
            names = [widest[word] for word in ("crossing", "station", "item") if widest[word]]
            place = ".".join(names) or "all crossings"
            width = "is not known" if widest["width"] is None else f"is ±{100 * widest['width']:.1f} % of the mean"
            text += f" The widest interval, {widest['indicator']} at {place} under {widest['plan']}, {width}."
    return textwrap.fill(text, columns) + "\n"


def repeat(
    path: Path,
    plans: tuple[str, ...],
    only: int,
    sets: tuple[str, ...],
    seed: int | None,
    engine: str,
    allow_long: bool = False,
    yes_really: bool = False,
    **_: Any,
) -> int:
    """Run one replication in this process, write nothing; its error comes out as it is."""
    from borderflow.experiment.asked import chosen_engine, restated
    from borderflow.experiment.batch import Bench
    from borderflow.experiment.ready import make_ready
    from borderflow.experiment.stages import standard

    if only < 0:
        raise WrongUse(f"--only takes the number of a replication, from 0 (got {only})")
    used = chosen_engine(engine)
    scenario = restated(load(path, sets, allow_long=allow_long, yes_really=yes_really), plans, seed=seed)
    said_of_engine(engine, used)
    if used == "compiled":
        make_ready(say)
    Bench(scenario, tuple(scenario.plans), used, standard()).replicate(only)
    answer(f"replication {only} of seed {scenario.seed} ended without an error; nothing was written")
    return DONE


def _typed() -> str:
    import shlex

    return shlex.join(["borderflow", *sys.argv[1:]])
