"""The manifest of a results folder: what was run, with what, and the SHA-256 of every file. Written last."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from borderflow.experiment.refusal import Unverified

MANIFEST = "manifest.json"
FORMAT = 1
DERIVED = ("comparison.csv", "paired.parquet")
"""Files that are made from the tables beside them, and can be made again."""
_NO_MANIFEST = "has no manifest.json: not a results folder, or a run that did not finish"


@dataclass(frozen=True)
class Manifest:
    """What a finished run says of itself. ``outputs`` maps a file (relative, with ``/``) to its SHA-256.

    ``draws``: the posterior draws that were run on: ``calibration`` (the fit's name), ``file`` and its ``sha256``, and
    ``rows``; None where levels are inputs that do not vary. ``precision``: what was asked of the means (``asked``),
    whether it was ``reached``, ``at`` how many replications, and what is ``widest``; None where none was asked for.
    """

    version: str
    command: str
    name: str
    title: str
    scenario_hash: str
    seed: int
    plans: tuple[str, ...]
    replications: int
    done: int
    failed: tuple[dict[str, Any], ...]
    engine: str
    workers: int
    platform: str
    packages: dict[str, str]
    started: str
    seconds: float
    evidence: tuple[str, ...]
    draws: dict[str, Any] | None = None
    outputs: dict[str, str] = field(default_factory=dict)
    renewed: tuple[str, ...] = ()
    precision: dict[str, Any] | None = None
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """How many posterior rows there were to run on; 0 without draws."""
        return int(self.draws["rows"]) if self.draws is not None else 0

    @property
    def rows_done(self) -> int:
        """On how many of them a replication ended."""
        failed = {failure["replication"] for failure in self.failed}
        ran = (one for one in range(self.replications) if one not in failed)
        return len({one // 2 % self.rows for one in ran}) if self.rows else 0

    @property
    def precise(self) -> tuple[str, ...]:
        """The precision that was asked for; empty if none was."""
        return tuple(self.precision["asked"]) if self.precision is not None else ()

    @property
    def reached(self) -> bool:
        """Whether the precision that was asked for was reached; True if none was."""
        return self.precision is None or bool(self.precision["reached"])

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read a folder's manifest; ``Unverified`` where it is missing or not a manifest."""
        try:
            found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            raise Unverified(f"{folder} {_NO_MANIFEST}") from None
        except (UnicodeDecodeError, json.JSONDecodeError):
            raise Unverified(f"{folder / MANIFEST} is cut off or is not a manifest") from None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise Unverified(f"{folder / MANIFEST} is not a manifest of this version of borderflow")
        try:
            for word in ("plans", "failed", "evidence", "renewed"):
                found[word] = tuple(found[word])
            manifest = cls(**found)
            if manifest.draws is not None and manifest.draws["rows"] < 1:
                raise KeyError("rows")
            if not isinstance(manifest.precise, tuple) or not isinstance(manifest.reached, bool):
                raise KeyError("precision")
        except (KeyError, TypeError):
            raise Unverified(f"{folder / MANIFEST} lacks words of a manifest, or has others") from None
        if not all(_safe(name) for name in manifest.outputs):
            raise Unverified(f"{folder / MANIFEST} names files outside its folder")
        return manifest

    def write(self, folder: Path) -> None:
        """Put this manifest in place in one step."""
        text = json.dumps(asdict(self), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        beside = folder / f".{MANIFEST}.writing"
        try:
            with open(beside, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, folder / MANIFEST)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        sync_folder(folder)

    def check(self, folder: Path) -> None:
        """Hold every table against its SHA-256; ``Unverified`` names what differs."""
        wrong = {name: how for name, how in self.changed(folder).items() if name not in DERIVED}
        if wrong:
            raise Unverified(f"{folder}: {'; '.join(f'{name} {how}' for name, how in wrong.items())}")

    def changed(self, folder: Path) -> dict[str, str]:
        """Outputs that are missing or are not what was written, with a word on each."""
        wrong = {}
        for name, digest in self.outputs.items():
            path = folder / name
            if not path.is_file():
                wrong[name] = "is missing"
            elif sha256(path) != digest:
                wrong[name] = "has changed since it was written"
        return wrong

    def with_outputs(self, folder: Path, names: Iterable[str]) -> Manifest:
        """This manifest with files added or renewed."""
        return replace(self, outputs={**self.outputs, **{name: sha256(folder / name) for name in sorted(names)}})


def renew(folder: Path, written: Iterable[Path], command: str = "") -> Manifest:
    """Take files that were written into a finished folder up into its manifest: the last step of a command."""
    manifest = Manifest.read(folder)
    base = folder.resolve()
    names = [path.resolve().relative_to(base).as_posix() for path in written]
    manifest = manifest.with_outputs(folder, names)
    if command:
        manifest = replace(manifest, renewed=(*(old for old in manifest.renewed if old != command), command))
    manifest.write(folder)
    return manifest


def forget(folder: Path, names: Iterable[str]) -> None:
    """Take files out of the manifest before they are written anew: cut off there, the folder is still whole."""
    manifest = Manifest.read(folder)
    kept = {name: digest for name, digest in manifest.outputs.items() if name not in set(names)}
    if kept != manifest.outputs:
        replace(manifest, outputs=kept).write(folder)


def sha256(path: Path) -> str:
    """Digest of a file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a folder's entries last (where the system can)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _safe(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and "\\" not in name and not path.is_absolute() and ".." not in path.parts and ":" not in name
