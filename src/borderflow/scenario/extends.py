"""Scenarios that build on another file: ``extends`` read, checked and merged, the nearer file winning."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass, field, replace
from pathlib import PureWindowsPath

from borderflow.scenario.faults import Fault
from borderflow.scenario.sources import unwrapped
from borderflow.scenario.tree import Key, Node, Refused, compose, fault, item_name, named_list, text_of

DEEPEST_CHAIN = 10
_WHOLE = {"groups", "destinations", "hours", "shifts", "shares", "set", "add", "scale"}
_NAMED = {
    *("crossings", "stations", "stocks", "fleets", "spaces", "warehouses", "plans", "standards", "costs", "round_trip"),
    *("takes", "uses"),
}
_KINDS = {"fixed", "exponential", "gamma", "lognormal", "triangular", "uniform", "negative_binomial", "shares"}


@dataclass
class Reading:
    """The files of one scenario as they are read: their order, and what is wrong in them."""

    root: str
    files: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    broken: bool = False

    @property
    def folder(self) -> str:
        """The folder that every file of the scenario must lie in."""
        return os.path.realpath(os.path.dirname(self.root) if self.root != "-" else ".")

    def inside(self, path: str) -> bool:
        """Whether a file or folder lies in the scenario's folder, links followed."""
        return os.path.join(os.path.realpath(path), "").startswith(os.path.join(self.folder, ""))

    def beside(self, file: str, written: str) -> str:
        """A path written in a file, as seen from where the user stands."""
        base = "" if file == "-" or file.startswith("--") else os.path.dirname(file)
        return posixpath.normpath(posixpath.join(base, written)) if os.sep == "/" else os.path.join(base, written)


def read(path: str, reading: Reading) -> Node | None:
    """The tree of a file with all that it extends, or None where it cannot be read (``reading.faults`` says why)."""
    return _read(path, reading, [])


def _read(path: str, reading: Reading, chain: list[str]) -> Node | None:
    reading.files.append(path)
    try:
        tree, found = compose(text_of(path), path)
    except Refused as refused:
        reading.faults.append(refused.fault)
        reading.broken = True
        return None
    reading.faults += found
    if not isinstance(tree.value, dict):
        reading.faults.append(fault(tree, "", "a scenario is a block of words, such as 'name: november'"))
        reading.broken = True
        return None
    own = unwrapped(tree, reading.faults)
    written = own.get("extends")
    own = replace(own, value={word: node for word, node in own.value.items() if word != "extends"})
    if written is None:
        return own
    parent = _parent(written, path, reading, [*chain, path])
    return own if parent is None else merged(parent, own)


def _parent(written: Node, child: str, reading: Reading, chain: list[str]) -> Node | None:
    """The tree of the file that is extended, or None with a fault that says why not."""
    at = written.value[0] if isinstance(written.value, list) and len(written.value) == 1 else written
    path = reading.beside(child, at.value) if isinstance(at.value, str) else ""
    why = _refused(at, path, reading, chain)
    if why is None:
        try:
            return _read(path, reading, chain)
        except FileNotFoundError:
            why = "there is no such file"
        except OSError as error:
            why = f"cannot be read: {error.strerror}"
    reading.faults.append(fault(at, "extends", why))
    reading.broken = True
    return None


def _refused(at: Node, path: str, reading: Reading, chain: list[str]) -> str | None:
    """Why a file cannot be extended, before it is read."""
    if isinstance(at.value, list) and at.value:
        return "one file is supported here; let that file extend the next"
    if not isinstance(at.value, str) or not at.value.strip():
        return "write the name of a file, such as parts/reception.yaml"
    if "://" in at.value:
        return "an address cannot be extended, only a file beside the scenario"
    windows = PureWindowsPath(at.value)
    if os.path.isabs(at.value) or windows.drive or windows.root or "\0" in at.value:
        return "write the path from this file's own folder"
    if not reading.inside(path):
        return "lies outside the folder of the scenario"
    shown_chain = " → ".join([*chain, path])
    if os.path.realpath(path) in [os.path.realpath(file) for file in chain]:
        return f"the files extend each other in a circle: {shown_chain}"
    if len(chain) >= DEEPEST_CHAIN:
        return f"more than {DEEPEST_CHAIN} files extend one another: {shown_chain}"
    return None


def merged(parent: Node, child: Node, path: tuple[Key, ...] = ()) -> Node:
    """The child's tree laid over its parent's.

    Blocks merge word by word, lists of named items (phases) by name; everything else is the nearer file's. Blocks
    that are one value together (shares, opening hours, shifts, dated values, spreads of another kind) are replaced
    whole. ``null`` takes out what the parent says. A source stays with the values that it was written for.
    """
    if isinstance(parent.value, dict) and isinstance(child.value, dict) and not _one_value(parent, child, path):
        if _covers(child, parent):
            return replace(child, replaced=parent)
        parent, child = handed_down(parent), handed_down(child)
        words = dict(parent.value)
        for word, node in child.value.items():
            if word not in words:
                words[word] = node
            elif node.value is None:
                if node.place != node.key:  # 'null' was written; an empty word is a fault already
                    del words[word]
            else:
                words[word] = merged(words[word], node, (*path, word))
        return replace(child, value=words, replaced=parent)
    if named_list(parent) and named_list(child):
        parent, child = handed_down(parent), handed_down(child)
        items = {item_name(node): node for node in parent.value}
        for node in child.value:
            name = item_name(node)
            known = items.get(name)
            items[name] = node if known is None else merged(known, node, (*path, str(name)))
        return replace(child, value=list(items.values()), replaced=parent)
    return replace(child, replaced=parent)


def _one_value(parent: Node, child: Node, path: tuple[Key, ...]) -> bool:
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
