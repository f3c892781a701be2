"""An indicator: what one number means."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Better = Literal["higher", "lower", ""]
Days = Literal["", "by_day", "adds_up"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """What one number means.

    ``zero``: what the value 0 says. ``of``: what it is given for (crossing, station, fleet, space, item, warehouse,
    fund, trigger, group, standard).
    ``days``: ``by_day`` if it has a value for each day too, which a standard over each day reads; ``adds_up`` if these
    add up to the period. A ``probability`` is 0 or 1 in each replication.
    """

    name: str
    unit: str
    title: str
    definition: str
    low: float
    high: float
    zero: str
    better: Better
    hxl: str
    of: tuple[str, ...]
    days: Days = ""

    @property
    def by_day(self) -> bool:
        return bool(self.days)

    @property
    def chance(self) -> bool:
        return self.unit == "probability"


def indicator(
    name: str, unit: str, title: str, definition: str, zero: str, better: Better, of: str, days: Days = ""
) -> Indicator:
    high = 1.0 if unit in ("share", "probability") else math.inf
    hxl = f"#indicator+{name}"
    return Indicator(name, unit, title, definition, 0.0, high, zero, better, hxl, tuple(of.split()), days)
