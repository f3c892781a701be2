"""Goods that move between crossings and warehouses on a given day."""

from __future__ import annotations

from pydantic import Field, model_validator

from borderflow.scenario.units import AmountOf, Clock, Day, Duration
from borderflow.scenario.words import Name, Words


class Transfer(Words):
    """What is there of ``quantity`` leaves ``from`` and arrives at ``to`` once it has been under way for ``takes``."""

    title: str | None = Field(
        None, description="free text for tables and charts", examples=["From Kabul, once the rush was seen"]
    )
    on: Day = Field(description="day on which it leaves", examples=["2023-11-10"])
    at: Clock = Field(0, description="time of day", examples=["09:00"])
    from_: Name = Field(alias="from", description="a crossing or a warehouse", examples=["kabul"])
    to: Name = Field(description="a crossing or a warehouse", examples=["jalalabad"])
    item: Name = Field(description="the item, which both places hold", examples=["kits"])
    quantity: AmountOf = Field(description="how much is sent, as far as it is there", examples=[3000])
    takes: Duration = Field(description="how long it is under way", examples=["2 d"])

    @model_validator(mode="after")
    def _moves(self) -> Transfer:
        if self.from_ == self.to:
            raise ValueError("'from' and 'to' are the same place")
        if self.quantity.number == 0:
            raise ValueError("nothing is sent: the quantity is 0")
        return self
