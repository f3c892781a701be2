"""Who comes: whether it is stated, and whether it is too many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from borderflow.scenario.check_initial import checked_initial
from borderflow.scenario.faults import Fault
from borderflow.scenario.people import GROUPS, WEEKDAYS, level
from borderflow.scenario.seen import Seen, SeenCrossing, read, under
from borderflow.scenario.tree import children, fault, item_name, plain
from borderflow.scenario.units import DAY, HOUR, MINUTE, day

MOST_HOUSEHOLDS = 2_000_000
BYTES_EACH = 3_000
"""Memory of a household in one replication, its tables included: measured on the shipped scenarios (2.8 to 3.1 kB)."""
SECONDS_EACH = 50e-6
"""Processor time of a household under one plan, sampling and measuring included: measured there too (40 to 53 µs)."""


def checked_people(seen: Seen, crossing: SeenCrossing) -> Iterator[Fault]:
    """Whether the size of households is stated for a crossing, and its counts by day; who stands there already."""
    yield from _phases(seen, crossing)
    yield from _counted(seen, crossing)
    yield from checked_initial(seen, crossing)
    yield from _nobody(seen, crossing)
    for one in crossing.phases:
        mix = seen.mix(crossing, one.phase) if one.phase is not None else None
        if mix is not None and mix.size is None:
            node = seen.root.get("households") or crossing.node
            message = f"the word 'size' is missing, here or in 'households' of {crossing.name}"
            yield fault(node, "households", message, got=False)
            return


def _phases(seen: Seen, crossing: SeenCrossing) -> Iterator[Fault]:
    """Phases that begin no later than the one before them, with both places; one that leaves a gap before it."""
    listing = crossing.at("arrivals", "phases")
    begins = [
        (path, str(item_name(node)), node.get("from"), read(node.get("from"), day))
        for path, _, node in (children(listing, f"{crossing.path}.arrivals.phases") if listing is not None else ())
    ]
    for (_, earlier, one, first), (path, later, other, then) in pairwise(begins):
        if one is not None and other is not None and first is not None and then is not None and then <= first:
            message = f"phase '{later}' begins on {then}, no later than phase '{earlier}' on {first}, at {one.place}"
            yield fault(other, f"{path}.from", message, got=False)
    path, name, node, first = begins[0] if begins else ("", "", None, None)
    late = first is not None and seen.start is not None and seen.end is not None and seen.start < first <= seen.end
    if node is not None and late:
        message = f"the scenario starts on {seen.start}: before its first day the level of phase '{name}' holds too"
        yield fault(node, f"{path}.from", message, warning=True)


def _counted(seen: Seen, crossing: SeenCrossing) -> Iterator[Fault]:
    """Whether a file of counts has every day; before its first one, that holds in the warm-up."""
    node = crossing.at("arrivals", "daily")
    if node is None or crossing.daily is None or not crossing.daily.counts or seen.end is None or seen.start is None:
        return
    first = min(seen.start, max(seen.first or seen.start, crossing.daily.counts[0].date))
    missing = crossing.daily.missing(first, min(seen.end, first + timedelta(days=seen.longest)))
    if missing:
        more = f" and {len(missing) - 1} more days" if len(missing) > 1 else ""
        yield fault(node, f"{crossing.path}.arrivals.daily", f"the file has no {missing[0]}{more}")


def _nobody(seen: Seen, crossing: SeenCrossing) -> Iterator[Fault]:
    """A warning for a crossing at which nobody is expected on any day."""
    expected = [persons for _, _, persons in levels(seen, crossing)]
    node = crossing.at("arrivals")
    if node is not None and expected and not any(expected):
        message = "nobody arrives: 0 persons are expected on every day"
        yield fault(node, f"{crossing.path}.arrivals", message, got=False, at_key=True, warning=True)


def checked_arrivals(seen: Seen) -> Iterator[Fault]:
    """Whether a computer can hold all who come."""
    node = seen.root.get("crossings")
    expected = expected_households(seen)
    if node is not None and expected >= MOST_HOUSEHOLDS and not seen.yes_really:
        memory, time = f"{expected * BYTES_EACH / 1e9:.0f} GB", _time(expected * SECONDS_EACH)
        message = (
            f"about {expected / 1e6:.0f} million households are expected in a replication, which takes {memory} of"
            f" memory and {time} under each plan; more than {MOST_HOUSEHOLDS // 1_000_000} million needs --yes-really"
        )
        yield fault(node, "crossings", message, got=False)
        return
    yield from _remaining(seen)


def _time(seconds: float) -> str:
    """A long time in the unit that one would say it in."""
    for unit, length in (("days", DAY), ("h", HOUR)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / MINUTE:.0f} min"


def _remaining(seen: Seen) -> Iterator[Fault]:
    """Whether the phases bring more persons of a group than are still to come, over all crossings."""
    node = under(seen.root, "households", "remaining")
    left = seen.households.remaining if seen.households is not None else {}
    if node is None or not left:
        return
    by_day: dict[date, dict[str, float]] = {}
    for crossing in seen.crossings.values():
        mixes = {one.path: seen.mix(crossing, one.phase) for one in crossing.phases if one.phase is not None}
        for path, when, persons in levels(seen, crossing):
            mix = mixes[path]
            day = by_day.setdefault(when, {})
            for group, share in (mix.groups if mix is not None and mix.groups else {GROUPS[0]: 1.0}).items():
                day[group] = day.get(group, 0.0) + persons * share
    for group, most in left.items():
        total, passed = 0.0, None
        for when in sorted(by_day):
            total += by_day[when].get(group, 0.0)
            passed = when if passed is None and total > most else passed
        held = node.get(group)
        if passed is not None and held is not None:
            message = f"{total:.0f} persons are expected to come by the end; these are passed on {passed}"
            yield fault(held, f"households.remaining.{group}", message)


def expected_households(seen: Seen) -> float:
    """About how many households come in one replication, by the levels of the phases."""
    total = 0.0
    for crossing in seen.crossings.values():
        sizes = {one.path: mix.size for one in crossing.phases if one.phase and (mix := seen.mix(crossing, one.phase))}
        for path, _, persons in levels(seen, crossing):
            size = sizes.get(path)
            total += persons / max(1.0, size.mean) if size is not None else 0.0
    return total


def levels(seen: Seen, crossing: SeenCrossing) -> Iterator[tuple[str, date, float]]:
    """The path of the phase in force, the date, and the persons expected by the phases, day by day."""
    known = [(one.path, one.phase) for one in crossing.phases if one.phase is not None]
    if not known or seen.start is None or seen.end is None or seen.first is None:
        return
    phases = tuple(phase for _, phase in known)
    factors = crossing.at("arrivals", "weekdays")
    weekdays = plain(factors) if factors is not None and isinstance(factors.value, dict) else {}
    counts = {count.date: count for count in crossing.daily.counts} if crossing.daily is not None else None
    last = min(seen.end, seen.start + timedelta(days=seen.longest))
    index = 0
    for number in range((last - seen.first).days + 1):
        when = seen.first + timedelta(days=number)
        while index + 1 < len(phases) and phases[index + 1].from_ <= when:
            index += 1
        if counts is not None:
            known_day = counts.get(max(when, phases[0].from_))
            yield known[0][0], when, known_day.mean if known_day is not None else 0.0
            continue
        factor = weekdays.get(WEEKDAYS[when.weekday()], 1.0)
        yield known[index][0], when, level(phases, index, when) * (factor if isinstance(factor, (int, float)) else 1.0)
