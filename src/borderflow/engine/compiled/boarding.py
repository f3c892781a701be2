"""A boarding place: one line per destination, common vehicles."""

from __future__ import annotations

from borderflow.engine.compiled.calendar import DEPARTURE, HALF, LOW, RETURN, RETURNED, TIMER, expect
from borderflow.engine.compiled.fund import TRIP, claim, pays
from borderflow.engine.compiled.journey import SERVED, WAITING, go_on
from borderflow.engine.compiled.kernel import compiled
from borderflow.engine.compiled.line import IN_SERVICE, set_patience
from borderflow.engine.compiled.marks import touch
from borderflow.engine.compiled.records import LOADS, MORE_DRAWS, NO_TRIP, NOW, STATUS, TRIPS, WHICH
from borderflow.engine.compiled.world import World


@compiled
def serve_boarding(w: World, index: int) -> None:
    """Board whom the vehicles have room for, as long as that goes on. In a closure of people nobody boards."""
    station = w.stations[index]
    if station.fund >= 0:
        leave_once_paid(w, index)
    while not station.shut and w.n[STATUS] == 0:
        if not (fill_open_loads(w, index) or open_load(w, index)):
            break
    if station.newcomers:
        set_patience(w, index)


@compiled
def leave_once_paid(w: World, index: int) -> None:
    """Vehicles that were to leave and wait for the money of their trip leave if it is there."""
    for row in range(w.stations[index].board, w.stations[index].boards):
        made = w.boards[row].load
        if made >= 0 and w.loads[made].claimed:
            depart(w, made)


@compiled
def head(w: World, row: int) -> int:
    """Place in line of the next household of a boarding line, -1 if none waits."""
    board = w.boards[row]
    while board.head < board.tail and w.visits[w.lines[board.head] & LOW].fate != WAITING:
        board.head += 1
    return w.lines[board.head] if board.head < board.tail else -1


@compiled
def fill_open_loads(w: World, index: int) -> bool:
    """Board whom the open vehicles have room for; True if one left."""
    station = w.stations[index]
    left = False
    for destination in range(station.boards - station.board):
        row = station.board + destination
        made = w.boards[row].load
        while made >= 0 and not w.loads[made].gone and w.n[STATUS] == 0:
            place = head(w, row)
            if place < 0:
                break
            visit = place & LOW
            if w.visits[visit].size > w.loads[made].seats:
                if not depart(w, made):
                    break
                left = True
            else:
                board_one(w, made, visit)
                left = left or w.loads[made].gone
    return left


@compiled
def open_load(w: World, index: int) -> bool:
    """Give a free vehicle to the line whose head has waited longest; True if there was one to give."""
    n, station = w.n, w.stations[index]
    first = -1
    for row in range(station.board, station.boards):
        if w.boards[row].load < 0:
            place = head(w, row)
            if place >= 0 and (first < 0 or place < first):
                first = place
    if first < 0:
        return False
    visit = first & LOW
    who = w.persons[w.visits[visit].household]
    vehicles = -(-who.size // station.seats)
    if station.desks - station.busy < vehicles:
        return False
    made = n[LOADS]
    n[LOADS] += 1
    load = w.loads[made]
    load.number, load.station, load.destination = station.loaded, index, who.destination
    load.opened, load.vehicles, load.seats = n[NOW], vehicles, vehicles * station.seats
    load.head = load.tail = -1
    load.gone = load.claimed = load.persons = load.households = 0
    station.loaded += 1
    station.busy += vehicles
    w.boards[station.board + who.destination].load = made
    board_one(w, made, visit)
    if not load.gone:
        expect(w, load.opened + station.leave_after, DEPARTURE, load.number, index, TIMER, made)
    return True


@compiled
def board_one(w: World, made: int, visit: int) -> None:
    load, here = w.loads[made], w.visits[visit]
    size = here.size
    here.fate = IN_SERVICE
    here.started = w.n[NOW]
    w.stations[here.station].waiting -= size
    w.details[visit].next = -1
    if load.head < 0:
        load.head = visit
    else:
        w.details[load.tail].next = visit
    load.tail = visit
    load.households += 1
    load.persons += size
    load.seats -= size
    if load.seats == 0:
        depart(w, made)


@compiled
def timed_out(w: World, made: int) -> None:
    if not w.loads[made].gone:
        depart(w, made)
        touch(w, w.loads[made].station)


@compiled
def depart(w: World, made: int) -> bool:
    """The vehicles leave, and their households are on their way; False if they cannot leave yet."""
    n, load = w.n, w.loads[made]
    station = w.stations[load.station]
    row = station.board + load.destination
    board = w.boards[row]
    if station.fund >= 0:
        which = len(w.stations) + len(w.stocks) + row
        if not load.claimed:
            load.claimed = 1
            claim(w, which, TRIP, station.fare * load.vehicles, load.station, load.number)
        if not pays(w, station.fund, which):
            return False
        load.claimed = 0
    load.gone = 1
    board.load = -1
    if board.sequence < 0:
        n[STATUS], n[WHICH] = NO_TRIP, station.fleet
        return True
    sequence = w.sequences[board.sequence]
    if board.trips >= sequence.count:
        n[STATUS], n[WHICH] = MORE_DRAWS, board.sequence
        return True
    seconds = w.draws[sequence.first + board.trips]
    board.trips += 1
    trip = w.trips[n[TRIPS]]
    trip.fleet, trip.destination, trip.opened, trip.departed = station.fleet, load.destination, load.opened, n[NOW]
    trip.returned, trip.vehicles = n[NOW] + seconds, load.vehicles
    trip.households, trip.persons = load.households, load.persons
    n[TRIPS] += 1
    what = load.station << HALF | load.vehicles
    expect(w, n[NOW] + seconds, RETURNED, load.number, load.station, RETURN, what)
    visit = load.head
    while visit >= 0:
        following = w.details[visit].next
        here = w.visits[visit]
        here.fate = SERVED
        here.ended = n[NOW]
        go_on(w, visit, SERVED)
        visit = following
    return True


@compiled
def came_back(w: World, what: int) -> None:
    index = what >> HALF
    w.stations[index].busy -= what & LOW
    touch(w, index)
