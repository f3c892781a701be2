"""The results store: a folder is written aside, made to last, and put in place in one step.

``.NAME.writing-PID`` is being written, ``.NAME.replaced-PID`` is on its way out. Both are cleared away by the next run
of the same name if the process that made them is gone.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from borderflow.experiment.interrupts import undisturbed
from borderflow.experiment.manifest import DERIVED, MANIFEST, Manifest, sync_folder
from borderflow.experiment.refusal import InTheWay, Unverified, WrongUse

PARTS = "parts"
"""Folder inside the one being written where workers leave what they measured."""


class Writing:
    """A results folder on its way: fill ``folder``, then ``publish``; on any error it is taken away again."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.folder = target.parent / f".{target.name}.writing-{os.getpid()}"

    def __enter__(self) -> Writing:
        self.target.parent.mkdir(parents=True, exist_ok=True)
        clear_away(self.target)
        with undisturbed():
            if self.folder.exists():
                shutil.rmtree(self.folder)
            self.folder.mkdir()
        try:
            self.parts.mkdir()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with undisturbed():
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def parts(self) -> Path:
        """Where workers leave their files."""
        return self.folder / PARTS

    def publish(self, manifest: Manifest, force: bool) -> Manifest:
        """Hash and sync every file, write the manifest last, then move the folder into place."""
        shutil.rmtree(self.parts)
        names = sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file())
        for name in names:
            _sync_file(self.folder / name)
        for folder in (path for path in self.folder.rglob("*") if path.is_dir()):
            sync_folder(folder)
        manifest = manifest.with_outputs(self.folder, names)
        manifest.write(self.folder)
        with undisturbed():
            self._swap(force)
        return manifest

    def _swap(self, force: bool) -> None:
        make_way(self.target, force)  # again: the folder may have come while the run went on
        aside = self.target.parent / f".{self.target.name}.replaced-{os.getpid()}"
        old = self.target.is_dir()
        if old:
            if aside.exists():
                shutil.rmtree(aside)
            os.rename(self.target, aside)
        try:
            os.rename(self.folder, self.target)
        except OSError as error:
            if old:
                os.rename(aside, self.target)
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
                raise InTheWay(f"{self.target} was written by another run in the meantime") from None
            raise
        try:
            sync_folder(self.target.parent)
        finally:
            if old:
                shutil.rmtree(aside, ignore_errors=True)


def make_way(target: Path, force: bool, because: str = "") -> None:
    """Refuse a target that holds something; with ``force`` let go of a results folder, never of foreign files."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise InTheWay(f"{target} is not a folder; choose another --out")
    if not target.is_dir():
        return
    held = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir())
    if not held:
        return
    try:
        manifest = Manifest.read(target)
    except Unverified as reason:
        raise InTheWay(f"{reason}; it holds {listed(held)}. Choose another --out, or move it away") from None
    own = {*manifest.outputs, *DERIVED, MANIFEST, *(f".{name}.writing" for name in (*DERIVED, MANIFEST))}
    foreign = [name for name in held if name not in own]
    if foreign:
        raise InTheWay(
            f"{target} holds files that borderflow did not write ({listed(foreign)}): "
            "they are not replaced. Move them away, or choose another --out"
        )
    if not force:
        changed = manifest.changed(target)
        note = f" ({listed(changed)} changed or missing since)" if changed else ""
        why = f" ({because})" if because and not changed else ""
        raise InTheWay(f"would lose {listed(held)} in {target}{note}{why}. Repeat with --force to replace it")


def outside(target: Path, inputs: Iterable[Path]) -> None:
    """Refuse an input that lies inside the target folder: replacing the folder would remove it."""
    base = target.resolve()
    for path in inputs:
        if path.resolve().is_relative_to(base):
            raise WrongUse(f"{path} lies inside {target}, which this run would write: give another --out")


def clear_away(target: Path) -> None:
    """Take away what runs that were cut off left beside the target; put back what they had not yet replaced."""
    pattern = re.compile(rf"\.{re.escape(target.name)}\.(writing|replaced)-(\d+)")
    for path in sorted(target.parent.iterdir()):
        found = pattern.fullmatch(path.name)
        if found is None or path.is_symlink() or not path.is_dir() or _alive(int(found[2])):
            continue
        if found[1] == "replaced" and not target.exists():
            os.rename(path, target)
        else:
            shutil.rmtree(path, ignore_errors=True)


def listed(names: Iterable[str], most: int = 12) -> str:
    """Names in a row, the long tail counted."""
    names = list(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _alive(process: int) -> bool:
    if process == os.getpid():
        return False
    if os.name != "posix":
        return True  # asking a process costs it its life there; what it left stays
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _sync_file(path: Path) -> None:
    with open(path, "rb+") as file:
        os.fsync(file.fileno())
