"""``--set PATH=VALUE``: one value of a scenario restated by whoever runs it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from borderflow.scenario.faults import Fault, SetTwice, near
from borderflow.scenario.merging import handed_down, remembering
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.sources import unwrapped
from borderflow.scenario.tree import Key, Node, Place, Refused, below, children, compose, item_name
from borderflow.scenario.wording import model_below, words_of

_STEP = re.compile(r"[^.\[\]]+|\[\d{1,9}\]", re.ASCII)
_PATH = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[\d{1,9}\])*", re.ASCII)
TOP = tuple(field.alias or name for name, field in Scenario.model_fields.items())


def applied(root: Node, sets: Sequence[str], faults: list[Fault]) -> Node:
    """The tree with every ``--set`` in it, in the order given; ``SetTwice`` where one path comes twice."""
    seen: dict[str, int] = {}
    for number, text in enumerate(sets, start=1):
        place = origin(number)
        written, equals, value = text.partition("=")
        written = written.strip()
        if not equals or _PATH.fullmatch(written) is None:
            faults.append(Fault(place, 0, 0, "", "write PATH=VALUE, such as torkham.stations.registration.desks=40"))
            continue
        steps = full(written, root)
        path = ".".join(map(str, steps))
        if path in seen:
            raise SetTwice(f"--set #{seen[path]} and {place} both set {written}")
        seen[path] = number
        new = _value(value, path, place, faults)
        if new is not None:
            root = _placed(root, steps, "", new, faults, Scenario)
    return root


def origin(number: int) -> str:
    """What stands for the file of a value that was set."""
    return f"--set #{number}"


def full(written: str, root: Node) -> list[Key]:
    """The steps of a path from the top of the tree, with ``crossings`` before the name of a crossing."""
    steps: list[Key] = [
        int(step[1:-1]) if step.startswith("[") else step for step in (match[0] for match in _STEP.finditer(written))
    ]
    known = root.has(steps[0]) or steps[0] in TOP if steps else True
    crossings = root.get("crossings")
    if not known and (len(steps) > 1 or (crossings is not None and crossings.has(steps[0]))):
        return ["crossings", *steps]
    return steps


def _value(text: str, path: str, file: str, faults: list[Fault]) -> Node | None:
    """The tree of a value, with everything in it placed at its ``--set``."""
    if text.strip() in ("", "~", "null"):
        faults.append(Fault(file, 0, 0, path, "a value must stand after '='"))
        return None
    try:
        node, found = compose(text, file)
    except Refused as refused:
        faults.append(Fault(file, 0, 0, path, refused.fault.message, refused.fault.got))
        return None
    faults += [Fault(file, 0, 0, path, one.message, one.got) for one in found]
    return unwrapped(_moved(node, Place(file, 0, 0)), faults, path)


def _moved(node: Node, place: Place) -> Node:
    value = node.value
    if isinstance(value, dict):
        value = {word: _moved(item, place) for word, item in value.items()}
    elif isinstance(value, list):
        value = [_moved(item, place) for item in value]
    return replace(node, value=value, place=place, key=place)


def _placed(node: Node, steps: list[Key], path: str, new: Node, faults: list[Fault], model: Any) -> Node:
    """The tree with ``new`` at the end of the steps; where they lead nowhere, a fault and the tree as it was.

    A block that the file leaves out but the format knows is begun.
    """
    step, rest = steps[0], steps[1:]
    node = handed_down(node)
    index = _index(node, step)
    inside = {key: (under, item) for under, key, item in children(node, path)}
    if isinstance(node.value, dict) and isinstance(step, int):
        index = None
    if index is not None:
        under, item = inside[index]
        value = (
            remembering(new, item) if not rest else _placed(item, rest, under, new, faults, model_below(model, step))
        )
    elif not rest and isinstance(node.value, dict):
        index, value = step, new
    elif isinstance(node.value, dict) and step in words_of(model):
        begun = Node({}, new.place, new.place)
        index, value = step, _placed(begun, rest, below(path, step), new, faults, model_below(model, step))
    else:
        faults.append(_nowhere(node, path, step, new.place.file))
        return node
    if isinstance(node.value, dict):
        return replace(node, value={**node.value, index: value})
    return replace(node, value=[value if number == index else item for number, item in enumerate(node.value)])


def _nowhere(node: Node, path: str, step: Key, file: str) -> Fault:
    """The fault of a path whose next step leads nowhere."""
    here = f"'{path.removeprefix('crossings.')}'" if path not in ("", "crossings") else "the scenario"
    under = f"{path}[{step}]" if isinstance(step, int) else below(path, step)
    if not isinstance(node.value, (dict, list)):
        return Fault(file, 0, 0, under, f"{here} has no words in it")
    if isinstance(step, int):
        return Fault(file, 0, 0, under, f"there is no item {step} in {here}")
    names = [item_name(item) for item in node.list()] if isinstance(node.value, list) else list(node.value)
    hint = near(step, [name for name in names if name is not None])
    return Fault(file, 0, 0, under, f"there is no '{step}' in {here}{hint}")


def _index(node: Node, step: Key) -> Key | None:
    """The key or index of what a step names in a block, or None."""
    if isinstance(node.value, dict):
        if step in node.value:
            return step
        number = int(step) if isinstance(step, str) and step.isascii() and step.isdigit() else None
        return number if number in node.value else None
    for index, item in enumerate(node.list()):
        if step == index or (isinstance(step, str) and item_name(item) == step):
            return index
    return None
