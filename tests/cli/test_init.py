"""``borderflow init`` and ``borderflow schema``: the first files of a user, and none of theirs is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from program import Cli

ROOT = Path(__file__).parents[2]
SHIPPED = sorted(
    (path.stem for path in (ROOT / "scenarios").glob("*.yaml")), key=lambda name: (name != "quickstart", name)
)
ALL = f"{', '.join(SHIPPED[:-1])} and {SHIPPED[-1]}"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("source", SHIPPED)
def test_a_scenario_is_begun_from_a_shipped_one(cli: Cli, tmp_path: Path, source: str) -> None:
    """The copy has the name asked for, keeps its comments, lies with what it needs, and is right as it stands."""
    ended = cli("init", "november", "--from", source)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.splitlines()[0].startswith(f"wrote november.yaml, a copy of {source} (")
    assert "borderflow check november.yaml" in ended.stdout
    there = files(tmp_path)
    assert {"november.yaml", "scenario.schema.json", "parts/reception-2023.yaml", "evidence/flows.csv"} <= set(there)
    for name, data in there.items():
        if name not in ("november.yaml", "small.yaml"):
            assert data == (ROOT / "scenarios" / name).read_bytes()
    text = there["november.yaml"].decode()
    assert text.startswith("# yaml-language-server: $schema=scenario.schema.json\n# A copy of ")
    assert text.count("\nname: november\n") == 1
    shipped = (ROOT / "scenarios" / f"{source}.yaml").read_text(encoding="utf-8").splitlines()
    assert [line for line in shipped if line not in text.splitlines()] == [f"name: {source}"]
    checked = cli("check", "november.yaml")
    assert checked.returncode == 0, checked.stderr
    assert "scenario: november (" in checked.stdout


def test_init_without_a_name_writes_the_quickstart(cli: Cli, tmp_path: Path) -> None:
    """The shortest way to a first scenario; a path puts it elsewhere, with its neighbours."""
    assert cli("init").returncode == 0
    assert (tmp_path / "quickstart.yaml").is_file()
    assert cli("init", "plans for winter/december.yaml").returncode == 0
    assert (tmp_path / "plans for winter" / "evidence" / "flows.csv").is_file()
    assert cli("check", "plans for winter/december.yaml").returncode == 0


def test_init_loses_no_file_unasked(cli: Cli, tmp_path: Path) -> None:
    """Files that say something else are named and kept; ``--force`` replaces them; equal ones are in nobody's way."""
    assert cli("init", "mine").returncode == 0
    assert cli("init", "mine").returncode == 0
    (tmp_path / "mine.yaml").write_text("my own work")
    (tmp_path / "evidence" / "flows.csv").write_text("my own rows")
    before = files(tmp_path)
    ended = cli("init", "mine")
    assert (ended.returncode, ended.stdout) == (5, "")
    lost = "borderflow: would lose mine.yaml and evidence/flows.csv"
    assert ended.stderr == f"{lost}. Choose another name, or repeat with --force to replace\n"
    assert files(tmp_path) == before
    assert cli("init", "mine", "--force").returncode == 0
    assert files(tmp_path)["evidence/flows.csv"] == (ROOT / "scenarios/evidence/flows.csv").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["CON"], 2, "borderflow: 'CON': this name is reserved by Windows\n"),
        (
            ["a b"],
            2,
            "borderflow: 'a b': a name has 1 to 64 letters, digits, '_' or '-'; free text belongs in 'title'\n",
        ),
        ([""], 2, "borderflow: '': a name has 1 to 64 letters, digits, '_' or '-'; free text belongs in 'title'\n"),
        (
            ["x", "--from", "quikstart"],
            2,
            f"borderflow: there is no shipped scenario 'quikstart', did you mean 'quickstart'? There are {ALL}\n",
        ),
        (
            ["x", "--from", "../../secret"],
            2,
            f"borderflow: there is no shipped scenario '../../secret'; there are {ALL}\n",
        ),
        (["folder"], 5, "borderflow: folder.yaml is a folder; choose another name\n"),
        (["small.yaml/x"], 5, "borderflow: small.yaml is a file; choose another folder\n"),
    ],
)
def test_init_refuses_in_one_line(cli: Cli, tmp_path: Path, arguments: list[str], code: int, line: str) -> None:
    """What cannot be written is said in one line, and nothing is written."""
    (tmp_path / "folder.yaml").mkdir()
    before = files(tmp_path)
    ended = cli("init", *arguments)
    assert (ended.returncode, ended.stderr) == (code, line)
    assert files(tmp_path) == before


def test_init_lists_what_is_shipped(cli: Cli) -> None:
    """A line for each shipped scenario: its name and its title."""
    lines = cli("init", "--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == SHIPPED
    assert " ".join(lines[0].split()) == "quickstart The deadline of 31 October 2023 at Torkham and Spin Boldak"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_where_one_file_cannot_be_written_none_is(tmp_path: Path) -> None:
    """A disk that is full after the first files (here: a limit on the size of a file) leaves no part of any."""
    import resource

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    command = [sys.executable, "-B", "-m", "borderflow", "init", "mine"]
    ended = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, preexec_fn=small_files, check=False
    )  # fmt: skip
    assert (ended.returncode, ended.stderr.partition(" (")[0]) == (5, "borderflow: File too large\n")
    assert files(tmp_path) == {}


def test_schema_is_printed_or_written(cli: Cli, tmp_path: Path) -> None:
    """The same bytes each way; a file that says something else is kept unless ``--force``."""
    shipped = (ROOT / "scenarios" / "scenario.schema.json").read_text(encoding="utf-8")
    assert cli("schema", PYTHONIOENCODING="utf-8").stdout == shipped
    assert cli("schema", "--out", "s.json").stderr == "wrote s.json\n"
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == shipped
    (tmp_path / "s.json").write_text("{}")
    ended = cli("schema", "--out", "s.json")
    assert (ended.returncode, ended.stderr.partition(".")[0]) == (5, "borderflow: would lose s")
    assert cli("schema", "--out", "s.json", "--force").returncode == 0


def test_an_installed_package_needs_no_repository(tmp_path: Path) -> None:
    """The wheel, installed by itself, begins a scenario, finds it right and runs it."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    home = tmp_path / "env"
    venv.create(home, with_pip=False)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    libraries = next(path for path in home.rglob("site-packages") if path.is_dir())
    # The libraries that borderflow needs are those of this environment; its own .pth files are not followed there.
    (libraries / "needed.pth").write_text(str(Path(next(p for p in sys.path if p.endswith("site-packages")))))
    work = tmp_path / "work"
    work.mkdir()

    def borderflow(*arguments: str) -> str:
        program = python.with_name("borderflow")
        ended = subprocess.run([program, *arguments], cwd=work, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    where = [python, "-c", "import borderflow; print(borderflow.__file__)"]
    assert str(home) in subprocess.run(where, cwd=work, check=True, capture_output=True, text=True).stdout
    borderflow("init", "first")
    assert "scenario: first (" in borderflow("check", "first.yaml")
    tiny = ["--set", "start=2023-11-18", "--set", "end=2023-11-20", "--set", "warm_up=0 h"]
    borderflow("run", "first.yaml", *tiny, "--replications", "1", "--plan", "as_reported", "--workers", "1", "--quiet")
    assert (work / "results" / "first" / "indicators.csv").is_file()
