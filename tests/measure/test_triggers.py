"""Triggers: when they fired, and the desks and vehicles that they opened, in roster, staff and cost."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hand import Desk, Party, Story, Vehicles, operation
from journals import D, H, told, value

from borderflow.demand.sample import households
from borderflow.engine.journal import NEVER
from borderflow.engine.simulate import simulate
from borderflow.measure.measure import measure
from borderflow.measure.rosters import Rosters
from borderflow.network.build import network
from borderflow.network.network import Act, Moves, Sees, Trigger, Watch
from borderflow.scenario.load import load


def crossed(limit: float, days: int, *, above: bool = True) -> Watch:
    return Watch(Sees.CROSSED, 0, above, limit, days)


def hours(days: int, desks: int = 1) -> list[tuple[str, int]]:
    """08:00-18:00 every day."""
    turns = (("08:00", desks), ("18:00", 0))
    return [("00:00", 0)] + [(f"{day} {clock}", many) for day in range(days) for clock, many in turns]


def surge() -> Story:
    """Two persons cross on days 0 and 1, so that from the opening of day 3 there is a second desk, until day 4."""
    trigger = Trigger(
        index=0, name="surge", when=(crossed(1, 2),), notice=12 * H, acts=(Act(Moves.DESKS, 1, "add", 1),),
        until=(crossed(1, 2, above=False),),
    )  # fmt: skip
    return operation(
        [
            Party("08:00", {"gate": 5}, size=2),
            Party("1 08:00", {"gate": 5}, size=2),
            *[Party(f"3 09:{minute:02d}", {"desk": 30}) for minute in (0, 1)],
            *[Party(f"4 17:{minute:02d}", {"desk": 90}) for minute in (0, 1)],
        ],
        [Desk("gate"), Desk("desk", desks=hours(6))],
        triggers=[trigger, Trigger(1, "never", (crossed(99, 1),), 0, (Act(Moves.DESKS, 1, "add", 5),))],
        days=6,
    )


def test_when_a_trigger_fired() -> None:
    """Seen at the midnight after its days, acted at the opening after its notice, undone at a midnight."""
    m = told(surge())
    words = ("trigger_fired", "trigger_firings", "trigger_seen", "trigger_acted", "trigger_undone")
    assert [value(m, word, crossing="", item="surge") for word in words] == [1, 1, 2, 3 + 8 / 24, 4]
    found = [value(m, word, crossing="", item="never") for word in words]
    assert found[:2] == [0, 0]
    assert all(math.isnan(each) for each in found[2:])


def test_desks_that_a_trigger_opened_are_on_the_roster() -> None:
    """Ten more desk-hours on day 3: in the hours, the utilisation, the staff and the cost of the station."""
    m = told(surge(), costs={"desk_hour": "6 USD"}, staff={"per_desk": 1.5})
    desks = m.hourly[m.hourly["station"] == "desk"].set_index("hour")["desks"]
    assert desks[["2023-11-04T07:00", "2023-11-04T08:00", "2023-11-04T17:00", "2023-11-04T18:00"]].tolist() == [
        0,
        2,
        2,
        0,
    ]
    assert desks["2023-11-05T08:00"] == 1
    # On day 4 the first service runs from 17:00 to 18:30: half an hour of overtime; the second waits for the morning.
    assert value(m, "desk_hours", "desk", crossing="here") == 60 + 10 + 0.5
    assert value(m, "overtime_hours", "desk", crossing="here") == 0.5
    assert value(m, "utilisation", "desk", crossing="here") == pytest.approx((1 + 3) / 70.5)
    assert value(m, "staff", "desk", crossing="here") == 3
    assert value(m, "cost", crossing="here") == (70.5 + 6 * 24) * 6
    table = m.requirements[(m.requirements["what"] == "staff") & (m.requirements["station"] == "desk")]
    assert table[(table["crossing"] == "here") & (table["by"] == "phase")]["met"].tolist() == [3]


def test_vehicles_that_a_trigger_brought_are_in_use_and_in_the_roster() -> None:
    """One more truck at once from the midnight of day 1, without notice."""
    trigger = Trigger(0, "trucks", (Watch(Sees.QUEUE, 0, True, 0, 1),), 0, (Act(Moves.VEHICLES, 0, "add", 1),))
    story = operation(
        [Party("08:00", {"bus": 0}, size=4), Party("08:01", {"bus": 0}, size=4)],
        [Desk("bus", fleet=0)],
        fleets=[Vehicles(4, 60, [48 * 60])],
        triggers=[trigger],
        days=3,
    )
    m = told(story)
    assert value(m, "vehicles_in_use_peak", "bus", crossing="here") == 2
    # One from 08:00 of day 0, one from day 1: 48 + 48 hours of use, of 24 + 2 × 48 vehicle-hours.
    assert value(m, "utilisation", "bus", crossing="here") == pytest.approx((48 + 48) / (24 + 96))
    assert value(m, "overtime_hours", "bus", crossing="here") == 0


def test_vehicles_that_are_away_at_the_start_are_in_use_until_they_are_back() -> None:
    """One truck of two is back at six; the other goes for an hour at nine: seven hours of a day, and one trip."""
    story = operation(
        [Party("09:00", {"bus": 0}, size=10)],
        [Desk("bus", fleet=0)],
        fleets=[Vehicles(10, 60, [60], [("00:00", 2)], away=[("06:00", 1)])],
        days=1,
    )
    m = told(story)
    assert value(m, "vehicles_in_use_peak", "bus", crossing="here") == 1
    assert value(m, "vehicles_in_use_mean", "bus", crossing="here") == pytest.approx(7 / 24)
    assert value(m, "trips", "bus", crossing="here") == 1


def test_an_act_at_a_closed_station_comes_with_its_opening_and_one_at_an_open_station_with_the_next() -> None:
    """Seen at midnight: a day desk changes at 08:00, a night desk at its next opening, a 24 h desk at once."""
    acts = tuple(Act(Moves.DESKS, place, "set", 3) for place in (1, 2, 3))
    trigger = Trigger(0, "more", (crossed(0, 1),), 0, acts)
    story = operation(
        [Party("08:00", {"gate": 5})],
        [
            Desk("gate"),
            Desk("day", desks=hours(3)),
            Desk("night", desks=[("00:00", 1), ("04:00", 0), ("20:00", 2), ("1 04:00", 0), ("1 20:00", 2)]),
            Desk("always", desks=[("00:00", 1), ("1 12:00", 2)]),
        ],
        triggers=[trigger],
        days=3,
    )
    found = Rosters.of(story.network, story.journal.fired).desks

    def at(station: int, *seconds: int) -> list[float]:
        return found[station].at(np.array(seconds)).tolist()

    assert at(1, 9 * H, D + 9 * H, D + 18 * H, 2 * D + 9 * H) == [1, 3, 0, 3]
    assert at(2, D, D + 3 * H, D + 19 * H, D + 20 * H) == [2, 2, 0, 3]
    assert at(3, D - 1, D, D + 13 * H) == [1, 3, 3]


def test_what_was_due_in_a_second_comes_before_what_is_seen_in_it() -> None:
    """At the midnight of day 2 the second trigger's notice is over (set 2), then the first is seen (one more): 3."""
    triggers = [
        Trigger(0, "now", (crossed(1, 2),), 0, (Act(Moves.DESKS, 0, "add", 1),)),
        Trigger(1, "later", (crossed(1, 1),), D, (Act(Moves.DESKS, 0, "set", 2),)),
    ]
    parties = [Party(f"{day} 08:00", {"gate": 5}, size=2) for day in range(2)]
    story = operation(parties, [Desk("gate")], triggers=triggers, days=4)
    assert story.fired == ["later 1 00:00 2 00:00 -", "now 2 00:00 2 00:00 -"]
    found = Rosters.of(story.network, story.journal.fired).desks[0]
    assert found.at(np.array([2 * D - 1, 2 * D])).tolist() == [1, 3]


def test_a_trigger_that_fires_again_is_told_by_its_first_firing() -> None:
    """Seen on day 1, undone on day 2, seen again on day 3: two firings, the dates of the first."""
    trigger = Trigger(
        0, "again", (crossed(1, 1),), H, (Act(Moves.DESKS, 0, "add", 1),),
        until=(crossed(1, 1, above=False),), repeat=True,
    )  # fmt: skip
    parties = [Party(f"{day} 08:00", {"gate": 5}, size=2) for day in (0, 2)]
    m = told(operation(parties, [Desk("gate")], triggers=[trigger], days=5))
    words = ("trigger_firings", "trigger_seen", "trigger_acted", "trigger_undone")
    assert [value(m, word, crossing="", item="again") for word in words] == [2, 1, 1 + 1 / 24, 2]


def test_a_trigger_that_fired_in_the_warm_up_is_told_by_itself(tmp_path: Path) -> None:
    """With two days of warm-up it is seen at the midnight between them, and is in no firing of the period; without, it
    is seen at the first midnight."""
    path = tmp_path / "early.yaml"
    for warm_up, expected in (("2 d", [0, 0, 1]), ("0 d", [1, 1, 0])):
        path.write_text(EARLY % warm_up, encoding="utf-8")
        scenario = load(path)
        people, stands = households(scenario, 0), network(scenario, "surge")
        m = measure(scenario, stands, people, simulate(people, stands))
        words = ("trigger_fired", "trigger_firings", "trigger_fired_before")
        assert [value(m, word, crossing="", item="early") for word in words] == expected
        desks = m.hourly[m.hourly["station"] == "desk"].set_index("hour")["desks"]
        assert desks[["2023-10-01T12:00", "2023-10-02T12:00"]].tolist() == [5 if warm_up == "2 d" else 1, 5]


EARLY = """
borderflow: 1
name: early
title: A trigger in the warm-up
start: 2023-10-01
end: 2023-10-03
warm_up: %s
households: {size: {fixed: 5}}
crossings:
  torkham:
    arrivals: {phases: [{phase: calm, from: 2023-09-20, persons_per_day: 900, shape: step}]}
    journey: [gate, desk]
    stations: {gate: {service: 1 min, desks: 9, open: 24 h}, desk: {service: 1 min, desks: 1, open: 24 h}}
plans:
  surge:
    triggers:
      - {name: early, if: {torkham.crossed: "> 100", for: 1 d}, notice: 0 h, add: {torkham.stations.desk.desks: 4}}
"""

CASES = [
    [("add", 2.0), ("scale", 1.5)],
    [("scale", 2.0), ("set", 3.0)],
    [("set", 1.0), ("add", 1.0)],
]


@pytest.mark.parametrize("acts", CASES)
@pytest.mark.parametrize("notice", [0, 5 * H, 40 * H])
def test_the_roster_in_force_is_the_one_of_the_engine(acts: list[tuple[str, float]], notice: int) -> None:
    """With triggers that come and go, the busy desks never exceed the roster at a start, and the engine's agrees."""
    from borderflow.engine.line import Line

    seen: dict[tuple[int, int], int] = {}
    apply = Line.apply

    def noted(self: Line) -> None:
        apply(self)
        seen[self.index, self.operation.env.now] = self.desks

    triggers = [
        Trigger(
            number, f"t{number}", (crossed(4 + 3 * number, 1),), notice, (Act(Moves.DESKS, 1, *act),),
            until=(crossed(4 + 3 * number, 1, above=False),), repeat=True,
        )
        for number, act in enumerate(acts)
    ]  # fmt: skip
    rng = np.random.default_rng(1)
    parties = [
        Party(f"{day} {8 + k % 10:02d}:{5 * (k // 10):02d}", {"gate": 1, "desk": float(rng.integers(20, 200))})
        for day in range(14)
        for k in range(int(rng.integers(0, 14)))
    ]
    parties.sort(key=lambda party: (int(party.arrives.split()[0]), party.arrives.split()[1]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Line, "apply", noted)
        story = operation(parties, [Desk("gate"), Desk("desk", desks=hours(14, 2))], triggers=triggers, days=14)
    journal = story.journal
    assert len(journal.fired.trigger) > 4
    found = Rosters.of(story.network, journal.fired).desks[1]
    for (station, second), desks in seen.items():
        if station == 1:
            assert found.at(np.array([second])).tolist() == [desks], second
    rows = np.flatnonzero((journal.needs.station == 1) & (journal.started != NEVER))
    started = journal.started[rows]
    ended = np.where(journal.ended[rows] == NEVER, story.network.end_second, journal.ended[rows])
    busy = ((started <= started[:, None]) & (ended > started[:, None])).sum(axis=1)
    assert (busy <= found.at(started)).all()


def test_without_a_firing_the_roster_is_the_plan() -> None:
    """A trigger that did not fire changes nothing, and without triggers there are no rows of them."""
    story = operation(
        [], [Desk("desk")], triggers=[Trigger(0, "t", (crossed(9, 1),), 0, (Act(Moves.DESKS, 0, "set", 5),))]
    )
    assert Rosters.of(story.network, story.journal.fired) == Rosters()
    m = told(operation([], [Desk("desk")]))
    assert not any(name.startswith("trigger") for name in m.indicators["indicator"])
