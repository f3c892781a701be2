"""The run: event after event, and after each the lines, spaces and stocks that it touched."""

from __future__ import annotations

from borderflow.engine.compiled.boarding import came_back, serve_boarding, timed_out
from borderflow.engine.compiled.calendar import (
    ACT,
    ACTED,
    BROUGHT,
    FLOW,
    HALF,
    LOSS,
    LOW,
    MIDNIGHT,
    PLACES,
    RATION,
    RECEIPT,
    RETURN,
    REVIEW,
    SEND,
    SHIPPED,
    SHORT,
    SHUT,
    STATIONS,
    SUPPLIED,
    TIMER,
    TIRED,
    TURN,
    plan,
)
from borderflow.engine.compiled.camp import DAY, open_space, ration, turn_space
from borderflow.engine.compiled.fund import money_came, open_fund
from borderflow.engine.compiled.heaps import pop, pop_event
from borderflow.engine.compiled.journey import begin, let_in
from borderflow.engine.compiled.kernel import compiled, entry, inlined
from borderflow.engine.compiled.line import (
    complete,
    lost_patience,
    open_station,
    serve,
    shut_station,
    turn_station,
    waited_for_stock,
)
from borderflow.engine.compiled.records import (
    AGENDA,
    AHEAD,
    ARRIVED,
    COMPLETIONS,
    END,
    EVENTS,
    FAR,
    FIRST,
    FREED,
    MOVED,
    NOW,
    STATUS,
    TOUCHED,
)
from borderflow.engine.compiled.stock import (
    lost,
    open_stock,
    plan_transfers,
    review,
    review_again,
    shipped,
    supplied,
    transfer_arrives,
    transfer_leaves,
)
from borderflow.engine.compiled.trigger import NUMBER_MIDNIGHT, acts, midnight
from borderflow.engine.compiled.world import World, fetch

BEFORE = FLOW << STATIONS
"""Keys below it come before arrivals and completions of the same second."""


@entry
def run(w: World) -> None:
    """Run to the end. ``n[STATUS]`` says whether it came there: it stops where a table is too small."""
    n = w.n
    start(w)
    while True:
        settle(w)
        if n[STATUS]:
            break
        completion = w.completions[0] if n[COMPLETIONS] else FAR
        arrival = w.arrivals[n[ARRIVED]]
        second = (min(arrival, completion) >> HALF) + n[FIRST]
        other = False
        if n[EVENTS]:
            event = w.events[0]
            if event.second < second or (event.second == second and event.key < BEFORE):
                second, other = event.second, True
        if n[AGENDA] and w.agenda[0].second <= second:
            turn_page(w, w.agenda[0].second)
        elif second >= n[END]:
            break
        else:
            n[NOW] = second
            if other:
                happen(w)
            elif arrival <= completion:  # of one household the arrival is the first of all events
                household = w.order[n[ARRIVED]]
                n[ARRIVED] += 1
                fetch(w.visits, w.arrivals[n[ARRIVED] + AHEAD] & LOW)
                fetch(w.persons, w.order[n[ARRIVED] + AHEAD])
                begin(w, household)
            else:
                pop(w.completions, 0, n[COMPLETIONS])
                n[COMPLETIONS] -= 1
                complete(w, completion & LOW)


@compiled
def start(w: World) -> None:
    """What stands there when the simulation begins."""
    n = w.n
    for fund in range(len(w.funds)):
        open_fund(w, fund)
    for stock in range(len(w.stocks)):
        open_stock(w, stock)
    for station in range(len(w.stations)):
        open_station(w, station)
    for space in range(len(w.spaces)):
        open_space(w, space)
    plan_transfers(w)
    if len(w.triggers):
        plan(w, -(-n[FIRST] // DAY) * DAY + DAY, NUMBER_MIDNIGHT, 0, MIDNIGHT, 0)


@compiled
def turn_page(w: World, second: int) -> None:
    """All that changes by the calendar in this second changes before anyone is served in it."""
    n = w.n
    n[NOW] = second
    while n[AGENDA] and w.agenda[0].second == second and n[STATUS] == 0:
        kind, what = w.agenda[0].kind, w.agenda[0].what
        pop_event(w.agenda, n[AGENDA])
        n[AGENDA] -= 1
        if kind == TURN:
            turn_station(w, what)
        elif kind == SHUT:
            shut_station(w, what)
        elif kind == LOSS:
            lost(w, what)
        elif kind == REVIEW:
            review_again(w, what)
        elif kind == PLACES:
            turn_space(w, what)
        elif kind == RATION:
            ration(w, what)
        elif kind == SEND:
            transfer_leaves(w, what)
        elif kind == ACT:
            acts(w, what)
        else:
            midnight(w)


@compiled
def happen(w: World) -> None:
    """The first of the other events."""
    kind, what = w.events[0].kind, w.events[0].what
    pop_event(w.events, w.n[EVENTS])
    w.n[EVENTS] -= 1
    if kind == TIRED:
        lost_patience(w, what)
    elif kind == SHORT:
        waited_for_stock(w, what)
    elif kind == TIMER:
        timed_out(w, what)
    elif kind == RETURN:
        came_back(w, what)
    elif kind == SUPPLIED:
        supplied(w, what)
    elif kind == SHIPPED:
        shipped(w, what)
    elif kind == BROUGHT:
        transfer_arrives(w, what)
    elif kind == ACTED:
        acts(w, what)
    elif kind == RECEIPT:
        money_came(w, what)


@inlined
def settle(w: World) -> None:
    """After an event: the stations that it touched serve, in journey order; then stocks are reviewed, once.

    An order that is paid, or no longer claims, may let a station go on in the same second.
    """
    n = w.n
    while n[STATUS] == 0:
        if n[FREED]:
            n[FREED] -= 1
            index = w.freed[n[FREED]]
            w.spaces[index].freed = 0
            let_in(w, index)
        elif n[TOUCHED]:
            n[TOUCHED] -= 1
            index = w.touched[n[TOUCHED]]
            w.stations[index].touched = 0
            if w.stations[index].board >= 0:
                serve_boarding(w, index)
            else:
                serve(w, index)
        elif n[MOVED]:
            review_stocks(w)
        else:
            break


@compiled
def review_stocks(w: World) -> None:
    """Review every stock that moved."""
    n = w.n
    while n[MOVED] and n[STATUS] == 0:
        n[MOVED] -= 1
        index = w.moved[n[MOVED]]
        w.stocks[index].moved = 0
        review(w, index)
