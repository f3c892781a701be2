"""A space in the SimPy model: places for persons, who stands outside or is held, and what its people use."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from borderflow.engine.journal import NEVER, Entry
from borderflow.engine.order import Due, Number, Rank
from borderflow.network import network as net
from borderflow.network.network import WhenFull

if TYPE_CHECKING:
    from borderflow.engine.operation import Operation

DAY = 86_400


class Space:
    """Households enter whole and in order: one that does not fit keeps those behind it waiting too.

    With ``outside`` they go on with their journey, counted outside until a place is free; with ``hold`` they stand in
    the yard before the space, and their desk is free.
    """

    def __init__(self, operation: Operation, space: net.Space) -> None:
        self.operation = operation
        self.space = space
        self.bit = 1 << space.index
        self.places = 0
        self.inside = 0
        self.outside = 0
        self.line: list[tuple[int, int]] = []  # (second of coming, household) of those without a place
        self.stays: dict[int, list[int]] = {}  # household → [came, entered] of those who are here
        self.turns = iter(zip(space.persons.second.tolist(), space.persons.value.tolist(), strict=True))
        self.next_turn = next(self.turns)

    def open(self) -> None:
        """Put the first day's uses on the calendar."""
        self.turn()
        first = self.operation.network.first_second
        for number, use in enumerate(self.space.uses):
            for each, at in enumerate(use.at):
                second = at + -(-(first - at) // DAY) * DAY
                key = Number.RATION + 64 * number + each
                self.operation.at(second, Rank.CALENDAR, key, self.space.index, self.ration, (key, use))

    def turn(self, _: Due | None = None) -> None:
        """The number of places changes; nobody is put out."""
        self.places = int(self.next_turn[1])
        upcoming = next(self.turns, None)
        if upcoming is not None:
            self.next_turn = upcoming
            self.operation.at(upcoming[0], Rank.CALENDAR, Number.PLACES, self.space.index, self.turn, None)
        self.operation.freed |= self.bit

    def come(self, household: int) -> bool:
        """A household comes to the space; False if it is held before it."""
        now, size = self.operation.now, self.operation.persons[household]
        stay = self.stays[household] = [now, NEVER]
        if not self.line and self.inside + size <= self.places:
            self.inside += size
            stay[1] = now
            return True
        heappush(self.line, (now, household))
        self.outside += size
        return self.space.when_full is WhenFull.OUTSIDE

    def leave(self, household: int) -> None:
        """A household leaves the space, from inside or from outside."""
        came, entered = self.stays.pop(household)
        size = self.operation.persons[household]
        if entered == NEVER:
            self.outside -= size
        else:
            self.inside -= size
        self.operation.stays.append((self.space.index, household, came, entered, self.operation.now))
        if self.line:
            self.operation.freed |= self.bit

    def serve(self) -> None:
        """Let in who has a place now, in order."""
        operation, line = self.operation, self.line
        while line:
            came, household = line[0]
            stay = self.stays.get(household)
            if stay is None or stay[0] != came or stay[1] != NEVER:
                heappop(line)
                continue
            size = operation.persons[household]
            if self.inside + size > self.places:
                break
            heappop(line)
            self.inside += size
            self.outside -= size
            stay[1] = operation.now
            if self.space.when_full is WhenFull.HOLD:
                operation.resume(household, 0)

    def ration(self, event: Due) -> None:
        """The people in the space, inside and outside, use their share of a stock, as far as it goes."""
        key, use = event.what
        operation = self.operation
        held = self.outside if self.space.when_full is WhenFull.OUTSIDE else 0
        stock = operation.stocks[use.stock]
        wanted = use.per_person * (self.inside + held)
        given = min(wanted, stock.on_hand)
        if given:
            stock.move(Entry.ISSUED, given, -2 - self.space.index)
        if given < wanted:
            stock.move(Entry.UNMET, wanted - given, -2 - self.space.index)
        operation.at(operation.now + DAY, Rank.CALENDAR, key, self.space.index, self.ration, event.what)
