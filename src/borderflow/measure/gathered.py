"""Numbers of many replications by key: what a summary reads, a block of keys at a time.

A summary needs all values of a key together, and a run gives all keys of a replication together. ``gathered`` turns a
table that is in memory; an experiment keeps its numbers in a file and reads them block by block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from borderflow.network.network import Floats, Ints

REPLICATION = "replication"


@dataclass(frozen=True)
class Block:
    """The numbers of the keys ``first`` to ``last`` (not included), by column; shape (keys, replications).

    NaN where a replication has none. ``replications``: the replication that each number is of, same shape.
    """

    first: int
    last: int
    numbers: Mapping[str, Floats]
    replications: Ints


@dataclass(frozen=True)
class Gathered:
    """``keys``: one row for each key, in order of appearance. ``n``: in how many replications each is.

    ``flags``: in how many of them something is marked, by the name of the mark. ``blocks``: all numbers, in order of
    keys.
    """

    keys: pd.DataFrame
    n: Ints
    blocks: Callable[[], Iterator[Block]]
    flags: Mapping[str, Ints] = field(default_factory=dict)


def gathered(frame: pd.DataFrame, keys: Sequence[str], columns: Sequence[str], flags: Sequence[str] = ()) -> Gathered:
    """A table of all replications, as one block. Dates in ``columns`` become days since 1970-01-01."""
    found, codes = _grouped(frame, keys)
    many = len(found)

    def blocks() -> Iterator[Block]:
        numbers = {name: _by_group(codes, _number(frame[name]), many) for name in columns}
        of = np.zeros((many, 0))
        if REPLICATION in frame:
            of = _by_group(codes, frame[REPLICATION].to_numpy(dtype=float), many)
        yield Block(0, many, numbers, np.nan_to_num(of).astype(np.int64))

    marked = {name: np.bincount(codes, frame[name].to_numpy(dtype=bool), many).astype(np.int64) for name in flags}
    return Gathered(found, np.bincount(codes, minlength=many), blocks, marked)


def _number(values: pd.Series[Any]) -> Floats:
    if not pd.api.types.is_numeric_dtype(values):
        return np.array(values.to_list(), dtype="datetime64[D]").astype(np.int64).astype(np.float64)
    return values.to_numpy(dtype=float)


def _grouped(frame: pd.DataFrame, names: Sequence[str]) -> tuple[pd.DataFrame, Ints]:
    """Distinct keys in order of appearance, and each row's number among them."""
    code = np.zeros(len(frame), dtype=np.int64)
    for name in names:
        each, distinct = pd.factorize(frame[name])
        code = code * (len(distinct) + 1) + each
    found, first = np.unique(code, return_index=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(found), dtype=np.int64)
    rank[order] = np.arange(len(found))
    keys = frame.iloc[first[order]][list(names)].reset_index(drop=True).astype(object)
    return keys, rank[np.searchsorted(found, code)]


def _by_group(codes: Ints, values: npt.NDArray[Any], groups: int) -> Floats:
    """Values as a matrix with one row per group, filled with NaN."""
    order = np.argsort(codes, kind="stable")
    sorted_codes = codes[order]
    first = np.searchsorted(sorted_codes, np.arange(groups))
    column = np.arange(len(codes)) - first[sorted_codes]
    matrix = np.full((groups, int(column.max()) + 1 if len(codes) else 0), np.nan)
    matrix[sorted_codes, column] = values[order]
    return matrix
