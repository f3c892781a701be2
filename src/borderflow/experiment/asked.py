"""What is asked of an experiment: which plans, how many replications, which seed, engine and workers."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from borderflow.experiment.refusal import WrongUse
from borderflow.scenario.faults import near

if TYPE_CHECKING:
    from borderflow.scenario.scenario import Scenario

MOST_REPLICATIONS = 1_000_000
SEEDS = 2**128


def restated(
    scenario: Scenario, plans: Sequence[str] | None = None, replications: int | None = None, seed: int | None = None
) -> Scenario:
    """The scenario with what is asked instead of what its file says: part of what is written out, and of its hash.

    ``plans`` keeps only these, in the order asked.
    """
    from borderflow.scenario.kept import kept
    from borderflow.scenario.tree import Node
    from borderflow.scenario.words import Named

    changes: dict[str, Any] = {}
    block: Node | None = None
    if replications is not None:
        if not 1 <= replications <= MOST_REPLICATIONS:
            raise WrongUse(f"replications must be 1 to {MOST_REPLICATIONS:,} (got {replications})")
        changes["replications"] = replications
    if seed is not None:
        if not 0 <= seed < SEEDS:
            raise WrongUse("the seed is a whole number from 0 to 2^128 - 1")
        changes["seed"] = seed
    if plans:
        for plan in plans:
            if plan not in scenario.plans:
                there = ", ".join(scenario.plans)
                raise WrongUse(f"there is no plan '{plan}'{near(plan, scenario.plans)} (there are: {there})")
        changes["plans"] = Named({plan: scenario.plans[plan] for plan in dict.fromkeys(plans)})
        if isinstance(scenario._tree, Node):
            changes["plans"], block = kept(scenario.plans, scenario._tree.value["plans"], plans)
    if not changes:
        return scenario
    asked = scenario.model_copy(update=changes)
    asked._tree = _rewritten(scenario._tree, changes, block)
    numbers = {"seed", "replications"} & set(changes)
    asked._sources = {path: source for path, source in scenario.sources.items() if path not in numbers}
    return asked


def _rewritten(tree: Any, changes: dict[str, Any], plans: Any) -> Any:
    """The scenario's tree with the same changes, so that it is written out as it was run."""
    from borderflow.scenario.tree import Node, Place

    if not isinstance(tree, Node):
        return tree
    words = dict(tree.value)
    for word in ("replications", "seed"):
        if word in changes:
            words[word] = Node(changes[word], words[word].place if word in words else Place("asked", 0, 0))
    if plans is not None:
        words["plans"] = plans
    return replace(tree, value=words)


def chosen_engine(engine: str) -> str:
    """The engine that is taken: ``auto`` takes the compiled one where what it needs is installed."""
    from borderflow.engine.simulate import chosen

    try:
        return chosen(engine)
    except ValueError as refused:
        raise WrongUse(str(refused)) from None


def chosen_workers(workers: int | None, replications: int) -> int:
    """As many workers as there are processors for us, or as asked; never more than replications."""
    if workers is not None and workers < 1:
        raise WrongUse(f"at least one worker is needed (got {workers})")
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if multiprocessing.current_process().daemon:
        here = workers = 1  # a daemonic process may start none
    return max(1, min(workers or here, replications))
