"""Order by digits: rows in rising order, and changes in order of their seconds as steps."""

from __future__ import annotations

from borderflow.engine.compiled.kernel import compiled, entry
from borderflow.network.network import Floats, Ints

NO = -1
"""Said where numbers are too large to be packed: then NumPy does it."""
BITS = 12
"""A digit by which numbers are put in order."""
BUCKETS = 1 << BITS
COUNTS = 3 * BUCKETS
"""Room to count in: no number that can be packed has more digits."""
LOW = BUCKETS - 1
SMALL = 24
"""Bits of what is packed beside a second: a change, half of its range up and down."""
HALF = 1 << (SMALL - 1)
SMALL_LOW = (1 << SMALL) - 1
ROW = 32
"""Bits of a row beside a number."""
ROW_LOW = (1 << ROW) - 1
FAR = 1 << 31
"""Seconds, and rows, that can be packed lie below it."""


@compiled
def in_order(key: Ints, other: Ints, count: Ints, many: int, shift: int, most: int) -> int:
    """Put packed numbers in order of the bits from ``shift`` on, ``most`` the largest of them; equal ones stay.

    Returns 0 if the result is in ``key``, 1 if it is in ``other``.
    """
    digits, left = 0, most
    while left > 0:
        digits, left = digits + 1, left >> BITS
    for slot in range(digits * BUCKETS):
        count[slot] = 0
    if digits == 2:  # nearly always
        for row in range(many):
            number = key[row] >> shift
            count[number & LOW] += 1
            count[BUCKETS + ((number >> BITS) & LOW)] += 1
    else:
        for row in range(many):
            number = key[row] >> shift
            for digit in range(digits):
                count[digit * BUCKETS + (number & LOW)] += 1
                number >>= BITS
    turn = 0
    for digit in range(digits):
        source, goal = (other, key) if turn else (key, other)
        at, base, place = shift + digit * BITS, digit * BUCKETS, 0
        for slot in range(base, base + BUCKETS):
            place, count[slot] = place + count[slot], place
        for row in range(many):
            slot = base + ((source[row] >> at) & LOW)
            goal[count[slot]] = source[row]
            count[slot] += 1
        turn = 1 - turn
    return turn


@compiled
def in_steps(source: Ints, many: int, base: int, second: Ints, value: Floats) -> int:
    """The running sum of changes in order of their seconds, after the last of each second; returns how many."""
    steps = held = 0
    for row in range(many):
        now = source[row] >> SMALL
        held += (source[row] & SMALL_LOW) - HALF
        if row + 1 == many or source[row + 1] >> SMALL != now:
            second[steps], value[steps] = now + base, float(held)
            steps += 1
    return steps


@entry
def rising(numbers: Ints, key: Ints, other: Ints, count: Ints) -> int:
    """Rows in rising order of their numbers, in ``key``."""
    many = len(numbers)
    least = most = numbers[0]
    for row in range(many):
        least, most = min(least, numbers[row]), max(most, numbers[row])
    if most - least >= FAR or many >= FAR:
        return NO
    for row in range(many):
        key[row] = (numbers[row] - least) << ROW | row
    source = other if in_order(key, other, count, many, ROW, most - least) else key
    for row in range(many):
        key[row] = source[row] & ROW_LOW
    return many


@entry
def level(
    first: Ints,
    last: Ints,
    weight: Ints,
    marks: Ints,
    key: Ints,
    other: Ints,
    count: Ints,
    second: Ints,
    value: Floats,
) -> int:
    """How much is present at any time; returns the number of steps."""
    each, many = len(weight) == len(first), 0
    least = most = marks[0]
    for row in range(len(first)):
        if last[row] > first[row]:
            least, most = min(least, first[row]), max(most, last[row])
            if not -HALF < weight[row if each else 0] < HALF:
                return NO
    for row in range(len(marks)):
        least, most = min(least, marks[row]), max(most, marks[row])
    if most - least >= FAR:
        return NO
    for row in range(len(first)):
        if last[row] > first[row]:
            size = weight[row if each else 0]
            key[many] = (first[row] - least) << SMALL | (HALF + size)
            key[many + 1] = (last[row] - least) << SMALL | (HALF - size)
            many += 2
    for row in range(len(marks)):
        key[many] = (marks[row] - least) << SMALL | HALF
        many += 1
    source = other if in_order(key, other, count, many, SMALL, most - least) else key
    return in_steps(source, many, least, second, value)


@entry
def summed(
    seconds: Ints,
    values: Floats,
    begins: Ints,
    key: Ints,
    other: Ints,
    count: Ints,
    second: Ints,
    value: Floats,
) -> int:
    """The sum of levels that stand one after the other, each from ``begins`` on; returns the number of steps."""
    many = len(seconds)
    least = most = seconds[0]
    for row in range(many):
        least, most = min(least, seconds[row]), max(most, seconds[row])
    if most - least >= FAR:
        return NO
    for part in range(len(begins) - 1):
        before = 0.0
        for row in range(begins[part], begins[part + 1]):
            change = values[row] - before
            before = values[row]
            if not -HALF < change < HALF or int(change) != change:
                return NO
            key[row] = (seconds[row] - least) << SMALL | (HALF + int(change))
    source = other if in_order(key, other, count, many, SMALL, most - least) else key
    return in_steps(source, many, least, second, value)
