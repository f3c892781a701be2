"""Spaces: yards, camps and shelters, with places for persons and what the people in them use."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from borderflow.scenario.units import Amount, AmountOf, AreaOf, Clock, Count
from borderflow.scenario.words import Dated, Name, Words

MOST_TIMES = 24


def _some_number(quantity: Amount) -> Amount:
    if quantity.number == 0:
        raise ValueError("nothing is used: the amount is 0")
    return quantity


def _rising(times: tuple[int, ...]) -> tuple[int, ...]:
    if not times:
        raise ValueError("say at what times of the day it is given out")
    if len(times) > MOST_TIMES:
        raise ValueError(f"at most {MOST_TIMES} times a day")
    if list(times) != sorted(set(times)):
        raise ValueError("the hours must rise")
    return times


class Use(Words):
    """What each person in the space uses of a stock, at the same times every day."""

    per_person: Annotated[AmountOf, AfterValidator(_some_number)]
    at: Annotated[tuple[Clock, ...], Field(strict=False), AfterValidator(_rising)]


class Space(Words):
    """Places for persons on a stretch of the journey, held from entering ``from`` until leaving ``to``.

    ``when_full``: ``outside`` (they go on, counted outside until a place is free) or ``hold`` (they stand before the
    first station of the space until then).
    """

    title: str | None = None
    persons: Dated[Count]
    from_: Name = Field(alias="from")
    to: Name
    when_full: Literal["outside", "hold"] = "outside"
    latrines: Count = 0
    area: AreaOf | None = None
    covered: AreaOf | None = Field(None, description="covered floor area")
    uses: dict[Name, Use] = {}

    @model_validator(mode="after")
    def _inside(self) -> Space:
        if self.area is not None and self.covered is not None and self.covered > self.area:
            raise ValueError("'covered' is part of 'area' and cannot be larger")
        return self
