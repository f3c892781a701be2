"""A stock in the SimPy model: what is on hand and on order, and its rows of the ledger."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from borderflow.engine.journal import Entry
from borderflow.engine.order import Due, Number, Rank
from borderflow.network import network as net

if TYPE_CHECKING:
    from borderflow.engine.operation import Operation


NOTES = (Entry.ORDERED, Entry.UNMET)
OUT = (Entry.ISSUED, Entry.LOST, Entry.TRANSFERRED_OUT)


@dataclass(eq=False)
class Order:
    """An order of a stock: its number, its quantity, what a warehouse still owes of it, and its lead time."""

    goal: Stock
    number: int
    quantity: int
    lead_time: int
    owed: int = field(init=False)

    def __post_init__(self) -> None:
        self.owed = self.quantity


class Stock:
    """On hand + on order is reviewed once after each event that moved it; an order goes exactly up to the level.

    A warehouse is a stock too: orders that name it take what is there, and the rest is owed, first come first served.
    """

    def __init__(self, operation: Operation, stock: net.Stock) -> None:
        self.operation = operation
        self.stock = stock
        self.index = stock.index
        self.bit = 1 << stock.index
        self.reorder_at = stock.reorder_at
        self.on_hand = 0
        self.on_order = 0
        self.orders = 0
        self.shipments = 0
        self.owed: deque[Order] = deque()
        self.last_order: int | None = None
        self.review_due = False
        self.takers = 0  # bit mask of the stations that take it
        self._lead_times: list[int] = []

    def open(self) -> None:
        """Enter the opening stock and put the known deliveries and losses on the calendar."""
        self.on_order = sum(supply.quantity for supply in self.stock.supplies if supply.ordered)
        self.move(Entry.OPENING, self.stock.opening, -1)
        for number, supply in enumerate(self.stock.supplies):
            if supply.quantity > 0:
                self.operation.at(supply.second, Rank.DELIVERY, number, self.stock.index, self.delivered, number)
            else:
                self.operation.at(
                    supply.second, Rank.CALENDAR, Number.LOSS + number, self.stock.index, self.lost, number
                )

    def move(self, entry: Entry, quantity: int, reference: int) -> None:
        """Enter a movement in the ledger; the stock is reviewed once the event is done."""
        if entry in OUT:
            self.on_hand -= quantity
        elif entry not in NOTES:
            self.on_hand += quantity
        operation = self.operation
        operation.ledger.append((operation.now, self.index, entry, quantity, self.on_hand, reference))
        if self.on_hand + self.on_order <= self.reorder_at:
            operation.moved |= self.bit

    def come_in(self, entry: Entry, quantity: int, reference: int) -> None:
        """Goods arrive: what is owed goes out first, then the stations that take the item look at their lines."""
        self.move(entry, quantity, reference)
        self.ship()
        self.operation.touched |= self.takers

    def delivered(self, event: Due) -> None:
        number: int = event.what
        supply = self.stock.supplies[number]
        if supply.ordered:
            self.on_order -= supply.quantity
        self.come_in(Entry.RECEIVED, supply.quantity, number)

    def lost(self, event: Due) -> None:
        number: int = event.what
        self.move(Entry.LOST, min(self.on_hand, -self.stock.supplies[number].quantity), number)

    def arrived(self, event: Due) -> None:
        """A shipment of an order comes in."""
        entry, number, quantity = event.what
        self.on_order -= quantity
        self.come_in(entry, quantity, number)

    # -- ordering ---------------------------------------------------------------------------------------------------

    def review(self) -> None:
        """Order up to the level where the position has fallen to the reorder point."""
        stock, operation = self.stock, self.operation
        position = self.on_hand + self.on_order
        if stock.reorder_at < 0 or position > stock.reorder_at:
            return
        now = operation.now
        if self.last_order is not None and now < self.last_order + stock.minimum_interval:
            if not self.review_due:
                self.review_due = True
                again = self.last_order + stock.minimum_interval
                operation.at(again, Rank.CALENDAR, Number.REVIEW + self.orders, stock.index, self.review_again, None)
            return
        order = Order(
            self, len(stock.supplies) + self.orders, stock.order_up_to - position, self.lead_time(self.orders)
        )
        self.orders += 1
        self.on_order += order.quantity
        self.last_order = now
        self.move(Entry.ORDERED, order.quantity, order.number)
        self.send_for(order)

    def send_for(self, order: Order) -> None:
        """Have an order sent: from outside, or by the warehouse that this stock draws on."""
        if self.stock.source < 0:
            self.expect(Entry.RECEIVED, order, order.quantity)
        else:
            warehouse = self.operation.stocks[self.stock.source]
            warehouse.owed.append(order)
            warehouse.ship()

    def review_again(self, _: Due) -> None:
        self.review_due = False
        self.operation.moved |= self.bit

    def ship(self) -> None:
        """Send out what is owed, first come first served, as far as the stock goes."""
        while self.owed and self.on_hand > 0:
            order = self.owed[0]
            quantity = min(order.owed, self.on_hand)
            self.move(Entry.TRANSFERRED_OUT, quantity, order.number)
            order.goal.expect(Entry.TRANSFERRED_IN, order, quantity)
            order.owed -= quantity
            if order.owed == 0:
                self.owed.popleft()

    def expect(self, entry: Entry, order: Order, quantity: int) -> None:
        """Put a shipment of an order on its way here; in a closure of supplies it waits for the first open second."""
        number = len(self.stock.supplies) + self.shipments
        self.shipments += 1
        second = first_open(self.operation.now + order.lead_time, self.stock.shut)
        self.operation.at(
            second, Rank.DELIVERY, number, self.stock.index, self.arrived, (entry, order.number, quantity)
        )

    def lead_time(self, k: int) -> int:
        """Seconds that the k-th order takes: the k-th value of the stock's own stream."""
        if k >= len(self._lead_times):
            assert self.stock.lead_time is not None
            crossing = self.operation.place_of(self.stock.crossing)
            draws = self.operation.households.sequence(crossing, f"lead time {self.stock.name}", max(64, 2 * k))
            self._lead_times = [max(1, round(seconds)) for seconds in self.stock.lead_time(draws).tolist()]
        return self._lead_times[k]


class Transfers:
    """Dated transfers from one stock to another."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        for number, transfer in enumerate(operation.network.transfers):
            what = (number, transfer)
            operation.at(transfer.second, Rank.CALENDAR, Number.TRANSFER + number, transfer.source, self.leave, what)

    def leave(self, event: Due) -> None:
        """What is there of the quantity goes out."""
        number, transfer = event.what
        source, goal = self.operation.stocks[transfer.source], self.operation.stocks[transfer.goal]
        quantity = min(transfer.quantity, source.on_hand)
        if quantity:
            source.move(Entry.TRANSFERRED_OUT, quantity, number)
            second = first_open(self.operation.now + transfer.takes, goal.stock.shut)
            key = Number.TRANSFER + number
            self.operation.at(second, Rank.DELIVERY, key, transfer.goal, self.arrive, (number, goal, quantity))

    def arrive(self, event: Due) -> None:
        number, goal, quantity = event.what
        goal.come_in(Entry.TRANSFERRED_IN, quantity, number)


def first_open(second: int, shut: tuple[tuple[int, int], ...]) -> int:
    """The first second at or after ``second`` that lies in no closure."""
    for first, end in shut:
        if first <= second < end:
            second = end
    return second
