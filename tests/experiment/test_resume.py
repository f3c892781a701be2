"""A run that is cut off: resumed it ends with the bytes of an undisturbed run, or it is refused."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import odd_stages
import pytest
from test_run import digests
from test_workers import gone

from borderflow.experiment.refusal import InTheWay
from borderflow.experiment.request import Request, code
from borderflow.experiment.results import Results
from borderflow.experiment.run import run
from borderflow.experiment.shard import Damaged, decode
from borderflow.scenario.scenario import Scenario

SMALL = Path(__file__).with_name("small.yaml")
SCRIPT = """
import os, resource, signal, sys
from pathlib import Path
from borderflow import load, run
from borderflow.experiment import run as running, shard, store
from borderflow.experiment.manifest import Manifest
sys.path.insert(0, {here!r})
import odd_stages
from borderflow.experiment import request
request.code = lambda: {code!r}  # ours: a file may be edited while the tests run

def kill(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

{cut}
run(load({small!r}), workers={workers}, out={out!r}, stages=odd_stages.stages(odd_stages.{households}))
"""
ENDS = {
    "before the tables": "from borderflow.experiment.gathering import Gathering\nGathering.summarise = kill",
    "between tables and manifest": "Manifest.write = kill",
    "before the folder is moved": "store.Writing._swap = kill",
}


def cut_off(folder: Path, cut: str = "", workers: int = 2, households: str = "noting") -> subprocess.Popen[str]:
    """A parent process of its own that is to be cut off."""
    out = str(folder / "out")
    here = str(Path(__file__).parent)
    text = SCRIPT.format(
        code=code(), here=here, cut=cut, small=str(SMALL), workers=workers, out=out, households=households
    )
    environment = {**os.environ, "ODD_STAGES": str(folder), "PYTHONPATH": os.pathsep.join([here, *sys.path])}
    return subprocess.Popen([sys.executable, "-c", text], env=environment, text=True, stderr=subprocess.PIPE)


def left(out: Path) -> Path:
    (found,) = out.glob(".small.writing-*")
    return found


def shards(out: Path) -> list[Path]:
    return sorted(out.glob(".small.writing-*/shards/*.shard"))


def resumed(scenario: Scenario, out: Path, **asked: Any) -> Results:
    return run(scenario, workers=1, out=out, resume=True, **asked)


@pytest.fixture(autouse=True)
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ODD_STAGES", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def interrupted(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of results in which a run of four was interrupted after three, each with a shard of its own."""
    folder = tmp_path_factory.mktemp("interrupted")
    out = folder / "out"

    def enough(ended: int, asked: int) -> None:
        if ended == 3:
            raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ODD_STAGES", str(folder))
        with pytest.raises(KeyboardInterrupt) as stop:
            run(scenario, workers=1, out=out, progress=enough, stages=odd_stages.stages(odd_stages.slow))
    assert "3 replications are kept: repeat the command with --resume" in stop.value.__notes__[0]
    assert [path.name for path in out.iterdir()] == [left(out).name]
    return out


@pytest.fixture
def unfinished(interrupted: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may resume."""
    return Path(shutil.copytree(interrupted, tmp_path / "out"))


def test_only_what_is_missing_is_done_again(ran: Results, scenario: Scenario, unfinished: Path, notes: Path) -> None:
    """Whole shards are taken as they are; the tables are the bytes of an undisturbed run, and nothing else is left."""
    (notes / "sampled").unlink(missing_ok=True)
    results = resumed(scenario, unfinished, stages=odd_stages.stages(odd_stages.noting))
    assert (notes / "sampled").read_text().split() == ["3"]
    assert digests(results.folder) == digests(ran.folder)
    assert [path.name for path in unfinished.iterdir()] == ["small"]


@pytest.mark.parametrize("damage", ["cut", "edited", "emptied", "gone", "half-written", "of another run"])
def test_a_damaged_shard_is_found_and_done_again(
    ran: Results, scenario: Scenario, unfinished: Path, notes: Path, damage: str
) -> None:
    """A shard that is not what was written is told of, and its replications are done again."""
    path = shards(unfinished)[1]
    data = path.read_bytes()
    if damage in ("gone", "half-written"):
        path.unlink()
        if damage == "half-written":
            path.with_suffix(".writing-1").write_bytes(data[:500])
    elif damage == "of another run":
        decode(data, left_key := Request.read(left(unfinished)).key)
        from borderflow.experiment.shard import encode

        path.write_bytes(encode("another", decode(data, left_key).items()))
    else:
        path.write_bytes({"cut": data[:-10], "edited": data[:-1] + bytes([data[-1] ^ 1]), "emptied": b""}[damage])
    (notes / "sampled").unlink(missing_ok=True)
    told: list[str] = []
    results = resumed(scenario, unfinished, stages=odd_stages.stages(odd_stages.noting), warn=told.append)
    assert (notes / "sampled").read_text().split() == ["1", "3"]
    assert [line.split(" is ")[0] for line in told] == ([] if damage in ("gone", "half-written") else [path.name])
    assert digests(results.folder) == digests(ran.folder)


@pytest.mark.parametrize("many", [0, 1, 3])
def test_a_parent_that_is_killed_leaves_what_resumes_and_no_workers(
    ran: Results, scenario: Scenario, tmp_path: Path, many: int
) -> None:
    """kill -9 of the parent while shards come in: no worker after five seconds, and the rest is done on resume."""
    parent = cut_off(tmp_path, households="slow")
    out = tmp_path / "out"
    deadline = time.monotonic() + 60
    while len(shards(out)) < many or not list(tmp_path.glob("worker-*")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    parent.kill()
    parent.wait()
    workers = [int(path.name[7:]) for path in tmp_path.glob("worker-*")]
    assert workers
    assert gone(workers)
    if not shards(out):
        with pytest.raises(InTheWay, match="no unfinished run"):
            resumed(scenario, out)
        results = run(scenario, workers=1, out=out)
    else:
        results = resumed(scenario, out)
    assert digests(results.folder) == digests(ran.folder)


@pytest.mark.parametrize("moment", ENDS)
def test_a_parent_that_is_killed_at_the_end_loses_nothing(
    ran: Results, scenario: Scenario, tmp_path: Path, notes: Path, moment: str
) -> None:
    """kill -9 after the last shard, before the folder has its name: no replication is done again."""
    parent = cut_off(tmp_path, ENDS[moment], workers=1)
    assert parent.wait(60) == -signal.SIGKILL
    (notes / "sampled").unlink()
    results = resumed(scenario, tmp_path / "out", stages=odd_stages.stages(odd_stages.noting))
    assert not (notes / "sampled").exists()
    assert digests(results.folder) == digests(ran.folder)


def test_a_parent_that_is_killed_after_the_end_has_finished(scenario: Scenario, tmp_path: Path) -> None:
    """kill -9 once the folder has its name: it is whole, and resuming hands it back."""
    parent = cut_off(tmp_path, "store.Writing.__exit__ = kill", workers=1)
    assert parent.wait(60) == -signal.SIGKILL
    assert resumed(scenario, tmp_path / "out").reused


def test_a_run_that_could_be_resumed_is_not_begun_anew_unasked(
    ran: Results, scenario: Scenario, unfinished: Path
) -> None:
    """The same run again: refused with both ways out. With force it begins anew."""
    with pytest.raises(InTheWay, match=r"--resume to go on with it, or with --force to begin anew"):
        run(scenario, workers=1, out=unfinished)
    assert len(shards(unfinished)) == 3
    results = run(scenario, workers=1, out=unfinished, force=True)
    assert digests(results.folder) == digests(ran.folder)
    assert [path.name for path in unfinished.iterdir()] == ["small"]


def test_another_run_clears_away_what_it_cannot_use(scenario: Scenario, unfinished: Path) -> None:
    """Another seed: what was cut off is of no use to it, and goes."""
    run(scenario, seed=8, replications=1, workers=1, out=unfinished)
    assert [path.name for path in unfinished.iterdir()] == ["small"]


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"seed": 8}, "seed 7, not 8"),
        ({"replications": 5}, "replications 4, not 5"),
        ({"plans": ["more_desks"]}, "plans as_reported more_desks, not more_desks"),
    ],
)
def test_another_run_is_refused_with_the_difference(
    scenario: Scenario, unfinished: Path, other: dict[str, Any], says: str
) -> None:
    """What was cut off answers only for itself."""
    with pytest.raises(InTheWay, match=f"cannot be resumed: {says}"):
        resumed(scenario, unfinished, **other)
    assert len(shards(unfinished)) == 3


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda found: found | {"made_with": found["made_with"] | {"version": "0.0.9"}}, r"version 0\.0\.9, not"),
        (lambda found: found | {"made_with": found["made_with"] | {"numpy": "1.0"}}, r"numpy 1\.0, not"),
        (lambda found: found | {"made_with": found["made_with"] | {"code": "0"}}, "the program has changed since"),
        (lambda found: found | {"scenario_hash": "0"}, "the scenario has changed since"),
        (lambda found: found | {"engine": "other"}, "engine other, not"),
        (lambda found: {"seed": 7}, "is cut off or was changed"),
        (lambda found: [], "is cut off or was changed"),
        (None, "has no request.json"),
    ],
)
def test_what_it_was_asked_for_must_be_known_and_the_same(
    scenario: Scenario, unfinished: Path, change: Any, says: str
) -> None:
    """Of another version, edited, cut or missing: refused in a sentence, and nothing is touched."""
    path = left(unfinished) / "request.json"
    if change is None:
        path.unlink()
    else:
        path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(InTheWay, match=says):
        resumed(scenario, unfinished)
    assert len(shards(unfinished)) == 3


def test_a_process_number_that_came_back_is_not_taken_for_the_run(
    ran: Results, scenario: Scenario, unfinished: Path
) -> None:
    """After a restart another process may have the number of the one that was cut off: the lock tells them apart."""
    os.rename(left(unfinished), unfinished / f".small.writing-{os.getppid()}")
    assert digests(resumed(scenario, unfinished).folder) == digests(ran.folder)


FULL = """
import functools
shard.Shards.write = (lambda real: functools.wraps(real)(
    lambda self, batch, data: (resource.setrlimit(resource.RLIMIT_FSIZE, (700, -1)) if batch[0] == {nth} else None,
                               real(self, batch, data))[1]))(shard.Shards.write)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
"""


@pytest.mark.parametrize("nth", [0, 1, 3])
def test_a_disk_that_takes_no_more_leaves_whole_shards(
    ran: Results, scenario: Scenario, tmp_path: Path, nth: int
) -> None:
    """The system refuses the n-th shard: an OSError, whole shards to resume from, nothing half-written."""
    parent = cut_off(tmp_path, FULL.format(nth=nth), workers=1, households="slow")
    _, err = parent.communicate(timeout=60)
    assert "OSError: [Errno 27] File too large" in err
    out = tmp_path / "out"
    assert len(shards(out)) == nth
    if nth:
        assert f"{nth} replications are kept" in err
        assert {path.suffix for path in (left(out) / "shards").iterdir()} == {".shard"}
        assert digests(resumed(scenario, out).folder) == digests(ran.folder)
    else:
        assert list(out.iterdir()) == []


def test_a_shard_is_only_read_whole_and_by_its_run(unfinished: Path) -> None:
    """Any byte changed, any length cut, another run: refused."""
    data = shards(unfinished)[0].read_bytes()
    key = Request.read(left(unfinished)).key
    assert list(decode(data, key)) == [0]
    for wrong in (data[:-1], data[1:], data.replace(key.encode(), b"0" * len(key)), b"", b"\n"):
        with pytest.raises(Damaged):
            decode(wrong, key)
    with pytest.raises(Damaged, match="of another run"):
        decode(data, "another")


def test_a_failed_replication_is_tried_again_on_resume(ran: Results, scenario: Scenario, tmp_path: Path) -> None:
    """A shard holds what was done; what failed in it may do better the next time."""

    def enough(ended: int, asked: int) -> None:
        if ended == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(scenario, workers=1, out=tmp_path / "out", progress=enough, stages=odd_stages.stages(odd_stages.failing))
    assert digests(resumed(scenario, tmp_path / "out").folder) == digests(ran.folder)


def test_the_clock_does_not_matter(ran: Results, scenario: Scenario, unfinished: Path) -> None:
    """Times of files in the year 1970 or to come: what was done is taken up all the same."""
    for path, when in zip(shards(unfinished), (0, 2**33, 5), strict=True):
        os.utime(path, (when, when))
    assert digests(resumed(scenario, unfinished).folder) == digests(ran.folder)
