"""A judged register: who counted, what each row is good for, what is told twice, and totals that only grow."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from borderflow.evidence.register import (
    BASIS_COLUMNS,
    CAPACITY_COLUMNS,
    EVENT_COLUMNS,
    FLOW_COLUMNS,
    JUDGED_COLUMNS,
    RegisterFaults,
    load,
)
from borderflow.evidence.rows import Flow

ROW: dict[str, str] = {
    **dict.fromkeys((*FLOW_COLUMNS, *JUDGED_COLUMNS), ""),
    "crossing": "torkham",
    "population": "all",
    "quantity": "daily_returns",
    "value": "100",
    "unit": "persons/day",
    "qualifier": "exact",
    "start_date": "2023-11-01",
    "end_date": "2023-11-01",
    "publisher": "APP",
    "basis": "kp_home",
    "basis_reason": "it is named",
    "use": "fit",
    "use_reason": "a day count",
}
TOTAL = {"quantity": "cumulative_returns", "unit": "persons", "series": "kp", "start_date": "2023-09-17"}


def row(id: str, **cells: str) -> dict[str, str]:
    return {**ROW, "id": id, **cells}


def written(folder: Path, *rows: dict[str, str], capacity: str = "") -> Path:
    columns = (*FLOW_COLUMNS, *JUDGED_COLUMNS)
    lines = [",".join(columns), *(",".join(f'"{one[name]}"' for name in columns) for one in rows)]
    (folder / "flows.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "events.csv").write_text(",".join(EVENT_COLUMNS) + "\n", encoding="utf-8")
    (folder / "capacity.csv").write_text(",".join(CAPACITY_COLUMNS) + ",same_count_as\n" + capacity, encoding="utf-8")
    bases = [
        ",".join(BASIS_COLUMNS),
        "kp_home,the department,people,Torkham,2023-09-17,exact,KP,0.02,0.9,1.1,it counts",
        "morr,the ministry,people,each,,20 %,MoRR,0.2,0.5,1.2,it rounds",
    ]
    (folder / "bases.csv").write_text("\n".join(bases) + "\n", encoding="utf-8")
    return folder


def faults(folder: Path) -> list[str]:
    with pytest.raises(RegisterFaults) as caught:
        load(folder)
    return [fault.replace(f"{folder}/", "") for fault in caught.value.faults]


def test_the_row_that_the_faults_are_made_from_is_right(tmp_path: Path) -> None:
    register = load(written(tmp_path, row("one"), row("two", **TOTAL)))
    assert [flow.basis for flow in register.flows] == ["kp_home", "kp_home"]
    assert list(register.bases) == ["kp_home", "morr"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        pytest.param(
            [row("one", basis="kp_hom")],
            "flows.csv:2:15 one.basis: no such basis in bases.csv, did you mean 'kp_home'? (got 'kp_hom')",
            id="unknown basis",
        ),
        pytest.param(
            [row("one", basis_reason="")],
            "flows.csv:2:16 one.basis_reason: must not be empty (got '')",
            id="basis without a reason",
        ),
        pytest.param(
            [row("one", use="fitt")],
            "flows.csv:2:17 one.use: unknown use, did you mean 'fit'? (got 'fitt')",
            id="unknown use",
        ),
        pytest.param(
            [row("one", use_reason="")],
            "flows.csv:2:18 one.use_reason: must not be empty (got '')",
            id="use without a reason",
        ),
        pytest.param(
            [row("one"), row("two", same_count_as="on", same_reason="a copy")],
            "flows.csv:3:19 two.same_count_as: no such flow, did you mean 'one'? (got 'on')",
            id="same count as nobody",
        ),
        pytest.param(
            [row("one", same_count_as="one", same_reason="a copy")],
            "flows.csv:2:19 one.same_count_as: a row is not its own root; leave it empty (got 'one')",
            id="same count as itself",
        ),
        pytest.param(
            [
                row("one"),
                row("two", same_count_as="one", same_reason="a copy"),
                row("three", same_count_as="two", same_reason="a copy"),
            ],
            "flows.csv:4:19 three.same_count_as: 'two' tells another row's count again; name 'one' (got 'two')",
            id="chain",
        ),
        pytest.param(
            [
                row("one", same_count_as="two", same_reason="a copy"),
                row("two", same_count_as="one", same_reason="a copy"),
            ],
            "flows.csv:2:19 one.same_count_as: 'two' tells another row's count again; name 'one' (got 'two')|"
            "flows.csv:3:19 two.same_count_as: 'one' tells another row's count again; name 'two' (got 'one')",
            id="cycle",
        ),
        pytest.param(
            [row("one"), row("two", same_count_as="one")],
            "flows.csv:3:20 two.same_reason: say why it is the same count (got '')",
            id="same count without a reason",
        ),
        pytest.param(
            [row("one", same_reason="a copy")],
            "flows.csv:2:20 one.same_reason: there is no 'same_count_as' to give a reason for (got 'a copy')",
            id="reason for nothing",
        ),
        pytest.param(
            [row("one", **{**TOTAL, "series": ""})],
            "flows.csv:2:21 one.series: a running total belongs to a series (got '')",
            id="running total without series",
        ),
        pytest.param(
            [row("one", series="kp")],
            "flows.csv:2:21 one.series: a series holds running totals, not 'daily_returns' (got 'kp')",
            id="series of a day count",
        ),
        pytest.param(
            [row("one", crossing_read="both")],
            "flows.csv:2:27 one.read_reason: say why it is read so (got '')",
            id="read otherwise without a reason",
        ),
        pytest.param(
            [row("one", read_reason="because")],
            "flows.csv:2:27 one.read_reason: nothing is read other than labelled (got 'because')",
            id="reason for reading as labelled",
        ),
        pytest.param(
            [row("one", crossing_read="torkham")],
            "flows.csv:2:22 one.crossing_read: the same as its label; leave it empty (got 'torkham')",
            id="read as labelled",
        ),
        pytest.param(
            [row("one", crossing_read="torkam", read_reason="a slip")],
            "flows.csv:2:22 one.crossing_read: unknown crossing_read, did you mean 'torkham'? (got 'torkam')",
            id="unknown crossing",
        ),
        pytest.param(
            [row("one", end_read="2023-10-31", read_reason="a slip")],
            "flows.csv:2:26 one.end_read: it would end before it starts (got '2023-10-31')",
            id="read to end before its start",
        ),
        pytest.param(
            [row("one", start_read="sometime", read_reason="a slip")],
            "flows.csv:2:25 one.start_read: not a date; write it as year-month-day, such as '2023-11-01' "
            "(got 'sometime')",
            id="read from no date",
        ),
        pytest.param(
            [row("one"), row("two", value="101")],
            "flows.csv:3:17 two.use: counted already at flows.csv:2 ('one'); name it in 'same_count_as' (got 'fit')",
            id="one day counted twice by one basis",
        ),
        pytest.param(
            [row("one"), row("two", quantity="families", unit="families", value="101")],
            "flows.csv:3:5 two.value: more families than the persons of 'one' (got '101')",
            id="more families than persons",
        ),
        pytest.param(
            [row("one", **TOTAL), row("two", **{**TOTAL, "end_date": "2023-11-02", "value": "99"})],
            "flows.csv:3:5 two.value: a running total does not fall: 'one' has 100 on 2023-11-01 (got '99')",
            id="falling total",
        ),
        pytest.param(
            [row("one", **TOTAL), row("two", **{**TOTAL, "end_date": "2023-11-02", "basis": "morr"})],
            "flows.csv:3:21 two.series: basis is 'morr', but 'kp_home' in 'one' of this series (got 'kp')",
            id="series of two bases",
        ),
        pytest.param(
            [row("one", **TOTAL), row("two", **{**TOTAL, "end_date": "2023-11-02", "start_date": "2023-10-01"})],
            "flows.csv:3:21 two.series: start is '2023-10-01', but '2023-09-17' in 'one' of this series (got 'kp')",
            id="series of two starts",
        ),
        pytest.param(
            [row("one", unit="persons", quantity="period_returns", value="10.5")],
            "flows.csv:2:5 one.value: persons come in whole numbers (got '10.5')",
            id="half a person",
        ),
        pytest.param(
            [row("one", value="1000000000")],
            "flows.csv:2:5 one.value: more than 100,000,000 persons/day (got '1000000000')",
            id="a thousand million persons",
        ),
        pytest.param(
            [row("one", start_date="45231", end_date="")],
            "flows.csv:2:8 one.start_date: not a date; write it as year-month-day, such as '2023-11-01' (got '45231')",
            id="serial number of a spreadsheet",
        ),
    ],
)
def test_a_fault_names_its_place(tmp_path: Path, rows: list[dict[str, str]], message: str) -> None:
    assert faults(written(tmp_path, *rows)) == message.split("|")


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param({"same_count_as": "one", "same_reason": "a copy"}, id="it says so"),
        pytest.param({"use": "context"}, id="it is not fitted"),
        pytest.param({"basis": "morr"}, id="another counted"),
        pytest.param({"population": "deported"}, id="another group"),
        pytest.param({"start_date": "2023-11-02", "end_date": "2023-11-02"}, id="another day"),
    ],
)
def test_two_rows_of_one_day_are_no_fault_where(tmp_path: Path, cells: dict[str, str]) -> None:
    assert len(load(written(tmp_path, row("one"), row("two", **cells)))) == 2


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param({"qualifier": "over"}, id="a lower bound takes nothing back"),
        pytest.param({"use": "contradicted"}, id="a row that is not fitted"),
    ],
)
def test_a_lower_number_is_no_fall_where(tmp_path: Path, cells: dict[str, str]) -> None:
    second = row("two", **{**TOTAL, "end_date": "2023-11-02", "value": "99", **cells})
    assert len(load(written(tmp_path, row("one", **TOTAL), second))) == 2


def test_a_fall_is_found_behind_a_bound_that_hides_it(tmp_path: Path) -> None:
    rows = [
        row("one", **TOTAL),
        row("two", **{**TOTAL, "end_date": "2023-11-02", "value": "50", "qualifier": "over"}),
        row("three", **{**TOTAL, "end_date": "2023-11-03", "value": "60"}),
    ]
    assert faults(written(tmp_path, *rows)) == [
        "flows.csv:4:5 three.value: a running total does not fall: 'one' has 100 on 2023-11-01 (got '60')"
    ]


def test_a_row_is_offered_as_it_is_read_and_keeps_its_label(tmp_path: Path) -> None:
    read = {"crossing_read": "both", "population_read": "por", "quantity_read": "registered", "start_read": "unknown"}
    flow = load(written(tmp_path, row("one", **read, end_read="2023-11-03", read_reason="so it is"))).flows[0]
    assert (flow.crossing, flow.population, flow.quantity) == ("both", "por", "registered")
    assert (flow.start, flow.end, flow.value) == (None, date(2023, 11, 3), 100)
    assert flow.label is not None
    assert (flow.label.crossing, flow.label.population, flow.label.quantity) == ("torkham", "all", "daily_returns")
    assert (flow.label.start, flow.label.end) == (date(2023, 11, 1), date(2023, 11, 1))


def test_a_row_that_is_read_as_labelled_has_no_label(tmp_path: Path) -> None:
    assert load(written(tmp_path, row("one"))).flows[0].label is None


def test_what_counts_is_fit_and_tells_its_own_count(tmp_path: Path) -> None:
    again = {"same_count_as": "one", "same_reason": "a copy"}
    register = load(written(tmp_path, row("one"), row("two", use="context"), row("three", **again)))
    assert [flow.counts for flow in register.flows] == [True, False, False]


def test_a_capacity_that_is_a_flow_too_names_it(tmp_path: Path) -> None:
    line = "EX1,torkham,gate,crossed,100,persons/day,exact,,,APP,,,,,{}\n"
    assert load(written(tmp_path, row("one"), capacity=line.format("one"))).capacity[0].same_count_as == "one"
    assert faults(written(tmp_path, row("one"), capacity=line.format("two"))) == [
        "capacity.csv:2:15 EX1.same_count_as: no such flow (got 'two')"
    ]


def test_a_judged_register_needs_its_bases(tmp_path: Path) -> None:
    (written(tmp_path, row("one")) / "bases.csv").unlink()
    assert faults(tmp_path) == ["bases.csv:1:1 bases: there is no such file"]


def test_a_basis_stands_once(tmp_path: Path) -> None:
    file = written(tmp_path, row("one")) / "bases.csv"
    once = file.read_text(encoding="utf-8")
    file.write_text(
        once.replace("morr,the ministry,people,each,", "kp_home,it,people,each,2023-09-17"), encoding="utf-8"
    )
    assert faults(tmp_path) == ["bases.csv:3:1 kp_home.basis: the basis stands already at bases.csv:2 (got 'kp_home')"]


def test_a_basis_has_a_row_for_each_way_of_counting(tmp_path: Path) -> None:
    """In the order of the days from which they hold, wherever they stand."""
    file = written(tmp_path, row("one")) / "bases.csv"
    more = [
        "kp_home,it,all,each,2023-12-01,rough,KP,0.1,0.8,1.2,so",
        "morr,it,all,each,2023-11-25,5 %,,0.05,0.5,0.8,so",
    ]
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([lines[0], *more, *lines[1:]]) + "\n", encoding="utf-8")
    bases = load(tmp_path).bases
    assert {name: [str(one.since) for one in ways] for name, ways in bases.items()} == {
        "kp_home": ["2023-09-17", "2023-12-01"],
        "morr": ["None", "2023-11-25"],
    }
    assert [one.relative_error for one in bases["kp_home"]] == [0.02, 0.1]


def test_the_columns_of_the_judgement_come_all_or_none(tmp_path: Path) -> None:
    file = written(tmp_path, row("one")) / "flows.csv"
    head, _, rest = file.read_text(encoding="utf-8").partition("\n")
    file.write_text(f"{head.replace(',use_reason', '')}\n{rest}", encoding="utf-8")
    assert faults(tmp_path) == ["flows.csv:1:18 flows: the column 'use_reason' is missing"]


def test_columns_parted_by_semicolons_are_refused_in_one_line(tmp_path: Path) -> None:
    file = written(tmp_path, row("one")) / "flows.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8")
    assert faults(tmp_path) == ["flows.csv:1:1 flows: the columns must be parted by commas (got ';')"]


def test_a_row_of_hxl_tags_is_passed_over(tmp_path: Path) -> None:
    file = written(tmp_path, row("one")) / "flows.csv"
    head, _, rest = file.read_text(encoding="utf-8").partition("\n")
    tags = "#meta+id" + "," * (len(FLOW_COLUMNS) + len(JUDGED_COLUMNS) - 1)
    file.write_text(f"{head}\n{tags}\n{rest}", encoding="utf-8")
    assert [flow.id for flow in load(tmp_path).flows] == ["one"]


def test_a_flow_without_judgement_is_what_it_was() -> None:
    flow = Flow(
        *("a", "torkham", "all", "daily_returns", 1.0, "persons/day", "exact", None, None, "APP", "", "", "", "")
    )
    assert (flow.basis, flow.use, flow.label, flow.counts) == ("", "", None, False)
