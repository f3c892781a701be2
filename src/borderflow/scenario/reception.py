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

    wait: DurationOrNone | None = Field(
        None,
        description=(
            "time since joining the line after which the household at its head no longer waits for the stock; without "
            "it, it waits as long as it takes"
        ),
        examples=["2 h"],
    )
    then: Literal["skip", "gave_up", "go_on", "partial"] = Field(
        "skip",
        description=(
            "what it does then: `skip` misses the station, `gave_up` leaves the operation, `go_on` is served without "
            "the items, `partial` takes what there is and is served"
        ),
        examples=["skip"],
    )


class Station(Words):
    """One stop of the journey. Exactly one of ``service``, ``throughput`` or ``fleet`` says how it works."""

    title: str | None = Field(
        None, description="free text for tables and charts", examples=["Registration and biometrics"]
    )
    serves: Literal["household", "person"] = Field(
        "household",
        description=(
            "`household`: one service for all; `person`: one service at one desk whose time is the sum over the members"
        ),
        examples=["person"],
    )
    members: Literal["all", "adults", "children"] = Field(
        "all", description="with `serves: person`: over which members the time is summed", examples=["adults"]
    )
    groups: Annotated[tuple[Group, ...], Sequence] | None = Field(
        None,
        description="only households of these legal groups pass the station; left out, all do",
        examples=[["undocumented", "acc"]],
    )
    share: Share = Field(
        1.0, description="share of the households that pass the station, of those whom it is for", examples=[0.4]
    )
    specific_needs: Literal["only"] | None = Field(
        None, description="`only`: only households with specific needs pass the station", examples=["only"]
    )
    service: SpreadOf | None = Field(
        None,
        description="time at a desk: fixed, or how it spreads",
        examples=["5 min", {"triangular": {"low": "3 min", "mode": "5 min", "high": "8 min"}}],
    )
    throughput: Dated[ThroughputOf] | None = Field(
        None,
        description=(
            "instead of a service time: what the station gets through in the open hours of a day with all its desks "
            "busy; with desks and hours of the scenario it sets the mean time at a desk. May change by date"
        ),
        examples=["24000 persons/day", {"2023-10-01": "4000 persons/day", "2023-11-01": "7000 persons/day"}],
    )
    cv: Cv | None = Field(
        None,
        description="with `throughput`: coefficient of variation of the time at a desk per person; 0.5 if left out",
        examples=[0.5],
    )
    fleet: Name | None = Field(
        None,
        description="instead of a service time: the fleet whose vehicles take households onward from here",
        examples=["trucks"],
    )
    desks: Dated[Count] | None = Field(
        None,
        description="desks that are staffed in the hours of `open`. May change by date",
        examples=[12, {"2023-10-01": 12, "2023-11-01": 24}],
    )
    open: Dated[HoursOf] | None = Field(
        None,
        description="hours in which a service may start; over midnight is allowed. May change by date",
        examples=["07:00-19:00", "24 h"],
    )
    shifts: Dated[dict[HoursOf, Count]] | None = Field(
        None,
        description="instead of `desks` and `open`: hours, and the desks staffed in them. May change by date",
        examples=[{"06:00-14:00": 32, "14:00-20:00": 20}],
    )
    closed: bool = Field(False, description="true where no desk is ever open and that is meant", examples=[True])
    at_closing: Literal["hold", "come_back", "not_admitted"] = Field(
        "come_back",
        description=(
            "what becomes of the line at closing: `come_back` and `hold` are served at the next opening in the order "
            "of joining; `not_admitted` ends the stay of everyone in line, and of who comes while it is closed"
        ),
        examples=["not_admitted"],
    )
    queue: Literal["first_come", "specific_needs_first"] = Field(
        "first_come",
        description="who is next: `first_come`, or `specific_needs_first`, in either case in the order of joining",
        examples=["specific_needs_first"],
    )
    patience: SpreadOf | None = Field(
        None,
        description=(
            "how long a household waits in line, closed hours included, before it does what `then` says; left out, "
            "without end"
        ),
        examples=["36 h"],
    )
    then: Leave = Field(
        "skip",
        description="when patience ends: `skip` misses the station, `gave_up` leaves the operation",
        examples=["gave_up"],
    )
    takes: dict[Name, NeedOf] = Field(
        {},
        description="what a household takes of the crossing's stocks as its service starts: all items or none",
        examples=[{"kits": "1 per household"}],
    )
    if_short: IfShort = Field(
        default_factory=IfShort,
        description="what the head of the line does when the stock does not cover what it takes",
        examples=[{"wait": "2 h", "then": "skip"}],
    )

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
    """What comes into a stock on a day, at midnight unless ``at`` says otherwise."""

    on: Day = Field(description="day of the delivery", examples=["2023-11-10"])
    at: Clock = Field(0, description="time of day", examples=["09:00"])
    quantity: AmountOf = Field(description="how much comes", examples=[20000, "170000 l"])


class Loss(Words):
    """What a stock loses on a day, at midnight unless ``at`` says otherwise."""

    on: Day = Field(description="day of the loss", examples=["2023-11-10"])
    at: Clock = Field(0, description="time of day", examples=["09:00"])
    quantity: AmountOf = Field(description="how much is lost; no more than is there", examples=[500, "2000 l"])
    why: str | None = Field(None, description="free text: expiry, looting, damage", examples=["expired"])


class Stock(Words):
    """An item held for a crossing or in a warehouse. Deliveries come at midnight unless ``at`` says otherwise.

    ``from`` names the warehouse whose item of the same name its orders draw on.
    """

    title: str | None = Field(None, description="free text for tables and charts", examples=["Household kits"])
    opening: AmountOf = Field(
        Amount(0), description="on hand when the simulation begins, warm-up included", examples=[5000, "85000 l"]
    )
    deliveries: Annotated[tuple[Delivery, ...], Sequence] = Field(
        (), description="deliveries on given days", examples=[[{"on": "2023-11-10", "quantity": 20000}]]
    )
    daily: Dated[AmountOf] | None = Field(
        None,
        description="a delivery at every midnight; what is left over is kept. May change by date",
        examples=["170000 l"],
    )
    lost: Annotated[tuple[Loss, ...], Sequence] = Field(
        (), description="losses on given days", examples=[[{"on": "2023-11-10", "quantity": 500, "why": "expired"}]]
    )
    reorder_at: AmountOf | None = Field(
        None,
        description=(
            "an order goes out where on hand and on order together are at or below this; with `order_up_to` and "
            "`lead_time`"
        ),
        examples=[5000],
    )
    order_up_to: AmountOf | None = Field(
        None, description="the level that an order brings on hand and on order up to", examples=[8000]
    )
    lead_time: SpreadOf | None = Field(
        None,
        description="time from order to arrival: fixed, or how it spreads",
        examples=["3 d", {"triangular": {"low": "2 d", "mode": "3 d", "high": "7 d"}}],
    )
    minimum_interval: Duration | None = Field(None, description="least time between two orders", examples=["1 d"])
    from_: Name | None = Field(
        None,
        alias="from",
        description="the warehouse whose item of the same name the orders draw on; left out, orders are always filled",
        examples=["kabul"],
    )

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
            raise ValueError("amounts of one stock have one unit, and only some of these are in litres")
        return self

    def amounts(self) -> list[Amount]:
        given = [self.opening, self.reorder_at, self.order_up_to, *(self.daily.values if self.daily else ())]
        dated = [*(delivery.quantity for delivery in self.deliveries), *(loss.quantity for loss in self.lost)]
        return [amount for amount in (*given, *dated) if amount is not None]

    @property
    def unit(self) -> str:
        """``l`` for litres, empty for things that are counted."""
        return next((amount.unit for amount in self.amounts() if amount.number), "")


class Fleet(Words):
    """Vehicles that take households onward, one boarding line per destination."""

    title: str | None = Field(None, description="free text for tables and charts", examples=["Trucks and pick-ups"])
    vehicles: Dated[Count] = Field(
        description="vehicles of the fleet, common to all destinations. May change by date", examples=[100]
    )
    seats: Seats = Field(
        description="persons that a vehicle takes; a larger household takes several vehicles that leave together",
        examples=[18],
    )
    leave_after: Duration = Field(
        description=(
            "a vehicle leaves when it is full or the next household does not fit, and at the latest this long after "
            "its first household"
        ),
        examples=["60 min"],
    )
    round_trip: dict[Name, SpreadOf] = Field(
        description="time until a vehicle is back, by destination; `elsewhere` stands for those not named",
        examples=[{"nangarhar": "6 h", "elsewhere": "24 h"}],
    )


class Away(Words):
    """Vehicles that are on the road when the simulation begins, and when they are back."""

    on: Day = Field(description="day on which they are back", examples=["2023-10-25"])
    at: Clock = Field(0, description="time of day", examples=["14:00"])
    vehicles: Annotated[Count, Field(gt=0)] = Field(description="how many", examples=[40])


class Initial(Words):
    """What stands at a crossing when the simulation begins, instead of a warm-up.

    Who waits at a station of a space is in that space. What lies in store is the ``opening`` of the stocks.
    """

    queue: dict[Name, Count] = Field(
        {},
        description="persons in line at the first second, by station; they are in no count of arrivals",
        examples=[{"gate": 3000}],
    )
    orders: dict[Name, Annotated[tuple[Delivery, ...], Sequence]] = Field(
        {},
        description=(
            "orders that are on their way, by stock: until they come they count as on order, which a delivery does not"
        ),
        examples=[{"kits": [{"on": "2023-10-27", "quantity": 3000}]}],
    )
    away: dict[Name, Annotated[tuple[Away, ...], Sequence]] = Field(
        {},
        description="vehicles that are on the road, by fleet: so many of those there are come back at that time only",
        examples=[{"trucks": [{"on": "2023-10-25", "at": "14:00", "vehicles": 40}]}],
    )


class Crossing(Words):
    """A crossing: who comes there, the stations they pass, and what stands beside them."""

    title: str | None = Field(None, description="free text for tables and charts", examples=["Torkham, Nangarhar"])
    households: HouseholdMix | None = Field(
        None,
        description="households of this crossing: what is stated here goes before what the scenario says",
        examples=[{"destinations": {"kandahar": 0.64, "elsewhere": 0.36}}],
    )
    arrivals: Arrivals = Field(description="who reaches the Pakistani side of the crossing, and when")
    initial: Initial | None = Field(
        None,
        description="what stands here when the simulation begins, instead of a warm-up",
        examples=[{"queue": {"gate": 3000}}],
    )
    closures: Annotated[tuple[Closure, ...], Sequence] = Field(
        (), description="days on which the crossing lets nobody through, nothing in, or neither"
    )
    journey: Annotated[tuple[Name, ...], Sequence] = Field(
        description=(
            "the stations in the order in which they are passed; the border count of the reports is taken at `gate`"
        ),
        examples=[["gate", "registration", "kits", "transport"]],
    )
    stations: Named[Station] = Field(description="the stations by name; each stands in the journey")
    spaces: Named[Space] = Field(Named(), description="yards, camps and shelters by name")
    stocks: Named[Stock] = Field(Named(), description="items held here by name; stations take them, spaces use them")
    fleets: Named[Fleet] = Field(Named(), description="fleets of vehicles by name")
