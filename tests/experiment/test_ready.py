"""Machine code is made or found once; that it was is noted where it is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("numba")

from borderflow.engine import simulate
from borderflow.engine.compiled import engine, keeping
from borderflow.experiment.ready import make_ready


def test_what_was_found_is_not_looked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until a source is written anew, or another processor looks."""
    looked: list[str] = []
    package = tmp_path / "package"
    source = package / "engine" / "compiled" / "run.py"
    source.parent.mkdir(parents=True)
    source.write_text("")
    monkeypatch.setattr(keeping, "cache_folder", lambda: tmp_path)
    monkeypatch.setattr(keeping, "PACKAGE", package)
    monkeypatch.setattr(engine, "make_ready", lambda *_: looked.append("once"))
    make_ready(looked.append)
    make_ready(looked.append)
    assert looked == ["once"]
    os.utime(source, ns=(1, 1))
    make_ready(looked.append)
    assert looked == ["once"] * 2
    monkeypatch.setattr(keeping, "_processor", lambda: ["another"])
    make_ready(looked.append)
    assert looked == ["once"] * 3


def test_where_none_can_be_kept_it_is_made_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(keeping, "cache_folder", lambda: None)
    monkeypatch.setattr(engine, "make_ready", lambda *_: looked.append("once"))
    make_ready(looked.append)
    make_ready(looked.append)
    assert looked == ["once"] * 2


def test_that_machine_code_is_there_is_known_without_what_makes_it() -> None:
    """Once it was made, another process chooses the compiled engine and begins, and numba is not loaded for that."""
    make_ready()
    told = (
        "import sys; from borderflow.engine.simulate import chosen; "
        "from borderflow.experiment.ready import make_ready; "
        "make_ready(); print(chosen('auto'), 'numba' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["compiled", "False"]


def test_machine_code_of_a_numba_that_is_gone_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    assert not simulate.compiles()
