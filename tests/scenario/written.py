"""Scenarios of these tests state only how they differ from a small one that is whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from borderflow.scenario.faults import ScenarioFaults
from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario

WRONG = Path(__file__).parent / "wrong"

MORE = """
crossings:
  torkham:
    spaces: {camp: {persons: 900, from: registration, to: kits, latrines: 10}}
warehouses:
  kabul: {kits: {opening: 9000, reorder_at: 10, order_up_to: 20, lead_time: 1 d}}
"""
"""A space and a warehouse for the base."""


class Folder:
    """A folder with ``base.yaml`` and the evidence register; files are written into it and loaded from it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, text: str) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def load(self, text: str = "", sets: Sequence[str] = (), name: str = "s.yaml") -> Scenario:
        """The scenario that extends the base by ``text``."""
        self.write(name, text if "extends" in text else f"extends: base.yaml\n{text}")
        return load(name, sets)

    def faults(self, text: str = "", sets: Sequence[str] = (), name: str = "s.yaml") -> list[str]:
        """The lines printed for ``text``, which must be wrong."""
        with pytest.raises(ScenarioFaults) as caught:
            self.load(text, sets, name)
        return str(caught.value).splitlines()
