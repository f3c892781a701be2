"""What the plans of a shipped scenario come to, as the tables on its page: written from a results folder.

    borderflow run scenarios/NAME.yaml
    python scenarios/plan_tables.py NAME [RESULTS] [--check]

Rewrites what stands between the marks of ``docs/scenarios/NAME.md`` (for quickstart also those of README.md) from
``RESULTS`` (``results/NAME``). With ``--check`` nothing is written: it ends with 1 if a page says something else.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from borderflow.experiment.answer import answer
from borderflow.experiment.results import Results
from borderflow.report.summary import MONTHS, duration, one_decimal, percent, whole_number, with_interval
from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- plans: python scenarios/plan_tables.py {name} -->", "<!-- end of plans -->"


def in_days(value: float) -> str:
    return one_decimal(value)


def hours(value: float) -> str:
    return whole_number(round(value))


def millions(value: float) -> str:
    """A sum in millions, to three significant digits."""
    million = value / 1e6
    return f"{million:.{max(0, 2 - math.floor(math.log10(million)))}f}" if million > 0 else "0"


@dataclass(frozen=True)
class Row:
    """One line of a table: the mean of an indicator, or (``night``) the people in the operation at a midnight."""

    title: str
    indicator: str
    write: Callable[[float], str] = whole_number
    station: str = ""
    item: str = ""
    crossing: str | None = None
    night: date | None = None

    def value(self, results: Results, plan: str, crossing: str) -> str:
        where = crossing if self.crossing is None else self.crossing
        table = results.indicators if self.night is None else results.daily
        here = table[(table["plan"] == plan) & (table["crossing"] == where) & (table["station"] == self.station)]
        if self.night is not None:
            return self.write(float(here[here["date"] == self.night][self.indicator].mean()))
        found = here[(here["indicator"] == self.indicator) & (here["item"] == self.item) & (here["group"] == "")]
        if len(found) != 1:
            raise LookupError(f"{self.title}: {len(found)} rows of {self.indicator} under {plan}")
        row = found.iloc[0]
        if not math.isfinite(row["mean"]):
            return "n/a"
        return ("≥ " if row["lower_bound"] else "") + self.write(float(row["mean"]))


def without(item: str, title: str, crossing: str | None = None) -> Row:
    return Row(f"families meant to get {title} that went without", "without_item_households", item=item,
               crossing=crossing)  # fmt: skip


SAME_DAY = Row("registered on the day of crossing", "same_day", percent)
GAVE_UP = Row("travelled on unregistered and unaided, persons", "gave_up")
REGISTRATION = Row("95 % wait less for registration", "wait_p95", duration, "registration")
VEHICLES = Row("most people waiting for a vehicle", "transport_backlog", station="transport")
NO_KITS = Row("hours without a kit in stock", "stockout_hours", hours, item="kits")
KITS = without("kits", "a kit")
COST = Row("cost, million", "cost", millions)


def of(place: str, row: Row, crossing: str) -> Row:
    """A line of a table of both crossings that speaks of one of them."""
    return Row(f"{place}: {row.title}", row.indicator, row.write, row.station, row.item, crossing, row.night)


TORKHAM, SPIN_BOLDAK, BOTH = ("Torkham", "torkham"), ("Spin Boldak", "spin_boldak"), ("both crossings", "")
CAMP = "omari_camp"
REOPENED = date(2025, 11, 2)
TABLES: dict[str, list[tuple[tuple[str, str], list[Row]]]] = {
    "quickstart": [
        (TORKHAM, [
            SAME_DAY,
            GAVE_UP,
            Row("most people at a midnight, those before the exit check included", "people_overnight_peak"),
            REGISTRATION,
            VEHICLES,
            NO_KITS,
            KITS,
        ]),
        (SPIN_BOLDAK, [SAME_DAY, GAVE_UP, NO_KITS, KITS]),
        (BOTH, [COST]),
    ],
    "phase1-2023": [
        (TORKHAM, [
            SAME_DAY,
            GAVE_UP,
            Row("most people of the camp without a place at a midnight", "overnight_outside", station=CAMP),
            Row("days on which the camp was too small", "days_over_capacity", in_days, CAMP),
            Row("litres of water a person and day, all days together", "water_per_person_day", one_decimal, CAMP),
            Row("most persons per latrine", "persons_per_latrine", station=CAMP),
            VEHICLES,
            KITS,
        ]),
        (BOTH, [KITS, COST]),
    ],
    "closure-2025": [
        (BOTH, [
            of("Torkham", Row("most people without a place at a midnight", "overnight_outside"), "torkham"),
            of("Landi Kotal", Row("litres of water a person and day", "water_per_person_day", one_decimal,
                                  "landi_kotal"), "torkham"),
            of("Torkham", Row("people in the operation, night of 2 November", "inside_midnight", night=REOPENED),
               "torkham"),
            of("Torkham", REGISTRATION, "torkham"),
            of("Torkham", VEHICLES, "torkham"),
            of("Spin Boldak", KITS, "spin_boldak"),
            of("Spin Boldak", Row("95 % wait less for a vehicle", "wait_p95", duration, "transport"), "spin_boldak"),
            COST,
        ]),
    ],
}  # fmt: skip
"""The tables of each page: of which crossing, and their lines."""


def tables(name: str, results: Results, scenario: Scenario) -> str:
    """The tables of a scenario's page, and what their numbers are."""
    plans = results.manifest.plans
    parts = []
    for (title, crossing), rows in TABLES[name]:
        lines = [f"| {title} | {' | '.join(f'`{plan}`' for plan in plans)} |", "|---" * (len(plans) + 1) + "|"]
        for row in rows:
            currency = f" {_currency(scenario)}" if row.indicator == "cost" else ""
            cells = [row.value(results, plan, crossing) for plan in plans]
            lines.append(f"| {row.title}{currency} | {' | '.join(cells)} |")
        parts.append("\n".join(lines))
    return "\n\n".join([*parts, said(results)])


def said(results: Results) -> str:
    """What the numbers are: replications, posterior draws, seed."""
    manifest = results.manifest
    draws = f" on {counted(manifest.rows_done, 'draw')} of the calibration" if manifest.draws is not None else ""
    runs = counted(manifest.done, "replication")
    return f"Mean of {runs}{draws}, seed {manifest.seed}; ≥: people were still waiting at the end."


def counted(many: int, what: str) -> str:
    return f"{many} {what}{'' if many == 1 else 's'}"


def front(results: Results, scenario: Scenario) -> str:
    """The table of the front page: Torkham under each plan, with the intervals of the means."""
    says = answer(results, scenario)
    plans = next(one for one in says["crossings"] if one["crossing"] == "torkham")["plans"]
    people = whole_number(plans[0]["crossed"]["mean"])

    def waits(one: Any) -> str:
        wait = one["longest_wait"]
        return f"{with_interval(wait, duration)}, for {_station(scenario, wait['station'])}"

    def queue(one: Any) -> str:
        peak = one["peak_queue"]
        return f"{with_interval(peak, whole_number)} at {peak['station'].replace('_', ' ')}, {_day(peak['date'])}"

    def kits(one: Any) -> str:
        out = next(out for out in one["stockouts"] if out["item"] == "kits")
        if not out["probability"]:
            return "in no run"
        often = "all" if out["probability"] == 1 else f"{percent(out['probability'])} of"
        return f"in {often} runs, from {_day(out['median_date'])}"

    def lacking(one: Any, item: str, word: str) -> str:
        found = next((each for each in one["without"] if each["item"] == item), None)
        return with_interval(found[word] if found else None, whole_number)

    def cost(one: Any) -> str:
        return with_interval(one["cost"], millions)

    rows: list[tuple[str, Callable[[Any], str]]] = [
        ("registered on the day of crossing", lambda one: with_interval(one["same_day"], percent)),
        ("longest wait: 19 in 20 wait less than", waits),
        ("peak queue, persons", queue),
        ("out of kits", kits),
        ("families without a kit", lambda one: lacking(one, "kits", "households")),
        ("people without a cash grant", lambda one: lacking(one, "cash_grants", "persons")),
        (f"cost, million {_currency(scenario)}", cost),
    ]
    heads = " | ".join(one["plan"].replace("_", " ") for one in plans)
    lines = [f"| Torkham, {people} people | {heads} |", "|---" * (len(plans) + 1) + "|"]
    lines += [f"| {title} | {' | '.join(write(one) for one in plans)} |" for title, write in rows]
    return "\n".join([*lines, "", f"With the 95 % interval of the mean. {said(results)}"])


def _currency(scenario: Scenario) -> str:
    return next(iter(scenario.costs.values())).currency


def _station(scenario: Scenario, name: str) -> str:
    return "a vehicle" if scenario.crossings["torkham"].stations[name].fleet else name.replace("_", " ")


def _day(iso: str) -> str:
    when = date.fromisoformat(iso)
    return f"{when.day} {MONTHS[when.month - 1]}"


def between(page: str, name: str, text: str) -> str:
    """A page with ``text`` between its marks; ``LookupError`` where it has not exactly one pair of them."""
    begin = BEGIN.format(name=name)
    pattern = re.compile(re.escape(begin) + r"\n.*?\n?" + re.escape(END), re.DOTALL)
    if len(pattern.findall(page)) != 1:
        raise LookupError(f"needs one pair of marks, {begin} and {END}")
    return pattern.sub(lambda _: f"{begin}\n{text}\n{END}", page)


def pages(name: str, folder: Path, root: Path = ROOT) -> dict[Path, str]:
    """Each page that shows the plans of a scenario, as it is to be."""
    results = Results.open(folder)
    scenario = load(folder / "scenario.yaml", allow_long=True, yes_really=True)
    written = {root / "docs" / "scenarios" / f"{name}.md": tables(name, results, scenario)}
    if name == "quickstart":
        written[root / "README.md"] = front(results, scenario)
    return {page: between(page.read_text(encoding="utf-8"), name, text) for page, text in written.items()}


def main(words: list[str]) -> int:
    asked = [word for word in words if word != "--check"]
    if not 1 <= len(asked) <= 2 or asked[0] not in TABLES:
        sys.stderr.write(f"plan_tables.py NAME [RESULTS] [--check]; NAME is one of {', '.join(TABLES)}\n")
        return 2
    wanted = pages(asked[0], Path(asked[1]) if asked[1:] else ROOT / "results" / asked[0])
    differ = [page for page, text in wanted.items() if page.read_text(encoding="utf-8") != text]
    for page in differ:
        if "--check" in words:
            sys.stderr.write(f"{page.relative_to(ROOT)} says something else than these results\n")
        else:
            page.write_text(wanted[page], encoding="utf-8", newline="\n")
            sys.stdout.write(f"wrote {page.relative_to(ROOT)}\n")
    return 1 if differ and "--check" in words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
