"""Starting up: help is at once there, and nothing heavy is imported for it."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

HEAVY = ("numpy", "pandas", "pydantic", "scipy", "pyarrow", "simpy", "rich", "ruamel", "altair")


def test_help_costs_under_0_3_seconds() -> None:
    """``borderflow --help`` takes under 0.3 s of processor time (the best of three, start of Python included)."""
    taken = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "borderflow", "--help"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(taken) < 0.3


@pytest.mark.parametrize("what", ["import borderflow", "import borderflow.cli"])
def test_nothing_heavy_is_imported_at_start(what: str) -> None:
    """``import borderflow`` and the command line import none of the libraries that take long."""
    ended = subprocess.run([sys.executable, "-X", "importtime", "-c", what], check=True, capture_output=True, text=True)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in ended.stderr.splitlines()}
    assert "borderflow" in imported
    assert not imported & set(HEAVY)


def test_the_public_names_are_there() -> None:
    """The names of the contract come from the package, whatever was imported before them."""
    code = (
        "import borderflow.network.network, borderflow as b; from borderflow import network\n"
        "assert all(callable(getattr(b, name)) for name in b.__all__ if name != '__version__')\n"
        "assert b.network.network.Network and set(b.__all__) <= set(dir(b))\n"
        "try: b.nothing\n"
        "except AttributeError as error: assert 'nothing' in str(error)\n"
        "else: raise SystemExit('there')"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_each_stage_can_be_used_by_itself() -> None:
    """From a notebook: load, households, network, simulate."""
    code = (
        "import sys, borderflow as b\n"
        "s = b.load(sys.argv[1])\n"
        "h = b.households(s, 0)\n"
        "j = b.simulate(h, b.network(s, 'as_reported'))\n"
        "assert len(j.outcome) == len(h) > 100"
    )
    from program import SMALL

    subprocess.run([sys.executable, "-c", code, str(SMALL)], check=True)
