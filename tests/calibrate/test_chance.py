"""Chance in what a report counts: the variance said beside that of the fluid, fed with days as the simulation draws."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from borderflow.calibrate.chance import MOST, Chance
from borderflow.calibrate.fluid import Flow, Fluid
from borderflow.calibrate.parameters import Floats
from borderflow.calibrate.reports import Report
from borderflow.demand.sample import day_factors
from borderflow.scenario.scenario import Scenario

DRAWS = 6000
CV, CARRIED = 0.2, 0.5
RUSH = [300, 300, 900, 4000, 4500, 1200, 500, 400, 300, 300, 300, 300]
"""People of twelve days, most of them on two."""


def operation(hours: str = "24 h", **throughputs: str) -> Scenario:
    """Crossings whose every day is a phase, so that draws may differ in each; gates open day and night, unless told."""
    crossings: dict[str, Any] = {}
    for name, throughput in throughputs.items():
        phases = [
            {"phase": f"day{day}", "from": f"2023-11-{day + 1:02d}", "persons_per_day": people, "shape": "step"}
            for day, people in enumerate(RUSH)
        ]
        crossings[name] = {
            "arrivals": {"phases": phases, "variation": {"cv": CV, "day_to_day": CARRIED}},
            "journey": ["gate"],
            "stations": {"gate": {"desks": 2, "throughput": throughput, "open": hours}},
        }
    return Scenario.model_validate(
        {
            "borderflow": 1,
            "name": "chance",
            "title": "Days that differ",
            "start": "2023-11-01",
            "end": f"2023-11-{len(RUSH)}",
            "households": {"size": 1},
            "crossings": crossings,
            "plans": {"as_is": {}},
        }
    )


def report(first: int, last: int, taken: str = "total", where: tuple[str, ...] = ("torkham",)) -> Report:
    """A count over days of November."""
    days = date(2023, 11, first), date(2023, 11, last)
    return Report(("one",), where, False, "all", taken, *days, 1.0, 1.0, "exact", "kp_home")


def by_chance(of: Scenario) -> Flow:
    """The fluid of many draws of the days, each with the factors that the simulation would draw."""
    rng = np.random.default_rng(7)
    values: dict[str, Floats] = {}
    for name, place in of.crossings.items():
        factors = np.array([day_factors(place.arrivals.variation, rng.random(len(RUSH))) for _ in range(DRAWS)])
        for day, people in enumerate(RUSH):
            values[f"crossings.{name}.arrivals.phases.day{day}.persons_per_day"] = people * factors[:, day]
    fluid = Fluid(of)
    return fluid.flow(values, DRAWS, range(len(RUSH)))


def said(of: Scenario, one: Report) -> float:
    """Variance that is reckoned for a report, relative to its number squared."""
    fluid = Fluid(of)
    return float(Chance(of, fluid, [one]).variance({}, fluid.flow({}, 1, range(len(RUSH))))[0, 0])


FREE, BINDING = "100000 persons/day", "2500 persons/day"


@pytest.mark.parametrize(("first", "last"), [(4, 4), (1, 12), (3, 6), (6, 12), (4, 5)])
def test_a_total_moves_with_the_days_that_most_people_come_on(first: int, last: int) -> None:
    """Nobody is held back: the variance of a total is that of correlated days, each with its people's weight."""
    open_gate = operation(torkham=FREE)
    crossed = by_chance(open_gate).crossed[:, 0, first - 1 : last].sum(axis=1)
    relative = crossed.var() / crossed.mean() ** 2
    assert said(open_gate, report(first, last)) == pytest.approx(relative, rel=0.08)


def test_who_comes_after_closing_is_not_held_back_by_the_gate() -> None:
    """A quarter of each day comes after 18:00 and stands there at midnight, at a gate with room for everyone."""
    daytime = operation("06:00-18:00", torkham=FREE)
    flow = by_chance(daytime)
    assert (flow.queue_end[:, 0] > 0.2 * flow.crossed[:, 0]).mean() > 0.5
    crossed = flow.crossed[:, 0, 2:8].sum(axis=1)
    relative = crossed.var() / crossed.mean() ** 2
    assert said(daytime, report(3, 8)) == pytest.approx(relative, rel=0.15)


def test_two_crossings_move_apart() -> None:
    both = operation(torkham=FREE, spin_boldak=FREE)
    crossed = by_chance(both).crossed[:, :, 2:7].sum(axis=(1, 2))
    relative = crossed.var() / crossed.mean() ** 2
    two = said(both, report(3, 7, where=("torkham", "spin_boldak")))
    assert two == pytest.approx(relative, rel=0.08)
    assert two == pytest.approx(said(both, report(3, 7)) / 2)


def test_a_gate_that_sets_the_pace_leaves_nothing_to_chance() -> None:
    """On 5 November the line stands from the day before until after its midnight: the day's count is the gate's."""
    slow = operation(torkham=BINDING)
    assert by_chance(slow).crossed[:, 0, 4].std() / 2500 < 0.01
    assert said(slow, report(5, 5)) == pytest.approx(0, abs=1e-12)
    assert said(slow, report(5, 5, "mean")) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("first", "last"), [(1, 5), (2, 5), (1, 12), (5, 12), (6, 12)])
def test_those_in_line_at_an_end_belong_to_another_count(first: int, last: int) -> None:
    """2,500 a day pass; the rush of 8,500 on two days stands in line until the seventh or eighth day.

    A count until the fifth holds the gate's days and the three quiet ones before; one from the fifth or sixth on holds
    all people of the rush but those whom the gate passed before.
    """
    slow = operation(torkham=BINDING)
    crossed = by_chance(slow).crossed[:, 0, first - 1 : last].sum(axis=1)
    deviation = float(crossed.std() / crossed.mean())
    assert said(slow, report(first, last)) ** 0.5 == pytest.approx(deviation, rel=0.15)


def test_the_longest_line_moves_with_all_who_came_since_nobody_stood() -> None:
    slow = operation(torkham=BINDING)
    longest = by_chance(slow).queue[:, 0].max(axis=1)
    deviation = float(longest.std() / longest.mean())
    assert said(slow, report(3, 8, "queue")) ** 0.5 == pytest.approx(deviation, rel=0.15)


def test_the_largest_day_moves_as_that_day_does() -> None:
    open_gate, slow = operation(torkham=FREE), operation(torkham=BINDING)
    assert said(open_gate, report(1, 12, "peak")) == pytest.approx(said(open_gate, report(5, 5)))
    assert said(slow, report(1, 12, "peak")) == pytest.approx(0, abs=1e-12)


def test_a_share_has_no_days_and_a_line_of_nobody_has_a_bound() -> None:
    open_gate = operation(torkham=FREE)
    assert said(open_gate, report(1, 12, "share")) == 0
    assert said(open_gate, report(4, 4, "queue")) <= MOST**2


def test_each_draw_has_its_own_variance_and_each_report_its_own_days() -> None:
    """Several reports and draws at once give what each gives alone; twice the cv is four times the variance."""
    slow = operation(torkham=BINDING, spin_boldak=FREE)
    those = [report(1, 5), report(5, 5), report(3, 8, "queue"), report(1, 12, where=("torkham", "spin_boldak"))]
    fluid = Fluid(slow)
    values = {f"crossings.{name}.arrivals.variation.cv": np.array([CV, 2 * CV]) for name in fluid.crossings}
    found = Chance(slow, fluid, those).variance(values, fluid.flow(values, 2, range(len(RUSH))))
    assert found[0] == pytest.approx([said(slow, one) for one in those])
    assert found[1] == pytest.approx(4 * found[0])


def test_the_same_people_before_a_slower_gate_move_other_counts() -> None:
    """Draws that differ in the gate's pace alone have the variance that each has with that gate."""
    those = [report(1, 5), report(5, 5), report(1, 12)]
    fluid = Fluid(operation(torkham=FREE))
    values = {"crossings.torkham.stations.gate.throughput": np.array([100_000.0, 2500.0])}
    found = Chance(fluid.scenario, fluid, those).variance(values, fluid.flow(values, 2, range(len(RUSH))))
    for drawn, throughput in zip(found, (FREE, BINDING), strict=True):
        assert drawn == pytest.approx([said(operation(torkham=throughput), one) for one in those])
    assert found[1, 1] < 0.5 * found[0, 1]


def test_a_draw_is_reckoned_by_itself() -> None:
    """With a line at the end of a count, at its beginning, at both or at neither: beside other draws as alone."""
    of = operation(torkham="5000 persons/day")
    reports = [report(5, 5), report(6, 8)]
    path = "crossings.torkham.stations.gate.throughput"
    rates = np.array([1500.0, 3000.0, 4200.0, 4400.0, 5000.0, 9000.0])
    fluid = Fluid(of)
    chance = Chance(of, fluid, reports)

    def variance(some: Floats) -> Floats:
        return chance.variance({path: some}, fluid.flow({path: some}, len(some)))

    flow = fluid.flow({path: rates}, len(rates))
    stands = flow.queue_end[:, 0] > flow.late[:, 0]
    assert {tuple(row) for row in stands[:, [3, 4]].tolist()} == {(False, False), (False, True), (True, True)}
    assert {tuple(row) for row in stands[:, [4, 7]].tolist()} == {(False, False), (True, False), (True, True)}
    together = variance(rates)
    for index in range(len(rates)):
        assert variance(rates[[index]])[0] == pytest.approx(together[index], rel=1e-12)
