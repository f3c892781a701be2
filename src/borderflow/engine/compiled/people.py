"""Households and their visits as the records of the compiled engine, before anyone has come."""

from __future__ import annotations

import numpy as np

from borderflow.demand.households import Households
from borderflow.engine.compiled import records as rec
from borderflow.engine.compiled.calendar import HALF
from borderflow.engine.compiled.ground import set_aside
from borderflow.engine.compiled.sheets import pass_through, write
from borderflow.engine.journal import Outcome
from borderflow.network.network import Network
from borderflow.network.visits import Needs, stays

BEYOND = rec.AHEAD + 1
"""Arrivals after the last one, which never come: the run looks so far ahead."""


class People:
    """The tables of those who come.

    ``many``: per station its visits, those with a patience, and those that come first. ``entered``: stays by space.
    """

    def __init__(self, households: Households, network: Network, needs: Needs) -> None:
        self.visits, self.details, self.persons, self.stays = set_aside(
            (len(needs), rec.VISIT),
            (len(needs), rec.DETAIL),
            (len(households), rec.PERSONS),
            (len(network.spaces) * len(households), rec.STAY),
        )
        self._visit(households, network, needs)
        self._stay(network, needs)
        persons = self.persons
        persons["visit"], persons["last"] = needs.first[:-1], needs.first[1:]
        persons["left"] = network.end_second
        persons["size"] = households.size
        persons["inside"] = persons["pending"] = 0
        persons["destination"] = households.destination
        persons["crossing"] = needs.crossing
        persons["outcome"], persons["yard"] = int(Outcome.INSIDE_AT_END), 0
        arrivals = (needs.arrival - network.first_second) << HALF | needs.first[:-1]
        order = np.argsort(needs.arrival, kind="stable")
        self.order = np.append(order, np.zeros(BEYOND, dtype=np.int64))
        self.arrivals = np.append(arrivals[order], np.full(BEYOND, rec.FAR))

    def _visit(self, households: Households, network: Network, needs: Needs) -> None:
        ordered = np.array([station.specific_needs_first for station in network.stations], dtype=np.bool_)
        self.many = np.zeros((3, len(ordered)), dtype=np.int64)
        urgent = np.asarray(households.specific_needs, dtype=np.bool_)
        visited = needs.first, needs.station, needs.service, needs.patience
        write(self.visits, self.details, *visited, households.size, urgent, ordered, self.many)

    def _stay(self, network: Network, needs: Needs) -> None:
        self.stays.view(np.uint8).fill(0)
        self.entered = [0] * len(network.spaces)
        for space, first, last in stays(needs, network):
            pass_through(self.visits, self.details, first, last, space)
            self.entered[space] = len(first)
