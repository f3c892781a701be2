"""The smallest scenarios that theory can answer: one crossing, one station, steady arrivals."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from borderflow.scenario.scenario import Scenario


def scenario(station: dict[str, Any], days: int, per_day: float, **crossing: Any) -> Scenario:
    """Single persons who come at a constant rate, round the clock, to one station that is always open."""
    arrivals = {"phases": [{"phase": "steady", "from": "2023-01-01", "persons_per_day": per_day, "shape": "step"}]}
    return Scenario.model_validate(
        {
            "borderflow": 1,
            "name": "theory",
            "title": "One station",
            "start": "2023-01-01",
            "end": str(np.datetime64("2023-01-01") + days - 1),
            "warm_up": "5 d",
            "seed": 20231101,
            "households": {"size": 1},
            "crossings": {
                "here": {"arrivals": arrivals, "journey": ["desk"], "stations": {"desk": station}, **crossing}
            },
            "plans": {"as_is": {}},
        }
    )


def interval(values: list[float], sure: float = 0.999) -> tuple[float, float]:
    """Student-t interval of a mean over replications."""
    sample = np.array(values)
    half = stats.t.ppf((1 + sure) / 2, len(sample) - 1) * stats.sem(sample)
    return float(sample.mean() - half), float(sample.mean() + half)
