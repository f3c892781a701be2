"""What a plan can change: one table of paths, operations and readers, for plans and for sizing alike."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from borderflow.scenario.faults import listed, near
from borderflow.scenario.funds import Fund
from borderflow.scenario.reception import Station, Stock
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.spread import Spread
from borderflow.scenario.units import Amount, Hours, Money, amount, area, hours, money, positive_seconds, throughput
from borderflow.scenario.words import ReadOnly

Kind = Literal["stations", "stocks", "fleets", "spaces", "funds"]
Operation = Literal["set", "add", "scale", "new"]
Reader = Callable[[Any], Any]
Standing = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""What stands where: crossing or ``warehouses.NAME`` → kind → name → the block as read (None where it is faulty)."""

MOST = 1_000_000
STORES = "warehouses"
FUNDS = "funds"
ONE = {"stations": "station", "stocks": "stock", "fleets": "fleet", "spaces": "space", "funds": "fund"}


class DoesNotFit(ValueError):
    """The path, the operation or the date of a change is wrong, whatever its value."""


@dataclass(frozen=True)
class Target:
    """One change of one value: from ``first`` to ``last``, both included; None is without a bound on that side.

    ``crossing`` is ``warehouses.NAME`` for a stock of a warehouse, and ``funds`` for a fund. With operation ``new`` the
    whole block is the value and ``word`` is empty.
    """

    crossing: str
    kind: Kind
    name: str
    word: str
    operation: Operation
    value: Any
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Word:
    """How a plan may change a word: the reader of each operation, and whether the change has dates.

    ``once``: what ``add`` adds comes in on one day.
    """

    reads: Mapping[str, Reader]
    dated: Literal["stretch", "never"] = "stretch"
    once: bool = False


def count(value: Any) -> int:
    """Read a whole number of zero or more."""
    if type(value) is not int:
        raise ValueError("write a whole number")
    if not 0 <= value <= MOST:
        raise ValueError(f"must be between 0 and {MOST}")
    return value


def seats(value: Any) -> int:
    """Read the seats of a vehicle."""
    if not 1 <= count(value) <= 1000:
        raise ValueError("a vehicle has 1 to 1000 seats")
    return int(value)


def difference(value: Any) -> int:
    """Read a whole number to add; less than zero takes away."""
    if type(value) is not int or abs(value) > MOST:
        raise ValueError("write a whole number; less than 0 takes away")
    return value


def factor(value: Any) -> float:
    """Read a factor of zero or more."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError("a factor is a number such as 1.5")
    if not 0 <= value <= MOST:
        raise ValueError(f"a factor lies between 0 and {MOST}")
    return float(value)


def flag(value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise ValueError("write true or false")
    return value


def one_of(*allowed: str) -> Reader:
    """The reader of one of some words."""

    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"write {listed(allowed)}")
        return str(value)

    return read


def positive_factor(value: Any) -> float:
    """Read a factor of more than zero."""
    if factor(value) == 0:
        raise ValueError("a factor of 0 leaves nothing; write a number above 0")
    return float(value)


def signed_amount(value: Any) -> Amount:
    """Read an amount to add; less than zero takes away."""
    if isinstance(value, int) and not isinstance(value, bool) and value < 0:
        found = amount(-value)
        return Amount(-found.number, found.unit)
    if isinstance(value, str) and re.match(r"\s*-", value):
        found = amount(value.strip()[1:])
        return Amount(-found.number, found.unit)
    return amount(value)


def shifts(value: Any) -> Mapping[Hours, int]:
    """Read shifts: opening hours and the desks staffed in them."""
    if not isinstance(value, dict) or not value:
        raise ValueError("write shifts as hours and desks: {06:00-14:00: 32, 14:00-20:00: 20}")
    return ReadOnly({hours(opened): count(desks) for opened, desks in value.items()})


def spread(value: Any) -> Spread:
    """Read a duration that varies."""
    return Spread.model_validate(value if isinstance(value, dict) else {"fixed": value})


_AMOUNTS = {"set": amount, "add": signed_amount, "scale": factor}
_COUNTS = {"set": count, "add": difference, "scale": factor}
WORDS: Mapping[str, Mapping[str, Word]] = {
    "stations": {
        "desks": Word(_COUNTS),
        "open": Word({"set": hours}),
        "shifts": Word({"set": shifts}),
        "throughput": Word({"set": throughput, "scale": positive_factor}),
        "service": Word({"set": spread, "scale": positive_factor}),
        "patience": Word({"set": spread}, "never"),
        "closed": Word({"set": flag}),
        "queue": Word({"set": one_of("first_come", "specific_needs_first")}, "never"),
        "at_closing": Word({"set": one_of("hold", "come_back", "not_admitted")}, "never"),
    },
    "stocks": {
        "opening": Word(_AMOUNTS, "never"),
        "deliveries": Word({"add": amount}, once=True),
        "daily": Word(_AMOUNTS),
        "reorder_at": Word(_AMOUNTS, "never"),
        "order_up_to": Word(_AMOUNTS, "never"),
        "lead_time": Word({"set": spread}, "never"),
        "minimum_interval": Word({"set": positive_seconds}, "never"),
    },
    "fleets": {
        "vehicles": Word(_COUNTS),
        "seats": Word({"set": seats}, "never"),
        "leave_after": Word({"set": positive_seconds}, "never"),
    },
    "spaces": {
        "persons": Word(_COUNTS),
        "latrines": Word(_COUNTS, "never"),
        "area": Word({"set": area}, "never"),
        "covered": Word({"set": area}, "never"),
    },
    "funds": {
        "opening": Word({"set": money, "scale": factor}, "never"),
        "receipts": Word({"add": money, "scale": factor}, once=True),
    },
}
_PASSES = "whom a station serves, with what, is the same under every plan; a plan can add a 'new' station"
_FOR = "what a space or a stock is for is the same under every plan; a plan can add a 'new' one, or 'transfers'"
_COMES = "who comes is the same under every plan, so that plans can be compared; '--set' changes it for one run"
REFUSED: Mapping[str, str] = {
    "groups": _PASSES,
    "share": _PASSES,
    "specific_needs": _PASSES,
    "serves": _PASSES,
    "members": _PASSES,
    "takes": _PASSES,
    "if_short": _PASSES,
    "then": _PASSES,
    "from": _FOR,
    "to": _FOR,
    "when_full": _FOR,
    "uses": _FOR,
    "arrivals": _COMES,
    "households": _COMES,
    "initial": _COMES,
    "cv": "'cv' spreads the time that a throughput implies; change 'throughput', or '--set' it for all plans",
    "fleet": "a station boards one fleet under every plan; change its 'vehicles', or add a 'new' station and fleet",
    "lost": "what is lost is the same under every plan; state it under the stock",
    "round_trip": "how long the roads take is the same under every plan; state it under the fleet",
    "closures": "closures come under every plan alike; state them under the crossing",
    "journey": "a plan changes the journey by a 'new' station, with 'after' or 'before'",
}
"""Words that no plan changes, and why."""


def standing(scenario: Scenario) -> Standing:
    """What stands at each crossing and in each warehouse of a scenario, by kind and name."""
    return stands_of(scenario.crossings, scenario.warehouses, scenario.funds)


def stands_of(
    crossings: Mapping[str, Any], warehouses: Mapping[str, Mapping[str, Any]], funds: Mapping[str, Any] | None = None
) -> Standing:
    """What stands where, of crossings, warehouses and funds as far as they can be read."""
    stands: dict[str, Mapping[str, Mapping[str, Any]]] = {
        name: {kind: getattr(crossing, kind) for kind in WORDS if kind != FUNDS} for name, crossing in crossings.items()
    }
    for name, items in warehouses.items():
        stands[f"{STORES}.{name}"] = {"stocks": items}
    if funds:
        stands[FUNDS] = {FUNDS: funds}
    return stands


def targets(scenario: Scenario, plan_name: str) -> tuple[Target, ...]:
    """The changes of a plan in the order written; within one change ``set``, then ``add``, then ``scale``.

    What the plan adds (``new``) must stand in the scenario already: ``additions.laid`` puts it there.
    """
    stands = standing(scenario)
    found: list[Target] = []
    for change in scenario.plans[plan_name].changes:
        for operation in ("set", "add", "scale"):
            for path, value in getattr(change, operation).items():
                found.append(target(path, operation, value, change.from_, change.to, change.on, stands))
    return tuple(found)


def target(
    path: str, operation: str, value: Any, first: date | None, last: date | None, on: date | None, stands: Standing
) -> Target:
    """One change as read from a plan, or ``ValueError`` saying why it cannot be made."""
    crossing, kind, name, word = place(path, stands)
    rule = WORDS[kind][word]
    if operation not in rule.reads:
        raise DoesNotFit(f"'{operation}' does not fit '{word}'; it can be changed by {listed(map(repr, rule.reads))}")
    read = rule.reads[operation](value)
    if rule.once and operation == "add":
        if on is None:
            raise DoesNotFit(f"a {'receipt' if kind == FUNDS else 'delivery'} needs its day: 'on'")
        first = last = on
    elif on is not None:
        raise DoesNotFit("'on' is for a delivery; this holds for a stretch of days: 'from', or 'from' and 'to'")
    elif rule.dated == "never" and first is not None:
        raise DoesNotFit(f"'{word}' holds throughout and cannot change on a date; leave 'from' out")
    fits(stands[crossing][kind][name], kind, word, operation, read)
    return Target(crossing, kind, name, word, operation, read, first, last)  # type: ignore[arg-type]


def place(path: str, stands: Standing) -> tuple[str, Kind, str, str]:
    """Crossing, kind, name and word of a path, or ``DoesNotFit`` naming the first step that leads nowhere."""
    steps = str(path).removeprefix("crossings.").split(".")
    if steps[0] == STORES and len(steps) == 4:
        steps = [f"{STORES}.{steps[1]}", "stocks", *steps[2:]]
    elif steps[0] == FUNDS and len(steps) == 3 and FUNDS in stands:
        steps = [FUNDS, *steps]
    elif len(steps) > 1 and steps[0] in stands and steps[1] in REFUSED:
        raise DoesNotFit(REFUSED[steps[1]])
    elif len(steps) > 4 and steps[0] in stands and steps[1] in WORDS and steps[3] in REFUSED:
        raise DoesNotFit(REFUSED[steps[3]])
    if len(steps) != 4:
        raise DoesNotFit("write a path of four steps, such as torkham.stations.registration.desks")
    crossing, kind, name, word = steps
    if crossing not in stands:
        if crossing.startswith(f"{STORES}."):
            known = [one.removeprefix(f"{STORES}.") for one in stands if one.startswith(f"{STORES}.")]
            raise DoesNotFit(f"there is no warehouse '{crossing[11:]}'{near(crossing[11:], known)}")
        raise DoesNotFit(f"there is no crossing '{crossing}'{near(crossing, stands)}")
    if kind not in WORDS or (kind == FUNDS) != (crossing == FUNDS):
        hint = near(kind, WORDS.keys() - {FUNDS}) or "; it can change stations, stocks, fleets and spaces"
        raise DoesNotFit(f"a plan cannot change '{kind}'{hint}")
    if name not in stands[crossing][kind]:
        at = "" if kind == FUNDS else f" at {crossing}"
        raise DoesNotFit(f"there is no {ONE[kind]} '{name}'{at}{near(name, stands[crossing][kind])}")
    if word not in WORDS[kind] and word in REFUSED:
        raise DoesNotFit(REFUSED[word])
    if word not in WORDS[kind]:
        hint = near(word, WORDS[kind]) or f"; it can change {listed(WORDS[kind], 'and')}"
        raise DoesNotFit(f"a plan cannot change '{word}' of a {ONE[kind]}{hint}")
    return crossing, kind, name, word  # type: ignore[return-value]


def fits(block: Any, kind: str, word: str, operation: str, value: Any) -> None:
    """Whether the block that stands there has what is changed; ``ValueError`` if not. A faulty block passes."""
    if isinstance(block, Station):
        if block.fleet is not None and word not in ("patience", "queue"):
            raise DoesNotFit("a station with a fleet has no desks: change the fleet's 'vehicles'")
        if word == "open" and block.desks is None:
            raise DoesNotFit("this station has shifts: change 'shifts'")
        if word == "service" and block.service is None:
            raise DoesNotFit("this station has a throughput: change 'throughput'")
        if word == "throughput" and block.throughput is None:
            raise DoesNotFit("this station has a service time: change 'service'")
    if isinstance(block, Stock):
        if word in ("reorder_at", "order_up_to", "lead_time", "minimum_interval") and block.reorder_at is None:
            raise DoesNotFit("this stock is not reordered: it has no 'reorder_at'")
        if word == "daily" and operation == "scale" and block.daily is None:
            raise DoesNotFit("this stock has no 'daily' to scale")
        other = isinstance(value, Amount) and value.number and any(one.number for one in block.amounts())
        if other and value.unit != block.unit:
            unit = "litres, such as '500 l'" if block.unit else "things that are counted, without 'l'"
            raise ValueError(f"this stock is in {unit}")
    if isinstance(block, Fund) and isinstance(value, Money):
        own = next((one.currency for one in (block.opening, *block.receipts.values()) if one is not None), None)
        if own is not None and value.currency != own:
            raise ValueError(f"this fund is in {own}")
