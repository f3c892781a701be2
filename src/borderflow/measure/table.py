"""A measured table on its way into the store: what its rows are of, and columns of values.

Rows are of the same things in every replication of a plan, so their names are kept apart: they can be compared at once
and need to be made only once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Listed:
    """Rows named one by one."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def names(self) -> dict[str, list[str]]:
        parts = list(zip(*self.rows, strict=True)) or [()] * len(self.columns)
        return {name: list(part) for name, part in zip(self.columns, parts, strict=True)}


@dataclass(frozen=True)
class Series:
    """Blocks of rows, each of the same instants: ``columns`` name the blocks, ``when`` the instants."""

    columns: tuple[str, ...]
    blocks: tuple[tuple[str, ...], ...]
    when: str
    instants: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.blocks) * len(self.instants)

    def names(self) -> dict[str, list[str]]:
        many = len(self.instants)
        found = {
            name: [word for block in self.blocks for word in (block[place],) * many]
            for place, name in enumerate(self.columns)
        }
        return {**found, self.when: list(self.instants) * len(self.blocks)}


Keys = Listed | Series
"""What the rows of a table are of: equal, and with the same hash, where they are the same."""


@dataclass(frozen=True, eq=False)
class Table:
    """Keys, and columns of values with one entry a row."""

    keys: Keys
    values: dict[str, npt.NDArray[Any]]

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The same for pandas."""
        import pandas as pd

        if not len(self) and not self.values:
            return pd.DataFrame()
        names = {name: np.array(column, dtype=object) for name, column in self.keys.names().items()}
        return pd.DataFrame({**names, **self.values})


class Growing:
    """A table that grows block by block; a block has one row per day or hour. The last of ``keys`` is the instant."""

    def __init__(self, keys: tuple[str, ...], columns: Sequence[str]) -> None:
        self._keys = keys
        self._columns = columns
        self._blocks: list[tuple[str, ...]] = []
        self._values: list[Sequence[npt.NDArray[Any]]] = []
        self._instants: tuple[str, ...] = ()

    def add(self, of: tuple[str, ...], instants: tuple[str, ...], values: Sequence[npt.NDArray[Any]]) -> None:
        """The rows of one block, each with the columns of the table in their order."""
        self._blocks.append(of)
        self._values.append(values)
        self._instants = instants

    def table(self) -> Table:
        columns = zip(self._columns, zip(*self._values, strict=True), strict=False)
        values = {name: np.concatenate(parts) for name, parts in columns}
        return Table(Series(self._keys[:-1], tuple(self._blocks), self._keys[-1], self._instants), values)
