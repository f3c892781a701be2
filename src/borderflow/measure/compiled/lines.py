"""Waits by day: their sums, and what is read off them in rising order."""

from __future__ import annotations

from borderflow.engine.compiled.kernel import entry
from borderflow.measure.compiled.digits import FAR, NO, in_order
from borderflow.network.network import Ints

DAY = 86_400
WAIT = 32
"""Bits beside a wait: the day, then the persons."""
PERSONS = 16
MOST = 1 << PERSONS
"""Days, and persons of a household, that can be packed lie below it."""
COUNTS, WEIGHTED, BOUND, LONGER, LONGEST, QUANTILES = range(6)
"""Rows of what is found, the first of the quantiles last."""


@entry
def waits(
    joined: Ints,
    wait: Ints,
    size: Ints,
    unfinished: Ints,
    days: int,
    long: int,
    percents: Ints,
    key: Ints,
    other: Ints,
    count: Ints,
    room: Ints,
    found: Ints,
) -> int:
    """What is told of the waits of those who came in the window, in a column for each day and a last one for all.

    ``percents``: in rising order. ``room``: two rows, and one for each of them, of as many columns.
    """
    many = most = 0
    if days >= MOST:
        return NO
    running, due, target = room[0], room[1], room[2:]  # persons so far; the quantile that is looked for
    for row in range(len(joined)):
        if not 0 <= joined[row] < days * DAY:
            continue
        day, waited, persons = joined[row] // DAY, wait[row], size[row]
        found[COUNTS, day] += persons
        if unfinished[row]:
            found[BOUND, day] = min(found[BOUND, day], waited)
        if waited == 0:
            running[day] += persons
            continue
        if not (0 < waited < FAR and 0 <= persons < MOST):
            return NO
        key[many] = waited << WAIT | day << PERSONS | persons
        most = max(most, waited)
        many += 1
    in_order(key, other, count, many, WAIT, most)
    for day in range(days):
        running[days] += running[day]
        found[COUNTS, days] += found[COUNTS, day]
        found[BOUND, days] = min(found[BOUND, days], found[BOUND, day])
    for day in range(days + 1):
        for each in range(len(percents)):
            target[each, day] = max(1, -(-percents[each] * found[COUNTS, day] // 100))
            due[day] += running[day] >= target[each, day]
    for place in range(many):
        packed = key[place]
        waited, persons = packed >> WAIT, packed & (MOST - 1)
        for column in ((packed >> PERSONS) & (MOST - 1), days):
            running[column] += persons
            found[WEIGHTED, column] += waited * persons
            found[LONGEST, column] = waited
            if waited > long:
                found[LONGER, column] += persons
            while due[column] < len(percents) and running[column] >= target[due[column], column]:
                found[QUANTILES + due[column], column] = waited
                due[column] += 1
    return many
