"""Rows of indicators and series by day, as they are gathered."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from borderflow.measure.registry import INDICATORS
from borderflow.measure.table import Listed, Table
from borderflow.network.network import Floats

Flags = npt.NDArray[np.bool_]
Place = tuple[str, str, str]
"""Crossing, station, item; an empty key means all."""

COLUMNS = ["crossing", "station", "item", "group", "indicator", "value", "lower_bound"]


@dataclass(frozen=True)
class Days:
    """One value for each day, and whether it is only a lower bound; NaN where a day has none."""

    value: Floats
    lower: Flags | None = None

    def flags(self) -> Flags:
        return np.zeros(len(self.value), dtype=np.bool_) if self.lower is None else self.lower


@dataclass
class Rows:
    """Indicator values in the order in which they are added, and what they are by day."""

    _keys: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    _values: list[float] = field(default_factory=list)
    _lower: list[bool] = field(default_factory=list)
    found: dict[tuple[Place, str], tuple[float, bool]] = field(default_factory=dict)
    by_day: dict[tuple[Place, str], Days] = field(default_factory=dict)

    def add(
        self,
        indicator: str,
        value: float,
        place: Place = ("", "", ""),
        *,
        group: str = "",
        lower: bool = False,
        days: Days | Floats | None = None,
    ) -> None:
        """One row; ``days`` is the same indicator day by day."""
        if indicator not in INDICATORS:
            raise KeyError(indicator)
        self._keys.append((*place, group, indicator))
        self._values.append(float(value))
        self._lower.append(bool(lower))
        if not group:
            self.found[place, indicator] = (float(value), bool(lower))
            if days is not None:
                self.by_day[place, indicator] = days if isinstance(days, Days) else Days(days)

    def table(self) -> Table:
        values = {"value": np.array(self._values, dtype=float), "lower_bound": np.array(self._lower, dtype=np.bool_)}
        return Table(Listed(tuple(COLUMNS[:5]), tuple(self._keys)), values)


def ratio(part: float, whole: float) -> float:
    """``part ÷ whole``; NaN where the whole is 0, for then the share is not defined."""
    return part / whole if whole else float("nan")


def ratios(part: Floats, whole: Floats) -> Floats:
    """``part ÷ whole``, element by element; NaN where the whole is 0."""
    result: Floats = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole != 0)
    return result
