"""A change of a plan as read, with the place where it is written."""

from __future__ import annotations

from dataclasses import dataclass

from borderflow.scenario.targets import Target
from borderflow.scenario.tree import Node


@dataclass(frozen=True)
class Made:
    """A change that can be made: what it does, the node of its value, and its path."""

    target: Target
    node: Node
    path: str
