"""Funds in the SimPy model: money that purchases, grants and trips draw on, and who waits for it.

Claims are paid first come first served: while one waits, no later claim of the same fund is paid, however small. A
claim stands from the moment at which nothing but the money is missing; one that could no longer go ahead is withdrawn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from borderflow.engine.boarding import Boarding, Load
from borderflow.engine.journal import NEVER, Account
from borderflow.engine.line import WAITING, Line
from borderflow.engine.order import Due, Number, Rank
from borderflow.engine.stock import Order, Stock
from borderflow.network import network as net

if TYPE_CHECKING:
    from borderflow.engine.operation import Operation


@dataclass(eq=False)
class Claim:
    """What a fund is asked for: its cost, whose it is, and what to look at again once it can be paid."""

    kind: Account
    cost: int
    place: int
    reference: int
    again: Callable[[], None]
    since: int = NEVER  # the second from which it has waited


class Fund:
    """A balance, never below zero, and the claims that wait, in order."""

    def __init__(self, operation: Operation, fund: net.Fund) -> None:
        self.operation = operation
        self.fund = fund
        self.balance = 0
        self.claims: deque[Claim] = deque()

    def open(self) -> None:
        """Enter the opening balance and put the receipts on the calendar: they are deliveries, after those of goods."""
        self.balance = self.fund.opening
        self.enter(Account.OPENING, self.fund.opening, -1, -1, NEVER)
        for number, receipt in enumerate(self.fund.receipts):
            key = Number.RECEIPT + number
            self.operation.at(receipt.second, Rank.DELIVERY, key, self.fund.index, self.received, number)

    def enter(self, entry: Account, amount: int, place: int, reference: int, since: int) -> None:
        row = (self.operation.now, self.fund.index, entry, amount, self.balance, place, reference, since)
        self.operation.accounts.append(row)

    def received(self, event: Due) -> None:
        number: int = event.what
        amount = self.fund.receipts[number].quantity
        self.balance += amount
        self.enter(Account.RECEIVED, amount, -1, number, NEVER)
        self.wake()

    def pays(self, claim: Claim) -> bool:
        """Pay a claim whose turn it is, if the whole sum is there; otherwise it waits in order."""
        if claim.cost > self.spare(claim):
            if claim.since == NEVER:
                claim.since = self.operation.now
                self.claims.append(claim)
                self.enter(Account.UNFUNDED, claim.cost, claim.place, claim.reference, claim.since)
            return False
        if claim.since != NEVER:
            self.claims.popleft()
        self.spend(claim.kind, claim.cost, claim.place, claim.reference, claim.since)
        self.wake()
        return True

    def spend(self, kind: Account, amount: int, place: int, reference: int, since: int) -> None:
        if amount:
            self.balance -= amount
            self.enter(kind, amount, place, reference, since)

    def spare(self, claim: Claim | None) -> int:
        """What a claim may draw on: the balance, or -1 where another stands before it."""
        return self.balance if not self.claims or self.claims[0] is claim else -1

    def withdraw(self, claim: Claim) -> None:
        """A claim that waits no longer stands; the next may be paid."""
        if claim.since != NEVER:
            self.claims.remove(claim)
            self.enter(Account.WITHDRAWN, claim.cost, claim.place, claim.reference, claim.since)
            self.wake()

    def wake(self) -> None:
        """Have the first claim asked for again if it can be paid now."""
        if self.claims and self.claims[0].cost <= self.balance:
            self.claims[0].again()


class PaidLine(Line):
    """A line whose households are given money, or what is bought as it is handed out: paid at the start of service.

    The household at the head claims once a desk is free and the stock is there. It waits as for stock: nobody overtakes
    in its line, and ``if_short`` and patience hold. Its claim is withdrawn when it leaves, when another comes to the
    head, or when its line is looked at and no desk can serve it or the stock is short.
    """

    def __init__(self, operation: Operation, station: net.Station, fund: Fund) -> None:
        super().__init__(operation, station)
        self.fund = fund
        grants = fund.fund.grants
        self.prices = [(grants[stock.index], fixed, each) for stock, fixed, each in self.takes if stock.index in grants]
        self.claim: Claim | None = None
        self.asked = False

    def serve(self) -> None:
        self.asked = False
        super().serve()
        claim = self.claim
        if claim is not None and not (self.asked and self.operation.fate[claim.reference] == WAITING):
            self.drop()

    def drop(self) -> None:
        claim, self.claim = self.claim, None
        if claim is not None:
            self.fund.withdraw(claim)

    def look_again(self) -> None:
        self.operation.touched |= self.bit

    def short(self, visit: int) -> bool:
        """Whether the stock or the fund does not cover what the household takes; if both do, it is paid."""
        if super().short(visit):
            return True
        if self.claim is None or self.claim.reference != visit:
            self.drop()
            cost = self.cost(visit)
            if cost <= self.fund.spare(None):  # as nearly always: paid without a claim that has to wait
                self.fund.spend(Account.GRANT, cost, self.index, visit, NEVER)
                return False
            self.claim = Claim(Account.GRANT, cost, self.index, visit, self.look_again)
        if self.fund.pays(self.claim):
            self.claim = None
            return False
        self.asked = True
        return True

    def cost(self, visit: int) -> int:
        size = self.operation.size[visit]
        return sum([price.of(fixed + each * size) for price, fixed, each in self.prices])

    def part(self, visit: int, stock: Stock, whole: int) -> int:
        """What there is, and no more than the fund can pay now."""
        quantity, price = super().part(visit, stock, whole), self.fund.fund.grants.get(stock.stock.index)
        if price is None:
            return quantity
        own = self.claim if self.claim is not None and self.claim.reference == visit else None
        quantity = min(quantity, price.covers(max(0, self.fund.spare(own))))
        self.fund.spend(Account.GRANT, price.of(quantity), self.index, visit, NEVER)
        return quantity


class PaidStock(Stock):
    """A stock whose orders from outside the operation are paid as they are placed; unpaid ones wait, in order.

    An order counts as on order from the moment it is placed. Its lead time, that of its number, begins with the
    payment.
    """

    def __init__(self, operation: Operation, stock: net.Stock, fund: Fund) -> None:
        super().__init__(operation, stock)
        self.fund = fund
        self.price = fund.fund.buys[stock.index]
        self.unpaid: deque[tuple[Order, Claim]] = deque()

    def review(self) -> None:
        self.pay()
        super().review()

    def send_for(self, order: Order) -> None:
        cost = self.price.of(order.quantity)
        self.unpaid.append((order, Claim(Account.PURCHASE, cost, self.stock.index, order.number, self.look_again)))
        self.pay()

    def pay(self) -> None:
        while self.unpaid and self.fund.pays(self.unpaid[0][1]):
            order, _ = self.unpaid.popleft()
            super().send_for(order)

    def look_again(self) -> None:
        self.operation.moved |= self.bit


class PaidBoarding(Boarding):
    """Vehicles that leave once their trip is paid; until then they stand at the kerb.

    The household that fits next may still board one that waits. No other vehicle boards for its destination.
    """

    def __init__(self, operation: Operation, station: net.Station, fleet: net.Fleet, fund: Fund) -> None:
        super().__init__(operation, station, fleet)
        self.fund = fund
        self.fare = fund.fund.trips[fleet.index]
        self.due: dict[int, Claim] = {}  # by the number of the load

    def serve(self) -> None:
        for load in self.loads:
            if load is not None and load.number in self.due:
                self.depart(load)
        super().serve()

    def depart(self, load: Load) -> bool:
        claim = self.due.get(load.number)
        if claim is None:
            cost = self.fare * load.vehicles
            claim = self.due[load.number] = Claim(Account.TRIP, cost, self.index, load.number, self.look_again)
        if not self.fund.pays(claim):
            return False
        del self.due[load.number]
        return super().depart(load)

    def look_again(self) -> None:
        self.operation.touched |= self.bit
