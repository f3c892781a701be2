"""Funds: money with its dates, and what is paid from it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from borderflow.scenario.units import LARGEST, Day, MoneyOf
from borderflow.scenario.words import Name, Words

TRIP = "vehicle_trip"
Sequence = Field(strict=False)


class Fund(Words):
    """Money that orders, grants and trips wait for where it is short; prices are those of ``costs``.

    Claims of one fund are paid first come first served, each in full.
    """

    title: str | None = Field(None, description="free text for tables and charts", examples=["Emergency appeal"])
    opening: MoneyOf | None = Field(
        None, description="there when the simulation begins, warm-up included", examples=["2000000 USD"]
    )
    receipts: dict[Day, MoneyOf] = Field(
        {}, description="what comes in, by day, at midnight", examples=[{"2023-11-01": "500000 USD"}]
    )
    buys: Annotated[tuple[Name, ...], Sequence] = Field(
        (),
        description=(
            "items whose orders from outside the operation are paid as they are placed, at crossings and in warehouses"
        ),
        examples=[["kits"]],
    )
    grants: Annotated[tuple[Name, ...], Sequence] = Field(
        (), description="items that are paid as they are given to a household, such as cash", examples=[["cash_grants"]]
    )
    trips: Annotated[tuple[Name, ...], Sequence] = Field(
        (), description="fleets whose vehicles are paid as they leave", examples=[["trucks"]]
    )

    @model_validator(mode="after")
    def _pays(self) -> Fund:
        if not (self.buys or self.grants or self.trips):
            raise ValueError("a fund pays something: items under 'buys' or 'grants', or fleets under 'trips'")
        twice = [item for item in self.grants if item in self.buys]
        if twice:
            raise ValueError(f"'{twice[0]}' stands under 'buys' and 'grants'; it would be paid twice")
        if any(one.number > LARGEST for one in (*self.receipts.values(), *([self.opening] if self.opening else ()))):
            raise ValueError("larger than any operation")
        return self

    @property
    def prices(self) -> tuple[str, ...]:
        """The words of ``costs`` that it pays by."""
        return (*self.buys, *self.grants, *((TRIP,) if self.trips else ()))
