"""Capacity plans, what they cost, and the standards they are held against."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from borderflow.scenario.supply import Transfer
from borderflow.scenario.trigger import Trigger
from borderflow.scenario.units import DAY, HOUR, Day, MoneyOf, Share, amount, money, seconds, share
from borderflow.scenario.words import Name, Words


class Change(Words):
    """A dated change of capacity. Paths leave out ``crossings``: ``torkham.stations.registration.desks``.

    ``from`` alone holds to the end, ``from`` and ``to`` for these days (both included), ``on`` for what happens once
    (a delivery). Without a date it holds throughout.
    """

    from_: Day | None = Field(None, alias="from")
    to: Day | None = None
    on: Day | None = None
    set: dict[str, Any] = {}
    add: dict[str, Any] = {}
    scale: dict[str, Any] = {}

    @model_validator(mode="after")
    def _sensible(self) -> Change:
        if not (self.set or self.add or self.scale):
            raise ValueError("a change says what to 'set', 'add' or 'scale'")
        if self.on is not None and (self.from_ is not None or self.to is not None):
            raise ValueError("'on' stands alone: one day; 'from' and 'to' are for a stretch of days")
        if self.to is not None and self.from_ is None:
            raise ValueError("'to' needs 'from'")
        if self.to is not None and self.from_ is not None and self.to < self.from_:
            raise ValueError("'to' lies before 'from'")
        return self


class PlanCosts(Words):
    set_up: MoneyOf | None = None
    per_day: MoneyOf | None = None


class Plan(Words):
    title: str | None = None
    changes: Annotated[tuple[Change, ...], Field(strict=False)] = ()
    triggers: Annotated[tuple[Trigger, ...], Field(strict=False)] = ()
    transfers: Annotated[tuple[Transfer, ...], Field(strict=False)] = ()
    costs: PlanCosts = Field(default_factory=PlanCosts)


class Staff(Words):
    """Staff behind a desk: ``per_desk`` at a time, and the share of the roster that is away on any day."""

    per_desk: Annotated[float, Field(gt=0, le=50)] = 1.0
    leave: Annotated[float, Field(ge=0, lt=1)] = 0.0


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

    indicator: str
    station: Name | None = None
    item: Name | None = None
    crossing: Name | None = Field(None, description="one crossing, or 'all' for both together; left out: each of them")
    at_least: Any = None
    at_most: Any = None
    over: str = Field("each_day", description="'period', 'each_day', or a share of days such as '90 % of days'")
    surely: Share = 0.9

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
