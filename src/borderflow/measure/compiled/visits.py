"""The visits, station after station, and what is counted of them by day and by hour."""

from __future__ import annotations

from borderflow.engine.compiled.kernel import entry
from borderflow.engine.journal import NEVER
from borderflow.measure.compiled.steps import step_among
from borderflow.network.network import Floats, Ints

DAY, HOUR = 86_400, 3_600
THERE = -1
"""The kind of a fate that is no end."""


@entry
def by_station(
    household: Ints,
    station: Ints,
    service: Floats,
    joined: Ints,
    started: Ints,
    ended: Ints,
    fate: Ints,
    size: Ints,
    begins: Ints,
    second: Ints,
    end: int,
    staffed: Ints,
    pace: Ints,
    steps: Ints,
    value: Floats,
    area: Floats,
    edges: Ints,
    near: Ints,
    visits: Ints,
    arrives: Ints,
    work: Floats,
    person: Ints,
    persons: Ints,
    came_at: Ints,
    until_at: Ints,
    done: Ints,
    left_at: Ints,
    how: Ints,
    open_wait: Ints,
    began: Ints,
) -> None:
    """The visits station after station: all of them, when their household arrives and what work it brings; and lines.

    ``edges``: where each station begins; the second row, where the visits that reached it end. ``staffed``, ``pace``:
    from which to which of the ``steps`` it is staffed (1, else 0; none at all if it always is) and how fast it works,
    with their integral in ``area``. ``near``: room for four numbers a station.
    """
    many = edges.shape[1] - 1
    for row in range(len(station)):
        edges[0, station[row] + 1] += 1
    for place in range(many):
        edges[0, place + 1] += edges[0, place]
        edges[1, place] = near[0, place] = edges[0, place]
        near[1, place], near[2, place], near[3, place] = pace[0, place], staffed[0, place], staffed[0, place]
    for row in range(len(station)):
        place, who = station[row], household[row]
        now, at = second[who], near[0, place]
        near[0, place] = at + 1
        visits[at], arrives[at] = row, now
        first, last = pace[0, place], pace[1, place]
        if last > first:
            step = step_among(steps, first, last, max(now, steps[first]), near[1, place])
            work[at], near[1, place] = service[row] * value[step], step
        came = joined[row]
        if came == NEVER:
            continue
        at = edges[1, place]
        edges[1, place] = at + 1
        if came == 0 and begins[who] >= 0:
            came = -1
        left = ended[row]
        until = started[row] if started[row] != NEVER else (left if left != NEVER else end)
        wait = until - came
        first, last = staffed[0, place], staffed[1, place]
        if wait and last > first:
            since, to = max(came, steps[first]), max(until, steps[first])
            step = step_among(steps, first, last, since, near[2, place])
            stop = step_among(steps, first, last, to, near[3, place])
            before = area[step] + (since - steps[step]) * value[step]
            wait = int(area[stop] + (to - steps[stop]) * value[stop] - before)
            near[2, place], near[3, place] = step, stop
        person[at], persons[at], came_at[at], until_at[at] = who, size[who], came, until
        left_at[at], how[at], open_wait[at], began[at] = left, fate[row], wait, started[row] != NEVER
        done[at] = until if not began[at] else (left if left != NEVER else end)


@entry
def flows(
    joined: Ints, ended: Ints, open_wait: Ints, size: Ints, fate: Ints, kinds: Ints, days: int, total: Ints
) -> int:
    """Persons at a station by day: a row for those who came, one for each kind of end, the last for open waits.

    ``kinds``: the row of each fate, ``THERE`` if it is no end. Returns the persons who came before the
    first day and were still there when it began.
    """
    before, last = 0, len(total) - 1
    for row in range(len(joined)):
        persons, how = size[row], kinds[fate[row]]
        if 0 <= joined[row] < days * DAY:
            day = joined[row] // DAY
            total[0, day] += persons
            total[last, day] += open_wait[row] * persons
        elif joined[row] < 0 and (how == THERE or ended[row] >= 0):
            before += persons
        if how >= 0 and 0 <= ended[row] < days * DAY:
            total[how, ended[row] // DAY] += persons
    return before


@entry
def per_day(second: Ints, weight: Ints, days: int, total: Floats) -> None:
    """Sums by day; a weight alone is that of every row."""
    each = len(weight) == len(second)
    day, begins, ends, held = -1, 0, 0, 0.0  # the day of the last row, and its sum: most rows are of the same one
    for row in range(len(second)):
        now = second[row]
        if not begins <= now < ends:
            if not 0 <= now < days * DAY:
                continue
            if day >= 0:
                total[day] = held
            day = now // DAY
            begins, ends, held = day * DAY, (day + 1) * DAY, total[day]
        held += weight[row if each else 0]
    if day >= 0:
        total[day] = held


@entry
def by_hour(second: Ints, work: Floats, first: int, total: Floats) -> None:
    """Sums by hour from hour ``first`` on; what lies before or after counts in the first or the last."""
    for row in range(len(second)):
        hour = min(max(second[row] // HOUR, first), first + len(total) - 1) - first
        total[hour] += work[row]


@entry
def wait_total(household: Ints, joined: Ints, started: Ints, ended: Ints, end: int, total: Ints) -> None:
    """Per household: the sum of its waits so far."""
    for row in range(len(joined)):
        if joined[row] != NEVER:
            left = ended[row] if ended[row] != NEVER else end
            total[household[row]] += (started[row] if started[row] != NEVER else left) - joined[row]
