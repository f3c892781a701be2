"""The evidence register: facts that were read in public texts, loaded, selected and cited by id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from borderflow.evidence.rows import QUALIFIERS, Capacity, Event, Flow, Reading, Row
from borderflow.evidence.table import Line, Table

CROSSINGS = ("torkham", "spin_boldak", "both")
FLOW_CROSSINGS = (*CROSSINGS, "pakistan_all", "pakistan_and_iran", "other")
CAPACITY_CROSSINGS = (*CROSSINGS, "generic")
POPULATIONS = ("all", "undocumented", "acc", "por", "deported")
NOWHERE = "nowhere"
MOST_SHOWN = 50

FLOW_COLUMNS = (
    *("id", "crossing", "population", "quantity", "value", "unit", "qualifier", "start_date", "end_date"),
    *("publisher", "title", "published", "url", "note"),
)
EVENT_COLUMNS = ("id", "date_start", "date_end", "crossing", "kind", "summary", "publisher", "url")
CAPACITY_COLUMNS = (
    *("id", "crossing", "step", "quantity", "value", "unit", "qualifier", "start_date", "end_date"),
    *("publisher", "title", "published", "url", "note"),
)
READING_COLUMNS = ("id", "drawn_at", "reason")
SHIPPED_READINGS = Path(__file__).with_name("readings.csv")


class RegisterFaults(Exception):
    """A register that cannot be used; ``faults`` has one line for each fault found."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        more = [f"… and {len(faults) - MOST_SHOWN} more"] if len(faults) > MOST_SHOWN else []
        super().__init__("\n".join([*faults[:MOST_SHOWN], *more]))


@dataclass(frozen=True)
class Register:
    """Every row of the register, as it was read; nothing is corrected on loading."""

    flows: tuple[Flow, ...]
    events: tuple[Event, ...]
    capacity: tuple[Capacity, ...]
    readings: tuple[Reading, ...] = ()
    _rows: dict[str, Row] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows: tuple[Row, ...] = (*self.flows, *self.events, *self.capacity)
        object.__setattr__(self, "_rows", {row.id: row for row in rows})

    def __contains__(self, id: object) -> bool:
        return id in self._rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids: flows, then events, then capacity, each in the order of its file."""
        return tuple(self._rows)

    def select(self, ids: Iterable[str]) -> tuple[Row, ...]:
        """The rows of the given ids, in that order. Raises ``KeyError`` that names every unknown id."""
        wanted = tuple(ids)
        unknown = [id for id in wanted if id not in self._rows]
        if unknown:
            raise KeyError("; ".join(f"no evidence '{id}'{self._near(id)}" for id in dict.fromkeys(unknown)))
        return tuple(self._rows[id] for id in wanted)

    def daily_counts(self, crossing: str, first: date, last: date) -> tuple[Flow, ...]:
        """Reported day counts that may stand beside simulated persons crossed per day, by date.

        They are single days of quantity ``daily_returns`` for the whole population at that crossing: counts at the
        gate, not people who reached the border. The readings leave out those that count something else (a queue,
        people present, registrations) or the same thing twice, and say which rows labelled otherwise belong to this
        crossing, each with its reason. ``Flow.bound`` and ``Flow.words`` say how each qualifier is to be read.
        """
        readings = {reading.id: reading.drawn_at for reading in self.readings}
        found = [
            (flow.end, flow)
            for flow in self.flows
            if flow.quantity == "daily_returns"
            and flow.population == "all"
            and readings.get(flow.id, flow.crossing) == crossing
            and flow.end is not None
            and flow.start == flow.end
            and first <= flow.end <= last
        ]
        return tuple(flow for _, flow in sorted(found, key=lambda pair: pair[0]))

    def _near(self, id: str) -> str:
        near = get_close_matches(id, self._rows, n=1)
        return f", did you mean '{near[0]}'?" if near else ""


def load(folder: Path | str) -> Register:
    """Load the register in a folder: ``flows.csv``, ``events.csv`` and ``capacity.csv``.

    ``readings.csv`` in the folder, if there, takes the place of the readings that come with the program.
    Raises ``RegisterFaults`` with every fault of every file, each ``FILE:LINE:COLUMN PATH: what is wrong (got …)``.
    """
    folder = Path(folder)
    flows, flow_lines = Table(folder / "flows.csv", FLOW_COLUMNS), list[Line]()
    events, event_lines = Table(folder / "events.csv", EVENT_COLUMNS), list[Line]()
    capacity, capacity_lines = Table(folder / "capacity.csv", CAPACITY_COLUMNS), list[Line]()
    own_readings = (folder / "readings.csv").exists()
    readings = Table(folder / "readings.csv" if own_readings else SHIPPED_READINGS, READING_COLUMNS)
    reading_lines = list[Line]()
    tables = ((flows, flow_lines), (events, event_lines), (capacity, capacity_lines), (readings, reading_lines))
    for table, lines in tables:
        lines.extend(table.lines())
    register = Register(
        flows=tuple(_flow(line) for line in flow_lines),
        events=tuple(_event(line) for line in event_lines),
        capacity=tuple(_capacity(line) for line in capacity_lines),
        readings=tuple(_reading(line) for line in reading_lines),
    )
    _once([*flow_lines, *event_lines, *capacity_lines])
    _once(reading_lines)
    if own_readings:
        _read_of(reading_lines, {line.cells["id"] for line in flow_lines})
    faults = [fault for table, _ in tables for fault in table.faults]
    if faults:
        raise RegisterFaults(faults)
    return register


def _flow(line: Line) -> Flow:
    start, end = line.days("start_date", "end_date")
    value = line.number_of("value")
    if line.cells["unit"] == "fraction" and value > 1:
        line.fault("value", "a fraction lies between 0 and 1")
    return Flow(
        id=line.id(),
        crossing=line.one_of("crossing", FLOW_CROSSINGS),
        population=line.one_of("population", POPULATIONS),
        quantity=line.text("quantity"),
        value=value,
        unit=line.text("unit"),
        qualifier=line.one_of("qualifier", QUALIFIERS),
        start=start,
        end=end,
        publisher=line.text("publisher"),
        title=line.cells["title"],
        published=line.cells["published"],
        url=line.cells["url"],
        note=line.cells["note"],
    )


def _event(line: Line) -> Event:
    start, end = line.days("date_start", "date_end", needed=True)
    return Event(
        id=line.id(),
        start=start or date.min,
        end=end,
        crossing=line.one_of("crossing", CROSSINGS),
        kind=line.text("kind"),
        summary=line.text("summary"),
        publisher=line.text("publisher"),
        url=line.cells["url"],
    )


def _capacity(line: Line) -> Capacity:
    start, end = line.days("start_date", "end_date")
    return Capacity(
        id=line.id(),
        crossing=line.one_of("crossing", CAPACITY_CROSSINGS),
        step=line.text("step"),
        quantity=line.text("quantity"),
        value=line.number_of("value"),
        unit=line.text("unit"),
        qualifier=line.one_of("qualifier", QUALIFIERS),
        start=start,
        end=end,
        publisher=line.text("publisher"),
        title=line.cells["title"],
        published=line.cells["published"],
        url=line.cells["url"],
        note=line.cells["note"],
    )


def _reading(line: Line) -> Reading:
    drawn_at = line.one_of("drawn_at", ("torkham", "spin_boldak", NOWHERE))
    return Reading(id=line.id(), drawn_at=None if drawn_at == NOWHERE else drawn_at, reason=line.text("reason"))


def _once(lines: list[Line]) -> None:
    """Note every id that stands in an earlier line too."""
    first: dict[str, Line] = {}
    for line in lines:
        id = line.cells["id"]
        if id and id in first:
            line.fault("id", f"the id stands already at {first[id].place}")
        first.setdefault(id, line)


def _read_of(readings: list[Line], flows: set[str]) -> None:
    for line in readings:
        if line.cells["id"] and line.cells["id"] not in flows:
            near = get_close_matches(line.cells["id"], flows, n=1)
            line.fault("id", "no such flow" + (f", did you mean '{near[0]}'?" if near else ""))
