"""A results folder as charts read it: its tables, and the titles that the scenario gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from borderflow.experiment.manifest import Manifest
from borderflow.experiment.tables import read_parquet
from borderflow.report.text import shown
from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario


@dataclass(frozen=True)
class Item:
    """A stock's title and unit (``l``, or empty for things that are counted)."""

    title: str
    unit: str = ""


@dataclass(frozen=True)
class Phase:
    """A phase's title and the day on which it is first in force within the period shown."""

    title: str
    first: date


@dataclass(frozen=True)
class Crossing:
    """A crossing's titles: its own, its stations' in journey order, its phases', its stocks'."""

    name: str
    title: str
    stations: dict[str, str]
    phases: tuple[Phase, ...] = ()
    items: dict[str, Item] = field(default_factory=dict)

    @property
    def short(self) -> str:
        """The title up to its first comma: 'Torkham' of 'Torkham, Nangarhar'."""
        return self.title.split(",")[0].strip() or self.title


@dataclass(frozen=True)
class Report:
    """A reported day count. ``kind``: ``exact``, ``about`` (rounded), ``at_least`` or ``at_most``."""

    crossing: str
    date: date
    persons: float
    kind: str
    id: str = ""


@dataclass(frozen=True, eq=False)
class Folder:
    """What a results folder holds. ``plans`` maps each plan's name to its title, the baseline first.

    ``failed``: replications that did not end. ``unverified``: files that are not those which the manifest names.
    """

    title: str
    first: date
    last: date
    plans: dict[str, str]
    crossings: tuple[Crossing, ...]
    daily: pd.DataFrame
    stock: pd.DataFrame
    reports: tuple[Report, ...] = ()
    failed: int = 0
    seed: int | None = None
    version: str = ""
    unverified: tuple[str, ...] = ()

    @cached_property
    def runs(self) -> int:
        """Replications in the tables."""
        return int(self.daily["replication"].nunique())

    def crossing(self, name: str) -> Crossing:
        return next(crossing for crossing in self.crossings if crossing.name == name)

    def item(self, crossing: str, stock: str) -> Item:
        """A stock's title and unit; a warehouse calls it as the crossings do."""
        here = [place.items[stock] for place in self.crossings if place.name == crossing and stock in place.items]
        anywhere = [place.items[stock] for place in self.crossings if stock in place.items]
        return (here + anywhere + [Item(titled(stock))])[0]

    def place(self, crossing: str) -> str:
        """Where a stock lies: 'at Torkham', or 'in the warehouses'."""
        return f"at {self.crossing(crossing).short}" if crossing else "in the warehouses"


def titled(name: str, title: str | None = None) -> str:
    """A title for print; without one, the name in words: ``cash_grants`` is 'Cash grants'."""
    said = shown(title) if title else ""
    if said:
        return said
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def read(folder: Path) -> Folder:
    """Read a results folder. Without a manifest (a run that did not finish) it raises ``Unverified``."""
    manifest = Manifest.read(folder)
    scenario = load(folder / "scenario.yaml")
    said = {name: plan.title or "" for name, plan in scenario.plans.items()}
    plans = {name: shown(said.get(name, "")) for name in manifest.plans}
    names = set(scenario.crossings)
    daily = read_parquet(folder / "daily.parquet")
    stock = read_parquet(folder / "stock.parquet")
    return Folder(
        title=shown(scenario.title),
        first=scenario.start,
        last=scenario.end,
        plans=plans,
        crossings=tuple(_crossing(scenario, name) for name in scenario.crossings),
        daily=daily[daily["crossing"].isin(names) & daily["plan"].isin(list(plans))],
        stock=stock[stock["plan"].isin(list(plans))],
        reports=reported(folder, scenario),
        failed=len(manifest.failed),
        seed=manifest.seed,
        version=manifest.version,
        unverified=tuple(manifest.changed(folder)),
    )


def _crossing(scenario: Scenario, name: str) -> Crossing:
    block = scenario.crossings[name]
    title = titled(name, block.title)
    phases = [Phase(titled(p.phase, p.title), max(p.from_, scenario.start)) for p in block.arrivals.phases]
    inside = [
        phase
        for phase, later in zip(phases, [*block.arrivals.phases[1:], None], strict=True)
        if phase.first <= scenario.end and (later is None or later.from_ > scenario.start)
    ]
    return Crossing(
        name=name,
        title=title,
        stations={station: titled(station, block.stations[station].title) for station in block.journey},
        phases=tuple(inside),
        items={
            stock: Item(titled(stock, block.stocks[stock].title), block.stocks[stock].unit) for stock in block.stocks
        },
    )


def reported(folder: Path, scenario: Scenario) -> tuple[Report, ...]:
    """Day counts of the evidence register that lie in the period; none where the scenario names no register."""
    if not scenario.register_ or not (folder / scenario.register_ / "flows.csv").is_file():
        return ()
    from borderflow.evidence import register

    kinds = {"at_least": "at_least", "at_most": "at_most"}
    rows = register.load(folder / scenario.register_)
    return tuple(
        Report(name, row.end, row.value, kinds.get(row.bound, "exact" if row.qualifier == "exact" else "about"), row.id)
        for name in scenario.crossings
        for row in rows.daily_counts(name, scenario.start, scenario.end)
        if row.end is not None
    )
