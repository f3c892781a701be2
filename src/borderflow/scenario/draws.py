"""Posterior draws: their file read and checked, and the scenario with the values of one row."""

from __future__ import annotations

import csv
import hashlib
import math
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PureWindowsPath
from typing import Any

from borderflow.scenario.calibration import Draws
from borderflow.scenario.check_arrivals import MOST_HOUSEHOLDS, expected_households
from borderflow.scenario.extends import Reading
from borderflow.scenario.faults import Fault, near, shown
from borderflow.scenario.register import register_files, register_folder
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.seen import Seen, seen, under
from borderflow.scenario.tree import Node, children, fault, walk
from borderflow.scenario.units import DAY, LARGEST, LONGEST, Throughput
from borderflow.scenario.words import Dated, Words

WHERE = "calibration.draws"
LARGEST_FILE = 20_000_000
LONGEST_CELL = 40
DRAWABLE = (
    (re.compile(r"crossings\.[^.]+\.arrivals\.phases\.[^.]+\.(persons_per_day|towards)"), 10_000_000.0),
    (re.compile(r"crossings\.[^.]+\.arrivals\.phases\.[^.]+\.half_life"), float(LONGEST // DAY)),
    (re.compile(r"crossings\.[^.]+\.arrivals\.variation\.cv"), 3.0),
    (re.compile(r"crossings\.[^.]+\.stations\.[^.]+\.throughput(\.\d{4}-\d\d-\d\d)?"), float(LARGEST)),
    (
        re.compile(
            r"(crossings\.[^.]+\.(arrivals\.phases\.[^.]+\.)?)?households\.(deported|groups\.(undocumented|acc|por))"
        ),
        1.0,
    ),
)
"""Values that may be drawn, by path, each with the largest that it may be."""
_NUMBER = re.compile(r"(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def read_draws(root: Node, reading: Reading, *, kept: bool = True) -> Draws | None:
    """The draws of the file that the scenario names, or None where it names none; faults go to ``reading``.

    Not ``kept``: the file is not looked at, only its place is told (a fit is about to write it).
    """
    node = under(root, "calibration", "draws")
    if node is None or not isinstance(node.value, str):
        return None
    path = reading.beside(node.place.file if node.place.line else reading.root, node.value)
    if not kept:
        return Draws(file=path)
    why = _refused(node.value, path, root, reading)
    if why:
        reading.faults.append(fault(node, WHERE, why))
        return Draws(file=path)
    if path not in reading.files:
        reading.files.append(path)
    try:
        return _Table(path, calibrated(root, fit_of(root)), root, reading.faults).read(node)
    except (OSError, ValueError, csv.Error) as error:
        reading.faults.append(fault(node, WHERE, f"cannot be read: {error}", got=False))
        return Draws(file=path)


def _refused(written: str, path: str, root: Node, reading: Reading) -> str:
    """Why a file cannot be read; empty if it can."""
    windows = PureWindowsPath(written)
    if os.path.isabs(written) or windows.drive or windows.root or "://" in written or "\0" in written:
        return "write the path from this file's own folder"
    if not reading.inside(path):
        return "lies outside the folder of the scenario"
    if not os.path.isfile(path):
        return "there is no such file yet; 'borderflow calibrate' writes it"
    if os.path.getsize(path) > LARGEST_FILE:
        return "larger than 20 MB; a few hundred draws are enough"
    folder = register_folder(root, reading)
    beside = [*reading.files, *(register_files(folder) if folder is not None else [])]
    if any(os.path.basename(path) == os.path.basename(one) and not os.path.samefile(path, one) for one in beside):
        return "another file that the scenario names is called the same; rename one of them"
    return ""


def fit_of(root: Node) -> str:
    """The name of the fit that moves the scenario's calibrated values."""
    node = under(root, "calibration", "name") or root.get("name")
    return str(node.value) if node is not None else ""


def calibrated(root: Node, fit: str) -> dict[str, Node]:
    """The values marked ``calibrated: fit``, by path; the mark of a block is that of every value in it."""
    found: dict[str, Node] = {}

    def look(node: Node, path: str, marked: bool) -> None:
        if node.source is not None:
            marked = node.source.calibrated == fit
        if not isinstance(node.value, (dict, list)):
            if marked:
                found[path] = node
            return
        for below, _, item in children(node, path):
            look(item, below, marked)

    look(root, "", False)
    return found


class _Table:
    """One file of draws, with the values that must stand in it."""

    def __init__(self, path: str, wanted: Mapping[str, Node], root: Node, faults: list[Fault]) -> None:
        self.path = path
        self.wanted = wanted
        self.root = root
        self.fit = fit_of(root)
        self.faults = faults
        self.header: list[str] = []

    def read(self, node: Node) -> Draws:
        """The draws, without the columns of values that ``--set`` restates; no rows where there are faults."""
        before = len(self.faults)
        with open(self.path, "rb") as opened:
            data = opened.read()
        text = data.decode("utf-8-sig")
        comma = max(",;\t", key=text.partition("\n")[0].count)
        lines = csv.reader(text.splitlines(), delimiter=comma, strict=True)
        self.header = [cell.strip() for cell in next(lines, [])]
        for path, held in self.wanted.items():
            if not any(form.fullmatch(path) for form, _ in DRAWABLE):
                message = "a value of this kind cannot be drawn: levels, half-lives, throughputs, shares and cv can"
                self.faults.append(fault(held, path, message, got=False))
        used = self.heads(node)
        most = {path: next((most for form, most in DRAWABLE if form.fullmatch(path)), math.inf) for path in used}
        rows: list[tuple[float, ...]] = []
        for row in lines:
            if any(cell.strip() for cell in row):
                rows.append(self.row(lines.line_num, [cell.strip() for cell in row], used, most))
        if not rows:
            self.faults.append(Fault(self.path, 1, 1, "", "there is no draw in it"))
        if len(self.faults) > before:
            return Draws(file=self.path)
        return Draws(tuple(used), tuple(rows), self.path, hashlib.sha256(data).hexdigest())

    def heads(self, node: Node) -> dict[str, int]:
        """The columns that are used, by path, each with its number; faults where they are not those of the fit."""
        standing = dict(walk(self.root))
        used: dict[str, int] = {}
        for number, path in enumerate(self.header):
            held = standing.get(path)
            if path in self.header[:number]:
                self.say(1, self.header, number, f"duplicate column '{path}'")
            elif path in self.wanted:
                used[path] = number
            elif held is None or held.place.line or isinstance(held.value, (dict, list)):
                hint = near(path, self.wanted) if held is None else ""
                message = f"no value of the scenario is marked 'calibrated: {self.fit}' at '{path}'{hint}"
                self.say(1, self.header, number, message)
        for path, held in self.wanted.items():
            if path not in used:
                self.faults.append(
                    fault(held, path, f"the draws have no column for this value, calibrated by '{self.fit}'", got=False)
                )
        if not self.wanted:
            message = f"no value of the scenario is marked 'calibrated: {self.fit}', so there is nothing to draw"
            self.faults.append(fault(node, WHERE, message, got=False))
        return used

    def row(self, line: int, cells: list[str], used: Mapping[str, int], most: Mapping[str, float]) -> tuple[float, ...]:
        """The numbers of a row that are used, with faults for those that are none."""
        if len(cells) != len(self.header):
            message = f"this row has {len(cells)} cells, the first one {len(self.header)}"
            self.faults.append(Fault(self.path, line, 1, "", message))
            return ()
        numbers = []
        for path, column in used.items():
            cell = cells[column]
            right = len(cell) <= LONGEST_CELL and _NUMBER.fullmatch(cell)
            number = float(cell) if right else 0.0
            if not 0 < number < math.inf:
                message = "write a number above 0, with a point before decimals and no marks between thousands"
                self.say(line, cells, column, message, cell)
            elif number > most[path]:
                self.say(line, cells, column, f"must be at most {most[path]:g}", cell)
            numbers.append(number)
        return tuple(numbers)

    def say(self, line: int, row: list[str], column: int, message: str, got: str | None = None) -> None:
        """Enter a fault at the cell of a line, row and column."""
        at = 1 + sum(len(cell) + 1 for cell in row[:column])
        path = self.header[column] if line > 1 else ""
        self.faults.append(Fault(self.path, line, at, path, message, None if got is None else shown(got)))


def checked_draws(stands: Seen, scenario: Scenario | None) -> Iterator[Fault]:
    """Whether a computer can hold all who come under every draw."""
    node = under(stands.root, "calibration", "draws")
    draws = scenario.calibration.draws if scenario is not None else None
    if scenario is None or node is None or draws is None or not draws.rows or stands.yes_really:
        return

    def expected(row: Iterable[float]) -> float:
        one = restated(scenario, dict(zip(draws.paths, row, strict=True)))
        return expected_households(replace(seen(stands.root, one), allow_long=stands.allow_long))

    if expected(map(max, zip(*draws.rows, strict=True))) < MOST_HOUSEHOLDS:
        return  # no row brings more than the largest of every column together
    number, most = max(enumerate(map(expected, draws.rows), start=1), key=lambda one: one[1])
    if most >= MOST_HOUSEHOLDS:
        limit = f"more than {MOST_HOUSEHOLDS // 1_000_000} million needs --yes-really"
        yield fault(node, WHERE, f"draw {number} brings about {most / 1e6:.0f} million households; {limit}")


def drawn(scenario: Scenario, replication: int) -> Scenario:
    """The scenario on which a replication runs: with the values of its row, and no draws left.

    Replications 2k and 2k + 1 share a row. Without draws it is the scenario itself.
    """
    draws = scenario.calibration.draws
    if draws is None or not draws.rows:
        return scenario
    return restated(scenario, dict(zip(draws.paths, draws.rows[draws.row(replication)], strict=True)))


def restated(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """The scenario with values by path instead of its own, and no draws. Shares of groups are made to add to 1.

    It cannot be written out: its files say other values.
    """
    tree: dict[str, Any] = {}
    for path, number in values.items():
        block = tree
        *steps, last = path.split(".")
        for step in steps:
            block = block.setdefault(step, {})
        block[last] = number
    settled = scenario.calibration.model_copy(update={"draws": None})
    words = {word: _with(getattr(scenario, word), block) for word, block in tree.items()}
    found = scenario.model_copy(update={**words, "calibration": settled})
    found._tree = None
    return found


def _with(held: Any, new: Any) -> Any:
    """What stands at a place, with numbers instead of its own: a block's words, or the value itself."""
    if isinstance(held, Dated):
        if not isinstance(new, dict):
            return Dated(tuple((since, _with(value, new)) for since, value in held))
        dates = [(since, str(since), value) for since, value in held]
        return Dated(tuple((since, _with(value, new[day]) if day in new else value) for since, day, value in dates))
    if isinstance(held, Throughput):
        return replace(held, per_day=new)
    if isinstance(held, Words):
        words = {word: _with(getattr(held, word), inside) for word, inside in new.items()}
        if "groups" in words:
            whole = math.fsum(words["groups"].values())
            words["groups"] = type(words["groups"])({name: share / whole for name, share in words["groups"].items()})
        return held.model_copy(update=words)
    if isinstance(held, dict):
        return type(held)({name: _with(item, new[name]) if name in new else item for name, item in held.items()})
    if isinstance(held, tuple):  # phases
        return tuple(_with(item, new[item.phase]) if item.phase in new else item for item in held)
    return max(1, round(new * DAY)) if isinstance(held, int) else new
