"""The answer of a run: what happens at each crossing under each plan, looked up in the tables as plain values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from borderflow.scenario.additions import as_planned

if TYPE_CHECKING:
    import pandas as pd

    from borderflow.experiment.results import Results
    from borderflow.scenario.scenario import Scenario

Answer = dict[str, Any]


def answer(results: Results, scenario: Scenario) -> Answer:
    """What the run says; the printed answer and ``--json`` say the same."""
    manifest = results.manifest
    found = _Found(results.indicators, scenario.start)
    from borderflow.measure.summary import currency

    money = currency(scenario)
    crossings = [
        {
            "crossing": name,
            "title": block.title or name,
            "plans": [
                {"plan": plan, **found.crossing(plan, name, money), **_spaces(results, found, scenario, plan, name)}
                for plan in manifest.plans
            ],
        }
        for name, block in scenario.crossings.items()
    ]
    return {
        "scenario": manifest.name,
        "title": manifest.title,
        "start": scenario.start.isoformat(),
        "end": scenario.end.isoformat(),
        "seed": manifest.seed,
        "replications": {
            "asked": manifest.replications,
            "done": manifest.done,
            "failed": [failure["replication"] for failure in manifest.failed],
        },
        "calibration": manifest.draws and {"name": manifest.draws["calibration"], "draws": manifest.rows_done},
        "plans": {plan: scenario.plans[plan].title or plan for plan in manifest.plans},
        "crossings": crossings,
        "whole": [
            {
                "plan": plan,
                **found.whole(plan, money),
                "triggers": found.triggers(plan),
                "funds": found.funds(plan, list(scenario.funds), money),
            }
            for plan in manifest.plans
        ],
        "standards": found.standards(manifest.plans, scenario),
        "folder": str(results.folder),
    }


FEW = 50
"""Persons; on days with fewer in a space, what each of them was given is not said."""


def tellable(nights: pd.DataFrame, *, held: bool) -> pd.Series:
    """Days of one space (its daily rows) on which what a person was given says something of those who were there.

    Not where few are there, by the mean of the midnights at both ends of the day (of the first day: the one that ends
    it), and not where people double or halve between them: who comes after the hour of giving out counts as one who
    got nothing. Those without a place count, unless they are ``held`` in the yard. Aligned with ``nights``.
    """
    people = nights["inside_midnight"] + (0 if held else nights["outside_midnight"])
    in_order = nights.sort_values(["plan", "replication", "date"]).index
    before = people.loc[in_order].groupby([nights["plan"], nights["replication"]]).shift().reindex(nights.index)
    before = before.fillna(people)
    return (people + before >= 2 * FEW) & (people <= 2 * before) & (before <= 2 * people)


class _Found:
    """Looks numbers up in the indicator table, with what is known of how sure they are."""

    def __init__(self, indicators: pd.DataFrame, start: date) -> None:
        self._rows = {
            (row["plan"], row["crossing"], row["station"], row["item"], row["group"], row["indicator"]): row
            for row in indicators.to_dict("records")
        }
        self._start = start

    def number(
        self, plan: str, crossing: str, indicator: str, station: str = "", item: str = ""
    ) -> dict[str, Any] | None:
        key = (plan, crossing, station, item, "", indicator)
        row = self._rows.get(key)
        if row is None or not math.isfinite(row["mean"]):
            return None
        return {
            "mean": float(row["mean"]),
            "ci_low": float(row["ci_low"]),
            "ci_high": float(row["ci_high"]),
            "median": float(row["p50"]),
            "n_defined": int(row["n_defined"]),
            "lower_bound": bool(row["lower_bound"]),
        }

    def _day(self, days: float | None) -> str | None:
        if days is None or not math.isfinite(days):
            return None
        return (self._start + timedelta(days=math.floor(days))).isoformat()

    def _places(self, plan: str, crossing: str, indicator: str, which: int) -> list[str]:
        """Stations (2) or items (3) for which a crossing has an indicator."""
        return [
            key[which] for key in self._rows if (key[0], key[1], key[4], key[5]) == (plan, crossing, "", indicator)
            and key[which] and not key[5 - which]
        ]  # fmt: skip

    def _largest(self, plan: str, crossing: str, indicator: str) -> dict[str, Any] | None:
        numbers = [
            {"station": station, **value}
            for station in self._places(plan, crossing, indicator, 2)
            if (value := self.number(plan, crossing, indicator, station=station))
        ]
        return max(numbers, key=lambda value: float(value["mean"]), default=None)

    def crossing(self, plan: str, crossing: str, money: str) -> Answer:
        """The answer for one crossing under one plan."""
        queue = self._largest(plan, crossing, "queue_peak")
        if queue is not None:
            on = self.number(plan, crossing, "queue_peak_day", station=queue["station"])
            queue["date"] = self._day(on["median"] if on else None)
        return {
            "crossed": self.number(plan, crossing, "crossed"),
            "same_day": self.number(plan, crossing, "same_day"),
            "longest_wait": self._largest(plan, crossing, "wait_p95"),
            "peak_queue": queue,
            "stockouts": self._stockouts(plan, crossing),
            "without": [
                {
                    "item": item,
                    "persons": persons,
                    "households": self.number(plan, crossing, "without_item_households", item=item),
                }
                for item in self._places(plan, crossing, "without_item", 3)
                if (persons := self.number(plan, crossing, "without_item", item=item))
            ],
            "rations": self._rations(plan, crossing),
            "cost": _money(self.number(plan, crossing, "cost"), money),
        }

    def _stockouts(self, plan: str, crossing: str) -> list[Answer]:
        """Items in the order in which they run out; those that never do come last."""
        outs = []
        for item in self._places(plan, crossing, "stockout", 3):
            chance = self.number(plan, crossing, "stockout", item=item)
            first = self.number(plan, crossing, "first_stockout", item=item)
            if chance is not None:
                day = first["median"] if first else None
                outs.append((math.inf if day is None else day, {
                    "item": item, "probability": chance["mean"],
                    "ci_low": chance["ci_low"], "ci_high": chance["ci_high"], "median_date": self._day(day),
                }))  # fmt: skip
        return [out for _, out in sorted(outs, key=lambda pair: pair[0])]

    def _rations(self, plan: str, crossing: str) -> list[Answer]:
        """Of what only the people in spaces use: how much was due and not given out, and its share of what was due."""
        handed = set(self._places(plan, crossing, "without_item", 3))
        rations = []
        for item in self._places(plan, crossing, "unmet", 3):
            unmet = self.number(plan, crossing, "unmet", item=item)
            due = self.number(plan, crossing, "demanded", item=item)
            if item not in handed and unmet and due and due["mean"] > 0:
                unit = str(self._rows[plan, crossing, "", item, "", "unmet"]["unit"])
                rations.append({"item": item, "unit": unit, "unmet": unmet, "share": unmet["mean"] / due["mean"]})
        return rations

    def whole(self, plan: str, money: str) -> Answer:
        """The answer for all crossings together."""
        return {
            "crossed": self.number(plan, "", "crossed"),
            "cost": _money(self.number(plan, "", "cost"), money),
        }

    def triggers(self, plan: str) -> list[Answer]:
        """Each trigger of a plan: in how many runs it fired, when first, and in how many before the start."""
        fired = []
        for name, crossing, station, item, _, indicator in self._rows:
            if (name, crossing, station, indicator) == (plan, "", "", "trigger_fired"):
                words = ("trigger_fired", "trigger_seen", "trigger_fired_before")
                chance, seen, before = (self.number(plan, "", word, item=item) for word in words)
                if chance:
                    on = self._day(seen["median"]) if seen else None
                    told = {"trigger": item, "probability": chance["mean"], "median_date": on}
                    fired.append({**told, "before": before["mean"] if before else 0.0})
        return fired

    def funds(self, plan: str, names: Sequence[str], money: str) -> list[Answer]:
        """Each fund under a plan: how likely it runs short and when first, the least in it, and what had to wait."""
        found = []
        for name in names:
            words = ("fund_short", "fund_first_short", "unfunded_hours", "fund_lowest", "unfunded", "unfunded_at_end")
            chance, first, hours, *sums = (self.number(plan, "", word, item=name) for word in words)
            if chance is not None:
                found.append({
                    "fund": name, "probability": chance["mean"],
                    "ci_low": chance["ci_low"], "ci_high": chance["ci_high"],
                    "median_date": self._day(first["median"] if first else None), "hours": hours,
                    **dict(zip(("lowest", "unfunded", "unfunded_at_end"), (_money(one, money) for one in sums),
                               strict=True)),
                })  # fmt: skip
        return found

    def standards(self, plans: Sequence[str], scenario: Scenario) -> list[Answer]:
        """Each standard under each plan: how likely it holds, and whether that is as sure as was wanted."""
        found = []
        for (plan, crossing, station, item, group, indicator), row in self._rows.items():
            if indicator != "standard" or item not in scenario.standards or station or group or plan not in plans:
                continue
            chance, wanted = float(row["mean"]), scenario.standards[item].surely
            found.append(
                {
                    "plan": plan,
                    "crossing": crossing,
                    "standard": item,
                    "probability": chance,
                    "ci_low": float(row["ci_low"]),
                    "ci_high": float(row["ci_high"]),
                    "wanted": wanted,
                    "met": chance >= wanted if math.isfinite(chance) else None,
                }
            )
        return found


def _spaces(results: Results, found: _Found, scenario: Scenario, plan: str, crossing: str) -> Answer:
    """Who has shelter and who has none at the fullest midnight, and the water of the worst day; nothing without spaces.

    The dates are medians over runs of the day on which the number is greatest or least.
    """
    block = as_planned(scenario, plan).crossings[crossing]
    if not block.spaces:
        return {}
    daily = results.daily
    daily = daily[(daily["plan"] == plan) & (daily["crossing"] == crossing)]
    keys = {f"space.{name}" if name in block.stations else name: space for name, space in block.spaces.items()}
    by = ["replication", "date"]
    inside = daily[daily["station"].isin(list(keys))].groupby(by)["inside_midnight"].sum()
    everyone = daily[daily["station"] == ""].set_index(by)["inside_midnight"].sort_index()
    said: Answer = {}
    for word, nights in (("overnight_inside", inside), ("overnight_outside", everyone - inside)):
        number = found.number(plan, crossing, word)
        said[word] = number and {**number, "date": _usual_day(nights.groupby("replication").idxmax())}
    least: list[Answer] = []
    for key, space in keys.items():
        there = daily[daily["station"] == key].reset_index(drop=True)
        told = tellable(there, held=space.when_full == "hold")
        given = there[told].set_index(by)["water_per_person_day"].dropna().groupby("replication")
        if len(given):
            lowest = [float(value) for value in given.min()]
            mean = sum(lowest) / len(lowest)
            least.append({"space": key, "mean": mean, "ci_low": math.nan, "ci_high": math.nan,
                          "date": _usual_day(given.idxmin())})  # fmt: skip
    said["least_water"] = min(least, key=lambda one: one["mean"], default=None)
    return said


def _usual_day(places: pd.Series) -> str | None:
    """The median date of (replication, date) pairs, the earlier of the middle two."""
    days = sorted(day for _, day in places)
    return days[(len(days) - 1) // 2].isoformat() if days else None


def _money(number: dict[str, Any] | None, money: str) -> dict[str, Any] | None:
    return None if number is None else {**number, "currency": money}
