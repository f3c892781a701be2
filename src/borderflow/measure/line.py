"""The line of a station: who reached it, how long each waited, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from borderflow.engine.journal import Fate
from borderflow.measure.rows import Flags
from borderflow.network.network import Ints


@dataclass(frozen=True)
class Line:
    """The visits of one station, those that reached it; arrays have one entry per visit.

    ``until``: the second at which waiting ended (start of service, leaving, or the end of the run). ``done``: the end
    of service, or of the run; ``until`` where no service began. ``open_wait`` leaves out the seconds in which no desk
    was staffed.
    """

    household: Ints
    size: Ints
    joined: Ints
    until: Ints
    done: Ints
    ended: Ints
    fate: Ints
    open_wait: Ints
    started: Flags

    @property
    def waiting(self) -> Flags:
        flags: Flags = self.fate == Fate.WAITING
        return flags

    def fated(self, *fates: Fate) -> Flags:
        """Which visits ended in one of these ways."""
        flags: Flags = np.isin(self.fate, fates)
        return flags

    @staticmethod
    def pooled(lines: list[Line]) -> Line:
        """Several lines as one, for a station of the same name at each crossing, or for all lines of a crossing."""
        names = Line.__dataclass_fields__
        return Line(**{name: np.concatenate([getattr(line, name) for line in lines]) for name in names})
