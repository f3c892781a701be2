"""The journal: what happened to every household, item and vehicle; a deterministic function of needs and network."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from borderflow.network.network import Ints
from borderflow.network.visits import Needs

NEVER = -(2**62)
"""Stands for a second that did not come (the clock itself is negative in the warm-up)."""


class Fate(IntEnum):
    """How a visit ended, or how it stood at the end."""

    NOT_REACHED = 0  # the household left the operation, or the run ended, before it came here
    SERVED = 1
    MISSED_PATIENCE = 2  # skipped: tired of waiting
    MISSED_SHORT = 3  # skipped: out of stock
    GAVE_UP_PATIENCE = 4  # left the operation: tired of waiting
    GAVE_UP_SHORT = 5  # left the operation: out of stock
    NOT_ADMITTED = 6  # left the operation: the station closed before its turn
    WAITING = 7  # still in the line at the end
    IN_SERVICE = 8  # at a desk or in a vehicle that has not left at the end


class Outcome(IntEnum):
    """How a household's stay ended; everyone has exactly one."""

    COMPLETED = 0
    GAVE_UP = 1
    NOT_ADMITTED = 2
    INSIDE_AT_END = 3


class Entry(IntEnum):
    """Kinds of ledger rows. ``ORDERED`` and ``UNMET`` (rations that could not be given) are notes: nothing moves."""

    OPENING = 0
    RECEIVED = 1
    ISSUED = 2
    LOST = 3
    TRANSFERRED_IN = 4
    TRANSFERRED_OUT = 5
    ORDERED = 6
    UNMET = 7


class Account(IntEnum):
    """Kinds of rows of an account. ``UNFUNDED`` and ``WITHDRAWN`` are notes: no money moves."""

    OPENING = 0
    RECEIVED = 1
    PURCHASE = 2
    GRANT = 3
    TRIP = 4
    UNFUNDED = 5  # a claim begins to wait
    WITHDRAWN = 6  # a claim that waited no longer stands


def _nothing(width: int) -> list[Any]:
    """Columns of a table without rows."""
    return [np.empty(0, dtype=np.int64) for _ in range(width)]


@dataclass(frozen=True, eq=False)
class Ledger:
    """Stock movements in event order; one row per entry, quantities ≥ 0 in the stock's smallest unit.

    ``on_hand``: after the entry. ``reference``: the visit (``ISSUED``), -2 minus the space (``ISSUED`` and ``UNMET`` of
    rations), the supply, order or transfer number, else -1.
    """

    second: Ints
    stock: npt.NDArray[np.int16]
    entry: npt.NDArray[np.int8]
    quantity: Ints
    on_hand: Ints
    reference: Ints


@dataclass(frozen=True, eq=False)
class Trips:
    """Departures in order; ``returned`` may lie after the end. ``vehicles`` > 1: a household larger than one."""

    fleet: npt.NDArray[np.int16]
    destination: npt.NDArray[np.int8]
    opened: Ints
    departed: Ints
    returned: Ints
    vehicles: npt.NDArray[np.int32]
    households: npt.NDArray[np.int32]
    persons: npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Stays:
    """Who was in a space, by space and household: ``came`` to it, ``entered`` (had a place), ``left``; else NEVER."""

    space: npt.NDArray[np.int16]
    household: npt.NDArray[np.int32]
    came: Ints
    entered: Ints
    left: Ints


@dataclass(frozen=True, eq=False)
class Fired:
    """Firings of triggers, in order: when it was seen, when it first acted, when it was undone; else NEVER."""

    trigger: npt.NDArray[np.int16]
    seen: Ints
    acted: Ints
    undone: Ints


@dataclass(frozen=True, eq=False)
class Accounts:
    """What came into each fund and went out, in event order; amounts ≥ 0 in hundredths of the currency.

    ``balance``: after the entry. ``place``: the stock (``PURCHASE``) or station (``GRANT``, ``TRIP``) of the claim.
    ``reference``: its order number, visit, or load number; the number of a receipt. ``since``: when a claim that had to
    wait began to, else NEVER.
    """

    second: Ints
    fund: npt.NDArray[np.int16]
    entry: npt.NDArray[np.int8]
    amount: Ints
    balance: Ints
    place: Ints
    reference: Ints
    since: Ints


@dataclass(frozen=True, eq=False)
class Journal:
    """What happened, second for second.

    Per visit (rows as in ``needs``): ``joined``, ``started`` and ``ended`` on the scenario's clock, ``NEVER`` where it
    never came to that; at a fleet ``started`` is boarding and
    ``ended`` the departure. A visit that was missed or given up has ``ended`` but no ``started``. ``without``: served,
    but without all of its items. Per household: ``outcome`` and ``left``, the second of leaving (the end of the run
    for those inside).
    """

    needs: Needs
    joined: Ints
    started: Ints
    ended: Ints
    fate: npt.NDArray[np.int8]
    without: npt.NDArray[np.bool_]
    outcome: npt.NDArray[np.int8]
    left: Ints
    ledger: Ledger
    trips: Trips
    stays: Stays = field(default_factory=lambda: Stays(*_nothing(5)))
    fired: Fired = field(default_factory=lambda: Fired(*_nothing(4)))
    accounts: Accounts = field(default_factory=lambda: Accounts(*_nothing(8)))
