"""Scenarios that build on other files: ``extends`` read and checked; how their values merge stands in ``merging``."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass, field, replace
from pathlib import PureWindowsPath

from borderflow.scenario.faults import Fault
from borderflow.scenario.merging import Layer, laid, side_by_side
from borderflow.scenario.sources import unwrapped
from borderflow.scenario.tree import Node, Refused, compose, fault, text_of

DEEPEST_CHAIN = 10


@dataclass(frozen=True)
class Known:
    """A file that was read already, with all that it extends, and the longest chain of files below it."""

    layer: Layer
    chain: tuple[str, ...]


@dataclass
class Reading:
    """The files of one scenario as they are read: their order, and what is wrong in them."""

    root: str
    files: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    broken: bool = False
    known: dict[str, Known] = field(default_factory=dict)

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
    found = _read(path, reading, [])
    return found.layer.tree if found is not None else None


def _read(path: str, reading: Reading, chain: list[str]) -> Known | None:
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
    known = Known(Layer(own), (path,))
    if written is not None:
        parents = _parents(written, path, reading, [*chain, path])
        if parents:
            layer = side_by_side([parent.layer for parent in parents], own, path, reading.faults)
            longest = max((parent.chain for parent in parents), key=len)
            known = Known(laid(layer, own), (path, *longest))
    reading.known[os.path.realpath(path)] = known
    return known


def _parents(written: Node, child: str, reading: Reading, chain: list[str]) -> list[Known]:
    """The files that are extended; each that cannot be read is a fault that says why."""
    several = isinstance(written.value, list) and len(written.value) > 1
    single = written.value[0] if isinstance(written.value, list) and len(written.value) == 1 else written
    found: dict[str, Known] = {}
    for number, at in enumerate(written.list() if several else [single]):
        path = reading.beside(child, at.value) if isinstance(at.value, str) else ""
        file = os.path.realpath(path) if path and "\0" not in path else path
        why = _refused(at, path, reading, chain)
        if why is None and file in found:
            why = "this file is named twice"
        if why is None:
            try:
                known = reading.known[file] if file in reading.known else _read(path, reading, chain)
                if known is not None:
                    found[file] = known
                continue
            except FileNotFoundError:
                why = "there is no such file"
            except OSError as error:
                why = f"cannot be read: {error.strerror}"
        reading.faults.append(fault(at, f"extends[{number}]" if several else "extends", why))
        reading.broken = True
    return list(found.values())


def _refused(at: Node, path: str, reading: Reading, chain: list[str]) -> str | None:
    """Why a file cannot be extended, before it is read."""
    if not isinstance(at.value, str) or not at.value.strip():
        return "write the name of a file, such as parts/reception.yaml"
    if "://" in at.value:
        return "an address cannot be extended, only a file beside the scenario"
    windows = PureWindowsPath(at.value)
    if os.path.isabs(at.value) or windows.drive or windows.root or "\0" in at.value:
        return "write the path from this file's own folder"
    if not reading.inside(path):
        return "lies outside the folder of the scenario"
    if os.path.exists(path) and not os.path.isfile(path):
        return "not a regular file"
    file = os.path.realpath(path)
    if file in [os.path.realpath(one) for one in chain]:
        return f"the files extend each other in a circle: {' → '.join([*chain, path])}"
    whole = [*chain, *(reading.known[file].chain if file in reading.known else (path,))]
    if len(whole) > DEEPEST_CHAIN:
        return f"more than {DEEPEST_CHAIN} files extend one another: {' → '.join(whole)}"
    return None
