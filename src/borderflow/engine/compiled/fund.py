"""Funds: a balance, and the claims that wait for it, first come first served.

Each line has room for one claim, that of the household at its head; each stock for that of its first order without
payment; each boarding line for that of the vehicle that boards there. A claim is known by its place among them.
"""

from __future__ import annotations

from borderflow.engine.compiled.calendar import DELIVERY, HALF, LOW, RECEIPT, expect
from borderflow.engine.compiled.kernel import compiled
from borderflow.engine.compiled.marks import look_over, touch
from borderflow.engine.compiled.records import ACCOUNTS, FULL, NEVER, NOW, STATUS, WHICH
from borderflow.engine.compiled.world import World
from borderflow.engine.journal import Account
from borderflow.engine.order import Number

OPENED, CAME_IN, PURCHASE = int(Account.OPENING), int(Account.RECEIVED), int(Account.PURCHASE)
GRANT, TRIP, UNFUNDED, WITHDRAWN = (
    int(one) for one in (Account.GRANT, Account.TRIP, Account.UNFUNDED, Account.WITHDRAWN)
)
NUMBER_RECEIPT = int(Number.RECEIPT)
WIDEST = 2**62


@compiled
def times(quantity: int, amount: int, per: int, up: int) -> int:
    """``quantity`` × ``amount`` ÷ ``per``, rounded down, or ``up``: exact, however long the product is."""
    if amount == 0 or quantity <= WIDEST // amount:
        product = quantity * amount
        return -(-product // per) if up else product // per
    # Digit by digit: the whole part of the quotient, and what is left of it in ``rest`` < ``per``.
    whole, part = amount // per, amount % per
    result, rest = 0, 0
    for digit in range(62, -1, -1):
        result, rest = 2 * result, 2 * rest
        if rest >= per:
            result, rest = result + 1, rest - per
        if quantity >> digit & 1:
            rest += part
            if rest >= per:
                result, rest = result + 1, rest - per
    if up and rest:
        result += 1
    return quantity * whole + result


@compiled
def account(w: World, index: int, entry: int, amount: int, place: int, reference: int, since: int) -> None:
    """A row of an account, with the balance as it is now."""
    n = w.n
    if n[ACCOUNTS] == len(w.accounts):
        n[STATUS], n[WHICH] = FULL, ACCOUNTS
        return
    row = w.accounts[n[ACCOUNTS]]
    row.second, row.fund, row.entry, row.amount = n[NOW], index, entry, amount
    row.balance, row.place, row.reference, row.since = w.funds[index].balance, place, reference, since
    n[ACCOUNTS] += 1


@compiled
def open_fund(w: World, index: int) -> None:
    """Enter the opening balance and put the receipts on the calendar."""
    fund = w.funds[index]
    fund.balance = fund.opening
    account(w, index, OPENED, fund.opening, -1, -1, NEVER)
    for number in range(fund.receipts - fund.receipt):
        second = w.receipts[fund.receipt + number].second
        expect(w, second, DELIVERY, NUMBER_RECEIPT + number, index, RECEIPT, index << HALF | number)


@compiled
def money_came(w: World, what: int) -> None:
    """A receipt comes in."""
    index, number = what >> HALF, what & LOW
    fund = w.funds[index]
    amount = w.receipts[fund.receipt + number].quantity
    fund.balance += amount
    account(w, index, CAME_IN, amount, -1, number, NEVER)
    wake(w, index)


@compiled
def claim(w: World, which: int, kind: int, cost: int, place: int, reference: int) -> None:
    """Make a claim; it does not wait yet."""
    made = w.claims[which]
    made.kind, made.cost, made.place, made.reference, made.since = kind, cost, place, reference, NEVER


@compiled
def pays(w: World, index: int, which: int) -> bool:
    """Pay a claim whose turn it is, if the whole sum is there; otherwise it waits in order."""
    made = w.claims[which]
    if made.cost > spare(w, index, which):
        if made.since == NEVER:
            made.since = w.n[NOW]
            line_up(w, index, which)
            account(w, index, UNFUNDED, made.cost, made.place, made.reference, made.since)
        return False
    if made.since != NEVER:
        strike(w, index, which)
    spend(w, index, made.kind, made.cost, made.place, made.reference, made.since)
    wake(w, index)
    return True


@compiled
def spend(w: World, index: int, kind: int, amount: int, place: int, reference: int, since: int) -> None:
    if amount:
        w.funds[index].balance -= amount
        account(w, index, kind, amount, place, reference, since)


@compiled
def spare(w: World, index: int, which: int) -> int:
    """What a claim (-1: none that waits) may draw on: the balance, or -1 where another stands before it."""
    fund = w.funds[index]
    return fund.balance if fund.first < 0 or fund.first == which else -1


@compiled
def withdraw(w: World, index: int, which: int) -> None:
    """A claim that waits no longer stands; the next may be paid."""
    made = w.claims[which]
    if made.since != NEVER:
        strike(w, index, which)
        account(w, index, WITHDRAWN, made.cost, made.place, made.reference, made.since)
        wake(w, index)


@compiled
def wake(w: World, index: int) -> None:
    """Have the first claim asked for again if it can be paid now."""
    fund = w.funds[index]
    if fund.first >= 0 and w.claims[fund.first].cost <= fund.balance:
        first = w.claims[fund.first]
        if first.kind == PURCHASE:
            look_over(w, first.place)
        else:
            touch(w, first.place)


@compiled
def line_up(w: World, index: int, which: int) -> None:
    """A claim waits behind the others."""
    fund = w.funds[index]
    w.claims[which].before, w.claims[which].behind = fund.last, -1
    if fund.last < 0:
        fund.first = which
    else:
        w.claims[fund.last].behind = which
    fund.last = which


@compiled
def strike(w: World, index: int, which: int) -> None:
    """A claim waits no longer."""
    fund, made = w.funds[index], w.claims[which]
    if made.before < 0:
        fund.first = made.behind
    else:
        w.claims[made.before].behind = made.behind
    if made.behind < 0:
        fund.last = made.before
    else:
        w.claims[made.behind].before = made.before
