"""Stations of a crossing under a plan: desks by the second, service times, what they take, when they are shut."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from borderflow.demand.sizes import largest
from borderflow.network import network as net
from borderflow.network.calendar import daily, steps, stretches
from borderflow.network.changes import Changes, always, smallest, titled
from borderflow.network.closures import comers
from borderflow.network.quantiles import quantiles, scaled
from borderflow.scenario.in_force import ROSTER, changed_service, roster, throughput_mean
from borderflow.scenario.people import GROUPS
from borderflow.scenario.reception import Station
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.spread import Spread
from borderflow.scenario.targets import Target
from borderflow.scenario.units import DAY

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
        pace = pace if paced is None else daily(paced, changes.start, changes.first, changes.end)
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
        closing=net.Closing[changes.now(written.at_closing, place, "stations", name, "at_closing").upper()],
        specific_needs_first=changes.now(written.queue, place, "stations", name, "queue") == "specific_needs_first",
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
        since=changes.since(place, "stations", name),
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
) -> tuple[Spread, float, bool, Callable[[date], float] | None]:
    """The spread of a service time, a factor on it, whether it is per person, and a further factor by date, if any."""
    made = changes.of_block(place, "stations", name)
    if written.service is not None:
        # The spread is one for the whole run; a service time that is set for some dates changes its mean only.
        whole_run = [number for number, one in enumerate(made) if _sets_throughout(one)]
        spread: Spread = made[whole_run[-1]].value if whole_run else written.service
        dated = made[whole_run[-1] + 1 :] if whole_run else made

        def paced(when: date) -> float:
            kept, factor = changed_service(spread, dated, when)
            return factor if kept is spread else kept.mean / spread.mean * factor

        return spread, 1.0, written.serves == "person", paced if dated else None
    # A throughput is what the scenario's own desks and hours get through: more desks under a plan do more.
    assert written.throughput is not None
    days = [changes.scenario.date(day) for day in range(changes.first // DAY, changes.scenario.days)]
    base = next((found for when in days if (found := throughput_mean(written, (), when)) > 0), 1.0)
    spread = Spread.model_validate({"gamma": {"mean": "1 s", "cv": written.cv or THROUGHPUT_CV}})
    # On a date without desks nothing starts, whatever the factor.
    per_person = written.throughput.first.of == "persons"
    return spread, base, per_person, lambda when: throughput_mean(written, made, when) / base or 1.0


def _sets_throughout(change: Target) -> bool:
    return change.word == "service" and change.operation == "set" and change.first is None


def _desks(changes: Changes, place: str, name: str, written: Station) -> net.Calendar:
    """Desks by the second. Networks of other draws have the same: they are laid out once for all of them."""
    made = [change for change in changes.of_block(place, "stations", name) if change.word in ROSTER]
    begins = changes.since(place, "stations", name)
    stated = (written.shifts, written.open, written.desks, written.closed)
    asked = (stated, made, begins, changes.start, changes.first, changes.end)
    known = _laid_out.get((changes.plan, place, name))
    if known is not None and known[0] == asked:
        return known[1]
    parts = []
    # The shift that began on the day before the first may run over midnight.
    for day in range(changes.first // DAY - 1, changes.scenario.days):
        for hours, desks in roster(written, made, changes.start + timedelta(days=day)):
            parts.append(stretches(hours, day, desks if day * DAY >= begins else 0.0))
    found = steps(parts, changes.first, changes.end, max if written.open is not None else sum)
    if len(_laid_out) >= MOST_KEPT:
        _laid_out.clear()
    _laid_out[changes.plan, place, name] = (asked, found)
    return found


MOST_KEPT = 1024
_laid_out: dict[tuple[str, str, str], tuple[Any, net.Calendar]] = {}
"""By plan, place and station: what its desks were last laid out from, and how they stand."""
