"""What kind of value a word of a scenario takes: read from the models, for the schema of editors and the reference.

A quantity is known by the reader of its type, so a word cannot be described as something else than what is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BeforeValidator, PlainValidator
from pydantic.fields import FieldInfo

from borderflow.scenario.calibration import MOST_IN_A_FAMILY, DrawsOf, between, part, persons, ratio
from borderflow.scenario.daily import DailyOf
from borderflow.scenario.spread import Size, SizeOf, Spread, SpreadOf
from borderflow.scenario.units import (
    HOUR,
    LARGEST,
    MINUTE,
    amount,
    area,
    clock,
    day,
    hours,
    money,
    need,
    positive_seconds,
    seconds,
    share,
    throughput,
)
from borderflow.scenario.words import Dated, Named, Words, name, stock_name

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_CLOCK = rf"(?:{_TIME}|24:00)"
_ISO = rf"P(?=.)(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?=.)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
_DURATION = rf"\s*(?:{_ISO}|(?:{_NUMBER}\s*(?:sec|s|min|h|days|day|d|w)\s*)+)\s*$"
_LITRES = rf"{_NUMBER}\s*(?:l|m3)"
_DEVICES = ("con", "prn", "aux", "nul", "com[0-9]", "lpt[0-9]")
_RESERVED = "|".join("".join(f"[{c.upper()}{c}]" if c.isalpha() else c for c in word) for word in _DEVICES)
_DEVICE = rf"^(?:(?:{_RESERVED})(?:\..*)?|.*\.(?:{_RESERVED}))$"
_TIMES = r"\s*(?=.*[1-9])0*(?:1000(?:\.0+)?|[0-9]{1,3}(?:\.[0-9]+)?)\s*%\s*$"
_PERCENT = r"^\s*\+?0*(?:100(?:\.0+)?|[0-9]{1,2}(?:\.[0-9]+)?)\s*%\s*$"


@dataclass(frozen=True)
class Kind:
    """A quantity as a file writes it: its name, what it is, its JSON Schema, examples, and how a value is written."""

    name: str
    says: str
    schema: Mapping[str, Any]
    examples: tuple[Any, ...]
    written: Callable[[Any], Any] = str


@dataclass(frozen=True)
class Number:
    """A bare number with its bounds."""

    whole: bool
    bounds: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Text:
    """Free text."""


@dataclass(frozen=True)
class Flag:
    """``true`` or ``false``."""


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    words: tuple[str | int, ...]


@dataclass(frozen=True)
class Block:
    """A block of words."""

    model: type[Words]


@dataclass(frozen=True)
class Either:
    """A bare value, or a block that says more."""

    bare: Shape
    block: Block


@dataclass(frozen=True)
class Listing:
    """A list."""

    item: Shape


@dataclass(frozen=True)
class Table:
    """A block of names (or hours, or groups), each with its value."""

    key: Shape
    item: Shape


@dataclass(frozen=True)
class ByDate:
    """A value, bare or by the dates on which it changes."""

    item: Shape


@dataclass(frozen=True)
class Anything:
    """A value whose kind depends on what stands beside it."""


Shape: TypeAlias = Kind | Number | Text | Flag | Choice | Block | Either | Listing | Table | ByDate | Anything


def _pattern(text: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{text}"}


def _duration(value: int) -> str:
    for unit, size in (("h", HOUR), ("min", MINUTE)):
        if value % size == 0:
            return f"{value // size} {unit}"
    return f"{value} s"


def _clock(value: int) -> str:
    return f"{value // HOUR:02d}:{value % HOUR // MINUTE:02d}"


_COUNTED = {"type": "integer", "minimum": 0, "maximum": LARGEST}
_RATIO = {"anyOf": [{"type": "number", "exclusiveMinimum": 0, "maximum": 10}, _pattern(_TIMES)]}
_TWO = {"type": "array", "minItems": 2, "maxItems": 2, "items": _RATIO}
_PERSONS = {"type": "number", "minimum": 1, "maximum": MOST_IN_A_FAMILY}
_FAMILY = {"type": "array", "minItems": 2, "maxItems": 2, "items": _PERSONS}
_FILE = {"type": "string", "minLength": 1}
KINDS: Mapping[Callable[..., Any], Kind] = {
    positive_seconds: Kind(
        "duration",
        "a time of at least one second: numbers with units (s, min, h, d, w), or ISO 8601",
        _pattern(rf"(?=.*[1-9]){_DURATION}"),
        ("12 min", "1 d 12 h", "PT12M"),
        _duration,
    ),
    seconds: Kind(
        "duration or none",
        "a time as above, or none at all",
        _pattern(_DURATION),
        ("7 d", "0 h"),
        _duration,
    ),
    clock: Kind(
        "time of day",
        "hours and minutes, Kabul time; the day ends at 24:00",
        _pattern(rf"{_CLOCK}$"),
        ("07:00", "24:00"),
        _clock,
    ),
    day: Kind(
        "date",
        "year, month and day",
        _pattern("(?:19[0-9]{2}|2[01][0-9]{2}|22[0-4][0-9])-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$"),
        ("2023-11-01",),
    ),
    share: Kind(
        "share",
        "a number from 0 to 1, or per cent",
        {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": _PERCENT}]},
        (0.95, "95 %"),
        float,
    ),
    amount: Kind(
        "amount",
        "a whole number of things, or litres or cubic metres",
        {"anyOf": [_COUNTED, _pattern(rf"\s*\+?{_LITRES}\s*$")]},
        (5000, "170000 l", "170 m3"),
        lambda value: str(value) if value.unit else int(value.number),
    ),
    need: Kind(
        "need",
        "what a household takes: an amount per household or per person, more than none",
        _pattern(rf"\s*(?=[^p]*[1-9])(?:\+?{_LITRES}|[0-9]+)\s+per\s+(?:household|person)\s*$"),
        ("1 per household", "15 l per person"),
    ),
    throughput: Kind(
        "throughput",
        "persons or households a day, more than none",
        _pattern(rf"\s*(?=[^a-z]*[1-9])\+?{_NUMBER}\s*(?:persons|households)(?:\s*/\s*|\s+per\s+)day\s*$"),
        ("24000 persons/day", "500 households/day"),
    ),
    money: Kind(
        "money",
        "a sum with the three letters of its currency",
        _pattern(rf"\s*\+?{_NUMBER}\s*[A-Z]{{3}}\s*$"),
        ("45 USD",),
    ),
    area: Kind(
        "area",
        "square metres",
        _pattern(rf"\s*(?=[^m]*[1-9])\+?{_NUMBER}\s*m2\s*$"),
        ("45000 m2",),
    ),
    hours: Kind(
        "opening hours",
        "from and to; over midnight is allowed; round the clock is `24 h`",
        _pattern(rf"\s*(?:24 h|{_CLOCK}\s*-\s*{_CLOCK})\s*$"),
        ("07:00-19:00", "20:00-04:00", "24 h"),
    ),
    name: Kind(
        "name",
        "1 to 64 letters, digits, `_` or `-`, in ASCII; not a name that Windows reserves for a device",
        {**_pattern("[A-Za-z0-9_-]{1,64}$"), "not": {"pattern": f"^(?:{_RESERVED})$"}},
        ("registration",),
    ),
    stock_name: Kind(
        "name of a stock",
        "a name as above; of a warehouse's stock with the warehouse before it",
        {**_pattern(r"[A-Za-z0-9_-]{1,64}(?:\.[A-Za-z0-9_-]{1,64})?$"), "not": {"pattern": _DEVICE}},
        ("kits", "kabul.kits"),
    ),
    ratio: Kind("ratio", "per cent, or a number above 0 and at most 10", _RATIO, ("3 %", 0.03), float),
    between: Kind("range of ratios", "the two ends of a range that holds 90 %", _TWO, (["40 %", "130 %"],), list),
    part: Kind(
        "range of shares", "the two ends of a range of shares that holds 90 %", _TWO, (["90 %", "100 %"],), list
    ),
    persons: Kind(
        "range of persons", "the two ends of a range of persons that holds 90 %", _FAMILY, ([4.5, 6.5],), list
    ),
}
_FILES: Mapping[Any, Kind] = {
    get_args(DailyOf)[0]: Kind(
        "file of counts", "a CSV file, by its path from this file's folder", _FILE, ("counts.csv",)
    ),
    get_args(DrawsOf)[0]: Kind(
        "file of draws", "a CSV file, by its path from this file's folder", _FILE, ("calibration/phase1-2023.csv",)
    ),
}
_BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
DURATION, DATE, NAME = KINDS[positive_seconds], KINDS[day], KINDS[name]


@cache
def words(model: type[Words]) -> dict[str, tuple[FieldInfo, Shape]]:
    """The words of a block as a file writes them, each with its documentation and its shape."""
    hints = get_type_hints(model, include_extras=True)
    return {field.alias or own: (field, shape(hints[own])) for own, field in model.model_fields.items()}


def shape(hint: Any, meta: tuple[Any, ...] = ()) -> Shape:
    """The shape of a type; ``TypeError`` for one that has no description here."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint == SpreadOf:
        return Either(DURATION, Block(Spread))
    if hint == SizeOf:
        return Either(Number(True, (("minimum", 1), ("maximum", 60))), Block(Size))
    if origin is Annotated:
        return shape(arguments[0], (*arguments[1:], *meta))
    if origin in (Union, UnionType):
        return shape(next(one for one in arguments if one is not NoneType), meta)
    for one in meta:
        if isinstance(one, (BeforeValidator, AfterValidator)) and one.func in KINDS:
            return KINDS[one.func]
        if isinstance(one, PlainValidator) and hint in _FILES:
            return _FILES[hint]
    if origin is Literal:
        return Choice(arguments)
    if origin is Dated:
        return ByDate(shape(arguments[0]))
    if origin is Named:
        return Table(NAME, shape(arguments[0]))
    if origin is dict:
        return Table(shape(arguments[0]), shape(arguments[1]))
    if origin is tuple:
        return Listing(shape(arguments[0]))
    if isinstance(hint, type) and issubclass(hint, Words):
        return Block(hint)
    if any(isinstance(one, BeforeValidator) for one in meta):
        raise TypeError(f"no kind is named for {hint} read by {meta}")
    if hint in (int, float):
        return Number(hint is int, tuple(_bounds(meta)))
    simple: dict[Any, Shape] = {bool: Flag(), str: Text(), Any: Anything()}
    if hint in simple:
        return simple[hint]
    raise TypeError(f"no kind is named for {hint}")


def _bounds(meta: tuple[Any, ...]) -> list[tuple[str, float]]:
    inner = [bound for one in meta for bound in (one.metadata if isinstance(one, FieldInfo) else [one])]
    return [(_BOUNDS[word], getattr(one, word)) for one in inner for word in _BOUNDS if hasattr(one, word)]


def default(field: FieldInfo, of: Shape) -> Any:
    """The default of a word as a file would write it; None where it is nothing."""
    value = field.default if field.default_factory is None else field.get_default(call_default_factory=True)
    if isinstance(value, Words):
        return {word: getattr(value, word) for word in value.model_fields_set} or None
    if field.is_required() or value is None or (isinstance(value, (dict, tuple)) and not value):
        return None
    if isinstance(of, Table):
        return {written(of.key, key): written(of.item, item) for key, item in value.items()}
    return written(of, value)


def written(of: Shape, value: Any) -> Any:
    """A value as a file would write it."""
    return of.written(value) if isinstance(of, Kind) else value
