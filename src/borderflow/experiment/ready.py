"""Machine code, made or found in the parent process before workers begin.

That it was found is noted in the folder where it is kept, under the state of the sources and of the processor: then
nothing has to be loaded to know that it is there.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import Callable
from pathlib import Path


def make_ready(notice: Callable[[str], None] | None = None) -> None:
    """Compile the engine if that was not done before, here and once, so that workers find it done."""
    mark = _mark()
    if mark is not None and mark.exists():
        return
    from borderflow.engine.compiled.engine import make_ready
    from borderflow.measure.compiled import tally

    make_ready(notice or logging.getLogger("borderflow").warning, tally.make_ready)
    if mark is not None:
        with contextlib.suppress(OSError):
            mark.touch()


def _mark() -> Path | None:
    """The note for these files, as they were last written, and this processor: machine code is found by both."""
    from llvmlite import binding

    from borderflow.engine.compiled import kernel

    folder: Path | None = getattr(kernel, "FOLDER", None)
    if folder is None:
        return None
    told = [str(kernel.PACKAGE), binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()]
    for path in sorted(path for pattern in kernel.SOURCES for path in kernel.PACKAGE.glob(pattern)):
        state = path.stat()
        told.append(f"{path.name} {state.st_mtime_ns} {state.st_size}")
    return folder / f"ready-{hashlib.sha256(chr(10).join(told).encode()).hexdigest()[:16]}"
