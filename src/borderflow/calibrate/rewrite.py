"""The fitted values written into the scenario file: only their numbers change, every other byte stays."""

from __future__ import annotations

import codecs
import io
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from borderflow.calibrate.parameters import Free, free_values
from borderflow.scenario.faults import Fault, ScenarioFaults, WrongUse
from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.tree import Node, fault, walk
from borderflow.scenario.units import DAY, HOUR, MINUTE

_NUMBER = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_ONE_PART = re.compile(r"(['\"]?)\s*\d+(?:\.\d+)?(\s*)(s|sec|min|h|d|day|days|w)\s*(['\"]?)", re.ASCII)
_UNITS = {"s": 1, "sec": 1, "min": MINUTE, "h": HOUR, "d": DAY, "day": DAY, "days": DAY, "w": 7 * DAY}
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class _File:
    """A scenario file as text, with the place of every scalar in it."""

    def __init__(self, path: str) -> None:
        data = Path(path).read_bytes()
        self.mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
        self.encoding = _MARKS.get(self.mark, "utf-8")
        self.text = data[len(self.mark) :].decode(self.encoding)
        self.scalars: dict[tuple[int, int], Any] = {}
        self.flows: dict[tuple[int, int], int] = {}
        opened: list[tuple[int, int] | None] = []
        for event in YAML(typ="safe", pure=True).parse(io.StringIO(self.text)):
            kind = type(event).__name__
            at = (event.start_mark.line + 1, event.start_mark.column + 1)
            if kind == "ScalarEvent":
                self.scalars.setdefault(at, event)
            elif kind in ("MappingStartEvent", "SequenceStartEvent"):
                opened.append(at if event.flow_style else None)
            elif kind in ("MappingEndEvent", "SequenceEndEvent") and (start := opened.pop()) is not None:
                self.flows[start] = event.start_mark.index

    @property
    def newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    def end_of_line(self, index: int) -> int:
        """Index of the first letter of the next line."""
        found = self.text.find("\n", index)
        return len(self.text) if found < 0 else found + 1

    def changed(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """The file's bytes with some stretches of its text replaced."""
        text = self.text
        for (begin, end), new in sorted(changes.items(), reverse=True):
            text = text[:begin] + new + text[end:]
        return self.mark + text.encode(self.encoding)


def check_writable(scenario: Scenario, free: Sequence[Free]) -> None:
    """Refuse values that stand where they cannot be changed, before anything is fitted. Raises ``ScenarioFaults``."""
    if scenario._path == "-":
        raise WrongUse("--write needs a scenario file: standard input cannot be changed")
    file, nodes = _File(scenario._path), dict(walk(scenario._tree))
    faults = []
    for one in free:
        node = nodes[one.path]
        event = file.scalars.get((node.place.line, node.place.column))
        if node.place.file != scenario._path:
            message = f"stands in another file, which --write leaves as it is; write the value into {scenario._path}"
            faults.append(fault(node, one.path, message, got=False))
        elif event is None or event.anchor is not None:
            message = "is written once for several places (& or *); write it out, so that --write can change it"
            faults.append(fault(node, one.path, message, got=False))
    if faults:
        raise ScenarioFaults(faults)


def write(scenario: Scenario, free: Sequence[Free], medians: Mapping[str, float], draws: Path) -> None:
    """Put the values into the scenario's file, and the name of the draws if it lacks it.

    ``medians`` are in the units of ``Free``. The new file is loaded before it takes the old one's place: it is written
    only if it gives these values. Raises ``ScenarioFaults`` where a value would lie outside of its own range.
    """
    path = Path(scenario._path)
    values = rounded(free, medians)
    _in_range(scenario, free, values)
    file, nodes = _File(scenario._path), dict(walk(scenario._tree))
    changes: dict[tuple[int, int], str] = {}
    for one in free:
        place = nodes[one.path].place
        event = file.scalars[place.line, place.column]
        begin, end = event.start_mark.index, event.end_mark.index
        changes[begin, end] = token(file.text[begin:end], one, values[one.path])
    if scenario.calibration.draws is None:
        named = os.path.relpath(draws, path.parent).replace(os.sep, "/")
        begin, new = _draws_word(file, scenario, named)
        changes[begin, begin] = new
    beside = path.with_name(f".{path.name}.writing-{os.getpid()}")
    try:
        beside.write_bytes(file.changed(changes))
        _same(beside, scenario, free, values)
        shutil.copymode(path, beside)
        with open(beside, "rb+") as opened:
            os.fsync(opened.fileno())
        os.replace(beside, path.resolve())
    finally:
        beside.unlink(missing_ok=True)


def rounded(free: Sequence[Free], medians: Mapping[str, float]) -> dict[str, Decimal]:
    """The medians to three significant digits; the largest share of each block of groups is what the others leave.

    A duration is rounded when it is written, in its own unit.
    """
    values = {one.path: Decimal(f"{medians[one.path]:.{9 if one.unit == 'duration' else 3}g}") for one in free}
    blocks: dict[str, list[str]] = {}
    for path in values:
        if ".groups." in path:
            blocks.setdefault(path.rpartition(".")[0], []).append(path)
    for paths in blocks.values():
        whole = sum(medians[path] for path in paths)
        for path in paths:
            values[path] = Decimal(f"{medians[path] / whole:.3g}")
        largest = max(paths, key=lambda path: values[path])
        values[largest] = 1 - sum((values[path] for path in paths if path != largest), Decimal(0))
    return values


def token(old: str, free: Free, value: Decimal) -> str:
    """A value as it was written, with another number: its unit, quotes and per cent stay."""
    if free.unit == "duration":
        part = _ONE_PART.fullmatch(old)
        if part is None:
            quote = old[0] if old[0] in "'\"" else ""
            return f"{quote}{_three(value / DAY)} d{quote}"
        return f"{part[1]}{_three(value / _UNITS[part[3]])}{part[2]}{part[3]}{part[4]}"
    number = value * 100 if "%" in old else value
    return _NUMBER.sub(format(number.normalize(), "f"), old, count=1)


def _three(number: Decimal) -> str:
    return format(Decimal(f"{number:.3g}"), "f")


def _in_range(scenario: Scenario, free: Sequence[Free], values: Mapping[str, Decimal]) -> None:
    nodes = dict(walk(scenario._tree))
    faults = []
    for one in free:
        if not one.low <= float(values[one.path]) <= one.high:
            node = nodes[one.path]
            low, high = node.source.range if node.source is not None and node.source.range else (one.low, one.high)
            size = _three(values[one.path] / DAY) + " d" if one.unit == "duration" else format(values[one.path], "f")
            message = (
                f"the fit gives {size}, outside its range, {low} to {high}; widen the range if you trust the reports"
            )
            faults.append(fault(node, one.path, message, got=False))
    if faults:
        raise ScenarioFaults(faults)


def _draws_word(file: _File, scenario: Scenario, named: str) -> tuple[int, str]:
    """Where the word ``draws`` goes, and how it is written there."""
    word = f"draws: {named}"
    block: Node | None = scenario._tree.get("calibration")
    if block is None or block.place.file != scenario._path or not block.value:
        text = file.text
        gap = "" if text.endswith("\n") else file.newline
        return len(text), f"{gap}calibration:{file.newline}  {word}{file.newline}"
    if (end := file.flows.get((block.place.line, block.place.column))) is not None:
        return end, f", {word}"
    first = next(iter(block.value.values()))
    assert first.key is not None
    indent = " " * (first.key.column - 1)
    name = block.get("name")
    if name is not None and name.place.file == scenario._path:
        at = file.end_of_line(file.scalars[name.place.line, name.place.column].end_mark.index)
        gap = "" if file.text[:at].endswith("\n") else file.newline
        return at, f"{gap}{indent}{word}{file.newline}"
    begin = file.scalars[first.key.line, first.key.column].start_mark.index - len(indent)
    return begin, f"{indent}{word}{file.newline}"


def _same(written: Path, scenario: Scenario, free: Sequence[Free], values: Mapping[str, Decimal]) -> None:
    """Load the file that was written aside and hold its values against those that were meant."""
    try:
        again = load(written)
    except ScenarioFaults as faults:
        own = str(written)
        raise ScenarioFaults(
            Fault(scenario._path if one.file == own else one.file, *_rest(one)) for one in faults.faults
        ) from None
    found, _ = free_values(again, scenario.fit)
    read = {one.path: one.value for one in found}
    for one in free:
        if abs(read[one.path] / float(values[one.path]) - 1) > 0.01:
            raise RuntimeError(f"{one.path} would read back as {read[one.path]:g}, not {values[one.path]}")


def _rest(one: Fault) -> tuple[int, int, str, str, str | None, bool]:
    return one.line, one.column, one.path, one.message, one.got, one.warning
