"""``show``: every value with its unit, origin, source and history; and what differs between two scenarios."""

from __future__ import annotations

import json
from pathlib import Path

from program import Cli

from borderflow.commands.show import stacked


def test_a_value_overridden_three_times_shows_its_whole_history(cli: Cli, tmp_path: Path) -> None:
    """Who wrote it, where, and what it was before, down to the first."""
    gate = "crossings: {torkham: {stations: {gate: {desks: {value: %s, assumed: %s}}}}}\n"
    (tmp_path / "a.yaml").write_text("extends: small.yaml\n" + gate % (7, "seen"))
    (tmp_path / "b.yaml").write_text("extends: a.yaml\n" + gate % (8, "told"))
    ended = cli("show", "b.yaml", "torkham.stations.gate.desks", "--set", "torkham.stations.gate.desks=9")
    assert ended.returncode == 0
    assert [line.split() for line in ended.stdout.splitlines()[:5]] == [
        ["PATH", "VALUE", "ORIGIN", "SOURCE"],
        ["crossings.torkham.stations.gate.desks", "9", "desks", "--set", "#1", "no", "source"],
        ["was", "8", "desks", "b.yaml:2", "assumed:", "told"],
        ["was", "7", "desks", "a.yaml:2", "assumed:", "seen"],
        ["was", "6", "desks", "small.yaml:22", "no", "source"],
    ]


def test_json_has_unit_origin_source_and_plan(cli: Cli) -> None:
    """--plan: what the plan's change comes to on its first day, and what it was."""
    ended = cli("show", "small.yaml", "torkham.stations.registration.desks", "--plan", "more_desks", "--json")
    written, planned = json.loads(ended.stdout)["values"]
    assert (written["value"], written["unit"], written["rests_on"]) == (4, "desks", "assumed")
    assert written["source"]["range"] == [2, 8]
    assert written["origin"] == {"kind": "file", "file": "small.yaml", "line": 25, "column": 24}
    assert (planned["value"], planned["history"][0]["value"]) == (10, 4)
    assert planned["plan"] == {
        "name": "more_desks", "change": "plans.more_desks.changes[0].add", "does": "add 6 from 2023-10-31",
    }  # fmt: skip


def test_globs_and_sources_filter(cli: Cli) -> None:
    """'*.desks' is any path that ends so; --source keeps what rests on it; a path that is not there is wrong use."""
    found = json.loads(cli("show", "small.yaml", "*.desks", "--source", "none", "--json").stdout)["values"]
    assert [one["path"] for one in found] == [
        "crossings.torkham.stations.gate.desks",
        "crossings.torkham.stations.kits.desks",
        "crossings.spin_boldak.stations.gate.desks",
        "crossings.spin_boldak.stations.registration.desks",
    ]
    wrong = cli("show", "small.yaml", "torkham.stations.gat")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr == "borderflow: there is no value at 'torkham.stations.gat', did you mean 'gate'?\n"


def test_a_difference_compares_what_values_mean(cli: Cli, tmp_path: Path) -> None:
    """60 min and 1 h are the same, and so is a default that is written out; what differs has both origins."""
    text = (tmp_path / "small.yaml").read_text()
    (tmp_path / "same.yaml").write_text(
        text.replace("60 min", "1 h").replace("desks: 2,", "desks: 2, serves: household,")
    )
    assert cli("show", "small.yaml", "--diff", "same.yaml").stdout == (
        "no value differs between small.yaml and same.yaml\n"
    )
    (tmp_path / "other.yaml").write_text("extends: small.yaml\nseed: 8\nwarm_up: 0 h\n")
    ended = cli("show", "small.yaml", "--diff", "other.yaml")
    assert ended.returncode == 0
    assert ended.stdout.splitlines() == [
        "old: small.yaml",
        "new: other.yaml",
        "",
        "seed (changed)",
        "  old  7  small.yaml:6  a choice",
        "  new  8  other.yaml:2  a choice",
        "",
        "1 changed, 0 added, 0 removed, 0 same value, another source",
    ]


def test_nothing_is_cut_and_a_narrow_terminal_wraps() -> None:
    """In a terminal a value stands over several lines, all of its words there."""
    reason = "assumed: " + "a long reason " * 12
    lines = stacked([("crossings.torkham.stations.gate.desks", "6 desks", "small.yaml:21", reason)], 40)
    assert max(map(len, lines)) <= 40
    assert " ".join(" ".join(lines).split()).endswith(reason.strip())
