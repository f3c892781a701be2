"""The indicators: one registry that tables, charts, standards, documentation and messages read."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from typing import Literal

from borderflow.scenario.plans import Standard

Better = Literal["higher", "lower", ""]
Days = Literal["", "by_day", "adds_up"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """What one number means.

    ``zero``: what the value 0 says. ``of``: what it is given for (crossing, station, fleet, item, group, standard).
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


def _indicator(
    name: str, unit: str, title: str, definition: str, zero: str, better: Better, of: str, days: Days = ""
) -> Indicator:
    high = 1.0 if unit in ("share", "probability") else math.inf
    hxl = f"#indicator+{name}"
    return Indicator(name, unit, title, definition, 0.0, high, zero, better, hxl, tuple(of.split()), days)


_i = _indicator

# fmt: off
INDICATORS: dict[str, Indicator] = {
    indicator.name: indicator
    for indicator in [
        _i("arrived", "persons", "People who came",
           "Persons who reached the crossing or joined the line of the station, by the date on which they did.",
           "nobody", "", "crossing station group", "adds_up"),
        _i("arrived_households", "households", "Households that came",
           "As arrived, in households.",
           "nobody", "", "crossing", "adds_up"),
        _i("diverted", "persons", "People diverted",
           "Persons who came to the crossing while it was closed and went on to another, where they are in "
           "arrived; by the date on which they came.",
           "nobody", "lower", "crossing", "adds_up"),
        _i("crossed", "persons", "People who crossed",
           "Persons whose service at the gate ended, by that date: what border reports count. The "
           "gate is the first station named gate, else the first of the journey.",
           "nobody", "", "crossing", "adds_up"),
        _i("processed", "persons", "People served",
           "Persons whose service at the station ended, by that date.",
           "nobody", "", "station", "adds_up"),
        _i("completed", "persons", "People who completed the journey",
           "Of those who arrived, persons who passed every station they needed or missed it and went on.",
           "nobody", "higher", "crossing group", "adds_up"),
        _i("completed_households", "households", "Households that completed the journey",
           "As completed, in households.",
           "nobody", "higher", "crossing"),
        _i("completed_share", "share", "Share who completed",
           "completed ÷ arrived.",
           "nobody completed", "higher", "crossing"),
        _i("gave_up", "persons", "People who gave up",
           "Persons who left the operation tired of waiting or for want of an item. At a crossing: of those who "
           "arrived; at a station: who left from its line.",
           "nobody", "lower", "crossing station", "adds_up"),
        _i("gave_up_share", "share", "Share who gave up",
           "gave_up ÷ arrived.",
           "nobody gave up", "lower", "crossing"),
        _i("not_admitted", "persons", "People not admitted",
           "Persons sent away because a station closed before their turn. At a crossing: of those who arrived.",
           "nobody", "lower", "crossing station", "adds_up"),
        _i("not_admitted_share", "share", "Share not admitted",
           "not_admitted ÷ arrived.",
           "nobody was sent away", "lower", "crossing"),
        _i("inside_at_end", "persons", "People still inside at the end",
           "Of those who arrived, persons who had not left when the period ended.",
           "nobody", "", "crossing"),
        _i("inside_at_end_share", "share", "Share still inside at the end",
           "inside_at_end ÷ arrived.",
           "nobody", "", "crossing"),
        _i("missed", "persons", "People who missed a station",
           "Persons who went on without the service, tired of waiting or for want of an item (once per station "
           "missed).",
           "nobody", "lower", "crossing station", "adds_up"),
        _i("same_day", "share", "Registered on the day of crossing",
           "Of the persons who crossed and need registration: those whose registration ended on the date of "
           "their gate service. Not ended counts as no. Registration is the station of that name, else the last "
           "desk station.",
           "nobody was registered on the day of crossing", "higher", "crossing group", "by_day"),
        _i("within_24h", "share", "Registered within 24 hours of crossing",
           "As same_day, within 24 hours of the end of gate service. Those for whom 24 hours have not passed at "
           "the end count as no: then it is a lower bound.",
           "nobody was registered within 24 hours", "higher", "crossing", "by_day"),
        _i("stay_mean", "seconds", "Time in the operation, mean",
           "From arrival to leaving, over the persons who arrived. Who is inside at the end has stayed so far: "
           "then it is a lower bound.",
           "everyone left at once", "lower", "crossing", "by_day"),
        _i("stay_p50", "seconds", "Time in the operation, median",
           "Half of the persons stayed no longer.",
           "half left at once", "lower", "crossing", "by_day"),
        _i("stay_p95", "seconds", "Time in the operation, 95 %",
           "95 % of the persons stayed no longer.",
           "95 % left at once", "lower", "crossing", "by_day"),
        _i("wait_total_mean", "seconds", "Waiting in all, mean",
           "Sum of a household's waits at all stations, closed hours included, over the persons who arrived (by "
           "date of arrival). Who is inside at the end may wait on: then it is a lower bound.",
           "nobody waited", "lower", "crossing group", "by_day"),
        _i("wait_total_p50", "seconds", "Waiting in all, median",
           "Half of the persons waited no longer in all.",
           "half did not wait", "lower", "crossing", "by_day"),
        _i("wait_total_p90", "seconds", "Waiting in all, 90 %",
           "90 % of the persons waited no longer in all.",
           "90 % did not wait", "lower", "crossing", "by_day"),
        _i("wait_total_p95", "seconds", "Waiting in all, 95 %",
           "95 % of the persons waited no longer in all.",
           "95 % did not wait", "lower", "crossing", "by_day"),
        _i("wait_total_max", "seconds", "Waiting in all, longest",
           "The longest wait in all of any household.",
           "nobody waited", "lower", "crossing", "by_day"),
        _i("people_overnight_mean", "persons", "People inside at midnight, mean",
           "Persons who have arrived and not left, at the midnight that ends each day; mean over the days.",
           "nobody", "lower", "crossing", "by_day"),
        _i("people_overnight_peak", "persons", "People inside at midnight, peak",
           "The largest number of persons inside at a midnight.",
           "nobody", "lower", "crossing", "by_day"),
        _i("people_overnight_peak_day", "days", "Day of the peak at midnight",
           "Days from the start to the day whose night has the most people inside (the first, if several).",
           "the first night", "", "crossing"),
        _i("wait_mean", "seconds", "Wait, mean",
           "From joining the line to the start of service (to leaving, for who left), closed hours included; by "
           "the date of joining, persons as weights. Who still waits at the end has waited so far: then it is a "
           "lower bound.",
           "nobody waited", "lower", "station", "by_day"),
        _i("wait_p50", "seconds", "Wait, median",
           "Half of the persons waited no longer. Who still waits at the end has waited so far: then it is a "
           "lower bound.",
           "half did not wait", "lower", "station", "by_day"),
        _i("wait_p90", "seconds", "Wait, 90 %",
           "90 % of the persons waited no longer. Who still waits at the end has waited so far: then it is a "
           "lower bound.",
           "90 % did not wait", "lower", "station", "by_day"),
        _i("wait_p95", "seconds", "Wait, 95 %",
           "95 % of the persons waited no longer. Who still waits at the end has waited so far: then it is a "
           "lower bound.",
           "95 % did not wait", "lower", "station", "by_day"),
        _i("wait_max", "seconds", "Wait, longest",
           "The longest wait of any household. Who still waits at the end has waited so far: then it is a lower "
           "bound.",
           "nobody waited", "lower", "station", "by_day"),
        _i("wait_open_mean", "seconds", "Wait in opening hours, mean",
           "As wait_mean, without the seconds in which no desk was staffed or a closure stopped people. Who "
           "still waits at the end has waited so far: then it is a lower bound.",
           "nobody waited while open", "lower", "station", "by_day"),
        _i("share_over_4h", "share", "Share who waited over 4 hours",
           "Persons whose wait is over 4 hours. Who still waits at the end has waited so far: then it is a lower "
           "bound.",
           "nobody waited over 4 hours", "lower", "station", "by_day"),
        _i("waiting_at_end", "persons", "People in the line at the end",
           "Persons in the line when the period ended.",
           "nobody", "lower", "station"),
        _i("queue_mean", "persons", "Queue, mean",
           "Persons who have joined and not yet started or left, mean over time. Who comes back after closing "
           "counts as in the line while it is closed.",
           "nobody ever stood in line", "lower", "crossing station", "by_day"),
        _i("queue_peak", "persons", "Queue, peak",
           "The largest number of persons in the line.",
           "nobody ever stood in line", "lower", "crossing station", "by_day"),
        _i("queue_peak_day", "days", "Time of the peak queue",
           "Days (with fraction) from the start to the first peak.",
           "the first instant of the first day", "", "crossing station"),
        _i("utilisation", "share", "Utilisation",
           "Busy desk-seconds ÷ (rostered + overtime); at a fleet: vehicle-seconds.",
           "the desks were idle", "", "station", "by_day"),
        _i("overtime_hours", "hours", "Overtime",
           "Desk-hours worked beyond the desks staffed: services that run on after their desk should have "
           "closed.",
           "no overtime", "lower", "crossing station", "adds_up"),
        _i("desk_hours", "hours", "Desk-hours",
           "Rostered and overtime desk-hours, without the vehicles.",
           "no desk", "lower", "crossing station", "adds_up"),
        _i("staff", "staff", "Staff in the largest shift",
           "The most desks staffed at one time × staff per desk ÷ (1 − leave); at a crossing the sum over its "
           "stations.",
           "no desk", "lower", "crossing station"),
        _i("days_behind_peak", "days", "Days behind, peak",
           "The station alone, offered all work at the hour in which the households arrive: its largest backlog "
           "in desk-seconds ÷ its mean rostered desk-seconds per day. Not defined where it has work and no desk.",
           "never behind", "lower", "station"),
        _i("bottleneck", "probability", "Is the bottleneck",
           "1 for the station of the crossing with the most days behind (first in the journey, if several), else "
           "0.",
           "is not the bottleneck", "", "station"),
        _i("bottleneck_next", "probability", "Is the next bottleneck",
           "1 for the station with the most days behind once the bottleneck is relieved, else 0.",
           "is not the next bottleneck", "", "station"),
        _i("issued", "units", "Issued",
           "Quantity handed out.",
           "nothing", "", "item", "adds_up"),
        _i("received", "units", "Received",
           "Quantity delivered.",
           "nothing", "", "item", "adds_up"),
        _i("unmet", "units", "Unmet need",
           "What visits that ended without the item, or were served without it, would have taken; by the date on "
           "which they did. Households that never reached the station are in without_item instead.",
           "nothing was missing", "lower", "item", "adds_up"),
        _i("demanded", "units", "Asked for",
           "issued + unmet + what those still in line would take; by the date of joining the line.",
           "nobody asked", "", "item", "adds_up"),
        _i("lowest", "units", "Lowest stock",
           "The least on hand at any time.",
           "it ran out", "higher", "item", "by_day"),
        _i("closing", "units", "Stock at the end",
           "On hand when the period (or day) ended.",
           "nothing left", "", "item", "by_day"),
        _i("first_stockout", "days", "First stock-out",
           "Days (with fraction) from the start to the first stock-out. Not defined without one.",
           "the first instant of the first day", "higher", "item"),
        _i("stockout", "probability", "Stock-out",
           "1 if there was a stock-out in the period, else 0.",
           "no stock-out", "lower", "item", "by_day"),
        _i("stockout_hours", "hours", "Stock-out hours",
           "Hours in which less was on hand than the smallest amount anyone could take. Over all crossings: the "
           "sum.",
           "no stock-out", "lower", "item", "adds_up"),
        _i("days_of_cover", "days", "Days of cover at the end",
           "Stock at the end ÷ mean issued per day over the last 7 days. Not defined if nothing was issued in "
           "them.",
           "nothing left", "higher", "item"),
        _i("with_item", "persons", "People who got the item",
           "Of those who arrived and whose journey takes the item: persons whose household got all of it.",
           "nobody", "higher", "item"),
        _i("part_item", "persons", "People who got part of the item",
           "As with_item, got a part of it.",
           "nobody", "lower", "item"),
        _i("without_item", "persons", "People without the item",
           "As with_item, got nothing: served without it, missed the station, or left the operation before.",
           "nobody", "lower", "item"),
        _i("awaiting_item", "persons", "People still to get the item",
           "As with_item, still inside at the end and not yet served where it is given.",
           "nobody", "", "item"),
        _i("with_item_households", "households", "Households that got the item",
           "As with_item, in households.",
           "nobody", "higher", "item"),
        _i("part_item_households", "households", "Households that got part",
           "As part_item, in households.",
           "nobody", "lower", "item"),
        _i("without_item_households", "households", "Households without the item",
           "As without_item, in households.",
           "nobody", "lower", "item"),
        _i("awaiting_item_households", "households", "Households still to get it",
           "As awaiting_item, in households.",
           "nobody", "", "item"),
        _i("with_item_share", "share", "Share who got the item",
           "with_item ÷ (with_item + part_item + without_item): those still waiting are left out.",
           "nobody got it in full", "higher", "item"),
        _i("order_by", "days", "Order by",
           "Days from the start to the last day at whose midnight one extra order still leaves no unmet need in "
           "at least 90 % of the replications. Not defined if none is needed, or if it is too late from the "
           "start.",
           "the first midnight", "higher", "item"),
        _i("order_by_quantity", "units", "Quantity to order",
           "The least extra order, placed on the order-by day, that does so in 90 % of the replications.",
           "no extra order is needed", "lower", "item"),
        _i("trips", "vehicles", "Vehicle departures",
           "Vehicles that left (a household larger than one takes several).",
           "nothing", "", "fleet", "adds_up"),
        _i("vehicles_in_use_mean", "vehicles", "Vehicles in use, mean",
           "Vehicles between the first boarding and their return, mean over time.",
           "none was used", "", "fleet", "by_day"),
        _i("vehicles_in_use_peak", "vehicles", "Vehicles in use, peak",
           "The most vehicles in use at one time.",
           "none was used", "", "fleet", "by_day"),
        _i("transport_backlog", "persons", "Transport backlog, peak",
           "The most persons waiting to board.",
           "nobody", "lower", "fleet", "by_day"),
        _i("seat_use", "share", "Seats used",
           "Persons carried ÷ seats of the vehicles that left.",
           "the vehicles left empty", "higher", "fleet"),
        _i("cost", "currency", "Cost",
           "Desk-hours with overtime, items issued and vehicle departures at their stated prices; over all "
           "crossings also the plan's own costs. Not defined if the scenario states no price.",
           "it costs nothing", "lower", "crossing"),
        _i("cost_per_completed", "currency", "Cost per person completed",
           "cost ÷ completed.",
           "it costs nothing", "lower", "crossing"),
        _i("standard", "probability", "Standard holds",
           "1 if the standard named under item holds, else 0; a verdict that could turn on waits not yet over "
           "counts as not met. Not defined if there was nothing to judge.",
           "it does not hold", "higher", "standard"),
        _i("standard_first_failure", "days", "First failure",
           "Days from the start to the first day on which the standard's bound is broken, if it does not hold.",
           "the first day", "higher", "standard"),
    ]
}
# fmt: on

ALIASES = {
    "wait_mean": "wait_total_mean",
    "wait_p50": "wait_total_p50",
    "wait_p90": "wait_total_p90",
    "wait_p95": "wait_total_p95",
    "wait_max": "wait_total_max",
    "people_overnight": "people_overnight_peak",
}
"""Words that a standard without a station may use, and the indicator that they mean there."""


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
    place = "item" if standard.item else "station" if standard.station else "crossing"
    given = dict.fromkeys("station" if of == "fleet" else of for of in indicator.of if of != "group")
    if place not in given:
        named = {"item": "an item", "station": "a station", "crossing": "a crossing"}
        return f"'{standard.indicator}' is given for {' or '.join(named[of] for of in given)}, not for {named[place]}"
    if "over" in standard.model_fields_set and standard.over != "period" and not indicator.by_day:
        return f"'{standard.indicator}' has no value for each day; write over: period"
    return None
