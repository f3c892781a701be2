"""A cluster: a real scheduler and two workers on loopback give the bytes of one process, one of them killed as well."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import odd_stages
import pytest
from test_run import digests

from borderflow.experiment.refusal import WrongUse
from borderflow.experiment.results import Results
from borderflow.experiment.run import run
from borderflow.scenario.scenario import Scenario

needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="the extra 'cluster' (distributed) is not installed"
)
HERE = Path(__file__).parent


@dataclass
class Cluster:
    """A scheduler's address, the processes of its workers, and the folder in which stages leave notes."""

    address: str
    workers: list[subprocess.Popen[bytes]]
    notes: Path


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """A scheduler with two workers, one thread each, without nannies that would replace a killed one."""
    monkeypatch.setenv("ODD_STAGES", str(tmp_path))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])}
    told = tmp_path / "scheduler.json"

    def start(kind: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--host", "127.0.0.1", "--no-dashboard"]
        command += ["--scheduler-file", str(told), *arguments]
        with open(tmp_path / f"{kind}.log", "ab") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=tmp_path)

    from distributed import Client

    processes = [start("scheduler", "--port", "0")]
    try:
        deadline = time.monotonic() + 60
        while not told.exists():
            assert time.monotonic() < deadline, (tmp_path / "scheduler.log").read_text()
            time.sleep(0.1)
        processes += [start("worker", "--nthreads", "1", "--no-nanny") for _ in range(2)]
        with Client(scheduler_file=str(told), set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            address = client.scheduler.address
        yield Cluster(address, processes[1:], tmp_path)
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


@needs_dask
def test_a_cluster_gives_the_bytes_of_one_process_and_a_killed_worker_costs_nothing(
    cluster: Cluster, ran: Results, scenario: Scenario
) -> None:
    """First as it is; then with one of its two workers killed in the middle of a replication."""
    calm = run(scenario, out=cluster.notes / "calm", cluster=cluster.address)
    assert digests(calm.folder) == digests(ran.folder)
    assert calm.manifest.workers == 2
    stages = odd_stages.stages(odd_stages.dying_once)
    shaken = run(scenario, out=cluster.notes / "shaken", cluster=cluster.address, stages=stages)
    assert (cluster.notes / "died").exists()
    assert [worker.poll() for worker in cluster.workers].count(-signal.SIGKILL) == 1
    assert shaken.complete
    assert digests(shaken.folder) == digests(ran.folder)


@needs_dask
def test_no_scheduler_there_is_an_io_error(scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address at which nobody listens: said within seconds, nothing written."""
    monkeypatch.setattr("borderflow.experiment.cluster.CONNECT", 1)
    with pytest.raises(OSError, match=r"no scheduler answers at tcp://127\.0\.0\.1:9"):
        run(scenario, out=tmp_path / "out", cluster="tcp://127.0.0.1:9")
    assert list((tmp_path / "out").iterdir()) == []


def test_without_the_extra_it_is_said(scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--cluster without Dask: wrong use, with what to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(WrongUse, match="install borderflow with its extra 'cluster'"):
        run(scenario, out=tmp_path, cluster="tcp://127.0.0.1:9")


def test_workers_and_a_cluster_are_one_too_many(scenario: Scenario, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="not both"):
        run(scenario, out=tmp_path, cluster="tcp://127.0.0.1:9", workers=2)
