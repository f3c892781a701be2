"""Triggers in the SimPy model: at midnight they look at what the operation sees, and act after their notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from borderflow.engine.journal import NEVER, Entry
from borderflow.engine.order import Due, Number, Rank
from borderflow.engine.stock import first_open
from borderflow.network import network as net
from borderflow.network.network import Moves, Sees

if TYPE_CHECKING:
    from borderflow.engine.operation import Operation

DAY = 86_400


class Trigger:
    """Fires once (or again after it was undone, with ``repeat``) when its conditions have held for their days."""

    def __init__(self, operation: Operation, trigger: net.Trigger) -> None:
        self.operation = operation
        self.trigger = trigger
        self.held = [0] * len(trigger.when)  # midnights in a row on which each condition held
        self.held_until = [0] * len(trigger.until)
        self.active = False
        self.firings = 0
        self.row: list[int] = []

    def midnight(self, crossed: list[int]) -> None:
        """Look at the day that has ended."""
        watches, held = (self.trigger.until, self.held_until) if self.active else (self.trigger.when, self.held)
        if not watches:
            return
        for place, watch in enumerate(watches):
            seen = self.look(watch, crossed)
            holds = seen > watch.limit if watch.above else seen < watch.limit
            held[place] = held[place] + 1 if holds else 0
        if all(days >= watch.days for days, watch in zip(held, watches, strict=True)):
            held[:] = [0] * len(held)
            if self.active:
                self.undo()
            elif self.trigger.repeat or not self.firings:
                self.fire()

    def look(self, watch: net.Watch, crossed: list[int]) -> float:
        operation = self.operation
        match watch.sees:
            case Sees.CROSSED:
                return crossed[watch.place]
            case Sees.QUEUE:
                return operation.waiting_at(watch.place)
            case Sees.INSIDE:
                return operation.present[watch.place]
            case _:
                return operation.stocks[watch.place].on_hand

    def fire(self) -> None:
        operation, now = self.operation, self.operation.now
        self.active = True
        self.firings += 1
        self.row = [self.trigger.index, now, NEVER, NEVER]
        operation.fired.append(self.row)
        for number, act in enumerate(self.trigger.acts):
            self.at_opening(act, now + self.trigger.notice, number, True)

    def undo(self) -> None:
        self.active = False
        self.row[3] = self.operation.now
        for number, act in enumerate(self.trigger.acts):
            if act.moves is not Moves.DELIVERY:
                self.at_opening(act, self.operation.now, number, False)

    def at_opening(self, act: net.Act, second: int, number: int, on: bool) -> None:
        """Put an act on the calendar: for desks at the next opening, else at once."""
        operation = self.operation
        if act.moves is Moves.DESKS:
            second = next_opening(operation.network.stations[act.place].desks, second)
        if act.moves is Moves.DELIVERY:
            second = first_open(second, operation.network.stocks[act.place].shut)
        elif second == operation.now:
            self.act((act, on, self.row))
            return
        rank = Rank.DELIVERY if act.moves is Moves.DELIVERY else Rank.CALENDAR
        key = Number.ACT + (self.trigger.index << 8 | number << 1 | on)
        operation.at(second, rank, key, act.place, self.acts, (act, on, self.row))

    def acts(self, event: Due) -> None:
        self.act(event.what)

    def act(self, what: tuple[net.Act, bool, list[int]]) -> None:
        act, on, row = what
        operation = self.operation
        if on and act.moves is not Moves.DELIVERY and row[3] != NEVER:
            return  # undone before it could act
        if on and row[2] == NEVER:
            row[2] = operation.now
        if act.moves is Moves.DELIVERY:
            stock = operation.stocks[act.place]
            stock.come_in(Entry.RECEIVED, int(act.value), -1)
            return
        stations = operation.places
        place = stations[act.place] if act.moves is Moves.DESKS else operation.boarding_of(act.place)
        changes = place.changes
        if on:
            changes.append(act)
        elif act in changes:
            changes.remove(act)
        place.apply()


def next_opening(desks: net.Calendar, second: int) -> int:
    """First second at or after ``second`` at which the station opens; at once if it never closes."""
    opens = desks.second[1:][(desks.value[1:] > 0) & (desks.value[:-1] == 0)]
    later = opens[opens >= second]
    if len(later):
        return int(later[0])
    return second if np.all(desks.value > 0) else 2**62
