"""What triggers can see and do: one reading of their paths and values, for the checks and the network alike."""

from __future__ import annotations

from typing import Any, get_args

from borderflow.scenario.faults import listed, near
from borderflow.scenario.reception import Station, Stock
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.targets import FUNDS, STORES, WORDS, DoesNotFit, Standing, Target, fits, place, standing
from borderflow.scenario.trigger import Seen, Trigger, Watched, bound, conditions, days

OF_CROSSING = ("crossed", "inside")
WITHIN = {"stations": "queue", "stocks": "on_hand"}
_ONE = {"stations": "station", "stocks": "stock"}
ACTS = {"stations": "desks", "fleets": "vehicles", "stocks": "deliveries"}


def watched(path: str, compared: Any, held: int, stands: Standing) -> Watched:
    """One condition of a trigger, or ``ValueError`` saying why it cannot be seen."""
    crossing, sees, name = _place(str(path), stands)
    read = bound(compared)
    unit = ""
    if sees == "on_hand":
        stock = stands[crossing]["stocks"][name]
        known = isinstance(stock, Stock) and any(one.number for one in stock.amounts())
        unit = stock.unit if known else read.limit.unit
    if read.limit.number and read.limit.unit != unit:
        write = "litres, such as '> 500 l'" if unit else "a number without 'l'"
        raise ValueError(f"this is compared with {write}")
    return Watched(crossing, sees, name, read, held)


def _place(path: str, stands: Standing) -> tuple[str, Seen, str]:
    """Crossing, what is seen, and of which station or stock; ``DoesNotFit`` where nothing of the kind is seen."""
    steps = path.removeprefix("crossings.").split(".")
    if steps[0] == STORES and len(steps) == 4:
        steps = [f"{STORES}.{steps[1]}", "stocks", *steps[2:]]
    crossing = steps[0]
    if crossing not in stands or crossing == FUNDS:
        raise DoesNotFit(f"there is nothing to be seen at '{crossing}'{near(crossing, stands.keys() - {FUNDS})}")
    if len(steps) == 2 and steps[1] in OF_CROSSING:
        return crossing, steps[1], ""  # type: ignore[return-value]
    if len(steps) == 4 and steps[1] in WITHIN:
        known = stands[crossing][steps[1]]
        if steps[2] not in known:
            raise DoesNotFit(f"there is no {_ONE[steps[1]]} '{steps[2]}' at {crossing}{near(steps[2], known)}")
        if steps[3] == WITHIN[steps[1]]:
            return crossing, steps[3], steps[2]  # type: ignore[return-value]
    seeable = f"{crossing}.crossed, {crossing}.inside, stations.NAME.queue and stocks.NAME.on_hand"
    hint = near(steps[-1], get_args(Seen)) or f"; what can be seen: {seeable}"
    raise DoesNotFit(f"'{steps[-1]}' cannot be seen here{hint}")


def acted(path: str, operation: str, value: Any, stands: Standing) -> Target:
    """One change of a trigger, or ``ValueError`` saying why it cannot be made."""
    crossing, kind, name, word = place(path, stands)
    if ACTS.get(kind) != word:
        raise DoesNotFit("a trigger changes 'desks' of a station, 'vehicles' of a fleet or 'deliveries' of a stock")
    reads = WORDS[kind][word].reads
    if operation not in reads:
        raise DoesNotFit(f"'{operation}' does not fit '{word}'; it can be changed by {listed(map(repr, reads))}")
    read = reads[operation](value)
    fits(stands[crossing][kind][name], kind, word, operation, read)
    boards = [one.fleet for one in stands[crossing].get("stations", {}).values() if isinstance(one, Station)]
    if kind == "fleets" and boards and name not in boards:
        raise DoesNotFit(f"no station uses fleet '{name}'")
    return Target(crossing, kind, name, word, operation, read, None, None)  # type: ignore[arg-type]


def sights(scenario: Scenario, block: dict[str, Any]) -> tuple[Watched, ...]:
    """The conditions of ``if`` or ``until``."""
    stands, held = standing(scenario), days(block)
    return tuple(watched(path, compared, held, stands) for path, compared in conditions(block).items())


def acts(scenario: Scenario, trigger: Trigger) -> tuple[Target, ...]:
    """The changes of a trigger: ``set``, then ``add``, then ``scale``."""
    stands = standing(scenario)
    return tuple(
        acted(path, operation, value, stands)
        for operation in ("set", "add", "scale")
        for path, value in getattr(trigger, operation).items()
    )
