"""Vehicles: trips, vehicles in use, people waiting to board, seats used."""

from __future__ import annotations

import numpy as np

from borderflow.engine.journal import Fate
from borderflow.measure.record import Record
from borderflow.measure.rows import Place, Rows, ratio
from borderflow.measure.stations import Desks, Queue
from borderflow.measure.window import peaks
from borderflow.network.network import Fleet, Ints, Station
from borderflow.scenario.units import DAY


def in_use(record: Record, fleet: Fleet) -> tuple[Ints, Ints, Ints]:
    """When vehicles are in use, from the first boarding to the return: first and last second, and how many.

    Those that were on the road when the run began are in use until they are back, as there is no warm-up then.
    Vehicles that board at the end are in no list of departures: the boarding households of one destination are taken
    to sit in one vehicle, or as many as their persons need.
    """
    trips = record.journal.trips
    rows = np.flatnonzero(trips.fleet == fleet.index)
    away = np.array([(0, back.second, back.quantity) for back in fleet.away], dtype=np.int64).reshape(-1, 3).T
    first, last = np.append(away[0], trips.opened[rows]), np.append(away[1], trips.returned[rows])
    many = np.append(away[2], trips.vehicles[rows])
    for station in record.network.stations:
        if station.fleet != fleet.index:
            continue
        line = record.lines[station.index]
        boarding = np.flatnonzero(line.fate == Fate.IN_SERVICE)
        destination = record.households.destination[line.household[boarding]]
        for place in np.unique(destination):
            seated = boarding[destination == place]
            first = np.append(first, line.until[seated].min())
            last = np.append(last, record.window.end)
            many = np.append(many, -(-line.size[seated].sum() // fleet.seats))
    return first, last, many


def desks_of_fleet(record: Record, station: Station) -> Desks:
    """Vehicle-seconds of a fleet, hour by hour."""
    fleet = record.network.fleets[station.fleet]
    return Desks.of(*in_use(record, fleet), record.capacity(station), record.window)


def departures(record: Record, fleet: Fleet) -> np.ndarray:
    """Vehicles that left on each day."""
    trips = record.journal.trips
    rows = np.flatnonzero(trips.fleet == fleet.index)
    return record.window.per_day(trips.departed[rows], trips.vehicles[rows])


def add_fleet(rows: Rows, record: Record, station: Station, desks: Desks, queue: Queue) -> None:
    """Indicators of the fleet that a boarding place belongs to."""
    fleet = record.network.fleets[station.fleet]
    place: Place = (record.network.crossings[station.crossing], station.name, "")
    trips = record.journal.trips
    left = np.flatnonzero((trips.fleet == fleet.index) & record.window.holds(trips.departed))
    by_day = departures(record, fleet)
    rows.add("trips", by_day.sum(), place, days=by_day)
    mean = desks.busy_days / DAY
    rows.add("vehicles_in_use_mean", mean.mean(), place, days=mean)
    most, _ = peaks(desks.in_use, record.window)
    rows.add("vehicles_in_use_peak", most.max(), place, days=most)
    rows.add("transport_backlog", queue.peak, place, days=queue.peaks)
    seats = float(trips.vehicles[left].sum()) * fleet.seats
    rows.add("seat_use", ratio(float(trips.persons[left].sum()), seats), place)
