"""``borderflow show``: every value of a scenario, with its unit, where it is written and what it rests on."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from borderflow.commands.endings import DONE, say
from borderflow.commands.printing import answer, width
from borderflow.commands.printing import as_json as json_of
from borderflow.scenario.faults import UnknownPlan, WrongUse, clean, near

if TYPE_CHECKING:
    from borderflow.scenario.difference import Difference
    from borderflow.scenario.scenario import Scenario, Source
    from borderflow.scenario.tree import Place
    from borderflow.scenario.values import Value, Written

Row = tuple[str, str, str, str]
HEADING: Row = ("PATH", "VALUE", "ORIGIN", "SOURCE")
WIDEST = (72, 32, 48)
"""Columns are aligned up to so many letters; a longer text pushes its own line out and is never cut."""
WHAT = {"changed": "changed", "added": "added", "removed": "removed", "source": "same value, another source"}
Reported = dict[str, dict[str, str | None]]


def show(
    scenario: Path,
    paths: tuple[str, ...],
    plans: tuple[str, ...],
    sets: tuple[str, ...],
    other: Path | None,
    bases: tuple[str, ...],
    history: bool,
    defaults: bool,
    as_json: bool,
) -> int:
    """Print the values of a scenario, or what differs between two."""
    loaded = _loaded(scenario, sets)
    columns = width() if sys.stdout.isatty() else None
    if other is not None:
        from borderflow.scenario.difference import differences

        against = _loaded(other, ())
        both = [resolved(one, plans, defaults=True) for one in (loaded, against)]
        wanted = wanted_paths(paths, [value.path for found in both for value in found])
        kept = [
            one
            for one in differences(*both)
            if wanted(one.path) and (not bases or {value.basis for value in (one.old, one.new) if value} & {*bases})
        ]
        names = str(scenario), str(other)
        if as_json:
            known = {**reported(against), **reported(loaded)}
            answer(json_of(differences_json(kept, names, known)))
        else:
            answer(differences_told(kept, names, columns))
        return DONE
    found = resolved(loaded, plans, defaults=defaults)
    chosen = wanted_paths(paths, [value.path for value in found])
    kept_values = [value for value in found if chosen(value.path) and (not bases or value.basis in bases)]
    if as_json:
        answer(json_of(values_json(loaded, kept_values, plans)))
        return DONE
    one_path = len({value.path for value in kept_values}) == 1
    rows = [row for value in kept_values for row in rows_of(value, history or one_path)]
    lines = stacked(rows, columns) if columns else aligned([HEADING, *rows])
    after = [*(cited(kept_values, reported(loaded)) if one_path else ()), "", *ending(kept_values)]
    answer("\n".join([*lines, *fitted(after, columns)]))
    return DONE


def _loaded(path: Path, sets: tuple[str, ...]) -> Scenario:
    """A scenario however long or large, without its warnings: they are for ``check`` and ``run``."""
    from borderflow.measure.registry import ALIASES, INDICATORS, fault
    from borderflow.scenario.load import load

    return load(path, sets, indicators={*INDICATORS, *ALIASES}, judge=fault, allow_long=True, yes_really=True)


def resolved(scenario: Scenario, plans: Sequence[str], *, defaults: bool) -> list[Value]:
    """The values of a scenario; with plans named, only those plans', and what each makes of the values."""
    from borderflow.scenario.planned import under_plan
    from borderflow.scenario.values import values

    for name in plans:
        if name not in scenario.plans:
            raise UnknownPlan(f"there is no plan '{name}'{near(name, scenario.plans)}")
    found = values(scenario, defaults=defaults)
    if not plans:
        return found
    others = tuple(f"plans.{name}" for name in scenario.plans if name not in plans)
    kept = [
        value for value in found if not any(value.path == one or value.path.startswith(f"{one}.") for one in others)
    ]
    changed = [value for name in dict.fromkeys(plans) for value in under_plan(scenario, name)]
    by_path: dict[str, list[Value]] = {}
    for value in [*kept, *changed]:
        by_path.setdefault(value.path, []).append(value)
    return [value for held in by_path.values() for value in held]


def wanted_paths(patterns: Sequence[str], paths: Iterable[str]) -> Callable[[str], bool]:
    """Whether a path is asked for: a pattern stands for a path and all below it, ``*`` for anything.

    ``crossings.`` may be left out. Raises ``WrongUse`` for a pattern that no path has.
    """
    known = list(paths)
    expressions = [_expression(pattern) for pattern in patterns]
    for pattern, expression in zip(patterns, expressions, strict=True):
        if not any(expression.fullmatch(path) for path in known):
            raise WrongUse(f"there is no value at '{pattern}'{_hint(pattern, known)}")
    return lambda path: not patterns or any(expression.fullmatch(path) for expression in expressions)


def _hint(pattern: str, known: Sequence[str]) -> str:
    """The nearest name to the first step of a path that leads nowhere."""
    here = [path.removeprefix("crossings.").split(".") for path in known]
    here += [["crossings", *steps] for steps in here]
    for step in pattern.split("."):
        names = {steps[0] for steps in here if steps}
        if step not in names:
            return near(step, sorted(names)) if "*" not in step else ""
        here = [steps[1:] for steps in here if steps and steps[0] == step]
    return ""


def _expression(pattern: str) -> re.Pattern[str]:
    letters = "".join(".*" if letter == "*" else "." if letter == "?" else re.escape(letter) for letter in pattern)
    return re.compile(rf"(?:crossings\.)?{letters}(?:[.\[].*)?", re.DOTALL)


def rows_of(value: Value, history: bool) -> list[Row]:
    """The line of a value, and below it what it took the place of."""
    where = origin(value.place) + (f" plan {value.plan} ({value.does})" if value.plan else "")
    rows: list[Row] = [(value.path, told(value.value, value.unit), where, rests_on(value.source, value))]
    if history:
        chosen = value if value.basis == "choice" and not value.plan else None
        rows += [
            ("  was", told(was.value, unit_of(value, was)), origin(was.place), rests_on(was.source, chosen))
            for was in value.history
        ]
    return rows


def unit_of(value: Value, was: Written) -> str:
    """The unit of what a value took the place of: its own, unless a block stood there."""
    return value.unit if not isinstance(was.value, (dict, list)) else ""


def told(value: Any, unit: str = "") -> str:
    """A value as its file says it, on one line, never cut; a bare number with its unit."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"{value} {unit}".rstrip()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {told(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(told, value)) + "]"
    return "nothing" if value is None else clean(" ".join(str(value).split()))


def origin(place: Place) -> str:
    """Where something is written: file and line, ``--set #2``, or ``default``."""
    return clean(f"{place.file}:{place.line}" if place.line else place.file)


def rests_on(source: Source | None, value: Value | None = None) -> str:
    """What a value rests on, in words."""
    if source is None:
        if value is not None and value.basis == "choice":
            return "default" if value.default else "a choice"
        return "no source"
    words = [f"evidence {', '.join(source.evidence)}"] if source.evidence else []
    words += [f"calibrated {source.calibrated}"] if source.calibrated else []
    words += [f"assumed: {told(source.assumed)}"] if source.assumed else []
    between = f" [{told(source.range[0])} to {told(source.range[1])}]" if source.range else ""
    return "; ".join(words) + between


def aligned(rows: Sequence[Row]) -> list[str]:
    """Rows in columns, for a pipe or a file: nothing is cut, whatever its length."""
    wide = [min(most, max(len(row[n]) for row in rows)) for n, most in enumerate(WIDEST)]
    return [
        "  ".join([*(text.ljust(size) for text, size in zip(row, wide, strict=False)), row[3]]).rstrip() for row in rows
    ]


def stacked(rows: Sequence[Row], columns: int) -> list[str]:
    """Rows one below the other, for a terminal: a path, then its value, origin and source, wrapped."""
    from borderflow.report.summary import wrapped

    lines: list[str] = []
    for path, value, where, source in rows:
        if path.startswith(" "):
            lines += wrapped(f"was {value}, {where}, {source}", columns, "    ", "      ")
        else:
            lines += [
                path,
                *wrapped(f"{value}, {where}", columns, "  ", "    "),
                *wrapped(source, columns, "  ", "    "),
            ]
    return lines


def fitted(lines: Sequence[str], columns: int | None) -> list[str]:
    """Lines of text, wrapped in a terminal of so many columns; what follows stands under the first word's text."""
    from borderflow.report.summary import wrapped

    if columns is None:
        return list(lines)
    found: list[str] = []
    for line in lines:
        indent = line[: len(line) - len(line.lstrip())]
        found += wrapped(line.strip(), columns, indent, f"{indent}  ") or [""]
    return found


def ending(found: Sequence[Value]) -> list[str]:
    """How many values rest on what, and which of several statements holds."""
    from borderflow.scenario.merging import PRECEDENCE
    from borderflow.scenario.values import counted

    many = counted(list(found))
    choices = len(found) - sum(many.values())
    steps = [f"  {number}. {text}" for number, text in enumerate(PRECEDENCE, start=1)]
    return [
        f"{len(found)} value{'s' * (len(found) != 1)}: {many['evidence']} on evidence, "
        f"{many['calibrated']} calibrated, {many['assumed']} assumed, {many['none']} with no source, "
        f"{choices} choice{'s' * (choices != 1)} or default{'s' * (choices != 1)}",
        "A value is taken from the first that states it:",
        *steps,
    ]


def reported(scenario: Scenario) -> Reported:
    """Publisher and date of each row of the register; empty where there is none, or it cannot be read."""
    from borderflow.evidence.register import RegisterFaults, load

    if not scenario._register:
        return {}
    try:
        rows = load(scenario._register)
    except (RegisterFaults, OSError) as error:
        say(f"the register is not shown: {str(error).partition(chr(10))[0]}")
        return {}
    found: Reported = {}
    for row in rows:
        when = getattr(row, "published", "") or getattr(row, "start", None)
        found[row.id] = {"publisher": row.publisher, "date": str(when) if when else None, "url": row.url}
    return found


def cited(found: Sequence[Value], known: Reported) -> list[str]:
    """Who published what the values rest on, a line each."""
    ids = dict.fromkeys(one for value in found if value.source is not None for one in value.source.evidence)
    return [f"  {one}: {known[one]['publisher']}, {known[one]['date'] or 'no date'}" for one in ids if one in known]


def values_json(scenario: Scenario, found: Sequence[Value], plans: Sequence[str]) -> dict[str, Any]:
    """The values of a scenario for a program to read."""
    from borderflow.scenario.merging import PRECEDENCE
    from borderflow.scenario.values import counted

    known = reported(scenario)
    return {
        "scenario": scenario.name,
        "plans": list(dict.fromkeys(plans)) or list(scenario.plans),
        "precedence": list(PRECEDENCE),
        "rests_on": counted(list(found)),
        "values": [value_json(value, known) for value in found],
    }


def value_json(value: Value, known: Reported) -> dict[str, Any]:
    """One value with its unit, origin, source and whole history."""
    return {
        "path": value.path,
        "value": value.value,
        "unit": value.unit or None,
        "number": value.number,
        "origin": origin_json(value.place),
        "plan": {"name": value.plan, "change": value.change, "does": value.does} if value.plan else None,
        "rests_on": value.basis,
        "source": source_json(value.source, known, value.stated_at if value.stated_at != value.path else ""),
        "history": [
            {"value": was.value, "origin": origin_json(was.place), "source": source_json(was.source, known)}
            for was in value.history
        ],
    }


def origin_json(place: Place) -> dict[str, Any]:
    """Where a value is written: a file with line and column, ``--set`` by its number, or the default."""
    if place.line:
        return {"kind": "file", "file": place.file, "line": place.line, "column": place.column}
    if place.file.startswith("--set"):
        return {"kind": "set", "number": int(place.file.rpartition("#")[2])}
    return {"kind": "default"}


def source_json(source: Source | None, known: Reported, block: str = "") -> dict[str, Any] | None:
    """A source with publisher and date of each report; ``stated_at`` names the block that it was written for."""
    if source is None:
        return None
    return {
        "evidence": [{"id": one, **known.get(one, {})} for one in source.evidence],
        "calibrated": source.calibrated,
        "assumed": source.assumed,
        "range": list(source.range) if source.range is not None else None,
        "stated_at": block or None,
    }


def differences_json(found: Sequence[Difference], names: tuple[str, str], known: Reported) -> dict[str, Any]:
    """What differs, for a program to read."""
    return {
        "old": names[0],
        "new": names[1],
        "differences": [
            {
                "path": one.path,
                "what": one.what,
                "old": value_json(one.old, known) if one.old is not None else None,
                "new": value_json(one.new, known) if one.new is not None else None,
            }
            for one in found
        ],
    }


def differences_told(found: Sequence[Difference], names: tuple[str, str], columns: int | None = None) -> str:
    """What differs, as lines of text: old, then new; wrapped in a terminal of so many columns."""
    if not found:
        return "\n".join(fitted([f"no value differs between {clean(names[0])} and {clean(names[1])}"], columns))
    rows: list[Row] = []
    for one in found:
        rows.append((f"{one.path} ({WHAT[one.what]})", "", "", ""))
        rows += [
            (f"  {word}", told(value.value, value.unit), origin(value.place), rests_on(value.source, value))
            for word, value in (("old", one.old), ("new", one.new))
            if value is not None
        ]
    text = [row if row[0].startswith(" ") else ("", "", "", "") for row in rows]
    lines = [line if row[0].startswith(" ") else row[0] for row, line in zip(rows, aligned(text), strict=True)]
    if columns:
        lines = []
        for path, *rest in rows:
            lines += fitted([f"{path} {', '.join(rest)}"], columns) if path.startswith(" ") else [path]
    many = [f"{sum(one.what == what for one in found)} {said}" for what, said in WHAT.items()]
    heading = fitted([f"old: {clean(names[0])}", f"new: {clean(names[1])}"], columns)
    return "\n".join([*heading, "", *lines, "", *fitted([", ".join(many)], columns)])
