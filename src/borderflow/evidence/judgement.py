"""What holds between the rows of a judged register: whose count, the same count told again, totals that only grow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from borderflow.evidence.rows import UNKNOWN, Flow
from borderflow.evidence.table import Line


@dataclass(frozen=True, slots=True)
class Judged:
    """A flow with the line that it stands in."""

    line: Line
    flow: Flow

    @property
    def fitted(self) -> bool:
        """Whether a simulation may be held against it."""
        return self.flow.counts


def check(flows: Sequence[Judged], capacity: Iterable[Line], bases: Collection[str]) -> None:
    """Note every fault of the judgements in the lines that hold them."""
    ids = {one.flow.id: one for one in flows}
    for one in flows:
        _alone(one, bases)
        _root(one.line, ids)
    for line in capacity:
        _root(line, ids)
    _twice(flows)
    _families(flows)
    _running(flows)


def _alone(one: Judged, bases: Collection[str]) -> None:
    line, flow = one.line, one.flow
    if bases and flow.basis not in bases:
        near = get_close_matches(flow.basis, bases, n=1)
        line.fault("basis", "no such basis in bases.csv" + (f", did you mean '{near[0]}'?" if near else ""))
    for column in ("basis_reason", "use_reason"):
        line.text(column)
    if bool(flow.same_count_as) != bool(flow.same_reason):
        wrong = (
            "say why it is the same count" if flow.same_count_as else "there is no 'same_count_as' to give a reason for"
        )
        line.fault("same_reason", wrong)
    if (flow.label is not None) != bool(flow.read_reason):
        wrong = "say why it is read so" if flow.label else "nothing is read other than labelled"
        line.fault("read_reason", wrong)
    if flow.quantity.startswith("cumulative") != bool(flow.series):
        wrong = (
            "a running total belongs to a series"
            if not flow.series
            else f"a series holds running totals, not '{flow.quantity}'"
        )
        line.fault("series", wrong)


def _root(line: Line, ids: Mapping[str, Judged]) -> None:
    """A row that tells another's count again names a flow that tells its own."""
    same = line.cells["same_count_as"]
    if not same:
        return
    if same == line.cells["id"]:
        line.fault("same_count_as", "a row is not its own root; leave it empty")
    elif same not in ids:
        near = get_close_matches(same, ids, n=1)
        line.fault("same_count_as", "no such flow" + (f", did you mean '{near[0]}'?" if near else ""))
    elif ids[same].flow.same_count_as:
        line.fault("same_count_as", f"'{same}' tells another row's count again; name '{ids[same].flow.same_count_as}'")


def _twice(flows: Iterable[Judged]) -> None:
    """One basis has one number for one thing: a second must say that it is the same, or be no fit."""
    first: dict[tuple[object, ...], Judged] = {}
    for one in flows:
        flow = one.flow
        if not one.fitted or flow.end is None:
            continue
        ends = flow.qualifier if flow.qualifier.startswith("range") else ""
        thing = (
            flow.basis,
            flow.crossing,
            flow.population,
            flow.quantity,
            flow.unit,
            flow.start,
            flow.end,
            flow.series,
            ends,
        )
        if thing in first:
            earlier = first[thing].line
            one.line.fault(
                "use", f"counted already at {earlier.place} ('{first[thing].flow.id}'); name it in 'same_count_as'"
            )
        first.setdefault(thing, one)


def _families(flows: Iterable[Judged]) -> None:
    """Families that are held against the persons of the same count are no more than those."""
    persons: dict[tuple[object, ...], Flow] = {}
    fitted = [one for one in flows if one.fitted]
    for one in fitted:
        if one.flow.quantity in ("daily_returns", "period_returns"):
            persons[_count(one.flow)] = one.flow
    for one in fitted:
        same = persons.get(_count(one.flow)) if one.flow.quantity == "families" else None
        if same is not None and one.flow.value > same.value:
            one.line.fault("value", f"more families than the persons of '{same.id}'")


def _count(flow: Flow) -> tuple[object, ...]:
    return flow.basis, flow.crossing, flow.population, flow.start, flow.end


def _running(flows: Iterable[Judged]) -> None:
    """A series has one basis, crossing, population, quantity and start, and its totals do not fall.

    A lower bound that lies under an earlier total takes nothing back, so it is no fault.
    """
    series: dict[str, list[Judged]] = {}
    for one in flows:
        if one.flow.series:
            series.setdefault(one.flow.series, []).append(one)
    for rows in series.values():
        first = next((one for one in rows if one.fitted), rows[0]).flow
        for one in rows:
            for column in ("basis", "crossing", "population", "quantity", "start"):
                mine, theirs = getattr(one.flow, column), getattr(first, column)
                if mine != theirs and (one.fitted or column == "basis"):
                    wrong = f"{column} is '{mine or UNKNOWN}', but '{theirs or UNKNOWN}' in '{first.id}' of this series"
                    one.line.fault("series", wrong)
        dated = sorted((one for one in rows if one.fitted and one.flow.end), key=lambda one: str(one.flow.end))
        least: Flow | None = None
        for one in dated:
            flow = one.flow
            if least is not None and flow.bound != "at_least" and flow.value < least.value:
                one.line.fault("value", f"a running total does not fall: '{least.id}' has {least.words} on {least.end}")
            if flow.bound != "at_most" and (least is None or flow.value > least.value):
                least = flow
