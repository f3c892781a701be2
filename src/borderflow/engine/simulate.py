"""Simulating one replication under one plan: households and network in, journal out."""

from __future__ import annotations

from borderflow.demand.households import Households
from borderflow.engine.journal import Journal
from borderflow.engine.operation import Operation
from borderflow.network.network import Network
from borderflow.network.visits import needs


def simulate(households: Households, network: Network, engine: str = "auto", *, checked: bool = False) -> Journal:
    """Run the households through the network. Deterministic: everything random was drawn before.

    ``engine``: ``simpy`` is the model of record and what ``auto`` takes. ``checked`` also refuses two events of one
    key (a bug), at some cost. Raises ``ValueError`` for an engine that this version does not have.
    """
    if engine not in ("auto", "simpy"):
        raise ValueError(f"this version has no '{engine}' engine; use auto or simpy")
    return Operation(households, network, needs(households, network), checked).run()
