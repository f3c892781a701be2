"""Shards: the tables of a batch, packed as they come."""

from __future__ import annotations

import weakref
from collections.abc import Iterator

import pyarrow as pa

from borderflow.experiment.shard import decode, encode


def test_a_batch_holds_the_tables_of_one_replication_beside_the_first() -> None:
    """However many replications a batch has, those that were packed are let go of: memory does not grow with them."""
    made: list[weakref.ref[pa.Table]] = []
    alive: list[int] = []

    def replications() -> Iterator[tuple[int, dict[str, pa.Table]]]:
        for number in range(5):
            table = pa.table({"station": ["gate"], "queue": [number]})
            made.append(weakref.ref(table))
            yield number, {"daily": table}
            del table
            alive.append(sum(one() is not None for one in made))

    packed = encode("run", replications())
    assert max(alive) <= 2
    assert {number: tables["daily"]["queue"].to_pylist() for number, tables in decode(packed, "run").items()} == {
        number: [number] for number in range(5)
    }
