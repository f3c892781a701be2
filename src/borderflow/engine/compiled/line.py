"""A station's line: who is served, patience, stock clocks, opening hours."""

from __future__ import annotations

from borderflow.engine.compiled.calendar import (
    DEADLINE,
    HALF,
    LOW,
    RETURN,
    RETURNED,
    SHORT,
    SHUT,
    TIRED,
    TURN,
    expect,
    expect_completion,
    plan,
)
from borderflow.engine.compiled.fund import GRANT, claim, pays, spare, spend, times, withdraw
from borderflow.engine.compiled.heaps import pop, push
from borderflow.engine.compiled.journey import NOT_ADMITTED, SERVED, WAITING, go_on, quit_line
from borderflow.engine.compiled.kernel import compiled, inlined
from borderflow.engine.compiled.marks import touch
from borderflow.engine.compiled.records import AHEAD, ARMED, EXCUSED, FIRST, MOST_CHANGES, NEVER, NOW, PATIENT, STATUS
from borderflow.engine.compiled.stock import ISSUED, enter
from borderflow.engine.compiled.world import World, fetch
from borderflow.engine.journal import Fate
from borderflow.engine.order import Number
from borderflow.network.network import Short

IN_SERVICE, MISSED_SHORT, GAVE_UP_SHORT = int(Fate.IN_SERVICE), int(Fate.MISSED_SHORT), int(Fate.GAVE_UP_SHORT)
SKIP, GO_ON, PARTIAL = int(Short.SKIP), int(Short.GO_ON), int(Short.PARTIAL)
NUMBER_SHUT = int(Number.SHUT)
SET, ADD, TIMES = 0, 1, 2
"""Operations of an act."""


# -- opening hours -----------------------------------------------------------------------------------------------------


@compiled
def open_station(w: World, index: int) -> None:
    """The first turn of the calendar, the closures of people that are known, and the vehicles on the road already."""
    n, station = w.n, w.stations[index]
    turn_station(w, index)
    for number in range(station.shut_to - station.shut_from):
        stretch = w.stretches[station.shut_from + number]
        if stretch.end <= n[FIRST]:
            continue
        plan(w, max(stretch.first, n[FIRST]), NUMBER_SHUT + (number << 1 | 1), index, SHUT, index << 1 | 1)
        plan(w, max(stretch.end, n[FIRST]), NUMBER_SHUT + (number << 1), index, SHUT, index << 1)
    for row in range(station.away, station.aways):
        back = w.aways[row]
        station.busy += back.quantity
        expect(w, back.second, RETURNED, station.loaded, index, RETURN, index << HALF | back.quantity)
        station.loaded += 1


@compiled
def turn_station(w: World, index: int) -> None:
    """Desks, pace or vehicles change: opening, closing, a shift, a dated capacity."""
    station = w.stations[index]
    turn = w.turns[station.turn]
    station.rostered, station.pace = int(turn.value), turn.pace
    station.turn += 1
    if station.turn < station.turns:
        plan(w, w.turns[station.turn].second, 0, index, TURN, index)
    staff(w, index)


@compiled
def staff(w: World, index: int) -> None:
    """The desks or vehicles there are now: the roster with what triggers have changed."""
    station = w.stations[index]
    number = float(station.rostered)
    if station.board >= 0 or station.rostered:
        for row in range(station.changes):
            act = w.acts[w.changes[index * w.n[MOST_CHANGES] + row]]
            if act.operation == SET:
                number = act.value
            elif act.operation == ADD:
                number += act.value
            else:
                number *= act.value
    station.desks = max(0, int(number))
    touch(w, index)


@compiled
def shut_station(w: World, what: int) -> None:
    """A closure of people begins or ends: nobody starts in it, though the desks are staffed."""
    w.stations[what >> 1].shut = what & 1
    touch(w, what >> 1)


# -- patience ----------------------------------------------------------------------------------------------------------


@inlined
def set_patience(w: World, index: int) -> None:
    """Start the clocks of those who came and were not served at once; the earliest goes on the calendar."""
    station = w.stations[index]
    for number in range(station.newcomers):
        visit = w.newcomers[station.clocks + number]
        here = w.visits[visit]
        if here.fate == WAITING:
            second = here.joined + w.details[visit].patience - w.n[FIRST]
            push(w.clocks, station.clocks, station.clocked, second << HALF | visit)
            station.clocked += 1
    station.newcomers = 0
    expect_clock(w, index)


@inlined
def expect_clock(w: World, index: int) -> None:
    station = w.stations[index]
    while station.clocked and w.visits[w.clocks[station.clocks] & LOW].fate != WAITING:
        pop(w.clocks, station.clocks, station.clocked)
        station.clocked -= 1
    if not station.clocked:
        return
    first = w.clocks[station.clocks]
    # Events that are there already look on when they come; each new one is earlier than all of them.
    if station.expected == 0 or first < w.calendar[station.clocks + station.expected - 1]:
        w.calendar[station.clocks + station.expected] = first
        station.expected += 1
        household = w.visits[first & LOW].household
        expect(w, (first >> HALF) + w.n[FIRST], DEADLINE, household, index, TIRED, index)


@compiled
def lost_patience(w: World, index: int) -> None:
    station = w.stations[index]
    station.expected -= 1
    visit = w.calendar[station.clocks + station.expected] & LOW
    if w.visits[visit].fate == WAITING:
        quit_line(w, visit, station.tired)
        touch(w, index)
    expect_clock(w, index)


# -- the line ----------------------------------------------------------------------------------------------------------


@inlined
def serve(w: World, index: int) -> None:
    """Start whom the free desks can take; nobody overtakes a head of line that waits for stock."""
    station = w.stations[index]
    station.asked = 0
    if station.desks == 0 and station.turns_away:
        turn_away(w, index)
    while station.busy < station.desks and not station.shut and w.n[STATUS] == 0:
        visit = head_of_line(w, index)
        if visit < 0:
            break
        here = w.visits[visit]
        if here.fate != WAITING:
            move_up(w, index)
        elif station.takes > station.take and not here.clock & EXCUSED and short(w, index, visit):
            if not give_way(w, index, visit):
                break
        else:
            move_up(w, index)
            start(w, index, visit)
    station.called = 0
    if station.newcomers:
        set_patience(w, index)
    if station.claimed and not (station.asked and w.visits[w.claims[index].reference].fate == WAITING):
        drop(w, index)


@inlined
def head_of_line(w: World, index: int) -> int:
    """The visit that comes next, whether it still waits or has left the line; -1 for an empty line."""
    station = w.stations[index]
    if station.first_head < station.first_tail:
        return int(w.lines[station.first_head] & LOW)
    return int(w.lines[station.head] & LOW) if station.head < station.tail else -1


@inlined
def move_up(w: World, index: int) -> None:
    """Take the head off the line."""
    station = w.stations[index]
    if station.first_head < station.first_tail:
        station.first_head += 1
    else:
        station.head += 1


@compiled
def turn_away(w: World, index: int) -> None:
    visit = head_of_line(w, index)
    while visit >= 0:
        move_up(w, index)
        if w.visits[visit].fate == WAITING:
            quit_line(w, visit, NOT_ADMITTED)
        visit = head_of_line(w, index)


@inlined
def start(w: World, index: int, visit: int) -> None:
    n, station, here = w.n, w.stations[index], w.visits[visit]
    station.busy += 1
    here.fate = IN_SERVICE
    here.started = n[NOW]
    station.waiting -= here.size
    if station.takes > station.take:
        take(w, index, visit)
    fetch(w.visits, visit + 1)
    fetch(w.details, visit + 1)
    if station.head < station.tail:
        fetch(w.visits, w.lines[station.head] & LOW)
        fetch(w.lines, station.head + AHEAD)
    seconds = max(1, int(here.service * station.pace + 0.5))
    expect_completion(w, n[NOW] + seconds, visit)


@inlined
def complete(w: World, visit: int) -> None:
    """A service ends: its desk is free, then the household goes on."""
    here = w.visits[visit]
    index = here.station
    station = w.stations[index]
    station.busy -= 1
    here.fate = SERVED
    here.ended = w.n[NOW]
    if station.head < station.tail or station.first_head < station.first_tail:
        touch(w, index)
    if station.counts:
        w.crossed[station.crossing] += here.size
    go_on(w, visit, SERVED)


# -- what it takes from stock ------------------------------------------------------------------------------------------


@inlined
def short(w: World, index: int, visit: int) -> bool:
    """Whether the stock does not cover what the household takes."""
    station = w.stations[index]
    size = w.visits[visit].size
    for row in range(station.take, station.takes):
        needed = w.takes[row]
        if w.stocks[needed.stock].on_hand < needed.fixed + needed.each * size:
            return True
    return station.fund >= 0 and unpaid(w, index, visit)


@compiled
def unpaid(w: World, index: int, visit: int) -> bool:
    """Whether the fund does not cover what the household takes; if it does, it is paid."""
    station = w.stations[index]
    if not station.claimed or w.claims[index].reference != visit:
        drop(w, index)
        cost = 0
        size = w.visits[visit].size
        for row in range(station.take, station.takes):
            needed = w.takes[row]
            if needed.per:
                cost += times(needed.fixed + needed.each * size, needed.amount, needed.per, 1)
        claim(w, index, GRANT, cost, index, visit)
        station.claimed = 1
    if pays(w, station.fund, index):
        station.claimed = 0
        return False
    station.asked = 1
    return True


@compiled
def drop(w: World, index: int) -> None:
    """The claim of this line, if it has one, no longer stands."""
    station = w.stations[index]
    if station.claimed:
        station.claimed = 0
        withdraw(w, station.fund, index)


@compiled
def give_way(w: World, index: int, visit: int) -> bool:
    """The head of the line is short: True if it need not wait (any more), False if it stays at the head."""
    n, station, here = w.n, w.stations[index], w.visits[visit]
    if station.short_wait < 0:
        return False
    second = max(n[NOW], here.joined + station.short_wait)
    if here.marks & PATIENT and w.details[visit].patience <= second - here.joined:
        return False  # patience ends the wait, now or before
    if n[NOW] < second or not station.called:
        # Deadlines come last in their second: what is delivered in it still serves, also where the wait has passed.
        if not here.clock & ARMED:
            here.clock |= ARMED
            expect(w, second, DEADLINE, here.household, index, SHORT, visit)
        return False
    if station.short_then == GO_ON or station.short_then == PARTIAL:
        here.clock |= EXCUSED
    else:
        quit_line(w, visit, MISSED_SHORT if station.short_then == SKIP else GAVE_UP_SHORT)
    return True


@compiled
def waited_for_stock(w: World, visit: int) -> None:
    here = w.visits[visit]
    here.clock &= ~ARMED
    w.stations[here.station].called = 1
    touch(w, here.station)


@compiled
def part(w: World, index: int, visit: int, row: int, whole: int) -> int:
    """What there is of an item, and no more than the fund that pays it can pay now."""
    station, needed = w.stations[index], w.takes[row]
    quantity = min(whole, w.stocks[needed.stock].on_hand)
    if needed.per:
        own = index if station.claimed and w.claims[index].reference == visit else -1
        quantity = min(quantity, times(max(0, spare(w, station.fund, own)), needed.per, needed.amount, 0))
        spend(w, station.fund, GRANT, times(quantity, needed.amount, needed.per, 1), index, visit, NEVER)
    return int(quantity)


@inlined
def take(w: World, index: int, visit: int) -> None:
    station, here = w.stations[index], w.visits[visit]
    size = here.size
    excused = here.clock & EXCUSED
    here.clock &= ~EXCUSED
    for row in range(station.take, station.takes):
        needed = w.takes[row]
        quantity = needed.fixed + needed.each * size
        if excused:
            whole = quantity
            quantity = part(w, index, visit, row, whole) if station.short_then == PARTIAL else 0
            if quantity < whole:
                here.without = 1
        if quantity:
            enter(w, needed.stock, ISSUED, quantity, visit)
