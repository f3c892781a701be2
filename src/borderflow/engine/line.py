"""A desk station in the SimPy model: its line, its desks, and what it takes from stock."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from borderflow.engine.journal import Entry, Fate
from borderflow.engine.order import Due, Number, Rank
from borderflow.network import network as net
from borderflow.network.network import Closing, Short

if TYPE_CHECKING:
    from borderflow.engine.operation import Operation
    from borderflow.engine.stock import Stock

# Plain numbers: looking up a member of an enum costs more than the rest of a comparison.
WAITING, IN_SERVICE, SERVED = int(Fate.WAITING), int(Fate.IN_SERVICE), int(Fate.SERVED)
VISIT_BITS = 32
VISIT = (1 << VISIT_BITS) - 1
CLASS = 1 << (VISIT_BITS + 40)


class Waiting:
    """What a line of desks and a line for vehicles have in common: joining, patience, leaving."""

    def __init__(self, operation: Operation, station: net.Station) -> None:
        self.operation = operation
        self.station = station
        self.index = station.index
        self.bit = 1 << station.index
        self.newcomers: list[int] = []
        self.deadlines: list[tuple[int, int]] = []  # (second, visit) of those whose patience runs
        self.on_calendar: set[tuple[int, int]] = set()  # those of them that have an event
        self.rostered = 0
        self.changes: list[net.Act] = []  # what triggers have changed
        self.shut = False
        self.count = False  # whether who is served here is counted as having crossed
        self.tired = Fate.GAVE_UP_PATIENCE if station.patience_gives_up else Fate.MISSED_PATIENCE

    def open(self) -> None:
        """Begin: the first turn of the calendar, and the closures of people that are known."""
        self.turn()
        for number, stretch in enumerate(self.station.shut):
            if stretch[1] <= self.operation.network.first_second:
                continue
            for edge, shut in zip(stretch, (True, False), strict=True):
                second = max(edge, self.operation.network.first_second)
                key = Number.SHUT + (number << 1 | shut)
                self.operation.at(second, Rank.CALENDAR, key, self.index, self.shuts, shut)

    def turn(self, _: Due | None = None) -> None:
        raise NotImplementedError

    def apply(self) -> None:
        raise NotImplementedError

    def shuts(self, event: Due) -> None:
        """A closure of people begins or ends: nobody starts in it, though the desks are staffed."""
        self.shut = event.what
        self.operation.touched |= self.bit

    def join(self, visit: int) -> None:
        """A household comes to the line. Who is served is looked at once the event's movements are done."""
        operation = self.operation
        operation.joined[visit] = now = operation.now
        operation.fate[visit] = WAITING
        self.line_up(visit, now)
        if operation.patience[visit] >= 0:
            self.newcomers.append(visit)
        operation.touched |= self.bit

    def line_up(self, visit: int, now: int) -> None:
        raise NotImplementedError

    def set_patience(self) -> None:
        """Start the clocks of those who came and were not served at once; the earliest goes on the calendar.

        Most are served in time, so the others wait in a heap of our own, where they cost no event.
        """
        operation = self.operation
        for visit in self.newcomers:
            if operation.fate[visit] == WAITING:
                heappush(self.deadlines, (operation.joined[visit] + operation.patience[visit], visit))
        self.newcomers.clear()
        self.expect_deadline()

    def expect_deadline(self) -> None:
        operation, deadlines = self.operation, self.deadlines
        while deadlines and operation.fate[deadlines[0][1]] != WAITING:
            heappop(deadlines)
        # An event that is there already looks on when it comes, served or not.
        if deadlines and (not self.on_calendar or deadlines[0] < min(self.on_calendar)):
            self.on_calendar.add(deadlines[0])
            second, visit = deadlines[0]
            household = operation.household[visit]
            operation.at(second, Rank.DEADLINE, household, self.index, self.lost_patience, deadlines[0])

    def lost_patience(self, event: Due) -> None:
        deadline: tuple[int, int] = event.what
        self.on_calendar.discard(deadline)
        if self.operation.fate[deadline[1]] == WAITING:
            self.leave(deadline[1], self.tired)
            self.operation.touched |= self.bit
        self.expect_deadline()

    def leave(self, visit: int, fate: Fate) -> None:
        """A household leaves the line unserved. Its place in the queue is dropped when it comes to the head."""
        operation = self.operation
        operation.fate[visit] = fate
        operation.ended[visit] = operation.now
        operation.go_on(visit, fate)


def changed(rostered: int, changes: list[net.Act]) -> int:
    """A number of desks or vehicles with the changes of triggers, in the order in which they acted."""
    number: float = rostered
    for act in changes:
        if act.operation == "set":
            number = act.value
        else:
            number = number + act.value if act.operation == "add" else number * act.value
    return max(0, int(number))


class Line(Waiting):
    """First come first served by the second of joining, then household id; or specific needs first, then that."""

    def __init__(self, operation: Operation, station: net.Station) -> None:
        super().__init__(operation, station)
        self.queue: list[int] = []
        self.busy = 0
        self.desks = 0
        self.pace = 1.0
        self.alone = False  # whether who is served is known without waiting for the event's other movements
        self.takes = [(operation.stocks[take.stock], take.per_household, take.per_person) for take in station.takes]
        for stock, _, _ in self.takes:
            stock.takers |= self.bit
        self.excused: set[int] = set()  # visits that are served without the items
        self.armed: set[int] = set()  # visits whose stock clock is set
        self.called = False  # whether the event in hand is a stock clock that has run out
        self.completes = (self.complete,)
        self.first_second = operation.network.first_second
        self.specific_needs_first = station.specific_needs_first
        turns = sorted({*station.desks.second.tolist(), *station.pace.second.tolist()})
        self.turns = iter([(turn, int(station.desks.at(turn)), float(station.pace.at(turn))) for turn in turns])
        self.next_turn = next(self.turns)

    # -- opening hours --------------------------------------------------------------------------------------------

    def turn(self, _: Due | None = None) -> None:
        """Desks or pace change: opening, closing, a shift, a dated capacity."""
        _, self.rostered, self.pace = self.next_turn
        upcoming = next(self.turns, None)
        if upcoming is not None:
            self.next_turn = upcoming
            self.operation.at(upcoming[0], Rank.CALENDAR, 0, self.index, self.turn, None)
        self.apply()

    def apply(self) -> None:
        """The desks staffed now: the roster with what triggers have changed, where any is staffed at all."""
        self.desks = changed(self.rostered, self.changes) if self.rostered else 0
        self.operation.touched |= self.bit

    # -- the line -------------------------------------------------------------------------------------------------

    def join(self, visit: int) -> None:
        """As anywhere; but where nobody else can come in the same event, a free desk serves at once."""
        if not self.alone:
            super().join(visit)
            return
        operation = self.operation
        operation.joined[visit] = now = operation.now
        if self.busy < self.desks and not self.queue and not self.shut:
            self.start(visit)
            return
        operation.fate[visit] = WAITING
        self.line_up(visit, now)
        if operation.patience[visit] >= 0:
            self.newcomers.append(visit)
            self.set_patience()
        if self.desks == 0:
            operation.touched |= self.bit

    def line_up(self, visit: int, now: int) -> None:
        # Visits are numbered in the order of households, so the visit breaks ties as the household id would.
        place = (now - self.first_second) << VISIT_BITS | visit
        if self.specific_needs_first and not self.operation.specific_needs[visit]:
            place += CLASS
        heappush(self.queue, place)

    def serve(self) -> None:
        """Start whom the free desks can take; nobody overtakes a head of line that waits for stock."""
        operation, queue = self.operation, self.queue
        fate = operation.fate
        if self.desks == 0 and self.station.closing is Closing.NOT_ADMITTED:
            self.turn_away()
        while queue and self.busy < self.desks and not self.shut:
            visit = queue[0] & VISIT
            if fate[visit] != WAITING:
                heappop(queue)
            elif self.takes and visit not in self.excused and self.short(visit):
                if not self.give_way(visit):
                    break
            else:
                heappop(queue)
                self.start(visit)
        self.called = False
        if self.newcomers:
            self.set_patience()

    def turn_away(self) -> None:
        while self.queue:
            visit = heappop(self.queue) & VISIT
            if self.operation.fate[visit] == WAITING:
                self.leave(visit, Fate.NOT_ADMITTED)

    def start(self, visit: int) -> None:
        operation = self.operation
        env, now = operation.env, operation.now
        self.busy += 1
        operation.fate[visit] = IN_SERVICE
        operation.started[visit] = now
        if self.takes:
            self.take(visit)
        pace = self.pace
        seconds = operation.whole[visit] if pace == 1 else int(operation.service[visit] * pace + 0.5) or 1
        if now + seconds < operation.end:
            event = operation.events[operation.household[visit]].again(self.completes, visit)
            env.schedule(event, operation.completion[visit], seconds)

    def complete(self, event: Due) -> None:
        """A service ends: its desk is free, then the household goes on."""
        operation = self.operation
        visit: int = event.what
        self.busy -= 1
        operation.fate[visit] = SERVED
        operation.ended[visit] = operation.now
        if self.queue:
            if self.alone:
                self.serve()
            else:
                operation.touched |= self.bit
        if self.count:
            operation.crossed[self.station.crossing] += operation.size[visit]
        operation.resume(operation.household[visit], SERVED)

    # -- stock ----------------------------------------------------------------------------------------------------

    def short(self, visit: int) -> bool:
        """Whether the stock does not cover what the household takes."""
        size = self.operation.size[visit]
        for stock, fixed, each in self.takes:  # noqa: SIM110  # a generator would cost more than the looking
            if stock.on_hand < fixed + each * size:
                return True
        return False

    def give_way(self, visit: int) -> bool:
        """The head of the line is short: True if it need not wait (any more), False if it stays at the head."""
        operation, station = self.operation, self.station
        if station.short_wait < 0:
            return False
        second = max(operation.now, operation.joined[visit] + station.short_wait)
        patience = operation.patience[visit]
        if 0 <= patience <= second - operation.joined[visit]:
            return False  # patience ends the wait, now or before
        if operation.now < second or not self.called:
            # Deadlines come last in their second: what is delivered in it still serves, also where the wait has passed.
            if visit not in self.armed:
                self.armed.add(visit)
                household = operation.household[visit]
                operation.at(second, Rank.DEADLINE, household, self.index, self.waited_for_stock, visit)
            return False
        if station.short_then in (Short.GO_ON, Short.PARTIAL):
            self.excused.add(visit)
        else:
            self.leave(visit, Fate.MISSED_SHORT if station.short_then is Short.SKIP else Fate.GAVE_UP_SHORT)
        return True

    def waited_for_stock(self, event: Due) -> None:
        self.armed.discard(event.what)
        self.called = True
        self.operation.touched |= self.bit

    def part(self, visit: int, stock: Stock, whole: int) -> int:
        """What there is of an item for who takes that."""
        return min(whole, stock.on_hand)

    def take(self, visit: int) -> None:
        size = self.operation.size[visit]
        excused = visit in self.excused
        self.excused.discard(visit)
        for stock, fixed, each in self.takes:
            quantity = fixed + each * size
            if excused:
                whole = quantity
                quantity = self.part(visit, stock, whole) if self.station.short_then is Short.PARTIAL else 0
                if quantity < whole:
                    self.operation.without[visit] = True
            if quantity:
                stock.move(Entry.ISSUED, quantity, visit)
