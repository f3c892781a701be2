"""The page docs/validation.md: how well the calibrated scenarios agree with what was reported, and foretell it.

    python scenarios/validation.py [NAME…] [--cases 200] [--workers 2] [--page-only]

NAME is a scenario that has a fit (scenarios/calibration/NAME.csv); all of them, unless told. Each is judged anew (as
``borderflow calibrate --check`` does), its answer kept as docs/validation/NAME.json, and its pictures drawn from that
and from its fit. The page is then written from all answers that are there. ``--page-only`` judges nothing anew.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from fit_pictures import draw, foretold, levels

from borderflow.calibrate.calibration import files, prepared
from borderflow.calibrate.foretell import BLOCK, HIGH, LOW
from borderflow.calibrate.model import Model
from borderflow.calibrate.recover import CASES
from borderflow.calibrate.scores import score
from borderflow.calibrate.verdict import BETTER, ERROR, INSIDE, SHARP
from borderflow.commands.calibrate import Stages
from borderflow.commands.fit_check import NAIVE, judged
from borderflow.commands.printing import as_json
from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.units import DAY

Measure = Callable[[list[dict[str, Any]]], float]

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
CHECKS = DOCS / "validation"
SEEDS = {
    "seed-iom-525k": "nearly 525,000 have crossed back by 23 March 2024",
    "seed-un-450k": "over 450,000 by 9 March 2024",
    "seed-torkham-500": "nearly 500 deported at Torkham, told on 9 March 2024",
    "seed-fo-757008": "757,008 in the year to October 2024",
    "seed-3300-day-2025": "over 3,300 in a day in 2025",
}
SEEN = "the fit that has seen them"
LONGEST_FIRST = ("first-year", "acc-por-2025", "phase1-2023", "quickstart", "winter-lull")
"""A report that several scenarios foretell is taken from the first of these."""
AGAIN = 1000
"""How often weeks are drawn again."""
FORECASTS = ("forecast", "reports", "inside 5–95 %", "log error", "relative difference", "p95/p05")


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", metavar="NAME", nargs="*")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--page-only", action="store_true")
    asked = parser.parse_args(words)
    CHECKS.mkdir(exist_ok=True)
    for path in scenarios(asked.names):
        scenario = load(path, draws=False)
        check = CHECKS / f"{scenario.name}.json"
        if not asked.page_only:
            with Stages() as stages:
                says = judged(scenario, None, asked.cases, BLOCK, asked.workers, stages)
            check.write_text(as_json(says) + "\n", encoding="utf-8")
        if check.exists():
            model, _ = prepared(scenario)
            draw(levels(model, fitted(model)), DOCS / "images" / f"validation-{scenario.name}-levels")
            draw(foretold(json.loads(check.read_text(encoding="utf-8"))), foretold_picture(scenario.name))
    (DOCS / "validation.md").write_text(page(), encoding="utf-8")
    return 0


def scenarios(names: Iterable[str]) -> list[Path]:
    """Scenario files by name; those with draws of their own, unless told."""
    if names:
        return [HERE / f"{name}.yaml" for name in names]
    return [path for path in sorted(HERE.glob("*.yaml")) if (HERE / "calibration" / f"{path.stem}.csv").exists()]


def foretold_picture(name: str) -> Path:
    return DOCS / "images" / f"validation-{name}-foretold"


def fitted(model: Model) -> dict[str, np.ndarray]:
    """The draws of the scenario's fit, in units of the fit."""
    table = pd.read_csv(files(model.scenario)[0])
    units = {path: DAY if one.unit == "duration" else 1 for one in model.free for path in (one.path, *one.also)}
    return {str(path): table[path].to_numpy(dtype=float) * units[str(path)] for path in table.columns}


HEAD = """# Validation of the calibrated scenarios

Written by `python scenarios/validation.py`: do not edit. What is compared and how is described in
[calibration.md](calibration.md); what a bound on this page says, in its section *Judging a fit*.

Intervals on this page are of **calibration**: how sure the levels are, given the reports. They hold no run-to-run
variation of the simulation, and no doubt about what the scenario takes for granted (dates of phases, shapes, opening
hours).
"""


def page() -> str:
    """The page, from the answers and fit tables that are there."""
    parts = [HEAD]
    checks = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(CHECKS.glob("*.json"))}
    tables = {path.stem: fit_table(load(path, draws=False)) for path in scenarios(())}
    rows = []
    for name, table in tables.items():
        judged_rows = table[table["verdict"] != ""]
        agree = int((judged_rows["verdict"] == "agrees").sum())
        says = checks.get(name)
        missed = (
            "not judged" if says is None else ", ".join(b["name"] for b in says["bounds"] if not b["held"]) or "none"
        )
        rows.append((f"[{name}](#{name})" if says else name, f"{agree} of {len(judged_rows)}", missed))
    parts.append(markdown(("scenario", "reports that agree with the fit", "bounds missed"), rows))
    parts += ["## The seed figures", seeds(tables)]
    parts.append(whole({name: checks[name] for name in LONGEST_FIRST if name in checks and name in tables}, tables))
    for name, says in checks.items():
        if name in tables:
            parts.append(section(name, says, tables[name]))
    return "\n".join(part.rstrip() + "\n" for part in parts)


def fit_table(scenario: Scenario) -> pd.DataFrame:
    return pd.read_csv(files(scenario)[1], keep_default_na=False, na_values={"model_median": [""], "gap": [""]})


def seeds(tables: dict[str, pd.DataFrame]) -> str:
    """Each seed figure in each scenario whose days it touches."""
    rows = []
    for id, words in SEEDS.items():
        found = [(name, row) for name, table in tables.items() for row in table.to_dict("records") if row["id"] == id]
        judged_in = [(name, row) for name, row in found if row["verdict"]]
        for name, row in judged_in or found[:1] or [("", {})]:
            model = ""
            if row and row["model_median"] == row["model_median"]:
                ends = f"{float(row['model_p05']):,.0f}–{float(row['model_p95']):,.0f}"
                model = f"{row['model_median']:,.0f} [{ends}]"
            verdict = (row["verdict"] or f"context: {row['reason']}") if row else "in no fitted scenario's days"
            rows.append(
                (words, f"`{id}`", name, row["counts"] if row else "", row["said"] if row else "", model, verdict)
            )
    head = ("figure", "row", "scenario", "compared as", "reported", "model (5–95 %)", "verdict")
    return markdown(head, rows)


def whole(checks: dict[str, dict[str, Any]], tables: dict[str, pd.DataFrame]) -> str:
    """All reports that were foretold, each once, with the scores of the forecasts."""
    told: dict[tuple[str, ...], dict[str, Any]] = {}
    for name, says in checks.items():
        for one in seen(says["foretold"], tables[name]):
            told.setdefault(tuple(one["ids"]), one)
    sets = {"all of them": list(told.values())}
    for year in ("2023", "2024", "2025"):
        sets[f"… of {year}"] = [one for one in told.values() if one["last_day"].startswith(year)]
    sets["people of all groups together"] = [one for one in told.values() if one["population"] == "all"]
    sets[f"over at most {BLOCK} days"] = [one for one in told.values() if _days(one) <= BLOCK]
    rows = []
    for words, those in sets.items():
        if those:
            rows.append((words, *score_row("the fit", scored(those, "median"))))
            rows.append(("", *score_row(SEEN, scored(those, "seen_median", "seen_p05", "seen_p95"))))
    for words, key in NAIVE.items():
        those = [one for one in told.values() if one.get(key) is not None]
        rows.append(("all of them", *score_row(words, scored(those, key))))
        rows.append(("", *score_row("… the fit on the same", scored(those, "median"))))
    judged_rows = []
    for words, measure, must, held in MEASURES:
        found = measure(list(told.values()))
        ends = " – ".join(number(end, "%" in must) for end in weeks_again(list(told.values()), measure))
        judged_rows.append((words, number(found, "%" in must), must, "holds" if held(found) else "**missed**", ends))
    lines = [
        "## The register as a whole",
        "Every number of people who crossed that was left out with its block of dates, in any of these scenarios, "
        f"once: as foretold in the first of {', '.join(LONGEST_FIRST)} that tells of its days. *{SEEN}* is no forecast "
        "but the whole fit: no forecast can be expected to come nearer, nor to be surer, than what is left between "
        "the reports themselves.",
        markdown(("bound", "found", "must be", "", "weeks drawn again, 5–95 %"), judged_rows),
        f"*Weeks drawn again* says how sure a score of {len(told)} reports is: the weeks in which they end are drawn "
        "with replacement, and the score is taken of their reports (bootstrap: Efron and Tibshirani, *An Introduction "
        "to the Bootstrap*, 1993). A bound that lies within is neither surely held nor surely missed.",
        markdown(("reports", *FORECASTS[:1], "number", *FORECASTS[2:]), rows),
    ]
    return "\n".join(line.rstrip() + "\n" for line in lines)


def weeks_again(those: list[dict[str, Any]], measure: Measure) -> tuple[float, float]:
    """5–95 % of a score, if other weeks of the same kind had been reported: reports of a week stay together."""
    weeks: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for one in those:
        weeks.setdefault(date.fromisoformat(one["last_day"]).isocalendar()[:2], []).append(one)
    some, rng = list(weeks.values()), np.random.default_rng(1)
    found = [measure([one for at in rng.integers(len(some), size=len(some)) for one in some[at]]) for _ in range(AGAIN)]
    low, high = np.quantile(found, [LOW, HIGH])
    return float(low), float(high)


def better(than: str) -> Measure:
    """How many times nearer the fit's forecasts come than a naive one's, on the same reports."""
    key = NAIVE[than]

    def times(those: list[dict[str, Any]]) -> float:
        told = [one for one in those if one.get(key) is not None]
        return float(scored(told, key)["error"] / scored(told, "median")["error"])

    return times


MEASURES: tuple[tuple[str, Measure, str, Callable[[float], bool]], ...] = (
    ("inside the 5–95 % band", lambda those: scored(those, "median")["inside"], f"at least {100 * INSIDE:.0f} %",
     lambda found: found >= INSIDE),
    ("median absolute log error", lambda those: scored(those, "median")["error"], f"at most {ERROR}",
     lambda found: found <= ERROR),
    ("sharpness, p95 / p05", lambda those: scored(those, "median")["sharpness"], f"at most {SHARP}",
     lambda found: found <= SHARP),
    ("better than last value, times", better("last value"), f"at least {BETTER:g}", lambda found: found >= BETTER),
    ("better than interpolation, times", better("interpolation"), f"at least {BETTER:g}",
     lambda found: found >= BETTER),
)  # fmt: skip
"""What the register as a whole is judged by: how it is reckoned, its bound in words, and whether it holds."""


def _days(one: dict[str, Any]) -> int:
    return (date.fromisoformat(one["last_day"]) - date.fromisoformat(one["first"])).days + 1


def seen(those: list[dict[str, Any]], table: pd.DataFrame) -> list[dict[str, Any]]:
    """Reports that were foretold, each with what the whole fit, which has seen it, says would be reported."""
    rows = {row["id"]: row for row in table.to_dict("records")}
    ends = {"seen_median": "report_median", "seen_p05": "report_p05", "seen_p95": "report_p95"}
    return [{**one, **{key: float(rows[one["ids"][0]][column]) for key, column in ends.items()}} for one in those]


def scored(those: list[dict[str, Any]], key: str, *band: str) -> dict[str, Any]:
    """Score of the forecasts under a key; with the band under two others, which the fit's has always."""
    columns = ("reported", key, *(band or (("p05", "p95") if key == "median" else ())))
    found = score(*(np.array([float(one[column]) for one in those]) for column in columns))
    return {name: None if value != value else value for name, value in asdict(found).items()}


def section(name: str, says: dict[str, Any], table: pd.DataFrame) -> str:
    """One scenario: bounds, forecasts, recovery, pictures, and the reports that disagree."""
    bounds = [
        (b["name"], number(b["found"], "%" in b["must"]), b["must"], "holds" if b["held"] else "**missed**")
        for b in says["bounds"]
    ]
    forecasts = []
    for words, key in {"the fit": "fit", **NAIVE}.items():
        found = says["forecasts"][key]
        if found:
            forecasts.append(score_row(words, found))
            if key == "fit":
                forecasts.append(
                    score_row(SEEN, scored(seen(says["foretold"], table), "seen_median", "seen_p05", "seen_p95"))
                )
            if "fit_on_the_same" in found:
                forecasts.append(score_row("… the fit on the same", found["fit_on_the_same"]))
    recovery = says["recovery"]
    kinds = [(kind, str(k["values"]), number(k["held"], True)) for kind, k in recovery["by_kind"].items()]
    kinds.append(
        ("all", str(sum(k["values"] for k in recovery["by_kind"].values())), number(recovery["coverage"], True))
    )
    apart = says["apart"]
    against = table[table["verdict"] == "disagrees"]
    lines = [
        f"## {name}",
        f"{says['title']}. Seed {says['seed']}.",
        f"![Reported and fitted day levels](images/validation-{name}-levels.svg)",
        markdown(("bound", "found", "must be", ""), bounds),
        f"### Reports foretold, blocks of {says['block_days']} days left out",
        markdown(FORECASTS, forecasts),
        "Log error: median of |log(reported / forecast)|; relative difference: mean of |reported − forecast| over "
        "their mean, between 0 and 2; p95/p05: its median. Scored are numbers of people who crossed (exact or about). "
        f"Apart from them, {sum(a['inside'] for a in apart)} of {len(apart)} bounds, queues and shares left out agree.",
        f"![Reports foretold](images/{foretold_picture(name).name}.svg)",
        "### Known values found again",
        markdown(("kind of value", "values", "held by their 90 % intervals"), kinds),
        f"{recovery['cases']} made-up cases, at most {recovery['most_seconds_a_case']:.1f} CPU seconds each. Of "
        f"{len(recovery['simulated'])} numbers that runs of the simulation itself gave, "
        f"{number(recovery['simulated_within'], True)} lie within the 90 % that the days' variation leaves around the "
        "fluid.",
        "### Reports that disagree",
    ]  # fmt: skip
    if len(against):
        rows = [
            (
                row["counts"],
                f"{row['said']} ({row['basis']})",
                f"{_said(row['report_p05'])}–{_said(row['report_p95'])}",
                f"{float(row['weight']):.2f}",
            )
            for row in against.to_dict("records")
        ]  # fmt: skip
        lines.append(markdown(("counted", "reported", "expected (5–95 %)", "weight"), rows))
    else:
        lines.append("None.")
    return "\n".join(line.rstrip() + "\n" for line in lines)


def score_row(words: str, found: dict[str, Any]) -> tuple[str, ...]:
    banded = found["inside"] is not None
    return (
        words,
        str(found["reports"]),
        number(found["inside"], True) if banded else "–",
        f"{found['error']:.3f}",
        f"{found['difference']:.3f}",
        f"{found['sharpness']:.2f}" if banded else "–",
    )


def _said(value: Any) -> str:
    """A number of people, or a share."""
    return f"{100 * float(value):.1f} %" if float(value) < 1 else f"{float(value):,.0f}"


def number(value: float, share: bool) -> str:
    return f"{100 * value:.1f} %" if share else f"{value:.3g}"


def markdown(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, tuple("---" for _ in head), *rows)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
