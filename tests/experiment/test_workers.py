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


def test_a_deadly_replication_is_begun_three_times(scenario: Scenario, tmp_path: Path) -> None:
    """Given up after three tries, the last by itself; workers killed again and again are halved, which is said."""
    said: list[str] = []
    stages = odd_stages.stages(odd_stages.dying_thrice)
    results = run(scenario, workers=2, out=tmp_path / "out", stages=stages, warn=said.append)
    assert (tmp_path / "deaths").read_text() == "xxx"
    assert said == ["workers are killed again and again (out of memory?): going on with 1 worker"]
    assert (results.manifest.done, results.manifest.workers) == (3, 1)


def test_out_of_memory_halves_the_workers_once(ran: Results, scenario: Scenario, tmp_path: Path) -> None:
    """A real MemoryError: said, half the workers, and the replication has another try."""
    said: list[str] = []
    stages = odd_stages.stages(odd_stages.short_of_memory)
    results = run(scenario, workers=2, out=tmp_path / "out", stages=stages, warn=said.append)
    assert said == ["out of memory: going on with 1 worker"]
    assert digests(results.folder) == digests(ran.folder)


def test_where_no_process_can_begin_one_does_it_all(
    ran: Results, scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system without worker processes, or a program frozen into one file: it goes on here, and says so."""
    said: list[str] = []
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    frozen = run(scenario, workers=2, out=tmp_path / "frozen", warn=said.append)
    monkeypatch.undo()

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError("no semaphores here")

    monkeypatch.setattr("borderflow.experiment.workers.ProcessPoolExecutor", forbidden)
    alone = run(scenario, workers=2, out=tmp_path / "alone", warn=said.append)
    assert [line.partition(" here ")[2] for line in said] == [
        "(this program is frozen into one file): going on in one process",
        "(no semaphores here): going on in one process",
    ]
    assert digests(frozen.folder) == digests(alone.folder) == digests(ran.folder)


def test_one_process_keeps_stdout_for_the_answer_too(
    scenario: Scenario, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is printed while a replication runs in this process goes to stderr."""
    run(scenario, replications=1, workers=1, out=tmp_path / "out", stages=odd_stages.stages(odd_stages.chatting))
    out, err = capsys.readouterr()
    assert (out, "a replication talks" in err) == ("", True)


NO_SOCKETS = """
import sys
def refuse(event, given):
    if event.startswith("socket.") and event != "socket.gethostname":
        open({notes!r}, "a").write(event)
        raise PermissionError("no sockets: " + event)
sys.addaudithook(refuse)
"""


def test_no_socket_is_opened(tmp_path: Path) -> None:
    """A run with workers, where every socket is refused in the parent and in its workers: it works."""
    (tmp_path / "sitecustomize.py").write_text(NO_SOCKETS.format(notes=str(tmp_path / "sockets")))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    script = f"from borderflow import load, run; run(load({str(SMALL)!r}), workers=2, out={str(tmp_path / 'out')!r})"
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert not (tmp_path / "sockets").exists()
    tried = subprocess.run(
        [sys.executable, "-c", "import socket; socket.socket()"], env=environment, capture_output=True
    )
    assert b"no sockets" in tried.stderr  # the test itself can fail


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
