"""The tables of the plans on the pages: written from a results folder, between their marks, and nothing else."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

import borderflow
from borderflow.experiment.results import Results
from borderflow.measure.registry import INDICATORS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("plan_tables", ROOT / "scenarios" / "plan_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["plan_tables"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Two replications of a quickstart of four quiet days."""
    sets = ["start=2023-11-15", "end=2023-11-18", "warm_up=1 d", "replications=2"]
    scenario = borderflow.load(ROOT / "scenarios" / "quickstart.yaml", sets)
    return borderflow.run(scenario, workers=1, engine="simpy", out=tmp_path_factory.mktemp("short"))


def block(page: Path) -> list[str]:
    """The lines between the marks of a page."""
    text = page.read_text(encoding="utf-8")
    assert text.count("<!-- plans: ") == text.count("<!-- end of plans -->") == 1
    return text.split("<!-- plans: ")[1].split("<!-- end of plans -->")[0].splitlines()[1:]


def test_every_page_has_its_marks_and_the_plans_of_its_scenario(script: ModuleType) -> None:
    """One block a page, headed by every plan in order; so has the front page."""
    for name in script.TABLES:
        plans = borderflow.load(ROOT / "scenarios" / f"{name}.yaml").plans
        lines = block(ROOT / "docs" / "scenarios" / f"{name}.md")
        heads = [lines[number - 1] for number, line in enumerate(lines) if line.startswith("|---")]
        assert len(heads) == len(script.TABLES[name])
        for head in heads:
            assert head.split(" | ", 1)[1] == " | ".join(f"`{plan}`" for plan in plans) + " |"
    assert len([line for line in block(ROOT / "README.md") if line.startswith("|")]) == 9


def test_every_line_names_what_is_measured(script: ModuleType) -> None:
    """Indicators of the registry, at stations, spaces and items that the scenario has."""
    for name, tables in script.TABLES.items():
        scenario = borderflow.load(ROOT / "scenarios" / f"{name}.yaml")
        for (_, crossing), rows in tables:
            for row in rows:
                where = row.crossing if row.crossing is not None else crossing
                held = [scenario.crossings[where]] if where else list(scenario.crossings.values())
                assert row.night is not None or row.indicator in INDICATORS
                assert not row.station or any(row.station in {**one.stations, **one.spaces} for one in held)
                assert not row.item or any(row.item in one.stocks for one in held)


def test_a_table_is_written_from_the_results_between_the_marks(
    script: ModuleType, short: Results, tmp_path: Path
) -> None:
    """Only the block changes; each number is the mean of indicators.csv; the front page has its intervals."""
    (tmp_path / "docs" / "scenarios").mkdir(parents=True)
    page, front = tmp_path / "docs" / "scenarios" / "quickstart.md", tmp_path / "README.md"
    shutil.copy(ROOT / "docs" / "scenarios" / "quickstart.md", page)
    shutil.copy(ROOT / "README.md", front)
    wanted = script.pages("quickstart", short.folder, tmp_path)
    assert list(wanted) == [page, front]
    for path, text in wanted.items():
        before, after = path.read_text(encoding="utf-8"), text
        for side in (0, -1):
            marks = ("<!-- plans: ", "<!-- end of plans -->")
            assert before.split(marks[side])[side] == after.split(marks[side])[side]
        path.write_text(text, encoding="utf-8")
    assert script.pages("quickstart", short.folder, tmp_path) == wanted
    means = short.indicators.set_index(["plan", "crossing", "station", "item", "group", "indicator"])["mean"]
    cost = [means[plan, "", "", "", "", "cost"] / 1e6 for plan in short.manifest.plans]
    line = next(line for line in block(page) if line.startswith("| cost, million USD"))
    assert [float(cell) for cell in line.split("|")[2:-1]] == pytest.approx(cost, rel=0.005)
    crossed = script.whole_number(means["as_reported", "torkham", "", "", "", "crossed"])
    assert block(front)[0].startswith(f"| Torkham, {crossed} people | as reported | ")
    assert block(page)[-1].startswith("Mean of 2 replications")
    assert "95 % interval of the mean" in block(front)[-1]


def test_a_page_without_its_marks_is_refused(script: ModuleType) -> None:
    with pytest.raises(LookupError, match="needs one pair of marks"):
        script.between("no marks here", "quickstart", "| a table |")


def test_check_says_which_page_differs(script: ModuleType, short: Results, capsys: pytest.CaptureFixture[str]) -> None:
    """--check writes nothing, names the pages that say something else, and ends with 1."""
    page = ROOT / "docs" / "scenarios" / "quickstart.md"
    before = page.read_bytes()
    assert script.main(["quickstart", str(short.folder), "--check"]) == 1
    assert "docs/scenarios/quickstart.md says something else than these results" in capsys.readouterr().err
    assert page.read_bytes() == before
    assert script.main(["nowhere"]) == 2
