"""A folder to write scenarios into."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from written import WRONG, Folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    shutil.copy(WRONG / "base.yaml", tmp_path)
    shutil.copytree(WRONG / "evidence", tmp_path / "evidence")
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path)
