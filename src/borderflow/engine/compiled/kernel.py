"""Turning the engine's functions into machine code, kept on disk from one run to the next."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
PACKAGE = Path(__file__).parents[2]
SOURCES = (
    *("engine/compiled/*.py", "engine/journal.py", "engine/order.py", "network/network.py"),
    "measure/compiled/*.py",
)
"""All that the machine code is made from: functions, options, and the constants that are built into it."""


def cache_folder() -> Path | None:
    """Where machine code is kept: a folder of its own for every state of the sources; None where none can be written.

    Numba itself asks only whether the file of a function has changed, not those of the functions and constants that
    are built into it; so the folder is named by a digest of them all. It lies in ``NUMBA_CACHE_DIR``, else in the
    user's own folder for such things, else in a folder for temporary files that nobody else can write to.
    """
    name = f"compiled-{digest()}"
    for root in _roots():
        try:
            folder = root / name
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except (OSError, RuntimeError):
            continue
        return folder
    return None


def digest() -> str:
    """A digest of the sources and of the versions of what compiles them."""
    import llvmlite
    import numba

    versions = (sys.version, numba.__version__, llvmlite.__version__)
    found = hashlib.sha256("\n".join(versions).encode())
    for path in sorted(path for pattern in SOURCES for path in PACKAGE.glob(pattern)):
        found.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def _roots() -> Iterator[Path]:
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(given) / "borderflow"
    if os.name == "nt":
        own = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        own = os.path.expanduser("~/Library/Caches")
    else:
        own = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    if os.path.isabs(own):
        yield Path(own) / "borderflow"
    if hasattr(os, "getuid"):
        # What lies here is run: a folder that others can write to, or have made, is not ours.
        folder = Path(tempfile.gettempdir()) / f"borderflow-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.lstat().st_uid == os.getuid() and folder.lstat().st_mode & 0o077 == 0:
            yield folder


if TYPE_CHECKING:

    def compiled(function: F) -> F:
        """The function itself, as far as types go."""
        return function

    inlined = entry = compiled
else:
    from numba import config, njit
    from numba.core.caching import FunctionCache
    from numba.core.runtime import rtsys
    from numba.core.types import unliteral

    FOLDER = cache_folder()
    # The engine allocates nothing, so arrays need no reference counts: counting costs ten times the work itself.
    OPTIONS = {"error_model": "numpy", "nogil": True, "_nrt": False}
    # They all become part of the one that is called from outside, which alone is kept.
    INNER = {**OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

    def compiled(function, **options):
        """What is called by the others: compiled once, not anew for each number that it is called with."""
        dispatcher = njit(**INNER, **options)(function)
        template = dispatcher.get_call_template

        def unspecified(args, kws):
            return template(tuple(map(unliteral, args)), {name: unliteral(kind) for name, kind in kws.items()})

        dispatcher.get_call_template = unspecified
        return dispatcher

    def inlined(function):
        """What becomes a part of each that calls it."""
        return compiled(function, forceinline=True)

    class Kept(FunctionCache):
        """Machine code on disk, loaded without what numba needs to compile.

        Numba brings in all that it can compile, with SciPy's linear algebra, before it looks whether there is anything
        to compile; that took most of the time of loading. It does so again before it compiles.
        """

        def load_overload(self, sig, target_context):
            rtsys.initialize(target_context)
            with self._guard_against_spurious_io_errors():
                return self._load_overload(sig, target_context)

    def entry(function):
        """What is called from outside: numba asks for the folder as it takes up a function."""
        dispatcher = njit(**OPTIONS)(function)
        if FOLDER is not None:
            before, config.CACHE_DIR = config.CACHE_DIR, str(FOLDER)
            try:
                dispatcher._cache = Kept(function)
            finally:
                config.CACHE_DIR = before
        return dispatcher
