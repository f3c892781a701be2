"""Reported against simulated: the table of docs/scenarios/quickstart.md, from the register and from runs of the model.

    python scenarios/against_reports.py [REPLICATIONS]

It runs the plan as_reported of quickstart.yaml (as many replications as the file says, unless told) and prints a
Markdown table. Reported numbers are taken from the register by their ids, differences of running totals included.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

import borderflow
from borderflow.demand.households import Households
from borderflow.engine.journal import NEVER, Fate, Journal
from borderflow.evidence.register import Register
from borderflow.evidence.register import load as load_register
from borderflow.evidence.rows import Capacity, Event, Flow
from borderflow.network.network import Network
from borderflow.scenario.scenario import Scenario

HERE = Path(__file__).parent
DAY = 86_400
TORKHAM, SPIN_BOLDAK = "torkham", "spin_boldak"


@dataclass(frozen=True)
class Seen:
    """What one run shows of the things that were reported."""

    scenario: Scenario
    network: Network
    households: Households
    journal: Journal

    def day(self, when: date) -> int:
        return (when - self.scenario.start).days

    def _served(self, crossing: str, station: str, first: date, last: date) -> npt.NDArray[np.int64]:
        """Rows of the households whose service at a station ended between two dates, both included."""
        needs, index = self.journal.needs, self._station(crossing, station)
        day = self.journal.ended // DAY
        found = (needs.station == index) & (self.journal.fate == Fate.SERVED)
        rows: npt.NDArray[np.int64] = needs.household[found & (day >= self.day(first)) & (day <= self.day(last))]
        return rows

    def _station(self, crossing: str, station: str) -> int:
        stations = self.network.stations_of(self.network.crossings.index(crossing))
        return next(one.index for one in stations if one.name == station)

    def persons(self, crossing: str, station: str, first: date, last: date | None = None) -> float:
        return float(self.households.size[self._served(crossing, station, first, last or first)].sum())

    def families(self, crossing: str, station: str, first: date, last: date | None = None) -> float:
        return float(len(self._served(crossing, station, first, last or first)))

    def arrived(self, crossing: str, when: date) -> float:
        here = self.households.crossing == self.network.crossings.index(crossing)
        return float(self.households.size[here & (self.households.second // DAY == self.day(when))].sum())

    def queue(self, crossing: str, station: str, moment: datetime) -> float:
        """Persons in the line at a moment."""
        second = self.day(moment.date()) * DAY + moment.hour * 3600 + moment.minute * 60
        needs, journal = self.journal.needs, self.journal
        left = np.where(journal.started != NEVER, journal.started, journal.ended)
        here = (needs.station == self._station(crossing, station)) & (journal.joined != NEVER)
        waits = here & (journal.joined <= second) & ((left == NEVER) | (left > second))
        return float(self.households.size[needs.household[waits]].sum())

    def inside(self, crossing: str, midnight_after: date) -> float:
        """Persons past the gate who have not left, at the midnight that ends a day."""
        second = (self.day(midnight_after) + 1) * DAY
        needs, journal = self.journal.needs, self.journal
        passed = (needs.station == self._station(crossing, "gate")) & (journal.fate == Fate.SERVED)
        rows = needs.household[passed & (journal.ended < second)]
        return float(self.households.size[rows[journal.left[rows] >= second]].sum())


@dataclass(frozen=True)
class Line:
    """One line of the table: what was reported, how, and how a run shows it."""

    what: str
    reported: str
    ids: tuple[str, ...]
    simulated: Callable[[Seen], float]


def nov(day: int) -> date:
    return date(2023, 11, day)


def lines(register: Register) -> list[Line]:
    """Every line of the table, the crossings one after the other."""

    def row(id: str) -> Flow | Capacity:
        (found,) = register.select([id])
        if isinstance(found, Event):
            raise TypeError(f"'{id}' is an event and has no value")
        return found

    def total(*ids: str) -> float:
        return sum(row(id).value for id in ids)

    def said(id: str) -> str:
        return row(id).words

    def between(first: date, last: date, plus: tuple[str, ...], minus: tuple[str, ...]) -> Line:
        begins = f"{first.day} {first:%B}" if first.month != last.month else f"{first.day}"
        value = f"{total(*plus) - total(*minus):,.0f}"
        return Line(
            f"crossed, {begins} to {last.day} {last:%B}",
            value,
            (*plus, *minus),
            lambda s: s.persons(TORKHAM, "gate", first, last),
        )

    def count(flow: Flow) -> Line:
        when = flow.end or date.min
        return Line(
            f"crossed, {when.day} {when:%B}", flow.words, (flow.id,), lambda s: s.persons(TORKHAM, "gate", when)
        )

    daily = [count(flow) for flow in register.daily_counts(TORKHAM, date(2023, 10, 25), nov(20))]
    first_of_november = ("nov01-torkham-cum-men", "nov01-torkham-cum-women", "nov01-torkham-cum-children")
    same_basis = ("oct26-national-cum", "nov19-torkham-cum"), ("nov19-national-cum",)
    torkham = [
        *daily,
        between(date(2023, 10, 27), nov(1), (*first_of_november, *same_basis[1]), same_basis[0]),
        between(nov(3), nov(4), ("nov05-torkham-cum",), ("nov05-torkham", "nov02-torkham-cum")),
        between(nov(6), nov(7), ("nov07-torkham-cum",), ("nov05-torkham-cum",)),
        between(nov(8), nov(14), ("nov14-torkham-cum",), ("nov07-torkham-cum",)),
        between(nov(15), nov(19), ("nov19-torkham-cum",), ("nov14-torkham-cum",)),
        Line("crossed in 24 h, 3 to 4 November", said("GT01"), ("GT01",), lambda s: s.persons(TORKHAM, "gate", nov(3))),
        Line(
            "longest queue at the border, 1 November",
            said("nov01-torkham-queue28k"),
            ("nov01-torkham-queue28k",),
            lambda s: max(s.queue(TORKHAM, "exit_check", datetime(2023, 11, 1, hour)) for hour in range(24)),
        ),
        Line(
            "queue at the border, 2 November at 18:00",
            said("nov02-torkham-present1000"),
            ("nov02-torkham-present1000",),
            lambda s: s.queue(TORKHAM, "exit_check", datetime(2023, 11, 2, 18)),
        ),
        Line(
            "registered, 1 to 6 November",
            said("nov06-torkham-registered"),
            ("nov06-torkham-registered",),
            lambda s: s.persons(TORKHAM, "registration", nov(1), nov(6)),
        ),
        Line("inside in the night of 3 November", said("SH08"), ("SH08",), lambda s: s.inside(TORKHAM, nov(3))),
        Line("inside on 17 November", said("FD08"), ("FD08",), lambda s: s.inside(TORKHAM, nov(17))),
        Line("families crossed a day, 1 to 7 November", said("GT11"), ("GT11",), lambda s: _families(s, 1, 7)),
        Line(
            "families crossed, 7 November", said("nov07-torkham-fam"), ("nov07-torkham-fam",), lambda s: _families(s, 7)
        ),
        Line(
            "families crossed, 14 November",
            said("nov14-torkham-fam"),
            ("nov14-torkham-fam",),
            lambda s: _families(s, 14),
        ),
        Line(
            "families registered, 17 November",
            said("RG09"),
            ("RG09",),
            lambda s: s.families(TORKHAM, "registration", nov(17)),
        ),
        Line(
            "families paid, most in a day",
            said("CA10"),
            ("CA10",),
            lambda s: max(s.families(TORKHAM, "cash", nov(day)) for day in range(1, 21)),
        ),
    ]
    spin_boldak = [
        Line(
            "reached the border, 30 October",
            said("oct30-chaman-arrivals"),
            ("oct30-chaman-arrivals",),
            lambda s: s.arrived(SPIN_BOLDAK, date(2023, 10, 30)),
        ),
        Line(
            "left over in the night of 30 October",
            said("oct30-chaman-leftover"),
            ("oct30-chaman-leftover",),
            lambda s: s.queue(SPIN_BOLDAK, "exit_check", datetime(2023, 10, 30, 23, 59)),
        ),
        Line(
            "crossed, 27 October to 2 November",
            f"{total('nov02-chaman-38100') - total('oct26-balochistan-14k'):,.0f}",
            ("nov02-chaman-38100", "oct26-balochistan-14k"),
            lambda s: s.persons(SPIN_BOLDAK, "gate", date(2023, 10, 27), nov(2)),
        ),
        Line(
            "crossed a day, 1 to 3 November",
            said("nov03-chaman-5000pd"),
            ("nov03-chaman-5000pd",),
            lambda s: s.persons(SPIN_BOLDAK, "gate", nov(1), nov(3)) / 3,
        ),
        Line(
            "crossed, 1 to 9 November",
            said("nov01-09-sb-50k"),
            ("nov01-09-sb-50k",),
            lambda s: s.persons(SPIN_BOLDAK, "gate", nov(1), nov(9)),
        ),
        Line(
            "families crossed, 1 to 9 November",
            said("nov01-09-sb-50k-fam"),
            ("nov01-09-sb-50k-fam",),
            lambda s: s.families(SPIN_BOLDAK, "gate", nov(1), nov(9)),
        ),
        Line(
            "crossed, 11 November",
            f"{total('nov11-both-morr') - total('nov11-torkham'):,.0f}",
            ("nov11-both-morr", "nov11-torkham"),
            lambda s: s.persons(SPIN_BOLDAK, "gate", nov(11)),
        ),
        Line(
            "families crossed a day, 1 to 20 November",
            f"{said('nov2023-sb-500fam')} {said('nov2023-sb-900fam')}",
            ("nov2023-sb-500fam", "nov2023-sb-900fam"),
            lambda s: s.families(SPIN_BOLDAK, "gate", nov(1), nov(20)) / 20,
        ),
    ]
    return [_at("Torkham", line) for line in torkham] + [_at("Spin Boldak", line) for line in spin_boldak]


def _families(seen: Seen, first: int, last: int | None = None) -> float:
    days = (last or first) - first + 1
    return seen.families(TORKHAM, "gate", nov(first), nov(last or first)) / days


def _at(place: str, line: Line) -> Line:
    return Line(f"{place}: {line.what}", line.reported, line.ids, line.simulated)


def _rounded(value: float) -> str:
    """Three significant figures: more would feign a precision that a simulation does not have."""
    digits = 0 if value < 1 else max(0, len(str(int(value))) - 3)
    return f"{round(value, -digits):,.0f}"


def table(replications: int | None = None) -> str:
    """The table in Markdown."""
    scenario = borderflow.load(HERE / "quickstart.yaml")
    rows = lines(load_register(HERE / "evidence"))
    network = borderflow.network(scenario, "as_reported")
    runs = replications or scenario.replications
    values = np.empty((runs, len(rows)))
    for replication in range(runs):
        who = borderflow.households(scenario, replication)
        seen = Seen(scenario, network, who, borderflow.simulate(who, network))
        values[replication] = [row.simulated(seen) for row in rows]
    low, high = np.quantile(values, [0.05, 0.95], axis=0)
    printed = ["| | reported | simulated, mean | 5–95 % of runs | rows of the register |", "|---|---|---|---|---|"]
    for row, mean, least, most in zip(rows, values.mean(axis=0), low, high, strict=True):
        ids = ", ".join(f"`{id}`" for id in row.ids)
        band = f"{_rounded(least)}–{_rounded(most)}"
        printed.append(f"| {row.what} | {row.reported} | {_rounded(mean)} | {band} | {ids} |")
    return "\n".join(printed)


if __name__ == "__main__":
    sys.stdout.write(table(int(sys.argv[1]) if len(sys.argv) > 1 else None) + "\n")
