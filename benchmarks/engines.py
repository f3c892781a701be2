"""CPU of the event loops of plain SimPy, Ciw, salabim and ours, side by side in one run.

``python benchmarks/engines.py``. Machines are noisy and differ: only ratios within one round mean anything. The
engines take turns, round by round, and each ratio is that of one round; the table gives the median over the rounds and
the lowest and highest. Every run starts with collected garbage and with the collector off, as in ``borderflow run``
(``--collector`` leaves it on for all, as Python does), and building a model is not counted.

Three loads: the reference workload (ours also with every feature on: spaces with rations, closures, warehouses,
patience, specific needs first, triggers, funds; with salabim where it is installed, which takes a minute and so runs in
the first round alone), its tandem part (with Ciw), and the quickstart. The compiled loop is over in a moment: it runs
over several worlds in a row, and its time is that of one. Whole replications, memory and scale: ``scale.py``.

``--by-feature`` also turns these features on one by one. ``--command`` also takes the CPU time of ``borderflow run`` on
the quickstart, all of it, 20 replications under 2 plans, in as many plain replications: with our SimPy model, and with
the compiled engine where it can run.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import ciw
import plain
import tandem

from borderflow.demand.households import Households
from borderflow.demand.sample import households
from borderflow.engine.compiled.build import Builder
from borderflow.engine.compiled.engine import complete
from borderflow.engine.compiled.run import run
from borderflow.engine.operation import Operation
from borderflow.engine.simulate import compiles
from borderflow.network import network as net
from borderflow.network.build import network
from borderflow.network.visits import Needs, needs
from borderflow.scenario.load import load

DAY, HOUR = 86_400, 3_600
QUICKSTART = Path(__file__).parents[1] / "scenarios" / "quickstart.yaml"
REFERENCE, COMMAND = "reference", "borderflow run, 20 × 2"
LIMITS = {
    (REFERENCE, "ours"): 0.40,
    (REFERENCE, "ours, every feature on"): 0.60,
    (REFERENCE, "compiled"): 1 / 120,
    (REFERENCE, "compiled, every feature on"): 1 / 100,
    ("quickstart", COMMAND): 16.0,
}
"""The most that the median ratio to plain SimPy may be, by load and engine; the command in plain replications."""
FEATURES = ("patience", "specific needs", "closures", "warehouse", "spaces", "triggers", "funds")


def everything(here: net.Network, on: Collection[str] = FEATURES) -> net.Network:
    """The same network with every feature of the model on, or with some of them."""
    patience = net.Quantiles(np.array([[36.0 * HOUR]]))
    stations = tuple(
        replace(
            station,
            patience=patience if "patience" in on else None,
            specific_needs_first="specific needs" in on and station.fleet < 0,
            shut=((40 * DAY, 40 * DAY + 6 * HOUR),) if "closures" in on and station.name == "gate" else (),
        )
        for station in here.stations
    )
    many = len(here.stocks)
    water = [
        replace(
            here.stocks[0],
            index=many + index,
            crossing=index,
            name="water",
            opening=0,
            supplies=tuple(net.Supply(day * DAY, 20_000) for day in range(60)),
            reorder_at=-1,
            order_up_to=-1,
            lead_time=None,
        )
        for index in range(len(here.crossings))
    ]
    depot = replace(water[0], index=many + len(water), crossing=-1, name="depot", opening=60_000, supplies=())
    shelves = [replace(stock, source=depot.index, shut=((41 * DAY, 42 * DAY),)) for stock in here.stocks]
    spaces = []
    for index in range(len(here.crossings)):
        journey = {station.name: station.index for station in here.stations_of(index)}
        first, last = journey["registration"], journey["transport"]
        places = net.Calendar(np.array([here.first_second]), np.array([900.0]))
        use = net.Use(many + index, 15, (6 * HOUR, 12 * HOUR, 18 * HOUR))
        camp = net.Space(len(spaces), index, "camp", "", places, net.WhenFull.OUTSIDE, first, last, (use,))
        hall = replace(camp, index=camp.index + 1, name="hall", when_full=net.WhenFull.HOLD, last=first, uses=())
        spaces += [camp, hall]
    watch = net.Watch(net.Sees.CROSSED, 0, True, 1_000, 2)
    calm = net.Watch(net.Sees.CROSSED, 0, False, 500, 3)
    trigger = net.Trigger(0, "surge", (watch,), DAY, (net.Act(net.Moves.DESKS, 1, "add", 10),), (calm,))
    fund = net.Fund(
        index=0,
        name="money",
        title="",
        currency="USD",
        opening=10**12,
        receipts=tuple(net.Supply(day * DAY, 10**6) for day in range(60)),
        buys={},
        grants={stock.index: net.Price(4_500, 1) for stock in here.stocks},
        trips=dict.fromkeys((fleet.index for fleet in here.fleets), 18_000),
    )
    divert = net.Diversion(0, 40 * DAY, 40 * DAY + 6 * HOUR, 0.3, 18 * HOUR, 1)
    return replace(
        here,
        stations=stations,
        stocks=(*(shelves if "warehouse" in on else here.stocks), *water, depot),
        spaces=tuple(spaces) if "spaces" in on else (),
        diversions=(divert,) if "closures" in on else (),
        triggers=(trigger,) if "triggers" in on else (),
        funds=(fund,) if "funds" in on else (),
    )


@dataclass
class Load:
    """One workload: its engines by name, plain SimPy first, each making ready a call to be timed; their CPU seconds."""

    title: str
    households: int
    engines: dict[str, Callable[[], Callable[[], object]]]
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def round(self, turn: int, collector: bool) -> None:
        """All engines once; each round begins with the next one, so that none always follows the same."""
        names = [name for name in self.engines if turn == 0 or name not in ONCE]
        for place in range(len(names)):
            name = names[(turn + place) % len(names)]
            many = WORLDS if name.startswith("compiled") else 1
            self.seconds.setdefault(name, []).append(seconds(self.engines[name](), collector) / many)

    def rows(self) -> list[str]:
        base = self.seconds["plain SimPy"]
        return [row(self.title, self.households, name, self.seconds[name], base) for name in self.engines]

    def shares(self) -> list[str]:
        """What each feature adds by itself, within a round, as a share of our own loop without any."""
        ours, rows = self.seconds["ours"], []
        for name, found in self.seconds.items():
            if name.startswith(WITH):
                added = [one / other - 1 for one, other in zip(found, ours, strict=True)]
                rows.append(
                    f"| {name.removeprefix(WITH)} | {100 * median(added):+.0f}% "
                    f"({100 * min(added):+.0f}% to {100 * max(added):+.0f}%) |"
                )
        return rows


WITH = "ours, only "
WORLDS = 8
"""How often the compiled loop runs to be timed once."""
ONCE = ("salabim",)
"""What runs in the first round alone."""


def row(load: str, households: int, name: str, found: list[float], base: list[float]) -> str:
    """A line of the table: median, lowest and highest of the CPU seconds and of the ratios round by round."""
    ratios = [one / other for one, other in zip(found, base, strict=False)]
    limit = LIMITS.get((load.partition(",")[0], name))
    said = "" if limit is None else f"{shown(limit)} {'held' if median(ratios) <= limit else 'NOT HELD'}"
    times, shares = (f"{shown(median(many))} ({shown(min(many))}–{shown(max(many))})" for many in (found, ratios))
    speed = f"{households / median(found):,.0f}"
    return f"| {load} | {name} | {times} | {speed} | {shares} | {said} |"


def shown(number: float) -> str:
    """Two decimals, or four where those would say little."""
    return f"{number:.2f}" if number >= 0.1 else f"{number:.4f}"


def seconds(run: Callable[[], object], collector: bool) -> float:
    """CPU seconds of a call, with or without the collector of garbage."""
    gc.collect()
    if not collector:
        gc.disable()
    try:
        began = time.process_time()
        run()
        return time.process_time() - began
    finally:
        gc.enable()


def plainly(who: Households, here: net.Network, what: Needs) -> Callable[[], object]:
    env, _ = plain.build(who, here, what)
    return lambda: env.run(until=here.end_second)


def by_ciw(who: Households, here: net.Network, what: Needs) -> Callable[[], object]:
    models = tandem.build(who, here, what)
    ciw.seed(1)
    return lambda: [model.simulate_until_max_time(here.end_second) for _, model in models]


def by_salabim(who: Households, here: net.Network, what: Needs) -> Callable[[], object]:
    import components

    env, _ = components.build(who, here, what)
    return lambda: env.run(till=here.end_second)


def ours(who: Households, here: net.Network, what: Needs) -> Callable[[], object]:
    return Operation(who, here, what).run


def compiled(who: Households, here: net.Network, what: Needs, many: int = WORLDS) -> Callable[[], object]:
    """The loop of the compiled engine over so many worlds, its machine code loaded and its tables long enough."""
    builder = Builder(who, here, what)
    run(world := builder.world())
    while not complete(world, builder):
        run(world := builder.world())
    worlds = [builder.world() for _ in range(many)]
    return lambda: [run(world) for world in worlds]


def loads(by_feature: bool = False) -> list[Load]:
    """The three workloads with the same households and service seconds for each engine."""
    scenario = load(Path(__file__).with_name("reference.yaml"))
    here = network(scenario, "as_is")
    who = households(scenario, 0)
    who = replace(who, specific_needs=who.uniform("benchmark") < 0.11)
    what, whole, line = needs(who, here), everything(here), tandem.tandem(here)
    most, some = needs(who, whole), needs(who, line)
    start = load(QUICKSTART)
    first = network(start, "as_reported")
    families = households(start, 0)
    stays = needs(families, first)
    single: dict[str, Callable[[], Callable[[], object]]] = {}
    for feature in FEATURES if by_feature else ():
        one = everything(here, (feature,))
        single[WITH + feature] = partial(ours, who, one, needs(who, one))
    return [
        Load(
            f"{REFERENCE}, {len(what):,} visits",
            len(who),
            {
                "plain SimPy": lambda: plainly(who, here, what),
                "ours": lambda: ours(who, here, what),
                "ours, every feature on": lambda: ours(who, whole, most),
                "compiled": lambda: compiled(who, here, what),
                "compiled, every feature on": lambda: compiled(who, whole, most),
                **({"salabim": lambda: by_salabim(who, here, what)} if find_spec("salabim") else {}),
                **single,
            },
        ),
        Load(
            f"tandem part, {len(some):,} visits",
            len(who),
            {
                "plain SimPy": lambda: plainly(who, line, some),
                "Ciw": lambda: by_ciw(who, line, some),
                "ours": lambda: ours(who, line, some),
            },
        ),
        Load(
            f"quickstart, {len(stays):,} visits",
            len(families),
            {
                "plain SimPy": lambda: plainly(families, first, stays),
                "ours (its own rules)": lambda: ours(families, first, stays),
            },
        ),
    ]


def command(engine: str) -> float:
    """CPU seconds, user and system, of the whole run command and its workers."""
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        words = [
            "run",
            str(QUICKSTART),
            "--replications",
            "20",
            "--engine",
            engine,
            "--out",
            str(Path(folder) / "results"),
        ]
        words += ["--plan", "as_reported", "--plan", "more_desks"]
        subprocess.run([sys.executable, "-m", "borderflow", *words], check=True, stdout=subprocess.DEVNULL)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime


def machine() -> str:
    """When and on what this was measured."""
    model = next((line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("model name")), "")
    parts = [
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in ("simpy", "ciw", "salabim", "numba") if find_spec(name)),
    ]
    busy = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {platform.system()} {platform.machine()}, {os.cpu_count()} × "
        f"{model or platform.processor() or 'unknown'}; {', '.join(parts)}; load of the last 1, 5, 15 min: {busy}"
    )


def _cpuinfo() -> list[str]:
    file = Path("/proc/cpuinfo")
    return file.read_text().splitlines() if file.is_file() else []


def main() -> None:
    words = argparse.ArgumentParser(description="Event-loop CPU of plain SimPy, Ciw and ours, in turn.")
    words.add_argument("--rounds", type=int, default=5, help="how often each engine runs (default 5)")
    words.add_argument("--command", action="store_true", help="also time the whole run command on the quickstart")
    words.add_argument("--by-feature", action="store_true", help="also with each feature of the model on by itself")
    words.add_argument("--collector", action="store_true", help="leave Python's collector of garbage on, for all")
    asked = words.parse_args()
    if asked.rounds < 1:
        words.error("--rounds must be at least 1")
    here = loads(asked.by_feature)
    engines = ("simpy", "compiled") if compiles() else ("simpy",)
    whole: dict[str, list[float]] = {engine: [] for engine in engines} if asked.command else {}
    for turn in range(asked.rounds):
        for one in here:
            one.round(turn, asked.collector)
        for engine, found in whole.items():
            found.append(command(engine))
        print(f"round {turn + 1} of {asked.rounds} done", file=sys.stderr)
    print(machine())
    print(f"Event-loop CPU seconds, median (lowest–highest) of {asked.rounds} rounds in turn; ratios within a round.")
    print(f"Collector of garbage {'on' if asked.collector else 'off'} for all.\n")
    print("| workload | engine | CPU s | households/s | against plain SimPy | limit |")
    print("|---|---|---|---|---|---|")
    for one in here:
        print("\n".join(one.rows()))
    for engine, found in whole.items():
        many = 20 * 2 * here[-1].households
        print(row(f"quickstart, engine {engine}", many, COMMAND, found, here[-1].seconds["plain SimPy"]))
    if asked.by_feature:
        print("\n| feature on by itself | adds to our loop |\n|---|---|")
        print("\n".join(here[0].shares()))


if __name__ == "__main__":
    main()
