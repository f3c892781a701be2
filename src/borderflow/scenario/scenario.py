"""The scenario: one frozen description of who comes, what receives them, and the plans to compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from borderflow.scenario.building import built
from borderflow.scenario.calibration import Calibration
from borderflow.scenario.faults import Fault
from borderflow.scenario.funds import Fund
from borderflow.scenario.people import HouseholdMix, Phase, Population
from borderflow.scenario.plans import Plan, Staff, Standard
from borderflow.scenario.reception import Crossing, Stock
from borderflow.scenario.supply import Transfer
from borderflow.scenario.units import DAY, Day, DurationOrNone, MoneyOf
from borderflow.scenario.words import Name, Named, Words

FORMAT = 1


class _Same:
    """A block, equal to itself alone: draws put blocks of their own in its place."""

    __slots__ = ("block",)

    def __init__(self, block: HouseholdMix) -> None:
        self.block = block

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.block is other.block

    def __hash__(self) -> int:
        return id(self.block)


@lru_cache(maxsize=256)
def _mixed(whole: _Same, *nearer: _Same | None) -> HouseholdMix:
    mix = whole.block
    for one in nearer:
        mix = mix.restated(one.block if one is not None else None)
    return mix


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from, as the file says beside it."""

    evidence: tuple[str, ...] = ()
    assumed: str | None = None
    calibrated: str | None = None
    range: tuple[object, object] | None = None


class Scenario(Words):
    """A scenario as resolved: after ``extends`` and ``--set``, checked and frozen."""

    borderflow: Literal[1] = Field(description="version of the scenario format", examples=[1])
    name: Name = Field(description="the short name by which results are stored", examples=["phase1-2023"])
    title: str = Field(
        description="free text for tables and charts, in any script", examples=["First phase, as received at Torkham"]
    )
    note: str | None = Field(None, description="free text about the scenario", examples=["Levels are read off by hand"])
    start: Day = Field(description="first day, Kabul time; it begins at midnight", examples=["2023-09-15"])
    end: Day = Field(description="last day, included", examples=["2024-03-23"])
    warm_up: DurationOrNone = Field(
        0,
        description=(
            "time before `start` that is simulated by the same phases and left out of every table, so that lines and "
            "stocks do not begin empty"
        ),
        examples=["7 d"],
    )
    seed: Annotated[int, Field(ge=0, lt=2**128)] = Field(
        0,
        description="seed of all random draws; the same seed gives the same households under every plan",
        examples=[20231101],
    )
    replications: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        20, description="how many times each plan is simulated", examples=[100]
    )
    register_: str | None = Field(
        None,
        alias="register",
        description=(
            "folder of the evidence register (flows.csv, events.csv, capacity.csv), read from the folder of this file; "
            "`evidence` names its ids"
        ),
        examples=["evidence"],
    )
    households: Population = Field(
        description="the households of the whole scenario; crossings and phases may restate any of its words"
    )
    crossings: Named[Crossing] = Field(description="the crossings by name, in the order of tables and charts")
    warehouses: Named[Named[Stock]] = Field(
        Named(),
        description="stocks behind the crossings: warehouse, then item. A crossing's stock orders from one by `from`",
        examples=[{"kabul": {"kits": {"opening": 20000}}}],
    )
    transfers: Annotated[tuple[Transfer, ...], Field(strict=False)] = Field(
        (), description="goods moved between crossings and warehouses on given days, under every plan"
    )
    plans: Named[Plan] = Field(
        description=(
            "the capacity plans to compare, by name; every plan meets the same households. `{}` changes nothing"
        ),
        examples=[{"as_reported": {}}],
    )
    costs: dict[str, MoneyOf] = Field(
        {},
        description="what a unit costs: `desk_hour`, `vehicle_trip`, or an item by its name; all in one currency",
        examples=[{"desk_hour": "6 USD", "kits": "45 USD"}],
    )
    funds: Named[Fund] = Field(
        Named(),
        description="money that orders, cash grants and trips draw on, and wait for where it is short; by name",
        examples=[
            {
                "response": {
                    "opening": "2000000 USD",
                    "receipts": {"2023-11-01": "500000 USD"},
                    "buys": ["kits"],
                    "grants": ["cash_grants"],
                    "trips": ["trucks"],
                }
            }
        ],
    )
    staff: Staff = Field(
        default_factory=Staff,
        description="how desks become people on a roster",
        examples=[{"per_desk": 1.4, "leave": 0.15}],
    )
    standards: Named[Standard] = Field(Named(), description="what is to be held, by name: bounds on indicators")
    calibration: Calibration = Field(
        default_factory=Calibration,
        description="how the values marked `calibrated` are fitted to the reports, and the draws that replace them",
    )

    @model_validator(mode="after")
    def _plans_laid_out(self) -> Scenario:
        self.__dict__["plans"] = built(self.plans)
        return self

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
        blocks = self.households, self.crossings[crossing].households, phase.households
        return _mixed(*(block if block is None else _Same(block) for block in blocks))

    @property
    def fit(self) -> str:
        """The name of the fit that moves the values marked ``calibrated`` with it."""
        return self.calibration.name or self.name

    @property
    def sources(self) -> dict[str, Source]:
        """Where values come from, by path; a block's source covers what stands in it."""
        return dict(self._sources)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What is doubtful in the files, in their order."""
        return self._warnings
