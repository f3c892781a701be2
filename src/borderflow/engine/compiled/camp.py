"""Spaces by the calendar: how many places there are, and what the people in them use."""

from __future__ import annotations

from borderflow.engine.compiled.calendar import PLACES, RATION, plan
from borderflow.engine.compiled.kernel import compiled
from borderflow.engine.compiled.marks import free
from borderflow.engine.compiled.records import FIRST, NOW
from borderflow.engine.compiled.stock import ISSUED, UNMET, enter
from borderflow.engine.compiled.world import World
from borderflow.engine.order import Number

DAY = 86_400
NUMBER_PLACES = int(Number.PLACES)


@compiled
def open_space(w: World, index: int) -> None:
    """The first number of places, and the first day's uses."""
    turn_space(w, index)
    for row in range(len(w.uses)):
        use = w.uses[row]
        if use.space == index:
            second = use.at + -(-(w.n[FIRST] - use.at) // DAY) * DAY
            plan(w, second, use.key, index, RATION, row)


@compiled
def turn_space(w: World, index: int) -> None:
    """The number of places changes; nobody is put out."""
    space = w.spaces[index]
    space.places = int(w.turns[space.turn].value)
    space.turn += 1
    if space.turn < space.turns:
        plan(w, w.turns[space.turn].second, NUMBER_PLACES, index, PLACES, index)
    free(w, index)


@compiled
def ration(w: World, row: int) -> None:
    """The people in the space, inside and outside, use their share of a stock, as far as it goes."""
    use = w.uses[row]
    space = w.spaces[use.space]
    held = 0 if space.holds else space.outside
    wanted = use.per_person * (space.inside + held)
    given = min(wanted, w.stocks[use.stock].on_hand)
    if given:
        enter(w, use.stock, ISSUED, given, -2 - use.space)
    if given < wanted:
        enter(w, use.stock, UNMET, wanted - given, -2 - use.space)
    plan(w, w.n[NOW] + DAY, use.key, use.space, RATION, row)
