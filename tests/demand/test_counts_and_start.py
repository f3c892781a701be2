"""Counts by day instead of phases, and those who stand there when the simulation begins."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from borderflow.demand.curve import expected, levels
from borderflow.demand.sample import households
from borderflow.scenario.daily import Count, Daily
from borderflow.scenario.people import Arrivals
from borderflow.scenario.scenario import Scenario

DESK = {"service": {"gamma": {"mean": "5 min", "cv": 0.5}}, "desks": 4, "open": "24 h"}
FIRST = date(2023, 11, 1)
STEP = {"phases": [{"phase": "all", "from": "2023-11-01", "persons_per_day": 600, "shape": "step"}]}


def counts(*rows: tuple[float, ...]) -> Daily:
    return Daily(tuple(Count(FIRST + timedelta(days=day), *row) for day, row in enumerate(rows)))


def scenario(arrivals: dict[str, Any] | None = None, crossing: dict[str, Any] | None = None, **words: Any) -> Scenario:
    here = {"arrivals": arrivals or STEP, "journey": ["gate", "desk", "cash"], "stations": {
        "gate": DESK, "desk": DESK, "cash": {**DESK, "groups": ["acc", "por"]}}}  # fmt: skip
    return Scenario.model_validate({
        "borderflow": 1, "name": "test", "title": "Test", "start": "2023-11-01", "end": "2023-11-03", "seed": 1,
        "households": {"size": {"negative_binomial": {"mean": 6, "cv": 0.5, "max": 20}},
                       "groups": {"undocumented": 0.9, "acc": 0.06, "por": 0.04}},
        "crossings": {"here": {**here, **(crossing or {})}, "there": here},
        "plans": {"plan": {}}, **words,
    })  # fmt: skip


def test_counts_are_the_level_of_their_day():
    """Without a range there is nothing to draw: the expected persons are the counts; before the first, that holds."""
    arrivals = Arrivals.model_validate({"daily": counts((300,), (0,), (1200,))})
    dates = [date(2023, 10, 31), *(FIRST + timedelta(days=day) for day in range(3))]
    assert expected(arrivals, dates).tolist() == [300, 300, 0, 1200]
    assert levels(arrivals, dates, np.full(4, 0.9)).tolist() == [300, 300, 0, 1200]
    assert [(phase.phase, phase.from_, phase.persons_per_day) for phase in arrivals.phases] == [("daily", FIRST, 300)]


def test_low_and_high_are_the_5_and_95_per_cent_of_the_days_level_and_the_count_its_median():
    arrivals = Arrivals.model_validate({"daily": counts((1000, 500, 4000))})
    drawn = [levels(arrivals, [FIRST], np.array([u]))[0] for u in (0.05, 0.5, 0.95)]
    assert drawn == pytest.approx([500, 1000, 4000])


def test_the_expected_persons_of_a_day_with_a_range_are_the_mean_of_what_is_drawn():
    """By sums over a fine grid of uniforms; for a range that is even in its logarithm by the formula too."""
    grid = (np.arange(200_000) + 0.5) / 200_000
    for count in ((1000, 500, 4000), (1000, 500, 2000), (1000, 1000, 1000)):
        arrivals = Arrivals.model_validate({"daily": counts(count)})
        drawn = levels(arrivals, [FIRST] * len(grid), grid)
        assert expected(arrivals, [FIRST])[0] == pytest.approx(drawn.mean(), rel=1e-3)
    sigma = math.log(2) / 1.6448536269514722
    even = Arrivals.model_validate({"daily": counts((1000, 500, 2000))})
    assert expected(even, [FIRST])[0] == pytest.approx(1000 * math.exp(sigma**2 / 2))


def test_counts_come_as_persons_of_their_days():
    """Households of six: the persons of each day are near its count; a day of 0 has none."""
    case = scenario({"daily": counts((3000,), (0,), (9000,))}, households={"size": 6})
    found = [households(case, replication) for replication in range(20)]
    days = [np.bincount(one.second[one.crossing == 0] // 86_400, minlength=3) * 6 for one in found]
    assert np.mean(days, axis=0) == pytest.approx([3000, 0, 9000], rel=0.02)


def test_a_range_of_one_day_moves_no_other_day():
    """Each day has its own uniform: with a range on the first day the others keep their households."""
    plain = households(scenario({"daily": counts((3000,), (2000,), (900,))}), 0)
    ranged = households(scenario({"daily": counts((3000, 1000, 9000), (2000,), (900,))}), 0)
    later = [np.bincount(one.second[one.crossing == 0] // 86_400)[1:].tolist() for one in (plain, ranged)]
    assert later[0] == later[1]
    assert len(plain) != len(ranged)


WAITING = {"initial": {"queue": {"desk": 1000, "cash": 200}}}


def test_as_many_persons_stand_there_as_stated_before_anyone_comes():
    """They come first of all ids, in the first second, and make up the stated persons exactly."""
    found = households(scenario(crossing=WAITING), 0)
    waits = found.begins >= 0
    count = int(waits.sum())
    assert found.stations == ("desk", "cash")
    assert waits[:count].all()
    assert set(found.second[:count]) == {0}
    assert [int(found.size[found.begins == station].sum()) for station in (0, 1)] == [1000, 200]
    assert set(found.crossing[waits]) == {0}


def test_who_waits_at_a_station_is_one_whom_it_serves():
    """The cash desk serves two groups, in their proportion of six to four; nobody undocumented stands in its line."""
    found = households(scenario(crossing={"initial": {"queue": {"cash": 60_000}}}), 0)
    groups = np.array(found.groups)[found.group[found.begins == 0]]
    assert set(groups) == {"acc", "por"}
    assert np.mean(groups == "acc") == pytest.approx(0.6, abs=0.015)


def test_who_stands_there_moves_no_draw_of_who_comes_and_none_of_another_station():
    """Streams of their own: the others are the same households with the same uniforms."""
    without, with_, more = (
        households(scenario(crossing=words), 0)
        for words in ({}, WAITING, {"initial": {"queue": {"gate": 70, "desk": 1500, "cash": 200}}})
    )
    for one in (with_, more):
        come = one.begins < 0
        assert np.array_equal(one.size[come], without.size)
        assert np.array_equal(one.second[come], without.second)
        assert np.array_equal(one.uniform("service desk")[come], without.uniform("service desk"))
    cash, still = with_.begins == 1, more.begins == 2
    assert np.array_equal(with_.uniform("service cash")[cash], more.uniform("service cash")[still])
    assert np.array_equal(with_.size[cash], more.size[still])
    # Longer lines keep who stood in them, but for the last, who is as large as what was left.
    desk, longer = with_.size[with_.begins == 0], more.size[more.begins == 1]
    assert np.array_equal(desk[:-1], longer[: len(desk) - 1])
    drawn, again = with_.uniform("service desk")[with_.begins == 0], more.uniform("service desk")[more.begins == 1]
    assert np.array_equal(drawn, again[: len(drawn)])
