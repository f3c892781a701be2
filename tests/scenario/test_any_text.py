"""Whatever stands in a scenario file, the answer is a scenario or faults with their places."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written import WRONG

from borderflow.network.build import network
from borderflow.scenario.faults import ScenarioFaults
from borderflow.scenario.load import load
from borderflow.scenario.resolve import resolved

BASE = (WRONG / "base.yaml").read_text()
EVERY_WORD = (WRONG.parent / "example.yaml").read_text(encoding="utf-8")
PIECES = {text: [found.span() for found in re.finditer(r"[A-Za-z0-9_.%/:-]+", text)] for text in (BASE, EVERY_WORD)}
ODD = st.one_of(
    st.sampled_from([
        "", "3", "-1", "1.5", "true", "no", "null", "[]", "{}", "[1, 2]", "{a: 1}", "{value: 3}", "{evidence: [a]}",
        "{value: {}, range: [1]}", "{value: {value: 3, assumed: a}, assumed: b}", "2023-10-01", "07:00", "24 h", "1 d",
        "{2023-10-01: 3}", "{2023-10-01: {a: 1}}", "&a x", "*a", "!!str 3", "'", '"', "}", "]", "\t", "\x07", "é\u2028",
        "0x" + "f" * 399, "9" * 30, ".nan", "1e400", "{1: 0.5, 2: 0.5}", "[null]", "gate", "{? [a] : b}", "<<", "# x",
        "> 3", "< 5 l", "5 l", "2 d", "300 m2", "kabul", "torkham", "spin_boldak", "kits", "{queue: {gate: 50}}", "0 d",
        "torkham.crossed", "{for: 2 d}", "2023-10-31", "warehouses.kabul.kits.deliveries", "[people, supplies]",
        "{gamma: null}", '"\\ud800"', "9999-12-31", "0001-01-01",
    ]),
    st.text(max_size=6),
)  # fmt: skip


def changes_of(text: str) -> st.SearchStrategy[list[tuple[tuple[int, int], str]]]:
    """Up to three pieces of a text, each with something odd that takes its place."""
    piece = st.tuples(st.sampled_from(PIECES[text]), ODD)
    return st.lists(piece, min_size=1, max_size=3, unique_by=lambda one: one[0])


@settings(max_examples=80)
@given(changes_of(BASE))
def test_any_change_of_a_file_is_read_or_refused_in_lines(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[tuple[int, int], str]]
) -> None:
    """No text ends in a traceback; every fault has a file, a line and one line of text; what loads also resolves."""
    read_or_refused(tmp_path_factory.mktemp("any") / "any.yaml", BASE, changes)


@settings(max_examples=60)
@given(changes_of(EVERY_WORD))
def test_any_change_of_a_file_with_every_word_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[tuple[int, int], str]]
) -> None:
    """So for spaces, closures, warehouses, transfers and triggers; every plan of what loads can be built."""
    folder = tmp_path_factory.mktemp("any")
    shutil.copytree(WRONG.parent / "evidence", folder / "evidence")
    read_or_refused(folder / "any.yaml", EVERY_WORD, changes)


def read_or_refused(path: Path, text: str, changes: list[tuple[tuple[int, int], str]]) -> None:
    for (first, last), odd in sorted(changes, reverse=True):
        text = text[:first] + odd + text[last:]
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        scenario = load(path)
        found = None
    except ScenarioFaults as faults:
        scenario, found = None, faults.faults
    if scenario is None:
        assert found
        for fault in found:
            assert fault.file == str(path)
            assert fault.line >= 1
            assert fault.column >= 1
            assert "\n" not in str(fault)
            assert "Input should" not in fault.message
    else:
        path.write_text(resolved(scenario), encoding="utf-8")
        assert load(path) == scenario
        if scenario.days < 300:
            for plan in scenario.plans:
                network(scenario, plan)
