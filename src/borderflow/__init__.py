"""borderflow: people and supplies at a border reception operation, simulated.

``load`` a scenario, then ``run`` it and ``compare`` its plans; or take a stage by itself: ``households``, ``network``,
``simulate``. Names are imported when they are first used, so that ``import borderflow`` costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from borderflow.calibrate.calibration import calibrate
    from borderflow.demand.sample import households
    from borderflow.engine.simulate import simulate
    from borderflow.experiment.compare import compare
    from borderflow.experiment.results import Results
    from borderflow.experiment.run import run
    from borderflow.network.build import network
    from borderflow.scenario.load import load

__version__ = "0.1.0"

__all__ = ["Results", "__version__", "calibrate", "compare", "households", "load", "network", "run", "simulate"]

_HOMES = {
    "Results": "borderflow.experiment.results",
    "calibrate": "borderflow.calibrate.calibration",
    "compare": "borderflow.experiment.compare",
    "households": "borderflow.demand.sample",
    "load": "borderflow.scenario.load",
    "network": "borderflow.network.build",
    "run": "borderflow.experiment.run",
    "simulate": "borderflow.engine.simulate",
}


_ROOMS = {"calibrate", "network"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'borderflow' has no attribute '{name}'")
    found = getattr(import_module(_HOMES[name]), name)
    return sys.modules[f"{__name__}.{name}"] if name in _ROOMS else found


def __dir__() -> list[str]:
    return __all__


class _Room(ModuleType):
    """A package that is also the verb of the same name: ``borderflow.network(scenario, plan)``."""

    def __call__(self, *given: Any, **named: Any) -> Any:
        verb = self.__name__.rpartition(".")[2]
        return getattr(import_module(_HOMES[verb]), verb)(*given, **named)


class _Package(ModuleType):
    def __setattr__(self, name: str, value: Any) -> None:
        if name in _ROOMS and isinstance(value, ModuleType):
            value.__class__ = _Room
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
