"""Who comes: households, and the phases by which they arrive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from borderflow.scenario.daily import DailyOf
from borderflow.scenario.spread import Shape, SizeOf
from borderflow.scenario.units import DAY, Clock, Day, Duration, Share, whole
from borderflow.scenario.words import Name, Words

GROUPS = ("undocumented", "acc", "por")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Group = Literal["undocumented", "acc", "por"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
PersonsPerDay = Annotated[float, Field(ge=0, le=10_000_000)]
PersonsStill = Annotated[int, Field(ge=0, le=100_000_000)]
Weight = Annotated[float, Field(ge=0, le=100)]


class HouseholdMix(Words):
    """The households of a scenario, crossing or phase. What is left out is taken from the block outside."""

    size: SizeOf | None = Field(
        None,
        description="persons in a household: a number, or how it spreads",
        examples=[6, {"negative_binomial": {"mean": 5.6, "cv": 0.5, "max": 20}}],
    )
    groups: Annotated[dict[Group, Share], AfterValidator(whole)] | None = Field(
        None,
        description=(
            "shares of the households by legal group: undocumented; acc, with an Afghan Citizen Card; por, with a "
            "Proof of Registration. They add to 1; without them all are undocumented"
        ),
        examples=[{"undocumented": 0.92, "acc": 0.02, "por": 0.06}],
    )
    deported: Share | None = Field(
        None, description="share of the households that are deported; the others return otherwise", examples=[0.01]
    )
    specific_needs: Share | None = Field(
        None, description="share of the households that have a member with specific needs", examples=[0.11]
    )
    destinations: Annotated[dict[Name, Share], AfterValidator(whole)] | None = Field(
        None,
        description=(
            "shares of the households by where they go on to; they add to 1. A fleet has a round trip for each, or for "
            "`elsewhere`"
        ),
        examples=[{"nangarhar": 0.4, "kabul": 0.3, "elsewhere": 0.3}],
    )
    children: Share | None = Field(
        None,
        description="share of the persons who are under 18; every household has at least one adult",
        examples=[0.52],
    )
    women: Share | None = Field(None, description="share of the adults who are women", examples=[0.5])

    def restated(self, nearer: HouseholdMix | None) -> HouseholdMix:
        """This mix with what a nearer block restates, word by word."""
        if nearer is None or not nearer.model_fields_set:
            return self
        return self.model_copy(update={word: getattr(nearer, word) for word in nearer.model_fields_set})


class Population(HouseholdMix):
    """The households of the whole scenario, with how many persons of a group are still to come over all crossings."""

    remaining: dict[Group, PersonsStill] = Field(
        {},
        description=(
            "persons of a group who are still to come, over all crossings; phases that would bring more are refused"
        ),
        examples=[{"undocumented": 1700000}],
    )


class Phase(Words):
    """A stretch of time with a level of arrivals and the shape in which it goes on."""

    phase: Name = Field(
        description="the name of the phase; a file that extends another changes the phase of the same name",
        examples=["rush"],
    )
    title: str | None = Field(
        None, description="free text for tables and charts", examples=["The last week before the deadline"]
    )
    from_: Day = Field(
        alias="from", description="first day of the phase; it lasts until the next one begins", examples=["2023-10-25"]
    )
    persons_per_day: PersonsPerDay = Field(description="the level on its first day, at noon", examples=[4000])
    shape: Shape = Field(
        description=(
            "how the level goes on: `step` holds it; `ramp` goes by a constant ratio to the next phase's level on its "
            "first day; `decay` halves its distance to `towards` every `half_life`"
        ),
        examples=["decay"],
    )
    half_life: Duration | None = Field(
        None, description="with shape decay: the time in which the distance to `towards` halves", examples=["8 d"]
    )
    towards: PersonsPerDay | None = Field(
        None,
        description=(
            "with shape decay: the level that it approaches; left out, that of the next phase. The last phase needs it"
        ),
        examples=[2000],
    )
    households: HouseholdMix | None = Field(
        None,
        description="households of this phase: what is stated here goes before what the crossing and the scenario say",
        examples=[{"size": 8}],
    )

    @model_validator(mode="after")
    def _complete(self) -> Phase:
        if (self.shape == "decay") != (self.half_life is not None):
            raise ValueError("'half_life' belongs to shape decay, and decay needs it")
        if self.towards is not None and self.shape != "decay":
            raise ValueError("'towards' belongs to shape decay")
        return self


class Variation(Words):
    """Day-to-day variation on top of Poisson: a gamma factor with mean 1."""

    cv: Annotated[float, Field(ge=0, le=3)] = Field(
        description=(
            "coefficient of variation (standard deviation ÷ mean) of a day's level, on top of Poisson; 0 is Poisson "
            "alone"
        ),
        examples=[0.25],
    )
    day_to_day: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.0, description="correlation of a day's factor with that of the day before", examples=[0.5]
    )


def _phases_rise(phases: tuple[Phase, ...]) -> tuple[Phase, ...]:
    if not phases:
        raise ValueError("at least one phase is needed")
    names = [phase.phase for phase in phases]
    for twice in {name for name in names if names.count(name) > 1}:
        raise ValueError(f"two phases are named '{twice}'")
    last = phases[-1]
    if last.shape == "ramp":
        raise ValueError(f"the last phase, '{last.phase}', has no next level to ramp to")
    if last.shape == "decay" and last.towards is None:
        raise ValueError(f"the last phase, '{last.phase}', needs 'towards'")
    for phase, later in zip(phases, phases[1:], strict=False):
        if phase.shape == "ramp" and not (phase.persons_per_day > 0 and later.persons_per_day > 0):
            raise ValueError(f"phase '{phase.phase}' ramps by a constant ratio, which needs levels above 0")
    return phases


def _some_weight(hours: dict[int, float]) -> dict[int, float]:
    if not any(hours.values()):
        raise ValueError("nobody could arrive: every weight is 0")
    if list(hours) != sorted(hours):
        raise ValueError("the hours must rise")
    return hours


class Arrivals(Words):
    """Persons reaching the Pakistani side of a crossing: by ``phases``, or by the counts of a file.

    With ``daily`` there is one phase, of that name, from the first date of the file.
    """

    phases: Annotated[tuple[Phase, ...], Field(strict=False), AfterValidator(_phases_rise)] = Field(
        (), description="the phases, in the order of their first days"
    )
    daily: DailyOf | None = Field(
        None,
        description=(
            "instead of phases: a file of counts with the columns date, persons, and low and high where a 5–95 % range "
            "is known; the path is read from the folder of this file"
        ),
        examples=["counts.csv"],
    )
    variation: Variation = Field(
        default_factory=lambda: Variation(cv=0.0),
        description="how the days vary around their level",
        examples=[{"cv": 0.25, "day_to_day": 0.5}],
    )
    weekdays: dict[Weekday, Weight] = Field(
        {},
        description="factors on the level of a day of the week, 1 unless stated; they are not rescaled",
        examples=[{"friday": 0.8}],
    )
    hours: Annotated[dict[Clock, Weight], AfterValidator(_some_weight)] = Field(
        {0: 1.0},
        description=(
            "weights that spread a day over its hours: each holds from its hour to the next one, and before the first "
            "hour the last one holds. Without them arrivals are even over the day"
        ),
        examples=[{"05:00": 0.5, "08:00": 1.0, "21:00": 0}],
    )

    @model_validator(mode="after")
    def _one_way(self) -> Arrivals:
        if (self.daily is None) == ("phases" not in self.model_fields_set):
            raise ValueError("give either 'phases' or 'daily', the name of a file")
        if self.daily is None:
            return self
        if self.weekdays:
            raise ValueError("'weekdays' go with phases: the counts of a file have their own")
        if self.daily.spread and "variation" in self.model_fields_set:
            raise ValueError("'low' and 'high' in the file say how the days vary; leave 'variation' out")
        if self.daily.counts:
            first = self.daily.counts[0]
            only = Phase.model_validate(
                {"phase": "daily", "from": first.date, "persons_per_day": first.persons, "shape": "step"}
            )
            self.__dict__["phases"] = (only,)
        return self

    def phase_on(self, when: date) -> Phase:
        """The phase in force on a date; the first one also before it begins."""
        held = self.phases[0]
        for phase in self.phases:
            if phase.from_ <= when:
                held = phase
        return held


def level(phases: Sequence[Phase], index: int, when: date) -> float:
    """Persons per day at noon of a date in phase ``index``. A phase's own level is that of its first day.

    ``ramp`` is log-linear to the next phase's first day; ``decay`` is towards + (level − towards)·2^(−t/half_life).
    Before the first phase its level holds.
    """
    phase = phases[index]
    upcoming = phases[index + 1] if index + 1 < len(phases) else None
    elapsed = (when - phase.from_).days
    if elapsed < 0:
        return phase.persons_per_day
    if phase.shape == "ramp" and upcoming is not None and phase.persons_per_day > 0:
        share = elapsed / max(1, (upcoming.from_ - phase.from_).days)
        return float(phase.persons_per_day ** (1 - share) * upcoming.persons_per_day**share)
    if phase.shape == "decay" and phase.half_life is not None:
        towards = phase.towards
        if towards is None:
            towards = upcoming.persons_per_day if upcoming is not None else 0.0
        return float(towards + (phase.persons_per_day - towards) * 2.0 ** (-elapsed * DAY / phase.half_life))
    return phase.persons_per_day
