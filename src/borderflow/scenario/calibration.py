"""What a fit to the reports takes for granted, and the draws of its posterior that the scenario runs on."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator

from borderflow.scenario.words import Dated, Name, Words

LARGEST_RATIO = 10.0
MOST_IN_A_FAMILY = 20
RAMP_CHANGE = 0.4
"""Standard deviation of the change of a level's log over a day of a ramp, before the reports; grows with √days."""
STEP_CHANGE = 0.8
"""The same for a step from one phase to the next."""
SHARED_CHANGE = 0.75
"""Correlation of the changes at two crossings over the same days: what moves people is the policy of one country."""
MISPRINTS = 0.02
"""Share of reports that are something else than they say."""
GROUPED = 0.2
"""Error of the odds (log) that somebody is counted to a group, before the reports: the mix of a phase is one number,
its days differ, and who belongs to a group is not the same for everybody who counts."""
FAMILY = (4.5, 6.5)
"""Persons in a reported family (90 % range). Where Afghan offices tell both numbers of a day (15 in scenarios/evidence)
they make 4.4 to 5.9, once 7.8; 5.4 in the geometric mean."""
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(\s*%)?", re.ASCII)


@dataclass(frozen=True)
class Draws:
    """A sample of the posterior: a row for each draw, a number for each of ``paths``.

    Levels are persons per day, half-lives days, throughputs their unit per day, shares and variation plain numbers.
    ``file`` is where they were read and ``sha256`` that file's digest; neither counts in a comparison.
    """

    paths: tuple[str, ...] = ()
    rows: tuple[tuple[float, ...], ...] = ()
    file: str = field(default="", compare=False)
    sha256: str = field(default="", compare=False)

    def row(self, replication: int) -> int:
        """The row of a replication: 2k and 2k + 1 share one, and after the last row the first comes again."""
        return replication // 2 % len(self.rows)

    @property
    def of_places(self) -> bool:
        """Whether a value of what receives people is drawn, so that the network differs from row to row."""
        return any(".stations." in path for path in self.paths)

    def text(self) -> str:
        """The draws as CSV that reads back as these numbers, the same bytes every time."""
        written = io.StringIO()
        lines = csv.writer(written, lineterminator="\n")
        lines.writerow(self.paths)
        lines.writerows([repr(number) for number in row] for row in self.rows)
        return written.getvalue()


def ratio(value: Any) -> float:
    """Read a part or a multiple of a whole, above 0: per cent (``130 %``) or a bare number (``1.3``)."""
    number = 0.0
    if isinstance(value, str):
        found = _NUMBER.fullmatch(value.strip())
        number = float(found[1]) / 100 if found is not None and found[2] else 0.0
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        number = float(value)
    if not 0 < number <= LARGEST_RATIO:
        raise ValueError("write per cent such as '3 %', or a number above 0 such as 0.03, at most 10")
    return number


def between(value: Any) -> tuple[float, float]:
    """Read the two ends of a range of ratios (``[40 %, 130 %]``)."""
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise ValueError("write the two ends of the range that holds 90 %: [40 %, 130 %]")
    low, high = (ratio(end) for end in value)
    if low >= high:
        raise ValueError("the low end of the range must be less than its high end")
    return low, high


def part(value: Any) -> tuple[float, float]:
    """Read the two ends of a range of shares (``[90 %, 100 %]``)."""
    low, high = between(value)
    if high > 1:
        raise ValueError("a share lies between 0 and 1 (0 % and 100 %)")
    return low, high


def persons(value: Any) -> tuple[float, float]:
    """Read the two ends of a range of persons in a family (``[4.5, 6.5]``)."""
    numbers = value if isinstance(value, (list, tuple)) else ()
    good = [float(one) for one in numbers if isinstance(one, (int, float)) and not isinstance(one, bool)]
    if len(numbers) != 2 or len(good) != 2 or not 1 <= good[0] < good[1] <= MOST_IN_A_FAMILY:
        raise ValueError(f"write two numbers that rise, from 1 to {MOST_IN_A_FAMILY}: [4.5, 6.5]")
    return good[0], good[1]


def _reason(text: str) -> str:
    if not text.strip():
        raise ValueError("write the reason, as text")
    return text


def _read_already(value: Any) -> Draws:
    if not isinstance(value, Draws):
        raise ValueError("write the name of a file, such as calibration/phase1-2023.csv")
    return value


Ratio = Annotated[float, BeforeValidator(ratio)]
Range = Annotated[tuple[float, float], BeforeValidator(between)]
Part = Annotated[tuple[float, float], BeforeValidator(part)]
Persons = Annotated[tuple[float, float], BeforeValidator(persons)]
Reason = Annotated[str, AfterValidator(_reason)]
DrawsOf = Annotated[Draws, PlainValidator(_read_already)]
Change = Annotated[float, Field(gt=0, le=10)]


class Calibration(Words):
    """How the values marked ``calibrated`` are fitted to the reports, and the posterior draws that replace them."""

    name: Name | None = Field(
        None,
        description="the fit that moves the values marked 'calibrated' with this name; else the scenario's",
        examples=["phase1-2023"],
    )
    draws: DrawsOf | None = Field(
        None,
        description="file of posterior draws, written by 'borderflow calibrate'; two replications run on each row",
        examples=["calibration/phase1-2023.csv"],
    )
    leave_out: dict[str, Reason] = Field(
        {},
        description="rows of the register that are not used in this fit, each with the reason",
        examples=[{"nov28-national-cum": "counts Angoor Adda too"}],
    )
    errors: dict[Name, Ratio] = Field(
        {},
        description="relative error of whoever counts, by basis, instead of what the register says of it",
        examples=[{"kp_home": "3 %"}],
    )
    counted: dict[Name, Range] = Field(
        {},
        description="share of the truth that a basis counts: the two ends of a range that holds 90 %",
        examples=[{"morr": ["40 %", "130 %"]}],
    )
    two_crossings: Dated[Part] | None = Field(
        None,
        description="share of the two crossings among all with Pakistan, by date: a range that holds 90 %",
        examples=[{"2023-09-15": ["90 %", "100 %"]}],
    )
    ramp_change: Change = Field(
        RAMP_CHANGE,
        description="standard deviation of the change of a level's log over a day of a ramp; grows with √days",
    )
    step_change: Change = Field(
        STEP_CHANGE,
        description="standard deviation of the change of a level's log in a step from one phase to the next",
    )
    shared_change: Annotated[float, Field(ge=0, le=0.95)] = Field(
        SHARED_CHANGE, description="correlation of the changes of the levels of two crossings over the same days"
    )
    group_error: Change = Field(
        GROUPED,
        description="error of the odds (log) that somebody is counted to a group, beside the error of the basis",
    )
    misprints: Annotated[float, Field(gt=0, le=0.2)] = Field(
        MISPRINTS, description="share of the reports that are something else than they say"
    )
    persons_per_family: Persons = Field(
        FAMILY, description="persons in a reported family: the two ends of a range that holds 90 %"
    )
