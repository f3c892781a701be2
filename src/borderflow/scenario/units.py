"""Quantities with units, as a scenario file writes them: durations, rates, amounts, money, shares, dates, hours.

Every reader takes the plain YAML value and returns the value the model works with, or raises ``ValueError`` whose
text says what is wrong and which forms are right. A bare number is never taken for a quantity that needs a unit.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field

K = TypeVar("K")
MINUTE, HOUR, DAY = 60, 3_600, 86_400
_SECONDS = {"s": 1, "sec": 1, "min": MINUTE, "h": HOUR, "d": DAY, "day": DAY, "days": DAY, "w": 7 * DAY}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(sec|s|min|h|days|day|d|w)(?=\s|\d|$)", re.ASCII)
_ISO = re.compile(
    r"P(?=.)(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?"
    r"(?:T(?=.)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = r"[+-]?\d+(?:\.\d+)?"
FIRST_YEAR, LAST_YEAR = 1900, 2249
LONGEST = 100 * 366 * DAY
LARGEST = 10**12

DURATION_FORMS = "write a number and a unit: '12 min', '2 h', '1 d 12 h' or ISO 8601 'PT12M'"


def seconds(value: Any) -> int:
    """Read a duration of zero or more whole seconds (``12 min``, ``1 d 12 h``, ``PT12M``)."""
    if isinstance(value, bool) or not isinstance(value, str):
        raise ValueError(f"a duration needs a unit; {DURATION_FORMS}")
    text = value.strip()
    if text.startswith("P"):
        found = _ISO.fullmatch(text)
        if found is None:
            raise ValueError(f"not a duration; {DURATION_FORMS}")
        parts = zip(found.groups(), (7 * DAY, DAY, HOUR, MINUTE, 1), strict=True)
        total = sum(float(number) * unit for number, unit in parts if number)
    else:
        pieces = _PART.findall(text)
        if not pieces or _PART.sub("", text).strip():
            raise ValueError(f"not a duration; {DURATION_FORMS}")
        total = sum(float(number) * _SECONDS[unit] for number, unit in pieces)
    if total > LONGEST:
        raise ValueError("longer than a hundred years")
    return round(total)


def positive_seconds(value: Any) -> int:
    """Read a duration of at least one second."""
    total = seconds(value)
    if total < 1:
        raise ValueError("must last at least one second")
    return total


def clock(value: Any) -> int:
    """Read a time of day (``07:00`` … ``24:00``) as seconds after midnight."""
    if not isinstance(value, str) or _CLOCK.fullmatch(value) is None:
        raise ValueError("not a time of day; write it as '07:00'")
    hours, minutes = value.split(":")
    return int(hours) * HOUR + int(minutes) * MINUTE


def day(value: Any) -> date:
    """Read a calendar date, ISO form only (``2023-11-01``)."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or _DATE.fullmatch(value) is None:
        raise ValueError("not a date; write it as year-month-day, such as '2023-11-01'")
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise ValueError("no such day in the calendar; write year-month-day, such as '2023-11-01'") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(f"the year lies between {FIRST_YEAR} and {LAST_YEAR}")
    return found


def share(value: Any) -> float:
    """Read a share between 0 and 1, bare (``0.95``) or in per cent (``95 %``)."""
    if isinstance(value, str):
        found = re.fullmatch(rf"({_NUMBER})\s*%", value.strip(), re.ASCII)
        if found is None:
            raise ValueError("not a share; write a number from 0 to 1, or per cent such as '95 %'")
        number = float(found[1]) / 100
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value)
    else:
        raise ValueError("not a share; write a number from 0 to 1, or per cent such as '95 %'")
    if not math.isfinite(number):
        raise ValueError("must be finite")
    if not 0 <= number <= 1:
        raise ValueError("a share lies between 0 and 1 (0 % and 100 %)")
    return number


def whole(shares: dict[K, float]) -> dict[K, float]:
    """Shares that add to 1; within a millionth they are made to."""
    total = math.fsum(shares.values())
    if abs(total - 1) > 1e-6:
        raise ValueError(f"the shares must add to 1, these add to {total:.6g}")
    return shares if abs(total - 1) < 1e-12 else {of: share / total for of, share in shares.items()}


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity of an item: ``170000 l`` or ``5000``. ``unit`` is empty for things that are counted."""

    number: float
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.number:.15g} {self.unit}".strip()


def amount(value: Any) -> Amount:
    """Read an amount of zero or more: a whole number of things, or litres (``170000 l``)."""
    if isinstance(value, Amount):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        found_number, unit = float(value), ""
    elif isinstance(value, str) and (found := re.fullmatch(rf"({_NUMBER})\s*(l|m3)", value.strip(), re.ASCII)):
        found_number = float(found[1]) * (1000 if found[2] == "m3" else 1)
        unit = "l"
    else:
        raise ValueError("not an amount; write a whole number, or litres such as '170000 l'")
    if found_number < 0:
        raise ValueError("an amount cannot be negative")
    if found_number > LARGEST:
        raise ValueError("larger than any operation")
    return Amount(found_number, unit)


@dataclass(frozen=True, slots=True)
class Need:
    """What one household takes of an item: ``1 per household``, ``15 l per person``."""

    amount: Amount
    per_person: bool


def need(value: Any) -> Need:
    """Read what a household takes (``1 per household``, ``2 per person``, ``15 l per person``)."""
    if isinstance(value, Need):
        return value
    found = re.fullmatch(r"(.+?)\s+per\s+(household|person)", value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError("write an amount and for whom: '1 per household' or '15 l per person'")
    text = found[1]
    quantity = amount(int(text) if re.fullmatch(r"\d{1,240}", text, re.ASCII) else text)
    if quantity.number == 0:
        raise ValueError("nothing is taken: the amount is 0")
    return Need(quantity, found[2] == "person")


@dataclass(frozen=True, slots=True)
class Throughput:
    """What a station gets through in one of its days: ``24000 persons/day`` or ``500 households/day``."""

    per_day: float
    of: str

    def __str__(self) -> str:
        return f"{self.per_day:.15g} {self.of}/day"


def throughput(value: Any) -> Throughput:
    """Read a throughput (``24000 persons/day``, ``500 households/day``)."""
    if isinstance(value, Throughput):
        return value
    pattern = rf"({_NUMBER})\s*(persons|households)\s*(?:/|\s+per\s+)\s*day"
    found = re.fullmatch(pattern, value.strip(), re.ASCII) if isinstance(value, str) else None
    if found is None:
        raise ValueError("a throughput needs its unit; write '24000 persons/day' or '500 households/day'")
    if float(found[1]) <= 0:
        raise ValueError("a throughput must be more than 0")
    if float(found[1]) > LARGEST:
        raise ValueError("larger than any operation")
    return Throughput(float(found[1]), found[2])


@dataclass(frozen=True, slots=True)
class Money:
    """A sum of money in one currency: ``45 USD``."""

    number: float
    currency: str

    def __str__(self) -> str:
        return f"{self.number:.15g} {self.currency}"


def money(value: Any) -> Money:
    """Read a sum of money of zero or more (``45 USD``)."""
    if isinstance(value, Money):
        return value
    found = re.fullmatch(rf"({_NUMBER})\s*([A-Z]{{3}})", value.strip(), re.ASCII) if isinstance(value, str) else None
    if found is None:
        raise ValueError("a cost needs its currency; write '45 USD'")
    if float(found[1]) < 0:
        raise ValueError("a cost cannot be negative")
    if float(found[1]) > LARGEST:
        raise ValueError("larger than any operation")
    return Money(float(found[1]), found[2])


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of a day, in seconds after midnight; where ``to`` ≤ ``from`` they run over midnight."""

    from_second: int
    to_second: int

    @property
    def round_the_clock(self) -> bool:
        return self.from_second == 0 and self.to_second == DAY

    @property
    def length(self) -> int:
        """Open seconds per day."""
        return self.to_second - self.from_second + (DAY if self.to_second <= self.from_second else 0)

    def __str__(self) -> str:
        if self.round_the_clock:
            return "24 h"
        return "-".join(f"{s // HOUR:02d}:{s % HOUR // MINUTE:02d}" for s in (self.from_second, self.to_second))


def hours(value: Any) -> Hours:
    """Read opening hours (``07:00-19:00``, ``20:00-04:00`` over midnight, ``24 h``)."""
    if isinstance(value, Hours):
        return value
    if not isinstance(value, str):
        raise ValueError("not opening hours; write '07:00-19:00', or '24 h'")
    if value.strip() == "24 h":
        return Hours(0, DAY)
    first, dash, last = value.partition("-")
    if not dash:
        raise ValueError("not opening hours; write '07:00-19:00', or '24 h'")
    try:
        opened, closed = clock(first.strip()), clock(last.strip())
    except ValueError:
        raise ValueError("not opening hours; write '07:00-19:00', or '24 h'") from None
    if opened == closed:
        raise ValueError("opens and closes at the same time; write '24 h' for round the clock")
    return Hours(opened, closed)


def area(value: Any) -> float:
    """Read an area in square metres (``45000 m2``)."""
    found = re.fullmatch(rf"({_NUMBER})\s*m2", value.strip(), re.ASCII) if isinstance(value, str) else None
    if found is None:
        raise ValueError("an area needs its unit; write '45000 m2'")
    if float(found[1]) <= 0:
        raise ValueError("an area must be more than 0")
    if float(found[1]) > LARGEST:
        raise ValueError("larger than any operation")
    return float(found[1])


def whole_days(value: Any) -> int:
    """Read a duration of one or more whole days (``2 d``), in days."""
    days, rest = divmod(seconds(value), DAY)
    if rest or not days:
        raise ValueError("write whole days, such as '2 d'")
    return days


def midnight(of: date, start: date) -> int:
    """Second of the scenario's clock at the first instant of a date (negative in the warm-up)."""
    return (of - start) // timedelta(days=1) * DAY


Count = Annotated[int, Field(ge=0, le=1_000_000)]
Duration = Annotated[int, BeforeValidator(positive_seconds)]
DurationOrNone = Annotated[int, BeforeValidator(seconds)]
Clock = Annotated[int, BeforeValidator(clock)]
Day = Annotated[date, BeforeValidator(day)]
Share = Annotated[float, BeforeValidator(share)]
AmountOf = Annotated[Amount, BeforeValidator(amount)]
NeedOf = Annotated[Need, BeforeValidator(need)]
ThroughputOf = Annotated[Throughput, BeforeValidator(throughput)]
MoneyOf = Annotated[Money, BeforeValidator(money)]
AreaOf = Annotated[float, BeforeValidator(area)]
HoursOf = Annotated[Hours, BeforeValidator(hours)]
