"""Stages that go wrong in a stated way; workers import them by name."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from borderflow.experiment.stages import Stages, standard
from borderflow.scenario.scenario import Scenario

real = standard()


def folder() -> Path:
    """Where stages leave notes for the test that runs them."""
    return Path(os.environ["ODD_STAGES"])


def noting(scenario: Scenario, replication: int) -> Any:
    with open(folder() / "sampled", "a") as notes:
        notes.write(f"{replication}\n")
    return real.households(scenario, replication)


def failing(scenario: Scenario, replication: int) -> Any:
    if replication == 1:
        raise ValueError("the second replication\nnever ends")
    return real.households(scenario, replication)


def failing_always(scenario: Scenario, replication: int) -> Any:
    raise ValueError("nothing works")


def dying_once(scenario: Scenario, replication: int) -> Any:
    if replication == 2 and not (folder() / "died").exists():
        (folder() / "died").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return real.households(scenario, replication)


def dying_always(scenario: Scenario, replication: int) -> Any:
    if replication == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return real.households(scenario, replication)


def backwards(scenario: Scenario, replication: int) -> Any:
    """The first ends last, once no other begins any more; it notes how many had begun by then."""
    (folder() / f"begun-{replication}").touch()
    if replication == 0:
        begun, deadline = 0, time.monotonic() + 60
        while (many := len(list(folder().glob("begun-*")))) > begun or (many < 3 and time.monotonic() < deadline):
            begun = many
            time.sleep(2.5)
        (folder() / "begun").write_text(str(many))
    return real.households(scenario, replication)


def talking(scenario: Scenario, replication: int) -> Any:
    print("a worker talks")
    sys.stdout.flush()
    threads = [os.environ[name] for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")]
    (folder() / "threads").write_text(" ".join([*threads, str(pa.cpu_count())]))
    return real.households(scenario, replication)


def chatting(scenario: Scenario, replication: int) -> Any:
    print("a replication talks")
    return real.households(scenario, replication)


def endless(scenario: Scenario, replication: int) -> Any:
    (folder() / f"worker-{os.getpid()}").touch()
    time.sleep(600)


def slow(scenario: Scenario, replication: int) -> Any:
    """Slow enough that every replication is a batch of its own."""
    (folder() / f"worker-{os.getpid()}").touch()
    time.sleep(1.2)
    return real.households(scenario, replication)


def dying_thrice(scenario: Scenario, replication: int) -> Any:
    """Counts how often the deadly replication is begun."""
    if replication == 2:
        with open(folder() / "deaths", "a") as deaths:
            deaths.write("x")
        os.kill(os.getpid(), signal.SIGKILL)
    return real.households(scenario, replication)


def short_of_memory(scenario: Scenario, replication: int) -> Any:
    """Replication 1 needs more memory than there is, the first time."""
    import resource

    import numpy as np

    if replication == 1 and not (folder() / "tried").exists():
        (folder() / "tried").touch()
        before = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, before[1]))
        try:
            np.ones(1 << 40)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, before)
    return real.households(scenario, replication)


def stages(households: Any) -> Stages:
    return replace(real, households=households)
