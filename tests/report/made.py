"""Results folders made by hand: two crossings, 27 days, a rush, kits that run out."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from borderflow.evidence.register import CAPACITY_COLUMNS, EVENT_COLUMNS
from borderflow.experiment.manifest import Manifest
from borderflow.experiment.tables import write_parquet
from borderflow.report.folder import Crossing, Folder, Item, Phase, Report

FIRST, LAST = date(2023, 10, 25), date(2023, 11, 20)
STATIONS = {
    "exit_check": "Exit check", "gate": "Gate", "registration": "Registration", "health": "Health",
    "cash": "Cash", "kits": "Kits", "transport": "Transport",
}  # fmt: skip
PLANS = {
    "as_reported": "What stood there in November 2023",
    "more_desks": "Twenty more registration desks at Torkham from 25 October",
    "kits_forward": "Ten thousand kits moved forward before the deadline",
}
MANY = {**PLANS, "night_shift": "Registration round the clock", "all_of_it": "Desks, kits and nights together"}
CAPACITY = {
    "torkham": {"exit_check": 24000, "gate": 24600, "registration": 9000, "health": 30000, "cash": 12000,
                "kits": 11000, "transport": 10500},
    "spin_boldak": {"exit_check": 9000, "gate": 9000, "registration": 3500, "health": 9000, "cash": 4200, "kits": 4500,
                    "transport": 6000},
}  # fmt: skip
LEVEL = {"torkham": 26000, "spin_boldak": 5200}
KITS = {"torkham": 9000, "spin_boldak": 2600}


def days(first: date = FIRST, last: date = LAST) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def tables(
    plans: dict[str, str] = PLANS, runs: int = 20, scale: float = 1.0, first: date = FIRST, last: date = LAST
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Daily and stock tables of a queue that flows from station to station once a day."""
    daily: list[dict[str, Any]] = []
    stock: list[dict[str, Any]] = []
    every = days(first, last)
    rush = (date(2023, 11, 1) - first).days
    for run in range(runs):
        for crossing, level in LEVEL.items():
            random = np.random.default_rng([run, len(crossing)])
            t = np.arange(len(every)) - rush
            shape = np.where(t < -4, 0.05, np.where(t < 0, 0.3 * 1.35**t, 0.06 + 0.94 * 0.5 ** (t / 2.5)))
            arrived = np.round(level * shape * random.gamma(25, 1 / 25, len(every)) * scale)
            for number, plan in enumerate(plans):
                _one(daily, stock, (plan, run, crossing), number, every, arrived, random.integers(2, 5))
    return pd.DataFrame(daily), pd.DataFrame(stock)


def _one(
    daily: list[dict[str, Any]], stock: list[dict[str, Any]], key: tuple[str, int, str], number: int,
    every: list[date], arrived: np.ndarray, lead: int,
) -> None:  # fmt: skip
    plan, run, crossing = key
    capacity = dict(CAPACITY[crossing])
    if number in (1, 4) and crossing == "torkham":
        capacity["registration"] = 16000
    if number == 3:
        capacity["registration"] *= 1.4
    line = dict.fromkeys(STATIONS, 0.0)
    kits, ordered = float(KITS[crossing] * (2.2 if number in (2, 4) else 1)), {}
    for n, day in enumerate(every):
        flow = float(arrived[n])
        came, crossed = flow, 0.0
        inside = 0.0
        for station in STATIONS:
            line[station] += flow
            peak = line[station] * 0.8 if line[station] > capacity[station] * 0.6 else flow * 0.05
            done = min(line[station], capacity[station])
            line[station] -= done
            wait = np.nan if flow == 0 else 60 * 20 + 86400 * line[station] / capacity[station]
            flow = done
            if station == "gate":
                crossed = done
            inside += line[station]
            daily.append(_row(plan, run, crossing, station, day, done, peak, wait, line[station]))
        whole = _row(plan, run, crossing, "", day, flow, inside, np.nan, inside)
        daily.append({**whole, "arrived": came, "crossed": crossed})
        received = ordered.pop(n, 0.0)
        want = round(crossed / 6)
        issued = min(want, kits + received)
        stock.append(_stock(plan, run, crossing, "kits", day, kits, received, issued, want))
        kits += received - issued
        if kits < 3000 and not ordered:
            ordered[n + int(lead)] = KITS[crossing] * 0.8
        water = 170000.0
        used = min(water, crossed * 6)
        stock.append(_stock(plan, run, crossing, "water", day, 0.0, water, used, crossed * 6))


def _row(
    plan: str, run: int, crossing: str, station: str, day: date, done: float, peak: float, wait: float, inside: float
) -> dict[str, Any]:
    return {
        "plan": plan, "replication": run, "crossing": crossing, "station": station, "date": day, "arrived": done,
        "processed": done, "completed": done, "gave_up": 0, "not_admitted": 0, "missed": 0,
        "queue_peak": round(peak), "queue_mean": round(peak / 2), "wait_p50": wait / 2, "wait_p95": wait,
        "wait_mean": wait / 2, "same_day": 1.0, "inside_midnight": round(inside), "crossed": np.nan,
    }  # fmt: skip


def _stock(
    plan: str,
    run: int,
    crossing: str,
    item: str,
    day: date,
    opening: float,
    received: float,
    issued: float,
    want: float,
) -> dict[str, Any]:
    unmet = max(0.0, want - issued)
    return {
        "plan": plan, "replication": run, "crossing": crossing, "stock": item, "date": day, "opening": opening,
        "received": received, "transferred_in": 0, "issued": issued, "transferred_out": 0, "lost": 0,
        "closing": opening + received - issued, "unmet": unmet, "stockout_hours": 9.0 if unmet else 0.0,
        "demanded": want,
    }  # fmt: skip


PHASES = (
    Phase("Announcement", FIRST), Phase("Rush", date(2023, 10, 28)), Phase("Deportation", date(2023, 11, 1)),
    Phase("Enlarged exit", date(2023, 11, 3)), Phase("Ebb", date(2023, 11, 12)),
)  # fmt: skip
ITEMS = {"kits": Item("Kits"), "water": Item("Water", "l")}
REPORTS = (
    Report("torkham", date(2023, 10, 28), 8000, "about", "oct28"),
    Report("torkham", date(2023, 10, 30), 11553, "exact", "oct30"),
    Report("torkham", date(2023, 10, 31), 12000, "at_least", "oct31"),
    Report("torkham", date(2023, 11, 1), 24000, "at_least", "nov01"),
    Report("torkham", date(2023, 11, 2), 19344, "exact", "nov02"),
    Report("torkham", date(2023, 11, 5), 6584, "exact", "nov05"),
)


def held(
    plans: dict[str, str] = PLANS, runs: int = 20, scale: float = 1.0, first: date = FIRST, last: date = LAST,
    **words: Any,
) -> Folder:  # fmt: skip
    """A folder as charts read it, without files."""
    daily, stock = tables(plans, runs, scale, first, last)
    crossings = (
        Crossing("torkham", "Torkham, Nangarhar", STATIONS, PHASES, ITEMS),
        Crossing("spin_boldak", "Spin Boldak, Kandahar", STATIONS, PHASES[:3], ITEMS),
    )
    folder = Folder(
        "First phase of the repatriation plan, as received at Torkham and Spin Boldak", first, last, dict(plans),
        crossings, daily, stock, REPORTS, seed=20231101, version="0.1.0",
    )  # fmt: skip
    return replace(folder, **words)


SCENARIO = """\
borderflow: 1
name: made
title: {title}
start: {first}
end: {last}
{register}
households: {{size: 6}}
crossings:
{crossings}
plans:
{plans}
"""
CROSSING = """\
  {name}:
    title: {title}
    arrivals:
      phases:
        - {{phase: before, from: 2023-10-01, persons_per_day: 900, shape: step}}
        - {{phase: rush, title: Rush, from: 2023-10-28, persons_per_day: 9000, shape: step}}
        - {{phase: far_off, from: 2024-10-28, persons_per_day: 10, shape: step}}
    journey: [{journey}]
    stations:
{stations}
    stocks: {{kits: {{opening: 9000}}, water: {{opening: 0 l, daily: 170000 l}}}}
"""
FLOWS = """\
id,crossing,population,quantity,value,unit,qualifier,start_date,end_date,publisher,title,published,url,note
a,torkham,all,daily_returns,11553,persons/day,exact,2023-10-30,2023-10-30,P,T,,,
b,torkham,all,daily_returns,24000,persons/day,over,2023-11-01,2023-11-01,P,T,,,
c,torkham,all,daily_returns,6000,persons/day,about,2023-11-05,2023-11-05,P,T,,,
d,torkham,all,daily_returns,7000,persons/day,up_to,2023-11-06,2023-11-06,P,T,,,
e,torkham,all,queue,28000,persons,about,2023-11-01,2023-11-01,P,T,,,
f,torkham,all,daily_returns,500,persons/day,exact,2024-11-01,2024-11-01,P,T,,,
"""


def written(
    folder: Path,
    plans: dict[str, str] = PLANS,
    runs: int = 2,
    scale: float = 1.0,
    title: str = "Made",
    reports: bool = True,
) -> Path:
    """A results folder as a run writes it."""
    folder.mkdir(parents=True, exist_ok=True)
    daily, stock = tables(plans, runs, scale)
    write_parquet(daily, folder / "daily.parquet")
    write_parquet(stock, folder / "stock.parquet")
    stations = "\n".join(
        f"      {name}: {{title: {said}, service: {{fixed: 1 min}}, desks: 9, open: 24 h}}"
        for name, said in STATIONS.items()
    )
    crossings = "".join(
        CROSSING.format(name=name, title=said, journey=", ".join(STATIONS), stations=stations)
        for name, said in (("torkham", "'Torkham, Nangarhar'"), ("spin_boldak", "'Spin Boldak, Kandahar'"))
    )
    named = "\n".join(f"  {name}: {{title: {json.dumps(said, ensure_ascii=False)}}}" for name, said in plans.items())
    text = SCENARIO.format(
        title=json.dumps(title, ensure_ascii=False), first=FIRST, last=LAST, crossings=crossings, plans=named,
        register="register: evidence" if reports else "",
    )  # fmt: skip
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    if reports:
        (folder / "evidence").mkdir(exist_ok=True)
        (folder / "evidence" / "flows.csv").write_text(FLOWS, encoding="utf-8")
        for name, columns in (("events", EVENT_COLUMNS), ("capacity", CAPACITY_COLUMNS)):
            (folder / "evidence" / f"{name}.csv").write_text(",".join(columns) + "\n", encoding="utf-8")
    manifest = Manifest(
        version="0.1.0", command="run", name="made", title=title, scenario_hash="", seed=7, plans=tuple(plans),
        replications=runs, done=runs, failed=(), engine="simpy", workers=1, platform="", packages={}, started="",
        seconds=1.0, evidence=(),
    )  # fmt: skip
    manifest.with_outputs(folder, ["daily.parquet", "stock.parquet", "scenario.yaml"]).write(folder)
    return folder
