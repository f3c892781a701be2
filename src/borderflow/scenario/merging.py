"""Trees of scenario files laid over one another: which of two values holds, and what it took the place of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from borderflow.scenario.faults import Fault, shown
from borderflow.scenario.sources import magnitude
from borderflow.scenario.tree import Key, Node, fault, item_name, named_list, plain

PRECEDENCE = (
    "--set",
    "the scenario's own file",
    "the files that it extends, which are equals: where two of them say different things of one path, the file that "
    "extends them has to state it; a file that builds on another one stands before it",
    "the default of the format",
)
"""Where a value is taken from: the first of these that states it. A plan's changes come on top, on their dates."""

_WHOLE = {"groups", "destinations", "hours", "shifts", "shares", "set", "add", "scale"}
_NAMED = {
    *("crossings", "stations", "stocks", "fleets", "spaces", "warehouses", "plans", "standards", "costs", "round_trip"),
    *("takes", "uses"),
}
_KINDS = {"fixed", "exponential", "gamma", "lognormal", "triangular", "uniform", "negative_binomial", "shares"}

Path = tuple[Key, ...]


@dataclass(frozen=True)
class Layer:
    """A file with all that it extends: its tree, and what was taken out of it, path by path."""

    tree: Node
    gone: dict[Path, Node] = field(default_factory=dict)


def laid(parent: Layer, child: Node) -> Layer:
    """A file's own tree laid over what it extends."""
    gone = dict(parent.gone)
    return Layer(_merged(parent.tree, child, (), gone), gone)


def _merged(parent: Node, child: Node, path: Path, gone: dict[Path, Node]) -> Node:
    """The child's tree laid over its parent's.

    Blocks merge word by word, lists of named items (phases) by name; everything else is the nearer file's. Blocks
    that are one value together (shares, opening hours, shifts, dated values, spreads of another kind) are replaced
    whole. ``null`` takes out what the parent says. A source stays with the values that it was written for.
    """
    if isinstance(parent.value, dict) and isinstance(child.value, dict) and not _one_value(parent, child, path):
        if _covers(child, parent):
            return remembering(child, parent, whole=False)
        parent, child = handed_down(parent), handed_down(child)
        words = dict(parent.value)
        for word, node in child.value.items():
            if word not in words:
                words[word] = node
            elif node.value is None:
                if node.place != node.key:  # 'null' was written; an empty word is a fault already
                    gone[*path, word] = replace(node, replaced=words.pop(word))
            else:
                words[word] = _merged(words[word], node, (*path, word), gone)
        return replace(child, value=words, replaced=parent)
    if named_list(parent) and named_list(child):
        parent, child = handed_down(parent), handed_down(child)
        standing: dict[str | int | None, Node] = {item_name(node): node for node in parent.value}
        items = dict(standing)
        for number, node in enumerate(child.value):
            name = item_name(node)
            known = standing.get(name)
            key = name if items.get(name) is known else number  # a name that comes twice stays twice, to be refused
            items[key] = node if known is None else _merged(known, node, (*path, str(name)), gone)
        return replace(child, value=list(items.values()), replaced=parent)
    return remembering(child, parent)


def remembering(new: Node, old: Node, *, whole: bool = True) -> Node:
    """The new value, and every value in it, with what it takes the place of.

    Where the old block is replaced ``whole``, a value without a counterpart took the place of the block.
    """
    value = new.value
    if isinstance(value, dict):
        value = {word: _remembering(node, old.get(word), old, whole) for word, node in value.items()}
    return replace(new, value=value, replaced=old)


def _remembering(new: Node, counterpart: Node | None, block: Node, whole: bool) -> Node:
    if counterpart is not None:
        both = isinstance(new.value, dict) and isinstance(counterpart.value, dict)
        return remembering(new, counterpart, whole=whole or not both)
    return remembering(new, block) if whole else new


def _one_value(parent: Node, child: Node, path: Path) -> bool:
    """Whether two mappings are values that cannot be mixed."""
    words = [*parent.value, *child.value]
    if path and path[-1] in _WHOLE and (len(path) < 2 or path[-2] not in _NAMED):
        return True
    if any(isinstance(word, str) and word[:4].isdigit() and word[4:5] == "-" for word in words):
        return True
    return all(word in _KINDS for word in words) and set(parent.value) != set(child.value)


def _covers(child: Node, parent: Node) -> bool:
    """Whether a block restates all that its parent says, so that nothing of the parent is left."""
    for word, node in parent.value.items():
        own = child.get(word)
        if own is None or own.value is None:
            return False
        if isinstance(node.value, dict) and not (isinstance(own.value, dict) and _covers(own, node)):
            return False
        if named_list(node) and named_list(own):
            return False
    return True


def handed_down(block: Node) -> Node:
    """The block with its source handed to what stands in it, so that merging lends it to nothing else.

    A range is that of the block as a whole and is dropped.
    """
    if block.source is None:
        return block
    handed = replace(block.source, range=None)

    def give(node: Node) -> Node:
        sourced = node.source is not None
        return node if sourced else replace(node, source=handed, source_place=block.source_place)

    if isinstance(block.value, dict):
        value: object = {word: node if word == "phase" else give(node) for word, node in block.value.items()}
    else:
        value = [give(node) for node in block.value]
    return replace(block, value=value, source=None, source_place=None)


def side_by_side(layers: Iterable[Layer], own: Node, file: str, faults: list[Fault]) -> Layer:
    """Several files that are extended together, as one; where two of them collide and ``own`` is silent, a fault."""
    first, *others = layers
    for other in others:
        joining = _Joining(first.gone, other.gone, file, faults)
        first = Layer(joining.joined(first.tree, other.tree, own, False, ()), {**first.gone, **other.gone})
    return first


@dataclass
class _Joining:
    """Two trees of equal standing, joined."""

    gone: dict[Path, Node]
    other_gone: dict[Path, Node]
    file: str
    faults: list[Fault]

    def joined(self, one: Node, other: Node, own: Node | None, stated: bool, path: Path) -> Node:
        """What two files say together of a path; ``own`` is what the file that extends both says of it."""
        if one is other:
            return one
        stated = stated or (own is not None and _settles(own, one, other, path))
        if isinstance(one.value, dict) and isinstance(other.value, dict) and not _one_value(one, other, path):
            one, other = handed_down(one), handed_down(other)
            words = self.together(one.value, other.value, own, stated, path)
            return replace(one, value=words)
        if named_list(one) and named_list(other):
            one, other = handed_down(one), handed_down(other)
            items = self.together(_by_name(one), _by_name(other), own, stated, path)
            return replace(one, value=list(items.values()))
        if _builds_on(one, other):
            return one
        if _builds_on(other, one):
            return other
        if same(one, other):
            return other if one.source is None and other.source is not None else one
        if not stated:
            self.collide(one, other, path, shown(plain(one), 30))
        return _remembering_too(one, other)

    def together(
        self, one: dict[Key, Node], other: dict[Key, Node], own: Node | None, stated: bool, path: Path
    ) -> dict[Key, Node]:
        """The words of two blocks, but those that one of the files takes out of what both build on."""
        words: dict[Key, Node] = {}
        for word in dict.fromkeys([*one, *other]):
            under, said = (*path, word), _below(own, word)
            if word in one and word in other:
                words[word] = self.joined(one[word], other[word], said, stated, under)
                continue
            node, out = (one[word], self.other_gone) if word in one else (other[word], self.gone)
            null = out.get(under)
            if null is None:
                words[word] = node
            elif not (null.replaced is node or _builds_on(null, node)):
                if not (stated or said is not None):
                    self.collide(null, node, under, "nothing")
                words[word] = node
        return words

    def collide(self, one: Node, other: Node, path: Path, value: str) -> None:
        at = one.place
        message = (
            f"two extended files collide: it is {value} at {at.file}:{at.line}:{at.column}, and another value here; "
            f"state in {self.file} which one holds"
        )
        self.faults.append(fault(other, ".".join(map(str, path)), message))


def _by_name(listing: Node) -> dict[Key, Node]:
    """The items of a list by their names."""
    return {item_name(node) or "": node for node in listing.list()}


def _below(own: Node | None, word: Key) -> Node | None:
    """What a file says under a word or a name."""
    if own is None or isinstance(own.value, dict):
        return own.get(word) if own is not None else None
    return next((node for node in own.list() if item_name(node) == word), None)


def _settles(own: Node, one: Node, other: Node, path: Path) -> bool:
    """Whether what a file says leaves nothing of either value that it extends."""
    if isinstance(own.value, dict):
        return all(
            not isinstance(held.value, dict) or _one_value(held, own, path) or _covers(own, held)
            for held in (one, other)
        )
    return not (named_list(own) and (named_list(one) or named_list(other)))


def _builds_on(one: Node, other: Node) -> bool:
    """Whether a value took the place of the other one, or is the very same."""
    held: Node | None = one
    while held is not None:
        if held.place == other.place and held.value == other.value:
            return True
        if held.place == other.place and plain(held) == plain(other):
            return True
        held = held.replaced
    return False


def same(one: Node, other: Node) -> bool:
    """Whether two values say the same: ``2 h`` and ``120 min`` do."""
    if plain(one) == plain(other):
        return isinstance(one.value, bool) == isinstance(other.value, bool)
    if isinstance(one.value, (dict, list)) or isinstance(other.value, (dict, list)):
        return False
    size = magnitude(one.value)
    return size is not None and size == magnitude(other.value)


def _remembering_too(one: Node, other: Node) -> Node:
    """A value whose history goes on with that of the other one."""
    return replace(one, replaced=other if one.replaced is None else _remembering_too(one.replaced, other))
