"""What a fit takes for granted: the errors of whoever counts, by the register and by the scenario's ``calibration``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from borderflow.calibrate.model import Basis, Settings
from borderflow.calibrate.reports import Report, reports
from borderflow.evidence.rows import Basis as Counting
from borderflow.evidence.rows import Flow
from borderflow.scenario.people import GROUPS
from borderflow.scenario.scenario import Scenario

UNKNOWN = Basis("", 0.15, 0.85, 1.15)
"""A basis of which the register says no error: as for a number that the press or an official tells."""
SOLID = 0.05
"""A basis with at most this relative error (prior median) counts, person by person; a fit that it belies is none."""
ALL_CROSSINGS = (0.90, 1.00)
"""Share of the two crossings among all with Pakistan (90 % range), where the scenario says nothing."""


def settings(scenario: Scenario, counting: Mapping[str, Sequence[Counting]], those: Iterable[Report]) -> Settings:
    """The settings of a fit: ``calibration`` of the scenario wins over what the register says of a basis.

    ``counting`` has the ways in which each basis counted, earliest first; the first also holds for days before it.
    """
    said = scenario.calibration
    bases = []
    for name in dict.fromkeys(one.basis for one in those):
        ways = [Basis(name, row.relative_error, *row.counted, since=row.since) for row in counting.get(name, ())]
        for index, way in enumerate(ways or [replace(UNKNOWN, name=name)]):
            low, high = said.counted.get(name, (way.low, way.high))
            error = said.errors.get(name, way.error)
            bases.append(Basis(name, error, low, high, way.since if index else None))
    parts = said.two_crossings or ((None, ALL_CROSSINGS),)
    shares = tuple((since or date.min, low, high) for since, (low, high) in parts)
    return Settings(
        tuple(bases),
        shares,
        ramp_change=said.ramp_change,
        step_change=said.step_change,
        shared_change=said.shared_change,
        family=said.persons_per_family,
        group_error=said.group_error,
        misprints=said.misprints,
    )


def comparable(scenario: Scenario, rows: Iterable[Flow], without: Collection[str] = ()) -> list[Report]:
    """The comparisons that rows of the register give with a scenario: on its days, at its crossings, of its people."""
    found = reports(rows, scenario.start, scenario.end, populations(scenario), without)
    return [one for one in found if set(one.where) <= set(scenario.crossings)]


def populations(scenario: Scenario) -> list[str]:
    """Whom the scenario tells apart: all, the groups that it has people of, and those deported if it has any."""
    found = {"all"}
    for name, place in scenario.crossings.items():
        for phase in place.arrivals.phases:
            mix = scenario.mix(name, phase)
            found |= {group for group, share in (mix.groups or {}).items() if share > 0}
            if mix.deported:
                found.add("deported")
    return [one for one in ("all", *GROUPS, "deported") if one in found]
