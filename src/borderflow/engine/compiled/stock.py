"""Stocks: movements with their rows of the ledger, orders, back orders, shipments, transfers."""

from __future__ import annotations

from borderflow.engine.compiled.calendar import (
    BROUGHT,
    DELIVERY,
    HALF,
    LOSS,
    LOW,
    REVIEW,
    SEND,
    SHIPPED,
    SUPPLIED,
    expect,
    first_open,
    plan,
)
from borderflow.engine.compiled.fund import PURCHASE, claim, pays, times
from borderflow.engine.compiled.kernel import compiled, inlined
from borderflow.engine.compiled.marks import look_over, touch
from borderflow.engine.compiled.records import (
    FULL,
    LEDGER,
    MORE_DRAWS,
    NOW,
    ORDERS,
    SHIPMENTS,
    STATUS,
    WHICH,
)
from borderflow.engine.compiled.world import World
from borderflow.engine.journal import Entry
from borderflow.engine.order import Number

OPENING, RECEIVED, ISSUED, LOST = (int(one) for one in (Entry.OPENING, Entry.RECEIVED, Entry.ISSUED, Entry.LOST))
CAME, WENT, ORDERED, UNMET = (
    int(one) for one in (Entry.TRANSFERRED_IN, Entry.TRANSFERRED_OUT, Entry.ORDERED, Entry.UNMET)
)
NUMBER_LOSS, NUMBER_REVIEW, NUMBER_TRANSFER = int(Number.LOSS), int(Number.REVIEW), int(Number.TRANSFER)


@inlined
def enter(w: World, index: int, entry: int, quantity: int, reference: int) -> None:
    """A movement in the ledger; the stock is reviewed once the event is done."""
    n, stock = w.n, w.stocks[index]
    if entry in (ISSUED, LOST, WENT):
        stock.on_hand -= quantity
    elif entry not in (ORDERED, UNMET):
        stock.on_hand += quantity
    row = n[LEDGER]
    if row == len(w.ledger):
        n[STATUS], n[WHICH] = FULL, LEDGER
        return
    line = w.ledger[row]
    line.second, line.stock, line.entry = n[NOW], index, entry
    line.quantity, line.on_hand, line.reference = quantity, stock.on_hand, reference
    n[LEDGER] = row + 1
    look_over(w, index)


@compiled
def come_in(w: World, index: int, entry: int, quantity: int, reference: int) -> None:
    """Goods arrive: what is owed goes out first, then the stations that take the item look at their lines."""
    enter(w, index, entry, quantity, reference)
    ship(w, index)
    stock = w.stocks[index]
    for row in range(stock.taker, stock.takers):
        touch(w, w.takers[row])


@compiled
def open_stock(w: World, index: int) -> None:
    """Enter the opening stock and put the known deliveries and losses on the calendar."""
    stock = w.stocks[index]
    for row in range(stock.supply, stock.supplies):
        if w.supplies[row].ordered:
            stock.on_order += w.supplies[row].quantity
    enter(w, index, OPENING, stock.opening, -1)
    for number in range(stock.supplies - stock.supply):
        supply = w.supplies[stock.supply + number]
        what = index << HALF | number
        if supply.quantity > 0:
            expect(w, supply.second, DELIVERY, number, index, SUPPLIED, what)
        else:
            plan(w, supply.second, NUMBER_LOSS + number, index, LOSS, what)


@compiled
def supplied(w: World, what: int) -> None:
    index, number = what >> HALF, what & LOW
    supply = w.supplies[w.stocks[index].supply + number]
    if supply.ordered:
        w.stocks[index].on_order -= supply.quantity
    come_in(w, index, RECEIVED, supply.quantity, number)


@compiled
def lost(w: World, what: int) -> None:
    index, number = what >> HALF, what & LOW
    quantity = -w.supplies[w.stocks[index].supply + number].quantity
    enter(w, index, LOST, min(w.stocks[index].on_hand, quantity), number)


@compiled
def review(w: World, index: int) -> None:
    """Order up to the level where the position has fallen to the reorder point."""
    n, stock = w.n, w.stocks[index]
    if stock.unpaid_first >= 0:
        pay_orders(w, index)
    position = stock.on_hand + stock.on_order
    if stock.reorder_at < 0 or position > stock.reorder_at:
        return
    if stock.ordered and n[NOW] < stock.last_order + stock.minimum_interval:
        if not stock.review_due:
            stock.review_due = 1
            again = stock.last_order + stock.minimum_interval
            plan(w, again, NUMBER_REVIEW + stock.orders, index, REVIEW, index)
        return
    sequence = w.sequences[stock.sequence]
    if stock.orders >= sequence.count:
        n[STATUS], n[WHICH] = MORE_DRAWS, stock.sequence
        return
    if n[ORDERS] == len(w.orders):
        n[STATUS], n[WHICH] = FULL, ORDERS
        return
    made = n[ORDERS]
    n[ORDERS] += 1
    order = w.orders[made]
    order.goal = index
    order.number = stock.supplies - stock.supply + stock.orders
    order.lead_time = w.draws[sequence.first + stock.orders]
    order.owed = stock.order_up_to - position
    order.next = -1
    stock.orders += 1
    stock.on_order += order.owed
    stock.last_order = n[NOW]
    stock.ordered = 1
    enter(w, index, ORDERED, order.owed, order.number)
    if stock.fund >= 0:
        await_payment(w, made)
    elif stock.source < 0:
        send(w, made, RECEIVED, order.owed)
    else:
        owe(w, stock.source, made)


@compiled
def owe(w: World, index: int, made: int) -> None:
    """A warehouse is to send an order: what is there at once, the rest when it comes."""
    warehouse = w.stocks[index]
    if warehouse.owed_first < 0:
        warehouse.owed_first = made
    else:
        w.orders[warehouse.owed_last].next = made
    warehouse.owed_last = made
    ship(w, index)


@compiled
def await_payment(w: World, made: int) -> None:
    """An order from outside is paid as it is placed, if those before it are."""
    index = w.orders[made].goal
    stock = w.stocks[index]
    if stock.unpaid_first < 0:
        stock.unpaid_first = made
        claim_order(w, index, made)
    else:
        w.orders[stock.unpaid_last].next = made
    stock.unpaid_last = made
    pay_orders(w, index)


@compiled
def claim_order(w: World, index: int, made: int) -> None:
    stock, order = w.stocks[index], w.orders[made]
    cost = times(order.owed, stock.amount, stock.per, 1)
    claim(w, len(w.stations) + index, PURCHASE, cost, index, order.number)


@compiled
def pay_orders(w: World, index: int) -> None:
    """Pay the orders that wait for money, in order, as far as it goes, and have them sent."""
    stock = w.stocks[index]
    while stock.unpaid_first >= 0 and w.n[STATUS] == 0 and pays(w, stock.fund, len(w.stations) + index):
        made = stock.unpaid_first
        stock.unpaid_first = w.orders[made].next
        send(w, made, RECEIVED, w.orders[made].owed)
        if stock.unpaid_first >= 0:
            claim_order(w, index, stock.unpaid_first)


@compiled
def review_again(w: World, index: int) -> None:
    w.stocks[index].review_due = 0
    look_over(w, index)


@compiled
def ship(w: World, index: int) -> None:
    """Send out what is owed, first come first served, as far as the stock goes."""
    warehouse = w.stocks[index]
    while warehouse.owed_first >= 0 and warehouse.on_hand > 0 and w.n[STATUS] == 0:
        made = warehouse.owed_first
        order = w.orders[made]
        quantity = min(order.owed, warehouse.on_hand)
        enter(w, index, WENT, quantity, order.number)
        send(w, made, CAME, quantity)
        order.owed -= quantity
        if order.owed == 0:
            warehouse.owed_first = order.next


@compiled
def send(w: World, made: int, entry: int, quantity: int) -> None:
    """Put a shipment of an order on its way; in a closure of supplies it waits for the first open second."""
    n, order = w.n, w.orders[made]
    index = order.goal
    stock = w.stocks[index]
    if n[SHIPMENTS] == len(w.shipments):
        n[STATUS], n[WHICH] = FULL, SHIPMENTS
        return
    row = n[SHIPMENTS]
    n[SHIPMENTS] += 1
    shipment = w.shipments[row]
    shipment.stock, shipment.entry, shipment.number, shipment.quantity = index, entry, order.number, quantity
    number = stock.supplies - stock.supply + stock.shipments
    stock.shipments += 1
    second = first_open(w.stretches, stock.shut_from, stock.shut_to, n[NOW] + order.lead_time)
    expect(w, second, DELIVERY, number, index, SHIPPED, row)


@compiled
def shipped(w: World, row: int) -> None:
    """A shipment of an order comes in."""
    shipment = w.shipments[row]
    w.stocks[shipment.stock].on_order -= shipment.quantity
    come_in(w, shipment.stock, shipment.entry, shipment.quantity, shipment.number)


@compiled
def plan_transfers(w: World) -> None:
    for number in range(len(w.transfers)):
        transfer = w.transfers[number]
        plan(w, transfer.second, NUMBER_TRANSFER + number, transfer.source, SEND, number)


@compiled
def transfer_leaves(w: World, number: int) -> None:
    """What is there of the quantity goes out."""
    n, transfer = w.n, w.transfers[number]
    quantity = min(transfer.quantity, w.stocks[transfer.source].on_hand)
    if not quantity:
        return
    enter(w, transfer.source, WENT, quantity, number)
    goal = w.stocks[transfer.goal]
    second = first_open(w.stretches, goal.shut_from, goal.shut_to, n[NOW] + transfer.takes)
    transfer.quantity = quantity
    expect(w, second, DELIVERY, NUMBER_TRANSFER + number, transfer.goal, BROUGHT, number)


@compiled
def transfer_arrives(w: World, number: int) -> None:
    transfer = w.transfers[number]
    come_in(w, transfer.goal, CAME, transfer.quantity, number)
