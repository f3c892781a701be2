"""Whether machine code tallies: it does where the compiled engine is loaded, else NumPy does. Both tell the same."""

from __future__ import annotations

import sys
from types import ModuleType

_ENGINE = "borderflow.engine.compiled.engine"
_tally: ModuleType | None = None


def tally() -> ModuleType | None:
    """The tally in machine code; None where the compiled engine is not loaded."""
    global _tally
    if _tally is None and _ENGINE in sys.modules:
        from borderflow.measure.compiled import tally

        _tally = tally
    return _tally
