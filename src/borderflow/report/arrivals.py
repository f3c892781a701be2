"""The arrivals chart: persons who arrive and cross each day, beside what was reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from borderflow.report import findings, series, style
from borderflow.report.folder import Crossing, Folder
from borderflow.report.text import cut

COLUMNS = ["crossing", "series", "plan", "date", "persons", "p05_persons", "p95_persons", "reported_as", "label"]
REPORTED = {
    "exact": ("circle", True, "reported, a count"),
    "about": ("circle", False, "reported, rounded (about)"),
    "at_least": ("triangle-up", False, "reported, this or more"),
    "at_most": ("triangle-down", False, "reported, this or less"),
}
"""Mark, filled or open, and words for each way in which a count was reported."""

LANE = 15
"""Height of a row of phase names."""

MOST = 44
"""Letters of a phase's name that are shown."""


def sheets(folder: Folder) -> list[list[str]]:
    """Plans by sheet; one sheet if plans do not change who crosses when."""
    plans = list(folder.plans)
    return [plans] if series.plans_agree(series.whole(folder.daily), "crossed") else style.sheets(plans)


def table(folder: Folder, plans: Sequence[str]) -> pd.DataFrame:
    """What is drawn: bands of arrivals and crossings, reported counts, where phases begin, and days of closures.

    ``persons`` is the median over runs, or the reported count. ``plan`` is empty where plans make no difference.
    """
    totals = series.whole(folder.daily)
    totals = totals[totals["plan"].isin(list(plans))]
    first = totals[totals["plan"] == plans[0]]
    by = ["crossing", "date"]
    parts = [series.band(first, by, "arrived").assign(series="arrived", plan="")]
    if series.plans_agree(totals, "crossed"):
        parts.append(series.band(first, by, "crossed").assign(series="crossed", plan=""))
    else:
        parts += [
            series.band(totals[totals["plan"] == plan], by, "crossed").assign(series="crossed", plan=plan)
            for plan in plans
        ]
    drawn = pd.concat(parts).rename(columns={"median": "persons", "low": "p05_persons", "high": "p95_persons"})
    if folder.runs == 1:
        drawn[["p05_persons", "p95_persons"]] = float("nan")
    counts = [
        {"crossing": r.crossing, "date": r.date, "series": "reported", "persons": r.persons, "reported_as": r.kind,
         "label": r.id}
        for r in folder.reports
    ]  # fmt: skip
    begun = [
        {"crossing": crossing.name, "date": phase.first, "series": "phase", "label": phase.title}
        for crossing in folder.crossings
        for phase in crossing.phases
    ]
    shut = [
        {"crossing": crossing.name, "date": day.date(), "series": "closure", "label": one.title}
        for crossing in folder.crossings
        for one in crossing.closures
        for day in pd.date_range(one.first, one.last)
    ]
    whole = pd.DataFrame([*drawn.to_dict("records"), *counts, *begun, *shut]).reindex(columns=COLUMNS)
    place = {crossing.name: number for number, crossing in enumerate(folder.crossings)}
    kind = {"arrived": 0, "crossed": 1, "reported": 2, "phase": 3, "closure": 4}
    turn = {plan: number for number, plan in enumerate(["", *folder.plans])}
    for column in ("plan", "reported_as", "label"):
        whole[column] = whole[column].astype(object).fillna("")
    whole["_c"], whole["_s"] = whole["crossing"].map(place), whole["series"].map(kind)
    whole["_p"] = whole["plan"].map(turn)
    whole = whole.sort_values(["_c", "_s", "_p", "date", "persons"], kind="stable")[COLUMNS].reset_index(drop=True)
    numbers = ["persons", "p05_persons", "p95_persons"]
    whole[numbers] = whole[numbers].astype(float).round(1)
    return whole


def chart(folder: Folder, drawn: pd.DataFrame, plans: Sequence[str]) -> alt.VConcatChart:
    """The page: one panel a crossing, under each other."""
    crossed = list(dict.fromkeys(drawn.loc[drawn["series"] == "crossed", "plan"]))
    heights = {c.name: float(_highest(drawn[drawn["crossing"] == c.name])) for c in folder.crossings}
    top = style.tops(heights)
    counts = "Reported day counts are what the border counted, at the gate." if folder.reports else ""
    scales = "Scales differ between panels." if len(set(top.values())) > 1 else ""
    shaded = "Shaded: days on which the crossing is closed." if any(c.closures for c in folder.crossings) else ""
    notes = [f"{counts} {shaded} {scales}".replace("  ", " ").strip(), findings.firings(folder, plans)]
    title = style.titles(folder, findings.arrivals(folder, plans), notes, plans)
    samples, tall = style.key(_samples(folder, drawn, crossed), LEFT)
    lanes = {c.name: _lanes(folder, c) for c in folder.crossings}
    over = sum(24 + LANE * (1 + max(lane.values(), default=0)) + 32 for lane in lanes.values())
    room = style.HEIGHT - 2 * style.MARGIN - style.title_height(title) - tall - 12 - over - 10 * (len(lanes) + 1)
    height = max(90, room // max(1, len(lanes)))
    panels = [_panel(folder, c, drawn, crossed, top[c.name], height, lanes[c.name]) for c in folder.crossings]
    said = "Persons arrived and crossed per day by crossing, with reported day counts."
    return style.sheet([samples, *panels, style.footer(folder, LEFT)], title, said)


def _highest(drawn: pd.DataFrame) -> float:
    numbers = drawn[["persons", "p95_persons"]].to_numpy(dtype=float)
    return 0.0 if pd.isna(numbers).all() else float(pd.DataFrame(numbers).max().max())


def _look(folder: Folder, plan: str) -> style.Look:
    return style.look(folder, plan) if plan else style.LOOKS[0]


def _samples(folder: Folder, drawn: pd.DataFrame, crossed: Sequence[str]) -> list[list[style.Sample]]:
    """The key: what makes no difference between plans in one line, then a line a plan."""
    kind = "band" if folder.runs > 1 else "line"
    first = [style.Sample(kind, style.ARRIVED, "arrived at the crossing", (2, 2))]
    lines = [first]
    for plan in crossed:
        look = _look(folder, plan)
        label = f"crossed, under {style.named(folder, plan)}" if plan else "crossed (through the gate)"
        entry = style.Sample(kind, look.colour, label, look.dash)
        if plan:
            lines.append([entry])
        else:
            first.append(entry)
    for name, (shape, filled, label) in REPORTED.items():
        if (drawn["reported_as"] == name).any():
            first.append(style.Sample(shape, style.INK, label, filled=filled))
    return lines


def _lanes(folder: Folder, crossing: Crossing) -> dict[int, int]:
    """The row in which each phase's name stands (0 is next to the panel), so that no name or line meets another.

    An earlier phase stands above all later ones that begin before its name ends.
    """
    rows: dict[int, int] = {}
    for number in reversed(range(len(crossing.phases))):
        phase = crossing.phases[number]
        end = _x(folder, phase) + style.text_width(cut(phase.title, MOST), style.SMALL) + 12
        under = [row for later, row in rows.items() if _x(folder, crossing.phases[later]) < end]
        rows[number] = max(under, default=-1) + 1
    return rows


def _x(folder: Folder, phase: Any) -> float:
    days = max(1, (folder.last - folder.first).days)
    return float(PANEL * (phase.first - folder.first).days / days)


LEFT = -52
"""Where key and titles begin, measured from the panels."""

PANEL = style.INNER + LEFT - 20
"""Width of a panel without its axis."""


def _panel(
    folder: Folder, crossing: Crossing, drawn: pd.DataFrame, crossed: Sequence[str], top: float, height: int,
    lanes: dict[int, int],
) -> style.Panel:  # fmt: skip
    x = style.days_axis(folder, PANEL)
    y = style.amount_axis("persons", top * 1.03, 10)
    low = style.amount_axis("p05_persons", top * 1.03, 10)
    chart = alt.Chart()
    lines = [("arrived", "", style.Look(style.ARRIVED, (2, 2)))]
    lines += [("crossed", plan, _look(folder, plan)) for plan in crossed]
    layers: list[Any] = list(style.shut(folder, crossing.closures, PANEL, height))
    for lane in sorted(set(lanes.values())):
        names = [phase.title for number, phase in enumerate(crossing.phases) if lanes[number] == lane]
        here = style.where(chart, series="phase").transform_filter(alt.FieldOneOfPredicate(field="label", oneOf=names))
        up = -5 - LANE * lane
        rule = here.mark_rule(color=style.LINE, strokeWidth=0.8, strokeDash=[2, 3])
        name = here.mark_text(align="left", baseline="bottom", fontSize=style.SMALL, color=style.SOFT, dx=4)
        name = name.transform_calculate(name=alt.expr.truncate(alt.datum.label, MOST))
        layers.append(rule.encode(x=x, y=style.at_y(up - 8), y2=style.at_y2(height)))
        layers.append(name.encode(x=x, y=style.at_y(up), text="name:N"))
    if folder.runs > 1:
        for kind, plan, look in lines:
            area = style.where(chart.mark_area(color=look.colour, opacity=style.SHADE), series=kind, plan=plan)
            layers.append(area.encode(x=x, y=low, y2="p95_persons:Q"))
    for kind, plan, look in lines:
        line = chart.mark_line(color=look.colour, strokeDash=list(look.dash), strokeWidth=1.9)
        layers.append(style.where(line, series=kind, plan=plan).encode(x=x, y=y))
    for name, (shape, filled, _) in REPORTED.items():
        if ((drawn["crossing"] == crossing.name) & (drawn["reported_as"] == name)).any():
            mark = style.where(style.point(chart, shape, style.INK, filled), series="reported", reported_as=name)
            layers.append(mark.encode(x=x, y=y))
    tall = LANE * (1 + max(lanes.values(), default=0))
    layers.append(style.words(f"{crossing.title} – persons per day", LEFT, -tall - 13, 13, style.INK, "bold"))
    panel = alt.layer(*layers).properties(width=PANEL, height=height)
    return style.where(panel, crossing=crossing.name)  # type: ignore[no-any-return]
