"""The values of a scenario that a fit may move: those that it marks ``calibrated``, each with its range."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from borderflow.scenario.draws import calibrated
from borderflow.scenario.faults import Fault, listed
from borderflow.scenario.scenario import Scenario
from borderflow.scenario.sources import magnitude
from borderflow.scenario.tree import Node, Place, fault, plain, walk

Floats = npt.NDArray[np.float64]
Values = Mapping[str, Floats]
"""Values by path; each of shape (draws,)."""

MOVABLE = (
    re.compile(r"crossings\.[^.]+\.arrivals\.phases\.[^.]+\.(persons_per_day|towards|half_life)"),
    re.compile(r"crossings\.[^.]+\.stations\.(exit_check|gate)\.throughput(\.\d{4}-\d\d-\d\d)?"),
    re.compile(r"crossings\.[^.]+\.arrivals\.variation\.cv"),
    re.compile(r"((crossings\.[^.]+\.)(arrivals\.phases\.[^.]+\.)?)?households\.groups\.(undocumented|acc|por)"),
    re.compile(r"((crossings\.[^.]+\.)(arrivals\.phases\.[^.]+\.)?)?households\.deported"),
)
"""What may be calibrated: levels and half-lives by phase, the gate's throughput, the days' variation, groups."""

NINETY = 1.6448536269514722
"""A normal variable lies within this many standard deviations in 90 % of cases."""


@dataclass(frozen=True)
class Free:
    """A value that the fit may move. ``low`` to ``high`` holds 90 % of what was thought likely beforehand.

    ``unit`` is what its number counts in the scenario: "" (persons per day or a share), "duration" (seconds),
    "persons" (a throughput per day).
    """

    path: str
    unit: str
    value: float
    low: float
    high: float
    also: tuple[str, ...] = ()

    def inner(self, outer: Floats | float) -> Floats:
        """On the fitted scale: the log of a level, the logit of a share."""
        number = np.asarray(outer, dtype=np.float64)
        return np.log(number / (1 - number)) if self.bounded else np.log(number)

    def outer(self, inner: Floats | float) -> Floats:
        """From the fitted scale back to the scenario's number."""
        number = np.asarray(inner, dtype=np.float64)
        return 1 / (1 + np.exp(-number)) if self.bounded else np.exp(number)

    @property
    def bounded(self) -> bool:
        """Whether it is a share, which stays between 0 and 1."""
        return _shares(self.path)

    @property
    def centre(self) -> float:
        """Middle of the range on the fitted scale."""
        return float(self.inner(self.low) + self.inner(self.high)) / 2

    @property
    def spread(self) -> float:
        """Standard deviation of the prior on the fitted scale."""
        return float(self.inner(self.high) - self.inner(self.low)) / (2 * NINETY)


def _shares(path: str) -> bool:
    return path.endswith(".deported") or ".groups." in path


def free_values(scenario: Scenario, fit: str) -> tuple[list[Free], list[Fault]]:
    """The values marked ``calibrated: fit``, in the order of the file, and what is wrong with any of them.

    A value that is written once and repeated by a YAML alias is one value with several paths.
    """
    tree = scenario._tree
    assert isinstance(tree, Node)
    marked = calibrated(tree, fit)
    written: dict[Place, list[str]] = {}
    for path, node in marked.items():
        written.setdefault(node.place, []).append(path)
    found, faults = [], []
    for first, *repeated in written.values():
        read = _read(first, marked[first])
        if isinstance(read, Fault):
            faults.append(read)
        else:
            found.append(replace(read, also=tuple(repeated)))
    faults += _part_of_a_mix(tree, {path for one in found for path in (one.path, *one.also)})
    if not marked:
        faults.append(_nothing(tree, fit))
    return found, faults


def _read(path: str, node: Node) -> Free | Fault:
    if not any(form.fullmatch(path) for form in MOVABLE):
        return fault(node, path, "this value cannot be calibrated", got=False)
    if node.source is None or node.source.range is None:
        return fault(node, path, "a calibrated value needs its 'range', what was thought likely before the fit")
    sizes = [magnitude(one) for one in (plain(node), *node.source.range)]
    (unit, value), (_, low), (_, high) = ((one or ("", float("nan"))) for one in sizes)
    if unit == "households":
        return fault(node, path, "a throughput that is calibrated counts persons: write 'persons/day'")
    if not 0 < low < high or (_shares(path) and high >= 1):
        message = "the range of a calibrated value rises from above 0 (that of a share stays under 1)"
        return Fault(node.place.file, node.place.line, node.place.column, f"{path}.range", message)
    return Free(path, unit, value, low, high)


def _part_of_a_mix(tree: Node, paths: set[str]) -> list[Fault]:
    """Faults of groups of which only some may move: shares add to 1, so all of a block move or none."""
    faults = []
    for path, node in walk(tree):
        if not path.endswith(".groups") or not any(one.startswith(f"{path}.") for one in paths):
            continue
        for group, share in node.items():
            under = f"{path}.{group}"
            if under not in paths and plain(share) != 0:
                message = "all groups of a block are calibrated together, or none: this one is not marked"
                faults.append(fault(share, under, message, got=False))
    return faults


def _nothing(tree: Node, fit: str) -> Fault:
    marks = {node.source.calibrated for _, node in walk(tree) if node.source is not None and node.source.calibrated}
    here = f"; there is {listed(sorted(marks), 'and')}" if marks else ""
    return Fault(tree.place.file, 1, 1, "", f"nothing is marked 'calibrated: {fit}'{here}")
