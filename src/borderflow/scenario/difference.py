"""What differs between two scenarios, value by value; ``2 h`` and ``120 min`` are the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from borderflow.scenario.scenario import Source
from borderflow.scenario.values import Value

What = Literal["changed", "added", "removed", "source"]


@dataclass(frozen=True)
class Difference:
    """A path at which two scenarios differ: in their value, or (``source``) only in what it rests on."""

    path: str
    what: What
    old: Value | None
    new: Value | None


def differences(old: Iterable[Value], new: Iterable[Value]) -> list[Difference]:
    """What differs, old before new, in the order of the old scenario; what only the new one has comes last.

    Both have the defaults of the format among their values, so that a default that is written out is no difference.
    """
    before, after = ({value.path: value for value in found} for found in (old, new))
    found = []
    for path in dict.fromkeys([*before, *after]):
        one, other = before.get(path), after.get(path)
        if one is None or other is None:
            there = one or other
            if there is not None and not there.default:  # a default goes with its block
                found.append(Difference(path, "added" if one is None else "removed", one, other))
        elif (one.key, one.unit) != (other.key, other.unit):
            found.append(Difference(path, "changed", one, other))
        elif _rests(one.source) != _rests(other.source):
            found.append(Difference(path, "source", one, other))
    return found


def _rests(source: Source | None) -> Source:
    return source or Source()
