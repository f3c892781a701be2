"""How much room a run is given, and more of it where that turns out too little."""

from __future__ import annotations

from dataclasses import dataclass, field

from borderflow.engine.compiled import records as rec

LONGEST_RUN = 2**30
MOST_VISITS = 2**31 - 1
"""Seconds and visits that one number tells together."""


@dataclass
class Room:
    """How long the tables are whose length is not known beforehand; ``draws`` by number of the sequence.

    There are many, for to begin a run again costs more.
    """

    events: int = 1 << 14
    agenda: int = 1 << 14
    completions: int = 1 << 14
    orders: int = 1 << 13
    shipments: int = 1 << 13
    pending: int = 1 << 12
    ledger: int = 0
    accounts: int = 0
    changes: int = 16
    draws: dict[int, int] = field(default_factory=dict)

    def widen(self, which: int) -> None:
        """Four times the room for a table, by its number."""
        words = {
            rec.EVENTS: "events",
            rec.AGENDA: "agenda",
            rec.ORDERS: "orders",
            rec.SHIPMENTS: "shipments",
            rec.PENDINGS: "pending",
            rec.LEDGER: "ledger",
            rec.ACCOUNTS: "accounts",
            rec.MOST_CHANGES: "changes",
            rec.COMPLETIONS: "completions",
        }
        word = words[which]
        setattr(self, word, 4 * getattr(self, word))
