"""Plans that build on other plans: the chain of each, and its changes laid out one after the other."""

from __future__ import annotations

from collections.abc import Mapping

from borderflow.scenario.faults import near
from borderflow.scenario.plans import Plan, PlanCosts
from borderflow.scenario.trigger import Trigger
from borderflow.scenario.units import Money
from borderflow.scenario.words import Named

DEEPEST_CHAIN = 10
"""Plans, itself included, that may stand in the line of one plan."""


def chain(name: str, builds_on: Mapping[str, str | None]) -> tuple[str, ...]:
    """The plans that one builds on, the first of them first, itself last.

    ``builds_on`` has every plan. Raises ``ValueError`` where a plan is not there, or the chain is a circle or too long.
    """
    found: list[str] = [name]
    while (parent := builds_on[found[0]]) is not None:
        if parent not in builds_on:
            raise ValueError(
                f"there is no plan '{parent}'{near(parent, [one for one in builds_on if one not in found])}"
            )
        if parent in found:
            circle = " → ".join([*reversed(found[: found.index(parent) + 1]), parent])
            raise ValueError(f"the plans build on each other in a circle: {circle}")
        found.insert(0, parent)
        if len(found) > DEEPEST_CHAIN:
            raise ValueError(f"more than {DEEPEST_CHAIN} plans build on one another: {' → '.join(reversed(found))}")
    return tuple(found)


def built(plans: Named[Plan]) -> Named[Plan]:
    """The plans with what each builds on laid before its own. One whose chain is broken is left as it is written."""
    parents = {name: plan.builds_on for name, plan in plans.items()}
    found: dict[str, Plan] = {}
    for name, plan in plans.items():
        try:
            line = chain(name, parents)
        except ValueError:
            found[name] = plan
            continue
        whole = plans[line[0]]
        for one in line[1:]:
            whole = _laid(whole, plans[one])
        found[name] = whole.model_copy(update={"title": plan.title, "builds_on": plan.builds_on})
        if len(line) > 1:
            found[name]._line = line
    return Named(found)


def _laid(parent: Plan, own: Plan) -> Plan:
    """A plan after the one that it builds on."""
    restated = {trigger.name for trigger in own.triggers if trigger.name is not None}
    kept: list[Trigger] = [trigger for trigger in parent.triggers if trigger.name not in restated]
    return own.model_copy(
        update={
            "changes": (*parent.changes, *own.changes),
            "triggers": (*kept, *own.triggers),
            "transfers": (*parent.transfers, *own.transfers),
            "costs": PlanCosts.model_construct(
                set_up=_sum(parent.costs.set_up, own.costs.set_up),
                per_day=_sum(parent.costs.per_day, own.costs.per_day),
            ),
        }
    )


def _sum(parent: Money | None, own: Money | None) -> Money | None:
    """What both cost together."""
    if parent is None or own is None:
        return parent if own is None else own
    return Money(parent.number + own.number, own.currency)
