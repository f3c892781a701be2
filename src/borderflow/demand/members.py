"""Who the households are: their members, group, needs and destination, by uniforms that were drawn for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from borderflow.demand.households import Counts, Floats, Indices
from borderflow.demand.sizes import children, mean_size
from borderflow.scenario.people import GROUPS, HouseholdMix
from borderflow.scenario.spread import Size

DRAWN = ("children", "group", "deported", "needs", "destination")
"""What is drawn for a household besides its size."""
UNDOCUMENTED: Mapping[Any, float] = {GROUPS[0]: 1.0}


def blank(total: int) -> dict[str, npt.NDArray[Any]]:
    """The columns of so many households."""
    return {
        "number": np.zeros(total, dtype=np.int32),
        "second": np.zeros(total, dtype=np.int64),
        "begins": np.full(total, -1, dtype=np.int16),
        "size": np.zeros(total, dtype=np.int16),
        "adults": np.zeros(total, dtype=np.int16),
        "group": np.zeros(total, dtype=np.int8),
        "deported": np.zeros(total, dtype=np.bool_),
        "specific_needs": np.zeros(total, dtype=np.bool_),
        "destination": np.zeros(total, dtype=np.int8),
    }


def fill(
    result: dict[str, npt.NDArray[Any]],
    rows: slice,
    mix: HouseholdMix,
    persons: Counts,
    draws: dict[str, Floats],
    goals: tuple[str, ...],
) -> None:
    """Who the households of some rows are, by their uniforms; how many are adults tells ``add_adults``."""
    result["size"][rows] = persons
    result["group"][rows] = pick(mix.groups or UNDOCUMENTED, GROUPS, draws["group"][rows])
    result["deported"][rows] = draws["deported"][rows] < (mix.deported or 0.0)
    result["specific_needs"][rows] = draws["needs"][rows] < (mix.specific_needs or 0.0)
    result["destination"][rows] = pick(mix.destinations or {goals[0]: 1.0}, goals, draws["destination"][rows])


def add_adults(result: dict[str, npt.NDArray[Any]], mixes: list[tuple[HouseholdMix, slice]], uniform: Floats) -> None:
    """The adults of households of known size; rows of mixes with the same share of children are looked up together."""
    alike: dict[tuple[float, float], list[slice]] = {}
    for mix, rows in mixes:
        alike.setdefault((mix.children or 0.0, mean_size(stated_size(mix))), []).append(rows)
    for (share, mean), slices in alike.items():
        at = np.concatenate([np.arange(rows.start, rows.stop) for rows in slices])
        persons = result["size"][at]
        result["adults"][at] = persons - children(share, mean, persons, uniform[at])


def stated_size(mix: HouseholdMix) -> Size:
    """The size in force; ``ValueError`` where none is stated."""
    if mix.size is None:
        raise ValueError("households.size is not stated for this crossing and phase")
    return mix.size


def pick(shares: Mapping[Any, float], names: tuple[str, ...], uniform: Floats) -> Indices:
    """Index into ``names`` at the given uniforms."""
    cdf = np.cumsum(list(shares.values()))
    cdf[-1] = 1.0
    index = np.array([names.index(name) for name in shares], dtype=np.int8)
    place = np.zeros(len(uniform), dtype=np.int8)
    for bound in cdf[:-1]:  # few: quicker than searching
        place += uniform >= bound
    return index[place]
