"""The small scenario of the calibration tests, and its fit, made once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from borderflow.calibrate.calibration import Calibration, calibrate

SMALL = Path(__file__).parent / "small"
Ended = subprocess.CompletedProcess[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with autumn.yaml and its register."""
    shutil.copytree(SMALL, tmp_path / "small")
    return tmp_path / "small"


@pytest.fixture
def fit(folder: Path) -> Callable[..., Ended]:
    """Run ``borderflow calibrate autumn.yaml`` with some options in that folder."""

    def run(*options: str, **environment: str) -> Ended:
        return subprocess.run(
            [sys.executable, "-m", "borderflow", "calibrate", "autumn.yaml", *options],
            cwd=folder,
            env={**os.environ, "COLUMNS": "100", **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def fitted() -> Calibration:
    """The fit of the small scenario, made once; nothing is written."""
    return calibrate(SMALL / "autumn.yaml", quick=True)
