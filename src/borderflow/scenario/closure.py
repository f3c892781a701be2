"""Closures: days on which a crossing lets nobody through, nothing in, or neither."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from borderflow.scenario.units import DAY, Clock, Day, Duration, Share, midnight
from borderflow.scenario.words import Name, Words

Stopped = Literal["people", "supplies"]
STATIONS = ("exit_check", "gate")
"""Where a closure stops people unless it says ``at``: those of them that the crossing has."""


def _something(stops: tuple[Stopped, ...]) -> tuple[Stopped, ...]:
    if not stops:
        raise ValueError("a closure stops something: people, supplies or both")
    return stops


class Closure(Words):
    """A closure from the first day to the last, both included; ``closes`` on the first and ``opens`` on the last.

    People: the stations ``at`` start nobody. Of those who come in it the share ``divert`` goes on to the crossing
    ``divert_to`` and arrives there ``after``. Supplies: what would come in it comes at its first open second.
    """

    title: str | None = Field(
        None, description="free text for tables and charts", examples=["Shut after an exchange of fire"]
    )
    from_: Day = Field(alias="from", description="first day", examples=["2023-11-24"])
    closes: Clock = Field(0, description="time of the first day at which it closes", examples=["12:00"])
    to: Day = Field(description="last day, included", examples=["2023-11-24"])
    opens: Clock = Field(DAY, description="time of the last day at which it opens again", examples=["18:00"])
    stops: Annotated[tuple[Stopped, ...], Field(strict=False), AfterValidator(_something)] = Field(
        description="what is stopped", examples=[["people"], ["people", "supplies"]]
    )
    at: Annotated[tuple[Name, ...], Field(strict=False)] | None = Field(
        None,
        description="stations at which people are stopped; left out, the exit check and the gate",
        examples=[["gate"]],
    )
    divert: Share | None = Field(
        None,
        description="share of those who come in it and go to another crossing; the others join the line",
        examples=[0.3],
    )
    after: Duration | None = Field(
        None, description="how much later they arrive there; with `divert`", examples=["18 h"]
    )
    divert_to: Name | None = Field(
        None, description="the crossing to which they go; left out, the other one of two", examples=["spin_boldak"]
    )

    @model_validator(mode="after")
    def _sensible(self) -> Closure:
        if self.to < self.from_:
            raise ValueError("'to' lies before 'from'")
        first, end = self.stretch(self.from_)
        if end <= first:
            raise ValueError("it opens before it closes")
        for word in ("at", "divert", "after", "divert_to"):
            if getattr(self, word) is not None and "people" not in self.stops:
                raise ValueError(f"'{word}' goes with 'stops: [people]'")
        if (self.divert is None) != (self.after is None):
            raise ValueError("'divert' and 'after' go together: which share goes to the other crossing, how much later")
        if self.divert_to is not None and self.divert is None:
            raise ValueError("'divert_to' goes with 'divert'")
        if self.at == ():
            raise ValueError("say at which stations people are stopped, or leave 'at' out")
        return self

    def stretch(self, start: date) -> tuple[int, int]:
        """Its first second, and that in which it is open again, on the clock that begins at ``start``."""
        return midnight(self.from_, start) + self.closes, midnight(self.to, start) + self.opens

    def stops_at(self, stations: tuple[str, ...]) -> tuple[str, ...]:
        """The stations of a journey at which people are stopped."""
        if "people" not in self.stops:
            return ()
        return self.at if self.at is not None else tuple(name for name in STATIONS if name in stations)

    def goal(self, crossing: str, crossings: tuple[str, ...]) -> str | None:
        """The crossing to which people divert: the one named, or the other one of two; None where none is meant."""
        if self.divert is None or self.divert_to is not None:
            return self.divert_to
        others = [name for name in crossings if name != crossing]
        return others[0] if len(others) == 1 else None
