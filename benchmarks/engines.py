"""Event-loop CPU of the plain SimPy model and of ours, side by side in one run: ``python benchmarks/engines.py``.

Machines are noisy and differ: only the ratio within one run means anything.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import plain

from borderflow.demand.sample import households
from borderflow.engine.operation import Operation
from borderflow.network.build import network
from borderflow.network.visits import needs
from borderflow.scenario.load import load


def main(rounds: int = 3) -> None:
    scenario = load(Path(__file__).with_name("reference.yaml"))
    here = network(scenario, "as_is")
    who = households(scenario, 0)
    what = needs(who, here)
    print(f"{len(who):,} households, {len(what):,} visits")
    ratios = []
    for _ in range(rounds):
        env, _ = plain.build(who, here, what)
        began = time.process_time()
        env.run(until=here.end_second)
        plainly = time.process_time() - began
        operation = Operation(who, here, what)
        began = time.process_time()
        operation.run()
        ours = time.process_time() - began
        ratios.append(ours / plainly)
        print(f"plain {plainly:.2f} s, ours {ours:.2f} s, ratio {ours / plainly:.2f}")
    print(f"median ratio {sorted(ratios)[len(ratios) // 2]:.2f}")


if __name__ == "__main__":
    main()
