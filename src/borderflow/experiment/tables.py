"""Result tables on disk: Parquet written as replications come in, CSV written once, both the same bytes every time."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from borderflow.experiment.column import column as arrow_column
from borderflow.experiment.column import dates
from borderflow.measure.table import Keys, Listed, Table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow.parquet as pq

ROWS_PER_GROUP = 65_536
"""Rows gathered before a row group is written. Counted in replication order, so bytes do not depend on timing."""

_NUMBERS = {"value", "mean", "quantity"}


def _settled(name: str, kind: pa.DataType) -> pa.DataType:
    """The type a column is stored as, whatever pandas made of it in one replication (all empty, say)."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if name == "date":
        return pa.date32()
    if pa.types.is_null(kind):
        return pa.float64() if name in _NUMBERS else pa.string()
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_integer(kind):
        return pa.int64()
    if pa.types.is_floating(kind):
        return pa.float64()
    return kind


def arrow(found: pd.DataFrame | Table, plan: str, replication: int) -> pa.Table:
    """What was measured as an Arrow table with its plan and replication in front; NaN becomes null."""
    if isinstance(found, Table):
        names = _named(found.keys, plan) if found.values else _named(Listed((), ()), plan)
        columns = {**names, **{name: arrow_column(values) for name, values in found.values.items()}}
        table = pa.Table.from_arrays(list(columns.values()), names=list(columns))
    else:
        table = _settled_table(found)
        table = table.add_column(0, "plan", arrow_column([plan] * len(table)))
    return table.add_column(1, "replication", arrow_column(np.full(len(table), replication, dtype=np.int32)))


@lru_cache(maxsize=64)
def _named(keys: Keys, plan: str) -> dict[str, pa.Array]:
    """The columns that name the rows: they are the same in every replication of a plan."""
    names = {"plan": [plan] * len(keys), **keys.names()}
    return {name: dates(words) if name == "date" else arrow_column(words) for name, words in names.items()}


def _settled_table(frame: pd.DataFrame) -> pa.Table:
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    return table.cast(pa.schema([(field.name, _settled(field.name, field.type)) for field in table.schema]))


class ParquetTable:
    """One growing Parquet file. The first table sets the columns; later ones are cast to them or refused."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self._rows = 0

    def append(self, table: pa.Table) -> None:
        """Add a replication's rows; what has gathered is written once it fills a row group."""
        if self._writer is None:
            import pyarrow.parquet as pq

            strings = [field.name for field in table.schema if pa.types.is_string(field.type)]
            self._writer = pq.ParquetWriter(
                self.path, table.schema, compression="zstd", use_dictionary=strings, write_page_checksum=True
            )
        if table.schema.names != self._writer.schema.names:
            raise ValueError(f"{self.path.name}: columns {table.schema.names} differ from {self._writer.schema.names}")
        self._waiting.append(table.cast(self._writer.schema))
        self._rows += len(table)
        if self._rows >= ROWS_PER_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._writer is not None and self._rows:
            whole = pa.concat_tables(self._waiting).combine_chunks()
            self._writer.write_table(whole)
        self._waiting, self._rows = [], 0

    def close(self) -> None:
        """Write what is left and end the file."""
        self._flush()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def abandon(self) -> None:
        """Let go of the file without caring for what is in it."""
        self._waiting = []
        writer, self._writer = self._writer, None
        if writer is not None:
            with contextlib.suppress(OSError):
                writer.close()


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a whole frame as one Parquet file."""
    import pyarrow.parquet as pq

    pq.write_table(
        _settled_table(frame), path, compression="zstd", write_page_checksum=True, row_group_size=ROWS_PER_GROUP
    )


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as CSV: UTF-8, LF, ten significant digits, ISO dates, an empty field where there is no value."""
    clean = frame.copy()
    for column in clean.select_dtypes("float").columns:
        clean[column] = clean[column].replace([np.inf, -np.inf], np.nan) + 0.0  # + 0.0: no "-0"
    clean.to_csv(path, index=False, float_format="%.10g", lineterminator="\n", encoding="utf-8", date_format="%Y-%m-%d")


_NAMES = (
    *("plan", "baseline", "crossing", "station", "item", "group", "indicator", "unit", "verdict"),
    *("by", "period", "first", "last", "what", "peak_day"),
)


def read_csv(path: Path) -> pd.DataFrame:
    """Read a result CSV: names stay text (a plan may be called ``NA`` or ``12``), an empty number is NaN."""
    import pandas as pd

    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in frame.columns:
        if column not in _NAMES:
            try:
                frame[column] = pd.to_numeric(frame[column].replace("", None))
            except ValueError:
                continue
    return frame


def read_parquet(path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a result table (or some of its columns) as a pandas frame; dates are ``datetime.date``."""
    import pyarrow.parquet as pq

    frame: pd.DataFrame = pq.read_table(path, columns=list(columns) if columns else None).to_pandas()
    return frame
