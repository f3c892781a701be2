"""A scenario file read, checked and frozen."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import chain

from pydantic import ValidationError

from borderflow.scenario.changes import checked_plans
from borderflow.scenario.checks import Judge, checked
from borderflow.scenario.counts import read_counts
from borderflow.scenario.draws import checked_draws, read_draws
from borderflow.scenario.extends import Reading, read
from borderflow.scenario.faults import Fault, ScenarioFaults, UnknownPlan, hinting, near
from borderflow.scenario.kept import kept
from borderflow.scenario.register import checked_calibration, checked_evidence, register_folder
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.seen import seen
from borderflow.scenario.sets import applied, origin
from borderflow.scenario.tree import Node, fault, plain, walk
from borderflow.scenario.wording import translated
from borderflow.scenario.words import EMPTY


def load(
    path: str | os.PathLike[str],
    sets: Sequence[str] = (),
    plans: Collection[str] | None = None,
    *,
    indicators: Collection[str] | None = None,
    judge: Judge | None = None,
    draws: bool = True,
    allow_long: bool = False,
    yes_really: bool = False,
) -> Scenario:
    """Read a scenario file with all that it extends, apply ``sets``, check everything, and freeze it.

    ``plans`` keeps only the plans named, in the order named. ``indicators`` are the names that a standard may
    bound, and ``judge`` says what else is wrong with one (left out: not checked). Without ``draws`` the
    file of posterior draws is not looked at, for the fit that writes it. ``allow_long`` lets the scenario last more
    than three years, ``yes_really`` lets more people come than a laptop can hold. Raises ``ScenarioFaults`` with every
    fault of the files, ``SetTwice`` or ``UnknownPlan`` where the call is wrong, and ``OSError`` where the file cannot
    be read.
    """
    with hinting():
        return _loaded(os.fspath(path), sets, plans, indicators, judge, draws, (allow_long, yes_really))


def _loaded(
    file: str,
    sets: Sequence[str],
    plans: Collection[str] | None,
    indicators: Collection[str] | None,
    judge: Judge | None,
    draws: bool,
    allowed: tuple[bool, bool],
) -> Scenario:
    reading = Reading(file)
    root = read(file, reading)
    faults = reading.faults
    if root is None or reading.broken:
        raise ScenarioFaults(_sorted(faults, reading.files))
    reading.files += [origin(number) for number in range(1, len(sets) + 1)]
    root = applied(root, sets, faults)
    said = {place_of(one) for one in faults}
    nothing = [fault(node, under, EMPTY, got=False) for under, node in walk(root) if node.value is None]
    faults += [one for one in nothing if place_of(one) not in said]
    scenario, data = None, plain(root)
    for name, counts in read_counts(root, reading).items():
        data["crossings"][name]["arrivals"]["daily"] = counts
    if (sample := read_draws(root, reading, kept=draws)) is not None:
        data["calibration"]["draws"] = sample
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as error:
        said = {place_of(one) for one in faults}
        faults += [one for one in translated(error, root, Scenario) if place_of(one) not in said]
    stands = replace(seen(root, scenario), allow_long=allowed[0], yes_really=allowed[1])
    faults += chain(checked(stands, indicators, judge), checked_plans(stands), checked_evidence(root, reading))
    faults += chain(checked_calibration(root, reading), checked_draws(stands, scenario))
    empty = {place_of(one) for one in nothing}
    faults = [one for one in faults if one.message == EMPTY or place_of(one) not in empty]
    wrong = _sorted([one for one in faults if not one.warning], reading.files)
    warnings = _sorted([one for one in faults if one.warning], reading.files)
    if wrong or scenario is None:
        raise ScenarioFaults(wrong, warnings)
    if plans is not None:
        root, scenario = _only(plans, root, scenario)
    scenario._sources = {under: node.source for under, node in walk(root) if node.source is not None}
    scenario._warnings = tuple(warnings)
    scenario._path, scenario._tree = file, root
    scenario._register = register_folder(root, reading) or ""
    return scenario


def _only(plans: Collection[str], root: Node, scenario: Scenario) -> tuple[Node, Scenario]:
    """The tree and scenario with only the plans asked for; ``UnknownPlan`` where there is none of that name."""
    for name in plans:
        if name not in scenario.plans:
            raise UnknownPlan(f"there is no plan '{name}'{near(name, scenario.plans)}")
    asked, block = kept(scenario.plans, root.value["plans"], plans)
    return replace(root, value={**root.value, "plans": block}), scenario.model_copy(update={"plans": asked})


def place_of(one: Fault) -> tuple[str, str, int, int]:
    """What tells whether two faults are about the same value."""
    return (one.path, one.file, one.line, one.column)


def _sorted(faults: list[Fault], files: Sequence[str]) -> list[Fault]:
    """Each fault once, in the order of the files and their lines."""
    order = {file: number for number, file in enumerate(dict.fromkeys(files))}
    once: dict[tuple[object, ...], Fault] = {}
    for one in faults:
        once.setdefault((place_of(one), one.message), one)
    return sorted(once.values(), key=lambda one: (order.get(one.file, len(order)), one.line, one.column))
