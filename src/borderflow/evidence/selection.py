"""Some rows of the register: those of a crossing, a group, a basis, a span of days, or with certain words in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from difflib import get_close_matches

from borderflow.evidence.register import Register
from borderflow.evidence.rows import USES, Row


class UnknownWord(ValueError):
    """A filter asks for a word that no row has, or that the rows of this file do not have at all."""


class Selection:
    """Filters over a register; a row is selected if it passes all of them.

    ``crossing``, ``population``, ``basis``, ``quantity`` and ``use`` must be the row's own (as it is read). ``since``
    and ``until`` select rows whose days overlap with the span, running totals by their last day; a row that gives no
    day is then left out and counted in ``undated``. ``text`` are words that must all stand somewhere in the row, in any
    case of letters.
    """

    def __init__(
        self,
        register: Register,
        *,
        crossing: str | None = None,
        population: str | None = None,
        basis: str | None = None,
        quantity: str | None = None,
        use: str | None = None,
        since: date | None = None,
        until: date | None = None,
        text: str | None = None,
    ) -> None:
        if since is not None and until is not None and until < since:
            raise UnknownWord(f"--until {until} lies before --from {since}")
        words = {"crossing": crossing, "population": population, "basis": basis, "quantity": quantity, "use": use}
        self.register = register
        self.words = {name: word for name, word in words.items() if word is not None}
        self.since, self.until = since, until
        self.text = (text or "").casefold().split()
        self.undated = 0

    @property
    def asked(self) -> list[str]:
        """The options that filter, as they are written."""
        given = {"from": self.since, "until": self.until, "text": self.text}
        return [f"--{name}" for name in (*self.words, *(name for name, value in given.items() if value))]

    def rows(self, table: str) -> list[Row]:
        """The rows of ``flows``, ``events`` or ``capacity`` that pass, in the order of the file.

        Raises ``UnknownWord`` for a word that no row of that file has.
        """
        every: Iterable[Row] = getattr(self.register, table)
        rows = list(every)
        for name, word in self.words.items():
            known = {str(getattr(row, name)) for row in rows if hasattr(row, name)}
            known |= set(USES) if name == "use" else set(self.register.bases) if name == "basis" else set()
            if rows and not any(hasattr(row, name) for row in rows):
                raise UnknownWord(f"{table}.csv has no {name}; leave out --{name}")
            if word not in known:
                near = get_close_matches(word, known, n=1)
                hint = f", did you mean '{near[0]}'?" if near else f"; there are {', '.join(sorted(known))}"
                raise UnknownWord(f"--{name} {word}: {table}.csv has no such {name}{hint}")
        return [row for row in rows if self._passes(row)]

    def _passes(self, row: Row) -> bool:
        if any(getattr(row, name) != word for name, word in self.words.items()):
            return False
        if self.text:
            said = " ".join(str(getattr(row, field.name)) for field in fields(row)).casefold()
            if not all(word in said for word in self.text):
                return False
        if self.since is None and self.until is None:
            return True
        first, last = row.start or row.end, row.end or row.start
        if getattr(row, "series", ""):
            first = row.end
        if first is None or last is None:
            self.undated += 1
            return False
        return last >= (self.since or date.min) and first <= (self.until or date.max)
