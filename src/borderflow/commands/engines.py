"""``borderflow check --engines``: do both engines tell the same story of this scenario?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from borderflow.commands.endings import DONE, INCOMPLETE, say
from borderflow.commands.printing import answer
from borderflow.commands.printing import as_json as json_of

if TYPE_CHECKING:
    from borderflow.demand.households import Households
    from borderflow.engine.difference import Difference
    from borderflow.engine.journal import Journal
    from borderflow.network.network import Network
    from borderflow.scenario.scenario import Scenario

REPLICATIONS = 2
"""How many are compared, unless asked otherwise."""


def check_engines(
    scenario: Path, sets: tuple[str, ...], replications: int | None, as_json: bool, allow_long: bool, yes_really: bool
) -> int:
    """Run every plan with both engines and print, per plan, that they are equal, or the first difference."""
    from borderflow.commands.run import check_counts, load
    from borderflow.experiment.asked import chosen_engine
    from borderflow.experiment.ready import make_ready

    chosen_engine("compiled")
    check_counts(replications, None, None)
    loaded = load(scenario, sets, allow_long=allow_long, yes_really=yes_really)
    make_ready(say)
    found = [compared(loaded, plan, range(replications or REPLICATIONS)) for plan in loaded.plans]
    answer(json_of({"plans": found}) if as_json else "\n".join(told(one) for one in found))
    return DONE if all(one["equal"] for one in found) else INCOMPLETE


def compared(scenario: Scenario, plan: str, replications: range) -> dict[str, Any]:
    """What both engines say of a plan: how much was compared, and the first difference if there is one."""
    from borderflow.demand.sample import households
    from borderflow.engine.difference import difference
    from borderflow.engine.simulate import simulate
    from borderflow.network.build import network
    from borderflow.scenario.draws import drawn

    found: dict[str, Any] = {"plan": plan, "equal": True, "replications": len(replications), "visits": 0, "ledger": 0}
    for replication in replications:
        values = drawn(scenario, replication)
        who, here = households(values, replication), network(values, plan)
        record, other = (simulate(who, here, engine) for engine in ("simpy", "compiled"))
        found["visits"] += len(record.needs)
        found["ledger"] += len(record.ledger.second)
        apart = difference(record, other)
        if apart is not None:
            where = f"replication {replication}, {place(apart, record, who, here)}"
            simpy, compiled = apart.values
            return {**found, "equal": False, "first_difference": {"where": where, "simpy": simpy, "compiled": compiled}}
    return found


def place(apart: Difference, journal: Journal, households: Households, network: Network) -> str:
    """Where a difference is, in words."""
    where = f"{apart.what}, row {apart.row}"
    if apart.what.startswith("visit") and apart.row < len(journal.needs):
        station = network.stations[journal.needs.station[apart.row]]
        household = int(journal.needs.household[apart.row])
        where += f" (household {household} at {network.crossings[station.crossing]}.{station.name})"
    elif apart.what.startswith("ledger") and apart.row < len(journal.ledger.stock):
        stock = network.stocks[journal.ledger.stock[apart.row]]
        where += f" (stock {stock.name}, second {int(journal.ledger.second[apart.row])})"
    return where


def told(found: dict[str, Any]) -> str:
    """A line for a plan."""
    if found["equal"]:
        rows = f"{found['visits']:,} visits, {found['ledger']:,} ledger rows"
        return f"{found['plan']}: equal: {rows} ({found['replications']} replications)"
    first = found["first_difference"]
    return f"{found['plan']}: NOT EQUAL: {first['where']}: simpy {first['simpy']}, compiled {first['compiled']}"
