"""The compiled engine and the model of record tell the same story of every operation, second for second, row by row."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, event, given, settings
from operations import settings_and_desks

from borderflow.engine.difference import difference

pytest.importorskip("numba")
MANY = int(os.environ.get("BORDERFLOW_EXAMPLES", "400"))
"""Generated operations; the slow command (docs/engines.md) asks for 5,000."""


@settings(max_examples=MANY, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
@given(settings_and_desks())
def test_journals_ledgers_and_accounts_are_equal(made):
    setting, _ = made
    record, compiled = setting.played("simpy").journal, setting.played("compiled").journal
    for table in ("ledger", "trips", "stays", "fired", "accounts"):
        event(f"{table}: {'rows' if len(getattr(record, table).__dict__[_first(table)]) else 'none'}")
    assert difference(record, compiled) is None


def _first(table: str) -> str:
    return {"trips": "fleet", "stays": "space", "fired": "trigger"}.get(table, "second")


def test_no_difference_goes_unseen():
    """The comparison itself: any value changed in any column of a journal is found, where it is and what it was."""
    from hand import Desk, Party, Purse, Room, Shelf, Vehicles, setting

    from borderflow.network import network as net

    watch = net.Watch(net.Sees.CROSSED, 0, True, 0, 1)
    trigger = net.Trigger(0, "t", (watch,), 0, (net.Act(net.Moves.DESKS, 0, "add", 1),))
    made = setting(
        [Party("08:00", {"desk": 10, "bus": 0}), Party("08:01", {"desk": 10, "bus": 0}, patience={"desk": 3})],
        [Desk("desk", takes=[("kit", 1, 0)]), Desk("bus", fleet=0)],
        [Shelf("kit", 5)],
        [Vehicles(2, 10, [30])],
        rooms=[Room("camp", "desk", "bus", [("00:00", 5)])],
        triggers=[trigger],
        purses=[Purse(100, grants={"kit": 10})],
    )
    story = made.played("simpy").journal
    assert difference(story, made.played("simpy").journal) is None
    columns = [
        (holder, word)
        for holder in ("", "ledger", "trips", "stays", "fired", "accounts")
        for word, column in vars(getattr(story, holder) if holder else story).items()
        if isinstance(column, np.ndarray)
    ]
    assert len(columns) == 7 + 6 + 8 + 5 + 4 + 8
    for holder, word in columns:
        other = made.played("simpy").journal
        column = getattr(getattr(other, holder) if holder else other, word)
        assert len(column), (holder, word)
        column[-1] = not column[-1] if column.dtype == bool else column[-1] + 1
        found = difference(story, other)
        assert found is not None
        assert found.what.endswith(word)
        assert found.row == len(column) - 1
