"""What several changes of one value come to together, and which of them could be left out without a difference."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from borderflow.scenario.in_force import value_on
from borderflow.scenario.targets import Target

Net = tuple[Any, float, float]
"""A value set (None: the one that is written), then a factor on it, then what is added to it."""

NOTHING: Net = (None, 1.0, 0.0)
MOST_LOOKS = 100_000
"""Looks at a change on a day, over the changes of one thing: beyond, those not yet told apart are left alone."""
DIGITS = 12
"""Digits in which two nets are compared: more would tell apart what only rounding tells apart."""


def net_of(change: Target) -> Net:
    """One change."""
    if change.operation == "set":
        return change.value, 1.0, 0.0
    if change.operation == "scale":
        return None, change.value, 0.0
    return None, 1.0, getattr(change.value, "number", change.value)


def then(first: Net, later: Net) -> Net:
    """Two changes, one after the other."""
    if later[0] is not None:
        return later
    return first[0], first[1] * later[1], first[2] * later[1] + later[2]


@dataclass
class _Track:
    """The changes of one word in the order written, day after day."""

    nets: Sequence[Net]
    active: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    before: list[Net] = field(default_factory=lambda: [NOTHING])
    """What the changes of ``kept``, those of the day looked at last, come to before each of them, and in all."""

    def on_this_day(self) -> None:
        """Bring ``before`` up to date; what stands before the first new or ended change is kept."""
        alike = 0
        for one, other in zip(self.active, self.kept, strict=False):
            if one != other:
                break
            alike += 1
        del self.before[alike + 1 :]
        for one in self.active[alike:]:
            self.before.append(then(self.before[-1], self.nets[one]))
        self.kept = list(self.active)


@dataclass
class Effect:
    """Which of the changes of one thing make a difference, by numbers in the list of all of them.

    ``idle``: the value is the same on every day without the change. ``moved``: it did change the value that stood
    before it, but what comes later takes its place. ``less``: the value before and after a change that takes away, on
    its first day. ``whole``: false where there are too many changes and days to tell.
    """

    idle: set[int]
    moved: set[int] = field(default_factory=set)
    less: dict[int, tuple[Any, Any]] = field(default_factory=dict)
    whole: bool = True


def effect(
    block: Any, changes: Sequence[Target], asked: Iterable[int], edges: Iterable[date], span: tuple[date, date]
) -> Effect:
    """Which of the ``asked`` changes of a block make a difference from ``span[0]`` to ``span[1]``.

    ``edges``: the days on which the block itself changes. A day is looked at where anything begins or ends, and a
    change until the first day on which it makes a difference, so that the time grows with the number of changes.
    """
    first, last = span
    begins: dict[date, list[int]] = {when: [] for when in (first, *edges) if first <= when <= last}
    ends: dict[date, list[int]] = {}
    for number, change in enumerate(changes):
        begin, end = max(change.first or first, first), min(change.last or last, last)
        if begin <= end:
            begins.setdefault(begin, []).append(number)
            ends.setdefault(end + timedelta(days=1), []).append(number)
    nets = [net_of(change) for change in changes]
    tracks = {change.word: _Track(nets) for change in changes}
    samples = {change.word: change for change in changes}
    found, looks = Effect(set(asked)), 0
    for when in sorted(one for one in begins.keys() | ends.keys() if one <= last):
        for number in ends.get(when, ()):
            tracks[changes[number].word].active.remove(number)
        for number in begins.get(when, ()):
            insort(tracks[changes[number].word].active, number)
        open_ones = {word: found.idle.intersection(track.active) for word, track in tracks.items()}
        looks += sum(map(len, open_ones.values()))
        if looks > MOST_LOOKS:
            return Effect(set(), found.moved, found.less, whole=False)
        if any(open_ones.values()):
            _look(_Day(block, when, samples), tracks, open_ones, found)
    return found


@dataclass
class _Day:
    """What the block comes to on one day, by what is changed; reckoned once for equal changes."""

    block: Any
    when: date
    samples: Mapping[str, Target]
    known: dict[tuple[tuple[str, Net], ...], Any] = field(default_factory=dict)

    def value(self, nets: Mapping[str, Net]) -> Any:
        """The value with these changes of its words."""
        key = tuple((word, (id(held), _short(by), _short(more))) for word, (held, by, more) in nets.items())
        if key not in self.known:
            made = [one for word, net in nets.items() for one in _written(self.samples[word], net)]
            self.known[key] = value_on(self.block, made, next(iter(nets)), self.when)
        return self.known[key]


def _short(number: float) -> float:
    return number if number == int(number) else float(f"{number:.{DIGITS}g}")


def _written(sample: Target, net: Net) -> Iterable[Target]:
    """A net as changes of its word."""
    held, by, more = net
    whole = replace(sample, first=None, last=None)
    if held is not None:
        yield replace(whole, operation="set", value=held)
    if by != 1:
        yield replace(whole, operation="scale", value=_short(by))
    if more:
        yield replace(whole, operation="add", value=_short(more))


def _look(day: _Day, tracks: Mapping[str, _Track], asked: Mapping[str, set[int]], found: Effect) -> None:
    """Take out of ``found`` what makes a difference on a day."""
    for track in tracks.values():
        track.on_this_day()
    whole = {word: track.before[-1] for word, track in tracks.items()}
    for word, track in tracks.items():
        left, after, everything = set(asked[word]), NOTHING, day.value(whole) if asked[word] else None
        for place in range(len(track.active) - 1, -1, -1):
            if not left:
                break
            number = track.active[place]
            if number in left:
                left.discard(number)
                before, its = track.before[place], track.before[place + 1]
                held, by, more = track.nets[number]
                if held is None and (by < 1 or more < 0) and number not in found.less:
                    found.less[number] = day.value({**whole, word: before}), day.value({**whole, word: its})
                if after[0] is None and day.value({**whole, word: then(before, after)}) != everything:
                    found.idle.discard(number)
                elif number not in found.moved and day.value({**whole, word: before}) != day.value(
                    {**whole, word: its}
                ):
                    found.moved.add(number)
            after = then(track.nets[number], after)
