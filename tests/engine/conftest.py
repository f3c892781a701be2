"""Every example by hand is played by both engines."""

from __future__ import annotations

import hand
import pytest

from borderflow.engine.simulate import compiles

ENGINES = (
    "simpy",
    pytest.param("compiled", marks=pytest.mark.skipif(not compiles(), reason="numba is not installed")),
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module that plays examples (``from hand import operation``) is run with each engine."""
    if getattr(metafunc.module, "operation", None) is hand.operation:
        metafunc.parametrize("_engine", ENGINES, indirect=True)


@pytest.fixture(autouse=True)
def _engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand, "ENGINE", getattr(request, "param", "simpy"))
