"""Reports as the fit reads them: what each speaks of in the model's own quantities."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from math import sqrt

from borderflow.calibrate.totals import POINTS, added, rounding
from borderflow.evidence.rows import Flow

__all__ = ["POINTS", "Report", "reports"]

FAMILIES = ("families", "families_per_day")

TWO_CROSSINGS = ("torkham", "spin_boldak")
COUNTED = {
    "daily_returns": "total",
    "period_returns": "total",
    "weekly_returns": "total",
    "cumulative_returns": "total",
    "daily_mean": "mean",
    "monthly_mean": "monthly",
    "peak_day": "peak",
    "queue": "queue",
    "share": "share",
    "families": "total",
    "families_per_day": "mean",
}
"""How a quantity of the register is taken from the model's days."""


@dataclass(frozen=True)
class Report:
    """One comparison: rows of the register, and the model's quantity that they speak of.

    ``ids`` are the row; or the rows of a running total and the earlier ones from which it is counted; or the two ends
    of a range. ``where`` are crossings; ``everywhere`` says that the number counts all crossings with Pakistan.
    ``taken`` is ``total`` over the days, ``mean`` a day, ``monthly`` (30 days), ``peak`` (the largest day), ``queue``
    (the longest) or ``share`` (of a population among all). ``high`` is the upper end of a ``range``, else the value.
    ``rounded`` is the relative error that rounding leaves. ``before`` are those of ``ids`` from which a running total
    counts on. ``families`` says that the number counts families, not persons.
    """

    ids: tuple[str, ...]
    where: tuple[str, ...]
    everywhere: bool
    population: str
    taken: str
    first: date
    last: date
    value: float
    high: float
    qualifier: str
    basis: str
    rounded: float = 0.0
    before: tuple[str, ...] = ()
    families: bool = False

    @property
    def id(self) -> str:
        return self.ids[0]

    @property
    def own(self) -> tuple[str, ...]:
        """Rows whose number this is: without the earlier row of a running total, which is another report's."""
        return tuple(id for id in self.ids if id not in self.before)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def middle(self) -> float:
        """The number itself; of a range the geometric middle."""
        return sqrt(self.value * self.high) if self.qualifier == "range" else self.value


def reports(
    rows: Iterable[Flow], first: date, last: date, populations: Iterable[str], without: Collection[str] = ()
) -> list[Report]:
    """The comparisons that the rows marked ``fit`` give within a horizon, in order of their dates.

    A running total enters as the difference to the row before it in its series (``totals``). Rows that tell another
    row's count again are left out, and so are those whose ids are in ``without``; a count that two rows of one basis
    give for the same days enters once. ``populations``: whom the model tells apart (several joined by ``+`` count as
    one where each is there). Families are left out where their basis tells the persons of the same days.
    """
    every = list(rows)
    wanted = set(populations)
    found: list[Report] = []
    pairs: dict[tuple[object, ...], dict[str, Flow]] = {}
    for row in every:
        if not row.counts or row.id in without or row.end is None or row.quantity not in COUNTED:
            continue
        if row.quantity == "cumulative_returns" or (row.quantity == "share" and row.population == "all"):
            continue
        if row.qualifier.startswith("range_"):
            key = (row.crossing, row.population, row.quantity, row.start, row.end, row.basis)
            pairs.setdefault(key, {})[row.qualifier] = row
            continue
        rounded = rounding(row.value) if row.qualifier == "about" and row.quantity != "share" else 0.0
        found.append(
            _report((row.id,), row, row.start or row.end, row.end, row.value, row.value, row.qualifier, rounded)
        )
    for pair in pairs.values():
        low, high = pair.get("range_low"), pair.get("range_high")
        if low is not None and high is not None and low.end is not None:
            begins = low.start or low.end
            found.append(_report((low.id, high.id), low, begins, low.end, low.value, high.value, "range", 0.0))
    by_id = {row.id: row for row in every}
    for grown in added(every, without):
        row = by_id[grown.total.ids[0]]
        one = _report(grown.ids, row, grown.first, grown.last, grown.value, grown.value, grown.qualifier, grown.rounded)
        found.append(replace(one, before=grown.ids[len(grown.total.ids) :]))
    within = [one for one in found if _usable(one, first, last, wanted)]
    persons = {_days(one) for one in within if not one.families}
    within = [one for one in within if not one.families or _days(one) not in persons]
    once: dict[tuple[object, ...], Report] = {}
    for one in within:
        once.setdefault((*_days(one), one.taken, one.qualifier), one)
    return sorted(once.values(), key=lambda one: (one.last, one.first, one.id))


def _days(one: Report) -> tuple[object, ...]:
    """Whose count of whom, where and on which days."""
    return one.basis, one.where, one.everywhere, one.population, one.first, one.last


def _report(
    ids: tuple[str, ...], row: Flow, first: date, last: date, value: float, high: float, qualifier: str, rounded: float
) -> Report:
    where = TWO_CROSSINGS if row.crossing in ("both", "pakistan_all") else (row.crossing,)
    everywhere = row.crossing == "pakistan_all"
    taken = COUNTED.get(row.quantity, "total")
    families = row.quantity in FAMILIES
    who = row.population
    return Report(
        ids, where, everywhere, who, taken, first, last, value, high, qualifier, row.basis, rounded, families=families
    )


def _usable(one: Report, first: date, last: date, populations: set[str]) -> bool:
    return (
        first <= one.first
        and one.last <= last
        and one.value > 0
        and all(name in TWO_CROSSINGS for name in one.where)
        and set(one.population.split("+")) <= populations
    )
