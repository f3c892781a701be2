"""A boarding place in the SimPy model: one line per destination, common vehicles."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from borderflow.engine.line import IN_SERVICE, SERVED, VISIT, VISIT_BITS, WAITING, Waiting, changed
from borderflow.engine.order import Due, Rank
from borderflow.network import network as net

if TYPE_CHECKING:
    from borderflow.engine.operation import Operation


@dataclass(eq=False)
class Load:
    """A vehicle that is boarding (several for a household larger than one: they leave together)."""

    number: int
    destination: int
    opened: int
    vehicles: int
    seats_left: int
    visits: list[int] = field(default_factory=list)
    persons: int = 0
    gone: bool = False


class Boarding(Waiting):
    """Vehicles go to the destination whose head of line has waited longest; nobody overtakes in a line.

    In a closure of people nobody boards. A vehicle leaves when it is full, when the next household does not fit, or
    ``leave_after`` after it was opened.
    """

    def __init__(self, operation: Operation, station: net.Station, fleet: net.Fleet) -> None:
        super().__init__(operation, station)
        self.fleet = fleet
        self.queues: list[list[int]] = [[] for _ in fleet.round_trip]
        self.loads: list[Load | None] = [None] * len(fleet.round_trip)
        self.out = 0  # vehicles boarding or under way
        self.vehicles = 0
        self.loaded = 0
        self.trips = [0] * len(fleet.round_trip)
        self._round_trips: list[list[int]] = [[] for _ in fleet.round_trip]
        self.turns = iter(zip(fleet.vehicles.second.tolist(), fleet.vehicles.value.tolist(), strict=True))
        self.next_turn = next(self.turns)

    def open(self) -> None:
        """Begin, with the vehicles that are on the road already."""
        super().open()
        for back in self.fleet.away:
            self.out += back.quantity
            self.operation.at(back.second, Rank.RETURN, self.loaded, self.index, self.came_back, back.quantity)
            self.loaded += 1

    def turn(self, _: Due | None = None) -> None:
        """The number of vehicles changes; one that is under way is taken out when it comes back."""
        self.rostered = int(self.next_turn[1])
        upcoming = next(self.turns, None)
        if upcoming is not None:
            self.next_turn = upcoming
            self.operation.at(upcoming[0], Rank.CALENDAR, 0, self.index, self.turn, None)
        self.apply()

    def apply(self) -> None:
        """The vehicles there are now, with what triggers have changed."""
        self.vehicles = changed(self.rostered, self.changes)
        self.operation.touched |= self.bit

    def line_up(self, visit: int, now: int) -> None:
        operation = self.operation
        place = (now - operation.network.first_second) << VISIT_BITS | visit
        heappush(self.queues[operation.destination[visit]], place)

    def serve(self) -> None:
        while not self.shut and (self.fill_open_loads() or self.open_load()):
            pass
        if self.newcomers:
            self.set_patience()

    def head(self, destination: int) -> int:
        """Place in line of the next household for a destination, -1 if none waits."""
        queue = self.queues[destination]
        while queue and self.operation.fate[queue[0] & VISIT] != WAITING:
            heappop(queue)
        return queue[0] if queue else -1

    def fill_open_loads(self) -> bool:
        """Board whom the open vehicles have room for; True if one left."""
        left = False
        for destination, load in enumerate(self.loads):
            while load is not None and not load.gone and (place := self.head(destination)) >= 0:
                if self.operation.size[place & VISIT] > load.seats_left:
                    if not self.depart(load):
                        break
                    left = True
                else:
                    self.board(load, place & VISIT)
                    left = left or load.gone
        return left

    def open_load(self) -> bool:
        """Give a free vehicle to the line whose head has waited longest; True if there was one to give."""
        heads = [
            place
            for destination, load in enumerate(self.loads)
            if load is None and (place := self.head(destination)) >= 0
        ]
        if not heads:
            return False
        visit = min(heads) & VISIT
        operation, seats = self.operation, self.fleet.seats
        vehicles = -(-operation.size[visit] // seats)
        if self.vehicles - self.out < vehicles:
            return False
        destination = operation.destination[visit]
        load = Load(self.loaded, destination, operation.now, vehicles, vehicles * seats)
        self.loaded += 1
        self.out += vehicles
        self.loads[destination] = load
        self.board(load, visit)
        if not load.gone:
            second = load.opened + self.fleet.leave_after
            operation.at(second, Rank.DEPARTURE, load.number, self.index, self.timed_out, load)
        return True

    def board(self, load: Load, visit: int) -> None:
        operation = self.operation
        operation.fate[visit] = IN_SERVICE
        operation.started[visit] = operation.now
        size = operation.size[visit]
        load.visits.append(visit)
        load.persons += size
        load.seats_left -= size
        if load.seats_left == 0:
            self.depart(load)

    def timed_out(self, event: Due) -> None:
        load: Load = event.what
        if not load.gone:
            self.depart(load)
            self.operation.touched |= self.bit

    def depart(self, load: Load) -> bool:
        """The vehicles leave, and their households are on their way; False if they cannot leave yet."""
        operation, fleet = self.operation, self.fleet
        now = operation.now
        load.gone = True
        self.loads[load.destination] = None
        seconds = self.round_trip(load.destination)
        numbers = (load.opened, now, now + seconds, load.vehicles, len(load.visits), load.persons)
        operation.trips.append((fleet.index, load.destination, *numbers))
        operation.at(now + seconds, Rank.RETURN, load.number, self.index, self.came_back, load.vehicles)
        for visit in load.visits:
            operation.fate[visit] = SERVED
            operation.ended[visit] = now
            operation.go_on(visit, SERVED)
        return True

    def came_back(self, event: Due) -> None:
        self.out -= event.what
        self.operation.touched |= self.bit

    def round_trip(self, destination: int) -> int:
        """Seconds of the next trip there: the k-th trip to a destination takes the k-th value of its stream."""
        k = self.trips[destination]
        self.trips[destination] += 1
        known = self._round_trips[destination]
        if k >= len(known):
            spread = self.fleet.round_trip[destination]
            if spread is None:
                raise ValueError(f"fleet '{self.fleet.name}' has no round trip to this destination")
            operation = self.operation
            crossing = operation.network.crossings[self.fleet.crossing]
            purpose = f"round trip {self.fleet.name} {operation.households.destinations[destination]}"
            draws = operation.households.sequence(crossing, purpose, max(256, 2 * k))
            known = [max(1, round(seconds)) for seconds in spread(draws).tolist()]
            self._round_trips[destination] = known
        return known[k]
