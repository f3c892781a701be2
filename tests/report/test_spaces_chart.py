"""The spaces chart and closures: who sleeps where, what water each has, and what is drawn of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import altair as alt
import made
import pandas as pd
import pytest
from altair.utils.schemapi import validate_jsonschema
from test_charts import page, svg, title, walk

from borderflow.experiment.manifest import Manifest
from borderflow.experiment.tables import read_parquet, write_parquet
from borderflow.report import arrivals, series, spaces, style
from borderflow.report.charts import draw
from borderflow.report.folder import Firing, Folder, Shut, Space, Supply, read

PLANS = {"now": "", "larger": ""}
PEOPLE = (5000, 20_000, 27_400, 22_000)
FIRST = date(2023, 11, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(len(PEOPLE))]
WATER = 150_000.0


def held(**words: Any) -> Folder:
    """A camp of 5,000 places (25,000 under the other plan) in two runs, 150,000 litres a day, and nothing else."""
    nights, stock = [], []
    for plan, places in (("now", 5000), ("larger", 25_000)):
        for run in range(2):
            for day, people in zip(DAYS, PEOPLE, strict=True):
                key = {"plan": plan, "replication": run, "crossing": "torkham", "date": day}
                inside = min(people, places)
                nights.append({**key, "station": "omari_camp", "inside_midnight": inside,
                               "outside_midnight": people - inside, "places": places,
                               "water_per_person_day": WATER / people,
                               "meals_per_person_day": float("nan")})  # fmt: skip
                stock.append({**key, "stock": "water", "issued": WATER})
    made_of = made.held(PLANS, runs=2, first=FIRST, last=DAYS[-1])
    camp = Space("Omari camp", water=Supply(15, "Sphere"))
    torkham = replace(made_of.crossings[0], spaces={"omari_camp": camp})
    crossings = (torkham, *made_of.crossings[1:])
    daily = pd.concat([made_of.daily, pd.DataFrame(nights)])
    return replace(made_of, daily=daily, stock=pd.DataFrame(stock), crossings=crossings, **words)


def written(folder: Path) -> Path:
    """A results folder of a run with a camp at each crossing that uses the water there."""
    made.written(folder, PLANS)
    daily = read_parquet(folder / "daily.parquet")
    camp = daily[daily["station"] == ""].assign(station="omari_camp", places=5000.0)
    camp["outside_midnight"] = (camp["inside_midnight"] - 5000).clip(lower=0)
    camp["inside_midnight"] -= camp["outside_midnight"]
    for table, water in ((daily, float("nan")), (camp, 12.0)):
        table["water_per_person_day"], table["meals_per_person_day"] = water, float("nan")
    daily["outside_midnight"] = daily["places"] = float("nan")
    write_parquet(pd.concat([daily, camp]), folder / "daily.parquet")
    text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    uses = "{water: {per_person: 7.5 l, at: [06:00, 15:00]}}"
    camps = f"    spaces: {{omari_camp: {{persons: 5000, from: registration, to: transport, uses: {uses}}}}}\n"
    shut = "    closures: [{title: Shut, from: 2023-11-10, to: 2023-11-11, stops: [people]}]\n"
    text = text.replace("    stocks:", f"{camps}{shut}    stocks:")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    Manifest.read(folder).with_outputs(folder, ["daily.parquet", "stock.parquet", "scenario.yaml"]).write(folder)
    return folder


def test_a_fourth_chart_is_written_where_there_are_spaces(tmp_path: Path) -> None:
    """Its SVG, PNG, PDF and CSV; the CSV has the rows that are drawn, in columns that say their unit."""
    folder = written(tmp_path / "made")
    files = {path.name for path in draw(folder) if path.stem == "spaces"}
    assert files == {"spaces.svg", "spaces.png", "spaces.pdf", "spaces.csv"}
    _, spec, drawn = page("spaces", read(folder))
    validate_jsonschema(spec, alt.load_schema())
    lines = (folder / "charts" / "spaces.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + len(spec["datasets"]["drawn"]) == 1 + len(drawn)
    assert lines[0].startswith(
        "crossing,space,plan,date,p05_inside_persons,inside_persons,p95_inside_persons,p05_outside_persons,"
        "outside_persons,p95_outside_persons,places,people,p05_water_litres,water_litres,p95_water_litres,water_line,"
    )
    assert set(drawn["water_line"]) == {15.0}
    assert set(drawn.loc[drawn["closed"] == "Shut", "date"]) == {date(2023, 11, 10), date(2023, 11, 11)}


def test_the_title_names_the_night_on_which_most_stand_outside() -> None:
    """Space, people, date, places, those outside; and what the other plan makes of it."""
    _, spec, _ = page("spaces", held())
    assert title(spec) == (
        "Omari camp: 27,400 people on 3 November in 5,000 places; 22,400 stand outside under ‘now’, "
        "at most 2,400 under ‘larger’."
    )


def test_a_space_that_is_never_full_is_said_to_be_enough() -> None:
    """Where everybody has a place, the fullest night is named."""
    folder = held()
    folder = replace(folder, plans={"larger": ""}, daily=folder.daily[folder.daily["inside_midnight"] != 25_000])
    folder = replace(folder, daily=folder.daily[folder.daily["plan"] == "larger"])
    _, spec, _ = page("spaces", folder)
    assert title(spec) == "Omari camp: 22,000 people on 4 November in 25,000 places; everybody has a place."


def test_without_spaces_there_is_no_chart_of_them() -> None:
    """A scenario without spaces gets no empty page."""
    assert spaces.sheets(made.held(PLANS, runs=2)) == []


def test_water_is_that_of_the_daily_table() -> None:
    """150,000 litres a day by the people of the day; while people quadruple from midnight to midnight, nothing."""
    drawn = spaces.table(held(), ["now"])
    water = drawn["water_litres"].tolist()
    assert water[0] == pytest.approx(30)
    assert pd.isna(water[1])
    assert water[2:] == pytest.approx([WATER / 27_400, WATER / 22_000], abs=0.01)


def test_no_water_is_told_of_days_with_few_people() -> None:
    """Under the mean of 50 people at the midnights of both ends, and then only: 49.5 and 50."""
    nights = pd.DataFrame(
        {"plan": "now", "replication": 0, "date": DAYS, "inside_midnight": [49, 50, 50, 60], "outside_midnight": 0}
    )
    assert series.tellable(nights, held=False).tolist() == [False, False, True, True]
    backwards = nights.iloc[::-1]
    assert series.tellable(backwards, held=False).tolist() == [True, True, False, False]


def test_who_is_held_in_the_yard_does_not_share_the_water() -> None:
    """Where a full space holds people in its yard, only those with a place are its people: 5,000 on every night."""
    folder = held()
    nights = folder.daily[(folder.daily["station"] == "omari_camp") & (folder.daily["plan"] == "now")]
    nights = nights.reset_index(drop=True)
    assert series.tellable(nights, held=True).all()
    assert not series.tellable(nights, held=False).all()


def test_the_line_of_water_and_of_places_is_drawn(tmp_path: Path) -> None:
    """Water is held against its standard, said in the panel; people against the places of each plan."""
    folder = held()
    _, spec, drawn = page("spaces", folder)
    assert set(drawn["water_line"]) == {15.0}
    assert "Water, litres a person a day (line: 15, Sphere)" in svg(spec, tmp_path)
    fields = {b["encoding"]["y"].get("field") for b in walk(spec) if "mark" in b and "y" in b.get("encoding", {})}
    assert {"places", "water_line"} <= fields


def test_a_standard_below_spheres_does_not_hide_it(tmp_path: Path) -> None:
    """Six litres are the scenario's standard: Sphere's 15 stand beside them as dots, in the label and in the table."""
    folder = held()
    torkham, boldak = folder.crossings
    camp = Space("Omari camp", water=Supply(6, "standard", sphere=15))
    folder = replace(folder, crossings=(replace(torkham, spaces={"omari_camp": camp}), boldak))
    _, spec, drawn = page("spaces", folder)
    assert set(drawn["water_sphere"]) == {15.0}
    assert "Water, litres a person a day (line: 6, standard; dots: 15, Sphere)" in svg(spec, tmp_path)
    dotted = [block for block in walk(spec) if block.get("encoding", {}).get("y", {}).get("field") == "water_sphere"]
    assert [block["mark"]["strokeDash"] for block in dotted] == [[1, 3]]
    _, spec, drawn = page("spaces", held())
    assert drawn["water_sphere"].isna().all()
    assert "dots" not in svg(spec, tmp_path)


@pytest.mark.parametrize(("litres", "sphere"), [("6 l", 15.0), ("15 l", None)])
def test_the_standard_of_the_scenario_is_read_with_spheres_beside_it(
    litres: str, sphere: float | None, tmp_path: Path
) -> None:
    folder = written(tmp_path / "made")
    text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    water = f"\nstandards:\n  water: {{indicator: water_per_person_day, at_least: {litres}}}\n"
    (folder / "scenario.yaml").write_text(text + water, encoding="utf-8")
    found = read(folder).crossing("torkham").spaces["omari_camp"].water
    assert found == Supply(float(litres.split()[0]), "standard", sphere)


def test_closures_are_shaded_named_and_in_the_table(tmp_path: Path) -> None:
    """Each day of a closure is a row of the arrivals table; the ground is shaded at that crossing alone."""
    folder = held()
    torkham, boldak = folder.crossings
    folder = replace(folder, crossings=(replace(torkham, closures=(Shut("Gate shut", DAYS[1], DAYS[2]),)), boldak))
    _, spec, _ = page("arrivals", folder)
    table = arrivals.table(folder, list(PLANS))
    shut = table[table["series"] == "closure"]
    assert shut[["crossing", "date", "label"]].to_numpy().tolist() == [
        ["torkham", DAYS[1], "Gate shut"], ["torkham", DAYS[2], "Gate shut"],
    ]  # fmt: skip
    text = svg(spec, tmp_path)
    assert text.count(f'fill="{style.SHUT}"') == 1
    assert ">Gate shut<" in text
    assert set(spaces.table(folder, ["now"])["closed"]) == {"", "Gate shut"}


def test_triggers_are_said_under_the_title() -> None:
    """When a trigger of a drawn plan first fires, and in how many runs."""
    folder = held(firings=(Firing("larger", "surge_desks", 0.5, DAYS[1]),))
    said = " ".join(page("spaces", folder)[1]["title"]["subtitle"]).replace("\u00a0", " ")
    assert "Triggers: surge desks of ‘larger’ fires first on 2 November, in 1 of 2 runs." in said
