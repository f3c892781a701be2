"""Event-loop CPU of the plain SimPy model and of ours, side by side in one run: ``python benchmarks/engines.py``.

Machines are noisy and differ: only the ratio within one run means anything. Our model runs twice: as the plain one
does, and with every feature on (spaces with rations, closures, warehouses, patience, specific needs first, triggers).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import plain

from borderflow.demand.households import Households
from borderflow.demand.sample import households
from borderflow.engine.operation import Operation
from borderflow.network import network as net
from borderflow.network.build import network
from borderflow.network.visits import Needs, needs
from borderflow.scenario.load import load

DAY, HOUR = 86_400, 3_600


def everything(here: net.Network) -> net.Network:
    """The same network with every feature of the model on."""
    patience = net.Quantiles(np.array([[36.0 * HOUR]]))
    stations = tuple(
        replace(
            station,
            patience=patience,
            specific_needs_first=station.fleet < 0,
            shut=((40 * DAY, 40 * DAY + 6 * HOUR),) if station.name == "gate" else (),
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
    return replace(
        here,
        stations=stations,
        stocks=(*shelves, *water, depot),
        spaces=tuple(spaces),
        diversions=(net.Diversion(0, 40 * DAY, 40 * DAY + 6 * HOUR, 0.3, 18 * HOUR, 1),),
        triggers=(trigger,),
    )


def seconds(run: Callable[[], object]) -> float:
    """CPU seconds of a call."""
    began = time.process_time()
    run()
    return time.process_time() - began


def plainly(who: Households, here: net.Network, what: Needs) -> float:
    env, _ = plain.build(who, here, what)
    return seconds(lambda: env.run(until=here.end_second))


def main(rounds: int = 3) -> None:
    scenario = load(Path(__file__).with_name("reference.yaml"))
    here = network(scenario, "as_is")
    who = households(scenario, 0)
    who = replace(who, specific_needs=who.uniform("benchmark") < 0.11)
    what, whole = needs(who, here), everything(here)
    most = needs(who, whole)
    print(f"{len(who):,} households, {len(what):,} visits, {rounds} rounds in turn; CPU seconds of the event loop")
    print(f"{'plain SimPy':>12} {'ours':>8} {'ratio':>6} {'every feature on':>18} {'ratio':>6}")
    ratios = []
    for _ in range(rounds):
        base = plainly(who, here, what)
        ours = seconds(Operation(who, here, what).run)
        full = seconds(Operation(who, whole, most).run)
        ratios.append((ours / base, full / base))
        print(f"{base:12.2f} {ours:8.2f} {ours / base:6.2f} {full:18.2f} {full / base:6.2f}")
    middle = [sorted(column)[rounds // 2] for column in zip(*ratios, strict=True)]
    print(f"median ratios: {middle[0]:.2f} and {middle[1]:.2f}")


if __name__ == "__main__":
    main()
