"""What every block of a scenario file has in common: strict, frozen, and nothing that was not asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from borderflow.scenario.units import day

K = TypeVar("K")
T = TypeVar("T")

EMPTY = "nothing stands here; write a value or leave the word out"
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_RESERVED = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}


class Words(BaseModel):
    """Base of every block: unknown words are refused, values are not converted, nothing changes after loading."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    def model_post_init(self, _: Any, /) -> None:
        for word, value in self.__dict__.items():
            if type(value) in (dict, list):
                self.__dict__[word] = _settled(value)


def stands(value: Any) -> Any:
    """A value that must not be ``null`` where its word is written."""
    if value is None:
        raise ValueError(EMPTY)
    return value


def name(value: str) -> str:
    """A name that is safe in a path, a column and a file on every system."""
    if _NAME.fullmatch(value) is None:
        raise ValueError("a name has 1 to 64 letters, digits, '_' or '-'; free text belongs in 'title'")
    if value.lower() in _RESERVED:
        raise ValueError("this name is reserved by Windows")
    return value


def stock_name(value: str) -> str:
    """The name of a crossing's stock, or of a warehouse's: ``kits``, ``kabul.kits``."""
    for part in str.split(value, ".", 1):
        name(part)
    return value


Name = Annotated[str, AfterValidator(name)]
StockName = Annotated[str, AfterValidator(stock_name)]


class ReadOnly(dict[K, T]):
    """A mapping that refuses every write."""

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise TypeError("a scenario is frozen once loaded")

    __setitem__ = __delitem__ = update = pop = popitem = clear = setdefault = __ior__ = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type[ReadOnly[K, T]], tuple[dict[K, T]]]:
        return (type(self), (dict(self),))


def _settled(value: Any) -> Any:
    """A value with every mapping in it read-only and every list a tuple."""
    if isinstance(value, dict):
        return ReadOnly({key: _settled(item) for key, item in value.items()})
    return tuple(_settled(item) for item in value) if isinstance(value, list) else value


class Named(ReadOnly[str, T]):
    """A read-only mapping of names, in the order of the file."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        item = handler.generate_schema(source.__args__[0] if hasattr(source, "__args__") else Any)
        key = handler.generate_schema(Name)
        return core_schema.no_info_after_validator_function(cls, core_schema.dict_schema(key, item))


class Dated(Generic[T]):
    """A value that may change on given dates: written bare, or as ``{2023-10-25: 12, 2023-11-03: 36}``.

    The first value also holds before its date.
    """

    __slots__ = ("steps",)

    def __init__(self, steps: tuple[tuple[date | None, T], ...]) -> None:
        self.steps = steps

    @property
    def first(self) -> T:
        return self.steps[0][1]

    @property
    def values(self) -> tuple[T, ...]:
        return tuple(value for _, value in self.steps)

    def on(self, when: date) -> T:
        """The value in force on a date."""
        held = self.steps[0][1]
        for since, value in self.steps:
            if since is not None and since > when:
                break
            held = value
        return held

    def __iter__(self) -> Iterator[tuple[date | None, T]]:
        return iter(self.steps)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dated) and self.steps == other.steps

    def __hash__(self) -> int:
        return hash(self.steps)

    def __repr__(self) -> str:
        return f"Dated({self.steps!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        item = handler.generate_schema(source.__args__[0])

        def settle(value: Any) -> Any:
            return ReadOnly(value) if type(value) is dict else value

        def read(value: Any, validate: core_schema.ValidatorFunctionWrapHandler) -> Dated[Any]:
            if isinstance(value, Dated):
                return value
            dated = isinstance(value, Mapping) and bool(value) and all(looks_dated(key) for key in value)
            found = validate(value if dated else {ALWAYS: value})
            steps = tuple((since, settle(held)) for since, held in found.items())
            since = [when for when, _ in steps if when is not None]
            if since != sorted(set(since)):
                raise ValueError("the dates must rise")
            return cls(steps)

        key = core_schema.no_info_plain_validator_function(lambda text: None if text == ALWAYS else day(text))
        return core_schema.no_info_wrap_validator_function(read, core_schema.dict_schema(key, item))


ALWAYS = ""
"""Stands in a fault's location where a dated value was written bare; the loader leaves it out of the path."""


def looks_dated(key: object) -> bool:
    """Whether a word of a block is meant as a date."""
    return isinstance(key, str) and key[:4].isdigit() and key[4:5] == "-"
