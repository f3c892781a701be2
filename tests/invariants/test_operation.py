"""What holds for every operation, whatever its stations, stocks and vehicles: found by generated networks."""

from __future__ import annotations

from collections import Counter, deque

import numpy as np
import pytest
from hand import Desk, Story, operation
from hypothesis import given, settings
from hypothesis import strategies as st
from journals import told
from operations import NAMES, desks, parties, shelf, stories

from borderflow.engine.journal import NEVER, Account, Entry, Fate, Outcome
from borderflow.measure.measure import Measured
from borderflow.network.closures import first_open
from borderflow.network.network import Moves, WhenFull

DAY = 86_400


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
        stays = story.journal.stays
        held = np.any((stays.household == household) & (stays.entered == NEVER) & (stays.left == NEVER))
        yard = bool(held) and bool(fates) and Fate.NOT_REACHED in fates
        expected = ending[0] if ending else Outcome.INSIDE_AT_END if inside or yard else Outcome.COMPLETED
        assert outcome == expected
        # Visits are made in journey order: nothing after the one that ended the stay.
        reached = [fate is not Fate.NOT_REACHED for fate in fates]
        assert reached == sorted(reached, reverse=True)
        assert (outcome in (Outcome.GAVE_UP, Outcome.NOT_ADMITTED, Outcome.INSIDE_AT_END)) or all(reached)


def _yards(story: Story, household: int) -> list[tuple[int, int, int]]:
    """When the household came to each space that holds, and when it was let in."""
    stays = story.journal.stays
    return [
        (int(stays.space[row]), int(stays.came[row]), int(stays.entered[row]))
        for row in np.flatnonzero(stays.household == household)
        if story.network.spaces[stays.space[row]].when_full is WhenFull.HOLD
    ]


def times_rise_along_a_stay(story: Story, places: list[Desk]) -> None:
    journal = story.journal
    for household in range(len(story.households)):
        now = int(journal.needs.arrival[household])
        assert now >= story.households.second[household]
        for row in range(journal.needs.first[household], journal.needs.first[household + 1]):
            if journal.fate[row] == Fate.NOT_REACHED:
                continue
            before = [came for room, came, entered in _yards(story, household) if came == now < entered]
            assert journal.joined[row] == now or (before and journal.joined[row] > now)
            now = int(journal.joined[row])
            for time in (journal.started[row], journal.ended[row]):
                if time != NEVER:
                    assert time >= now
                    now = int(time)
        if journal.outcome[household] != Outcome.INSIDE_AT_END:
            assert journal.left[household] == now


def the_ledger_balances_at_every_event_and_is_never_negative(story: Story, places: list[Desk]) -> None:
    ledger = story.journal.ledger
    gain = dict.fromkeys(Entry, 0) | dict.fromkeys((Entry.OPENING, Entry.RECEIVED, Entry.TRANSFERRED_IN), 1)
    gain |= dict.fromkeys((Entry.ISSUED, Entry.LOST, Entry.TRANSFERRED_OUT), -1)
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
        if entry == Entry.ISSUED and reference >= 0:
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
            assert not any(first <= second < end for first, end in station.shut)
            if station.index not in _moved(story):
                assert np.sum((started <= second) & (ended > second)) <= staffed


def no_desk_is_idle_while_a_household_waits_that_could_be_served(story: Story, places: list[Desk]) -> None:
    journal = story.journal
    for station in story.network.stations:
        if station.fleet >= 0 or station.takes or station.shut or station.index in _moved(story):
            continue
        here = (journal.needs.station == station.index) & (journal.fate != Fate.NOT_REACHED)
        joined, started, ended = journal.joined[here], journal.started[here], journal.ended[here]
        gone = np.where(started != NEVER, started, np.where(ended != NEVER, ended, story.network.end_second))
        done = np.where(ended != NEVER, ended, story.network.end_second)
        for second in {*joined.tolist(), *done.tolist(), *station.desks.second.tolist()}:
            if second < story.network.end_second and np.any((joined <= second) & (gone > second)):
                busy = np.sum((started != NEVER) & (started <= second) & (done > second))
                assert busy >= station.desks.at(np.array([second]))[0]


def _moved(story: Story) -> set[int]:
    """Stations whose desks a trigger may change."""
    acts = [act for trigger in story.network.triggers for act in trigger.acts]
    return {act.place for act in acts if act.moves is Moves.DESKS}


def spaces_are_never_fuller_than_their_places_and_let_people_in_in_order(story: Story, places: list[Desk]) -> None:
    stays, sizes = story.journal.stays, story.households.size
    for space in story.network.spaces:
        here = stays.space == space.index
        who, came, entered = stays.household[here], stays.came[here], stays.entered[here]
        left = np.where(stays.left[here] == NEVER, story.network.end_second, stays.left[here])
        inside = entered != NEVER
        for second in entered[inside]:
            present = inside & (entered <= second) & (left > second)
            assert sizes[who[present]].sum() <= space.persons.at(np.array([second]))[0]
        order = np.lexsort((who[inside], came[inside]))
        assert np.all(np.diff(entered[inside][order]) >= 0)


def what_leaves_a_stock_comes_to_another_or_is_under_way(story: Story, places: list[Desk]) -> None:
    """Each sending comes in whole, where and when it is due; what is under way at the end is exactly what is not."""
    network, ledger = story.network, story.journal.ledger
    owed: dict[int, deque[list[int]]] = {stock.index: deque() for stock in network.stocks}
    due: Counter[tuple[int, int, int, int]] = Counter()
    for row in range(len(ledger.second)):
        second, index, quantity = int(ledger.second[row]), int(ledger.stock[row]), int(ledger.quantity[row])
        number, here = int(ledger.reference[row]), network.stocks[index]
        if ledger.entry[row] == Entry.ORDERED and here.source >= 0:
            owed[here.source].append([index, number, quantity])
        elif ledger.entry[row] == Entry.TRANSFERRED_OUT and owed[index]:
            # While anything is owed all that there is goes to the order that came first; no transfer finds anything.
            first = owed[index][0]
            assert (first[1], min(first[2], quantity)) == (number, quantity)
            goal = network.stocks[first[0]]
            assert goal.lead_time is not None
            lead = max(1, round(float(goal.lead_time(np.array([0.5]))[0])))
            due[goal.index, first_open(second + lead, goal.shut), quantity, number] += 1
            first[2] -= quantity
            if not first[2]:
                owed[index].popleft()
        elif ledger.entry[row] == Entry.TRANSFERRED_OUT:
            sent = network.transfers[number]
            assert (sent.source, sent.second) == (index, second)
            assert quantity <= sent.quantity
            due[sent.goal, first_open(second + sent.takes, network.stocks[sent.goal].shut), quantity, number] += 1
    came = ledger.entry == Entry.TRANSFERRED_IN
    rows = zip(*(part[came].tolist() for part in (ledger.stock, ledger.second, ledger.quantity, ledger.reference)),
               strict=True)  # fmt: skip
    assert Counter(rows) == Counter({one: many for one, many in due.items() if one[1] < network.end_second})
    under_way = sum(quantity * many for (_, second, quantity, _), many in due.items() if second >= network.end_second)
    out = ledger.entry == Entry.TRANSFERRED_OUT
    assert ledger.quantity[out].sum() == ledger.quantity[came].sum() + under_way
    for stock in network.stocks:
        for row in np.flatnonzero(ledger.stock == stock.index):
            if ledger.entry[row] in (Entry.TRANSFERRED_IN, Entry.RECEIVED) and ledger.reference[row] >= len(
                stock.supplies
            ):
                assert not any(first <= ledger.second[row] < end for first, end in stock.shut)


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
            if not any(act.moves is Moves.VEHICLES for trigger in story.network.triggers for act in trigger.acts):
                away = sum(back.quantity for back in fleet.away if back.second > opened)
                assert trips.vehicles[here][out].sum() + away <= fleet.vehicles.at(np.array([opened]))[0]
        assert np.all(trips.persons[here] <= trips.vehicles[here] * fleet.seats)
        station = next(place.index for place in story.network.stations if place.fleet == fleet.index)
        served = (journal.needs.station == station) & (journal.fate == Fate.SERVED)
        assert trips.persons[here].sum() == story.households.size[journal.needs.household[served]].sum()
        if not any(fund.trips for fund in story.network.funds):
            assert np.all(journal.ended[served] - journal.started[served] <= fleet.leave_after)


def every_fund_balances_at_every_event_and_pays_in_the_order_of_claims(story: Story, places: list[Desk]) -> None:
    books = story.journal.accounts
    spent = (Account.PURCHASE, Account.GRANT, Account.TRIP)
    gain = dict.fromkeys(Account, 0) | dict.fromkeys((Account.OPENING, Account.RECEIVED), 1) | dict.fromkeys(spent, -1)
    assert list(books.second) == sorted(books.second)
    for fund in story.network.funds:
        held, waiting = 0, []
        for row in np.flatnonzero(books.fund == fund.index):
            entry, claim = Account(books.entry[row]), (int(books.place[row]), int(books.reference[row]))
            held += gain[entry] * int(books.amount[row])
            assert held == books.balance[row] >= 0
            if entry is Account.UNFUNDED:
                assert waiting or books.amount[row] > held
                waiting.append(claim)
            elif entry is Account.WITHDRAWN:
                waiting.remove(claim)
            elif entry in spent:
                # Nobody overtakes: it was first, or nobody waited (who takes what there is pays from the head).
                assert not waiting or waiting[0] == claim
                if books.since[row] != NEVER:
                    waiting.pop(0)


def what_was_given_bought_and_driven_was_paid(story: Story, places: list[Desk]) -> None:
    journal, books = story.journal, story.journal.accounts
    rows, trips = journal.ledger, journal.trips
    for fund in story.network.funds:
        mine = {kind: (books.fund == fund.index) & (books.entry == kind) for kind in Account}
        given = 0
        for stock, price in fund.grants.items():
            issued = (rows.stock == stock) & (rows.entry == Entry.ISSUED) & (rows.reference >= 0)
            given += int(sum(price.of(int(quantity)) for quantity in rows.quantity[issued]))
        assert books.amount[mine[Account.GRANT]].sum() == given
        for stock, price in fund.buys.items():
            paid = mine[Account.PURCHASE] & (books.place == stock)
            orders = (rows.stock == stock) & (rows.entry == Entry.ORDERED)
            if story.network.stocks[stock].source >= 0:
                assert not paid.any()
                continue
            costs = {
                int(n): price.of(int(q)) for n, q in zip(rows.reference[orders], rows.quantity[orders], strict=True)
            }
            when = {int(books.reference[row]): int(books.second[row]) for row in np.flatnonzero(paid)}
            assert all(costs[int(books.reference[row])] == books.amount[row] for row in np.flatnonzero(paid))
            came = (rows.stock == stock) & (rows.entry == Entry.RECEIVED) & (rows.reference >= min(costs, default=0))
            for row in np.flatnonzero(came) if costs else ():
                assert when[int(rows.reference[row])] < rows.second[row]
        for fleet, fare in fund.trips.items():
            assert books.amount[mine[Account.TRIP]].sum() == fare * trips.vehicles[trips.fleet == fleet].sum()


RULES = (
    every_household_ends_in_exactly_one_outcome_and_its_visits_say_the_same,
    times_rise_along_a_stay,
    the_ledger_balances_at_every_event_and_is_never_negative,
    no_service_starts_while_busy_is_at_least_desks_or_outside_hours,
    no_desk_is_idle_while_a_household_waits_that_could_be_served,
    first_come_first_served_within_a_class,
    spaces_are_never_fuller_than_their_places_and_let_people_in_in_order,
    what_leaves_a_stock_comes_to_another_or_is_under_way,
    vehicles_are_never_more_than_there_are_and_nobody_is_left_out_of_a_trip,
    every_fund_balances_at_every_event_and_pays_in_the_order_of_claims,
    what_was_given_bought_and_driven_was_paid,
)


@settings(max_examples=500, print_blob=True)
@given(stories())
def test_every_rule_holds_for_every_operation(made):
    """One simulation per example, all rules on it; the failing rule is the function in the traceback."""
    for rule in RULES:
        rule(*made)


def _overlap(first: np.ndarray, last: np.ndarray, size: np.ndarray, begin: int, end: int) -> int:
    """Person-seconds of stays [first, last) within [begin, end)."""
    return int((size * np.maximum(0, np.minimum(last, end) - np.maximum(first, begin))).sum())


def littles_law_at_every_station_on_every_day(story: Story, measured: Measured) -> None:
    """Area under the line as measured = sum of the waits, cut at the midnights, in person-seconds."""
    journal, end = story.journal, story.network.end_second
    daily = measured.daily.set_index(["crossing", "station"])
    for station in story.network.stations:
        rows = np.flatnonzero((journal.needs.station == station.index) & (journal.joined != NEVER))
        size = story.households.size[journal.needs.household[rows]].astype(np.int64)
        until = np.where(journal.started[rows] != NEVER, journal.started[rows], journal.ended[rows])
        until = np.where(until == NEVER, end, until)
        means = daily.loc[(story.network.crossings[station.crossing], station.name), "queue_mean"]
        for day, mean in enumerate(means):
            area = _overlap(journal.joined[rows], until, size, day * DAY, day * DAY + DAY)
            assert mean * DAY == pytest.approx(area, abs=1e-6)


def littles_law_in_every_space(story: Story, measured: Measured) -> None:
    """The same of those with a place and those without, over the whole period: who is still there has stayed so far."""
    stays, end = story.journal.stays, story.network.end_second
    found = measured.indicators.set_index(["crossing", "station", "indicator"])["value"]
    for space in story.network.spaces:
        here = stays.space == space.index
        size = story.households.size[stays.household[here]].astype(np.int64)
        left = np.where(stays.left[here] == NEVER, end, stays.left[here])
        entered = np.where(stays.entered[here] == NEVER, left, stays.entered[here])
        place = story.network.crossings[space.crossing], space.name
        for word, first, last in (("inside_mean", entered, left), ("outside_mean", stays.came[here], entered)):
            assert found[(*place, word)] * end == pytest.approx(_overlap(first, last, size, 0, end), abs=1e-6)


def every_stock_balances_on_every_day(story: Story, measured: Measured) -> None:
    """Opening and what came in are closing and what went out, at warehouses too; a day opens as the last one closed."""
    for _, days in measured.stock.groupby(["crossing", "stock"]):
        came = days["opening"] + days["received"] + days["transferred_in"]
        went = days["issued"] + days["transferred_out"] + days["lost"]
        assert (came - went).tolist() == days["closing"].tolist()
        assert days["opening"].tolist()[1:] == days["closing"].tolist()[:-1]
    sent, arrived = measured.stock["transferred_out"].sum(), measured.stock["transferred_in"].sum()
    assert arrived <= sent


@settings(max_examples=100, print_blob=True)
@given(stories(everything=True))
def test_every_rule_holds_with_every_feature_on(made):
    """Spaces one in another and one apart, a warehouse, transfers, diversions, vehicles, triggers and funds at once."""
    network = made[0].network
    assert len(network.spaces) == 3
    assert all((network.fleets, network.transfers, network.diversions, network.triggers, network.funds))
    assert any(stock.source >= 0 for stock in network.stocks)
    for rule in RULES:
        rule(*made)
    what_is_measured_is_what_happened(made[0])


@settings(max_examples=150, print_blob=True)
@given(stories())
def test_what_is_measured_is_what_happened(made):
    """Little's law as an identity of the sample path, and the ledger, by the tables that a run writes."""
    what_is_measured_is_what_happened(made[0])


def what_is_measured_is_what_happened(story: Story) -> None:
    measured = told(story)
    littles_law_at_every_station_on_every_day(story, measured)
    littles_law_in_every_space(story, measured)
    every_stock_balances_on_every_day(story, measured)


@settings(max_examples=50)
@given(st.data())
def test_the_journal_is_a_function_of_needs_and_network(data):
    tick = 300
    come, places = data.draw(parties(tick)), [data.draw(desks(name, tick)) for name in NAMES]
    shelves = [data.draw(shelf(name, tick)) for name in ("kit", "soap", "depot")]
    first, second = (operation(come, places, shelves) for _ in range(2))
    assert first.visits == second.visits
    assert first.ledger == second.ledger


def test_two_events_of_one_key_are_refused():
    """Their order would be that of insertion, which no rule states."""
    from borderflow.engine.order import CheckedClock, Due, Rank, key

    clock = CheckedClock(0)
    for _ in range(2):
        clock.schedule(Due(clock, (), None), key(Rank.FLOW, 7, 1), 10)
    clock.step()
    with pytest.raises(AssertionError, match="two events of one key"):
        clock.step()
