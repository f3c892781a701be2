"""``borderflow calibrate --check`` as its users meet it: exit codes, both parts, JSON; and each bound by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from borderflow.calibrate.foretell import Foresight, Foretold
from borderflow.calibrate.recover import Recovered, Recovery, Stood
from borderflow.calibrate.reports import Report
from borderflow.calibrate.verdict import FEWEST, bounds
from borderflow.commands.fit_check import check_told

Fit = Callable[..., Any]
DAY = np.datetime64("2023-11-05").astype(object)


def test_both_parts_are_printed_and_nothing_is_written(fit: Fit, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    ended = fit("--check", "--cases", "2", "--workers", "1", "--json")
    says = json.loads(ended.stdout)
    assert ended.returncode == (0 if all(one["held"] for one in says["bounds"]) else 4)
    for stage in ("foretelling", "recovering", "simulating"):
        assert f"{stage}: 100 %" in ended.stderr
    assert says["block_days"] == 7
    assert says["recovery"]["cases"] == 2
    assert says["recovery"]["by_kind"]["level"]["values"] == 2 * 3
    foretold = {one["ids"][0]: one for one in says["foretold"]}
    assert not foretold["misprint"]["inside"]
    assert sorted(folder.rglob("*")) == before
    text = check_told(says, 80)
    assert all(len(line) <= 80 for line in text.splitlines())
    for word in (
        "BOUNDS",
        "FORECASTS",
        "RECOVERY",
        "OUTSIDE THEIR BAND",
        "last value",
        "interpolation",
        "s of CPU time",
    ):
        assert word in text


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--write",), "--check writes nothing"),
        (("--quick",), "--check writes nothing"),
        (("--workers", "0"), "--workers must be 1 or more (got 0)"),
        (("--cases", "0"), "--cases"),
        (("--block", "0"), "--block"),
    ],
)
def test_wrong_use(fit: Fit, options: tuple[str, ...], says: str) -> None:
    ended = fit("--check", *options)
    assert ended.returncode == 2
    assert says in ended.stderr
    assert ended.stdout == ""


GOOD = Foretold(
    Report(("one",), ("torkham",), False, "all", "total", DAY, DAY, 100, 100, "exact", "kp_home"),
    0, 80, 101, 130, 50, 150,
)  # fmt: skip
HELD = [Recovered(0, "error.kp_home", 0, -1, 0, 1)] * 9 + [Recovered(0, "error.kp_home", 2, -1, 0, 1)]


def missed(one: Foretold, many: int = FEWEST, values: list[Recovered] = HELD) -> list[str]:
    found = bounds(Foresight((one,) * many, 7), Recovery(tuple(values), (1.0,)))
    return [bound.name for bound in found if not bound.held]


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({}, []),
        ({"low": 101}, ["inside the 5–95 % band"]),
        ({"median": 120, "last": 30, "between": 200}, ["median absolute log error"]),
        ({"low": 50}, ["sharpness, p95 / p05"]),
        ({"last": 101.5}, ["better than last value, times"]),
        ({"between": 99}, ["better than interpolation, times"]),
    ],
)
def test_each_bound_is_missed_by_itself(changed: dict[str, float], names: list[str]) -> None:
    """100 people, foretold 101 between 80 and 130; naive forecasts of 50 and 150."""
    assert missed(replace(GOOD, **changed)) == names  # type: ignore[arg-type]


def test_coverage_is_missed_on_both_sides() -> None:
    name = ["coverage of 90 % intervals"]
    assert missed(GOOD, values=HELD[:9]) == name
    assert missed(GOOD, values=HELD[1:] + HELD[-1:]) == name


def test_a_fluid_that_the_simulation_belies_is_missed() -> None:
    """Four of five numbers within their 90 % are enough for runs whose numbers hang together; three are not."""
    near, far = Stood(0, "one", 100, 101, 0.01), Stood(0, "one", 100, 150, 0.01)
    for stood, held in (([near] * 4 + [far], True), ([near] * 3 + [far] * 2, False)):
        found = bounds(Foresight((), 7), Recovery(tuple(HELD), (1.0,), tuple(stood)))
        assert [one.held for one in found if one.name == "simulation beside the fluid"] == [held]


def test_a_handful_of_reports_is_not_judged() -> None:
    wrong = replace(GOOD, low=101)
    assert missed(wrong, FEWEST - 1) == []
    assert missed(wrong, FEWEST) == ["inside the 5–95 % band"]
