"""An experiment: many replications of a scenario under its plans, stored as tables."""

from __future__ import annotations

import platform
import shlex
import shutil
import sys
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from borderflow.experiment.asked import chosen_engine, chosen_workers, restated
from borderflow.experiment.layout import PARQUET, lacking, tables_of
from borderflow.experiment.manifest import Manifest
from borderflow.experiment.refusal import Stopped, Unverified, WrongUse
from borderflow.experiment.results import Results
from borderflow.experiment.store import Writing, make_way, outside

if TYPE_CHECKING:
    from borderflow.experiment.batch import Batch, Failure
    from borderflow.experiment.stages import Stages
    from borderflow.scenario.scenario import Scenario

Progress = Callable[[int, int], None]
"""Called with (replications ended, replications asked), first with 0 ended."""

FAILED_SHARE = 0.05
ORDERS = ("plan", "crossing", "stock", "date", "extra_needed")
"""What order-by dates are found from, over all replications."""


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
    inputs: Sequence[Path] = (),
    command: str = "",
    stages: Stages | None = None,
) -> Results:
    """Run a scenario's replications under its plans and store the tables in ``out``/NAME.

    ``replications`` and ``seed`` replace those of the scenario. The tables are the same bytes for any number of
    ``workers``. A folder that holds exactly this run is handed back as it is (``Results.reused``). ``inputs``: files
    that the scenario came from, which must not lie inside the target folder. Raises ``WrongUse``, ``InTheWay``,
    ``Stopped`` (too many replications failed) or ``OSError``.
    """
    from borderflow.scenario.resolve import content_hash, files

    asked = restated(scenario, plans, replications, seed)
    if asked.calibration.draws is not None and not asked.calibration.draws.rows:
        raise WrongUse("this scenario was loaded without its posterior draws; load it with them")
    names = tuple(asked.plans)
    used = chosen_engine(engine)
    crew = chosen_workers(workers, asked.replications)
    target = Path(out) / asked.name
    outside(target, [*inputs, *files(asked)])
    found = finished(target, asked)
    if isinstance(found, Results):
        return found
    make_way(target, force, found)
    began, clock = datetime.now(UTC), time.monotonic()
    with Writing(target) as writing:
        tables = _Tables(writing.folder, asked)
        try:
            with closing(_batches(asked, names, used, stages, crew, writing.parts)) as batches:
                done, failures = _collect(batches, tables, asked.replications, progress)
            tables.close()
            _summarise(writing.folder, asked)
        finally:
            tables.abandon()
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
            done=done,
            failed=tuple(_told(asked.seed, failure) for failure in failures),
            engine=used,
            workers=crew,
            platform=platform.platform(),
            packages=_packages(),
            started=began.isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - clock, 3),
            evidence=_evidence(asked),
            draws=_draws(asked),
        )
        manifest = writing.publish(manifest, force)
    return Results(target, manifest)


def finished(target: Path, scenario: Scenario) -> Results | str:
    """The results in a folder if they are whole and exactly this run; else why they are not it."""
    from borderflow.scenario.resolve import content_hash

    try:
        manifest = Manifest.read(target)
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


def version() -> str:
    """The version of this package."""
    import borderflow

    return borderflow.__version__


def _batches(
    scenario: Scenario, plans: tuple[str, ...], engine: str, stages: Stages | None, workers: int, parts: Path
) -> Generator[Batch]:
    from borderflow.experiment.workers import in_process, in_workers

    replications = range(scenario.replications)
    if workers == 1:
        return in_process(scenario, plans, engine, stages, replications)
    return in_workers(scenario, plans, engine, stages, replications, workers, parts)


def _collect(
    batches: Iterator[Batch], tables: _Tables, asked: int, progress: Progress | None
) -> tuple[int, list[Failure]]:
    failures: list[Failure] = []
    if progress is not None:
        progress(0, asked)
    for ended, batch in enumerate(batches, start=1):
        if batch.failure is not None:
            failures.append(batch.failure)
            if len(failures) >= 2 and len(failures) > FAILED_SHARE * asked:
                raise Stopped(f"stopped: {len(failures)} of {ended} replications failed, nothing was kept", failures)
        else:
            tables.append(batch)
        if progress is not None:
            progress(ended, asked)
    if len(failures) == asked:
        raise Stopped("every replication failed, nothing was kept", failures)
    return asked - len(failures), failures


class _Tables:
    """The Parquet files of a run, growing as replications come in."""

    def __init__(self, folder: Path, scenario: Scenario) -> None:
        from borderflow.experiment.tables import ParquetTable

        self._files = {name: ParquetTable(folder / PARQUET[name]) for name in tables_of(scenario)}

    def append(self, batch: Batch) -> None:
        for name, file in self._files.items():
            file.append(batch.tables[name])

    def close(self) -> None:
        for file in self._files.values():
            file.close()

    def abandon(self) -> None:
        for file in self._files.values():
            file.abandon()


def _summarise(folder: Path, scenario: Scenario) -> None:
    import pyarrow.parquet as pq

    from borderflow.experiment.tables import read_parquet, write_csv
    from borderflow.measure.summary import requirements_summary, summarise

    stock = None
    if set(ORDERS) <= set(pq.read_schema(folder / PARQUET["stock"]).names):
        stock = read_parquet(folder / PARQUET["stock"], ORDERS)
    replications = read_parquet(folder / PARQUET["indicators"])
    write_csv(summarise(replications, scenario, stock), folder / "indicators.csv")
    write_csv(requirements_summary(read_parquet(folder / PARQUET["requirements"])), folder / "requirements.csv")


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


def _packages() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": sys.version.split()[0]}
    for name in ("numpy", "pandas", "pyarrow", "pydantic", "scipy", "simpy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
