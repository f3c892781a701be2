"""The scenario: one frozen description of who comes, what receives them, and the plans to compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr

from borderflow.scenario.faults import Fault
from borderflow.scenario.people import HouseholdMix, Phase, Population
from borderflow.scenario.plans import Plan, Staff, Standard
from borderflow.scenario.reception import Crossing, Stock
from borderflow.scenario.supply import Transfer
from borderflow.scenario.units import DAY, Day, DurationOrNone, MoneyOf
from borderflow.scenario.words import Name, Named, Words

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from, as the file says beside it."""

    evidence: tuple[str, ...] = ()
    assumed: str | None = None
    calibrated: str | None = None
    range: tuple[object, object] | None = None


class Scenario(Words):
    """A scenario as resolved: after ``extends`` and ``--set``, checked and frozen."""

    borderflow: Literal[1] = Field(description="version of the scenario format")
    name: Name
    title: str
    note: str | None = None
    start: Day
    end: Day
    warm_up: DurationOrNone = 0
    seed: Annotated[int, Field(ge=0, lt=2**128)] = 0
    replications: Annotated[int, Field(ge=1, le=1_000_000)] = 20
    register_: str | None = Field(None, alias="register", description="folder of the evidence register")
    households: Population
    crossings: Named[Crossing]
    warehouses: Named[Named[Stock]] = Named()
    transfers: Annotated[tuple[Transfer, ...], Field(strict=False)] = ()
    plans: Named[Plan]
    costs: dict[str, MoneyOf] = {}
    staff: Staff = Field(default_factory=Staff)
    standards: Named[Standard] = Named()

    _sources: dict[str, Source] = PrivateAttr(default_factory=dict)
    _warnings: tuple[Fault, ...] = PrivateAttr(default=())
    _path: str = PrivateAttr(default="")
    _register: str = PrivateAttr(default="")
    _tree: Any = PrivateAttr(default=None)

    def __eq__(self, other: object) -> bool:
        """Two scenarios are equal if they say the same, from the same sources; where it is written does not count."""
        if not isinstance(other, Scenario):
            return NotImplemented
        mine, others = ({**one.__dict__, "register_": None} for one in (self, other))
        return mine == others and self._sources == other._sources

    @property
    def days(self) -> int:
        """Days of the horizon, start and end included, without the warm-up."""
        return (self.end - self.start).days + 1

    @property
    def first_second(self) -> int:
        """Where the clock begins: minus the warm-up."""
        return -self.warm_up

    @property
    def end_second(self) -> int:
        """The midnight after the last day; nothing happens at or after it."""
        return self.days * DAY

    def date(self, day: int) -> date:
        """The date of day number ``day`` (0 is ``start``)."""
        return self.start + timedelta(days=day)

    def mix(self, crossing: str, phase: Phase) -> HouseholdMix:
        """The households in force at a crossing in a phase: the nearest block that states a word wins."""
        return self.households.restated(self.crossings[crossing].households).restated(phase.households)

    @property
    def sources(self) -> dict[str, Source]:
        """Where values come from, by path; a block's source covers what stands in it."""
        return dict(self._sources)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What is doubtful in the files, in their order."""
        return self._warnings
