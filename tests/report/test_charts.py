"""The charts of a results folder: their files, what is in them, and the folders that must not break them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import altair as alt
import made
import pandas as pd
import pytest
from altair.utils.schemapi import validate_jsonschema

from borderflow.experiment.refusal import Unverified
from borderflow.report import arrivals, queues, stocks, style
from borderflow.report.charts import CHARTS, draw
from borderflow.report.folder import Folder, read
from borderflow.report.text import shown

DRAWN = ("arrivals", "queues", "stocks")
"""The charts of a folder without spaces."""

TWO = {"as_reported": "What stood there", "more_desks": "Twenty more desks"}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder with its charts drawn."""
    folder = made.written(tmp_path_factory.mktemp("results") / "made", TWO)
    draw(folder)
    return folder


def pages(folder: Folder, names: tuple[str, ...] = tuple(CHARTS)) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """The pages of a folder: each one's name, specification and table."""
    for name in names:
        noun = CHARTS[name]
        for plans in noun.sheets(folder):
            drawn = noun.table(folder, plans)
            yield name, style.specification(noun.chart(folder, drawn, plans), drawn), drawn


def page(name: str, folder: Folder) -> tuple[str, dict[str, Any], Any]:
    """One page of a folder."""
    return next(pages(folder, (name,)))


Pages = list[tuple[str, dict[str, Any], Any]]


@pytest.fixture(scope="module")
def drawn_pages(results: Path) -> Pages:
    """The pages of that folder as specifications, built once."""
    return list(pages(read(results)))


def svg(spec: dict[str, Any], tmp_path: Path) -> str:
    return style.write(spec, pd.DataFrame(), tmp_path / "page")[0].read_text(encoding="utf-8")


def title(spec: dict[str, Any]) -> str:
    return " ".join(spec["title"]["text"]).replace("\u00a0", " ")


def subtitle(spec: dict[str, Any]) -> str:
    return " ".join(spec["title"]["subtitle"]).replace("\u00a0", " ")


def walk(spec: Any) -> Iterator[dict[str, Any]]:
    """Every block of a specification."""
    if isinstance(spec, dict):
        yield spec
        for value in spec.values():
            yield from walk(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from walk(value)


def test_each_chart_is_a_picture_twice_and_its_data(results: Path) -> None:
    """Without spaces three charts, each as SVG, PNG, PDF and CSV, and nothing else in the folder."""
    endings = ("svg", "png", "pdf", "csv")
    wanted = {f"{name}.{ending}" for name in DRAWN for ending in endings}
    assert {path.name for path in (results / "charts").iterdir()} == wanted


def test_pictures_have_the_proportions_of_a_page_and_are_sharp(results: Path) -> None:
    """A4 landscape within a tenth; the PNG has two pixels for each point of the SVG."""
    for name in DRAWN:
        root = ElementTree.parse(results / "charts" / f"{name}.svg").getroot()
        wide, high = float(root.get("width", 0)), float(root.get("height", 0))
        assert wide / high == pytest.approx(297 / 210, rel=0.1)
        header = (results / "charts" / f"{name}.png").read_bytes()[:24]
        assert int.from_bytes(header[16:20], "big") == pytest.approx(2 * wide, abs=2)
        assert int.from_bytes(header[20:24], "big") == pytest.approx(2 * high, abs=2)


def test_the_same_folder_gives_the_same_bytes(results: Path, tmp_path: Path) -> None:
    """CSV and SVG of a second drawing, elsewhere, are equal to the first; the results folder itself is left alone."""
    before = {path.name: path.stat().st_mtime_ns for path in results.iterdir()}
    again = draw(results, tmp_path / "again")
    for path in again:
        if path.suffix not in (".png", ".pdf"):
            assert path.read_bytes() == (results / "charts" / path.name).read_bytes()
    assert {path.name: path.stat().st_mtime_ns for path in results.iterdir()} == before


def test_no_picture_reaches_out(results: Path) -> None:
    """An SVG opened without a network is complete: no address in it but the names of its own format."""
    for name in DRAWN:
        text = (results / "charts" / f"{name}.svg").read_text(encoding="utf-8")
        assert set(re.findall(r"https?://[^\s\"'<>]*", text)) <= {
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1999/xlink",
        }
        assert not re.search(r"(?:xlink:)?href\s*=|@import|<image|<script|url\((?!#)", text)


def test_data_from_an_address_are_refused(tmp_path: Path) -> None:
    """A specification that would fetch its data is not drawn."""
    spec = alt.Chart("https://example.org/data.csv").mark_point().encode(x="a:Q").to_dict()
    with pytest.raises(ValueError, match="not allowed"):
        style.write(spec, pd.DataFrame(), tmp_path / "page")
    assert list(tmp_path.iterdir()) == []


def test_the_csv_is_what_is_drawn(results: Path, drawn_pages: Pages) -> None:
    """Every mark with data draws from the page's one table, and the CSV has this table's rows and no others."""
    for name, spec, _ in drawn_pages:
        assert spec["data"] == {"name": "drawn"}
        for block in walk(spec):
            if "mark" in block and "data" in block:
                fixed = spec["datasets"][block["data"]["name"]]
                assert [set(row) <= {"text"} for row in fixed] == [True]
        with open(results / "charts" / f"{name}.csv", encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
        assert len(lines) == len(spec["datasets"]["drawn"]) > 50
        for line, row in zip(lines, spec["datasets"]["drawn"], strict=True):
            said = {key: "" if v is None else f"{v:.10g}" if isinstance(v, float) else str(v) for key, v in row.items()}
            assert line == said


def test_every_specification_is_valid(drawn_pages: Pages) -> None:
    """Each page is one Vega-Lite specification that the schema accepts."""
    for _, spec, _ in drawn_pages:
        validate_jsonschema(spec, alt.load_schema())


def test_columns_say_their_unit(results: Path) -> None:
    """Who opens a CSV alone knows what the numbers are."""
    heads = {name: (results / "charts" / f"{name}.csv").read_text(encoding="utf-8").split("\n")[0] for name in DRAWN}
    assert heads["arrivals"] == "crossing,series,plan,date,persons,p05_persons,p95_persons,reported_as,label"
    assert heads["queues"] == (
        "crossing,station,plan,date,p05_queue_persons,queue_persons,p95_queue_persons,"
        "p05_wait_hours,wait_hours,p95_wait_hours"
    )
    assert heads["stocks"] == (
        "crossing,stock,unit,plan,date,p05_on_hand,on_hand,p95_on_hand,share_of_runs_out,runs,runs_out,first_out"
    )


def test_reported_counts_are_marked_by_how_sure_they_are(results: Path) -> None:
    """Day counts at the gate within the period, each with the mark of its qualifier; a queue is no day count."""
    folder = read(results)
    found = {(report.date, report.persons, report.kind) for report in folder.reports}
    assert found == {
        (date(2023, 10, 30), 11553.0, "exact"),
        (date(2023, 11, 1), 24000.0, "at_least"),
        (date(2023, 11, 5), 6000.0, "about"),
        (date(2023, 11, 6), 7000.0, "at_most"),
    }
    marks = {shape for shape, _, _ in arrivals.REPORTED.values()}
    filled = [kind for kind, (_, full, _) in arrivals.REPORTED.items() if full]
    assert filled == ["exact"]
    assert len(marks) == 3  # 'about' is an open circle


def test_phases_are_named_once_where_they_begin_to_hold(results: Path) -> None:
    """A phase under way at the start is named at the start; one that begins after the end is not named."""
    phases = read(results).crossing("torkham").phases
    assert [(phase.title, phase.first) for phase in phases] == [
        ("Before", date(2023, 10, 25)),
        ("Rush", date(2023, 10, 28)),
    ]


def test_phase_names_never_meet_each_other_or_a_line() -> None:
    """An earlier name stands above every later one that begins before it ends."""
    folder = made.held({"now": ""}, runs=1, first=date(2023, 9, 15), last=date(2024, 3, 23))
    crossing = folder.crossings[0]
    lanes = arrivals._lanes(folder, crossing)
    ends = [arrivals._x(folder, p) + style.text_width(p.title, style.SMALL) for p in crossing.phases]
    for early in range(len(crossing.phases)):
        for late in range(early + 1, len(crossing.phases)):
            if arrivals._x(folder, crossing.phases[late]) < ends[early]:
                assert lanes[early] > lanes[late]
    assert max(lanes.values()) > 0


def test_who_crossed_is_drawn_once_unless_plans_change_it() -> None:
    """With equal crossings there is one line without a plan; one differing day gives each plan its own."""
    folder = made.held(TWO, runs=2)
    once = arrivals.table(folder, list(TWO))
    assert set(once.loc[once["series"] == "crossed", "plan"]) == {""}
    daily = folder.daily.copy()
    first = daily.index[(daily["plan"] == "more_desks") & (daily["station"] == "")][0]
    daily.loc[first, "crossed"] += 1
    twice = arrivals.table(replace(folder, daily=daily), list(TWO))
    assert list(dict.fromkeys(twice.loc[twice["series"] == "crossed", "plan"])) == ["as_reported", "more_desks"]
    assert set(twice.loc[twice["series"] == "arrived", "plan"]) == {""}


def test_titles_state_the_finding_of_the_table_that_is_drawn(drawn_pages: Pages) -> None:
    """The number in a title is the highest median in the CSV beside it."""
    said = {name: (title(spec), drawn) for name, spec, drawn in drawn_pages}
    text, drawn = said["arrivals"]
    crossed = drawn[(drawn["series"] == "crossed") & (drawn["crossing"] == "torkham")]["persons"].max()
    assert text.startswith(f"Torkham: {float(f'{crossed:.3g}'):,.0f} people cross on ")
    text, drawn = said["queues"]
    longest = drawn[drawn["plan"] == "as_reported"]["queue_persons"].max()
    assert f"{float(f'{longest:.3g}'):,.0f} people on " in text
    assert "first run out on 2 November, in all 2 runs, under every plan shown" in said["stocks"][0]


def test_one_run_has_no_band_and_says_so(tmp_path: Path) -> None:
    """One replication: no area is drawn, the band's columns are empty, and the subtitle says why."""
    for name, spec, drawn in pages(made.held({"now": ""}, runs=1)):
        assert "No band: one run does not show how much chance matters." in subtitle(spec)
        assert not [
            block for block in walk(spec) if isinstance(block.get("mark"), dict) and block["mark"].get("type") == "area"
        ]
        assert drawn[[column for column in drawn if column.startswith(("p05", "p95"))]].isna().all(axis=None)
        assert svg(spec, tmp_path).count("<path") > 5, name


def test_nothing_but_zeros_still_draws(tmp_path: Path) -> None:
    """A scenario in which nobody comes gives three pages that say so; axes still begin at 0 and reach somewhere."""
    folder = made.held(TWO, runs=2, scale=0, reports=())
    said = {name: title(spec) for name, spec, _ in pages(folder) if svg(spec, tmp_path)}
    assert said["arrivals"].startswith("Nobody arrives at Torkham or Spin Boldak")
    assert said["queues"].startswith("Nobody stands in line")
    assert said["stocks"].startswith("No stock runs out in any run")


def test_without_stocks_there_is_no_chart_of_stocks() -> None:
    """A scenario that holds nothing gets no empty page."""
    folder = made.held(TWO, runs=2)
    assert stocks.sheets(replace(folder, stock=folder.stock.iloc[:0])) == []


def test_markup_and_right_to_left_titles_are_shown_as_text(tmp_path: Path) -> None:
    """A plan's title is text: markup is escaped in the SVG, right-to-left words are whole and isolated."""
    dari = "بازگشت از تورخم"
    plans = {"now": "</script><script>alert(1)</script> {{x}} &amp;", "next": f"{dari} 🚚 24,600"}
    folder = read(made.written(tmp_path / "made", plans))
    _, spec, _ = page("stocks", folder)
    text = svg(spec, tmp_path)
    root = ElementTree.fromstring(text)
    said = [element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert f"now – {plans['now']}" in said
    assert f"next – {shown(plans['next'])}" in said
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))


def test_more_than_four_plans_take_sheets_with_the_baseline_on_each() -> None:
    """Five plans: four on the first sheet, the baseline and the fifth on the second; nobody is left out."""
    plans = list(made.MANY)
    folder = made.held(made.MANY, runs=2)
    assert queues.sheets(folder) == [plans[:4], [plans[0], plans[4]]]
    assert arrivals.sheets(folder) == [plans]  # crossings are the same under all, so drawn once
    first = stocks.table(folder, plans[:4])
    assert list(dict.fromkeys(first["plan"])) == plans[:4]


def test_five_plans_are_written_to_a_second_file(tmp_path: Path) -> None:
    """The second sheet is a file of its own, and says that there are more."""
    folder = made.written(tmp_path / "made", made.MANY, runs=1)
    names = [path.name for path in draw(folder) if path.suffix == ".csv"]
    assert names == ["arrivals.csv", "queues.csv", "queues-2.csv", "stocks.csv", "stocks-2.csv"]
    second = (folder / "charts" / "stocks-2.svg").read_text(encoding="utf-8")
    assert "Shown: 2 of 5 plans" in second


def test_a_plan_looks_the_same_on_every_chart() -> None:
    """Colour and dash belong to the plan; on one sheet no two plans share either."""
    folder = made.held(made.MANY, runs=2)
    for sheet in style.sheets(list(made.MANY)):
        looks = [style.look(folder, plan) for plan in sheet]
        assert len({one.colour for one in looks}) == len({one.dash for one in looks}) == len(sheet)
    assert style.look(folder, "as_reported") == style.LOOKS[0]


def test_plans_differ_in_grey_too() -> None:
    """Printed without colour, plans of a sheet differ by at least a tenth of the way from black to white."""
    greys = []
    for one in style.LOOKS:
        red, green, blue = (int(one.colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
        greys.append((0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2) ** (1 / 2.2))
    gaps = [abs(a - b) for n, a in enumerate(greys) for b in greys[n + 1 :]]
    assert min(gaps) >= 0.1


def test_stations_without_a_line_are_said_instead_of_drawn() -> None:
    """Health has no line and no wait worth a panel: it stands in the subtitle, with how little it is."""
    _, spec, drawn = page("queues", made.held(TWO, runs=2))
    assert "health" not in set(drawn["station"])
    assert "Not drawn: health (line at most" in subtitle(spec)


def test_a_station_that_one_crossing_lacks_leaves_an_empty_place(tmp_path: Path) -> None:
    """Journeys may differ: the rows stay aligned, and the other crossing's station is drawn."""
    folder = made.held(TWO, runs=2)
    torkham, boldak = folder.crossings
    fewer = {name: said for name, said in boldak.stations.items() if name != "cash"}
    daily = folder.daily[(folder.daily["crossing"] == "torkham") | (folder.daily["station"] != "cash")]
    folder = replace(folder, crossings=(torkham, replace(boldak, stations=fewer)), daily=daily)
    _, spec, drawn = page("queues", folder)
    assert set(drawn.loc[drawn["station"] == "cash", "crossing"]) == {"torkham"}
    assert svg(spec, tmp_path).count(">Cash<") == 1


def test_warehouses_have_a_column_of_their_own(tmp_path: Path) -> None:
    """A stock without a crossing lies in the warehouses and is drawn beside the crossings."""
    folder = made.held(TWO, runs=2)
    depot = folder.stock[folder.stock["crossing"] == "torkham"].assign(crossing="")
    folder = replace(folder, stock=pd.concat([folder.stock, depot]))
    _, spec, drawn = page("stocks", folder)
    assert list(dict.fromkeys(drawn["crossing"])) == ["torkham", "spin_boldak", ""]
    text = svg(spec, tmp_path)
    assert "Warehouses – on hand" in text
    assert text.count('stroke="#12355b"') >= 3 * len(set(drawn["stock"]))  # a line of the baseline in each panel


def test_dates_do_not_depend_on_the_machine(results: Path, drawn_pages: Pages) -> None:
    """Dates on the axis are the table's days, read without a clock: 1 November is '1 Nov' in every time zone."""
    for _, spec, drawn in drawn_pages:
        axes = [block for block in walk(spec) if block.get("type") == "temporal"]
        assert axes
        assert {axis["scale"]["type"] for axis in axes} == {"utc"}
        first = min(day.isoformat() for day in drawn["date"])
        assert first == "2023-10-25"
    text = (results / "charts" / "arrivals.svg").read_text(encoding="utf-8")
    assert text.index(">25 Oct<") < text.index(">31 Oct<") < text.index(">2 Nov<")


def test_a_run_that_did_not_finish_is_not_drawn(tmp_path: Path) -> None:
    """Without a manifest there is no chart, and no folder for one."""
    folder = made.written(tmp_path / "made", TWO)
    (folder / "manifest.json").unlink()
    with pytest.raises(Unverified):
        draw(folder)
    assert not (folder / "charts").exists()


def test_tables_that_changed_since_the_run_are_called_unverified(tmp_path: Path) -> None:
    """The picture itself says that its data are not what the run wrote."""
    folder = made.written(tmp_path / "made", TWO)
    with open(folder / "scenario.yaml", "a", encoding="utf-8") as file:
        file.write("# a note\n")
    assert "Unverified: scenario.yaml" in subtitle(page("arrivals", read(folder))[1])


def test_every_line_and_every_report_is_in_the_picture(tmp_path: Path) -> None:
    """At each crossing one line of arrivals and one a plan where they differ; each report, and its kind in the key."""
    folder = made.held(TWO, runs=2)
    daily = folder.daily.copy()
    daily.loc[(daily["plan"] == "more_desks") & (daily["station"] == ""), "crossed"] *= 0.8
    _, spec, _ = page("arrivals", replace(folder, daily=daily))
    paths = re.findall(r"<path [^>]*>", svg(spec, tmp_path))
    for colour in (style.ARRIVED, *(one.colour for one in style.LOOKS[:2])):
        assert sum(f'stroke="{colour}"' in path for path in paths) == len(folder.crossings)
    kinds = {report.kind for report in folder.reports}
    assert sum(f'stroke="{style.INK}"' in path for path in paths) == len(folder.reports) + len(kinds)


def test_the_first_day_out_of_stock_is_marked_where_it_is_said(tmp_path: Path) -> None:
    """A stock that runs out under both plans has a mark in the words and one on the time axis for each."""
    folder = made.held(TWO, runs=2)
    _, spec, drawn = page("stocks", folder)
    dry = drawn[drawn["runs_out"] > 0][["crossing", "stock", "plan"]].drop_duplicates()
    paths = re.findall(r"<path [^>]*>", svg(spec, tmp_path))
    assert len(dry) == 2
    for plan in TWO:
        colour = style.look(folder, plan).colour
        assert sum(f'fill="{colour}"' in path and f'stroke="{colour}"' in path for path in paths) == 2
