"""A stock in the SimPy model: what is on hand and on order, and its rows of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from borderflow.engine.journal import Entry
from borderflow.engine.order import Due, Rank
from borderflow.network import network as net

if TYPE_CHECKING:
    from borderflow.engine.operation import Operation

REVIEW = 1 << 30
"""Numbers of review events start here, above those of losses."""


class Stock:
    """On hand + on order is reviewed once after each event that moved it; an order goes exactly up to the level."""

    def __init__(self, operation: Operation, stock: net.Stock) -> None:
        self.operation = operation
        self.stock = stock
        self.on_hand = 0
        self.on_order = 0
        self.orders = 0
        self.last_order: int | None = None
        self.review_due = False
        self.takers = 0  # bit mask of the stations that take it
        self._lead_times: list[int] = []

    def open(self) -> None:
        """Enter the opening stock and put the known deliveries and losses on the calendar."""
        self.move(Entry.OPENING, self.stock.opening, -1)
        for number, supply in enumerate(self.stock.supplies):
            if supply.quantity > 0:
                self.operation.at(supply.second, Rank.DELIVERY, number, self.stock.index, self.delivered, number)
            else:
                self.operation.at(supply.second, Rank.CALENDAR, 1 + number, self.stock.index, self.lost, number)

    def move(self, entry: Entry, quantity: int, reference: int) -> None:
        if entry in (Entry.ISSUED, Entry.LOST):
            self.on_hand -= quantity
        elif entry is not Entry.ORDERED:
            self.on_hand += quantity
        operation = self.operation
        operation.ledger.append((operation.env.now, self.stock.index, entry, quantity, self.on_hand, reference))
        operation.moved |= 1 << self.stock.index

    def delivered(self, event: Due) -> None:
        number: int = event.what
        self.move(Entry.RECEIVED, self.stock.supplies[number].quantity, number)
        self.operation.touched |= self.takers

    def lost(self, event: Due) -> None:
        number: int = event.what
        self.move(Entry.LOST, min(self.on_hand, -self.stock.supplies[number].quantity), number)

    def arrived(self, event: Due) -> None:
        """An order comes in."""
        number, quantity = event.what
        self.on_order -= quantity
        self.move(Entry.RECEIVED, quantity, number)
        self.operation.touched |= self.takers

    def review(self) -> None:
        """Order up to the level where the position has fallen to the reorder point."""
        stock, operation = self.stock, self.operation
        position = self.on_hand + self.on_order
        if stock.reorder_at < 0 or position > stock.reorder_at:
            return
        now = operation.env.now
        if self.last_order is not None and now < self.last_order + stock.minimum_interval:
            if not self.review_due:
                self.review_due = True
                again = self.last_order + stock.minimum_interval
                operation.at(again, Rank.CALENDAR, REVIEW + self.orders, stock.index, self.review_again, None)
            return
        number, quantity = len(stock.supplies) + self.orders, stock.order_up_to - position
        lead_time = self.lead_time(self.orders)
        self.orders += 1
        self.on_order += quantity
        self.last_order = now
        self.move(Entry.ORDERED, quantity, number)
        operation.at(now + lead_time, Rank.DELIVERY, number, stock.index, self.arrived, (number, quantity))

    def review_again(self, _: Due) -> None:
        self.review_due = False
        self.operation.moved |= 1 << self.stock.index

    def lead_time(self, k: int) -> int:
        """Seconds that the k-th order takes: the k-th value of the stock's own stream."""
        if k >= len(self._lead_times):
            assert self.stock.lead_time is not None
            crossing = self.operation.network.crossings[self.stock.crossing]
            draws = self.operation.households.sequence(crossing, f"lead time {self.stock.name}", max(64, 2 * k))
            self._lead_times = [max(1, round(seconds)) for seconds in self.stock.lead_time(draws).tolist()]
        return self._lead_times[k]
