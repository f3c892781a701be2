"""An experiment: many replications of a scenario under its plans, stored as tables."""

from __future__ import annotations

import logging
import platform
import shlex
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from borderflow.experiment.asked import chosen_engine, chosen_workers, restated
from borderflow.experiment.layout import lacking
from borderflow.experiment.manifest import Manifest
from borderflow.experiment.precision import MOST, Enough, Precision
from borderflow.experiment.ready import make_ready
from borderflow.experiment.refusal import Stopped, Unverified, WrongUse
from borderflow.experiment.request import Request, made_with, packages, version
from borderflow.experiment.results import Results
from borderflow.experiment.store import Writing, make_way, outside

if TYPE_CHECKING:
    from borderflow.experiment.batch import Failure, Outcome
    from borderflow.experiment.crew import Place
    from borderflow.experiment.gathering import Gathering
    from borderflow.experiment.stages import Stages
    from borderflow.experiment.workers import Work
    from borderflow.scenario.scenario import Scenario

Progress = Callable[[int, int], None]
"""Called with (replications ended, replications asked), first with 0 ended."""

Notice = Callable[[str], None]
"""Called with a line for the user."""

FAILED_SHARE = 0.05


def run(
    scenario: Scenario,
    plans: Sequence[str] | None = None,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    out: str | Path = "results",
    engine: str = "auto",
    force: bool = False,
    progress: Progress | None = None,
    *,
    precision: Sequence[str] = (),
    most: int | None = None,
    resume: bool = False,
    cluster: str | None = None,
    inputs: Sequence[Path] = (),
    command: str = "",
    stages: Stages | None = None,
    notice: Notice | None = None,
    warn: Notice | None = None,
) -> Results:
    """Run a scenario's replications under its plans and store the tables in ``out``/NAME.

    ``replications`` and ``seed`` replace those of the scenario. With ``precision`` (such as ``wait_p95@torkham:5%``)
    there are as many replications as that takes, at most ``most`` (default 200). The tables are the same bytes for any
    number of ``workers``, and from a ``cluster`` (the address of a Dask scheduler). A folder that holds exactly this
    run is handed back as it is (``Results.reused``). ``resume`` goes on with this run where it was cut off. ``inputs``:
    files that the scenario came from, which must not lie inside the target folder. ``notice``: told that the engine has
    to be compiled first, which takes a while; ``warn``: told what became of workers and shards; without them the log
    is. Raises ``WrongUse``, ``InTheWay``, ``Stopped`` (too many replications failed) or ``OSError``.
    """
    from borderflow.scenario.resolve import content_hash, files

    if precision and replications is not None:
        raise WrongUse("give the replications or a precision, not both")
    if most is not None and not precision:
        raise WrongUse("the most replications belong to a precision")
    if cluster is not None and workers is not None:
        raise WrongUse("a cluster has its own workers: give --workers or --cluster, not both")
    warn = warn or logging.getLogger("borderflow").warning
    asked = restated(scenario, plans, (most or MOST) if precision else replications, seed)
    if asked.calibration.draws is not None and not asked.calibration.draws.rows:
        raise WrongUse("this scenario was loaded without its posterior draws; load it with them")
    wanted = [Precision.parse(text, asked) for text in precision]
    rows = len(asked.calibration.draws.rows) if asked.calibration.draws is not None else 0
    enough = Enough(wanted, rows) if wanted else None
    names = tuple(asked.plans)
    used = chosen_engine(engine)
    many = chosen_workers(workers, asked.replications)
    target = Path(out) / asked.name
    outside(target, [*inputs, *files(asked)])
    texts = tuple(one.text for one in wanted)
    found = finished(target, asked, texts)
    if isinstance(found, Results):
        return found
    make_way(target, force, found)
    if used == "compiled":
        make_ready(notice)
    began, clock = datetime.now(UTC), time.monotonic()
    request = Request(made_with(), asked.seed, names, asked.replications, texts, used, content_hash(asked))
    with Writing(target, request, resume, force, warn) as writing:
        from borderflow.experiment.crew import Crew
        from borderflow.experiment.gathering import Gathering
        from borderflow.experiment.workers import Work

        place = _place(Work(asked, names, used, stages, request.key), many, cluster, writing, warn)
        gathering = Gathering(writing.folder, writing.aside, asked)
        try:
            try:
                crew = Crew(place, writing.shards, warn, *([2] if enough is not None else []))
                outcomes = crew.outcomes(range(asked.replications))
                ended, failures = _collect(outcomes, gathering, asked.replications, progress, enough)
                many = place.workers
            finally:
                place.dismiss()
            asked = restated(asked, replications=ended) if ended != asked.replications else asked
            gathering.summarise(asked)
        finally:
            gathering.close()
        _copy_inputs(asked, writing.folder)
        manifest = Manifest(
            version=version(),
            command=command or "borderflow.run",
            name=asked.name,
            title=asked.title,
            scenario_hash=content_hash(asked),
            seed=asked.seed,
            plans=names,
            replications=asked.replications,
            done=ended - len(failures),
            failed=tuple(_told(asked.seed, failure) for failure in failures),
            engine=used,
            workers=many,
            platform=platform.platform(),
            packages=packages(),
            started=began.isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - clock, 3),
            evidence=_evidence(asked),
            draws=_draws(asked),
            precision=enough.told() if enough is not None else None,
        )
        manifest = writing.publish(manifest, force)
    return Results(target, manifest)


def finished(target: Path, scenario: Scenario, precision: Sequence[str] = ()) -> Results | str:
    """The results in a folder if they are whole and exactly this run; else why they are not it."""
    from borderflow.scenario.resolve import content_hash

    try:
        manifest = Manifest.read(target)
        if precision and manifest.precise != tuple(precision):
            other = " ".join(manifest.precise) or "none"
            return f"it holds another run: precision {other}, not {' '.join(precision)}"
        if precision and (manifest.reached or manifest.replications == scenario.replications):
            scenario = restated(scenario, replications=manifest.replications)
        asked = {
            "version": (manifest.version, version()),
            "seed": (manifest.seed, scenario.seed),
            "plans": (" ".join(manifest.plans), " ".join(scenario.plans)),
            "replications": (manifest.done, scenario.replications),
        }
        for word, (there, here) in asked.items():
            if there != here:
                return f"it holds another run: {word} {there}, not {here}"
        if manifest.scenario_hash != content_hash(scenario):
            return "it holds another run: the scenario has changed since"
        manifest.check(target)
    except Unverified as reason:
        return str(reason)
    if why := lacking(target):
        return why
    return Results(target, manifest, reused=True)


def _place(work: Work, workers: int, cluster: str | None, writing: Writing, warn: Notice) -> Place:
    """Where the replications are run."""
    from borderflow.experiment.workers import Here, Processes

    if cluster is not None:
        from borderflow.experiment.cluster import Cluster

        return Cluster(work, cluster)
    return Here(work) if workers == 1 else Processes(work, workers, writing.shards.folder, warn)


def _collect(
    outcomes: Iterator[Outcome], gathering: Gathering, asked: int, progress: Progress | None, enough: Enough | None
) -> tuple[int, list[Failure]]:
    """Gather outcomes to the last, or until there are enough; how many there were, and which failed."""
    failures: list[Failure] = []
    ended = 0
    if progress is not None:
        progress(0, asked)
    for ended, outcome in enumerate(outcomes, start=1):
        if outcome.failure is not None:
            failures.append(outcome.failure)
            if len(failures) >= 2 and len(failures) > FAILED_SHARE * asked:
                raise Stopped(f"stopped: {len(failures)} of {ended} replications failed, nothing was kept", failures)
        else:
            gathering.append(outcome)
        if progress is not None:
            progress(ended, asked)
        if enough is not None and enough.add(outcome):
            break
    if len(failures) == ended:
        raise Stopped("every replication failed, nothing was kept", failures)
    return ended, failures


def _copy_inputs(scenario: Scenario, folder: Path) -> None:
    from borderflow.scenario.resolve import files, resolved

    (folder / "scenario.yaml").write_text(resolved(scenario), encoding="utf-8", newline="\n")
    draws = scenario.calibration.draws
    for path in files(scenario):
        (folder / "evidence").mkdir(exist_ok=True)
        beside = folder / "evidence" / path.name
        if draws is not None and path == Path(draws.file):  # the numbers that were run on, whatever the file says now
            beside.write_text(draws.text(), encoding="utf-8", newline="\n")
        else:
            shutil.copyfile(path, beside)


def _told(seed: int, failure: Failure) -> dict[str, Any]:
    return {
        "replication": failure.replication,
        "seed": seed,
        "error": failure.error,
        "repeat": repeat_command("scenario.yaml", failure.replication),
    }


def repeat_command(path: str, replication: int, *asked: str) -> str:
    """The command that runs one replication again, by itself and in the open."""
    return shlex.join(["borderflow", "run", path, *asked, "--only", str(replication), "--debug"])


def _evidence(scenario: Scenario) -> tuple[str, ...]:
    return tuple(sorted({name for source in scenario.sources.values() for name in source.evidence}))


def _draws(scenario: Scenario) -> dict[str, Any] | None:
    draws = scenario.calibration.draws
    if draws is None:
        return None
    return {"calibration": scenario.fit, "file": draws.file, "sha256": draws.sha256, "rows": len(draws.rows)}
