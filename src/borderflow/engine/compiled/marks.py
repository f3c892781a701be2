"""What has to be looked at once an event's movements are done: lines, spaces, stocks."""

from __future__ import annotations

from borderflow.engine.compiled.kernel import inlined
from borderflow.engine.compiled.records import FREED, MOVED, TOUCHED, Rows
from borderflow.engine.compiled.world import World


@inlined
def insert(marked: Rows, count: int, index: int) -> None:
    """Add an index to those marked; the lowest stands last, to be taken first."""
    at = count
    while at > 0 and marked[at - 1] < index:
        marked[at] = marked[at - 1]
        at -= 1
    marked[at] = index


@inlined
def touch(w: World, station: int) -> None:
    """Have the line of a station looked at."""
    if not w.stations[station].touched:
        w.stations[station].touched = 1
        insert(w.touched, w.n[TOUCHED], station)
        w.n[TOUCHED] += 1


@inlined
def free(w: World, space: int) -> None:
    """Have a space looked at, which may have a place to give."""
    if not w.spaces[space].freed:
        w.spaces[space].freed = 1
        insert(w.freed, w.n[FREED], space)
        w.n[FREED] += 1


@inlined
def look_over(w: World, stock: int) -> None:
    """Have a stock reviewed."""
    if not w.stocks[stock].moved:
        w.stocks[stock].moved = 1
        insert(w.moved, w.n[MOVED], stock)
        w.n[MOVED] += 1
