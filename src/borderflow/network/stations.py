"""Stations of a crossing under a plan: desks by the second, service times, what they take, when they are shut."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from borderflow.demand.sizes import largest
from borderflow.network import network as net
from borderflow.network.calendar import daily, steps, stretches
from borderflow.network.changes import Changes, always, changed, holds, smallest, titled, whole
from borderflow.network.closures import comers
from borderflow.network.quantiles import quantiles, scaled
from borderflow.scenario.people import GROUPS
from borderflow.scenario.reception import Station
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.spread import Spread
from borderflow.scenario.units import DAY, Hours, Throughput

THROUGHPUT_CV = 0.5


def station(
    changes: Changes,
    index: int,
    crossing: int,
    place: str,
    name: str,
    stocks: Mapping[str, net.Stock],
    fleets: Mapping[str, int],
    shut: tuple[tuple[int, int], ...],
) -> net.Station:
    """One stop of a journey."""
    written = changes.scenario.crossings[place].stations[name]
    by_person = written.serves == "person"
    service: net.Quantiles | None = None
    desks = pace = always(changes.first, 1.0)
    if written.fleet is None:
        spread, mean, by_person, paced = _service(changes, place, name, written)
        many = largest_household(changes.scenario, place) if by_person else 0
        service = scaled(quantiles(spread, many), mean)
        pace = daily(paced, changes.start, changes.first, changes.end)
        desks = _desks(changes, place, name, written)
    patience = changes.now(written.patience, place, "stations", name, "patience")
    return net.Station(
        index=index,
        crossing=crossing,
        name=name,
        title=titled(written.title, name),
        desks=desks,
        pace=pace,
        service=service,
        by_person=by_person,
        members=written.members,
        groups=tuple(GROUPS.index(group) for group in written.groups or ()),
        share=written.share,
        only_specific_needs=written.specific_needs == "only",
        closing=net.Closing[written.at_closing.upper()],
        specific_needs_first=written.queue == "specific_needs_first",
        patience=None if patience is None else quantiles(patience),
        patience_gives_up=written.then == "gave_up",
        takes=tuple(
            net.Take(
                stock=stocks[item].index,
                per_household=0 if take.per_person else smallest(take.amount),
                per_person=smallest(take.amount) if take.per_person else 0,
            )
            for item, take in written.takes.items()
        ),
        short_wait=-1 if written.if_short.wait is None else written.if_short.wait,
        short_then=net.Short[written.if_short.then.upper()],
        fleet=-1 if written.fleet is None else fleets[written.fleet],
        shut=shut,
    )


def largest_household(scenario: Scenario, place: str) -> int:
    """The most persons of a household that may pass a crossing, those sent here by a closure included."""
    sizes = [
        scenario.mix(name, phase).size
        for name in comers(scenario, place)
        for phase in scenario.crossings[name].arrivals.phases
    ]
    return max(largest(size) for size in sizes if size is not None)


def _service(
    changes: Changes, place: str, name: str, written: Station
) -> tuple[Spread, float, bool, Callable[[date], float]]:
    """The spread of a service time, a factor on it, whether it is per person, and a further factor by date."""
    made = [change for word in ("service", "throughput") for change in changes.to(place, "stations", name, word)]
    if written.service is not None:
        whole_run = [change for change in made if change.operation == "set" and not (change.first or change.last)]
        spread: Spread = whole_run[-1].value if whole_run else written.service
        dated = [change for change in made if change not in whole_run]

        def paced(when: date) -> float:
            factor = 1.0
            for change in dated:
                if holds(change, when):
                    replaced = change.operation == "set"
                    factor = change.value.mean / spread.mean if replaced else factor * change.value
            return factor

        return spread, 1.0, written.serves == "person", paced
    # A throughput is what the scenario's own desks and hours get through: more desks under a plan do more.
    assert written.throughput is not None
    through = written.throughput

    def mean(when: date, changed_by: bool) -> float:
        rate: Throughput = changed(through.on(when), made if changed_by else [], when)
        return float(sum(hours.length * desks for hours, desks in _roster(written, when))) / rate.per_day

    days = [changes.scenario.date(day) for day in range(changes.first // DAY, changes.scenario.days)]
    base = next((found for when in days if (found := mean(when, False)) > 0), 1.0)
    spread = Spread.model_validate({"gamma": {"mean": "1 s", "cv": written.cv or THROUGHPUT_CV}})
    # On a date without desks nothing starts, whatever the factor.
    return spread, base, through.first.of == "persons", lambda when: mean(when, True) / base or 1.0


def _desks(changes: Changes, place: str, name: str, written: Station) -> net.Calendar:
    made = {word: changes.to(place, "stations", name, word) for word in ("desks", "open", "shifts")}
    parts = []
    # The shift that began on the day before the first may run over midnight.
    for day in range(changes.first // DAY - 1, changes.scenario.days):
        when = changes.start + timedelta(days=day)
        shifts = changed(None, made["shifts"], when)
        for written_hours, written_desks in _roster(written, when) if shifts is None else shifts.items():
            hours = changed(written_hours, made["open"], when) if written.open is not None else written_hours
            staffed = written_desks > 0 or written.shifts is None
            desks = changed(written_desks, made["desks"], when) if staffed else 0
            parts.append(stretches(hours, day, 0.0 if written.closed else whole(desks)))
    return steps(parts, changes.first, changes.end, max if written.open is not None else sum)


def _roster(written: Station, when: date) -> list[tuple[Hours, int]]:
    """Shifts of a date, as the scenario writes them: (hours, desks)."""
    if written.shifts is not None:
        return list(written.shifts.on(when).items())
    assert written.open is not None
    assert written.desks is not None
    return [(written.open.on(when), written.desks.on(when))]
