"""Fixed settings for all tests: no deadline on examples (machines differ), the same examples every time in CI."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(scope="session")
def engine_ready() -> None:
    """The compiled engine's machine code lies on disk: no process of a test has to wait for it, or to say so."""
    from borderflow.engine.simulate import compiles

    if compiles():
        from borderflow.experiment.ready import make_ready

        make_ready(lambda _: None)
