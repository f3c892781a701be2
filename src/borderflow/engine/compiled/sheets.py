"""The visits, written into the engine's records and read out of them, each in one pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from borderflow.engine.compiled.kernel import entry
from borderflow.engine.compiled.records import DETAIL, ENTERS, FINAL, LEAVES, PATIENT, URGENT, VISIT, Rows
from borderflow.engine.compiled.records import NEVER as NEVER_HERE
from borderflow.engine.journal import NEVER, Fate
from borderflow.network.network import Floats, Ints

NOT_REACHED = int(Fate.NOT_REACHED)
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[Any]


@entry
def write(
    visits: Rows,
    details: Rows,
    first: Ints,
    station: Whole,
    service: Floats,
    patience: Ints,
    size: Whole,
    specific_needs: Flags,
    ordered: Flags,
    many: Ints,
) -> None:
    """Visits as they stand before the run. ``many``: per station all of them, the patient and the urgent ones.

    ``ordered``: stations at which specific needs come first.
    """
    for household in range(len(first) - 1):
        for row in range(first[household], first[household + 1]):
            visit, place = visits[row], station[row]
            visit.service, visit.household = service[row], household
            visit.joined = visit.started = visit.ended = NEVER_HERE
            visit.station, visit.size, visit.fate = place, size[household], NOT_REACHED
            urgent, patient = ordered[place] and specific_needs[household], patience[row] >= 0
            final = row + 1 == first[household + 1]
            visit.marks = FINAL * final + URGENT * urgent + PATIENT * patient
            visit.clock = visit.without = 0
            details[row].patience = patience[row]
            details[row].enters = details[row].leaves = 0
            many[0, place] += 1
            many[1, place] += patient
            many[2, place] += urgent


@entry
def pass_through(visits: Rows, details: Rows, first: Ints, last: Ints, space: int) -> None:
    """Mark the visits before which a space is entered, and those after which it is left."""
    for row in first:
        visits[row].marks |= ENTERS
        details[row].enters |= 1 << space
    for row in last:
        visits[row].marks |= LEAVES
        details[row].leaves |= 1 << space


@entry
def read(visits: Rows, joined: Ints, started: Ints, ended: Ints, fate: Whole, without: Flags) -> None:
    """What became of the visits."""
    for row in range(len(visits)):
        visit = visits[row]
        joined[row] = NEVER if visit.joined == NEVER_HERE else visit.joined
        started[row] = NEVER if visit.started == NEVER_HERE else visit.started
        ended[row] = NEVER if visit.ended == NEVER_HERE else visit.ended
        fate[row], without[row] = visit.fate, visit.without != 0


def make_ready() -> None:
    """Load the machine code of all three, or make it."""
    from numba import from_dtype, types

    kinds = (from_dtype(VISIT), from_dtype(DETAIL), types.int64, types.float64, types.int16, types.int8, types.boolean)
    visits, details, long, real, short, byte, flag = (types.Array(kind, 1, "C") for kind in kinds)
    written = (visits, details, long, short, real, long, short, flag, flag, types.Array(types.int64, 2, "C"))
    write.compile(written)  # type: ignore[attr-defined]  # functions to us, dispatchers to Numba
    pass_through.compile((visits, details, long, long, types.int64))  # type: ignore[attr-defined]
    read.compile((visits, long, long, long, byte, flag))  # type: ignore[attr-defined]
