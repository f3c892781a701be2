"""Where values come from: the source words that stand beside a value, taken out of the tree and kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from borderflow.scenario.faults import Fault, near
from borderflow.scenario.scenario import Source
from borderflow.scenario.tree import Key, Node, Place, children, fault, plain
from borderflow.scenario.units import amount, area, money, seconds, throughput

WORDS = ("evidence", "assumed", "calibrated", "range")


def unwrapped(node: Node, faults: list[Fault], path: str = "") -> Node:
    """The tree with bare values: source words become the ``source`` of their value or block."""
    if isinstance(node.value, dict) and path:
        if "value" in node.value:
            return _unwrapped_value(node, faults, path)
        if any(word in node.value for word in WORDS):
            source = _source(node, None, faults, path)
            rest: dict[Key, Node] = {word: item for word, item in node.value.items() if word not in WORDS}
            if not rest:
                message = f"a source without a value: 'value' is missing beside '{next(iter(node.value))}'"
                faults.append(fault(node, path, message, got=False))
            node = replace(node, value=rest, source=source, source_place=_source_place(node))
    if isinstance(node.value, (dict, list)):
        inside = [(key, unwrapped(item, faults, under)) for under, key, item in children(node, path)]
        value = dict(inside) if isinstance(node.value, dict) else [item for _, item in inside]
        return replace(node, value=value)
    return node


def _unwrapped_value(node: Node, faults: list[Fault], path: str) -> Node:
    inner: Node = node.value["value"]
    for word, item in node.value.items():
        if word != "value" and word not in WORDS:
            hint = near(word, WORDS) or "; a source says 'evidence', 'assumed', 'calibrated' or 'range'"
            faults.append(
                fault(item, f"{path}.{word}", f"unknown word '{word}' beside 'value'{hint}", got=False, at_key=True)
            )
    source = _source(node, inner, faults, path)
    bare = unwrapped(replace(inner, key=node.key), faults, path)
    if bare.source is not None:
        faults.append(fault(inner, path, "has two sources, one inside the other", got=False))
    return replace(bare, source=source, source_place=_source_place(node))


def _source_place(node: Node) -> Place | None:
    """Where the source stands: its list of evidence, or its first word."""
    if (evidence := node.get("evidence")) is not None:
        return evidence.place
    return next((item.key for word, item in node.value.items() if word in WORDS), None)


def _source(node: Node, value: Node | None, faults: list[Fault], path: str) -> Source | None:
    """The source that a block states, with faults for what is malformed in it."""
    before = len(faults)
    texts: dict[str, str | None] = {}
    for word in ("assumed", "calibrated"):
        said = node.get(word)
        texts[word] = said.value if said is not None and isinstance(said.value, str) else None
        if said is not None and (not isinstance(said.value, str) or not said.value.strip()):
            message = "write the reason, as text" if word == "assumed" else "name the fit, as text"
            faults.append(fault(said, f"{path}.{word}", message))
    ids = _ids(node, faults, path)
    bounds = _range(node, value, faults, path)
    wrong = len(faults) > before
    if not wrong and node.has("range") and not any(node.has(word) for word in WORDS[:3]):
        message = "a range needs its source beside it: 'assumed', 'calibrated' or 'evidence'"
        faults.append(fault(node.value["range"], f"{path}.range", message))
        return None
    source = Source(ids, texts["assumed"], texts["calibrated"], bounds)
    return source if source != Source() else None


def _ids(node: Node, faults: list[Fault], path: str) -> tuple[str, ...]:
    said = node.get("evidence")
    if said is None:
        return ()
    if not isinstance(said.value, list) or not said.value:
        faults.append(fault(said, f"{path}.evidence", "write a list of ids of the register, such as [SC05, SC06]"))
        return ()
    for index, item in enumerate(said.value):
        if not isinstance(item.value, str) or not item.value:
            faults.append(fault(item, f"{path}.evidence[{index}]", "an id of the register is text"))
    return tuple(item.value for item in said.value if isinstance(item.value, str))


def _range(node: Node, value: Node | None, faults: list[Fault], path: str) -> tuple[object, object] | None:
    said = node.get("range")
    if said is None:
        return None
    under = f"{path}.range"
    if not isinstance(said.value, list) or len(said.value) != 2:
        faults.append(fault(said, under, "a range has two values: [low, high]"))
        return None
    low, high = plain(said)
    sizes = magnitude(low), magnitude(high)
    if None in sizes or sizes[0][0] != sizes[1][0]:  # type: ignore[index]
        faults.append(fault(said, under, "a range has two values of one unit: [low, high]"))
        return None
    if sizes[0][1] > sizes[1][1]:  # type: ignore[index]
        faults.append(fault(said, under, "the low end of the range is more than its high end"))
        return None
    size = magnitude(plain(value)) if value is not None and not isinstance(value.value, (dict, list)) else None
    if size is not None and value is not None:
        if size[0] != sizes[0][0]:  # type: ignore[index]
            faults.append(fault(said, under, "the range has another unit than its value"))
        elif not sizes[0][1] <= size[1] <= sizes[1][1]:  # type: ignore[index]
            faults.append(fault(value, path, f"the value lies outside its range, {low} to {high}"))
    return low, high


def magnitude(value: Any) -> tuple[str, float] | None:
    """The unit and size of a quantity as a file writes it, to compare quantities of one kind; None for other values."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return ("", float(value)) if abs(value) < 1e300 else None
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.endswith("%"):
        try:
            return "", float(text[:-1]) / 100
        except ValueError:
            return None
    for read in (_duration, _litres, _throughput, _money, _area):
        try:
            return read(text)
        except ValueError:
            continue
    return None


def _duration(text: str) -> tuple[str, float]:
    return "duration", float(seconds(text))


def _litres(text: str) -> tuple[str, float]:
    found = amount(text)
    return found.unit, found.number


def _throughput(text: str) -> tuple[str, float]:
    found = throughput(text)
    return found.of, found.per_day


def _money(text: str) -> tuple[str, float]:
    found = money(text)
    return found.currency, found.number


def _area(text: str) -> tuple[str, float]:
    return "m2", area(text)
