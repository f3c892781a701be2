"""Goods that move between crossings and warehouses on a given day."""

from __future__ import annotations

from pydantic import Field, model_validator

from borderflow.scenario.units import AmountOf, Clock, Day, Duration
from borderflow.scenario.words import Name, Words


class Transfer(Words):
    """What is there of ``quantity`` leaves ``from`` and arrives at ``to`` once it has been under way for ``takes``."""

    title: str | None = None
    on: Day
    at: Clock = 0
    from_: Name = Field(alias="from", description="a crossing or a warehouse")
    to: Name = Field(description="a crossing or a warehouse")
    item: Name
    quantity: AmountOf
    takes: Duration

    @model_validator(mode="after")
    def _moves(self) -> Transfer:
        if self.from_ == self.to:
            raise ValueError("'from' and 'to' are the same place")
        if self.quantity.number == 0:
            raise ValueError("nothing is sent: the quantity is 0")
        return self
