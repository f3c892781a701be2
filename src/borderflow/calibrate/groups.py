"""Groups of people: the share of each among those who cross, by crossing and day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from borderflow.calibrate.fluid import Fluid
from borderflow.calibrate.parameters import Floats, Values
from borderflow.scenario.people import GROUPS, Phase
from borderflow.scenario.scenario import Scenario

DEPORTED = "deported"


@dataclass(frozen=True)
class _Mixes:
    """Every mix of people that holds somewhere: the path of each of its shares, and what the scenario has there.

    ``paths`` and ``written`` are (mixes, shares); ``of`` is the mix in force, (crossings, days).
    """

    paths: list[list[str]]
    written: Floats
    of: npt.NDArray[np.int64]


class Groups:
    """Shares of the scenario's groups, taken from the phase in which people arrive."""

    def __init__(self, scenario: Scenario, fluid: Fluid) -> None:
        self.scenario = scenario
        self.fluid = fluid
        self._groups = self._mixes("groups")
        self._deported = self._mixes(DEPORTED)

    def share(self, population: str, values: Values, draws: int) -> Floats:
        """Share of a population: a group, several joined by ``+``, or ``deported``. Shape (draws, crossings, days).

        Raises ``KeyError`` where the scenario has no group of that name.
        """
        mixes = self._deported if population == DEPORTED else self._groups
        shares = np.empty((draws, *mixes.written.shape))
        for mix, paths in enumerate(mixes.paths):
            for place, path in enumerate(paths):
                shares[:, mix, place] = values.get(path, mixes.written[mix, place])
        if population == DEPORTED:
            return shares[:, mixes.of, 0]
        parts = population.split("+")
        for part in parts:
            if part not in GROUPS:
                raise KeyError(part)
        part_of = shares[:, :, [GROUPS.index(part) for part in parts]].sum(axis=2)
        found: Floats = part_of / np.maximum(shares.sum(axis=2), 1e-12)
        return found[:, mixes.of]

    def _mixes(self, word: str) -> _Mixes:
        """The mixes of ``groups``, or of ``deported``: one for each block of households that is in force somewhere."""
        found: dict[str, int] = {}
        paths: list[list[str]] = []
        written: list[list[float]] = []
        of = np.zeros((len(self.fluid.crossings), len(self.fluid.dates)), dtype=np.int64)
        for index, crossing in enumerate(self.fluid.crossings):
            phases = self.scenario.crossings[crossing].arrivals.phases
            begins = [max(0, self.fluid.day(phase.from_)) for phase in phases]
            begins[0] = 0
            for phase, first, end in zip(phases, begins, [*begins[1:], len(self.fluid.dates)], strict=True):
                place = self._stated(word, crossing, phase)
                if place not in found:
                    found[place] = len(paths)
                    mix = self.scenario.mix(crossing, phase)
                    if word == DEPORTED:
                        paths.append([f"{place}.{DEPORTED}"])
                        written.append([mix.deported or 0.0])
                    else:
                        stated = {str(group): share for group, share in (mix.groups or {}).items()}
                        paths.append([f"{place}.groups.{group}" for group in GROUPS])
                        written.append([stated.get(group, 0.0) for group in GROUPS])
                of[index, first:end] = found[place]
        return _Mixes(paths, np.array(written), of)

    def _stated(self, word: str, crossing: str, phase: Phase) -> str:
        """Path of the block of households whose word is in force: the nearest that states it."""
        place = self.scenario.crossings[crossing]
        under = f"crossings.{crossing}"
        nearest = [
            (phase.households, f"{under}.arrivals.phases.{phase.phase}.households"),
            (place.households, f"{under}.households"),
        ]
        return next((path for mix, path in nearest if mix is not None and word in mix.model_fields_set), "households")
