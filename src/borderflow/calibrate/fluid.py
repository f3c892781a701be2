"""The two crossings as a fluid: who would cross on each day if the levels were these, queues at the gate included.

It is the simulation's own arithmetic without chance: levels by phase, weekdays, the hours of the day, closures with
their diversions, and the stations at which people queue on the Pakistani side. The rest of the journey lies behind the
gate, where reports count nobody. A fluid queue with cumulative arrivals A and cumulative capacity C lets through
D(t) = min over s ≤ t of A(s) + C(t) − C(s) (Newell, Applications of Queueing Theory, 1982, chapter 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from borderflow.calibrate.parameters import Floats, Values
from borderflow.demand.curve import dates_between
from borderflow.network.closures import Stretches, shut_stations
from borderflow.scenario.closure import STATIONS
from borderflow.scenario.people import WEEKDAYS, Phase
from borderflow.scenario.reception import Station
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.units import DAY, HOUR

HOURS = 24
QUIET = 0.4
"""Below this share of what a station can pass in a day, nobody is held back for longer than its closed hours."""
SETTLED = 3
"""Days, from one on which someone was held back, that are counted by the hour: for the line of the mornings after. Who
crosses, and who stands there at midnight, is the same whatever it is."""
ENDLESS = 1e9
"""Persons per day of a station without a throughput: service times and desks set its pace, which holds nobody here."""


@dataclass(frozen=True)
class Flow:
    """Expected persons by draw, crossing and day, those who are diverted at their goal: (draws, crossings, days)."""

    arrived: Floats
    crossed: Floats
    queue: Floats
    """Most persons in line before the gate within the day, at a full hour."""
    queue_end: Floats
    """Persons in line before the gate at the midnight that ends the day."""
    late: Floats
    """Of them, those who have come after the gate had shut: they stand there whatever it can let through."""


@dataclass(frozen=True)
class _Stop:
    """One station before or at the gate: what it can let through by the hour."""

    paths: tuple[str, ...]
    """Path of the throughput of each roster date's step."""
    step: npt.NDArray[np.int64]
    """Step in force, by day of the roster. Shape (days,)."""
    rates: Floats
    """Persons per day as the scenario has them, by step."""
    share: Floats
    """Share of a day's roster that lies in each hour of the run. Shape (hours,)."""
    roster: npt.NDArray[np.int64]
    """Day of the roster to which each hour belongs. Shape (hours,)."""
    opened: Floats
    """Share of a day's roster that no closure takes. Shape (days,)."""


class Fluid:
    """The fluid of one scenario, built once. ``dates`` are all days from the warm-up's first to the last."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        first = scenario.first_second // DAY
        self.first_day = first
        self.dates = dates_between(scenario.start + timedelta(days=first), scenario.end)
        self.crossings = tuple(scenario.crossings)
        self._hours = len(self.dates) * HOURS
        self._profiles = [self._profile(name) for name in self.crossings]
        self._stops = [self._stations(name) for name in self.crossings]
        self._late = [self._lateness(index) for index in range(len(self.crossings))]
        self._going = self._diversions()
        self._touched = self._stretches()

    def day(self, when: date) -> int:
        """Index of a date in the arrays."""
        return (when - self.dates[0]).days

    def flow(self, values: Values, draws: int, watched: Sequence[int] = ()) -> Flow:
        """What the values let arrive and cross; a path that ``values`` does not hold keeps the scenario's number.

        Days on which nobody can be held back are counted by the day, the others by the hour. ``watched`` are days
        (indices) whose queue is wanted even so. Draws that are alike at a crossing are reckoned once there: those of a
        slope differ in one value, which mostly moves one crossing.
        """
        arrived = np.stack([self.curve(name, values, draws) for name in self.crossings], axis=1)
        crossed, late = np.empty_like(arrived), np.empty_like(arrived)
        queue, queue_end = np.empty_like(arrived), np.empty_like(arrived)
        diverted = self._diverted(arrived)
        for index in range(len(self.crossings)):
            whole = arrived[:, index]
            for begin, hourly in diverted:
                whole[:, begin : begin + hourly.shape[2]] = hourly[:, index].sum(axis=2)
            rates = [self._rates(stop, values, draws) for stop in self._stops[index]]
            told = [hourly[:, index].reshape(draws, -1) for _, hourly in diverted]
            some, back = distinct(np.concatenate([whole, *rates, *told], axis=1))
            here = [(begin, hourly[some, index]) for begin, hourly in diverted]
            found = self._through(index, whole[some], here, [rate[some] for rate in rates], watched)
            for into, of in zip((crossed, queue, queue_end, late), found, strict=True):
                into[:, index] = of[back]
        return Flow(arrived, crossed, queue, queue_end, late)

    def _through(
        self, index: int, whole: Floats, diverted: list[tuple[int, Floats]], rates: list[Floats], watched: Sequence[int]
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Who crosses at one crossing of those who come: crossed, longest line, line at the end and late, by day."""
        stops = list(zip(self._stops[index], rates, strict=True))
        draws = len(whole)
        carried = whole * self._late[index]
        crossed = whole - carried
        crossed[:, 1:] += carried[:, :-1]
        queue, queue_end = np.zeros_like(whole), carried.copy()
        for first, end in self._busy(whole, stops, watched):
            before = carried[:, first - 1] if first else np.zeros(draws)
            coming = whole[:, first:end, None] * self._profiles[index]
            for begin, hourly in diverted:
                a, b = max(first, begin), min(end, begin + hourly.shape[1])
                if a < b:
                    coming[:, a - first : b - first] = hourly[:, a - begin : b - begin]
            arriving = coming.reshape(draws, -1).cumsum(axis=1) + before[:, None]
            passing = arriving
            for stop, rate in stops:
                passing = _let_through(passing, stop, rate, first * HOURS, end * HOURS)
            days = passing[:, HOURS - 1 :: HOURS]
            crossed[:, first:end] = np.diff(days, axis=1, prepend=0.0)
            waiting = (arriving - passing).reshape(draws, end - first, HOURS)
            queue[:, first:end], queue_end[:, first:end] = waiting.max(axis=2), waiting[:, :, -1]
            if end < len(self.dates):  # whoever still stands there is let through first on the next day
                crossed[:, end] += waiting[:, -1, -1] - carried[:, end - 1]
        return crossed, queue, queue_end, carried

    def _diverted(self, arrived: Floats) -> list[tuple[int, Floats]]:
        """Persons by hour on the days that a diversion touches: first day, and (draws, crossings, days, 24)."""
        found = []
        for begin, end in self._touched:
            coming = arrived[:, :, begin:end, None] * np.stack(self._profiles)[None, :, None, :]
            flat = coming.reshape(len(arrived), len(self.crossings), -1)
            for origin, goal, share, shift in self._going:
                leaving = flat[:, origin] * share[begin * HOURS : end * HOURS]
                flat[:, origin] -= leaving
                flat[:, goal, shift:] += leaving[:, : flat.shape[2] - shift]
            found.append((begin, coming))
        return found

    def _busy(self, whole: Floats, stops: list[tuple[_Stop, Floats]], watched: Sequence[int]) -> list[tuple[int, int]]:
        """Stretches of days [first, end) on which someone may be held back, under any of the draws."""
        if not stops:
            return []
        most = np.min([rates[:, stop.step] * stop.opened for stop, rates in stops], axis=0)
        load = (whole / np.maximum(most, 1e-9)).max(axis=0)
        # A backlog is worked off by what the following days leave free.
        over = (whole - 0.95 * most).cumsum(axis=1)
        backlog = over - np.minimum(np.minimum.accumulate(over, axis=1), 0.0)
        held = (load > QUIET) | (backlog > 0).any(axis=0)
        held[list(watched)] = True
        stretches: list[tuple[int, int]] = []
        for day in np.flatnonzero(held).tolist():
            end = min(day + SETTLED, len(held))
            if stretches and day <= stretches[-1][1]:
                stretches[-1] = (stretches[-1][0], end)
            else:
                stretches.append((day, end))
        return stretches

    def _rates(self, stop: _Stop, values: Values, draws: int) -> Floats:
        """Persons per day by step. Shape (draws, steps)."""
        rates = np.broadcast_to(stop.rates, (draws, len(stop.rates))).copy()
        for number, path in enumerate(stop.paths):
            if path in values:
                rates[:, number] = values[path]
        return rates

    def curve(self, crossing: str, values: Values, draws: int) -> Floats:
        """Expected persons reaching the crossing, by day: the phases' levels times the weekday. Shape (draws, days)."""
        arrivals = self.scenario.crossings[crossing].arrivals
        if arrivals.daily is not None:
            levels = np.array([arrivals.daily.on(when).mean for when in self.dates])
            return np.broadcast_to(levels, (draws, len(self.dates))).copy()
        phases = arrivals.phases
        under = f"crossings.{crossing}.arrivals.phases"

        def of(phase: Phase, word: str) -> Floats:
            path = f"{under}.{phase.phase}.{word}"
            written = getattr(phase, word)
            found = values.get(path)
            return np.full((draws, 1), written) if found is None else np.asarray(found)[:, None]

        curve = np.empty((draws, len(self.dates)))
        for index, phase in enumerate(phases):
            upcoming = phases[index + 1] if index + 1 < len(phases) else None
            begins = max(0, self.day(phase.from_)) if index else 0
            ends = min(len(self.dates), self.day(upcoming.from_)) if upcoming else len(self.dates)
            if ends <= begins:
                continue
            elapsed = np.maximum(0.0, np.arange(begins, ends) - self.day(phase.from_))
            own = of(phase, "persons_per_day")
            if phase.shape == "ramp" and upcoming is not None:
                share = elapsed / max(1, (upcoming.from_ - phase.from_).days)
                stretch = np.exp(np.log(own) * (1 - share) + np.log(of(upcoming, "persons_per_day")) * share)
            elif phase.shape == "decay":
                if phase.towards is not None:
                    towards = of(phase, "towards")
                else:
                    towards = of(upcoming, "persons_per_day") if upcoming else np.zeros((draws, 1))
                stretch = towards + (own - towards) * 2.0 ** (-elapsed * DAY / of(phase, "half_life"))
            else:
                stretch = np.broadcast_to(own, (draws, ends - begins))
            curve[:, begins:ends] = stretch
        factors = [arrivals.weekdays.get(WEEKDAYS[when.weekday()], 1.0) for when in self.dates]  # type: ignore[call-overload]
        weekly: Floats = curve * np.array(factors)
        return weekly

    def _profile(self, crossing: str) -> Floats:
        """Share of a day's people who come in each hour. Shape (24,)."""
        hours = self.scenario.crossings[crossing].arrivals.hours
        starts = list(hours)
        weights = [hours[start] for start in starts]
        if starts[0] > 0:
            starts, weights = [0, *starts], [weights[-1], *weights]
        edges = np.array([*starts, DAY], dtype=np.float64)
        mass = np.concatenate([[0.0], np.cumsum(np.diff(edges) * weights)])
        by_hour: Floats = np.diff(np.interp(np.arange(HOURS + 1) * HOUR, edges, mass / mass[-1]))
        return by_hour

    def _stations(self, crossing: str) -> list[_Stop]:
        place = self.scenario.crossings[crossing]
        shut = shut_stations(self.scenario, crossing)
        names = [name for name in place.journey if name in STATIONS]
        return [self._stop(crossing, name, place.stations[name], shut.get(name, ())) for name in names]

    def _stop(self, crossing: str, name: str, station: Station, shut: Stretches) -> _Stop:
        path = f"crossings.{crossing}.stations.{name}.throughput"
        size = self.scenario.mix(crossing, self.scenario.crossings[crossing].arrivals.phases[0]).size
        through = station.throughput
        if through is None:
            steps: list[tuple[date | None, float]] = [(None, ENDLESS)]
            dated = False
        else:
            per_household = 1.0 if through.first.of == "persons" or size is None else size.mean
            steps = [(since, rate.per_day * per_household) for since, rate in through]
            dated = any(since is not None for since, _ in steps)
        paths = tuple(f"{path}.{since}" if dated else path for since, _ in steps)
        share, rostered = np.zeros(self._hours), np.zeros(self._hours, dtype=np.int64)
        step, opened = np.zeros(len(self.dates), dtype=np.int64), np.zeros(len(self.dates))
        for day, when in enumerate(self.dates):
            step[day] = max((i for i, (since, _) in enumerate(steps) if since is not None and since <= when), default=0)
            stretches = _open(station, when)
            length = sum(end - begin for begin, end in stretches)
            for begin, end in stretches:
                for hour in range(begin // HOUR, -(-end // HOUR)):
                    place = day * HOURS + hour
                    if place >= self._hours:
                        continue
                    a, b = max(begin, hour * HOUR), min(end, (hour + 1) * HOUR)
                    free = (b - a) - _closed((self.first_day + day) * DAY + a, b - a, shut)
                    share[place] += free / length
                    rostered[place] = day
                    opened[day] += free / length
        return _Stop(paths, step, np.array([rate for _, rate in steps]), share, rostered, opened)

    def _lateness(self, index: int) -> Floats:
        """Share of a day's people who come after the first station has shut for the day. Shape (days,)."""
        stops = self._stops[index]
        if not stops:
            return np.zeros(len(self.dates))
        by_hour = stops[0].share.reshape(-1, HOURS)
        tail = self._profiles[index][::-1].cumsum()[::-1]
        tail = np.append(tail, 0.0)
        last = np.array([(np.flatnonzero(row).max() + 1) if row.any() else HOURS for row in by_hour])
        late: Floats = tail[last]
        return late

    def _diversions(self) -> list[tuple[int, int, Floats, int]]:
        """(origin, goal, share of each hour's comers who go on, hours later) of every closure that diverts."""
        found = []
        for index, (name, place) in enumerate(self.scenario.crossings.items()):
            for closure in place.closures:
                goal = closure.goal(name, self.crossings)
                if goal is None or not closure.divert or closure.after is None:
                    continue
                first, end = closure.stretch(self.scenario.start)
                begins = np.arange(self._hours) * HOUR + self.first_day * DAY
                inside = np.clip(np.minimum(begins + HOUR, end) - np.maximum(begins, first), 0, HOUR) / HOUR
                shift = round(closure.after / HOUR)
                found.append((index, self.crossings.index(goal), inside * closure.divert, shift))
        return found

    def _stretches(self) -> list[tuple[int, int]]:
        """Stretches of days [first, end) in which someone diverts or arrives who has diverted, joined."""
        touched = np.zeros(len(self.dates), dtype=bool)
        for _, _, share, shift in self._going:
            hours = np.flatnonzero(share)
            if len(hours):
                touched[hours[0] // HOURS : (hours[-1] + shift) // HOURS + 1] = True
        edges = np.flatnonzero(np.diff(np.concatenate([[False], touched, [False]])))
        return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]


def distinct(rows: Floats) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The first of all rows that are the same, and for each row which of those it is: ``rows[some][back]`` is rows."""
    seen: dict[bytes, int] = {}
    back = np.array([seen.setdefault(row.tobytes(), len(seen)) for row in rows], dtype=np.int64)
    return np.unique(back, return_index=True)[1], back


def _let_through(arriving: Floats, stop: _Stop, rates: Floats, first: int, end: int) -> Floats:
    """Cumulative persons let through, from cumulative arrivals, both at the end of each hour. (draws, hours)."""
    capacity = (rates[:, stop.step[stop.roster[first:end]]] * stop.share[first:end]).cumsum(axis=1)
    behind = np.minimum.accumulate(np.minimum(arriving - capacity, 0.0), axis=1)
    passed: Floats = np.minimum(arriving, capacity + behind)
    return passed


def _closed(second: int, length: int, shut: Stretches) -> int:
    """Seconds of a stretch that lie in a closure."""
    return sum(max(0, min(second + length, end) - max(second, first)) for first, end in shut)


def _open(station: Station, when: date) -> list[tuple[int, int]]:
    """Open stretches of a date's roster, in seconds after its midnight."""
    if station.closed:
        return []
    if station.shifts is not None:
        hours = [one for one, desks in station.shifts.on(when).items() if desks]
    else:
        assert station.open is not None
        assert station.desks is not None
        hours = [station.open.on(when)] if station.desks.on(when) else []
    return [(one.from_second, one.from_second + one.length) for one in hours]
