"""What an unfinished run was asked for and made with: what it is held against before it is resumed."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from borderflow.experiment.manifest import sync_folder
from borderflow.experiment.refusal import Unverified

REQUEST = "request.json"
_PACKAGES = ("numpy", "pandas", "pyarrow", "pydantic", "scipy", "simpy", "numba", "llvmlite")


def version() -> str:
    """The version of this package."""
    import borderflow

    return borderflow.__version__


def packages() -> dict[str, str]:
    """The version of Python and of each package that numbers depend on."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": sys.version.split()[0]}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@functools.cache
def code() -> str:
    """A digest of this package's own files: two versions under development may bear the same number."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def made_with() -> dict[str, str]:
    """What the bytes of a run depend on besides the scenario."""
    return {"version": version(), "code": code(), **packages()}


@dataclass(frozen=True)
class Request:
    """``key`` stands for all of it: the shards of a run bear it."""

    made_with: dict[str, str]
    seed: int
    plans: tuple[str, ...]
    replications: int
    precision: tuple[str, ...]
    engine: str
    scenario_hash: str

    @property
    def key(self) -> str:
        return hashlib.sha256(self._text().encode()).hexdigest()

    def _text(self) -> str:
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"

    def write(self, folder: Path) -> None:
        """Put it beside the shards, in one step."""
        beside = folder / f".{REQUEST}"
        with open(beside, "w", encoding="utf-8", newline="\n") as file:
            file.write(self._text())
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, folder / REQUEST)
        sync_folder(folder)

    @classmethod
    def read(cls, folder: Path) -> Request:
        """What the unfinished run in a folder was asked for; ``Unverified`` where that cannot be told."""
        try:
            found = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
            found["plans"], found["precision"] = tuple(found["plans"]), tuple(found["precision"])
            request = cls(**found)
            request.made_with.items()
        except FileNotFoundError:
            raise Unverified(f"{folder} has no {REQUEST}: it cannot be told what it was asked for") from None
        except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, AttributeError):
            raise Unverified(f"{folder / REQUEST} is cut off or was changed") from None
        return request

    def difference(self, other: Request) -> str:
        """What differs in ``other``, a word on the first difference; empty if nothing does."""
        pairs: list[tuple[str, object, object]] = [
            (word, self.made_with.get(word, "none"), other.made_with.get(word, "none"))
            for word in [*dict.fromkeys([*self.made_with, *other.made_with])]
        ]
        pairs += [
            ("seed", self.seed, other.seed),
            ("plans", " ".join(self.plans), " ".join(other.plans)),
            ("precision", " ".join(self.precision) or "none", " ".join(other.precision) or "none"),
            ("replications", self.replications, other.replications),
            ("engine", self.engine, other.engine),
        ]
        for word, there, here in pairs:
            if there != here:
                if word == "code":
                    return "the program has changed since, under the same version number"
                return f"{word} {there}, not {here}"
        return "" if self.scenario_hash == other.scenario_hash else "the scenario has changed since"
