"""What stands at a crossing at the start: whether it can stand there, and nothing else brings it too."""

from __future__ import annotations

from collections.abc import Container, Iterator

from borderflow.scenario.check_places import differs, in_unit
from borderflow.scenario.faults import Fault, near
from borderflow.scenario.seen import Seen, SeenCrossing, read
from borderflow.scenario.tree import Node, below, children, fault
from borderflow.scenario.units import amount, day


def checked_initial(seen: Seen, crossing: SeenCrossing) -> Iterator[Fault]:
    """Whether it stands at a station, stock or fleet of the crossing, and no warm-up brings it too."""
    node, path = crossing.at("initial"), f"{crossing.path}.initial"
    if node is None:
        return
    if seen.warm_up:
        message = "'initial' and 'warm_up' are two ways to begin; keep one of them"
        yield fault(node, path, message, got=False, at_key=True)
    for key, item in _unknown(node, "queue", crossing.order):
        message = f"there is no station '{key}' in the journey of {crossing.name}{near(key, crossing.order)}"
        yield fault(item, below(f"{path}.queue", key), message, got=False, at_key=True)
    for key, item in _unknown(node, "orders", crossing.stocks):
        message = f"there is no stock '{key}' at {crossing.name}{near(key, crossing.stocks)}"
        yield fault(item, below(f"{path}.orders", key), message, got=False, at_key=True)
    for key, item in _unknown(node, "away", crossing.fleets):
        message = f"there is no fleet '{key}' at {crossing.name}{near(key, crossing.fleets)}"
        yield fault(item, below(f"{path}.away", key), message, got=False, at_key=True)
    yield from _orders(seen, crossing, node, path)
    yield from _away(seen, crossing, node, path)


def _unknown(node: Node, word: str, names: Container[str]) -> Iterator[tuple[str, Node]]:
    """What a block names that is not there."""
    held = node.get(word)
    for key, item in held.items() if held is not None else ():
        if str(key) not in names:
            yield str(key), item


def _orders(seen: Seen, crossing: SeenCrossing, node: Node, path: str) -> Iterator[Fault]:
    """Orders that have come already, or that are in another unit than the stock."""
    held = node.get("orders")
    for key, listing in held.items() if held is not None else ():
        stock = crossing.stocks.get(str(key))
        for where, _, order in children(listing, below(f"{path}.orders", key)):
            if _past(seen, order):
                message = "it has come before the start: state it in the 'opening' of the stock"
                yield fault(order.get("on") or order, f"{where}.on", message)
            quantity = order.get("quantity")
            sent = read(quantity, amount)
            if quantity is not None and sent is not None and stock is not None and differs(stock, sent.unit):
                message = f"brings {in_unit(sent.unit)}, but stock '{key}' is in {in_unit(stock.unit)}"
                yield fault(quantity, f"{where}.quantity", message)


def _away(seen: Seen, crossing: SeenCrossing, node: Node, path: str) -> Iterator[Fault]:
    """Vehicles that are back already, and more of them than there are."""
    held = node.get("away")
    for key, listing in held.items() if held is not None else ():
        many = 0
        for where, _, one in children(listing, below(f"{path}.away", key)):
            if _past(seen, one):
                yield fault(one.get("on") or one, f"{where}.on", "they are back before the start; delete the line")
            many += read(one.get("vehicles"), int) or 0
        fleet = crossing.fleets.get(str(key))
        if fleet is not None and seen.start is not None and many > fleet.vehicles.on(seen.start):
            message = f"{many} vehicles are away, but '{key}' has {fleet.vehicles.on(seen.start)} on the first day"
            yield fault(listing, below(f"{path}.away", key), message, got=False, at_key=True)


def _past(seen: Seen, node: Node) -> bool:
    """Whether the date of a block lies before the start."""
    when = read(node.get("on"), day)
    return when is not None and seen.start is not None and when < seen.start
