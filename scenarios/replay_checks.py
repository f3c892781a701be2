"""The replay checks of the two crossings: what a simulation of them should show, agreeing or explained.

    python scenarios/replay_checks.py [--check]

It reads the tables "Reported and simulated" of docs/scenarios (``against_reports.py`` writes those) and writes the
table of the checks into docs/scenarios/closure-2025.md, between its marks; with --check it writes nothing and ends
with 1 if the page says something else. Whether a report agrees is reckoned: it lies within the runs, as far as its
words bind. One that does not needs an explanation here, and one that does may have none.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "scenarios"
PAGE_OF = {"acc-por-2025": "others"}
"""Scenarios whose table stands on another page than one of their own."""
PAGE = PAGES / "closure-2025.md"
BEGIN, END = "<!-- checks: python scenarios/replay_checks.py -->", "<!-- end of checks -->"
ABOUT = 0.05
"""How far a number that was said to be 'about' so much may lie beyond the runs."""


@dataclass(frozen=True)
class Check:
    """One line: the check that it belongs to, the table and the line of it, and why it disagrees where it does."""

    check: str
    scenario: str
    what: str
    why: str = ""
    note: str = ""
    """What to know of an agreement: that it could not be otherwise, or, beside ``why``, that it is a near thing."""


DEADLINE = "1. The deadline at Torkham"
CLOSURE = "2. The closure: twenty days, then the crowd"
HALT = "3. The aid halt of 9 September 2025"
CHECKS = (
    Check(DEADLINE, "phase1-2023", "Torkham: crossed, 30 October"),
    Check(DEADLINE, "phase1-2023", "Torkham: crossed, 1 November"),
    Check(DEADLINE, "phase1-2023", "Torkham: crossed, 2 November"),
    Check(DEADLINE, "phase1-2023", "Torkham: crossed in 24 h, 3 to 4 November",
          "the running totals leave 19,825 for both days together (quickstart)",
          "in the fullest runs only; the running totals leave 19,825 for both days together (quickstart)"),
    Check(DEADLINE, "phase1-2023", "Torkham: families crossed a day, 1 to 7 November",
          "the persons of these days agree; the family sizes that the reports imply contradict each other"),
    Check(DEADLINE, "phase1-2023", "Torkham: families crossed, 14 November"),
    Check(DEADLINE, "phase1-2023", "Torkham: families crossed a day, 14 to 30 November"),
    Check(DEADLINE, "phase1-2023", "Torkham: people of the camp, night of 3 November"),
    Check(DEADLINE, "phase1-2023", "Torkham: people with a place there (reported: places), night of 3 November"),
    Check(DEADLINE, "phase1-2023", "Torkham: people without a place there, night of 3 November"),
    Check(DEADLINE, "phase1-2023", "Torkham: people of the camp, night of 4 November",
          "the report, published on the 4th, may speak of the night before; here a third of the camp leaves that day",
          "in the fullest runs only; the report, published on the 4th, may speak of the night before, and here a third "
          "of the camp leaves that day"),
    Check(DEADLINE, "phase1-2023", "Torkham: people of the camp (reported: fed), 17 November",
          "it would be a stay of seven days; who stays on after registration is no station here, and meals may be "
          "counted twice ([more](phase1-2023.md#reported-and-simulated))"),
    Check(DEADLINE, "phase1-2023", "Torkham: litres of water a person in the camp, 17 November",
          "far fewer people share the water; here the shortage comes two weeks earlier, on 3 November"),
    Check(DEADLINE, "phase1-2023", "Torkham: families registered, 17 November",
          "everyone who crosses is registered here, within a day or two",
          "in the quietest runs only; everyone who crosses is registered here, within a day or two"),
    Check(CLOSURE, "closure-2025", "Torkham: crossed, 12 to 31 October", note="the scenario shuts the gate"),
    Check(CLOSURE, "closure-2025", "Torkham: families before the shut gate, night of 31 October"),
    Check(CLOSURE, "closure-2025", "Both: crossed, 1 November"),
    Check(CLOSURE, "closure-2025", "Torkham: crossed, 1 November", "the gate may have opened late on the first day"),
    Check(CLOSURE, "closure-2025", "Torkham: crossed, 2 November",
          "the pace of the exit check is set between this day and the one before"),
    Check(HALT, "acc-por-2025", "Both: crossed (reported: all crossings), 1 to 7 September",
          "a round number over all crossings; Khyber Pakhtunkhwa counted about 45,000 at Torkham in these days, and "
          "the fit lies between its counts and the agencies' totals ([more](others.md#acc-por-2025))",
          "in the fullest runs only: a round number over all crossings; Khyber Pakhtunkhwa counted about 45,000 at "
          "Torkham in these days, and the fit lies between its counts and the agencies' totals "
          "([more](others.md#acc-por-2025))"),
    Check(HALT, "acc-por-2025", "Both: registered refugees among them"),
    Check(HALT, "acc-por-2025", "Both: registered refugees paid, 9 to 30 September",
          note="the scenario has no centre that pays them; the 375 USD a person of the weeks before were paid in "
          "Nangarhar and Kabul, away from the border, and are not simulated"),
    Check(HALT, "acc-por-2025", "Both: registered refugees who crossed, 9 to 30 September"),
)  # fmt: skip


def printed(name: str) -> dict[str, list[str]]:
    """The lines of a scenario's table as they stand on its page: what → reported, mean, band."""
    lines = (PAGES / f"{PAGE_OF.get(name, name)}.md").read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("| | reported | simulated"))
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in _table(lines[first:])]
    return {what: rest for what, *rest in cells[2:]}


def _table(lines: list[str]) -> list[str]:
    return list(takewhile(lambda line: line.startswith("|"), lines))


def agrees(reported: str, band: str) -> bool | None:
    """Whether what was reported lies within the runs, as far as its words bind; None where nothing was reported."""
    if reported == "not reported":
        return None
    low, high = (float(end.replace(",", "")) for end in band.split("–"))
    if "closed" in reported:
        return high == 0
    if reported == "thousands":
        return low >= 1000
    value = float(re.sub(r"[^0-9.]", "", reported))
    if reported.startswith(("over ", "at least ")):
        return high >= value
    if reported.startswith(("nearly ", "up to ")):
        return low <= value
    slack = ABOUT * value if reported.startswith("about ") else 0.0
    return low - slack <= value <= high + slack


def verdict(check: Check, reported: str, band: str) -> str:
    """In words; ``LookupError`` where a disagreement is not explained, or an agreement is."""
    found = agrees(reported, band)
    if found is False and not check.why:
        raise LookupError(f"{check.what}: {reported} lies outside {band}, and nothing explains it")
    if found and check.why and not check.note:
        raise LookupError(f"{check.what}: {reported} lies within {band}, and is explained away")
    if found is None:
        return "–"
    if found:
        return f"yes: {check.note}" if check.note else "yes"
    return f"no: {check.why}"


def table() -> str:
    """The checks as a table in Markdown."""
    tables = {check.scenario: printed(check.scenario) for check in CHECKS}
    lines = ["| | scenario | reported | simulated, mean (5–95 % of runs) | agrees? |", "|---|---|---|---|---|"]
    last = ""
    for check in CHECKS:
        if check.check != last:
            last = check.check
            lines.append(f"| **{last}** | | | | |")
        reported, mean, band, *_ = tables[check.scenario][check.what]
        says = verdict(check, reported, band)
        lines.append(f"| {check.what} | `{check.scenario}` | {reported} | {mean} ({band}) | {says} |")
    return "\n".join(lines)


def page(text: str) -> str:
    """The page with the table between its marks."""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise LookupError(f"needs one pair of marks, {BEGIN} and {END}")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


def main(words: list[str]) -> int:
    text = PAGE.read_text(encoding="utf-8")
    wanted = page(text)
    if "--check" in words and wanted != text:
        sys.stderr.write(f"{PAGE.relative_to(ROOT)} says something else than the tables\n")
        return 1
    if wanted != text:
        PAGE.write_text(wanted, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
