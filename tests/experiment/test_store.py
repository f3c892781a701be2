"""The results store: nothing half-written, nothing lost that was not meant to be, nothing believed that was changed."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from test_run import digests

from borderflow.experiment import manifest as manifests
from borderflow.experiment import store
from borderflow.experiment.manifest import Manifest
from borderflow.experiment.refusal import InTheWay, Unverified, WrongUse
from borderflow.experiment.results import Results
from borderflow.experiment.run import run
from borderflow.scenario.load import load
from borderflow.scenario.scenario import Scenario


def quick(scenario: Scenario, out: Path, **asked: Any) -> Results:
    return run(scenario, ["as_reported"], replications=1, workers=1, out=out, **asked)


def finished_process() -> int:
    """The id of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_manifest_is_written_last_and_the_folder_moved_after_it(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the manifest is written every other file is there and synced; only then does the folder get its name."""
    steps: list[str] = []
    sync, write, rename = store._sync_file, Manifest.write, os.rename
    monkeypatch.setattr(store, "_sync_file", lambda path: (steps.append(f"sync {path.name}"), sync(path)))
    monkeypatch.setattr(
        Manifest, "write", lambda self, folder: (steps.append(f"manifest of {len(self.outputs)}"), write(self, folder))
    )
    monkeypatch.setattr(os, "rename", lambda old, new: (steps.append(f"rename to {Path(new).name}"), rename(old, new)))
    quick(scenario, tmp_path)
    assert steps[-2:] == ["manifest of 7", "rename to small"]
    assert len([step for step in steps if step.startswith("sync ")]) == 7


def test_the_same_run_is_not_run_again(results: Results, scenario: Scenario) -> None:
    """A whole folder of the same scenario, seed, plans, replications and version is handed back untouched."""
    before = (results.folder / "manifest.json").stat().st_mtime_ns
    again = run(scenario, workers=1, out=results.folder.parent)
    assert again.reused
    assert (results.folder / "manifest.json").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"seed": 8}, "seed 7, not 8"),
        ({"replications": 5}, "replications 4, not 5"),
        ({"plans": ["as_reported"]}, "plans as_reported more_desks, not as_reported"),
    ],
)
def test_another_run_does_not_replace_results_unasked(
    results: Results, scenario: Scenario, other: dict[str, Any], says: str
) -> None:
    """Another seed, number or choice of plans: refused with the difference, what would be lost, and --force."""
    before = digests(results.folder)
    with pytest.raises(InTheWay, match=rf"would lose daily\.parquet.*another run: {says}.*--force"):
        run(scenario, workers=1, out=results.folder.parent, **other)
    assert digests(results.folder) == before


def test_force_replaces_a_results_folder_whole(results: Results, scenario: Scenario) -> None:
    """With force the new folder takes the old one's place, and nothing of the old one is left."""
    new = quick(scenario, results.folder.parent, force=True)
    assert new.manifest.plans == ("as_reported",)
    assert sorted(path.name for path in new.folder.parent.iterdir()) == ["small"]
    Results.open(new.folder)


@pytest.mark.parametrize("where", ["notes.txt", "charts/mine.svg"])
def test_force_never_removes_files_of_others(results: Results, scenario: Scenario, where: str) -> None:
    """A file that no manifest names is not borderflow's to delete: refused, with its name, even with force."""
    (results.folder / where).parent.mkdir(exist_ok=True)
    (results.folder / where).write_text("mine")
    with pytest.raises(InTheWay, match=where):
        quick(scenario, results.folder.parent, force=True)
    assert (results.folder / where).read_text() == "mine"


def test_a_folder_without_a_manifest_is_not_replaced(scenario: Scenario, tmp_path: Path) -> None:
    """A folder of the same name that borderflow did not write is refused, even with force."""
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "thesis.docx").write_text("years of work")
    with pytest.raises(InTheWay, match=r"no manifest.json.*thesis.docx"):
        quick(scenario, tmp_path, force=True)
    assert (tmp_path / "small" / "thesis.docx").exists()


def test_an_empty_folder_is_no_hindrance(scenario: Scenario, tmp_path: Path) -> None:
    """An empty folder of the run's name is used."""
    (tmp_path / "small").mkdir()
    assert quick(scenario, tmp_path).folder == tmp_path / "small"


def test_a_link_or_a_file_of_the_name_is_refused(scenario: Scenario, tmp_path: Path) -> None:
    """Results are never written through a link, nor over a file."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "small").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InTheWay, match="not a folder"):
        quick(scenario, tmp_path, force=True)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_an_input_inside_the_target_needs_another_out(results: Results) -> None:
    """The stored scenario, run in place, would replace itself: refused, asking for another --out."""
    path = results.folder / "scenario.yaml"
    with pytest.raises(WrongUse, match=r"lies inside .*another --out"):
        run(load(path), workers=1, out=results.folder.parent, inputs=[path])


@pytest.mark.parametrize("fails", ["fsync", "rename", "replace", "mkdir", "open"])
def test_a_disk_that_fails_leaves_one_whole_folder(
    results: Results, scenario: Scenario, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    """The n-th call fails, for every n: an OSError, the old folder or the new one whole, no temporary folder."""
    out, real = results.folder.parent, getattr(os, fails)
    for nth in range(1, 100):
        calls = 0

        def failing(*given: Any, nth: int = nth, **named: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == nth:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return real(*given, **named)

        before = digests(results.folder)
        with monkeypatch.context() as broken, contextlib.suppress(OSError):
            broken.setattr(os, fails, failing)
            quick(scenario, out, seed=nth, force=True)
        store.clear_away(results.folder)  # as the next run does
        assert [path.name for path in out.iterdir()] == ["small"]
        if Results.open(results.folder).manifest.seed != nth:
            assert digests(results.folder) == before
        if calls < nth:
            break
    assert 1 < nth < 99


def test_a_full_disk_under_the_tables_is_an_io_error(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No room for a table: OSError, not a failed replication; what is left is the shard to resume from."""
    from borderflow.experiment.tables import ParquetTable

    def full(self: ParquetTable) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(ParquetTable, "_flush", full)
    with pytest.raises(OSError, match="No space left"):
        quick(scenario, tmp_path)
    (left,) = tmp_path.iterdir()
    files = sorted(path.name for path in left.rglob("*") if path.is_file())
    assert files == ["0000000-0000000.shard", "lock", "request.json"]


@pytest.mark.parametrize("damage", ["cut", "edited", "missing"])
def test_changed_results_are_not_believed(results: Results, scenario: Scenario, damage: str) -> None:
    """A table that is cut off, edited or gone is named; the folder no longer answers for the run."""
    table = results.folder / "indicators.csv"
    whole = table.read_bytes()
    if damage == "missing":
        table.unlink()
    else:
        table.write_bytes(whole[:100] if damage == "cut" else whole.replace(b"0", b"1", 1))
    with pytest.raises(Unverified, match=r"indicators\.csv"):
        Results.open(results.folder)
    with pytest.raises(InTheWay, match=r"indicators\.csv changed or missing"):
        run(scenario, workers=1, out=results.folder.parent)


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"format": 1}', '{"format": 99}'])
def test_a_folder_without_a_whole_manifest_is_not_opened(results: Results, text: str | None) -> None:
    """No manifest, a broken one, or one of another program: said in a sentence."""
    path = results.folder / "manifest.json"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(Unverified, match=r"manifest"):
        Results.open(results.folder)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\b", "C:/b"])
def test_a_manifest_cannot_name_files_outside_its_folder(results: Results, name: str) -> None:
    """A manifest from elsewhere cannot point --force at other people's files."""
    path = results.folder / "manifest.json"
    found = json.loads(path.read_text())
    found["outputs"][name] = "0"
    path.write_text(json.dumps(found))
    with pytest.raises(Unverified, match="outside its folder"):
        Manifest.read(results.folder)


def test_what_a_run_that_was_cut_off_left_is_cleared_away(results: Results, scenario: Scenario) -> None:
    """Folders of dead processes go; a folder that was being replaced comes back; those of living ones stay."""
    out, dead = results.folder.parent, finished_process()
    (out / f".small.writing-{dead}").mkdir()
    (out / f".small.writing-{os.getppid()}").mkdir()
    (out / f".other.writing-{dead}").mkdir()
    os.rename(results.folder, out / f".small.replaced-{dead}")
    store.clear_away(results.folder)
    assert sorted(path.name for path in out.iterdir()) == [
        f".other.writing-{dead}", f".small.writing-{os.getppid()}", "small",
    ]  # fmt: skip
    Results.open(results.folder)


def test_a_run_that_finishes_second_does_not_replace_the_first(
    scenario: Scenario, results: Results, tmp_path: Path
) -> None:
    """Two runs of one name at a time: the one that ends later is refused at the end, without harm."""
    out = tmp_path / "both"

    def other_ends_first(ended: int, asked: int) -> None:
        if ended == asked:
            shutil.copytree(results.folder, out / "small")

    with pytest.raises(InTheWay, match="--force"):
        quick(scenario, out, progress=other_ends_first)
    assert [path.name for path in out.iterdir()] == ["small"]
    assert digests(out / "small") == digests(results.folder)


def test_renewing_takes_up_what_a_command_wrote(results: Results) -> None:
    """Files added to a finished folder are named by its manifest, with their digests, and can be forgotten again."""
    (results.folder / "charts").mkdir()
    chart = results.folder / "charts" / "queues.svg"
    chart.write_text("<svg/>")
    manifest = manifests.renew(results.folder, [chart], "chart")
    assert manifest.outputs["charts/queues.svg"] == manifests.sha256(chart)
    assert Manifest.read(results.folder).renewed == ("chart",)
    manifests.forget(results.folder, ["charts/queues.svg"])
    assert "charts/queues.svg" not in Manifest.read(results.folder).outputs
