"""The stocks chart: what is on hand at the end of each day, and when it runs out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from borderflow.report import findings, series, style
from borderflow.report.folder import Folder

BY = ["plan", "crossing", "stock", "date"]
HAND = ["p05_on_hand", "on_hand", "p95_on_hand"]
AXIS, GAP, STRIP, LANE = 56, 14, 6, 15
LEFT = 6 - AXIS
NEVER = "never out of stock"
MOST_RUNS = 0.5
"""Days on which more than this share of the runs is out of stock are shaded dark; days with any, light."""


def sheets(folder: Folder) -> list[list[str]]:
    """Plans by sheet; none where nothing is held."""
    return [] if folder.stock.empty else style.sheets(list(folder.plans))


def table(folder: Folder, plans: Sequence[str]) -> pd.DataFrame:
    """What is drawn: stock on hand at the end of each day, and the share of runs that were out of stock that day.

    Amounts are in the unit that ``unit`` says (things that are counted: ``units``). ``first_out`` is the median first
    day without stock over the ``runs_out`` runs (of ``runs``) that had one, the same in all rows of a line.
    """
    stock = folder.stock[folder.stock["plan"].isin(list(plans))]
    whole = series.band(stock, BY, "closing").rename(columns=dict(zip(("low", "median", "high"), HAND, strict=True)))
    whole = whole.merge(series.share_out(stock), on=BY).merge(series.first_out(stock), on=BY[:3])
    whole = whole.rename(columns={"share": "share_of_runs_out", "out": "runs_out", "first": "first_out"})
    whole["unit"] = [folder.item(c, s).unit or "units" for c, s in zip(whole["crossing"], whole["stock"], strict=True)]
    whole[HAND] = whole[HAND].astype(float).round(1)
    whole["share_of_runs_out"] = whole["share_of_runs_out"].round(3)
    if folder.runs == 1:
        whole[[HAND[0], HAND[2]]] = float("nan")
    turn = {plan: number for number, plan in enumerate(folder.plans)}
    places, items = _places(folder, whole), _items(folder, whole)
    keys = whole[["crossing", "stock", "plan", "date"]].to_numpy()
    order = [(places.index(c), items.index(s), turn[p], d) for c, s, p, d in keys]
    whole = whole.iloc[sorted(range(len(whole)), key=order.__getitem__)].reset_index(drop=True)
    return whole[
        ["crossing", "stock", "unit", "plan", "date", *HAND, "share_of_runs_out", "runs", "runs_out", "first_out"]
    ]


def _places(folder: Folder, whole: pd.DataFrame) -> list[str]:
    held = set(whole["crossing"])
    return [name for name in [*(c.name for c in folder.crossings), ""] if name in held]


def _items(folder: Folder, whole: pd.DataFrame) -> list[str]:
    held = list(dict.fromkeys(whole["stock"]))
    known = list(dict.fromkeys(item for crossing in folder.crossings for item in crossing.items))
    return [item for item in known if item in held] + [item for item in held if item not in known]


def chart(folder: Folder, drawn: pd.DataFrame, plans: Sequence[str]) -> alt.VConcatChart:
    """The page: a row an item, a column a crossing."""
    stock = folder.stock[folder.stock["plan"].isin(list(plans))]
    places, items = _places(folder, drawn), _items(folder, drawn)
    notes = [
        "Strips, one a plan: days with hours out of stock (dark: in more than half of the runs, light: in some). "
        "▼: first such day, median of the runs that had one. Scales differ."
    ]
    title = style.titles(folder, findings.stocks(folder, stock, plans), notes, plans)
    samples, tall = style.plan_key(folder, plans, LEFT)
    width = (style.INNER - len(places) * (AXIS + GAP)) // len(places)
    said = {
        (c, s): _said(drawn[(drawn["crossing"] == c) & (drawn["stock"] == s)], plans) for c in places for s in items
    }
    down = LANE * max(len(lines) for lines in said.values()) + _strips(plans) + 14
    room = style.HEIGHT - 2 * style.MARGIN - style.title_height(title) - tall - 84
    height = min(260, max(36, room // len(items) - down))
    cells: list[style.Panel] = []
    for item in items:
        cells += _row(folder, drawn, plans, item, places, width, height, said, (item == items[0], item == items[-1]))
    grid = style.grid(cells, len(places), AXIS + GAP, down)
    text = "Stock on hand at the end of each day by item and crossing, for each plan, with days out of stock."
    return style.sheet([samples, grid, style.footer(folder, LEFT)], title, text)


def _strips(plans: Sequence[str]) -> int:
    return 4 + (STRIP + 2) * len(plans)


def _said(some: pd.DataFrame, plans: Sequence[str]) -> list[tuple[list[str], str]]:
    """What is said over a panel of when it runs out: plans with the same answer share a line."""
    lines: dict[str, list[str]] = {}
    for plan in plans:
        rows = some[some["plan"] == plan]
        if rows.empty:
            continue
        row = rows.iloc[0]
        text = NEVER
        if row["runs_out"]:
            text = f"first out on {findings.short_day(row['first_out'])}"
            text += f", {findings.in_runs(int(row['runs_out']), int(row['runs']))}"
        lines.setdefault(text, []).append(plan)
    return [(which, text) for text, which in lines.items()]


def _row(
    folder: Folder, drawn: pd.DataFrame, plans: Sequence[str], item: str, places: Sequence[str], width: int,
    height: int, said: dict[tuple[str, str], list[tuple[list[str], str]]], ends: tuple[bool, bool],
) -> list[style.Panel]:  # fmt: skip
    here = {place: drawn[(drawn["crossing"] == place) & (drawn["stock"] == item)] for place in places}
    top = style.tops({place: _highest(some) for place, some in here.items()})
    cells: list[style.Panel] = []
    over = LANE * max(len(said[place, item]) for place in places) + 22
    for place in places:
        title = f"{folder.crossing(place).title if place else 'Warehouses'} – on hand at the end of the day"
        head = [style.words(title, LEFT, -over, 13, style.INK, "bold")] if ends[0] else []
        if here[place].empty:
            empty = alt.layer(*head, style.words("", 0, 0)).properties(width=width, height=height)
            cells.append(empty)
            continue
        held = folder.item(place, item)
        unit = {"": "", "l": ", litres"}.get(held.unit, f", {held.unit}")
        layers = _panel(folder, plans, width, height, top[place], ends[1])
        layers += _labels(folder, f"{held.title}{unit}", said[place, item], plans, width)
        cell = alt.layer(*head, *layers).properties(width=width, height=height)
        cells.append(style.where(cell, crossing=place, stock=item))
    return cells


def _labels(
    folder: Folder, title: str, said: list[tuple[list[str], str]], plans: Sequence[str], width: int
) -> list[Any]:
    """The item's name, and beside it a line for each answer to when it runs out."""
    lift = LANE * len(said)
    marks: list[Any] = [style.words(title, LEFT, 1 - lift, style.LABEL, style.INK, "bold")]
    left = LEFT + style.text_width(title, style.LABEL) + 22
    for number, (which, text) in enumerate(said):
        y = 1 - lift + LANE * number
        x = left
        for plan in which if text != NEVER else []:
            mark = style.point(style.once(), "triangle-down", style.look(folder, plan).colour, True)
            marks.append(mark.encode(x=style.at_x(x), y=style.at_y(y)))
            x += 13
        who = "" if len(which) == len(plans) else f"{findings.listed(which)}: "
        if x > left and x + style.text_width(who + text, style.SMALL) > width:
            who = ""  # the marks say it
        marks.append(style.words(f"{who}{text}", x - 3, y, style.SMALL, style.INK))
    return marks


def _panel(folder: Folder, plans: Sequence[str], width: int, height: int, top: float, last: bool) -> list[Any]:
    x = style.days_axis(folder, width, labels=last, offset=_strips(plans), half=True)
    looks = style.by_plan(folder, plans)
    line = alt.Chart().mark_line(strokeWidth=1.8)
    layers: list[Any] = [line.encode(x=x, y=style.amount_axis(HAND[1], top, 10, 4), **looks)]
    if folder.runs > 1:
        area = alt.Chart().mark_area(opacity=style.SHADE).encode(x=x, color=looks["color"], y2=f"{HAND[2]}:Q")
        layers.insert(0, area.encode(y=style.amount_axis(HAND[0], top, 10, 4)))
    day = width / ((folder.last - folder.first).days + 1)
    for number, plan in enumerate(plans):
        y = height + 4 + number * (STRIP + 2)
        back = style.once().mark_rect(color=style.GRID, opacity=0.6)
        layers.append(back.encode(x=style.at_x(0), x2=style.at_x2(width), y=style.at_y(y), y2=style.at_y2(y + STRIP)))
        layers.append(style.where(_strip(style.look(folder, plan).colour, max(1.5, day)), plan=plan).encode(
            x=x, y=style.at_y(y), y2=style.at_y2(y + STRIP)))  # fmt: skip
        mark = style.where(style.point(alt.Chart(), "triangle-down", style.look(folder, plan).colour, True), plan=plan)
        mark = mark.transform_filter("!!datum.first_out")
        mark = mark.transform_aggregate(groupby=["first_out"]).transform_calculate(
            date=alt.expr.toDate(alt.datum.first_out)
        )
        layers.append(mark.encode(x=x, y=style.at_y(height - 5 - 10 * number)))
    return layers


def _strip(colour: str, width: float) -> alt.Chart:
    """The days out of stock of one plan, dark, light or none, as a strip under the panel."""
    most = alt.FieldGTPredicate(field="share_of_runs_out", gt=MOST_RUNS)
    some = alt.FieldGTPredicate(field="share_of_runs_out", gt=0)
    mark = alt.Chart().mark_rect(width=width, align="center", color=colour).transform_filter(some)
    shaded: alt.Chart = mark.encode(opacity=alt.when(most).then(alt.value(1)).otherwise(alt.value(0.4)))
    return shaded


def _highest(some: pd.DataFrame) -> float:
    highest = some[HAND[1:]].max().max()
    return 0.0 if pd.isna(highest) else float(highest)
