"""Whatever stands in a scenario file, the answer is a scenario or faults with their places."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written import WRONG

from borderflow.scenario.faults import ScenarioFaults
from borderflow.scenario.load import load
from borderflow.scenario.resolve import resolved

TEXT = (WRONG / "base.yaml").read_text()
PIECES = [found.span() for found in re.finditer(r"[A-Za-z0-9_.%/:-]+", TEXT)]
ODD = st.one_of(
    st.sampled_from([
        "", "3", "-1", "1.5", "true", "no", "null", "[]", "{}", "[1, 2]", "{a: 1}", "{value: 3}", "{evidence: [a]}",
        "{value: {}, range: [1]}", "{value: {value: 3, assumed: a}, assumed: b}", "2023-10-01", "07:00", "24 h", "1 d",
        "{2023-10-01: 3}", "{2023-10-01: {a: 1}}", "&a x", "*a", "!!str 3", "'", '"', "}", "]", "\t", "\x07", "é\u2028",
        "0x" + "f" * 399, "9" * 30, ".nan", "1e400", "{1: 0.5, 2: 0.5}", "[null]", "gate", "{? [a] : b}", "<<", "# x",
    ]),
    st.text(max_size=6),
)  # fmt: skip


@settings(max_examples=80)
@given(st.lists(st.tuples(st.sampled_from(PIECES), ODD), min_size=1, max_size=3, unique_by=lambda one: one[0]))
def test_any_change_of_a_file_is_read_or_refused_in_lines(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[tuple[int, int], str]]
) -> None:
    """No text ends in a traceback; every fault has a file, a line and one line of text; what loads also resolves."""
    text = TEXT
    for (first, last), odd in sorted(changes, reverse=True):
        text = text[:first] + odd + text[last:]
    path = tmp_path_factory.mktemp("any") / "any.yaml"
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
