"""What is needed, as ``run --needs`` prints it: a row a week, a column for each thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from borderflow.report.summary import on_day, whole_number, wrapped

if TYPE_CHECKING:
    from borderflow.experiment.results import Results

LEFT_OUT = ("desk_hours",)
NOTE = (
    "Demanded by week, Sunday to Saturday, median over the replications (staff: the largest shift's day); 'met' "
    "where it is less. Phases, 90 % values and peak days: requirements.csv."
)
SHORT_OF = 0.995


def needs_answer(results: Results) -> list[dict[str, Any]]:
    """The requirements table as plain values."""
    frame = results.requirements
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def needs_told(rows: list[dict[str, Any]], width: int) -> str:
    """The weeks of each plan and crossing as text."""
    lines: list[str] = ["NEEDS", *wrapped(NOTE, width), ""]
    weeks = [row for row in rows if row["by"] == "week" and row["what"] not in LEFT_OUT]
    for plan, crossing in dict.fromkeys((row["plan"], row["crossing"]) for row in weeks):
        if not crossing and len({row["crossing"] for row in weeks}) == 2:
            continue  # all together is the same as the one crossing
        here = [row for row in weeks if (row["plan"], row["crossing"]) == (plan, crossing)]
        lines += [f"{crossing or 'all crossings'}, {plan}", *_table(here, width), ""]
    return "\n".join(lines)


def _table(rows: list[dict[str, Any]], width: int) -> list[str]:
    first = ["from", *dict.fromkeys(on_day(row["first"]) for row in rows)]
    columns: dict[str, dict[str, str]] = {}
    for row in rows:
        column = " ".join(part.replace("_", " ") for part in (row["what"], row["station"]) if part)
        columns.setdefault(column, {})[on_day(row["first"])] = _cell(row["demanded_median"], row["met_median"])
    wide = max(map(len, first))
    lines: list[str] = []
    block = [head.ljust(wide) for head in first]
    for column, cells in columns.items():
        texts = [column, *(cells.get(when, "") for when in first[1:])]
        room = max(map(len, texts))
        if len(block[0]) > wide and 2 + len(block[0]) + 2 + room > width:
            lines += ["  " + line.rstrip() for line in block] + [""]
            block = [head.ljust(wide) for head in first]
        block = [f"{line}  {text.rjust(room)}" for line, text in zip(block, texts, strict=True)]
    return [*lines, *("  " + line.rstrip() for line in block)]


def _cell(demanded: float, met: float) -> str:
    short = met < SHORT_OF * demanded and whole_number(met) != whole_number(demanded)
    return f"{whole_number(demanded)} (met {whole_number(met)})" if short else whole_number(demanded)
