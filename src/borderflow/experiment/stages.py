"""The four stages of a replication, as functions that can be handed to workers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pandas as pd

    from borderflow.scenario.scenario import Scenario


class Measures(Protocol):
    """The tables of one replication under one plan."""

    @property
    def indicators(self) -> pd.DataFrame: ...
    @property
    def daily(self) -> pd.DataFrame: ...
    @property
    def hourly(self) -> pd.DataFrame: ...
    @property
    def stock(self) -> pd.DataFrame: ...
    @property
    def requirements(self) -> pd.DataFrame: ...
    @property
    def funds(self) -> pd.DataFrame: ...
    @property
    def triggers(self) -> pd.DataFrame: ...


@dataclass(frozen=True)
class Stages:
    """Who comes, what receives them, what happened, what it amounts to. Importable functions, so workers find them."""

    households: Callable[[Scenario, int], Any]
    network: Callable[[Scenario, str], Any]
    simulate: Callable[[Any, Any, str], Any]
    measure: Callable[[Scenario, Any, Any, Any], Measures]


def standard() -> Stages:
    """The stages of this package."""
    from borderflow.demand.sample import households
    from borderflow.engine.simulate import simulate
    from borderflow.measure.measure import measure
    from borderflow.network.build import network

    return Stages(households, network, simulate, measure)
