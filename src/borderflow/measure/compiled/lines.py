"""Waits by day, in rising order."""

from __future__ import annotations

from borderflow.engine.compiled.kernel import entry
from borderflow.measure.compiled.digits import FAR, NO, ROW, ROW_LOW, in_order
from borderflow.network.network import Ints

DAY = 86_400


@entry
def waits(
    joined: Ints,
    wait: Ints,
    size: Ints,
    unfinished: Ints,
    days: int,
    key: Ints,
    other: Ints,
    count: Ints,
    waited: Ints,
    persons: Ints,
    edges: Ints,
    bound: Ints,
    weighted: Ints,
    whole: Ints,
) -> int:
    """The waits of those who came in the window, by day; returns how many waited.

    Per day, and in the last place of each for all together (``whole``: their waits, and persons so far): where it
    begins, the least wait of those still waiting, and persons × waits.
    """
    many = most = 0
    for row in range(len(joined)):
        if not 0 <= joined[row] < days * DAY:
            continue
        day = joined[row] // DAY
        if unfinished[row]:
            bound[day], bound[days] = min(bound[day], wait[row]), min(bound[days], wait[row])
        if wait[row] == 0:
            weighted[day] += size[row]  # for now: those who did not wait at all
            weighted[days] += size[row]
        elif wait[row] < 0 or wait[row] >= FAR:
            return NO
        else:
            key[many] = wait[row] << ROW | row
            most = max(most, wait[row])
            edges[day + 1] += 1
            many += 1
    if len(joined) >= FAR:
        return NO
    turn = in_order(key, other, count, many, ROW, most)
    source, room = (other, key) if turn else (key, other)
    for day in range(days):
        edges[day + 1] += edges[day] + 1
    # All together, in rising order; and each put in its place on its day.
    for day in range(days):
        count[day] = edges[day] - day
    whole[0, 0], whole[1, 0], whole[1, 1] = 0, 0, weighted[days]
    weighted[days] = 0
    for place in range(many):
        row = source[place] & ROW_LOW
        whole[0, place + 1], whole[1, place + 2] = wait[row], whole[1, place + 1] + size[row]
        weighted[days] += wait[row] * size[row]
        day = joined[row] // DAY
        room[count[day]] = row
        count[day] += 1
    persons[0] = 0
    for day in range(days):
        place = edges[day]
        waited[place], persons[place + 1] = 0, persons[place] + weighted[day]
        weighted[day] = 0
        for at in range(place + 1, edges[day + 1]):
            row = room[at - day - 1]
            waited[at], persons[at + 1] = wait[row], persons[at] + size[row]
            weighted[day] += wait[row] * size[row]
    return many


@entry
def over(waited: Ints, persons: Ints, edges: Ints, bound: int, found: Ints) -> None:
    """Persons by day whose wait is longer than a bound; the waits of a day stand in rising order."""
    for day in range(len(edges) - 1):
        low, high = edges[day], edges[day + 1]
        while low < high:
            middle = (low + high) // 2
            if waited[middle] > bound:
                high = middle
            else:
                low = middle + 1
        found[day] = persons[edges[day + 1]] - persons[low]
