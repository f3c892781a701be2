"""Simulating one replication under one plan: households and network in, journal out."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from borderflow.demand.households import Households
    from borderflow.engine.journal import Journal
    from borderflow.network.network import Network
    from borderflow.network.visits import Needs

ENGINES = ("auto", "compiled", "simpy")
INSTALL = "pip install 'borderflow[fast]'"
"""How to come by what the compiled engine needs."""


def simulate(households: Households, network: Network, engine: str = "auto", *, checked: bool = False) -> Journal:
    """Run the households through the network. Deterministic: everything random was drawn before.

    ``engine``: ``simpy`` is the model of record, ``compiled`` gives the same journal sooner, ``auto`` takes the
    compiled one where it can. ``checked`` has the model of record refuse two events of one key (a bug), at some cost.
    Raises ``ValueError`` for an engine that there is not, or that cannot run here.
    """
    from borderflow.network.visits import needs

    return play(households, network, needs(households, network), engine, checked=checked)


def play(
    households: Households, network: Network, needs: Needs, engine: str = "auto", *, checked: bool = False
) -> Journal:
    """As ``simulate``, with the visits that the households will make."""
    taken = chosen("simpy" if checked and engine == "auto" else engine)
    if taken == "compiled":
        if checked:
            raise ValueError("only the simpy engine checks the keys of its events")
        from borderflow.engine.compiled import engine as compiled

        return compiled.simulate(households, network, needs)
    from borderflow.engine.operation import Operation

    return Operation(households, network, needs, checked).run()


def chosen(engine: str) -> str:
    """The engine that is taken, ``compiled`` or ``simpy``; ``ValueError`` where there is none, with what to do."""
    if engine not in ENGINES:
        raise ValueError(f"there is no engine '{engine}' (there are: {', '.join(ENGINES)})")
    if engine == "simpy" or (engine == "auto" and not compiles()):
        return "simpy"
    if not compiles():
        raise ValueError(f"the compiled engine needs numba, which is not installed: {INSTALL} (or --engine simpy)")
    return "compiled"


def compiles() -> bool:
    """Whether what the compiled engine needs is installed, and works: it has, where its machine code was made."""
    if "numba" not in sys.modules and find_spec("numba") is not None:
        from borderflow.engine.compiled.keeping import noted

        if noted():
            return True
    try:
        import numba  # noqa: F401
    except ImportError:
        return False
    return True
