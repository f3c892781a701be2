"""Whether the fleets of a crossing can take its households where they go."""

from __future__ import annotations

import math
from collections.abc import Iterator

from borderflow.scenario.faults import Fault, near
from borderflow.scenario.reception import Fleet
from borderflow.scenario.seen import Seen, SeenCrossing, added_blocks, read, under
from borderflow.scenario.tree import fault


def checked_fleets(seen: Seen, crossing: SeenCrossing) -> Iterator[Fault]:
    """Fleets that are missing, that nobody uses, or that cannot take everyone where they go."""
    used: set[str] = set()
    for name in crossing.stations:
        node = crossing.at("stations", name, "fleet")
        if node is None or not isinstance(node.value, str):
            continue
        if node.value in used:
            path = f"{crossing.path}.stations.{name}.fleet"
            yield fault(node, path, f"fleet '{node.value}' boards at another station already", got=False)
        used.add(node.value)
        if node.value not in crossing.fleets:
            path = f"{crossing.path}.stations.{name}.fleet"
            message = f"there is no fleet '{node.value}' at {crossing.name}{near(node.value, crossing.fleets)}"
            yield fault(node, path, message, got=False)
    for name, fleet in crossing.fleets.items():
        node = crossing.at("fleets", name)
        path = f"{crossing.path}.fleets.{name}"
        if node is None:
            continue
        if name not in used and name not in {read(one.get("fleet"), str) for _, one in added_blocks(seen.root)}:
            yield fault(node, path, f"no station uses fleet '{name}'", got=False, at_key=True, warning=True)
        elif fleet is not None:
            yield from _carries(seen, crossing, fleet, path)


def _carries(seen: Seen, crossing: SeenCrossing, fleet: Fleet, path: str) -> Iterator[Fault]:
    """Whether a fleet can take everyone where they go."""
    trips = under(crossing.node, "fleets", path.rsplit(".", 1)[1], "round_trip")
    vehicles = under(crossing.node, "fleets", path.rsplit(".", 1)[1], "vehicles")
    mixes = seen.mixes(crossing)
    everywhere = [mix for one in seen.crossings.values() for mix in seen.mixes(one)]
    if any(mix.destinations for mix in everywhere) and not all(mix.destinations for mix in mixes):
        message = f"the households of {crossing.name} have no 'destinations', though others have; state them here"
        yield fault(crossing.node, crossing.path, message, got=False, at_key=True)
    # Whoever a closure sends here goes on from here.
    coming = [mix for one in seen.comers(crossing) for mix in seen.mixes(one)]
    wanted = {to: None for mix in coming for to, share in (mix.destinations or {"elsewhere": 1.0}).items() if share}
    lacking = [to for to in wanted if to not in fleet.round_trip and "elsewhere" not in fleet.round_trip]
    if lacking and trips is not None:
        to = ", ".join(f"'{one}'" for one in lacking)
        message = f"no round trip to {to}, and no 'elsewhere' for the rest"
        yield fault(trips, f"{path}.round_trip", message, got=False, at_key=True)
    most = max(fleet.vehicles.values)
    if vehicles is None:
        return
    if most == 0:
        yield fault(vehicles, f"{path}.vehicles", "there is never a vehicle; nobody leaves", warning=True)
        return
    largest = seen.largest(crossing)
    seats = under(crossing.node, "fleets", path.rsplit(".", 1)[1], "seats")
    many = math.ceil(largest / fleet.seats)
    if many > 1 and many <= most and seats is not None:
        message = f"a household of {largest} takes {many} vehicles of {fleet.seats} seats, which leave together"
        yield fault(seats, f"{path}.seats", message, got=False, warning=True)
    if many > most:
        those = f"the one vehicle of {fleet.seats} seats" if most == 1 else f"{most} vehicles of {fleet.seats} seats"
        message = f"a household of {largest} does not fit into {those}"
        yield fault(vehicles, f"{path}.vehicles", message)
