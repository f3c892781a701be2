"""Loading is quick: processor seconds, so that a busy machine makes no difference to the rule."""

from __future__ import annotations

import time
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path

import pytest
from written import WRONG

from borderflow.scenario.faults import ScenarioFaults
from borderflow.scenario.load import load

QUICKSTART = Path(__file__).parents[2] / "scenarios" / "quickstart.yaml"
BASE = (WRONG / "base.yaml").read_text(encoding="utf-8")


def seconds(path: Path, *, faulty: bool = False) -> float:
    began = time.process_time()
    with pytest.raises(ScenarioFaults) if faulty else nullcontext():
        load(path)
    return time.process_time() - began


def test_the_quickstart_loads_in_under_four_tenths_of_a_second() -> None:
    """With all that it extends and its register."""
    assert seconds(QUICKSTART) < 0.4


def stations(number: int, block: str) -> str:
    """The base with so many more stations on the way."""
    names = [f"s{one}" for one in range(number)]
    truck = "      transport: {fleet: trucks}\n"
    text = BASE.replace(truck, truck + "".join(f"      {name}: {block}\n" for name in names))
    return text.replace("registration, kits,", f"registration, kits, {', '.join(names)},")


def changes(number: int) -> str:
    """One plan with so many changes of one station, from one date after another."""
    days = [date(2023, 10, 1) + timedelta(days=one % 1090) for one in range(number)]
    lines = [
        f"      - {{from: {day}, {'add' if place < 1090 else 'scale'}: "
        f"{{torkham.stations.registration.desks: {place % 5 + 1 if place < 1090 else 1.01}}}}}\n"
        for place, day in enumerate(days)
    ]
    text = BASE.replace("end: 2023-10-31", "end: 2026-09-25")
    return text.replace("plans:\n", f"plans:\n  many:\n    changes:\n{''.join(lines)}")


def takes_away(number: int) -> str:
    """So many changes of which most are cut off at no desks, so that each looks as if it had no effect."""
    return changes(number).replace("desks: 1.01}", "desks: 0.99}").replace("desks: 1}", "desks: -9}")


def plans(number: int, builds_on: str = "") -> str:
    """So many plans of one change each."""
    lines = [
        f"  p{one}: {{{builds_on.format(one - 1) if one % 10 else ''}"
        f"changes: [{{from: 2023-10-20, add: {{torkham.stations.registration.desks: {one % 40 + 1}}}}}]}}\n"
        for one in range(number)
    ]
    return BASE.replace("plans:\n", f"plans:\n{''.join(lines)}")


SOURCED = (
    '{service: {gamma: {mean: 3 min, cv: 0.5}}, desks: {value: 16, assumed: "seen there", range: [1, 30]}, '
    "open: 08:00-18:00}"
)


def added(number: int, block: str, kind: str) -> str:
    """One plan that adds so many things."""
    lines = [f"      - {{new: {{torkham.{kind}.new_{one:04}: {block}}}}}\n" for one in range(number)]
    return BASE.replace("plans:\n", f"plans:\n  many:\n    changes:\n{''.join(lines)}")


def misspelt(number: int) -> str:
    """So many stations, and a journey in which all their names are written wrongly, four times over."""
    stops = ", ".join(f"stop{one % number:04}" for one in range(4 * number))
    names = "".join(f"      step{one:04}: {{fleet: trucks}}\n" for one in range(number))
    truck = "      transport: {fleet: trucks}\n"
    return BASE.replace(truck, truck + names).replace("registration, kits,", f"registration, kits, {stops},")


LARGE = {
    "1,460 stations with sources": stations(1460, SOURCED),
    "2,500 stations": stations(2500, "{service: 3 min, desks: 6, open: 08:00-18:00, title: one of many such places}"),
    "2,261 changes of one station": changes(2261),
    "2,261 changes that leave no desk": takes_away(2261),
    "1,500 plans": plans(1500),
    "1,500 plans that build on none": plans(1500, "builds_on: q{}, "),
    "3,000 new stocks": added(3000, "{opening: 5000}", "stocks"),
    "1,700 new stations": added(1700, "{after: gate, service: 1 min, desks: 3, open: 24 h}", "stations"),
    "9,600 stops that are misspelt": misspelt(2400),
    "1,500 plans that build on plans": plans(1500, "builds_on: p{}, "),
}
FAULTY = {"1,500 plans that build on none", "9,600 stops that are misspelt"}


def test_where_it_is_not_checked_what_has_no_effect_it_is_said(tmp_path: Path) -> None:
    """The check gives up on very many changes of one value, and says so once."""
    (tmp_path / "large.yaml").write_text(takes_away(2261))
    given_up = "so many changes of one value that it was not checked which of them have no effect"
    warnings = load(tmp_path / "large.yaml").warnings
    assert [one.line for one in warnings if one.message == given_up] == [32]
    assert not any(one.message.endswith("the change has no effect") for one in warnings)


@pytest.mark.parametrize("name", LARGE)
def test_a_large_file_loads_in_under_six_seconds(name: str, tmp_path: Path) -> None:
    """Some 200 KiB of stations, of changes, or of plans, right or wrong in every line."""
    text = LARGE[name]
    assert 128 * 1024 <= len(text) <= 256 * 1024
    (tmp_path / "large.yaml").write_text(text)
    assert seconds(tmp_path / "large.yaml", faulty=name in FAULTY) < 6


@pytest.mark.parametrize("name", ["A04_bomb", "A04_bomb_of_words"])
def test_an_alias_bomb_is_refused_in_half_a_second(name: str) -> None:
    """Its values are never written out, neither to be read nor to be shown."""
    assert seconds(WRONG / f"{name}.yaml", faulty=True) < 0.5
