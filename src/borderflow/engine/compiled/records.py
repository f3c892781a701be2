"""What the compiled engine keeps of each thing, as NumPy records: one row a visit, a household, a station, an event."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[Any]

NEVER = -(2**31)
"""Stands for a second that did not come, in columns of 32 bits."""
MOST_SPACES = 31
"""A visit keeps the spaces that it enters and leaves as bits of 32."""

VISIT = np.dtype(
    [
        ("service", "f8"),
        ("household", "i4"),
        ("joined", "i4"),
        ("started", "i4"),
        ("ended", "i4"),
        ("station", "i2"),
        ("size", "i2"),  # of its household: who moves in a line need not be looked up
        ("fate", "i1"),
        ("marks", "u1"),  # what is known of it beforehand, as below
        ("clock", "u1"),  # its stock clock, as below
        ("without", "u1"),
    ],
    align=True,
)
"""What every event asks of a visit: two fit into a line of the processor's cache."""
FINAL, URGENT, PATIENT, ENTERS, LEAVES = 1, 2, 4, 8, 16
"""Marks: the last of its household; comes first, for its specific needs; has a patience; enters, leaves spaces."""
ARMED, EXCUSED = 1, 2
"""Of a stock clock: it is set; the visit is served without the items."""
DETAIL = np.dtype([("patience", "i4"), ("enters", "i4"), ("leaves", "i4"), ("next", "i4")], align=True)
"""What is asked of those visits alone whose marks say so, and in a vehicle who boarded next."""

PERSONS = np.dtype(
    [
        ("visit", "i4"),  # its first visit, then the one for which it last came to a space
        ("last", "i4"),  # one past its last visit
        ("left", "i4"),
        ("size", "i4"),
        ("inside", "i4"),  # spaces that it is in
        ("pending", "i4"),  # spaces that it has still to come to before its visit
        ("destination", "i2"),
        ("crossing", "i2"),
        ("outcome", "i1"),
        ("yard", "u1"),  # held before a space
    ],
    align=True,
)
STATION = np.dtype(
    [
        ("pace", "f8"),
        ("head", "i8"),  # its line, in ``lines``
        ("tail", "i8"),
        ("first_head", "i8"),  # those with specific needs, where they come first
        ("first_tail", "i8"),
        ("clocks", "i8"),  # where its patience clocks begin in ``clocks``, ``calendar`` and ``newcomers``
        ("clocked", "i8"),
        ("expected", "i8"),  # clocks that have an event
        ("newcomers", "i8"),
        ("waiting", "i8"),  # persons in line
        ("first_turn", "i8"),
        ("turn", "i8"),
        ("turns", "i8"),
        ("desks", "i4"),  # of a boarding place: vehicles
        ("busy", "i4"),  # of a boarding place: vehicles boarding or under way
        ("rostered", "i4"),
        ("crossing", "i4"),
        ("take", "i4"),
        ("takes", "i4"),
        ("shut_from", "i4"),
        ("shut_to", "i4"),
        ("short_wait", "i4"),
        ("changes", "i4"),
        ("board", "i4"),  # first of its boarding lines, -1 at desks
        ("boards", "i4"),
        ("fleet", "i4"),
        ("seats", "i4"),
        ("leave_after", "i4"),
        ("loaded", "i4"),
        ("away", "i4"),  # vehicles on the road when the run begins, in ``aways``
        ("aways", "i4"),
        ("fund", "i4"),  # that pays what is given here, or the trips; -1 for none
        ("fare", "i8"),
        ("short_then", "i1"),
        ("turns_away", "u1"),
        ("claimed", "u1"),  # whoever is at the head has a claim
        ("asked", "u1"),
        ("called", "u1"),  # the event in hand is a stock clock that has run out
        ("shut", "u1"),
        ("counts", "u1"),  # who is served here has crossed
        ("tired", "i1"),  # fate of those whose patience ends
        ("touched", "u1"),
    ],
    align=True,
)
TURN = np.dtype([("second", "i8"), ("value", "f8"), ("pace", "f8")], align=True)
TAKE = np.dtype([("stock", "i8"), ("fixed", "i8"), ("each", "i8"), ("amount", "i8"), ("per", "i8")], align=True)
STRETCH = np.dtype([("first", "i8"), ("end", "i8")], align=True)
BOARD = np.dtype([("head", "i8"), ("tail", "i8"), ("load", "i8"), ("trips", "i8"), ("sequence", "i8")], align=True)
LOAD = np.dtype(
    [
        ("head", "i8"),
        ("tail", "i8"),
        ("opened", "i4"),
        ("number", "i4"),
        ("vehicles", "i4"),
        ("seats", "i4"),
        ("persons", "i4"),
        ("households", "i4"),
        ("destination", "i2"),
        ("station", "i2"),
        ("gone", "u1"),
        ("claimed", "u1"),  # its trip waits for money
    ],
    align=True,
)
STOCK = np.dtype(
    [
        ("on_hand", "i8"),
        ("on_order", "i8"),
        ("orders", "i8"),
        ("shipments", "i8"),
        ("last_order", "i8"),
        ("opening", "i8"),
        ("reorder_at", "i8"),
        ("order_up_to", "i8"),
        ("minimum_interval", "i8"),
        ("owed_first", "i8"),
        ("owed_last", "i8"),
        ("unpaid_first", "i8"),
        ("unpaid_last", "i8"),
        ("amount", "i8"),  # its price: ``amount`` hundredths for ``per``
        ("per", "i8"),
        ("supply", "i4"),
        ("supplies", "i4"),
        ("shut_from", "i4"),
        ("shut_to", "i4"),
        ("taker", "i4"),
        ("takers", "i4"),
        ("source", "i4"),
        ("sequence", "i4"),
        ("fund", "i4"),  # that pays its orders, -1 for none
        ("ordered", "u1"),  # whether anything was ever ordered
        ("review_due", "u1"),
        ("moved", "u1"),
    ],
    align=True,
)
SUPPLY = np.dtype([("second", "i8"), ("quantity", "i8"), ("ordered", "i8")], align=True)
ORDER = np.dtype([("goal", "i8"), ("number", "i8"), ("lead_time", "i8"), ("owed", "i8"), ("next", "i8")], align=True)
SHIPMENT = np.dtype([("stock", "i8"), ("entry", "i8"), ("number", "i8"), ("quantity", "i8")], align=True)
TRANSFER = np.dtype(
    [("second", "i8"), ("source", "i8"), ("goal", "i8"), ("quantity", "i8"), ("takes", "i8")], align=True
)
FUND = np.dtype(
    [
        ("opening", "i8"),
        ("balance", "i8"),
        ("receipt", "i8"),
        ("receipts", "i8"),
        ("first", "i8"),  # of the claims that wait, -1 for none
        ("last", "i8"),
    ],
    align=True,
)
CLAIM = np.dtype(
    [
        ("cost", "i8"),
        ("place", "i8"),
        ("reference", "i8"),
        ("since", "i8"),
        ("before", "i8"),
        ("behind", "i8"),
        ("kind", "i8"),
    ],
    align=True,
)
SPACE = np.dtype(
    [
        ("places", "i8"),
        ("inside", "i8"),
        ("outside", "i8"),
        ("head", "i8"),  # those without a place, in ``yards``
        ("tail", "i8"),
        ("turn", "i8"),
        ("turns", "i8"),
        ("holds", "u1"),
        ("freed", "u1"),
    ],
    align=True,
)
STAY = np.dtype([("came", "i4"), ("entered", "i4"), ("left", "i4"), ("state", "u1")], align=True)
HERE, GONE = 1, 2
"""States of a stay; before it, a household has not come to the space."""
USE = np.dtype([("space", "i8"), ("stock", "i8"), ("per_person", "i8"), ("at", "i8"), ("key", "i8")], align=True)
WATCH = np.dtype(
    [("limit", "f8"), ("place", "i8"), ("days", "i8"), ("held", "i8"), ("sees", "i1"), ("above", "u1")], align=True
)
TRIGGER = np.dtype(
    [
        ("when", "i4"),
        ("until", "i4"),
        ("watches", "i4"),  # one past its last condition
        ("act", "i4"),
        ("acts", "i4"),
        ("notice", "i8"),
        ("firings", "i8"),
        ("row", "i8"),
        ("repeat", "u1"),
        ("active", "u1"),
    ],
    align=True,
)
ACT = np.dtype([("value", "f8"), ("place", "i8"), ("moves", "i1"), ("operation", "i1")], align=True)
PENDING = np.dtype([("act", "i8"), ("row", "i8"), ("on", "u1")], align=True)
SEQUENCE = np.dtype([("first", "i8"), ("count", "i8")], align=True)
EVENT = np.dtype([("second", "i8"), ("key", "i8"), ("kind", "i8"), ("what", "i8")], align=True)

# What is read out as it is written: seconds fit into 32 bits, as a run is of 30 years at most.
LEDGER_ROW = np.dtype(
    [("quantity", "i8"), ("on_hand", "i8"), ("second", "i4"), ("reference", "i4"), ("stock", "i2"), ("entry", "i1")],
    align=True,
)
TRIP_ROW = np.dtype(
    [
        ("returned", "i8"),
        ("opened", "i4"),
        ("departed", "i4"),
        ("vehicles", "i4"),
        ("households", "i4"),
        ("persons", "i4"),
        ("fleet", "i2"),
        ("destination", "i2"),
    ],
    align=True,
)
FIRED_ROW = np.dtype([("trigger", "i8"), ("fired", "i8"), ("acted", "i8"), ("undone", "i8")], align=True)
ACCOUNT_ROW = np.dtype(
    [
        ("amount", "i8"),
        ("balance", "i8"),
        ("second", "i4"),
        ("place", "i4"),
        ("reference", "i4"),
        ("since", "i4"),
        ("fund", "i2"),
        ("entry", "i1"),
    ],
    align=True,
)

# What a running number stands for, in ``World.n``.
NOW, FIRST, END = 0, 1, 2
EVENTS, AGENDA, LOADS, ORDERS, SHIPMENTS, PENDINGS = 3, 4, 5, 6, 7, 8
LEDGER, TRIPS, FIRED = 9, 10, 11
ACCOUNTS, COMPLETIONS, ARRIVED = 12, 13, 14
TOUCHED, FREED, MOVED = 15, 16, 17
MOST_CHANGES = 18
STATUS, WHICH = 19, 20
NUMBERS = 21

AHEAD = 8
"""So many arrivals beforehand the records of a household are fetched."""
FAR = 1 << 62
"""Orders after every arrival and completion."""
FINE, FULL, MORE_DRAWS, NO_TRIP = 0, 1, 2, 3
"""``STATUS``: a table is full (``WHICH``: its number), a sequence of draws (``WHICH``) is too short, no round trip."""


WHOLE = np.dtype(np.int64)
TABLES: dict[str, np.dtype[Any]] = {
    "n": WHOLE,
    "visits": VISIT,
    "details": DETAIL,
    "persons": PERSONS,
    "order": WHOLE,
    "arrivals": WHOLE,
    "completions": WHOLE,
    "stations": STATION,
    "takes": TAKE,
    "turns": TURN,
    "stretches": STRETCH,
    "lines": WHOLE,
    "clocks": WHOLE,
    "calendar": WHOLE,
    "newcomers": WHOLE,
    "boards": BOARD,
    "loads": LOAD,
    "aways": SUPPLY,
    "stocks": STOCK,
    "supplies": SUPPLY,
    "takers": WHOLE,
    "orders": ORDER,
    "shipments": SHIPMENT,
    "transfers": TRANSFER,
    "funds": FUND,
    "receipts": SUPPLY,
    "claims": CLAIM,
    "spaces": SPACE,
    "stays": STAY,
    "yards": WHOLE,
    "uses": USE,
    "triggers": TRIGGER,
    "watches": WATCH,
    "acts": ACT,
    "pending": PENDING,
    "changes": WHOLE,
    "sequences": SEQUENCE,
    "draws": WHOLE,
    "crossed": WHOLE,
    "present": WHOLE,
    "events": EVENT,
    "agenda": EVENT,
    "touched": WHOLE,
    "freed": WHOLE,
    "moved": WHOLE,
    "ledger": LEDGER_ROW,
    "trips": TRIP_ROW,
    "fired": FIRED_ROW,
    "accounts": ACCOUNT_ROW,
}
"""What the engine reads and writes: the kind of a table's rows."""
