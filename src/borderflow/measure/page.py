"""The page docs/indicators.md, written from the registry and from what the measures say of themselves."""

from __future__ import annotations

import inspect
from types import ModuleType

from borderflow.measure import bottleneck, closures, funds, orders, outcomes, requirements, rosters, spaces, standards
from borderflow.measure.indicator import Indicator
from borderflow.measure.registry import ALIASES, INDICATORS

HEAD = """\
# Indicators

<!-- Written from src/borderflow/measure/registry.py: python -m borderflow.measure.page > docs/indicators.md -->

What each number in `indicators.csv` and `replications.parquet` means. An empty `crossing` means all crossings together,
an empty `station` the crossing as a whole. Persons are the weights: a household of six counts six times. Durations are
in seconds, dates in days from `start` (2.5 is noon of the third day).

- Only what happens from `start` to the end of the last day counts. The warm-up is in no table; but its people stand in
  lines, occupy desks and take stock. Whoever reached a place before `start` is in neither its arrivals nor its waits;
  nor is who stands there at the start by the word `initial`.
- Nobody is dropped. Who still waits at the end has waited so far. A value that could rise for that reason is a lower
  bound: `lower_bound` in `indicators.csv` counts the replications in which it is one.
- A value is empty where it is not defined: a mean wait where nobody came, a date of what did not happen. `n` counts the
  replications, `n_defined` those in which the value is defined; mean and band are over these.
- `mean` with `ci_low` and `ci_high`: how well the mean is known (95 %; Student, Wilson for a probability).
  `p05` to `p95`: how much one replication differs from another. They answer different questions. Where the scenario
  runs on the draws of a calibration, the interval counts draws, and `sd_calibration` and `sd_run` say how much of the
  spread lies between draws and how much within them.
- A space stands under its name in the column `station` (after `space.` if a station has the same). In `daily.parquet`
  its rows have `inside_midnight` and `inside_peak` (with a place), `outside_midnight` and `outside_peak` (without one)
  and `places`; at a crossing or a station `inside_midnight` are all people there. `water_per_person_day` and
  `meals_per_person_day` of a day stand in the rows of spaces that use water or meals, and of their crossing.
- A quantile such as `wait_p95` is the least wait that at least 95 % of the persons did not exceed.
"""

MODULES = (outcomes, bottleneck, rosters, spaces, closures, orders, funds, standards, requirements)
PLACES = {
    "crossing": "Of a crossing, or of all",
    "station": "Of a station",
    "fleet": "Of a fleet, at the station where it is boarded",
    "space": "Of a space, at its name under `station`",
    "item": "Of an item, some also of a warehouse's, under `WAREHOUSE.ITEM` with an empty crossing",
    "fund": "Of a fund, named under `item`",
    "trigger": "Of a trigger, named under `item`",
    "standard": "Of a standard, named under `item`",
}


def indicators_page() -> str:
    """The whole page as Markdown."""
    parts = [HEAD]
    for place, title in PLACES.items():
        here = [indicator for indicator in INDICATORS.values() if place in indicator.of]
        parts += [f"## {title}\n", "\n".join(_entry(indicator) for indicator in here), ""]
    aliases = ", ".join(f"`{word}` for `{indicator}`" for word, indicator in ALIASES.items())
    parts.append(f"## In a standard without a station\n\nThese words stand for the wait in all: {aliases}.")
    parts.append("\n## How it is reckoned\n")
    parts += [_told(module) for module in MODULES]
    return "\n".join(parts).rstrip("\n") + "\n"


def _told(module: ModuleType) -> str:
    """What a module says of itself: its first line is the title."""
    title, _, text = (inspect.getdoc(module) or "").partition("\n\n")
    return f"**{title}**\n\n{text}\n".replace("``", "`")


def _entry(indicator: Indicator) -> str:
    high = "or more" if indicator.high == float("inf") else f"to {indicator.high:g}"
    unit = f"{indicator.unit}, {indicator.low:g} {high}"
    words = ["0 or 1; the mean is a probability" if indicator.chance else unit, f"0: {indicator.zero}"]
    if indicator.better:
        words.append(f"{indicator.better} is better")
    if indicator.by_day:
        words.append("also by day")
    if "warehouse" in indicator.of:
        words.append("also of a warehouse's")
    if "group" in indicator.of:
        words.append("also by group")
    return (
        f"- **`{indicator.name}`**: {indicator.title}. {indicator.definition} ({'; '.join(words)}.) `{indicator.hxl}`"
    )


if __name__ == "__main__":
    import sys

    sys.stdout.write(indicators_page())
