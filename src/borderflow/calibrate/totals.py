"""Running totals of the register, and what was added to each between one row and the next."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import hypot, sqrt

from borderflow.evidence.rows import Flow

POINTS = ("exact", "about")
PARTS = ("men", "women", "children")


def rounding(value: float) -> float:
    """Relative standard deviation of a number that is given ``about``: half a unit of its last digit that is not 0.

    At least 2 %, at most 15 %: people round to what reads well, and rarely worse than that.
    """
    digits = f"{value:.0f}".rstrip("0")
    unit = 10.0 ** (len(f"{value:.0f}") - len(digits))
    return min(0.15, max(0.02, 0.5 * unit / value / sqrt(3)))


@dataclass(frozen=True)
class Total:
    """A running total as of the end of a day. ``rounded``: persons by which it may be off for its rounding (1 sd)."""

    ids: tuple[str, ...]
    series: str
    crossing: str
    population: str
    basis: str
    start: date | None
    end: date
    value: float
    qualifier: str

    @property
    def rounded(self) -> float:
        return rounding(self.value) * self.value if self.qualifier == "about" else 0.0


@dataclass(frozen=True)
class Added:
    """What a running total grew by from ``first`` to ``last``; ``rounded`` relative to it."""

    ids: tuple[str, ...]
    total: Total
    first: date
    last: date
    value: float
    qualifier: str
    rounded: float


def added(rows: Iterable[Flow], without: Collection[str] = ()) -> list[Added]:
    """The growth of each running total, row by row; the first row as it stands where the start is known.

    Bounds are compared whole, from the start of their series: a difference of bounds is no count. Totals that differ
    by a constant, because a row of one tells the same count as a row of the other, are one series; and men, women and
    children of one day are one total. ``without``: ids of rows to leave out, which still tell such a constant.
    """
    found: list[Added] = []
    series: dict[tuple[str, str, str], list[Total]] = {}
    for total in totals(rows, without):
        series.setdefault((total.series, total.crossing, total.population), []).append(total)
    for lines in series.values():
        lines.sort(key=lambda one: one.end)
        points = [one for one in lines if one.qualifier in POINTS]
        days = {one.end for one in points}
        for one in lines:
            if one.qualifier not in POINTS and one.start is not None and one.end not in days:
                found.append(Added(one.ids, one, one.start, one.end, one.value, one.qualifier, 0.0))
        for before, one in zip([None, *points], points, strict=False):
            if before is None:
                if one.start is not None:
                    share = one.rounded / one.value
                    found.append(Added(one.ids, one, one.start, one.end, one.value, one.qualifier, share))
                continue
            value = one.value - before.value
            if value > 0 and one.end > before.end:
                share = hypot(one.rounded, before.rounded) / value
                first = before.end + timedelta(days=1)
                worst = "about" if share else "exact"
                found.append(Added((*one.ids, *before.ids), one, first, one.end, value, worst, share))
    return found


def totals(rows: Iterable[Flow], without: Collection[str] = ()) -> list[Total]:
    """The running totals that may be fitted, each in the series to which it belongs."""
    every = [row for row in rows if row.end is not None]
    known = {row.id: row for row in every}
    moved: dict[str, tuple[Flow, float]] = {}
    for row in every:
        root = known.get(row.same_count_as)
        if root is not None and row.series and root.series and root.series != row.series:
            moved[row.series] = (root, root.value - row.value)
    kept = [row for row in every if row.counts and row.id not in without]
    found = [_total(row) for row in kept if row.quantity == "cumulative_returns"]
    found += _of_parts(kept)
    for index, total in enumerate(found):
        if total.series in moved:
            root, constant = moved[total.series]
            found[index] = replace(total, series=root.series, start=root.start, value=total.value + constant)
    once: dict[tuple[object, ...], Total] = {}
    for total in found:
        key = (total.series, total.crossing, total.population, total.end, total.qualifier in POINTS)
        once.setdefault(key, total)
    return list(once.values())


def _total(row: Flow) -> Total:
    assert row.end is not None
    series = row.series or row.id
    return Total(
        (row.id,), series, row.crossing, row.population, row.basis, row.start, row.end, row.value, row.qualifier
    )


def _of_parts(rows: list[Flow]) -> list[Total]:
    """Men, women and children of one day, added up."""
    days: dict[tuple[object, ...], dict[str, Flow]] = {}
    for row in rows:
        part = row.quantity.removeprefix("cumulative_")
        if part in PARTS and row.series.endswith(f"_{part}") and row.qualifier == "exact":
            stem = row.series.removesuffix(f"_{part}")
            days.setdefault((stem, row.crossing, row.population, row.basis, row.start, row.end), {})[part] = row
    return [
        replace(
            _total(parts["men"]),
            ids=tuple(parts[part].id for part in PARTS),
            series=str(key[0]),
            value=sum(row.value for row in parts.values()),
        )
        for key, parts in days.items()
        if len(parts) == len(PARTS)
    ]
