"""Reported against simulated: the tables of docs/scenarios, from the register and from runs of the model.

    python scenarios/against_reports.py [SCENARIO] [REPLICATIONS] [--write]

SCENARIO is the name of a shipped one (quickstart, unless told). It runs its plan as_reported (as many replications as
the file says, unless told) and prints a Markdown table, or with --write puts it where the table stands on the
scenario's page. Reported numbers are taken from the register by their ids,
differences of running totals included.
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
from borderflow.engine.journal import NEVER, Entry, Fate, Journal
from borderflow.evidence.register import Register
from borderflow.evidence.register import load as load_register
from borderflow.evidence.rows import Capacity, Event, Flow
from borderflow.network.network import Network
from borderflow.scenario.scenario import Scenario

HERE = Path(__file__).parent
DAY = 86_400
TORKHAM, SPIN_BOLDAK = "torkham", "spin_boldak"
BOTH = TORKHAM, SPIN_BOLDAK
NOT_REPORTED = "not reported"
FIRST_OF_NOVEMBER = ("nov01-torkham-cum-men", "nov01-torkham-cum-women", "nov01-torkham-cum-children")


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

    def of_group(self, crossing: str, station: str, first: date, last: date, *groups: str) -> float:
        """Persons of some groups whose service at a station ended between two dates."""
        rows = self._served(crossing, station, first, last)
        wanted = np.isin(self.households.group[rows], [self.households.groups.index(group) for group in groups])
        return float(self.households.size[rows[wanted]].sum())

    def _camped(self, space: str, second: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """Households that have come to a space and not left, and whether each has a place in it."""
        index = next(one.index for one in self.network.spaces if one.name == space)
        stays = self.journal.stays
        here = (stays.space == index) & (stays.came != NEVER) & (stays.came <= second)
        here &= (stays.left == NEVER) | (stays.left > second)
        placed = (stays.entered[here] != NEVER) & (stays.entered[here] <= second)
        rows: npt.NDArray[np.int64] = stays.household[here]
        return rows, placed

    def night(self, space: str, when: date) -> tuple[float, float]:
        """Persons with and without a place in a space, at the midnight that ends a day."""
        rows, placed = self._camped(space, (self.day(when) + 1) * DAY)
        size = self.households.size[rows]
        return float(size[placed].sum()), float(size[~placed].sum())

    def families_at_night(self, space: str, when: date) -> float:
        return float(len(self._camped(space, (self.day(when) + 1) * DAY)[0]))

    def people(self, space: str, when: date) -> float:
        """Persons of a space, with and without a place: mean over the hours of a day."""
        hours = [self.day(when) * DAY + hour * 3600 for hour in range(24)]
        return float(np.mean([self.households.size[self._camped(space, second)[0]].sum() for second in hours]))

    def used(self, crossing: str, item: str, when: date) -> float:
        """What the spaces of a crossing used of a stock on a day."""
        place = self.network.crossings.index(crossing)
        stock = next(one for one in self.network.stocks if (one.crossing, one.name) == (place, item))
        ledger = self.journal.ledger
        found = (ledger.stock == stock.index) & (ledger.entry == Entry.ISSUED)
        found &= ledger.second // DAY == self.day(when)
        return float(ledger.quantity[found].sum()) / stock.scale


@dataclass(frozen=True)
class Line:
    """One line of the table: what was reported, how, and how a run shows it."""

    what: str
    reported: str
    ids: tuple[str, ...]
    simulated: Callable[[Seen], float]


def nov(day: int) -> date:
    return date(2023, 11, day)


def oct25(day: int) -> date:
    return date(2025, 10, day)


def nov25(day: int) -> date:
    return date(2025, 11, day)


class Reports:
    """Reported numbers by the ids of their rows."""

    def __init__(self, register: Register) -> None:
        self.register = register

    def row(self, id: str) -> Flow | Capacity:
        (found,) = self.register.select([id])
        if isinstance(found, Event):
            raise TypeError(f"'{id}' is an event and has no value")
        return found

    def total(self, *ids: str) -> float:
        return sum(self.row(id).value for id in ids)

    def said(self, *ids: str) -> str:
        return " ".join(self.row(id).words for id in ids)

    def line(self, what: str, ids: tuple[str, ...] | str, simulated: Callable[[Seen], float]) -> Line:
        """A line of what one row says, or two rows that are the ends of a range."""
        ids = (ids,) if isinstance(ids, str) else ids
        return Line(what, self.said(*ids), ids, simulated)

    def between(self, first: date, last: date, plus: tuple[str, ...], minus: tuple[str, ...]) -> Line:
        """Torkham: the difference of two running totals."""
        begins = f"{first.day} {first:%B}" if first.month != last.month else f"{first.day}"
        value = f"{self.total(*plus) - self.total(*minus):,.0f}"
        what = f"crossed, {begins} to {last.day} {last:%B}"
        return Line(what, value, (*plus, *minus), lambda s: s.persons(TORKHAM, "gate", first, last))

    def count(self, crossing: str, flow: Flow) -> Line:
        """A count of a single day."""
        when = flow.end or date.min
        return self.line(f"crossed, {when.day} {when:%B}", flow.id, lambda s: s.persons(crossing, "gate", when))

    def since(self, first: date, crossings: tuple[str, ...], *ids: str) -> Line:
        """A running total since a date: one row, or parts of a sum of one day."""
        last = self.row(ids[0]).end or date.min
        value = self.said(*ids) if len(ids) == 1 else f"{self.total(*ids):,.0f}"
        what = f"crossed by {last.day} {last:%B} {last.year}, since {first.day} {first:%B}"
        return Line(what, value, ids, lambda s: sum(s.persons(one, "gate", first, last) for one in crossings))


def lines(register: Register, scenario: str = "quickstart") -> list[Line]:
    """Every line of a scenario's table, the crossings one after the other."""
    return LINES[scenario](Reports(register))


def quickstart(reports: Reports) -> list[Line]:
    said, total, between = reports.said, reports.total, reports.between
    counts = reports.register.daily_counts(TORKHAM, date(2023, 10, 25), nov(20))
    daily = [reports.count(TORKHAM, flow) for flow in counts]
    same_basis = ("oct26-national-cum", "nov19-torkham-cum"), ("nov19-national-cum",)
    torkham = [
        *daily,
        between(date(2023, 10, 27), nov(1), (*FIRST_OF_NOVEMBER, *same_basis[1]), same_basis[0]),
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
    return _at("Torkham", torkham) + _at("Spin Boldak", spin_boldak)


def phase1(reports: Reports) -> list[Line]:
    line, camp = reports.line, "omari_camp"
    autumn, total_from = date(2023, 9, 17), date(2023, 9, 15)
    counts = reports.register.daily_counts(TORKHAM, date(2023, 9, 15), date(2023, 12, 10))
    days = ("nov02", "nov05", "nov07", "nov14", "nov19", "nov21", "nov27", "dec02", "dec12", "dec19")
    lodged = {"SH01": (2023, 12, 13), "SH02": (2023, 12, 27), "SH03": (2024, 1, 9), "SH05": (2024, 1, 13)}
    registered = {"RG09": (2023, 11, 17), "RG01": (2023, 12, 13), "RG04": (2024, 1, 4), "RG07": (2024, 1, 13)}

    def night(id: str, when: date) -> Line:
        return line(f"families in the camp, night of {_long(when)}", id, lambda s: s.families_at_night(camp, when))

    def families(id: str, when: date) -> Line:
        what = f"families registered, {_long(when)}"
        return line(what, id, lambda s: s.families(TORKHAM, "registration", when))

    def without_place(seen: Seen) -> float:
        nights = np.array([seen.night(camp, nov(day)) for day in range(1, 20)]).sum(axis=0)
        return float(100 * nights[1] / nights.sum())

    def litres(day: int) -> Callable[[Seen], float]:
        return lambda s: s.used(TORKHAM, "water", nov(day)) / s.people(camp, nov(day))

    each = f"{reports.total('WA08') / reports.total('FD08'):.0f}"
    torkham = [
        *(reports.count(TORKHAM, flow) for flow in counts),
        reports.since(autumn, (TORKHAM,), *FIRST_OF_NOVEMBER),
        *(reports.since(autumn, (TORKHAM,), f"{day}-torkham-cum") for day in days),
        line("families crossed a day, 1 to 7 November", "GT11", lambda s: _families(s, 1, 7)),
        line("families crossed, 14 November", "GT13", lambda s: _families(s, 14)),
        line("families crossed a day, 14 to 30 November", "GT12", lambda s: _families(s, 14, 30)),
        line("crossed in 24 h, 3 to 4 November", "GT01", lambda s: s.persons(TORKHAM, "gate", nov(3))),
        line("people of the camp, night of 3 November", "SH08", lambda s: sum(s.night(camp, nov(3)))),
        line(
            "people with a place there (reported: places), night of 3 November",
            "SH07",
            lambda s: s.night(camp, nov(3))[0],
        ),
        Line(
            "people without a place there, night of 3 November",
            f"about {reports.total('SH08') - reports.total('SH07'):,.0f}",
            ("SH08", "SH07"),
            lambda s: s.night(camp, nov(3))[1],
        ),
        line("people of the camp, night of 4 November", "SH08", lambda s: sum(s.night(camp, nov(4)))),
        line(
            "% of nights without a place (reported: of families without shelter), 1 to 19 November",
            "SH11",
            without_place,
        ),
        line("people of the camp (reported: fed), 17 November", "FD08", lambda s: s.people(camp, nov(17))),
        Line("litres of water a person in the camp, 3 November", NOT_REPORTED, (), litres(3)),
        Line("litres of water a person in the camp, 17 November", each, ("WA08", "FD08"), litres(17)),
        *(families(id, date(*when)) for id, when in registered.items()),
        *(night(id, date(*when)) for id, when in lodged.items()),
    ]
    spin_boldak = [
        line(
            "crossed, 3 October to 2 November",
            "nov02-chaman-38100",
            lambda s: s.persons(SPIN_BOLDAK, "gate", date(2023, 10, 3), nov(2)),
        ),
        line("crossed, 1 to 9 November", "nov01-09-sb-50k", lambda s: s.persons(SPIN_BOLDAK, "gate", nov(1), nov(9))),
        line("crossed, 24 November", "nov24-chaman", lambda s: s.persons(SPIN_BOLDAK, "gate", nov(24))),
    ]
    by = ("nov13-iom-unhcr-261k", "nov14-un-327400", "iom-375k", "nov28-un-400k", "dec08-national-cum")
    later = ("dec30-national-cum", "jan15-2024-iom-cum", "feb14-2024-cum", "feb25-2024-cum", "seed-iom-525k")
    both = [reports.since(total_from, BOTH, id) for id in (*by, *later)]
    march = date(2024, 3, 12), date(2024, 3, 23)
    both.append(
        Line(
            "crossed a day in March",
            f"{reports.total('mar12-24-2024') / 13:,.0f}",
            ("mar12-24-2024",),
            lambda s: sum(s.persons(one, "gate", *march) for one in BOTH) / 12,
        )
    )
    return _at("Torkham", torkham) + _at("Spin Boldak", spin_boldak) + _at("Both", both)


def closure(reports: Reports) -> list[Line]:
    line = reports.line
    shut, opened = (oct25(12), oct25(31)), nov25(1)

    def daily(crossing: str, first: date, last: date) -> Callable[[Seen], float]:
        return lambda s: s.persons(crossing, "gate", first, last) / ((last - first).days + 1)

    def unregistered(seen: Seen) -> float:
        return seen.of_group(TORKHAM, "gate", oct25(9), oct25(22), "undocumented")

    others = reports.total("oct22-2025-torkham-undoc") - reports.total("oct08-2025-torkham-undoc")
    torkham = [
        line("families crossed, 3 October", "RG23", lambda s: s.families(TORKHAM, "gate", oct25(3))),
        Line(
            "crossed without any card, 9 to 22 October",
            f"about {others:,.0f}",
            ("oct22-2025-torkham-undoc", "oct08-2025-torkham-undoc"),
            unregistered,
        ),
        Line("crossed, 12 to 31 October", "closed", ("torkham-closed-oct2025", "EX26"), daily(TORKHAM, *shut)),
        Line(
            "families before the shut gate, night of 31 October",
            "thousands",
            ("torkham-closed-oct2025",),
            lambda s: s.families_at_night("landi_kotal", oct25(31)),
        ),
        Line(
            "people before it, night of 31 October", NOT_REPORTED, (), lambda s: sum(s.night("landi_kotal", oct25(31)))
        ),
        line("crossed, 1 November", "nov01-2025-torkham-por", lambda s: s.persons(TORKHAM, "gate", opened)),
        line("crossed, 2 November", "nov02-2025-torkham", lambda s: s.persons(TORKHAM, "gate", nov25(2))),
        Line("crossed a day, 3 and 4 November", NOT_REPORTED, (), daily(TORKHAM, nov25(3), nov25(4))),
        Line(
            "people before the gate, night of 4 November",
            NOT_REPORTED,
            (),
            lambda s: sum(s.night("landi_kotal", nov25(4))),
        ),
        Line("crossed a day, 8 to 14 November", NOT_REPORTED, (), daily(TORKHAM, nov25(8), nov25(14))),
    ]
    spin_boldak = [
        line("families crossed, 3 October", "RG24", lambda s: s.families(SPIN_BOLDAK, "gate", oct25(3))),
        Line("crossed a day, 1 to 10 October", NOT_REPORTED, (), daily(SPIN_BOLDAK, oct25(1), oct25(10))),
        Line(
            "crossed, 12 October",
            "closed",
            ("all-closed-oct2025", "chaman-refugees-only-oct2025"),
            daily(SPIN_BOLDAK, oct25(12), oct25(12)),
        ),
        Line("crossed a day, 16 to 31 October", NOT_REPORTED, (), daily(SPIN_BOLDAK, oct25(16), oct25(31))),
        line(
            "crossed (reported: with Bahramcha), 29 October",
            "oct29-2025-sb-bahramcha",
            lambda s: s.persons(SPIN_BOLDAK, "gate", oct25(29)),
        ),
        line("crossed, 2 November", "nov02-2025-sb", lambda s: s.persons(SPIN_BOLDAK, "gate", nov25(2))),
    ]
    both = [
        line("crossed, 1 November", "EX44", lambda s: sum(s.persons(one, "gate", opened) for one in BOTH)),
        Line(
            "crossed a day (reported: the month, all crossings), 1 to 14 November",
            f"{reports.total('nov-2025-unhcr') / 30:,.0f}",
            ("nov-2025-unhcr",),
            lambda s: sum(s.persons(one, "gate", opened, nov25(14)) for one in BOTH) / 14,
        ),
        Line(
            "registered refugees paid, 1 October to 14 November",
            f"{reports.said('CA28')} centres closed",
            ("CA28",),
            lambda s: sum(s.of_group(one, "cash", oct25(1), nov25(14), "por") for one in BOTH),
        ),
        Line(
            "registered refugees who crossed, 1 October to 14 November",
            NOT_REPORTED,
            (),
            lambda s: sum(s.of_group(one, "gate", oct25(1), nov25(14), "por") for one in BOTH),
        ),
    ]
    return _at("Torkham", torkham) + _at("Spin Boldak", spin_boldak) + _at("Both", both)


def year_2025(reports: Reports) -> list[Line]:
    """The aid halt of September 2025 alone; its days and totals are in the fit table."""
    first, last, halt = date(2025, 9, 1), date(2025, 9, 7), date(2025, 9, 9)
    both = [
        reports.line(
            "crossed (reported: all crossings), 1 to 7 September",
            "GT21",
            lambda s: sum(s.persons(one, "gate", first, last) for one in BOTH),
        ),
        Line(
            "registered refugees among them",
            NOT_REPORTED,
            (),
            lambda s: sum(s.of_group(one, "gate", first, last, "por") for one in BOTH),
        ),
        Line(
            "registered refugees paid, 9 to 30 September",
            f"{reports.said('CA28')} centres closed",
            ("CA28",),
            lambda s: sum(s.of_group(one, "cash", halt, date(2025, 9, 30), "por") for one in BOTH),
        ),
        Line(
            "registered refugees who crossed, 9 to 30 September",
            NOT_REPORTED,
            (),
            lambda s: sum(s.of_group(one, "gate", halt, date(2025, 9, 30), "por") for one in BOTH),
        ),
    ]
    return _at("Both", both)


LINES = {"quickstart": quickstart, "phase1-2023": phase1, "closure-2025": closure, "acc-por-2025": year_2025}
PAGE_OF = {"acc-por-2025": "others"}
"""Scenarios whose table stands on another page than one of their own."""


def _families(seen: Seen, first: int, last: int | None = None) -> float:
    days = (last or first) - first + 1
    return seen.families(TORKHAM, "gate", nov(first), nov(last or first)) / days


def _at(place: str, found: list[Line]) -> list[Line]:
    return [Line(f"{place}: {line.what}", line.reported, line.ids, line.simulated) for line in found]


def _long(when: date) -> str:
    return f"{when.day} {when:%B}"


def _rounded(value: float) -> str:
    """Three significant figures: more would feign a precision that a simulation does not have."""
    digits = 0 if value < 1 else max(0, len(str(int(value))) - 3)
    return f"{round(value, -digits):,.0f}"


def table(name: str = "quickstart", replications: int | None = None) -> str:
    """The table of a scenario in Markdown."""
    scenario = borderflow.load(HERE / f"{name}.yaml")
    rows = lines(load_register(HERE / "evidence"), name)
    runs = replications or scenario.replications
    values = np.empty((runs, len(rows)))
    for replication in range(runs):
        who = borderflow.households(scenario, replication)
        network = borderflow.network(scenario, "as_reported", replication)
        seen = Seen(scenario, network, who, borderflow.simulate(who, network))
        values[replication] = [row.simulated(seen) for row in rows]
    low, high = np.quantile(values, [0.05, 0.95], axis=0)
    printed = ["| | reported | simulated, mean | 5–95 % of runs | rows of the register |", "|---|---|---|---|---|"]
    for row, mean, least, most in zip(rows, values.mean(axis=0), low, high, strict=True):
        ids = ", ".join(f"`{id}`" for id in row.ids)
        band = f"{_rounded(least)}–{_rounded(most)}"
        printed.append(f"| {row.what} | {row.reported} | {_rounded(mean)} | {band} | {ids} |")
    return "\n".join(printed)


def place(name: str) -> tuple[Path, list[str], int, int]:
    """Where the table of a scenario stands: its page, the page's lines, and the first and one past the last of them."""
    page = HERE.parent / "docs" / "scenarios" / f"{PAGE_OF.get(name, name)}.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("| | reported | simulated"))
    last = next((number for number in range(first, len(lines)) if not lines[number].startswith("|")), len(lines))
    return page, lines, first, last


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--write"]
    asked = next((word for word in words if not word.isdecimal()), "quickstart")
    runs_asked = next((int(word) for word in words if word.isdecimal()), None)
    if asked not in LINES:
        sys.exit(f"there is no table for '{asked}'; tables: {', '.join(LINES)}")
    made = table(asked, runs_asked)
    if "--write" in sys.argv[1:]:
        page, lines_of_page, begins, ends = place(asked)
        lines_of_page[begins:ends] = made.splitlines()
        page.write_text("\n".join(lines_of_page) + "\n", encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(made + "\n")
