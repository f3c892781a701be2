"""How charts look: paper, type, the colours of the plans, keys, panels, and the files they are written to."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import vl_convert

from borderflow.report.findings import bands_in_words, period
from borderflow.report.folder import Folder, Shut
from borderflow.report.text import cut, drawable, wrapped

WIDTH, HEIGHT, MARGIN = 1123, 794, 26
"""A4 landscape at 96 points an inch."""

INNER = WIDTH - 2 * MARGIN
FONT = "Liberation Sans, Arial, Helvetica, DejaVu Sans, sans-serif"
"""The first one comes with the painter; the others are for viewers of the SVG."""

INK, SOFT, LINE, GRID = "#1f2429", "#5a636b", "#9aa3ab", "#e6e9ec"
ARRIVED = "#7d868e"
TITLE, SUBTITLE, LABEL, SMALL = 20, 12.5, 12, 11
SOLID: tuple[float, ...] = (1, 0)
SHADE = 0.18
"""How dark a band is."""


@dataclass(frozen=True)
class Look:
    """A plan's colour and dash: told apart by colour, by lightness in grey, and by dash."""

    colour: str
    dash: tuple[float, ...]


LOOKS = (
    Look("#12355b", SOLID),
    Look("#d55e00", (7, 3)),
    Look("#4aa8dc", (2.5, 2)),
    Look("#8e3b74", (9, 3, 2, 3)),
)
A_SHEET = len(LOOKS)


def look(folder: Folder, plan: str) -> Look:
    """A plan's look, the same on every chart: the baseline's is its own, the others take turns."""
    place = list(folder.plans).index(plan)
    return LOOKS[0] if place == 0 else LOOKS[1 + (place - 1) % (A_SHEET - 1)]


def sheets(plans: Sequence[str]) -> list[list[str]]:
    """Plans by sheet: up to four on one; of more, the baseline and three others on each."""
    if len(plans) <= A_SHEET:
        return [list(plans)]
    others = list(plans[1:])
    step = A_SHEET - 1
    return [[plans[0], *others[start : start + step]] for start in range(0, len(others), step)]


def named(folder: Folder, plan: str) -> str:
    """A plan in a key: its name, and its title if it has one."""
    title = folder.plans[plan]
    return f"{plan} – {cut(title, 110)}" if title else plan


Panel = alt.LayerChart | alt.FacetChart

at_x: Any = alt.XValue
at_x2: Any = alt.X2Value
at_y: Any = alt.YValue
at_y2: Any = alt.Y2Value
"""A fixed place in a panel, in points from its upper left corner."""

DATA = "drawn"
"""The name of a page's data, to which every mark refers: the table that stands beside the picture as CSV."""


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as data of a chart: dates as ISO text, missing numbers as null."""
    return [{str(key): _plain(value) for key, value in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def where(chart: Any, **values: str) -> Any:
    """A chart of the rows that have these values. Values are compared, never run as code."""
    for field, value in values.items():
        # an empty text becomes null on its way into the picture, so it is asked for as 'nothing'
        equal = alt.FieldEqualPredicate(field=field, equal=value) if value else f"!datum.{field}"
        chart = chart.transform_filter(equal)
    return chart


def once() -> alt.Chart:
    """A chart with one row, for marks that stand at fixed places."""
    return alt.Chart(alt.InlineData(values=[{}]))


def by_plan(folder: Folder, plans: Sequence[str]) -> dict[str, Any]:
    """Colour and dash of the plans, for lines."""
    looks = [look(folder, plan) for plan in plans]
    dashes = alt.Scale(domain=list(plans), range=[list(one.dash) for one in looks])
    return {"color": colours(folder, plans), "strokeDash": alt.StrokeDash("plan:N", scale=dashes, legend=None)}


def colours(folder: Folder, plans: Sequence[str]) -> alt.Color:
    """Colours of the plans."""
    scale = alt.Scale(domain=list(plans), range=[look(folder, plan).colour for plan in plans])
    return alt.Color("plan:N", scale=scale, legend=None)


@dataclass(frozen=True)
class Sample:
    """An entry of a key: ``kind`` is line, band, dash, or the name of a mark."""

    kind: str
    colour: str
    label: str
    dash: tuple[float, ...] = (1, 0)
    filled: bool = True


def text_width(text: str, size: float) -> float:
    """About how wide a text is, on the safe side."""
    return 0.5 * size * len(text)


def words(text: str, x: float, y: float, size: float = SMALL, colour: str = INK, weight: Any = "normal") -> alt.Chart:
    """Text at a fixed place of a panel."""
    chart = alt.Chart(alt.InlineData(values=[{"text": text}]))
    mark = chart.mark_text(align="left", baseline="middle", fontSize=size, color=colour, fontWeight=weight)
    said: alt.Chart = mark.encode(x=at_x(x), y=at_y(y), text=alt.Text("text:N"))
    return said


def sample(entry: Sample, x: float, y: float) -> list[alt.Chart]:
    """The little picture before a key's words, 30 wide."""
    chart, ends = once(), {"x": at_x(x), "x2": at_x2(x + 30)}
    if entry.kind not in ("line", "band"):
        return [point(chart, entry.kind, entry.colour, entry.filled).encode(x=at_x(x + 15), y=at_y(y))]
    rule = chart.mark_rule(color=entry.colour, strokeWidth=2, strokeDash=list(entry.dash))
    marks = [rule.encode(**ends, y=at_y(y))]
    if entry.kind == "band":
        soft = chart.mark_rect(color=entry.colour, opacity=SHADE)
        marks.insert(0, soft.encode(**ends, y=at_y(y - 6), y2=at_y2(y + 6)))
    return marks


def point(chart: alt.Chart, shape: str, colour: str, filled: bool) -> alt.Chart:
    """A mark for a single value; an open one is white inside."""
    fill = colour if filled else "white"
    marked: alt.Chart = chart.mark_point(shape=shape, size=58, stroke=colour, strokeWidth=1.6, fill=fill, opacity=1)
    return marked


def key(lines: Sequence[Sequence[Sample]], left: float) -> tuple[Panel, int]:
    """A key over the panels, line by line, and its height. ``left``: where it begins."""
    marks: list[alt.Chart] = []
    y = -10.0
    for line in lines:
        x, y = left, y + 18
        for entry in line:
            wide = 50 + text_width(entry.label, LABEL)
            if x > left and x + wide > left + INNER:
                x, y = left, y + 18
            marks += sample(entry, x, y)
            marks.append(words(entry.label, x + 36, y, LABEL))
            x += wide
    height = int(y + 8)
    return alt.layer(*marks).properties(width=INNER + left, height=height), height


def plan_key(folder: Folder, plans: Sequence[str], left: float) -> tuple[Panel, int]:
    """A key of the plans, one a line."""
    kind = "band" if folder.runs > 1 else "line"
    looks = {plan: look(folder, plan) for plan in plans}
    return key([[Sample(kind, looks[p].colour, named(folder, p), looks[p].dash)] for p in plans], left)


def ticks(first: date, last: date, width: float) -> list[date]:
    """Days to be named on an axis, so that their labels have room."""
    days = (last - first).days + 1
    room = max(2, int(width / 46))
    for step in (1, 2, 3, 7, 14, 28):
        if math.ceil(days / step) <= room:
            return [first + timedelta(days=n) for n in range(0, days, step)]
    months = [date(first.year + n // 12, n % 12 + 1, 1) for n in range(first.month - 1, first.month + days // 28 + 1)]
    inside = [when for when in months if first <= when <= last]
    return inside[:: math.ceil(len(inside) / room)] or [first]


def days_axis(folder: Folder, width: float, labels: bool = True, offset: float = 0, half: bool = False) -> alt.X:
    """The time axis: '1 Nov', Kabul dates, no clock of the machine in it. ``half``: with half a day at both ends."""
    marks = [_instant(when) for when in ticks(folder.first, folder.last, width)]
    axis = alt.Axis(
        format="%-d %b", values=marks, title=None, grid=False, labels=labels, labelOverlap=False, labelFlush=False,
        tickSize=4 if labels else 3, domainColor=LINE, tickColor=LINE, offset=offset,
    )  # fmt: skip
    edge = DAY // 2 if half or folder.first == folder.last else 0
    domain = [_instant(folder.first) - edge, _instant(folder.last) + edge]
    return alt.X("date:T", scale=alt.Scale(type="utc", domain=domain, nice=False), axis=axis)


SHUT = "#e9dfc9"
"""The ground of days on which a crossing is closed."""


def shut(folder: Folder, closures: Sequence[Shut], width: float, height: float, named: bool = True) -> list[alt.Chart]:
    """Days of closures as shaded ground, with names on it; a day's point stands in the middle of its day."""
    days = max(1, (folder.last - folder.first).days)
    marks: list[alt.Chart] = []
    lanes: list[float] = []
    for one in closures:
        first = max(0.0, width * ((one.first - folder.first).days - 0.5 + one.closes) / days)
        last = min(width, width * ((one.last - folder.first).days - 0.5 + one.opens) / days)
        ground = once().mark_rect(color=SHUT, opacity=0.6)
        marks.append(ground.encode(x=at_x(first), x2=at_x2(last), y=at_y(0), y2=at_y2(height)))
        if named:
            title = cut(one.title, 44)
            wide = text_width(title, SMALL) + 8
            left = min(first + 4, max(0.0, width - wide))
            lane = next((n for n, end in enumerate(lanes) if end < left), len(lanes))
            lanes[lane : lane + 1] = [left + wide]
            marks.append(words(title, left, 8 + 14 * lane, SMALL, "#6b5a2e"))
    return marks


DAY = 86_400_000


def _instant(when: date) -> int:
    return (when - date(1970, 1, 1)).days * DAY


def amount_axis(field: str, top: float, least: float, count: int = 5, whole: bool = True) -> alt.Y:
    """The upright axis: from 0, thousands separated. ``least``: how high it reaches if all is about zero."""
    step = alt.Undefined if not whole else 1
    axis = alt.Axis(format=",.0f" if whole else ",~f", title=None, tickCount=count, tickMinStep=step, domain=False,
                    ticks=False, gridColor=GRID, labelPadding=6)  # fmt: skip
    return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[0, max(top, least)], nice=count), axis=axis)


def tops(values: dict[str, float]) -> dict[str, float]:
    """How high panels of one thing reach: to a common height, unless one would then be flat."""
    highest = max(values.values(), default=0)
    return {name: highest if value >= 0.4 * highest or value <= 0 else value for name, value in values.items()}


def titles(folder: Folder, finding: str, says: Sequence[str], plans: Sequence[str]) -> alt.TitleParams:
    """The finding as title; under it what lines and bands are, and what else the reader has to know."""
    notes = [bands_in_words(folder), *(note for note in says if note)]
    if len(plans) < len(folder.plans):
        notes.append(f"Shown: {len(plans)} of {len(folder.plans)} plans; each sheet has {plans[0]} and others.")
    if folder.unverified:
        notes.append(f"Unverified: {', '.join(folder.unverified)} not as the run wrote it.")
    lines = [line for note in notes for line in wrapped(note, 176)]
    return alt.TitleParams(
        text=wrapped(finding, 96), subtitle=lines, anchor="start", fontSize=TITLE, subtitleFontSize=SUBTITLE,
        color=INK, subtitleColor=SOFT, subtitlePadding=7, offset=14, lineHeight=25, subtitleLineHeight=17, font=FONT,
        subtitleFont=FONT, fontWeight="bold",
    )  # fmt: skip


def title_height(title: alt.TitleParams) -> int:
    """How much of the sheet a title takes."""
    said: Any = title.to_dict()
    return 25 * len(said["text"]) + 17 * len(said["subtitle"]) + 21


def footer(folder: Folder, left: float) -> Panel:
    """What the picture is of: scenario, period, seed."""
    parts = [cut(folder.title, 110), period(folder.first, folder.last)]
    if folder.seed is not None:
        parts.append(f"seed {folder.seed}")
    parts.append(f"borderflow {folder.version}".strip())
    return alt.layer(words(" · ".join(parts), left, 6, 10, SOFT)).properties(width=INNER + left, height=12)


def grid(cells: Sequence[Any], columns: int, across: int, down: int) -> alt.ConcatChart:
    """Panels in rows and columns, measured from plot to plot, so that all stand exactly under each other."""
    spacing = alt.RowColnumber(row=down, column=across)
    chart: alt.ConcatChart = alt.concat(*cells, columns=columns, spacing=spacing, bounds="flush")
    apart: alt.ConcatChart = chart.resolve_scale(
        x="independent", y="independent", color="independent", strokeDash="independent"
    )
    return apart


def blank(width: int, height: int) -> Panel:
    """An empty place in a grid."""
    return alt.layer(words("", 0, 0)).properties(width=width, height=height)


def sheet(parts: Sequence[Any], title: alt.TitleParams, description: str) -> alt.VConcatChart:
    """A whole page: its parts under each other, all from the page's data."""
    config = alt.Config(
        font=FONT, mark=alt.MarkConfig(aria=False), view=alt.ViewConfig(stroke=None), text=alt.MarkConfig(font=FONT),
        axis=alt.AxisConfig(labelFontSize=SMALL, labelColor=SOFT, labelFont=FONT, aria=False),
        title=alt.TitleConfig(aria=False),
    )  # fmt: skip
    resolve = alt.Resolve(scale=alt.ScaleResolveMap(x="independent", y="independent", color="independent",
                                                    strokeDash="independent"))  # fmt: skip
    return alt.vconcat(
        *parts, data=alt.NamedData(name=DATA), spacing=10, title=title, padding=MARGIN, background="white",
        description=description, config=config, resolve=resolve,
    )  # fmt: skip


def specification(chart: alt.VConcatChart, table: pd.DataFrame) -> dict[str, Any]:
    """The whole specification of a page, its table in it."""
    spec: dict[str, Any] = chart.to_dict(validate=False)
    spec.setdefault("datasets", {})[DATA] = records(table)
    return spec


def write(spec: dict[str, Any], table: pd.DataFrame, stem: Path) -> list[Path]:
    """Draw once, and write the picture as SVG, PNG (at double size) and PDF, with its table as CSV."""
    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    png = vl_convert.svg_to_png(drawable(svg), scale=2)
    pdf = vl_convert.svg_to_pdf(drawable(svg))
    text = table.to_csv(index=False, float_format="%.10g", lineterminator="\n")
    paths = []
    for ending, content in {".svg": svg.encode(), ".png": png, ".pdf": pdf, ".csv": text.encode()}.items():
        path = stem.with_name(stem.name + ending)
        beside = path.with_name(f".{path.name}.writing")
        try:
            beside.write_bytes(content)
            os.replace(beside, path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        paths.append(path)
    return paths
