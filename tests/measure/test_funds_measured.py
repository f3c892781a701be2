"""Funds: the account by day, what was spent on what, and what stayed unfunded; and a plan that cuts a receipt."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand import Desk, Party, Purse, Shelf, Story, Vehicles, operation
from journals import told, value

from borderflow.demand.sample import households
from borderflow.engine.simulate import simulate
from borderflow.measure.funds import COLUMNS
from borderflow.measure.measure import Measured, measure
from borderflow.network.build import network
from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario


def spending() -> Story:
    """100.00 to begin with. Kits for 60.00 at 08:00, a grant of 30.00 at 09:00; a trip of 40.00 is due at 10:00, and a
    grant of 30.00 claims at 11:00; 70.00 come on the second day at 06:00 and pay both."""
    return operation(
        [
            Party("08:00", {"kits": 10}),
            Party("09:00", {"cash": 10}),
            Party("09:30", {"bus": 0}),
            Party("11:00", {"cash": 10}),
        ],
        [Desk("kits", takes=[("kit", 1, 0)]), Desk("cash", takes=[("cash", 1, 0)]), Desk("bus", fleet=0)],
        [Shelf("kit", 2, reorder=(1, 4, 60, 0)), Shelf("cash", 9)],
        [Vehicles(4, 30, [60])],
        purses=[Purse(10000, [("1 06:00", 7000)], buys={"kit": 2000}, grants={"cash": 3000}, trips={0: 4000})],
    )


def test_the_account_of_each_day_balances() -> None:
    m = told(spending())
    assert list(m.funds.columns) == COLUMNS
    assert m.funds.drop(columns=["fund", "date"]).to_numpy().tolist() == [
        [100, 0, 60, 30, 0, 10, 70, 14],
        [10, 70, 0, 30, 40, 10, 70, 6],
    ]


def fund(m: Measured, indicator: str) -> float:
    return value(m, indicator, crossing="", item="fund 0")


def test_what_was_spent_and_what_had_to_wait() -> None:
    m = told(spending())
    spent = [fund(m, f"fund_spent_{word}") for word in ("purchases", "grants", "trips")]
    assert spent == [60, 60, 40]
    assert fund(m, "fund_spent") == sum(spent)
    assert fund(m, "fund_received") == 70
    assert (fund(m, "fund_lowest"), fund(m, "fund_closing")) == (10, 10)
    assert (fund(m, "fund_short"), fund(m, "fund_first_short")) == (1, 10 / 24)
    assert (fund(m, "unfunded"), fund(m, "unfunded_at_end"), fund(m, "unfunded_hours")) == (70, 0, 20)


def test_an_operation_without_funds_has_no_rows_of_them() -> None:
    m = told(operation([Party("08:00", {"gate": 10})], [Desk("gate")]))
    assert m.funds.empty
    assert not m.indicators["indicator"].str.contains("fund").any()


@pytest.fixture
def stressed(tmp_path: Path) -> Scenario:
    """Opening 1,000.00 and two receipts of 10,000.00; one plan halves what comes from 3 October, one adds to it."""
    path = tmp_path / "funds.yaml"
    path.write_text(
        """
borderflow: 1
name: funds
title: Cash at one desk
start: 2023-10-01
end: 2023-10-05
households: {size: {fixed: 5}}
crossings:
  torkham:
    arrivals: {phases: [{phase: calm, from: 2023-10-01, persons_per_day: 300, shape: step}]}
    journey: [gate, cash]
    stations:
      gate: {throughput: 24000 persons/day, desks: 12, open: 24 h}
      cash: {service: 3 min, desks: 9, open: 24 h, takes: {cash: 1 per household, water: 3 l per person}}
    stocks: {cash: {opening: 9000}, water: {opening: 90000 l}}
costs: {cash: 140 USD, water: 0.0035 USD}
funds:
  relief:
    opening: 1000 USD
    receipts:
      2023-10-02: {value: 10000 USD, assumed: "pledged", range: [5000 USD, 10000 USD]}
      2023-10-03: 10000 USD
    grants: [cash, water]
plans:
  pledged: {}
  cut: {changes: [{from: 2023-10-03, scale: {funds.relief.receipts: 0.5}}]}
  none: {changes: [{scale: {funds.relief.receipts: 0}}, {set: {funds.relief.opening: 0 USD}}]}
  more: {changes: [{on: 2023-10-04, add: {funds.relief.receipts: 0.29 USD}}]}
standards:
  funded: {indicator: unfunded_hours, item: relief, at_most: 1 h, over: period}
""",
        encoding="utf-8",
    )
    return load(path)


def test_a_plan_cuts_and_adds_receipts(stressed: Scenario) -> None:
    """Half of what comes from its first day on; a sum of 0 is no receipt; 0.29 is 29 hundredths, not 28."""
    funds = {plan: network(stressed, plan).funds[0] for plan in stressed.plans}
    day = 86_400
    came = {plan: tuple((one.second, one.quantity) for one in found.receipts) for plan, found in funds.items()}
    assert came == {
        "pledged": ((day, 1000000), (2 * day, 1000000)),
        "cut": ((day, 1000000), (2 * day, 500000)),
        "none": (),
        "more": ((day, 1000000), (2 * day, 1000000), (3 * day, 29)),
    }
    assert [one.opening for one in funds.values()] == [100000, 100000, 0, 100000]
    # 0.0035 a litre is 0.35 hundredths for 1,000 millilitres, to the last digit.
    assert funds["cut"].grants[1].of(15_000) == 6
    assert [price.of(1000000) for price in funds["cut"].grants.values()] == [14000000000, 350]
    assert stressed.sources["funds.relief.receipts.2023-10-02"].assumed == "pledged"


def test_a_cut_serves_fewer_and_nobody_where_there_is_no_money(stressed: Scenario) -> None:
    people, served = households(stressed, 0), {}
    for plan in stressed.plans:
        stands = network(stressed, plan)
        m = measure(stressed, stands, people, simulate(people, stands, "simpy", checked=True))
        served[plan] = value(m, "issued", crossing="torkham", item="cash")
        spent = value(m, "fund_spent", crossing="", item="relief")
        # A household of five takes cash for 140.00 and 15 litres, whose 0.0525 are rounded up to 0.06.
        assert spent == pytest.approx(served[plan] * 140.06)
        assert value(m, "standard", crossing="", item="funded") == 0
    assert served["none"] == 0 < served["cut"] < served["pledged"] <= served["more"]
