"""What stands there: calendars, throughputs, quantile tables, and what a plan changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from scipy import stats

from borderflow.network.build import network
from borderflow.network.network import Calendar, Closing
from borderflow.network.quantiles import quantiles
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.spread import Spread

DAY, HOUR = 86_400, 3_600
DESK = {"service": "10 min", "desks": 4, "open": "08:00-16:00"}


def built(station: dict[str, Any], changes: list[dict[str, Any]] | None = None, days: int = 4, **crossing: Any) -> Any:
    """The network of one station at one crossing, under a plan with the given changes."""
    phases = [{"phase": "all", "from": "2023-11-01", "persons_per_day": 100, "shape": "step"}]
    case = Scenario.model_validate(
        {
            "borderflow": 1,
            "name": "test",
            "title": "Test",
            "start": "2023-11-01",
            "end": str(date(2023, 11, days)),
            "households": {"size": {"shares": {1: 0.5, 7: 0.5}}},
            "crossings": {
                "here": {"arrivals": {"phases": phases}, "journey": ["desk"], "stations": {"desk": station}, **crossing}
            },
            "plans": {"plan": {"changes": changes or []}},
        }
    )
    return network(case, "plan")


def steps(calendar: Calendar) -> list[tuple[float, float]]:
    """(hours since the start, value)."""
    return [(second / HOUR, value) for second, value in zip(calendar.second, calendar.value, strict=True)]


def test_opening_hours_repeat_every_day():
    desks = built(DESK, days=2).stations[0].desks
    assert steps(desks) == [(0, 0), (8, 4), (16, 0), (32, 4), (40, 0)]


def test_hours_over_midnight_are_open_on_the_first_morning_too():
    """The shift that began on the evening before the first day is there."""
    desks = built({**DESK, "open": "20:00-04:00"}, days=2).stations[0].desks
    assert steps(desks) == [(0, 4), (4, 0), (20, 4), (28, 0), (44, 4)]


def test_round_the_clock_never_closes():
    assert steps(built({**DESK, "open": "24 h"}).stations[0].desks) == [(0, 4)]


def test_shifts_that_overlap_add_up():
    station = {"service": "10 min", "shifts": {"06:00-14:00": 5, "12:00-20:00": 3}}
    assert steps(built(station, days=1).stations[0].desks) == [(0, 0), (6, 5), (12, 8), (14, 3), (20, 0)]


def test_a_dated_value_holds_from_its_date_and_the_first_also_before():
    station = {**DESK, "desks": {"2023-11-02": 4, "2023-11-03": 9}}
    assert steps(built(station, days=3).stations[0].desks) == [
        (0, 0),
        (8, 4),
        (16, 0),
        (32, 4),
        (40, 0),
        (56, 9),
        (64, 0),
    ]


def test_a_closed_station_never_opens():
    assert steps(built({**DESK, "closed": True}).stations[0].desks) == [(0, 0)]


def test_a_throughput_with_desks_and_hours_sets_the_mean_time():
    """4 desks × 8 h ÷ 960 persons a day: two minutes of a desk a person, and the household's is the sum."""
    station = {"throughput": "960 persons/day", "desks": 4, "open": "08:00-16:00"}
    service = built(station).stations[0].service
    assert service.table[1].mean() == pytest.approx(120)
    assert service.table[7].mean() == pytest.approx(7 * 120)


def test_a_throughput_of_households_does_not_depend_on_their_size():
    station = {"throughput": "960 households/day", "desks": 4, "open": "08:00-16:00"}
    here = built(station).stations[0]
    assert not here.by_person
    assert here.service.table.mean() == pytest.approx(120)


def test_a_dated_throughput_changes_the_pace():
    """Three times the throughput of the same desks: a third of the time each."""
    station = {"throughput": {"2023-11-01": "960 persons/day", "2023-11-03": "2880 persons/day"}, "desks": 4}
    assert steps(built({**station, "open": "08:00-16:00"}).stations[0].pace) == [(0, 1), (48, pytest.approx(1 / 3))]


def test_desks_that_a_plan_adds_to_a_throughput_do_more_rather_than_the_same():
    station = {"throughput": "960 persons/day", "desks": 4, "open": "08:00-16:00"}
    more = built(station, [{"add": {"here.stations.desk.desks": 4}}]).stations[0]
    assert max(more.desks.value) == 8
    assert more.service.table[1].mean() == pytest.approx(120)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"from": "2023-11-02", "add": {"here.stations.desk.desks": 2}}, [4, 6, 6]),
        ({"from": "2023-11-02", "to": "2023-11-02", "set": {"here.stations.desk.desks": 1}}, [4, 1, 4]),
        ({"scale": {"here.stations.desk.desks": 1.5}}, [6, 6, 6]),
        ({"from": "2023-11-03", "add": {"here.stations.desk.desks": -9}}, [4, 4, 0]),
    ],
)
def test_a_plan_changes_desks_on_its_days(change, expected):
    desks = built(DESK, [change], days=3).stations[0].desks
    assert [desks.at(np.array([day * DAY + 9 * HOUR]))[0] for day in range(3)] == expected


def test_changes_apply_in_the_order_written():
    changes = [
        {"set": {"here.stations.desk.desks": 10}},
        {"from": "2023-11-02", "scale": {"here.stations.desk.desks": 2}},
    ]
    desks = built(DESK, changes, days=2).stations[0].desks
    assert [desks.at(np.array([day * DAY + 9 * HOUR]))[0] for day in range(2)] == [10, 20]


def test_a_plan_may_open_longer_and_deliver_more():
    stocks = {"kits": {"opening": 5, "deliveries": [{"on": "2023-11-03", "at": "07:00", "quantity": 3}]}}
    station = {**DESK, "takes": {"kits": "1 per household"}}
    changes = [
        {"from": "2023-11-02", "set": {"here.stations.desk.open": "06:00-22:00"}},
        {"on": "2023-11-02", "add": {"here.stocks.kits.deliveries": 7}},
        {"add": {"here.stocks.kits.opening": 1}},
    ]
    here = built(station, changes, days=2, stocks=stocks)
    assert steps(here.stations[0].desks) == [(0, 0), (8, 4), (16, 0), (30, 4), (46, 0)]
    assert here.stocks[0].opening == 6
    assert [(supply.second, supply.quantity) for supply in here.stocks[0].supplies] == [(DAY, 7)]
    longer = built(station, changes, days=3, stocks=stocks)
    assert [(supply.second, supply.quantity) for supply in longer.stocks[0].supplies] == [
        (DAY, 7),
        (2 * DAY + 7 * HOUR, 3),
    ]


def test_litres_are_kept_in_millilitres():
    stocks = {"water": {"opening": "100 l", "daily": "50 l"}}
    here = built({**DESK, "takes": {"water": "7.5 l per person"}}, stocks=stocks, days=2)
    assert here.stocks[0].opening == 100_000
    assert [supply.quantity for supply in here.stocks[0].supplies] == [50_000, 50_000]
    assert here.stations[0].takes[0].per_person == 7_500


def test_every_destination_has_a_round_trip_and_elsewhere_is_the_default():
    fleets = {
        "trucks": {
            "vehicles": 3,
            "seats": 18,
            "leave_after": "1 h",
            "round_trip": {"nangarhar": "6 h", "elsewhere": "1 d"},
        }
    }
    mix = {"destinations": {"nangarhar": 0.5, "kabul": 0.5}}
    here = built({"fleet": "trucks"}, fleets=fleets, households=mix)
    assert [trip.table[0, 0] / HOUR for trip in here.fleets[0].round_trip] == [6, 24]


@pytest.mark.parametrize(
    ("spread", "exact"),
    [
        ({"exponential": {"mean": "10 min"}}, stats.expon(scale=600)),
        ({"gamma": {"mean": "10 min", "cv": 0.5}}, stats.gamma(4, scale=150)),
        ({"lognormal": {"mean": "10 min", "cv": 0.6}}, stats.lognorm(np.log(1.36) ** 0.5, scale=600 / 1.36**0.5)),
        ({"triangular": {"low": "2 min", "mode": "5 min", "high": "20 min"}}, stats.triang(1 / 6, 120, 1080)),
        ({"uniform": {"low": "2 min", "high": "8 min"}}, stats.uniform(120, 360)),
    ],
)
def test_a_quantile_table_is_the_inverse_cdf(spread, exact):
    """To half a second over the middle 98 %; the mean is exact."""
    table = quantiles(Spread.model_validate(spread))
    uniform = np.linspace(0.01, 0.99, 500)
    # A table answers with the middle of its step.
    middles = (np.floor(uniform * 4096) + 0.5) / 4096
    assert table(uniform) == pytest.approx(exact.ppf(middles), abs=0.5)
    assert table.table.mean() == pytest.approx(exact.mean(), rel=1e-9)


def test_a_household_takes_the_sum_over_its_members():
    """Sums of independent gamma times: shape times members, so the relative spread falls with their number."""
    table = quantiles(Spread.model_validate({"gamma": {"mean": "6 min", "cv": 0.7}}), 9)
    assert [table.table[many].mean() / 360 for many in (1, 4, 9)] == pytest.approx([1, 4, 9])
    assert [table.table[many].std() / table.table[many].mean() for many in (1, 4, 9)] == pytest.approx(
        [0.7, 0.35, 0.7 / 3], rel=0.01
    )


def test_people_come_back_after_closing_unless_the_scenario_says_otherwise():
    assert built(DESK).stations[0].closing is Closing.COME_BACK
    assert built({**DESK, "at_closing": "not_admitted"}).stations[0].closing is Closing.NOT_ADMITTED


def test_a_calendar_integrates_over_its_steps():
    calendar = Calendar(np.array([0, 100, 200]), np.array([1.0, 3.0, 0.0]))
    assert calendar.integral(np.array([0, 50, 150]), np.array([300, 150, 250])).tolist() == [400, 200, 150]
