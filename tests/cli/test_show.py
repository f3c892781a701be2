"""``show``: every value with its unit, origin, source and history; and what differs between two scenarios."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
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


def test_a_choice_was_a_choice_before(cli: Cli) -> None:
    """Names, dates and settings need no source, nor did what they take the place of."""
    ended = cli("show", "small.yaml", "seed", "--set", "seed=8")
    assert [" ".join(line.split()) for line in ended.stdout.splitlines()[1:3]] == [
        "seed 8 --set #1 a choice",
        "was 7 small.yaml:6 a choice",
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


def in_a_terminal(folder: Path, columns: int, *arguments: str) -> str:
    """What a command prints in a terminal of so many columns."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    environment = {word: value for word, value in os.environ.items() if word not in ("COLUMNS", "LINES")}
    command = [sys.executable, "-m", "borderflow", *arguments]
    running = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE
    )  # fmt: skip
    os.close(theirs)
    printed = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # so Linux says that the other end is closed
            break
        if not piece:
            break
        printed += piece
    os.close(ours)
    assert running.stderr is not None
    assert (running.wait(60), running.stderr.read()) == (0, b"")
    running.stderr.close()
    return printed.decode().replace("\r\n", "\n")


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("more", [[], ["--diff", "other.yaml"]], ids=["show", "diff"])
def test_every_line_fits_the_terminal(cli: Cli, tmp_path: Path, columns: int, more: list[str]) -> None:
    """Values, what they rest on, what they were and the precedence are wrapped; a path alone stays whole."""
    reason = "seen there by those who counted the line at noon, day after day"
    gate = f"crossings: {{torkham: {{stations: {{gate: {{desks: {{value: 7, assumed: '{reason}'}}}}}}}}}}\n"
    (tmp_path / "other.yaml").write_text(f"extends: small.yaml\n{gate}")
    command = ["show", "small.yaml" if more else "other.yaml", "torkham.stations.gate.desks", *more]
    lines = in_a_terminal(tmp_path, columns, *command).splitlines()
    assert [line for line in lines if len(line) > columns and not line.startswith("crossings.torkham.")] == []
    assert lines.count("") == (2 if more else 1)
    one = " ".join(" ".join(lines).split())
    piped = " ".join(cli(*command).stdout.split())
    assert f"assumed: {reason}" in one
    for words in ["7 desks", "other.yaml:2", piped[piped.index("1 changed" if more else "1 value") :]]:
        assert words in one


FUNDED = """extends: small.yaml
funds: {aid: {opening: 4000000 USD, receipts: {2023-11-01: 2000 USD}, grants: [kits]}}
plans:
  many:
    changes:
      - {from: 2023-11-01, new: {torkham.stations.triage: {after: gate, service: 2 min, desks: 6, open: 24 h}}}
      - {from: 2023-11-02, add: {torkham.stations.triage.desks: 2}}
      - {from: 2023-11-01, scale: {torkham.stations.triage.service: 0.5}}
      - {on: 2023-11-01, add: {funds.aid.receipts: 50000 USD}}
      - {scale: {funds.aid.opening: 1.5}}
  shifts:
    changes:
      - {from: 2023-11-01, set: {torkham.stations.registration.shifts: {06:00-14:00: 40, 14:00-20:00: 24}}}
"""


def test_what_a_plan_adds_and_what_comes_on_one_day_is_shown(cli: Cli, tmp_path: Path) -> None:
    """New blocks, service times, a fund's money: value, place, plan, and what stood before."""
    (tmp_path / "funded.yaml").write_text(FUNDED + "costs: {kits: 5 USD}\n")
    ended = cli("show", "funded.yaml", "*triage*", "funds", "--plan", "many", "--json")
    assert ended.returncode == 0, ended.stderr
    found = [
        (one["path"].removeprefix("crossings.torkham.stations."), one["value"], one["unit"], one["plan"]["does"],
         [was["value"] for was in one["history"]])
        for one in json.loads(ended.stdout)["values"] if one["plan"]
    ]  # fmt: skip
    assert found == [
        ("funds.aid.opening", "6000000 USD", "USD", "scale 1.5 throughout", ["4000000 USD"]),
        ("triage.service", "2 min", "seconds", "new from 2023-11-01", []),
        ("triage.service", "mean 1 min", None, "scale 0.5 from 2023-11-01", ["mean 2 min"]),
        ("triage.desks", 6, "desks", "new from 2023-11-01", []),
        ("triage.desks", 8, "desks", "add 2 from 2023-11-02", [6]),
        ("triage.open", "24 h", None, "new from 2023-11-01", []),
        ("funds.aid.receipts", "50000 USD", "USD", "add 50000 USD on 2023-11-01", []),
    ]


def test_defaults_are_shown_as_defaults(cli: Cli) -> None:
    """--defaults adds what no file says, and nothing else."""
    files, whole = (
        json.loads(cli("show", "small.yaml", *more, "--json").stdout)["values"] for more in ((), ("--defaults",))
    )
    paths = {one["path"] for one in files}
    added = [one for one in whole if one["path"] not in paths]
    assert len(whole) == len(files) + len(added)
    assert {one["origin"]["kind"] for one in added} == {"default"}
    assert {one["rests_on"] for one in added} == {"choice"}
    assert "crossings.torkham.stations.gate.serves" in {one["path"] for one in added}


def test_a_difference_of_sources_alone_is_told(cli: Cli, tmp_path: Path) -> None:
    """The value is the same; what it rests on is not."""
    gate = "crossings: {torkham: {stations: {gate: {desks: {value: 6, assumed: seen there}}}}}\n"
    (tmp_path / "other.yaml").write_text(f"extends: small.yaml\n{gate}")
    assert cli("show", "small.yaml", "--diff", "other.yaml").stdout.splitlines()[3:] == [
        "crossings.torkham.stations.gate.desks (same value, another source)",
        "  old  6 desks  small.yaml:22  no source",
        "  new  6 desks  other.yaml:2   assumed: seen there",
        "",
        "0 changed, 0 added, 0 removed, 1 same value, another source",
    ]
