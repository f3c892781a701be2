"""What receives them: the stations, stocks and fleets of a crossing, and the crossing itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from borderflow.scenario.closure import Closure
from borderflow.scenario.people import Arrivals, Group, HouseholdMix
from borderflow.scenario.space import Space
from borderflow.scenario.spread import Cv, SpreadOf
from borderflow.scenario.units import (
    Amount,
    AmountOf,
    Clock,
    Count,
    Day,
    Duration,
    DurationOrNone,
    HoursOf,
    NeedOf,
    Share,
    ThroughputOf,
)
from borderflow.scenario.words import Dated, Name, Named, Words

Seats = Annotated[int, Field(ge=1, le=1_000)]
Leave = Literal["skip", "gave_up"]
Sequence = Field(strict=False)


class IfShort(Words):
    """What the head of the line does when the stock does not cover what it takes.

    It waits until ``wait`` has passed since it joined the line (without ``wait``: as long as it takes), and nobody
    overtakes. Then: ``skip`` misses the station; ``gave_up`` leaves the operation; ``go_on`` is served without the
    items; ``partial`` takes what there is and is served.
    """

    wait: DurationOrNone | None = None
    then: Literal["skip", "gave_up", "go_on", "partial"] = "skip"


class Station(Words):
    """One stop of the journey. Exactly one of ``service``, ``throughput`` or ``fleet`` says how it works."""

    title: str | None = None
    serves: Literal["household", "person"] = "household"
    members: Literal["all", "adults", "children"] = "all"
    groups: Annotated[tuple[Group, ...], Sequence] | None = None
    share: Share = 1.0
    specific_needs: Literal["only"] | None = None
    service: SpreadOf | None = None
    throughput: Dated[ThroughputOf] | None = None
    cv: Cv | None = Field(None, description="variation of the service time that a throughput implies; 0.5 if left out")
    fleet: Name | None = None
    desks: Dated[Count] | None = None
    open: Dated[HoursOf] | None = None
    shifts: Dated[dict[HoursOf, Count]] | None = None
    closed: bool = False
    at_closing: Literal["hold", "come_back", "not_admitted"] = "come_back"
    queue: Literal["first_come", "specific_needs_first"] = "first_come"
    patience: SpreadOf | None = None
    then: Leave = "skip"
    takes: dict[Name, NeedOf] = {}
    if_short: IfShort = Field(default_factory=IfShort)

    @model_validator(mode="after")
    def _works_one_way(self) -> Station:
        ways = [word for word in ("service", "throughput", "fleet") if getattr(self, word) is not None]
        if len(ways) != 1:
            raise ValueError("give exactly one of 'service', 'throughput' or 'fleet'")
        if self.fleet is not None:
            for word in ("desks", "open", "shifts", "takes", "at_closing", "if_short", "serves", "members", "closed"):
                if word in self.model_fields_set:
                    raise ValueError(f"a station with a fleet has no '{word}': its vehicles are its capacity")
            return self
        if (self.desks is None) == (self.shifts is None):
            raise ValueError("give either 'desks' with 'open', or 'shifts'")
        if self.desks is not None and self.open is None:
            raise ValueError("'desks' need 'open': hours such as '07:00-19:00', or '24 h'")
        if self.shifts is not None and self.open is not None:
            raise ValueError("'shifts' say the hours; 'open' goes with 'desks'")
        if not self.closed and not self._ever_staffed():
            raise ValueError("no desk is ever open; write 'closed: true' if that is meant")
        kind = self.service.kind if self.service is not None else "gamma"
        if self.serves == "person" and kind not in ("gamma", "exponential", "fixed"):
            raise ValueError("a household's time is the sum over its members: use gamma, exponential or fixed")
        if self.serves == "household" and self.members != "all":
            raise ValueError("'members' goes with 'serves: person'")
        if self.cv is not None and self.throughput is None:
            raise ValueError("'cv' goes with 'throughput'; a service time has its own")
        if "if_short" in self.model_fields_set and not self.takes:
            raise ValueError("'if_short' goes with 'takes'")
        return self

    def _ever_staffed(self) -> bool:
        if self.desks is not None:
            return any(self.desks.values)
        return self.shifts is not None and any(any(desks.values()) for desks in self.shifts.values)


class Delivery(Words):
    on: Day
    at: Clock = 0
    quantity: AmountOf


class Loss(Words):
    on: Day
    at: Clock = 0
    quantity: AmountOf
    why: str | None = None


class Stock(Words):
    """An item held for a crossing or in a warehouse. Deliveries come at midnight unless ``at`` says otherwise.

    ``from`` names the warehouse whose item of the same name its orders draw on.
    """

    title: str | None = None
    opening: AmountOf = Field(Amount(0), description="on hand when the simulation begins, warm-up included")
    deliveries: Annotated[tuple[Delivery, ...], Sequence] = ()
    daily: AmountOf | None = None
    lost: Annotated[tuple[Loss, ...], Sequence] = ()
    reorder_at: AmountOf | None = None
    order_up_to: AmountOf | None = None
    lead_time: SpreadOf | None = None
    minimum_interval: Duration | None = None
    from_: Name | None = Field(None, alias="from")

    @model_validator(mode="after")
    def _complete(self) -> Stock:
        words = [word for word in ("reorder_at", "order_up_to", "lead_time") if getattr(self, word) is not None]
        if words and len(words) < 3:
            raise ValueError("reordering needs 'reorder_at', 'order_up_to' and 'lead_time' together")
        if self.minimum_interval is not None and not words:
            raise ValueError("'minimum_interval' goes with 'reorder_at'")
        if self.from_ is not None and not words:
            raise ValueError("'from' goes with 'reorder_at': it says where the orders are sent")
        if self.reorder_at and self.order_up_to and self.order_up_to.number <= self.reorder_at.number:
            raise ValueError("'order_up_to' must be more than 'reorder_at'")
        units = {amount.unit for amount in self.amounts() if amount.number}
        if len(units) > 1:
            raise ValueError(f"amounts of one stock have one unit, these have {sorted(units)}")
        return self

    def amounts(self) -> list[Amount]:
        given = [self.opening, self.daily, self.reorder_at, self.order_up_to]
        dated = [*(delivery.quantity for delivery in self.deliveries), *(loss.quantity for loss in self.lost)]
        return [amount for amount in (*given, *dated) if amount is not None]

    @property
    def unit(self) -> str:
        """``l`` for litres, empty for things that are counted."""
        return next((amount.unit for amount in self.amounts() if amount.number), "")


class Fleet(Words):
    """Vehicles that take households onward, one boarding line per destination."""

    title: str | None = None
    vehicles: Dated[Count]
    seats: Seats
    leave_after: Duration
    round_trip: dict[Name, SpreadOf]


class Initial(Words):
    """What stands at a crossing when the simulation begins, instead of a warm-up: persons in line, by station."""

    queue: dict[Name, Count] = {}


class Crossing(Words):
    title: str | None = None
    households: HouseholdMix | None = None
    arrivals: Arrivals
    initial: Initial | None = None
    closures: Annotated[tuple[Closure, ...], Sequence] = ()
    journey: Annotated[tuple[Name, ...], Sequence]
    stations: Named[Station]
    spaces: Named[Space] = Named()
    stocks: Named[Stock] = Named()
    fleets: Named[Fleet] = Named()
