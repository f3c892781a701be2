"""``borderflow evidence``: the register of reported facts, listed, filtered, and shown row by row."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from borderflow.commands.endings import DONE, say
from borderflow.commands.printing import answer
from borderflow.commands.printing import as_json as json_of
from borderflow.scenario.faults import WrongUse, clean, near

if TYPE_CHECKING:
    from borderflow.evidence.register import Register
    from borderflow.evidence.rows import Row

USUAL = (".", "evidence", "scenarios/evidence")
"""Where the register is looked for if none is named, from the folder that the user stands in."""
SHOWN = {
    "flows": ("id", "from", "until", "crossing", "population", "quantity", "reported", "unit", "basis", "use"),
    "events": ("id", "from", "until", "crossing", "kind", "summary"),
    "capacity": ("id", "from", "until", "crossing", "step", "quantity", "reported", "unit"),
}


def evidence(
    where: Path | None,
    events: bool,
    capacity: bool,
    ids: tuple[str, ...],
    as_csv: bool,
    as_json: bool,
    **asked: Any,
) -> int:
    """List the rows of a register that are asked for; whole rows by their ids."""
    from borderflow.evidence.register import load
    from borderflow.evidence.selection import Selection, UnknownWord

    if as_csv and as_json:
        raise WrongUse("--csv and --json cannot both be asked for")
    tables = [name for name, wanted in (("events", events), ("capacity", capacity)) if wanted] or ["flows"]
    register = load(folder_of(where))
    try:
        selection = Selection(register, **asked)
        rows = {name: selection.rows(name) for name in tables} if not ids else by_id(register, ids, selection)
    except UnknownWord as error:
        raise WrongUse(str(error)) from None
    if as_csv:
        answer_csv(register, rows)
    elif as_json:
        answer(json_of([plain(row) for found in rows.values() for row in found]))
    elif ids:
        answer("\n\n".join(whole(row, width()) for found in rows.values() for row in found))
    else:
        answer("\n\n".join(table(name, found, width()) for name, found in rows.items()))
    for name, found in rows.items():
        say(counted(register, name, found))
    if selection.undated:
        say(f"left out by --from and --until, for want of a date: {selection.undated}")
    return DONE


def folder_of(where: Path | None) -> Path:
    """The folder of the register: the one named, that of a scenario, the usual one from here, or the shipped one."""
    if where is None:
        from borderflow.scenario.shipped import folder

        for usual in map(Path, USUAL):
            if (usual / "flows.csv").is_file():
                return usual
        return folder() / "evidence"
    if not where.exists():
        raise WrongUse(f"{where}: there is no such folder or scenario")
    if not where.is_dir():
        from borderflow.commands.run import load

        scenario = load(where, ())
        if not scenario._register:
            raise WrongUse(f"{where} names no register; name its folder")
        return Path(scenario._register)
    return where


def by_id(register: Register, ids: tuple[str, ...], selection: Any) -> dict[str, list[Row]]:
    """The rows of the given ids by the file they stand in, in the order asked for."""
    if selection.asked:
        raise WrongUse(f"--id shows whole rows; leave out {', '.join(selection.asked)}")
    unknown = [one for one in dict.fromkeys(ids) if one not in register]
    if unknown:
        raise WrongUse("; ".join(f"the register has no '{one}'{near(one, register.ids)}" for one in unknown))
    found: dict[str, list[Row]] = {}
    for row in register.select(dict.fromkeys(ids)):
        found.setdefault(file_of(row), []).append(row)
    return found


def file_of(row: Row) -> str:
    """The file of a row, without its ending."""
    return {"Flow": "flows", "Event": "events", "Capacity": "capacity"}[type(row).__name__]


def answer_csv(register: Register, rows: dict[str, list[Row]]) -> None:
    """The rows as they stand in their file, byte for byte, under its first line."""
    if len(rows) != 1:
        raise WrongUse("a CSV has the columns of one file; ask for the rows of one")
    (name, found), *_ = rows.items()
    text = register.headings[name] + "".join(
        line if line.endswith("\n") else line + "\n" for line in (register.written[row.id] for row in found)
    )
    sys.stdout.flush()
    try:
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        raise


def plain(row: Row) -> dict[str, Any]:
    """A row as plain values: dates in ISO form, nothing where nothing stands."""
    found = {field.name: getattr(row, field.name) for field in fields(row)}
    label = found.pop("label", None)
    if label is not None:
        found["label"] = {field.name: getattr(label, field.name) for field in fields(label)}
    return {"table": file_of(row), **{name: _plain(value) for name, value in found.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return None if value == "" else value


def width() -> int:
    """Columns to write in: those of the terminal or ``COLUMNS``; 0 (a row a line) into a file or a pipe."""
    if os.environ.get("COLUMNS", "").isdigit():
        return max(20, int(os.environ["COLUMNS"]))
    return max(20, shutil.get_terminal_size((80, 24)).columns) if sys.stdout.isatty() else 0


def table(name: str, rows: list[Row], width: int) -> str:
    """A row a line; where that does not fit, a row in several lines with its id first."""
    from borderflow.report.summary import wrapped

    heads = SHOWN[name]
    cells = [[cell(row, head) for head in heads] for row in rows]
    wide = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    wide[-1] = 0
    lines = [
        "  ".join(part.ljust(most) for part, most in zip(row, wide, strict=True)).rstrip() for row in (heads, *cells)
    ]
    if not width or max(map(len, lines)) <= width:
        return "\n".join(lines)
    told = []
    for row in cells:
        said = ", ".join(part for part in _days(row[1], row[2], row[3:]) if part)
        told.append("\n".join([row[0], *wrapped(said, width, "  ", "  ")]))
    return "\n".join(told)


def _days(start: str, end: str, others: list[str]) -> list[str]:
    days = start if start == end else f"{start or '?'} to {end or '?'}" if start or end else "no date"
    return [days, *others]


def row_is_told_again(row: Row) -> bool:
    """Whether a row tells a count that another row is the root of."""
    return hasattr(row, "same_count_as") and row.same_count_as != ""


def cell(row: Row, head: str) -> str:
    """What a table shows of a row in a column."""
    from borderflow.report.text import shown

    if head == "from":
        return row.start.isoformat() if row.start else ""
    if head == "until":
        return row.end.isoformat() if row.end else ""
    if head == "reported":
        return str(getattr(row, "words", ""))
    if head == "use" and row_is_told_again(row):
        return f"{getattr(row, head)} (told again: {getattr(row, 'same_count_as', '')})"
    return shown(str(getattr(row, head)))


def whole(row: Row, width: int) -> str:
    """Everything that a row holds, a line each."""
    from borderflow.report.summary import wrapped
    from borderflow.report.text import shown

    said = {
        name: value for name, value in plain(row).items() if value is not None and name not in ("value", "qualifier")
    }
    if hasattr(row, "words"):
        said = {"table": said.pop("table"), "id": said.pop("id"), "reported": f"{row.words} {said.pop('unit')}", **said}
    label = said.pop("label", None)
    if label is not None:
        differ = {name: value for name, value in label.items() if value != said.get(name)}
        said["labelled"] = ", ".join(f"{name} {value or 'none'}" for name, value in differ.items())
    room = max(map(len, said)) + 2
    lines = []
    for name, value in said.items():
        text = f"{name}:".ljust(room) + shown(str(value))
        lines += wrapped(text, width, "", " " * min(room, width // 3)) if width and name != "url" else [text]
    return "\n".join(lines)


def counted(register: Register, name: str, rows: list[Row]) -> str:
    """How many rows are shown, and what they are good for."""
    from borderflow.evidence.rows import USES

    of = len(getattr(register, name))
    uses = [str(getattr(row, "use", "")) for row in rows]
    by_use = [f"{uses.count(use)} {use}" for use in USES if use in uses]
    again = sum(map(row_is_told_again, rows))
    by_use += [f"{again} told again elsewhere"] if again else []
    return clean(f"{len(rows)} of {of} {name}" + (f": {', '.join(by_use)}" if by_use else ""))
