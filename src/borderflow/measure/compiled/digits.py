"""Order by digits: rows in rising order, and changes in order of their seconds as steps."""

from __future__ import annotations

from borderflow.engine.compiled.kernel import compiled, entry
from borderflow.network.network import Floats, Ints

NO = -1
"""Said where numbers are too large to be packed: then NumPy does it."""
COUNTS = 1 << 17
"""Room to count in: twice the values of half of the most bits that a number has."""
SMALL = 24
"""Bits of what is packed beside a second: a change, half of its range up and down."""
HALF = 1 << (SMALL - 1)
SMALL_LOW = (1 << SMALL) - 1
ROW = 32
"""Bits of a row beside a number."""
ROW_LOW = (1 << ROW) - 1
FAR = 1 << 31
"""Seconds, and rows, that can be packed lie below it."""
FARTHEST = 1 << 60
"""Numbers within it on both sides have a difference."""


@compiled
def half_of(most: int) -> int:
    """Bits of a digit, where all numbers up to the most have two."""
    bits = 0
    while most >> bits >> bits > 0:
        bits += 1
    return bits


@compiled
def cleared(count: Ints, bits: int) -> None:
    for slot in range(2 << bits):
        count[slot] = 0


@compiled
def dealt(key: Ints, other: Ints, count: Ints, many: int, shift: int, bits: int) -> None:
    """Put packed numbers in order of two digits from ``shift`` on, of which ``count`` says how often each is there."""
    base, low = 1 << bits, (1 << bits) - 1
    near = far = 0
    for slot in range(base):
        near, count[slot] = near + count[slot], near
        far, count[base + slot] = far + count[base + slot], far
    for row in range(many):
        slot = (key[row] >> shift) & low
        other[count[slot]] = key[row]
        count[slot] += 1
    for row in range(many):
        slot = base + (other[row] >> shift >> bits)
        key[count[slot]] = other[row]
        count[slot] += 1


@compiled
def in_order(key: Ints, other: Ints, count: Ints, many: int, shift: int, most: int) -> None:
    """Put packed numbers in order of the bits from ``shift`` on, ``most`` the largest of them; equal ones stay."""
    bits = half_of(most)
    base, low = 1 << bits, (1 << bits) - 1
    cleared(count, bits)
    for row in range(many):
        number = key[row] >> shift
        count[number & low] += 1
        count[base + (number >> bits)] += 1
    dealt(key, other, count, many, shift, bits)


@compiled
def in_steps(source: Ints, many: int, base: int, second: Ints, value: Floats) -> int:
    """The running sum of changes in order of their seconds, after the last of each second; returns how many."""
    steps = held = 0
    for row in range(many):
        now = source[row] >> SMALL
        held += (source[row] & SMALL_LOW) - HALF
        second[steps], value[steps] = now + base, float(held)
        steps += row + 1 == many or source[row + 1] >> SMALL != now
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
    in_order(key, other, count, many, ROW, most - least)
    for row in range(many):
        key[row] &= ROW_LOW
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
    least, most, light, heavy = marks[0], marks[0], 0, 0
    for row in range(len(first)):
        least, most = min(least, first[row]), max(most, last[row])
    for row in range(len(marks)):
        least, most = min(least, marks[row]), max(most, marks[row])
    for row in range(len(weight)):
        light, heavy = min(light, weight[row]), max(heavy, weight[row])
    if least < -FARTHEST or most > FARTHEST or most - least >= FAR or light <= -HALF or heavy >= HALF:
        return NO
    bits = half_of(most - least)
    base, low = 1 << bits, (1 << bits) - 1
    cleared(count, bits)
    for row in range(len(first)):
        if last[row] > first[row]:
            size, begin, end = weight[row if each else 0], first[row] - least, last[row] - least
            key[many], key[many + 1] = begin << SMALL | (HALF + size), end << SMALL | (HALF - size)
            count[begin & low] += 1
            count[base + (begin >> bits)] += 1
            count[end & low] += 1
            count[base + (end >> bits)] += 1
            many += 2
    for row in range(len(marks)):
        begin = marks[row] - least
        key[many] = begin << SMALL | HALF
        count[begin & low] += 1
        count[base + (begin >> bits)] += 1
        many += 1
    dealt(key, other, count, many, SMALL, bits)
    return in_steps(key, many, least, second, value)


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
    in_order(key, other, count, many, SMALL, most - least)
    return in_steps(key, many, least, second, value)
