"""A scenario written out as resolved: after ``extends`` and ``--set``, each value with its source beside it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath

from borderflow.scenario.daily import Daily
from borderflow.scenario.register import register_files
from borderflow.scenario.scenario import Scenario, Source
from borderflow.scenario.sets import TOP
from borderflow.scenario.tree import Key, Node, scalar

_PLAIN = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_ ./%+:-]*[A-Za-z0-9_%.])?", re.ASCII)
_OTHER_YAML = {"y", "n", "yes", "no", "on", "off"}
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
REGISTER = "evidence"
WIDTH = 110


def resolved(scenario: Scenario) -> str:
    """The scenario as YAML text that loads to an equal one, with its sources; the same bytes every time."""
    if not isinstance(scenario._tree, Node):
        raise TypeError("only a scenario read from a file can be written out")
    return "# A scenario as resolved, after 'extends' and '--set'.\n" + _text(scenario)


def content_hash(scenario: Scenario) -> str:
    """SHA-256 (hex) of what the scenario says, without comments."""
    counts = "".join(f"{name} {one.counts}\n" for name, one in _counts(scenario).items())
    draws = scenario.calibration.draws
    sample = draws.text() if draws is not None else ""
    return hashlib.sha256((_text(scenario) + counts + sample).encode()).hexdigest()


def files(scenario: Scenario) -> list[Path]:
    """The files that the scenario names: those of its evidence register, counts by day, and posterior draws.

    A resolved scenario finds them in the folder ``evidence`` beside it.
    """
    register = register_files(scenario._register) if scenario._register else []
    counts = (one.file for one in _counts(scenario).values())
    draws = [scenario.calibration.draws.file] if scenario.calibration.draws is not None else []
    return [Path(file) for file in dict.fromkeys([*register, *counts, *draws])]


def _counts(scenario: Scenario) -> dict[str, Daily]:
    """The counts by day of each crossing that has them."""
    arrivals = {name: crossing.arrivals for name, crossing in scenario.crossings.items()}
    return {name: one.daily for name, one in arrivals.items() if one.daily is not None}


def _beside(crossings: Node, counts: dict[str, Daily]) -> Node:
    """The crossings, with their files of counts named where they lie beside the resolved scenario."""
    places: dict[Key, Node] = dict(crossings.value)
    for name, one in counts.items():
        key: Key = next(key for key in places if str(key) == name)
        arrivals = places[key].value["arrivals"]
        named = replace(arrivals.value["daily"], value=f"{REGISTER}/{PurePath(one.file).name}")
        arrivals = replace(arrivals, value={**arrivals.value, "daily": named})
        places[key] = replace(places[key], value={**places[key].value, "arrivals": arrivals})
    return replace(crossings, value=places)


def _text(scenario: Scenario) -> str:
    words: dict[Key, Node] = {word: scenario._tree.value[word] for word in TOP if word in scenario._tree.value}
    if counts := _counts(scenario):
        words["crossings"] = _beside(words["crossings"], counts)
    if scenario.calibration.draws is not None:
        block = words["calibration"]
        place = replace(block.value["draws"], value=f"{REGISTER}/{PurePath(scenario.calibration.draws.file).name}")
        words["calibration"] = replace(block, value={**block.value, "draws": place})
    if "register" in words:
        words["register"] = Node(REGISTER, words["register"].place)
    return "".join(f"{line}\n" for word, node in words.items() for line in _entry(word, node, 0))


def _entry(word: Key, node: Node, depth: int) -> Iterator[str]:
    """The lines of one word of a block."""
    pad, key = "  " * depth, _word(word)
    line = f"{pad}{key}: {flow(node)}"
    if (len(line) <= WIDTH and (depth > 1 or not isinstance(node.value, dict))) or not _opens(node):
        yield line
        return
    yield f"{pad}{key}:"
    if isinstance(node.value, list):
        for item in node.value:
            yield from _item(item, depth + 1)
        return
    for under, held in node.value.items():
        yield from _entry(under, held, depth + 1)
    for line in _source_words(node.source):
        yield f"{pad}  {line}"


def _item(node: Node, depth: int) -> Iterator[str]:
    """The lines of one item of a list."""
    pad, line = "  " * depth, f"{'  ' * depth}- {flow(node)}"
    if len(line) <= WIDTH or not isinstance(node.value, dict) or not node.value:
        yield line
        return
    lines = [line for word, held in node.value.items() for line in _entry(word, held, depth + 1)]
    lines += [f"{pad}  {line}" for line in _source_words(node.source)]
    yield f"{pad}- {lines[0].lstrip()}"
    yield from lines[1:]


def _opens(node: Node) -> bool:
    """Whether a value can be written over several lines."""
    return bool(node.value) and (isinstance(node.value, dict) or (isinstance(node.value, list) and node.source is None))


def flow(node: Node) -> str:
    """A value on one line."""
    if isinstance(node.value, dict):
        inside = [f"{_word(word)}: {flow(held)}" for word, held in node.value.items()]
        return "{" + ", ".join([*inside, *_source_words(node.source)]) + "}"
    text = f"[{', '.join(map(flow, node.value))}]" if isinstance(node.value, list) else _scalar(node.value)
    beside = _source_words(node.source)
    return "{" + ", ".join([f"value: {text}", *beside]) + "}" if beside else text


def _source_words(source: Source | None) -> list[str]:
    if source is None:
        return []
    words = []
    if source.evidence:
        words.append(f"evidence: [{', '.join(map(_scalar, source.evidence))}]")
    words += [
        f"{word}: {_scalar(text)}" for word in ("assumed", "calibrated") if (text := getattr(source, word)) is not None
    ]
    if source.range is not None:
        words.append(f"range: [{', '.join(map(_scalar, source.range))}]")
    return words


def _word(word: Key) -> str:
    return word if isinstance(word, str) and word.lower() in _OTHER_YAML else _scalar(word)


def _scalar(value: object) -> str:
    """A scalar that reads back as itself, here and (for dates apart) under YAML 1.1."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    text = str(value)
    bare = _PLAIN.fullmatch(text) and ": " not in text and scalar(text, True) == text
    if bare and text.lower() not in _OTHER_YAML and len(text) <= WIDTH:
        return text
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
