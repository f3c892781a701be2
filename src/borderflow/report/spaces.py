"""The spaces chart: who has a place at midnight and who has none, and the water and meals of those who are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from borderflow.report import findings, series, style
from borderflow.report.folder import Crossing, Folder, Space

BY = ["plan", "crossing", "station", "date"]
MOST = 4
"""Spaces on one page: those with most people."""

AXIS, GAP, LABEL = 46, 14, 26
LEFT = 6 - AXIS
INSIDE, OUTSIDE, WATER, MEALS = "inside_persons", "outside_persons", "water_litres", "meals"
ROWS = {
    OUTSIDE: "People without a place, at midnight",
    INSIDE: "People with a place, at midnight",
    WATER: "Water, litres a person a day",
    MEALS: "Meals a person a day",
}
LINES = {INSIDE: "places", WATER: "water_line", MEALS: "meals_line"}
"""What each row is held against."""
SPHERE = "water_sphere"
"""Sphere's water, where the scenario's own standard is another."""

ENOUGH = {WATER: 20.0, MEALS: 5.0}
"""Above this a panel of water or meals is cut off: on days on which a space empties, few share what many were given."""


def sheets(folder: Folder) -> list[list[str]]:
    """Plans by sheet; none where no crossing has spaces."""
    return style.sheets(list(folder.plans)) if _nights(folder).size else []


def _nights(folder: Folder) -> pd.DataFrame:
    known = {(c.name, space) for c in folder.crossings for space in c.spaces}
    daily = folder.daily
    return daily[[pair in known for pair in zip(daily["crossing"], daily["station"], strict=True)]]


def table(folder: Folder, plans: Sequence[str]) -> pd.DataFrame:
    """What is drawn, of the spaces with most people under any plan: medians over runs with their 5 % and 95 %.

    ``places`` is their median too. ``water_line`` and ``meals_line`` are what there should be, ``water_sphere`` what
    Sphere says where that is another, ``closed`` the closure of the crossing on that day.
    """
    nights = _nights(folder)
    nights = nights.assign(people=nights["inside_midnight"] + nights["outside_midnight"])
    whole = _named(series.band(nights, BY, "inside_midnight"), INSIDE)
    whole = whole.merge(_named(series.band(nights, BY, "outside_midnight"), OUTSIDE), on=BY)
    for word in ("places", "people"):
        middle = series.band(nights, BY, word)[[*BY, "median"]].rename(columns={"median": word})
        whole = whole.merge(middle, on=BY)
    for column, supply in ((WATER, "water"), (MEALS, "meals")):
        whole = whole.merge(_given(folder, nights, column, supply), on=BY, how="left")
    spheres = {(c.name, name): space.water.sphere for c in folder.crossings for name, space in c.spaces.items()
               if space.water is not None}  # fmt: skip
    where = zip(whole["crossing"], whole["station"], strict=True)
    whole[SPHERE] = pd.Series([spheres.get(pair) for pair in where], index=whole.index, dtype=float)
    shut = {
        (c.name, day.date()): one.title
        for c in folder.crossings
        for one in c.closures
        for day in pd.date_range(one.first, one.last)
    }
    whole["closed"] = [shut.get(pair, "") for pair in zip(whole["crossing"], whole["date"], strict=True)]
    whole = whole.rename(columns={"station": "space"})
    if folder.runs == 1:
        whole[[f"{end}_{row}" for end in ("p05", "p95") for row in ROWS]] = float("nan")
    order = {pair: number for number, pair in enumerate(_largest(folder, whole))}
    turn = {plan: number for number, plan in enumerate(folder.plans)}
    pairs = list(zip(whole["crossing"], whole["space"], strict=True))
    whole = whole.assign(_s=[order.get(pair, -1) for pair in pairs], _p=whole["plan"].map(turn))
    whole = whole[(whole["_s"] >= 0) & whole["plan"].isin(list(plans))]
    whole = whole.sort_values(["_s", "_p", "date"], kind="stable").drop(columns=["_s", "_p"])
    first = ["crossing", "space", "plan", "date"]
    return whole[[*first, *(column for column in whole if column not in first)]].reset_index(drop=True)


def _named(band: pd.DataFrame, column: str, digits: int = 1) -> pd.DataFrame:
    named = band.rename(columns={"low": f"p05_{column}", "median": column, "high": f"p95_{column}"})
    numbers = [f"p05_{column}", column, f"p95_{column}"]
    named[numbers] = named[numbers].astype(float).round(digits)
    return named


def _given(folder: Folder, nights: pd.DataFrame, column: str, supply: str) -> pd.DataFrame:
    """Bands of what each person was given a day, and what it should be, for the spaces of which it is known."""
    parts = []
    for crossing in folder.crossings:
        for name, space in crossing.spaces.items():
            wanted = getattr(space, supply)
            some = nights[(nights["crossing"] == crossing.name) & (nights["station"] == name)]
            if wanted is not None and not some.empty:
                some = some.reset_index(drop=True)
                given = some.assign(
                    given=some[f"{supply}_per_person_day"].where(series.tellable(some, held=space.holds))
                )
                band = _named(series.band(given, BY, "given"), column, 2)
                parts.append(band.assign(**{LINES[column]: wanted.line}))
    empty = pd.DataFrame(columns=[*BY, f"p05_{column}", column, f"p95_{column}", LINES[column]])
    return pd.concat(parts) if parts else empty.astype(dict.fromkeys(empty.columns[4:], float))


def _largest(folder: Folder, whole: pd.DataFrame) -> list[tuple[str, str]]:
    """The spaces with most people, in the order of the scenario."""
    reach = whole.groupby(["crossing", "space"])["people"].max().sort_values(ascending=False, kind="stable")
    chosen = set(reach.index[:MOST])
    return [(c.name, space) for c in folder.crossings for space in c.spaces if (c.name, space) in chosen]


def chart(folder: Folder, drawn: pd.DataFrame, plans: Sequence[str]) -> alt.VConcatChart:
    """The page: a column a space; under each other who is outside, who is inside, water and meals."""
    columns = _largest(folder, drawn)
    rows = [row for row in ROWS if drawn[row].notna().any()]
    title = style.titles(folder, findings.spaces(folder, drawn, plans), _notes(folder, drawn, plans), plans)
    samples, tall = style.plan_key(folder, plans, LEFT)
    width = (style.INNER - len(columns) * (AXIS + GAP)) // len(columns)
    room = style.HEIGHT - 2 * style.MARGIN - style.title_height(title) - tall - 92
    height = min(170, max(40, room // len(rows) - LABEL))
    cells = _heads(folder, columns, width)
    for row in rows:
        cells += _row(folder, drawn, plans, row, columns, width, height, row == rows[-1])
    grid = style.grid(cells, len(columns), AXIS + GAP, LABEL)
    said = "People with and without a place at midnight, water and meals a person a day, by space, for each plan."
    return style.sheet([samples, grid, style.footer(folder, LEFT)], title, said)


def _notes(folder: Folder, drawn: pd.DataFrame, plans: Sequence[str]) -> list[str]:
    shaded = " Shaded: days on which the crossing is closed." if (drawn["closed"] != "").any() else ""
    notes = [f"Fine level lines: places, and what each person should have: the scenario’s standard, or Sphere’s."
             f"{shaded} Scales differ."]  # fmt: skip
    if drawn[[WATER, MEALS]].notna().any(axis=None):
        notes.append(
            "Water and meals: given out on the day ÷ the mean number of people there; not drawn under "
            f"{series.FEW} people or while they double or halve."
        )
    known = set(zip(drawn["crossing"], drawn["space"], strict=True))
    rest = [s.title for c in folder.crossings for name, s in c.spaces.items() if (c.name, name) not in known]
    if rest:
        notes.append(f"Not drawn, as fewer people are there: {findings.listed(rest)}.")
    return [*notes, findings.firings(folder, plans)]


def _heads(folder: Folder, columns: Sequence[tuple[str, str]], width: int) -> list[style.Panel]:
    """Over the columns: the crossing and the space."""
    cells = []
    for crossing, space in columns:
        place = folder.crossing(crossing)
        lines = [style.words(place.short, LEFT, -8, style.SMALL, style.SOFT),
                 style.words(place.spaces[space].title, LEFT, 8, 13, style.INK, "bold")]  # fmt: skip
        cells.append(alt.layer(*lines).properties(width=width, height=18))
    return cells


def _row(
    folder: Folder, drawn: pd.DataFrame, plans: Sequence[str], row: str, columns: Sequence[tuple[str, str]],
    width: int, height: int, last: bool,
) -> list[style.Panel]:  # fmt: skip
    cells: list[style.Panel] = []
    for crossing, space in columns:
        some = drawn[(drawn["crossing"] == crossing) & (drawn["space"] == space)]
        place = folder.crossing(crossing)
        if some[row].isna().all():
            cells.append(style.blank(width, height))
            continue
        layers = _panel(folder, some, plans, row, place, width, height, last)
        layers.append(style.words(_label(row, place.spaces[space]), LEFT, -12, style.LABEL, style.INK))
        cell = alt.layer(*layers).properties(width=width, height=height)
        cells.append(style.where(cell, crossing=crossing, space=space))
    return cells


def _label(row: str, space: Space) -> str:
    """What a panel shows, and against what."""
    supply = {WATER: space.water, MEALS: space.meals}.get(row)
    if supply is not None:
        sphere = f"; dots: {supply.sphere:g}, Sphere" if supply.sphere is not None else ""
        return f"{ROWS[row]} (line: {supply.line:g}, {supply.says}{sphere})"
    return ROWS[row].replace("without a place", "in the yard") if space.holds and row == OUTSIDE else ROWS[row]


def _panel(
    folder: Folder, some: pd.DataFrame, plans: Sequence[str], row: str, crossing: Crossing, width: int, height: int,
    last: bool,
) -> list[Any]:  # fmt: skip
    x = style.days_axis(folder, width, labels=last)
    persons = row in (INSIDE, OUTSIDE)
    top, least = _top(some, row), 10.0 if persons else 1.0
    layers: list[Any] = list(style.shut(folder, crossing.closures, width, height, named=False))
    looks = style.by_plan(folder, plans)
    if folder.runs > 1:
        area = alt.Chart().mark_area(opacity=style.SHADE, clip=True)
        area = area.encode(x=x, color=looks["color"], y2=f"p95_{row}:Q")
        layers.append(area.encode(y=style.amount_axis(f"p05_{row}", top, least, 3, persons)))
    line = alt.Chart().mark_line(strokeWidth=1.8, clip=True)
    layers.append(line.encode(x=x, y=style.amount_axis(row, top, least, 3, persons), **looks))
    if row in LINES:
        agree = some.groupby("date")[LINES[row]].nunique().max() <= 1
        against = alt.Chart().mark_line(strokeWidth=1.1, color=style.INK, interpolate="step", clip=True)
        against = against.encode(x=x, y=style.amount_axis(LINES[row], top, least, 3, persons))
        layers.append(style.where(against, plan=plans[0]) if agree else against.encode(color=looks["color"]))
    if row == WATER and some[SPHERE].notna().any():
        dots = alt.Chart().mark_line(strokeWidth=1.1, strokeDash=[1, 3], color=style.INK, clip=True)
        dots = dots.encode(x=x, y=style.amount_axis(SPHERE, top, least, 3, persons))
        layers.append(style.where(dots, plan=plans[0]))
    return layers


def _top(some: pd.DataFrame, row: str) -> float:
    """How high a panel reaches; water and meals no higher than ``ENOUGH``, unless more is wanted."""
    highest = some[[row, f"p95_{row}"]].max().max()
    highest = 0.0 if pd.isna(highest) else float(highest)
    if row not in LINES:
        return highest
    line = float(some[[LINES[row], SPHERE] if row == WATER else [LINES[row]]].max().max())
    return max(1.1 * line, min(highest, ENOUGH.get(row, highest)))
