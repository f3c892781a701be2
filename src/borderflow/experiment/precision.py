"""Enough replications: they are added until the mean of an indicator is known as exactly as was asked.

Asked is a share: the 95 % interval of ``indicators.csv`` may reach so far to each side of the mean, for every plan and
place that the indicator is told for. As the width wavers, it must hold on for some replications more: kLimit = 5 of
them, and n/20 beyond n = 100 (Hoad, Robinson and Davies, Automated selection of the number of replications for a
discrete-event simulation, Journal of the Operational Research Society 61, 2010). With posterior draws two replications
share a row and an interval counts rows, so replications come in pairs, and rows are counted in place of replications.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from borderflow.experiment.refusal import WrongUse
from borderflow.scenario.faults import near

if TYPE_CHECKING:
    from borderflow.experiment.batch import Outcome
    from borderflow.scenario.scenario import Scenario

LEAST = 5
"""Replications (rows) before a width is believed."""

LOOK_AHEAD = 5
MOST = 200
_FORM = re.compile(r"([a-z0-9_]+)(?:@([^.:]+)(?:\.([^.:]+))?)?:(\d+(?:\.\d+)?) ?%")


@dataclass(frozen=True)
class Precision:
    """How exactly an indicator is to be known: ``share`` of its mean. An empty place means all that it is told for."""

    indicator: str
    crossing: str
    station: str
    share: float
    text: str

    @classmethod
    def parse(cls, text: str, scenario: Scenario) -> Precision:
        """Read ``wait_p95@torkham.registration:5%``; raises ``WrongUse``."""
        from borderflow.measure.registry import ALIASES, INDICATORS

        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise WrongUse(
                f"a precision is INDICATOR:SHARE or INDICATOR@CROSSING.STATION:SHARE, such as wait_p95@torkham:5% "
                f"(got '{text}')"
            )
        indicator, crossing, station = match[1], match[2] or "", match[3] or ""
        if indicator not in INDICATORS:
            indicator = ALIASES.get(indicator, indicator)
        if indicator not in INDICATORS:
            raise WrongUse(f"there is no indicator '{indicator}'{near(indicator, INDICATORS)}")
        if crossing and crossing not in scenario.crossings:
            there = ", ".join(scenario.crossings)
            raise WrongUse(
                f"there is no crossing '{crossing}'{near(crossing, scenario.crossings)} (there are: {there})"
            )
        share = float(match[4]) / 100
        if not 0.001 <= share <= 1:
            raise WrongUse(f"a precision is 0.1 % to 100 % of the mean (got '{text}')")
        return cls(indicator, crossing, station, share, text.strip())

    def wants(self, crossing: str, station: str, group: str, indicator: str) -> bool:
        """Whether a row of the indicators is one of those asked for."""
        return (
            indicator == self.indicator
            and not group
            and self.crossing in ("", crossing)
            and self.station in ("", station)
        )


def look_ahead(n: int) -> int:
    """For how many replications more a precision that is reached at n must hold on."""
    return LOOK_AHEAD * max(n, 100) // 100


@dataclass(frozen=True)
class Width:
    """The widest interval of what was asked, as a share of its mean; None where it is not known."""

    plan: str
    crossing: str
    station: str
    item: str
    indicator: str
    asked: float
    width: float | None


Key = tuple[str, str, str, str, str]


class Enough:
    """Told of each outcome in order, says when there are enough. ``reached``: at how many it was precise first."""

    def __init__(self, asked: Sequence[Precision], rows: int) -> None:
        self.asked = tuple(asked)
        self._rows = rows
        self._unit = 2 if rows else 1
        self._values: dict[tuple[Precision, Key], dict[int, float]] = {}
        self._n = 0
        self._held = 0
        self.reached: int | None = None
        self.settled = False
        self.widest: Width | None = None

    def add(self, outcome: Outcome) -> bool:
        """Take one replication up (a failed one counts, without values); whether it was the last that is needed."""
        self._n += 1
        if outcome.failure is None:
            self._keep(outcome)
        if self._n % self._unit == 0:
            self._judge()
        return self.settled

    def _keep(self, outcome: Outcome) -> None:
        import pyarrow.compute as pc

        table = outcome.tables["indicators"]
        names = list({one.indicator for one in self.asked})
        rows = table.filter(pc.is_in(table["indicator"], value_set=_strings(names))).to_pylist()
        for row in rows:
            for one in self.asked:
                if one.wants(row["crossing"], row["station"], row["group"], row["indicator"]):
                    key = (row["plan"], row["crossing"], row["station"], row["item"], row["indicator"])
                    value = row["value"]
                    of = self._values.setdefault((one, key), {})
                    of[outcome.replication] = math.nan if value is None else value
        for one in self.asked:
            if not any(asked == one for asked, _ in self._values):
                raise WrongUse(f"'{one.indicator}' is not told for the place that '{one.text}' names")

    def _judge(self) -> None:
        n = self._n // self._unit
        if n < LEAST:
            return
        self.widest = self._widest()
        if not _within(self.widest):
            self._held, self.reached = 0, None
            return
        if not self._held:
            self.reached = self._n
        self._held += 1
        self.settled = self._held > look_ahead(n)

    def _widest(self) -> Width | None:
        """Of all that is asked for, what is farthest beyond its share; None where no value is defined."""
        widest = None
        for (one, key), width in zip(self._values, self._widths(), strict=True):
            if width is None:
                continue
            told = Width(*key, one.share, width if math.isfinite(width) else None)
            if widest is None or _excess(told) > _excess(widest):
                widest = told
        return widest

    def _widths(self) -> list[float | None]:
        """Half the interval as a share of the mean; NaN if that cannot be told, None if no value is defined."""
        import numpy as np

        from borderflow.measure.components import posterior_rows
        from borderflow.measure.registry import INDICATORS
        from borderflow.measure.summary import statistics

        if not self._values:
            return []
        values = np.full((len(self._values), self._n), np.nan)
        for place, of in enumerate(self._values.values()):
            values[place, list(of)] = list(of.values())
        rows = None
        if self._rows:
            rows = np.broadcast_to(posterior_rows(np.arange(self._n), self._rows), values.shape)
        found = statistics(values, [INDICATORS[key[-1]] for _, key in self._values], rows)
        half = (found["ci_high"] - found["ci_low"]) / 2
        with np.errstate(invalid="ignore", divide="ignore"):
            widths = np.where(half == 0, 0.0, half / np.abs(found["mean"]))
        return [float(width) if many else None for width, many in zip(widths, found["n_defined"].tolist(), strict=True)]

    def told(self) -> dict[str, Any]:
        """For the manifest: what was asked, whether it was reached, at how many replications, and how wide it is."""
        return {
            "asked": [one.text for one in self.asked],
            "reached": self.settled,
            "at": self.reached if self.settled else None,
            "widest": asdict(self.widest) if self.widest is not None else None,
        }


def _excess(width: Width) -> float:
    return math.inf if width.width is None else width.width / width.asked


def _within(width: Width | None) -> bool:
    return width is not None and _excess(width) <= 1


def _strings(names: list[str]) -> Any:
    import pyarrow as pa

    return pa.array(names, pa.string())
