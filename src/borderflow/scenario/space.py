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

    per_person: Annotated[AmountOf, AfterValidator(_some_number)] = Field(
        description="how much each person in the space uses at each of the times, as far as the stock goes",
        examples=[1, "7.5 l"],
    )
    at: Annotated[tuple[Clock, ...], Field(strict=False), AfterValidator(_rising)] = Field(
        description="times of the day, rising; the same every day", examples=[["06:00", "15:00"]]
    )


class Space(Words):
    """Places for persons on a stretch of the journey, held from entering ``from`` until leaving ``to``.

    ``when_full``: ``outside`` (they go on, counted outside until a place is free) or ``hold`` (they stand before the
    first station of the space until then).
    """

    title: str | None = Field(None, description="free text for tables and charts", examples=["Omari camp"])
    persons: Dated[Count] = Field(description="places for persons. May change by date", examples=[5000])
    from_: Name = Field(
        alias="from",
        description="the first station of the space: a place is held from coming to it",
        examples=["registration"],
    )
    to: Name = Field(
        description="the last station of the space: the place is held until leaving it", examples=["transport"]
    )
    when_full: Literal["outside", "hold"] = Field(
        "outside",
        description=(
            "`outside`: households go on with their journey and count as outside until a place is free; `hold`: they "
            "stand in the yard before the first station until then"
        ),
        examples=["outside"],
    )
    latrines: Count = Field(0, description="latrines of the space", examples=[120])
    area: AreaOf | None = Field(None, description="area of the space", examples=["45000 m2"])
    covered: AreaOf | None = Field(None, description="covered floor area, a part of `area`", examples=["3200 m2"])
    uses: dict[Name, Use] = Field(
        {},
        description="what the people in the space use, by the crossing's stock, however long they stay",
        examples=[{"water": {"per_person": "7.5 l", "at": ["06:00", "15:00"]}}],
    )

    @model_validator(mode="after")
    def _inside(self) -> Space:
        if self.area is not None and self.covered is not None and self.covered > self.area:
            raise ValueError("'covered' is part of 'area' and cannot be larger")
        return self
