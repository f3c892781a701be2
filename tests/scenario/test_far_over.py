"""The warning of demand far over capacity, reckoned by hand; phases, shares and limits of what may be asked."""

from __future__ import annotations

import math
from datetime import date

import pytest
from written import Folder

from borderflow.scenario.faults import ScenarioFaults
from borderflow.scenario.load import load

ONE = """
borderflow: 1
name: one
title: One desk, an hour a household, round the clock
start: 2023-11-01
end: 2023-11-20
households: {size: 1}
crossings:
  here:
    arrivals: {phases: [{phase: all, from: 2023-11-01, persons_per_day: 30, shape: step}]}
    journey: [gate, food]
    stations:
      gate: {service: 1 h, desks: 1, open: 24 h}
      food: {service: 1 h, desks: 1, open: 24 h, share: 0.5}
plans:
  as_it_is: {}
"""


def warned(folder: Folder, text: str, name: str = "one.yaml") -> list[str]:
    folder.write(name, text)
    return [str(one) for one in load(name).warnings]


FAR = (
    "far more come than can be served: from {} over a day's work waits under {};"
    " {} households come that day, {} can be served"
)


def test_a_line_that_grows_by_six_a_day_is_over_a_days_work_on_the_fifth_day(folder: Folder) -> None:
    """30 come, 24 can be served: 6, 12, 18, 24 wait in the evening, and on the fifth day 30, which is over 24.

    The food station sees half of the 24 whom the gate lets through, and copes.
    """
    assert warned(folder, ONE) == [
        "one.yaml:13:7 crossings.here.stations.gate: warning: " + FAR.format("2023-11-05", "every plan", 30, 24)
    ]


@pytest.mark.parametrize("persons", [24, 25.2])
def test_a_station_that_copes_or_almost_copes_is_not_told_of(folder: Folder, persons: float) -> None:
    """24 of 24 leave no line; 25.2 leave 24 after twenty days, which is not over a day's work."""
    assert warned(folder, ONE.replace("persons_per_day: 30", f"persons_per_day: {persons}")) == []


def test_once_the_first_station_is_quicker_the_next_one_is_short(folder: Folder) -> None:
    """Each plan is reckoned by itself, and plans of one date share a line.

    100 come. One desk at the gate: 76 wait on the first evening. Five: all 100 pass, 50 of them need food, and 26 wait
    there on the first evening, which is over 24. Five from the third day: the 152 in line and 100 more come, 120 pass,
    60 need food. A trigger that may change the gate's desks leaves the gate untold.
    """
    text = ONE.replace("persons_per_day: 30", "persons_per_day: 100")
    said = warned(
        folder,
        text
        + """
  five: {changes: [{set: {here.stations.gate.desks: 5}}]}
  five_later: {changes: [{from: 2023-11-03, set: {here.stations.gate.desks: 5}}]}
  when_seen: {triggers: [{if: {here.crossed: "> 20"}, add: {here.stations.gate.desks: 4}}]}
""",
    )
    assert said == [
        "one.yaml:13:7 crossings.here.stations.gate: warning: "
        + FAR.format("2023-11-01", "plans 'as_it_is' and 'five_later'", 100, 24),
        "one.yaml:14:7 crossings.here.stations.food: warning: " + FAR.format("2023-11-01", "plan 'five'", 50, 24),
        "one.yaml:14:7 crossings.here.stations.food: warning: " + FAR.format("2023-11-03", "plan 'five_later'", 60, 24),
    ]


def test_a_closure_alone_is_not_told_of(folder: Folder) -> None:
    """The gate is shut for ten days: its line is the closure's, and nobody comes to the stations behind it."""
    text = ONE.replace("persons_per_day: 30", "persons_per_day: 20").replace(
        "    journey:", "    closures: [{from: 2023-11-03, to: 2023-11-12, stops: [people]}]\n    journey:"
    )
    assert warned(folder, text) == []


def test_a_station_that_a_plan_adds_from_a_date_is_reckoned_from_then(folder: Folder) -> None:
    """20 come, one desk takes ten hours for each, 2.4 in a day: over a day's work on its first evening."""
    text = ONE.replace("persons_per_day: 30", "persons_per_day: 20")
    text += """
  slow: {changes: [{from: 2023-11-08, new: {here.stations.slow: {after: gate, service: 10 h, desks: 1, open: 24 h}}}]}
"""
    (said,) = warned(folder, text)
    assert said.startswith("one.yaml:18:45 ")
    assert "from 2023-11-08 over a day's work waits under plan 'slow'; 20 households come that day, 2 can be" in said


def test_persons_are_served_one_after_the_other(folder: Folder) -> None:
    """Three persons at 20 minutes each are an hour a household: 30 households of 3 are over on the fifth day too."""
    text = ONE.replace("size: 1", "size: 3").replace("persons_per_day: 30", "persons_per_day: 90")
    text = text.replace("gate: {service: 1 h", "gate: {serves: person, service: 20 min")
    assert FAR.format("2023-11-05", "every plan", 30, 24) in warned(folder, text)[0]


def test_three_years_may_be_asked_for_and_a_hundred_not(folder: Folder) -> None:
    """Past three years it needs ``allow_long``; a hundred years are never allowed."""
    text = ONE.replace("end: 2023-11-20", "end: {}").replace("persons_per_day: 30", "persons_per_day: 1")
    folder.write("one.yaml", text.replace("{}", "2026-10-31", 1))
    assert load("one.yaml").days == 1096
    folder.write("one.yaml", text.replace("{}", "2073-10-31", 1))
    assert folder.faults(text.replace("{}", "2073-10-31", 1) + "# extends nothing\n") == [
        "s.yaml:6:6 end: the horizon is 18263 days; more than 1096 (three years) needs --allow-long (got '2073-10-31')"
    ]
    assert load("one.yaml", allow_long=True).end == date(2073, 10, 31)
    folder.write("one.yaml", text.replace("{}", "2123-11-30", 1))
    with pytest.raises(ScenarioFaults, match=r"the horizon is 36554 days; the most is 36525 \(a hundred years\)"):
        load("one.yaml", allow_long=True)


def test_more_people_than_a_laptop_holds_may_be_asked_for(folder: Folder) -> None:
    """Refused with the memory and the time, unless it is really meant."""
    text = "crossings: {torkham: {arrivals: {phases: [{phase: after, persons_per_day: 9000000}]}}}"
    assert folder.faults(text) == [
        "s.yaml:2:12 crossings: about 11 million households are expected in a replication, which takes 33 GB of memory"
        " and 9 min under each plan; more than 2 million needs --yes-really"
    ]
    assert load("s.yaml", yes_really=True).days == 31


def test_shares_within_a_millionth_of_one_are_taken_as_one(folder: Folder) -> None:
    """Nothing is said, and the shares in force add to 1."""
    scenario = folder.load("households: {groups: {undocumented: 0.6666667, acc: 0.3333332}}")
    groups = scenario.households.groups
    assert groups is not None
    assert math.fsum(groups.values()) == pytest.approx(1, abs=1e-15)
    assert groups["undocumented"] == pytest.approx(0.6666667 / 0.9999999, abs=1e-15)
    assert folder.faults("households: {groups: {undocumented: 0.66667, acc: 0.3333}}") == [
        "s.yaml:2:22 households.groups: the shares must add to 1, these add to 0.99997"
    ]
