"""What is wrong in a scenario file, and where: one line per fault, in a planner's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from difflib import get_close_matches

PRINTED = 50
LONGEST_GOT = 60
LONGEST_PATH = 200
LONGEST_MESSAGE = 600
MOST_COMPARED = 100_000
"""Words that are compared with wrong ones in a file: with hundreds of names, those of the first hundreds of faults."""
_LEFT: ContextVar[list[int]] = ContextVar("left", default=[])  # noqa: B039 (never written to: empty means no bound)
_LONG_NAME = re.compile(r"'([^'\s]{64})[^']+'")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong (or, with ``warning``, only doubtful) at a place of a file.

    ``line`` 0 stands for an origin without lines, such as ``--set #2``. ``path`` is empty for the file as a whole.
    """

    file: str
    line: int
    column: int
    path: str
    message: str
    got: str | None = None
    warning: bool = False

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else f"{self.file}:"
        path = f" {cut(clean(self.path), LONGEST_PATH)}:" if self.path else ""
        doubt = " warning:" if self.warning else ""
        message = _LONG_NAME.sub(r"'\1…'", self.message)
        got = f" (got {self.got})" if self.got is not None else ""
        return f"{clean(place)}{path}{doubt} {cut(clean(message), LONGEST_MESSAGE)}{got}"


class ScenarioFaults(Exception):
    """All faults of a scenario, found in one pass, in the order of the files and their lines."""

    def __init__(self, faults: Iterable[Fault], warnings: Iterable[Fault] = ()) -> None:
        self.faults = tuple(faults)
        self.warnings = tuple(warnings)
        super().__init__(self.faults, self.warnings)

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults[:PRINTED]]
        if len(self.faults) > PRINTED:
            lines.append(f"… and {len(self.faults) - PRINTED} more")
        return "\n".join(lines)


class WrongUse(ValueError):
    """The call itself is wrong, not the file: the command line answers it with exit code 2."""


class SetTwice(WrongUse):
    """One path is set twice by ``--set``."""


class UnknownPlan(WrongUse):
    """A plan is asked for that the scenario does not have."""


def clean(text: str) -> str:
    """The text on one line: control characters and line breaks are written as escapes."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def cut(text: str, longest: int) -> str:
    """The text, or its beginning where it is longer."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def shown(value: object, longest: int = LONGEST_GOT) -> str:
    """A plain value as a fault shows it: on one line, cut to about ``longest`` characters, never built up whole."""
    pieces: list[str] = []
    left = longest
    for piece in _pieces(value, 0):
        pieces.append(piece[: left + 1])
        left -= len(pieces[-1])
        if left < 0:
            break
    text = clean("".join(pieces))
    return cut(text, longest)


def _pieces(value: object, depth: int) -> Iterable[str]:
    if depth > 8:
        yield "…"
    elif isinstance(value, dict):
        yield "{"
        for number, (key, item) in enumerate(value.items()):
            yield f"{', ' if number else ''}{str(key)[:LONGEST_GOT]}: "
            yield from _pieces(item, depth + 1)
        yield "}"
    elif isinstance(value, (list, tuple)):
        yield "["
        for number, item in enumerate(value):
            yield ", " if number else ""
            yield from _pieces(item, depth + 1)
        yield "]"
    elif value is None:
        yield "nothing"
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, str):
        yield f"'{value[: 2 * LONGEST_GOT]}'"
    else:
        yield str(value)


@contextmanager
def hinting() -> Iterator[None]:
    """Within it, ``near`` looks at so many words and no more: no file, however wrong, makes it look for long."""
    left = _LEFT.set([MOST_COMPARED])
    try:
        yield
    finally:
        _LEFT.reset(left)


def near(word: object, known: Iterable[object]) -> str:
    """``, did you mean 'desks'?`` where a known word is close, else nothing."""
    left = _LEFT.get()
    if left and left[0] < 0:
        return ""
    words = list(dict.fromkeys(str(one) for one in known))
    if left:
        left[0] -= len(words)
    folded = {one.lower(): one for one in reversed(words)}
    asked = str(word)[:200].lower()
    close = get_close_matches(asked, list(folded), n=1, cutoff=0.6)
    return f", did you mean '{folded[close[0]]}'?" if close else ""


def listed(words: Iterable[object], last: str = "or") -> str:
    """Words as a sentence lists them: ``a, b or c``."""
    texts = [str(word) for word in words]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {last} {texts[-1]}" if texts else ""
