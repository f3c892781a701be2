"""Whether a fit foretells and recovers well enough to plan with: bounds, stated once, and which of them are missed."""

from __future__ import annotations

from dataclasses import dataclass

from borderflow.calibrate.foretell import Foresight
from borderflow.calibrate.recover import Recovery

INSIDE = 0.85
"""At least this share of the reports left out lies in the 5–95 % band."""
ERROR = 0.15
"""Largest median |log(reported / foretold)|."""
BETTER = 2.0
"""A fit's error is at most the naive forecast's, on the same reports, divided by this."""
SHARP = 2.5
"""Largest median of p95 / p05: wider bands would cover everything and say nothing."""
FEWEST = 10
"""Of fewer numbers forecasts are not judged: a median of three says little."""
COVERAGE = (0.85, 0.95)
"""Share of the values that the 90 % intervals of made-up cases hold."""

STANDS = 0.80
"""At least this share of the simulation's own numbers lies in the 90 % that chance leaves around the fluid: the numbers
of one run hang together, so that even those of several runs may fall short of 90 %."""


@dataclass(frozen=True)
class Bound:
    """One bound: what was found, what it must be, and whether it is."""

    name: str
    found: float
    must: str
    held: bool


def bounds(foresight: Foresight, recovery: Recovery) -> list[Bound]:
    """All bounds that can be judged; those on forecasts only where enough numbers were left out."""
    found = []
    if (score := foresight.model) is not None and score.reports >= FEWEST:
        must = f"at least {100 * INSIDE:.0f} %"
        found.append(Bound("inside the 5–95 % band", score.inside, must, score.inside >= INSIDE))
        found.append(Bound("median absolute log error", score.error, f"at most {ERROR}", score.error <= ERROR))
        found.append(Bound("sharpness, p95 / p05", score.sharpness, f"at most {SHARP}", score.sharpness <= SHARP))
    for name, pair in (("last value", foresight.last), ("interpolation", foresight.between)):
        if pair is not None and pair[0].reports >= FEWEST:
            naive, same = pair
            better = naive.error / max(same.error, 1e-12)
            found.append(Bound(f"better than {name}, times", better, f"at least {BETTER:g}", better >= BETTER))
    if recovery.values:
        low, high = COVERAGE
        held = low <= recovery.coverage <= high
        must = f"{100 * low:.0f}–{100 * high:.0f} %"
        found.append(Bound("coverage of 90 % intervals", recovery.coverage, must, held))
    if (share := recovery.agreement) is not None:
        found.append(Bound("simulation beside the fluid", share, f"at least {100 * STANDS:.0f} %", share >= STANDS))
    return found
