"""A small scenario, run once for all tests that only read its results."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from borderflow.experiment.results import Results
from borderflow.experiment.run import run
from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario

SMALL = Path(__file__).with_name("small.yaml")


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return load(SMALL)


@pytest.fixture(scope="session")
def ran(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The small scenario as run in one process; do not write into it."""
    return run(scenario, workers=1, out=tmp_path_factory.mktemp("ran"))


@pytest.fixture
def results(ran: Results, tmp_path: Path) -> Results:
    """A copy of the results that a test may write into."""
    shutil.copytree(ran.folder, tmp_path / "results" / "small")
    return Results.open(tmp_path / "results" / "small")
