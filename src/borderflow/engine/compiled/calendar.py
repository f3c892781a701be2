"""What lies ahead, in four kinds: arrivals, completions, all other events, and the calendar's own agenda.

Most events are arrivals and completions. One number orders these: the second, then the visit, for visits are numbered
in the order of households and, within a household, of stations. Other events stand by (second, rank, id, station).
"""

from __future__ import annotations

from borderflow.engine.compiled.heaps import push, push_event
from borderflow.engine.compiled.kernel import compiled, inlined
from borderflow.engine.compiled.records import AGENDA, COMPLETIONS, END, EVENTS, FIRST, FULL, STATUS, WHICH, Rows
from borderflow.engine.compiled.world import World
from borderflow.engine.order import ID_BITS, STATION_BITS, Rank

# Kinds of events. The agenda's kinds follow the others'.
TIRED, SHORT, TIMER, RETURN, SUPPLIED, SHIPPED, BROUGHT, ACTED, RECEIPT = range(9)
TURN, SHUT, LOSS, REVIEW, PLACES, RATION, SEND, ACT, MIDNIGHT = range(20, 29)

HALF = 32
LOW = (1 << HALF) - 1
DELIVERY, RETURNED, FLOW, DEADLINE, DEPARTURE = (
    int(rank) << ID_BITS for rank in (Rank.DELIVERY, Rank.RETURN, Rank.FLOW, Rank.DEADLINE, Rank.DEPARTURE)
)
STATIONS = STATION_BITS


@inlined
def expect(w: World, second: int, rank: int, number: int, station: int, kind: int, what: int) -> None:
    """Put an event on the calendar, unless it lies beyond the end."""
    n = w.n
    if second >= n[END]:
        return
    if n[EVENTS] == len(w.events):
        n[STATUS], n[WHICH] = FULL, EVENTS
        return
    push_event(w.events, n[EVENTS], second, (rank | number) << STATIONS | station, kind, what)
    n[EVENTS] += 1


@inlined
def expect_completion(w: World, second: int, visit: int) -> None:
    """Put the end of a service on the calendar, unless it lies beyond the end."""
    n = w.n
    if second >= n[END]:
        return
    if n[COMPLETIONS] == len(w.completions):
        n[STATUS], n[WHICH] = FULL, COMPLETIONS
        return
    push(w.completions, 0, n[COMPLETIONS], (second - n[FIRST]) << HALF | visit)
    n[COMPLETIONS] += 1


@compiled
def plan(w: World, second: int, number: int, station: int, kind: int, what: int) -> None:
    """Enter a change of the calendar in the agenda, unless it lies beyond the end."""
    n = w.n
    if second >= n[END]:
        return
    if n[AGENDA] == len(w.agenda):
        n[STATUS], n[WHICH] = FULL, AGENDA
        return
    push_event(w.agenda, n[AGENDA], second, number << STATIONS | station, kind, what)
    n[AGENDA] += 1


@compiled
def first_open(stretches: Rows, first: int, end: int, second: int) -> int:
    """The first second at or after ``second`` that lies in no stretch of a row of closures."""
    for row in range(first, end):
        if stretches[row].first <= second < stretches[row].end:
            second = stretches[row].end
    return second
