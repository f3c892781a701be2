"""Spaces of a crossing under a plan: places by the day, the stretch of the journey, what is used in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial

from borderflow.network import network as net
from borderflow.network.calendar import daily
from borderflow.network.changes import Changes, smallest, titled
from borderflow.scenario.in_force import changed, whole
from borderflow.scenario.space import Space
from borderflow.scenario.targets import Target


def spaces(
    changes: Changes,
    crossing: int,
    place: str,
    stations: Mapping[str, int],
    stocks: Mapping[str, net.Stock],
    begin: int,
) -> Iterator[net.Space]:
    """The spaces of a crossing, numbered from ``begin``: the outer before the inner, so that it is entered first."""
    written = changes.scenario.crossings[place].spaces
    order = sorted(written, key=lambda name: (stations[written[name].from_], -stations[written[name].to]))
    for index, name in enumerate(order, start=begin):
        space = written[name]
        since = changes.since(place, "spaces", name)
        begins = date.min if since == net.ALWAYS else changes.start + timedelta(seconds=since)
        persons = partial(_places, space, changes.to(place, "spaces", name, "persons"), begins)
        yield net.Space(
            index=index,
            crossing=crossing,
            name=name,
            title=titled(space.title, name),
            persons=daily(persons, changes.start, changes.first, changes.end),
            when_full=net.WhenFull[space.when_full.upper()],
            first=stations[space.from_],
            last=stations[space.to],
            uses=tuple(
                net.Use(stocks[item].index, smallest(use.per_person), use.at) for item, use in space.uses.items()
            ),
            latrines=int(whole(changes.now(space.latrines, place, "spaces", name, "latrines"))),
            area=changes.now(space.area, place, "spaces", name, "area") or 0.0,
            covered=changes.now(space.covered, place, "spaces", name, "covered") or 0.0,
            since=since,
        )


def _places(space: Space, made: list[Target], begins: date, when: date) -> float:
    """Places for persons on a date, none before the space is there."""
    if when < begins:
        return 0.0
    return whole(changed(space.persons.on(when), made, when))
