"""Turning the engine's functions into machine code, kept on disk from one run to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from borderflow.engine.compiled.keeping import cache_folder

F = TypeVar("F", bound=Callable[..., Any])


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
