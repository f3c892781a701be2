"""One replication in the compiled engine: the same journal as the SimPy model, second for second."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from borderflow.demand.households import Households
from borderflow.engine.compiled import records as rec
from borderflow.engine.compiled import sheets
from borderflow.engine.compiled.build import Builder
from borderflow.engine.compiled.run import run
from borderflow.engine.compiled.world import WORLD, World
from borderflow.engine.journal import NEVER, Accounts, Fired, Journal, Ledger, Stays, Trips
from borderflow.network.network import Network
from borderflow.network.visits import Needs

WAIT = "compiling the engine, once for this version on this machine: about 20 s; later runs begin at once"


def make_ready(notice: Callable[[str], None], *others: Callable[[], None]) -> None:
    """Load the engine's machine code, or compile it. ``notice`` is told, before it begins, that this takes a while.

    ``others`` do the same for what is made in the same way.
    """
    from numba.core import event

    class Told(event.Listener):
        told = False

        def on_start(self, _: Any) -> None:
            if not self.told:
                notice(WAIT)
            self.told = True

        def on_end(self, _: Any) -> None:
            pass

    with event.install_listener("numba:compile", Told()):
        run.compile((WORLD,))  # type: ignore[attr-defined]  # a function to us, a dispatcher to Numba
        sheets.make_ready()
        for other in others:
            other()


def simulate(households: Households, network: Network, needs: Needs) -> Journal:
    """Run the households through the network.

    Where a table turns out too short, or more draws of a sequence are needed, it is made longer and the run begins
    again: it is a function of its input, so nothing else changes. Raises ``ValueError`` where a vehicle would leave
    for a destination without a round trip, or the network is beyond what the engine takes.
    """
    builder = Builder(households, network, needs)
    world = builder.world()
    run(world)
    while not complete(world, builder):
        world = builder.world()
        run(world)
    return _journal(world, needs)


def complete(world: World, builder: Builder) -> bool:
    """Whether a run came to its end; if not, the builder makes more room for the next."""
    status, which = int(world.n[rec.STATUS]), int(world.n[rec.WHICH])
    if status == rec.NO_TRIP:
        raise ValueError(f"fleet '{builder.network.fleets[which].name}' has no round trip to this destination")
    if status == rec.MORE_DRAWS:
        builder.more_draws(which)
    elif status == rec.FULL:
        builder.room.widen(which)
    return status == rec.FINE


def _journal(world: World, needs: Needs) -> Journal:
    visits, persons, numbers = world.visits, world.persons, world.n
    ledger, trips = world.ledger[: numbers[rec.LEDGER]], world.trips[: numbers[rec.TRIPS]]
    fired, accounts = world.fired[: numbers[rec.FIRED]], world.accounts[: numbers[rec.ACCOUNTS]]
    joined, started, ended = np.empty((3, len(visits)), dtype=np.int64)
    fate, without = np.empty(len(visits), dtype=np.int8), np.empty(len(visits), dtype=np.bool_)
    sheets.read(visits, joined, started, ended, fate, without)
    return Journal(
        needs=needs,
        joined=joined,
        started=started,
        ended=ended,
        fate=fate,
        without=without,
        outcome=persons["outcome"].copy(),
        left=persons["left"].astype(np.int64),
        ledger=Ledger(
            second=ledger["second"].astype(np.int64),
            stock=ledger["stock"].copy(),
            entry=ledger["entry"].copy(),
            quantity=ledger["quantity"].copy(),
            on_hand=ledger["on_hand"].copy(),
            reference=ledger["reference"].astype(np.int64),
        ),
        trips=Trips(
            fleet=trips["fleet"].copy(),
            destination=trips["destination"].astype(np.int8),
            opened=trips["opened"].astype(np.int64),
            departed=trips["departed"].astype(np.int64),
            returned=trips["returned"].copy(),
            vehicles=trips["vehicles"].copy(),
            households=trips["households"].copy(),
            persons=trips["persons"].copy(),
        ),
        stays=_stays(world),
        fired=Fired(
            fired["trigger"].astype(np.int16), *(fired[column].copy() for column in ("fired", "acted", "undone"))
        ),
        accounts=Accounts(
            second=accounts["second"].astype(np.int64),
            fund=accounts["fund"].copy(),
            entry=accounts["entry"].copy(),
            amount=accounts["amount"].copy(),
            balance=accounts["balance"].copy(),
            place=accounts["place"].astype(np.int64),
            reference=accounts["reference"].astype(np.int64),
            since=_seconds(accounts["since"]),
        ),
    )


def _stays(world: World) -> Stays:
    """Who was in a space, by space and household (who is in a space once); those who are still there included."""
    stays = world.stays.reshape(len(world.persons), len(world.spaces)).T
    space, household = np.nonzero(stays["state"])
    return Stays(
        space.astype(np.int16),
        household.astype(np.int32),
        *(_seconds(stays[column][space, household]) for column in ("came", "entered", "left")),
    )


def _seconds(column: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    seconds = column.astype(np.int64)
    seconds[seconds == rec.NEVER] = NEVER
    return seconds
