"""Putting whole numbers in order by their digits: ten times as quick as comparing them."""

from __future__ import annotations

import numpy as np

from borderflow.measure import machine
from borderflow.network.network import Ints

_DIGIT = 16
FEW = 256
"""Fewer numbers than these are in order before the room for machine code is made."""


def rising(numbers: Ints) -> Ints:
    """Rows of the numbers in rising order; rows of the same number stay in their order."""
    if not len(numbers):
        return np.empty(0, dtype=np.int64)
    if (tally := machine.tally()) is not None and numbers.dtype == np.int64 and len(numbers) >= FEW:
        key, other = np.empty((2, len(numbers)), dtype=np.int64)
        if tally.rising(numbers, key, other, np.empty(tally.COUNTS, dtype=np.int64)) != tally.NO:
            return key
    return _by_digits(numbers)


def _by_digits(numbers: Ints) -> Ints:
    numbers = numbers - numbers.min()
    order = np.argsort(numbers.astype(np.uint16), kind="stable")
    rest = numbers >> _DIGIT
    while rest.any():
        order = order[np.argsort(rest[order].astype(np.uint16), kind="stable")]
        rest >>= _DIGIT
    return order
