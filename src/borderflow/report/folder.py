"""A results folder as charts read it: its tables, and the titles that the scenario gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import pandas as pd

from borderflow.experiment.manifest import Manifest
from borderflow.experiment.tables import read_csv, read_parquet
from borderflow.report.text import shown
from borderflow.scenario.additions import everything
from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.units import DAY


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
class Shut:
    """A closure: its title, and its days, both included; ``closes`` and ``opens`` as parts of the day."""

    title: str
    first: date
    last: date
    closes: float = 0
    opens: float = 1


@dataclass(frozen=True)
class Supply:
    """What each person in a space should be given a day, and who says so; what Sphere says where that is another."""

    line: float
    says: str
    sphere: float | None = None


@dataclass(frozen=True)
class Space:
    """A space: its title, whether those without a place are held in a yard, its water and its meals.

    A supply is missing where the space uses none, or where others draw on the same stock, so that its part is not
    known from the tables.
    """

    title: str
    holds: bool = False
    water: Supply | None = None
    meals: Supply | None = None


@dataclass(frozen=True)
class Crossing:
    """A crossing's titles: its own, its stations' in journey order, its phases', its stocks'; closures and spaces.

    A space stands under the key that it has in the tables.
    """

    name: str
    title: str
    stations: dict[str, str]
    phases: tuple[Phase, ...] = ()
    items: dict[str, Item] = field(default_factory=dict)
    closures: tuple[Shut, ...] = ()
    spaces: dict[str, Space] = field(default_factory=dict)

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


@dataclass(frozen=True)
class Firing:
    """A trigger of a plan: the share of runs in which it fired, when first (median of these), and before the start."""

    plan: str
    trigger: str
    share: float
    first: date | None
    before: float = 0.0


@dataclass(frozen=True, eq=False)
class Folder:
    """What a results folder holds. ``plans`` maps each plan's name to its title, the baseline first.

    ``failed``: replications that did not end. ``unverified``: files that are not those which the manifest names.
    ``draws``: on how many posterior draws the runs rest, 0 where arrival levels are not varied.
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
    firings: tuple[Firing, ...] = ()
    draws: int = 0

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
    scenario = everything(load(folder / "scenario.yaml", allow_long=True, yes_really=True))
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
        firings=_firings(folder, scenario, tuple(plans)),
        draws=manifest.rows_done,
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
        closures=tuple(
            Shut(
                shown(shut.title or "Closed") + ("" if "people" in shut.stops else " (supplies only)"),
                max(shut.from_, scenario.start),
                min(shut.to, scenario.end),
                shut.closes / DAY if shut.from_ >= scenario.start else 0,
                shut.opens / DAY if shut.to <= scenario.end else 1,
            )
            for shut in block.closures
            if shut.from_ <= scenario.end and shut.to >= scenario.start
        ),
        spaces={
            f"space.{space}" if space in block.stations else space: Space(
                titled(space, stated.title),
                stated.when_full == "hold",
                *(_supply(scenario, name, space, word) for word in ("water", "meals")),
            )
            for space, stated in block.spaces.items()
        },
    )


SPHERE = 15.0
"""Litres of water a person a day (SD01 of the register)."""


def _supply(scenario: Scenario, crossing: str, space: str, word: str) -> Supply | None:
    """The water or the meals of a space: the standard of the scenario, else Sphere's water and the scenario's meals."""
    block = scenario.crossings[crossing]
    units = {stock: block.stocks[stock].unit for stock in block.stocks}
    uses = {
        stock: use
        for stock, use in block.spaces[space].uses.items()
        if (units.get(stock) == "l" if word == "water" else not units.get(stock) and "meal" in stock.lower())
    }
    if not uses:
        return None
    for standard in scenario.standards.values():
        here = standard.crossing in (None, crossing) and standard.station in (None, space, f"space.{space}")
        if here and standard.indicator == f"{word}_per_person_day" and standard.at_least is not None:
            wanted = standard.bound_in("litres" if word == "water" else "meals")
            return Supply(wanted, "standard", SPHERE if word == "water" and wanted != SPHERE else None)
    if word == "water":
        return Supply(SPHERE, "Sphere")
    wanted = sum(use.per_person.number * len(use.at) for use in uses.values())
    return Supply(wanted, "what each person should get")


def _firings(folder: Path, scenario: Scenario, plans: tuple[str, ...]) -> tuple[Firing, ...]:
    """Each trigger of the plans, in how many runs it fired and when first."""
    if not (folder / "indicators.csv").is_file() or not any(scenario.plans[plan].triggers for plan in plans):
        return ()
    table = read_csv(folder / "indicators.csv")
    rows = table[table["plan"].isin(plans)].to_dict("records")
    seen = {(row["plan"], row["item"]): row["p50"] for row in rows if row["indicator"] == "trigger_seen"}
    early = {(row["plan"], row["item"]): row["mean"] for row in rows if row["indicator"] == "trigger_fired_before"}
    firings = []
    for row in rows:
        if row["indicator"] == "trigger_fired":
            day = seen.get((row["plan"], row["item"]))
            first = None if day is None or pd.isna(day) else scenario.start + timedelta(days=int(day))
            before = float(early.get((row["plan"], row["item"]), 0.0))
            firings.append(Firing(row["plan"], row["item"], float(row["mean"]), first, before))
    return tuple(firings)


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
