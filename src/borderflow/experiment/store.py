"""The results store: a folder is written aside, made to last, and put in place in one step.

``.NAME.writing-PID`` is a run on its way: the shards of its replications, what it was asked for, and the tables as they
are put together. Cut off at any moment it can be resumed from the shards that are whole. ``.NAME.replaced-PID`` is on
its way out. Both are cleared away by the next run of the same name if the process that made them is gone; but a run
that could be resumed as it is asked for is not thrown away unasked.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

from borderflow.experiment.interrupts import undisturbed
from borderflow.experiment.manifest import DERIVED, MANIFEST, Manifest, sync_folder
from borderflow.experiment.refusal import InTheWay, Stopped, Unverified, WrongUse
from borderflow.experiment.request import Request
from borderflow.experiment.shard import Shards

LOCK = "lock"


class Writing:
    """A run on its way: leave shards in ``shards``, put the tables together in ``folder``, then ``publish``.

    Without ``resume`` it begins anew: an unfinished run of the same kind is in the way, but for ``force``. With it, it
    takes over what an unfinished run left, or refuses with the difference. Where it ends in an error and shards are
    there, they stay, for the next to resume; the error says so.
    """

    def __init__(
        self,
        target: Path,
        request: Request,
        resume: bool = False,
        force: bool = False,
        note: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.target = target
        self.request = request
        self.resume = resume
        self.force = force
        self.note = note
        self.aside = target.parent / f".{target.name}.writing-{os.getpid()}"
        self.folder = self.aside / "tables"
        self.shards = Shards(self.aside / "shards", request.key)
        self._lock: IO[bytes] | None = None

    def __enter__(self) -> Writing:
        self.target.parent.mkdir(parents=True, exist_ok=True)
        left = self._left()
        clear_away(self.target, keep=left)
        try:
            with undisturbed():
                if left is not None and left != self.aside:
                    shutil.rmtree(self.aside, ignore_errors=True)
                    os.rename(left, self.aside)
                elif left is None:
                    self.aside.mkdir()
            self._lock = _locked(self.aside / LOCK)
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir()
            self.shards.folder.mkdir(exist_ok=True)
            if left is None:
                self.request.write(self.aside)
            for damaged in self.shards.look():
                self.note(f"{damaged.name} is damaged: its replications are done again")
        except BaseException as error:
            self.__exit__(type(error), error)
            raise
        return self

    def _left(self) -> Path | None:
        """The unfinished run that is resumed; None to begin anew."""
        found = [path for path in _leftovers(self.target, "writing") if _shards(path)]
        if not self.resume:
            for path in found:
                try:
                    same = not Request.read(path).difference(self.request)
                except Unverified:
                    continue
                if same and not self.force:
                    raise InTheWay(
                        f"this run was begun before and cut off, and {path} holds what it had done. Repeat with "
                        "--resume to go on with it, or with --force to begin anew"
                    )
            return None
        if not found:
            raise InTheWay(f"there is no unfinished run of {self.target.name} in {self.target.parent} to resume")
        reasons = []
        for path in found:
            try:
                reason = Request.read(path).difference(self.request)
            except Unverified as unread:
                reason = str(unread)
            if not reason:
                return path
            reasons.append(reason)
        raise InTheWay(f"{found[0]} cannot be resumed: {reasons[0]}. Without --resume the run begins anew")

    def __exit__(self, kind: object = None, error: BaseException | None = None, *_: object) -> None:
        with undisturbed():
            if self._lock is not None:
                self._lock.close()
            done = 0 if error is None or isinstance(error, Stopped | InTheWay) else len(_shards(self.aside))
            if not done:
                shutil.rmtree(self.aside, ignore_errors=True)
                return
            shutil.rmtree(self.folder, ignore_errors=True)
            many = len(self.shards)
            if error is not None:
                error.add_note(f"{many} replications are kept: repeat the command with --resume to go on with them")

    def publish(self, manifest: Manifest, force: bool) -> Manifest:
        """Hash and sync every file, write the manifest last, then move the folder into place."""
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


def clear_away(target: Path, keep: Path | None = None) -> None:
    """Take away what runs that were cut off left beside the target; put back what they had not yet replaced."""
    for path in _leftovers(target, "replaced"):
        if not target.exists():
            os.rename(path, target)
        else:
            shutil.rmtree(path, ignore_errors=True)
    for path in _leftovers(target, "writing"):
        if path != keep:
            shutil.rmtree(path, ignore_errors=True)


def _leftovers(target: Path, kind: str) -> Iterator[Path]:
    """Folders of runs of this name whose process is gone, the one with most in it first."""
    pattern = re.compile(rf"\.{re.escape(target.name)}\.{kind}-(\d+)")
    found = []
    for path in target.parent.iterdir():
        match = pattern.fullmatch(path.name)
        if match is not None and not path.is_symlink() and path.is_dir() and not _held(path, int(match[1])):
            found.append(path)
    return iter(sorted(found, key=lambda path: (-len(_shards(path)), path.name)))


def _shards(folder: Path) -> list[Path]:
    """The shards of an unfinished run."""
    return sorted((folder / "shards").glob("*.shard"))


def _locked(path: Path) -> IO[bytes]:
    """A file that is held while this process lives: its number may be another's after a restart."""
    file = open(path, "wb")  # noqa: SIM115  # held until the run ends
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        pass  # no locks here: the process number has to do
    return file


def _held(folder: Path, process: int) -> bool:
    """Whether the run that writes a folder still lives."""
    if not _alive(process):
        return False
    try:
        import fcntl

        with open(folder / LOCK, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return True  # held, or it has no lock
    return False


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
