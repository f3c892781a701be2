"""Every value of a scenario as resolved: its unit, where it is written, what it rests on, and what it replaced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from borderflow.scenario.kinds import (
    DATE,
    KINDS,
    Block,
    ByDate,
    Either,
    Kind,
    Listing,
    Number,
    Shape,
    Table,
    Text,
    default,
    words,
)
from borderflow.scenario.scenario import Scenario, Source
from borderflow.scenario.sources import magnitude
from borderflow.scenario.tree import Key, Node, Place, below, children, plain
from borderflow.scenario.units import Amount, Money, Need, Throughput
from borderflow.scenario.words import Words, looks_dated

Basis = Literal["evidence", "calibrated", "assumed", "none", "choice"]
BASES: tuple[Basis, ...] = ("evidence", "calibrated", "assumed", "none")
"""What a value rests on. A ``choice`` (a name, a date, a standard, what a plan changes) needs no source."""

DEFAULT = Place("default", 0, 0)
CHOSEN = {
    *("borderflow", "name", "title", "note", "start", "end", "warm_up", "seed", "replications", "register"),
    *("standards", "calibration"),
}
"""What stands under these is chosen by whoever asks, and is no statement about the world."""

UNITS = {
    **dict.fromkeys(("persons_per_day", "towards"), "persons/day"),
    **dict.fromkeys(("desks", "shifts"), "desks"),
    **dict.fromkeys(("size", "mean", "min", "max", "fixed", "seats", "persons", "queue", "per_desk"), "persons"),
    **dict.fromkeys(("initial", "remaining"), "persons"),
    **dict.fromkeys(("cv", "day_to_day", "ramp_change", "step_change", "shared_change"), "ratio"),
    **dict.fromkeys(("group_error", "misprints"), "ratio"),
    **dict.fromkeys(("weekdays", "hours"), "weight"),
    "vehicles": "vehicles",
    "latrines": "latrines",
    "leave": "share",
    "replications": "replications",
    "seed": "",
    "borderflow": "",
}
"""The unit of a bare number, by the word that it stands under."""

_READERS = {id(kind): reader for reader, kind in KINDS.items()}
_QUANTITIES = {
    *("duration", "duration or none", "share", "amount", "need", "throughput", "money", "area", "opening hours"),
    "ratio",
}


@dataclass(frozen=True)
class Written:
    """What stands, or stood, at a path: the value as written, its place and its source."""

    value: Any
    place: Place
    source: Source | None = None


@dataclass(frozen=True)
class Value:
    """One value of a scenario: a number, a word, or a list of them.

    ``number`` is in ``unit`` (durations in seconds); None where it is no quantity. ``stated_at`` is the path at which
    the source stands: that of a block covers all in it. ``history`` has what the value took the place of, the
    last first. A value that a plan changes has its ``plan``, the path of the ``change`` and what it ``does``.
    """

    path: str
    value: Any
    unit: str
    number: float | None
    key: Any
    place: Place
    source: Source | None
    stated_at: str
    basis: Basis
    history: tuple[Written, ...] = ()
    plan: str = ""
    change: str = ""
    does: str = ""

    @property
    def default(self) -> bool:
        """Whether no file says it."""
        return self.place == DEFAULT


def values(scenario: Scenario, *, defaults: bool = False) -> list[Value]:
    """Every value of a scenario that was read from files, in their order; with those that no file says if asked."""
    if not isinstance(scenario._tree, Node):
        raise TypeError("only a scenario read from a file has values with places")
    return list(_Reading(defaults).block(scenario._tree, "", Block(Scenario), _At()))


def values_below(node: Node, path: str, model: type[Words]) -> list[Value]:
    """Every value of one block whose path is ``path``."""
    return list(_Reading(False).block(node, path, Block(model), _At(name=path.rpartition(".")[2])))


def counted(found: list[Value]) -> dict[Basis, int]:
    """How many values rest on what; choices are left out."""
    return {basis: sum(value.basis == basis for value in found) for basis in BASES}


@dataclass(frozen=True)
class _At:
    """What is known of a value from the blocks that it stands in."""

    word: str = ""
    name: str = ""
    chosen: bool = False
    source: Source | None = None
    stated_at: str = ""


@dataclass(frozen=True)
class _Reading:
    """A walk through the tree beside the models that say what stands where."""

    defaults: bool

    def block(self, node: Node, path: str, shape: Shape | None, at: _At) -> Iterator[Value]:
        """The values of a node."""
        if node.source is not None:
            at = replace(at, source=node.source, stated_at=path)
        shape = _taken(shape, node)
        if not _opens(node):
            yield _value(node, path, shape, at)
            return
        for under, key, item in children(node, path):
            inner, inside = _below(shape, key, item, at, path)
            yield from self.block(item, under, inner, inside)
        if self.defaults and isinstance(shape, Block):
            yield from self.unwritten(node, path, shape.model, at)

    def unwritten(self, node: Node, path: str, model: type[Words], at: _At) -> Iterator[Value]:
        """What a block does not say and the format fills in."""
        for word, (field, shape) in words(model).items():
            if node.has(word) or field.is_required():
                continue
            given = field.get_default(call_default_factory=True)
            inside = replace(_inside(at, word, path), source=None, stated_at="")
            if isinstance(given, Words) and isinstance(shape, Block):
                yield from self.unwritten(Node({}, DEFAULT), below(path, word), shape.model, inside)
            elif (said := default(field, shape)) is not None:
                value = _value(_node(said), below(path, word), shape, inside)
                yield replace(value, basis="choice")


def _node(said: Any) -> Node:
    """A default as the tree would hold it."""
    if isinstance(said, dict):
        return Node({key: _node(item) for key, item in said.items()}, DEFAULT)
    return Node([_node(item) for item in said] if isinstance(said, (list, tuple)) else said, DEFAULT)


def _opens(node: Node) -> bool:
    """Whether a node is a block with values of their own."""
    if isinstance(node.value, dict):
        return bool(node.value)
    return any(isinstance(item.value, (dict, list)) for item in node.list())


def _taken(shape: Shape | None, node: Node) -> Shape | None:
    """The shape of a node where several may stand."""
    if isinstance(shape, ByDate):
        dates = bool(node.value) and isinstance(node.value, dict) and all(map(looks_dated, node.value))
        shape = Table(DATE, shape.item) if dates else shape.item
    if isinstance(shape, Either):
        shape = shape.block if isinstance(node.value, dict) else shape.bare
    return shape


def _inside(at: _At, word: str, path: str) -> _At:
    """What is known below a word of a block."""
    if not path:
        return replace(at, word=word, chosen=word in CHOSEN)
    plan = path.startswith("plans.") and path.count(".") == 1
    return replace(at, word=word, chosen=at.chosen or (plan and word != "costs"))


def _below(shape: Shape | None, key: Key, item: Node, at: _At, path: str) -> tuple[Shape | None, _At]:
    """The shape of what stands under a key, and what is known there."""
    if isinstance(shape, Block):
        field = words(shape.model).get(str(key))
        return (field[1] if field is not None else None), _inside(at, str(key), path)
    if isinstance(shape, Table):
        dated = shape.key is DATE
        return shape.item, at if dated else replace(at, name=str(key))
    return (shape.item if isinstance(shape, Listing) else None), at


def _value(node: Node, path: str, shape: Shape | None, at: _At) -> Value:
    number, unit, key = measured(shape, plain(node), at.word, at.name)
    quantity = isinstance(shape, Number) or (isinstance(shape, Kind) and shape.name in _QUANTITIES)
    return Value(
        path=path,
        value=plain(node),
        unit=unit,
        number=number,
        key=key,
        place=node.place,
        source=at.source,
        stated_at=at.stated_at,
        basis=basis_of(at.source, chosen=at.chosen or not quantity),
        history=history(node),
    )


def basis_of(source: Source | None, chosen: bool) -> Basis:
    """What a value rests on; a fit goes before the reports that it was made from, and a report before an assumption."""
    if source is not None and (source.calibrated or source.evidence or source.assumed):
        return "calibrated" if source.calibrated else "evidence" if source.evidence else "assumed"
    return "choice" if chosen else "none"


def history(node: Node) -> tuple[Written, ...]:
    """What a value took the place of, the last first."""
    found: list[Written] = []
    held = node.replaced
    while held is not None:
        found.append(Written(plain(held), held.place, held.source))
        held = held.replaced
    return tuple(found)


def measured(shape: Shape | None, value: Any, word: str, name: str) -> tuple[float | None, str, Any]:
    """The number of a quantity, its unit, and what two values that mean the same have in common."""
    if isinstance(value, dict):
        return None, "", _frozen(value)
    if isinstance(shape, Number) and isinstance(value, (int, float)):
        return value, UNITS.get(word, ""), float(value)
    if isinstance(shape, Kind) and id(shape) in _READERS:
        return _quantity(shape, _READERS[id(shape)](value), name)
    if isinstance(shape, Text) or isinstance(value, bool):
        return None, "", (type(value).__name__, value)
    size = magnitude(value)
    if size is None:
        return None, "", _frozen(value)
    unit = "seconds" if size[0] == "duration" else size[0]
    return size[1], unit, size


def _quantity(kind: Kind, read: Any, name: str) -> tuple[float | None, str, Any]:
    match read:
        case Amount():
            return read.number, "litres" if read.unit else name, read
        case Need():
            unit = "litres" if read.amount.unit else name
            return read.amount.number, f"{unit} per {'person' if read.per_person else 'household'}", read
        case Throughput():
            return read.per_day, f"{read.of}/day", read
        case Money():
            return read.number, read.currency, read
    if kind.name in ("share", "ratio"):
        return read, kind.name, read
    if kind.name.startswith("duration"):
        return read, "seconds", read
    if kind.name == "area":
        return read, "m2", read
    return None, "", _frozen(read)


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return tuple((key, _frozen(item)) for key, item in value.items())
    return tuple(map(_frozen, value)) if isinstance(value, (list, tuple)) else value
