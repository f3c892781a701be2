"""The printed answer of a run: plain text for a terminal or a pipe, in a planner's words and numbers.

No colour; plans stand side by side where they fit and under each other where they do not.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from borderflow.report.text import shown

if TYPE_CHECKING:
    from borderflow.experiment.answer import Answer

MINUTE, HOUR, DAY = 60, 3_600, 86_400
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Numbers = dict[str, Any]
_UNIT = re.compile(r"(\d|≥) (%|h\b|min\b|s\b|days?\b|points\b|\d|[A-Z]{3}\b)")


def whole_number(value: float) -> str:
    """A count, to three significant digits: 28,412 is '28,400'."""
    if abs(value) < 1:
        return "0" if value == 0 else "under 1"
    digits = max(0, math.floor(math.log10(abs(value))) - 2)
    return f"{round(value / 10**digits) * 10**digits:,}"


def duration(seconds: float) -> str:
    """A duration as one says it: '35 s', '12 min', '3 h 40 min', '14 h', '2.5 days'."""
    if round(seconds) < MINUTE:
        return f"{round(seconds)} s"
    if round(seconds / MINUTE) < 60:
        return f"{round(seconds / MINUTE)} min"
    if seconds < 10 * HOUR:
        minutes = 5 * round(seconds / (5 * MINUTE))
        return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
    if seconds < 2 * DAY:
        return f"{round(seconds / HOUR)} h"
    return f"{seconds / DAY:.1f} days".replace(".0 ", " ")


def percent(share: float) -> str:
    """A share in whole per cent; neither 0 nor 100 % unless it is."""
    if 0 < share < 0.005:
        return "under 1 %"
    if 0.995 < share < 1:
        return "over 99 %"
    return f"{round(100 * share)} %"


def on_day(iso: str | None) -> str:
    """A date as one says it: '4 Nov 2023'."""
    if iso is None:
        return "n/a"
    when = date.fromisoformat(iso)
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def _with_interval(number: Numbers | None, write: Callable[[float], str]) -> str:
    """'≥ 28 h [19 h – 37 h]'; an interval that reads like its mean is left out."""
    if number is None:
        return "n/a"
    text = f"{'≥ ' if number['lower_bound'] else ''}{write(number['mean'])}"
    low, high = number["ci_low"], number["ci_high"]
    if not (math.isfinite(low) and math.isfinite(high)):
        return text
    low, high = max(low, 0.0), min(high, 1.0) if write is percent else high
    return text if write(low) == write(high) else f"{text} [{_range(write(low), write(high))}]"


def _range(low: str, high: str) -> str:
    """'74–89 %' for '74 %' and '89 %'; a unit is said once."""
    number, _, unit = low.partition(" ")
    if unit and high.endswith(f" {unit}") and " " not in high.removesuffix(f" {unit}"):
        return f"{number}–{high}"
    return f"{low} – {high}" if " " in low + high else f"{low}–{high}"


def _lines(part: Answer) -> list[tuple[str, str]]:
    """Labels and values of one crossing under one plan."""
    wait, queue = part["longest_wait"], part["peak_queue"]
    lines = [
        ("crossed", _with_interval(part["crossed"], whole_number)),
        ("same day", _with_interval(part["same_day"], percent)),
        ("longest wait", _with_interval(wait, duration)),
        ("  95 % wait less, at", _words(wait["station"]) if wait else "n/a"),
        ("peak queue", _with_interval(queue, whole_number)),
        ("  at, about", f"{_words(queue['station'])}, {on_day(queue['date'])}" if queue else "n/a"),
    ]
    outs = [out for out in part["stockouts"] if out["probability"] > 0]
    if not outs:
        lines.append(("first stock-out", "none" if part["stockouts"] else "no stock is held"))
    for number, out in enumerate(outs):
        lines.append(("first stock-out" if number == 0 else "then", _words(out["item"])))
        lines.append(("  in runs, about", f"{percent(out['probability'])}, {on_day(out['median_date'])}"))
    for without in part["without"]:
        lines.append((f"without {_words(without['item'])}", _with_interval(without["persons"], whole_number)))
        if without["households"]:
            lines.append(("  households", _with_interval(without["households"], whole_number)))
    lines.append(_cost("cost", part["cost"]))
    return lines


def _cost(label: str, cost: Numbers | None) -> tuple[str, str]:
    if cost is None:
        return label, "no price stated"
    return f"{label}, {cost['currency']}" if cost["currency"] else label, _with_interval(cost, whole_number)


def _words(name: str) -> str:
    return name.replace("_", " ")


def told(answer: Answer, width: int = 80) -> str:
    """The answer as text of at most ``width`` columns."""
    text = [f"{shown(answer['title'])}", f"{on_day(answer['start'])} to {on_day(answer['end'])}", ""]
    for crossing in answer["crossings"]:
        text += [shown(crossing["title"]).upper() if crossing["title"].isascii() else shown(crossing["title"])]
        blocks = {plan["plan"]: _lines(plan) for plan in crossing["plans"]}
        text += [*_beside_or_stacked(blocks, width), ""]
    if len(answer["crossings"]) > 1:
        text += ["ALL CROSSINGS"]
        rows = {
            plan["plan"]: [
                ("crossed", _with_interval(plan["crossed"], whole_number)),
                _cost("cost with the plan's own", plan["cost"]),
            ]
            for plan in answer["whole"]
        }
        text += [*_beside_or_stacked(rows, width), ""]
    if answer["standards"]:
        text += ["STANDARDS", *_standards(answer["standards"], width), ""]
    text += wrapped(covered(answer["replications"], answer["seed"]), width)
    text += [f"Tables: {answer['folder']}"]
    return "\n".join(line.rstrip() for line in text) + "\n"


def covered(replications: Answer, seed: int) -> str:
    """What the numbers are and what their intervals leave out."""
    done = replications["done"]
    lost = f" ({len(replications['failed'])} more failed)" if replications["failed"] else ""
    if done == 1:
        says = f"One replication{lost}: no interval can be given (needs ≥ 2)"
    else:
        says = f"Mean of {done} replications{lost}, [95 % interval of the mean]"
    return (
        f"{says}; run-to-run variation only: arrival levels are inputs, not varied. Persons, unless said otherwise. "
        f"≥: people were still waiting at the end, so it is at least this. Dates are medians. Seed {seed}."
    )


def _standards(standards: Iterable[Answer], width: int) -> list[str]:
    lines: list[str] = []
    for one in standards:
        where = f" at {_words(one['crossing'])}" if one["crossing"] else ""
        if one["met"] is None:
            says = "cannot be judged"
        else:
            says = f"{'met' if one['met'] else 'NOT MET'}: holds in {percent(one['probability'])} of runs"
            if math.isfinite(one["ci_low"]):
                says += f" [{percent(one['ci_low'])} – {percent(one['ci_high'])}]"
            says += f", wanted {percent(one['wanted'])}"
        lines += wrapped(f"{one['plan']}: {one['standard']}{where} {says}", width, "  ", "      ")
    return lines


def wrapped(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    """Text in lines of at most ``width`` columns; a number is not parted from its unit."""
    together = _UNIT.sub("\\1\u00a0\\2", text)
    lines = textwrap.wrap(together, width, initial_indent=first, subsequent_indent=later, break_on_hyphens=False)
    return [line.replace("\u00a0", " ") for line in lines]


def _beside_or_stacked(blocks: dict[str, list[tuple[str, str]]], width: int) -> list[str]:
    """Plans side by side, one row a label, if that fits; else under each other."""
    labels = list(dict.fromkeys(label for lines in blocks.values() for label, _ in lines))
    cells = {plan: dict(lines) for plan, lines in blocks.items()}
    first = max(len(label) for label in labels) + 2
    widths = [max(len(plan), *(len(value) for value in cells[plan].values())) + 2 for plan in blocks]
    if 2 + first + sum(widths) - 2 <= width:
        head = " " * (2 + first) + "".join(plan.ljust(wide) for plan, wide in zip(blocks, widths, strict=True))
        rows = [
            f"  {label.ljust(first)}"
            + "".join(cells[plan].get(label, "").ljust(wide) for plan, wide in zip(blocks, widths, strict=True))
            for label in labels
        ]
        return [head, *rows]
    lines: list[str] = []
    for plan, block in blocks.items():
        lines.append(f"  {plan}")
        for label, value in block:
            lines += wrapped(f"{label}: {value}", width, "    ", "        ")
    return lines
