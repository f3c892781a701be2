"""Which changes make no difference: the quick way finds what leaving each out in turn finds."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from written import Folder

from borderflow.scenario.faults import ScenarioFaults
from borderflow.scenario.in_force import value_on
from borderflow.scenario.net_change import effect
from borderflow.scenario.targets import Target, standing, targets

FIRST, LAST = date(2023, 9, 29), date(2023, 10, 31)
DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
ROSTER = {
    "desks": {"set": ["0", "3", "16"], "add": ["-20", "-1", "2"], "scale": ["0", "0.5", "1.01", "2"]},
    "shifts": {"set": ["{06:00-14:00: 8}", "{06:00-14:00: 32, 14:00-20:00: 20}"]},
    "closed": {"set": ["true", "false"]},
}
TRUCKS = {"vehicles": {"set": ["0", "100", "90"], "add": ["40", "-10"], "scale": ["0", "0.5", "1.004"]}}
SERVICE = {"service": {"set": ["6 min", "{gamma: {mean: 3 min, cv: 0.5}}"], "scale": ["0.5", "2"]}}


def drawn(draw: random.Random, where: str, words: dict[str, dict[str, list[str]]]) -> str:
    """A plan of a few changes of one thing."""
    lines = []
    for _ in range(draw.randint(1, 9)):
        word = draw.choice(list(words))
        operation = draw.choice(list(words[word]))
        first, days = draw.choice(DAYS), draw.randint(0, 12)
        dates = draw.choice(["", f"from: {first}, ", f"from: {first}, to: {first + timedelta(days=days)}, "])
        lines.append(f"      - {{{dates}{operation}: {{{where}.{word}: {draw.choice(words[word][operation])}}}}}\n")
    return f"plans:\n  drawn:\n    changes:\n{''.join(lines)}"


def same(one: object, other: object) -> bool:
    """Equal but for rounding."""
    numbers = [getattr(held, "number", held) for held in (one, other)]
    return one == other or (
        all(isinstance(held, float | int) for held in numbers) and numbers[0] == pytest.approx(numbers[1])
    )


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("torkham.stations.registration", ROSTER),
        ("torkham.fleets.trucks", TRUCKS),
        ("torkham.stations.kits", SERVICE),
    ],
    ids=["desks", "vehicles", "service"],
)
def test_what_can_be_left_out_is_found_and_nothing_else(
    folder: Folder, where: str, words: dict[str, dict[str, list[str]]]
) -> None:
    """Over 150 plans drawn by chance, each change left out in turn and each day looked at."""
    draw, idle, busy = random.Random(4), 0, 0
    scenario = folder.load()
    crossing, kind, name = where.split(".")
    block = getattr(scenario.crossings[crossing], kind)[name]
    for _ in range(150):
        try:
            changed = folder.load(drawn(draw, where, words))
        except ScenarioFaults:  # one value set twice from one day
            continue
        assert standing(changed)[crossing][kind][name] == block
        made = list(targets(changed, "drawn"))
        wanted = {number for number in range(len(made)) if _no_difference(block, made, number)}
        assert effect(block, made, range(len(made)), (), (FIRST, LAST)).idle == wanted
        idle, busy = idle + len(wanted), busy + len(made) - len(wanted)
    assert idle > 20
    assert busy > 100


def _no_difference(block: object, made: list[Target], number: int) -> bool:
    word, others = made[number].word, [*made[:number], *made[number + 1 :]]
    return all(same(value_on(block, made, word, day), value_on(block, others, word, day)) for day in DAYS)
