"""Files that a command writes for its user: none is lost unasked, none is left half written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from borderflow.experiment.refusal import InTheWay
from borderflow.scenario.faults import listed


def lost(made: Mapping[Path, bytes], force: bool) -> None:
    """Raise ``InTheWay`` with the files that would be lost, unless they are to be replaced (or say the same)."""
    for parent in (above for path in made for above in path.parents):
        if parent.exists() and not parent.is_dir():
            raise InTheWay(f"{parent} is a file; choose another folder")
    there = [path for path, data in made.items() if os.path.lexists(path) and not _same(path, data)]
    if folders := [path for path in there if path.is_dir()]:
        raise InTheWay(f"{listed(folders, 'and')} is a folder; choose another name")
    if there and not force:
        raise InTheWay(f"would lose {listed(there, 'and')}. Choose another name, or repeat with --force to replace")


def write_all(made: Mapping[Path, bytes]) -> None:
    """Write all files or, if one cannot be written, none: each is complete before it takes its name."""
    ready: dict[Path, str] = {}
    try:
        for path, data in made.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, ready[path] = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")
            with os.fdopen(handle, "wb") as opened:
                opened.write(data)
            os.chmod(ready[path], 0o666 & ~_umask())
        for path in made:
            os.replace(ready[path], path)
            del ready[path]
    finally:
        for left in ready.values():
            os.unlink(left)


def _same(path: Path, data: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data


def _umask() -> int:
    held = os.umask(0o022)
    os.umask(held)
    return held
