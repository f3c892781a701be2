"""Columns for Arrow, made from their bytes: handed lists or arrays, pyarrow brings in pandas, which no worker needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_KINDS = {
    np.dtype(np.float64): pa.float64(),
    np.dtype(np.int64): pa.int64(),
    np.dtype(np.int32): pa.int32(),
    np.dtype("datetime64[s]"): pa.timestamp("s"),
}


def column(values: npt.NDArray[Any] | Sequence[str]) -> pa.Array:
    """Numbers, marks, instants or words as a column; NaN, and an instant that is none, become null."""
    if not isinstance(values, np.ndarray):
        return _words(values)
    if values.dtype == object:
        return _words(values.tolist())
    if values.dtype == np.bool_:
        return pa.Array.from_buffers(pa.bool_(), len(values), [None, _bits(values)])
    if values.dtype not in _KINDS:
        values = values.astype(np.int64 if np.issubdtype(values.dtype, np.integer) else np.float64)
    none = np.isnat(values) if values.dtype.kind == "M" else np.isnan(values)
    held = _bits(~none) if none.any() else None
    numbers = np.ascontiguousarray(values).view(np.uint8)
    return pa.Array.from_buffers(_KINDS[values.dtype], len(values), [held, pa.py_buffer(numbers)])


def dates(words: Sequence[str]) -> pa.Array:
    """ISO dates as a column of dates."""
    days = np.array(words, dtype="datetime64[D]").astype(np.int32)
    return pa.Array.from_buffers(pa.date32(), len(days), [None, pa.py_buffer(days)])


def _bits(flags: npt.NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(flags, bitorder="little"))


def _words(words: Sequence[str]) -> pa.Array:
    text = "".join(words).encode()
    each = words if len(text) == sum(map(len, words)) else [word.encode() for word in words]
    ends = np.zeros(len(words) + 1, dtype=np.int32)
    np.cumsum(np.fromiter(map(len, each), dtype=np.int32, count=len(words)), out=ends[1:])
    return pa.Array.from_buffers(pa.string(), len(words), [None, pa.py_buffer(ends), pa.py_buffer(text)])
