"""Items that only a warehouse holds: they may have a price, and a standard may speak of them."""

from __future__ import annotations

from written import Folder

STORE = """
warehouses:
  kabul: {tents: {opening: 9000, reorder_at: 10, order_up_to: 20, lead_time: 1 d}}
"""
STANDARD = "standards: {tents: {indicator: lowest, %s, at_least: 100}}\n"


def test_an_item_of_a_warehouse_alone_has_a_price(folder: Folder) -> None:
    """A cost is of what any crossing or warehouse holds; what nothing holds is refused, with what is near."""
    scenario = folder.load(f"{STORE}costs: {{tents: 90 USD}}\n")
    assert scenario.costs["tents"].number == 90
    assert not [warning for warning in scenario.warnings if "costs" in str(warning)]
    (said,) = folder.faults(f"{STORE}costs: {{tentz: 90 USD}}\n")
    assert said.endswith("costs.tentz: nothing is named 'tentz' here, did you mean 'tents'?")


def test_a_fund_buys_for_a_warehouse_by_that_price(folder: Folder) -> None:
    fund = "funds: {relief: {opening: 500 USD, buys: [tents]}}\n"
    assert folder.load(f"{STORE}costs: {{tents: 90 USD}}\n{fund}").funds["relief"].prices == ("tents",)
    (said,) = folder.faults(f"{STORE}costs: {{kits: 90 USD}}\n{fund}")
    assert said.endswith("'costs' has no price of 'tents', which this fund pays")


def test_a_standard_names_it_with_its_warehouse(folder: Folder) -> None:
    """WAREHOUSE.ITEM; the item alone is unknown at the crossings, and a warehouse belongs to none of them."""
    assert folder.load(STORE + STANDARD % "item: kabul.tents").standards["tents"].item == "kabul.tents"
    for item, says in (
        ("kabul.tentz", "there is no stock 'kabul.tentz', did you mean 'kabul.tents'?"),
        ("tents", "there is no stock 'tents'"),
    ):
        (said,) = folder.faults(STORE + STANDARD % f"item: {item}")
        assert f"standards.tents.item: {says}" in said
    (said,) = folder.faults(STORE + STANDARD % "item: kabul.tents, crossing: torkham")
    says = (
        "standards.tents.crossing: what a warehouse holds belongs to no crossing; leave 'crossing' out (got 'torkham')"
    )
    assert said.endswith(says)
