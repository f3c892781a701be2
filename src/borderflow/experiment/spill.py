"""Numbers of a run on their way to its summaries, kept in a file: memory does not grow with the replications."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from borderflow.measure.gathered import Block, Gathered

if TYPE_CHECKING:
    from borderflow.network.network import Floats, Ints

BLOCK = 50_000
"""Numbers of a column that are read at a time."""


class Spill:
    """Takes the tables of one replication after the other: numbers in ``columns`` by ``keys``, marks in ``flags``."""

    def __init__(self, path: Path, keys: Sequence[str], columns: Sequence[str], flags: Sequence[str] = ()) -> None:
        self._file = open(path, "wb+", buffering=0)  # noqa: SIM115  # closed by close()
        self._keys = list(keys)
        self._columns = list(columns)
        self._codes: dict[tuple[object, ...], int] = {}
        self._last: tuple[pa.Table, Ints] | None = None
        self._n = np.zeros(0, dtype=np.int64)
        self._flags = {name: np.zeros(0, dtype=np.int64) for name in flags}
        self._records: list[tuple[int, int, int]] = []  # replication, offset, width
        self._end = 0

    def add(self, replication: int, table: pa.Table) -> None:
        """One replication's rows, each key at most once; ``ValueError`` if one is there twice."""
        codes = self._coded(table.select(self._keys))
        width = len(self._codes)
        grown = width - len(self._n)
        self._n = np.pad(self._n, (0, grown))
        self._n[codes] += 1
        for name, marks in self._flags.items():
            self._flags[name] = np.pad(marks, (0, grown))
            self._flags[name][codes] += table[name].to_numpy().astype(np.int64)
        record = np.full((len(self._columns), width), np.nan)
        for position, name in enumerate(self._columns):
            record[position, codes] = _numbers(table[name])
        data = memoryview(record.tobytes())
        at = 0
        while at < len(data):
            at += self._file.write(data[at:])
        self._records.append((replication, self._end, width))
        self._end += len(data)

    def _coded(self, keys: pa.Table) -> Ints:
        if self._last is not None and self._last[0].equals(keys):
            return self._last[1]
        rows = zip(*(keys[name].to_pylist() for name in self._keys), strict=True)
        found = [self._codes.setdefault(row, len(self._codes)) for row in rows]
        codes = np.array(found, dtype=np.int64)
        if len(np.unique(codes)) < len(codes):
            raise ValueError(f"two rows of one replication have the same {', '.join(self._keys)}")
        self._last = (keys, codes)
        return codes

    def gathered(self) -> Gathered:
        """What was added, read back block by block."""
        import pandas as pd

        columns = list(zip(*self._codes, strict=True)) or [()] * len(self._keys)
        data = {}
        for name, column in zip(self._keys, columns, strict=True):
            data[name] = np.empty(len(column), dtype=object)
            data[name][:] = column
        return Gathered(pd.DataFrame(data), self._n, self._blocks, self._flags)

    def _blocks(self) -> Iterator[Block]:
        wide = max(1, BLOCK // max(1, len(self._records)))
        replications = np.array([record[0] for record in self._records], dtype=np.int64)
        for first in range(0, len(self._codes), wide):
            last = min(first + wide, len(self._codes))
            numbers = {name: self._read(at, first, last) for at, name in enumerate(self._columns)}
            yield Block(first, last, numbers, np.broadcast_to(replications, (last - first, len(replications))))

    def _read(self, column: int, first: int, last: int) -> Floats:
        matrix = np.full((last - first, len(self._records)), np.nan)
        for which, (_, offset, width) in enumerate(self._records):
            if first < width:
                self._file.seek(offset + 8 * (column * width + first))
                data = self._file.read(8 * (min(last, width) - first))
                matrix[: len(data) // 8, which] = np.frombuffer(data)
        return matrix

    def close(self) -> None:
        """Let go of the file, and of the room it takes."""
        name = self._file.name
        self._file.close()
        if os.path.exists(name):
            os.unlink(name)


def _numbers(column: pa.ChunkedArray) -> Floats:
    """A column as floats, NaN where empty; a date as days since 1970-01-01."""
    if pa.types.is_string(column.type):
        column = column.cast(pa.date32())
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    numbers: Floats = column.cast(pa.float64()).to_numpy()
    return numbers
