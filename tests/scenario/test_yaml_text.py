"""What the text of a scenario file may and may not be."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from borderflow.scenario.faults import ScenarioFaults
from borderflow.scenario.load import load
from borderflow.scenario.tree import compose, plain, scalar

BASE = (Path(__file__).parent / "wrong" / "base.yaml").read_text()
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def faults_of(path: str | os.PathLike[str]) -> list[str]:
    with pytest.raises(ScenarioFaults) as caught:
        load(path)
    return str(caught.value).replace(f"{Path(path).parent}{os.sep}", "").splitlines()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"", "f.yaml:1:1 scenario is empty; 'borderflow init' writes one to begin with"),
        (b"---\n", "f.yaml:1:1 scenario is empty; 'borderflow init' writes one to begin with"),
        (b"# nothing\n", "f.yaml:1:1 scenario is empty; 'borderflow init' writes one to begin with"),
        (b"only text\n", "f.yaml:1:1 a scenario is a block of words, such as 'name: november' (got 'only text')"),
        (b"title: ok\nname: \xcd\xe3\n", "f.yaml:2:7 not UTF-8 at byte 16; save the file as UTF-8"),
        ("name: a".encode("utf-16-le"), "f.yaml:1:2 a character that YAML does not allow (got U+0000)"),
        (b"\xff\xfea", "f.yaml:1:1 not UTF-16 at byte 2"),
        (b"x" * 262_145, "f.yaml:1:1 larger than 256 KiB; a scenario is a few hundred lines"),
        (b"name: a\x07\n", "f.yaml:1:8 a character that YAML does not allow (got U+0007)"),
        (b"name: *gone\n", "f.yaml:1:7 name: no anchor '&gone' stands before this alias"),
        (b"[" * 60, "f.yaml:1:41 [0]" + "[0]" * 39 + ": nested deeper than 40 levels"),
        (b"%YAML 1.1\n---\nname: no\n", "f.yaml:2:1 YAML directives (%) are not used here; leave this line out"),
        (b": 1\n", "f.yaml:1:1 a word or a name must stand here (got '')"),
        (b"{[a]: 1}\n", "f.yaml:1:2 a word or a name must stand here, not a block"),
    ],
)  # fmt: skip
def test_text_that_is_no_scenario_is_refused_in_one_line(tmp_path: Path, text: bytes, line: str) -> None:
    """What cannot be read is refused at its place, without a traceback and without reading more than the limit."""
    path = tmp_path / "f.yaml"
    path.write_bytes(text)
    assert line in faults_of(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_utf8_and_marked_utf16_are_read(tmp_path: Path, encoding: str) -> None:
    """UTF-8 with or without its mark, and UTF-16 with its mark, give the same scenario; any script stays as it is."""
    path = tmp_path / "f.yaml"
    path.write_bytes(BASE.replace("Two stations and a truck", "د تورخم لاره 🚚").encode(encoding))
    assert load(path).title == "د تورخم لاره 🚚"


def test_an_alias_bomb_is_refused_at_once(tmp_path: Path) -> None:
    """Aliases are counted as they would expand, before anything is expanded or printed."""
    path = tmp_path / "f.yaml"
    path.write_text(BOMB)
    began = time.process_time()
    said = faults_of(path)
    assert time.process_time() - began < 0.5
    assert len(said) == 1
    assert said[0].endswith(": too many aliases")


def test_a_modest_alias_is_the_value_it_repeats(tmp_path: Path) -> None:
    """An anchor and its alias are the same value in two places."""
    path = tmp_path / "f.yaml"
    text = BASE.replace("plans:\n  as_it_was: {}", "plans:\n  as_it_was: &same {title: As it was}\n  again: *same")
    path.write_text(text)
    plans = load(path).plans
    assert plans["again"] == plans["as_it_was"]
    assert plans["again"].title == "As it was"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes")
def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    """A named pipe or a device is refused before it is read, so that nothing waits or never ends."""
    pipe = tmp_path / "f.yaml"
    os.mkfifo(pipe)
    assert faults_of(pipe) == ["f.yaml:1:1 not a regular file"]
    assert faults_of("/dev/zero")[0].endswith("not a regular file")


def test_a_missing_file_is_an_error_of_the_system(tmp_path: Path) -> None:
    """A file that is not there is no fault of a scenario."""
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nowhere.yaml")


@pytest.mark.parametrize("text", ["no", "off", "on", "yes", "2023-11-01", "07:00", "1_000", "٣", "", "0b1", "1 l"])
def test_yaml_1_2_leaves_these_as_text(text: str) -> None:
    """Only what the core schema of YAML 1.2 names is a number or a flag."""
    assert scalar(text, True) == text


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), ("-3", -3), ("0o17", 15), ("0x1f", 31), ("1e3", 1000.0), (".5", 0.5), ("true", True)]
)
def test_yaml_1_2_reads_these(text: str, value: object) -> None:
    """Numbers and flags are read by the core schema; in quotes they are text."""
    assert scalar(text, True) == value
    assert scalar(text, False) == text


def test_a_number_of_thousands_of_digits_is_no_number() -> None:
    """A number too long for any field stays text, so that it is refused without being computed or printed whole."""
    root, faults = compose(f"seed: {'9' * 5000}\n", "f.yaml")
    assert not faults
    assert isinstance(plain(root)["seed"], str)
