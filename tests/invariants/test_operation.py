"""What holds for every operation, whatever its stations, stocks and vehicles: found by generated networks.

Times fall on whole minutes or five minutes, so that ties are common: they are what finds faults.
"""

from __future__ import annotations

import numpy as np
import pytest
from hand import Desk, Party, Shelf, Story, Vehicles, operation
from hypothesis import given, settings
from hypothesis import strategies as st

from borderflow.engine.journal import NEVER, Entry, Fate, Outcome
from borderflow.network.network import Closing, Short

NAMES = ("a", "b", "c", "bus")


def at(minute: int) -> str:
    return f"{minute // 1440} {minute % 1440 // 60:02d}:{minute % 60:02d}"


@st.composite
def parties(draw: st.DrawFn, tick: int) -> list[Party]:
    count = draw(st.integers(0, 14))
    minutes = sorted(draw(st.lists(st.integers(0, 1600 // tick), min_size=count, max_size=count)))
    some = st.integers(0, 60 // tick).map(lambda steps: steps * tick)
    found = []
    for minute in minutes:
        stations = draw(st.sets(st.sampled_from(NAMES), max_size=4))
        found.append(
            Party(
                arrives=at(minute * tick),
                minutes={name: draw(some) for name in stations},
                size=draw(st.integers(1, 9)),
                specific_needs=draw(st.booleans()),
                patience={name: draw(some) + tick for name in stations if draw(st.booleans())},
                to=draw(st.integers(0, 1)),
            )
        )
    return found


@st.composite
def desks(draw: st.DrawFn, name: str, tick: int) -> Desk:
    turns = sorted(draw(st.sets(st.integers(1, 2800 // tick), max_size=5)))
    staffed = [draw(st.integers(0, 3)) for _ in range(len(turns) + 1)]
    takes = draw(st.lists(st.sampled_from([("kit", 1, 0), ("kit", 0, 1), ("soap", 2, 0)]), max_size=2, unique=True))
    if len({take[0] for take in takes}) < len(takes):
        takes = takes[:1]
    return Desk(
        name,
        desks=list(zip(["00:00", *(at(turn * tick) for turn in turns)], staffed, strict=True)),
        closing=draw(st.sampled_from(Closing)),
        specific_needs_first=draw(st.booleans()),
        gave_up=draw(st.booleans()),
        takes=takes,
        short_wait=draw(st.sampled_from([-1, 0, tick, 30, 60])),
        short_then=draw(st.sampled_from(Short)),
        pace=[("00:00", 1.0), ("12:00", draw(st.sampled_from([0.5, 1.0, 2.0])))],
    )


@st.composite
def shelf(draw: st.DrawFn, name: str, tick: int) -> Shelf:
    when = st.integers(0, 2800 // tick).map(lambda step: at(step * tick))
    supplies = draw(st.lists(st.tuples(when, st.integers(-6, 8).filter(bool)), max_size=4))
    reorder = None
    if draw(st.booleans()):
        level = draw(st.integers(0, 4))
        lead, interval = draw(st.sampled_from([tick, 30, 120])), draw(st.sampled_from([0, 60]))
        reorder = (level, level + draw(st.integers(1, 6)), lead, interval)
    return Shelf(name, draw(st.integers(0, 12)), sorted(supplies, key=lambda s: (int(s[0].split()[0]), s[0])), reorder)


@st.composite
def stories(draw: st.DrawFn) -> tuple[Story, list[Desk]]:
    tick = draw(st.sampled_from([1, 5]))
    places = [draw(desks(name, tick)) for name in NAMES[:3]]
    if draw(st.booleans()):
        places.append(Desk("bus", gave_up=draw(st.booleans()), fleet=0))
        fleets = [
            Vehicles(
                seats=draw(st.integers(3, 10)),
                leave_after=draw(st.sampled_from([tick, 30])),
                round_trip=[draw(st.sampled_from([tick, 60])), draw(st.sampled_from([tick, 90]))],
                vehicles=[("00:00", draw(st.integers(0, 3))), ("13:00", draw(st.integers(0, 4)))],
            )
        ]
    else:
        places.append(draw(desks("bus", tick)))
        fleets = []
    shelves = [draw(shelf("kit", tick)), draw(shelf("soap", tick))]
    return operation(draw(parties(tick)), places, shelves, fleets), places


def every_household_ends_in_exactly_one_outcome_and_its_visits_say_the_same(story: Story, places: list[Desk]) -> None:
    journal = story.journal
    leaves = {
        Fate.GAVE_UP_PATIENCE: Outcome.GAVE_UP,
        Fate.GAVE_UP_SHORT: Outcome.GAVE_UP,
        Fate.NOT_ADMITTED: Outcome.NOT_ADMITTED,
    }
    for household, outcome in enumerate(journal.outcome):
        rows = slice(journal.needs.first[household], journal.needs.first[household + 1])
        fates = [Fate(fate) for fate in journal.fate[rows]]
        ending = [leaves[fate] for fate in fates if fate in leaves]
        inside = [fate for fate in fates if fate in (Fate.WAITING, Fate.IN_SERVICE)]
        assert len(ending) + len(inside) <= 1
        expected = ending[0] if ending else Outcome.INSIDE_AT_END if inside else Outcome.COMPLETED
        assert outcome == expected
        # Visits are made in journey order: nothing after the one that ended the stay.
        reached = [fate is not Fate.NOT_REACHED for fate in fates]
        assert reached == sorted(reached, reverse=True)
        assert (outcome in (Outcome.GAVE_UP, Outcome.NOT_ADMITTED, Outcome.INSIDE_AT_END)) or all(reached)


def times_rise_along_a_stay(story: Story, places: list[Desk]) -> None:
    journal = story.journal
    for household in range(len(story.households)):
        now = int(story.households.second[household])
        for row in range(journal.needs.first[household], journal.needs.first[household + 1]):
            if journal.fate[row] == Fate.NOT_REACHED:
                continue
            assert journal.joined[row] == now
            for time in (journal.started[row], journal.ended[row]):
                if time != NEVER:
                    assert time >= now
                    now = int(time)
        if journal.outcome[household] != Outcome.INSIDE_AT_END:
            assert journal.left[household] == now


def the_ledger_balances_at_every_event_and_is_never_negative(story: Story, places: list[Desk]) -> None:
    ledger = story.journal.ledger
    gain = {Entry.OPENING: 1, Entry.RECEIVED: 1, Entry.ISSUED: -1, Entry.LOST: -1, Entry.ORDERED: 0}
    held = dict.fromkeys(range(len(story.network.stocks)), 0)
    assert list(ledger.second) == sorted(ledger.second)
    rows = list(zip(ledger.stock, ledger.entry, ledger.quantity, ledger.on_hand, ledger.reference, strict=True))
    for stock, entry, quantity, on_hand, _ in rows:
        held[stock] += gain[Entry(entry)] * quantity
        assert held[stock] == on_hand
        assert on_hand >= 0
    # What was issued is what the served took: all of it, unless the visit says that it went without.
    taken = {(place, stock): 0 for place in range(len(places)) for stock in held}
    for stock, entry, quantity, _, reference in rows:
        if entry == Entry.ISSUED:
            taken[int(story.journal.needs.station[reference]), int(stock)] += quantity
    names = [stock.name for stock in story.network.stocks]
    for index, place in enumerate(places):
        served = np.isin(story.journal.fate, (Fate.SERVED, Fate.IN_SERVICE)) & (story.journal.needs.station == index)
        whole = served & ~story.journal.without
        sizes = story.households.size[story.journal.needs.household]
        for name, fixed, each in place.takes:
            least = int(np.sum(fixed + each * sizes[whole]))
            most = int(np.sum(fixed + each * sizes[served]))
            assert least <= taken[index, names.index(name)] <= most


def no_service_starts_while_busy_is_at_least_desks_or_outside_hours(story: Story, places: list[Desk]) -> None:
    journal = story.journal
    for station in story.network.stations:
        if station.fleet >= 0:
            continue
        here = (journal.needs.station == station.index) & (journal.started != NEVER)
        started, ended = journal.started[here], journal.ended[here]
        ended = np.where(ended == NEVER, story.network.end_second, ended)
        for second in started:
            staffed = station.desks.at(np.array([second]))[0]
            assert staffed > 0
            assert np.sum((started <= second) & (ended > second)) <= staffed


def no_desk_is_idle_while_a_household_waits_that_could_be_served(story: Story, places: list[Desk]) -> None:
    journal = story.journal
    for station in story.network.stations:
        if station.fleet >= 0 or station.takes:
            continue
        here = (journal.needs.station == station.index) & (journal.fate != Fate.NOT_REACHED)
        joined, started, ended = journal.joined[here], journal.started[here], journal.ended[here]
        gone = np.where(started != NEVER, started, np.where(ended != NEVER, ended, story.network.end_second))
        done = np.where(ended != NEVER, ended, story.network.end_second)
        for second in {*joined.tolist(), *done.tolist(), *station.desks.second.tolist()}:
            if second < story.network.end_second and np.any((joined <= second) & (gone > second)):
                busy = np.sum((started != NEVER) & (started <= second) & (done > second))
                assert busy >= station.desks.at(np.array([second]))[0]


def first_come_first_served_within_a_class(story: Story, places: list[Desk]) -> None:
    journal = story.journal
    who = journal.needs.household
    for station in story.network.stations:
        classes = story.households.specific_needs[who] & station.specific_needs_first
        lines = story.households.destination[who] if station.fleet >= 0 else np.zeros(len(who))
        for kind in (True, False):
            for line in np.unique(lines):
                here = (journal.needs.station == station.index) & (journal.started != NEVER)
                here &= (classes == kind) & (lines == line)
                order = np.lexsort((who[here], journal.joined[here]))
                assert np.all(np.diff(journal.started[here][order]) >= 0)


def vehicles_are_never_more_than_there_are_and_nobody_is_left_out_of_a_trip(story: Story, places: list[Desk]) -> None:
    journal, trips = story.journal, story.journal.trips
    for fleet in story.network.fleets:
        here = trips.fleet == fleet.index
        for opened in trips.opened[here]:
            out = (trips.opened[here] <= opened) & (trips.returned[here] > opened)
            assert trips.vehicles[here][out].sum() <= fleet.vehicles.at(np.array([opened]))[0]
        assert np.all(trips.persons[here] <= trips.vehicles[here] * fleet.seats)
        station = next(place.index for place in story.network.stations if place.fleet == fleet.index)
        served = (journal.needs.station == station) & (journal.fate == Fate.SERVED)
        assert trips.persons[here].sum() == story.households.size[journal.needs.household[served]].sum()
        assert np.all(journal.ended[served] - journal.started[served] <= fleet.leave_after)


RULES = (
    every_household_ends_in_exactly_one_outcome_and_its_visits_say_the_same,
    times_rise_along_a_stay,
    the_ledger_balances_at_every_event_and_is_never_negative,
    no_service_starts_while_busy_is_at_least_desks_or_outside_hours,
    no_desk_is_idle_while_a_household_waits_that_could_be_served,
    first_come_first_served_within_a_class,
    vehicles_are_never_more_than_there_are_and_nobody_is_left_out_of_a_trip,
)


@settings(max_examples=500, print_blob=True)
@given(stories())
def test_every_rule_holds_for_every_operation(made):
    """One simulation per example, all rules on it; the failing rule is the function in the traceback."""
    for rule in RULES:
        rule(*made)


@settings(max_examples=50)
@given(st.data())
def test_the_journal_is_a_function_of_needs_and_network(data):
    tick = 5
    come, places = data.draw(parties(tick)), [data.draw(desks(name, tick)) for name in NAMES]
    shelves = [data.draw(shelf("kit", tick)), data.draw(shelf("soap", tick))]
    first, second = (operation(come, places, shelves) for _ in range(2))
    assert first.visits == second.visits
    assert first.ledger == second.ledger


def test_two_events_of_one_key_are_refused():
    """Their order would be that of insertion, which no rule states."""
    from borderflow.engine.order import CheckedClock, Due, Rank, key

    clock = CheckedClock(0)
    for _ in range(2):
        clock.schedule(Due(clock, lambda _: None, None), key(Rank.FLOW, 7, 1), 10)
    clock.step()
    with pytest.raises(AssertionError, match="two events of one key"):
        clock.step()
