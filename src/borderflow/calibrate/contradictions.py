"""What no truth could give: reports that contradict each other are refused, not fitted poorly."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from borderflow.calibrate.likelihood import ABOVE, BELOW
from borderflow.calibrate.model import Basis
from borderflow.calibrate.reports import Report
from borderflow.calibrate.settings import comparable
from borderflow.calibrate.wording import counted, number, people
from borderflow.evidence.rows import Flow
from borderflow.scenario.faults import Fault
from borderflow.scenario.scenario import Scenario

CLEARLY = 3.0
"""A part is larger than its whole if it is so by more than this many standard errors of both counts."""

Places = Mapping[str, tuple[str, int]]
"""File and line of each row of the register, by id."""


def counts(scenario: Scenario, rows: Iterable[Flow], without: Collection[str] = ()) -> list[Report]:
    """The comparisons of a fit, with those of rows that it leaves out because another row counts the same days."""
    every = list(rows)
    those = comparable(scenario, every, without)
    used = {id for one in those for id in one.ids}
    twice = [row for row in every if row.quantity != "cumulative_returns" and row.id not in used]
    return [*those, *(one for row in twice for one in comparable(scenario, [row], without))]


def contradictions(those: Sequence[Report], basis: Callable[[Report], Basis], places: Places) -> list[Fault]:
    """Faults of the reports of a fit, each at the row of the register that cannot stand beside another.

    ``basis`` says who counted a report. Running totals that fall are refused by the register itself.
    """
    faults = []
    totals = [one for one in those if one.taken == "total" and not one.families]
    for index, one in enumerate(totals):
        for other in totals[index + 1 :]:
            part, whole = (one, other) if _part_of(one, other) else (other, one)
            if not _part_of(part, whole):
                continue
            low, high = _at_least(part), _at_most(whole)
            if low is not None and high is not None and math.log(low / high) > _clearly(part, whole, basis):
                faults.append(_larger(part, whole, low, high, places))
            elif _part_of(whole, part) and part.basis == whole.basis:
                low, high = _at_least(whole), _at_most(part)
                if low is not None and high is not None and math.log(low / high) > _clearly(part, whole, basis):
                    faults.append(_larger(whole, part, low, high, places))
    return faults


def _part_of(one: Report, other: Report) -> bool:
    """Whether whom one report counts are among whom the other does, so that it cannot be the larger number.

    Two bases differ in what they count on a day; of them only a group and the whole on the same days are compared.
    """
    where = set(one.where) <= set(other.where) and (other.everywhere or not one.everywhere)
    days = other.first <= one.first and one.last <= other.last
    who = other.population == "all" or set(one.population.split("+")) <= set(other.population.split("+"))
    if one.basis == other.basis:
        return where and days and who
    same = one.where == other.where and one.everywhere == other.everywhere
    return same and (one.first, one.last) == (other.first, other.last) and who and one.population != other.population


def _at_least(report: Report) -> float | None:
    """What the truth is at least, by a report; None where it says nothing of that."""
    return None if report.qualifier in ABOVE and report.qualifier != "nearly" else report.value


def _at_most(report: Report) -> float | None:
    if report.qualifier == "range":
        return report.high
    return None if report.qualifier in BELOW else report.value


def _clearly(one: Report, other: Report, basis: Callable[[Report], Basis]) -> float:
    errors = [basis(report).error for report in (one, other)]
    errors += [one.rounded, other.rounded]
    counts = [math.log(basis(report).high / basis(report).low) for report in (one, other)]
    apart = 0.0 if basis(one) == basis(other) else sum(counts) / 2
    return CLEARLY * math.hypot(*errors) + apart


def _larger(part: Report, whole: Report, low: float, high: float, places: Places) -> Fault:
    if (part.where, part.population, part.first, part.last) == (whole.where, whole.population, whole.first, whole.last):
        message = f"contradicts '{whole.id}', {number(high)} by the same basis ({counted(whole)})"
    elif part.population != whole.population:
        message = f"more {people(part.population)} than {people(whole.population)}: '{whole.id}' counts {number(high)}"
    else:
        message = f"a part is larger than its whole: '{whole.id}' counts {number(high)} ({counted(whole)})"
    return _at(part.id, "value", message, places, number(low))


def _at(id: str, column: str, message: str, places: Places, got: str) -> Fault:
    file, line = places.get(id, ("", 0))
    return Fault(file, line, 1, f"{id}.{column}", message, got)
