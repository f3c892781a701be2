"""What visits ask of a stock, and what they were given."""

from __future__ import annotations

from borderflow.engine.compiled.kernel import entry
from borderflow.engine.journal import NEVER, Fate
from borderflow.measure.compiled.steps import step_at
from borderflow.network.network import Ints

NOT_REACHED, WAITING = int(Fate.NOT_REACHED), int(Fate.WAITING)


@entry
def given(rows: Ints, entry_: Ints, issued: int, quantity: Ints, reference: Ints, sign: int, total: Ints) -> None:
    """What some rows of the ledger gave to visits, added to each of these, or taken from it again."""
    for place in range(len(rows)):
        row = rows[place]
        if entry_[row] == issued and reference[row] >= 0:
            total[reference[row]] += sign * quantity[row]


@entry
def asked(
    visits: Ints,
    joined: Ints,
    started: Ints,
    ended: Ints,
    fate: Ints,
    households: Ints,
    size: Ints,
    outcome: Ints,
    inside: int,
    second: Ints,
    opening: Ints,
    per_household: int,
    per_person: int,
    total: Ints,
    household: Ints,
    wanted: Ints,
    got: Ints,
    came: Ints,
    settled: Ints,
    open_from: Ints,
    unmet: Ints,
    waiting: Ints,
    pending: Ints,
) -> None:
    """What the visits of a station ask of a stock, as ``Asked`` keeps it. ``total``: what each visit got.

    ``opening``: from each step of its desks on, the first second at which one is staffed.
    """
    near = 0
    for place in range(len(visits)):
        row = visits[place]
        who, how = households[row], fate[row]
        wish, had = per_household + per_person * size[who], total[row]
        ends = started[row] if started[row] != NEVER else ended[row]
        waits_on = how == WAITING
        now, step = NEVER, 0
        if waits_on or ends >= 0:
            now = max(joined[row], 0)
            near = max(step_at(second, now, near), 0)
            step = near
        household[place], wanted[place], got[place], came[place], settled[place] = who, wish, had, now, ends
        open_from[place] = max(now, opening[step])
        unmet[place] = wish - had if ends >= 0 else 0
        waiting[place] = waits_on
        pending[place] = waits_on or (how == NOT_REACHED and outcome[who] == inside)
