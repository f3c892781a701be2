"""The command line as its users meet it: a process with arguments, two streams and an exit code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from program import SMALL, Cli, Ended


@pytest.fixture
def cli(tmp_path: Path, engine_ready: None) -> Cli:
    """Run ``borderflow`` in an empty folder with small.yaml in it; more environment by name."""
    shutil.copy(SMALL, tmp_path / "small.yaml")

    def run(*arguments: str, **environment: str) -> Ended:
        return subprocess.run(
            [sys.executable, "-m", "borderflow", *arguments],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "80", **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory, engine_ready: None) -> Path:
    """A folder with the small scenario and its finished results; do not write into it."""
    folder = tmp_path_factory.mktemp("stored")
    shutil.copy(SMALL, folder / "small.yaml")
    command = [sys.executable, "-m", "borderflow", "run", "small.yaml", "--workers", "1", "--quiet"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
    return folder


@pytest.fixture
def again(stored: Path, cli: Cli, tmp_path: Path) -> Cli:
    """The command line in a folder that holds the finished results already."""
    shutil.copytree(stored / "results", tmp_path / "results")
    return cli
