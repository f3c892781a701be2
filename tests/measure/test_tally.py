"""What machine code counts is, to the last bit, what NumPy counts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("numba")

from hypothesis import given
from hypothesis import strategies as st
from test_identities import CASES, operation

from borderflow.demand.sample import households
from borderflow.engine.simulate import simulate
from borderflow.measure import machine
from borderflow.measure.compiled import tally
from borderflow.measure.measure import Measured, measure
from borderflow.measure.rising import FEW, rising
from borderflow.measure.waits import of_line
from borderflow.measure.window import Window, at_each, integrals, level, peaks, summed, worked
from borderflow.network.build import network
from borderflow.network.network import ALWAYS, Calendar
from borderflow.scenario.draws import drawn
from borderflow.scenario.load import load

DAY = 86_400
SHIPPED = Path(__file__).parents[2] / "scenarios"
SECONDS = st.integers(-2 * DAY, 5 * DAY) | st.sampled_from([0, -1, DAY, 2 * DAY - 1]) | st.just(2**40)
WEIGHTS = st.integers(0, 60) | st.just(2**30)


def both(count: Any) -> tuple[Any, Any]:
    """A number as machine code and as NumPy count it."""
    found = []
    for counted in (lambda: tally, lambda: None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(machine, "tally", counted)
            found.append(count())
    return found[0], found[1]


def same(one: Any, other: Any) -> None:
    """Equal in kind, shape and every bit."""
    assert one.dtype == other.dtype
    assert one.shape == other.shape
    assert one.tobytes() == other.tobytes()


def equal(one: Measured, other: Measured) -> None:
    assert one.tables.keys() == other.tables.keys()
    for name, table in one.tables.items():
        assert table.keys == other.tables[name].keys
        for column, values in table.values.items():
            if values.dtype == object:
                assert values.tolist() == other.tables[name].values[column].tolist()
            else:
                same(values, other.tables[name].values[column])
    assert one.funds.equals(other.funds)
    assert one.triggers.equals(other.triggers)


@pytest.mark.parametrize("case", CASES)
def test_every_table_of_an_operation_is_the_same(case: str) -> None:
    own = operation(case)
    built, people = network(own, "base"), households(own, 0)
    journal = simulate(people, built)
    equal(*both(lambda: measure(own, built, people, journal)))


@pytest.mark.parametrize("name", ["quickstart", "closure-2025", "winter-lull"])
def test_every_table_of_a_shipped_scenario_is_the_same(name: str) -> None:
    """With closures, spaces, warehouses, triggers and funds, as far as the scenario has them."""
    scenario = drawn(load(SHIPPED / f"{name}.yaml"), 1)
    plan = list(scenario.plans)[-1]
    built, people = network(scenario, plan), households(scenario, 1)
    journal = simulate(people, built, "compiled")
    equal(*both(lambda: measure(scenario, built, people, journal)))


def test_nothing_is_compiled_but_what_was_made_ready() -> None:
    """Whatever the tests above handed over, there was machine code for it: no worker has to make any."""
    tally.make_ready()
    for function, *_ in tally.READY:
        kinds = sum(other is function for other, *_ in tally.READY)
        assert len(function.signatures) == kinds, function.__name__


@given(st.lists(SECONDS, max_size=40), st.data())
def test_sums_by_day(seconds: list[int], data: st.DataObject) -> None:
    window, when = Window(date(2023, 1, 1), 3), np.array(seconds, dtype=np.int64)
    same(*both(lambda: window.per_day(when)))
    for kind in (np.int64, np.int32, np.float64, np.bool_):
        weights = np.array([data.draw(st.integers(0, 9)) for _ in seconds], dtype=kind)
        if kind == np.float64:
            weights = weights / 7
        same(*both(lambda weights=weights: window.per_day(when, weights)))


@given(st.lists(SECONDS | st.sampled_from([2**61, ALWAYS]), max_size=40))
def test_order(seconds: list[int]) -> None:
    """As often as it takes for machine code to be asked; numbers too far apart are left to NumPy."""
    numbers = np.array(seconds * FEW, dtype=np.int64)
    same(*both(lambda: rising(numbers)))


STAYS = st.lists(st.tuples(SECONDS, st.integers(0, 2 * DAY), WEIGHTS), max_size=40)


@given(STAYS, STAYS)
def test_levels_and_what_is_read_off_them(one: list[Any], other: list[Any]) -> None:
    window = Window(date(2023, 1, 1), 3)

    def of(stays: list[Any], weighted: bool) -> Calendar:
        first, long, size = np.array(stays, dtype=np.int64).reshape(-1, 3).T.copy()
        return level(first, first + long, size if weighted else None, window.day_edges)

    def read(steps: Calendar) -> list[Any]:
        desks = Calendar(np.array([-DAY, DAY // 2, 2 * DAY]), np.array([3.0, 0.0, 40.5]))
        by_day, second = peaks(steps, window)
        over = worked(steps, desks, window.hour_edges)
        at = at_each(steps, window.hour_edges)
        return [steps.second, steps.value, integrals(steps, window.hour_edges), by_day, np.array(second), at, *over]

    def compare(steps: Calendar) -> None:
        for mine, theirs in zip(*both(lambda: read(steps)), strict=True):
            same(mine, theirs)

    for weighted in (True, False):
        mine, theirs = both(lambda weighted=weighted: [of(stays, weighted) for stays in (one, other)])
        for a, b in zip(mine, theirs, strict=True):
            same(a.second, b.second)
            same(a.value, b.value)
        whole, counted = both(lambda parts=theirs: summed(parts))
        same(whole.second, counted.second)
        same(whole.value, counted.value)
        compare(theirs[0])
        compare(counted)


@given(st.lists(st.tuples(SECONDS, st.sampled_from([0, 0, 1, 60, 70_000, 2**33]), st.integers(1, 9), st.booleans())))
def test_waits_of_a_line(visits: list[Any]) -> None:
    window = Window(date(2023, 1, 1), 3)
    joined, wait, size, still = (
        np.array(column, dtype=np.int64) for column in (list(zip(*visits, strict=True)) or [()] * 4)
    )
    one, other = both(lambda: of_line(joined, wait, size, still.astype(np.bool_), window, long=60))
    for word in ("persons", "weighted", "bound", "longer", "longest", "quantiles"):
        same(getattr(one, word), getattr(other, word))
