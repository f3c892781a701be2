"""What a plan can change, and how it is read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from written import MORE, Folder

from borderflow.scenario.funds import Fund
from borderflow.scenario.spread import MeanCv, Spread
from borderflow.scenario.targets import WORDS, Target, standing, stands_of, target, targets
from borderflow.scenario.units import Amount, Hours, Money, Throughput

EVERY: list[tuple[str, str, Any, Any]] = [
    ("stations.gate.desks", "set", 4, 4),
    ("stations.registration.desks", "add", -4, -4),
    ("stations.gate.desks", "scale", 2, 2.0),
    ("stations.gate.open", "set", "24 h", Hours(0, 86400)),
    ("stations.gate.throughput", "set", "500 households/day", Throughput(500, "households")),
    ("stations.gate.throughput", "scale", 1.5, 1.5),
    ("stations.registration.shifts", "set", {"06:00-14:00": 3}, {Hours(21600, 50400): 3}),
    ("stations.kits.service", "scale", 0.5, 0.5),
    ("stations.kits.service", "set", {"gamma": {"mean": "2 min", "cv": 1}}, Spread(gamma=MeanCv(mean="2 min", cv=1))),
    ("stations.kits.patience", "set", "36 h", Spread(fixed="36 h")),
    ("stations.gate.closed", "set", True, True),
    ("stations.gate.queue", "set", "specific_needs_first", "specific_needs_first"),
    ("stations.gate.at_closing", "set", "hold", "hold"),
    ("stocks.kits.minimum_interval", "set", "2 d", 172_800),
    ("spaces.camp.area", "set", "900 m2", 900.0),
    ("spaces.camp.covered", "set", "90 m2", 90.0),
    ("stocks.kits.opening", "set", 9, Amount(9)),
    ("stocks.kits.opening", "add", -9, Amount(-9)),
    ("stocks.kits.opening", "scale", 2, 2.0),
    ("stocks.kits.daily", "set", 100, Amount(100)),
    ("stocks.kits.daily", "add", 100, Amount(100)),
    ("stocks.kits.reorder_at", "add", 100, Amount(100)),
    ("stocks.kits.order_up_to", "scale", 1.1, 1.1),
    ("stocks.kits.lead_time", "set", "2 d", Spread(fixed="2 d")),
    ("fleets.trucks.vehicles", "add", 5, 5),
    ("fleets.trucks.seats", "set", 30, 30),
    ("fleets.trucks.leave_after", "set", "2 h", 7200),
    ("spaces.camp.persons", "set", 700, 700),
    ("spaces.camp.persons", "scale", 1.5, 1.5),
    ("spaces.camp.latrines", "add", 20, 20),
]  # fmt: skip


@pytest.mark.parametrize(("path", "operation", "value", "read"), EVERY)
def test_every_word_has_its_reader(folder: Folder, path: str, operation: str, value: Any, read: Any) -> None:
    """A change is read by the units of its word, so that the network gets a typed value."""
    kind, name, word = path.split(".")
    found = target(f"torkham.{path}", operation, value, None, None, None, standing(folder.load(MORE)))
    assert found == Target("torkham", kind, name, word, operation, read, None, None)  # type: ignore[arg-type]
    assert type(found.value) is type(read) or isinstance(read, dict)


OF_A_FUND: list[tuple[str, str, Any, Any, date | None]] = [
    ("opening", "set", "5 USD", Money(5, "USD"), None),
    ("opening", "scale", 0.5, 0.5, None),
    ("receipts", "scale", 0, 0.0, None),
    ("receipts", "add", "5.5 USD", Money(5.5, "USD"), date(2023, 11, 1)),
]


@pytest.mark.parametrize(("word", "operation", "value", "read", "on"), OF_A_FUND)
def test_a_fund_is_changed_by_a_path_of_its_own(
    word: str, operation: str, value: Any, read: Any, on: date | None
) -> None:
    """``funds.NAME.WORD``: a fund belongs to no crossing; what is added comes on one day."""
    stands = stands_of({}, {}, {"relief": Fund(opening=Money(1, "USD"), grants=("cash",))})
    found = target(f"funds.relief.{word}", operation, value, None, None, on, stands)
    assert found == Target("funds", "funds", "relief", word, operation, read, on, on)  # type: ignore[arg-type]


def test_every_word_of_the_table_is_tried_here() -> None:
    """The list above covers the table of what a plan can change."""
    tried = {(path.split(".")[0], path.split(".")[2]) for path, *_ in EVERY} | {("stocks", "deliveries")}
    tried |= {("funds", word) for word, *_ in OF_A_FUND}
    assert tried == {(kind, word) for kind, words in WORDS.items() for word in words}


def test_changes_come_in_the_order_written(folder: Folder) -> None:
    """Changes keep their order and dates; within one change ``set`` comes before ``add`` before ``scale``."""
    scenario = folder.load("""
plans:
  many:
    changes:
      - from: 2023-10-20
        to: 2023-10-25
        scale: {torkham.stations.gate.desks: 2}
        set: {torkham.stations.gate.open: 24 h}
      - {on: 2023-10-12, add: {torkham.stocks.kits.deliveries: 1000}}
      - {add: {crossings.torkham.fleets.trucks.vehicles: 3}}
""")
    first, last = date(2023, 10, 20), date(2023, 10, 25)
    on = date(2023, 10, 12)
    assert targets(scenario, "many") == (
        Target("torkham", "stations", "gate", "open", "set", Hours(0, 86400), first, last),
        Target("torkham", "stations", "gate", "desks", "scale", 2.0, first, last),
        Target("torkham", "stocks", "kits", "deliveries", "add", Amount(1000), on, on),
        Target("torkham", "fleets", "trucks", "vehicles", "add", 3, None, None),
    )
    assert targets(scenario, "as_it_was") == ()


@pytest.mark.parametrize(
    ("path", "operation", "value", "why"),
    [
        ("stations.gate.desks", "set", True, "write a whole number"),
        ("stations.gate.desks", "set", -1, "must be between 0 and 1000000"),
        ("stations.gate.desks", "scale", "2", "a factor is a number such as 1.5"),
        ("stations.kits.service", "scale", 0, "a factor of 0 leaves nothing; write a number above 0"),
        ("stocks.kits.opening", "add", "5 l", "this stock is in things that are counted, without 'l'"),
        ("stocks.kits.daily", "scale", 2, "this stock has no 'daily' to scale"),
        ("fleets.trucks.seats", "set", 0, "a vehicle has 1 to 1000 seats"),
        ("stations.registration.shifts", "set", 3, "write shifts as hours and desks"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    folder: Folder, path: str, operation: str, value: Any, why: str
) -> None:
    """A value that its word cannot take is refused, with what to write instead."""
    with pytest.raises(ValueError, match=why):
        target(f"torkham.{path}", operation, value, None, None, None, standing(folder.load()))


def test_the_changes_of_a_plan_are_judged_together(folder: Folder) -> None:
    """A plan may not leave a stock with less than nothing, or ordering up to less than where it reorders."""
    said = folder.faults("""
plans:
  less:
    changes:
      - {add: {torkham.stocks.kits.opening: -3000}}
      - {add: {torkham.stocks.kits.opening: -3000}}
  crossed:
    changes:
      - {set: {torkham.stocks.kits.reorder_at: 9000}}
  fine:
    changes:
      - {set: {torkham.stocks.kits.reorder_at: 9000}, scale: {torkham.stocks.kits.order_up_to: 2}}
""")
    assert said == [
        "s.yaml:7:45 plans.less.changes[1].add.torkham.stocks.kits.opening:"
        " takes away more than there is: 2000 before this change (got -3000)",
        "s.yaml:10:48 plans.crossed.changes[0].set.torkham.stocks.kits.reorder_at:"
        " the plan leaves 'order_up_to' at 8000, not above 'reorder_at' at 9000",
    ]


def test_every_crossing_says_where_its_households_go(folder: Folder) -> None:
    """A crossing with vehicles states destinations if another does: nobody is sent where another crossing's go."""
    lines = (folder.path / "base.yaml").read_text().splitlines()
    block = lines[lines.index("  torkham:") + 2 : lines.index("plans:")]
    said = folder.faults("crossings:\n  spin_boldak:\n" + "\n".join(block))
    assert said == [
        "s.yaml:3:3 crossings.spin_boldak: the households of spin_boldak have no 'destinations', though others have;"
        " state them here"
    ]


@pytest.mark.parametrize(
    ("word", "operation", "value", "read"),
    [
        ("opening", "scale", 2, 2.0),
        ("deliveries", "add", 10, Amount(10)),
        ("daily", "set", 10, Amount(10)),
        ("lead_time", "set", "2 d", Spread(fixed="2 d")),
    ],
)
def test_a_warehouse_is_changed_by_a_path_of_its_own(
    folder: Folder, word: str, operation: str, value: Any, read: Any
) -> None:
    """``warehouses.kabul.kits.opening``: the words of a stock, under the place ``warehouses.kabul``."""
    on = date(2023, 10, 12) if word == "deliveries" else None
    found = target(f"warehouses.kabul.kits.{word}", operation, value, None, None, on, standing(folder.load(MORE)))
    assert found == Target("warehouses.kabul", "stocks", "kits", word, operation, read, on, on)  # type: ignore[arg-type]


def test_the_levels_of_a_warehouse_are_judged_too(folder: Folder) -> None:
    """What a plan leaves of a warehouse's levels must be in order."""
    said = folder.faults(f"{MORE}plans: {{p: {{changes: [{{add: {{warehouses.kabul.kits.reorder_at: 15}}}}]}}}}")
    assert [line.partition(": ")[2] for line in said] == [
        "the plan leaves 'order_up_to' at 20, not above 'reorder_at' at 25"
    ]
