"""Where machine code is kept, and whether it is there: known without loading what makes it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PACKAGE = Path(__file__).parents[2]
SOURCES = (
    *("engine/compiled/*.py", "engine/journal.py", "engine/order.py", "network/network.py"),
    "measure/compiled/*.py",
)
"""All that the machine code is made from: functions, options, and the constants that are built into it."""


def cache_folder() -> Path | None:
    """Where machine code is kept: a folder of its own for every state of the sources; None where none can be written.

    Numba itself asks only whether the file of a function has changed, not those of the functions and constants that
    are built into it; so the folder is named by a digest of them all. It lies in ``NUMBA_CACHE_DIR``, else in the
    user's own folder for such things, else in a folder for temporary files that nobody else can write to.
    """
    name = f"compiled-{digest()}"
    for root in _roots():
        try:
            folder = root / name
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except (OSError, RuntimeError):
            continue
        return folder
    return None


def digest() -> str:
    """A digest of the sources and of the versions of what compiles them."""
    versions = (sys.version, version("numba"), version("llvmlite"))
    found = hashlib.sha256("\n".join(versions).encode())
    for path in sorted(path for pattern in SOURCES for path in PACKAGE.glob(pattern)):
        found.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def _roots() -> Iterator[Path]:
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        yield Path(given) / "borderflow"
    if os.name == "nt":
        own = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        own = os.path.expanduser("~/Library/Caches")
    else:
        own = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    if os.path.isabs(own):
        yield Path(own) / "borderflow"
    if hasattr(os, "getuid"):
        # What lies here is run: a folder that others can write to, or have made, is not ours.
        folder = Path(tempfile.gettempdir()) / f"borderflow-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.lstat().st_uid == os.getuid() and folder.lstat().st_mode & 0o077 == 0:
            yield folder


def noted() -> bool:
    """Whether machine code was found or made for these sources, as they were last written, by this processor."""
    return any(mark.exists() for mark in _mark())


def note() -> None:
    """Note that it was."""
    for mark in _mark():
        with contextlib.suppress(OSError):
            mark.touch()


def _mark() -> Iterator[Path]:
    """The note, in the folder of the machine code; none where none can be kept."""
    folder = cache_folder()
    if folder is None:
        return
    told = [str(PACKAGE), *_processor(), *_makers()]
    for path in sorted(path for pattern in SOURCES for path in PACKAGE.glob(pattern)):
        state = path.stat()
        told.append(f"{path.name} {state.st_mtime_ns} {state.st_size}")
    yield folder / f"ready-{hashlib.sha256(chr(10).join(told).encode()).hexdigest()[:16]}"


def _makers() -> Iterator[str]:
    """Where that which makes machine code, and what it works on, is found: another one may not work."""
    for name in ("numba", "llvmlite", "numpy"):
        found = find_spec(name)
        origin = Path(found.origin) if found is not None and found.origin else None
        yield f"{name} {origin} {origin.stat().st_mtime_ns if origin is not None else ''}"
    yield version("numpy")


def _processor() -> list[str]:
    """What kind of processor this is, by the system's own words: machine code is made for one."""
    told = [platform.machine(), platform.processor()]
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").partition("\n\n")[0].splitlines()
        told += [line for line in lines if line.startswith(("model name", "flags", "Features"))]
    return told
