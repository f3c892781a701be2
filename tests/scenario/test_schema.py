"""The schema for editors says what the models say, and the reference page is written from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from written import WRONG

from borderflow.scenario.calibration import between, part, persons
from borderflow.scenario.kinds import KINDS, Kind, words
from borderflow.scenario.page import scenario_page
from borderflow.scenario.schema import blocks, schema, schema_text
from borderflow.scenario.tree import compose, plain, text_of

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "scenarios").rglob("*.yaml"))
IN_ONE_PLACE = [
    "A06_merge_key", "A12_words", "A13_numbers", "A15_digits", "A15_no_float", "A16_strict", "A17_unknown",
    "A18_missing", "A20_list", "A20_number", "A20_text", "A21_shorter", "A22_long", "A23_newer", "A23_older",
    "A23_text", "B01_desks", "B02_never_open", "B03_durations", "B04_hours", "B04_never_closed", "B06_dates",
    "B06_years", "B08_zones", "B10_shares", "B11_spreads", "B13_none", "B17_sizes", "B18_stocks", "B22_kind",
    "B24_names", "B27_escapes", "B28_evidence", "B29_float", "B29_large", "B29_negative", "B30_many", "B30_none",
    "closures", "numbers", "sources", "triggers", "twelve",
]  # fmt: skip
FIRST = "# yaml-language-server: $schema="


def as_json(value: Any) -> Any:
    """A tree as an editor sees it: names are text."""
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    return [as_json(item) for item in value] if isinstance(value, list) else value


def read(text: str) -> Any:
    return as_json(plain(compose(text, "f.yaml")[0]))


def refused(text: str) -> bool:
    return not Draft202012Validator(schema()).is_valid(read(text))


def test_the_schema_is_json_schema_2020_12() -> None:
    """It is a schema by its own dialect, and every reference in it leads somewhere."""
    Draft202012Validator.check_schema(schema())
    text = schema_text()
    referred = {part.partition('"')[0] for part in text.split('"$ref": "#/$defs/')[1:]}
    assert referred <= set(schema()["$defs"])


@pytest.mark.parametrize("path", [*SHIPPED, WRONG / "base.yaml", WRONG.parent / "example.yaml"], ids=lambda p: p.stem)
def test_every_right_file_is_accepted(path: Path) -> None:
    """Whole scenarios and the parts that they extend are valid as they are written."""
    found = list(Draft202012Validator(schema()).iter_errors(read(text_of(str(path)))))
    assert [list(one.absolute_path) for one in found] == []


@pytest.mark.parametrize(
    "text",
    [
        "titel: a",
        "households: {sice: 6}",
        "name: a/b",
        "name: con",
        "borderflow: 2",
        "start: 2023-13-01",
        "start: 01/11/2023",
        "seed: -1",
        "replications: 2.5",
        "replications: many",
        "warm_up: 7",
        "warm_up: 5 fortnights",
        "warm_up: -5 min",
        "warm_up: 5min30",
        "households: {deported: 1.2}",
        "households: {deported: 120 %}",
        "households: {groups: {undocumented: 0.9, afghan: 0.1}}",
        "households: {size: {fixed: 6, shares: {6: 1}}}",
        "households: {size: {shares: {61: 1}}}",
        "households: {specific_needs: {value: 0.1, evidence: SC05}}",
        "households: {specific_needs: {value: 0.1, asumed: guess}}",
        "households: {specific_needs: {value: 0.1, assumed: guess, range: [0.1]}}",
        "households: {specific_needs: {evidence: [SC05]}, children: half}",
        "crossings: {torkham: {stations: {gate: {desks: '3'}}}}",
        "crossings: {torkham: {stations: {gate: {desks: true}}}}",
        "crossings: {torkham: {stations: {gate: {desks: {2023-10-01: 3, later: 4}}}}}",
        "crossings: {torkham: {stations: {gate: {throughput: 24000}}}}",
        "crossings: {torkham: {stations: {gate: {throughput: 0 persons/day}}}}",
        "crossings: {torkham: {stations: {gate: {open: 7-19}}}}",
        "crossings: {torkham: {stations: {gate: {open: 07:00-25:00}}}}",
        "crossings: {torkham: {stations: {gate: {takes: {kits: 1}}}}}",
        "crossings: {torkham: {stations: {gate: {takes: {kits: 0 per household}}}}}",
        "crossings: {torkham: {stations: {gate: {queue: lifo}}}}",
        "crossings: {torkham: {stations: {gate: {service: 0 min}}}}",
        "crossings: {torkham: {stocks: {water: {opening: 10 gallons}}}}",
        "crossings: {torkham: {stocks: {water: {deliveries: [{quantity: 10}]}}}}",
        "crossings: {torkham: {arrivals: {hours: {5:00: 1}}}}",
        "crossings: {torkham: {spaces: {camp: {area: 45000}}}}",
        "crossings: {torkham gate: {}}",
        "costs: {desk_hour: 6}",
        "plans: {more: {changes: [{from: 2023-10-25, ad: {}}]}}",
        "extends: 3",
        "extends: []",
        "[a]",
        "{borderflow: 1, name: alone, title: It lacks most, start: 2023-10-01, end: 2023-10-02}",
    ],
)
def test_what_is_wrong_in_one_place_is_refused(text: str) -> None:
    """Wrong words, names, units and kinds of value are marked while they are written, in a part of a scenario too."""
    assert refused(text)


@pytest.mark.parametrize("name", IN_ONE_PLACE)
def test_a_wrong_file_is_refused_where_one_place_shows_it(name: str) -> None:
    """The faulty files whose fault shows at its own place are refused; what needs the rest of the scenario is not."""
    assert refused(text_of(str(WRONG / f"{name}.yaml")))


@pytest.mark.parametrize(
    "text",
    [
        "extends: [a.yaml, b.yaml]",
        "name: child\nextends: a.yaml",
        "warm_up: PT12M",
        "warm_up: 1 d 12 h",
        "warm_up: {value: 0 h, assumed: nothing waits}",
        "households: {deported: 95 %}",
        "households: {size: 6}",
        "households: {size: {value: 6, range: [5, 7], assumed: as in 2023}}",
        "households: {groups: {undocumented: 1, assumed: no card was shown}}",
        "crossings: {torkham: {households: null}}",
        "crossings: {torkham: {stations: {gate: {open: 20:00-04:00}}}}",
        "crossings: {torkham: {stations: {gate: {desks: {value: {2023-10-01: 3}, evidence: [SC05]}}}}}",
        "crossings: {torkham: {stations: {gate: {desks: {2023-10-01: {value: 3, evidence: [SC05]}}}}}}",
        "crossings: {torkham: {stations: {gate: {throughput: 500 households per day}}}}",
        "crossings: {torkham: {stations: {gate: {takes: {kits: 15 l per person}}}}}",
        "plans: {more: {changes: [{add: {torkham.stations.gate.desks: {value: 3, assumed: a}}}]}}",
    ],
)
def test_every_form_of_a_value_is_accepted(text: str) -> None:
    """A part may hold anything by itself, each value bare or with its source, ``null`` where it takes something out."""
    assert not refused(text)


@pytest.mark.parametrize("word", ["borderflow", "title", "start", "end", "households", "crossings", "plans"])
def test_a_scenario_that_extends_nothing_is_asked_for_what_it_must_have(word: str) -> None:
    """What is required is required of a whole scenario, whereas a file that extends another may leave it out."""
    data = read(text_of(str(WRONG / "base.yaml")))
    del data[word]
    assert not Draft202012Validator(schema()).is_valid(data)
    assert Draft202012Validator(schema()).is_valid({**data, "extends": "other.yaml"})


def test_an_inner_block_is_asked_for_what_it_must_have() -> None:
    """Blocks within a whole scenario are whole too."""
    data = read(text_of(str(WRONG / "base.yaml")))
    del data["crossings"]["torkham"]["fleets"]["trucks"]["seats"]
    assert not Draft202012Validator(schema()).is_valid(data)


def test_examples_and_defaults_are_themselves_right() -> None:
    """Every example and default in the schema is a value that the schema accepts at that place."""
    whole = schema()
    for name, held in whole["$defs"].items():
        for word, said in held.get("properties", {}).items():
            at = Draft202012Validator({"$ref": f"#/$defs/{name}/properties/{word}", "$defs": whole["$defs"]})
            for value in [*said.get("examples", []), *([said["default"]] if "default" in said else [])]:
                assert at.is_valid(value), f"{name}.{word}: {value}"


@pytest.mark.parametrize("reader", KINDS, ids=lambda reader: KINDS[reader].name)
def test_an_example_of_a_quantity_is_read_by_its_reader(reader: Any) -> None:
    """What the schema and the page give as an example of a quantity can be read as one, and matches its pattern."""
    kind: Kind = KINDS[reader]
    for example in kind.examples:
        reader(example)
        assert Draft202012Validator(kind.schema).is_valid(example)


FORMS = [
    *(0, 1, 0.5, -1, 2.5, True, None, [], {}, "", " ", "1", "0.5", "50 %", "0 %", "100.0 %", "101 %", "+5 %", "-1 %"),
    *("12 min", "12min", " 2 h ", "1 d 12 h", "1d12h", "1.5 h", "5 minutes", "5min30", "300", "0 h", "0.0 s", "-5 min"),
    *("PT12M", "P1DT2H", "P1W", "P", "PT", "PT-5M", "P1.5D", "1 week", "2 w", "3 days", "1 day", "30 sec", "٣ h"),
    *("07:00", "24:00", "24:01", "7:00", "07:60", "07:00:00", "07:00-19:00", "07:00 - 19:00", "24 h", "24h"),
    *("2023-11-01", "2023-13-01", "2023-1-1", "20231101", "2023-11-01T00:00", "5 l", "1.5 m3", "-5 l", "5 gallons"),
    *("1 per household", "15 l per person", "1.5 per person", "0 per person", "1 per family", "0.5 l per person"),
    *("24000 persons/day", "500 households per day", "500 households / day", "0 persons/day", "5 people/day", "5/day"),
    *("45 USD", "45USD", "45 usd", "-45 USD", "45", "4.5 AFN", "45000 m2", "0 m2", "-3 m2", "45000", "m2"),
    *("gate", "a/b", "con", "Con", "con1", "COM7", "a" * 64, "a" * 65, "dot.", "نوم", "_", "-"),
    *("kabul.kits", "kabul.con", "con.kits", "a.b.c", ".kits", "kabul."),
]  # fmt: skip


RANGES = (between, part, persons)


@pytest.mark.parametrize("reader", [one for one in KINDS if one not in RANGES], ids=lambda r: KINDS[r].name)
def test_the_schema_and_the_reader_of_a_quantity_agree(reader: Any) -> None:
    """What a reader takes its schema accepts, and what it refuses the schema refuses, for every form that is near."""
    at = Draft202012Validator(KINDS[reader].schema)
    taken = []
    for form in FORMS:
        try:
            reader(form)
        except (ValueError, TypeError):
            assert not at.is_valid(form), form
        else:
            assert at.is_valid(form), form
            taken.append(form)
    assert taken


@pytest.mark.parametrize(
    ("form", "read"),
    [
        ([4.5, 6.5], (4.5, 6.5)),
        ([1, 20], (1, 20)),
        ([0.9, 5], None),
        ([5, 21], None),
        ([4.5], None),
        ([4, 5, 6], None),
        (["4", "6"], None),
        (5, None),
        ({}, None),
    ],
)
def test_the_schema_and_the_reader_of_persons_in_a_family_agree(form: Any, read: tuple[float, float] | None) -> None:
    """But for two numbers that fall, which a schema cannot see."""
    assert Draft202012Validator(KINDS[persons].schema).is_valid(form) == (read is not None)
    if read is None:
        with pytest.raises(ValueError, match="two numbers that rise"):
            persons(form)
    else:
        assert persons(form) == read


def test_every_word_says_what_it_means() -> None:
    """Every word of every block has its description, and every block says what it is."""
    silent = [
        f"{model.__name__}.{word}"
        for model in blocks()
        for word in words(model)
        if not words(model)[word][0].description
    ]
    assert silent == []
    assert [model.__name__ for model in blocks() if "__doc__" not in vars(model) or not model.__doc__] == []


def test_the_schema_file_is_what_the_command_writes() -> None:
    """scenarios/scenario.schema.json: borderflow schema --force --out scenarios/scenario.schema.json."""
    text = (ROOT / "scenarios" / "scenario.schema.json").read_text(encoding="utf-8")
    assert text == schema_text()
    assert json.loads(text) == schema()


def test_the_reference_page_is_what_its_generator_writes() -> None:
    """docs/scenario.md: python -m borderflow.scenario.page > docs/scenario.md."""
    assert (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8") == scenario_page()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_file_names_the_schema_in_its_first_line(path: Path) -> None:
    """An editor finds the schema from where the file lies."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    assert first.startswith(FIRST)
    assert (path.parent / first.removeprefix(FIRST)).resolve() == ROOT / "scenarios" / "scenario.schema.json"
