"""Machine code, made or found in the parent process before workers begin.

That it was found is noted where it is kept: then nothing has to be loaded to know that it is there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from borderflow.engine.compiled.keeping import note, noted


def make_ready(notice: Callable[[str], None] | None = None) -> None:
    """Compile the engine if that was not done before, here and once, so that workers find it done."""
    if noted():
        return
    from borderflow.engine.compiled.engine import make_ready
    from borderflow.measure.compiled import tally

    make_ready(notice or logging.getLogger("borderflow").warning, tally.make_ready)
    note()
