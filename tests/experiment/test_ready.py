"""Machine code is made or found once; that it was is noted where it is kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("numba")

from borderflow.engine.compiled import engine, kernel
from borderflow.experiment.ready import make_ready


def test_what_was_found_is_not_looked_for_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until a source is written anew, or another processor looks."""
    looked: list[str] = []
    package = tmp_path / "package"
    source = package / "engine" / "compiled" / "run.py"
    source.parent.mkdir(parents=True)
    source.write_text("")
    monkeypatch.setattr(kernel, "FOLDER", tmp_path)
    monkeypatch.setattr(kernel, "PACKAGE", package)
    monkeypatch.setattr(engine, "make_ready", lambda *_: looked.append("once"))
    make_ready(looked.append)
    make_ready(looked.append)
    assert looked == ["once"]
    os.utime(source, ns=(1, 1))
    make_ready(looked.append)
    assert looked == ["once"] * 2


def test_where_none_can_be_kept_it_is_made_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    monkeypatch.setattr(kernel, "FOLDER", None)
    monkeypatch.setattr(engine, "make_ready", lambda *_: looked.append("once"))
    make_ready(looked.append)
    make_ready(looked.append)
    assert looked == ["once"] * 2
