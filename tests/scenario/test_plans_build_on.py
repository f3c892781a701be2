"""Plans that build on plans, and changes that change nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from written import MORE, Folder

from borderflow.experiment.asked import restated
from borderflow.network.build import network
from borderflow.scenario.additions import as_planned
from borderflow.scenario.load import load
from borderflow.scenario.resolve import content_hash, resolved
from borderflow.scenario.targets import WORDS
from borderflow.scenario.units import Money

PAGE = Path(__file__).parents[2] / "docs" / "plans.md"

BUILT = """
plans:
  more_desks:
    transfers: []
    triggers:
      - {name: rush, if: {torkham.crossed: "> 4000"}, add: {torkham.stations.gate.desks: 2}}
      - {name: jam, if: {torkham.crossed: "> 5000"}, add: {torkham.stations.gate.desks: 4}}
    costs: {set_up: 1000 USD, per_day: 20 USD}
  night:
    title: Nights too
    builds_on: more_desks
    changes: [{set: {torkham.stations.gate.open: 24 h}}]
    triggers: [{name: rush, if: {torkham.crossed: "> 9000"}, add: {torkham.stations.gate.desks: 9}}]
    costs: {set_up: 500 USD}
  night_and_kits:
    builds_on: night
    changes: [{on: 2023-10-12, add: {torkham.stocks.kits.deliveries: 900}}]
"""


def test_a_plan_has_all_that_it_builds_on_and_then_its_own(folder: Folder) -> None:
    """Changes in order, costs added up, a trigger of the same name in the place of the one below; its own title."""
    scenario = folder.load(BUILT)
    plan = scenario.plans["night_and_kits"]
    assert plan.line == ("more_desks", "night", "night_and_kits")
    assert [list({**one.set, **one.add}) for one in plan.changes] == [
        ["torkham.stations.registration.desks"],
        ["torkham.stations.gate.open"],
        ["torkham.stocks.kits.deliveries"],
    ]
    assert plan.title is None
    assert (plan.costs.set_up, plan.costs.per_day) == (Money(1500, "USD"), Money(20, "USD"))
    assert [(one.name, one.if_["torkham.crossed"]) for one in plan.triggers] == [("jam", "> 5000"), ("rush", "> 9000")]
    assert scenario.plans["more_desks"].line == ()
    assert len(scenario.plans["more_desks"].changes) == 1


def test_a_scenario_with_plans_that_build_on_plans_resolves_to_itself(folder: Folder) -> None:
    """Nothing is laid out twice when the resolved file is read again."""
    scenario = folder.load(BUILT)
    folder.write("again.yaml", resolved(scenario))
    again = load("again.yaml")
    assert again == scenario
    assert content_hash(again) == content_hash(scenario)


@pytest.mark.parametrize("names", [["night_and_kits"], ["night_and_kits", "night"], ["night", "more_desks"]])
def test_plans_asked_for_keep_what_they_build_on(folder: Folder, names: list[str]) -> None:
    """They are the only ones, in the order asked; their text is read again as the same, parents or not."""
    whole = folder.load(BUILT)
    for scenario in (load("s.yaml", plans=names), restated(whole, tuple(names))):
        assert list(scenario.plans) == names
        for name in names:
            for word in ("title", "changes", "triggers", "transfers", "costs"):
                assert getattr(scenario.plans[name], word) == getattr(whole.plans[name], word)
        folder.write("again.yaml", resolved(scenario))
        assert load("again.yaml") == scenario


def test_a_change_of_a_child_that_says_what_its_parent_says_has_no_effect(folder: Folder) -> None:
    """What a plan builds on counts as being there; and that plan's own changes are not told of again."""
    scenario = folder.load("""
plans:
  parent: {changes: [{from: 2023-10-20, set: {torkham.stations.gate.desks: 20}}]}
  child:
    builds_on: parent
    changes:
      - {from: 2023-10-20, set: {torkham.stations.gate.desks: 20}}
      - {from: 2023-10-25, set: {torkham.stations.gate.desks: 12}}
""")
    assert [str(one) for one in scenario.warnings] == [
        "s.yaml:8:34 plans.child.changes[0].set.torkham.stations.gate.desks: warning:"
        " it is at 05:00-23:00 with 20 desks already: the change has no effect"
    ]


@pytest.mark.parametrize(
    "changes",
    [
        "{from: 2023-10-20, to: 2023-10-22, set: {torkham.stations.gate.desks: 20}}",
        "{from: 2023-10-31, add: {torkham.stations.gate.desks: 1}}",
        "{set: {torkham.stations.gate.desks: 12}}, {from: 2023-09-01, scale: {torkham.fleets.trucks.vehicles: 2}}",
        "{add: {torkham.spaces.camp.latrines: 1}, set: {warehouses.kabul.kits.lead_time: 2 d}}",
        "{set: {torkham.stations.gate.queue: specific_needs_first, torkham.stations.gate.at_closing: hold}}",
    ],
)
def test_a_change_of_one_day_or_one_word_has_its_effect(folder: Folder, changes: str) -> None:
    """No warning where a value differs on any day of the scenario."""
    said = [str(one) for one in folder.load(f"{MORE}plans: {{p: {{changes: [{changes}]}}}}").warnings]
    expected = 1 if "desks: 12" in changes else 0
    assert len([line for line in said if "no effect" in line]) == expected


def test_a_stock_that_only_a_plan_takes_is_not_told_of(folder: Folder) -> None:
    """What no station of the scenario takes, and no station boards, is there for the plan that adds the station."""
    scenario = folder.load("""
crossings:
  torkham:
    stocks: {tents: {opening: 10}}
    fleets: {vans: {vehicles: 2, seats: 6, leave_after: 1 h, round_trip: {elsewhere: 2 h}}}
plans:
  tents:
    changes:
      - new:
          torkham.stations.tents: {after: kits, service: 2 min, desks: 2, open: 24 h, takes: {tents: 1 per household}}
          torkham.stations.vans: {before: transport, fleet: vans}
          torkham.stocks.ropes: {opening: 5}
costs: {ropes: 2 USD}
""")
    assert [str(one) for one in scenario.warnings] == [
        "s.yaml:13:11 plans.tents.changes[0].new.torkham.stocks.ropes: warning: no station takes 'ropes'"
    ]


def test_what_stands_there_already_is_judged_with_what_a_plan_adds(folder: Folder) -> None:
    """A space of the scenario that a plan's space overlaps: the fault stands at what the plan adds."""
    said = folder.faults(f"""{MORE}
plans:
  tent: {{changes: [{{new: {{torkham.spaces.tent: {{persons: 50, from: gate, to: registration}}}}}}]}}
""")
    assert [line.partition("plans")[2] for line in said] == [
        ".tent.changes[0].new.torkham.spaces.tent: overlaps with space 'camp'; one space lies inside another, or apart"
        " from it"
    ]


def test_the_page_of_plans_is_true(folder: Folder) -> None:
    """Its example loads without a word of doubt, and its table names every word that a plan can change."""
    page = PAGE.read_text(encoding="utf-8")
    example = page.partition("```yaml")[2].partition("```")[0]
    scenario = folder.load(example, ["end=2023-11-30"])
    assert scenario.warnings == ()
    assert scenario.plans["triage_too"].line == ("more_desks", "triage_too")
    assert network(scenario, "triage_too").stations[1].name == "triage"
    named = set(re.findall(r"[.…]([a-z_]+)`", page))
    assert named >= {word for words in WORDS.values() for word in words}


def test_stations_added_beside_one_stand_in_the_order_written(folder: Folder) -> None:
    """After it and before it; one that is added beside an added one stays with that one."""
    block = "service: 1 min, desks: 9, open: 24 h"
    stations = {"a": "after: gate", "b": "after: gate", "c": "after: a", "d": "before: gate", "e": "before: gate"}
    lines = [f"          torkham.stations.{name}: {{{beside}, {block}}}\n" for name, beside in stations.items()]
    scenario = folder.load(f"plans:\n  more:\n    changes:\n      - new:\n{''.join(lines)}")
    journey = as_planned(scenario, "more").crossings["torkham"].journey
    assert journey == ("d", "e", "gate", "a", "c", "b", "registration", "kits", "transport")


def test_a_standard_may_be_of_a_station_that_only_a_plan_has(folder: Folder) -> None:
    """By its name, at its crossing alone."""
    block = "{after: gate, service: 1 min, desks: 99, open: 24 h}"
    plan = f"plans: {{more: {{changes: [{{new: {{torkham.stations.triage: {block}}}}}]}}}}\n"
    standard = "standards: {quick: {indicator: wait_p95, station: %s, at_most: 1 h}}\n"
    assert folder.load(plan + standard % "triage").standards["quick"].station == "triage"
    assert folder.faults(plan + standard % "triag") == [
        "s.yaml:3:51 standards.quick.station: there is no station 'triag', did you mean 'triage'?"
    ]
