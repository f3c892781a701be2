"""Stocks, warehouses and transfers: whether what is taken, ordered and sent is there, in one unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from borderflow.scenario.check_places import differs, in_unit
from borderflow.scenario.faults import Fault, near
from borderflow.scenario.reception import Stock
from borderflow.scenario.seen import Seen, SeenCrossing, added_blocks, read
from borderflow.scenario.tree import Node, below, children, fault
from borderflow.scenario.units import amount, day


def checked_stocks(seen: Seen, crossing: SeenCrossing) -> Iterator[Fault]:
    """What stations take of the stocks of a crossing, what nobody takes, and where the stocks order."""
    taken: set[str] = set()
    for name, station in crossing.stations.items():
        path = f"{crossing.path}.stations.{name}.takes"
        takes = crossing.at("stations", name, "takes")
        for key, node in takes.items() if takes is not None else ():
            item = str(key)
            taken.add(item)
            if item not in crossing.stocks:
                message = f"there is no stock '{item}' at {crossing.name}{near(item, crossing.stocks)}"
                yield fault(node, below(path, item), message, got=False, at_key=True)
                continue
            stock = crossing.stocks[item]
            need = station.takes.get(item) if station is not None else None
            if stock is not None and need is not None and differs(stock, need.amount.unit):
                message = f"takes {in_unit(need.amount.unit)}, but stock '{item}' is in {in_unit(stock.unit)}"
                yield fault(node, below(path, item), message)
    for name in crossing.spaces:
        uses = crossing.at("spaces", name, "uses")
        taken.update(str(key) for key, _ in (uses.items() if uses is not None else ()))
    for _, block in added_blocks(seen.root):
        taken.update(str(key) for word in ("takes", "uses") if (held := block.get(word)) for key, _ in held.items())
    stocks = crossing.at("stocks")
    for key, node in stocks.items() if stocks is not None else ():
        name = str(key)
        path = below(f"{crossing.path}.stocks", name)
        if name not in taken:
            message = f"no station takes '{name}'" if not crossing.spaces else f"no station or space takes '{name}'"
            yield fault(node, path, message, got=False, at_key=True, warning=True)
        yield from _orders(seen, crossing, name, node, path)
        yield from _dated(seen, node, path)


def _orders(seen: Seen, crossing: SeenCrossing, item: str, node: Node, path: str) -> Iterator[Fault]:
    """Whether a stock's orders go to a warehouse that has the item."""
    source = node.get("from")
    if source is None or not isinstance(source.value, str):
        return
    where, stock = f"{path}.from", crossing.stocks.get(item)
    if source.value not in seen.warehouses:
        message = f"there is no warehouse '{source.value}'{near(source.value, seen.warehouses)}"
        yield fault(source, where, message, got=False)
    elif item not in seen.warehouses[source.value]:
        message = f"warehouse '{source.value}' has no '{item}'{near(item, seen.warehouses[source.value])}"
        yield fault(source, where, message, got=False)
    else:
        kept = seen.warehouses[source.value][item]
        if stock is not None and kept is not None and kept.amounts() and differs(kept, stock.unit):
            message = f"warehouse '{source.value}' has '{item}' in {in_unit(kept.unit)}, this stock in another unit"
            yield fault(source, where, message, got=False)


def _dated(seen: Seen, node: Node, path: str) -> Iterator[Fault]:
    """Warnings for deliveries and losses outside the days of the scenario."""
    for word in ("deliveries", "lost"):
        listing = node.get(word)
        for under_path, _, item in children(listing, f"{path}.{word}") if listing is not None else ():
            on = item.get("on")
            when = read(on, day)
            if on is not None and when is not None and (why := seen.outside(when)):
                yield fault(on, f"{under_path}.on", f"{why}; it has no effect", got=False, warning=True)


def checked_warehouses(seen: Seen) -> Iterator[Fault]:
    """Warehouses with the name of a crossing, or that order from each other."""
    held = seen.root.get("warehouses")
    for key, node in held.items() if held is not None else ():
        name = str(key)
        path = below("warehouses", name)
        if name in seen.crossings:
            message = f"'{name}' is a crossing; name the warehouse for another place"
            yield fault(node, path, message, got=False, at_key=True)
        for item, stock in node.items():
            under_path = below(path, item)
            source = stock.get("from")
            if source is not None:
                message = "'from' belongs to a stock of a crossing; a warehouse gets 'deliveries', or orders elsewhere"
                yield fault(source, f"{under_path}.from", message, got=False, at_key=True)
            yield from _dated(seen, stock, under_path)


def checked_transfers(seen: Seen, holder: Node, path: str) -> Iterator[Fault]:
    """Transfers between places that are not there, of what is not there, or outside the days of the scenario."""
    stores: dict[str, Mapping[str, Stock | None]] = {name: one.stocks for name, one in seen.crossings.items()}
    stores.update(seen.warehouses)
    listing = holder.get("transfers")
    for where, _, node in children(listing, path) if listing is not None else ():
        item = read(node.get("item"), str)
        for word in ("from", "to"):
            end = node.get(word)
            if end is None or not isinstance(end.value, str):
                continue
            if end.value not in stores:
                message = f"there is no crossing or warehouse '{end.value}'{near(end.value, stores)}"
                yield fault(end, f"{where}.{word}", message, got=False)
            elif item is not None and item not in stores[end.value]:
                message = f"there is no stock '{item}' at {end.value}{near(item, stores[end.value])}"
                yield fault(node.get("item") or node, f"{where}.item", message, got=False)
            elif item is not None:
                yield from _unit(stores[end.value][item], end.value, item, node, where)
        on = node.get("on")
        when = read(on, day)
        if on is not None and when is not None and (why := seen.outside(when)):
            yield fault(on, f"{where}.on", f"{why}; it has no effect", got=False, warning=True)


def _unit(stock: Stock | None, place: str, item: str, node: Node, path: str) -> Iterator[Fault]:
    quantity = node.get("quantity")
    sent = read(quantity, amount)
    if quantity is not None and sent is not None and stock is not None and differs(stock, sent.unit):
        message = f"sends {in_unit(sent.unit)}, but stock '{item}' at {place} is in {in_unit(stock.unit)}"
        yield fault(quantity, f"{path}.quantity", message)
