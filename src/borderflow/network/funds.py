"""Funds under a plan: what comes in, and at which price each thing is paid."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from fractions import Fraction

from borderflow.network import network as net
from borderflow.network.changes import Changes, titled
from borderflow.scenario.funds import TRIP
from borderflow.scenario.in_force import holds
from borderflow.scenario.targets import FUNDS
from borderflow.scenario.units import Money, midnight

HUNDREDTHS = 100


def fund(changes: Changes, index: int, name: str, stocks: Sequence[net.Stock], fleets: Sequence[net.Fleet]) -> net.Fund:
    """One fund with its receipts in order; a receipt comes at midnight, also in a closure of supplies."""
    written, costs = changes.scenario.funds[name], changes.scenario.costs
    opening = written.opening
    for change in changes.to(FUNDS, FUNDS, name, "opening"):
        if change.operation == "set":
            opening = change.value
        elif opening is not None:
            opening = Money(opening.number * change.value, opening.currency)
    seconds = [(midnight(on, changes.start), hundredths(one)) for on, one in received(changes, name)]
    inside = [one for one in seconds if changes.first <= one[0] < changes.end and one[1] > 0]

    def prices(items: Collection[str]) -> dict[int, net.Price]:
        found = {one.index: price(costs[_item(one)], one.scale) for one in stocks if _item(one) in items}
        return {stock: each for stock, each in found.items() if each.amount}

    fare = hundredths(costs[TRIP]) if written.trips else 0
    return net.Fund(
        index=index,
        name=name,
        title=titled(written.title, name),
        currency=next(iter(costs.values())).currency,
        opening=0 if opening is None else hundredths(opening),
        receipts=tuple(net.Supply(second, amount) for second, amount in sorted(inside)),
        buys=prices(written.buys),
        grants=prices(written.grants),
        trips={one.index: fare for one in fleets if fare and one.name in written.trips},
    )


def received(changes: Changes, name: str) -> list[tuple[date, Money]]:
    """The receipts of a fund by day; a plan's changes act in the order written, on those that stand there by then."""
    found = list(changes.scenario.funds[name].receipts.items())
    for change in changes.to(FUNDS, FUNDS, name, "receipts"):
        if change.operation == "add" and change.first is not None:
            found.append((change.first, change.value))
        elif change.operation == "scale":
            found = [
                (on, Money(one.number * change.value, one.currency) if holds(change, on) else one) for on, one in found
            ]
    return found


def hundredths(money: Money) -> int:
    """A sum in hundredths of its currency, the nearest whole number of them."""
    return round(Fraction(repr(money.number)) * HUNDREDTHS)


def price(money: Money, scale: int) -> net.Price:
    """The price of one unit as written, exact to the last digit, for a stock with ``scale`` smallest units in it."""
    each = Fraction(repr(money.number)) * HUNDREDTHS / scale
    return net.Price(each.numerator, each.denominator)


def _item(stock: net.Stock) -> str:
    """The item of a stock; that of a warehouse is named ``WAREHOUSE.ITEM``."""
    return stock.name.rpartition(".")[2] if stock.crossing < 0 else stock.name
