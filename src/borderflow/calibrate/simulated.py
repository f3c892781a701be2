"""One run of the real simulation, counted as the fluid counts: whether the fluid stands for it can be seen then."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from borderflow.calibrate.fluid import HOURS, Flow
from borderflow.calibrate.model import Model
from borderflow.calibrate.parameters import Floats
from borderflow.demand.sample import households
from borderflow.engine.journal import Fate
from borderflow.engine.simulate import simulate
from borderflow.network.build import network
from borderflow.scenario.closure import STATIONS
from borderflow.scenario.draws import restated
from borderflow.scenario.people import GROUPS
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.units import DAY, HOUR


def simulated(model: Model, values: Mapping[str, float], replication: int = 0) -> Floats:
    """What one replication gives of each report before anybody counts it, as ``Model.numbers``. Shape (reports,).

    ``values`` are those of the fit by path, in the units of ``Free``; the scenario's first plan receives the people as
    far as the gate.
    """
    units = {path: one.unit for one in model.free for path in (one.path, *one.also)}
    written = {path: number / (DAY if units[path] == "duration" else 1) for path, number in values.items()}
    stands = _as_far_as_the_gate(restated(model.scenario, written))
    people = households(stands, replication)
    here = network(stands, next(iter(stands.plans)))
    journal = simulate(people, here, engine="simpy")  # the model of record; two runs are not worth compiling for
    days, first = len(model.fluid.dates), model.fluid.first_day
    many = len(here.crossings)

    def counted(second: npt.NDArray[np.int64], who: npt.NDArray[np.int64], width: int) -> Floats:
        """Persons by crossing and stretch of time. Shape (crossings, stretches)."""
        number = (second - first * DAY) // width
        found = np.zeros((many, days * DAY // width))
        kept = (number >= 0) & (number < found.shape[1])
        np.add.at(found, (journal.needs.crossing[who[kept]], number[kept]), people.size[who[kept]])
        return found

    everyone = np.arange(len(people))
    gates = [max((one.index for one in here.stations_of(index)), default=-1) for index in range(many)]
    through = np.isin(journal.needs.station, gates) & (journal.fate == Fate.SERVED)
    who, passed = journal.needs.household[through].astype(np.int64), journal.ended[through]
    arrived = counted(journal.needs.arrival, everyone, DAY)
    crossed = counted(passed, who, DAY)
    coming, going = counted(journal.needs.arrival, everyone, HOUR), counted(passed, who, HOUR)
    waiting = np.cumsum(coming - going, axis=1).reshape(many, days, HOURS)
    flow = Flow(arrived[None], crossed[None], waiting.max(axis=2)[None], waiting[:, :, -1][None], 0 * arrived[None])

    def of(population: str) -> Floats:
        if population == "deported":
            among = people.deported[who]
        else:
            among = np.isin(people.group[who], [GROUPS.index(one) for one in population.split("+")])
        return counted(passed[among], who[among], DAY)[None]

    number: Floats = model.added(flow, of)[0]
    return number


def _as_far_as_the_gate(scenario: Scenario) -> Scenario:
    """The scenario with journeys that end at the gate; what lies behind it holds nobody back before it."""
    crossings = {}
    for name, place in scenario.crossings.items():
        journey = tuple(one for one in place.journey if one in STATIONS)
        crossings[name] = place.model_copy(update={"journey": journey, "spaces": type(place.spaces)({})})
    found = scenario.model_copy(update={"crossings": type(scenario.crossings)(crossings)})
    found._tree = None
    return found
