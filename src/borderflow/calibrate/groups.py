"""Groups of people: the share of each among those who cross, by crossing and day."""

from __future__ import annotations

import numpy as np

from borderflow.calibrate.fluid import Fluid
from borderflow.calibrate.parameters import Floats, Values
from borderflow.scenario.people import GROUPS, Phase
from borderflow.scenario.scenario import Scenario


class Groups:
    """Shares of the scenario's groups, taken from the phase in which people arrive."""

    def __init__(self, scenario: Scenario, fluid: Fluid) -> None:
        self.scenario = scenario
        self.fluid = fluid

    def share(self, population: str, values: Values, draws: int) -> Floats:
        """Share of a population: a group, several joined by ``+``, or ``deported``. Shape (draws, crossings, days).

        Raises ``KeyError`` where the scenario has no group of that name.
        """
        found = np.empty((draws, len(self.fluid.crossings), len(self.fluid.dates)))
        for index, name in enumerate(self.fluid.crossings):
            phases = self.scenario.crossings[name].arrivals.phases
            begins = [max(0, self.fluid.day(phase.from_)) for phase in phases]
            begins[0] = 0
            for phase, first, end in zip(phases, begins, [*begins[1:], len(self.fluid.dates)], strict=True):
                if end > first:
                    found[:, index, first:end] = self._in_phase(population, name, phase, values, draws)[:, None]
        return found

    def _in_phase(self, population: str, crossing: str, phase: Phase, values: Values, draws: int) -> Floats:
        if population == "deported":
            place = self._stated("deported", crossing, phase)
            drawn = values.get(f"{place}.deported")
            written = self.scenario.mix(crossing, phase).deported or 0.0
            return np.full(draws, written) if drawn is None else np.asarray(drawn)
        parts = population.split("+")
        for part in parts:
            if part not in GROUPS:
                raise KeyError(part)
        place = self._stated("groups", crossing, phase)
        mix = self.scenario.mix(crossing, phase).groups or {}
        shares = {
            group: np.asarray(values.get(f"{place}.groups.{group}", np.full(draws, share)))
            for group, share in mix.items()
        }
        total: Floats = np.sum(list(shares.values()), axis=0)
        part_of: Floats = np.sum([shares.get(part, np.zeros(draws)) for part in parts], axis=0)  # type: ignore[call-overload]
        return part_of / np.maximum(total, 1e-12)

    def _stated(self, word: str, crossing: str, phase: Phase) -> str:
        """Path of the block of households whose word is in force: the nearest that states it."""
        place = self.scenario.crossings[crossing]
        under = f"crossings.{crossing}"
        nearest = [
            (phase.households, f"{under}.arrivals.phases.{phase.phase}.households"),
            (place.households, f"{under}.households"),
        ]
        return next((path for mix, path in nearest if mix is not None and word in mix.model_fields_set), "households")
