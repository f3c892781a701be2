"""Rows of a register for tests, as few words as a test needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from borderflow.evidence.rows import Flow

PLAIN = Flow(
    id="", crossing="torkham", population="all", quantity="daily_returns", value=1000.0, unit="persons",
    qualifier="exact", start=date(2023, 10, 20), end=date(2023, 10, 20), publisher="A publisher", title="",
    published="", url="", note="", basis="kp_home", basis_reason="", use="fit", use_reason="",
)  # fmt: skip


def row(
    id: str, value: float, first: str | None, last: str | None, quantity: str = "daily_returns", **other: object
) -> Flow:
    """A row of the register; dates are days of October 2023 ('03'), or whole ISO dates."""
    start, end = (
        None if one is None else date.fromisoformat(one if "-" in one else f"2023-10-{one}") for one in (first, last)
    )
    return replace(PLAIN, id=id, value=value, start=start, end=end, quantity=quantity, **other)  # type: ignore[arg-type]
