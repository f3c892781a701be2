"""The memory that a world stands on: kept, and given to the next one."""

from __future__ import annotations

import sys
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]

LINE = 64
"""Bytes that the processor fetches at once: where a table begins, a line does."""
MOST_KEPT = 1 << 28
"""Pieces of more bytes are given back at once: measuring, which follows, needs the memory more than the next run."""

_pieces: list[Bytes] = []
_lock = Lock()


def set_aside(*wanted: tuple[int, np.dtype[Any]]) -> list[npt.NDArray[Any]]:
    """Tables of so many rows of a kind, one after the other; what stands in them has no meaning.

    The system clears what it gives, page by page as it is met: that took up to a third of a run. So a piece of memory
    is used again once no array shows it any more; and all tables are of one piece, for which large pages are taken.
    """
    places = [-(-rows * kind.itemsize // LINE) * LINE for rows, kind in wanted]
    piece = _piece(sum(places) + LINE)
    at = -piece.ctypes.data % LINE
    made = []
    for (rows, kind), place in zip(wanted, places, strict=True):
        made.append(piece[at : at + rows * kind.itemsize].view(kind))
        at += place
    return made


def _piece(size: int) -> Bytes:
    """The smallest unused piece that is large enough, or a new one: plans of several sizes take turns."""
    if size > MOST_KEPT:
        return np.empty(size, dtype=np.uint8)
    with _lock:
        unused = [number for number, many in enumerate(_references(_pieces)) if many == UNUSED]
        fitting = [number for number in unused if size <= len(_pieces[number])]
        if fitting:
            return _pieces[min(fitting, key=lambda number: len(_pieces[number]))]
        for number in reversed(unused):
            if len(_pieces[number]) < size:  # outgrown
                del _pieces[number]
        _pieces.append(np.empty(size + size // 8, dtype=np.uint8))
        return _pieces[-1]


def _references(pieces: list[Bytes]) -> list[int]:
    return [sys.getrefcount(piece) for piece in pieces]


UNUSED = _references([np.empty(0, dtype=np.uint8)])[0]
"""References to a piece that only the list of pieces holds."""
