"""Reports in words: what a number counts, how it was said, and dates as one says them."""

from __future__ import annotations

import math
from datetime import date

from borderflow.calibrate.reports import Report
from borderflow.evidence.rows import QUALIFIERS, Flow

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
POPULATIONS = {
    "all": "people",
    "undocumented": "undocumented people",
    "acc": "holders of an Afghan Citizen Card",
    "por": "registered refugees (PoR)",
    "deported": "people deported",
}
PLACES = {
    "both": "both crossings",
    "pakistan_all": "all crossings with Pakistan",
    "pakistan_and_iran": "Pakistan and Iran together",
    "other": "another crossing",
}


def dates(first: date, last: date) -> str:
    """Two dates as one says them: '3–5 November 2023', '28 October – 5 November 2023'."""
    end = f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    begin = f"{first.day} {MONTHS[first.month - 1]}"
    return f"{begin} – {end}" if first.year == last.year else f"{begin} {first.year} – {end}"


def place(crossing: str) -> str:
    """A crossing, or all that a row of the register counts together."""
    return PLACES.get(crossing, crossing.replace("_", " ").title())


def people(population: str) -> str:
    """A population of the register, or several joined by ``+``."""
    return " and ".join(POPULATIONS.get(part, part) for part in population.split("+"))


def counted(report: Report) -> str:
    """What a comparison counts: 'Torkham, crossed, 3–5 November 2023'."""
    if report.everywhere:
        where = place("pakistan_all")
    else:
        where = place(report.where[0]) if len(report.where) == 1 else place("both")
    who = "" if report.population == "all" else f"{people(report.population)}, "
    if report.families:
        who = f"families, {who}"
    what = {
        "total": "crossed",
        "mean": "crossed, mean of a day",
        "monthly": "crossed, mean of thirty days",
        "peak": "crossed, largest day",
        "queue": "waiting before the gate, most at a time",
        "share": "share of those who crossed",
    }[report.taken]
    return f"{where}, {who}{what}, {dates(report.first, report.last)}"


def reported(row: Flow) -> str:
    """What a row of the register counts, in its own terms."""
    who = "" if row.population == "all" else f"{people(row.population)}, "
    what = row.quantity.replace("_", " ")
    if row.end is None:
        when = f"from {dates(row.start, row.start)}" if row.start else "without a date"
    else:
        when = dates(row.start, row.end) if row.start else f"to {dates(row.end, row.end)}"
    return f"{place(row.crossing)}, {who}{what}, {when}"


def number(value: float) -> str:
    """A count in full, a share in per cent to one decimal."""
    if not math.isfinite(value):
        return "n/a"
    return f"{100 * value:.1f} %" if 0 < value < 1 else f"{value:,.0f}"


def said(report: Report) -> str:
    """A report's number with its qualifier: 'over 24,000', 'from 60 to 80'."""
    if report.qualifier == "range":
        return f"from {number(report.value)} to {number(report.high)}"
    return f"{QUALIFIERS[report.qualifier][1]} {number(report.value)}".strip()
