"""The network: what receives the households under one plan, as arrays that both engines read.

Crossings stand in the order of the scenario; stations are numbered through all crossings in journey order, so a
household always goes on to a higher number. Quantities of a stock are whole numbers of its smallest unit (things,
or millilitres: ``scale`` of them make one unit as written).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
ALWAYS = -(2**62)
"""A second before everything, for what stands there throughout."""


class Closing(IntEnum):
    """What becomes of the line when a station closes."""

    HOLD = 0
    COME_BACK = 1
    NOT_ADMITTED = 2


class Short(IntEnum):
    """What the head of the line does once it has waited long enough for stock."""

    SKIP = 0
    GAVE_UP = 1
    GO_ON = 2
    PARTIAL = 3


class WhenFull(IntEnum):
    """What a household does that finds a space full."""

    OUTSIDE = 0
    HOLD = 1


class Sees(IntEnum):
    """What a trigger looks at, at midnight."""

    CROSSED = 0  # persons whose gate service ended on the day
    QUEUE = 1  # persons in the line of a station at midnight
    INSIDE = 2  # persons who have arrived and not left
    STOCK = 3  # on hand, in the stock's smallest unit


class Moves(IntEnum):
    """What a trigger changes."""

    DESKS = 0
    VEHICLES = 1
    DELIVERY = 2


@dataclass(frozen=True, eq=False)
class Calendar:
    """A step function of time: ``value[i]`` holds from ``second[i]`` until ``second[i + 1]``; shapes (k,)."""

    second: Ints
    value: Floats

    def at(self, seconds: Ints) -> Floats:
        """Values in force at the given seconds."""
        return self.value[np.searchsorted(self.second, seconds, side="right") - 1]

    def integral(self, first: Ints, last: Ints) -> Floats:
        """Integral of the value over [first, last), in value-seconds."""
        edges = np.concatenate([[0.0], np.cumsum(np.diff(self.second) * self.value[:-1])])

        def total(to: Ints) -> Floats:
            inside = np.maximum(to, self.second[0])
            step = np.searchsorted(self.second, inside, side="right") - 1
            result: Floats = edges[step] + (inside - self.second[step]) * self.value[step]
            return result

        return total(last) - total(first)


@dataclass(frozen=True, eq=False)
class Quantiles:
    """Inverse CDF of a duration in seconds, tabled at the midpoints of equal steps; shape (rows, steps).

    Row r serves a household of r members; a table with one row serves every household alike. Each row's mean is
    exactly the stated mean (times the members), before rounding to whole seconds.
    """

    table: Floats

    def __call__(self, uniform: Floats, members: npt.NDArray[np.integer] | int = 0) -> Floats:
        """Seconds (not rounded) at the given uniforms in [0, 1)."""
        rows, steps = self.table.shape
        place = (uniform * steps).astype(np.int64)
        if rows > 1:
            place += np.minimum(members, rows - 1) * np.int64(steps)
        seconds: Floats = self.table.ravel().take(place)
        return seconds


@dataclass(frozen=True, eq=False)
class Take:
    """What a household takes at a station, in the stock's smallest unit."""

    stock: int
    per_household: int
    per_person: int


@dataclass(frozen=True, eq=False)
class Station:
    """A desk station, or (``fleet`` ≥ 0) the boarding place of a fleet.

    ``desks``: desks staffed (0: closed). ``pace``: factor on service times, from dated throughputs. ``service`` and
    ``patience``: quantiles in seconds; ``patience`` None: they wait for ever. ``short_wait``: seconds since joining,
    -1 without end. ``groups``: indices into the household groups, empty for all.
    """

    index: int
    crossing: int
    name: str
    title: str
    desks: Calendar
    pace: Calendar
    service: Quantiles | None
    by_person: bool
    members: str
    groups: tuple[int, ...]
    share: float
    only_specific_needs: bool
    closing: Closing
    specific_needs_first: bool
    patience: Quantiles | None
    patience_gives_up: bool
    takes: tuple[Take, ...]
    short_wait: int
    short_then: Short
    fleet: int
    shut: tuple[tuple[int, int], ...] = ()  # [first, end) in which a closure of people lets nobody start
    since: int = ALWAYS  # who arrives before this second does not pass it


@dataclass(frozen=True, eq=False)
class Supply:
    """What a stock receives or loses at a known second (``quantity`` < 0: a loss).

    ``ordered``: it was ordered before the run began, and counts as on order until it comes.
    """

    second: int
    quantity: int
    ordered: bool = False


@dataclass(frozen=True, eq=False)
class Stock:
    """A stock of one crossing, or of a warehouse (``crossing`` -1).

    Reorder words are -1 where it is not reordered; ``lead_time`` maps the k-th draw.
    """

    index: int
    crossing: int
    name: str
    title: str
    unit: str
    scale: int
    opening: int
    supplies: tuple[Supply, ...]
    reorder_at: int
    order_up_to: int
    minimum_interval: int
    lead_time: Quantiles | None
    source: int = -1  # the warehouse that its orders draw on, as a stock index
    shut: tuple[tuple[int, int], ...] = ()  # [first, end) in which nothing can come in


@dataclass(frozen=True, eq=False)
class Fleet:
    """Vehicles of one crossing. ``round_trip`` has one entry per destination of the households.

    ``away``: vehicles that are on the road when the run begins, and the seconds in which they are back.
    """

    index: int
    crossing: int
    name: str
    title: str
    vehicles: Calendar
    seats: int
    leave_after: int
    round_trip: tuple[Quantiles | None, ...]
    away: tuple[Supply, ...] = ()


@dataclass(frozen=True, eq=False)
class Use:
    """What the people in a space use of a stock: so much a person, at these seconds of every day."""

    stock: int
    per_person: int
    at: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Space:
    """Places for persons from entering the ``first`` station of the space until leaving the ``last``."""

    index: int
    crossing: int
    name: str
    title: str
    persons: Calendar
    when_full: WhenFull
    first: int
    last: int
    uses: tuple[Use, ...] = ()
    latrines: int = 0
    area: float = 0.0  # square metres, 0 where it is not stated
    covered: float = 0.0  # square metres of covered floor, 0 where it is not stated
    since: int = ALWAYS  # who arrives before this second does not come into it


@dataclass(frozen=True, eq=False)
class Diversion:
    """A closure of people at a crossing, [first, end): a share of those who come in it goes on to another crossing."""

    crossing: int
    first: int
    end: int
    share: float
    after: int
    goal: int


@dataclass(frozen=True, eq=False)
class Transfer:
    """Goods sent from one stock to another at a second; they are under way for ``takes`` seconds."""

    second: int
    source: int
    goal: int
    quantity: int
    takes: int


@dataclass(frozen=True)
class Price:
    """``amount`` hundredths of the currency for ``per`` of a stock's smallest unit."""

    amount: int
    per: int

    def of(self, quantity: int) -> int:
        """What a quantity costs, rounded up to a whole hundredth."""
        return -(-quantity * self.amount // self.per)

    def covers(self, money: int) -> int:
        """The most that a sum pays for."""
        return money * self.per // self.amount


@dataclass(frozen=True, eq=False)
class Fund:
    """Money that purchases, grants and trips draw on; sums in hundredths of the currency.

    ``buys``: price by stock, paid when the stock's own order is placed. ``grants``: price by stock, paid as it is
    given. ``trips``: price of a vehicle's departure by fleet. What costs nothing is in none of them.
    """

    index: int
    name: str
    title: str
    currency: str
    opening: int
    receipts: tuple[Supply, ...]
    buys: Mapping[int, Price]
    grants: Mapping[int, Price]
    trips: Mapping[int, int]


@dataclass(frozen=True, eq=False)
class Watch:
    """A condition on what the operation sees at midnight: held on ``days`` evaluations in a row.

    ``place``: crossing index for CROSSED and INSIDE, station index for QUEUE, stock index for STOCK.
    """

    sees: Sees
    place: int
    above: bool
    limit: float
    days: int


@dataclass(frozen=True, eq=False)
class Act:
    """What a trigger does: ``place`` is a station, fleet or stock index; ``operation`` set, add or scale."""

    moves: Moves
    place: int
    operation: str
    value: float


@dataclass(frozen=True, eq=False)
class Trigger:
    """If all of ``when`` hold at a midnight, act ``notice`` seconds later; undo it when all of ``until`` hold."""

    index: int
    name: str
    when: tuple[Watch, ...]
    notice: int
    acts: tuple[Act, ...]
    until: tuple[Watch, ...] = ()
    repeat: bool = False


@dataclass(frozen=True, eq=False)
class Network:
    """What stands at all crossings under one plan, from ``first_second`` (warm-up) to ``end_second``."""

    plan: str
    crossings: tuple[str, ...]
    first_second: int
    end_second: int
    stations: tuple[Station, ...]
    stocks: tuple[Stock, ...]
    fleets: tuple[Fleet, ...]
    spaces: tuple[Space, ...] = ()
    diversions: tuple[Diversion, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    funds: tuple[Fund, ...] = ()

    def stations_of(self, crossing: int) -> tuple[Station, ...]:
        """The journey at a crossing, in order."""
        return tuple(station for station in self.stations if station.crossing == crossing)
