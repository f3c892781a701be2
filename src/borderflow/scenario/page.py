"""The page docs/scenario.md, written from the models: every block of a scenario with its words."""

from __future__ import annotations

import json
import re
from typing import Any

from borderflow.scenario.kinds import (
    KINDS,
    Anything,
    Block,
    ByDate,
    Choice,
    Either,
    Flag,
    Kind,
    Listing,
    Number,
    Shape,
    Table,
    Text,
    default,
    words,
)
from borderflow.scenario.schema import EXTENDS, SOURCES, blocks, examples_of, told
from borderflow.scenario.tree import scalar
from borderflow.scenario.words import Words

HEAD = """\
# The scenario file, word by word

<!-- Written from src/borderflow/scenario: python -m borderflow.scenario.page > docs/scenario.md -->

A scenario is a YAML file: words with values, and blocks of words. This page lists every block with its words; what
they mean when the model runs is in [model.md](model.md), and what a fault says in [faults.md](faults.md). To begin,
write a copy of a shipped scenario with `borderflow init`; `borderflow check FILE` says what is wrong in it.

An editor completes the words and marks wrong ones if the first line names the schema (`borderflow schema` writes it):

```yaml
# yaml-language-server: $schema=scenario.schema.json
```

The editor sees one file at a time. What needs the whole scenario (names that refer to each other, dates, units that
have to agree) is found by `borderflow check` alone.

## Where a value comes from

A value is bare, or a block with the value and its source. A block may have the words of a source beside its own; they
hold for all that stands in it.

```yaml
desks: 32
desks: {value: 32, assumed: no desk count was published, range: [20, 60]}
```

| word | what it means | example |
|---|---|---|
"""
MOST_PLACES = 6
BARE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_ ./%:-]*", re.ASCII)


def scenario_page() -> str:
    """The whole page as Markdown."""
    rows = [
        f"| `{word}` | {said['description']} | {_example(said['examples'][:1])} |" for word, said in SOURCES.items()
    ]
    parts = [HEAD + "\n".join(rows), EXTENDED, "\n".join([QUANTITIES, *map(_quantity, KINDS.values())])]
    places = _places()
    parts += [_section(model, places[model]) for model in blocks()]
    return "\n\n".join(parts) + "\n"


EXTENDED = f"""\
## A file that extends another

`extends` names {EXTENDS["description"]}.
Blocks are merged word by word, phases by their name; lists and shares are replaced whole, and `null` takes out what
the other file says. A file that is only extended may hold any part of a scenario; `required` is asked of the whole."""

QUANTITIES = """\
## Quantities

| kind | what it is | examples |
|---|---|---|"""


def _quantity(kind: Kind) -> str:
    return f"| {kind.name} | {kind.says} | {', '.join(_example([one]) for one in kind.examples)} |"


def _section(model: type[Words], places: list[str]) -> str:
    """One block: where it stands, what it says of itself, and its words."""
    lines = [f"## {_title(model)}", ""]
    if places:
        shown = ", ".join(f"`{place}`" for place in places[:MOST_PLACES]) + " …" * (len(places) > MOST_PLACES)
        lines += [f"Stands at {shown}.", ""]
    if text := told(model):
        lines += [text, ""]
    lines += ["| word | kind | default | what it means | example |", "|---|---|---|---|---|"]
    for word, (field, shape) in words(model).items():
        value = default(field, shape)
        held = "required" if field.is_required() else f"`{_flow(value)}`" if value is not None else ""
        example = _example(list(field.examples or examples_of(shape))[:1])
        lines.append(f"| `{word}` | {_kind(shape)} | {held} | {field.description or ''} | {example} |")
    return "\n".join(lines)


def _title(model: type[Words]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).capitalize()


def _places() -> dict[type[Words], list[str]]:
    """Where each block stands, by path."""
    found: dict[type[Words], list[str]] = {model: [] for model in blocks()}

    def enter(shape: Shape, path: str) -> None:
        match shape:
            case Block(model=model) | Either(block=Block(model=model)):
                found[model].append(path)
            case Listing(item=item):
                enter(item, f"{path}[]")
            case Table(key=key, item=item):
                enter(item, f"{path}.{'NAME' if isinstance(key, (Kind, Text)) else _bare(key)}")
            case ByDate(item=item):
                enter(item, path)
            case _:
                pass

    for model in blocks():
        for base in [f"{place}." for place in found[model]] or [""]:
            for word, (_, shape) in words(model).items():
                enter(shape, base + word)
    return found


def _bare(key: Shape) -> str:
    return "HOURS" if isinstance(key, Kind) else "GROUP"


def _kind(shape: Shape) -> str:
    """The kind of a value, in words."""
    match shape:
        case Kind(name=name):
            return name
        case Number(whole=whole, bounds=bounds):
            said = ", ".join(f"{_BOUND[word]} {_number(bound)}" for word, bound in bounds)
            return f"{'whole number' if whole else 'number'}{', ' if said else ''}{said}"
        case Choice(words=chosen):
            return " or ".join(f"`{one}`" for one in chosen)
        case Flag():
            return "`true` or `false`"
        case Text():
            return "text"
        case Block(model=model):
            title = _title(model)
            return f"[{title.lower()}](#{title.lower().replace(' ', '-')})"
        case Either(bare=bare, block=block):
            return f"{_kind(bare)}, or {_kind(block)}"
        case Listing(item=item):
            return f"list of {_kind(item)}"
        case Table(key=key, item=item):
            return f"by {'name' if isinstance(key, Text) else _kind(key)}: {_kind(item)}"
        case ByDate(item=item):
            return f"{_kind(item)}; may change by date"
        case Anything():
            return "value"


_BOUND = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than", "exclusiveMaximum": "less than"}


def _number(bound: float) -> str:
    return "2^128" if bound == 2**128 else f"{bound:,}"


def _example(examples: list[Any]) -> str:
    return f"`{_flow(examples[0])}`".replace("|", "\\|") if examples else ""


def _flow(value: Any) -> str:
    """A value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        bare = BARE.fullmatch(value) and ": " not in value and scalar(value, True) == value
        return value if bare else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def _key(key: str) -> str:
    """A word or name of a block; JSON knows whole numbers as text, YAML does not."""
    return key if key.isascii() and key.isdigit() else _flow(key)


if __name__ == "__main__":
    import sys

    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(scenario_page())
