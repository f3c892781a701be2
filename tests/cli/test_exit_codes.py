"""How a command ends: the exit codes of the contract, one line on stderr, never a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from program import SMALL, Cli, hears_signals

ODD = Path(__file__).parents[1] / "experiment"
QUICK = ("run", "small.yaml", "--replications", "1", "--plan", "as_reported", "--workers", "1", "--quiet")


def test_done_is_0_and_so_is_what_was_done_before(cli: Cli, tmp_path: Path) -> None:
    """A run ends with 0; the same again says so on stderr, prints the same answer, and ends with 0."""
    first = cli(*QUICK)
    assert (first.returncode, first.stderr) == (0, "")
    again = cli(*QUICK)
    assert again.returncode == 0
    assert again.stderr == (
        "results/small holds this run already (same scenario, seed, plans and version): nothing was run\n"
    )
    assert again.stdout == first.stdout
    assert (tmp_path / "results" / "small" / "manifest.json").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "small.yaml", "--replications", "0"), "--replications must be 1 to 1,000,000 (got 0)"),
        (("run", "small.yaml", "--seed", "-1"), "--seed is a whole number from 0"),
        (("run", "small.yaml", "--workers", "0"), "--workers must be 1 or more"),
        (("run", "small.yaml", "--plan", "more_desk"), "there is no plan 'more_desk', did you mean 'more_desks'?"),
        (("check", "small.yaml", "--replications", "2"), "--replications goes with --engines"),
        (("run", "small.yaml", "--engine", "warp"), "Invalid value for '--engine'"),
        (("run", "small.yaml", "--set", "seed=1", "--set", "seed=2"), "both set seed"),
        (("run", "small.yaml", "--only", "-1"), "--only takes the number of a replication"),
        (("run",), "Missing argument 'SCENARIO'"),
        (("simulate",), "No such command 'simulate'"),
        (("run", "small.yaml", "--wrokers", "2"), "No such option"),
    ],
)
def test_wrong_use_is_2(cli: Cli, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    """What cannot be as asked ends with 2, says why, and writes nothing."""
    ended = cli(*arguments)
    assert ended.returncode == 2
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    assert not (tmp_path / "results").exists()


def test_a_scenario_inside_its_own_results_is_2(again: Cli) -> None:
    """Running results/NAME/scenario.yaml in place is refused, naming --out; with another --out it runs."""
    ended = again("run", "results/small/scenario.yaml")
    assert ended.returncode == 2
    assert "another --out" in ended.stderr
    assert again("run", "results/small/scenario.yaml", "--out", "other", "--quiet", "--workers", "1").returncode == 0


@pytest.mark.parametrize("command", ["run", "check", "compare"])
def test_a_faulty_file_is_3_with_all_faults(cli: Cli, tmp_path: Path, command: str) -> None:
    """Every fault of the file, a line each with its place; exit 3, nothing on stdout, nothing written."""
    text = (tmp_path / "small.yaml").read_text()
    (tmp_path / "small.yaml").write_text(text.replace("desks: 6,", "desk: 6,").replace("end: 2023-11-02", "end: soon"))
    ended = cli(command, "small.yaml")
    assert ended.returncode == 3
    lines = ended.stderr.splitlines()
    assert any(line.startswith("small.yaml:5:") and "end" in line for line in lines)
    assert any("did you mean 'desks'" in line for line in lines)
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    assert not (tmp_path / "results").exists()


def test_a_missing_file_ends_in_one_line(cli: Cli) -> None:
    """A file that is not there is named in one line."""
    ended = cli("run", "smal.yaml")
    assert ended.returncode in (3, 5)
    assert len(ended.stderr.splitlines()) == 1
    assert "smal.yaml" in ended.stderr


def odd(tmp_path: Path, households: str, *arguments: str) -> subprocess.Popen[str]:
    """The command line with a stage that goes wrong in a stated way."""
    code = (
        "import functools, odd_stages, sys\nfrom borderflow.cli import main\n"
        "from borderflow.experiment import run, stages\n"
        f"odd = odd_stages.stages(odd_stages.{households})\n"
        "run.run = functools.partial(run.run, stages=odd)\n"
        "stages.standard = lambda: odd\n"
        "main(sys.argv[1:])"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ODD), *sys.path]), "ODD_STAGES": str(tmp_path)}
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=tmp_path, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=hears_signals,
    )  # fmt: skip


def test_a_replication_that_kills_its_worker_three_times_is_4_and_the_rest_is_told(cli: Cli, tmp_path: Path) -> None:
    """kill -9 of its worker at each try: begun three times, given up and named; the other three are in the answer."""
    process = odd(tmp_path, "dying_thrice", "run", "small.yaml", "--workers", "2", "--quiet")
    out, err = process.communicate(timeout=300)
    assert (tmp_path / "deaths").read_text() == "xxx"
    assert process.returncode == 4
    assert "Mean of 3 replications (1 more failed)" in out
    assert "its worker process ended without an answer, 3 times" in err


def test_a_failed_replication_is_4_with_the_command_to_repeat_it(cli: Cli, tmp_path: Path) -> None:
    """The answer is printed, the failure named with seed and command, and the exit code says incomplete."""
    process = odd(tmp_path, "failing", "run", "small.yaml", "--workers", "1", "--quiet")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 4
    assert "Mean of 3 replications (1 more failed)" in out
    assert err.splitlines() == [
        "replication 1 failed: ValueError: the second replication",
        "  repeat it: borderflow run small.yaml --seed 7 --only 1 --debug",
    ]


def test_too_many_failures_are_4_and_leave_nothing(cli: Cli, tmp_path: Path) -> None:
    """Stopped: which replications, how to repeat them, no results folder."""
    process = odd(tmp_path, "failing_always", "run", "small.yaml", "--workers", "2", "--quiet")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (4, "")
    assert "repeat it: borderflow run small.yaml --seed 7 --only 0 --debug" in err
    assert "nothing was kept" in err
    assert list((tmp_path / "results").iterdir()) == []


def test_one_replication_can_be_repeated_by_itself(cli: Cli, tmp_path: Path) -> None:
    """The command that a failure names runs that replication alone, in the open, and writes nothing."""
    ended = cli("run", "small.yaml", "--seed", "7", "--only", "1")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "replication 1 of seed 7 ended without an error" in ended.stdout
    assert not (tmp_path / "results").exists()
    process = odd(tmp_path, "failing", "run", "small.yaml", "--only", "1", "--debug")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "in failing" in err


def test_a_bug_is_1_with_a_line_and_a_traceback_only_on_demand(cli: Cli, tmp_path: Path) -> None:
    """An internal error is one line that says how to report it; --debug shows the traceback."""
    process = odd(tmp_path, "failing", "run", "small.yaml", "--only", "1")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.startswith(
        "borderflow: internal error: ValueError: the second replication. This is a bug: please report"
    )
    assert len(err.splitlines()) == 1


def test_a_missed_standard_is_an_answer_and_with_check_4(again: Cli) -> None:
    """A standard that does not hold: exit 0, and 4 with --check; the answer says so either way."""
    ended = again("run", "small.yaml")
    assert ended.returncode == 0
    assert "NOT MET" in ended.stdout
    assert again("run", "small.yaml", "--check").returncode == 4


def test_other_results_in_the_way_are_5(again: Cli, tmp_path: Path) -> None:
    """Another run of the name is refused with 5, listing what would be lost; --force replaces it."""
    before = (tmp_path / "results" / "small" / "manifest.json").read_bytes()
    ended = again(*QUICK)
    assert ended.returncode == 5
    assert "would lose daily.parquet" in ended.stderr
    assert "--force" in ended.stderr
    assert (tmp_path / "results" / "small" / "manifest.json").read_bytes() == before
    assert again(*QUICK, "--force").returncode == 0
    assert json.loads((tmp_path / "results" / "small" / "manifest.json").read_text())["replications"] == 1


@pytest.mark.parametrize("out", ["small.yaml", "small.yaml/results", "/proc/nowhere", "/dev/null/results"])
def test_a_folder_that_cannot_be_written_is_5(cli: Cli, out: str) -> None:
    """No folder can be made there: one line, exit 5, before any simulation."""
    ended = cli(*QUICK, "--out", out)
    assert ended.returncode == 5
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stdout == ""


def test_a_changed_results_folder_is_5(again: Cli, tmp_path: Path) -> None:
    """compare and chart refuse tables that are not those of the run."""
    (tmp_path / "results" / "small" / "replications.parquet").write_bytes(b"")
    for command in ("compare", "chart"):
        ended = again(command, "results/small")
        assert ended.returncode == 5
        assert "replications.parquet has changed" in ended.stderr


@pytest.mark.parametrize(
    ("number", "code", "word"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "term")]
)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_signal_ends_everything_in_order(
    cli: Cli, tmp_path: Path, number: signal.Signals, code: int, word: str, workers: str
) -> None:
    """Ctrl-C is 130 and SIGTERM 143: a line, no temporary folder, no worker left, no traceback."""
    process = odd(tmp_path, "endless", "run", "small.yaml", "--workers", workers, "--quiet")
    deadline = time.monotonic() + 120  # a busy machine takes its time to begin workers
    while len(found := list(tmp_path.glob("worker-*"))) < int(workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == code
    assert err.startswith(word)
    assert len(err.splitlines()) == 1
    assert list((tmp_path / "results").iterdir()) == []
    for path in found:
        assert not Path(f"/proc/{path.name[7:]}").exists()


def test_a_reader_who_has_read_enough_is_no_fault(again: Cli, tmp_path: Path) -> None:
    """``borderflow run … | head -1`` ends without a word on stderr."""
    for arguments in ("run small.yaml --needs", "run small.yaml --json", "compare results/small --all", "--help"):
        ended = subprocess.run(
            f"{sys.executable} -m borderflow {arguments} 2>err | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}",
            shell=True, executable="/bin/bash", cwd=tmp_path, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert ended.stdout.strip() == "0"
        assert "roken" not in (tmp_path / "err").read_text()
        assert "Traceback" not in (tmp_path / "err").read_text()


def test_small_is_the_scenario_of_these_tests() -> None:
    """The shared scenario is valid and needs no other file."""
    assert SMALL.is_file()
