"""Triggers: at midnight they look at what the operation sees, and act after their notice."""

from __future__ import annotations

from borderflow.engine.compiled.calendar import ACT, ACTED, DELIVERY, MIDNIGHT, expect, first_open, plan
from borderflow.engine.compiled.kernel import compiled
from borderflow.engine.compiled.line import staff
from borderflow.engine.compiled.records import FIRED, FULL, MOST_CHANGES, NOW, PENDINGS, STATUS, WHICH
from borderflow.engine.compiled.stock import RECEIVED, come_in
from borderflow.engine.compiled.world import World
from borderflow.engine.journal import NEVER
from borderflow.engine.order import Number
from borderflow.network.network import Moves, Sees

DAY = 86_400
SEES_CROSSED, SEES_QUEUE, SEES_INSIDE = int(Sees.CROSSED), int(Sees.QUEUE), int(Sees.INSIDE)
MOVES_DESKS, MOVES_DELIVERY = int(Moves.DESKS), int(Moves.DELIVERY)
NUMBER_ACT, NUMBER_MIDNIGHT = int(Number.ACT), int(Number.MIDNIGHT)
BEYOND = 2**62


@compiled
def midnight(w: World) -> None:
    """Every trigger looks at the day that has ended."""
    for index in range(len(w.triggers)):
        look(w, index)
    for crossing in range(len(w.crossed)):
        w.crossed[crossing] = 0
    plan(w, w.n[NOW] + DAY, NUMBER_MIDNIGHT, 0, MIDNIGHT, 0)


@compiled
def look(w: World, index: int) -> None:
    trigger = w.triggers[index]
    first = trigger.until if trigger.active else trigger.when
    last = trigger.watches if trigger.active else trigger.until
    if first == last:
        return
    everything = True
    for row in range(first, last):
        watch = w.watches[row]
        seen = seen_by(w, watch.sees, watch.place)
        holds = seen > watch.limit if watch.above else seen < watch.limit
        watch.held = watch.held + 1 if holds else 0
        if watch.held < watch.days:
            everything = False
    if not everything:
        return
    for row in range(first, last):
        w.watches[row].held = 0
    if trigger.active:
        undo(w, index)
    elif trigger.repeat or trigger.firings == 0:
        fire(w, index)


@compiled
def seen_by(w: World, sees: int, place: int) -> float:
    if sees == SEES_CROSSED:
        return float(w.crossed[place])
    if sees == SEES_QUEUE:
        return float(w.stations[place].waiting)
    if sees == SEES_INSIDE:
        return float(w.present[place])
    return float(w.stocks[place].on_hand)


@compiled
def fire(w: World, index: int) -> None:
    n, trigger = w.n, w.triggers[index]
    trigger.active = 1
    trigger.firings += 1
    trigger.row = n[FIRED]
    row = w.fired[n[FIRED]]
    row.trigger, row.fired, row.acted, row.undone = index, n[NOW], NEVER, NEVER
    n[FIRED] += 1
    for act in range(trigger.act, trigger.acts):
        at_opening(w, index, act, n[NOW] + trigger.notice, 1)


@compiled
def undo(w: World, index: int) -> None:
    trigger = w.triggers[index]
    trigger.active = 0
    w.fired[trigger.row].undone = w.n[NOW]
    for act in range(trigger.act, trigger.acts):
        if w.acts[act].moves != MOVES_DELIVERY:
            at_opening(w, index, act, w.n[NOW], 0)


@compiled
def at_opening(w: World, index: int, which: int, second: int, on: int) -> None:
    """Put an act on the calendar: for desks at the next opening, else at once."""
    n, trigger, act = w.n, w.triggers[index], w.acts[which]
    if act.moves == MOVES_DESKS:
        second = next_opening(w, act.place, second)
    if act.moves == MOVES_DELIVERY:
        stock = w.stocks[act.place]
        second = first_open(w.stretches, stock.shut_from, stock.shut_to, second)
    elif second == n[NOW]:
        do(w, which, trigger.row, on)
        return
    if n[PENDINGS] == len(w.pending):
        n[STATUS], n[WHICH] = FULL, PENDINGS
        return
    made = n[PENDINGS]
    n[PENDINGS] += 1
    w.pending[made].act, w.pending[made].row, w.pending[made].on = which, trigger.row, on
    key = NUMBER_ACT + (index << 8 | (which - trigger.act) << 1 | on)
    if act.moves == MOVES_DELIVERY:
        expect(w, second, DELIVERY, key, act.place, ACTED, made)
    else:
        plan(w, second, key, act.place, ACT, made)


@compiled
def acts(w: World, made: int) -> None:
    pending = w.pending[made]
    do(w, pending.act, pending.row, pending.on)


@compiled
def do(w: World, which: int, row: int, on: int) -> None:
    act = w.acts[which]
    if on and act.moves != MOVES_DELIVERY and w.fired[row].undone != NEVER:
        return  # undone before it could act
    if on and w.fired[row].acted == NEVER:
        w.fired[row].acted = w.n[NOW]
    if act.moves == MOVES_DELIVERY:
        come_in(w, act.place, RECEIVED, int(act.value), -1)
        return
    station, first = w.stations[act.place], act.place * w.n[MOST_CHANGES]
    if on:
        if station.changes == w.n[MOST_CHANGES]:
            w.n[STATUS], w.n[WHICH] = FULL, MOST_CHANGES
            return
        w.changes[first + station.changes] = which
        station.changes += 1
    else:
        for place in range(station.changes):
            if w.changes[first + place] == which:
                for later in range(place, station.changes - 1):
                    w.changes[first + later] = w.changes[first + later + 1]
                station.changes -= 1
                break
    staff(w, act.place)


@compiled
def next_opening(w: World, index: int, second: int) -> int:
    """First second at or after ``second`` at which the station opens; at once if it never closes."""
    station = w.stations[index]
    always = True
    before = 0.0
    # ``turn`` moves on as the clock does: the first turn of all is found by its own row.
    for row in range(station.first_turn, station.turns):
        turn = w.turns[row]
        if row > station.first_turn and turn.value > 0 and before == 0 and turn.second >= second:
            return int(turn.second)
        if turn.value <= 0:
            always = False
        before = turn.value
    return second if always else BEYOND
