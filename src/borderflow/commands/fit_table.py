"""The fit table as it is printed: how many reports agree, who counts how well, and each report beside the model."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from borderflow.report.summary import whole_number, wrapped
from borderflow.report.text import shown

if TYPE_CHECKING:
    from borderflow.calibrate.calibration import Calibration, Estimate
    from borderflow.calibrate.comparison import Comparison

STACKED, WIDE = 76, 96
"""Below the first width columns would be too narrow to read: each row is written over several lines. From the second
on there is room for every column."""
LONGEST_WORD = 22
COLOURS = {"agrees": "green", "disagrees": "bold red"}
PERCENT = 1.5
ALSO = {"group_error": "error of a group's odds", "persons_per_family": "persons in a reported family"}


def fit_answer(fit: Calibration, places: Sequence[Path], written: str) -> dict[str, Any]:
    """The answer as plain values."""
    many, far = fit.equally_good
    sample = fit.posterior
    return {
        "fit": fit.scenario.fit,
        "title": fit.scenario.title,
        "start": fit.scenario.start.isoformat(),
        "end": fit.scenario.end.isoformat(),
        "seed": fit.seed,
        "reports": len(fit.comparisons),
        "agree": len(fit.comparisons) - fit.disagree,
        "fits": fit.fits,
        "gaps": [one.id for one in fit.gaps],
        "converged": fit.converged,
        "r_hat": sample.r_hat,
        "effective_draws": sample.effective,
        "autocorrelation_steps": sample.autocorrelation,
        "steps": sample.steps,
        "draws": len(sample.draws),
        "equally_good": {"ends": many, "apart": far},
        "bases": _bases(fit.estimates),
        "two_crossings": [asdict(one) for one in fit.estimates if one.what == "two_crossings"],
        "also": [asdict(one) for one in fit.estimates if one.what in ALSO],
        "values": _values(fit),
        "comparisons": [_row(one) for one in fit.comparisons],
        "context": [_row(one) for one in fit.apart],
        "files": [str(place) for place in places],
        "written": written or None,
    }


def _bases(estimates: Iterable[Estimate]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for one in estimates:
        if one.what in ("error", "counted"):
            basis = found.setdefault(one.name, {"basis": one.name})
            basis[one.what] = {key: value for key, value in asdict(one).items() if key not in ("what", "name")}
    return list(found.values())


def _values(fit: Calibration) -> list[dict[str, Any]]:
    quantiles = fit.draws.quantile([0.05, 0.5, 0.95])
    day = 86_400
    unmoved = fit.unmoved
    return [
        {
            "path": one.path,
            "before": one.value / (day if one.unit == "duration" else 1),
            "median": float(quantiles[one.path][0.5]),
            "p05": float(quantiles[one.path][0.05]),
            "p95": float(quantiles[one.path][0.95]),
            "unit": {"duration": "days", "persons": "persons/day"}.get(one.unit, _unit(one.path)),
            "informed": one.path not in unmoved,
        }
        for one in fit.free
    ]


def _unit(path: str) -> str:
    return "persons/day" if path.endswith((".persons_per_day", ".towards")) else ""


def _row(one: Comparison) -> dict[str, Any]:
    return {**asdict(one), "ids": list(one.ids)}


def fit_told(says: dict[str, Any], width: int, colour: bool = False) -> str:
    """The answer as text of at most ``width`` columns."""
    lines = [
        *wrapped(f"{shown(says['title'])}: fit '{says['fit']}' of {len(says['values'])} values", width),
        *wrapped(f"{says['agree']} of {says['reports']} reports agree with it.", width),
        "",
        *wrapped(_convergence(says), width),
    ]
    for warning in _warnings(says):
        lines += wrapped(f"warning: {warning}", width, "", "  ")
    lines += ["", *wrapped("WHO COUNTS (median and 5–95 %, before and after the reports)", width)]
    head: tuple[str, ...] = ("basis", "error of a count", "before", "share counted", "before")
    lines += _table(head, [_basis(one) for one in says["bases"]], width, colour)
    lines += ["", *wrapped("ALSO FITTED (median and 5–95 %, before and after the reports)", width)]
    head = ("what", "fitted", "before")
    lines += _table(head, [_also(one) for one in (*says["two_crossings"], *says["also"])], width, colour)
    lines += ["", "VALUES (median and 5–95 %)"]
    head = ("value", "in the file", "fitted", "5–95 %", "")
    lines += _table(head, [_value(one) for one in says["values"]], width, colour)
    lines += ["", "REPORTS"]
    lines += wrapped(
        "Model: people, whoever counts them. Expected report: what this basis would say of them, with its error and "
        "words (5–95 %); a report agrees if it lies there (a bound: on its side). Weight: probability that it is "
        "what it says.",
        width,
    )
    head = ("counted", "reported", "model (5–95 %)", "expected report", "agreement", "weight")
    rows = [_comparison(one) for one in says["comparisons"]]
    if STACKED <= width < WIDE:
        head, rows = (*head[:3], head[4]), [(*row[:3], f"{row[4]}{_doubt(row[5])}") for row in rows]
    lines += _table(head, rows, width, colour)
    if says["context"]:
        lines += ["", "CONTEXT (not fitted, not judged)"]
        head = ("counted", "reported", "model (5–95 %)", "why it is not compared")
        apart = [_apart(one) for one in says["context"]]
        lines += _table(head, apart, width, colour) if width >= WIDE else _in_short(apart, width)
    lines += ["", *(f"written: {place}" for place in says["files"])]
    if says["written"]:
        lines.append(f"values written into {says['written']}")
    return "\n".join(line.rstrip() for line in lines)


def _convergence(says: dict[str, Any]) -> str:
    word = "The sampler has converged" if says["converged"] else "NOT CONVERGED: the draws cannot be relied on yet"
    return (
        f"{word} (R̂ {says['r_hat']:.3f}, {says['effective_draws']:,.0f} effective draws, autocorrelation "
        f"{says['autocorrelation_steps']:.0f} of {says['steps']:,} steps). Seed {says['seed']}."
    )


def _warnings(says: dict[str, Any]) -> list[str]:
    found = []
    if says["gaps"]:
        named = ", ".join(says["gaps"])
        found.append(
            f"the fit can only take these for something else than they say, though their bases count well: {named}"
        )
    if says["reports"] and says["agree"] < 0.8 * says["reports"]:
        found.append("more than a fifth of the reports disagree: this is no fit to plan with")
    if says["equally_good"]["ends"]:
        many, apart = says["equally_good"]["ends"], says["equally_good"]["apart"]
        ends = "another point" if many == 1 else f"{many} other points"
        found.append(
            f"several equally good optima: the search also ended at {ends} as probable, up to {apart:.1f} "
            "standard deviations away. The reports do not identify the values: use the draws, not the medians"
        )
    unmoved = [one["path"] for one in says["values"] if not one["informed"]]
    if unmoved:
        found.append(f"the reports say nothing of {', '.join(unmoved)}: still as thought before")
    return found


def _basis(one: dict[str, Any]) -> tuple[str, ...]:
    error, counted = one["error"], one["counted"]
    return (
        one["basis"],
        _shares(error["median"], error["low"], error["high"]),
        f"{_share(error['before_low'])}–{_share(error['before_high'])} %",
        _shares(counted["median"], counted["low"], counted["high"]),
        f"{_share(counted['before_low'])}–{_share(counted['before_high'])} %",
    )


def _also(one: dict[str, Any]) -> tuple[str, ...]:
    if one["what"] == "persons_per_family":
        fitted = f"{one['median']:.1f} [{one['low']:.1f}–{one['high']:.1f}]"
        return ALSO[one["what"]], fitted, f"{one['before_low']:.1f}–{one['before_high']:.1f}"
    what = ALSO.get(one["what"]) or f"the two crossings among all with Pakistan{_from(one['name'])}"
    fitted = _shares(one["median"], one["low"], one["high"])
    return what, fitted, f"{_share(one['before_low'])}–{_share(one['before_high'])} %"


def _from(since: str) -> str:
    return "" if since == date.min.isoformat() else f", from {since}"


def _share(share: float) -> str:
    return f"{100 * share:.0f}" if share >= 0.1 else f"{100 * share:.1f}"


def _shares(median: float, low: float, high: float) -> str:
    return f"{_share(median)} % [{_share(low)}–{_share(high)}]"


def _value(one: dict[str, Any]) -> tuple[str, ...]:
    write = _size if one["unit"] or one["median"] >= 1 else lambda value: f"{value:.3g}"
    path = one["path"].removeprefix("crossings.").replace(".arrivals.phases.", ".").removesuffix(".persons_per_day")
    ends = f"{write(one['p05'])}–{write(one['p95'])}"
    return path, write(one["before"]), write(one["median"]), ends, one["unit"] if one["informed"] else "not informed"


def _size(value: float) -> str:
    return whole_number(value) if value >= 100 else f"{value:.3g}"


def _comparison(one: dict[str, Any]) -> tuple[str, ...]:
    return (
        one["counts"],
        f"{one['said']} ({one['basis']})",
        _band(one["model"]),
        "" if one["report"] is None else f"{_number(one['report']['low'])}–{_number(one['report']['high'])}",
        _verdict(one["verdict"], one["gap"]),
        f"{one['weight']:.2f}",
    )


def _doubt(weight: str) -> str:
    return "" if float(weight) > 0.9 else f", weight {weight}"


def _apart(one: dict[str, Any]) -> tuple[str, ...]:
    return one["counts"], f"{one['said']} ({one['basis']})", _band(one["model"]), shown(one["reason"])


def _band(band: dict[str, float] | None) -> str:
    return "" if band is None else f"{_number(band['median'])} [{_number(band['low'])}–{_number(band['high'])}]"


def _number(value: float) -> str:
    return f"{100 * value:.1f} %" if 0 < value < 1 else whole_number(value)


def _verdict(verdict: str, gap: float | None) -> str:
    if verdict != "disagrees" or gap is None:
        return verdict
    ratio = 1 + gap
    if 1 / PERCENT < ratio < PERCENT:
        return f"disagrees: {abs(gap):.0%} {'more' if gap > 0 else 'less'} reported".replace("%", " %")
    return (
        f"disagrees: {_size(ratio)} times as many reported"
        if ratio > 1
        else f"disagrees: 1/{_size(1 / ratio)} reported"
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], width: int, colour: bool) -> list[str]:
    """Columns where they fit, else each row over several lines."""
    if width < STACKED:
        return _stacked(head, rows, width)
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=None, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False, header_style="bold" if colour else ""
    )
    for number, title in enumerate(head):
        longest = max((len(word) for row in rows for word in row[number].split()), default=0)
        table.add_column(title, overflow="fold", no_wrap=number == 2, min_width=min(longest, LONGEST_WORD))
    for row in rows:
        table.add_row(*(Text(cell, style=COLOURS.get(cell.partition(":")[0], "") if colour else "") for cell in row))
    written = io.StringIO()
    console = Console(
        file=written, width=width, force_terminal=colour, no_color=not colour, legacy_windows=False, highlight=False
    )
    console.print(table)
    return written.getvalue().splitlines()


def _in_short(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Context in a line or two each."""
    lines: list[str] = []
    for counts, said, model, reason in rows:
        parts = [f"{counts}: {said}", *([f"model {model}"] if model else []), reason]
        lines += wrapped("; ".join(parts), width, "  ", "    ")
    return lines


def _stacked(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    lines: list[str] = []
    for row in rows:
        lines += wrapped(row[0], width, "  ", "    ")
        for title, cell in zip(head[1:], row[1:], strict=True):
            if cell:
                lines += wrapped(f"{title}: {cell}" if title else cell, width, "    ", "      ")
    return lines
