"""Operations made by Hypothesis: networks, households and needs, with any of the features that there are.

Times fall on whole seconds, minutes or five minutes. On the coarse ones ties are common, on the fine ones times lie
close to each other without being the same: both are what finds faults.
"""

from __future__ import annotations

from hand import Desk, Party, Purse, Room, Setting, Shelf, Story, Vehicles, setting
from hypothesis import strategies as st

from borderflow.network import network as net
from borderflow.network.network import Closing, Moves, Sees, Short, WhenFull

NAMES = ("a", "b", "c", "bus")
ELSEWHERE = "there"
"""The one station of the other crossing, to which a closure may divert."""


TICKS = (1, 60, 300)
"""Seconds."""

MINUTE, DAY = 60, 86_400


def at(second: int) -> str:
    day, clock = divmod(second, 86_400)
    return f"{day} {clock // 3600:02d}:{clock % 3600 // 60:02d}:{clock % 60:02d}"


def moment(tick: int, last: int) -> st.SearchStrategy[int]:
    """A second on the tick, up to the minute ``last``; at second ticks near a whole minute as often as not."""
    whole = st.integers(0, last * MINUTE // tick).map(lambda step: step * tick)
    if tick >= MINUTE:
        return whole
    near = st.tuples(st.integers(0, last), st.integers(-1, 1)).map(lambda pair: max(0, pair[0] * MINUTE + pair[1]))
    return near | whole


def stretch_of(tick: int) -> st.SearchStrategy[float]:
    """Minutes, up to an hour, that are whole ticks."""
    return moment(tick, 60).map(lambda seconds: seconds / MINUTE)


@st.composite
def parties(draw: st.DrawFn, tick: int) -> list[Party]:
    count = draw(st.integers(0, 14))
    seconds = sorted(draw(st.lists(moment(tick, 1600), min_size=count, max_size=count)))
    some = stretch_of(tick)
    found = []
    for second in seconds:
        stations = draw(st.sets(st.sampled_from((*NAMES, ELSEWHERE)), max_size=5))
        found.append(
            Party(
                arrives=at(second),
                minutes={name: draw(some) for name in stations},
                size=draw(st.integers(1, 9)),
                specific_needs=draw(st.booleans()),
                patience={name: draw(some) + tick / MINUTE for name in stations if draw(st.booleans())},
                to=draw(st.integers(0, 1)),
            )
        )
    return found


@st.composite
def desks(draw: st.DrawFn, name: str, tick: int) -> Desk:
    turns = sorted(draw(st.sets(moment(tick, 2800).filter(bool), max_size=5)))
    staffed = [draw(st.integers(0, 3)) for _ in range(len(turns) + 1)]
    takes = draw(st.lists(st.sampled_from([("kit", 1, 0), ("kit", 0, 1), ("soap", 2, 0)]), max_size=2, unique=True))
    if len({take[0] for take in takes}) < len(takes):
        takes = takes[:1]
    return Desk(
        name,
        desks=list(zip(["00:00", *map(at, turns)], staffed, strict=True)),
        closing=draw(st.sampled_from(Closing)),
        shut=[draw(stretch(tick))] if draw(st.integers(0, 3)) == 0 else [],
        specific_needs_first=draw(st.booleans()),
        gave_up=draw(st.booleans()),
        takes=takes,
        short_wait=draw(st.sampled_from([-1, 0, tick / MINUTE, 30, 60])),
        short_then=draw(st.sampled_from(Short)),
        pace=[("00:00", 1.0), ("12:00", draw(st.sampled_from([0.5, 1.0, 2.0])))],
    )


@st.composite
def shelf(draw: st.DrawFn, name: str, tick: int, everything: bool = False) -> Shelf:
    when = moment(tick, 2800).map(at)
    supplies = draw(st.lists(st.tuples(when, st.integers(-6, 8).filter(bool)), max_size=4))
    reorder = None
    if (everything and name == "kit") or draw(st.booleans()):
        level = draw(st.integers(0, 4))
        lead, interval = draw(st.sampled_from([tick / MINUTE, 30, 120])), draw(st.sampled_from([0, 60]))
        reorder = (level, level + draw(st.integers(1, 6)), lead, interval)
    supplies.sort(key=lambda supply: (int(supply[0].split()[0]), supply[0]))
    sources = ["depot"] if everything and name == "kit" else ["", "depot"]
    source = draw(st.sampled_from(sources)) if reorder and name != "depot" else ""
    shut = [draw(stretch(tick))] if draw(st.booleans()) else []
    opening = draw(st.integers(0, 12))
    ordered = draw(st.lists(st.tuples(when, st.integers(1, 8)), max_size=2)) if draw(st.booleans()) else []
    return Shelf(name, opening, supplies, reorder, source=source, shut=shut, warehouse=name == "depot", ordered=ordered)


@st.composite
def stretch(draw: st.DrawFn, tick: int) -> tuple[str, str]:
    first = draw(moment(tick, 2600))
    return at(first), at(first + draw(st.integers(1, 600 * MINUTE // tick)) * tick)


@st.composite
def rooms(draw: st.DrawFn, tick: int, everything: bool = False) -> list[Room]:
    """No space, one, one within another or apart from it, or all three."""
    last = len(NAMES) - 1
    shapes = [[], ["camp"], ["camp", "hall"], ["camp", "tents"], ["camp", "hall", "tents"]]
    names = shapes[-1] if everything else draw(st.sampled_from(shapes))
    camp = (0, 0)
    found = []
    for name in names:
        if name == "camp":
            first = draw(st.integers(0, last - ("tents" in names)))
            camp = stretch = first, draw(st.integers(first, last - ("tents" in names)))
        elif name == "hall":
            first = draw(st.integers(*camp))
            stretch = first, draw(st.integers(first, camp[1]))
        else:
            first = draw(st.integers(camp[1] + 1, last))
            stretch = first, draw(st.integers(first, last))
        found.append(
            Room(
                name,
                NAMES[stretch[0]],
                NAMES[stretch[1]],
                [("00:00", draw(st.integers(0, 12))), ("15:00", draw(st.integers(0, 20)))],
                draw(st.sampled_from(WhenFull)),
                draw(st.sampled_from([[], [("kit", 1, ["07:00", "12:00"])], [("soap", 2, ["00:00"])]])),
            )
        )
    return found


@st.composite
def settings_and_desks(draw: st.DrawFn, everything: bool = False) -> tuple[Setting, list[Desk]]:
    """An operation with any of the features, or with all that can be absent, at one of the ticks."""
    tick = draw(st.sampled_from(TICKS))
    places = [draw(desks(name, tick)) for name in NAMES[:3]]
    if everything or draw(st.booleans()):
        places.append(Desk("bus", gave_up=draw(st.booleans()), fleet=0))
        fleets = [
            Vehicles(
                seats=draw(st.integers(3, 10)),
                leave_after=draw(st.sampled_from([tick / MINUTE, 30])),
                round_trip=[draw(st.sampled_from([tick / MINUTE, 60])), draw(st.sampled_from([tick / MINUTE, 90]))],
                vehicles=[("00:00", draw(st.integers(0, 3))), ("13:00", draw(st.integers(0, 4)))],
                away=draw(st.lists(st.tuples(moment(tick, 1600).map(at), st.integers(1, 2)), max_size=2)),
            )
        ]
    else:
        places.append(draw(desks("bus", tick)))
        fleets = []
    diversions = []
    for first in sorted(draw(st.sets(moment(tick, 1600), min_size=int(everything), max_size=2))):
        share, after = draw(st.sampled_from([0.5, 1.0])), draw(st.sampled_from([0, tick, 7200]))
        diversions.append(net.Diversion(0, first, first + draw(st.sampled_from([tick, 36_000])), share, after, 1))
    places.append(draw(desks(ELSEWHERE, tick)))
    shelves = [draw(shelf(name, tick, everything)) for name in ("kit", "soap", "depot")]
    transfers = draw(
        st.lists(
            st.tuples(moment(tick, 2800).map(at), st.just("kit"), st.just("soap"), st.integers(1, 9), st.just(30.0)),
            min_size=int(everything),
            max_size=2,
        )
    )
    made = setting(
        draw(parties(tick)),
        places,
        shelves,
        fleets,
        rooms=draw(rooms(tick, everything)),
        transfers=transfers,
        diversions=diversions,
        crossings={ELSEWHERE: 1},
        triggers=draw(triggers(len(fleets) > 0, everything)),
        purses=draw(purses(tick, len(fleets) > 0, everything)),
    )
    return made, places


def stories(everything: bool = False) -> st.SearchStrategy[tuple[Story, list[Desk]]]:
    """Such operations as the model of record plays them."""
    return settings_and_desks(everything).map(lambda made: (made[0].played("simpy"), made[1]))


@st.composite
def purses(draw: st.DrawFn, tick: int, vehicles: bool, everything: bool = False) -> list[Purse]:
    """No fund, or one or two that share out what is bought, given and driven."""
    found = [Purse(draw(st.integers(0, 60))) for _ in range(draw(st.integers(int(everything), 2)))]
    when = moment(tick, 2800).map(at)
    for purse in found:
        purse.receipts = draw(st.lists(st.tuples(when, st.integers(1, 60)), max_size=4))
    if found:
        granting = draw(st.sampled_from(found))
        granting.grants = draw(st.sampled_from([{}, {"kit": 3}, {"kit": 2, "soap": 5}]))
        for item in {"kit", "soap", "depot"} - granting.grants.keys():
            if draw(st.booleans()):
                draw(st.sampled_from(found)).buys[item] = draw(st.integers(1, 6))
        if vehicles and draw(st.booleans()):
            draw(st.sampled_from(found)).trips[0] = draw(st.integers(1, 30))
    return found


@st.composite
def triggers(draw: st.DrawFn, vehicles: bool, everything: bool = False) -> list[net.Trigger]:
    """No trigger, or some that look at anything and move anything."""
    return [
        draw(trigger(index, vehicles))
        for index in range(draw(st.sampled_from([1, 2] if everything else [0, 0, 1, 1, 2])))
    ]


@st.composite
def trigger(draw: st.DrawFn, index: int, vehicles: bool) -> net.Trigger:
    def watch() -> net.Watch:
        sees = draw(st.sampled_from(Sees))
        limit = draw(st.integers(-1, 6))
        return net.Watch(sees, draw(st.integers(0, 1)), draw(st.booleans()), limit, draw(st.sampled_from([1, 1, 2])))

    def act() -> net.Act:
        moves = draw(st.sampled_from([Moves.DESKS, Moves.DELIVERY, *([Moves.VEHICLES] if vehicles else [])]))
        place = 0 if moves is Moves.VEHICLES else draw(st.integers(0, 2))
        if moves is Moves.DELIVERY:
            return net.Act(moves, place, "add", draw(st.integers(1, 3)))
        operation, value = draw(st.sampled_from([("add", 1), ("add", 3), ("set", 0), ("set", 2), ("scale", 1.5)]))
        return net.Act(moves, place, operation, value)

    when = tuple(watch() for _ in range(draw(st.sampled_from([1, 1, 2]))))
    until = (watch(),) if draw(st.booleans()) else ()
    acts = tuple(act() for _ in range(draw(st.integers(1, 2))))
    return net.Trigger(index, f"t{index}", when, draw(st.sampled_from([0, 3600])), acts, until, draw(st.booleans()))
