"""A scenario file as a tree of values that remember where they were written."""

from __future__ import annotations

import io
import math
import os
import re
import stat
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from borderflow.scenario.faults import Fault, shown
from borderflow.scenario.scenario import Source
from borderflow.scenario.words import EMPTY

LIMIT = 256 * 1024
MOST_ALIASED = 20_000
MOST_VALUES = 40_000
DEEPEST = 40
FORBIDDEN = "a character that YAML does not allow"
LONGEST_NUMBER = 240
"""Characters of a number: with more it stays text, so that every whole number that is read fits into a float."""

Key: TypeAlias = str | int
_HALF = re.compile("[\ud800-\udfff]")
_INT = re.compile(r"[-+]?[0-9]+", re.ASCII)
_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_ENDLESS = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("~", "null", "Null", "NULL"), None),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written; line 0 for an origin without lines (``--set #2``)."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """``FILE:LINE:COLUMN``, or the origin alone where it has no lines."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value of the tree: a scalar, a mapping or a list, with its place and that of its key.

    ``source`` says where the value comes from; ``replaced`` is the value that it took the place of.
    """

    value: Any
    place: Place
    key: Place | None = None
    source: Source | None = None
    source_place: Place | None = None
    replaced: Node | None = None

    def has(self, word: Key) -> bool:
        """Whether this is a mapping with the word."""
        return isinstance(self.value, dict) and word in self.value

    def get(self, word: Key) -> Node | None:
        """The node under a word, or None."""
        return self.value.get(word) if isinstance(self.value, dict) else None

    def items(self) -> list[tuple[Key, Node]]:
        """Words and nodes of a mapping; nothing for anything else."""
        return list(self.value.items()) if isinstance(self.value, dict) else []

    def list(self) -> list[Node]:
        """The items of a list; nothing for anything else."""
        return self.value if isinstance(self.value, list) else []


def plain(node: Node) -> Any:
    """The bare value of a tree: dictionaries, lists and scalars."""
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    return [plain(item) for item in node.value] if isinstance(node.value, list) else node.value


def item_name(node: Node) -> str | None:
    """The name of a list item that has one (``phase: rush``)."""
    named = node.get("phase")
    return named.value if named is not None and isinstance(named.value, str) else None


def named_list(node: Node) -> bool:
    """Whether every item of a list has a name."""
    return isinstance(node.value, list) and bool(node.value) and all(item_name(item) for item in node.value)


def below(path: str, word: Key) -> str:
    """The path of a word of the block at ``path``."""
    return f"{path}.{word}" if path else str(word)


def children(node: Node, path: str) -> Iterator[tuple[str, Key, Node]]:
    """Path, key (or index) and node of what stands directly in a block."""
    if isinstance(node.value, dict):
        for key, item in node.value.items():
            yield below(path, key), key, item
    elif isinstance(node.value, list):
        names = [item_name(item) for item in node.value]
        many = Counter(names)
        for index, (label, item) in enumerate(zip(names, node.value, strict=True)):
            single = label is not None and many[label] == 1
            yield (below(path, label) if single and label else f"{path}[{index}]"), index, item


def walk(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Every node of a tree with its path, the block before what stands in it."""
    yield path, node
    for under, _, item in children(node, path):
        yield from walk(item, under)


def fault(
    node: Node, path: str, message: str, *, got: bool = True, at_key: bool = False, warning: bool = False
) -> Fault:
    """A fault at a node; ``got`` says whether its value is shown."""
    place = node.key if at_key and node.key is not None else node.place
    value = shown(plain(node)) if got else None
    return Fault(place.file, place.line, place.column, path, message, value, warning)


class Refused(Exception):
    """A text that is not a tree: reading stopped at the first place that makes no sense."""

    def __init__(self, found: Fault) -> None:
        self.fault = found
        super().__init__(str(found))


def text_of(file: str) -> str:
    """The text of a file (``-``: standard input), at most 256 KiB, or ``Refused``; ``OSError`` if it cannot be read."""
    if file == "-":
        data = sys.stdin.buffer.read(LIMIT + 1)
    else:
        if not stat.S_ISREG(os.stat(file).st_mode):
            raise Refused(Fault(file, 1, 1, "", "not a regular file"))
        with open(file, "rb") as opened:
            data = opened.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise Refused(Fault(file, 1, 1, "", "larger than 256 KiB; a scenario is a few hundred lines"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Refused(Fault(file, 1, 1, "", f"not UTF-16 at byte {error.start}")) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        line = data.count(b"\n", 0, start) + 1
        column = start - (data.rfind(b"\n", 0, start) + 1) + 1
        message = f"not UTF-8 at byte {start}; save the file as UTF-8"
        raise Refused(Fault(file, line, column, "", message)) from None


def scalar(text: str, plain_style: bool) -> Any:
    """The value of a scalar by the core schema of YAML 1.2: ``no`` and ``2023-11-01`` are text."""
    if not plain_style or len(text) > LONGEST_NUMBER:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _BASE.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _ENDLESS.fullmatch(text):
        return math.nan if text.endswith(("n", "N")) else -math.inf if text.startswith("-") else math.inf
    return text


@dataclass(slots=True)
class _Open:
    """A block being read."""

    node: Node
    anchor: str | None
    weight: int = 1
    key: Key | None = None
    key_place: Place | None = None
    skip: bool = False


class _Builder:
    """Builds the tree from the events of a YAML text."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int] | None] = {}
        self.aliased = 0
        self.values = 0

    def place(self, mark: Any) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1)

    def stop(self, place: Place, message: str, got: str | None = None) -> Refused:
        return Refused(Fault(place.file, place.line, place.column, self.path(), message, got))

    def path(self) -> str:
        """The path of what is being read."""
        path = ""
        for block, inner in zip_longest(self.open, self.open[1:]):
            if isinstance(block.node.value, list):
                label = item_name(inner.node) if inner is not None else None
                path = below(path, label) if label else f"{path}[{len(block.node.value)}]"
            elif block.key is not None:
                path = below(path, block.key)
        return path

    def say(self, place: Place, message: str, got: str | None = None) -> None:
        self.faults.append(Fault(place.file, place.line, place.column, self.path(), message, got))

    def add(self, node: Node, weight: int = 1, empty: bool = False) -> None:
        """Put a finished or just opened value where it belongs; in a mapping the first scalar is the key."""
        if not self.open:
            self.root = node
            return
        top = self.open[-1]
        top.weight += weight
        if isinstance(top.node.value, list):
            if empty:
                self.say(node.place, "nothing stands here; write a value or leave the item out")
            top.node.value.append(node)
        elif top.key_place is None:
            top.key_place, top.key = node.place, node.value
            if isinstance(node.value, bool) or not isinstance(node.value, (str, int)) or node.value == "":
                top.key, top.skip = None, True
                if not isinstance(node.value, (dict, list)):
                    self.say(node.place, "a word or a name must stand here", shown(node.value))
                else:
                    self.say(node.place, "a word or a name must stand here, not a block")
            elif top.node.has(node.value):
                first = top.node.value[node.value]
                at = first.key or first.place
                was = shown(plain(first), 40)
                self.say(node.place, f"duplicate word '{str(node.value)[:64]}'; the first, at line {at.line}, is {was}")
                top.skip = True
        else:
            if empty and not top.skip:
                self.say(top.key_place, EMPTY)
                node = replace(node, value=None, place=top.key_place)
            if not top.skip and top.key is not None:
                top.node.value[top.key] = replace(node, key=top.key_place)
            top.key_place, top.key, top.skip = None, None, False

    def close(self) -> None:
        """Finish the innermost block."""
        done = self.open.pop()
        if done.anchor is not None:
            self.anchors[done.anchor] = (done.node, done.weight)
        self.add(done.node, done.weight)

    def alias(self, event: Any) -> None:
        """A repetition of an anchored value: the node itself, counted at its full weight."""
        place = self.place(event.start_mark)
        if event.anchor not in self.anchors:
            raise self.stop(place, f"no anchor '&{event.anchor[:64]}' stands before this alias")
        known = self.anchors[event.anchor]
        if known is None:
            raise self.stop(place, f"the alias '*{event.anchor[:64]}' stands inside what it repeats")
        node, weight = known
        self.aliased += weight
        if self.aliased > MOST_ALIASED:
            raise self.stop(place, "too many aliases")
        self.add(replace(node, place=place) if not isinstance(node.value, (dict, list)) else node, weight)

    def read(self, events: Iterator[Any]) -> None:
        """Take in every event of the parser."""
        documents = 0
        for event in events:
            place = self.place(event.start_mark)
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise self.stop(place, "a second document begins here; a scenario is one document")
                if event.version is not None or event.tags:
                    self.say(place, "YAML directives (%) are not used here; leave this line out")
            elif kind == "AliasEvent":
                self.alias(event)
            elif kind in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent"):
                self.values += 1
                if self.values > MOST_VALUES:
                    raise self.stop(place, f"more than {MOST_VALUES} words and values; a scenario has a few thousand")
                if event.tag is not None:
                    self.say(place, "tags are not allowed", str(event.tag).replace("tag:yaml.org,2002:", "!!")[:60])
                if event.anchor is not None:
                    self.anchors[event.anchor] = None
                if kind == "ScalarEvent":
                    self.scalar(event, place)
                    continue
                if len(self.open) == DEEPEST:
                    raise self.stop(place, f"nested deeper than {DEEPEST} levels")
                self.open.append(_Open(Node({} if kind[0] == "M" else [], place), event.anchor))
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                self.close()

    def scalar(self, event: Any, place: Place) -> None:
        """Take in one scalar."""
        bare = event.style is None
        node = Node(scalar(event.value, bare), place)
        if isinstance(node.value, float) and not math.isfinite(node.value):
            self.say(place, "must be finite", shown(event.value).strip("'"))
            node = replace(node, value=0.0)
        elif (half := _HALF.search(event.value)) is not None:
            self.say(place, FORBIDDEN, f"U+{ord(half[0]):04X}")
            node = replace(node, value=_HALF.sub("?", event.value))
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, 1)
        self.add(node, empty=bare and event.value == "")


def compose(text: str, file: str) -> tuple[Node, list[Fault]]:
    """The tree of a YAML text and what is wrong with it; ``Refused`` where it cannot be read at all."""
    builder = _Builder(file)
    try:
        builder.read(YAML(typ="safe", pure=True).parse(io.StringIO(text)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        hint = "; use spaces" if "\\t" in (error.problem or "") else ""
        context = f" ({error.context})" if error.context else ""
        raise Refused(Fault(file, line, column, "", f"not YAML: {error.problem}{context}{hint}")) from None
    except ReaderError as error:
        before = text[: error.position]
        column = error.position - (before.rfind("\n") + 1) + 1
        got = f"U+{ord(text[error.position]):04X}"
        raise Refused(Fault(file, before.count("\n") + 1, column, "", FORBIDDEN, got)) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise Refused(Fault(file, 1, 1, "", f"not YAML: {str(error)[:LONGEST_NUMBER]}")) from None
    root = builder.root
    if root is None or root.value is None or root.value == "":
        message = "scenario is empty; 'borderflow init' writes one to begin with"
        raise Refused(Fault(file, 1, 1, "", message))
    return root, builder.faults
