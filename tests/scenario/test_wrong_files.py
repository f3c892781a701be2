"""Every wrong scenario file prints exactly the lines that stand beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from borderflow.scenario.faults import PRINTED, ScenarioFaults
from borderflow.scenario.load import load

WRONG = Path(__file__).parent / "wrong"
FILES = sorted(path.stem for path in WRONG.glob("*.yaml") if path.stem != "base")


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(WRONG)


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_file_prints_every_fault_with_its_place(name: str) -> None:
    """All faults in one pass, one line each: FILE:LINE:COLUMN PATH: what is wrong (got …)."""
    expected = Path(f"{name}.txt").read_text(encoding="utf-8")
    try:
        said = "\n".join(map(str, load(f"{name}.yaml", indicators={"wait_p95", "same_day"}).warnings))
    except ScenarioFaults as faults:
        said = str(faults)
    assert said + "\n" == expected


def test_twelve_kinds_of_fault_print_twelve_lines() -> None:
    """One broken block does not hide what is wrong elsewhere."""
    with pytest.raises(ScenarioFaults) as caught:
        load("twelve.yaml")
    assert len(caught.value.faults) == 12
    assert len({fault.message for fault in caught.value.faults}) == 12


def test_the_base_of_the_wrong_files_is_right() -> None:
    """What the wrong files build on has no fault and no warning of its own."""
    assert load("base.yaml").warnings == ()


def test_fifty_faults_are_printed_and_the_rest_counted(tmp_path: Path) -> None:
    """A file with very many faults prints 50 and says how many more there are."""
    path = tmp_path / "many.yaml"
    path.write_text((WRONG / "base.yaml").read_text() + "".join(f"word{n}: 1\n" for n in range(73)))
    with pytest.raises(ScenarioFaults) as caught:
        load(path)
    lines = str(caught.value).splitlines()
    assert len(lines) == PRINTED + 1
    assert lines[-1] == "… and 23 more"


def test_parents_are_named_from_where_the_user_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in a file that is extended is printed with its path as seen from the user's folder, after the child's."""
    monkeypatch.chdir(WRONG.parent)
    with pytest.raises(ScenarioFaults) as caught:
        load("wrong/circle_a.yaml")
    assert str(caught.value).startswith("wrong/circle_b.yaml:1:11 extends: ")
