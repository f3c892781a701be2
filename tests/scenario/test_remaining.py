"""How many persons of a group are still to come, over all crossings."""

from __future__ import annotations

from written import Folder

BOTH = """
start: 2023-10-02
end: 2023-10-15
warm_up: 0 d
households: {groups: {undocumented: 0.5, acc: 0.5}, remaining: {undocumented: %d}}
crossings:
  torkham:
    arrivals: {weekdays: {friday: 0}, phases: [{phase: rush, persons_per_day: 300, shape: step}]}
  chaman:
    households: {groups: {undocumented: 1.0}, destinations: {kabul: 1.0}}
    arrivals: {phases: [{phase: all, from: 2023-10-01, persons_per_day: 100, shape: step}]}
    journey: [gate]
    stations: {gate: {service: 1 min, desks: 1, open: 24 h}}
"""


def test_what_all_crossings_expect_is_held_against_what_is_left(folder: Folder) -> None:
    """Two weeks of half of 300 on all days but Fridays, and of 100: 12 × 150 + 14 × 100 persons, no more."""
    assert folder.load(BOTH % 3200).households.remaining == {"undocumented": 3200}
    (said,) = folder.faults(BOTH % 3199)
    assert said.endswith(": 3200 persons are expected to come by the end; these are passed on 2023-10-15 (got 3199)")


def test_the_day_is_named_on_which_they_are_passed(folder: Folder) -> None:
    """Four days of 250 make 1,000; of the fifth day's 100 (a Friday at Torkham) one is too many for 1,099."""
    (said,) = folder.faults(BOTH % 1000)
    assert "these are passed on 2023-10-06" in said
    (said,) = folder.faults(BOTH % 1099)
    assert "these are passed on 2023-10-06" in said
    (said,) = folder.faults(BOTH % 1100)
    assert "these are passed on 2023-10-07" in said


def test_only_the_whole_scenario_has_persons_still_to_come(folder: Folder) -> None:
    """Under a crossing or a phase the word is unknown."""
    (said,) = folder.faults("crossings: {torkham: {households: {remaining: {por: 5}}}}")
    assert "unknown word 'remaining'" in said
