"""What the tests of the command line share."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

SMALL = Path(__file__).parents[1] / "experiment" / "small.yaml"
Ended = subprocess.CompletedProcess[str]
Cli = Callable[..., Ended]


def hears_signals() -> None:
    """For a process that is to be interrupted: a shell starts what runs in its background deaf to Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
