"""One CSV table of the register: every cell checked, every fault with its file, line and column."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path

LARGEST_FILE = 5_000_000
LARGEST_VALUE = 10**12
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: its cells by column, where it stands, and how it is written there."""

    table: Table
    number: int
    cells: dict[str, str]
    written: str = ""

    @property
    def place(self) -> str:
        """File and line, as a fault names them."""
        return f"{self.table.path}:{self.number}"

    def fault(self, column: str, wrong: str) -> None:
        """Note what is wrong with a cell."""
        owner = self.cells[self.table.columns[0]] or f"row {self.number}"
        self.table.fault(self.number, column, f"{owner}.{column}", wrong, self.cells[column])

    def text(self, column: str) -> str:
        """A cell that must not be empty."""
        if not self.cells[column]:
            self.fault(column, "must not be empty")
        return self.cells[column]

    def id(self, column: str = "id") -> str:
        """The name of the row."""
        value = self.text(column)
        if value and _ID.fullmatch(value) is None:
            self.fault(column, "an id has 1 to 64 letters, digits, '_' or '-'")
        return value

    def one_of(self, column: str, known: Collection[str]) -> str:
        """A cell that holds one of a set of words."""
        value = self.cells[column]
        if value not in known:
            near = get_close_matches(value, known, n=1)
            hint = f", did you mean '{near[0]}'?" if near else f"; write one of {', '.join(known)}"
            self.fault(column, f"unknown {column}{hint}")
        return value

    def number_of(self, column: str) -> float:
        """A finite number of zero or more, written with a decimal point and without thousands marks."""
        value = self.cells[column]
        if _NUMBER.fullmatch(value) is None:
            self.fault(column, "not a number; write digits with a decimal point and without thousands marks")
            return math.nan
        number = float(value)
        if not 0 <= number <= LARGEST_VALUE:
            self.fault(column, "must lie between 0 and a million million")
        return number

    def day(self, column: str, needed: bool = False) -> date | None:
        """A calendar date in ISO form, or nothing."""
        value = self.cells[column]
        if not value and not needed:
            return None
        try:
            if _DATE.fullmatch(value) is None:
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            self.fault(column, "not a date; write it as year-month-day, such as '2023-11-01'")
            return None

    def days(self, first: str, last: str, needed: bool = False) -> tuple[date | None, date | None]:
        """Two dates in order; either may be empty."""
        start, end = self.day(first, needed), self.day(last)
        if start is not None and end is not None and end < start:
            self.fault(last, f"lies before '{first}' ({start})")
        return start, end


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file with stated columns, and the faults found in it so far.

    The last ``spare`` columns may be left out, all of them together; their cells are then empty.
    """

    path: Path
    columns: tuple[str, ...]
    spare: int = 0
    faults: list[str] = field(default_factory=list)
    heading: list[str] = field(default_factory=list)

    def fault(self, line: int, column: str, path: str, wrong: str, got: str | None = None) -> None:
        """Note a fault; ``column`` is given as the number of its field."""
        number = self.columns.index(column) + 1 if column in self.columns else 1
        shown = "" if got is None else f" (got {_short(got)})"
        self.faults.append(f"{self.path}:{line}:{number} {path}: {wrong}{shown}")

    def lines(self) -> Iterator[Line]:
        """Its rows; a row that has not one cell for each column is a fault and left out."""
        text = self._text()
        if text is None:
            return
        written = list(io.StringIO(text, newline=""))
        reader = csv.reader(written, strict=True)
        began, wide = 1, 0
        try:
            for cells in reader:
                line, began = began, reader.line_num + 1
                if line == 1:
                    wide = self._header(cells)
                    if not wide:
                        return
                    self.heading.append("".join(written[: reader.line_num]))
                elif len(cells) == wide and not cells[0].lstrip().startswith("#"):
                    filled = [cell.strip() for cell in cells] + [""] * (len(self.columns) - wide)
                    as_it_stands = "".join(written[line - 1 : reader.line_num])
                    yield Line(self, line, dict(zip(self.columns, filled, strict=True)), as_it_stands)
                elif any(cells) and len(cells) != wide:
                    wrong = f"has {len(cells)} cells, the table has {wide} columns"
                    self.fault(line, "", f"row {line}", wrong, ",".join(cells))
        except csv.Error as error:
            self.fault(began, "", f"row {began}", f"not readable as CSV: {error}")
        if began == 1:
            self.fault(1, "", self.path.stem, "the file is empty")

    def _header(self, cells: list[str]) -> int:
        """How many columns the file has; 0 if they are not those of the table."""
        found = tuple(cell.strip() for cell in cells)
        least = self.columns[: len(self.columns) - self.spare]
        if found in (self.columns, least):
            return len(found)
        if len(found) == 1 and (apart := next((mark for mark in ";\t|" if mark in found[0]), "")):
            self.fault(1, "", self.path.stem, "the columns must be parted by commas", apart)
            return 0
        for number, name in enumerate(found, start=1):
            if name not in self.columns:
                near = get_close_matches(name, self.columns, n=1)
                hint = f", did you mean '{near[0]}'?" if near else ""
                self.faults.append(
                    f"{self.path}:1:{number} {self.path.stem}: unknown column{hint} (got {_short(name)})"
                )
            elif name in found[: number - 1]:
                self.faults.append(f"{self.path}:1:{number} {self.path.stem}: the column stands twice (got '{name}')")
        for name in self.columns if set(found) & (set(self.columns) - set(least)) else least:
            if name not in found:
                self.fault(1, name, self.path.stem, f"the column '{name}' is missing")
        right = next((known for known in (self.columns, least) if sorted(found) == sorted(known)), ())
        if right:
            wrong = f"the columns must stand in the order {', '.join(right)}"
            self.fault(1, "", self.path.stem, wrong, ",".join(found))
        return 0

    def _text(self) -> str | None:
        try:
            if not self.path.is_file():
                self.fault(1, "", self.path.stem, "there is no such file")
                return None
            with self.path.open("rb") as file:
                raw = file.read(LARGEST_FILE + 1)
        except OSError as error:
            self.fault(1, "", self.path.stem, f"cannot be read: {error.strerror}")
            return None
        if len(raw) > LARGEST_FILE:
            self.fault(1, "", self.path.stem, f"larger than {LARGEST_FILE:,} bytes")
            return None
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self.fault(1, "", self.path.stem, f"not UTF-8 at byte {error.start}")
            return None


def _short(value: str) -> str:
    return f"'{value if len(value) <= 60 else value[:57] + '...'}'"
