"""Reports that no truth could give are refused; those that only err are left to the likelihood."""

from __future__ import annotations

import pytest
from rows import row

from borderflow.calibrate.contradictions import contradictions, counts
from borderflow.calibrate.model import Basis
from borderflow.evidence.rows import Flow
from borderflow.scenario.scenario import Scenario

GATE = {"desks": 2, "throughput": "2400 persons/day", "open": "24 h"}
STEADY = {"phases": [{"phase": "steady", "from": "2023-10-01", "persons_per_day": 100, "shape": "step"}]}
PLACE = {"arrivals": STEADY, "journey": ["gate"], "stations": {"gate": GATE}}
SCENARIO = Scenario.model_validate(
    {
        "borderflow": 1,
        "name": "october",
        "title": "October",
        "start": "2023-10-01",
        "end": "2023-10-31",
        "households": {"size": 1, "groups": {"undocumented": 0.7, "acc": 0.2, "por": 0.1}},
        "crossings": {"torkham": PLACE, "spin_boldak": PLACE},
        "plans": {"as_is": {}},
    }
)
BASES = {"kp_home": Basis("kp_home", 0.03, 0.98, 1.02), "media": Basis("media", 0.15, 0.85, 1.15)}


def faults(*rows: Flow) -> list[str]:
    those = counts(SCENARIO, rows)
    places = {one.id: ("flows.csv", line) for line, one in enumerate(rows, start=2)}
    return [str(one) for one in contradictions(those, lambda report: BASES[report.basis], places)]


def test_more_of_a_group_than_of_all_on_the_same_days() -> None:
    assert faults(row("all", 1000, "05", "05"), row("cards", 1300, "05", "05", population="acc")) == [
        "flows.csv:3:1 cards.value: more holders of an Afghan Citizen Card than people: 'all' counts 1,000 (got 1,300)"
    ]


def test_a_day_larger_than_its_week() -> None:
    assert faults(row("week", 1000, "01", "07", "period_returns"), row("day", 1300, "05", "05")) == [
        "flows.csv:3:1 day.value: a part is larger than its whole: 'week' counts 1,000 "
        "(Torkham, crossed, 1–7 October 2023) (got 1,300)"
    ]


def test_one_crossing_larger_than_both() -> None:
    found = faults(row("both", 1000, "05", "05", crossing="both"), row("one", 1300, "05", "05"))
    assert len(found) == 1
    assert found[0].startswith("flows.csv:3:1 one.value: a part is larger than its whole: 'both' counts 1,000")


def test_one_basis_with_two_numbers_for_one_thing() -> None:
    """Whichever stands first; the larger is named beside the smaller."""
    first, second = row("first", 1000, "05", "05"), row("second", 1300, "05", "05", "period_returns")
    expected = (
        "second.value: contradicts 'first', 1,000 by the same basis (Torkham, crossed, 5 October 2023) (got 1,300)"
    )
    assert faults(first, second) == [f"flows.csv:3:1 {expected}"]
    assert faults(second, first) == [f"flows.csv:2:1 {expected}"]


@pytest.mark.parametrize(
    "other",
    [
        row("a little more", 1100, "05", "05", population="acc"),  # within three errors of 3 % and 3 %
        row("another day", 1300, "06", "06"),
        row("longer", 1300, "04", "06", "period_returns"),
        row("other crossing", 1300, "05", "05", crossing="spin_boldak"),
        row("two papers", 300, "05", "05", basis="media"),  # two bases may differ: the likelihood weighs them
        row("at most", 1300, "05", "05", population="acc", qualifier="up_to"),
        row("both", 1300, "05", "05", crossing="both"),
    ],
    ids=lambda one: one.id,
)
def test_what_may_stand_beside_a_thousand(other: Flow) -> None:
    assert faults(row("all", 1000, "05", "05"), other) == []


def test_a_lower_bound_bounds_no_part() -> None:
    assert faults(row("over", 1000, "05", "05", qualifier="over"), row("acc", 1300, "05", "05", population="acc")) == []


def test_a_group_by_another_basis_has_the_room_of_both() -> None:
    """A newspaper's 1,300 card holders may be 15 % wrong and 15 % over; 2,500 cannot be."""
    whole = row("all", 1000, "05", "05")
    assert faults(whole, row("acc", 1300, "05", "05", population="acc", basis="media")) == []
    assert len(faults(whole, row("acc", 2500, "05", "05", population="acc", basis="media"))) == 1


def test_all_faults_at_once() -> None:
    week = row("week", 1000, "01", "07", "period_returns")
    assert len(faults(week, row("one", 1300, "05", "05"), row("two", 1400, "06", "06"))) == 2


def test_a_crossing_that_the_scenario_has_not_is_not_compared() -> None:
    """A scenario of Torkham alone is not held against both crossings, nor against the other one."""
    alone = SCENARIO.model_copy(update={"crossings": {"torkham": SCENARIO.crossings["torkham"]}})
    rows = [row("both", 10, "05", "05", crossing="both"), row("other", 10, "05", "05", crossing="spin_boldak")]
    assert counts(alone, [*rows, row("own", 10, "05", "05")])[0].id == "own"
    assert len(counts(alone, rows)) == 0
