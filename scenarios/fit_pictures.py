"""Pictures of a fit: reported day levels beside the fitted ones, and reports beside what was foretold of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import vl_convert

from borderflow.calibrate.model import Model
from borderflow.report.style import FONT, GRID, INK, SOFT

BLUE, ORANGE, GREY = "#12355b", "#d55e00", "#9aa3ab"
LONGEST = 31
"""Reports over more days are no day level, and are not drawn."""
WIDTH = 900
CROSS = "M-0.5,-0.5L0.5,0.5M0.5,-0.5L-0.5,0.5"
"""Thin strokes: a filled cross of this size looks like a dot."""
MARKS = {"exact": "circle", "about": "circle", "nearly": "circle", "range": "circle", "over": "triangle-up",
         "at_least": "triangle-up", "up_to": "triangle-down", "under": "triangle-down"}  # fmt: skip


def levels(model: Model, values: dict[str, np.ndarray]) -> alt.VConcatChart:
    """Reported day levels with the model's band, by crossing, on a log scale."""
    many = len(next(iter(values.values())))
    crossed = model.fluid.flow(values, many).crossed
    names = list(model.fluid.crossings)
    groups: list[tuple[str, tuple[str, ...], np.ndarray]] = [
        (model.scenario.crossings[name].title or name, (name,), crossed[:, index]) for index, name in enumerate(names)
    ]
    if len(names) > 1:
        groups.append(("Both crossings", tuple(names), crossed.sum(axis=1)))
    panels = [_panel(model, title, where, people) for title, where, people in groups]
    first = f"Line and band: persons who cross on an expected day, median and 5–95 % of the fit '{model.scenario.fit}'."
    second = (
        "Marks: reported numbers of all people, as persons a day, over their days; open: all crossings with Pakistan; "
        "▲ this or more, ▼ this or less. Some bases count only a part."
    )
    title = alt.TitleParams(
        text=f"{model.scenario.title}: reported and fitted day levels", subtitle=[first, second], anchor="start",
        fontSize=16, subtitleFontSize=11, subtitleColor=SOFT, color=INK,
    )  # fmt: skip
    return alt.vconcat(*panels, title=title, background="white", padding=20).configure(font=FONT)


def _panel(model: Model, title: str, where: tuple[str, ...], people: np.ndarray) -> alt.LayerChart:
    begin = model.fluid.day(model.scenario.start)
    low, middle, high = np.quantile(people[:, begin:], (0.05, 0.5, 0.95), axis=0)
    dates = [when.isoformat() for when in model.fluid.dates[begin:]]
    band = pd.DataFrame(
        {"date": dates, "low": np.maximum(low, 1), "middle": np.maximum(middle, 1), "high": np.maximum(high, 1)}
    )
    rows = [
        {
            "from": one.first.isoformat(),
            "to": one.last.isoformat(),
            "middle": (one.first + (one.last - one.first) / 2).isoformat(),
            "persons": one.middle / {"total": one.days, "monthly": 30}.get(one.taken, 1),
            "shape": MARKS[one.qualifier],
            "open": one.everywhere,
        }
        for one in model.reports
        if one.where == where and one.population == "all" and one.days <= LONGEST
        and one.taken in ("total", "mean", "monthly") and not one.families
    ]  # fmt: skip
    reports = pd.DataFrame(rows, columns=["from", "to", "middle", "persons", "shape", "open"])
    axis = alt.X("date:T", title=None, axis=alt.Axis(format="%-d %b %Y", grid=False, labelColor=SOFT, tickCount=8))
    scale = alt.Scale(type="log", nice=True)
    upright = alt.Axis(title=None, format=",.0f", gridColor=GRID, labelColor=SOFT, tickCount=5)
    area = alt.Chart(band).mark_area(color=BLUE, opacity=0.22).encode(
        x=axis, y=alt.Y("low:Q", scale=scale, axis=upright), y2="high:Q"
    )  # fmt: skip
    line = alt.Chart(band).mark_line(color=BLUE, strokeWidth=1.6).encode(x=axis, y=alt.Y("middle:Q", scale=scale))
    base = alt.Chart(reports)
    spans = base.mark_rule(color=ORANGE, strokeWidth=1.4).encode(
        x=alt.X("from:T"), x2="to:T", y=alt.Y("persons:Q", scale=scale)
    )
    marks = base.mark_point(size=42, stroke=ORANGE, strokeWidth=1.4, opacity=1).encode(
        x=alt.X("middle:T"),
        y=alt.Y("persons:Q", scale=scale),
        shape=alt.Shape("shape:N", scale=None, legend=None),
        fill=alt.condition("datum.open", alt.value("white"), alt.value(ORANGE)),
    )
    heading = alt.TitleParams(text=title, anchor="start", fontSize=12, color=INK)
    return alt.layer(area, line, spans, marks).properties(width=WIDTH, height=190, title=heading)


def foretold(says: dict[str, Any]) -> alt.LayerChart:
    """Reports left out against what was foretold of them, with bands and the naive interpolation, on log scales."""
    told = pd.DataFrame(says["foretold"])
    low = 0.8 * min(told["reported"].min(), told["p05"].min())
    high = 1.25 * max(told["reported"].max(), told["p95"].max())
    scale = alt.Scale(type="log", domain=[low, high], nice=False)
    axis = {"format": ",.0f", "gridColor": GRID, "labelColor": SOFT, "titleColor": SOFT, "tickCount": 6}
    x = alt.X("reported:Q", scale=scale, axis=alt.Axis(title="reported, persons", **axis))
    same = alt.Chart(pd.DataFrame({"reported": [low, high], "median": [low, high]})).mark_line(color=GREY)
    identity = same.encode(x=x, y=alt.Y("median:Q", scale=scale, axis=alt.Axis(title="foretold, persons", **axis)))
    base = alt.Chart(told)
    colour = alt.condition("datum.inside", alt.value(BLUE), alt.value(ORANGE))
    bands = base.mark_rule(strokeWidth=1.6).encode(x=x, y=alt.Y("p05:Q", scale=scale), y2="p95:Q", color=colour)
    points = base.mark_point(filled=True, size=50, opacity=1).encode(
        x=x, y=alt.Y("median:Q", scale=scale), color=colour
    )
    known = base.transform_filter("isValid(datum.interpolation)")
    crosses = known.mark_point(shape=CROSS, color=INK, size=60, strokeWidth=1.2, opacity=0.6).encode(
        x=x, y=alt.Y("interpolation:Q", scale=scale)
    )
    notes = [
        f"Each report with its block of {says['block_days']} days left out of the fit: median and 5–95 % band, orange "
        "where the report lies outside it.",
        "Grey crosses: the line between the neighbouring day counts, on a log scale. A perfect forecast lies on the "
        "diagonal.",
    ]
    title = alt.TitleParams(
        text=f"{says['title']}: reports foretold", subtitle=notes, anchor="start", fontSize=16, subtitleFontSize=11,
        subtitleColor=SOFT, color=INK,
    )  # fmt: skip
    layers = alt.layer(identity, crosses, bands, points).properties(
        width=560, height=560, title=title, background="white"
    )
    return layers.configure(font=FONT, padding=20)


def draw(chart: alt.VConcatChart | alt.LayerChart, stem: Path) -> None:
    """The picture as SVG."""
    svg = vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[])
    stem.with_suffix(".svg").write_text(svg, encoding="utf-8")
