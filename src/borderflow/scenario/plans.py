"""Capacity plans, what they cost, and the standards they are held against."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, PrivateAttr, model_validator

from borderflow.scenario.supply import Transfer
from borderflow.scenario.trigger import Trigger
from borderflow.scenario.units import DAY, HOUR, Day, MoneyOf, Share, amount, money, seconds, share
from borderflow.scenario.words import Name, StockName, Words


class Change(Words):
    """A dated change of capacity. Paths leave out ``crossings``: ``torkham.stations.registration.desks``.

    ``from`` alone holds to the end, ``from`` and ``to`` for these days (both included), ``on`` for what happens once
    (a delivery). Without a date it holds throughout.
    """

    from_: Day | None = Field(
        None,
        alias="from",
        description="first day of the change; without `to` it holds to the end, without any date throughout",
        examples=["2023-10-25"],
    )
    to: Day | None = Field(None, description="last day, included", examples=["2023-11-15"])
    on: Day | None = Field(
        None, description="the day of what happens once, such as a delivery", examples=["2023-10-20"]
    )
    set: dict[str, Any] = Field(
        {}, description="path and new value", examples=[{"torkham.stations.registration.open": "24 h"}]
    )
    add: dict[str, Any] = Field(
        {},
        description="path and what is added; less than 0 takes away",
        examples=[{"torkham.stations.registration.desks": 20}],
    )
    scale: dict[str, Any] = Field({}, description="path and factor", examples=[{"torkham.fleets.trucks.vehicles": 1.5}])
    new: dict[str, Any] = Field(
        {},
        description=(
            "path of three steps and the whole block of a station, fleet, space or stock that only this plan has; a "
            "station says `after` or `before` which other one it stands in the journey"
        ),
        examples=[
            {"torkham.stations.triage": {"after": "gate", "service": "2 min", "desks": 4, "open": "06:00-20:00"}}
        ],
    )

    @model_validator(mode="after")
    def _sensible(self) -> Change:
        if not (self.set or self.add or self.scale or self.new):
            raise ValueError("a change says what to 'set', 'add' or 'scale', or what is 'new'")
        if self.on is not None and (self.from_ is not None or self.to is not None):
            raise ValueError("'on' stands alone: one day; 'from' and 'to' are for a stretch of days")
        if self.to is not None and self.from_ is None:
            raise ValueError("'to' needs 'from'")
        if self.to is not None and self.from_ is not None and self.to < self.from_:
            raise ValueError("'to' lies before 'from'")
        return self


class PlanCosts(Words):
    """What a plan costs on top of what is counted."""

    set_up: MoneyOf | None = Field(None, description="paid once", examples=["15000 USD"])
    per_day: MoneyOf | None = Field(None, description="paid on each day of the scenario", examples=["200 USD"])


class Plan(Words):
    """A capacity plan: what is changed against what stands there. ``{}`` changes nothing."""

    title: str | None = Field(
        None, description="free text for tables and charts", examples=["Twenty more registration desks from 25 October"]
    )
    builds_on: Name | None = Field(
        None,
        description=(
            "another plan: its changes, triggers, transfers and costs come first, then what is written here; a trigger "
            "of the same name takes the place of that plan's"
        ),
        examples=["more_desks"],
    )
    changes: Annotated[tuple[Change, ...], Field(strict=False)] = Field(
        (),
        description="dated changes of capacity",
        examples=[[{"from": "2023-10-25", "add": {"torkham.stations.registration.desks": 20}}]],
    )
    triggers: Annotated[tuple[Trigger, ...], Field(strict=False)] = Field(
        (), description="changes that are made once the operation sees something"
    )
    transfers: Annotated[tuple[Transfer, ...], Field(strict=False)] = Field(
        (), description="goods moved on given days under this plan, besides those of the scenario"
    )
    costs: PlanCosts = Field(
        default_factory=PlanCosts,
        description="what the plan costs on top of what is counted by desk-hour, trip and item",
        examples=[{"set_up": "15000 USD"}],
    )

    _line: tuple[str, ...] = PrivateAttr(default=())

    @property
    def line(self) -> tuple[str, ...]:
        """The plans laid out in this one, the first of them first, itself last; empty where it builds on none."""
        return self._line


class Staff(Words):
    """Staff behind a desk: ``per_desk`` at a time, and the share of the roster that is away on any day."""

    per_desk: Annotated[float, Field(gt=0, le=50)] = Field(
        1.0, description="people behind a desk at a time", examples=[1.4]
    )
    leave: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.0, description="share of the roster that is away on any day", examples=[0.15]
    )


TIMES = {"seconds": 1, "hours": HOUR, "days": DAY}
"""Units of indicators that are durations, in seconds."""


def limit(value: Any) -> float:
    """A bound of a standard in any of its forms: a share, a duration, money, litres, or a number."""
    for read in (share, seconds, lambda v: amount(v).number, lambda v: money(v).number):
        try:
            return float(read(value))
        except ValueError:
            continue
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    raise ValueError("write a share ('95 %'), a duration ('4 h'), an amount ('15 l'), a cost ('45 USD') or a number")


def limit_in(value: Any, unit: str) -> float:
    """A bound in the unit of its indicator; ``ValueError`` where it is written as something else."""
    if unit in TIMES:
        try:
            return seconds(value) / TIMES[unit]
        except ValueError:
            raise ValueError("is a duration and needs its unit: write '24 h'") from None
    if unit in ("share", "probability"):
        try:
            return share(value)
        except ValueError:
            raise ValueError("is a share: write '95 %'") from None
    if not isinstance(value, str):
        return limit(value)
    if unit == "litres":
        return amount(value).number
    if unit == "currency":
        return money(value).number
    raise ValueError("is a plain number: write it without a unit")


class Standard(Words):
    """A bound that an indicator has to keep, with how sure one wants to be of it."""

    indicator: str = Field(description="name of the indicator (docs/indicators.md)", examples=["wait_p95"])
    station: Name | None = Field(
        None, description="the station, for an indicator of stations", examples=["registration"]
    )
    item: StockName | None = Field(
        None,
        description="the item, for an indicator of stocks; a warehouse's as `kabul.kits`, without `crossing`",
        examples=["kits"],
    )
    crossing: Name | None = Field(
        None, description="one crossing, or `all` for both together; left out: each of them", examples=["all"]
    )
    at_least: Any = Field(
        None,
        description=(
            "least value, in the unit of the indicator: a share, a duration, an amount, a cost or a plain number"
        ),
        examples=["95 %"],
    )
    at_most: Any = Field(None, description="greatest value, in the unit of the indicator", examples=["4 h"])
    over: str = Field(
        "each_day",
        description="`period` for the whole of it, `each_day`, or a share of days",
        examples=["90 % of days"],
    )
    surely: Share = Field(
        0.9, description="probability over the replications with which it is to hold", examples=["90 %"]
    )

    @model_validator(mode="after")
    def _one_bound(self) -> Standard:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give either 'at_least' or 'at_most'")
        limit(self.at_most if self.at_least is None else self.at_least)
        if self.over not in ("period", "each_day"):
            if not self.over.endswith(" of days"):
                raise ValueError("'over' is 'period', 'each_day', or a share of days such as '90 % of days'")
            share(self.over.removesuffix(" of days"))
        return self

    def bound_in(self, unit: str) -> float:
        """The bound in the unit of its indicator; ``ValueError`` where it is written as something else."""
        word = "at_most" if self.at_least is None else "at_least"
        try:
            return limit_in(getattr(self, word), unit)
        except ValueError as error:
            raise ValueError(f"'{word}' of '{self.indicator}' {error}") from None

    @property
    def share_of_days(self) -> float | None:
        """Share of days on which it must hold; 1 for each day, None for the whole period."""
        if self.over == "period":
            return None
        return 1.0 if self.over == "each_day" else share(self.over.removesuffix(" of days"))
