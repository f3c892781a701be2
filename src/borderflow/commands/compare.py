"""``borderflow compare``: which plan is better, by how much, how sure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from borderflow.commands.endings import DONE, INCOMPLETE
from borderflow.commands.printing import answer, width
from borderflow.commands.printing import as_json as json_of


def compare(what: Path, baseline: str | None, everything: bool, as_json: bool, **asked: Any) -> int:
    """Compare the plans of a results folder, or run a scenario first and compare its plans."""
    from borderflow.commands.comparison import comparison_answer, comparison_told
    from borderflow.commands.run import simulate
    from borderflow.experiment.compare import compare as compared
    from borderflow.experiment.results import Results
    from borderflow.measure.summary import currency
    from borderflow.scenario.load import load

    if what.is_dir():
        results = Results.open(what)
        scenario = load(what / "scenario.yaml", allow_long=True, yes_really=True)
    else:
        scenario, results = simulate(what, **asked)
    comparison = compared(results, baseline)
    says = comparison_answer(comparison, results, everything)
    answer(json_of(says) if as_json else comparison_told(says, width(), currency(scenario)))
    return DONE if results.complete else INCOMPLETE
