"""Tables on disk: the same bytes for the same rows, and values that read back as they were."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from borderflow.experiment import tables
from borderflow.experiment.tables import ParquetTable, arrow, read_csv, read_parquet, write_csv


def frame(rows: int, start: float = 0.0) -> pd.DataFrame:
    return pd.DataFrame({"crossing": "torkham", "date": "2023-11-01", "value": [start + row for row in range(rows)]})


def test_rows_are_grouped_by_what_came_before_not_by_when(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row groups are cut by the count of rows, so memory is bounded and bytes do not depend on timing."""
    monkeypatch.setattr(tables, "ROWS_PER_GROUP", 10)
    for name in ("a", "b"):
        table = ParquetTable(tmp_path / name)
        for replication in range(7):
            table.append(arrow(frame(4, replication), "plan", replication))
        table.close()
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    read = pq.ParquetFile(tmp_path / "a")
    assert read.metadata.num_row_groups == 3
    assert read.metadata.num_rows == 28


def test_dates_are_dates_and_a_missing_number_is_null(tmp_path: Path) -> None:
    """ISO dates are stored as dates, NaN as null; both read back."""
    table = ParquetTable(tmp_path / "t")
    table.append(arrow(frame(2).assign(value=[1.5, math.nan]), "plan", 0))
    table.close()
    stored = pq.read_table(tmp_path / "t")
    assert stored["value"].null_count == 1
    back = read_parquet(tmp_path / "t")
    assert back["date"].tolist() == [date(2023, 11, 1)] * 2
    assert back["value"].isna().tolist() == [False, True]


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    """Pages carry checksums, and a file that is cut off does not open."""
    table = ParquetTable(tmp_path / "t")
    table.append(arrow(frame(100), "plan", 0))
    table.close()
    whole = (tmp_path / "t").read_bytes()
    (tmp_path / "t").write_bytes(whole[:-5])
    with pytest.raises(Exception, match="Parquet"):
        read_parquet(tmp_path / "t")


def test_other_columns_are_refused(tmp_path: Path) -> None:
    """A replication whose table has other columns is a bug, and is said to be one."""
    table = ParquetTable(tmp_path / "t")
    table.append(arrow(frame(1), "plan", 0))
    with pytest.raises(ValueError, match="differ"):
        table.append(arrow(frame(1).assign(more=1), "plan", 1))


def test_an_empty_table_keeps_its_columns(tmp_path: Path) -> None:
    """A table without rows is still a table."""
    table = ParquetTable(tmp_path / "t")
    table.append(arrow(frame(0), "plan", 0))
    table.close()
    assert list(read_parquet(tmp_path / "t").columns) == ["plan", "replication", "crossing", "date", "value"]


def test_csv_is_written_for_good(tmp_path: Path) -> None:
    """Ten significant digits, LF, UTF-8, an empty field for what is missing or not finite, no minus nought."""
    values = [1 / 3, math.nan, math.inf, -0.0, 12345678901.0, 1e-7]
    write_csv(pd.DataFrame({"plan": "نقشه", "mean": values, "n": range(6)}), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes().decode("utf-8").split("\n") == [
        "plan,mean,n", "نقشه,0.3333333333,0", "نقشه,,1", "نقشه,,2", "نقشه,0,3", "نقشه,1.23456789e+10,4",
        "نقشه,1e-07,5", "",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["NA", "null", "12", "1e3", "True", "nan"])
def test_a_name_stays_text(tmp_path: Path, name: str) -> None:
    """A plan may be called NA or 12: it reads back as it was written; an empty key stays empty."""
    write_csv(pd.DataFrame({"plan": [name], "station": [""], "mean": [math.nan]}), tmp_path / "t.csv")
    back = read_csv(tmp_path / "t.csv")
    assert back.loc[0, "plan"] == name
    assert back.loc[0, "station"] == ""
    assert math.isnan(back.loc[0, "mean"])
