"""A run of a scenario with a fund: its account beside the other tables, and what the answer says of it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from test_run import TABLES, digests

from borderflow.commands.run import load as loaded
from borderflow.experiment.answer import answer
from borderflow.experiment.results import Results
from borderflow.experiment.run import run
from borderflow.measure.funds import COLUMNS
from borderflow.report.summary import told
from borderflow.scenario.scenario import Scenario

FUNDED = Path(__file__).with_name("funded.yaml")


@pytest.fixture(scope="module")
def pledge() -> Scenario:
    return loaded(FUNDED, ())


@pytest.fixture(scope="module")
def account(pledge: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The scenario as run in one process; do not write into it."""
    return run(pledge, workers=1, out=tmp_path_factory.mktemp("funded"))


def test_the_account_stands_beside_the_other_tables(account: Results, ran: Results) -> None:
    """funds.parquet is written where a scenario has funds, is in the manifest, and is missing where there are none."""
    assert {path.name for path in account.folder.iterdir()} == TABLES | {"manifest.json", "funds.parquet"}
    assert account.manifest.outputs == digests(account.folder)
    assert list(account.funds.columns) == ["plan", "replication", *COLUMNS]
    assert "funds.parquet" not in ran.manifest.outputs
    assert ran.funds.empty
    assert list(ran.funds.columns) == list(account.funds.columns)


def test_the_account_has_every_day_of_every_replication_and_balances(account: Results, pledge: Scenario) -> None:
    """A row for each plan, replication and day; each day closes at what it opens with, plus what comes, less the spent;
    and the next opens with that."""
    book = account.funds
    days = [pledge.start + timedelta(days=day) for day in range(pledge.days)]
    expected = [(plan, run, "relief", day) for run in range(4) for plan in pledge.plans for day in days]
    assert list(book[["plan", "replication", "fund", "date"]].itertuples(index=False, name=None)) == expected
    spent = book[["purchases", "grants", "trips"]].sum(axis=1)
    assert (book["opening"] + book["received"] - spent).to_numpy() == pytest.approx(book["closing"].to_numpy())
    for _, one in book.groupby(["plan", "replication"]):
        assert one["opening"].tolist()[1:] == one["closing"].tolist()[:-1]
        assert one["closing"].min() >= 0
    # 40 kits are ordered at 45.00 as the simulation begins: 50 lie there, and an order brings them up to 90.
    assert set(book[book["date"] == pledge.start]["purchases"]) == {1800}


def test_a_plan_cuts_what_comes(account: Results) -> None:
    """Receipts of each plan by day; the same families under half of the money get less of it."""
    came = account.funds.pivot_table(index="date", columns="plan", values="received")
    assert came["pledged"].tolist() == [0, 20_000, 0, 30_000, 0]
    assert came["cut"].tolist() == [0, 10_000, 0, 15_000, 0]
    assert came["ample"].equals(came["pledged"].rename("ample"))
    spent = account.funds.groupby(["replication", "plan"])["grants"].sum().unstack()
    assert (spent["cut"] < spent["pledged"]).all()
    assert (spent["pledged"] < spent["ample"]).all()
    opened = account.funds[account.funds["date"] == date(2023, 10, 31)].set_index(["replication", "plan"])["opening"]
    assert set(opened.xs("ample", level="plan")) == {1_000_000}


def test_two_workers_write_the_same_account_as_one(account: Results, pledge: Scenario, tmp_path: Path) -> None:
    two = run(pledge, workers=2, out=tmp_path)
    assert digests(two.folder) == digests(account.folder)


def test_the_answer_says_when_money_runs_short(account: Results, pledge: Scenario) -> None:
    """Per plan: the share of runs, the median first date, the least in the fund, and the sum that waited."""
    says = answer(account, pledge)
    funds = {plan["plan"]: plan["funds"][0] for plan in says["whole"]}
    book = account.funds
    for plan, one in funds.items():
        here = book[book["plan"] == plan]
        short = here[here["unfunded_hours"] > 0].groupby("replication")["date"].min()
        assert one["fund"] == "relief"
        assert one["probability"] == len(short) / 4
        assert one["unfunded"]["mean"] == pytest.approx(here.groupby("replication")["unfunded"].max().mean())
        assert one["unfunded"]["currency"] == "USD"
        assert one["median_date"] in ({day.isoformat() for day in short} or {None})
    assert (funds["cut"]["probability"], funds["ample"]["probability"]) == (1, 0)
    text = told(says, 100)
    assert "IN ALL" in text
    assert "Fund short: in how many runs something waited for money" in " ".join(text.split())
    flat = " ".join(told({**says, "whole": [plan for plan in says["whole"] if plan["plan"] == "ample"]}, 100).split())
    assert "fund relief short in no run lowest balance, USD" in flat
    assert "waited for, most" not in flat


def test_an_answer_without_funds_does_not_speak_of_them(ran: Results, scenario: Scenario) -> None:
    says = answer(ran, scenario)
    assert [plan["funds"] for plan in says["whole"]] == [[], []]
    assert "fund" not in told(says, 100).lower()
