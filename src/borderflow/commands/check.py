"""``borderflow check``: is this file right, and what does it rest on?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from borderflow.commands.endings import DONE, INVALID
from borderflow.commands.printing import answer, width
from borderflow.commands.printing import as_json as json_of

if TYPE_CHECKING:
    from borderflow.scenario.scenario import Scenario


def check(scenario: Path, sets: tuple[str, ...], as_json: bool) -> int:
    """Print every fault, or a line on each thing that the scenario holds."""
    from borderflow.commands.run import load, warnings
    from borderflow.scenario.faults import ScenarioFaults

    try:
        loaded = load(scenario, sets)
    except ScenarioFaults as faults:
        if not as_json:
            raise
        found = [{"fault": str(fault), "file": fault.file, "line": fault.line, "column": fault.column,
                  "path": fault.path, "message": fault.message} for fault in faults.faults]  # fmt: skip
        answer(json_of({"ok": False, "faults": found}))
        return INVALID
    says = {"ok": True, **holds(loaded), "warnings": warnings(loaded)}
    answer(json_of(says) if as_json else told(says, width()))
    return DONE


def holds(scenario: Scenario) -> dict[str, Any]:
    """What a scenario holds, in numbers."""
    from borderflow.demand.curve import dates_between, expected

    dates = dates_between(scenario.start, scenario.end)
    persons = {name: float(expected(block.arrivals, dates).sum()) for name, block in scenario.crossings.items()}
    sources = scenario.sources.values()
    return {
        "name": scenario.name,
        "title": scenario.title,
        "start": scenario.start.isoformat(),
        "end": scenario.end.isoformat(),
        "days": scenario.days,
        "crossings": {name: block.title or name for name, block in scenario.crossings.items()},
        "plans": {name: plan.title or name for name, plan in scenario.plans.items()},
        "expected_persons": persons,
        "sources": {
            "evidence": sum(bool(source.evidence) and not source.calibrated for source in sources),
            "calibrated": sum(bool(source.calibrated) for source in sources),
            "assumed": sum(bool(source.assumed) and not (source.evidence or source.calibrated) for source in sources),
        },
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
        f"values with a source: {sources['evidence']} on evidence, {sources['calibrated']} calibrated, "
        f"{sources['assumed']} assumed",
        f"runs: {says['replications']} replications, seed {says['seed']}",
        f"warnings: {len(says['warnings']) or 'none'}",
    ]
    return "\n".join("\n".join(wrapped(line, width, "", "    ")) for line in lines)
