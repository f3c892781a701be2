"""A plan's dated changes, applied to the values of the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from borderflow.network.network import ALWAYS, Calendar
from borderflow.scenario.additions import additions, laid
from borderflow.scenario.in_force import changed
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.targets import Target, targets
from borderflow.scenario.units import Amount, midnight

SCALE: Mapping[str, int] = {"": 1, "l": 1000}
"""Smallest units per unit as written: things are counted, litres are kept in millilitres."""


@dataclass(frozen=True)
class Changes:
    """A scenario under one plan: what stands there with what the plan adds, and the changes of its values."""

    scenario: Scenario
    plan: str
    made: tuple[Target, ...]

    @classmethod
    def of(cls, scenario: Scenario, plan: str) -> Changes:
        """Raises ``ValueError`` where the plan builds on one that is not here."""
        if scenario.plans[plan].builds_on is not None and not scenario.plans[plan].line:
            raise ValueError(f"plan '{plan}' builds on '{scenario.plans[plan].builds_on}', which is not here")
        new = additions(scenario, plan)
        whole = laid(scenario, new)
        return cls(whole, plan, (*new, *targets(whole, plan)))

    @property
    def start(self) -> date:
        return self.scenario.start

    @property
    def first(self) -> int:
        return self.scenario.first_second

    @property
    def end(self) -> int:
        return self.scenario.end_second

    def to(self, place: str, kind: str, name: str, word: str) -> list[Target]:
        """The changes of one word, in the order written."""
        wanted = (place, kind, name, word)
        return [change for change in self.made if (change.crossing, change.kind, change.name, change.word) == wanted]

    def of_block(self, place: str, kind: str, name: str) -> list[Target]:
        """The changes of every word of a block, in the order written."""
        return [one for one in self.made if (one.crossing, one.kind, one.name) == (place, kind, name)]

    def since(self, place: str, kind: str, name: str) -> int:
        """The second from which something stands there: always, but for what the plan adds from a date."""
        first = next((new.first for new in self.to(place, kind, name, "")), None)
        return ALWAYS if first is None else midnight(first, self.start)

    def now(self, value: Any, place: str, kind: str, name: str, word: str) -> Any:
        """A value that holds throughout, with its changes."""
        return changed(value, self.to(place, kind, name, word))


def smallest(quantity: Amount) -> int:
    """An amount in the smallest unit of its stock."""
    return round(quantity.number * SCALE[quantity.unit])


def always(first: int, value: float) -> Calendar:
    """A value that never changes."""
    return Calendar(np.array([first], dtype=np.int64), np.array([value]))


def titled(title: str | None, name: str) -> str:
    """The title, or the name as a reader would write it."""
    return title or name.replace("_", " ")
