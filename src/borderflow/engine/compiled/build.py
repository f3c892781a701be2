"""Network, households and needs as the records of the compiled engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from borderflow.demand.households import Households
from borderflow.engine.compiled import records as rec
from borderflow.engine.compiled.camp import DAY
from borderflow.engine.compiled.people import People
from borderflow.engine.compiled.room import LONGEST_RUN, MOST_VISITS, Room
from borderflow.engine.compiled.world import World
from borderflow.engine.journal import Fate
from borderflow.engine.order import Number
from borderflow.network import network as net
from borderflow.network.network import Closing, Moves, Network, Quantiles, WhenFull
from borderflow.network.visits import Needs

GATE = "gate"
OPERATIONS = {"set": 0, "add": 1, "scale": 2}
LEAST = 1024
"""Rows that are set aside beside those that can be foreseen."""
LONGEST = 2**62
"""Numbers below it fit into what the engine counts in."""
FIRST_ORDERS = 2048
"""Lead times that are drawn for a stock, to begin with."""


class Builder:
    """Builds the world anew for each attempt; what takes long is prepared once."""

    def __init__(self, households: Households, network: Network, needs: Needs) -> None:
        self.households = households
        self.network = network
        self.needs = needs
        self.room = Room()
        if len(network.spaces) > rec.MOST_SPACES:
            raise ValueError(f"the compiled engine takes at most {rec.MOST_SPACES} spaces; use --engine simpy")
        if network.end_second - network.first_second >= LONGEST_RUN or len(needs) > MOST_VISITS:
            raise ValueError(
                "the compiled engine takes no more than 30 years and 2,000 million visits; use --engine simpy"
            )
        self._sequences: list[Callable[[int], npt.NDArray[np.float64]]] = []
        self._first_draws: list[int] = []
        many = np.bincount(needs.station, minlength=len(network.stations))
        self.room.ledger = self._movements(many)
        self.room.accounts = self._payments(many)

    def world(self) -> World:
        """Everything as it stands when the simulation begins."""
        network, room = self.network, self.room
        self._sequences, self._first_draws = [], []
        people = People(self.households, network, self.needs)
        self._many, self._entered = people.many, people.entered
        stations, turns, stretches, takes, boards, queues = self._stations()
        clocks = int(stations["newcomers"].sum())  # set aside below
        stations["newcomers"] = 0
        stocks, supplies, takers = self._stocks(stations, takes, stretches)
        funds, receipts = self._funds(stations, stocks)
        spaces, uses, yards = self._spaces(turns)
        triggers, watches, acts = self._triggers()
        sequences, draws = self._draws()
        numbers = np.zeros(rec.NUMBERS, dtype=np.int64)
        numbers[rec.NOW] = numbers[rec.FIRST] = network.first_second
        numbers[rec.END] = network.end_second
        numbers[rec.MOST_CHANGES] = room.changes
        fleet_visits = int(people.many[0][stations["board"] >= 0].sum())
        most_days = (network.end_second - network.first_second) // DAY + 2
        return World(
            n=numbers,
            visits=people.visits,
            details=people.details,
            persons=people.persons,
            order=people.order,
            arrivals=people.arrivals,
            completions=room.completions,
            stations=stations,
            takes=takes,
            turns=_rows(turns, rec.TURN),
            stretches=_rows(stretches, rec.STRETCH),
            lines=queues,
            clocks=clocks,
            calendar=clocks,
            newcomers=clocks,
            boards=boards,
            loads=fleet_visits,
            aways=_rows([(one.second, one.quantity, 0) for fleet in network.fleets for one in fleet.away], rec.SUPPLY),
            stocks=stocks,
            supplies=supplies,
            takers=takers,
            orders=room.orders,
            shipments=room.shipments,
            transfers=_rows(
                [(one.second, one.source, one.goal, one.quantity, one.takes) for one in network.transfers], rec.TRANSFER
            ),
            funds=funds,
            receipts=receipts,
            claims=np.zeros(len(stations) + len(stocks) + len(boards), dtype=rec.CLAIM),
            spaces=spaces,
            stays=people.stays,
            yards=yards,
            uses=uses,
            triggers=triggers,
            watches=watches,
            acts=acts,
            pending=room.pending,
            changes=len(stations) * room.changes,
            sequences=sequences,
            draws=draws,
            crossed=np.zeros(len(network.crossings), dtype=np.int64),
            present=np.zeros(len(network.crossings), dtype=np.int64),
            touched=len(stations),
            freed=len(spaces),
            moved=len(stocks),
            events=room.events,
            agenda=room.agenda,
            ledger=room.ledger,
            trips=fleet_visits,
            fired=most_days * len(network.triggers),
            accounts=room.accounts,
        )

    # -- stations and vehicles -----------------------------------------------------------------------------------------

    def _stations(self) -> tuple[rec.Rows, list[Any], list[Any], rec.Rows, rec.Rows, int]:
        """Stations, turns, stretches of closures, takes, boarding lines, and how long all lines are together."""
        network = self.network
        stations = np.zeros(len(network.stations), dtype=rec.STATION)
        turns: list[Any] = []
        stretches: list[Any] = []
        takes: list[Any] = []
        boards: list[Any] = []
        many, patient, urgent = self._many
        queue = clocks = 0
        for written, station in zip(network.stations, stations, strict=True):
            station["crossing"] = written.crossing
            station["tired"] = int(Fate.GAVE_UP_PATIENCE if written.patience_gives_up else Fate.MISSED_PATIENCE)
            station["turns_away"] = written.closing is Closing.NOT_ADMITTED
            station["short_wait"], station["short_then"] = written.short_wait, int(written.short_then)
            station["shut_from"] = len(stretches)
            stretches += written.shut
            station["shut_to"] = len(stretches)
            station["take"] = len(takes)
            takes += self._takes(written, station)
            station["takes"] = len(takes)
            station["first_turn"] = station["turn"] = len(turns)
            station["clocks"], station["newcomers"] = clocks, patient[written.index]
            clocks += int(patient[written.index])
            station["board"], station["fleet"] = -1, written.fleet
            if written.fleet < 0:
                seconds = sorted({*written.desks.second.tolist(), *written.pace.second.tolist()})
                at = np.array(seconds, dtype=np.int64)
                desks, pace = written.desks.at(at).astype(np.int64), written.pace.at(at)
                turns += zip(seconds, desks.tolist(), pace.tolist(), strict=True)
                station["first_head"] = station["first_tail"] = queue
                queue += int(urgent[written.index])
                station["head"] = station["tail"] = queue
                queue += int(many[written.index] - urgent[written.index])
            else:
                fleet = network.fleets[written.fleet]
                turns += [
                    (second, int(value), 1.0)
                    for second, value in zip(fleet.vehicles.second.tolist(), fleet.vehicles.value.tolist(), strict=True)
                ]
                station["board"] = len(boards)
                station["seats"], station["leave_after"] = fleet.seats, fleet.leave_after
                queue = self._boards(written, fleet, boards, queue)
                station["away"] = sum(len(other.away) for other in network.fleets[: fleet.index])
                station["aways"] = station["away"] + len(fleet.away)
                station["boards"] = len(boards)
            station["turns"] = len(turns)
        self._count_crossings(stations)
        return stations, turns, stretches, _rows(takes, rec.TAKE), _rows(boards, rec.BOARD), queue

    def _boards(self, station: net.Station, fleet: net.Fleet, boards: list[Any], queue: int) -> int:
        goals = self.households.destination[self.needs.household[self.needs.station == station.index]]
        many = np.bincount(goals, minlength=len(fleet.round_trip))
        crossing = self.network.crossings[fleet.crossing]
        for destination, spread in enumerate(fleet.round_trip):
            sequence = -1
            if spread is not None:
                purpose = f"round trip {fleet.name} {self.households.destinations[destination]}"
                sequence = self._sequence(crossing, purpose, spread, int(many[destination]))
            boards.append((queue, queue, -1, 0, sequence))
            queue += int(many[destination])
        return queue

    def _count_crossings(self, stations: rec.Rows) -> None:
        """Count who crosses, at the gates; only where triggers look at it."""
        if not self.network.triggers:
            return
        for index in range(len(self.network.crossings)):
            journey = self.network.stations_of(index)
            gate = next((station for station in journey if station.name == GATE), journey[0] if journey else None)
            if gate is not None:
                stations["counts"][gate.index] = gate.fleet < 0

    # -- supplies ------------------------------------------------------------------------------------------------------

    def _stocks(
        self, stations: rec.Rows, takes: rec.Rows, stretches: list[Any]
    ) -> tuple[rec.Rows, rec.Rows, npt.NDArray[np.int64]]:
        network = self.network
        stocks = np.zeros(len(network.stocks), dtype=rec.STOCK)
        supplies: list[Any] = []
        takers: list[int] = []
        for written, stock in zip(network.stocks, stocks, strict=True):
            stock["opening"] = written.opening
            stock["reorder_at"], stock["order_up_to"] = written.reorder_at, written.order_up_to
            stock["minimum_interval"], stock["source"] = written.minimum_interval, written.source
            stock["owed_first"] = stock["owed_last"] = stock["sequence"] = -1
            stock["supply"] = len(supplies)
            supplies += [(one.second, one.quantity, one.ordered) for one in written.supplies]
            stock["supplies"] = len(supplies)
            stock["shut_from"] = len(stretches)
            stretches += written.shut
            stock["shut_to"] = len(stretches)
            stock["taker"] = len(takers)
            for index, station in enumerate(stations):
                if np.any(takes["stock"][station["take"] : station["takes"]] == written.index):
                    takers.append(index)
            stock["takers"] = len(takers)
            stock["unpaid_first"] = stock["unpaid_last"] = stock["fund"] = -1
            if written.lead_time is not None:
                place = network.crossings[written.crossing] if written.crossing >= 0 else "warehouse"
                stock["sequence"] = self._sequence(place, f"lead time {written.name}", written.lead_time, FIRST_ORDERS)
        return stocks, _rows(supplies, rec.SUPPLY), np.array(takers, dtype=np.int64)

    def _sequence(self, place: str, purpose: str, spread: Quantiles, likely: int) -> int:
        """Number of a sequence of durations, in whole seconds: the k-th order or trip takes the k-th of them."""
        number = len(self._sequences)

        def drawn(count: int) -> npt.NDArray[np.float64]:
            return np.maximum(1, np.rint(spread(self.households.sequence(place, purpose, count))))

        self._sequences.append(drawn)
        self._first_draws.append(self.room.draws.get(number, max(64, likely)))
        return number

    def _draws(self) -> tuple[rec.Rows, npt.NDArray[np.int64]]:
        parts = [drawn(count) for drawn, count in zip(self._sequences, self._first_draws, strict=True)]
        lengths = [len(part) for part in parts]
        ends = np.cumsum(lengths) if parts else np.empty(0, dtype=np.int64)
        sequences = _rows([(end - many, many) for end, many in zip(ends, lengths, strict=True)], rec.SEQUENCE)
        return sequences, np.concatenate([*parts, np.empty(0)]).astype(np.int64)

    def more_draws(self, number: int) -> None:
        """Four times the values of a sequence, the first of them as before."""
        self.room.draws[number] = 4 * self._first_draws[number]

    def _movements(self, many: npt.NDArray[np.int64]) -> int:
        """A first guess at the rows of the ledger: what households take, rations, and room for orders."""
        network = self.network
        days = (network.end_second - network.first_second) // DAY + 1
        taken = sum(len(station.takes) * int(many[station.index]) for station in network.stations)
        rations = sum(2 * len(use.at) * days for space in network.spaces for use in space.uses)
        return int(taken + rations + sum(len(stock.supplies) + 1 for stock in network.stocks) + LEAST)

    # -- funds ---------------------------------------------------------------------------------------------------------

    def _takes(self, written: net.Station, station: Any) -> list[tuple[int, ...]]:
        """What a household takes, with its price where a fund pays what is given here."""
        items = {take.stock for take in written.takes}
        fund = next((fund for fund in self.network.funds if items & fund.grants.keys()), None)
        station["fund"] = -1 if fund is None else fund.index
        grants = {} if fund is None else fund.grants
        return [
            (take.stock, take.per_household, take.per_person, *_price(grants.get(take.stock))) for take in written.takes
        ]

    def _funds(self, stations: rec.Rows, stocks: rec.Rows) -> tuple[rec.Rows, rec.Rows]:
        """Funds and their receipts; stocks and boarding places are told which pays their orders and trips."""
        network = self.network
        funds: list[tuple[int, ...]] = []
        receipts: list[tuple[int, int, bool]] = []
        for fund in network.funds:
            first = len(receipts)
            receipts += [(one.second, one.quantity, False) for one in fund.receipts]
            funds.append((fund.opening, 0, first, len(receipts), -1, -1))
        for stock in network.stocks:
            buyer = next((fund for fund in network.funds if stock.index in fund.buys and stock.source < 0), None)
            if buyer is not None:
                stocks["fund"][stock.index] = buyer.index
                stocks["amount"][stock.index], stocks["per"][stock.index] = _price(buyer.buys[stock.index])
        for station in network.stations:
            payer = next((fund for fund in network.funds if station.fleet in fund.trips), None)
            if station.fleet >= 0 and payer is not None:
                stations["fund"][station.index] = payer.index
                stations["fare"][station.index] = payer.trips[station.fleet]
        return _rows(funds, rec.FUND), _rows(receipts, rec.SUPPLY)

    def _payments(self, many: npt.NDArray[np.int64]) -> int:
        """A first guess at the rows of the accounts: each grant once, with as many that waited, and each trip."""
        network = self.network
        if not network.funds:
            return 0
        fleets = {fleet for fund in network.funds for fleet in fund.trips}
        items = {stock for fund in network.funds for stock in fund.grants}
        paid = sum(
            3 * int(many[station.index])
            for station in network.stations
            if station.fleet in fleets or any(take.stock in items for take in station.takes)
        )
        return paid + sum(len(fund.receipts) + 1 for fund in network.funds) + LEAST

    # -- spaces and triggers -------------------------------------------------------------------------------------------

    def _spaces(self, turns: list[Any]) -> tuple[rec.Rows, rec.Rows, int]:
        spaces = np.zeros(len(self.network.spaces), dtype=rec.SPACE)
        uses: list[Any] = []
        yard = 0
        for written, space in zip(self.network.spaces, spaces, strict=True):
            space["holds"] = written.when_full is WhenFull.HOLD
            space["turn"] = len(turns)
            turns += [
                (second, int(value), 1.0)
                for second, value in zip(written.persons.second.tolist(), written.persons.value.tolist(), strict=True)
            ]
            space["turns"] = len(turns)
            space["head"] = space["tail"] = yard
            yard += self._entered[written.index]
            for number, use in enumerate(written.uses):
                uses += [
                    (written.index, use.stock, use.per_person, at, Number.RATION + 64 * number + each)
                    for each, at in enumerate(use.at)
                ]
        return spaces, _rows(uses, rec.USE), yard

    def _triggers(self) -> tuple[rec.Rows, rec.Rows, rec.Rows]:
        network = self.network
        triggers = np.zeros(len(network.triggers), dtype=rec.TRIGGER)
        watches: list[Any] = []
        acts: list[Any] = []
        boarding = {station.fleet: station.index for station in network.stations if station.fleet >= 0}
        for written, trigger in zip(network.triggers, triggers, strict=True):
            trigger["notice"], trigger["repeat"] = written.notice, written.repeat
            trigger["when"], trigger["act"] = len(watches), len(acts)
            watches += [_watch(one) for one in written.when]
            trigger["until"] = len(watches)
            watches += [_watch(one) for one in written.until]
            trigger["watches"] = len(watches)
            for one in written.acts:
                place = boarding[one.place] if one.moves is Moves.VEHICLES else one.place
                acts.append((one.value, place, int(one.moves), OPERATIONS[one.operation]))
            trigger["acts"] = len(acts)
        return triggers, _rows(watches, rec.WATCH), _rows(acts, rec.ACT)


def _watch(one: net.Watch) -> tuple[float, int, int, int, int, bool]:
    return one.limit, one.place, one.days, 0, int(one.sees), one.above


def _price(price: net.Price | None) -> tuple[int, int]:
    """Amount and per of a price, 0 and 0 without one."""
    if price is None:
        return 0, 0
    if max(price.amount, price.per) >= LONGEST:
        raise ValueError("the compiled engine takes no price with so many digits; use --engine simpy")
    return price.amount, price.per


def _rows(rows: Sequence[Any], kind: np.dtype[Any]) -> rec.Rows:
    return np.array([tuple(row) for row in rows], dtype=kind)
