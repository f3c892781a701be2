"""All functions of the tally, and how they are made ready.

Each has a twin of NumPy's where it is called (``window``, ``waits``, ``rising``, ``record``, ``stations``, ``aid``,
``bottleneck``), which is what it means, and what counts where the compiled engine is not loaded. Both give the same
numbers to the last bit: sums of whole numbers, or sums in the same order. What a function cannot take it says by
``NO``, and the twin does it. Nothing is allocated here: results and room to work in are handed over.
"""

from __future__ import annotations

from typing import Any

from borderflow.measure.compiled.digits import COUNTS, NO, level, rising, summed
from borderflow.measure.compiled.lines import QUANTILES, waits
from borderflow.measure.compiled.steps import integral, peaks, values_at, worked
from borderflow.measure.compiled.stock import asked, given
from borderflow.measure.compiled.visits import by_hour, by_station, flows, per_day, wait_total

__all__ = ["COUNTS", "NO", "QUANTILES"]

_I, _F, _B, _I1, _I2, _I4, _II = "i8[::1]", "f8[::1]", "b1[::1]", "i1[::1]", "i2[::1]", "i4[::1]", "i8[:,::1]"
READY: tuple[tuple[Any, ...], ...] = (
    (per_day, _I, _I, "i8", _F),
    (per_day, _I, _F, "i8", _F),
    (flows, _I, _I, _I, _I, _I, _I, "i8", _II),
    (rising, _I, _I, _I, _I),
    (level, _I, _I, _I, _I, _I, _I, _I, _I, _F),
    (summed, _I, _F, _I, _I, _I, _I, _I, _F),
    (integral, _I, _F, _I, _F),
    (values_at, _I, _F, _I, _F),
    (peaks, _I, _F, _I, _F),
    (worked, _I, _F, _I, _F, _I, _F, _F),
    (
        by_station,
        _I4,
        _I2,
        _F,
        _I,
        _I,
        _I,
        _I1,
        _I,
        _I2,
        _I,
        "i8",
        _II,
        _II,
        _I,
        _F,
        _F,
        _II,
        _II,
        _I,
        _I,
        _F,
        *(_I,) * 8,
        _B,
    ),
    (waits, _I, _I, _I, _B, "i8", "i8", _I, _I, _I, _I, _II, _II),
    (given, _I, _I1, "i8", _I, _I, "i8", _I),
    (asked, _I, _I, _I, _I, _I1, _I4, _I, _I1, "i8", _I, _I, "i8", "i8", *(_I,) * 8, _B, _B),
    (wait_total, _I4, _I, _I, _I, "i8", _I),
    (by_hour, _I, _F, "i8", _F),
)
"""Every function, with the kinds of what it is given."""


def make_ready() -> None:
    """Load the machine code of every function, or make it."""
    for function, *kinds in READY:
        function.compile(f"({', '.join(kinds)})")
