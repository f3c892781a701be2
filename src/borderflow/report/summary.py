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
INTERVAL = "[95 % interval of the mean]"
WAITED_FOR = (
    "Fund short: in how many runs something waited for money, and from when. Waited for: the sum at one time, of "
    "orders, the head of each line and vehicles due to leave; who stands in line behind them is not in it."
)
Numbers = dict[str, Any]
_UNIT = re.compile(r"(\d|≥) (%|h\b|min\b|s\b|days?\b|points\b|\d|[A-Z]{3}\b)")


def whole_number(value: float) -> str:
    """A count, to three significant digits: 28,412 is '28,400', 1,234,567 is '1.23 million'."""
    if abs(value) < 1:
        return "0" if value == 0 else "under 1"
    digits = max(0, math.floor(math.log10(abs(value))) - 2)
    rounded = round(value / 10**digits) * 10**digits
    return f"{rounded / 1e6:.10g} million" if abs(rounded) >= 1_000_000 else f"{rounded:,}"


def one_decimal(value: float) -> str:
    """A small quantity: '14.6', '6', '1,250'; latrines, areas, meals."""
    return whole_number(value) if abs(value) >= 100 else f"{value:.1f}".removesuffix(".0")


def litres(value: float) -> str:
    """Water of a person a day: '14.6 l'."""
    return f"{one_decimal(value)} l"


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


def with_interval(number: Numbers | None, write: Callable[[float], str]) -> str:
    """'≥ 28 h [19–37]'; an interval that reads like its mean is left out."""
    if number is None:
        return "n/a"
    mean, low, high = write(number["mean"]), number["ci_low"], number["ci_high"]
    text = f"{'≥ ' if number.get('lower_bound') else ''}{mean}"
    if not (math.isfinite(low) and math.isfinite(high)):
        return text
    low, high = write(max(low, 0.0)), write(min(high, 1.0) if write is percent else high)
    return text if low == high else f"{text} [{_range(mean, low, high)}]"


def _range(mean: str, low: str, high: str) -> str:
    """'19–37' beside '28 h': a unit that all have is not said again."""
    unit = mean.partition(" ")[2]
    if all(text.partition(" ")[2] == unit and " " not in unit for text in (low, high)):
        return f"{low.partition(' ')[0]}–{high.partition(' ')[0]}"
    return f"{low} – {high}"


def _lines(part: Answer) -> list[tuple[str, str]]:
    """Labels and values of one crossing under one plan."""
    wait, queue = part["longest_wait"], part["peak_queue"]
    lines = [
        ("crossed", with_interval(part["crossed"], whole_number)),
        ("same day", with_interval(part["same_day"], percent)),
        ("longest wait", _words(wait["station"]) if wait else "n/a"),
        ("  95 % wait under", with_interval(wait, duration)),
        ("peak queue", with_interval(queue, whole_number)),
        ("  at, about", f"{_words(queue['station'])}, {on_day(queue['date'])}" if queue else "n/a"),
    ]
    lines += _nights(part)
    for out in part["stockouts"]:
        says = f"{percent(out['probability'])}, {on_day(out['median_date'])}" if out["probability"] > 0 else "never"
        lines.append((f"out of {_words(out['item'])}", says))
    for without in part["without"]:
        lines.append((f"without {_words(without['item'])}", with_interval(without["persons"], whole_number)))
        if without["households"]:
            lines.append(("  households", with_interval(without["households"], whole_number)))
    for ration in part.get("rations", ()):
        what = "" if ration["unit"] in ("units", _words(ration["item"])) else f", {ration['unit']}"
        lines.append((f"{_words(ration['item'])} not given out{what}", with_interval(ration["unmet"], whole_number)))
        lines.append(("  of what was due", percent(ration["share"])))
    lines.append(_cost("cost", part["cost"]))
    return lines


def _nights(part: Answer) -> list[tuple[str, str]]:
    """Who sleeps with and without shelter, and the water of the worst day; nothing where there are no spaces."""
    lines = []
    for key, label in (("overnight_inside", "nights in shelter"), ("overnight_outside", "nights outside")):
        if most := part.get(key):
            lines.append((f"{label}, most", with_interval(most, whole_number)))
            if most["mean"] > 0:
                lines.append(("  on, about", on_day(most["date"])))
    if least := part.get("least_water"):
        lines.append(("water, worst day", f"{with_interval(least, litres)} a person"))
        lines.append(("  at, about", f"{_words(least['space']).removeprefix('space.')}, {on_day(least['date'])}"))
    return lines


def _triggers(plan: Answer) -> list[tuple[str, str]]:
    """In how many runs each trigger of a plan fired, and when first."""
    lines = []
    for one in plan.get("triggers", ()):
        fired = one["probability"] > 0
        says = f"{percent(one['probability'])} of runs, {on_day(one['median_date'])}" if fired else "in no run"
        lines.append((f"  {_words(one['trigger'])}", says))
        if one.get("before"):
            lines.append((f"  {_words(one['trigger'])}, before the start", f"{percent(one['before'])} of runs"))
    return [("trigger fired, first on", ""), *lines] if lines else []


def _funds(plan: Answer) -> list[tuple[str, str]]:
    """In how many runs each fund was short of money and when first, the least in it, and what had to wait."""
    lines = []
    for one in plan.get("funds", ()):
        short = one["probability"] > 0
        says = f"{percent(one['probability'])} of runs, {on_day(one['median_date'])}" if short else "in no run"
        lines.append((f"fund {_words(one['fund'])} short", says))
        lines.append(_cost("  lowest balance", one["lowest"]))
        if short:
            lines.append(("  hours short", with_interval(one["hours"], whole_number)))
            lines.append(_cost("  waited for, most", one["unfunded"]))
            lines.append(_cost("  waited for, at end", one["unfunded_at_end"]))
    return lines


def _cost(label: str, cost: Numbers | None) -> tuple[str, str]:
    if cost is None:
        return label, "no price stated"
    return f"{label}, {cost['currency']}" if cost["currency"] else label, with_interval(cost, whole_number)


def _words(name: str) -> str:
    return name.replace("_", " ")


def told(answer: Answer, width: int = 80) -> str:
    """The answer as text of at most ``width`` columns."""
    text = [f"{shown(answer['title'])}", f"{on_day(answer['start'])} to {on_day(answer['end'])}", ""]
    standards = answer["standards"]
    for crossing in answer["crossings"]:
        title = shown(crossing["title"])
        text.append(title.upper() if title.isascii() else title)
        blocks = {
            plan["plan"]: _lines(plan) + _standards(standards, plan["plan"], crossing["crossing"])
            for plan in crossing["plans"]
        }
        text += [*_beside_or_stacked(blocks, width), ""]
    if len(answer["crossings"]) > 1 or any(
        plan.get("triggers") or plan.get("funds") or _standards(standards, plan["plan"], "") for plan in answer["whole"]
    ):
        blocks = {
            plan["plan"]: [
                ("crossed", with_interval(plan["crossed"], whole_number)),
                _cost("cost in all", plan["cost"]),
                *_funds(plan),
                *_triggers(plan),
                *_standards(standards, plan["plan"], ""),
            ]
            for plan in answer["whole"]
        }
        text += ["ALL CROSSINGS" if len(answer["crossings"]) > 1 else "IN ALL", *_beside_or_stacked(blocks, width), ""]
    text += wrapped(covered(answer["replications"], answer["seed"], answer.get("calibration")), width)
    if any(plan.get("funds") for plan in answer["whole"]):
        text += wrapped(WAITED_FOR, width)
    if standards:
        wanted = {one["standard"]: percent(one["wanted"]) for one in standards}
        says = ", ".join(f"{_words(name)} {sure}" for name, sure in wanted.items())
        text += wrapped(f"Standards: share of runs in which each holds; met from {says} of runs on.", width)
    text += [f"Tables: {answer['folder']}"]
    return "\n".join(line.rstrip() for line in text) + "\n"


def covered(replications: Answer, seed: int, fit: Answer | None = None) -> str:
    """What the numbers are and what their intervals leave out."""
    done = replications["done"]
    lost = f" ({len(replications['failed'])} more failed)" if replications["failed"] else ""
    mean = "One replication" if done == 1 else f"Mean of {done} replications"
    if fit is None:
        says = f"{mean}{lost}: no interval can be given (needs ≥ 2)" if done == 1 else f"{mean}{lost}, {INTERVAL}"
        holds = "run-to-run variation only: arrival levels are inputs, not varied"
    elif fit["draws"] < 2:
        says = f"{mean}{lost} on one draw of calibration {fit['name']}: no interval can be given (needs ≥ 2 draws, two "
        says += "replications each)"
        holds = "the levels are those of one draw"
    else:
        says = f"{mean}{lost} on {fit['draws']} draws of calibration {fit['name']}, {INTERVAL}, which counts draws"
        holds = "calibration and run-to-run variation: calibrated values are drawn, all others are inputs, not varied"
    return (
        f"{says}; {holds}. Persons, unless said otherwise. "
        "≥: people were still waiting at the end, so it is at least this. Out of: in how many runs, and from when. "
        f"Dates are medians. Seed {seed}."
    )


def _standards(standards: Iterable[Answer], plan: str, crossing: str) -> list[tuple[str, str]]:
    lines = []
    for one in standards:
        if (one["plan"], one["crossing"]) == (plan, crossing):
            says = "cannot be judged"
            if one["met"] is not None:
                chance = {"mean": one["probability"], "ci_low": one["ci_low"], "ci_high": one["ci_high"]}
                says = f"{'met' if one['met'] else 'NOT MET'}, {with_interval(chance, percent)}"
            lines.append((f"  {_words(one['standard'])}", says))
    return [("standards", ""), *lines] if lines else []


def wrapped(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    """Text in lines of at most ``width`` columns; a number is not parted from its unit."""
    together = _UNIT.sub("\\1\u00a0\\2", text)
    lines = textwrap.wrap(together, width, initial_indent=first, subsequent_indent=later, break_on_hyphens=False)
    return [line.replace("\u00a0", " ") for line in lines]


def _beside_or_stacked(blocks: dict[str, list[tuple[str, str]]], width: int) -> list[str]:
    """Plans side by side if that fits, with intervals under their means if need be; else under each other."""
    for part in (_whole, _parted):
        beside = _beside(blocks, part)
        if max(map(len, beside)) <= width:
            return beside
    lines: list[str] = []
    for plan, block in blocks.items():
        lines.append(f"  {plan}")
        for label, value in block:
            lines += wrapped(f"{label}: {value}".rstrip(), width, "    ", "        ")
    return lines


def _whole(value: str) -> list[str]:
    return [value]


def _parted(value: str) -> list[str]:
    return re.split(r", (?=\S)| (?=\[)", value)


def _beside(blocks: dict[str, list[tuple[str, str]]], part: Callable[[str], list[str]]) -> list[str]:
    """A column for each plan, a row for each label; a cell may take several lines."""
    plans = [_keyed(lines) for lines in blocks.values()]
    labels = list(dict.fromkeys(key for plan in plans for key in plan))
    columns = [{key: part(value) for key, value in plan.items()} for plan in plans]
    first = max(len(label) for _, label in labels)
    widths = [
        max(len(plan), *(len(line) for cell in column.values() for line in cell))
        for plan, column in zip(blocks, columns, strict=True)
    ]

    def row(label: str, cells: Iterable[str]) -> str:
        texts = [label.ljust(first), *(cell.ljust(wide) for cell, wide in zip(cells, widths, strict=True))]
        return f"  {'  '.join(texts)}".rstrip()

    lines = [row("", blocks)]
    for key in labels:
        cells = [column.get(key, [""]) for column in columns]
        for number in range(max(map(len, cells))):
            lines.append(row("" if number else key[1], [cell[number] if number < len(cell) else "" for cell in cells]))
    return lines


def _keyed(lines: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Lines by label; an indented one belongs to the last that is not."""
    found, over = {}, ""
    for label, value in lines:
        over = over if label.startswith(" ") else label
        found[over, label] = value
    return found
