"""Triggers: whether and when each was seen, acted and was undone: as indicators the first firing in the period.

What fired in the warm-up may be in force all the same: whether it did is told by itself. Every firing has its row in a
table of its own.
"""

from __future__ import annotations

import math

import numpy as np

from borderflow.engine.journal import NEVER
from borderflow.measure.record import Record
from borderflow.measure.rows import Place, Rows
from borderflow.measure.table import Listed, Table
from borderflow.scenario.units import DAY


def add_triggers(rows: Rows, record: Record) -> None:
    """The rows of each trigger of the plan, fired or not."""
    fired = record.journal.fired
    for trigger in record.network.triggers:
        place: Place = ("", "", trigger.name)
        ours = fired.trigger == trigger.index
        found = np.flatnonzero(ours & record.window.holds(fired.seen))
        rows.add("trigger_fired", float(len(found) > 0), place)
        rows.add("trigger_firings", len(found), place)
        rows.add("trigger_fired_before", float((ours & (fired.seen < 0)).any()), place)
        for word in ("seen", "acted", "undone"):
            second = int(getattr(fired, word)[found[0]]) if len(found) else NEVER
            rows.add(f"trigger_{word}", math.nan if second == NEVER else second / DAY, place)


WORDS = ("seen", "acted", "undone")
COLUMNS = ["trigger", "firing", *WORDS]


def table(record: Record) -> Table:
    """One row per firing, those of the warm-up included: its number, and when it was seen, acted and was undone.

    Local times; missing where it has not acted, or was not undone, by the end.
    """
    fired = record.journal.fired
    order = np.lexsort((fired.seen, fired.trigger))
    which = fired.trigger[order]
    begin = np.datetime64(record.scenario.start, "s")
    columns: dict[str, np.ndarray] = {"firing": 1 + np.arange(len(which)) - np.searchsorted(which, which)}
    for word in WORDS:
        second = getattr(fired, word)[order]
        columns[word] = np.where(second == NEVER, np.datetime64("NaT", "s"), begin + second.astype("timedelta64[s]"))
    names = tuple((record.network.triggers[index].name,) for index in which.tolist())
    return Table(Listed(("trigger",), names), columns)
