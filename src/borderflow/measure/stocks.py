"""Stocks: the ledger by day, stock-outs, what was asked for and not met."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from borderflow.engine.journal import Entry
from borderflow.measure import aid, orders
from borderflow.measure.aid import Asked
from borderflow.measure.record import Record
from borderflow.measure.rows import Place, Rows, ratio
from borderflow.measure.window import integrals
from borderflow.network.network import Calendar, Floats, Ints, Stock
from borderflow.scenario.units import DAY, HOUR

MOVES = {
    Entry.RECEIVED: ("received", 1),
    Entry.TRANSFERRED_IN: ("transferred_in", 1),
    Entry.ISSUED: ("issued", -1),
    Entry.TRANSFERRED_OUT: ("transferred_out", -1),
    Entry.LOST: ("lost", -1),
}
_SIGN = np.array([MOVES[kind][1] if kind in MOVES else 0 for kind in Entry], dtype=np.int64)
COVER_DAYS = 7


@dataclass(frozen=True)
class StockDays:
    """One stock day by day, in its smallest unit; arrays have one entry per day."""

    stock: Stock
    crossing: str
    opening: Ints
    moves: dict[str, Ints]
    closing: Ints
    lowest: Ints
    unmet: Ints
    demanded: Ints
    met: Ints
    short_seconds: Floats
    first_short: float
    extra_needed: Floats
    asked: Asked

    @property
    def place(self) -> Place:
        """The key of its rows; a warehouse's name is ``WAREHOUSE.ITEM``."""
        return (self.crossing, "", self.stock.name)

    @classmethod
    def of(cls, record: Record, stock: Stock) -> StockDays:
        window, ledger = record.window, record.journal.ledger
        rows = record.movements[stock.index]
        second, entry, quantity = ledger.second[rows], ledger.entry[rows], ledger.quantity[rows]
        change = quantity * _SIGN[entry]
        opened = quantity[entry == Entry.OPENING]
        begin = (int(opened.sum()) if len(opened) else stock.opening) + int(change[second < 0].sum())

        moved, used = record.moved[stock.index], record.used[stock.index]
        moves = {word: moved[kind] for kind, (word, _) in MOVES.items()}
        closing = begin + np.cumsum(_SIGN @ moved)
        opening = np.concatenate([[begin], closing[:-1]])

        # After the last entry of each second; entries of the warm-up are in ``begin``.
        here = np.flatnonzero(window.holds(second) & (_SIGN[entry] != 0))
        on_hand = Calendar(
            np.concatenate([[0], second[here]]),
            np.concatenate([[begin], begin + np.cumsum(change[here])]).astype(np.float64),
        )
        least = aid.smallest_take(record, stock) if stock.crossing >= 0 else 1
        short = Calendar(on_hand.second, (on_hand.value < least).astype(np.float64))
        short_seconds = integrals(short, window.day_edges)
        lasts = np.append(np.diff(short.second), window.end - short.second[-1]) > 0
        first = np.flatnonzero(lasts & (short.value > 0))
        lowest = np.minimum(opening, closing)
        np.minimum.at(lowest, on_hand.second // DAY, on_hand.value.astype(np.int64))

        asked = Asked.of(record, stock)
        # What people use without a visit (rations of a space) is asked for at the second at which it is given out.
        missed = moved[Entry.UNMET]
        return cls(
            stock=stock,
            crossing=record.network.crossings[stock.crossing] if stock.crossing >= 0 else "",
            opening=opening,
            moves=moves,
            closing=closing,
            lowest=lowest,
            unmet=window.per_day(asked.settled, asked.unmet).astype(np.int64) + missed,
            demanded=window.per_day(asked.asked, asked.wanted).astype(np.int64) + used + missed,
            met=window.per_day(asked.asked, asked.got).astype(np.int64) + used,
            short_seconds=short_seconds,
            first_short=float(short.second[first[0]]) if len(first) else math.nan,
            extra_needed=orders.extra_needed(
                record, stock, asked, on_hand, (second, entry, quantity, ledger.reference[rows]), begin
            ),
            asked=asked,
        )

    def units(self, quantity: Ints) -> Floats:
        """From the smallest unit to units as written."""
        result: Floats = quantity / self.stock.scale
        return result


def add_stock(rows: Rows, record: Record, days: StockDays) -> None:
    """Indicators of one stock; what is sent from stock to stock only where the plan has such a thing."""
    place = days.place
    quantities = {"received": days.moves["received"]}
    if days.crossing:
        quantities = {"issued": days.moves["issued"], **quantities, "unmet": days.unmet, "demanded": days.demanded}
    if sends(record) or not days.crossing:
        quantities |= {word: days.moves[word] for word in ("transferred_in", "transferred_out")}
    for word, quantity in quantities.items():
        rows.add(word, quantity.sum() / days.stock.scale, place, days=days.units(quantity))
    rows.add("lowest", days.lowest.min() / days.stock.scale, place, days=days.units(days.lowest))
    rows.add("closing", days.closing[-1] / days.stock.scale, place, days=days.units(days.closing))
    rows.add("first_stockout", days.first_short / DAY, place)
    short = days.short_seconds
    rows.add("stockout", float(short.any()), place, days=(short > 0).astype(np.float64))
    rows.add("stockout_hours", short.sum() / HOUR, place, days=short / HOUR)
    goes_out = days.moves["issued" if days.crossing else "transferred_out"]
    recent = goes_out[-COVER_DAYS:].mean()
    rows.add("days_of_cover", ratio(float(days.closing[-1]), float(recent)), place)
    if aid.is_handed_out(record, days.stock):
        aid.add_aid(rows, record, place, aid.households_by_aid(record, days.stock, days.asked))


def sends(record: Record) -> bool:
    """Whether stocks send goods to one another: orders on a warehouse, or transfers."""
    return bool(record.network.transfers) or any(stock.source >= 0 for stock in record.network.stocks)


def add_together(rows: Rows, record: Record, stocks: list[StockDays]) -> None:
    """An item over all crossings: sums, and whether and when it was out of stock anywhere."""
    names = dict.fromkeys(days.stock.name for days in stocks if days.crossing)
    for name in names:
        alike = [days for days in stocks if days.stock.name == name and days.crossing]
        place: Place = ("", "", name)
        words = ["issued", "received", "unmet", "demanded", "closing", "stockout_hours"]
        for word in words + (["transferred_in", "transferred_out"] if sends(record) else []):
            parts = [(days.crossing, "", name) for days in alike]
            by_day = np.sum([rows.by_day[part, word].value for part in parts], axis=0)
            rows.add(word, sum(rows.found[part, word][0] for part in parts), place, days=by_day)
        firsts = [days.first_short for days in alike if not math.isnan(days.first_short)]
        rows.add("first_stockout", min(firsts, default=math.nan) / DAY, place)
        rows.add("stockout", float(bool(firsts)), place)
        kinds = [aid.households_by_aid(record, d.stock, d.asked) for d in alike if aid.is_handed_out(record, d.stock)]
        if kinds:
            aid.add_aid(rows, record, place, [np.concatenate(kind) for kind in zip(*kinds, strict=True)])
