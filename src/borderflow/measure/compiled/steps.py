"""Steps in time: what they come to between edges, at instants, at the most, and above the desks."""

from __future__ import annotations

from borderflow.engine.compiled.kernel import compiled, entry
from borderflow.network.network import Floats, Ints

NO = -1


@compiled
def step_at(second: Ints, now: int, near: int) -> int:
    """The last step that begins by now, looked for from one that is near; -1 if none does."""
    return step_among(second, 0, len(second), now, near)


@compiled
def step_among(second: Ints, begin: int, end: int, now: int, near: int) -> int:
    """The same among the steps from ``begin`` to before ``end``."""
    while near + 1 < end and second[near + 1] <= now:
        near += 1
    while near >= begin and second[near] > now:
        near -= 1
    return near


@entry
def integral(second: Ints, value: Floats, edges: Ints, total: Floats) -> None:
    """The integral of steps between one edge and the next, as ``Calendar.integral`` adds it up."""
    step, done, before = 0, 0.0, 0.0
    for at in range(len(edges)):
        now = max(edges[at], second[0])
        while step + 1 < len(second) and second[step + 1] <= now:
            done += (second[step + 1] - second[step]) * value[step]
            step += 1
        here = done + (now - second[step]) * value[step]
        if at > 0:
            total[at - 1] = here - before
        before = here


@entry
def values_at(second: Ints, value: Floats, instants: Ints, found: Floats) -> None:
    """The values in force at instants; before the first step the last value, as NumPy counts from the end."""
    near = 0
    for row in range(len(instants)):
        near = step_at(second, instants[row], near)
        found[row] = value[near] if near >= 0 else value[len(value) - 1]
        near = max(near, 0)


@entry
def peaks(second: Ints, value: Floats, edges: Ints, found: Floats) -> int:
    """The largest value between one edge and the next; the first step between them all at which it is largest.

    ``NO`` if an edge has no step of its own.
    """
    step, highest = 0, 0
    while step < len(second) and second[step] < edges[0]:
        step += 1
    highest = step
    for at in range(len(edges)):
        if step == len(second) or second[step] != edges[at]:
            return NO
        if at + 1 < len(edges):
            most = value[step]
            while step < len(second) and second[step] < edges[at + 1]:
                if value[step] > most:
                    most = value[step]
                if value[step] > value[highest]:
                    highest = step
                step += 1
            found[at] = most
    return highest


@entry
def worked(
    second: Ints, value: Floats, desk_second: Ints, desks: Floats, edges: Ints, busy: Floats, over: Floats
) -> None:
    """The integrals between edges of a level, and of how far it lies above the desks; before the first these count."""
    step, near, done, before, done_over, before_over = 0, 0, 0.0, 0.0, 0.0, 0.0
    near = step_at(desk_second, max(second[0], desk_second[0]), near)
    more = max(value[0] - desks[near], 0.0)
    for at in range(len(edges)):
        now = max(edges[at], second[0])
        while step + 1 < len(second) and second[step + 1] <= now:
            lasts = second[step + 1] - second[step]
            done += lasts * value[step]
            done_over += lasts * more
            step += 1
            near = step_at(desk_second, max(second[step], desk_second[0]), near)
            more = max(value[step] - desks[near], 0.0)
        here, here_over = done + (now - second[step]) * value[step], done_over + (now - second[step]) * more
        if at > 0:
            busy[at - 1], over[at - 1] = here - before, here_over - before_over
        before, before_over = here, here_over
