"""Persons by day, as they were counted or are expected, instead of phases."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated, Any

from pydantic import PlainValidator

Z95 = 1.6448536269514722
"""The 95 % quantile of the standard normal distribution."""


@dataclass(frozen=True, slots=True)
class Count:
    """The persons of a day: their number, or the median of it, with the 5 % and 95 % of the day's level."""

    date: date
    persons: float
    low: float | None = None
    high: float | None = None

    @property
    def spreads(self) -> tuple[float, float]:
        """Standard deviations of the logarithm of the level, below and above its median."""
        if not self.low or not self.high:
            return 0.0, 0.0
        return math.log(self.persons / self.low) / Z95, math.log(self.high / self.persons) / Z95

    @property
    def mean(self) -> float:
        """The mean level of the day."""
        below, above = self.spreads
        halves = [math.exp(s * s / 2) * math.erfc(side * s / math.sqrt(2)) / 2 for s, side in ((below, 1), (above, -1))]
        return self.persons * sum(halves)


@dataclass(frozen=True)
class Daily:
    """Persons by day, in order of dates. ``file`` is where they were read, which does not count in a comparison."""

    counts: tuple[Count, ...]
    file: str = field(default="", compare=False)

    @property
    def spread(self) -> bool:
        """Whether any day has a range."""
        return any(count.low is not None for count in self.counts)

    def on(self, when: date) -> Count:
        """The count of a date; the first one also before it. ``KeyError`` where the file has no such date."""
        return self._by_date[max(when, self.counts[0].date)]

    @cached_property
    def _by_date(self) -> dict[date, Count]:
        return {count.date: count for count in self.counts}

    def missing(self, first: date, last: date) -> list[date]:
        """The dates from first to last, both included, that the file has not."""
        known = self._by_date
        every = (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
        return [when for when in every if when not in known]


def _read_already(value: Any) -> Daily:
    if not isinstance(value, Daily):
        raise ValueError("write the name of a file, such as counts.csv")
    return value


DailyOf = Annotated[Daily, PlainValidator(_read_already)]
