"""The scenarios that come with borderflow, and what each of them needs beside it."""

from __future__ import annotations

import os
from pathlib import Path

from borderflow.scenario.extends import Reading, read
from borderflow.scenario.faults import WrongUse, listed, near
from borderflow.scenario.load import load
from borderflow.scenario.resolve import files
from borderflow.scenario.schema import FILE

FIRST = "quickstart"


def folder() -> Path:
    """Where the shipped scenarios lie: in the installed package, or in the repository that it was installed from."""
    package = Path(__file__).parents[1]
    for place in (package / "shipped", package.parents[1] / "scenarios"):
        if (place / FILE).is_file():
            return place
    raise FileNotFoundError(2, "the shipped scenarios are missing; install borderflow again", str(package / "shipped"))


def names() -> list[str]:
    """The shipped scenarios by name, the first one to try before the others."""
    found = sorted(path.stem for path in folder().glob("*.yaml"))
    return sorted(found, key=lambda name: name != FIRST)


def shipped(name: str) -> Path:
    """The file of a shipped scenario; ``WrongUse`` where there is none of that name."""
    if name not in names():
        meant = f"{near(name, names())} There" if near(name, names()) else "; there"
        raise WrongUse(f"there is no shipped scenario '{name}'{meant} are {listed(names(), 'and')}")
    return folder() / f"{name}.yaml"


def title(name: str) -> str:
    """The title of a shipped scenario."""
    return load(shipped(name)).title


def beside(name: str) -> list[Path]:
    """The files that a shipped scenario needs, by their paths from its own folder: what it extends, its register.

    The schema for editors is among them; the scenario itself is not.
    """
    path = shipped(name)
    reading = Reading(os.fspath(path))
    read(reading.root, reading)
    register = files(load(path))
    notes = {file.parent / "README.md" for file in register}
    wanted = [*map(Path, reading.files[1:]), *register, *(note for note in sorted(notes) if note.is_file())]
    return [file.relative_to(path.parent) for file in dict.fromkeys([*wanted, path.parent / FILE])]
