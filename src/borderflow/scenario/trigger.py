"""Triggers: what a plan does once the operation sees something, and until when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field, model_validator

from borderflow.scenario.units import Amount, DurationOrNone, whole_days
from borderflow.scenario.words import Name, Words

FOR = "for"
_COMPARED = re.compile(r"\s*([<>])\s*(\d+(?:\.\d+)?)\s*(l|m3)?\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bound:
    """A comparison: more than (``above``) or less than a limit."""

    above: bool
    limit: Amount

    def __str__(self) -> str:
        return f"{'>' if self.above else '<'} {self.limit}"


def bound(value: Any) -> Bound:
    """Read a comparison (``> 4000``, ``< 2000 l``)."""
    found = _COMPARED.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("not a comparison; write it as '> 4000', or '< 2000 l' for a stock in litres")
    number = float(found[2]) * (1000 if found[3] == "m3" else 1)
    return Bound(found[1] == ">", Amount(number, "l" if found[3] else ""))


class Trigger(Words):
    """If all that stands under ``if`` holds at midnight, the change acts ``notice`` later, at the next opening.

    Paths are those of a plan's changes; under ``if`` and ``until`` stand what is seen and a comparison, and ``for`` how
    many days in a row it must hold. It acts once, or with ``repeat`` again each time after it was undone.
    """

    name: Name | None = Field(
        None,
        description="name in tables; left out, `trigger_1`, `trigger_2` … in the order of the plan",
        examples=["more_desks_when_seen"],
    )
    title: str | None = Field(
        None, description="free text for tables and charts", examples=["Twenty desks after two heavy days"]
    )
    if_: dict[str, Any] = Field(
        alias="if",
        description=(
            "what must be seen at midnight of the day that has ended, all of it: what is seen and a comparison; `for` "
            "says on how many days in a row"
        ),
        examples=[{"torkham.crossed": "> 4000", "for": "2 d"}],
    )
    notice: DurationOrNone = Field(
        0, description="time from seeing to acting; desks then change at the station's next opening", examples=["24 h"]
    )
    set: dict[str, Any] = Field(
        {}, description="path and new value", examples=[{"torkham.stations.registration.desks": 40}]
    )
    add: dict[str, Any] = Field(
        {},
        description="path and what is added; less than 0 takes away",
        examples=[{"torkham.stations.registration.desks": 20}],
    )
    scale: dict[str, Any] = Field({}, description="path and factor", examples=[{"torkham.fleets.trucks.vehicles": 1.5}])
    until: dict[str, Any] = Field(
        {},
        description="what must be seen for desks and vehicles to be undone",
        examples=[{"torkham.crossed": "< 2000", "for": "5 d"}],
    )
    repeat: bool = Field(False, description="true: it acts again each time after it was undone", examples=[True])

    @model_validator(mode="after")
    def _acts(self) -> Trigger:
        if not (self.set or self.add or self.scale):
            raise ValueError("a trigger says what to 'set', 'add' or 'scale'")
        if not conditions(self.if_):
            raise ValueError("say what must be seen: {torkham.crossed: '> 4000', for: 2 d}")
        if "until" in self.model_fields_set and not conditions(self.until):
            raise ValueError("'until' says what must be seen: {torkham.crossed: '< 2000', for: 5 d}")
        if self.repeat and not self.until:
            raise ValueError("'repeat' goes with 'until': only what was undone can be done again")
        return self


def conditions(block: Mapping[str, Any]) -> dict[str, Any]:
    """What stands under ``if`` or ``until``, without ``for``."""
    return {path: compared for path, compared in block.items() if path != FOR}


def days(block: Mapping[str, Any]) -> int:
    """On how many days in a row it must hold."""
    return whole_days(block[FOR]) if FOR in block else 1


Seen = Literal["crossed", "inside", "queue", "on_hand"]


@dataclass(frozen=True)
class Watched:
    """One condition: what is seen at a crossing (or in a warehouse), of which station or stock, and how it compares."""

    crossing: str
    sees: Seen
    name: str
    bound: Bound
    days: int
