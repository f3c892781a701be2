"""Heaps in arrays, of events by (second, key) and of whole numbers; lines, which are in order as they come."""

from __future__ import annotations

from borderflow.engine.compiled.kernel import inlined
from borderflow.engine.compiled.records import Rows


@inlined
def push_event(heap: Rows, count: int, second: int, key: int, kind: int, what: int) -> None:
    """Add an event to a heap of ``count``."""
    at = count
    while at > 0:
        above = (at - 1) >> 1
        other = heap[above]
        if other.second < second or (other.second == second and other.key <= key):
            break
        heap[at] = heap[above]
        at = above
    heap[at].second = second
    heap[at].key = key
    heap[at].kind = kind
    heap[at].what = what


@inlined
def pop_event(heap: Rows, count: int) -> None:
    """Take the first event off a heap of ``count``."""
    last = count - 1
    second, key = heap[last].second, heap[last].key
    at, below = 0, 1
    while below < last:
        right = below + 1
        if right < last and (
            heap[right].second < heap[below].second
            or (heap[right].second == heap[below].second and heap[right].key < heap[below].key)
        ):
            below = right
        if second < heap[below].second or (second == heap[below].second and key <= heap[below].key):
            break
        heap[at] = heap[below]
        at = below
        below = 2 * at + 1
    heap[at] = heap[last]


@inlined
def push(heap: Rows, first: int, count: int, value: int) -> None:
    """Add a number to the heap of ``count`` that begins at ``first``."""
    at = count
    while at > 0:
        above = (at - 1) >> 1
        if heap[first + above] <= value:
            break
        heap[first + at] = heap[first + above]
        at = above
    heap[first + at] = value


@inlined
def pop(heap: Rows, first: int, count: int) -> None:
    """Take the smallest number off the heap of ``count`` that begins at ``first``.

    The gap goes down to the end of the heap and then up to where the last number belongs: it comes from there, so
    that is never far, and the way down has no branch to guess.
    """
    last = count - 1
    value = heap[first + last]
    at, below = 0, 1
    while below < last:
        below += heap[first + below + 1] < heap[first + below]
        heap[first + at] = heap[first + below]
        at = below
        below = 2 * at + 1
    while at > 0:
        above = (at - 1) >> 1
        if heap[first + above] <= value:
            break
        heap[first + at] = heap[first + above]
        at = above
    heap[first + at] = value


@inlined
def line_up(line: Rows, head: int, tail: int, place: int) -> None:
    """Add a place to a line in order, from ``head`` to before ``tail``. Only those of one second ever change places."""
    at = tail
    while at > head and line[at - 1] > place:
        line[at] = line[at - 1]
        at -= 1
    line[at] = place
