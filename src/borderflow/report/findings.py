"""Findings in words: the sentence over a chart, computed from what it draws; numbers, dates and plans as words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import pandas as pd

from borderflow.report.folder import Crossing, Folder
from borderflow.report.series import band, first_out, lowest, peak, plans_agree, whole

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


def number(value: float) -> str:
    """A number as one says it: three significant digits, thousands separated (24,612 is '24,600')."""
    if not math.isfinite(value):
        return "an unknown number of"
    if abs(value) < 1:
        return f"{value:.1f}".rstrip("0").rstrip(".") if value else "0"
    digits = max(0, math.floor(math.log10(abs(value))) - 2)
    return f"{round(value / 10**digits) * 10**digits:,}"


def people(value: float) -> str:
    """A number of persons; a median may fall between two."""
    said = number(value)
    return f"{said} person" if said == "1" else f"{said} people"


def hours(value: float) -> str:
    """A duration given in hours: minutes under two hours, days from three days on."""
    if value < 2:
        minutes = round(value * 60)
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{round(value)} hours" if value < 72 else f"{number(round(value / 24, 1))} days"


def day(when: date) -> str:
    """A date in a sentence: '1 November'."""
    return f"{when.day} {MONTHS[when.month - 1]}"


def short_day(when: date) -> str:
    """A date in a label: '1 Nov'."""
    return f"{when.day} {MONTHS[when.month - 1][:3]}"


def period(first: date, last: date) -> str:
    """A stretch of days, both included: '25 October to 20 November 2023'."""
    if first == last:
        return f"{day(first)} {first.year}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{day(first)}{year} to {day(last)} {last.year}"


def in_runs(some: int, runs: int) -> str:
    """'in all 20 runs', 'in 3 of 20 runs', 'in none of 20 runs'; for one run, 'in the one run'."""
    if runs == 1:
        return "in the one run" if some else "not in the one run"
    if some == runs:
        return f"in all {runs} runs"
    return f"in {some or 'none'} of {runs} runs"


def listed(words: Sequence[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def quoted(plan: str) -> str:
    """A plan's name in a sentence."""
    return f"‘{plan}’"


def spoken(name: str) -> str:
    """A station in a sentence: ``exit_check`` is 'exit check', whatever its title says at length."""
    return name.replace("_", " ")


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def bands_in_words(folder: Folder) -> str:
    """What line and band are, and what they leave out."""
    lost = f" ({folder.failed} more failed)" if folder.failed else ""
    holds = "Run-to-run variation only: arrival levels are not varied."
    if folder.draws:
        drawn = "one draw" if folder.draws == 1 else f"{folder.draws} draws"
        holds = f"Calibration and run-to-run variation: the calibrated values are from {drawn} of the fit."
    if folder.runs == 1:
        return f"Line: the one run that was made{lost}. No band: one run does not show how much chance matters."
    return (
        f"Line: median of {folder.runs} runs{lost}, day by day. Band: on each day, 9 of 10 runs lie inside it. {holds}"
    )


def arrivals(folder: Folder, plans: Sequence[str]) -> str:
    """Who crosses most, when, and the line before the gate."""
    daily = folder.daily[folder.daily["plan"].isin(list(plans))]
    first = daily[daily["plan"] == plans[0]]
    totals = whole(first)
    if not totals[["arrived", "crossed"]].to_numpy(dtype=float).any():
        where = listed([crossing.short for crossing in folder.crossings], "or")
        return sentence(f"Nobody arrives at {where} from {period(folder.first, folder.last)}")
    peaks = []
    for crossing in folder.crossings:
        top = peak(band(totals[totals["crossing"] == crossing.name], ["date"], "crossed"))
        if top is not None:
            peaks.append((float(top["median"]), top["date"], crossing))
    peaks.sort(key=lambda found: -found[0])
    value, when, crossing = peaks[0]
    text = f"{crossing.short}: {people(value)} cross on {day(when)}{_line_before_gate(daily, crossing, plans, when)}"
    others = [f"at {there.short} at most {number(n)}, on {day(on)}" for n, on, there in peaks[1:] if n > 0]
    return sentence("; ".join([text, *others]))


def _line_before_gate(daily: pd.DataFrame, crossing: Crossing, plans: Sequence[str], then: date) -> str:
    """', and the line at the gate reaches 27,900 on 2 November under ‘as_reported’', or nothing if there is none."""
    stations = list(crossing.stations)
    before = stations[: stations.index("gate") + 1] if "gate" in stations else stations[:1]
    rows = daily[(daily["crossing"] == crossing.name) & daily["station"].isin(before)]
    top = peak(band(rows[rows["plan"] == plans[0]], ["station", "date"], "queue_peak")) if len(rows) else None
    if top is None or float(top["median"]) < 1:
        return ""
    here = rows[rows["station"] == top["station"]]
    under = "" if plans_agree(here, "queue_peak") else f" under {quoted(plans[0])}"
    where = spoken(top["station"])
    when = "that day" if top["date"] == then else f"on {day(top['date'])}"
    return f", and the line at the {where} reaches {number(float(top['median']))} {when}{under}"


def queues(folder: Folder, lines: pd.DataFrame, plans: Sequence[str]) -> str:
    """Where the longest line stands under the first plan, and what the other plans make of it.

    ``lines``: the band of ``queue_peak`` by plan, crossing, station and date.
    """
    top = peak(lines[lines["plan"] == plans[0]])
    if top is None or float(top["median"]) < 1:
        return "Nobody stands in line: the daily peak of every line is under one person in the median run."
    titles = {crossing.name: crossing for crossing in folder.crossings}
    crossing = titles[top["crossing"]]
    station = spoken(top["station"])
    text = f"The longest line stands at {crossing.short}, {station}: {people(float(top['median']))}"
    text = f"{text} on {day(top['date'])}"
    if len(plans) == 1:
        return sentence(text)
    here = lines[(lines["crossing"] == top["crossing"]) & (lines["station"] == top["station"])]
    reached = here.groupby("plan")["median"].max()
    alike = _alike({plan: number(float(reached[plan])) for plan in plans})
    if len(alike) == 1:
        return sentence(f"{text}, under every plan shown")
    (_, same), *others = alike
    text = f"{text} under {listed([quoted(plan) for plan in same])}, "
    text += listed([f"{said} under {listed([quoted(plan) for plan in which])}" for said, which in others])
    if len(plans) == 2:
        moved = peak(lines[lines["plan"] == plans[1]])
        if moved is not None and (moved["crossing"], moved["station"]) != (top["crossing"], top["station"]):
            there = titles[moved["crossing"]]
            place = "" if there is crossing else f"{there.short}, "
            text += f", where {place}{spoken(moved['station'])} is then longest"
            text += f" ({number(float(moved['median']))})"
    return sentence(text)


def stocks(folder: Folder, stock: pd.DataFrame, plans: Sequence[str]) -> str:
    """The stock that runs out first and most surely under the first plan, and under the others."""
    outs = first_out(stock)
    here = outs[(outs["plan"] == plans[0]) & (outs["out"] > 0)]
    if here.empty:
        anywhere = outs[outs["out"] > 0]
        if not anywhere.empty:
            worst = anywhere.sort_values(["out", "first"], ascending=[False, True], kind="stable").iloc[0]
            text = f"No stock runs out under {quoted(plans[0])}; under {quoted(worst['plan'])}, "
            text += f"{_item(folder, worst)} first run{_s(folder, worst)} out on {day(worst['first'])}"
            return sentence(f"{text}, {in_runs(int(worst['out']), int(worst['runs']))}")
        low = lowest(stock[stock["plan"] == plans[0]])
        if low.empty:
            return "No stock is held."
        opening = stock[stock["plan"] == plans[0]].groupby(["crossing", "stock"])["closing"].max()
        full = [max(float(opening[(row["crossing"], row["stock"])]), 1e-9) for _, row in low.iterrows()]
        least = low.assign(part=low["median"] / full).sort_values("part", kind="stable").iloc[0]
        text = f"No stock runs out in any run{'' if len(plans) == 1 else ', under any plan shown'}; nearest to it: "
        text += f"{_item(folder, least)}, {number(float(least['median']))} left on {day(least['date'])}"
        return sentence(text)
    worst = here.sort_values(["out", "first"], ascending=[False, True], kind="stable").iloc[0]
    text = f"{_item(folder, worst)} first run{_s(folder, worst)} out on {day(worst['first'])}"
    text = f"{text}, {in_runs(int(worst['out']), int(worst['runs']))}"
    if len(plans) == 1:
        return sentence(text)
    alone = outs[(outs["crossing"] == worst["crossing"]) & (outs["stock"] == worst["stock"])]
    rows = {plan: alone[alone["plan"] == plan].iloc[0] for plan in plans if (alone["plan"] == plan).any()}
    alike = _alike({plan: _how_often(row) for plan, row in rows.items()})
    if len(alike) == 1:
        return sentence(f"{text}, under every plan shown")
    (_, same), *others = alike
    text = f"{text}, under {listed([quoted(plan) for plan in same])}; "
    text += listed([f"under {listed([quoted(plan) for plan in which])} {said}" for said, which in others])
    return sentence(text)


def spaces(folder: Folder, nights: pd.DataFrame, plans: Sequence[str]) -> str:
    """The space with most people without a place at a midnight under the first plan, and under the others.

    ``nights``: by plan, crossing, space and date, the medians ``outside_persons``, ``people`` and ``places``.
    """
    here = nights[nights["plan"] == plans[0]]
    top = peak(here.assign(median=here["outside_persons"]))
    short = top is not None and float(top["outside_persons"]) >= 1
    if not short:
        top = peak(here.assign(median=here["people"]))
    if top is None or float(top["people"]) < 1:
        return "Nobody spends a night in the spaces in the median run."
    room = folder.crossing(top["crossing"]).spaces[top["space"]]
    text = (
        f"{room.title}: {people(float(top['people']))} on {day(top['date'])} in {number(float(top['places']))} places"
    )
    where = "wait in the yard" if room.holds else "stand outside"
    left = f"{number(float(top['outside_persons']))} {where}" if short else "everybody has a place"
    if len(plans) == 1:
        return sentence(f"{text}; {left}")
    alone = nights[(nights["crossing"] == top["crossing"]) & (nights["space"] == top["space"])]
    most = alone.groupby("plan")["outside_persons"].max()
    alike = _alike({plan: number(float(most[plan])) if most[plan] >= 1 else "nobody" for plan in plans})
    if len(alike) == 1:
        return sentence(f"{text}; {left}, under every plan shown")
    (_, same), *others = alike
    text = f"{text}; {left} under {listed([quoted(plan) for plan in same])}, at most "
    return sentence(text + listed([f"{said} under {listed([quoted(p) for p in which])}" for said, which in others]))


def firings(folder: Folder, plans: Sequence[str]) -> str:
    """When the triggers of the plans first fire, and in how many runs; nothing where there are none."""
    said = []
    for one in folder.firings:
        if one.plan in plans:
            when = f"first on {day(one.first)}, " if one.first else ""
            often = in_runs(round(one.share * folder.runs), folder.runs)
            early = f", before the start {in_runs(round(one.before * folder.runs), folder.runs)}" if one.before else ""
            said.append(f"{spoken(one.trigger)} of {quoted(one.plan)} fires {when}{often}{early}")
    return sentence(f"Triggers: {'; '.join(said)}") if said else ""


def _how_often(row: pd.Series) -> str:
    said = in_runs(int(row["out"]), int(row["runs"]))
    return f"{said} ({short_day(row['first'])})" if row["out"] else said


def _alike(said: dict[str, str]) -> list[tuple[str, list[str]]]:
    """Plans of which the same is to be said, together; the first plan's first."""
    groups: dict[str, list[str]] = {}
    for plan, text in said.items():
        groups.setdefault(text, []).append(plan)
    return list(groups.items())


def _item(folder: Folder, row: pd.Series) -> str:
    """'Kits at Torkham'."""
    return f"{folder.item(row['crossing'], row['stock']).title} {folder.place(row['crossing'])}"


def _s(folder: Folder, row: pd.Series) -> str:
    """The verb's ending: 'kits run', 'water runs'."""
    return "" if folder.item(row["crossing"], row["stock"]).title.endswith("s") else "s"
