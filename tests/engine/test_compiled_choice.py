"""Which engine runs: as asked, or the compiled one where what it needs is installed; the manifest says which."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from borderflow.engine.simulate import chosen
from borderflow.experiment.asked import chosen_engine
from borderflow.experiment.refusal import WrongUse

SMALL = Path(__file__).parents[1] / "experiment" / "small.yaml"
QUICK = ("--replications", "1", "--plan", "as_reported", "--workers", "1", "--quiet")


def test_without_numba_auto_takes_simpy_and_compiled_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    assert chosen("auto") == chosen("simpy") == "simpy"
    with pytest.raises(WrongUse, match=r"needs numba, which is not installed: pip install 'borderflow\[fast\]'"):
        chosen_engine("compiled")


def test_with_numba_auto_takes_the_compiled_engine():
    pytest.importorskip("numba")
    assert chosen("auto") == chosen("compiled") == "compiled"
    assert chosen("simpy") == "simpy"


def test_an_engine_that_there_is_not_is_refused():
    with pytest.raises(WrongUse, match=r"there is no engine 'warp' \(there are: auto, compiled, simpy\)"):
        chosen_engine("warp")


@pytest.fixture
def cli(tmp_path, engine_ready):
    """The command line in a folder with small.yaml; ``without`` numba on request."""
    shutil.copy(SMALL, tmp_path / "small.yaml")
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "numba.py").write_text("raise ImportError('not here')\n")

    def run(*words: str, without: bool = False) -> subprocess.CompletedProcess[str]:
        more = {"PYTHONPATH": str(tmp_path / "without")} if without else {}
        return subprocess.run(
            [sys.executable, "-m", "borderflow", *words],
            cwd=tmp_path,
            env={**os.environ, **more},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_a_run_says_once_that_the_slower_engine_runs_and_the_manifest_names_it(cli, tmp_path):
    ended = cli("run", "small.yaml", *QUICK, without=True)
    assert ended.returncode == 0
    why = "numba is not installed, so the slower SimPy engine runs"
    assert ended.stderr == f"{why}; for the compiled one: pip install 'borderflow[fast]'\n"
    assert json.loads((tmp_path / "results" / "small" / "manifest.json").read_text())["engine"] == "simpy"
    asked = cli("run", "small.yaml", *QUICK, "--engine", "compiled", "--out", "other", without=True)
    assert asked.returncode == 2
    assert "pip install 'borderflow[fast]'" in asked.stderr
    assert not (tmp_path / "other").exists()


def test_both_engines_leave_the_same_tables(cli, tmp_path):
    pytest.importorskip("numba")
    tables = {}
    for engine in ("compiled", "simpy"):
        ended = cli("run", "small.yaml", *QUICK, "--engine", engine, "--out", engine)
        assert (ended.returncode, ended.stderr) == (0, "")
        manifest = json.loads((tmp_path / engine / "small" / "manifest.json").read_text())
        assert manifest["engine"] == engine
        tables[engine] = manifest["outputs"]
    assert tables["compiled"] == tables["simpy"]


def test_check_engines_says_per_plan_what_was_compared(cli):
    pytest.importorskip("numba")
    ended = cli("check", "--engines", "--replications", "1", "small.yaml")
    assert ended.returncode == 0
    lines = ended.stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == ["as_reported", "more_desks"]
    assert all(": equal: " in line and line.endswith(" ledger rows (1 replications)") for line in lines)
    says = json.loads(cli("check", "--engines", "--replications", "1", "small.yaml", "--json").stdout)
    assert [one["equal"] for one in says["plans"]] == [True, True]


def test_check_engines_says_where_they_differ_and_ends_with_4(monkeypatch, capsys, engine_ready):
    """One second more at one visit of the compiled engine, put there by hand."""
    pytest.importorskip("numba")
    from borderflow.commands.engines import check_engines
    from borderflow.engine.compiled import engine

    real = engine.simulate

    def off_by_one(*given):
        journal = real(*given)
        journal.started[5] += 1
        return journal

    monkeypatch.setattr(engine, "simulate", off_by_one)
    assert check_engines(SMALL, (), 1, False, False, False) == 4
    line = capsys.readouterr().out.splitlines()[0]
    assert line.startswith("as_reported: NOT EQUAL: replication 0, visit started, row 5 (household ")
    simpy, compiled = line.rpartition(": simpy ")[2].split(", compiled ")
    assert int(compiled) == int(simpy) + 1
