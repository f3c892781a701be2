"""The first difference between two journals of the same households under the same plan."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from borderflow.engine.journal import NEVER, Journal

TABLES = ("ledger", "trips", "stays", "fired", "accounts")


@dataclass(frozen=True)
class Difference:
    """What differs (such as ``visit joined`` or ``ledger quantity``), in which row, and both values."""

    what: str
    row: int
    values: tuple[Any, Any]


def difference(one: Journal, other: Journal) -> Difference | None:
    """Where two journals differ first: by column of the visits, of the households, then table by table. None: equal.

    Kinds of numbers count too: a table that is read back must not depend on who wrote it.
    """
    for word in ("fate", "joined", "started", "ended", "without"):
        if found := _of(f"visit {word}", getattr(one, word), getattr(other, word)):
            return found
    for word in ("outcome", "left"):
        if found := _of(f"household {word}", getattr(one, word), getattr(other, word)):
            return found
    for table in TABLES:
        here, there = getattr(one, table), getattr(other, table)
        columns = [column.name for column in fields(here)]
        pairs = (_of(f"{table} {word}", getattr(here, word), getattr(there, word)) for word in columns)
        apart = [each for each in pairs if each is not None]
        if apart:
            return min(apart, key=lambda each: each.row)
    return None


def _of(what: str, one: Any, other: Any) -> Difference | None:
    if one.dtype != other.dtype:
        return Difference(f"{what} (kind of number)", 0, (str(one.dtype), str(other.dtype)))
    many = min(len(one), len(other))
    apart = np.flatnonzero(one[:many] != other[:many])
    if len(apart):
        row = int(apart[0])
        return Difference(what, row, (_shown(one[row]), _shown(other[row])))
    if len(one) != len(other):
        return Difference(f"{what} (number of rows)", many, (len(one), len(other)))
    return None


def _shown(value: Any) -> Any:
    return "never" if value == NEVER else value.item()
