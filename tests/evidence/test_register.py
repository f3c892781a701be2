"""The register: it loads whole, or says everything that is wrong with it, in one pass."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest

from borderflow.evidence.register import Register, RegisterFaults, load
from borderflow.evidence.rows import Capacity, Event, Flow

SHIPPED = Path(__file__).parents[2] / "scenarios" / "evidence"

FLOWS = (
    "id,crossing,population,quantity,value,unit,qualifier,start_date,end_date,publisher,title,published,url,note\n"
    "day-1,torkham,all,daily_returns,4709.0,persons/day,exact,2023-10-26,2023-10-26,APP,A title,2023-10-27,,\n"
    'day-2,both,all,cumulative_returns,51000.0,persons,over,2023-09-17,2023-10-20,APP,"With ""quotes""",,,"a, b"\n'
)
EVENTS = (
    "id,date_start,date_end,crossing,kind,summary,publisher,url\n"
    "deadline,2023-10-31,2023-11-01,both,deadline,The voluntary period ends,Reuters,\n"
)
CAPACITY = (
    "id,crossing,step,quantity,value,unit,qualifier,start_date,end_date,publisher,title,published,url,note\n"
    "CA10,torkham,cash,families paid in a peak 24 h,2500.0,families/day,exact,,,High Commission,,,,\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("flows", FLOWS), ("events", EVENTS), ("capacity", CAPACITY)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def change(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / f"{name}.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def faults(folder: Path) -> list[str]:
    """The faults of a register, with the folder left out of the file names."""
    with pytest.raises(RegisterFaults) as caught:
        load(folder)
    return [fault.replace(f"{folder}/", "") for fault in caught.value.faults]


def test_the_shipped_register_loads_whole() -> None:
    register = load(SHIPPED)
    assert (len(register.flows), len(register.events), len(register.capacity)) == (365, 46, 333)


def test_ids_of_the_shipped_register_are_unique_over_its_files() -> None:
    register = load(SHIPPED)
    assert len(set(register.ids)) == len(register) == 365 + 46 + 333


def test_a_row_is_read_as_it_stands(folder: Path) -> None:
    register = load(folder)
    assert register.flows[0] == Flow(
        *("day-1", "torkham", "all", "daily_returns", 4709.0, "persons/day", "exact"),
        *(date(2023, 10, 26), date(2023, 10, 26), "APP", "A title", "2023-10-27", "", ""),
    )
    assert (register.flows[1].title, register.flows[1].note) == ('With "quotes"', "a, b")
    assert register.events[0].start == date(2023, 10, 31)
    assert (register.capacity[0].start, register.capacity[0].end) == (None, None)


def test_a_register_is_frozen(folder: Path) -> None:
    register = load(folder)
    with pytest.raises(FrozenInstanceError):
        register.flows = ()  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        register.flows[0].value = 0.0  # type: ignore[misc]


def test_select_keeps_the_order_asked_for(folder: Path) -> None:
    rows = load(folder).select(["CA10", "deadline", "day-1"])
    assert [type(row) for row in rows] == [Capacity, Event, Flow]


def test_select_names_every_unknown_id(folder: Path) -> None:
    with pytest.raises(KeyError) as caught:
        load(folder).select(["day-1", "CA01", "dedline", "CA01"])
    assert caught.value.args[0] == (
        "no evidence 'CA01', did you mean 'CA10'?; no evidence 'dedline', did you mean 'deadline'?"
    )


def test_membership_and_iteration(folder: Path) -> None:
    register = load(folder)
    assert "CA10" in register
    assert "CA99" not in register
    assert [row.id for row in register] == ["day-1", "day-2", "deadline", "CA10"] == list(register.ids)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        pytest.param(
            *(
                "flows",
                "4709.0",
                "4,709",
                "flows.csv:2:1 row 2: has 15 cells, the table has 14 columns "
                "(got 'day-1,torkham,all,daily_returns,4,709,persons/day,exact,2...')",
            ),
            id="thousands mark, unquoted",
        ),
        pytest.param(
            *("flows", "4709.0", '"4,709"'),
            "flows.csv:2:5 day-1.value: not a number; write digits with a decimal point and without thousands marks "
            "(got '4,709')",
            id="thousands mark",
        ),
        pytest.param(
            *("flows", "4709.0", "nan"),
            "flows.csv:2:5 day-1.value: not a number; write digits with a decimal point and without thousands marks "
            "(got 'nan')",
            id="not a number",
        ),
        pytest.param(
            *("flows", "4709.0", "-1"),
            "flows.csv:2:5 day-1.value: must lie between 0 and a million million (got '-1')",
            id="negative",
        ),
        pytest.param(
            *("flows", "4709.0", "٣"),
            "flows.csv:2:5 day-1.value: not a number; write digits with a decimal point and without thousands marks "
            "(got '٣')",
            id="other digits",
        ),
        pytest.param(
            *("flows", "day-1,torkham", "day-1,torkam"),
            "flows.csv:2:2 day-1.crossing: unknown crossing, did you mean 'torkham'? (got 'torkam')",
            id="crossing",
        ),
        pytest.param(
            *("flows", "exact", "circa"),
            "flows.csv:2:7 day-1.qualifier: unknown qualifier; write one of exact, about, nearly, over, at_least, "
            "range_low, up_to, under, range_high (got 'circa')",
            id="qualifier",
        ),
        pytest.param(
            *("flows", "exact", ""),
            "flows.csv:2:7 day-1.qualifier: unknown qualifier; write one of exact, about, nearly, over, at_least, "
            "range_low, up_to, under, range_high (got '')",
            id="no qualifier",
        ),
        pytest.param(
            *("flows", "2023-10-26,2023-10-26", "26/10/2023,2023-10-26"),
            "flows.csv:2:8 day-1.start_date: not a date; write it as year-month-day, such as '2023-11-01' "
            "(got '26/10/2023')",
            id="date of another form",
        ),
        pytest.param(
            *("flows", "2023-10-26,2023-10-26", "2023-10-26,2023-02-30"),
            "flows.csv:2:9 day-1.end_date: not a date; write it as year-month-day, such as '2023-11-01' "
            "(got '2023-02-30')",
            id="no such day",
        ),
        pytest.param(
            *("flows", "2023-10-26,2023-10-26", "2023-10-26,2023-10-25"),
            "flows.csv:2:9 day-1.end_date: lies before 'start_date' (2023-10-26) (got '2023-10-25')",
            id="end before start",
        ),
        pytest.param(
            *("flows", "day-2", "day-1"),
            "flows.csv:3:1 day-1.id: the id stands already at flows.csv:2 (got 'day-1')",
            id="id twice in a file",
        ),
        pytest.param(
            *("capacity", "CA10", "deadline"),
            "capacity.csv:2:1 deadline.id: the id stands already at events.csv:2 (got 'deadline')",
            id="id twice over the files",
        ),
        pytest.param(*("flows", "day-1", ""), "flows.csv:2:1 row 2.id: must not be empty (got '')", id="no id"),
        pytest.param(
            *("flows", "day-1", "day 1"),
            "flows.csv:2:1 day 1.id: an id has 1 to 64 letters, digits, '_' or '-' (got 'day 1')",
            id="id with a space",
        ),
        pytest.param(
            *("flows", "daily_returns,4709.0,persons/day", "share,49,fraction"),
            "flows.csv:2:5 day-1.value: a fraction lies between 0 and 1 (got '49')",
            id="share over 1",
        ),
        pytest.param(
            *("events", "2023-10-31", ""),
            "events.csv:2:2 deadline.date_start: not a date; write it as year-month-day, such as '2023-11-01' (got '')",
            id="event without a date",
        ),
        pytest.param(
            *("capacity", "step,quantity", "stage,quantity"),
            "capacity.csv:1:3 capacity: unknown column, did you mean 'step'? (got 'stage')|"
            "capacity.csv:1:3 capacity: the column 'step' is missing",
            id="another column",
        ),
        pytest.param(
            *("flows", "population,quantity", "quantity,population"),
            "flows.csv:1:1 flows: the columns must stand in the order id, crossing, population, quantity, value, unit, "
            "qualifier, start_date, end_date, publisher, title, published, url, note "
            "(got 'id,crossing,quantity,population,value,unit,qualifier,star...')",
            id="columns in another order",
        ),
        pytest.param(
            *("flows", '"With ""quotes""",,,"a, b"\n', '"With ""quo'),
            "flows.csv:3:1 row 3: not readable as CSV: unexpected end of data",
            id="broken off",
        ),
    ],
)
def test_a_fault_names_its_place_and_what_is_wrong(folder: Path, name: str, old: str, new: str, message: str) -> None:
    change(folder, name, old, new)
    assert faults(folder) == message.split("|")


def test_all_faults_of_all_files_come_at_once(folder: Path) -> None:
    change(folder, "flows", "4709.0", "many")
    change(folder, "flows", "day-2,both", "day-2,bath")
    change(folder, "events", "both", "everywhere")
    change(folder, "capacity", "2500.0", "")
    assert [fault.split(": ")[0] for fault in faults(folder)] == [
        "flows.csv:2:5 day-1.value",
        "flows.csv:3:2 day-2.crossing",
        "events.csv:2:4 deadline.crossing",
        "capacity.csv:2:5 CA10.value",
    ]


def test_a_line_counts_the_lines_of_the_file_not_its_rows(folder: Path) -> None:
    change(folder, "flows", '"a, b"', '"a,\nb"')
    with (folder / "flows.csv").open("a", encoding="utf-8") as file:
        file.write("day-3,torkham,all,daily_returns,x,persons/day,exact,,,APP,,,,\n")
    assert faults(folder)[0].startswith("flows.csv:5:5 day-3.value: ")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "flows.csv:1:1 flows: the file is empty"),
        (b"\xff\xfei\x00", "flows.csv:1:1 flows: not UTF-8 at byte 0"),
        (b"a" * 5_000_001, "flows.csv:1:1 flows: larger than 5,000,000 bytes"),
    ],
    ids=["empty", "UTF-16", "too large"],
)
def test_a_file_that_is_no_table(folder: Path, data: bytes, message: str) -> None:
    (folder / "flows.csv").write_bytes(data)
    assert faults(folder) == [message]


def test_a_missing_file(folder: Path) -> None:
    (folder / "events.csv").unlink()
    assert faults(folder) == ["events.csv:1:1 events: there is no such file"]


def test_a_byte_order_mark_is_accepted(folder: Path) -> None:
    (folder / "flows.csv").write_bytes(b"\xef\xbb\xbf" + FLOWS.encode())
    assert isinstance(load(folder), Register)


def test_many_faults_are_cut_when_printed_and_kept_in_the_list(folder: Path) -> None:
    rows = "".join(f"x{n},torkham,all,daily_returns,?,persons/day,exact,,,APP,,,,\n" for n in range(60))
    (folder / "flows.csv").write_text(FLOWS + rows, encoding="utf-8")
    with pytest.raises(RegisterFaults) as caught:
        load(folder)
    assert len(caught.value.faults) == 60
    assert str(caught.value).splitlines()[-1] == "… and 10 more"


def texts(node: ast.expr) -> Iterator[str]:
    """The texts that an expression may give, with … for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from texts(one)
            yield from texts(other)
        case ast.BinOp(left=one):
            yield from texts(one)


def told_in(module: Path) -> Iterator[str]:
    """Every text that a module may print as a fault of the register."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "wrong":
            yield from texts(node.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "fault":
                for argument in node.args[1:4] if len(node.args) > 2 else node.args[1:]:
                    yield from texts(argument)
            elif node.func.attr == "append" and node.args and isinstance(node.args[0], ast.JoinedStr):
                yield from (text.partition(": ")[2] for text in texts(node.args[0]) if ":1:" in text)


def test_the_faults_on_the_page_are_those_of_the_code() -> None:
    """Each with its cure, and no other. A suggestion at the end ('did you mean …?') is left out."""
    root = Path(__file__).parents[2]
    _, _, table = (root / "docs" / "evidence.md").read_text(encoding="utf-8").partition("| it prints | cure |")
    cured = {text.rstrip("… ") for text in re.findall(r"^\| `(.+)` \| .+ \|$", table, re.MULTILINE)}
    modules = (root / "src" / "borderflow" / "evidence").glob("*.py")
    told = {text.replace("……", "…").removesuffix(" (got …)").rstrip("… ") for path in modules for text in told_in(path)}
    owners = {"", "row", "….", "basis"}  # what stands before a fault, not what is wrong
    assert told - owners == cured
