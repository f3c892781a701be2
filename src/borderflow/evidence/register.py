"""The evidence register: facts that were read in public texts, loaded, selected and cited by id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from borderflow.evidence.judgement import Judged, check
from borderflow.evidence.rows import QUALIFIERS, UNKNOWN, USES, Basis, Capacity, Event, Flow, Label, Row
from borderflow.evidence.table import Line, Table

CROSSINGS = ("torkham", "spin_boldak", "both")
FLOW_CROSSINGS = (*CROSSINGS, "pakistan_all", "pakistan_and_iran", "other")
CAPACITY_CROSSINGS = (*CROSSINGS, "generic")
POPULATIONS = ("all", "undocumented", "acc", "por", "deported")
MOST_SHOWN = 50
MOST_PERSONS = 100_000_000

FLOW_COLUMNS = (
    *("id", "crossing", "population", "quantity", "value", "unit", "qualifier", "start_date", "end_date"),
    *("publisher", "title", "published", "url", "note"),
)
JUDGED_COLUMNS = (
    *("basis", "basis_reason", "use", "use_reason", "same_count_as", "same_reason", "series"),
    *("crossing_read", "population_read", "quantity_read", "start_read", "end_read", "read_reason"),
)
EVENT_COLUMNS = ("id", "date_start", "date_end", "crossing", "kind", "summary", "publisher", "url")
CAPACITY_COLUMNS = (
    *("id", "crossing", "step", "quantity", "value", "unit", "qualifier", "start_date", "end_date"),
    *("publisher", "title", "published", "url", "note"),
)
BASIS_COLUMNS = (
    *("basis", "counted_by", "what", "where", "since", "error", "told_by"),
    *("relative_error", "counted_low", "counted_high", "error_reason"),
)


class RegisterFaults(Exception):
    """A register that cannot be used; ``faults`` has one line for each fault found."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        more = [f"… and {len(faults) - MOST_SHOWN} more"] if len(faults) > MOST_SHOWN else []
        super().__init__("\n".join([*faults[:MOST_SHOWN], *more]))


@dataclass(frozen=True)
class Register:
    """Every row of the register. Values stand as they were printed; labels as the register itself says to read them.

    ``bases`` has the rows of each basis by the day from which they hold, earliest first. ``written`` has the text of
    each row as it stands in its file, by id; ``headings`` the first line of each file.
    """

    flows: tuple[Flow, ...]
    events: tuple[Event, ...]
    capacity: tuple[Capacity, ...]
    bases: dict[str, tuple[Basis, ...]] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    headings: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
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
        """Reported day counts that may stand beside simulated persons crossed per day: one a day, by date.

        They are single days of quantity ``daily_returns`` for the whole population at that crossing, as the rows are
        read: counts at the gate, not people who reached the border. Rows that are no fit, or tell the same count again,
        are left out; where two bases counted a day, the one that stands first in ``bases.csv`` is taken. ``Flow.bound``
        and ``Flow.words`` say how each qualifier is to be read. Of a register that nobody has judged all are taken.
        """
        trusted = {name: place for place, name in enumerate(self.bases)}
        found: dict[date, Flow] = {}
        for flow in sorted(self.flows, key=lambda flow: trusted.get(flow.basis, len(trusted))):
            if (
                flow.quantity == "daily_returns"
                and flow.population == "all"
                and flow.crossing == crossing
                and (flow.counts or not flow.use)
                and flow.end is not None
                and flow.start == flow.end
                and first <= flow.end <= last
            ):
                found.setdefault(flow.end, flow)
        return tuple(found[day] for day in sorted(found))

    def _near(self, id: str) -> str:
        near = get_close_matches(id, self._rows, n=1)
        return f", did you mean '{near[0]}'?" if near else ""


def load(folder: Path | str) -> Register:
    """Load the register in a folder: ``flows.csv``, ``events.csv``, ``capacity.csv``; if it is judged, ``bases.csv``.

    A register is judged where ``flows.csv`` has the columns from ``basis`` on.
    Raises ``RegisterFaults`` with every fault of every file, each ``FILE:LINE:COLUMN PATH: what is wrong (got …)``.
    """
    folder = Path(folder)
    flows = Table(folder / "flows.csv", (*FLOW_COLUMNS, *JUDGED_COLUMNS), len(JUDGED_COLUMNS))
    events = Table(folder / "events.csv", EVENT_COLUMNS)
    capacity = Table(folder / "capacity.csv", (*CAPACITY_COLUMNS, "same_count_as"), 1)
    bases = Table(folder / "bases.csv", BASIS_COLUMNS)
    tables = (flows, events, capacity, bases)
    flow_lines, event_lines, capacity_lines = (list(table.lines()) for table in tables[:3])
    judged = bool(flows.heading) and "basis" in flows.heading[0]
    basis_lines = list(bases.lines()) if judged else []
    found = [_flow(line, judged) for line in flow_lines]
    ways: dict[str, list[Basis]] = {}
    for line in basis_lines:
        ways.setdefault(line.cells["basis"], []).append(_basis(line))
    known = {name: tuple(sorted(those, key=lambda one: one.since or date.min)) for name, those in ways.items()}
    register = Register(
        flows=tuple(found),
        events=tuple(_event(line) for line in event_lines),
        capacity=tuple(_capacity(line) for line in capacity_lines),
        bases=known,
        written={line.cells["id"]: line.written for line in (*flow_lines, *event_lines, *capacity_lines)},
        headings={table.path.stem: table.heading[0] for table in tables if table.heading},
    )
    _once([*flow_lines, *event_lines, *capacity_lines], "id")
    _once(basis_lines, "basis", "since")
    if judged:
        rows = [Judged(line, flow) for line, flow in zip(flow_lines, found, strict=True)]
        check(rows, capacity_lines, known)
    faults = [fault for table in tables for fault in table.faults]
    if faults:
        raise RegisterFaults(faults)
    return register


def _flow(line: Line, judged: bool) -> Flow:
    start, end = line.days("start_date", "end_date")
    value = line.number_of("value")
    unit = line.text("unit")
    if unit == "fraction" and value > 1:
        line.fault("value", "a fraction lies between 0 and 1")
    if unit in ("persons", "families") and value % 1:
        line.fault("value", f"{unit} come in whole numbers")
    if unit.startswith(("persons", "families")) and value > MOST_PERSONS:
        line.fault("value", f"more than {MOST_PERSONS:,} {unit}")
    label = Label(
        crossing=line.one_of("crossing", FLOW_CROSSINGS),
        population=line.one_of("population", POPULATIONS),
        quantity=line.text("quantity"),
        start=start,
        end=end,
    )
    read = _read(line, label) if judged else label
    return Flow(
        id=line.id(),
        crossing=read.crossing,
        population=read.population,
        quantity=read.quantity,
        value=value,
        unit=unit,
        qualifier=line.one_of("qualifier", QUALIFIERS),
        start=read.start,
        end=read.end,
        publisher=line.text("publisher"),
        title=line.cells["title"],
        published=line.cells["published"],
        url=line.cells["url"],
        note=line.cells["note"],
        basis=line.text("basis") if judged else "",
        basis_reason=line.cells["basis_reason"],
        use=line.one_of("use", USES) if judged else "",
        use_reason=line.cells["use_reason"],
        same_count_as=line.cells["same_count_as"],
        same_reason=line.cells["same_reason"],
        series=line.cells["series"],
        read_reason=line.cells["read_reason"],
        label=None if read == label else label,
    )


def _read(line: Line, label: Label) -> Label:
    """How a flow is to be read: its label, with what stands in the columns that end in ``_read`` in its place."""

    def word(name: str, known: tuple[str, ...]) -> str:
        column, labelled = f"{name}_read", str(getattr(label, name))
        if not line.cells[column]:
            return labelled
        if line.cells[column] == labelled:
            line.fault(column, "the same as its label; leave it empty")
        return line.one_of(column, known) if known else line.cells[column]

    def day(name: str) -> date | None:
        column, labelled = f"{name}_read", line.cells[f"{name}_date"]
        if not line.cells[column]:
            return getattr(label, name)  # type: ignore[no-any-return]
        if line.cells[column] == labelled:
            line.fault(column, "the same as its label; leave it empty")
        return None if line.cells[column] == UNKNOWN else line.day(column)

    start, end = day("start"), day("end")
    if start is not None and end is not None and end < start and (start, end) != (label.start, label.end):
        line.fault("end_read" if line.cells["end_read"] else "start_read", "it would end before it starts")
    return Label(word("crossing", FLOW_CROSSINGS), word("population", POPULATIONS), word("quantity", ()), start, end)


def _basis(line: Line) -> Basis:
    relative_error, low, high = (line.number_of(name) for name in ("relative_error", "counted_low", "counted_high"))
    if not 0 < relative_error <= 1:
        line.fault("relative_error", "the relative error of a count is more than 0 and at most 1")
    if not 0 < low < high <= 10:
        line.fault("counted_low", "the share counted rises from above 0 to 'counted_high', at most 10")
    return Basis(
        basis=line.id("basis"),
        counted_by=line.text("counted_by"),
        what=line.text("what"),
        where=line.text("where"),
        since=line.day("since"),
        error=line.text("error"),
        told_by=line.cells["told_by"],
        relative_error=relative_error,
        counted=(low, high),
        error_reason=line.text("error_reason"),
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
        same_count_as=line.cells["same_count_as"],
    )


def _once(lines: list[Line], column: str, *beside: str) -> None:
    """Note every name that stands in an earlier line too, with the same in the columns ``beside``."""
    first: dict[tuple[str, ...], Line] = {}
    for line in lines:
        name = (line.cells[column], *(line.cells[other] for other in beside))
        if name[0] and name in first:
            line.fault(column, f"the {column} stands already at {first[name].place}")
        first.setdefault(name, line)
