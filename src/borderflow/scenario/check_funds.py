"""Funds: whether what they pay is there, has a price, and is paid by one fund alone."""

from __future__ import annotations

from collections.abc import Iterator

from borderflow.scenario.faults import Fault, near
from borderflow.scenario.funds import TRIP
from borderflow.scenario.seen import Seen, read
from borderflow.scenario.tree import Node, below, children, fault
from borderflow.scenario.units import Money, day, money

PAYS = ("buys", "grants", "trips")


def checked_funds(seen: Seen) -> Iterator[Fault]:
    """Every fault and warning of the funds."""
    held = seen.root.get("funds")
    payers: dict[tuple[str, str], str] = {}
    granted: dict[str, str] = {}
    for key, node in held.items() if held is not None else ():
        name, path = str(key), below("funds", key)
        for word in PAYS:
            listing = node.get(word)
            told: set[str] = set()
            for under, _, item in children(listing, f"{path}.{word}") if listing is not None else ():
                if isinstance(item.value, str):
                    if item.value in told:
                        yield fault(item, under, f"'{item.value}' stands in this list twice", got=False)
                        continue
                    told.add(item.value)
                    missing = list(_missing(seen, word, item, under))
                    yield from missing or _priced(seen, TRIP if word == "trips" else item.value, item, under)
                    yield from () if missing else _idle(seen, word, item, under)
                    # An item is bought or given, by one fund: else it would be paid twice.
                    what = ("fleet" if word == "trips" else "item", item.value)
                    other = payers.setdefault(what, name)
                    if other != name:
                        message = f"'{item.value}' is paid by fund '{other}' already"
                        yield fault(item, under, message, got=False)
                    if word == "grants":
                        granted.setdefault(item.value, name)
        yield from _sums(seen, node, path)
    yield from _stations(seen, granted)


def _missing(seen: Seen, word: str, item: Node, path: str) -> Iterator[Fault]:
    """Whether there is such a fleet or stock."""
    places, what = seen.crossings.values(), "fleet" if word == "trips" else "stock"
    known = [name for one in places for name in (one.fleets if word == "trips" else one.stocks)]
    if word == "buys":
        known += [name for store in seen.warehouses.values() for name in store]
    if item.value not in known:
        yield fault(item, path, f"there is no {what} '{item.value}'{near(item.value, known)}", got=False)


def _idle(seen: Seen, word: str, item: Node, path: str) -> Iterator[Fault]:
    """Warnings for what never comes to be paid."""
    name = item.value
    if word == "buys":
        shelves = [one.stocks.get(name) for one in seen.crossings.values() if name in one.stocks]
        shelves += [store[name] for store in seen.warehouses.values() if name in store]
        if all(one is not None and (one.reorder_at is None or one.from_ is not None) for one in shelves):
            message = f"no stock of '{name}' is ordered from outside, so nothing is ever paid for it"
            yield fault(item, path, message, got=False, warning=True)
    elif word == "grants":
        stations = [station for one in seen.crossings.values() for station in one.stations.values()]
        if all(one is not None and name not in one.takes for one in stations):
            message = f"no station takes '{name}', so nothing is ever paid for it"
            yield fault(item, path, message, got=False, warning=True)


def _priced(seen: Seen, word: str, item: Node, path: str) -> Iterator[Fault]:
    costs = seen.root.get("costs")
    if costs is None or not costs.has(word):
        yield fault(item, path, f"'costs' has no price of '{word}', which this fund pays", got=False)


def _sums(seen: Seen, node: Node, path: str) -> Iterator[Fault]:
    """Whether the money is in the currency of the prices, and comes within the days of the scenario."""
    costs = seen.root.get("costs")
    prices: list[Money | None] = [read(one, money) for _, one in (costs.items() if costs is not None else ())]
    first = next((one for one in prices if one is not None), None)
    opening, receipts = node.get("opening"), node.get("receipts")
    sums = [(f"{path}.opening", opening)] if opening is not None else []
    for under, key, item in children(receipts, f"{path}.receipts") if receipts is not None else ():
        sums.append((under, item))
        when = read(Node(key, item.place), day)
        if when is not None and (why := seen.outside(when)):
            yield fault(item, under, f"{why}; it has no effect", got=False, at_key=True, warning=True)
    for under, item in sums:
        found: Money | None = read(item, money)
        if found is not None and first is not None and found.currency != first.currency:
            yield fault(item, under, f"all costs are in one currency; the first is in {first.currency}")


def _stations(seen: Seen, granted: dict[str, str]) -> Iterator[Fault]:
    """Stations that give what two funds pay: a household is paid in full or not at all, by one of them."""
    for crossing in seen.crossings.values():
        for name, station in crossing.stations.items():
            takes = crossing.at("stations", name, "takes")
            if station is None or takes is None:
                continue
            funds = list(dict.fromkeys(granted[item] for item in station.takes if item in granted))
            if len(funds) > 1:
                message = f"gives what two funds pay, '{funds[0]}' and '{funds[1]}'; make two stations of it"
                yield fault(takes, f"{crossing.path}.stations.{name}.takes", message, got=False, at_key=True)
