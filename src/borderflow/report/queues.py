"""The queues chart: the line and the wait at each station that ever has one, plans side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from borderflow.report import findings, series, style
from borderflow.report.folder import Folder

BY = ["plan", "crossing", "station", "date"]
MOST = 8
"""Stations on one page."""

AXIS, GAP, LABEL = 46, 12, 28
LEFT = 6 - AXIS
LINE = ["p05_queue_persons", "queue_persons", "p95_queue_persons"]
WAIT = ["p05_wait_hours", "wait_hours", "p95_wait_hours"]


def sheets(folder: Folder) -> list[list[str]]:
    """Plans by sheet."""
    return style.sheets(list(folder.plans))


def table(folder: Folder, plans: Sequence[str]) -> pd.DataFrame:
    """What is drawn, of all stations that have a line or a wait worth drawing under any plan of the folder.

    ``queue_persons``: peak of the day; ``wait_hours``: 95 % of those who joined that day waited no longer. Both are
    medians over runs, with their 5 % and 95 %.
    """
    bands = _bands(folder)
    drawn = bands[bands["station"].isin(large(folder, bands)) & bands["plan"].isin(list(plans))]
    place = {(c.name, s): (n, m) for n, c in enumerate(folder.crossings) for m, s in enumerate(c.stations)}
    turn = {plan: number for number, plan in enumerate(folder.plans)}
    order = [(place[c, s], turn[p], d) for c, s, p, d in drawn[["crossing", "station", "plan", "date"]].to_numpy()]
    drawn = drawn.iloc[sorted(range(len(drawn)), key=order.__getitem__)]
    return drawn[["crossing", "station", "plan", "date", *LINE, *WAIT]].reset_index(drop=True)


def _bands(folder: Folder) -> pd.DataFrame:
    known = {(c.name, station) for c in folder.crossings for station in c.stations}
    daily = folder.daily[folder.daily["station"] != ""]
    daily = daily[[pair in known for pair in zip(daily["crossing"], daily["station"], strict=True)]]
    daily = daily.assign(hours=daily["wait_p95"] / 3600)
    lines = series.band(daily, BY, "queue_peak").rename(columns=dict(zip(("low", "median", "high"), LINE, strict=True)))
    waits = series.band(daily, BY, "hours").rename(columns=dict(zip(("low", "median", "high"), WAIT, strict=True)))
    both = lines.merge(waits, on=BY, how="outer")
    both[LINE] = both[LINE].astype(float).round(1)
    both[WAIT] = both[WAIT].astype(float).round(2)
    if folder.runs == 1:
        both[[LINE[0], LINE[2], WAIT[0], WAIT[2]]] = float("nan")
    return both


def _medians(bands: pd.DataFrame, column: str) -> pd.DataFrame:
    return bands[BY].assign(median=bands[column])


def large(folder: Folder, bands: pd.DataFrame) -> list[str]:
    """Stations that are drawn, in journey order: the long ones, or if no line is ever long, the longest."""
    waits = _medians(bands, WAIT[1])
    names = series.long_stations(_medians(bands, LINE[1]), waits.assign(median=waits["median"] * 3600))
    reach = (
        bands.groupby("station")[LINE[1]].max().reindex(_journey(folder)).sort_values(ascending=False, kind="stable")
    )
    chosen = [station for station in reach.index if station in names][:MOST] or list(reach.index[:1])
    return [station for station in _journey(folder) if station in chosen]


def _journey(folder: Folder) -> list[str]:
    """Stations of all crossings in the order of the longest journey."""
    order: list[str] = []
    for crossing in sorted(folder.crossings, key=lambda c: -len(c.stations)):
        order += [station for station in crossing.stations if station not in order]
    return order


def chart(folder: Folder, drawn: pd.DataFrame, plans: Sequence[str]) -> alt.VConcatChart:
    """The page: a row a station; for each crossing the line on the left and the wait on the right."""
    bands = _bands(folder)
    stations = [station for station in _journey(folder) if station in set(drawn["station"])]
    here = bands[bands["plan"].isin(list(plans))]
    finding = findings.queues(folder, _medians(here, LINE[1]), plans)
    title = style.titles(folder, finding, [*_notes(folder, bands, stations)], plans)
    samples, tall = style.plan_key(folder, plans, LEFT)
    columns = 2 * len(folder.crossings)
    width = (style.INNER - columns * (AXIS + GAP)) // columns
    room = style.HEIGHT - 2 * style.MARGIN - style.title_height(title) - tall - 92
    height = min(170, max(30, room // max(1, len(stations)) - LABEL))
    cells = _heads(folder, width)
    for station in stations:
        cells += _row(folder, drawn, plans, station, width, height, station == stations[-1])
    grid = style.grid(cells, columns, AXIS + GAP, LABEL)
    said = "People waiting and time waited by station and crossing, per day, for each plan."
    return style.sheet([samples, grid, style.footer(folder, LEFT)], title, said)


def _notes(folder: Folder, bands: pd.DataFrame, stations: Sequence[str]) -> list[str]:
    """What the two columns show, and a line for the stations that are not drawn."""
    notes = [
        "Wait: 19 in 20 of those who joined the line that day waited no longer, closed hours included (who still waits "
        "at the end: so far). Scales differ."
    ]
    rest = bands[~bands["station"].isin(list(stations))].groupby("station")[[LINE[1], WAIT[1]]].max()
    small = [findings.spoken(station) for station in _journey(folder) if station in rest.index]
    if small:
        most, longest = rest[LINE[1]].max(), rest[WAIT[1]].max()
        waited = f", wait at most {findings.hours(float(longest))}" if longest == longest else ""
        notes.append(f"Not drawn: {findings.listed(small)} (line at most {findings.people(float(most))}{waited}).")
    return notes


def _heads(folder: Folder, width: int) -> list[style.Panel]:
    """Over the columns: the crossing, and what each column shows."""
    cells = []
    for crossing in folder.crossings:
        line = [style.words(crossing.title, LEFT, 4, 13, style.INK, "bold"),
                style.words("People waiting, peak of the day", LEFT, 21, style.SMALL, style.SOFT)]  # fmt: skip
        wait = [style.words("Hours waited, slowest 1 in 20", LEFT, 21, style.SMALL, style.SOFT)]
        cells += [alt.layer(*part).properties(width=width, height=22) for part in (line, wait)]
    return cells


def _row(
    folder: Folder, drawn: pd.DataFrame, plans: Sequence[str], station: str, width: int, height: int, last: bool
) -> list[style.Panel]:
    rows = {c.name: drawn[(drawn["station"] == station) & (drawn["crossing"] == c.name)] for c in folder.crossings}
    tops = [style.tops({name: _highest(some, fields) for name, some in rows.items()}) for fields in (LINE, WAIT)]
    x = style.days_axis(folder, width, labels=last)
    cells: list[style.Panel] = []
    for crossing in folder.crossings:
        if rows[crossing.name].empty:
            cells += [style.blank(width, height)] * 2
            continue
        for fields, top, least in ((LINE, tops[0], 10.0), (WAIT, tops[1], 1.0)):
            layers = _lines(folder, plans, fields, x, top[crossing.name], least, 3 if height > 55 else 2)
            if fields is LINE:
                layers.append(style.words(crossing.stations[station], LEFT, -13, style.LABEL, style.INK, "bold"))
            cell = alt.layer(*layers).properties(width=width, height=height)
            cells.append(style.where(cell, crossing=crossing.name, station=station))
    return cells


def _lines(
    folder: Folder, plans: Sequence[str], fields: list[str], x: alt.X, top: float, least: float, count: int
) -> list[Any]:
    """Bands, and the lines over them; a dashed line shows the one that it covers."""
    low, middle, high = fields
    whole = fields is LINE
    line = alt.Chart().mark_line(strokeWidth=1.8)
    layers = [line.encode(x=x, y=style.amount_axis(middle, top, least, count, whole), **style.by_plan(folder, plans))]
    if folder.runs > 1:
        area = (
            alt.Chart().mark_area(opacity=style.SHADE).encode(x=x, color=style.colours(folder, plans), y2=f"{high}:Q")
        )
        layers.insert(0, area.encode(y=style.amount_axis(low, top, least, count, whole)))
    return layers


def _highest(some: pd.DataFrame, fields: list[str]) -> float:
    highest = some[fields[1:]].max().max()
    return 0.0 if pd.isna(highest) else float(highest)
