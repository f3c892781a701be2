"""Order by digits, and what rests on it: levels, waits by day."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from borderflow.measure.rising import rising
from borderflow.measure.waits import PERCENTS, of_line
from borderflow.measure.window import Window, level, merged, summed
from borderflow.network.network import ALWAYS

DAY = 86_400
SECONDS = st.lists(st.integers(-(10**6), 2**34) | st.integers(-3, 3) | st.just(65_536), max_size=40)
VISITS = st.lists(
    st.tuples(st.integers(-DAY, 3 * DAY), st.sampled_from([0, 0, 1, 60, 65_535, 65_536, 100_000]), st.integers(1, 9)),
    max_size=30,
)
"""Second of joining, wait, persons."""


@given(SECONDS)
def test_rows_stand_in_rising_order_and_equal_ones_as_they_came(seconds):
    numbers = np.array(seconds, dtype=np.int64)
    assert rising(numbers).tolist() == np.argsort(numbers, kind="stable").tolist()


def test_numbers_of_the_full_width():
    numbers = np.array([2**61, ALWAYS, 0, -1, 2**61, ALWAYS], dtype=np.int64)
    assert rising(numbers).tolist() == [1, 5, 3, 2, 0, 4]


@given(SECONDS, SECONDS)
def test_lists_in_order_are_merged_each_second_once(one, other):
    found = merged(np.array(sorted(one), dtype=np.int64), np.array(sorted(other), dtype=np.int64))
    assert found.tolist() == sorted({*one, *other})


@given(VISITS, VISITS)
def test_the_level_of_two_lines_is_the_sum_of_their_levels(one, other):
    """Against persons counted second by second where anything changes."""
    marks = np.arange(4, dtype=np.int64) * DAY

    def of(visits):
        joined, wait, size = (np.array(column, dtype=np.int64) for column in zip(*visits, strict=True))
        return level(joined, joined + wait, size, marks)

    parts = [of(visits) for visits in (one, other) if visits]
    if not parts:
        return
    steps = summed(parts)
    everyone = [*one, *other]
    changes = {*marks.tolist(), *(second for at, wait, _ in everyone if wait for second in (at, at + wait))}
    assert steps.second.tolist() == sorted(changes)
    for second, value in zip(steps.second.tolist(), steps.value.tolist(), strict=True):
        assert value == sum(size for at, wait, size in everyone if at <= second < at + wait)


@given(VISITS, st.data())
def test_waits_by_day_are_those_of_each_person_listed(visits, data):
    """Quantiles, mean, longest and share over a bound, against the waits of all persons one by one."""
    window = Window(date(2023, 1, 1), 3)
    columns = zip(*visits, strict=True) if visits else ((), (), ())
    joined, wait, size = (np.array(column, dtype=np.int64) for column in columns)
    still = np.array([data.draw(st.booleans()) for _ in visits], dtype=np.bool_)
    told = of_line(joined, wait, size, still, window, long=60)
    lists = [[], [], [], []]
    for at, each, persons in visits:
        if 0 <= at < window.end:
            for one in (lists[at // DAY], lists[3]):
                one += [each] * persons
    assert told.persons.tolist() == [len(one) for one in lists]

    def values(found):
        return [None if np.isnan(value) else value for value in (*found.days.value, found.value)]

    for percent in PERCENTS:
        expected = [sorted(one)[max(1, -(-percent * len(one) // 100)) - 1] if one else None for one in lists]
        assert values(told.quantile(percent)) == expected
    for found, wanted in (
        (told.mean(), [sum(one) / len(one) if one else None for one in lists]),
        (told.max(), [max(one) if one else None for one in lists]),
        (told.share_over(), [sum(w > 60 for w in one) / len(one) if one else None for one in lists]),
    ):
        assert values(found) == wanted
