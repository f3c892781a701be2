"""The fluid of the two crossings: by hand where arithmetic can say it, against the simulation elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from borderflow.calibrate.fluid import Flow, Fluid
from borderflow.demand.sample import households
from borderflow.engine.simulate import simulate
from borderflow.measure.measure import measure
from borderflow.network.build import network
from borderflow.scenario.scenario import Scenario


def crossing(per_day: float, gate: dict[str, Any], **words: Any) -> dict[str, Any]:
    arrivals = {"phases": [{"phase": "steady", "from": "2023-11-01", "persons_per_day": per_day, "shape": "step"}]}
    return {"arrivals": arrivals, "journey": ["gate"], "stations": {"gate": {"desks": 2, **gate}}, **words}


def scenario(days: int = 5, **crossings: Any) -> Scenario:
    """A few days from 1 November 2023, single persons, no variation between days."""
    return Scenario.model_validate(
        {
            "borderflow": 1,
            "name": "fluid",
            "title": "A gate",
            "start": "2023-11-01",
            "end": f"2023-11-{days:02d}",
            "seed": 5,
            "households": {"size": 1},
            "crossings": crossings,
            "plans": {"as_is": {}},
        }
    )


def flow(of: Scenario, values: dict[str, Any] | None = None, watched: tuple[int, ...] = ()) -> Flow:
    """The fluid of one draw."""
    drawn = {path: np.array([number], dtype=float) for path, number in (values or {}).items()}
    return Fluid(of).flow(drawn, 1, watched)


OPEN = {"throughput": "2400 persons/day", "open": "24 h"}


def test_a_gate_that_does_not_bind_lets_everyone_through_on_their_day() -> None:
    """240 a day at a gate for ten times as many."""
    found = flow(scenario(torkham=crossing(240, OPEN)))
    assert found.crossed[0, 0] == pytest.approx([240] * 5)
    assert found.queue_end[0, 0] == pytest.approx([0] * 5)


def test_a_binding_gate_passes_its_throughput_and_the_rest_stands_in_line() -> None:
    """240 a day at a gate for 120: 120 cross, and the line grows by 120 every day."""
    found = flow(scenario(torkham=crossing(240, {"throughput": "120 persons/day", "open": "24 h"})))
    assert found.arrived[0, 0] == pytest.approx([240] * 5)
    assert found.crossed[0, 0] == pytest.approx([120] * 5)
    assert found.queue_end[0, 0] == pytest.approx([120, 240, 360, 480, 600])
    assert found.queue[0, 0] == pytest.approx(found.queue_end[0, 0])


def test_a_night_closure_holds_people_until_the_morning() -> None:
    """Open from noon to midnight, 20 an hour; 10 an hour come round the clock: 120 stand at noon, none at midnight."""
    found = flow(scenario(torkham=crossing(240, {"throughput": "240 persons/day", "open": "12:00-24:00"})))
    assert found.crossed[0, 0] == pytest.approx([240] * 5)
    assert found.queue[0, 0] == pytest.approx([120] * 5)
    assert found.queue_end[0, 0] == pytest.approx([0] * 5, abs=1e-9)


def test_who_comes_after_closing_crosses_on_the_next_day() -> None:
    """Open from 06:00 to 18:00, never full: a quarter of the day comes after 18:00 and crosses a day later."""
    found = flow(scenario(torkham=crossing(240, {"throughput": "4800 persons/day", "open": "06:00-18:00"})))
    assert found.crossed[0, 0] == pytest.approx([180, 240, 240, 240, 240])
    assert found.queue_end[0, 0] == pytest.approx([60] * 5)


def test_the_hours_of_arrival_decide_who_is_late() -> None:
    """All come between 06:00 and 12:00: nobody is late for a gate that shuts at 18:00."""
    place = crossing(240, {"throughput": "4800 persons/day", "open": "06:00-18:00"})
    place["arrivals"]["hours"] = {"06:00": 1, "12:00": 0}
    assert flow(scenario(torkham=place)).crossed[0, 0] == pytest.approx([240] * 5)


def test_a_closure_stops_a_day_and_its_people_cross_when_it_opens() -> None:
    """Shut on 2 November: none cross, 240 wait; the gate, for 360 a day, works them off in the two days after."""
    shut = [{"from": "2023-11-02", "to": "2023-11-02", "stops": ["people"]}]
    place = crossing(240, {"throughput": "360 persons/day", "open": "24 h"}, closures=shut)
    found = flow(scenario(torkham=place))
    assert found.crossed[0, 0] == pytest.approx([240, 0, 360, 360, 240])
    assert found.queue_end[0, 0] == pytest.approx([0, 240, 120, 0, 0], abs=1e-9)


def test_a_closure_diverts_its_share_to_the_other_crossing_so_many_hours_later() -> None:
    """Half of the 240 of 2 November arrive at the other crossing twelve hours later: 60 that day, 60 on the next."""
    shut = [{"from": "2023-11-02", "to": "2023-11-02", "stops": ["people"], "divert": 0.5, "after": "12 h"}]
    found = flow(scenario(torkham=crossing(240, OPEN, closures=shut), spin_boldak=crossing(48, OPEN)))
    assert found.crossed[0, 0] == pytest.approx([240, 0, 360, 240, 240])
    assert found.crossed[0, 1] == pytest.approx([48, 108, 108, 48, 48])


def test_a_dated_throughput_changes_on_its_date() -> None:
    """120 a day, from 3 November 480: the 240 in line are gone two days later."""
    gate = {"throughput": {"2023-11-01": "120 persons/day", "2023-11-03": "480 persons/day"}, "open": "24 h"}
    found = flow(scenario(torkham=crossing(240, gate)))
    assert found.crossed[0, 0, :2] == pytest.approx([120, 120])
    assert found.crossed[0, 0, 2] == pytest.approx(480)
    assert found.crossed[0, 0].sum() == pytest.approx(5 * 240)


def test_values_of_a_draw_take_the_place_of_the_scenarios() -> None:
    """A level and the step of a dated throughput, by their paths; each draw by itself."""
    gate = {"throughput": {"2023-11-01": "120 persons/day", "2023-11-03": "480 persons/day"}, "open": "24 h"}
    of = Fluid(scenario(torkham=crossing(240, gate)))
    level = "crossings.torkham.arrivals.phases.steady.persons_per_day"
    step = "crossings.torkham.stations.gate.throughput.2023-11-01"
    found = of.flow({level: np.array([240.0, 100.0]), step: np.array([60.0, 60.0])}, 2)
    assert found.crossed[0, 0, :2] == pytest.approx([60, 60])
    assert found.crossed[1, 0] == pytest.approx([60, 60, 180, 100, 100])


def test_draws_that_are_alike_at_a_crossing_are_reckoned_once_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven draws: each gives what it gives alone, though levels, a rate of the gate and people who divert are shared
    by some. Only different ones are let through the gate: at Torkham levels of 240 and 300 and a slower gate; at Spin
    Boldak two levels of its own, and who comes there from Torkham, who are as many with the slower gate."""
    shut = [{"from": "2023-11-02", "to": "2023-11-02", "stops": ["people"], "divert": 0.5, "after": "12 h"}]
    gate = {"throughput": "250 persons/day", "open": "06:00-18:00"}
    of = Fluid(scenario(torkham=crossing(240, gate, closures=shut), spin_boldak=crossing(48, OPEN)))
    level = "crossings.{}.arrivals.phases.steady.persons_per_day"
    values = {
        level.format("torkham"): np.array([240.0, 300, 240, 240, 240, 300, 240]),
        level.format("spin_boldak"): np.array([48.0, 48, 60, 48, 48, 48, 48]),
        "crossings.torkham.stations.gate.throughput": np.array([250.0, 250, 250, 200, 250, 250, 250]),
    }
    through: list[int] = []
    usual = Fluid._through

    def counted(self: Fluid, index: int, whole: Any, *more: Any) -> Any:
        through.append(len(whole))
        return usual(self, index, whole, *more)

    monkeypatch.setattr(Fluid, "_through", counted)
    found = of.flow(values, 7)
    assert through == [3, 3]
    for draw in range(7):
        alone = of.flow({path: drawn[draw : draw + 1] for path, drawn in values.items()}, 1)
        for word in ("arrived", "crossed", "queue", "queue_end", "late"):
            assert getattr(found, word)[draw] == pytest.approx(getattr(alone, word)[0]), word


def test_phases_follow_their_shapes() -> None:
    """A step, a ramp that doubles in two days, and a decay that halves its distance to 100 in a day."""
    place = crossing(0, OPEN)
    place["arrivals"]["phases"] = [
        {"phase": "one", "from": "2023-11-01", "persons_per_day": 100, "shape": "step"},
        {"phase": "two", "from": "2023-11-02", "persons_per_day": 100, "shape": "ramp"},
        {"phase": "three", "from": "2023-11-04", "persons_per_day": 200, "shape": "decay", "half_life": "1 d",
         "towards": 100},
    ]  # fmt: skip
    place["arrivals"]["weekdays"] = {"saturday": 0.5}  # 4 November 2023
    found = flow(scenario(torkham=place))
    assert found.arrived[0, 0] == pytest.approx([100, 100, 100 * 2**0.5, 100, 150])


def test_a_watched_day_has_its_queue_even_where_nobody_is_held_back_for_long() -> None:
    """Open from noon, far from full: 10 an hour come, so 120 stand at noon. Days not watched are not looked into."""
    of = scenario(torkham=crossing(240, {"throughput": "2400 persons/day", "open": "12:00-24:00"}))
    assert flow(of, watched=(2,)).queue[0, 0, 2] == pytest.approx(120)


def test_nobody_is_lost_between_days_counted_by_the_day_and_by_the_hour() -> None:
    """Who has come has crossed or stands in line, at every midnight: a rush amid quiet days with late comers."""
    place = crossing(0, {"throughput": "400 persons/day", "open": "06:00-18:00"})
    place["arrivals"]["phases"] = [
        {"phase": "calm", "from": "2023-11-01", "persons_per_day": 40, "shape": "step"},
        {"phase": "rush", "from": "2023-11-04", "persons_per_day": 900, "shape": "step"},
        {"phase": "ebb", "from": "2023-11-05", "persons_per_day": 60, "shape": "step"},
    ]
    found = flow(scenario(20, torkham=place))
    stands = found.arrived[0, 0].cumsum() - found.crossed[0, 0].cumsum()
    assert stands == pytest.approx(found.queue_end[0, 0], abs=1e-9)
    assert found.queue_end[0, 0, 0] == pytest.approx(10)
    assert found.queue_end[0, 0, 3] == pytest.approx(10 + 900 - 400)
    assert found.queue_end[0, 0, -1] == pytest.approx(15)


def test_a_long_line_is_worked_off_at_the_gates_pace_however_few_come_after() -> None:
    """3,000 come on one day to a gate for 400 a day, 60 on the days after: the line is 340 shorter each day."""
    place = crossing(0, {"throughput": "400 persons/day", "open": "24 h"})
    place["arrivals"]["phases"] = [
        {"phase": "rush", "from": "2023-11-01", "persons_per_day": 3000, "shape": "step"},
        {"phase": "ebb", "from": "2023-11-02", "persons_per_day": 60, "shape": "step"},
    ]
    found = flow(scenario(12, torkham=place))
    assert found.crossed[0, 0, :8] == pytest.approx([400] * 8)
    assert found.queue_end[0, 0, :8] == pytest.approx([2600 - 340 * day for day in range(8)])
    assert found.crossed[0, 0, 8:] == pytest.approx([220 + 60, 60, 60, 60])


def test_the_fluid_is_the_mean_of_the_simulation() -> None:
    """A gate that binds, a night, a closure with diversion and a dated throughput together, over eight days.

    The mean of twelve replications stays within four of its standard errors and 2 % of the days' mean level.
    """
    shut = [{"from": "2023-11-04", "to": "2023-11-04", "stops": ["people"], "divert": 0.3, "after": "5 h"}]
    gate = {"throughput": {"2023-11-01": "300 persons/day", "2023-11-06": "600 persons/day"}, "open": "05:00-21:00"}
    torkham = crossing(0, gate, closures=shut)
    torkham["arrivals"] = {
        "hours": {"04:00": 0.5, "08:00": 1, "17:00": 0.4, "23:00": 0},
        "phases": [
            {"phase": "calm", "from": "2023-11-01", "persons_per_day": 200, "shape": "ramp"},
            {"phase": "rush", "from": "2023-11-03", "persons_per_day": 500, "shape": "decay", "half_life": "2 d",
             "towards": 150},
        ],
    }  # fmt: skip
    of = scenario(8, torkham=torkham, spin_boldak=crossing(80, {"throughput": "2400 persons/day", "open": "24 h"}))
    expected = flow(of).crossed[0]
    here = network(of, "as_is")
    counts = []
    for replication in range(12):
        people = households(of, replication)
        daily = measure(of, here, people, simulate(people, here)).daily
        at_gate = daily[daily["station"] == "gate"].pivot(index="crossing", columns="date", values="processed")
        counts.append(at_gate.loc[["torkham", "spin_boldak"]].to_numpy(dtype=float))
    mean = np.mean(counts, axis=0)
    error = np.std(counts, axis=0, ddof=1) / np.sqrt(len(counts))
    room = 4 * error + 0.02 * expected.mean(axis=1, keepdims=True)
    assert np.all(np.abs(mean - expected) <= room), (expected.round(), mean.round())
    assert expected[0, :2] == pytest.approx([300 * 0.66, 300], rel=0.1)  # it binds from the second day on
