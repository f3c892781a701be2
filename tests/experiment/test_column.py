"""Columns made from their bytes are those that pyarrow makes, and workers need no pandas for them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from borderflow.experiment.column import column, dates


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.array([1.5, np.nan, -0.0]), pa.float64()),
        (np.array([1.5, 2.0]), pa.float64()),
        (np.array([1, -2, 3], dtype=np.int64), pa.int64()),
        (np.array([1, 2], dtype=np.int32), pa.int32()),
        (np.array([1, 2], dtype=np.int16), pa.int64()),
        (np.array([True, False] * 9), pa.bool_()),
        (np.array(["2023-10-01T07:00:00", "NaT"], dtype="datetime64[s]"), pa.timestamp("s")),
        (np.array(["kits", "نان"], dtype=object), pa.string()),
        (np.arange(10.0)[::3], pa.float64()),
        (np.empty(0), pa.float64()),
    ],
)
def test_a_column_is_that_of_pyarrow(values: np.ndarray, kind: pa.DataType) -> None:
    made = column(values)
    made.validate(full=True)
    assert made.equals(pa.array(values, from_pandas=True).cast(kind))
    assert made.null_count == pa.array(values, from_pandas=True).null_count


def test_words_and_dates() -> None:
    for words in ([], ["", "gate", ""], ["تورخم", "torkham"]):
        assert column(words).equals(pa.array(words, type=pa.string()))
    days = ["1969-12-31", "2023-10-01"]
    assert dates(days).equals(pa.array(days, type=pa.string()).cast(pa.date32()))


def test_no_worker_loads_pandas() -> None:
    """It costs as much as a replication."""
    code = (
        "import sys, numpy as np, borderflow.experiment.workers as workers\n"
        "from borderflow.experiment.tables import arrow\n"
        "from borderflow.measure.table import Listed, Table\n"
        "workers.standard()\n"
        "arrow(Table(Listed(('fund',), (('all',),)), {'value': np.ones(1)}), 'as_is', 0)\n"
        "assert 'pandas' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
