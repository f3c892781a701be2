"""Hostile and broken input, by number: section A is the text of a file, section B what it says.

A number's faulty files stand in ``wrong/``, named by it, each with the lines that it prints. What no file can show (a
pipe, a gigabyte, ``--set``, a file that is right) is made here. Each number runs the real program with limits: it ends
within 10 s and 500 MB, without a traceback, and writes nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from written import WRONG

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")

TESTS = WRONG.parents[1]
BASE = (WRONG / "base.yaml").read_text(encoding="utf-8")
SECONDS, MEGABYTES = 10, 500
DRIVER = """
import json, os, resource, sys
from borderflow.cli import main
for arguments in json.loads(sys.argv[1]):
    try:
        main(arguments)
    except SystemExit as end:
        sys.stdout.flush()
        print(f"exit {end.code}", file=sys.stderr, flush=True)
if os.path.exists("/proc/self/status"):
    with open("/proc/self/status") as status:
        most = next(line.split()[1] for line in status if line.startswith("VmHWM:"))
else:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
with open(sys.argv[2], "w") as peak:
    peak.write(str(most))
"""
"""Several commands in one process, each with its exit code on stderr; and the kilobytes that the process had at most.

What Linux tells of a child's memory (``ru_maxrss``) holds that of its parent, which it had between fork and exec.
"""


@dataclass(frozen=True)
class Case:
    """A command and the lines on stderr that it must print; ``shows`` stands on stdout, ``hides`` nowhere."""

    arguments: list[str]
    says: str
    code: int = 3
    shows: str = ""
    hides: str = ""


Made = Callable[[Path], Iterator[Case]]
A = [f"A{number}" for number in range(1, 24)]
B = [f"B{number}" for number in range(1, 31)]
ELSEWHERE = {
    "B15": ("engine/test_by_hand.py", "a run, not a file: one household, one desk, reckoned by hand"),
}
"""Numbers of which no file can tell: the tests that hold them, and why."""
MADE: dict[str, Made] = {}


def made(number: str) -> Callable[[Made], Made]:
    """Enter what makes the further cases of a number."""

    def enter(function: Made) -> Made:
        MADE[number] = function
        return function

    return enter


def check(name: str, says: str, *arguments: str, **rest: object) -> Case:
    return Case(["check", name, *arguments], f"{name}{says}" if says else "", **rest)  # type: ignore[arg-type]


def right(name: str, shows: str, hides: str = "") -> Case:
    return Case(["check", name], "", 0, shows, hides)


def changed(folder: Path, name: str, *changes: tuple[str, str]) -> str:
    """The base with some of its text replaced, as a file."""
    text = BASE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / name).write_text(text, encoding="utf-8")
    return name


@made("A6")
def deep(folder: Path) -> Iterator[Case]:
    (folder / "deep.yaml").write_text("[" * 200_000)
    yield check("deep.yaml", f":1:41 [0]{'[0]' * 39}: nested deeper than 40 levels")


@made("A8")
def too_large(folder: Path) -> Iterator[Case]:
    large = ":1:1 larger than 256 KiB; a scenario is a few hundred lines"
    (folder / "five.yaml").write_bytes(b"# a comment\n" * 430_000)
    with open(folder / "sparse.yaml", "wb") as opened:
        opened.truncate(1_000_000_000)
    os.mkfifo(folder / "pipe.yaml")
    (folder / "folder.yaml").mkdir()
    yield check("five.yaml", large)
    yield check("sparse.yaml", large)
    yield check("pipe.yaml", ":1:1 not a regular file")
    yield check("folder.yaml", ":1:1 not a regular file")
    yield check("/dev/zero", ":1:1 not a regular file")


@made("A9")
def encodings(folder: Path) -> Iterator[Case]:
    for name, text in {
        "arabic.yaml": "title: تورخم\n".encode("windows-1256"),
        "unmarked.yaml": BASE.encode("utf-16-le"),
        "half.yaml": b"\xff\xfe" + BASE.encode("utf-16-le")[:-1],
        "marked.yaml": BASE.encode("utf-8-sig"),
        "sixteen.yaml": BASE.encode("utf-16"),
    }.items():
        (folder / name).write_bytes(text)
    yield check("arabic.yaml", ":1:8 not UTF-8 at byte 7; save the file as UTF-8")
    yield check("unmarked.yaml", ":1:2 a character that YAML does not allow (got U+0000)")
    yield check("half.yaml", f":1:1 not UTF-16 at byte {2 * len(BASE)}")
    yield right("marked.yaml", "scenario: base (")
    yield right("sixteen.yaml", "scenario: base (")


@made("A10")
def control_characters(folder: Path) -> Iterator[Case]:
    (folder / "bell.yaml").write_bytes(b"name: a\x07\n")
    (folder / "zero.yaml").write_bytes(b"name: a\ntitle: \x00\n")
    (folder / "escape.yaml").write_bytes(b"name: a\nnote: \x1b[31m\n")
    (folder / "surrogate.yaml").write_bytes(b"name: \xed\xa0\x80\n")
    yield check("bell.yaml", ":1:8 a character that YAML does not allow (got U+0007)")
    yield check("zero.yaml", ":2:8 a character that YAML does not allow (got U+0000)")
    yield check("escape.yaml", ":2:7 a character that YAML does not allow (got U+001B)", hides="\x1b")
    yield check("surrogate.yaml", ":1:7 not UTF-8 at byte 6; save the file as UTF-8")


@made("A12")
def words_as_names(folder: Path) -> Iterator[Case]:
    name = changed(folder, "names.yaml", ("name: base", "name: no"), ("as_it_was:", "off:"), ("more_desks:", "yes:"))
    yield right(name, "scenario: no (Two stations and a truck)")


@made("A22")
def one_long_line(folder: Path) -> Iterator[Case]:
    (folder / "line.yaml").write_text(f"extends: base.yaml\nname: {'n' * 250_000}\n")
    (folder / "words.yaml").write_text("extends: base.yaml\n" + "".join(f"x{n}: 1\n" for n in range(15_000)))
    (folder / "items.yaml").write_text("extends: base.yaml\nnote: [" + "1, " * 80_000 + "1]\n")
    name = "a name has 1 to 64 letters, digits, '_' or '-'; free text belongs in 'title'"
    yield check("line.yaml", f":2:7 name: {name} (got '{'n' * 58}…)")
    lines = "\n".join(f"words.yaml:{n + 2}:1 x{n}: unknown word 'x{n}'" for n in range(50))
    yield Case(["check", "words.yaml"], f"{lines}\n… and 14950 more")
    yield check("items.yaml", ":2:119993 note[39995]: more than 40000 words and values; a scenario has a few thousand")
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(6_000)]
    phases = "".join(f"        - {{phase: p{n}, from: {day}}}\n" for n, day in enumerate(days))
    (folder / "phases.yaml").write_text(
        f"extends: base.yaml\ncrossings:\n  torkham:\n    arrivals:\n      phases:\n{phases}"
    )
    where = "crossings.torkham.arrivals.phases"
    missing = [
        f"phases.yaml:{n + 6}:11 {where}.p{n}: the word '{word}' is missing"
        for n in range(25)
        for word in ("persons_per_day", "shape")
    ]
    yield Case(["check", "phases.yaml"], "\n".join([*missing, "… and 11950 more"]))


@made("B2")
def closed_and_meant(folder: Path) -> Iterator[Case]:
    yield right(changed(folder, "closed.yaml", ("desks: 16, open", "closed: true, desks: 0, open")), "scenario: base (")


@made("B4")
def over_midnight(folder: Path) -> Iterator[Case]:
    yield right(
        changed(folder, "night.yaml", ("08:00-18:00", "20:00-04:00"), ("05:00-23:00", "24 h")), "scenario: base"
    )


@made("B7")
def days_of_the_calendar(folder: Path) -> Iterator[Case]:
    for name, start, end, days in (
        ("leap.yaml", "2024-02-28", "2024-03-01", 3),
        ("common.yaml", "2023-02-28", "2023-03-01", 2),
        ("year.yaml", "2023-12-31", "2024-01-01", 2),
        ("whole.yaml", "2024-01-01", "2024-12-31", 366),
        ("one.yaml", "2024-02-29", "2024-02-29", 1),
    ):
        changed(
            folder,
            name,
            ("start: 2023-10-01", f"start: {start}"),
            ("end: 2023-10-31", f"end: {end}"),
            ("from: 2023-10-01", f"from: {start}"),
            ("        - {phase: rush, from: 2023-10-20, persons_per_day: 8000, shape: ramp}\n", ""),
            ("        - {phase: after, from: 2023-10-25, persons_per_day: 2000, shape: step}\n", ""),
            ("{from: 2023-10-20, ", "{"),
        )
        yield Case(["check", name, "--json"], "", 0, f'"days": {days},')


@made("B10")
def nearly_whole(folder: Path) -> Iterator[Case]:
    yield right(changed(folder, "thirds.yaml", ("acc: 0.1}", "acc: 0.0999995}")), "scenario: base (")
    name = changed(folder, "short.yaml", ("acc: 0.1}", "acc: 0.099998}"))
    yield check(name, ":10:11 households.groups: the shares must add to 1, these add to 0.999998")


@made("B12")
def many_plans_over_years(folder: Path) -> Iterator[Case]:
    plans = "".join(
        f"  p{n}: {{changes: [{{from: 2023-10-20, add: {{torkham.stations.registration.desks: {n % 40 + 1}}}}}]}}\n"
        for n in range(1_500)
    )
    name = changed(folder, "plans.yaml", ("plans:\n", f"plans:\n{plans}"), ("end: 2023-10-31", "end: 2026-09-29"))
    yield check(
        name,
        ":12:3 crossings.torkham: warning: from plan 'p113' on it was not checked whether the desks can serve those "
        "who come: too many plans, days and stations",
        code=0,
    )


@made("B14")
def nobody_comes(folder: Path) -> Iterator[Case]:
    levels = [(f"persons_per_day: {level}", "persons_per_day: 0") for level in (300, 8000, 2000)]
    name = changed(folder, "nobody.yaml", *levels, ("shape: ramp", "shape: step"), ("warm_up: 2 d", "warm_up: 0 h"))
    line = ":14:5 crossings.torkham.arrivals: warning: nobody arrives: 0 persons are expected on every day"
    yield check(name, line, code=0)
    says = f"{name}{line}"
    yield Case(
        ["run", name, "--only", "0", "--engine", "simpy"], says, 0, "replication 0 of seed 0 ended without an error"
    )


@made("B21")
def a_chain_of_thirty(folder: Path) -> Iterator[Case]:
    for number in range(30):
        (folder / f"c{number}.yaml").write_text(f"extends: c{number + 1}.yaml\n")
    chain = " → ".join(f"c{number}.yaml" for number in range(11))
    line = f"1:10 extends: more than 10 files extend one another: {chain} (got 'c10.yaml')"
    yield Case(["check", "c0.yaml"], f"c9.yaml:{line}")


@made("B22")
def links_out(folder: Path) -> Iterator[Case]:
    outside = folder.parent / "outside.yaml"
    outside.write_text(BASE)
    (folder / "link.yaml").symlink_to(outside)
    (folder / "linked.yaml").write_text("extends: link.yaml\n")
    yield check("linked.yaml", ":1:10 extends: lies outside the folder of the scenario (got 'link.yaml')")


@made("B23")
def sets(folder: Path) -> Iterator[Case]:
    gate = "torkham.stations.gate.desks"
    good = ["--set", f"{gate}=4"]
    for one, line in {
        f"{gate}=abc": f"crossings.{gate}: write a whole number (got 'abc')",
        "torkham.stations.gat.desks=3": "crossings.torkham.stations.gat: there is no 'gat' in 'torkham.stations', "
        "did you mean 'gate'?",
        "=3": "write PATH=VALUE, such as torkham.stations.registration.desks=40",
        "title=[": "title: not YAML: expected the node content, but found '<stream end>' (while parsing a flow node)",
    }.items():
        yield Case(["check", "base.yaml", "--set", "seed=3", "--set", one], f"--set #2: {line}")
    nowhere = "write PATH=VALUE, such as torkham.stations.registration.desks=40"
    for path in (".", "[0]", f"{gate}.", "torkham..stations", f"{gate}]", "torkham.journey[x]", "[", ""):
        yield Case(["check", "base.yaml", "--set", f"{path}=3"], f"--set #1: {nowhere}")
    yield Case(["check", "base.yaml", *good, *good], f"borderflow: --set #1 and --set #2 both set {gate}", 2)


@made("B26")
def any_script(folder: Path) -> Iterator[Case]:
    title = "د تورخم لاره — مرز تورخم 🚚 \u2067שער\u2069"
    name = changed(folder, "scripts.yaml", ("Two stations and a truck", title))
    yield Case(["check", name, "--json"], "", 0, json.dumps(title, ensure_ascii=False))


@made("B27")
def titles_that_act(folder: Path) -> Iterator[Case]:
    name = changed(
        folder, "acts.yaml", ("Two stations and a truck", '"\\e]0;owned\\a\\e[2J</script>\\nscenario: other"')
    )
    yield right(name, "scenario: base (", hides="\x1b")
    name = changed(folder, "long.yaml", ("Two stations and a truck", "t" * 100_000))
    yield right(name, "scenario: base (")


@made("B29")
def seeds(folder: Path) -> Iterator[Case]:
    name = changed(folder, "most.yaml", ("warm_up: 2 d", f"seed: {2**128 - 1}"))
    yield Case(["check", name, "--json"], "", 0, f'"seed": {2**128 - 1}')
    whole = "borderflow: --seed is a whole number from 0 to 2^128 - 1"
    yield Case(["run", "base.yaml", "--seed", "-1"], whole, 2)
    yield Case(["run", "base.yaml", "--seed", "9" * 400], whole, 2)


@made("B30")
def replications(folder: Path) -> Iterator[Case]:
    for asked in ("0", "10000000"):
        line = f"borderflow: --replications must be 1 to 1,000,000 (got {asked})"
        yield Case(["run", "base.yaml", "--replications", asked], line, 2)


def contents(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(path.relative_to(folder)), path.lstat().st_size) for path in folder.rglob("*"))


def cases(number: str, folder: Path) -> list[Case]:
    """The cases of a number: its files, and what is made for it."""
    section, place = number[0], int(number[1:])
    found = []
    for path in sorted(WRONG.glob(f"{section}{place:02d}_*.yaml")):
        says = path.with_suffix(".txt").read_text(encoding="utf-8").rstrip("\n")
        warned = all(": warning: " in line for line in says.splitlines())
        found.append(Case(["check", path.name], says, 0 if warned else 3))
    return [*found, *(MADE[number](folder) if number in MADE else ())]


def limited(arguments: list[list[str]], folder: Path) -> tuple[str, str]:
    """What the program prints on both streams; it may not take more than it is allowed."""
    import resource

    def limits() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    peak = folder.parent / "peak"
    command = [sys.executable, "-B", "-c", DRIVER, json.dumps(arguments), str(peak)]
    environment = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    out, err = folder.parent / "stdout", folder.parent / "stderr"
    with open(out, "wb") as to, open(err, "wb") as errors:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=to, stderr=errors, preexec_fn=limits)
        process.wait()
    assert process.returncode == 0, err.read_text(encoding="utf-8")[-2000:]
    assert int(peak.read_text(encoding="utf-8")) / 1024 < MEGABYTES
    return out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")


def run(number: str, folder: Path) -> None:
    """Run every case of a number and compare what it says, line by line."""
    for path in (
        WRONG / "base.yaml",
        *WRONG.glob(f"{number[0]}{int(number[1:]):02d}_*.yaml"),
        *WRONG.glob("*_back.yaml"),
    ):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "evidence").mkdir()
    for path in (WRONG / "evidence").iterdir():
        (folder / "evidence" / path.name).write_bytes(path.read_bytes())
    asked = cases(number, folder)
    assert asked
    before = contents(folder)
    out, err = limited([case.arguments for case in asked], folder)
    expected = "".join(f"{case.says}\n" * bool(case.says) + f"exit {case.code}\n" for case in asked)
    assert err == expected
    for case in asked:
        assert case.shows in out
        assert not case.hides or case.hides not in out + err
    assert "Traceback" not in err
    assert contents(folder) == before


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder with an empty one around it."""
    inner = tmp_path / "scenario"
    inner.mkdir()
    return inner


@pytest.mark.parametrize("number", [one for one in A if one not in ELSEWHERE])
def test_the_text_of_a_file(number: str, folder: Path) -> None:
    """Section A: whatever the text is, it is refused in a line at its place, or read."""
    run(number, folder)


@pytest.mark.parametrize("number", [one for one in B if one not in ELSEWHERE])
def test_what_a_file_says(number: str, folder: Path) -> None:
    """Section B: whatever the words say, they are refused in a line at their place, or mean what they say."""
    run(number, folder)


def test_no_number_is_missing() -> None:
    """Each number has a case or a test elsewhere that exists, and no file or case stands under another number."""
    files = {f"{path.name[0]}{int(path.name[1:3])}" for path in WRONG.glob("[AB][0-9][0-9]_*.yaml")}
    assert files | set(MADE) | set(ELSEWHERE) == {*A, *B}
    assert not set(ELSEWHERE) & (files | set(MADE))
    for test, why in ELSEWHERE.values():
        assert (TESTS / test).is_file()
        assert why


def test_sixty_faulty_files_stand_beside_what_they_print() -> None:
    """The faulty files of this folder are many, and each has its lines."""
    faulty = [path for path in WRONG.glob("*.yaml") if path.name != "base.yaml"]
    assert len(faulty) >= 60
    assert all(path.with_suffix(".txt").read_text(encoding="utf-8").strip() for path in faulty)
