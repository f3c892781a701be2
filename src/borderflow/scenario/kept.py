"""Some plans of a scenario: what one builds on that is left out is written into it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from borderflow.scenario.plans import Plan
from borderflow.scenario.tree import Key, Node, Place
from borderflow.scenario.units import money
from borderflow.scenario.words import Named

LISTS = ("changes", "triggers", "transfers")


def kept(plans: Named[Plan], block: Node, names: Collection[str]) -> tuple[Named[Plan], Node]:
    """The plans of these names in this order, as read and as their block in the tree, so that both say the same."""
    found: dict[str, Plan] = {}
    nodes: dict[Key, Node] = {}
    for name in dict.fromkeys(names):
        plan = plans[name]
        missing = plan.builds_on is not None and plan.builds_on not in names
        found[name] = _without(plan, names)
        nodes[name] = _whole(block, plan.line) if missing else block.value[name]
    return Named(found), replace(block, value=nodes)


def _without(plan: Plan, names: Collection[str]) -> Plan:
    """A plan, which has all of those below it already, without the names of those left out and what they build on."""
    if all(name in names for name in plan.line):
        return plan
    left = max(number for number, name in enumerate(plan.line) if name not in names)
    line = plan.line[left + 1 :]
    known = plan.model_copy(update={"builds_on": plan.builds_on if len(line) > 1 else None})
    known._line = line if len(line) > 1 else ()
    return known


def _whole(block: Node, line: tuple[str, ...]) -> Node:
    """The block of a plan with those of the plans below it laid before it."""
    own: Node = block.value[line[-1]]
    words: dict[Key, Node] = {word: node for word, node in own.value.items() if word != "builds_on"}
    for word in LISTS:
        items: list[Node] = []
        for name in line:
            listing = block.value[name].get(word)
            if listing is not None:
                restated = {_name(item) for item in listing.list()} - {None}
                items = [item for item in items if word != "triggers" or _name(item) not in restated]
                items += [item if item.source else replace(item, source=listing.source) for item in listing.list()]
        if items:
            words[word] = Node(items, own.place, own.key)
    costs: dict[Key, Node] = {}
    for name in line:
        held = block.value[name].get("costs")
        for word, node in held.items() if held is not None else ():
            costs[word] = _sum(costs[word], node, own.place) if word in costs else node
    if costs:
        words["costs"] = Node(costs, own.place, own.key)
    return replace(own, value=words)


def _name(trigger: Node) -> str | None:
    given = trigger.get("name")
    return given.value if given is not None else None


def _sum(below: Node, own: Node, place: Place) -> Node:
    """What two plans cost together, by the source of the second; its range was that of its part alone."""
    both, more = money(below.value), money(own.value)
    source = own.source or below.source
    text = f"{both.number + more.number:.15g} {more.currency}"
    return Node(text, place, own.key, replace(source, range=None) if source is not None else None)
