"""What the script compares: each assumption otherwise, one at a time."""

from __future__ import annotations

import importlib.util
from dataclasses import fields
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from borderflow.calibrate.likelihood import BELOW
from borderflow.calibrate.model import Basis, Settings

FILE = Path(__file__).parents[2] / "scenarios" / "assumptions.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("assumptions", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_one_thing_is_changed_at_a_time_and_what_is_assumed_is_among_it(script: ModuleType) -> None:
    """Of levels two things belong together; who counts in one way alone is left as it is."""
    now = Settings((Basis("morr", 0.2), Basis("morr", 0.15, since=date(2023, 11, 25)), Basis("kp_home", 0.03)))
    found = dict(script.others(now))
    for words, other in found.items():
        changed = {one.name for one in fields(Settings) if getattr(other, one.name) != getattr(now, one.name)}
        assert len(changed) <= 1 or changed == {"ramp_change", "step_change"}, words
    assert [words for words, other in found.items() if other == now] == [
        "shared_change 0.75",
        "ramp_change 0.4, step_change 0.8",
        "error of a group's odds 0.2",
        "misprints 0.02",
    ]
    assert tuple(BELOW[word] for word in ("over", "at_least")) in script.BOUNDS
    one_way = found["no other way of counting: morr since 2023-11-25"]
    assert [basis.label for basis in one_way.bases] == ["morr", "kp_home"]
    assert sum("way of counting" in words for words in found) == 1
