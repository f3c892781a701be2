"""``borderflow calibrate --check``: how well a fit foretells reports that it has not seen, and finds known values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from borderflow.report.summary import whole_number, wrapped
from borderflow.report.text import shown

if TYPE_CHECKING:
    from borderflow.calibrate.fit import Told
    from borderflow.calibrate.foretell import Foretold
    from borderflow.calibrate.scores import Score
    from borderflow.scenario.scenario import Scenario

RUNS = 6
"""Runs of the simulation that are compared with the fluid."""
NAIVE = {
    "last value": "last_value",
    "interpolation": "interpolation",
    "interpolation of all": "interpolation_of_all",
}
"""Naive forecasts, as they are told and as they stand in the answer; the last has no bound."""


def judged(scenario: Scenario, seed: int | None, cases: int, block: int, workers: int, told: Told) -> dict[str, Any]:
    """The answer as plain values. Raises ``ScenarioFaults`` where nothing can be fitted."""
    from borderflow.calibrate.calibration import prepared
    from borderflow.calibrate.foretell import leave_out
    from borderflow.calibrate.recover import recover
    from borderflow.calibrate.verdict import bounds

    model, register = prepared(scenario)
    seed = scenario.seed if seed is None else seed
    foresight = leave_out(model, register.flows, seed, block, workers, told)
    recovery = recover(model, seed, cases, RUNS, workers, told)
    return {
        "fit": scenario.fit,
        "title": scenario.title,
        "seed": seed,
        "block_days": block,
        "bounds": [asdict(one) for one in bounds(foresight, recovery)],
        "forecasts": {
            "fit": _score(foresight.model),
            "last_value": _pair(foresight.last),
            "interpolation": _pair(foresight.between),
            "interpolation_of_all": _pair(foresight.among),
        },
        "foretold": [_foretold(one) for one in foresight.scored],
        "apart": [_foretold(one) for one in foresight.apart],
        "recovery": {
            "cases": cases,
            "coverage": recovery.coverage,
            "by_kind": {kind: {"values": many, "held": held} for kind, (many, held) in recovery.by_kind.items()},
            "most_seconds_a_case": max(recovery.seconds),
            "simulated": [asdict(one) for one in recovery.stood],
            "simulated_within": recovery.agreement,
        },
    }


def _score(score: Score | None) -> dict[str, Any] | None:
    """A score as plain values; what a forecast without a band has not is None."""
    if score is None:
        return None
    return {name: None if math.isnan(value) else value for name, value in asdict(score).items()}


def _pair(pair: tuple[Score, Score] | None) -> dict[str, Any] | None:
    """A naive forecast's score, and the fit's on the same reports."""
    naive = None if pair is None else _score(pair[0])
    return None if pair is None or naive is None else {**naive, "fit_on_the_same": _score(pair[1])}


def _foretold(one: Foretold) -> dict[str, Any]:
    from borderflow.calibrate import wording

    report = one.report
    return {
        "ids": list(report.ids),
        "counts": wording.counted(report),
        "said": wording.said(report),
        "population": report.population,
        "where": list(report.where),
        "taken": report.taken,
        "basis": report.basis,
        "first": report.first.isoformat(),
        "last_day": report.last.isoformat(),
        "reported": report.value,
        "p05": one.low,
        "median": one.median,
        "p95": one.high,
        "inside": one.inside,
        "last_value": one.last,
        "interpolation": one.between,
        "interpolation_of_all": one.among,
    }


def check_told(says: dict[str, Any], width: int) -> str:
    """The answer as text of at most ``width`` columns."""
    missed = [one["name"] for one in says["bounds"] if not one["held"]]
    lines = [*wrapped(f"{shown(says['title'])}: fit '{says['fit']}' judged by what it did not see", width)]
    lines += wrapped(f"MISSED: {', '.join(missed)}." if missed else "Every bound holds.", width)
    lines += ["", "BOUNDS"]
    rows = [(one["name"], _number(one), one["must"], "holds" if one["held"] else "MISSED") for one in says["bounds"]]
    lines += columns(("", "found", "must be", ""), rows)
    if not any("band" in one["name"] for one in says["bounds"]):
        lines += wrapped("Too few reports could be left out to judge the forecasts.", width)
    lines += ["", *wrapped(f"FORECASTS of reports whose block of {says['block_days']} days was left out", width)]
    lines += columns(("forecast", "reports", "inside", "log error", "difference", "p95/p05"), _forecasts(says))
    lines += _apart(says["apart"], width)
    recovery = says["recovery"]
    lines += ["", *wrapped(f"RECOVERY of values that {recovery['cases']} made-up cases were made from", width)]
    kinds = recovery["by_kind"]
    held = [(kind, str(one["values"]), _share(one["held"])) for kind, one in kinds.items()]
    held.append(("all", str(sum(one["values"] for one in kinds.values())), _share(recovery["coverage"])))
    lines += columns(("kind of value", "values", "held by their 90 %"), held)
    seconds = f"A case took at most {recovery['most_seconds_a_case']:.1f} s of CPU time."
    lines += ["", *wrapped(seconds, width)]
    if recovery["simulated"]:
        within = _share(recovery["simulated_within"])
        text = (
            f"Of {len(recovery['simulated'])} numbers that the simulation gave, {within} lie within the 90 % that "
            "the days' variation leaves around the fluid."
        )
        lines += wrapped(text, width)
    outside = [one for one in says["foretold"] if not one["inside"]]
    if outside:
        lines += ["", "OUTSIDE THEIR BAND"]
        for one in outside:
            band = f"{whole_number(one['p05'])}–{whole_number(one['p95'])}"
            lines += wrapped(f"{one['counts']}: {one['said']} ({one['basis']}), foretold {band}", width, "  ", "    ")
    return "\n".join(line.rstrip() for line in lines)


def _forecasts(says: dict[str, Any]) -> list[tuple[str, ...]]:
    told = says["forecasts"]
    rows = [_scores("the fit", told["fit"])] if told["fit"] else []
    for name, key in NAIVE.items():
        if told[key]:
            rows += [_scores(name, told[key]), _scores("  the fit on the same", told[key]["fit_on_the_same"])]
    return rows


def _scores(name: str, score: dict[str, Any]) -> tuple[str, ...]:
    banded = score["inside"] is not None
    return (
        name,
        str(score["reports"]),
        _share(score["inside"]) if banded else "",
        f"{score['error']:.3f}",
        f"{score['difference']:.3f}",
        f"{score['sharpness']:.2f}" if banded else "",
    )


def _apart(those: Sequence[dict[str, Any]], width: int) -> list[str]:
    if not those:
        return []
    held = sum(one["inside"] for one in those)
    return wrapped(f"Apart from these, {held} of {len(those)} bounds, queues and shares left out agree.", width)


def _share(share: float) -> str:
    return f"{100 * share:.1f} %"


def _number(one: dict[str, Any]) -> str:
    return _share(one["found"]) if "%" in one["must"] else f"{one['found']:.3g}"


def columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows under their heads, the first column to the left, the others to the right."""
    widths = [max(len(row[number]) for row in (head, *rows)) for number in range(len(head))]
    return [
        "  ".join(
            cell.rjust(wide) if number else cell.ljust(wide)
            for number, (cell, wide) in enumerate(zip(row, widths, strict=True))
        )
        for row in (head, *rows)
    ]
