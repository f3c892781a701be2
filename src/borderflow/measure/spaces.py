"""Spaces: who has a place in them, who has come and has none, and what the people there use.

Inside: with a place, until leaving. Outside: come and without a place; where ``when_full`` is ``hold`` they stand in
the yard before the space. The people of a space, who use its water, latrines and ground, are those inside, and those
outside unless they are held in the yard. At a crossing the spaces that state a word (a use, latrines, an area) are
taken together: who is in several counts once, a use is the sum, and latrines and areas of a space within another that
states them are part of the outer one's. Litres and meals are what was issued on the day ÷ the mean number of people
over its 24 hours: who comes after the hour of giving out, or leaves before it, counts for the hours there, so that
days on which a space fills or empties lie below or above the ration.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from borderflow.engine.journal import NEVER, Entry
from borderflow.measure import waits
from borderflow.measure.record import Record
from borderflow.measure.rising import rising
from borderflow.measure.rows import Flags, Place, Rows, ratio, ratios
from borderflow.measure.window import Window, at_each, integrals, level, merged, peaks
from borderflow.network.network import Calendar, Floats, Ints, Network, Space, Stock, WhenFull
from borderflow.scenario.units import DAY


@dataclass(frozen=True)
class Crowd:
    """Persons in a place over time, and on each day their mean, their peak, and those at the midnight that ends it."""

    steps: Calendar
    means: Floats
    peaks: Floats
    midnight: Floats
    peak_second: int

    @classmethod
    def of(cls, first: Ints, last: Ints, size: Ints, window: Window) -> Crowd:
        steps = level(first, last, size, window.day_edges)
        means = integrals(steps, window.day_edges) / DAY
        by_day, second = peaks(steps, window)
        return cls(steps, means, by_day, at_each(steps, window.day_edges[1:] - 1), second)

    def add(self, rows: Rows, word: str, place: Place, window: Window) -> None:
        peak = float(self.peaks.max())
        rows.add(f"{word}_mean", self.means.mean(), place, days=self.means)
        rows.add(f"{word}_peak", peak, place, days=self.peaks)
        rows.add(f"{word}_peak_day", self.peak_second / DAY if peak else math.nan, place)


@dataclass(frozen=True)
class SpaceDays:
    """One space: its stays, and who is there day by day. ``place``: the key of its rows.

    ``entered``: the second of getting a place, or of the end of the stay without one; ``until``: the end of the stay
    or of the run. ``people``: those who use what the space has. ``issued``: what they used of each stock by day.
    """

    space: Space
    place: Place
    household: Ints
    size: Ints
    came: Ints
    entered: Ints
    until: Ints
    left: Flags
    placed: Flags
    inside: Crowd
    outside: Crowd
    everyone: Crowd
    people: Crowd
    places: Calendar
    issued: dict[int, Floats]

    @classmethod
    def of(cls, record: Record, space: Space) -> SpaceDays:
        stays, window = record.journal.stays, record.window
        rows = np.flatnonzero(stays.space == space.index)
        household = stays.household[rows].astype(np.int64)
        came, left = record.before_start(stays.came[rows], record.begun(household)), stays.left[rows]
        until = np.where(left == NEVER, window.end, left)
        placed = stays.entered[rows] != NEVER
        entered = np.where(placed, stays.entered[rows], until)
        size = record.size[household]
        inside = everyone = Crowd.of(entered, until, size, window)
        if not np.array_equal(came, entered):  # some had to wait for a place
            everyone = Crowd.of(came, until, size, window)
        return cls(
            space=space,
            place=(record.network.crossings[space.crossing], name_of(record.network, space), ""),
            household=household,
            size=size,
            came=came,
            entered=entered,
            until=until,
            left=left != NEVER,
            placed=placed,
            inside=inside,
            outside=Crowd.of(came, entered, size, window),
            everyone=everyone,
            people=everyone if space.when_full is WhenFull.OUTSIDE else inside,
            places=Calendar(space.persons.second, np.floor(space.persons.value)),
            issued=_issued(record, space),
        )

    @property
    def their_stay(self) -> tuple[Ints, Ints]:
        """First and last second at which the people of the space are there."""
        return (self.came if self.space.when_full is WhenFull.OUTSIDE else self.entered), self.until


def name_of(network: Network, space: Space) -> str:
    """The key of a space in the column ``station``: its name, after ``space.`` where a station has the same."""
    taken = {station.name for station in network.stations_of(space.crossing)}
    return f"space.{space.name}" if space.name in taken else space.name


def _issued(record: Record, space: Space) -> dict[int, Floats]:
    """What the people of a space were given of each stock that it uses, by day, in units as written."""
    ledger, found = record.journal.ledger, {}
    rows = np.flatnonzero((ledger.reference == -2 - space.index) & (ledger.entry == Entry.ISSUED))
    for stock in dict.fromkeys(use.stock for use in space.uses):
        of_it = rows[ledger.stock[rows] == stock]
        by_day = record.window.per_day(ledger.second[of_it], ledger.quantity[of_it])
        found[stock] = by_day / record.network.stocks[stock].scale
    return found


def add_space(rows: Rows, record: Record, days: SpaceDays) -> None:
    """All indicators of one space."""
    window, place = record.window, days.place
    came = window.per_day(days.came, days.size)
    rows.add("arrived", came.sum(), place, days=came)
    days.inside.add(rows, "inside", place, window)
    days.outside.add(rows, "outside", place, window)
    for word, crowd in (("overnight_inside", days.inside), ("overnight_outside", days.outside)):
        rows.add(word, crowd.midnight.max(), place, days=crowd.midnight)
    waited = waits.of_line(days.came, days.entered - days.came, days.size, ~days.placed & ~days.left, window)
    waits.add_waits(rows, "place_wait", place, waited)
    never = window.per_day(days.until, days.size * (~days.placed & days.left))
    rows.add("without_place", never.sum(), place, days=never)

    edges = window.day_edges
    places = integrals(days.places, edges) / DAY
    rows.add("places", places.mean(), place, days=places)
    second = merged(days.inside.steps.second, days.places.second)
    second = second[second >= 0]
    held, there = at_each(days.inside.steps, second), at_each(days.places, second)
    offered = integrals(Calendar(second, np.maximum(held, there)), edges) / DAY
    used = ratios(days.inside.means, offered)
    rows.add("places_used", ratio(days.inside.means.sum(), offered.sum()), place, days=used)
    if days.everyone is not days.inside:
        second = merged(second, days.everyone.steps.second)
        second = second[second >= 0]
    over = Calendar(second, (at_each(days.everyone.steps, second) > at_each(days.places, second)).astype(np.float64))
    by_day = (integrals(over, edges) > 0).astype(np.float64)
    rows.add("days_over_capacity", by_day.sum(), place, days=by_day)
    _add_sphere(rows, record, [days], place)


def add_crossing(rows: Rows, record: Record, days: list[SpaceDays], present: Floats, crossing: str) -> None:
    """People overnight with and without shelter, and the Sphere indicators of all spaces of a crossing, or of all.

    ``present``: persons in the operation at each midnight.
    """
    place: Place = (crossing, "", "")
    inside = _together(record, days, sheltered=True).midnight
    rows.add("overnight_inside", inside.max(), place, days=inside)
    rows.add("overnight_outside", (present - inside).max(), place, days=present - inside)
    _add_sphere(rows, record, days, place)


def _add_sphere(rows: Rows, record: Record, days: list[SpaceDays], place: Place) -> None:
    for word, wanted in (("water_per_person_day", _is_water), ("meals_per_person_day", _is_meals)):
        stating = [each for each in days if any(wanted(record.network.stocks[stock]) for stock in each.issued)]
        if stating:
            parts = [
                by_day
                for each in stating
                for stock, by_day in each.issued.items()
                if wanted(record.network.stocks[stock])
            ]
            issued: Floats = np.sum(parts, axis=0)
            persons = _together(record, stating).means
            rows.add(word, ratio(issued.sum(), persons.sum()), place, days=ratios(issued, persons))
    stating = _outermost([each for each in days if each.space.latrines])
    if stating:
        peaks = _together(record, stating).peaks / sum(each.space.latrines for each in stating)
        peaks = np.where(peaks > 0, peaks, np.nan)
        rows.add("persons_per_latrine", _extreme(peaks, most=True), place, days=peaks)
    for word, sheltered in (("covered_area", True), ("area", False)):
        metres = {each.space.index: each.space.covered if sheltered else each.space.area for each in days}
        stating = _outermost([each for each in days if metres[each.space.index]])
        if stating:
            area = np.full(record.window.days, sum(metres[each.space.index] for each in stating))
            least = ratios(area, _together(record, stating, sheltered=sheltered).peaks)
            rows.add(f"{word}_per_person", _extreme(least, most=False), place, days=least)


def _is_water(stock: Stock) -> bool:
    return stock.unit == "l"


def _is_meals(stock: Stock) -> bool:
    return not stock.unit and "meal" in stock.name.lower()


def _extreme(days: Floats, *, most: bool) -> float:
    some = days[~np.isnan(days)]
    if not len(some):
        return math.nan
    return float(some.max() if most else some.min())


def _outermost(days: list[SpaceDays]) -> list[SpaceDays]:
    """Those that lie in no other of them."""

    def within(inner: SpaceDays, outer: SpaceDays) -> bool:
        a, b = inner.space, outer.space
        inside = a.crossing == b.crossing and b.first <= a.first and a.last <= b.last
        return inside and ((a.first, a.last) != (b.first, b.last) or a.index > b.index)

    return [each for each in days if not any(within(each, other) for other in days)]


def _together(record: Record, days: list[SpaceDays], *, sheltered: bool = False) -> Crowd:
    """The people of several spaces (``sheltered``: those with a place), each household once at a time."""
    if len(days) == 1:
        return days[0].inside if sheltered else days[0].people
    which = (*(each.space.index for each in days), sheltered)
    if which not in record.crowds:
        record.crowds[which] = _crowd(record, days, sheltered)
    return record.crowds[which]


def _crowd(record: Record, days: list[SpaceDays], sheltered: bool) -> Crowd:
    stays = [(each.entered, each.until) if sheltered else each.their_stay for each in days]
    household = np.concatenate([each.household for each in days])
    first, last = (np.concatenate(part) for part in zip(*stays, strict=True))
    seen = np.zeros(len(record.size), dtype=np.bool_)
    seen[household] = True
    if np.count_nonzero(seen) < len(household):  # some are in several of them, or in one more than once
        household, first, last = union(household, first, last)
    return Crowd.of(first, last, record.size[household], record.window)


def union(household: Ints, first: Ints, last: Ints) -> tuple[Ints, Ints, Ints]:
    """The stretches [first, last) of each household, joined where they overlap or touch."""
    some = np.flatnonzero(last > first)
    span = int(last.max(initial=0)) - int(first.min(initial=0)) + 1
    some = some[rising(first[some])]
    some = some[rising(household[some])]
    household, first, last = household[some], first[some], last[some]
    if not len(some):
        return household, first, last
    # Each household on a stretch of time of its own, so that one running maximum serves all.
    apart = household * span
    reach = np.maximum.accumulate(last + apart)
    new = np.append(True, first[1:] + apart[1:] > reach[:-1])
    ends = np.append(np.flatnonzero(new)[1:], len(new)) - 1
    return household[new], first[new], reach[ends] - apart[ends]
