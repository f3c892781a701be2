"""Where machine code is kept, when it is made anew, and what is said while that takes its time."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("numba")

from borderflow.engine.compiled import fund, ground, keeping, kernel, records
from borderflow.engine.compiled.world import World

HERE = Path(kernel.__file__).parent
HOST = ("build.py", "engine.py", "people.py")
"""What prepares a run and reads it out is no machine code."""


def test_all_that_machine_code_is_made_from_counts_in_the_name_of_its_folder():
    """What a compiled module imports of ours is among the sources: a constant that changes makes new machine code."""
    sources = {path for pattern in keeping.SOURCES for path in keeping.PACKAGE.glob(pattern)}
    for path in [*HERE.glob("*.py"), *keeping.PACKAGE.glob("measure/compiled/*.py")]:
        if path.name in HOST:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("borderflow."):
                imported = keeping.PACKAGE.parent.joinpath(*node.module.split("."))
                assert imported.with_suffix(".py") in sources or imported.is_dir(), (path.name, node.module)


def test_another_source_is_another_folder(tmp_path, monkeypatch):
    for pattern in keeping.SOURCES:
        for path in keeping.PACKAGE.glob(pattern):
            there = tmp_path / path.relative_to(keeping.PACKAGE)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(path.read_bytes())
    before = keeping.digest()
    monkeypatch.setattr(keeping, "PACKAGE", tmp_path)
    assert keeping.digest() == before
    order = tmp_path / "engine" / "order.py"
    order.write_text(order.read_text().replace("DEADLINE = 4", "DEADLINE = 6"))
    assert keeping.digest() != before


def test_the_folder_is_where_the_user_says_else_among_his_own(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "asked"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    assert keeping.cache_folder() == tmp_path / "asked" / "borderflow" / f"compiled-{keeping.digest()}"
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    if sys.platform == "linux":
        assert keeping.cache_folder() == tmp_path / "own" / "borderflow" / f"compiled-{keeping.digest()}"


@pytest.mark.skipif(sys.platform != "linux", reason="folders of Linux")
def test_where_nothing_of_the_user_can_be_written_a_private_folder_for_temporary_files_is_taken(tmp_path, monkeypatch):
    """A file stands where the user's folder would be; a folder that others can write to is not trusted."""
    (tmp_path / "blocked").write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "blocked"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "blocked"))
    monkeypatch.setattr(keeping.tempfile, "gettempdir", lambda: str(tmp_path))
    private = tmp_path / f"borderflow-{os.getuid()}"
    found = keeping.cache_folder()
    assert found == private / f"compiled-{keeping.digest()}"
    assert private.stat().st_mode & 0o777 == 0o700
    private.chmod(0o777)
    assert keeping.cache_folder() is None


def test_the_first_compilation_is_announced_and_the_next_process_begins_at_once(tmp_path):
    """Two processes with a cache of their own: the first says why it waits, the second loads what the first made."""
    program = (
        "import time\n"
        "from borderflow.engine.compiled.engine import make_ready\n"
        "began = time.process_time()\n"
        "make_ready(print)\n"
        "print(time.process_time() - began)\n"
        "import numba, numpy\n"  # what is loaded without numba's parts that compile leaves them to others
        "print(numba.njit(lambda x: numpy.dot(x, numpy.sort(x)))(numpy.array([3.0, 1.0, 2.0])))\n"
    )
    said = []
    for _ in range(2):
        ended = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        said.append(ended.stdout.splitlines())
    assert said[0][0].startswith("compiling the engine, once for this version on this machine")
    assert len(said[0]) == 3
    assert len(said[1]) == 2
    assert [lines[-1] for lines in said] == ["11.0"] * 2
    # The bounds are 40 s and 0.6 s of CPU on a quiet machine; twice that here, for a busy one.
    assert float(said[0][1]) < 80
    assert float(said[1][0]) < 1.2


def test_a_world_takes_no_table_of_another_shape_and_none_that_no_engine_knows():
    tables = {name: np.zeros(0, dtype=kind) for name, kind in records.TABLES.items()}
    World(**tables)
    with pytest.raises(AssertionError, match="'ledger' has another shape"):
        World(**{**tables, "ledger": np.zeros((3, 6), dtype=records.LEDGER_ROW)})
    with pytest.raises(AssertionError, match="no engine knows: more"):
        World(**{**tables, "more": np.zeros(0)})


def test_a_world_stands_on_memory_that_no_array_shows_any_more(monkeypatch):
    monkeypatch.setattr(ground, "_pieces", [])  # without what other tests have left there
    kind = np.dtype(np.int64)
    first, second = ground.set_aside((100_000, kind), (7, kind))
    places = {table.ctypes.data for table in (first, second)}
    assert (len(first), len(second)) == (100_000, 7)
    assert not any(place % ground.LINE for place in places)
    others = ground.set_aside((100_000, kind), (7, kind))  # the first are still in use
    assert not places & {table.ctypes.data for table in others}
    part = first[5:]
    del first, second
    assert ground.set_aside((100_000, kind), (7, kind))[0].ctypes.data not in places  # a part of them is
    del part
    assert {table.ctypes.data for table in ground.set_aside((100_000, kind), (7, kind))} == places


@pytest.mark.parametrize("up", [0, 1])
def test_money_is_exact_however_long_the_product(up):
    """Against Python's whole numbers, which have no end: prices as decimals of sixteen digits give such products."""
    from numba import njit

    compiled = njit(error_model="numpy")(fund.times.py_func)  # the engine's own can be called from the engine alone
    cases = [(7, 3, 2), (0, 5, 3), (12, 0, 1), (10**5, 4_950_000_000_000_001, 10**12), (10**12, 10**12, 49_500_000_007)]
    cases += [(2**31, 2**61 + 1, 2**61 - 1), (123_456_789, 2**61 - 3, 2**60 + 9), (1, 2**61, 1)]
    for quantity, amount, per in cases:
        product = quantity * amount
        expected = -(-product // per) if up else product // per
        assert fund.times.py_func(quantity, amount, per, up) == expected
        assert compiled(quantity, amount, per, up) == expected
