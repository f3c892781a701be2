"""The table of the replay checks: written from the tables of the pages, each report agreeing or explained."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
MEANT = {
    "1": ("11,553", "19,344", "over 24,000", "over 16,000", "over 2,500", "about 400", "about 500", "about 30,000",
          "5,000", "16,850", "303"),
    "2": ("closed", "about 10,700"),
    "3": ("about 100,000", "8 centres closed"),
}  # fmt: skip
"""What the journey says that a replay should be held against, as it was reported."""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("replay_checks", ROOT / "scenarios" / "replay_checks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["replay_checks"] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_has_the_checks_as_the_tables_are(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--check finds nothing to say of the page; of one with another number it does, and writes nothing."""
    assert script.main(["--check"]) == 0
    changed = tmp_path / "docs" / "scenarios" / "closure-2025.md"
    changed.parent.mkdir(parents=True)
    text = script.PAGE.read_text(encoding="utf-8")
    begin = text.index(script.BEGIN)
    changed.write_text(text[:begin] + text[begin:].replace("11,553 | ", "11,554 | "), encoding="utf-8")
    before = changed.read_bytes()
    monkeypatch.setattr(script, "PAGE", changed)
    monkeypatch.setattr(script, "ROOT", tmp_path)
    assert script.main(["--check"]) == 1
    assert "says something else than the tables" in capsys.readouterr().err
    assert changed.read_bytes() == before
    assert script.main([]) == 0
    assert changed.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("number", MEANT)
def test_every_report_of_a_check_is_there(script: ModuleType, number: str) -> None:
    reported = {
        script.printed(check.scenario)[check.what][0] for check in script.CHECKS if check.check.startswith(number)
    }
    assert set(MEANT[number]) <= reported


@pytest.mark.parametrize(
    ("reported", "band", "expected"),
    [
        ("11,553", "8,780–11,600", True),
        ("11,553", "8,780–11,500", False),
        ("10", "17–21", False),
        ("over 24,000", "20,000–24,100", True),
        ("over 24,000", "20,000–23,900", False),
        ("nearly 3,000", "3,100–4,000", False),
        ("up to 5,855", "2,850–4,990", True),
        ("about 1,000", "1,040–1,100", True),
        ("about 1,000", "1,060–1,100", False),
        ("closed", "0–0", True),
        ("8 centres closed", "0–3", False),
        ("thousands", "1,750–2,290", True),
        ("not reported", "0–9", None),
    ],
)
def test_a_report_binds_as_its_words_do(script: ModuleType, reported: str, band: str, expected: bool | None) -> None:
    assert script.agrees(reported, band) is expected


def test_a_disagreement_needs_an_explanation_and_an_agreement_may_have_none(script: ModuleType) -> None:
    plain, explained = script.Check("1", "s", "crossed"), script.Check("1", "s", "crossed", "for a reason")
    assert script.verdict(plain, "5", "1–9") == "yes"
    assert script.verdict(explained, "5", "6–9") == "no: for a reason"
    near = script.Check("1", "s", "crossed", "for a reason", "at the edge")
    assert [script.verdict(near, "5", band) for band in ("1–5", "6–9")] == ["yes: at the edge", "no: for a reason"]
    with pytest.raises(LookupError, match="5 lies outside 6–9, and nothing explains it"):
        script.verdict(plain, "5", "6–9")
    with pytest.raises(LookupError, match="5 lies within 1–9, and is explained away"):
        script.verdict(explained, "5", "1–9")
