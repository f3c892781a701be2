"""The indicators: one registry that tables, charts, standards, documentation and messages read."""

from __future__ import annotations

import difflib

from borderflow.measure.indicator import Indicator
from borderflow.measure.indicators_of_people import OF_PEOPLE
from borderflow.measure.indicators_of_supplies import OF_SUPPLIES
from borderflow.scenario.plans import Standard

INDICATORS: dict[str, Indicator] = {indicator.name: indicator for indicator in [*OF_PEOPLE, *OF_SUPPLIES]}

ALIASES = {
    "wait_mean": "wait_total_mean",
    "wait_p50": "wait_total_p50",
    "wait_p90": "wait_total_p90",
    "wait_p95": "wait_total_p95",
    "wait_max": "wait_total_max",
    "people_overnight": "people_overnight_peak",
}
"""Words that a standard without a station may use, and the indicator that they mean there."""


SHOWN = {"fleet": "station", "fund": "item"}
"""Under which word of a standard, and column of a table, these are named."""


def meant(standard: Standard) -> str:
    """The indicator that a standard speaks of: for a crossing as a whole, ``wait_p95`` is the wait in all."""
    if standard.station is None and standard.item is None:
        return ALIASES.get(standard.indicator, standard.indicator)
    return standard.indicator


def fault(standard: Standard) -> str | None:
    """What is wrong with the indicator of a standard, for a message; None if nothing is."""
    indicator = INDICATORS.get(meant(standard))
    if indicator is None or "standard" in indicator.of:
        near = difflib.get_close_matches(standard.indicator, [*INDICATORS, *ALIASES], n=1)
        return f"no such indicator{f'; did you mean {near[0]!r}?' if near else ''}"
    if standard.station and standard.item:
        return "give either 'station' or 'item'"
    stored = standard.item is not None and "." in standard.item
    place = "warehouse" if stored else "item" if standard.item else "station" if standard.station else "crossing"
    given = dict.fromkeys(SHOWN.get(of, of) for of in indicator.of if of != "group")
    if place not in given and not (place == "station" and "space" in given):
        an = {of: f"{'an' if of == 'item' else 'a'} {of}" for of in (*given, place)}
        an["warehouse"] = "an item of a warehouse"
        return f"'{standard.indicator}' is given for {' or '.join(an[of] for of in given)}, not for {an[place]}"
    if "over" in standard.model_fields_set and standard.over != "period" and not indicator.by_day:
        return f"'{standard.indicator}' has no value for each day; write over: period"
    try:
        standard.bound_in(indicator.unit)
    except ValueError as error:
        return str(error)
    return None
