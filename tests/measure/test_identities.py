"""Identities: a number measured in two ways agrees, whatever the operation does.

The operations are simulated: short of desks, of kits and of vehicles, with people who give up and a warm-up.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from journals import D, H, desk, scenario, value

from borderflow.demand.sample import households
from borderflow.engine.journal import NEVER, Journal, Outcome
from borderflow.engine.simulate import simulate
from borderflow.measure.measure import Measured, measure
from borderflow.measure.registry import INDICATORS
from borderflow.network.build import network
from borderflow.network.network import Quantiles, Supply
from borderflow.scenario.scenario import Scenario

CASES = ("usual", "warm", "crowded")


def operation(case: str) -> Scenario:
    slow = 3 if case == "crowded" else 1
    stations: dict[str, Any] = {
        "gate": desk("05:00-22:00", 2, service={"gamma": {"mean": "4 min", "cv": 0.5}}),
        "registration": desk(
            "08:00-17:00", 4, service={"lognormal": {"mean": f"{9 * slow} min", "cv": 0.6}},
            patience={"exponential": {"mean": "20 h"}}, then="gave_up",
        ),
        "health": desk("24 h", share=0.4, at_closing="hold", service={"exponential": {"mean": "10 min"}}),
        "kits": desk(
            "07:00-19:00", 2, takes={"kits": "1 per household", "water": "3 l per person"},
            if_short={"wait": "3 h", "then": "partial"},
        ),
        "last": desk("09:00-15:00", at_closing="not_admitted", service={"exponential": {"mean": "8 min"}}, share=0.3),
        "transport": {"fleet": "trucks"},
    }  # fmt: skip
    trucks = {"vehicles": 12 // slow, "seats": 18, "leave_after": "1 h", "round_trip": {"elsewhere": "9 h"}}
    return scenario(
        stations,
        days=12,
        people=300,
        crossings=["torkham", "spin_boldak"],
        stocks={
            "kits": {"opening": 120, "reorder_at": 60, "order_up_to": 160, "lead_time": "2 d"},
            "water": {"opening": "900 l", "daily": "700 l", "lost": [{"on": "2023-11-04", "quantity": "500 l"}]},
        },
        fleets={"trucks": trucks},
        costs={"desk_hour": "6 USD", "kits": "45 USD", "water": "1 USD", "vehicle_trip": "180 USD"},
        warm_up="2 d" if case == "warm" else "0 d",
        seed=7,
        households={
            "size": {"negative_binomial": {"mean": 5, "cv": 0.6}},
            "groups": {"undocumented": 0.8, "acc": 0.0, "por": 0.2},
            "deported": 0.1,
            "specific_needs": 0.1,
        },
    )


@cache
def told(case: str) -> tuple[Scenario, Any, Any, Journal, Measured]:
    own = operation(case)
    built, people = network(own, "base"), households(own, 0)
    journal = simulate(people, built)
    return own, built, people, journal, measure(own, built, people, journal)


@pytest.mark.parametrize("case", CASES)
def test_everyone_who_came_has_one_outcome(case: str) -> None:
    """Completed, gave up, not admitted and inside at the end add up to who arrived, here and in all."""
    m = told(case)[-1]
    for crossing in ("torkham", "spin_boldak", ""):
        outcomes = ("completed", "gave_up", "not_admitted", "inside_at_end")
        assert sum(value(m, word, crossing=crossing) for word in outcomes) == value(m, "arrived", crossing=crossing) > 0
        assert sum(value(m, f"{word}_share", crossing=crossing) for word in outcomes) == pytest.approx(1)
    assert case != "crowded" or value(m, "gave_up") > 0


@pytest.mark.parametrize("case", CASES)
def test_values_stay_in_their_range(case: str) -> None:
    """The registry's range holds: shares and probabilities in [0, 1], nothing below 0."""
    table = told(case)[-1].indicators.dropna(subset=["value"])
    low = table["indicator"].map({name: i.low for name, i in INDICATORS.items()})
    high = table["indicator"].map({name: i.high for name, i in INDICATORS.items()})
    wrong = table[(table["value"] < low) | (table["value"] > high + 1e-12)]
    assert wrong.empty, wrong
    assert not table.duplicated(["crossing", "station", "item", "group", "indicator"]).any()


@pytest.mark.parametrize("case", ["usual", "crowded"])
def test_littles_law(case: str) -> None:
    """Without a warm-up, the queue's time integral is the sum of the waits, in person-seconds."""
    own, built, *_, m = told(case)
    for station in built.stations:
        keys = {"station": station.name, "crossing": built.crossings[station.crossing]}
        waited = value(m, "wait_mean", **keys) * value(m, "arrived", **keys)
        assert value(m, "queue_mean", **keys) * own.end_second == pytest.approx(waited, rel=1e-9)


@pytest.mark.parametrize("case", CASES)
def test_people_inside_at_midnight(case: str) -> None:
    """Inside at midnight changes by who came and who left that day, and agrees with a count of each household."""
    _, built, people, journal, m = told(case)
    for index, crossing in enumerate(built.crossings):
        daily = m.daily[(m.daily["crossing"] == crossing) & (m.daily["station"] == "")]
        here = people.crossing == index
        stays = journal.outcome == Outcome.INSIDE_AT_END
        for day, counted in enumerate(daily["inside_midnight"]):
            midnight = (day + 1) * D
            inside = here & (people.second < midnight) & (stays | (journal.left >= midnight))
            assert counted == people.size[inside].sum()
        assert daily["inside_midnight"].max() == value(m, "people_overnight_peak", crossing=crossing)


@pytest.mark.parametrize("case", CASES)
def test_people_at_a_station_at_midnight(case: str) -> None:
    """In the line or in service at midnight: by flows, and by a count of each visit."""
    _, built, people, journal, m = told(case)
    needs = journal.needs
    for station in built.stations:
        rows = np.flatnonzero((needs.station == station.index) & (journal.joined != NEVER))
        size = people.size[needs.household[rows]]
        place = (m.daily["crossing"] == built.crossings[station.crossing]) & (m.daily["station"] == station.name)
        for day, counted in enumerate(m.daily.loc[place, "inside_midnight"]):
            midnight = (day + 1) * D
            ended = journal.ended[rows]
            there = (journal.joined[rows] < midnight) & ((ended == NEVER) | (ended >= midnight))
            assert counted == size[there].sum()


@pytest.mark.parametrize("case", CASES)
def test_the_queue_by_brute_force(case: str) -> None:
    """Peak and hourly queue agree with counting everyone at every second at which someone joins."""
    own, built, people, journal, m = told(case)
    needs = journal.needs
    for station in built.stations:
        rows = np.flatnonzero((needs.station == station.index) & (journal.joined != NEVER))
        joined, size = journal.joined[rows], people.size[needs.household[rows]].astype(int)
        until = np.where(journal.started[rows] != NEVER, journal.started[rows], journal.ended[rows])
        until = np.where(until == NEVER, own.end_second, until)
        instants = np.append(joined[joined >= 0], 0)
        line = ((joined <= instants[:, None]) & (until > instants[:, None])) @ size
        keys = {"station": station.name, "crossing": built.crossings[station.crossing]}
        assert value(m, "queue_peak", **keys) == line.max()
        if line.max():
            assert value(m, "queue_peak_day", **keys) * D == pytest.approx(instants[line == line.max()].min())
        place = (m.hourly["crossing"] == keys["crossing"]) & (m.hourly["station"] == station.name)
        hours = np.arange(own.days * 24)[:, None] * H
        assert (m.hourly.loc[place, "queue"] == ((joined <= hours) & (until > hours)) @ size).all()


@pytest.mark.parametrize("case", CASES)
def test_utilisation_of_the_period_is_that_of_its_hours(case: str) -> None:
    """Hours weighted by desk-hours give the period, and overtime adds up."""
    m = told(case)[-1]
    for (crossing, station), hours in m.hourly.groupby(["crossing", "station"]):
        paid = hours["desks"] + hours["overtime"]
        total = (hours["utilisation"].fillna(0) * paid).sum() / paid.sum()
        assert value(m, "utilisation", station, crossing=crossing) == pytest.approx(total)
        assert value(m, "overtime_hours", station, crossing=crossing) == pytest.approx(hours["overtime"].sum())


@pytest.mark.parametrize("case", CASES)
def test_daily_waits_weigh_to_the_wait_of_the_period(case: str) -> None:
    """Days weighted by who joined on them give the mean of the period; no day's 95 % is above the longest."""
    m = told(case)[-1]
    for (crossing, station), days in m.daily[m.daily["station"] != ""].groupby(["crossing", "station"]):
        some = days[days["arrived"] > 0]
        mean = np.average(some["wait_mean"], weights=some["arrived"])
        assert value(m, "wait_mean", station, crossing=crossing) == pytest.approx(mean)
        assert some["wait_p95"].max() <= value(m, "wait_max", station, crossing=crossing)
        assert (some["wait_p50"] <= some["wait_p95"]).all()


@pytest.mark.parametrize("case", CASES)
def test_the_stock_balances_every_day(case: str) -> None:
    """Opening + received + transferred in − issued − transferred out − lost = closing = the next opening."""
    _, built, _, journal, m = told(case)
    for (crossing, name), days in m.stock.groupby(["crossing", "stock"], sort=False):
        plus = days["opening"] + days["received"] + days["transferred_in"]
        closing = plus - days["issued"] - days["transferred_out"] - days["lost"]
        np.testing.assert_allclose(days["closing"], closing, rtol=0, atol=1e-9)
        assert days["opening"].tolist()[1:] == days["closing"].tolist()[:-1]
        stock = next(s for s in built.stocks if s.name == name and built.crossings[s.crossing] == crossing)
        on_hand = journal.ledger.on_hand[journal.ledger.stock == stock.index]
        assert days["closing"].tolist()[-1] * stock.scale == pytest.approx(on_hand[-1])
        for word in ("issued", "received", "unmet", "demanded", "stockout_hours"):
            assert value(m, word, crossing=crossing, item=name) == pytest.approx(days[word].sum())


@pytest.mark.parametrize("case", CASES)
def test_what_was_asked_for_was_issued_or_unmet_or_is_waited_for(case: str) -> None:
    """demanded = issued + unmet + what those in line would take; everyone who needs it is in one of four classes."""
    _, built, _, journal, m = told(case)
    needs = journal.needs
    for index, crossing in enumerate(built.crossings):
        kits = next(s for s in built.stations if s.crossing == index and s.name == "kits")
        rows = needs.station == kits.index
        waiting = int((rows & (journal.joined != NEVER) & (journal.started == NEVER) & (journal.ended == NEVER)).sum())
        asked = [value(m, word, crossing=crossing, item="kits") for word in ("issued", "unmet", "demanded")]
        assert asked[0] + asked[1] + waiting == asked[2]
        classes = ("with_item", "part_item", "without_item", "awaiting_item")
        for item in ("kits", "water"):
            persons = sum(value(m, word, crossing=crossing, item=item) for word in classes)
            assert persons == value(m, "arrived", crossing=crossing)
    assert case == "warm" or value(m, "unmet", item="kits", crossing="") > 0


@pytest.mark.parametrize("case", CASES)
def test_crossings_add_up(case: str) -> None:
    """What adds up over the crossings is their sum in the row of all crossings together."""
    m = told(case)[-1]
    table = m.indicators[(m.indicators["station"] == "")].set_index(["item", "group", "indicator", "crossing"])["value"]
    wide = table.unstack("crossing")
    names = ["arrived", "crossed", "completed", "gave_up", "missed", "desk_hours", "overtime_hours", "cost", "issued",
             "unmet", "demanded", "with_item", "without_item_households"]  # fmt: skip
    rows = wide[wide.index.get_level_values("indicator").isin(names)]
    assert len(rows) > 20
    np.testing.assert_allclose(rows["torkham"] + rows["spin_boldak"], rows[""])


@pytest.mark.parametrize("case", CASES)
def test_requirements_of_the_weeks_are_those_of_the_phases(case: str) -> None:
    """Weeks and phases cover the same days, so that they add up to the same; and to what was asked for."""
    m = told(case)[-1]
    table = m.requirements[m.requirements["what"] != "staff"]
    sums = table.groupby(["crossing", "what", "station", "by"])[["demanded", "met"]].sum().unstack("by")
    for word in ("demanded", "met"):
        np.testing.assert_allclose(sums[word, "week"], sums[word, "phase"])
    for crossing in ("torkham", ""):
        assert sums.loc[(crossing, "kits", ""), ("demanded", "week")] == value(
            m, "demanded", crossing=crossing, item="kits"
        )
        assert sums.loc[(crossing, "persons", ""), ("demanded", "week")] == value(m, "arrived", crossing=crossing)
        assert sums.loc[(crossing, "cost", ""), ("met", "week")] == pytest.approx(value(m, "cost", crossing=crossing))
    assert (table["met"] <= table["demanded"] + 1e-9)[table["what"].isin(["persons", "kits", "water"])].all()


def test_the_extra_order_is_enough_and_none_is_to_spare() -> None:
    """Delivered as computed, the extra quantity leaves no need unmet; one kit less does not do."""
    own = scenario(
        {"kits": desk("24 h", 4, takes={"kits": "1 per household"}, if_short={"wait": "10 min", "then": "skip"})},
        days=8,
        people=400,
        stocks={"kits": {"opening": 400, "deliveries": [{"on": "2023-11-06", "quantity": 100}]}},
    )
    built, people = network(own, "base"), households(own, 0)
    lead = 36 * H
    kits = dataclasses.replace(built.stocks[0], lead_time=Quantiles(np.full((1, 10), float(lead))))
    built = dataclasses.replace(built, stocks=(kits,))
    short = measure(own, built, people, simulate(people, built))
    assert value(short, "unmet", item="kits") > 0
    extra = short.stock["extra_needed"]
    in_time = np.flatnonzero(extra.notna())
    assert 0 < len(in_time) < own.days
    for day in (int(in_time[0]), int(in_time[-1])):
        for less, missing in ((0, 0), (1, 1)):
            supply = Supply(day * D + lead, int(extra[day]) - less)
            more = dataclasses.replace(kits, supplies=tuple(sorted([*kits.supplies, supply], key=lambda s: s.second)))
            again = dataclasses.replace(built, stocks=(more,))
            m = measure(own, again, people, simulate(people, again))
            assert value(m, "demanded", item="kits") - value(m, "issued", item="kits") == missing
    late = Supply((int(in_time[-1]) + 1) * D + lead, 10_000)
    again = dataclasses.replace(
        built,
        stocks=(dataclasses.replace(kits, supplies=tuple(sorted([*kits.supplies, late], key=lambda s: s.second))),),
    )
    assert value(measure(own, again, people, simulate(people, again)), "unmet", item="kits") > 0


def test_measuring_changes_nothing_and_repeats() -> None:
    """The same journal measured again gives the same tables."""
    own, built, people, journal, m = told("usual")
    again = measure(own, built, people, journal)
    for name in ("indicators", "daily", "hourly", "stock", "requirements"):
        pd.testing.assert_frame_equal(getattr(m, name), getattr(again, name))
