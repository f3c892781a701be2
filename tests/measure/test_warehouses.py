"""Warehouses, transfers and rations: what stocks send to one another, and what one would have to order in time."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from hand import Desk, Party, Room, Shelf, Story, operation
from journals import H, desk, scenario, told, value

from borderflow.engine.journal import Entry
from borderflow.measure.measure import Measured
from borderflow.measure.summary import summarise


def depot() -> Story:
    """Eight kits are ordered at 08:00: five go at once and come at 10:00; three are owed until 12:00, come at 14:00."""
    return operation(
        [Party("08:00", {"kits": 10})],
        [Desk("kits", takes=[("kits", 1, 0)])],
        [
            Shelf("kits", 3, reorder=(2, 10, 120, 0), source="kabul.kits"),
            Shelf("kabul.kits", 5, [("12:00", 9)], warehouse=True),
        ],
    )


def days(measured: Measured, stock: str) -> pd.DataFrame:
    table = measured.stock
    return table[table["stock"] == stock].reset_index(drop=True)


def test_an_order_on_a_warehouse_goes_out_there_and_comes_in_here() -> None:
    """What came from a warehouse is transferred in, not received; the warehouse has no crossing and issues nothing."""
    m = told(depot())
    kits, kabul = days(m, "kits"), days(m, "kabul.kits")
    assert set(kits["crossing"]) == {"here"}
    assert set(kabul["crossing"]) == {""}
    words = ["opening", "received", "transferred_in", "issued", "transferred_out", "closing"]
    assert kits.loc[0, words].tolist() == [3, 0, 8, 1, 0, 10]
    assert kabul.loc[0, words].tolist() == [5, 9, 0, 0, 8, 6]
    assert value(m, "transferred_in", crossing="here", item="kits") == 8
    assert value(m, "transferred_in", crossing="", item="kits") == 8
    assert value(m, "transferred_out", crossing="", item="kabul.kits") == 8


def test_a_warehouse_is_out_of_stock_when_it_is_empty() -> None:
    """From 08:00 to 12:00 nothing is left; its cover is what it has ÷ what it sends a day."""
    m = told(depot())
    assert value(m, "stockout_hours", crossing="", item="kabul.kits") == 4
    assert value(m, "first_stockout", crossing="", item="kabul.kits") == 8 / 24
    assert value(m, "days_of_cover", crossing="", item="kabul.kits") == 6 / 4


def test_a_warehouse_gives_no_household_anything() -> None:
    """Who has the item is said of the crossing's stock; all crossings together leave warehouses out."""
    m = told(depot())
    table = m.indicators
    said = set(table.loc[table["item"] == "kabul.kits", "indicator"])
    assert not said & {"with_item", "issued", "unmet", "demanded"}
    assert value(m, "with_item", crossing="", item="kits") == 1
    assert value(m, "closing", crossing="", item="kits") == 10
    assert not table.duplicated(["crossing", "station", "item", "group", "indicator"]).any()


def test_what_is_sent_is_said_only_where_stocks_send() -> None:
    """Without warehouses and transfers there are no such rows; the columns of the stock table stay."""
    m = told(operation([], [Desk("kits", takes=[("kits", 1, 0)])], [Shelf("kits", 3)]))
    assert "transferred_in" not in set(m.indicators["indicator"])
    assert m.stock["transferred_in"].tolist() == [0, 0]


def test_the_stocks_balance_and_what_left_and_did_not_arrive_is_under_way() -> None:
    """Each stock: opening + in − out = closing, every day. All together: out − in = what arrives after the end."""
    story = operation(
        [Party(f"{day} {hour:02d}:00", {"kits": 20}, size=4) for day in range(4) for hour in (8, 12, 22)],
        [Desk("kits", takes=[("kits", 1, 1)])],
        [
            Shelf("kits", 20, [("1 09:00", -4)], reorder=(12, 30, 22 * 60, 0), source="kabul.kits"),
            Shelf("kabul.kits", 15, [("1 12:00", 40)], reorder=(10, 50, 30 * 60, 0), warehouse=True),
            Shelf("tents", 9),
            Shelf("spare.tents", 2, warehouse=True),
        ],
        transfers=[("1 09:00", "tents", "spare.tents", 5, 60), ("3 20:00", "tents", "spare.tents", 3, 24 * 60)],
        days=4,
    )
    m = told(story)
    for _, one in m.stock.groupby(["crossing", "stock"]):
        comes = one["received"] + one["transferred_in"]
        goes = one["issued"] + one["transferred_out"] + one["lost"]
        assert (one["opening"] + comes - goes == one["closing"]).all()
        assert one["closing"].tolist()[:-1] == one["opening"].tolist()[1:]
    under_way = m.stock["transferred_out"].sum() - m.stock["transferred_in"].sum()
    # Shipments to the crossing take 22 hours: those of the last 22 are on the road, and so are three tents.
    ledger = story.journal.ledger
    out = (ledger.entry == Entry.TRANSFERRED_OUT) & (ledger.stock == 1)
    late = out & (ledger.second + 22 * H >= story.network.end_second)
    assert under_way == ledger.quantity[late].sum() + 3 > 3
    assert value(m, "transferred_in", crossing="", item="spare.tents") == 5


def test_units_of_a_warehouse_are_those_of_its_item() -> None:
    """``kabul.water`` is given in the unit of ``water``."""
    m = told(depot())
    own = scenario({"any": desk()}, crossings=["here"], stocks={"water": {"opening": "5 l"}})
    table = summarise(m.indicators.replace({"item": {"kabul.kits": "kabul.water"}}).assign(plan="base"), own)
    rows = table[(table["item"] == "kabul.water") & (table["indicator"] == "received")]
    assert rows["unit"].tolist() == ["l"]


# -- what would have to be ordered -------------------------------------------------------------------------------------


def fed(reorder: tuple[int, int, float, float]) -> Story:
    """Five persons eat at 12:00 and 18:00 of both days; eight meals are there, six come at 12:00 of day 1."""
    return operation(
        [Party("08:00", {"desk": 48 * 60}, size=5)],
        [Desk("desk")],
        [Shelf("meals", 8, [("1 12:00", 6)], reorder=reorder)],
        rooms=[Room("camp", "desk", "desk", [("00:00", 9)], uses=[("meals", 1, ["12:00", "18:00"])])],
    )


def test_a_ration_that_could_not_be_given_is_a_need_of_its_second() -> None:
    """Short by 2 at 18:00, by 5 more at the next noon (the delivery of that second is too late), not in the evening."""
    # The lead time is 12 h; the reorder point of −1 keeps the policy from ordering.
    m = told(fed((-1, 10, 12 * 60, 0)))
    assert days(m, "meals")["unmet"].tolist() == [2, 5]
    # Ordered at midnight it comes at 12:00, after the ration of that second, and before the one at 18:00.
    np.testing.assert_array_equal(days(m, "meals")["extra_needed"], [7, np.nan])
    m = told(fed((-1, 10, 12 * 60 - 1, 0)))
    np.testing.assert_array_equal(days(m, "meals")["extra_needed"], [7, np.nan])


def test_an_order_that_comes_in_the_second_of_a_ration_is_too_late_for_it() -> None:
    """The ration is at 18:00: an order that arrives in that second does not help, one a second earlier does."""

    def extra(lead_minutes: float) -> list[float]:
        story = operation(
            [Party("08:00", {"desk": 12 * 60}, size=5)],
            [Desk("desk")],
            [Shelf("meals", 3, reorder=(-1, 10, lead_minutes, 0))],
            rooms=[Room("camp", "desk", "desk", [("00:00", 9)], uses=[("meals", 1, ["18:00"])])],
            days=1,
        )
        found: list[float] = told(story).stock["extra_needed"].tolist()
        return found

    np.testing.assert_array_equal(extra(18 * 60 - 1 / 60), [2])
    np.testing.assert_array_equal(extra(18 * 60), [np.nan])


def test_a_warehouse_needs_what_is_ordered_of_it_when_it_is_ordered() -> None:
    """Three of the eight kits ordered at 08:00 are owed until noon: an extra order that comes by 08:00 would do."""
    story = operation(
        [Party("1 08:00", {"kits": 10})],
        [Desk("kits", takes=[("kits", 1, 0)])],
        [
            Shelf("kits", 3, reorder=(2, 10, 120, 0), source="kabul.kits"),
            Shelf("kabul.kits", 5, [("1 12:00", 9)], reorder=(-1, 1, 24 * 60, 0), warehouse=True),
        ],
    )
    np.testing.assert_array_equal(days(told(story), "kabul.kits")["extra_needed"], [3, np.nan])
    # With three more in the warehouse from the beginning none is needed.
    enough = operation(
        [Party("1 08:00", {"kits": 10})],
        [Desk("kits", takes=[("kits", 1, 0)])],
        [
            Shelf("kits", 3, reorder=(2, 10, 120, 0), source="kabul.kits"),
            Shelf("kabul.kits", 8, [("1 12:00", 9)], reorder=(-1, 1, 24 * 60, 0), warehouse=True),
        ],
    )
    np.testing.assert_array_equal(days(told(enough), "kabul.kits")["extra_needed"], [0, 0])


def test_what_a_warehouse_sent_in_the_warm_up_is_no_need_and_what_it_still_owes_is_one_at_once() -> None:
    """Ordered seven hours before the start and all sent by then: none is needed. Still owed at the start: too late."""
    story = depot()
    lead = dataclasses.replace(story.network.stocks[1], lead_time=story.network.stocks[0].lead_time)
    network = dataclasses.replace(story.network, stocks=(story.network.stocks[0], lead))
    for hours, expected in ((15, [0, 0]), (10, [np.nan, np.nan])):
        ledger = dataclasses.replace(story.journal.ledger, second=story.journal.ledger.second - hours * H)
        moved = dataclasses.replace(story, network=network, journal=dataclasses.replace(story.journal, ledger=ledger))
        np.testing.assert_array_equal(days(told(moved), "kabul.kits")["extra_needed"], expected)
