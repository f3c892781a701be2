"""What an experiment refuses to do, and why; the command line maps each kind to its exit code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from borderflow.scenario.faults import WrongUse

__all__ = ["InTheWay", "Stopped", "Unverified", "WrongUse"]


class InTheWay(Exception):
    """The target folder holds something that would be lost."""


class Unverified(Exception):
    """A results folder whose manifest is missing, or whose files are not those that its manifest names."""


class Stopped(Exception):
    """Too many replications failed to go on. ``failures`` says which, and why."""

    def __init__(self, message: str, failures: Iterable[Any] = ()) -> None:
        super().__init__(message)
        self.failures = tuple(failures)
