"""Whole replications, memory and scale, beside the plain SimPy model in one run: ``python benchmarks/scale.py``.

``whole``: one replication of the reference workload in the middle of many (sampled, simulated, measured, stored)
against the event loop of plain SimPy. ``memory``: the largest process of a run with a hundred and with a thousand
replications. ``times``: 36 times the workload in one replication, its loop against that of the workload, each on fresh
memory. ``phase1``: a hundred replications of one plan of phase1-2023, all of the command, against one replication in
plain SimPy: that is sampled, built and run with Python's collector of garbage on, as a script of SimPy is. The limit is
for the time on the clock, with two workers; their CPU is told beside it. Name some to measure those alone.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))

import plain
from engines import compiled, machine, plainly, seconds, shown

from borderflow.demand.sample import households
from borderflow.engine.compiled import ground
from borderflow.experiment.run import run
from borderflow.network.build import network
from borderflow.network.visits import needs
from borderflow.scenario.draws import drawn
from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario

HERE = Path(__file__).parent
REFERENCE = HERE / "reference.yaml"
PHASE1 = HERE.parent / "scenarios" / "phase1-2023.yaml"
PLAN = "as_reported"
TIMES = 36
GIGABYTE = 1 << 30
LIMITS = {"whole": 1 / 30, "memory": 1.1, "times": 60.0, "size": 6.0, "phase1": 2.5}
"""Ratio to plain SimPy; a thousand to a hundred; ratio of the loops; GB; in plain replications."""


def row(what: str, found: str, limit: float, value: float) -> str:
    return f"| {what} | {found} | {shown(limit)} {'held' if value <= limit else 'NOT HELD'} |"


def workload(times: int = 1) -> Scenario:
    """The reference workload, or so many times its households, desks, kits and vehicles."""
    if times == 1:
        return load(REFERENCE)
    sets = []
    with tempfile.TemporaryDirectory() as folder:
        for name, desks, kits, trucks in (
            ("first", (12, 32, 16, 24, 16), (8000, 5000, 8000), 100),
            ("second", (5, 12, 6, 9, 6), (3000, 1800, 3000), 38),
        ):
            head, *days = (HERE / f"reference-{name}.csv").read_text().splitlines()
            many = [f"{day},{times * int(persons)}" for day, persons in (line.split(",") for line in days)]
            (Path(folder) / f"reference-{name}.csv").write_text("\n".join([head, *many]) + "\n")
            for station, number in zip(("gate", "registration", "health", "cash", "kits"), desks, strict=True):
                sets.append(f"{name}.stations.{station}.desks={times * number}")
            for word, number in zip(("opening", "reorder_at", "order_up_to"), kits, strict=True):
                sets.append(f"{name}.stocks.kits.{word}={times * number}")
            sets.append(f"{name}.fleets.trucks.vehicles={times * trucks}")
        path = Path(folder) / "reference.yaml"
        path.write_text(REFERENCE.read_text())
        return load(path, sets, yes_really=True)


def loop(scenario: Scenario) -> tuple[int, float]:
    """Households, and CPU seconds of the compiled loop."""
    who, here = households(scenario, 0), network(scenario, "as_is")
    return len(who), seconds(compiled(who, here, needs(who, here), 1), False)


def whole(rounds: int) -> list[str]:
    scenario = workload()
    who, here = households(scenario, 0), network(scenario, "as_is")
    what = needs(who, here)

    def many(replications: int) -> float:
        with tempfile.TemporaryDirectory() as folder:
            began = time.process_time()
            run(scenario, replications=replications, workers=1, out=folder)
            return time.process_time() - began

    many(1)
    shares, each, base = [], [], []
    for _ in range(rounds):
        base.append(seconds(plainly(who, here, what), False))
        each.append((many(16) - many(4)) / 12)
        shares.append(each[-1] / base[-1])
    found = (
        f"{shown(median(each))} s CPU against {shown(median(base))} s of plain SimPy's loop: "
        f"{shown(median(shares))} ({shown(min(shares))}–{shown(max(shares))})"
    )
    return [row("one replication in the middle of many", found, LIMITS["whole"], median(shares))]


def largest(replications: int, workers: int) -> tuple[float, float]:
    """Peak memory in GB of the parent and of its largest worker, in a run of the first days of the workload."""
    peaks: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        words = ["run", str(REFERENCE), "--set", "end=2023-01-14", "--replications", str(replications)]
        words += ["--workers", str(workers), "--out", folder, "--quiet"]
        process = subprocess.Popen([sys.executable, "-m", "borderflow", *words], stdout=subprocess.DEVNULL)
        while process.poll() is None:
            for status in Path("/proc").glob("[0-9]*/status"):
                try:
                    told = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                except OSError:
                    continue
                if str(process.pid) in (told["Pid"].strip(), told["PPid"].strip()) and "VmHWM" in told:
                    kind = "parent" if told["Pid"].strip() == str(process.pid) else "worker"
                    peaks[kind] = max(peaks.get(kind, 0), 1024 * int(told["VmHWM"].split()[0]))
            time.sleep(0.05)
        if process.returncode:
            raise RuntimeError(f"the run ended with {process.returncode}")
    return peaks["parent"] / GIGABYTE, peaks["worker"] / GIGABYTE


def memory(_: int) -> list[str]:
    few, many = largest(100, 2), largest(1000, 2)
    rows = []
    for word, hundred, thousand in zip(("parent", "largest worker"), few, many, strict=True):
        found = f"{1024 * hundred:.0f} MB for 100, {1024 * thousand:.0f} MB for 1,000"
        rows.append(row(f"memory of the {word}", found, LIMITS["memory"], thousand / hundred))
    return rows


def times(_: int) -> list[str]:
    """Memory that a run meets for the first time costs it more. So large a world is met but once: so is the small one
    that it is held against. The ratio to a small one on memory that has been used before, as in the middle of many
    replications, is told beside it.
    """

    def first(scenario: Scenario) -> tuple[int, float]:
        ground._pieces.clear()
        return loop(scenario)

    small, great = workload(), workload(TIMES)
    before = first(small)[1]
    many, spent = first(great)
    base, used = (before + first(small)[1]) / 2, min(loop(small)[1] for _ in range(3))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIGABYTE
    found = (
        f"{many:,} households: {shown(spent)} s against {shown(base)} s, {spent / base:.1f} times "
        f"({spent / used:.1f} times {shown(used)} s on memory used before)"
    )
    return [
        row(f"loop of {TIMES} times the workload", found, LIMITS["times"], spent / base),
        row("its memory, GB", f"{peak:.2f}", LIMITS["size"], peak),
    ]


def phase1(_: int) -> list[str]:
    def plainly_as_is() -> None:
        scenario = drawn(load(PHASE1), 0)
        who, here = households(scenario, 0), network(scenario, PLAN)
        env, _ = plain.build(who, here, needs(who, here))
        env.run(until=here.end_second)

    base = [seconds(plainly_as_is, True)]
    began, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        words = ["run", str(PHASE1), "--plan", PLAN, "--replications", "100", "--workers", "2", "--out", folder]
        subprocess.run([sys.executable, "-m", "borderflow", *words, "--quiet"], check=True, capture_output=True)
    wall, ended = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    base.append(seconds(plainly_as_is, True))
    one = sum(base) / len(base)
    ratios = f"{wall / one:.2f} and {spent / one:.2f} of them"
    found = f"{wall:.1f} s on the clock, {spent:.1f} s CPU, against {one:.1f} s CPU: {ratios}"
    what = "100 replications of phase1-2023, all of the command, on the clock and in CPU"
    return [row(what, found, LIMITS["phase1"], wall / one)]


PARTS: dict[str, Callable[[int], list[str]]] = {"whole": whole, "memory": memory, "times": times, "phase1": phase1}


def main() -> None:
    words = argparse.ArgumentParser(description="Whole replications, memory and scale.")
    words.add_argument("part", nargs="*", choices=[*PARTS, []], help="what to measure (default: all)")
    words.add_argument("--rounds", type=int, default=3)
    asked = words.parse_args()
    rows = []
    for name in asked.part or PARTS:
        rows += PARTS[name](asked.rounds)
        print(f"{name} done", file=sys.stderr)
    print(machine())
    print("\n| what | measured | limit |\n|---|---|---|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
