"""Aid: what visits ask of a stock, what they get, and which households have all, part or none of it."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np

from borderflow.engine.journal import NEVER, Entry, Fate, Outcome
from borderflow.measure import machine
from borderflow.measure.record import Record
from borderflow.measure.rows import Flags, Place, Rows, ratio
from borderflow.network.network import Calendar, Ints, Stock

KINDS = ("with_item", "part_item", "without_item", "awaiting_item")


@dataclass(frozen=True)
class Asked:
    """Visits that take from one stock, in its smallest unit; not reached ones included.

    ``asked``: the second of joining, at the earliest 0 (who came in the warm-up and is not served by then asks on the
    first day); ``NEVER`` if not reached, or settled before second 0. ``settled``: when it was served or left, else
    ``NEVER``. ``open_from``: the first second since ``asked`` at which the station is staffed.
    """

    household: Ints
    wanted: Ints
    got: Ints
    asked: Ints
    settled: Ints
    open_from: Ints
    unmet: Ints
    waiting: Flags
    pending: Flags

    @classmethod
    def of(cls, record: Record, stock: Stock) -> Asked:
        none, no = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.bool_)
        if not any(take.stock == stock.index for station in record.network.stations for take in station.takes):
            return cls(none, none, none, none, none, none, none, no, no)
        if (tally := machine.tally()) is not None:
            return cls._tallied(tally, record, stock)
        journal, parts = record.journal, []
        ledger = journal.ledger
        issues = (ledger.stock == stock.index) & (ledger.entry == Entry.ISSUED) & (ledger.reference >= 0)
        given = np.bincount(
            ledger.reference[issues], weights=ledger.quantity[issues], minlength=len(journal.needs)
        ).astype(np.int64)
        for station in record.network.stations:
            for take in station.takes:
                if take.stock != stock.index:
                    continue
                rows = record.visits[station.index]
                household = journal.needs.household[rows].astype(np.int64)
                wanted = take.per_household + take.per_person * record.size[household]
                fate, got = journal.fate[rows], given[rows]
                started, ended = journal.started[rows], journal.ended[rows]
                settled = np.where(started != NEVER, started, ended)
                waiting = fate == Fate.WAITING
                asked = np.where(waiting | (settled >= 0), np.maximum(journal.joined[rows], 0), NEVER)
                desks = record.staffed(station)
                step = np.maximum(np.searchsorted(desks.second, asked, side="right") - 1, 0)
                opens = _opening(desks)[step]
                unmet = np.where(settled >= 0, wanted - got, 0)
                inside = record.outcome[household] == Outcome.INSIDE_AT_END
                pending = waiting | ((fate == Fate.NOT_REACHED) & inside)
                parts.append(
                    (household, wanted, got, asked, settled, np.maximum(asked, opens), unmet, waiting, pending)
                )
        return cls(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    @classmethod
    def _tallied(cls, tally: ModuleType, record: Record, stock: Stock) -> Asked:
        """The same, counted in machine code."""
        journal, ledger = record.journal, record.journal.ledger
        takes = [(each, take) for each in record.network.stations for take in each.takes if take.stock == stock.index]
        many = [len(record.visits[station.index]) for station, _ in takes]
        counts = [np.empty(sum(many), dtype=np.int64) for _ in range(7)]
        flags = [np.empty(sum(many), dtype=np.bool_) for _ in range(2)]
        quantity, reference = np.ascontiguousarray(ledger.quantity), np.ascontiguousarray(ledger.reference)
        issues = record.movements[stock.index], ledger.entry, int(Entry.ISSUED), quantity, reference
        tally.given(*issues, 1, record.room)
        first = 0
        for (station, take), rows in zip(takes, many, strict=True):
            desks = record.staffed(station)
            tally.asked(
                *(record.visits[station.index], journal.joined, journal.started, journal.ended, journal.fate),
                *(journal.needs.household, record.size, record.outcome, int(Outcome.INSIDE_AT_END)),
                *(desks.second, _opening(desks), take.per_household, take.per_person, record.room),
                *(column[first : first + rows] for column in (*counts, *flags)),
            )
            first += rows
        tally.given(*issues, -1, record.room)
        household, wanted, got, asked, settled, open_from, unmet = counts
        return cls(household, wanted, got, asked, settled, open_from, unmet, *flags)


def _opening(desks: Calendar) -> Ints:
    """From each step of a calendar, the second of the first later one (itself included) with a desk."""
    staffed = np.flatnonzero(desks.value > 0)
    after = np.append(staffed, len(desks.second))[np.searchsorted(staffed, np.arange(len(desks.second)))]
    found: Ints = np.append(desks.second, NEVER)[after]
    return found


def smallest_take(record: Record, stock: Stock) -> int:
    """The smallest amount anyone could take; 0 if nobody takes of it."""
    takes = [take for station in record.network.stations for take in station.takes if take.stock == stock.index]
    uses = [use.per_person for space in record.network.spaces for use in space.uses if use.stock == stock.index]
    return min([*(take.per_household + take.per_person for take in takes), *uses], default=0)


def is_handed_out(record: Record, stock: Stock) -> bool:
    """Whether a station gives the item out. What only the people in a space use is no household's to have or not."""
    return any(take.stock == stock.index for station in record.network.stations for take in station.takes)


def households_by_aid(record: Record, stock: Stock, asked: Asked) -> list[Ints]:
    """Households that arrived in the window and whose journey takes the item: with all, part, none; still to get it."""
    if stock.index in record.by_aid:
        return record.by_aid[stock.index]
    many = len(record.size)
    wanted = np.bincount(asked.household, weights=asked.wanted, minlength=many)
    got = np.bincount(asked.household, weights=asked.got, minlength=many)
    pending = np.bincount(asked.household, weights=asked.pending, minlength=many) > 0
    needs = (wanted > 0) & record.here
    full = got >= wanted
    kinds = (full, ~full & ~pending & (got > 0), ~full & ~pending & (got == 0), ~full & pending)
    record.by_aid[stock.index] = [np.flatnonzero(needs & kind) for kind in kinds]
    return record.by_aid[stock.index]


def add_aid(rows: Rows, record: Record, place: Place, kinds: list[Ints]) -> None:
    """Persons and households with all of the item, with part of it, without it, and still to get it."""
    persons = [float(record.size[who].sum()) for who in kinds]
    for word, number, who in zip(KINDS, persons, kinds, strict=True):
        rows.add(word, number, place)
        rows.add(f"{word}_households", len(who), place)
    rows.add("with_item_share", ratio(persons[0], sum(persons[:3])), place)
