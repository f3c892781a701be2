"""``borderflow check``: is this file right, and what does it rest on?"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from borderflow.commands.endings import DONE, INVALID
from borderflow.commands.printing import answer, width
from borderflow.commands.printing import as_json as json_of

if TYPE_CHECKING:
    from borderflow.scenario.scenario import Scenario

PRINTED = 10
"""Values without a source that are listed; ``show`` has the rest."""


def check(scenario: Path, sets: tuple[str, ...], as_json: bool, allow_long: bool, yes_really: bool) -> int:
    """Print every fault, or a line on each thing that the scenario holds."""
    from borderflow.commands.run import load, warnings
    from borderflow.scenario.faults import ScenarioFaults

    try:
        loaded = load(scenario, sets, allow_long=allow_long, yes_really=yes_really)
    except ScenarioFaults as faults:
        if not as_json:
            raise
        found = [{"fault": str(fault), "file": fault.file, "line": fault.line, "column": fault.column,
                  "path": fault.path, "message": fault.message} for fault in faults.faults]  # fmt: skip
        answer(json_of({"ok": False, "faults": found}))
        return INVALID
    says = {"ok": True, **holds(loaded), "warnings": warnings(loaded)}
    answer(json_of(says) if as_json else "\n".join([told(says, width()), *_unsourced(says, scenario, sets)]))
    return DONE


def holds(scenario: Scenario) -> dict[str, Any]:
    """What a scenario holds, in numbers."""
    from borderflow.commands.show import origin
    from borderflow.commands.show import told as written
    from borderflow.demand.curve import dates_between, expected
    from borderflow.scenario.values import counted, values

    dates = dates_between(scenario.start, scenario.end)
    persons = {name: float(expected(block.arrivals, dates).sum()) for name, block in scenario.crossings.items()}
    found = values(scenario)
    return {
        "name": scenario.name,
        "title": scenario.title,
        "start": scenario.start.isoformat(),
        "end": scenario.end.isoformat(),
        "days": scenario.days,
        "crossings": {name: block.title or name for name, block in scenario.crossings.items()},
        "plans": {name: plan.title or name for name, plan in scenario.plans.items()},
        "expected_persons": persons,
        "sources": counted(found),
        "without_source": [
            {"path": one.path, "value": written(one.value, one.unit), "origin": origin(one.place)}
            for one in found
            if one.basis == "none"
        ],
        "replications": scenario.replications,
        "seed": scenario.seed,
    }


def told(says: dict[str, Any], width: int) -> str:
    """The same as lines of text."""
    from borderflow.report.summary import on_day, whole_number, wrapped
    from borderflow.report.text import shown

    persons, sources = says["expected_persons"], says["sources"]
    by_crossing = ", ".join(f"{name} {whole_number(many)}" for name, many in persons.items())
    lines = [
        f"scenario: {says['name']} ({shown(says['title'])})",
        f"dates: {on_day(says['start'])} to {on_day(says['end'])}, {says['days']} days",
        f"crossings: {', '.join(says['crossings'])}",
        f"plans: {', '.join(says['plans'])}",
        f"expected persons: {whole_number(sum(persons.values()))} ({by_crossing})",
        f"values: {sources['evidence']} on evidence, {sources['calibrated']} calibrated, {sources['assumed']} assumed, "
        f"{sources['none']} with no source",
        f"runs: {says['replications']} replications, seed {says['seed']}",
        f"warnings: {len(says['warnings']) or 'none'}",
    ]
    return "\n".join("\n".join(wrapped(line, width, "", "    ")) for line in lines)


def _unsourced(says: dict[str, Any], scenario: Path, sets: tuple[str, ...]) -> list[str]:
    """The first values that rest on nothing, a line each and never cut, and how to see all."""
    none = says["without_source"]
    lines = [f"no source: {one['path']} = {one['value']} ({one['origin']})" for one in none[:PRINTED]]
    if len(none) > PRINTED:
        words = ["borderflow", "show", str(scenario), *(word for one in sets for word in ("--set", one))]
        lines.append(f"… and {len(none) - PRINTED} more: {shlex.join([*words, '--source', 'none'])}")
    return lines
