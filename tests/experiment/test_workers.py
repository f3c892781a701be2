"""Worker processes: what happens when one dies, when the parent dies, and what they may not do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import odd_stages
import pytest
from test_run import digests

from borderflow.experiment.results import Results
from borderflow.experiment.run import run
from borderflow.scenario.scenario import Scenario

SMALL = Path(__file__).with_name("small.yaml")
SCRIPT = """
import odd_stages
from borderflow import load, run
run(load({small!r}), workers=2, out={out!r}, stages=odd_stages.stages(odd_stages.{households}))
"""


@pytest.fixture(autouse=True)
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ODD_STAGES", str(tmp_path))
    return tmp_path


def begin(folder: Path, households: str) -> subprocess.Popen[str]:
    """A parent process of its own, in the form of a script without a __main__ guard."""
    script = folder / "script.py"
    script.write_text(SCRIPT.format(small=str(SMALL), out=str(folder / "out"), households=households))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    # A shell starts what runs in its background deaf to Ctrl-C: this process is to hear it.
    return subprocess.Popen(
        [sys.executable, str(script)],
        env=environment,
        text=True,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def workers_of(folder: Path, many: int) -> list[int]:
    deadline = time.monotonic() + 30
    while len(found := [int(path.name[7:]) for path in folder.glob("worker-*")]) < many:
        assert time.monotonic() < deadline, "the workers never began"
        time.sleep(0.05)
    return found


def gone(processes: list[int]) -> bool:
    deadline = time.monotonic() + 5
    while any(map(alive, processes)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_a_worker_that_is_killed_costs_nothing(ran: Results, scenario: Scenario, tmp_path: Path) -> None:
    """kill -9 of one worker: its replication and those lost with it are done again, the tables are the same bytes."""
    results = run(scenario, workers=2, out=tmp_path / "out", stages=odd_stages.stages(odd_stages.dying_once))
    assert (tmp_path / "died").exists()
    assert results.complete
    assert digests(results.folder) == digests(ran.folder)


def test_a_replication_that_kills_its_worker_is_the_one_that_failed(scenario: Scenario, tmp_path: Path) -> None:
    """Of all that a dying worker takes with it, only the replication to blame is recorded as failed."""
    results = run(scenario, workers=2, out=tmp_path / "out", stages=odd_stages.stages(odd_stages.dying_always))
    assert [failed["replication"] for failed in results.manifest.failed] == [2]
    assert "worker process ended" in results.manifest.failed[0]["error"]
    assert results.replications["replication"].unique().tolist() == [0, 1, 3]


def test_few_replications_wait_for_a_slow_one(scenario: Scenario, tmp_path: Path) -> None:
    """While the first is under way, at most four a worker are begun: memory and disk stay bounded."""
    stages = odd_stages.stages(odd_stages.backwards)
    run(scenario, replications=16, plans=["as_reported"], workers=2, out=tmp_path / "out", stages=stages)
    assert 2 < int((tmp_path / "begun").read_text()) <= 8


def test_workers_talk_to_stderr_and_take_one_thread(
    scenario: Scenario, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """What a worker prints never mixes with the answer on stdout; each worker computes with one thread."""
    before = os.environ.get("OMP_NUM_THREADS")
    stages = odd_stages.stages(odd_stages.talking)
    run(scenario, replications=2, workers=2, out=tmp_path / "out", stages=stages)
    out, err = capfd.readouterr()
    assert out == ""
    assert "a worker talks" in err
    assert (tmp_path / "threads").read_text() == "1 1 1 1"
    assert os.environ.get("OMP_NUM_THREADS") == before


def test_no_worker_outlives_a_killed_parent(tmp_path: Path) -> None:
    """kill -9 of the parent: its workers are gone within five seconds."""
    parent = begin(tmp_path, "endless")
    workers = workers_of(tmp_path, 2)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert gone(workers)


def test_ctrl_c_ends_a_script_with_its_workers_and_its_temporary_folder(tmp_path: Path) -> None:
    """In a plain script KeyboardInterrupt comes out of run(), with nothing left behind."""
    parent = begin(tmp_path, "endless")
    workers = workers_of(tmp_path, 2)
    parent.send_signal(signal.SIGINT)
    _, err = parent.communicate(timeout=20)
    assert err.rstrip().endswith("KeyboardInterrupt")
    assert gone(workers)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_script_without_a_main_guard_can_use_workers(tmp_path: Path) -> None:
    """Workers do not run the caller's script again."""
    parent = begin(tmp_path, "noting")
    _, err = parent.communicate(timeout=60)
    assert (parent.returncode, err) == (0, "")
    assert sorted((tmp_path / "sampled").read_text().split()) == ["0", "1", "2", "3"]
