"""The evidence register as a scenario refers to it: its files, and the ids that stand in them."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import PureWindowsPath

from borderflow.scenario.extends import Reading
from borderflow.scenario.faults import Fault, near
from borderflow.scenario.tree import Node, Place, fault, walk

FILES = ("flows.csv", "events.csv", "capacity.csv")
WHO_COUNTED = "bases.csv"
LARGEST_FILE = 20_000_000


def register_files(folder: str) -> list[str]:
    """The files of a register that are there; the last of them has no ids."""
    paths = [os.path.join(folder, name) for name in (*FILES, WHO_COUNTED)]
    return [path for path in paths if os.path.isfile(path)]


def register_folder(root: Node, reading: Reading) -> str | None:
    """The folder that ``register`` names, as seen from where the user stands; None where it names none."""
    node = root.get("register")
    if node is None or not isinstance(node.value, str):
        return None
    return reading.beside(node.place.file if node.place.line else reading.root, node.value)


def checked_evidence(root: Node, reading: Reading) -> Iterator[Fault]:
    """Faults of the register and of ids that do not stand in it."""
    node, folder = root.get("register"), register_folder(root, reading)
    cited = [(path, held) for path, held in walk(root) if held.source is not None and held.source.evidence]
    if node is None:
        once = {held.source_place or held.place: path for path, held in reversed(cited)}
        for place, path in once.items():
            message = "'register' is missing: it names the folder of the register that these ids stand in"
            yield Fault(place.file, place.line, place.column, f"{path}.evidence", message)
    if node is None or folder is None:
        return
    if os.path.isabs(node.value) or PureWindowsPath(node.value).drive or "://" in node.value or "\0" in node.value:
        yield fault(node, "register", "write the path from this file's own folder")
        return
    if not reading.inside(folder):
        yield fault(node, "register", "lies outside the folder of the scenario")
        return
    files = [file for file in register_files(folder) if os.path.basename(file) != WHO_COUNTED]
    if not files:
        yield fault(node, "register", "there is no register in this folder: flows.csv, events.csv or capacity.csv")
        return
    if not cited:
        return
    known: set[str] = set()
    for file in files:
        try:
            known.update(ids(file))
        except (OSError, ValueError, csv.Error) as error:
            yield fault(node, "register", f"{os.path.basename(file)} cannot be read: {error}", got=False)
            return
    said: set[tuple[Place, str]] = set()
    for path, held in cited:
        place = held.source_place or held.place
        for one in held.source.evidence if held.source is not None else ():
            if one not in known and (place, one) not in said:
                said.add((place, one))
                message = f"the register has no '{one}'{near(one, known)}"
                yield Fault(place.file, place.line, place.column, f"{path}.evidence", message)


def checked_calibration(root: Node, reading: Reading) -> Iterator[Fault]:
    """Faults of the rows and bases that ``calibration`` names and the register has not."""
    block, folder = root.get("calibration"), register_folder(root, reading)
    left = block.get("leave_out") if block is not None else None
    if block is None or folder is None or not reading.inside(folder):
        if left is not None and left.value and folder is None:
            message = "'leave_out' names rows of a register; say with 'register' in which folder it is"
            yield fault(left, "calibration.leave_out", message, got=False)
        return
    flows = os.path.join(folder, "flows.csv")
    try:
        known, counting = column(flows, "id"), column(flows, "basis", needed=False)
    except (OSError, ValueError, csv.Error):
        return  # told by what cites the register, or nothing can be said
    for key, node in left.items() if left is not None else ():
        if key not in known:
            message = f"the register has no flow '{key}'{near(key, known)}"
            yield fault(node, f"calibration.leave_out.{key}", message, got=False, at_key=True)
    for word in ("errors", "counted"):
        held = block.get(word)
        for key, node in held.items() if held is not None and counting else ():
            if key not in counting:
                message = f"nobody counts by the name of '{key}' in the register{near(key, counting)}"
                yield fault(node, f"calibration.{word}.{key}", message, got=False, at_key=True)


def ids(file: str) -> set[str]:
    """The ids of one file of the register."""
    return column(file, "id")


def column(file: str, name: str, *, needed: bool = True) -> set[str]:
    """What stands in a column of a file of the register; nothing where it is not ``needed`` and not there."""
    if os.path.getsize(file) > LARGEST_FILE:
        raise ValueError("larger than 20 MB")
    with open(file, encoding="utf-8-sig", newline="") as opened:
        rows = csv.reader(opened)
        header = next(rows, [])
        if name not in header:
            if needed:
                raise ValueError(f"it has no column '{name}'")
            return set()
        at = header.index(name)
        return {row[at] for row in rows if len(row) > at and row[at]}
