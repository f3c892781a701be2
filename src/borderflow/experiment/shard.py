"""Shards: what a batch of replications gave, in one file that tells by itself whether it is whole and of which run.

A run that is cut off at any moment leaves whole shards; ``run --resume`` goes on from them. The file's first line is
the SHA-256 of the rest: one line of JSON (the run, and which replications and tables follow in how many bytes), then
each table as an Arrow stream. It gets its name only once it is whole and on the disk.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from borderflow.experiment.manifest import sync_folder

if TYPE_CHECKING:
    import pyarrow as pa

    Tables = dict[str, pa.Table]
    """The tables of one replication, by name."""


class Damaged(Exception):
    """A shard that is cut off, was changed, or is of another run."""


def encode(run: str, replications: Iterable[tuple[int, Tables]]) -> bytes:
    """The bytes of a shard. ``run``: what it belongs to (``Asked.key``).

    Each replication is packed as it comes, so that no more than its own tables and the packed ones are in memory.
    Columns that a table shares with that of the first replication (the names of its rows) stand there alone.
    """
    import pyarrow as pa

    contents: list[tuple[int, str, int, list[str]]] = []
    streams: list[bytes] = []
    packed = pa.ipc.IpcWriteOptions(compression="lz4")  # read once, and soon gone: quick before small
    first: Tables = {}
    for replication, tables in replications:
        for name, table in tables.items():
            own, columns = table, table.column_names
            if first.setdefault(name, table) is not table and first[name].column_names == columns:
                own = table.select([word for word in columns if not table[word].equals(first[name][word])])
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, own.schema, options=packed) as stream:
                stream.write_table(own)
            streams.append(sink.getvalue().to_pybytes())
            contents.append((replication, name, len(streams[-1]), columns))
    body = b"".join([json.dumps({"run": run, "contents": contents}).encode(), b"\n", *streams])
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def decode(data: bytes, run: str) -> dict[int, Tables]:
    """The tables of each replication in a shard; ``Damaged`` if these are not the bytes that were written."""
    import pyarrow as pa

    contents, at = _contents(data, run)
    found: dict[int, Tables] = {}
    first: Tables = {}
    for replication, name, length, columns in contents:
        own = pa.ipc.open_stream(pa.py_buffer(data[at : at + length])).read_all()
        held = set(own.column_names)
        if len(held) < len(columns):
            own = pa.table({word: (own if word in held else first[name])[word] for word in columns})
        found.setdefault(replication, {})[name] = own
        first.setdefault(name, own)
        at += length
    return found


def _contents(data: bytes, run: str) -> tuple[list[tuple[int, str, int, list[str]]], int]:
    digest, _, body = data.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise Damaged("is cut off or was changed")
    head, _, _ = body.partition(b"\n")
    told = json.loads(head)
    if told["run"] != run:
        raise Damaged("is of another run")
    return told["contents"], len(digest) + 1 + len(head) + 1


class Shards:
    """The shards of a run in their folder, and which replications they hold."""

    def __init__(self, folder: Path, run: str) -> None:
        self.folder = folder
        self.run = run
        self._of: dict[int, Path] = {}
        self._open: tuple[Path, dict[int, Tables]] | None = None

    def __contains__(self, replication: int | None) -> bool:
        return replication in self._of

    def __len__(self) -> int:
        return len(self._of)

    def look(self) -> list[Path]:
        """Take up the shards that lie there; those that are damaged are removed, and handed back."""
        damaged = []
        for path in sorted(self.folder.iterdir()):
            if path.suffix != ".shard":
                path.unlink()  # a shard that was being written
                continue
            try:
                contents, _ = _contents(path.read_bytes(), self.run)
            except Damaged:
                path.unlink()
                damaged.append(path)
                continue
            self.add(path, (replication for replication, *_ in contents))
        return damaged

    def write(self, batch: Iterable[int], data: bytes) -> Path:
        """Put a shard in place in one step, and make it last."""
        batch = tuple(batch)
        path = self.folder / f"{batch[0]:07d}-{batch[-1]:07d}.shard"
        beside = path.with_suffix(f".writing-{os.getpid()}")
        try:
            with open(beside, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        sync_folder(self.folder)
        return path

    def add(self, path: Path, replications: Iterable[int]) -> None:
        """A shard is there, with these replications."""
        self._of.update(dict.fromkeys(replications, path))

    def tables(self, replication: int) -> Tables:
        """What a replication gave; ``OSError`` if its shard was damaged since it was written."""
        path = self._of[replication]
        if self._open is None or self._open[0] != path:
            try:
                self._open = (path, decode(path.read_bytes(), self.run))
            except Damaged as why:
                raise OSError(f"{path.name} {why} while the run went on; repeat the command with --resume") from None
        return self._open[1][replication]
