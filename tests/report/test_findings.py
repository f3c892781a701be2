"""Titles say what the data say: sentences on tables whose answer is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import made
import pandas as pd
import pytest

from borderflow.report import findings
from borderflow.report.folder import Crossing, Folder, Item

D = [date(2023, 10, 31), date(2023, 11, 1), date(2023, 11, 2)]


def folder(daily: pd.DataFrame, stock: pd.DataFrame | None = None, plans: tuple[str, ...] = ("now", "more")) -> Folder:
    stations = {"exit_check": "Exit check", "gate": "Gate", "registration": "Registration and biometrics"}
    items = {"kits": Item("Kits"), "water": Item("Water", "l")}
    crossings = tuple(
        Crossing(name, title, stations, (), items)
        for name, title in (("torkham", "Torkham, Nangarhar"), ("spin_boldak", "Spin Boldak, Kandahar"))
    )
    stock = stock if stock is not None else pd.DataFrame()
    return Folder("T", D[0], D[2], dict.fromkeys(plans, ""), crossings, daily, stock)


def daily(
    crossed: dict[str, list[float]], queues: dict[tuple[str, str, str], list[float]], runs: int = 3
) -> pd.DataFrame:
    """Persons crossed by crossing, and lines by plan, crossing and station; the same in every run."""
    plans = list(dict.fromkeys(plan for plan, _, _ in queues)) or ["now"]
    rows = [
        {"plan": plan, "replication": run, "crossing": crossing, "station": "", "date": D[n], "arrived": value,
         "crossed": value, "queue_peak": 0.0}
        for plan in plans
        for run in range(runs)
        for crossing, values in crossed.items()
        for n, value in enumerate(values)
    ]  # fmt: skip
    rows += [
        {"plan": plan, "replication": run, "crossing": crossing, "station": station, "date": D[n], "arrived": 0.0,
         "crossed": None, "queue_peak": value}
        for (plan, crossing, station), values in queues.items()
        for run in range(runs)
        for n, value in enumerate(values)
    ]  # fmt: skip
    return pd.DataFrame(rows).astype({"crossed": float})


def lines(table: pd.DataFrame) -> pd.DataFrame:
    desks = table[table["station"] != ""].rename(columns={"queue_peak": "median"})
    return desks.groupby(["plan", "crossing", "station", "date"])["median"].median().reset_index()


def test_arrivals_name_the_greatest_day_and_the_line_before_the_gate() -> None:
    """The crossing with most people comes first; only lines up to the gate count; the plan is named as lines differ."""
    table = daily(
        {"torkham": [100, 24_612, 300], "spin_boldak": [10, 20, 4_912]},
        {
            ("now", "torkham", "gate"): [5, 27_940, 9],
            ("now", "torkham", "registration"): [5, 90_000, 9],
            ("more", "torkham", "gate"): [5, 8_000, 9],
        },
    )
    assert findings.arrivals(folder(table), ["now", "more"]) == (
        "Torkham: 24,600 people cross on 1 November, and the line at the gate reaches 27,900 that day under ‘now’; "
        "at Spin Boldak at most 4,910, on 2 November."
    )


def test_arrivals_name_no_plan_where_plans_make_no_difference() -> None:
    """If every plan has the same line it is said once, with its own day."""
    same = {(plan, "torkham", "exit_check"): [5.0, 6.0, 700.0] for plan in ("now", "more")}
    said = findings.arrivals(folder(daily({"torkham": [0, 50, 10]}, same)), ["now", "more"])
    assert said == "Torkham: 50 people cross on 1 November, and the line at the exit check reaches 700 on 2 November."


def test_nobody_arrives() -> None:
    """Zero everywhere is said, not drawn as a peak of nothing."""
    said = findings.arrivals(folder(daily({"torkham": [0, 0, 0]}, {("now", "torkham", "gate"): [0, 0, 0]})), ["now"])
    assert said == "Nobody arrives at Torkham or Spin Boldak from 31 October to 2 November 2023."


def test_queues_name_the_longest_line_and_where_it_goes_under_the_other_plan() -> None:
    """Relieving one station may move the line: with two plans the title says where to."""
    table = daily(
        {"torkham": [1, 1, 1]},
        {
            ("now", "torkham", "registration"): [10, 36_040, 9],
            ("now", "torkham", "gate"): [10, 400, 9],
            ("more", "torkham", "registration"): [10, 2_000, 9],
            ("more", "torkham", "gate"): [10, 5_000, 9],
        },
    )
    assert findings.queues(folder(table), lines(table), ["now", "more"]) == (
        "The longest line stands at Torkham, registration: 36,000 people on 1 November under ‘now’, "
        "2,000 under ‘more’, where gate is then longest (5,000)."
    )


def test_queues_group_plans_that_make_no_difference() -> None:
    """Plans with the same line are named together."""
    values = {"now": 36_000.0, "more": 20_000.0, "kits": 36_010.0}
    table = daily({"torkham": [1, 1, 1]}, {(p, "torkham", "gate"): [1, v, 1] for p, v in values.items()})
    said = findings.queues(folder(table, plans=tuple(values)), lines(table), list(values))
    assert said == (
        "The longest line stands at Torkham, gate: 36,000 people on 1 November under ‘now’ and ‘kits’, "
        "20,000 under ‘more’."
    )


def stock(out: dict[tuple[str, str], list[int | None]]) -> pd.DataFrame:
    """Day number (0 to 2) of running out, for each run; None for never."""
    return pd.DataFrame(
        {"plan": plan, "crossing": "torkham", "stock": item, "replication": run, "date": D[n],
         "closing": 1000.0 - 400 * n, "stockout_hours": 5.0 if first is not None and n >= first else 0.0}
        for (plan, item), runs in out.items()
        for run, first in enumerate(runs)
        for n in range(3)
    )  # fmt: skip


def test_stocks_name_what_runs_out_most_surely() -> None:
    """A stock that ends in every run comes before one that ends earlier but seldom."""
    table = stock({("now", "kits"): [1, 1, 2], ("now", "water"): [0, None, None], ("more", "kits"): [None, None, 2],
                   ("more", "water"): [None] * 3})  # fmt: skip
    held = folder(daily({"torkham": [1, 1, 1]}, {}), table)
    assert findings.stocks(held, table, ["now", "more"]) == (
        "Kits at Torkham first run out on 1 November, in all 3 runs, under ‘now’; under ‘more’ in 1 of 3 runs (2 Nov)."
    )


def test_stocks_say_if_nothing_runs_out() -> None:
    """Then the one that came nearest to it is named."""
    table = stock({("now", "kits"): [None, None], ("more", "kits"): [None, None]})
    held = folder(daily({"torkham": [1, 1, 1]}, {}), table)
    assert findings.stocks(held, table, ["now", "more"]) == (
        "No stock runs out in any run, under any plan shown; nearest to it: Kits at Torkham, 200 left on 2 November."
    )


def test_stocks_that_run_out_only_under_another_plan() -> None:
    """The first plan's clean record is said before the other plan's stock-out."""
    table = stock({("now", "kits"): [None, None], ("more", "kits"): [2, None]})
    held = folder(daily({"torkham": [1, 1, 1]}, {}), table)
    assert findings.stocks(held, table, ["now", "more"]) == (
        "No stock runs out under ‘now’; under ‘more’, Kits at Torkham first run out on 2 November, in 1 of 2 runs."
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (0.25, "0.2"), (7, "7"), (999.4, "999"), (999.6, "1,000"), (24_612, "24,600"), (1_234_567, "1,230,000")],
)
def test_numbers_have_three_digits(value: float, said: str) -> None:
    """A finding is read, not booked: three significant digits, thousands separated."""
    assert findings.number(value) == said


def test_durations_are_said_in_a_unit_that_fits() -> None:
    """Minutes under two hours, days from three days on."""
    assert [findings.hours(h) for h in (1 / 60, 1.5, 2, 71, 96)] == ["1 minute", "90 minutes", "2 hours", "71 hours",
                                                                    "4 days"]  # fmt: skip


def test_how_many_runs() -> None:
    """All, some and none are different words, and one run is no probability."""
    said = [findings.in_runs(*pair) for pair in ((20, 20), (3, 20), (0, 20), (1, 1), (0, 1))]
    assert said == ["in all 20 runs", "in 3 of 20 runs", "in none of 20 runs", "in the one run", "not in the one run"]


def test_the_band_is_explained_and_one_run_has_none() -> None:
    """The subtitle says what line and band are, what they leave out, and how many runs failed."""
    several = made.held(runs=4, failed=1)
    assert findings.bands_in_words(several) == (
        "Line: median of 4 runs (1 more failed), day by day. Band: on each day, 9 of 10 runs lie inside it. "
        "Run-to-run variation only: arrival levels are not varied."
    )
    one = replace(several, daily=several.daily[several.daily["replication"] == 0], failed=0)
    assert "No band" in findings.bands_in_words(one)
