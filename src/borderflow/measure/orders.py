"""Order-by dates: one extra order placed on a day, all else as it went.

An approximation, on the demand and the supply of a replication as they were: an order that arrives changes neither who
comes nor when they are served, and the reorder policy does not answer to it. What was issued is needed when it was
issued. What was not met for want of stock is needed from the first open second after joining the line, so an order
that would come while they still wait counts as too late: the dates are rather early than late. Who still waits at the
end is counted if the period ends out of stock. Rations are needed when they are due, before a delivery of that second.
From a warehouse is needed what is ordered of it, when it is ordered. The lead time is the median of the policy's.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from borderflow.engine.journal import Entry
from borderflow.measure.aid import Asked
from borderflow.measure.record import Record
from borderflow.measure.rising import rising
from borderflow.measure.window import at_each
from borderflow.network.network import Calendar, Floats, Ints, Stock

Kinds = npt.NDArray[np.int8]
RATION = -2
"""References of the ledger up to this one are rations."""
_SUPPLIES = {Entry.RECEIVED: 1, Entry.TRANSFERRED_IN: 1, Entry.TRANSFERRED_OUT: -1, Entry.LOST: -1}


def extra_needed(
    record: Record, stock: Stock, asked: Asked, on_hand: Calendar, moves: tuple[Ints, Kinds, Ints, Ints], begin: int
) -> Floats:
    """For each day: the least extra quantity, ordered at its midnight, that leaves no need unmet to the end.

    0 where none is needed, NaN where a shortage comes before it could arrive; all NaN for a stock that is not ordered.
    """
    window = record.window
    if stock.lead_time is None:
        return np.full(window.days, np.nan)
    lead = max(1, int(np.rint(stock.lead_time(np.array([0.5]))[0])))
    second, entry, quantity, reference = moves
    sign = _signs()
    owed: list[tuple[Ints, Ints]] = []
    if stock.crossing < 0:
        sign[Entry.TRANSFERRED_OUT] = 0
        wanted = _ordered_of(record, stock)
        late = wanted[0] < 0  # ordered in the warm-up: what is still owed of it is needed at once
        gone = (entry == Entry.TRANSFERRED_OUT) & (second < 0)
        begin += int(quantity[gone].sum() - wanted[1][late].sum())
        owed.append((wanted[0][~late], -wanted[1][~late]))
    here = window.holds(second)
    second, entry, quantity = second[here], entry[here], quantity[here]
    # Rations come before the deliveries of their second.
    seconds = [second - (reference[here] <= RATION), *(each for each, _ in owed)]
    amounts = [quantity * sign[entry], *(each for _, each in owed)]

    unmet = np.flatnonzero((asked.unmet > 0) & window.holds(asked.settled))  # few, and not in order of time
    short = unmet[at_each(on_hand, asked.settled[unmet]) < asked.wanted[unmet]]
    if on_hand.value[-1] < np.append(asked.wanted[asked.waiting], 0).max():
        short = np.union1d(short, np.flatnonzero(asked.waiting))
    seconds.append(np.minimum(np.maximum(asked.open_from[short], 0), window.end - 1))
    amounts.append(-(asked.wanted - asked.got)[short])

    when, change = np.concatenate(seconds), np.concatenate(amounts)
    order = rising(when)  # within a second, as in the ledger
    when, net = when[order], begin + np.cumsum(change[order])
    # Least balance before, and from, each event; an order helps every event at or after its arrival.
    before = np.minimum.accumulate(np.concatenate([[begin], net]))
    later = np.minimum.accumulate(np.append(net, np.iinfo(np.int64).max)[::-1])[::-1]
    arrives = window.day_edges[:-1] + lead
    index = np.searchsorted(when, arrives)
    in_time = before[index] >= 0
    extra: Floats = np.where(in_time, np.maximum(0, -later[index]) / stock.scale, np.nan)
    return extra


def _ordered_of(record: Record, stock: Stock) -> tuple[Ints, Ints]:
    """When and how much others ordered of a warehouse, or were to get of it by a dated transfer."""
    ledger = record.journal.ledger
    goals = [other.index for other in record.network.stocks if other.source == stock.index]
    rows = np.flatnonzero((ledger.entry == Entry.ORDERED) & np.isin(ledger.stock, goals))
    sent = [transfer for transfer in record.network.transfers if transfer.source == stock.index]
    second = np.append(ledger.second[rows], np.array([transfer.second for transfer in sent], dtype=np.int64))
    quantity = np.append(ledger.quantity[rows], np.array([transfer.quantity for transfer in sent], dtype=np.int64))
    return second, quantity


def _signs() -> Ints:
    sign = np.zeros(len(Entry), dtype=np.int64)
    sign[Entry.ISSUED] = sign[Entry.UNMET] = -1  # rations that could not be given are needed at that second
    for kind, plus in _SUPPLIES.items():
        sign[kind] = plus
    return sign
