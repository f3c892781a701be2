"""A household's way through the stations, and the spaces that it is in on its way."""

from __future__ import annotations

from borderflow.engine.compiled.calendar import HALF, LOW
from borderflow.engine.compiled.heaps import line_up
from borderflow.engine.compiled.kernel import compiled, inlined
from borderflow.engine.compiled.marks import free, touch
from borderflow.engine.compiled.records import ENTERS, FINAL, FIRST, GONE, HERE, LEAVES, NEVER, NOW, PATIENT, URGENT
from borderflow.engine.compiled.world import World
from borderflow.engine.journal import Fate, Outcome

WAITING, SERVED = int(Fate.WAITING), int(Fate.SERVED)
GAVE_UP_PATIENCE, GAVE_UP_SHORT, NOT_ADMITTED = (
    int(fate) for fate in (Fate.GAVE_UP_PATIENCE, Fate.GAVE_UP_SHORT, Fate.NOT_ADMITTED)
)
COMPLETED, LEFT, REFUSED = (int(one) for one in (Outcome.COMPLETED, Outcome.GAVE_UP, Outcome.NOT_ADMITTED))


@inlined
def place_in_line(w: World, visit: int) -> int:
    """What orders a line: the second of joining, then the visit; visits are numbered in the order of households."""
    return int((w.n[NOW] - w.n[FIRST]) << HALF | visit)


@inlined
def begin(w: World, household: int) -> None:
    """A household has reached the crossing."""
    who = w.persons[household]
    w.present[who.crossing] += who.size
    who.pending = 0
    if who.visit < who.last:
        go_to(w, household, who.visit)
    else:
        leave(w, household, COMPLETED)


@inlined
def go_to(w: World, household: int, visit: int) -> None:
    """To its next station, through the spaces before it."""
    if w.visits[visit].marks & ENTERS:
        who, entering = w.persons[household], w.details[visit].enters
        who.visit = visit
        who.inside |= entering
        who.pending = entering
        if not enter_spaces(w, household):
            return
    join(w, visit)


@compiled
def enter_spaces(w: World, household: int) -> bool:
    """Come to the spaces that are left to come to; False if it is held before one."""
    who = w.persons[household]
    index = 0
    while who.pending:
        if who.pending & (1 << index):
            who.pending &= ~(1 << index)
            if not come(w, index, household):
                who.yard = 1
                return False
        index += 1
    return True


@inlined
def join(w: World, visit: int) -> None:
    """Join the line of the station."""
    n, here = w.n, w.visits[visit]
    index = here.station
    station = w.stations[index]
    here.joined = n[NOW]
    here.fate = WAITING
    place = place_in_line(w, visit)
    station.waiting += here.size
    if station.board >= 0:
        board = w.boards[station.board + w.persons[here.household].destination]
        line_up(w.lines, board.head, board.tail, place)
        board.tail += 1
    elif here.marks & URGENT:
        line_up(w.lines, station.first_head, station.first_tail, place)
        station.first_tail += 1
    else:
        line_up(w.lines, station.head, station.tail, place)
        station.tail += 1
    if here.marks & PATIENT:
        w.newcomers[station.clocks + station.newcomers] = visit
        station.newcomers += 1
    touch(w, index)


@inlined
def go_on(w: World, visit: int, fate: int) -> None:
    """A visit has ended: its household goes on, or leaves."""
    here = w.visits[visit]
    household = here.household
    if fate in (GAVE_UP_PATIENCE, GAVE_UP_SHORT, NOT_ADMITTED):
        leave_spaces(w, household, w.persons[household].inside)
        leave(w, household, REFUSED if fate == NOT_ADMITTED else LEFT)
        return
    if here.marks & LEAVES:
        leaving = w.details[visit].leaves
        leave_spaces(w, household, leaving)
        w.persons[household].inside &= ~leaving
    if here.marks & FINAL:
        leave(w, household, COMPLETED)
    else:
        go_to(w, household, visit + 1)


@inlined
def leave(w: World, household: int, outcome: int) -> None:
    who = w.persons[household]
    who.outcome = outcome
    who.left = w.n[NOW]
    w.present[who.crossing] -= who.size


@compiled
def quit_line(w: World, visit: int, fate: int) -> None:
    """Leave the line unserved. The place in the queue is dropped when it comes to the head."""
    here = w.visits[visit]
    here.fate = fate
    here.ended = w.n[NOW]
    w.stations[here.station].waiting -= here.size
    go_on(w, visit, fate)


# -- spaces ------------------------------------------------------------------------------------------------------------


@inlined
def stay_of(w: World, space: int, household: int) -> int:
    """Row of a household's stay in a space."""
    return household * len(w.spaces) + space


@compiled
def come(w: World, index: int, household: int) -> bool:
    """A household comes to a space; False if it is held before it."""
    n, space, stay = w.n, w.spaces[index], w.stays[stay_of(w, index, household)]
    size = w.persons[household].size
    stay.state, stay.came, stay.entered, stay.left = HERE, n[NOW], NEVER, NEVER
    if space.head == space.tail and space.inside + size <= space.places:
        space.inside += size
        stay.entered = n[NOW]
        return True
    line_up(w.yards, space.head, space.tail, (n[NOW] - n[FIRST]) << HALF | household)
    space.tail += 1
    space.outside += size
    return not space.holds


@compiled
def leave_spaces(w: World, household: int, spaces: int) -> None:
    n, index = w.n, 0
    size = w.persons[household].size
    while spaces:
        if spaces & (1 << index):
            spaces &= ~(1 << index)
            space, stay = w.spaces[index], w.stays[stay_of(w, index, household)]
            if stay.entered == NEVER:
                space.outside -= size
            else:
                space.inside -= size
            stay.state, stay.left = GONE, n[NOW]
            free(w, index)
        index += 1


@compiled
def let_in(w: World, index: int) -> None:
    """Let into a space who has a place now, in order."""
    n, space = w.n, w.spaces[index]
    while space.head < space.tail:
        household = w.yards[space.head] & LOW
        stay, size = w.stays[stay_of(w, index, household)], w.persons[household].size
        if stay.state == HERE and stay.entered == NEVER:
            if space.inside + size > space.places:
                break
            space.head += 1
            space.inside += size
            space.outside -= size
            stay.entered = n[NOW]
            if space.holds:
                who = w.persons[household]
                who.yard = 0
                if enter_spaces(w, household):
                    join(w, who.visit)
        else:
            space.head += 1
