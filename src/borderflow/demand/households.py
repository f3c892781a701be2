"""The households of one replication: who comes, when, needing what. Every random draw is keyed here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int16]
Indices = npt.NDArray[np.int8]


def stream(seed: int, replication: int, *purpose: str) -> np.random.Generator:
    """The random stream of a purpose, such as ``("torkham", "service registration")``.

    Streams are counter-based (Philox) and keyed by a hash of all parts, so a new station, plan or crossing has a
    stream of its own and moves no other stream's draws.
    """
    text = "\x1f".join((str(seed), str(replication), *purpose))
    key = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest(), "little")
    return np.random.Generator(np.random.Philox(key=key))


@dataclass(frozen=True, eq=False)
class Households:
    """Households in order of (second, crossing, number); a household's id is its row here.

    All arrays have one entry per household. ``crossing`` and ``destination`` are indices into ``crossings`` and
    ``destinations``; ``group`` into ``groups``. ``second`` is on the scenario's clock (negative in the warm-up);
    ``number`` counts the households of one crossing of origin in order of arrival.

    Those who stand there when the simulation begins come first of all: ``begins`` is the station (index into
    ``stations``) at which they wait, -1 for all others; ``number`` then counts those who wait at one station, from -1
    down.
    """

    seed: int
    replication: int
    crossings: tuple[str, ...]
    groups: tuple[str, ...]
    destinations: tuple[str, ...]
    crossing: Indices
    number: npt.NDArray[np.int32]
    second: Ints
    size: Counts
    adults: Counts
    group: Indices
    deported: Flags
    specific_needs: Flags
    destination: Indices
    stations: tuple[str, ...] = ()
    begins: Counts = field(default_factory=lambda: np.empty(0, dtype=np.int16))
    _drawn: dict[str, Floats] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if len(self.begins) != len(self.second):
            object.__setattr__(self, "begins", np.full(len(self.second), -1, dtype=np.int16))

    def __len__(self) -> int:
        return len(self.second)

    @cached_property
    def _streams(self) -> tuple[list[tuple[str, int, int]], Ints]:
        """What is drawn for a purpose, stream after stream; and where in it the draw of each household stands.

        Of each stream: the crossing of origin, the station at which they wait (-1: they come), and how many.
        """
        found, place, first = [], np.zeros(len(self), dtype=np.int64), 0
        for index, crossing in enumerate(self.crossings):
            here = self.crossing == index
            for station in range(-1, len(self.stations)):
                rows = np.flatnonzero(here & (self.begins == station if station >= 0 else self.begins < 0))
                place[rows] = first + (self.number[rows] if station < 0 else -1 - self.number[rows])
                found.append((crossing, station, len(rows)))
                first += len(rows)
        return found, place

    @property
    def persons(self) -> int:
        return int(self.size.sum())

    def sequence(self, crossing: str, purpose: str, count: int) -> Floats:
        """The first ``count`` values of a crossing's keyed stream, for its k-th order or trip. Shape (count,)."""
        return stream(self.seed, self.replication, crossing, purpose).random(count)

    def uniform(self, purpose: str, who: Ints | None = None) -> Floats:
        """One uniform in [0, 1) per household (or for those of some rows) for a purpose. Shape (n,).

        Keyed by the household's crossing of origin and its number.
        """
        streams, place = self._streams
        if purpose not in self._drawn:
            values, first = np.empty(len(self)), 0
            for crossing, station, many in streams:
                drawn = values[first : first + many]
                if station < 0:
                    stream(self.seed, self.replication, crossing, purpose).random(out=drawn)
                else:
                    name = self.stations[station]
                    drawn[:] = at_start(self.seed, self.replication, crossing, name, purpose, many)
                first += many
            self._drawn[purpose] = values
        return self._drawn[purpose][place if who is None else place[who]]


def at_start(seed: int, replication: int, crossing: str, station: str, purpose: str, count: int) -> Floats:
    """Uniforms of those who wait at a station when the simulation begins, from streams of their own."""
    return stream(seed, replication, crossing, f"initial {station}", purpose).random(count)
