"""Names that differ only in capitals: files named by them are one file on Windows and macOS."""

from __future__ import annotations

from collections.abc import Iterator

from borderflow.scenario.additions import BLOCKS
from borderflow.scenario.faults import Fault
from borderflow.scenario.seen import added_blocks
from borderflow.scenario.targets import STORES
from borderflow.scenario.tree import Node, below, fault

TOP = ("crossings", STORES, "plans", "standards", "funds")


def checked_names(root: Node) -> Iterator[Fault]:
    """Two names of one block that are the same but for capitals; the later one is told, with the place of the first."""
    known: dict[str, dict[str, tuple[str, Node]]] = {}
    for path, node in _named(root):
        block, _, name = path.rpartition(".")
        other, first = known.setdefault(block, {}).setdefault(name.lower(), (name, node))
        if other != name:
            at = first.key or first.place
            message = f"'{name}' and '{other}', at {at}, differ only in capitals; rename one of them"
            yield fault(node, path, message, got=False, at_key=True)


def _named(root: Node) -> Iterator[tuple[str, Node]]:
    """Path and node of everything that has a name, what plans add after what stands there."""
    for word in TOP:
        yield from _inside(root.get(word), word)
    for path, node in _inside(root.get("crossings"), "crossings"):
        for kind in BLOCKS:
            yield from _inside(node.get(kind), below(path, kind))
    for path, node in _inside(root.get(STORES), STORES):
        yield from _inside(node, path)
    for path, node in added_blocks(root):
        yield (path if path.startswith(("crossings.", f"{STORES}.")) else f"crossings.{path}"), node


def _inside(block: Node | None, path: str) -> Iterator[tuple[str, Node]]:
    for key, node in block.items() if block is not None else ():
        yield below(path, key), node
