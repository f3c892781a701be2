"""Funds: what came in and was spent, and what had to wait for money

A fund is short while a claim on it waits: an order, a household at the head of its line, a vehicle that is due to
leave. Claims behind it wait too, whatever they cost. A claim that is paid in the second in which it is made never
waited.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from borderflow.engine.journal import NEVER, Account
from borderflow.measure.record import Record
from borderflow.measure.rows import Place, Rows
from borderflow.measure.table import Growing, Listed, Table
from borderflow.measure.window import integrals
from borderflow.network.network import Calendar, Floats, Fund, Ints
from borderflow.scenario.units import DAY, HOUR

HUNDREDTHS = 100
SPENT = {Account.PURCHASE: "purchases", Account.GRANT: "grants", Account.TRIP: "trips"}


@dataclass(frozen=True)
class FundDays:
    """One fund day by day, in hundredths of its currency; arrays have one entry per day."""

    fund: Fund
    opening: Ints
    received: Ints
    spent: dict[str, Ints]
    closing: Ints
    lowest: Ints
    unfunded: Ints
    waiting_at_end: int
    short_seconds: Floats
    first_short: float

    @classmethod
    def of(cls, record: Record, fund: Fund) -> FundDays:
        window, books = record.window, record.journal.accounts
        rows = np.flatnonzero(books.fund == fund.index)
        second, entry, amount = books.second[rows], books.entry[rows].astype(np.int64), books.amount[rows]
        sign = np.zeros(len(Account), dtype=np.int64)
        sign[[Account.OPENING, Account.RECEIVED]], sign[list(SPENT)] = 1, -1
        # Sums of the warm-up are in what the first day opens with.
        begin = int((amount * sign[entry])[(second < 0) | (entry == Account.OPENING)].sum())
        of_kind = {
            kind: window.per_day(second[entry == kind], amount[entry == kind]).astype(np.int64) for kind in Account
        }
        spent = {word: of_kind[kind] for kind, word in SPENT.items()}
        closing = begin + np.cumsum(of_kind[Account.RECEIVED] - np.sum(list(spent.values()), axis=0))
        opening = np.concatenate([[begin], closing[:-1]])
        balance = _steps(second, np.where(entry == Account.OPENING, 0, amount * sign[entry]), begin, window.end)
        lowest = np.minimum(opening, closing)
        np.minimum.at(lowest, balance.second // DAY, balance.value.astype(np.int64))

        change = np.where(entry == Account.UNFUNDED, amount, np.where(books.since[rows] != NEVER, -amount, 0))
        waiting = _steps(second, change, int(change[second < 0].sum()), window.end)
        unfunded = waiting.at(window.day_edges[:-1])
        np.maximum.at(unfunded, waiting.second // DAY, waiting.value)
        short = Calendar(waiting.second, (waiting.value > 0).astype(np.float64))
        first = waiting.second[waiting.value > 0]
        return cls(
            fund=fund,
            opening=opening,
            received=of_kind[Account.RECEIVED],
            spent=spent,
            closing=closing,
            lowest=lowest,
            unfunded=unfunded.astype(np.int64),
            waiting_at_end=int(waiting.value[-1]),
            short_seconds=integrals(short, window.day_edges),
            first_short=float(first[0]) if len(first) else math.nan,
        )


def _steps(second: Ints, change: Ints, begin: int, end: int) -> Calendar:
    """A sum over [0, ``end``) after the last entry of each second, from what it is at second 0."""
    here = (second >= 0) & (second < end) & (change != 0)
    seconds = np.concatenate([[0], second[here]])
    sums = begin + np.concatenate([[0], np.cumsum(change[here])])
    last = np.append(np.diff(seconds) > 0, True)
    return Calendar(seconds[last], sums[last].astype(np.float64))


def add_funds(rows: Rows, record: Record) -> list[FundDays]:
    """The indicators of each fund; handed back, day by day."""
    found = [FundDays.of(record, fund) for fund in record.network.funds]
    for days in found:
        place: Place = ("", "", days.fund.name)
        spent = np.sum(list(days.spent.values()), axis=0)
        sums = {"fund_received": days.received, "fund_spent": spent}
        sums |= {f"fund_spent_{word}": amount for word, amount in days.spent.items()}
        for word, amount in sums.items():
            rows.add(word, amount.sum() / HUNDREDTHS, place, days=amount / HUNDREDTHS)
        rows.add("fund_lowest", days.lowest.min() / HUNDREDTHS, place, days=days.lowest / HUNDREDTHS)
        rows.add("fund_closing", days.closing[-1] / HUNDREDTHS, place, days=days.closing / HUNDREDTHS)
        short = days.short_seconds
        rows.add("fund_short", float(short.any()), place, days=(short > 0).astype(np.float64))
        rows.add("fund_first_short", days.first_short / DAY, place)
        rows.add("unfunded", days.unfunded.max() / HUNDREDTHS, place, days=days.unfunded / HUNDREDTHS)
        rows.add("unfunded_at_end", days.waiting_at_end / HUNDREDTHS, place)
        rows.add("unfunded_hours", short.sum() / HOUR, place, days=short / HOUR)
    return found


COLUMNS = ["fund", "date", "opening", "received", *SPENT.values(), "closing", "unfunded", "unfunded_hours"]


def table(record: Record, found: list[FundDays]) -> Table:
    """One row per fund and day: opening + received - purchases - grants - trips = closing, in the fund's currency.

    ``unfunded``: the most that claims waited for at one time of the day; ``unfunded_hours``: how long any did.
    """
    growing = Growing(("fund", "date"), COLUMNS[2:])
    if not found:
        return Table(Listed(("fund", "date"), ()), {name: np.empty(0) for name in COLUMNS[2:]})
    for days in found:
        amounts = (days.opening, days.received, *days.spent.values(), days.closing, days.unfunded)
        values = [*(amount / HUNDREDTHS for amount in amounts), days.short_seconds / HOUR]
        growing.add((days.fund.name,), record.window.dates, values)
    return growing.table()
