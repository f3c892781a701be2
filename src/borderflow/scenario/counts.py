"""Files of counts by day, read with their faults by row and column."""

from __future__ import annotations

import csv
import os
import re
from pathlib import PureWindowsPath

from borderflow.scenario.daily import Count, Daily
from borderflow.scenario.extends import Reading
from borderflow.scenario.faults import Fault, listed, near, shown
from borderflow.scenario.tree import Node, below, fault
from borderflow.scenario.units import day

COLUMNS = ("date", "persons", "low", "high")
LARGEST_FILE = 2_000_000
MOST_A_DAY = 10_000_000
_NUMBER = re.compile(r"\d{1,9}(\.\d+)?", re.ASCII)


def read_counts(root: Node, reading: Reading) -> dict[str, Daily]:
    """The counts of each crossing that names a file; faults go to ``reading``."""
    found: dict[str, Daily] = {}
    held = root.get("crossings")
    names: dict[str, str] = {}
    for key, crossing in held.items() if held is not None else ():
        arrivals = crossing.get("arrivals")
        node = arrivals.get("daily") if arrivals is not None else None
        if node is None or not isinstance(node.value, str):
            continue
        where = f"{below('crossings', key)}.arrivals.daily"
        path = reading.beside(node.place.file if node.place.line else reading.root, node.value)
        why = _refused(node.value, path, reading)
        other = names.setdefault(os.path.basename(path), os.path.realpath(path))
        if not why and other != os.path.realpath(path):
            why = "another file of counts has the same name; rename one of them"
        if why:
            reading.faults.append(fault(node, where, why))
            found[str(key)] = Daily(())
            continue
        if path not in reading.files:
            reading.files.append(path)
        try:
            found[str(key)] = _Table(path, reading.faults).read()
        except (OSError, ValueError, csv.Error) as error:
            reading.faults.append(fault(node, where, f"cannot be read: {error}", got=False))
            found[str(key)] = Daily(())
    return found


def _refused(written: str, path: str, reading: Reading) -> str:
    """Why a file cannot be read; empty if it can."""
    windows = PureWindowsPath(written)
    if os.path.isabs(written) or windows.drive or windows.root or "://" in written or "\0" in written:
        return "write the path from this file's own folder"
    if not reading.inside(path):
        return "lies outside the folder of the scenario"
    if not os.path.isfile(path):
        return "there is no such file"
    return "" if os.path.getsize(path) <= LARGEST_FILE else "larger than 2 MB; a file of counts has a line a day"


class _Table:
    """One file of counts."""

    def __init__(self, path: str, faults: list[Fault]) -> None:
        self.path = path
        self.faults = faults
        self.header: list[str] = []

    def read(self) -> Daily:
        counts: list[Count] = []
        with open(self.path, encoding="utf-8-sig", newline="") as opened:
            text = opened.read()
        head = text.partition("\n")[0]
        comma = max(",;\t", key=head.count)
        rows = csv.reader(text.splitlines(), delimiter=comma, strict=True)
        self.header = [cell.strip().lower() for cell in next(rows, [])]
        if not self.heads():
            return Daily((), self.path)
        for row in rows:
            tags = all(cell.strip().startswith("#") for cell in row if cell.strip())
            if tags:
                continue
            count = self.count(rows.line_num, row)
            if count is not None and counts and count.date <= counts[-1].date:
                self.say((rows.line_num, row, "date"), "the dates must rise", str(count.date))
            elif count is not None:
                counts.append(count)
        if not counts and not self.faults:
            self.faults.append(Fault(self.path, 1, 1, "", "there is no day in it"))
        return Daily(tuple(counts), self.path)

    def heads(self) -> bool:
        """Whether the first row names the columns that are needed, and no others."""
        before = len(self.faults)
        for word in ("date", "persons"):
            if word not in self.header:
                self.faults.append(Fault(self.path, 1, 1, "", f"it has no column '{word}'"))
        for number, word in enumerate(self.header):
            if word not in COLUMNS:
                hint = near(word, COLUMNS) or f"; the columns are {listed(COLUMNS, 'and')}"
                self.say((1, self.header, word), f"unknown column '{word}'{hint}")
            elif word in self.header[:number]:
                self.say((1, self.header, word), f"duplicate column '{word}'")
        if ("low" in self.header) != ("high" in self.header):
            self.faults.append(Fault(self.path, 1, 1, "", "'low' and 'high' go together"))
        return len(self.faults) == before

    def say(self, where: tuple[int, list[str], str], message: str, got: object = None) -> None:
        """Enter a fault at the cell of a line, row and column."""
        line, row, column = where
        place = self.header.index(column)
        at = 1 + sum(len(cell) + 1 for cell in row[:place])
        self.faults.append(Fault(self.path, line, at, column, message, None if got is None else shown(got)))

    def count(self, line: int, row: list[str]) -> Count | None:
        """The count of a row, or None with a fault."""
        cells = dict(zip(self.header, [*(cell.strip() for cell in row), *[""] * len(self.header)], strict=False))
        if len(row) > len(self.header):
            self.faults.append(Fault(self.path, line, 1, "", "more cells than columns; a thousands mark or a comma?"))
            return None
        numbers: dict[str, float | None] = {}
        wrong = False
        for word in self.header:
            if word == "date" or (word != "persons" and not cells[word]):
                continue
            if not _NUMBER.fullmatch(cells[word]):
                self.say((line, row, word), "write a number of persons, without marks between thousands", cells[word])
                wrong = True
            elif float(cells[word]) > MOST_A_DAY:
                self.say((line, row, word), f"must be at most {MOST_A_DAY}", cells[word])
                wrong = True
            else:
                numbers[word] = float(cells[word])
        try:
            when = day(cells["date"])
        except ValueError as error:
            self.say((line, row, "date"), str(error), cells["date"])
            return None
        if wrong:
            return None
        persons, low, high = numbers["persons"] or 0.0, numbers.get("low"), numbers.get("high")
        if (low is None) != (high is None):
            self.say((line, row, "low"), "'low' and 'high' go together")
        elif low is not None and high is not None and not low <= persons <= high:
            self.say((line, row, "persons"), f"lies outside its range, {low:g} to {high:g}", cells["persons"])
        elif low is not None and persons > 0 and low <= 0:
            self.say((line, row, "low"), "must be more than 0 where persons are expected", cells["low"])
        else:
            return Count(when, persons, low, high)
        return None
