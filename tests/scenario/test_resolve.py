"""A scenario written out as resolved is the same scenario."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_sources import TEXT
from written import Folder

from borderflow.scenario.load import load
from borderflow.scenario.resolve import _entry, content_hash, files, resolved
from borderflow.scenario.scenario import Source
from borderflow.scenario.targets import targets
from borderflow.scenario.tree import Node, Place, compose, plain

NOWHERE = Place("", 1, 1)


def test_a_resolved_scenario_loads_to_the_same(folder: Folder) -> None:
    """Text → scenario → text → scenario: equal values, equal sources, equal bytes, equal hash."""
    once = folder.load(TEXT, ["torkham.stations.gate.open=24 h", "title='no: #1'"])
    text = resolved(once)
    folder.write("results/s/scenario.yaml", text)
    shutil.copytree("evidence", "results/s/evidence")
    again = load("results/s/scenario.yaml")
    assert again == once
    assert again.sources == once.sources
    assert resolved(again) == text
    assert content_hash(again) == content_hash(once)


def test_a_resolved_scenario_says_nothing_of_this_machine(folder: Folder) -> None:
    """No path of the machine, no 'extends'; the register lies beside it."""
    scenario = load(folder.write("s.yaml", f"extends: base.yaml\n{TEXT}").absolute())
    text = resolved(scenario)
    assert str(folder.path) not in text
    assert "extends:" not in text
    assert "\nregister: evidence\n" in text
    assert [path.name for path in files(scenario)] == ["flows.csv", "events.csv", "capacity.csv"]
    assert all(path.is_file() for path in files(scenario))


def test_the_hash_is_of_what_is_said_not_of_how(folder: Folder) -> None:
    """Comments, order of words at the top and the files it was made from do not change the hash; a value does."""
    whole = (folder.path / "base.yaml").read_text()
    head, tail = whole.split("plans:\n")
    folder.write("other.yaml", "plans:\n" + tail + head + "# a comment\n")
    assert content_hash(load("other.yaml")) == content_hash(load("base.yaml")) == content_hash(folder.load())
    assert content_hash(folder.load("seed: 1")) != content_hash(load("base.yaml"))


def test_a_scenario_travels_to_worker_processes(folder: Folder) -> None:
    """A scenario pickles and copies whole, and stays frozen."""
    scenario = folder.load(TEXT)
    for other in (pickle.loads(pickle.dumps(scenario)), copy.deepcopy(scenario)):
        assert other == scenario
        assert other.sources == scenario.sources
        assert resolved(other) == resolved(scenario)
        with pytest.raises(TypeError):
            other.crossings["torkham"].stations["gate"] = None


def test_a_fresh_process_reads_it_the_same(folder: Folder) -> None:
    """A scenario arrives in a process that was spawned, and can be copied and resolved there."""
    scenario = folder.load(TEXT)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(content_hash, (scenario,)) == content_hash(scenario)
        assert pool.apply(targets, (scenario, "more_desks")) == targets(scenario, "more_desks")


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml")), ids=lambda p: p.stem)
def test_the_shipped_scenarios_resolve(path: Path, tmp_path: Path) -> None:
    """Every shipped scenario loads, and its resolved text loads to the same."""
    scenario = load(path)
    (tmp_path / "evidence").mkdir()
    for file in files(scenario):
        shutil.copy(file, tmp_path / "evidence")
    (tmp_path / "scenario.yaml").write_text(resolved(scenario), encoding="utf-8")
    again = load(tmp_path / "scenario.yaml")
    assert again == scenario
    assert resolved(again) == resolved(scenario)


words = st.one_of(st.text(min_size=1, max_size=8), st.integers(0, 30)).filter(
    lambda word: word not in ("value", "phase")
)
scalars = st.one_of(
    st.text(max_size=12),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.sampled_from(
        ["no", "null", "~", "1e3", "07:00", "2023-10-01", "- a", "a: b", "a #b", "x" * 200, "\x85", "\ufeff"]
    ),
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3))


def node_of(value: object) -> Node:
    if isinstance(value, dict):
        return Node({word: node_of(held) for word, held in value.items()}, NOWHERE)
    return Node([node_of(held) for held in value] if isinstance(value, list) else value, NOWHERE)


@given(st.dictionaries(words, values, min_size=1, max_size=4))
def test_any_tree_reads_back_as_it_was_written(value: dict[str, object]) -> None:
    """Whatever text, number or nesting a file holds, the text written out reads back as the same."""
    text = "".join(f"{line}\n" for word, held in value.items() for line in _entry(word, node_of(held), 0))
    root, faults = compose(text, "f.yaml")
    assert not faults
    assert plain(root) == value
    assert repr(plain(root)) == repr(value)


def test_a_source_is_written_in_the_words_it_was_read_from() -> None:
    """A bare value with a source is written as a mapping with ``value``; a block has its source words last."""
    source = Source(evidence=("A1",), assumed="a guess", range=(1, 3))
    assert list(_entry("desks", Node(2, NOWHERE, source=source), 1)) == [
        "  desks: {value: 2, evidence: [A1], assumed: a guess, range: [1, 3]}"
    ]
    block = Node({"mean": Node("3 min", NOWHERE)}, NOWHERE, source=Source(calibrated="fit"))
    assert list(_entry("gamma", block, 2)) == ["    gamma: {mean: 3 min, calibrated: fit}"]
